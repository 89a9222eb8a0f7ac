"""What the buttons of a controller do, written beside them: for the first minute, and when one holds it to the eyes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import dist, sqrt

from vrcnn.scene.comfort import Comfort
from vrcnn.scene.controller_models import INDEX_TIP, JOINTS, MIDDLE_KNUCKLE, along, model_of
from vrcnn.scene.controller_parts import MODELS, place_of
from vrcnn.scene.controllers import ENLARGE, GRAB, KINDS, MENU, SELECT, SIMPLE, STEER
from vrcnn.scene.drawables import Box, Label
from vrcnn.scene.geometry import Placing, Pose, Vector
from vrcnn.scene.typography import text_width
from vrcnn.scene.world import Hand, World
from vrcnn.scene.world_panels import MENU as MENU_PANEL

FIRST = 60.0  # s after the headset was put on, or another controller taken
FADE = 0.25  # s
NEAR, WITHIN = 0.35, 0.8  # m of the room from the eyes, and the least cosine to where they look: held up to be read
IN_SIGHT = 0.35  # the least cosine to where the eyes look, of what they may see anything of
# In m of the room, beside what the hand holds; the height of a capital letter is 14 mm at a distance of 1 m.
CAP, LINE, GAP = 0.0056, 0.0112, 0.0066  # from line to line, and between two labels
PADDING, ASIDE, ASIDE_OF_HAND, BEFORE, THREAD = 0.0042, 0.070, 0.092, 0.012, 0.0005


def follow_labels(world: World, seconds: float) -> None:
    """Once a frame: lets the labels come and go."""
    worn = world.player.head is not None and world.headset.present
    for name in ("left", "right"):
        hand = world.hands[name]
        labelling = hand.labelling
        holds = (hand.controller or "") if worn else None
        if holds != labelling.told:
            labelling.told, labelling.since = holds, world.time
        step = seconds / FADE
        towards = step if worn and _wanted(world, name) else -step
        labelling.shown = min(1.0, max(0.0, labelling.shown + towards))


def _wanted(world: World, name: str) -> bool:
    hand, when = world.hands[name], world.comfort.labels
    busy = hand.holding is not None or hand.carrying is not None or hand.hold is not None
    if when == "never" or busy or hand.grip is None:
        return False
    if MENU_PANEL in world.panels.open and world.panels.menu_hand == name:
        return False
    return when == "always" or world.time - hand.labelling.since < FIRST or _held_up(world, hand.grip)


def _held_up(world: World, grip: Pose) -> bool:
    away = dist(world.player.eyes.position, grip.position)
    return away < NEAR * world.player.scale and _ahead(world, grip) > WITHIN


def _ahead(world: World, grip: Pose) -> float:
    """The cosine between where the eyes look and where the hand is."""
    eyes = world.player.eyes
    away = dist(eyes.position, grip.position)
    ahead = sum(f * (there - here) for f, here, there in zip(eyes.forward, eyes.position, grip.position, strict=True))
    return ahead / away if away else 0.0


def words(world: World, name: str) -> Mapping[str, tuple[str, ...]]:
    """What each part of what a hand holds does, in lines, by the words of controllers.py."""
    comfort = world.comfort
    return _words(comfort, world.hands[name].controller, name, world.hands[comfort.off].grip is None)


@lru_cache(64)
def _words(comfort: Comfort, controller: str | None, name: str, alone: bool) -> Mapping[str, tuple[str, ...]]:
    kind = KINDS.get(controller or "", SIMPLE)
    said: dict[str, tuple[str, ...]] = {SELECT: ("take, press",)}
    if not kind.has(STEER):
        said[SELECT] = ("take, press", "on the ground: teleport")
    if kind.has(GRAB):
        said[GRAB] = ("grab", "both: move the world")
    if kind.has(STEER):
        ways = {"teleport": ("teleport",), "smooth": ("walk",), "both": ("teleport", "with the grip: walk")}
        if name == comfort.off:
            said[STEER] = ways[comfort.travel]
        else:
            turns = ("turn",) if comfort.turning != "none" else ()
            said[STEER] = (", ".join((*turns, "scroll", *((ways[comfort.travel][0],) if alone else ("fly",)))),)
    if kind.has(MENU):
        said[MENU] = ("menu",)
    if kind.has(ENLARGE):
        said[ENLARGE] = ("enlarge",)
    return said


@dataclass(frozen=True)
class Column:
    """The labels at one `side` of a hand, -1 or 1, one below the other, `shown` as far as Labelling says.

    `rows` are the lines of each. They stand in the frame of `placing`, in m of the room about the middle of their inner
    edges, so that only this changes as the hand moves; `buttons` and `ends` are where their threads begin and end, in
    the world.
    """

    side: int
    shown: float
    rows: tuple[tuple[str, ...], ...]
    placing: Placing
    buttons: tuple[Vector, ...]
    ends: tuple[Vector, ...]


def columns(world: World, name: str) -> tuple[Column, ...]:
    """The labels of what the hand holds, as far as they are there, upright before the eyes; none beside these.

    They are asked for several times a frame and kept as long as nothing has moved that they follow from.
    """
    hand = world.hands[name]
    if hand.grip is None or hand.labelling.shown <= 0:
        return ()
    said, eyes = words(world, name), world.player.eyes
    key = hand.grip, hand.fingers, hand.controller, hand.labelling.shown, said, eyes, world.player.scale
    if hand.labelling.columns is None or hand.labelling.columns[0] != key:
        hand.labelling.columns = key, tuple(_columns(world, name, said))
    return hand.labelling.columns[1]


def _columns(world: World, name: str, said: Mapping[str, tuple[str, ...]]) -> Iterator[Column]:
    hand, eyes, scale = world.hands[name], world.player.eyes, world.player.scale
    assert hand.grip is not None
    if _ahead(world, hand.grip) < IN_SIGHT:
        return
    share = hand.labelling.shown
    grown = share * share * (3 - 2 * share)
    tracked = _tracked(hand)
    origin = hand.fingers[MIDDLE_KNUCKLE].position if tracked else hand.grip.position
    view = _View(origin, eyes.right, eyes.up, eyes.forward, scale)
    aside = ASIDE_OF_HAND if tracked else ASIDE
    turned_over = sum(a * b for a, b in zip(view.right, hand.grip.right, strict=True)) < 0
    starts = [start for start in _starts(hand, name, scale) if start[0] in said]
    for side in (-1, 1):
        here = -side if turned_over else side
        column = [(view.seen(place), place, said[does]) for does, place, stands in starts if stands == here]
        if not column:
            continue
        column.sort(key=lambda row: -row[0][1])
        rows = tuple(lines for _, _, lines in column)
        x, y, z = (sum(row[0][axis] for row in column) / len(column) for axis in range(3))
        x, z = x + grown * (side * aside - x), z + grown * (BEFORE - z)
        placing = Placing(Pose(view.place(x, y, z), eyes.orientation), grown * scale)
        ends = tuple(view.place(x, y + grown * middle, z) for middle in _middles(rows))
        yield Column(side, share, rows, placing, tuple(place for _, place, _ in column), ends)


def threads(world: World, name: str) -> list[Box]:
    """From each button to its label."""
    thick = THREAD * world.player.scale
    return [
        _thread(button, end, thick, column.shown)
        for column in columns(world, name)
        for button, end in zip(column.buttons, column.ends, strict=True)
    ]


@lru_cache(256)
def signs(side: int, rows: tuple[tuple[str, ...], ...], opacity: float) -> tuple[tuple[Box, ...], tuple[Label, ...]]:
    """The plates of a column, and the words on them, in its frame."""
    plates, labels = [], []
    for middle, lines in zip(_middles(rows), rows, strict=True):
        width = max(text_width(line, CAP) for line in lines) + 2 * PADDING
        height = (len(lines) - 1) * LINE + CAP + 2 * PADDING
        plates.append(Box(Pose((side * width / 2, middle, 0.0)), (width, height, 0.0006), "panel", 1.0, opacity))
        for row, line in enumerate(lines):
            up = middle + height / 2 - PADDING - CAP - row * LINE
            pose, role = Pose((side * PADDING, up, 0.0008)), "text" if row == 0 else "muted"
            labels.append(Label(line, pose, CAP, "left" if side > 0 else "right", role))
    return tuple(plates), tuple(labels)


def _middles(rows: Sequence[tuple[str, ...]]) -> list[float]:
    """How high the middle of each label is over that of their column."""
    heights = [len(lines) * LINE + GAP for lines in rows]
    top, middles = sum(heights) / 2, []
    for height in heights:
        middles.append(top - height / 2)
        top -= height
    return middles


@dataclass(frozen=True)
class _View:
    """A frame around a hand that stands as the eyes do: x to their right, y up, z towards them, in m of the room.

    Its axes are kept, as a Placing would find them anew for every one of some thirty points a frame.
    """

    origin: Vector
    right: Vector
    up: Vector
    forward: Vector
    scale: float

    def seen(self, place: Vector) -> Vector:
        """A place of the world in this frame."""
        (ox, oy, oz), (x, y, z) = self.origin, place
        x, y, z = (x - ox) / self.scale, (y - oy) / self.scale, (z - oz) / self.scale
        (rx, ry, rz), (ux, uy, uz), (fx, fy, fz) = self.right, self.up, self.forward
        return x * rx + y * ry + z * rz, x * ux + y * uy + z * uz, -(x * fx + y * fy + z * fz)

    def place(self, x: float, y: float, z: float) -> Vector:
        """A place of this frame in the world."""
        ox, oy, oz = self.origin
        x, y, z = self.scale * x, self.scale * y, self.scale * z
        (rx, ry, rz), (ux, uy, uz), (fx, fy, fz) = self.right, self.up, self.forward
        return ox + x * rx + y * ux - z * fx, oy + x * ry + y * uy - z * fy, oz + x * rz + y * uz - z * fz


def _tracked(hand: Hand) -> bool:
    return model_of(hand) == "hand" and len(hand.fingers) == JOINTS


def _starts(hand: Hand, name: str, scale: float) -> list[tuple[str, Vector, int]]:
    """(what it does, where it is in the world, on which side its label stands) of all parts in use by this hand."""
    assert hand.grip is not None
    outside = 1 if name == "right" else -1
    if _tracked(hand):
        places = {SELECT: hand.fingers[INDEX_TIP], GRAB: hand.fingers[MIDDLE_KNUCKLE]}
        return [(does, pose.position, -outside) for does, pose in places.items()]
    frame = Placing(hand.grip, scale)
    return [
        (part.does, frame.apply(place_of(part, name)), part.side * outside)
        for part in MODELS[model_of(hand)]
        if part.does
    ]


def _thread(a: Vector, b: Vector, thick: float, opacity: float) -> Box:
    """A thin line between two places."""
    x, y, z = b[0] - a[0], b[1] - a[1], b[2] - a[2]
    length = sqrt(x * x + y * y + z * z)
    turned = along(x / length, y / length, z / length) if length else (0.0, 0.0, 0.0, 1.0)
    middle = (a[0] + x / 2, a[1] + y / 2, a[2] + z / 2)
    return Box(Pose(middle, turned), (thick, thick, length), "text", 1.0, opacity)
