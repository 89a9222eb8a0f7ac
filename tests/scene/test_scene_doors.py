"""Rooms that are closed to a door and opened again: where their walls go, what the links lead to, and what is said."""

from __future__ import annotations

import numpy as np
import pytest
from graphs import repeated, residual
from real_graphs import hall_of
from visiting import Visit

from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.controlling import controls_of
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.gates import room_button
from vrcnn.scene.intents import GoTo, NextLayer, Select, ToggleRoom, Undo
from vrcnn.scene.switching import begin_with

LAYOUT = pytest.mark.parametrize("layout", LAYOUTS)


def plate(hall, path):
    return next(plate for plate in hall.plates if plate.path == path)


def inside(hall, path):
    group = next(group for group in hall.graph.groups if group.path == path)
    return [wall for wall in hall.walls if wall.node in group.nodes]


@LAYOUT
def test_the_walls_of_a_closed_room_are_behind_its_door_and_the_others_close_up(layout):
    opened, closed = (
        hall_of("ResNet-50", "layers", layout),
        hall_of("ResNet-50", "layers", layout, frozenset({"layer3"})),
    )
    door = plate(closed, "layer3").door
    for wall in inside(closed, "layer3"):
        assert wall.indoors
        assert not wall.shown
        assert np.linalg.norm(np.subtract(wall.pose.position, door.pose.position)) < 0.5
        assert wall.width * wall.scale < 0.01
    shown = [wall for wall in closed.walls if wall.shown]
    assert len(shown) == len(closed.walls) - len(inside(closed, "layer3"))
    assert plate(opened, "layer3").door is None
    far = [min(wall.spot.z for wall in hall.walls) for hall in (opened, closed)]
    assert far[1] > far[0] + 10, "the way is shorter"


@LAYOUT
def test_links_lead_to_the_door(layout):
    hall = hall_of("ResNet-50", "layers", layout, frozenset({"layer2"}))
    nodes = {wall.node for wall in inside(hall, "layer2")}
    door = plate(hall, "layer2").door
    into = [link for link in hall.links if link.target in nodes]
    out = [link for link in hall.links if link.source in nodes]
    assert len(into) == 1, "several edges to one door are one link"
    assert len(out) == len({link.target for link in out}) == 2
    for link, end in [*((link, -1) for link in into), *((link, 0) for link in out)]:
        assert not link.attached[end]
        assert np.linalg.norm(link.points[end] - np.array(door.pose.position)) < 1.6


def test_a_door_tells_the_room_and_how_many_layers_are_behind_it():
    visit = Visit(hall_of("ResNet-50", "layers").graph)
    visit.do(ToggleRoom("layer3"))
    said = [label.text for part in Furnisher().furnish(visit.world)["fixtures 0"].standing for label in part.labels]
    assert f"{len(inside(visit.hall, 'layer3'))} layers" in said
    (control,) = [c for c in controls_of(visit.world) if c.hint == "Click to open layer3"]
    assert control.intent == ToggleRoom("layer3")


@LAYOUT
def test_a_press_on_the_gate_closes_the_room_one_on_the_door_opens_it(layout):
    visit = Visit(residual())
    begin_with(visit.world, layout)
    room = plate(visit.hall, "block")
    for closed in (True, False):
        surface = room_button(plate(visit.hall, "block"))
        position = surface.pose.apply((0.0, 0.0, 1.0))
        visit.world.player.position = position[0], position[1] - 1.6, position[2]
        visit.look(surface.pose.position)
        assert visit.world.hands["mouse"].target.control.kind == "room"
        visit.do(Select("mouse"))
        assert (plate(visit.hall, "block").door is not None) == closed
        for _ in range(60):
            visit.do()
    assert plate(visit.hall, "block").pose == room.pose


def test_closing_is_undone():
    visit = Visit(residual())
    visit.do()
    visit.do(ToggleRoom("block"))
    for _ in range(60):
        visit.do()
    assert visit.hall.arrangement.closed == {"block"}
    visit.do(Undo())
    assert visit.hall.arrangement.closed == frozenset()
    assert all(wall.shown for wall in visit.hall.walls)


def test_a_room_in_a_closed_room_is_not_to_be_seen_and_closed_again_when_that_is_opened():
    visit = Visit(hall_of("ResNet-50", "layers").graph)
    visit.do(ToggleRoom("layer2.1"))
    assert plate(visit.hall, "layer2.1").door is not None
    assert plate(visit.hall, "layer2").door is None
    visit.do(ToggleRoom("layer2"))
    assert "layer2.1" not in {plate.path for plate in visit.hall.plates}
    visit.do(ToggleRoom("layer2"))
    assert plate(visit.hall, "layer2.1").door is not None


def test_an_inner_room_lies_within_its_room():
    hall = hall_of("ResNet-50", "layers")
    outer = plate(hall, "layer3")
    blocks = [plate for plate in hall.plates if plate.path.startswith("layer3.")]
    assert len(blocks) == 6
    for block in blocks:
        assert block.inner
        assert block.size[0] < outer.size[0]
        middle, reach = block.pose.position[2], block.size[1] / 2
        assert abs(middle - outer.pose.position[2]) + reach <= outer.size[1] / 2 + 1e-6
    assert not [plate for plate in hall_of("Inception v4", "all").plates if "branch" in plate.path], "side by side"


def test_who_goes_to_a_layer_opens_its_room_and_who_goes_on_passes_by():
    visit = Visit(hall_of("ResNet-50", "layers").graph)
    visit.do(GoTo("maxpool"))
    visit.do(ToggleRoom("layer1"))
    visit.do(GoTo("maxpool"))
    for _ in range(60):
        visit.do()
    visit.do(NextLayer(1))
    assert visit.world.journey.reached.name.startswith("layer2.")
    assert visit.hall.arrangement.closed == {"layer1"}
    visit.do(GoTo("layer1.0.conv2"))
    assert visit.hall.arrangement.closed == frozenset()


def test_a_folded_run_and_its_room_are_both_there():
    visit = Visit(repeated())
    visit.do(ToggleRoom("stage.2"))
    assert plate(visit.hall, "stage.2").title == "stage.0–2"
    assert plate(visit.hall, "stage.2").door is not None
    assert not visit.hall.folds, "the sign of a run that is behind a door is away"
