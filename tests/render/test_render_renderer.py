"""The renderer as a whole: groups, pictures of the shelf, order of drawing, and a golden picture."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest
from golden import assert_like_golden
from walls import arena_of, enqueue, facing, pixel_of, plan_of, wall

from vrcnn.render.renderer import Renderer
from vrcnn.render.target import Target
from vrcnn.scene.camera import View
from vrcnn.scene.drawables import Box, Drawables, Image, Label, Ribbon, Shadow
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.theme import DARK

pytestmark = pytest.mark.gl
SIZE = (480, 320)
VIEW = facing(SIZE)


def picture_of(*colours: tuple[int, int, int, int], height: int = 40, width: int = 60) -> np.ndarray:
    """Stripes of these colours from left to right."""
    pixels = np.zeros((height, width, 4), np.uint8)
    for number, colour in enumerate(colours):
        pixels[:, number * width // len(colours) : (number + 1) * width // len(colours)] = colour
    return pixels


def see(renderer: Renderer, drawables: Drawables) -> np.ndarray:
    renderer.prepare({"group": drawables}, 0.0)
    return renderer.render_picture(VIEW, SIZE).astype(int)


def test_pictures_are_shown_whole_and_upright(renderer: Renderer) -> None:
    pixels = picture_of((255, 0, 0, 255), (0, 255, 0, 255))
    pixels[20:] //= 2
    renderer.set_picture(3, pixels)
    seen = see(renderer, Drawables(images=(Image(3, Pose((0.0, 0.0, -1.0)), 0.6, 0.4),)))
    for x, y, channel, bright in ((-0.2, 0.1, 0, True), (0.2, 0.1, 1, True), (-0.2, -0.1, 0, False)):
        colour = seen[pixel_of(VIEW, SIZE, (x, y, -1.0))]
        assert colour.argmax() == channel
        assert (colour[channel] > 240) == bright
    outside = seen[pixel_of(VIEW, SIZE, (0.32, 0.0, -1.0))]
    assert outside.max() < 60


def test_small_pictures_do_not_run_into_what_lies_beside_them_in_the_texture(renderer: Renderer) -> None:
    renderer.set_picture(0, picture_of((200, 100, 50, 255), height=37, width=53))
    seen = see(renderer, Drawables(images=(Image(0, Pose((0.0, 0.0, -16.0)), 0.53, 0.37),)))
    row, column = pixel_of(VIEW, SIZE, (0.265, -0.185, -16.0))  # right and below there is room left in its cell
    middle, corner = seen[160, 240], seen[row - 1, column - 1]
    assert np.abs(middle - (200, 100, 50)).max() < 8
    assert np.abs(corner - middle).max() < 3


def test_a_picture_has_no_seam_between_its_triangles(renderer: Renderer) -> None:
    renderer.set_picture(0, picture_of((0, 0, 255, 255), (255, 0, 0, 255), (0, 0, 255, 255), height=300, width=300))
    seen = see(renderer, Drawables(images=(Image(0, Pose((0.0, 0.0, -1.0)), 0.6, 0.6),)))
    inner = seen[100:220, 225:256]
    assert np.abs(inner - (255, 0, 0)).max() <= 2


def test_a_picture_that_comes_later_needs_no_new_drawables(renderer: Renderer) -> None:
    drawables = Drawables(images=(Image(0, Pose((0.0, 0.0, -1.0)), 0.6, 0.4),))
    assert see(renderer, drawables)[160, 240].max() < 60, "a calm panel until then"
    renderer.set_picture(0, picture_of((255, 255, 255, 255)))
    assert see(renderer, drawables)[160, 240].min() > 240


def test_more_pictures_than_there_was_room_for_keep_the_first_ones(renderer: Renderer) -> None:
    colours = [(10 * number, 255 - 10 * number, 77, 255) for number in range(20)]
    for number, colour in enumerate(colours):
        renderer.set_picture(number, picture_of(colour))
    for number in (0, 15, 16, 19):
        seen = see(renderer, Drawables(images=(Image(number, Pose((0.0, 0.0, -1.0)), 0.6, 0.4),)))
        assert np.abs(seen[160, 240] - colours[number][:3]).max() <= 2


def test_a_picture_of_half_opacity_lets_half_through(renderer: Renderer) -> None:
    renderer.set_picture(0, picture_of((255, 255, 255, 255)))
    white = Image(0, Pose((0.0, 0.0, -1.0)), 0.6, 0.4, opacity=0.5)
    seen = see(renderer, Drawables(images=(white,), boxes=(Box(Pose((0, 0, -2.0)), (3, 3, 0.1), "text", glow=1.0),)))
    behind = 255 * np.array(DARK["text"])
    assert np.abs(seen[160, 240] - (255 + behind) / 2).max() < 6


def test_only_groups_that_are_another_object_are_written_again(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    boxes = renderer._passes["boxes"]
    records = boxes._records
    monkeypatch.setattr(
        boxes, "_records", lambda items, anchors: (written.append(items[0].role), records(items, anchors))[1]
    )
    still = Drawables(boxes=(Box(Pose((0, 0, -2.0)), (1, 1, 1), "frame"),))
    for step in range(3):
        moving = Drawables(boxes=(Box(Pose((0.1 * step, 0, -2.0)), (1, 1, 1), "accent"),))
        renderer.prepare({"still": still, "moving": moving}, float(step))
    assert written == ["frame", "accent", "accent", "accent"]


def test_a_group_that_is_no_longer_given_is_gone(renderer: Renderer) -> None:
    empty = see(renderer, Drawables())
    box = Drawables(boxes=(Box(Pose((0, 0, -2.0)), (1, 1, 1), "accent", glow=1.0),))
    assert (see(renderer, box) != empty).any()
    renderer.prepare({}, 0.0)
    assert (renderer.render_picture(VIEW, SIZE) == empty).all()


def test_what_is_nearer_hides_what_is_behind_whatever_its_kind(renderer: Renderer) -> None:
    maps = np.full((1, 4, 4), 1.9)
    plan = plan_of([maps])
    renderer.set_plan(plan)
    enqueue(renderer.stores[0], 0, arena_of([maps], plan), 2.0)
    renderer.stores[0].upload(1 << 20)
    renderer.set_picture(0, picture_of((0, 255, 0, 255)))
    before = Box(Pose((0, 0, -1.0)), (0.3, 0.3, 0.1), "accent", glow=1.0)
    behind = Box(Pose((0, 0, -4.0)), (3, 3, 0.1), "failed", glow=1.0)
    grid = wall(plan.spans[0], columns=1, cell=1.0)
    image = Image(0, Pose((0, 0, -1.5)), 0.6, 0.6)
    seen = see(renderer, Drawables(boxes=(before, behind), grids=(grid,), images=(image,)))
    accent, green = 255 * np.array(DARK["accent"]), np.array((0, 255, 0))
    assert np.abs(seen[pixel_of(VIEW, SIZE, (0, 0, -0.95))] - accent).max() < 6
    assert np.abs(seen[pixel_of(VIEW, SIZE, (0.27, 0, -1.5))] - green).max() < 6
    red, _, blue = seen[pixel_of(VIEW, SIZE, (0.45, 0.2, -2.0))]
    assert red > 200
    assert blue > 120, "the largest value's pink"


def test_another_plan_replaces_the_walls(renderer: Renderer) -> None:
    for count in (3, 5):
        maps = np.full((count, 4, 4), 1.9)
        plan = plan_of([maps])
        renderer.set_plan(plan)
        enqueue(renderer.stores[0], 0, arena_of([maps], plan), 2.0)
        renderer.stores[0].upload(1 << 20)
        seen = see(renderer, Drawables(grids=(wall(plan.spans[0], columns=count),)))
        line = seen[160].sum(axis=1) > 300
        assert np.count_nonzero(np.diff(line.astype(int)) == 1) == count, "so many bright tiles side by side"


def test_two_eyes_see_the_same_world_from_their_places(context: moderngl.Context, renderer: Renderer) -> None:
    box = Box(Pose((0, 0, -1.0)), (0.2, 0.2, 0.02), "accent", glow=1.0)
    renderer.prepare({"group": Drawables(boxes=(box,))}, 0.0)
    centres = []
    for x in (-0.032, 0.032):
        view = View(Pose((x, 0, 0)), -1.0, 1.0, -1.0, 1.0)
        target = Target(context, (200, 200))
        renderer.draw(view, target.framebuffer, target.size)
        lit = target.read()[100, :, 0] > 200
        centres.append(np.flatnonzero(lit).mean())
        target.release()
    assert centres[0] - centres[1] == pytest.approx(6.4, abs=1.1)


def test_a_wall_of_everything_looks_like_its_golden_picture(context: moderngl.Context, renderer: Renderer) -> None:
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:28, 0:28] / 28
    waves = np.stack([np.sin(x * a + y * b) for a, b in rng.uniform(1, 16, (64, 2))])
    rectified = np.maximum(waves[:, ::2, ::2], 0)
    broken = waves[:3, :8, :8].copy()
    broken[1, 2:5, 2:5] = np.nan
    layers = [waves, rectified, broken, rng.normal(size=(100, 1, 1))]
    plan = plan_of(layers)
    renderer.set_plan(plan)
    arena = arena_of(layers, plan)
    for node in range(4):
        enqueue(renderer.stores[0], node, arena, 1.2)
    renderer.stores[0].upload(1 << 30)
    renderer.set_picture(0, picture_of((220, 60, 50, 255), (240, 200, 70, 255), (60, 120, 200, 255)))
    grids = (
        wall(plan.spans[0], columns=8, cell=0.2, distance=2.6, x=-0.9),
        wall(plan.spans[2], columns=3, cell=0.3, distance=2.2, x=0.75),
    )
    turned = Pose((1.9, 0.2, -4.0), turn(-0.6))
    far = Pose((0.0, 2.5, -25.0))
    grids = (
        *grids,
        type(grids[0])(plan.spans[1], turned, 2.0, 2.0, 8, 8),
        type(grids[0])(plan.spans[3], far, 5.0, 2.5, 20, 5),
    )
    drawables = Drawables(
        grids=tuple(type(g)(g.span, Pose((0, 1.6, 0)) @ g.pose, g.width, g.height, g.columns, g.rows) for g in grids),
        boxes=(
            Box(Pose((-0.9, 1.6, -2.65)), (1.7, 1.7, 0.08), "frame"),
            Box(Pose((-0.9, 0.4, -2.65)), (1.2, 0.8, 0.05), "frame"),
            Box(Pose((0.75, 1.2, -2.1)), (0.9, 0.2, 0.02), "panel", opacity=0.6),
        ),
        shadows=(Shadow((-0.9, 0.0, -2.65), (1.8, 0.5)),),
        images=(Image(0, Pose((0.75, 0.75, -2.1)), 0.6, 0.4),),
        labels=(Label("stem.convolution", Pose((-1.7, 2.5, -2.6)), 0.08, bold=True),),
        ribbons=(Ribbon(np.array([(-0.5, 0.1, -2.0), (0.2, 0.4, -2.2), (1.0, 0.1, -2.4)], "f4"), 0.06),),
    )
    renderer.prepare({"all": drawables}, 0.0)
    size = (640, 400)
    picture = renderer.render_picture(View.symmetric(Pose((0, 1.6, 0)), 1.6), size)
    assert_like_golden(picture, "walls", context)
