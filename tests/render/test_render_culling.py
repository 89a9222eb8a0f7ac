"""What an eye cannot see is not drawn, and nobody can tell: the pictures are the same, with everything and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import pi

import moderngl
import numpy as np
import pytest
from walls import enqueue

import vrcnn.render.culling as culling
from vrcnn.engine.arena import Arena
from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Edge, Graph, Group, Node
from vrcnn.render.renderer import Renderer
from vrcnn.render.target import Target
from vrcnn.scene.anchors import Anchors, common_anchor, link_anchor
from vrcnn.scene.arranging import arrange
from vrcnn.scene.build import build_world
from vrcnn.scene.camera import View
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.hall import Motion
from vrcnn.scene.theme import DARK
from vrcnn.scene.world import World

pytestmark = pytest.mark.gl
SIZE = (400, 300)
WALLS = 30
HEADS = {
    "at the entrance": Pose((0.0, 1.6, 1.0)),
    "on the path": Pose((0.3, 1.6, -25.0), turn(0.4, -0.1)),
    "looking back": Pose((0.0, 1.6, -40.0), turn(pi)),
    "before a wall": Pose((-1.2, 1.4, -21.5), turn(0.9)),
    "from above": Pose((0.0, 30.0, -30.0), turn(0.2, -1.3)),
    "inside a wall": Pose((-2.2, 1.2, -18.0), turn(-1.0, 0.3)),
}


class Place:
    """A network of WALLS layers in two rooms, with maps, ribbons and signs, as it is furnished for everybody."""

    def __init__(self, context: moderngl.Context) -> None:
        names = [f"block{n // 15}" for n in range(WALLS)]
        nodes = tuple(
            Node(n, f"{name}.conv{n}", "Conv2d", "convolution", name, (1, 24 + n, 6, 6), axes="NCHW")
            for n, name in enumerate(names)
        )
        edges = (*(Edge(n, n + 1) for n in range(WALLS - 1)), Edge(2, 20), Edge(5, 9))
        rooms = tuple(Group(f"block{n}", "Block", tuple(range(15 * n, 15 * n + 15))) for n in range(2))
        graph = Graph(nodes, edges, rooms)
        plan = plan_maps(nodes)
        self.world: World = build_world("Thirty layers", graph, plan, ["a", "b"])
        self.renderer = Renderer(context, DARK)
        self.renderer.set_plan(plan)
        arena = Arena(plan)
        random = np.random.default_rng(5)
        for levels in arena.levels.values():
            for level in levels:
                level[:] = random.normal(size=level.shape)
        arena.statistics[:, 2] = random.normal(size=plan.count)
        for node in range(0, WALLS, 2):
            enqueue(self.renderer.stores[0], node, arena)
        self.renderer.stores[0].upload(1 << 30)
        self._furnisher, self._anchors = Furnisher(), Anchors()

    def prepare(self) -> None:
        groups = self._furnisher.furnish(self.world)
        self.renderer.prepare(groups, self.world.time, self._anchors.of(self.world))

    def seen(self, head: Pose, degrees: float = 80.0) -> np.ndarray:
        self.prepare()
        return self.renderer.render_picture(View.symmetric(head, SIZE[0] / SIZE[1], degrees), SIZE).astype(int)

    def seen_in_full(self, head: Pose, degrees: float = 80.0) -> np.ndarray:
        """With all that there is drawn, and every wall by its maps."""
        self.renderer.culling.active = False
        self.prepare()
        try:
            return self.seen(head, degrees)
        finally:
            self.renderer.culling.active = True

    def drawn(self) -> int:
        """How many instances the last picture had, of those that may be left out."""
        commands = np.frombuffer(self.renderer.culling._commands.read(), np.uint32).reshape(-1, 5)
        shown = [batch.drawn for batch in self.renderer.culling._batches if not batch.indexed]
        return sum(int(commands[first : first + count, 1].sum()) for _, first, count in shown)


@pytest.fixture
def place(context: moderngl.Context) -> Iterator[Place]:
    made = Place(context)
    yield made
    made.renderer.release()


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_the_picture_is_that_of_everything(place: Place, head: Pose) -> None:
    assert (place.seen(head) == place.seen_in_full(head)).all()


def test_most_of_a_long_path_is_not_drawn_for_somebody_in_the_middle_of_it(place: Place) -> None:
    place.seen_in_full(HEADS["on the path"])
    everything = place.drawn()
    place.seen(HEADS["on the path"])
    assert 0 < place.drawn() < everything / 2
    place.seen(Pose((0.0, 1.6, 12.0), turn(pi)))
    assert place.drawn() == 0, "with its back to the network"


def test_far_walls_need_no_texture_array_and_look_the_same(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    far = Pose((0.0, 1.6, 60.0))
    shown = place.seen(far, 100.0)
    drawn = [walls for batch in place.renderer._groups["grids 0"].batches.values() for walls in batch.walls]
    near = [walls.batch for walls in drawn if walls.array is not None]
    assert all(part.hidden for part in near)
    monkeypatch.setattr(culling, "FAR_CELL", 1e-9)
    place.prepare()
    assert np.abs(shown - place.seen(far, 100.0)).max() <= 1
    assert not all(part.hidden for part in near)


def test_a_wall_that_is_taken_away_is_seen_where_it_is(place: Place) -> None:
    hall = place.world.hall
    far = hall.walls[-1]
    head = HEADS["at the entrance"]
    before = place.seen(head)
    moved = far.home.inverse() @ Placing(Pose((0.0, 1.5, -2.0)))
    hall.arrangement = hall.arrangement.with_moved(far.name, moved)
    arrange(hall)
    after = place.seen(head)
    assert (after != before).any(axis=2).mean() > 0.05
    assert (after == place.seen_in_full(head)).all()


def test_walls_on_their_way_are_seen_where_they_are(place: Place) -> None:
    hall = place.world.hall
    before = {
        wall.node: Placing(Pose((0.0, 1.5, -3.0 - 0.5 * wall.node), turn(0.3 * wall.node))) for wall in hall.walls
    }
    hall.motion = Motion(before, 0.0, 2.0)
    pictures = []
    for place.world.time in (0.0, 0.7, 1.5):
        pictures.append(place.seen(HEADS["at the entrance"]))
        assert (pictures[-1] == place.seen_in_full(HEADS["at the entrance"])).all()
    assert (pictures[0] != pictures[1]).any()
    assert (pictures[1] != pictures[2]).any()


def test_a_network_as_small_as_a_toy_is_seen_too(place: Place) -> None:
    hall = place.world.hall
    hall.place = Placing(Pose((0.0, 1.2, -0.5)), 0.02)
    head = Pose((0.0, 1.6, 0.3), turn(0.0, -0.5))
    shown, everything = place.seen(head), place.seen_in_full(head)
    assert (np.abs(shown - everything).max(axis=2) > 8).mean() < 0.002, "but for specks"


def test_two_eyes_see_all_that_each_of_them_sees(context: moderngl.Context, place: Place) -> None:
    views = [View(Pose((x, 1.6, -20.0), turn(0.1 * x)), -0.9 - x, 0.9 - x, -0.8, 0.8) for x in (-0.5, 0.5)]
    place.prepare()
    target = Target(context, SIZE)
    pictures = []
    for views_at_once in (views, views[:1], views[1:]):
        place.renderer.look(views_at_once, SIZE)
        for view in views_at_once:
            place.renderer.draw(view, target.framebuffer, SIZE)
            pictures.append(target.read())
    assert (pictures[0] == pictures[2]).all()
    assert (pictures[1] == pictures[3]).all()
    target.release()


def test_words_beyond_reading_and_specks_are_left_out(place: Place) -> None:
    labels = tuple(Label(f"word {n}", Pose((0.05 * n - 1.5, 1.6, -10.0)), 0.05) for n in range(60))
    specks = tuple(Box(Pose((0.02 * n - 3.0, 1.6, -10.0)), (0.001, 0.001, 0.001), "accent") for n in range(300))
    for drawables, wide, narrow in ((Drawables(labels=labels), 140.0, 10.0), (Drawables(boxes=specks), 100.0, 1.0)):
        drawn = []
        for degrees in (wide, narrow):
            place.renderer.prepare({"test": drawables}, 0.0)
            place.renderer.render_picture(View.symmetric(Pose((0.0, 1.6, 0.0)), 1.0, degrees), SIZE)
            drawn.append(place.drawn())
        assert drawn[0] == 0
        assert drawn[1] > 0


def test_another_number_of_things_is_taken_over(place: Place) -> None:
    box = Box(Pose((0.0, 1.6, -3.0)), (0.1, 0.1, 0.1), "accent", glow=1.0)
    for count in (500, 300, 20, 400):
        row = tuple(replace(box, pose=Pose((0.008 * n - 1.0, 1.6, -3.0))) for n in range(count))
        place.renderer.prepare({"row": Drawables(boxes=row)}, 0.0)
        seen = place.renderer.render_picture(View.symmetric(Pose((0.0, 1.6, 0.0)), 4 / 3, 80.0), SIZE)
        lit = np.flatnonzero((seen[:, :, 0] > 200).any(axis=0))
        assert (lit[-1] - lit[0]) / SIZE[0] == pytest.approx(0.008 * count / 3.0 / 2.24, abs=0.03)


@pytest.mark.parametrize("which", ["a wall", "a link", "the hall", "nothing"])
def test_what_has_moved_alone_is_placed_as_if_everything_were(place: Place, which: str) -> None:
    place.prepare()
    hall, known = place.world.hall, place.renderer.culling
    rows = {"a wall": common_anchor(hall, 3), "a link": link_anchor(hall, 1), "the hall": hall.first_anchor}
    anchors = place._anchors.of(place.world).copy()
    if which in rows:
        anchors[rows[which], :3] += 2.5
    former = known._spheres.copy()
    known.place(anchors)
    names = ("_spheres", "_reaches", "_limits", "_sides", "_thick")
    alone = [getattr(known, name).copy() for name in names]
    known._table = None
    known.place(anchors.copy())
    for name, placed in zip(names, alone, strict=True):
        assert np.allclose(placed, getattr(known, name)), name
    assert np.array_equal(former, alone[0]) == (which in ("a link", "nothing"))
