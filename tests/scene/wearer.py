"""Somebody with a headset on, for the scene's tests: hands go where a test says, and take what is near."""

from __future__ import annotations

from dataclasses import replace
from math import pi
from types import SimpleNamespace

import numpy as np
from graphs import repeated, residual
from labelled import label
from sieved import look_through

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph
from vrcnn.scene.build import build_world
from vrcnn.scene.features import Feature, FeatureState
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.hall import Wall
from vrcnn.scene.headset_intents import Grab
from vrcnn.scene.intents import ChooseDetail, FoldWall, GoTo, HandMoved, HeadMoved, HideWall, Undo, ZoomTiles
from vrcnn.scene.reading import MapAt, Reading
from vrcnn.scene.tools import Tools
from vrcnn.scene.tour import Stop, Tour
from vrcnn.scene.training import Moment, Training
from vrcnn.scene.visualizing import turn_walls
from vrcnn.scene.world import Player, World

AWAY = Pose((0.0, 30.0, 0.0), turn(pitch=pi / 2))  # where a hand is near nothing and points at the sky


class Wearer:
    """Somebody with a headset on, whose hands go where a test says."""

    def __init__(self, graph: Graph | None = None) -> None:
        graph = graph or residual()
        self.world: World = build_world("test", graph, plan_maps(graph.nodes), [f"{n}.jpg" for n in range(3)])
        self.world.player = Player()
        for picture in self.world.pictures:
            picture.pixels = np.zeros((10, 20, 4), "u1")
        self.tools = Tools()
        self.poses = dict.fromkeys(("left", "right"), AWAY)
        self.do(HeadMoved(Pose((0.0, 1.6, 0.0))))

    def do(self, *intents, seconds=0.02) -> list:
        back = self.world.player.room.inverse()
        moved = [HandMoved(hand, back.carry(pose), back.carry(pose)) for hand, pose in self.poses.items()]
        return list(self.tools.step(self.world, [*moved, *intents], seconds))

    def move(self, hand: str, pose: Pose, *intents) -> list:
        """The hand is there from now on, in the world."""
        self.poses[hand] = pose
        return self.do(*intents)

    def on_wall(self, number: int, x: float, y: float, z: float = 0.05) -> Pose:
        """A hand before wall `number`, at (x, y) in shares of its half width and height, that points away from it."""
        wall = self.world.hall.walls[number]
        placing = self.world.hall.placing @ wall.placing
        place = placing.apply((x * wall.width / 2, y * wall.height / 2, z))
        return Pose(place, placing.pose.orientation) @ Pose(orientation=turn(pi))

    def read(self, at: MapAt) -> None:
        """As if the values of a map had come."""
        samples, extremes = np.array([0.0, 4.0], np.float32), np.array([-4.0, 4.0], np.float32)
        values = np.full((8, 8), float(at.channel), np.float16)
        self.world.gallery.reading = Reading(at, values, samples, extremes, f"conv{at.node}", 16, "", "0.jpg")

    def pull(self, hand: str, number: int = 1) -> Pose:
        """The hand takes a copy of the map in the middle of a wall; where the hand is then."""
        at = self.on_wall(number, 0.1, 0.1)
        self.move(hand, at)
        near = self.world.hands[hand].within
        self.read(MapAt(0, self.world.hall.walls[number].node, near.tile))
        self.do(Grab(hand, True))
        self.do()
        return at


class Menu(Wearer):
    """Somebody whose right hand has rested on a tile of the second wall, among things that were done before."""

    def __init__(self, words: str) -> None:
        super().__init__(repeated() if words == "Put network back" else None)
        world, self.wall = self.world, self.world.hall.walls[1]
        if words == "Redo":
            self.point()
            self.do(FoldWall("right"))
            self.do(), self.do(Undo())
        if words == "Layers":
            self.do(ChooseDetail("blocks"))
        if words in ("Undo", "Put all back", "Show hidden walls"):
            self.point()
            self.do({"Show hidden walls": HideWall}.get(words, FoldWall)("right"))
            self.do()
        if words in ("Smaller tiles", "Put back"):
            self.point()
            self.do(ZoomTiles("right", 1))
        if words == "Put network back":
            world.hall.arrangement = replace(world.hall.arrangement, whole=Placing(Pose((1.0, 0.0, 0.0)), 0.5))
        if words == "Back to the ground":
            world.player.position, world.player.scale = (0.0, 2.0, 0.0), 5.0
        if words == "Layer before":
            self.do(GoTo(self.world.hall.walls[2].name))
        if words in ("Later checkpoint", "Earlier checkpoint", "Play the training"):
            world.training = Training(tuple(Moment(step, f"step-{step}") for step in range(3)), shown=1)
        if words in ("Evaluate all pictures", "Other pictures", "First pictures back"):
            label(world)
        if words in ("Flipped ones on shelf", "Flipped one to easel"):
            label(world)
            look_through(world)
        if words == "End the tour":
            world.touring.tour, world.touring.at = Tour("A tour", (Stop("The first stop"),)), 0
        if words == "Cancel this picture":
            world.hall.job.running = True
        if words == "Put the copy away":
            self.pull("right")
            return
        if words in ("Feature to the easel", "All walls: maps"):
            self.visualized()
        self.point()

    def point(self) -> None:
        self.move("right", self.before(self.wall))

    def before(self, wall: Wall, z: float = 1.0) -> Pose:
        """A hand before the middle of a wall that points at it, or at its head where it is folded."""
        placing = self.world.hall.placing @ wall.placing
        return placing.pose @ Pose((0.02, 0.02, z))

    def visualized(self) -> None:
        """The second wall shows what its channels look for, and all of that is made."""
        hall = self.world.hall
        tensor = hall.tensor_of(self.wall.node)
        made = [Feature(FeatureState.MADE, 1.0, SimpleNamespace(outcome="made")) for _ in range(self.wall.span.count)]
        hall.features.known[tensor] = dict(enumerate(made))
        turn_walls(self.world, 0, [self.wall], "visualizations")
