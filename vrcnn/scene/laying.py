"""Lets a layout place everything of a hall: its walls, the doors of closed rooms, links, floors, signs and the exit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import cos

from vrcnn.network.graph import Graph, Group
from vrcnn.scene.curves import End, build_links
from vrcnn.scene.folding import build_folds
from vrcnn.scene.geometry import Placing, Pose
from vrcnn.scene.hall import Hall, Plate, Surface, Wall
from vrcnn.scene.layering import Slot
from vrcnn.scene.layouts import LAYOUT_OF
from vrcnn.scene.layouts.standing import Piece, Rows, Setting, Spot
from vrcnn.scene.plates import Occupant, Room, build_plates
from vrcnn.scene.rooms import inner_rooms, rooms
from vrcnn.scene.wall_shape import ABOVE, head_of
from vrcnn.scene.walls import usual_rise

EXIT_SIZE = 1.7, 1.6  # m
EXIT_HEIGHT, EXIT_BEHIND = 1.45, 2.6  # m: of its middle; from the last wall
DOOR = 1.5, 2.15  # m, width and height of a closed room's door
DOOR_RISE = DOOR[1] / 2
INDOORS = Placing(Pose((0.0, 0.0, -0.2)), 1e-3)  # where the walls of a closed room are, behind its door
NARROWED = 0.65  # of half a wall's width, by which it reaches beyond its middle aside of the path


@dataclass(frozen=True)
class _Chamber:
    """A room with the walls in it, and the paths of those around it."""

    group: Group
    walls: Sequence[Wall]
    within: tuple[str, ...]

    @property
    def depths(self) -> tuple[int, int]:
        """The least and the greatest of its walls'."""
        found = [wall.slot.depth for wall in self.walls]
        return min(found), max(found)


def lay(hall: Hall) -> None:
    """Everything as the hall's arrangement has it, but for what was done to single walls."""
    chambers = _chambers(hall.graph, hall.walls)
    closed = {chamber.group.path for chamber in chambers} & hall.arrangement.closed
    doors = [c for c in chambers if c.group.path in closed and closed.isdisjoint(c.within)]
    door_of = {wall.node: chamber for chamber in doors for wall in chamber.walls}
    rows = _rows(hall, doors, door_of)
    setting = LAYOUT_OF[hall.arrangement.layout](rows)
    hall.path = setting.path
    feet = hall.path.all_at([(spot.x, spot.z) for spot in setting.spots.values()])
    foot_of = dict(zip(setting.spots, feet, strict=True))
    for wall in hall.walls:
        door = door_of.get(wall.node)
        wall.indoors = door is not None
        key = wall.node if door is None else door.group.path
        wall.spot, foot = setting.spots[key], foot_of[key]
        wall.rise = usual_rise(wall.height) if wall.spot.middle is None else wall.spot.middle / wall.spot.scale
        if door is None:
            wall.home = wall.spot.placing(foot, wall.width, wall.rise)
        else:
            wall.home = wall.spot.placing(foot, DOOR[0], DOOR_RISE) @ INDOORS
        wall.outward = float(wall.spot.side)
    hall.links = build_links(hall.graph, _ends(hall.walls, door_of, rows), hall.path, setting.leave)
    hall.plates = _plates(hall, chambers, {door.group.path for door in doors}, door_of, setting)
    hall.folds = build_folds(hall.graph, hall.walls, hall.path)
    hall.exit = Surface(_exit(hall), *EXIT_SIZE)
    hall.links_revision += 1


def _chambers(graph: Graph, walls: Iterable[Wall]) -> list[_Chamber]:
    """All rooms that have walls, each followed by those within it."""
    wall_of = {wall.node: wall for wall in walls}
    found = []
    for group in rooms(graph):
        for part, within in [(group, ()), *((inner, (group.path,)) for inner in inner_rooms(group, graph))]:
            inside = [wall_of[node] for node in part.nodes if node in wall_of]
            if inside and (not within or len(inside) > 1):
                found.append(_Chamber(part, inside, within))
    branched = _branched(found)
    return [chamber for chamber in found if not chamber.within or chamber.within not in branched]


def _branched(chambers: Iterable[_Chamber]) -> set[tuple[str, ...]]:
    """The rooms whose inner rooms are not all one behind the other: branches side by side are no rooms."""
    found, last = set(), dict[tuple[str, ...], int]()
    for chamber in sorted(chambers, key=lambda chamber: chamber.depths):
        first, end = chamber.depths
        if first <= last.get(chamber.within, -1):
            found.add(chamber.within)
        last[chamber.within] = max(end, last.get(chamber.within, -1))
    return found


def _rows(hall: Hall, doors: Sequence[_Chamber], door_of: Mapping[int, _Chamber]) -> Rows:
    """What is to be placed, depth by depth: the walls that are not behind a door, and the doors."""
    nodes = hall.graph.nodes
    found: dict[int, list[Piece]] = {}
    for wall in hall.walls:
        if wall.node not in door_of:
            pinned = nodes[wall.node].marks.lane is not None
            piece = Piece(wall.node, wall.slot, wall.width, wall.height, head_of(wall).width, _side(wall), pinned)
            found.setdefault(wall.slot.depth, []).append(piece)
    for door in doors:
        depth = min(wall.slot.depth for wall in door.walls)
        row = found.setdefault(depth, [])
        lane = next(lane for lane in count() if lane not in {piece.slot.lane for piece in row})
        side = max(_side(wall) for wall in door.walls)
        row.append(Piece(door.group.path, Slot(depth, lane), DOOR[0], DOOR[1], DOOR[0], side))
    return [sorted(found[depth], key=lambda piece: piece.slot.lane) for depth in sorted(found)]


def _side(wall: Wall) -> int:
    """The longer side of a wall's maps in pixels, 1 where it has none."""
    return max(wall.span.size.height, wall.span.size.width) if wall.span is not None else 1


def _ends(walls: Iterable[Wall], door_of: Mapping[int, _Chamber], rows: Rows) -> dict[int, End]:
    """What the links of every node lead to: its wall, or the door that it is behind."""
    rank = {piece.key: place for place, row in enumerate(rows) for piece in row}
    ends = {}
    for wall in walls:
        door, spot = door_of.get(wall.node), wall.spot
        if door is None:
            top = spot.scale * (wall.rise + wall.height / 2 + ABOVE)
            ends[wall.node] = End(wall.node, spot.x, spot.z, top, rank[wall.node])
        else:
            first = door.walls[0].node
            ends[wall.node] = End(first, spot.x, spot.z, spot.scale * DOOR[1], rank[door.group.path], True)
    return ends


def _plates(
    hall: Hall, chambers: Sequence[_Chamber], shut: set[str], door_of: Mapping[int, _Chamber], setting: Setting
) -> list[Plate]:
    """The floors of all rooms that are not within one of the `shut` ones."""
    found = []
    for chamber in chambers:
        if shut.isdisjoint(chamber.within):
            doors = {door_of[wall.node].group.path for wall in chamber.walls if wall.node in door_of}
            occupants = [_occupant(wall.spot, wall.width) for wall in chamber.walls if wall.node not in door_of]
            occupants += [_occupant(setting.spots[door], DOOR[0]) for door in doors]
            path = chamber.group.path
            door = None
            if path in shut:
                spot = setting.spots[path]
                door = spot.placing(hall.path.at(spot.x, spot.z), DOOR[0], DOOR_RISE)
            found.append(Room(chamber.group, len(chamber.walls), bool(chamber.within), door, occupants))
    return build_plates(hall.graph, found, hall.path, {spot.side for spot in setting.spots.values()})


def _occupant(spot: Spot, width: float) -> Occupant:
    middle = abs(spot.x) + cos(spot.yaw) * spot.scale * width / 2
    return Occupant(spot.z, spot.side, middle + NARROWED * spot.scale * width / 2)


def _exit(hall: Hall) -> Pose:
    """At the end of the path, facing those who arrive."""
    end = min((wall.spot.z for wall in hall.walls), default=-6.0)
    return hall.path.at(0.0, end - EXIT_BEHIND) @ Pose((0.0, EXIT_HEIGHT, 0.0))
