"""Things in the frames of anchors: they look as if they stood there by themselves, and go along without new buffers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import moderngl
import numpy as np
import pytest
from walls import arena_of, enqueue, facing, plan_of

from vrcnn.render.renderer import Renderer
from vrcnn.scene.drawables import Box, Drawables, Grid, Image, Label, Ribbon, Shadow
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.theme import DARK

pytestmark = pytest.mark.gl
SIZE = (480, 320)
VIEW = facing(SIZE, degrees=75.0)
UNMOVED = Placing()
MOVED = Placing(Pose((0.35, -0.15, -0.5), turn(0.6, 0.2)), 1.4)
UPRIGHT = Placing(Pose((0.35, 0.0, -0.5), turn(0.6)), 1.4)
MAPS = [np.linspace(-1.9, 1.9, 12)[:, None, None] * np.ones((1, 6, 6))]
PLAN = plan_of(MAPS)
PLACE = Pose((-0.25, 0.1, -2.0), turn(-0.3))
CURVE = np.array([(-0.6, 0.0, -2.0), (0.0, 0.3, -2.3), (0.5, -0.2, -2.0)], "f4")


def table(*placings: Placing) -> np.ndarray:
    """Anchors for the renderer; the world comes first."""
    rows = [(*at.pose.position, at.scale, *at.pose.orientation) for at in (Placing(), *placings)]
    return np.array(rows, np.float32)


def standing_at(placing: Placing) -> dict[str, Any]:
    """The same things as `THINGS`, placed in the world by themselves."""
    scale, pose = placing.scale, placing.carry(PLACE)
    x, _, z = placing.apply((0.2, 0.0, -2.2))
    points = np.array([placing.apply(tuple(point)) for point in CURVE.tolist()], "f4")
    yaw = 0.6 if placing is UPRIGHT else 0.0
    return {
        "boxes": (Box(pose, tuple(scale * side for side in (0.6, 0.4, 0.2)), "frame"),),
        "grids": (Grid(PLAN.spans[0], pose, 0.8 * scale, 0.6 * scale, 4, 3),),
        "labels": (Label("Layer 12", pose, 0.15 * scale, "centre"),),
        "ribbons": (Ribbon(points, 0.05 * scale, flow=0.0),),
        "images": (Image(0, pose, 0.6 * scale, 0.4 * scale),),
        "shadows": (Shadow((x, 0.0, z), (0.9 * scale, 0.5 * scale), yaw, 1.0),),
    }


THINGS = standing_at(UNMOVED)


@pytest.fixture
def renderer(context: moderngl.Context) -> Iterator[Renderer]:
    made = Renderer(context, DARK)
    made.set_plan(PLAN)
    enqueue(made.stores[0], 0, arena_of(MAPS, PLAN), 2.0)
    made.stores[0].upload(1 << 30)
    pixels = np.zeros((40, 60, 4), np.uint8)
    pixels[:, :30], pixels[:, 30:] = (220, 60, 50, 255), (60, 120, 200, 255)
    made.set_picture(0, pixels)
    yield made
    made.release()


def seen(renderer: Renderer, drawables: Drawables, anchors: np.ndarray) -> np.ndarray:
    renderer.prepare({"group": drawables}, 0.0, anchors)
    eyes = VIEW.moved(Placing(Pose((0.0, 0.7, 0.3), turn(0.0, -0.2))))
    return renderer.render_picture(eyes, SIZE).astype(int)


@pytest.mark.parametrize("kind", list(THINGS))
def test_what_stands_in_an_anchor_looks_as_if_it_stood_there_by_itself(renderer: Renderer, kind: str) -> None:
    placing = UPRIGHT if kind == "shadows" else MOVED
    nothing = seen(renderer, Drawables(), table(placing))
    directly = seen(renderer, Drawables(**{kind: standing_at(placing)[kind]}), table(placing))
    anchored = seen(renderer, Drawables(**{kind: THINGS[kind]}, anchor=1), table(placing))
    drawn = np.abs(directly - nothing).max(axis=2) > 8
    assert drawn.mean() > 0.004
    assert (np.abs(anchored - directly).max(axis=2) > 12)[drawn].mean() < 0.02


@pytest.mark.parametrize("kind", list(THINGS))
def test_a_moved_anchor_moves_it_without_new_buffers(
    renderer: Renderer, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    placing = UPRIGHT if kind == "shadows" else MOVED
    part = Drawables(**{kind: THINGS[kind]}, anchor=2)
    group = Drawables(anchor=1, standing=(part,))
    before = seen(renderer, group, table(UNMOVED, UNMOVED))
    assert np.array_equal(before, seen(renderer, Drawables(**{kind: THINGS[kind]}), table(UNMOVED, UNMOVED)))
    seen(renderer, group, table(UNMOVED, UNMOVED))
    buffers: list[object] = []
    monkeypatch.setattr(renderer, "_rebuild", lambda *_: buffers.append(_))
    after = seen(renderer, group, table(UNMOVED, placing))
    assert buffers == []
    assert (np.abs(after - before).max(axis=2) > 8).mean() > 0.004
    assert np.array_equal(seen(renderer, group, table(UNMOVED, UNMOVED)), before), "and back again"


def test_only_what_stands_in_the_moved_anchor_moves(renderer: Renderer) -> None:
    parts = tuple(
        Drawables(boxes=(Box(Pose((x, 0.2, -2.0)), (0.3, 0.3, 0.1), role, glow=1.0),), anchor=number)
        for number, (x, role) in enumerate(((-0.6, "accent"), (0.6, "running")), start=1)
    )
    group = Drawables(standing=parts)
    before = seen(renderer, group, table(UNMOVED, UNMOVED))
    after = seen(renderer, group, table(UNMOVED, Placing(Pose((0.0, 0.4, 0.0)))))
    middle = SIZE[0] // 2
    assert np.array_equal(after[:, :middle], before[:, :middle])
    assert not np.array_equal(after[:, middle:], before[:, middle:])


def test_the_table_may_grow_from_frame_to_frame(renderer: Renderer) -> None:
    boxes = (Box(Pose((0.0, 0.2, -2.0)), (0.3, 0.3, 0.1), "accent", glow=1.0),)
    first = seen(renderer, Drawables(boxes=boxes), table())
    many = table(*[Placing(Pose((0.01 * number, 0.0, 0.0))) for number in range(400)])
    last = seen(renderer, Drawables(boxes=boxes, anchor=400), many)
    assert np.array_equal(seen(renderer, Drawables(boxes=boxes), many), first)
    assert not np.array_equal(last, first)
