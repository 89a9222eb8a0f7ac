"""Places for benchmarks/render.py: corridors of synthetic maps, the same walls with few or a million, and networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import radians

import moderngl
import numpy as np
import torch

from vrcnn.engine.arena import Arena
from vrcnn.engine.plan import MapPlan, MapSize, plan_maps
from vrcnn.engine.pyramid import pyramid
from vrcnn.network.graph import Edge, Graph, Node
from vrcnn.render.map_store import MapStore
from vrcnn.render.renderer import Renderer
from vrcnn.render.target import Target
from vrcnn.scene.anchors import Anchors
from vrcnn.scene.build import build_world
from vrcnn.scene.camera import View
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Wall
from vrcnn.scene.theme import DARK
from vrcnn.scene.world import World

WALLS = 40
SIDE = 8  # pixels of a map's side
LIMIT = 2.0  # of the values' range
EYES = (-0.032, 0.032)  # m from the middle of the head
DISTINCT = 1021  # a prime: so many maps of noise, each other map one of them moved by a value of its own


class Place:
    """A world whose maps are on the graphics card, furnished as for a visitor.

    Attributes:
        world, plan: what stands there, and where the maps lie.
        groups, anchors: what the renderer is given.
        renderer: it has everything.
    """

    def __init__(
        self, context: moderngl.Context, world: World, plan: MapPlan, enqueue: Callable[[MapStore], None]
    ) -> None:
        self.world, self.plan = world, plan
        self.renderer = Renderer(context, DARK)
        self.renderer.set_plan(plan)
        store = self.renderer.stores[0]
        enqueue(store)
        while store.pending:
            store.upload(1 << 26)
        self._furnisher, self._anchors = Furnisher(), Anchors()
        self.furnish()
        store.states.settle()

    def furnish(self) -> None:
        """Gives the renderer the world as it stands now."""
        self.groups = dict(self._furnisher.furnish(self.world))
        self.anchors = self._anchors.of(self.world)
        self.renderer.prepare(self.groups, self.world.time, self.anchors)

    def views(self) -> list[Pose]:
        """Where the head is: at the entrance, twice along the path, and before a wall."""
        walls = self.world.hall.walls
        length = min(wall.pose.position[2] for wall in walls)
        along = [Pose((0.0, 1.6, share * length), turn(yaw)) for share, yaw in ((0.3, 0.0), (0.6, radians(35)))]
        return [Pose((0.0, 1.6, 1.0)), *along, walls[len(walls) // 2].pose @ Pose((0.0, 0.1, 1.5))]


class Corridor(Place):
    """A world of `walls` walls with `maps` maps in all, no two of them alike."""

    def __init__(self, context: moderngl.Context, maps: int, shaped_for: int, walls: int = WALLS) -> None:
        """The walls have the sizes that they would have for `shaped_for` maps, so that corridors can be compared."""
        world = _world(shaped_for // walls, walls)
        plan = plan_maps(_graph(maps // walls, walls).nodes)
        for wall in world.hall.walls:
            _fill(wall, plan)
        self.arena = noise(plan)
        super().__init__(context, world, plan, self.arena.enqueue)


class Filled(Arena):
    """An arena that has all maps of its plan, with values up to LIMIT."""

    def enqueue(self, store: MapStore) -> None:
        """Lets a store upload all layers."""
        samples = np.full(16, LIMIT, np.float32)
        for node, span in self.plan.spans.items():
            store.enqueue(node, self, samples, np.zeros(span.count, np.float32))


def noise(plan: MapPlan) -> Filled:
    """An arena in which no two maps are alike, with mip levels and statistics."""
    arena = Filled(plan)
    random = np.random.default_rng(1)
    for size, total in plan.totals.items():
        some = random.normal(0.0, 0.6, (min(total, DISTINCT), size.height, size.width)).astype(np.float32)
        shift = ((np.arange(total) * 0.6180339887) % 1.0 - 0.5)[:, None, None]
        for level, pooled in zip(arrays(arena, size), pyramid(torch.from_numpy(some)), strict=True):
            for first in range(0, total, DISTINCT):
                rows = slice(first, min(total, first + DISTINCT))
                level[rows] = pooled.numpy()[: rows.stop - first] + shift[rows]
    for span in plan.spans.values():
        rows = slice(span.first, span.first + span.count)
        levels = arrays(arena, span.size)
        full = levels[0][rows].reshape(span.count, -1)
        table = arena.statistics[span.row : span.row + span.count]
        table[:, 0], table[:, 1] = full.min(1), full.max(1)
        table[:, 2], table[:, 3] = levels[-1][rows, 0, 0], full.std(1, dtype=np.float32)
    return arena


def arrays(arena: Arena, size: MapSize) -> list[np.ndarray]:
    """The levels of an arena in main memory."""
    return [level for level in arena.levels[size] if isinstance(level, np.ndarray)]


def eyes_of(head: Pose) -> list[View]:
    """Two square views of 95 degrees, as a headset has them."""
    return [View.symmetric(head @ Pose((offset, 0.0, 0.0)), 1.0, 95.0) for offset in EYES]


def stereo(renderer: Renderer, targets: Sequence[Target], heads: Sequence[Pose]) -> None:
    """Draws both eyes of all these heads."""
    for head in heads:
        views = eyes_of(head)
        renderer.look(views, targets[0].size)
        for view, target in zip(views, targets, strict=True):
            renderer.draw(view, target.framebuffer, target.size)


def _graph(maps: int, walls: int) -> Graph:
    nodes = tuple(
        Node(index, f"layer{index}", "Conv2d", "convolution", "", (1, maps, SIDE, SIDE), axes="NCHW")
        for index in range(walls)
    )
    return Graph(nodes, tuple(Edge(index, index + 1) for index in range(walls - 1)))


def _world(maps: int, walls: int) -> World:
    graph = _graph(maps, walls)
    return build_world("A million maps", graph, plan_maps(graph.nodes), [])


def _fill(wall: Wall, plan: MapPlan) -> None:
    """Tiles the wall anew for the maps of `plan`; it stays as large as it is."""
    span = wall.span = replace(plan.spans[wall.node])
    wall.columns = max(1, round((span.count * wall.width / wall.height) ** 0.5))
    wall.rows = -(-span.count // wall.columns)
    wall.rows_shown = float(wall.rows)


def raw_bytes(plan: MapPlan) -> int:
    """Bytes of the maps alone as float16, without mip levels and statistics."""
    return sum(total * _pixels(size) * 2 for size, total in plan.totals.items())


def _pixels(size: MapSize) -> int:
    return size.height * size.width
