"""The World: everything that the visitor sees or changes, as plain data. Nothing else holds such state."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from vrcnn.engine.messages import Score
from vrcnn.engine.plan import MapSpan, slice_index
from vrcnn.network.graph import Graph, Run
from vrcnn.network.scope import Scope
from vrcnn.scene.geometry import Pose, Ray, Vector, turn

EYE_HEIGHT = 1.6  # m, of a standing visitor on the desktop
NO_PICTURE_YET = "Nothing yet: put a picture on the easel."
HANDS = ("mouse", "left", "right")
USEFUL = ("picture", "page", "easel", "notice", "detail", "fold", "slider", "overlay")  # Targets that a press is for


class WallState(Enum):
    EMPTY = "empty"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    LEFT_OUT = "left out"


@dataclass
class Wall:
    """One layer. `pose` is the centre of its tile grid and faces the reader; `width` and `height` in m are the grid's.

    `title` is the layer's name, `subtitle` its shape and channels, `caption` its operations. A wall that is `left_out`
    has its size but no maps, as memory is short. `channels` are the names of its first maps. `stands_for` counts the
    blocks of a folded run that the wall shows the last of; 1 elsewhere. `slices` is how many its volumes have, 0
    where it has none.
    """

    node: int
    span: MapSpan | None
    pose: Pose
    width: float
    height: float
    columns: int
    rows: int
    title: str
    subtitle: str
    caption: str
    family: str
    state: WallState = WallState.EMPTY
    nonfinite: int = 0
    left_out: bool = False
    channels: tuple[str, ...] = ()
    stands_for: int = 1
    slices: int = 0


@dataclass
class Link:
    """An edge of the graph as a curve through `points` ((N, 3) float32, m). A `skip` arcs over the walls."""

    source: int
    target: int
    points: np.ndarray
    skip: bool = False


@dataclass
class Plate:
    """The floor of a room: a group of layers. `pose` is its centre on the ground, `size` is (width, depth) in m.

    `title` stands on its gate; `stands_for` counts the blocks of a folded run, 1 elsewhere.
    """

    path: str
    kind: str
    pose: Pose
    size: tuple[float, float]
    title: str = ""
    stands_for: int = 1


@dataclass
class Picture:
    """A picture of the shelf. `pixels` is (H, W, 4) uint8, None until it is decoded; `broken` says why it never is."""

    name: str
    pixels: np.ndarray | None = None
    broken: str | None = None

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        return 1.0 if self.pixels is None else self.pixels.shape[1] / self.pixels.shape[0]


@dataclass
class Surface:
    """A rectangle in the world that things lie or are written on; faces along its pose's +z. Sizes in m."""

    pose: Pose
    width: float
    height: float


@dataclass
class Shelf(Surface):
    """Shows one `page` of the pictures in `columns` x `rows` slots, filled row by row from the top left."""

    columns: int = 1
    rows: int = 1
    page: int = 0

    @property
    def slots(self) -> int:
        """How many pictures a page shows."""
        return self.columns * self.rows

    def shown(self, count: int) -> range:
        """The numbers of the pictures on the current page, of `count` in all."""
        first = self.page * self.slots
        return range(min(first, count), min(first + self.slots, count))

    def pages(self, count: int) -> int:
        return max(1, -(-count // self.slots))


@dataclass
class Easel(Surface):
    """Where a picture is put to run through the network; `picture` is its number."""

    picture: int | None = None


@dataclass
class Fold(Surface):
    """The sign where a run of equal blocks begins; a press on it opens or folds the run."""

    run: Run


@dataclass
class Player:
    """Where the visitor stands: `position` of the feet (m), `yaw` (0 looks along -z, positive to the left), `pitch`.

    In a headset `head` is the head's pose in the stage's frame and pitch is unused; on the desktop it is None.
    """

    position: Vector = (0.0, 0.0, 0.0)
    yaw: float = 0.0
    pitch: float = 0.0
    head: Pose | None = None

    @property
    def origin(self) -> Pose:
        """The stage's frame (the floor under the visitor) in the world."""
        return Pose(self.position, turn(self.yaw))

    @property
    def eyes(self) -> Pose:
        """The pose of the head in the world."""
        if self.head is not None:
            return self.origin @ self.head
        return self.origin @ Pose((0.0, EYE_HEIGHT, 0.0), turn(pitch=self.pitch))


@dataclass
class Hand:
    """A hand in the world: `grip` is where it holds, `aim` where it points; None while untracked."""

    grip: Pose | None = None
    aim: Pose | None = None
    holding: int | None = None  # the number of a picture
    target: Target | None = None
    selecting: bool = False
    sliding: bool = False  # whether it has hold of the slider

    @property
    def ray(self) -> Ray | None:
        return None if self.aim is None else Ray.of(self.aim)


@dataclass(frozen=True)
class Target:
    """What a ray meets: `kind` is "picture", "easel", "shelf", "page", "board", "wall", "notice", "detail" (a button of
    the lectern), "fold" (a run's sign), "slider" (which slice of a volume) or "overlay" (the easel's switch).

    `index` is the picture's number, the position in World.walls, World.folds or LEVELS, or for a page button -1 or 1;
    `tile` is the map under the ray of a wall; `u`, `v` in 0..1 from the left and the top edge, `point` in the world.
    """

    kind: str
    index: int
    distance: float
    point: Vector
    u: float = 0.0
    v: float = 0.0
    tile: int | None = None


@dataclass
class Notice:
    """Something went wrong, or is worth knowing: a panel with a headline and what helps to mend it."""

    headline: str
    detail: str = ""
    node: int | None = None


@dataclass
class JobStatus:
    """What the worker does now, for the panels. `done` of `total` steps; `seconds` is the last job's time."""

    title: str = ""
    done: int = 0
    total: int = 0
    running: bool = False
    seconds: float | None = None


@dataclass
class World:
    """The place.

    Attributes:
        labels: the names of the network's classes, as far as they are known.
        scope: what is shown of the network; `wanted` what the visitor has asked for since, None once it is there.
        folds: the signs of the runs of equal blocks.
        slices: how many slices the deepest volume has, 0 without volumes.
        answer_kind: what the `scores` are, as in the engine's Predicted.
        no_scores: what the boards say while there are no `scores`.
        overlay: the network's input with the answer over it; the renderer has it as picture number `len(pictures)`.
        overlaid: whether the easel shows the overlay in place of the picture.

    The revisions count changes: of walls, links and plates; of shelf and easel; of the boards.
    """

    network: str
    graph: Graph
    labels: tuple[str, ...] = ()
    scope: Scope = field(default_factory=Scope)
    wanted: Scope | None = None
    walls: list[Wall] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)
    slices: int = 0
    links: list[Link] = field(default_factory=list)
    plates: list[Plate] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    shelf: Shelf = field(default_factory=lambda: Shelf(Pose(), 1.0, 1.0))
    easel: Easel = field(default_factory=lambda: Easel(Pose(), 0.6, 0.6))
    boards: list[Surface] = field(default_factory=list)
    player: Player = field(default_factory=Player)
    hands: dict[str, Hand] = field(default_factory=lambda: {hand: Hand() for hand in HANDS})
    enlarged: int | None = None
    scores: tuple[Score, ...] = ()
    answer_kind: str = "classes"
    no_scores: str = NO_PICTURE_YET
    overlay: Picture | None = None
    overlaid: bool = False
    notices: list[Notice] = field(default_factory=list)
    job: JobStatus = field(default_factory=JobStatus)
    time: float = 0.0  # seconds since the start, for pulses
    layout_revision: int = 0
    pictures_revision: int = 0
    results_revision: int = 0

    @property
    def chosen(self) -> Scope:
        """What the visitor has asked for last, whether it is there already or not."""
        return self.wanted or self.scope

    def picture(self, number: int) -> Picture | None:
        """The picture that the renderer has under this number: one of the shelf, or the overlay behind them."""
        return self.pictures[number] if number < len(self.pictures) else self.overlay

    def useful(self, target: Target | None) -> bool:
        """Whether a press does something there."""
        if target is None:
            return False
        return target.kind in USEFUL or (target.kind == "wall" and self.walls[target.index].left_out)

    @property
    def slice_shown(self) -> int:
        """The number of the chosen slice of the deepest volume, from 0."""
        return slice_index(self.slices, self.chosen.slice) if self.slices else 0

    @property
    def standing_notice(self) -> Notice | None:
        """The newest notice, on a panel in the world while a headset is worn; the window has cards of its own."""
        return self.notices[-1] if self.notices and self.player.head is not None else None

    def wall_of(self, node: int) -> Wall | None:
        """The wall that shows node `node`, or None when that node is not shown."""
        return next((wall for wall in self.walls if wall.node == node), None)
