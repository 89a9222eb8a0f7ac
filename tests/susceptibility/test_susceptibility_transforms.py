"""What sieves do to pictures, and what they must leave as it is."""

import numpy as np
import pytest
import torch

from vrcnn.errors import UserError
from vrcnn.susceptibility.sieve import KINDS, STRENGTH, USUAL, Sieve, parsed
from vrcnn.susceptibility.transforms import ideally_low_passed, sifted


def pictures(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def wave(cycles: int, side: int = 32) -> torch.Tensor:
    """(1, 1, side, side): stripes, so many of them."""
    row = torch.cos(2 * torch.pi * cycles * torch.arange(side, dtype=torch.float64) / side)
    return row.expand(1, 1, side, side).clone()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(5, 3, 33, 18), (5, 1, 50), (5, 2, 16, 17, 18)])
def test_every_picture_is_treated_for_itself(kind, shape):
    given = pictures(*shape)
    before = given.clone()
    sieve = Sieve(kind, USUAL[kind])
    made = sifted(given, sieve)
    assert made.shape == given.shape
    assert made.dtype == given.dtype
    assert torch.equal(given, before)
    assert not torch.equal(made, given)
    assert torch.equal(sifted(given.flip(0), sieve).flip(0), made)
    assert all(torch.equal(sifted(given[n : n + 1], sieve)[0], made[n]) for n in range(len(given)))


@pytest.mark.parametrize("kind", KINDS)
def test_half_precision_is_computed_in_single(kind):
    given, sieve = pictures(2, 3, 32, 32), Sieve(kind, USUAL[kind])
    for dtype in (torch.float16, torch.bfloat16):
        made = sifted(given.to(dtype), sieve)
        assert made.dtype == dtype
        assert torch.equal(made, sifted(given.to(dtype).float(), sieve).to(dtype))


@pytest.mark.parametrize("cycles", [0, 1, 3, 8, 16])
def test_a_low_pass_damps_a_wave_by_the_formula(cycles):
    made = sifted(wave(cycles), Sieve("low-pass", 0.18))
    gain = np.exp(-np.log(2) * (cycles / 32 / 0.18) ** 2)
    torch.testing.assert_close(made, gain * wave(cycles), atol=1e-12, rtol=0)


def test_a_low_pass_keeps_an_even_picture_to_the_bit():
    even = torch.full((1, 1, 16, 16), 0.75)
    assert torch.equal(sifted(even, Sieve("low-pass", 0.02)), even)


def test_an_ideal_low_pass_changes_nothing_in_a_picture_that_is_smooth_already():
    smooth = wave(2) + wave(5).transpose(2, 3)
    torch.testing.assert_close(ideally_low_passed(smooth, 0.18), smooth, atol=1e-12, rtol=0)
    assert float(ideally_low_passed(wave(6), 0.18).abs().max()) < 1e-12


def test_a_shift_by_a_whole_period_changes_nothing():
    stripes = pictures(2, 3, 32, 4).repeat(1, 1, 1, 8)
    assert torch.equal(sifted(stripes, Sieve("shift", 4)), stripes)
    assert torch.equal(sifted(stripes, Sieve("shift", 32, "down")), stripes)
    assert not torch.equal(sifted(stripes, Sieve("shift", 3)), stripes)


def test_shifts_go_where_they_say():
    one = torch.zeros(1, 1, 5, 5)
    one[0, 0, 2, 2] = 1
    places = {"right": (2, 3), "left": (2, 1), "down": (3, 2), "up": (1, 2)}
    assert {d: tuple(sifted(one, Sieve("shift", 1, d))[0, 0].nonzero()[0].tolist()) for d in places} == places
    with pytest.raises(UserError, match="no rows"):
        sifted(pictures(1, 1, 8), Sieve("shift", 1, "up"))


@pytest.mark.parametrize("side", [2, 3, 4, 16])
def test_pixels_stay_within_their_windows(side):
    given = pictures(2, 2, 13, 10)
    made = sifted(given, Sieve("windows", side))
    for top in range(0, 13, side):
        for left in range(0, 10, side):
            one, other = (each[:, :, top : top + side, left : left + side].flatten(2) for each in (given, made))
            assert torch.equal(one.sort(2).values, other.sort(2).values)
    assert not torch.equal(made, sifted(given, Sieve("windows", side, seed=1)))


def test_patches_stay_whole_and_none_stays_where_it_was():
    given = torch.arange(13 * 10.0).reshape(1, 1, 13, 10)
    made = sifted(given, Sieve("patches", 4))
    assert torch.equal(made[..., 12:, :], given[..., 12:, :])
    assert torch.equal(made[..., 8:], given[..., 8:])
    cells = [(top, left) for top in (0, 4, 8) for left in (0, 4)]

    def patches(picture):
        return [picture[0, 0, top : top + 4, left : left + 4].flatten().tolist() for top, left in cells]

    assert sorted(patches(made)) == sorted(patches(given))
    assert all(one != other for one, other in zip(patches(given), patches(made), strict=True))
    with pytest.raises(UserError, match="no two patches"):
        sifted(given, Sieve("patches", 8))


def test_noise_is_of_its_band_and_of_its_strength():
    given = 3 * pictures(4, 3, 64, 64).double()
    added = sifted(given, Sieve("noise", 0.25)) - given
    power = torch.fft.fft2(added).abs().square().mean((0, 1))
    axis = torch.fft.fftfreq(64, dtype=torch.float64)
    frequency = (axis[:, None].square() + axis[None].square()).sqrt()
    outside = (frequency - 0.25).abs() > 0.031
    assert float(power[outside].max()) < 1e-18 * float(power.max())
    deviation = given.std((1, 2, 3), correction=0)
    torch.testing.assert_close(added.std((2, 3), correction=0), STRENGTH * deviation[:, None].expand(4, 3))
    with pytest.raises(UserError, match="no pattern"):
        sifted(pictures(1, 1, 4, 4), Sieve("noise", 0.12))


def test_what_is_no_picture_is_refused():
    for given in (pictures(4, 10), torch.zeros(1, 3, 8, 8, dtype=torch.uint8)):
        with pytest.raises(UserError, match="needs pictures"):
            sifted(given, parsed("low-pass"))
