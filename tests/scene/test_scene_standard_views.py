"""The standard views fit every network and every layout: they look at what they are named for."""

from __future__ import annotations

from dataclasses import replace
from math import radians

import numpy as np
import pytest
from graphs import branches, chain, dense, repeated, residual

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph
from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.build import build_world
from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.geometry import Placing, Pose, Ray, Vector, turn
from vrcnn.scene.intents import ChooseLayout
from vrcnn.scene.picking import Picker
from vrcnn.scene.standard_views import VIEWS, standard_view
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import EYE_HEIGHT, World

ASPECT = 1.6
GRAPHS = {"chain": chain(20), "residual": residual(), "branches": branches(), "dense": dense(), "repeated": repeated()}


def world_of(graph: Graph, layout: str = "corridor") -> World:
    world = build_world("test", graph, plan_maps(graph.nodes), ["cat.jpg"])
    Tools().step(world, [ChooseLayout(layout)], 1.0)
    return world


def sees(eyes: Pose, point: Vector) -> bool:
    """Whether a point of the world is within the picture."""
    x, y, _, w = View.symmetric(eyes, ASPECT, FIELD_OF_VIEW).matrix() @ np.array([*point, 1.0])
    return bool(w > 0 and abs(x) < w and abs(y) < w)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("graph", GRAPHS.values(), ids=GRAPHS.keys())
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_upright_above_the_ground_and_sees_walls(view: str, graph: Graph, layout: str) -> None:
    world = world_of(graph, layout)
    eyes = standard_view(world, view, ASPECT)
    assert eyes.position[1] > 0.5
    assert eyes.right[1] == pytest.approx(0.0, abs=1e-6), "the horizon is level"
    if view == "exit":
        assert sees(eyes, world.hall.placing.apply(world.hall.exit.pose.position))
    else:
        assert any(sees(eyes, (world.hall.placing @ wall.placing).pose.position) for wall in world.hall.walls)


def test_the_entrance_is_where_a_visitor_starts() -> None:
    world = world_of(chain())
    assert standard_view(world, "entrance", ASPECT) == world.player.eyes


def test_before_a_wall_all_of_it_is_in_the_picture_and_nothing_in_the_way() -> None:
    graph = chain(30)
    world = world_of(replace(graph, nodes=tuple(replace(node, shape=(1, 32, 48, 48)) for node in graph.nodes)))
    eyes = standard_view(world, "wall", ASPECT)
    place = len(world.hall.walls) // 2
    wall = world.hall.walls[place]
    for across in (-0.5, 0.0, 0.5):
        for up in (-0.5, 0.0, 0.5):
            point = wall.placing.apply((across * wall.width, up * wall.height, 0.0))
            assert sees(eyes, point)
    way = np.subtract(wall.pose.position, eyes.position)
    met = Picker().pick(world, Ray(eyes.position, tuple(way / np.linalg.norm(way))))
    assert met is not None
    assert (met.kind, met.index) == ("wall", place)


def test_they_move_with_the_network() -> None:
    world = world_of(chain(12))
    before = {view: standard_view(world, view, ASPECT) for view in VIEWS if view != "entrance"}
    place = Pose((7.0, 0.0, -3.0), turn(radians(20)))
    world.hall.place = Placing(place)
    for view, eyes in before.items():
        moved = standard_view(world, view, ASPECT)
        if view == "wall":
            assert moved.position[1] == pytest.approx(EYE_HEIGHT, abs=0.8)
        else:
            assert moved.position == pytest.approx((place @ eyes).position)
