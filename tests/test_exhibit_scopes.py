"""Another detail, another answer, too little memory: what the exhibit makes of them, and what the visitor is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from math import prod
from pathlib import Path

import moderngl
import numpy as np
import pytest
from showing import Album, Show, shades, shows

from vrcnn.engine.plan import COPIES
from vrcnn.errors import UserError
from vrcnn.network.scope import Scope
from vrcnn.render import map_store
from vrcnn.render.context import standalone_context
from vrcnn.render.raw import RawGL, TextureArray
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import WallState

pytestmark = pytest.mark.gl


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = standalone_context()
    yield context
    context.release()


@pytest.fixture
def show(tmp_path: Path, context: moderngl.Context) -> Iterator[Callable[..., Show]]:
    with shows(tmp_path, context) as show:
        yield show


def walls_of(shown: Show) -> dict[str, WallState]:
    return {shown.world.hall.graph.nodes[wall.node].name: wall.state for wall in shown.world.hall.walls}


def test_another_detail_lays_the_walls_out_anew_and_fills_them(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(2)))
    shown.settle()
    few, world = walls_of(shown), shown.world
    last = shown.world.hall.walls[-1]
    assert last.node == len(world.hall.graph.nodes) - 1
    world.player.position = (last.pose.position[0], 0.0, last.pose.position[2] + 1.0)
    shown.exhibit.displays[0].show(Scope(detail="all"))
    assert world.hall.chosen == Scope(detail="all") != world.hall.scope
    shown.settle()
    many = walls_of(shown)
    assert set(few) < set(many)
    assert set(many.values()) == {WallState.READY}
    assert (world.hall.scope, world.hall.wanted) == (Scope(detail="all"), None)
    assert world.easel.picture == 0
    after = next(wall for wall in world.hall.walls if world.hall.graph.nodes[wall.node].name == "10")
    assert world.player.position[2] == pytest.approx(after.pose.position[2] + 1.0), "the visitor is where they were"


def test_details_pictures_and_frames_in_haste_end_with_the_last_of_each(show: Callable[..., Show]) -> None:
    calm = show(Album(shades(4)))
    calm.exhibit.displays[0].show(Scope(detail="all"))
    calm.exhibit.place(3)
    calm.settle()
    hasty = show(Album(shades(4)))
    for number in range(40):
        hasty.exhibit.place(number % 4)
        hasty.exhibit.displays[0].show(Scope(detail=("layers", "all")[number % 2]))
        hasty.exhibit.step([], 0.01)
        hasty.exhibit.prepare(3_000)
        time.sleep(0.002)
    hasty.settle()
    assert hasty.world.hall.scope == calm.world.hall.scope
    assert hasty.world.hall.wanted is None
    assert walls_of(hasty) == walls_of(calm)
    for wall in hasty.world.hall.walls[::3]:
        eyes = wall.pose @ Pose((0.0, 0.0, 1.2))
        assert np.array_equal(hasty.seen(eyes), calm.seen(eyes)), wall.title


def test_two_presses_that_take_each_other_back_leave_nothing_to_wait_for(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(1)))
    shown.settle()
    shown.exhibit.displays[0].show(Scope(detail="all"))
    shown.exhibit.displays[0].show(Scope())
    shown.settle()
    assert (shown.world.hall.scope, shown.world.hall.wanted) == (Scope(), None)
    assert set(walls_of(shown).values()) == {WallState.READY}


def test_a_scope_that_cannot_be_shown_is_told_and_the_world_stays(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(1)))
    shown.settle()
    before = list(shown.world.hall.walls)
    shown.exhibit.displays[0].show(Scope(detail="everything"))
    shown.settle()
    assert "everything" in shown.world.notices[-1].headline
    assert shown.world.hall.walls == before
    assert (shown.world.hall.scope, shown.world.hall.wanted) == (Scope(), None)
    assert set(walls_of(shown).values()) == {WallState.READY}


def left_out(shown: Show) -> list[str]:
    world = shown.world
    return [world.hall.graph.nodes[wall.node].name for wall in world.hall.walls if wall.left_out]


def test_layers_without_room_are_told_once_and_come_back_on_demand(show: Callable[..., Show]) -> None:
    whole = show(Album(shades(1))).exhibit.displays[0].worker.plan
    shown = show(Album(shades(1)), memory=COPIES * whole.bytes * 3 // 4)
    world = shown.world
    shown.settle()
    (missing,) = left_out(shown)
    (notice,) = world.notices
    assert notice.headline.startswith(f"1 of {len(whole.spans)} layers is left out to stay within ")
    assert {wall.state for wall in world.hall.walls if not wall.left_out} == {WallState.READY}
    assert {wall.state for wall in world.hall.walls if wall.left_out} == {WallState.EMPTY}

    shown.exhibit.displays[0].show(world.hall.scope.with_demanded(missing))
    shown.settle()
    back = next(wall for wall in world.hall.walls if world.hall.graph.nodes[wall.node].name == missing)
    assert not back.left_out
    assert back.state is WallState.READY
    assert left_out(shown), "another one had to go"
    assert len(world.notices) == 1, "the former count is gone"

    world.notices.clear()
    shown.exhibit.displays[0].show(replace(world.hall.scope, fold="always"))
    shown.settle()
    assert world.notices == [], "who has put it away is not told the same again"


def test_a_layer_that_is_too_large_by_itself_is_told_with_what_it_needs(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(1)), memory=40_000)
    shown.settle()
    largest = max(shown.world.hall.graph.nodes, key=lambda node: prod(node.shape)).name
    assert largest in left_out(shown)
    shown.exhibit.displays[0].show(shown.world.hall.scope.with_demanded(largest))
    shown.settle()
    (told,) = (notice for notice in shown.world.notices if notice.node is not None)
    assert told.headline.startswith(f"{largest} alone needs ")
    assert told.headline.endswith(" and there are 39 KB for all layers: give more with --memory.")


STRIP = """
import torch
from torch import nn

class Strip(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.first, self.head = nn.Conv2d(3, 12, 3), nn.Linear(12, 5)

    def forward(self, x):
        y = self.first(x)
        if WHEN:
            strip = torch.nn.functional.interpolate(y[:, :1], (1, 40_000))
            y = y + strip.mean()
        return self.head(y.mean((2, 3)))

model = Strip()
input_size = (3, 24, 24)
"""


class SmallCard(TextureArray):
    """What a graphics card offers that has no room for the strip."""

    def __init__(self, gl: RawGL, levels: tuple[tuple[int, int], ...], layers: int, anisotropy: int = 1) -> None:
        if levels[0][1] > 5000:
            raise UserError("There is no room for it.")
        super().__init__(gl, levels, layers, anisotropy=anisotropy)


@pytest.mark.parametrize("condition", ["True", "x.mean() > 1"], ids=["at the start", "later"])
def test_what_the_graphics_card_refuses_is_left_out_and_the_rest_is_shown(
    show: Callable[..., Show], condition: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_store, "TextureArray", SmallCard)
    shown = show(Album(["navy", "white"]), STRIP.replace("WHEN", condition))
    shown.settle()
    shown.exhibit.place(1)
    shown.settle()
    world = shown.world
    assert shown.exhibit.displays[0].worker.plan.left_out
    assert world.notices[-1].headline == (
        "1 of 6 layers is left out as the graphics card has no room for more: point at it and press to bring it back."
    )
    first = next(wall for wall in world.hall.walls if world.hall.graph.nodes[wall.node].name == "first")
    assert first.state is WallState.READY
    assert len(world.hall.scores) == 5
    assert shown.seen(first.pose @ Pose((0.0, 0.0, 1.2))).std() > 5


SEGMENTS = """
import torch
from torch import nn
model = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1))
input_size = (3, 24, 24)
task = "segmentation"
labels = ["sky", "tree", "road", "car"]
"""


def test_an_answer_for_every_pixel_lies_over_the_picture_on_the_easel(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(2)), SEGMENTS)
    shown.settle()
    world = shown.world
    assert world.hall.answer_kind == "segments"
    assert world.overlaid
    assert world.overlay is not None
    assert world.overlay.pixels is not None
    covered = shown.seen()
    world.overlaid = False  # as the switch at the easel does it
    world.pictures_revision += 1
    assert not np.array_equal(shown.seen(), covered)
    shown.exhibit.displays[0].show(Scope(detail="all"))
    shown.settle()
    assert not world.overlaid, "another detail is no reason to switch it on again"
    assert world.overlay is not None
    shown.exhibit.place(1)
    assert world.overlay is None
    shown.settle()
    assert world.overlaid, "the answer to another picture is shown"
