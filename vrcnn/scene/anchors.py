"""Anchors: the frames that drawables stand in. One for the world, one for each hall, two for each wall; and the links.

Where something is, is told to the renderer as a table of anchors in every frame that moves them, so that a wall in
somebody's hand, a network on its way to another layout or a model of it on a table need no new buffers.

A hall's rows are its own frame's; its walls'; its walls' again, for the group of all walls, of no size where a wall is
drawn apart; one for each link: how far its start is from where the layout has it (m in the hall's frame), how strong it
is shown (0 to 1), and how far its end is; and its fixtures' (scene/fixtures.py). After all halls' come the table's, and
those of the framed maps that hands carry and of the labels of their buttons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vrcnn.scene.button_labels import columns as label_columns
from vrcnn.scene.fixtures import arrived, fixture_count, fixture_placings
from vrcnn.scene.geometry import Placing, Pose
from vrcnn.scene.hall import FOLDED_AT, Hall, Wall
from vrcnn.scene.hanging import frame_in, held_frame
from vrcnn.scene.model import pin_frame, table_frames, table_key
from vrcnn.scene.placings import COLUMNS, applied, between, brought_back, carried, rows_of
from vrcnn.scene.standing import WallRows
from vrcnn.scene.wearing import CONTROLLERS
from vrcnn.scene.world import HANDS, World

WORLD = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
AT_THE_FOOT = 0.3  # m: a link that ends higher above a wall's foot ends at its top
FAINT = 0.3  # how strong the links of a hidden wall are shown


def number_anchors(world: World) -> None:
    """Gives every hall the numbers of its own anchor, its walls' and its links'; the world's is 0."""
    first = 1
    for hall in world.halls:
        hall.first_anchor = first
        first = _beyond(hall)


def table_anchor(world: World) -> int:
    """The number of the first anchor of the table with the model: they follow those of all halls."""
    return _beyond(world.halls[-1])


def pin_anchor(world: World) -> int:
    """The number of that of the visitor's pin in the model, the last of those that stand."""
    return table_anchor(world) + len(table_frames(world))


def held_anchor(world: World, hand: str) -> int:
    """The number of that of the frame that a hand carries; they come after the pin's, while there is one or a label."""
    return pin_anchor(world) + 1 + HANDS.index(hand)


def column_anchor(world: World, hand: str, side: int) -> int:
    """The number of that of the labels at one side of a controller, -1 or 1; they come last."""
    return pin_anchor(world) + 1 + len(HANDS) + 2 * CONTROLLERS.index(hand) + (side > 0)


def _beyond(hall: Hall) -> int:
    return fixture_anchor(hall, fixture_count(hall))


def wall_anchor(hall: Hall, number: int) -> int:
    """The number of the anchor of wall `number`."""
    return hall.first_anchor + 1 + number


def common_anchor(hall: Hall, number: int) -> int:
    """The one in which wall `number` stands among all others, unless it is drawn apart."""
    return hall.first_anchor + 1 + len(hall.walls) + number


def link_anchor(hall: Hall, number: int) -> int:
    """The number of the row of link `number`."""
    return hall.first_anchor + 1 + 2 * len(hall.walls) + number


def fixture_anchor(hall: Hall, number: int) -> int:
    """The number of the anchor of fixture `number`, in the order of `fixture_poses`."""
    return link_anchor(hall, len(hall.links)) + number


class Anchors:
    """Keeps the table of a World until something stands elsewhere."""

    def __init__(self) -> None:
        self._key: object = None
        self._strings: dict[int, tuple[object, Strings]] = {}
        self._rows: dict[int, WallRows] = {}
        self._moved: list[Placing] = []  # what the visitor moves all the time
        self._standing = np.zeros((0, COLUMNS), np.float32)  # all other rows
        self.table = self._standing

    def of(self, world: World) -> np.ndarray:
        """(anchors, 8) float32 in the world's frame; the same object as long as nothing moves."""
        key = (
            id(world),
            table_key(world),
            [(hall.standing_key, hall.links_revision, hall.first_anchor) for hall in world.halls],
        )
        moving = any(_share(hall, world.time) < 1 for hall in world.halls)
        if key != self._key or moving:
            self._key = None if moving else key
            rows = [np.array([WORLD])]
            for number, hall in enumerate(world.halls):
                after = self._rows.setdefault(id(hall), WallRows()).of(hall)
                walls, whole = _walls_of(hall, after, world.time), _whole_of(hall, world.time)
                in_world = carried(whole, walls)
                common = in_world.copy()
                common[hall.apart, 3] = 0.0
                share = _share(hall, world.time)
                links = self._strung(number, hall).pulled(walls)
                if hall.motion is not None and hall.motion.anew:
                    links[:, 3] *= arrived(share)
                rows += [rows_of([whole]), in_world, common, links]
                rows.append(carried(whole, rows_of(fixture_placings(hall, share))))
            rows.append(rows_of(table_frames(world)))
            self.table = self._standing = np.concatenate(rows).astype(np.float32)
            self._moved = []
        moved = _moved_by_visitor(world)
        if moved != self._moved:
            self._moved = moved
            self.table = np.concatenate([self._standing, rows_of(moved).astype(np.float32)])
        return self.table

    def _strung(self, number: int, hall: Hall) -> Strings:
        looks = hall.handling_revision, hall.apart_revision
        key = id(hall), hall.layout_revision, hall.links_revision, *looks
        if number not in self._strings or self._strings[number][0] != key:
            self._strings[number] = key, Strings.of(hall)
        return self._strings[number][1]


@dataclass(frozen=True)
class Strings:
    """Between which walls L links are strung.

    `walls` (2, L) are the positions in Hall.walls of those at their starts and at their ends, `points` (2, L, 3) where
    the layout has both, and `held` (2, L, 3) the same in the frames of the walls, as low as folded ones are; `attached`
    (2, L) says which ends follow their walls, `strength` (L,) how strong the links are shown.
    """

    walls: np.ndarray
    points: np.ndarray
    held: np.ndarray
    attached: np.ndarray
    strength: np.ndarray

    @classmethod
    def of(cls, hall: Hall) -> Strings:
        place_of = {wall.node: place for place, wall in enumerate(hall.walls)}
        ends = [(place_of[link.source], place_of[link.target]) for link in hall.links]
        walls = np.array(ends, np.int64).reshape(-1, 2).T
        points = np.array([(link.points[0], link.points[-1]) for link in hall.links], np.float64)
        points = points.reshape(-1, 2, 3).transpose(1, 0, 2)
        homes = rows_of(wall.home for wall in hall.walls)
        held = np.stack([brought_back(homes[walls[end]], points[end]) for end in (0, 1)])
        tops = np.array([_top(wall) for wall in hall.walls])[walls]
        high = held[:, :, 1] > AT_THE_FOOT - np.array([wall.rise for wall in hall.walls])[walls]
        held[:, :, 1] = np.where(high, np.minimum(held[:, :, 1], tops), held[:, :, 1])
        attached = np.array([link.attached for link in hall.links], bool).reshape(-1, 2).T
        hidden = np.array([wall.hidden for wall in hall.walls], bool)[walls] & attached
        return cls(walls, points, held, attached, np.where(hidden.any(0), FAINT, 1.0))

    def pulled(self, walls: np.ndarray) -> np.ndarray:
        """(L, 8) rows of the table, where the walls are at `walls` (W, 8)."""
        rows = np.zeros((self.walls.shape[1], COLUMNS))
        rows[:, 3] = self.strength
        for end, columns in ((0, slice(0, 3)), (1, slice(4, 7))):
            pulls = applied(walls[self.walls[end]], self.held[end]) - self.points[end]
            rows[:, columns] = np.where(self.attached[end][:, None], pulls, 0.0)
        return rows


def _moved_by_visitor(world: World) -> list[Placing]:
    """The frames of the visitor's pin on the table, of the map in each hand, and of the labels of its buttons."""
    pin = pin_frame(world)
    carried = {name: frame_in(world, hand) for name, hand in world.hands.items() if hand.carrying is not None}
    labels = {(name, each.side): each.placing for name in CONTROLLERS for each in label_columns(world, name)}
    if not carried and not labels:
        return [] if pin is None else [pin]
    frames = [pin or Placing()]
    for name in HANDS:
        frame = carried.get(name)
        held = None if frame is None else held_frame(world, name, frame)
        frames.append(Placing() if held is None else Placing(*held))
    return [*frames, *(labels.get((name, side), Placing()) for name in CONTROLLERS for side in (-1, 1))]


def _top(wall: Wall) -> float:
    """How high a link may end at a wall, in the wall's frame."""
    return FOLDED_AT - wall.rise if wall.folded else np.inf


def _walls_of(hall: Hall, after: np.ndarray, time: float) -> np.ndarray:
    """Where the walls are in the hall's frame, on their way to `after` as far as they are by now."""
    share = _share(hall, time)
    if hall.motion is None or share >= 1:
        return after
    before = rows_of(hall.motion.before.get(wall.node, wall.placing) for wall in hall.walls)
    return between(before, after, _eased(share))


def _whole_of(hall: Hall, time: float) -> Placing:
    """Where the hall is in the world, on its way as far as it is by now."""
    share = _share(hall, time)
    if hall.motion is None or hall.motion.whole is None or share >= 1:
        return hall.placing
    rows = between(rows_of([hall.motion.whole]), rows_of([hall.arrangement.whole]), _eased(share))
    x, y, z, scale, *orientation = rows[0].tolist()
    a, b, c, d = orientation
    return hall.place @ Placing(Pose((x, y, z), (a, b, c, d)), scale)


def _eased(share: float) -> float:
    return share * share * (3 - 2 * share)


def _share(hall: Hall, time: float) -> float:
    """How much of its way the hall's motion has made, 0 to 1."""
    if hall.motion is None:
        return 1.0
    return min(1.0, max(0.0, (time - hall.motion.started) / hall.motion.seconds))
