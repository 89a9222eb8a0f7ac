"""Going to a layer, to the next one, to a place: through intents, in every layout, on the desktop and in a headset."""

from __future__ import annotations

from itertools import pairwise
from math import atan2, dist

import numpy as np
import pytest
from graphs import chain, repeated, residual
from real_graphs import hall_of
from visiting import Visit

from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.intents import (
    ChooseLayout,
    FoldWall,
    GoTo,
    HeadMoved,
    HideWall,
    NextLayer,
    Select,
    StandAt,
    ToggleRoom,
)
from vrcnn.scene.picking import Picker
from vrcnn.scene.requests import ShowLayer
from vrcnn.scene.vantage import vantage
from vrcnn.scene.wayposts import wayposts
from vrcnn.scene.world import World

LAYOUT = pytest.mark.parametrize("layout", LAYOUTS)


def arrive(visit: Visit, *intents) -> list[object]:
    """What was asked for, once the visitor is there."""
    requests = visit.do(*intents)
    for _ in range(40):
        requests += visit.do()
    return requests


def corners_in_view(world: World, wall, frame: Placing) -> np.ndarray:
    """(4, 2): where a window shows the corners of a wall's maps, -1 to 1 across and up."""
    matrix = View.symmetric(world.player.eyes, 1.6).matrix()
    half, high = wall.width / 2, wall.height / 2
    points = np.array([[*frame.apply((x, y, 0.0)), 1.0] for x in (-half, half) for y in (-high, high)])
    clip = points @ matrix.T
    assert (clip[:, 3] > 0).all(), "it is before the eyes"
    return clip[:, :2] / clip[:, 3:]


def name_at_hand(world: World) -> str:
    hall, index = world.journey.at
    return world.halls[hall].walls[index].name


@LAYOUT
def test_who_goes_to_a_layer_stands_before_its_wall_and_sees_all_of_it(layout):
    visit = Visit(residual())
    arrive(visit, ChooseLayout(layout))
    for wall in visit.hall.walls:
        assert arrive(visit, GoTo(wall.name)) == []
        frame = visit.hall.placing @ wall.placing
        assert np.abs(corners_in_view(visit.world, wall, frame)).max() < 1
        assert frame.pose.inverse().apply(visit.world.player.eyes.position)[2] > 0.5, "before its face"
        assert visit.world.player.position[1] == 0
        middle = visit.world.player.eyes.forward
        away = np.subtract(frame.pose.position, visit.world.player.eyes.position)
        assert np.dot(middle, away / np.linalg.norm(away)) > 0.95
        target = Picker().pick(visit.world, visit.ray(frame.pose.position))
        assert (target.kind, target.index) == ("wall", visit.hall.walls.index(wall)), "nothing stands in between"
        assert name_at_hand(visit.world) == wall.name


@pytest.mark.parametrize(("network", "detail"), [("ResNet-50", "layers"), ("Inception v4", "blocks")])
@LAYOUT
def test_most_of_every_wall_of_a_real_network_is_seen_from_its_vantage(network, detail, layout):
    hall = hall_of(network, detail, layout)
    hall.place = Placing(Pose((30.0, 0.0, -4.0), turn(0.7)), 1.0)
    visit = Visit(chain(2))
    visit.world.halls = [hall]
    seen = []
    for number in range(0, len(hall.walls), 5):
        wall = hall.walls[number]
        eyes = vantage(visit.world.halls, 0, wall)
        visit.world.player.position = eyes.position[0], eyes.position[1] - 1.6, eyes.position[2]
        frame = hall.placing @ wall.placing
        for across in (-0.42, 0.0, 0.42):
            for up in (-0.42, 0.0, 0.42):
                target = Picker().pick(visit.world, visit.ray(frame.apply((across * wall.width, up * wall.height, 0))))
                seen.append(target is not None and target.kind in ("wall", "left out") and target.index == number)
    assert np.mean(seen) > 0.9


def test_the_desktops_visitor_glides_there_and_a_headsets_is_there_at_once():
    visit = Visit(chain())
    visit.do(GoTo("conv4"))
    ways = [visit.world.player.position]
    for _ in range(14):
        visit.do()
        ways.append(visit.world.player.position)
    steps = [dist(a, b) for a, b in pairwise(ways)]
    assert steps[1] > steps[5] > steps[10], "fast at first, then calmly"
    assert steps[-1] == 0, "after a quarter of a second it is over"
    assert visit.world.journey.glide is None

    worn = Visit(chain())
    worn.do(HeadMoved(Pose((0.3, 1.7, 0.2), turn(0.4))))
    worn.do(GoTo("conv4"))
    assert worn.world.journey.glide is None
    assert dist(worn.world.player.eyes.position[::2], ways[-1][::2]) < 1e-6
    x, _, z = worn.world.player.eyes.forward
    ahead = visit.world.player.eyes.forward
    assert atan2(-x, -z) == pytest.approx(atan2(-ahead[0], -ahead[2])), "and looks at the wall"


def test_who_asks_for_another_layer_on_the_way_gets_there():
    visit = Visit(chain())
    visit.do(GoTo("conv4"))
    visit.do(GoTo("conv1"))
    arrive(visit)
    assert name_at_hand(visit.world) == "conv1"


def test_a_wall_that_was_folded_or_hidden_is_opened_first():
    visit = Visit(chain())
    for put_away in (FoldWall("mouse"), HideWall("mouse")):
        visit.before(visit.hall.walls[2])
        visit.do(put_away)
        assert visit.hall.walls[2].folded or visit.hall.walls[2].hidden
        arrive(visit, GoTo("conv2"))
        assert not visit.hall.walls[2].folded
        assert visit.hall.walls[2].shown
        assert name_at_hand(visit.world) == "conv2"


def test_a_closed_room_is_opened_for_those_who_go_to_a_layer_in_it():
    visit = Visit(residual())
    arrive(visit, ToggleRoom("block"))
    inside = next(wall for wall in visit.hall.walls if wall.name == "block.b")
    assert not inside.shown
    arrive(visit, GoTo("block.b"))
    assert inside.shown
    assert name_at_hand(visit.world) == "block.b"


def test_a_layer_without_a_wall_is_asked_for():
    visit = Visit(repeated())
    assert visit.do(GoTo("stage.0.a")) == [ShowLayer("stage.0.a", 0)]


def test_next_and_before_follow_the_order_of_the_computation():
    visit = Visit(residual())
    nodes = sorted(visit.hall.walls, key=lambda wall: wall.node)
    arrive(visit, GoTo(nodes[0].name))
    assert arrive(visit, NextLayer(-1)) == []
    assert name_at_hand(visit.world) == nodes[0].name, "nothing comes before the input"
    for wall in nodes[1:]:
        arrive(visit, NextLayer(1))
        assert name_at_hand(visit.world) == wall.name
    arrive(visit, NextLayer(1))
    assert name_at_hand(visit.world) == nodes[-1].name
    arrive(visit, NextLayer(-1))
    assert name_at_hand(visit.world) == nodes[-2].name


def test_hidden_walls_are_passed_over():
    visit = Visit(chain())
    visit.before(visit.hall.walls[2])
    visit.do(HideWall("mouse"))
    arrive(visit, GoTo("conv1"))
    arrive(visit, NextLayer(1))
    assert name_at_hand(visit.world) == "conv3"


def test_far_from_all_walls_next_leads_to_the_nearest():
    visit = Visit(chain())
    visit.world.player.position = 0.0, 0.0, 30.0
    visit.do()
    assert visit.world.journey.at is None
    arrive(visit, NextLayer(1))
    assert name_at_hand(visit.world) == "conv0"


def test_who_walks_on_stands_at_another_wall():
    visit = Visit(chain(12))
    arrive(visit, GoTo("conv2"))
    assert name_at_hand(visit.world) == "conv2"
    visit.before(visit.hall.walls[9], 1.4)
    visit.do()
    assert name_at_hand(visit.world) == "conv9"


def test_a_place_on_the_ground_is_reached_looking_as_before():
    visit = Visit(chain())
    visit.world.player.yaw = 0.5
    arrive(visit, StandAt(1.0, -7.0))
    assert visit.world.player.position == (1.0, 0.0, -7.0)
    assert visit.world.player.yaw == pytest.approx(0.5)


def test_the_plates_before_a_wall_lead_on_and_back():
    visit = Visit(chain())
    arrive(visit, GoTo("conv2"))
    plates = {words.strip("← →"): surface for surface, words, _ in wayposts(visit.world)}
    assert set(plates) == {"conv1", "conv3", "All"}
    visit.look(plates["conv3"].pose.position)
    assert visit.world.hands["mouse"].target.kind == "way"
    arrive(visit, Select("mouse"))
    assert name_at_hand(visit.world) == "conv3"
