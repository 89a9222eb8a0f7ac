"""A panorama shows everything where it is, upright and without a seam, and nothing that belongs to its maker."""

from __future__ import annotations

from math import asin, atan2, pi

import numpy as np
import pytest
from drawing import stage

from vrcnn.errors import UserError
from vrcnn.render.frame_block import NO_WAVE
from vrcnn.render.panorama import FACES, render_panorama
from vrcnn.render.renderer import UNMOVED, Renderer
from vrcnn.render.target import Target
from vrcnn.scene.camera import View
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.geometry import Pose, Vector, multiply, roll_and_pitch, turn
from vrcnn.scene.theme import DARK

pytestmark = pytest.mark.gl
SIZE = 512, 256
EYES = Pose((0.3, 1.6, 0.2), turn(0.5))
COLOURS = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 1.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0))


def prepared(renderer: Renderer, **groups: Drawables) -> None:
    renderer.prepare(groups, 0.0, UNMOVED, NO_WAVE)


def place_of(point: Vector, size: tuple[int, int] = SIZE, eyes: Pose = EYES) -> tuple[int, int]:
    """Row and column of a point of the world in the panorama of upright eyes."""
    x, y, z = eyes.inverse().apply(point)
    length = float(np.linalg.norm((x, y, z)))
    column = (atan2(x, -z) / (2 * pi) + 0.5) * size[0]
    return int((0.5 - asin(y / length) / pi) * size[1]), int(column) % size[0]


def ball_of_boxes() -> tuple[Box, ...]:
    """A box of a colour of its own in each of the six directions, and in four between them."""
    ways = [(0, 0, -1), (-1, 0, 0), (0, 0, 1), (1, 0, 0), (0, 1, 0), (0, -1, 0)]
    return tuple(
        Box(Pose(EYES.apply((3.0 * x, 3.0 * y, 3.0 * z))), (0.5, 0.5, 0.5), colour, glow=1.0)
        for (x, y, z), colour in zip(ways, COLOURS, strict=True)
    )


def test_everything_is_where_it_is_seen() -> None:
    with stage() as made:
        boxes = ball_of_boxes()
        prepared(made.renderer, place=Drawables(boxes=boxes))
        seen = render_panorama(made.context, made.renderer, EYES, SIZE)
        assert seen.shape == (SIZE[1], SIZE[0], 3)
        for box, colour in zip(boxes[:4], COLOURS, strict=False):
            row, column = place_of(box.pose.position)
            assert seen[row, column].tolist() == pytest.approx([255 * part for part in colour], abs=2)
        assert np.abs(seen[2].astype(int) - (0, 255, 255)).max() <= 2, "what is overhead is at the top, all along"


def test_the_horizon_is_level_whatever_the_head_does() -> None:
    with stage() as made:
        prepared(made.renderer, place=Drawables(boxes=ball_of_boxes()))
        upright = render_panorama(made.context, made.renderer, EYES, SIZE)
        tilted = Pose(EYES.position, multiply(turn(0.5, -0.6), roll_and_pitch(0.2, 0.0)))
        again = render_panorama(made.context, made.renderer, tilted, SIZE)
    apart = np.abs(again.astype(int) - upright).mean()
    assert apart < 3.0, "but for a turn of some degrees by the tilted head"


def walls_of_words() -> Drawables:
    """Words and bars all around, across every seam; larger and smaller ones."""
    boxes, labels = [], []
    for step in range(24):
        around = Pose(EYES.position, turn(step * pi / 12))
        for height, cap in ((-1.0, 0.05), (0.0, 0.12), (1.3, 0.3), (2.4, 0.2)):
            labels.append(Label("seamless", around @ Pose((-0.4, height, -2.5)), cap))
        boxes.append(Box(around @ Pose((0.0, 0.6, -2.5)), (0.7, 0.05, 0.02), "accent", glow=1.0))
        boxes.append(Box(around @ Pose((0.0, -0.8, -1.0)), (0.15, 0.3, 0.02), "text", glow=1.0))
        boxes.append(Box(around @ Pose((0.0, 3.0, -2.5)), (0.7, 0.05, 0.3), "text", glow=1.0))
    return Drawables(boxes=tuple(boxes), labels=tuple(labels))


def in_blocks(values: np.ndarray) -> np.ndarray:
    """The means of blocks of 8 x 8 pixels, in which it does not matter to which pixel an edge belongs."""
    height, width, parts = values.shape
    return values.reshape(height // 8, 8, width // 8, 8, parts).mean(axis=(1, 3))


def in_pixels(blocks: np.ndarray) -> np.ndarray:
    return blocks.repeat(8, axis=0).repeat(8, axis=1)


@pytest.mark.parametrize("face", [0, 4, 5])
def test_across_the_seams_it_is_what_one_view_sees(face: int) -> None:
    """A view that is turned by half a right angle has the seams of the faces in its middle."""
    side, width = 256, 2048
    with stage() as made:
        prepared(made.renderer, place=walls_of_words())
        seen = render_panorama(made.context, made.renderer, EYES, (width, width // 2)).astype(int)
        yaw, pitch = FACES[face]
        relative = turn(yaw + pi / 4, pitch * 0.5)
        view = View(Pose(EYES.position, multiply(EYES.orientation, relative)), -0.5, 0.5, -0.5, 0.5)
        target = Target(made.context, (side, side))
        made.renderer.draw(view, target.framebuffer, (side, side))
        direct = target.read().astype(int)
        target.release()
    across = (np.arange(side) + 0.5) / side - 0.5
    x, y = np.meshgrid(across, -across)
    way = np.stack([x, y, -np.ones_like(x)], -1) @ Pose(orientation=relative).matrix()[:3, :3].T
    way /= np.linalg.norm(way, axis=-1, keepdims=True)
    column = ((np.arctan2(way[..., 0], -way[..., 2]) / (2 * pi) + 0.5) * width).astype(int) % width
    row = ((0.5 - np.arcsin(way[..., 1]) / pi) * width / 2).astype(int)
    apart = np.abs(in_blocks(seen[row, column] - direct)).max(axis=-1)
    ordered = np.sort(np.abs(way), axis=-1)
    seam = in_blocks(ordered[..., 2:] - ordered[..., 1:2] < 0.01)[..., 0] > 0
    assert direct[in_pixels(seam)].std() > 10, "there is something to see"
    assert apart[seam].max() < 1.2 * apart[~seam].max() + 2
    assert apart.mean() < 3


def test_neighbours_beside_a_seam_are_no_further_apart_than_elsewhere() -> None:
    with stage() as made:
        prepared(made.renderer, place=Drawables())
        seen = render_panorama(made.context, made.renderer, EYES, SIZE).astype(int)
    steps = np.abs(np.diff(seen, axis=1, append=seen[:, :1])).max(axis=-1)[: SIZE[1] // 2]  # the sky is even
    assert steps.max() <= 3


def test_what_belongs_to_the_visitor_is_not_in_it() -> None:
    with stage() as made:
        near = Drawables(boxes=(Box(EYES @ Pose((0.0, 0.0, -0.5)), (0.3, 0.3, 0.1), "accent", glow=1.0),))
        prepared(made.renderer, place=Drawables())
        empty = render_panorama(made.context, made.renderer, EYES, SIZE)
        for group in ("presence", "enlarged", "wearer", "panels"):
            prepared(made.renderer, place=Drawables(), **{group: near})
            assert (render_panorama(made.context, made.renderer, EYES, SIZE) == empty).all(), group
        prepared(made.renderer, place=near)
        assert (render_panorama(made.context, made.renderer, EYES, SIZE) != empty).any()


def test_the_headset_s_eyes_are_told_of_nothing_that_was_drawn_aside() -> None:
    with stage() as made:
        prepared(made.renderer, place=walls_of_words())
        view = View.symmetric(EYES, 1.0)
        made.renderer.look([view], (64, 64))
        before = made.renderer.culling.remembered
        render_panorama(made.context, made.renderer, EYES, SIZE)
        assert made.renderer.culling.remembered is before
        target = Target(made.context, (64, 64))
        made.renderer.draw(view, target.framebuffer, (64, 64))
        first = target.read()
        target.release()
        fresh = Renderer(made.context, DARK)
        prepared(fresh, place=walls_of_words())
        target = Target(made.context, (64, 64))
        fresh.draw(view, target.framebuffer, (64, 64))
        assert (target.read() == first).all()
        target.release()
        fresh.release()


def test_a_size_that_is_no_panorama_s_is_refused() -> None:
    with stage() as made, pytest.raises(UserError, match=r"1000 × 1000 pixels is not twice as wide"):
        render_panorama(made.context, made.renderer, EYES, (1000, 1000))
