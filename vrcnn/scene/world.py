"""The World: everything that the visitor sees or changes, as plain data. Nothing else holds such state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vrcnn.engine.messages import PictureMade
from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.settings import Settings
from vrcnn.scene.camera_status import CameraStatus
from vrcnn.scene.catalogue import Catalogue
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.comfort import Comfort
from vrcnn.scene.controllers import Labelling
from vrcnn.scene.controls import Control
from vrcnn.scene.drawing import Sketching
from vrcnn.scene.export_intents import Exporting
from vrcnn.scene.gallery import Gallery
from vrcnn.scene.geometry import Placing, Pose, Ray, Vector, turn
from vrcnn.scene.hall import Hall, Surface
from vrcnn.scene.headset_status import HeadsetStatus
from vrcnn.scene.history import History
from vrcnn.scene.holding import Hold
from vrcnn.scene.journey import Journey
from vrcnn.scene.movement import Movement
from vrcnn.scene.onlookers import Smoothed, Spectator
from vrcnn.scene.picture_numbers import hall_of
from vrcnn.scene.shelf_filter import Selection
from vrcnn.scene.table import Table
from vrcnn.scene.tour import Touring
from vrcnn.scene.training import Training
from vrcnn.scene.wave import Wave
from vrcnn.scene.world_panels import Panels
from vrcnn.scene.xray import Sieving

if TYPE_CHECKING:
    from vrcnn.network.pictures import PictureFile

EYE_HEIGHT = 1.6  # m, of a standing visitor on the desktop
HANDS = ("mouse", "left", "right")
_USEFUL = ("picture", "easel", "frame", "large", "panel", "sieve")


@dataclass
class Picture:
    """A picture of the shelf. `pixels` is (H, W, 4) uint8, None until it is decoded; `broken` says why it never is.

    `path` is its file, where it is one; `made` what it was made of and `brought` what it came from, where it was made
    or brought in while the program runs.
    """

    name: str
    pixels: np.ndarray | None = None
    broken: str | None = None
    path: Path | None = None
    made: PictureMade | None = None
    brought: PictureFile | None = None

    @property
    def aspect(self) -> float:
        """Width divided by height."""
        return 1.0 if self.pixels is None else self.pixels.shape[1] / self.pixels.shape[0]


@dataclass
class Shelf(Surface):
    """Shows one `page` of the pictures in `columns` x `rows` slots, filled row by row from the top left.

    They are those of a `selection` of the whole set, or without one all but the `visitors`, which only a selection
    shows.
    """

    columns: int = 1
    rows: int = 1
    page: int = 0
    selection: Selection | None = None
    visitors: frozenset[int] = frozenset()

    @property
    def slots(self) -> int:
        """How many pictures a page shows."""
        return self.columns * self.rows

    @property
    def places_shown(self) -> np.ndarray:
        """(n,) int64, the places in the set of what the current page shows of the selection."""
        assert self.selection is not None
        first = self.page * self.slots
        return self.selection.places[first : first + self.slots]

    def shown(self, count: int) -> Sequence[int]:
        """The numbers of the pictures on the current page, where the World has `count`."""
        if self.selection is not None:
            return [self.selection.numbers[place] for place in self.places_shown.tolist()]
        first = self.page * self.slots
        if not self.visitors:
            return range(min(first, count), min(first + self.slots, count))
        return [number for number in range(count) if number not in self.visitors][first : first + self.slots]

    def page_of(self, number: int) -> int:
        """The page on which the picture of this number is, where there is no selection."""
        return (number - sum(each < number for each in self.visitors)) // self.slots

    def pages(self, count: int) -> int:
        """How many there are, where the World has `count` pictures."""
        listed = count - len(self.visitors) if self.selection is None else len(self.selection.places)
        return max(1, -(-listed // self.slots))


@dataclass
class Easel(Surface):
    """Where a picture is put to run through the network; `picture` is its number."""

    picture: int | None = None


@dataclass
class Player:
    """Where the visitor stands: `position` of the feet (m), `yaw` (0 looks along -z, positive to the left), `pitch`.

    In a headset `head` is the head's pose in the stage's frame and pitch is unused; on the desktop it is None.
    There `scale` is how many metres of the world are one of the room: 20 makes the world a model on a table. `lift` in
    m of the room raises the visitor above the floor of theirs.
    """

    position: Vector = (0.0, 0.0, 0.0)
    yaw: float = 0.0
    pitch: float = 0.0
    head: Pose | None = None
    scale: float = 1.0
    lift: float = 0.0

    @property
    def room(self) -> Placing:
        """The stage's frame (the floor of the visitor's room) in the world."""
        return _room(self.position, self.yaw, self.scale, self.lift)

    @property
    def eyes(self) -> Pose:
        """The pose of the head in the world."""
        return _eyes(self.position, self.yaw, self.pitch, self.head, self.scale, self.lift)


@lru_cache(8)  # they are asked for twenty times a frame
def _room(position: Vector, yaw: float, scale: float, lift: float) -> Placing:
    x, y, z = position
    return Placing(Pose((x, y + lift * scale, z), turn(yaw)), scale)


@lru_cache(8)
def _eyes(position: Vector, yaw: float, pitch: float, head: Pose | None, scale: float, lift: float) -> Pose:
    inside = head or Pose((0.0, EYE_HEIGHT, 0.0), turn(pitch=pitch))
    return _room(position, yaw, scale, lift).carry(inside)


@dataclass
class Hand:
    """A hand in the world: `grip` is where it holds, `aim` where it points; None while untracked."""

    grip: Pose | None = None
    aim: Pose | None = None
    holding: int | None = None  # the number of a picture
    carrying: int | None = None  # the number of a frame
    target: Target | None = None
    hold: Hold | None = None  # a wall, or the network
    selecting: bool = False
    dragging: Control | None = None
    dragged_at: float = 0.0  # where on a scrollbar's thumb it drags, in m above the middle
    grabbing: bool = False  # whether the grip is squeezed
    controller: str | None = None  # its kind, a key of controllers.KINDS
    fingers: tuple[Pose, ...] = ()  # the joints of a tracked hand in the world, as in FingersMoved
    labelling: Labelling = field(default_factory=Labelling)  # of the controller's buttons
    within: Target | None = None  # what the hand itself would take, as it is near
    gripping: bool = False  # whether the grip has taken what the hand has
    grasp: Pose | None = None  # where a picture or frame is in the hand, in the grip's frame; None: as it is carried
    grasped: float = 0.0  # World.time when the hand itself took something
    falls_into: object = None  # the place of a row or a rail that the frame in it would fall into
    spot: tuple[object, Any] | None = None  # what hanging.spot_for has found last, by its key
    rests: tuple[object, float] | None = None  # what its ray is on, and since when (World.time)
    turned: Turned | None = None  # the wall that it has turned last

    @property
    def ray(self) -> Ray | None:
        return None if self.aim is None else Ray.of(self.aim)

    @property
    def bearing(self) -> Pose | None:
        """Where it holds, turned as it points: a handle leans against the ray, and what it carries shall not."""
        return self.grip if self.grip is None or self.aim is None else Pose(self.grip.position, self.aim.orientation)


@dataclass(frozen=True)
class Turned:
    """A hand has turned the wall of layer `name` in hall number `hall` at `time` (World.time), aiming along `aim`."""

    hall: int
    name: str
    time: float
    aim: Pose


@dataclass(frozen=True)
class Target:
    """What a ray meets: `kind` is "picture", "easel", "shelf", "board", "wall" (its head too), "frame", "large" (the
    view of a map), "sieve", "panel" (that number `index` of World.panels.open), "ground", or the kind of a `control`.

    `index` is the picture's number, the position in Hall.walls or Hall.boards of hall number `hall`, or a control's
    index; `tile` is the place in the wall's grid under the ray, counted row by row over all rows, `visualized` whether
    what is there is its channel's visualization, and `takeable` whether that is finished, so that a press takes it;
    `u`, `v` in 0..1 from the left and the top edge, on a wall of what it shows; `point` in the world. `control` is what
    a press there does.
    """

    kind: str
    index: int
    distance: float
    point: Vector
    u: float = 0.0
    v: float = 0.0
    tile: int | None = None
    visualized: bool = False
    takeable: bool = False
    hall: int = 0
    control: Control | None = None

    @property
    def useful(self) -> bool:
        """Whether a press does something there."""
        return self.control is not None or self.takeable or self.kind in _USEFUL


@dataclass(frozen=True)
class Flight:
    """A picture on its way back to the shelf: where it was let go, its longer side there in m, and World.time then."""

    picture: int
    start: Pose
    side: float
    began: float


@dataclass
class Notice:
    """Something went wrong, or is worth knowing: a panel with a headline and what helps to mend it.

    It stays until somebody dismisses it, or, where it is nothing to act on, `until` that World.time.
    """

    headline: str
    detail: str = ""
    node: int | None = None
    until: float | None = field(default=None, compare=False)


@dataclass
class World:
    """The place.

    Attributes:
        halls: one for each network, never empty; `here` is the number of the one that panels and lectern speak of.
        catalogue: the whole set of pictures, of which those in `pictures` are some.
        flights: the pictures that a hand has let go, on their way back to the shelf.
        overlays: by the halls' numbers, the network's input with its answer over it, where it has one of that kind;
            the renderer has them under numbers of their own (picture_numbers.py).
        inputs: the same without the answer, of the networks whose input the easel's picture does not tell.
        overlaid: whether the easel shows an overlay in place of the picture, that of hall number `overlaying`.
        answer_wanted: the network whose answer is to be there as soon as it has come, "" for the picture alone; None
            for the first that comes.
        colouring: how values become colours; `theme` the look of the place, one of THEMES.
        sieving: the sieve that one holds before the picture on the easel.
        feature_settings: how the next feature visualizations are made; `wants_sights` whether the natural pictures that
            a channel answers to most are looked for as well.
        wave: the light that travels from the input to the output, the last one that was sent.
        journey: where the visitor is on their way to, and at which wall they stand.
        table: the one with the model of a network, while somebody wants it.
        history: what was changed of the arrangements, to be undone.
        gallery: the feature maps that are read, shown large and pulled out.
        touring: the tour, and where the visitor is in it.
        comfort: how the visitor moves in the headset; `headset` what is told of it, `panels` those that are open there.
        movement: the sticks, the arc of a jump, the world in both hands.
        vignette: how much of the sight is darkened now, as the visitor moves smoothly: 0 to 1.
        audience: what the window shows while a headset is worn, one of headset_intents.AUDIENCE; `spectator` and
            `smoothed` are its cameras, as long as it shows them.
        training: the course of the training whose checkpoints the first network takes on, where there is one.
        exporting: what the panel of exports is set to, and what the last one came to.
        sketching: what is drawn on the pictures on the easel, and with what; `camera` the live picture, where there is
            one; `pointer` where the window's pointer draws, as in PointAt.
        time: seconds since the start, for fades and motions.

    `pictures_revision` counts changes of shelf and easel; the halls count theirs.
    """

    halls: list[Hall]
    here: int = 0
    pictures: list[Picture] = field(default_factory=list)
    catalogue: Catalogue = field(default_factory=Catalogue)
    shelf: Shelf = field(default_factory=lambda: Shelf(Pose(), 1.0, 1.0))
    easel: Easel = field(default_factory=lambda: Easel(Pose(), 0.6, 0.6))
    player: Player = field(default_factory=Player)
    hands: dict[str, Hand] = field(default_factory=lambda: {hand: Hand() for hand in HANDS})
    flights: list[Flight] = field(default_factory=list)
    enlarged: int | None = None
    overlays: dict[int, Picture] = field(default_factory=dict)
    inputs: dict[int, Picture] = field(default_factory=dict)
    overlaying: int = 0
    overlaid: bool = False
    answer_wanted: str | None = None
    notices: list[Notice] = field(default_factory=list)
    colouring: Colouring = Colouring()
    sieving: Sieving = field(default_factory=Sieving)
    theme: str = "dark"
    feature_settings: Settings = field(default_factory=lambda: preset("fast"))
    wants_sights: bool = True
    history: History = field(default_factory=History)
    gallery: Gallery = field(default_factory=Gallery)
    touring: Touring = field(default_factory=Touring)
    wave: Wave | None = None
    journey: Journey = field(default_factory=Journey)
    table: Table | None = None
    comfort: Comfort = field(default_factory=Comfort)
    headset: HeadsetStatus = field(default_factory=HeadsetStatus)
    panels: Panels = field(default_factory=Panels)
    movement: Movement = field(default_factory=Movement)
    vignette: float = 0.0
    audience: str = "eye"
    spectator: Spectator | None = None
    smoothed: Smoothed | None = None
    training: Training | None = None
    exporting: Exporting = field(default_factory=Exporting)
    sketching: Sketching = field(default_factory=Sketching)
    camera: CameraStatus | None = None
    pointer: tuple[float, float] | None = None
    time: float = 0.0
    pictures_revision: int = 0

    @property
    def hall(self) -> Hall:
        """The hall that panels and lectern speak of."""
        return self.halls[self.here]

    @property
    def overlay(self) -> Picture | None:
        """The overlay that the easel shows, or would show."""
        return self.overlays.get(self.overlaying)

    def picture(self, number: int) -> Picture | None:
        """The picture that the renderer has under this number: one of the shelf, an overlay or an input."""
        if number >= 0:
            return self.pictures[number]
        found = hall_of(number)
        if found is None:
            return None
        hall, overlaid = found
        return (self.overlays if overlaid else self.inputs).get(hall)

    def put_on_easel(self, picture: int | None) -> None:
        """Another picture, by its number, or none; the answers to the former one are gone."""
        self.easel.picture = picture
        self.overlays.clear()
        self.inputs.clear()
        for hall in self.halls:
            hall.attributing.take(None)
        self.overlaid, self.answer_wanted = False, None
        self.pictures_revision += 1

    @property
    def standing_notice(self) -> Notice | None:
        """The newest notice, on a panel in the world while a headset is worn; the window has cards of its own."""
        return self.notices[-1] if self.notices and self.player.head is not None else None
