"""A place of a few layers whose walls show visualizations, for the tests of the renderer."""

from __future__ import annotations

import moderngl
import numpy as np
from walls import enqueue

from vrcnn.engine.arena import Arena
from vrcnn.engine.plan import plan_maps
from vrcnn.featurevis.results import Place, Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.network.graph import Graph, Node
from vrcnn.render.renderer import Renderer
from vrcnn.render.target import Target
from vrcnn.scene.anchors import Anchors
from vrcnn.scene.build import build_world
from vrcnn.scene.camera import View
from vrcnn.scene.features import Feature, FeatureState
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Wall
from vrcnn.scene.theme import DARK
from vrcnn.scene.visualizing import turn_walls
from vrcnn.scene.world import World

SIZE, DEGREES = (480, 360), 30.0  # half the height of the view
RED, GREEN, BLUE = (210, 40, 30), (40, 190, 60), (30, 60, 220)


class Featured:
    """Two layers of 16 and 24 maps and one of 40 numbers, all with maps; nothing but the walls' grids is drawn."""

    def __init__(self, context: moderngl.Context, shapes: tuple[tuple[int, ...], ...] = ()) -> None:
        shapes = shapes or ((1, 16, 6, 6), (1, 24, 6, 6), (1, 40))
        nodes = tuple(Node(n, f"conv{n}", "Conv2d", "convolution", "", shape) for n, shape in enumerate(shapes))
        graph = Graph(nodes, ())
        self.plan = plan_maps(nodes)
        self.world: World = build_world("featured", graph, self.plan, [])
        self.renderer = Renderer(context, DARK)
        self.renderer.set_plan(self.plan)
        arena = Arena(self.plan)
        random = np.random.default_rng(5)
        for span in self.plan.spans.values():
            values = random.uniform(0.2, 1.0, size=span.count)
            for level in arena.levels[span.size]:
                level[span.first : span.first + span.count] = values[:, None, None]
            arena.statistics[span.row : span.row + span.count, :3] = values[:, None]
        for number in self.plan.spans:
            enqueue(self.renderer.stores[0], number, arena)
        self.renderer.stores[0].upload(1 << 30)
        self._target = Target(context, SIZE)
        self._furnisher, self._anchors = Furnisher(), Anchors()
        self._seen = 0, 2.0, 0.0, 0.0

    def wall(self, number: int = 0) -> Wall:
        return self.world.hall.walls[number]

    def turn(self, face: str, *numbers: int) -> None:
        turn_walls(self.world, 0, [self.wall(number) for number in numbers or (0,)], face)

    def know(
        self,
        channel: int,
        pixels: np.ndarray | None = None,
        state: FeatureState = FeatureState.MADE,
        progress: float = 1.0,
        number: int = 0,
    ) -> None:
        """There is something of a channel's visualization, and a picture where `pixels` are given."""
        tensor = self.world.hall.tensor_of(self.wall(number).node)
        feature = Feature(state, progress)
        if pixels is not None:
            feature.made = visualization(pixels, tensor, channel)
            self.renderer.set_feature(0, tensor, channel, pixels)
        self.world.hall.features.known.setdefault(tensor, {})[channel] = feature
        self.world.hall.features.revision += 1

    def prepare(self) -> None:
        """A frame; everything that waits is taken over."""
        self.world.time += 1.0
        self.renderer.read(self.world)
        self.renderer._features.follow(self.world, 10.0)
        self.renderer._features.settle()
        groups = {n: group for n, group in self._furnisher.furnish(self.world).items() if n in ("grids 0", "apart 0")}
        self.renderer.prepare(groups, self.world.time, self._anchors.of(self.world))

    def seen(self, number: int = 0, distance: float = 2.0, aside: float = 0.0, before: int | None = None) -> np.ndarray:
        """(360, 480, 3) int: a wall from straight before its middle, or one of its cells, and some m aside."""
        self.prepare()
        for maps in self.renderer.stores.values():
            maps.states.settle()
        wall, (x, y) = self.wall(number), (0.0, 0.0)
        if before is not None:
            row, column = divmod(before, wall.columns)
            x = ((column + 0.5) / wall.columns - 0.5) * wall.width
            y = (0.5 - (row + 0.5 - wall.first_row) / wall.rows_shown) * wall.height
        self._seen = number, distance, x, y
        pose = self.world.hall.placing.carry(wall.pose @ Pose((x + aside, y, distance)))
        view = View.symmetric(pose, SIZE[0] / SIZE[1], 2 * DEGREES)
        self.renderer.draw(view, self._target.framebuffer, SIZE)
        return self._target.read().astype(int)

    def unit(self) -> float:
        """Pixels of a metre on the wall that was seen last."""
        return SIZE[1] / (2 * np.tan(np.radians(DEGREES))) / self._seen[1]

    def cell(self, picture: np.ndarray, cell: int) -> np.ndarray:
        """The pixels of a cell of the wall that was seen last, without its rim."""
        number, _, x, y = self._seen
        wall, unit = self.wall(number), self.unit()
        row, column = divmod(cell, wall.columns)
        width, height = wall.width / wall.columns * unit, wall.height / wall.rows_shown * unit
        left = SIZE[0] / 2 - (wall.width / 2 + x) * unit + column * width
        top = SIZE[1] / 2 - (wall.height / 2 - y) * unit + (row - wall.first_row) * height
        rows = slice(round(top + 0.06 * height), round(top + 0.94 * height))
        found = picture[rows, round(left + 0.06 * width) : round(left + 0.94 * width)]
        assert found.size, "the cell is in view"
        return found

    def release(self) -> None:
        self.renderer.release()


def plain(colour: tuple[int, int, int], height: int = 64, width: int = 64) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def visualization(pixels: np.ndarray, tensor: int = 0, channel: int = 0, outcome: str = "risen") -> Visualization:
    return Visualization(Place(f"conv{tensor}", tensor), channel, Settings(), pixels, 2.0, 0.1, None, outcome)
