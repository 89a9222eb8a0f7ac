"""What is done to pictures before a step: where it takes them, that gradients come back, and what chance depends on."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from vrcnn.featurevis.settings import Transforms
from vrcnn.featurevis.transforms import Chance, Move, blurred, changed, continued, inner, move, seen, with_noise

ALL = Transforms(pad=4, jitter=5, rotate=10, scale=(0.9, 1.1), crop=(0.7, 1.0))


def smooth(*shape: int, seed: int = 0) -> Tensor:
    """Pictures without fast waves, so that what lies between pixels is well known."""
    generator = torch.Generator().manual_seed(seed)
    return blurred(torch.randn(*shape, generator=generator), 3.0)


def test_a_shift_by_whole_px_is_a_part_of_the_picture():
    picture = torch.randn(2, 3, 20, 24)
    assert torch.equal(seen(picture, Move((2, -1), 0.0, (1, 1)), (12, 16)), picture[:, :, 6:18, 3:19])


def test_a_view_is_turned_grown_and_shifted_about_its_middle():
    rows, columns = torch.meshgrid(torch.arange(41.0) - 20, torch.arange(61.0) - 30, indexing="ij")
    coordinates = torch.stack([columns, rows])[None]
    turn = math.radians(20)
    view = seen(coordinates, Move((2.5, -1.0), turn, (0.5, 0.8)), (21, 21))
    down, right = 5 * 0.5, -7 * 0.8  # 5 rows below the view's middle, 7 columns left of it
    x = math.cos(turn) * right - math.sin(turn) * down - 1.0
    y = math.sin(turn) * right + math.cos(turn) * down + 2.5
    assert torch.allclose(view[0, :, 15, 3], torch.tensor([x, y]), atol=1e-3)


def test_pictures_go_on_mirrored_beyond_their_borders():
    picture = torch.randn(1, 1, 8, 8)
    wide = continued(picture, (12, 12))
    assert torch.allclose(inner(wide, (8, 8)), picture, atol=1e-4)
    assert torch.allclose(wide[0, 0, 2:10, 1], picture[0, 0, :, 0], atol=1e-4)
    assert torch.allclose(wide[0, 0, 2:10, 0], picture[0, 0, :, 1], atol=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_gradients_come_back_to_where_the_view_was(seed: int):
    picture = smooth(2, 3, 48, 56).requires_grad_(True)
    moved = move(ALL, Chance(seed, 0), (40, 48), (40, 48))
    view = seen(picture, moved, (40, 48))
    towards = smooth(2, 3, 40, 48, seed=7) * torch.outer(torch.hann_window(40), torch.hann_window(48))
    (gradient,) = torch.autograd.grad(view, picture, towards)
    exact = picture.detach().clone().requires_grad_(True)
    theta = _theta(moved, (48, 56), (40, 48)).expand(2, -1, -1)
    grid = F.affine_grid(theta, [2, 3, 40, 48], align_corners=False)
    (true,) = torch.autograd.grad(F.grid_sample(exact, grid, align_corners=False), exact, towards)
    assert torch.cosine_similarity(gradient.flatten(), true.flatten(), 0) > 0.99
    assert float(gradient.norm() / true.norm()) == pytest.approx(1, abs=0.05)


def _theta(moved: Move, size: tuple[int, int], view: tuple[int, int]) -> Tensor:
    """(1, 2, 3) as affine_grid wants it."""
    (height, width), (tall, wide), (grow_y, grow_x) = size, view, moved.grow
    cosine, sine = math.cos(moved.turn), math.sin(moved.turn)
    across = [cosine * grow_x * wide / width, -sine * grow_y * tall / width, 2 * moved.shift[1] / width]
    down = [sine * grow_x * wide / height, cosine * grow_y * tall / height, 2 * moved.shift[0] / height]
    return torch.tensor([[across, down]])


def test_chance_depends_on_the_seed_and_the_step_alone():
    moves = [move(ALL, Chance(seed, step), (40, 48), (40, 48)) for seed, step in ((1, 2), (1, 2), (1, 3), (2, 2))]
    assert moves[0] == moves[1]
    assert len({moves[0], moves[2], moves[3]}) == 3


def test_moves_keep_within_what_the_settings_say():
    moves = [move(ALL, Chance(0, step), (40, 48), (40, 48)) for step in range(200)]
    assert max(abs(each.turn) for each in moves) <= math.radians(10)
    assert min(each.grow[0] for each in moves) >= 0.7 / 1.1 - 1e-6
    assert max(each.grow[0] for each in moves) <= 1 / 0.9 + 1e-6
    assert max(abs(each.shift[0]) for each in moves) <= 5 + 0.3 * 40 / 2
    assert max(each.turn for each in moves) > math.radians(8)


def test_what_has_no_chance_does_not_happen():
    moved = move(Transforms(jitter=9, rotate=30, scale=(2, 3), chances=(0, 0, 0)), Chance(0, 0), (40, 48), (40, 48))
    assert moved == Move((0.0, 0.0), 0.0, (1.0, 1.0))


def test_signals_and_volumes_are_moved_as_well():
    signal = seen(torch.arange(20.0).view(1, 1, 20), Move((3,), 0.0, (1, 1)), (10,))
    assert signal.flatten().tolist() == list(range(8, 18))
    stretched = seen(torch.arange(20.0).view(1, 1, 20), Move((0,), 0.0, (1, 0.5)), (10,))
    assert torch.allclose(stretched.flatten().diff(), torch.full((9,), 0.5), atol=1e-4)
    volume = torch.randn(2, 3, 8, 10, 12)
    part = seen(volume, Move((1, 0, 0), 0.0, (1, 1)), (4, 10, 12))
    assert torch.equal(part, volume[:, :, 3:7])
    turned = seen(volume, Move((0, 0, 0), 0.3, (1, 1)), (8, 10, 12))
    single = seen(volume[:, :, 5], Move((0, 0), 0.3, (1, 1)), (10, 12))
    assert torch.allclose(turned[:, :, 5], single, atol=1e-5)


@pytest.mark.parametrize("shape", [(2, 3, 30), (2, 3, 30, 20), (1, 2, 10, 12, 14)])
def test_blurring_keeps_what_is_flat_and_calms_the_rest(shape: tuple[int, ...]):
    assert torch.allclose(blurred(torch.ones(shape), 1.5), torch.ones(shape))
    noise = torch.randn(shape)
    assert blurred(noise, 1.5).std() < 0.6 * noise.std()


def test_noise_is_the_same_for_all_pictures_of_a_batch():
    noisy = with_noise(torch.zeros(3, 1, 40, 40), 0.5, Chance(0, 0))
    assert torch.equal(noisy[0], noisy[2])
    assert float(noisy.std()) == pytest.approx(0.5, rel=0.1)


def test_a_picture_that_is_blended_comes_nearer_to_zero_mean_and_unit_deviation():
    picture = 10 + 4 * torch.randn(2, 3, 20, 20)
    blended = changed(picture, Transforms(blend=0.05, kept=True), Chance(0, 0), 1.0)
    deviation = picture.flatten(1).std(1).view(2, 1, 1, 1)
    mean = picture.flatten(1).mean(1).view(2, 1, 1, 1)
    assert torch.allclose(blended, 0.95 * picture + 0.05 * (picture - mean) / deviation, atol=1e-4)


def test_what_is_rolled_out_at_one_side_comes_in_at_the_other():
    picture = torch.randn(1, 1, 12, 12)
    rolled = changed(picture, Transforms(jitter=5, kept=True), Chance(3, 1), 1.0)
    assert not torch.equal(rolled, picture)
    assert torch.equal(rolled.flatten().sort().values, picture.flatten().sort().values)
