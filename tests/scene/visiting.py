"""A visitor in a small place for the scene's tests: stands, looks, and does what intents say."""

from __future__ import annotations

from math import atan2

import numpy as np

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph
from vrcnn.scene.anchors import number_anchors
from vrcnn.scene.build import build_world
from vrcnn.scene.geometry import Pose, Ray
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.intents import HandMoved, HeadMoved, Intent, Look
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import Player, World


class Visit:
    """A visitor in the place of a graph, alone with its walls and without the furniture of the entrance."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.world: World = build_world("test", graph, plan_maps(graph.nodes), [])
        self.world.player = Player()
        self.tools = Tools()
        number_anchors(self.world)

    @property
    def hall(self) -> Hall:
        return self.world.hall

    def do(self, *intents: Intent, seconds: float = 0.02) -> list[object]:
        return list(self.tools.step(self.world, intents, seconds))

    def before(self, wall: Wall, distance: float = 2.0, aside: float = 0.0) -> None:
        """The visitor stands before the middle of a wall and looks at it."""
        placing = self.hall.placing @ wall.placing
        x, y, z = placing.pose.apply((aside, 0.0, distance))
        self.world.player.position = x, y - 1.6, z
        self.look(placing.pose.position)

    def look(self, point: tuple[float, float, float]) -> list[object]:
        """Turns the view straight to a point."""
        ex, ey, ez = self.world.player.eyes.position
        x, y, z = point[0] - ex, point[1] - ey, point[2] - ez
        yaw, pitch = atan2(-x, -z), atan2(y, float(np.hypot(x, z)))
        return self.do(Look(yaw - self.world.player.yaw, pitch - self.world.player.pitch))

    def ray(self, point: tuple[float, float, float]) -> Ray:
        """From the eyes to a point."""
        origin = self.world.player.eyes.position
        way = np.subtract(point, origin)
        return Ray(origin, tuple((way / np.linalg.norm(way)).tolist()))

    def hands(self, **aims: Pose) -> None:
        """Controllers that are held and aim there."""
        self.do(HeadMoved(Pose((0.0, 1.7, 0.0))), *(HandMoved(hand, aim, aim) for hand, aim in aims.items()))
