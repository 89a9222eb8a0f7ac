"""Framed copies in undo and redo: hung, taken and hung elsewhere, made larger, put away; also those in a hand."""

from __future__ import annotations

import pytest
from graphs import residual
from test_scene_hanging import rest_on
from test_scene_tools import look_at

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.build import build_world
from vrcnn.scene.history import PAUSE
from vrcnn.scene.intents import Look, PullOut, PutAway, Redo, Scroll, Select, Undo, ZoomTiles
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import Player, World


@pytest.fixture
def visit() -> tuple[World, Tools]:
    graph = residual()
    world = build_world("test", graph, plan_maps(graph.nodes), [])
    world.player = Player()
    tools = Tools()
    tools.step(world, [], 0.01)
    return world, tools


def hang_one(world: World, tools: Tools, place: int = 0) -> None:
    rest_on(world, tools, 1, place)
    tools.step(world, [PullOut("mouse")], 0.01)
    tools.step(world, [Look(0.6, 0.0)], 0.01)
    tools.step(world, [], 0.01)
    tools.step(world, [Select("mouse")], 0.01)
    tools.step(world, [], 0.01)


def hung(world: World) -> list[tuple[int, object, float]]:
    return [(frame.number, frame.pose, frame.scale) for frame in world.gallery.frames if frame.pose is not None]


def test_to_hang_a_copy_is_one_step_that_is_undone_and_made_again(visit: tuple[World, Tools]) -> None:
    world, tools = visit
    hang_one(world, tools)
    there = hung(world)
    assert len(there) == 1
    tools.step(world, [Undo()], 0.01)
    assert world.gallery.frames == []
    tools.step(world, [Redo()], 0.01)
    assert hung(world) == there


def test_a_copy_that_was_put_away_and_one_that_was_made_larger_come_back(visit: tuple[World, Tools]) -> None:
    world, tools = visit
    hang_one(world, tools)
    there = hung(world)
    x, y, z = world.gallery.frames[0].pose.position

    tools.step(world, [look_at(world, (x, y, z))], 0.01)
    tools.step(world, [Scroll("mouse", 3.0)], 0.01)
    tools.step(world, [], PAUSE + 0.1)
    tools.step(world, [], 0.01)
    larger = hung(world)
    assert larger[0][2] > there[0][2]
    tools.step(world, [PutAway("mouse")], 0.01)
    tools.step(world, [], 0.01)
    assert hung(world) == []
    for wanted in (larger, there, []):
        tools.step(world, [Undo()], 0.01)
        assert hung(world) == wanted
    for wanted in (there, larger, []):
        tools.step(world, [Redo()], 0.01)
        assert hung(world) == wanted


def test_undoing_while_a_copy_is_carried_hangs_it_where_it_was(visit: tuple[World, Tools]) -> None:
    world, tools = visit
    hang_one(world, tools)
    there = hung(world)

    tools.step(world, [look_at(world, world.gallery.frames[0].pose.position)], 0.01)
    tools.step(world, [Select("mouse")], 0.01)
    assert world.hands["mouse"].carrying == there[0][0]
    tools.step(world, [Undo()], 0.01)
    assert world.hands["mouse"].carrying is None
    assert hung(world) == there


def test_a_copy_that_was_pulled_out_just_now_stays_in_the_hand_while_a_wall_is_undone(
    visit: tuple[World, Tools],
) -> None:
    world, tools = visit
    rest_on(world, tools, 1, 0)
    before = world.hall.arrangement
    tools.step(world, [ZoomTiles("mouse", 1)], 0.01)
    tools.step(world, [], 0.01)
    rest_on(world, tools, 1, 0)
    tools.step(world, [PullOut("mouse")], 0.01)
    carried = world.hands["mouse"].carrying
    assert carried is not None
    tools.step(world, [Undo()], 0.01)
    assert world.hall.arrangement == before
    assert world.hands["mouse"].carrying == carried
    assert [frame.number for frame in world.gallery.frames] == [carried]
