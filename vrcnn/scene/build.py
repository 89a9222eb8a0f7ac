"""Builds a World from a graph: walls, links, rooms, shelf, easel and boards."""

from __future__ import annotations

from collections.abc import Sequence
from math import radians

from vrcnn.engine.plan import MapPlan
from vrcnn.network.graph import Graph
from vrcnn.network.scope import Scope
from vrcnn.scene.anchors import number_anchors
from vrcnn.scene.arranging import arrange
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Hall
from vrcnn.scene.laying import lay
from vrcnn.scene.shelving import shelf_for
from vrcnn.scene.site import stand_apart
from vrcnn.scene.walls import build_walls
from vrcnn.scene.world import Easel, Picture, Player, World

ENTRANCE = 0.0, 0.0, 1.0  # where a visitor starts
GLANCE = -0.075  # rad: a desktop's first view shows less sky and more of the shelf
# Like lecterns, below the eyes and leaning back, so that the walls stand in full view above them.
SHELF_AT = Pose((-1.46, 0.92, -1.96), turn(yaw=radians(30), pitch=radians(-40)))
EASEL_AT = Pose((1.02, 1.14, -1.95), turn(yaw=radians(-16), pitch=radians(-12)))


def build_world(
    name: str,
    graph: Graph,
    plan: MapPlan,
    picture_names: Sequence[str],
    scope: Scope = Scope(),
    labels: Sequence[str] = (),
) -> World:
    """The place for one network and its pictures, which are known by name before they are decoded.

    `graph` and `plan` show as much as `scope` says; `labels` are the names of the network's classes, as far as known.
    """
    world = World(
        [build_hall(name, graph, plan, scope, labels)],
        pictures=[Picture(name) for name in picture_names],
        shelf=shelf_for(len(picture_names), SHELF_AT),
        easel=Easel(EASEL_AT, 0.62, 0.62),
        player=Player(ENTRANCE, pitch=GLANCE),
    )
    stand_apart(world)
    number_anchors(world)
    return world


def build_hall(name: str, graph: Graph, plan: MapPlan, scope: Scope = Scope(), labels: Sequence[str] = ()) -> Hall:
    """The place of one network; the rest as in build_world."""
    hall = Hall(name, graph, tuple(labels))
    lay_out(hall, graph, plan, scope)
    return hall


def add_hall(world: World, hall: Hall) -> None:
    """Opens the hall of another network beside those that are there."""
    world.halls.append(hall)
    stand_apart(world)
    number_anchors(world)


def lay_out(hall: Hall, graph: Graph, plan: MapPlan, scope: Scope) -> None:
    """Sets walls, links, rooms and boards anew; what the visitor has moved stays moved."""
    hall.graph, hall.scope = graph, scope
    if hall.wanted == scope:
        hall.wanted = None
    hall.walls = build_walls(graph, plan, hall.labels)
    hall.slices = max((wall.slices for wall in hall.walls), default=0)
    lay(hall)
    hall.motion = None
    arrange(hall)
    hall.layout_revision += 1
    hall.results_revision += 1
