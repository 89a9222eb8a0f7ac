"""A hall: everything that stands there for one network, as plain data. The World has one for each network on show."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from vrcnn.engine.evaluation_messages import Truth
from vrcnn.engine.messages import Score
from vrcnn.engine.plan import MapSpan
from vrcnn.engine.results import Results
from vrcnn.network.graph import Graph, Run
from vrcnn.network.map_reading import slice_index
from vrcnn.network.quantity import ACTIVATIONS, Quantity
from vrcnn.network.scope import Scope
from vrcnn.scene.arrangement import Arrangement
from vrcnn.scene.attribution import Attributing
from vrcnn.scene.features import FACES, Features
from vrcnn.scene.geometry import Placing, Pose
from vrcnn.scene.inspection import Inspection
from vrcnn.scene.layering import Slot
from vrcnn.scene.layouts.standing import Spot
from vrcnn.scene.paths import STRAIGHT, Path
from vrcnn.scene.tiling import Tiling, cells_of
from vrcnn.scene.xray import Xray

FOLDED_AT = 1.02  # m at a scale of 1, from a folded wall's foot to the middle of its head

NO_PICTURE_YET = "Nothing yet: put a picture on the easel."


class WallState(Enum):
    EMPTY = "empty"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    LEFT_OUT = "left out"


@dataclass
class Wall:
    """One layer. `pose` is the centre of its tile grid in the hall's frame and faces the reader.

    `width` and `height` in m are the grid's at a `scale` of 1, of all `columns` x `rows_shown` tiles that it shows at a
    time, from row `first_row` on; `rows` counts all of them. `rise` is how high the grid's centre stands above its
    foot, in m at a scale of 1. `slot` is its depth and lane; `home` the placing that the layout has given it, `spot`
    the same in path coordinates. `outward` is 1 where the side away from the path is at the wall's right, else -1. A
    wall that is `indoors` is in a closed room, and of no size. `full` is the grid of all its tiles, None where it has
    no maps.

    `title` is the layer's name, `subtitle` its shape and channels, `caption` its operations. A wall that is `left_out`
    has its size but no maps, as memory is short. `channels` are the names of its first maps. `stands_for` counts the
    blocks of a folded run that the wall shows the last of; 1 elsewhere. `slices` is how many its volumes have, 0
    where it has none. `folded` walls show only their head, `hidden` ones nothing. `order` (maps,) int32 is the map at
    each place of the grid, None where they stand by their index. `face` is one of FACES; where a wall shows both, each
    place has two neighbouring `cells`, its map and its visualization.
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
    name: str = ""
    rise: float = 0.0
    home: Placing = Placing()
    slot: Slot = field(default_factory=Slot)
    spot: Spot = field(default_factory=Spot)
    indoors: bool = False
    scale: float = 1.0
    rows_shown: float = 0.0
    first_row: float = 0.0
    folded: bool = False
    hidden: bool = False
    outward: float = 1.0
    order: np.ndarray | None = None
    full: Tiling | None = None
    face: str = FACES[0]

    @property
    def cells(self) -> int:
        """How many cells of the grid each map's place has."""
        return cells_of(self.face)

    @property
    def placing(self) -> Placing:
        """Where the wall's own frame lies in the hall's, and how much larger it is."""
        return Placing(self.pose, self.scale)

    @property
    def shown(self) -> bool:
        """Whether there is anything to be seen of it."""
        return not (self.hidden or self.indoors)

    @property
    def windowed(self) -> bool:
        """Whether it shows some of its rows at a time."""
        return self.rows_shown < self.rows and not self.folded


@dataclass
class Link:
    """An edge of the graph as a curve through `points` ((N, 3) float32, m). A `skip` arcs over the walls.

    The points are those between the homes of its walls; it follows those to where they are by its anchor with the
    ends, start and end, that are `attached` to them. Edges that are bundled share a `bus` along the path, which leads
    from the first of their sources to the last of their targets; each of their walls has a leg to it.
    """

    source: int
    target: int
    points: np.ndarray
    skip: bool = False
    bus: bool = False
    attached: tuple[bool, bool] = (True, True)


@dataclass
class Plate:
    """A room: a group of layers. `pose` is its centre on the ground, looking along the path, `size` is (width, depth)
    in m of its floor; where the path winds, the floor is made of several `tiles`, each with its pose and size.

    `title` stands on its gate, which is at `gate` on the ground; `stands_for` counts the blocks of a folded run, 1
    elsewhere; `layers` are the walls in it. A room within a room is `inner`. Of a closed one only the `door` is to be
    seen: the middle of its front.
    """

    path: str
    kind: str
    pose: Pose
    size: tuple[float, float]
    title: str = ""
    stands_for: int = 1
    tiles: tuple[tuple[Pose, tuple[float, float]], ...] = ()
    gate: Pose = Pose()
    layers: int = 0
    inner: bool = False
    door: Placing | None = None


@dataclass
class Surface:
    """A rectangle in the world that things lie or are written on; faces along its pose's +z. Sizes in m."""

    pose: Pose
    width: float
    height: float

    def carried(self, placing: Placing) -> Surface:
        """The same rectangle, given in the frame that `placing` is given in."""
        return Surface(placing.carry(self.pose), self.width * placing.scale, self.height * placing.scale)


@dataclass
class Fold(Surface):
    """The sign where a run of equal blocks begins; a press on it opens or folds the run."""

    run: Run


@dataclass(frozen=True)
class Ground:
    """A rectangle on the ground in a hall's frame, in m: from `left` to `right` (x), from `front` to `back` (z)."""

    left: float = 0.0
    right: float = 0.0
    front: float = 0.0
    back: float = 0.0


@dataclass(frozen=True)
class Findable:
    """A name that leads to a layer: its own, or that of an operation which is a part of it (scene/searching.py).

    `name` is the full one, `layer` that of the layer, which may be in a folded run and have no wall now. `title`,
    `shape` and `caption` are to be read; `room` names the group that it stands in; `operations` and `size` ("64x56x56")
    are written as they are looked for.
    """

    name: str
    layer: str
    title: str
    shape: str
    caption: str
    room: str
    operations: str
    size: str


@dataclass(frozen=True)
class Motion:
    """Walls on their way to other places: `before` is where they were, by node, when `started` (World.time, s).

    `whole` is where the whole network was, None where it stays. Where they go to another layout, links, rooms and signs
    stand there `anew`, and are shown when the walls arrive.
    """

    before: dict[int, Placing]
    started: float
    seconds: float
    whole: Placing | None = None
    anew: bool = False


@dataclass
class JobStatus:
    """What the worker does now, for the panels. `done` of `total` steps; `seconds` is the last job's time."""

    title: str = ""
    done: int = 0
    total: int = 0
    running: bool = False
    seconds: float | None = None


@dataclass(frozen=True)
class InquiryStatus:
    """How far something is that was asked of the network, as in messages.InquiryProgress."""

    title: str
    done: int
    total: int
    seconds_left: float | None


@dataclass
class Hall:
    """The place of one network. Everything in it is given in the hall's own frame, which `place` puts into the world.

    Attributes:
        network: the network's name.
        full: every operation of the pass whose shown part is `graph`.
        crop: the part of a picture's shorter side that is cut out of its middle for the network, as in
            network/preprocess.py; None where nobody knows how a picture becomes the network's input.
        labels: the names of the network's classes, as far as they are known.
        scope: what is shown of the network; `wanted` what the visitor has asked for since, None once it is there.
        arrangement: the layout, and what the visitor has moved, scaled, folded and hidden.
        place: where the whole network stands, without what the visitor has done to it; `ground` what its walls take
            of the ground there.
        path: the one that a visitor walks along.
        plates: the rooms.
        folds: the signs of the runs of equal blocks.
        slices: how many slices the deepest volume has, 0 without volumes.
        findables: all names that lead to a layer, also to those that have no wall now.
        board: the one beside the easel, given in the world's frame; `exit` that at the end of the path.
        quantity: what the walls show of their layers, but for the exponents, which differ.
        attributing: what is asked for of attributions, and the last one.
        answer_kind: what the `scores` are, as in the engine's Predicted.
        no_scores: what the boards say while there are no `scores`.
        truth: what the picture shows, where somebody says it, and what the network says of that.
        results: of the evaluation over all pictures, as far as it is; None where there was none.
        features: the feature visualizations.
        inquiries: by their numbers, what was asked of the network and is not answered as yet.
        inspection: what somebody looks at more closely.
        xray: what the sieve before the picture shows of the network.
        first_anchor: the number of the hall's own anchor (scene/anchors.py); its walls' follow.
        apart: the positions in `walls` of those that are drawn apart from all others, as they show something else now.

    The revisions count changes: `layout_revision` that everything was laid out anew; `placing_revision` that walls
    stand elsewhere or are larger; `handling_revision` that all walls show other tiles; `apart_revision` that one of
    those apart does, is folded or hidden; `slid_revision` that one of them shows other rows; `links_revision` of links,
    rooms and signs; `results_revision` of the boards; `order_revision` that maps with names stand in another order.
    """

    network: str
    graph: Graph
    labels: tuple[str, ...] = ()
    full: Graph = field(default_factory=lambda: Graph((), ()))
    crop: float | None = None
    scope: Scope = field(default_factory=Scope)
    wanted: Scope | None = None
    arrangement: Arrangement = Arrangement()
    place: Placing = Placing()
    ground: Ground = Ground()
    path: Path = STRAIGHT
    walls: list[Wall] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)
    slices: int = 0
    findables: tuple[Findable, ...] = ()
    links: list[Link] = field(default_factory=list)
    plates: list[Plate] = field(default_factory=list)
    board: Surface = field(default_factory=lambda: Surface(Pose(), 1.0, 1.0))
    exit: Surface = field(default_factory=lambda: Surface(Pose(), 1.0, 1.0))
    motion: Motion | None = None
    scores: tuple[Score, ...] = ()
    quantity: Quantity = ACTIVATIONS
    attributing: Attributing = field(default_factory=Attributing)
    answer_kind: str = "classes"
    no_scores: str = NO_PICTURE_YET
    truth: Truth | None = None
    results: Results | None = None
    job: JobStatus = field(default_factory=JobStatus)
    features: Features = field(default_factory=Features)
    inquiries: dict[int, InquiryStatus] = field(default_factory=dict)
    inspection: Inspection = field(default_factory=Inspection)
    xray: Xray = field(default_factory=Xray)
    first_anchor: int = 1
    apart: list[int] = field(default_factory=list)
    layout_revision: int = 0
    placing_revision: int = 0
    handling_revision: int = 0
    apart_revision: int = 0
    slid_revision: int = 0
    links_revision: int = 0
    results_revision: int = 0
    order_revision: int = 0

    @property
    def chosen(self) -> Scope:
        """What the visitor has asked for last, whether it is there already or not."""
        return self.wanted or self.scope

    @property
    def slice_shown(self) -> int:
        """The number of the chosen slice of the deepest volume, from 0."""
        return slice_index(self.slices, self.chosen.slice) if self.slices else 0

    @property
    def placing(self) -> Placing:
        """Where the hall's frame lies in the world, with what the visitor has done to the whole network."""
        return self.place @ self.arrangement.whole

    @property
    def standing_key(self) -> tuple[object, ...]:
        """Equal keys mean that everything stands where it stood, and shows the tiles that it showed."""
        revisions = self.layout_revision, self.placing_revision, self.handling_revision, self.apart_revision
        return *revisions, self.place, self.arrangement.whole

    def tensor_of(self, node: int) -> int:
        """Which tensor of the full graph node `node` shows; the same one in every scope."""
        members = self.graph.nodes[node].members
        return members[-1] if members else node

    def wall_of(self, node: int) -> Wall | None:
        """The wall that shows node `node`, or None when that node is not shown."""
        return next((wall for wall in self.walls if wall.node == node), None)
