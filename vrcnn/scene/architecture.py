"""Furnishes the network itself: walls with frames, footings and titles, floor plates with gates, and the links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vrcnn.engine.plan import MapSpan
from vrcnn.network.map_reading import slice_index
from vrcnn.scene.anchors import common_anchor, fixture_anchor, link_anchor, wall_anchor
from vrcnn.scene.channels import channel_names
from vrcnn.scene.drawables import NOWHERE, Box, Drawables, Grid, Label, Ribbon, Shadow
from vrcnn.scene.fixtures import fixture_poses
from vrcnn.scene.folding import furnish_fold, sheets
from vrcnn.scene.gates import furnish_plate
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall, Link, Wall
from vrcnn.scene.leaving_out import furnish_left_out
from vrcnn.scene.typography import fit, fit_name, fit_parts, text_width
from vrcnn.scene.wall_shape import FRAME, HEAD, LEAST_TITLE, STRIP, SUBTITLE, TITLE, Head, head_of
from vrcnn.scene.wave import ways
from vrcnn.scene.wording import counted, spoken

NAME, NAME_AT = 0.42, (4.45, -7.4)  # m: cap height; height and place of the network's name
BUS = 0.11  # m, width of the way that bundled edges share


def furnish_walls(hall: Hall) -> Drawables:
    """The walls without their maps: frames, titles, shadows, each in its wall's own frame."""
    return _walls(hall, ((place, common_anchor(hall, place)) for place in range(len(hall.walls))))


def furnish_apart(hall: Hall, number: int) -> Drawables:
    """The walls of hall number `number` that are drawn apart, with their maps."""
    places = [(place, wall_anchor(hall, place)) for place in hall.apart]
    walls, maps = _walls(hall, places), _grids(hall, number, places)
    return Drawables(anchor=hall.first_anchor, standing=(*walls.standing, *maps.standing))


def furnish_grids(hall: Hall, number: int) -> Drawables:
    """The maps of hall number `number`."""
    return _grids(hall, number, ((place, common_anchor(hall, place)) for place in range(len(hall.walls))))


def _walls(hall: Hall, places: Iterable[tuple[int, int]]) -> Drawables:
    """Walls by their positions in Hall.walls, each with the number of the anchor that it stands in."""
    way = ways(hall.graph)
    walls = ((hall.walls[place], anchor) for place, anchor in places)
    share, owed = hall.scope.slice, hall.quantity.words if hall.quantity.owed else ""
    standing = (_wall(wall, anchor, share, owed, way[wall.node]) for wall, anchor in walls if not wall.hidden)
    return Drawables(anchor=hall.first_anchor, standing=tuple(standing))


def _grids(hall: Hall, number: int, places: Iterable[tuple[int, int]]) -> Drawables:
    return Drawables(
        anchor=hall.first_anchor,
        standing=tuple(
            Drawables(grids=(wall_grid(wall, wall.span, number),), anchor=anchor)
            for wall, anchor in ((hall.walls[place], anchor) for place, anchor in places)
            if wall.span is not None and not wall.hidden and not wall.folded
        ),
    )


def wall_grid(wall: Wall, span: MapSpan, hall: int) -> Grid:
    """The maps of a wall of hall number `hall`, in the wall's frame."""
    shown = wall.columns, wall.rows_shown, wall.first_row
    return Grid(span, Pose(), wall.width, wall.height, *shown, hall, wall.face)


def furnish_names(hall: Hall) -> Drawables:
    """The names of channels on their tiles, wherever their walls are."""
    named = [
        (place, channel_names(wall))
        for place, wall in enumerate(hall.walls)
        if wall.channels and not wall.hidden and not wall.folded
    ]
    return Drawables(
        anchor=hall.first_anchor,
        standing=tuple(
            Drawables(boxes=tuple(boxes), labels=tuple(labels), anchor=wall_anchor(hall, place))
            for place, (boxes, labels) in named
        ),
    )


def furnish_fixtures(hall: Hall) -> Drawables:
    """What stands in the hall beside the walls: rooms, signs, the name over the entrance."""
    frames = fixture_poses(hall)
    standing = []
    for number, plate in enumerate(hall.plates):
        boxes, labels, shadows = furnish_plate(plate)
        standing.append(_standing(boxes, labels, shadows, fixture_anchor(hall, number)))
    for number, fold in enumerate(hall.folds, len(hall.plates)):
        own = replace(fold, pose=frames[number].inverse() @ fold.pose)
        boxes, labels, shadow = furnish_fold(own)
        standing.append(_standing(boxes, labels, [shadow], fixture_anchor(hall, number)))
    return Drawables(labels=tuple(_entrance(hall)), anchor=hall.first_anchor, standing=tuple(standing))


def _standing(boxes: list[Box], labels: list[Label], shadows: list[Shadow], anchor: int) -> Drawables:
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), shadows=tuple(shadows), anchor=anchor)


def furnish_links(hall: Hall) -> Drawables:
    """The edges of the graph."""
    way = ways(hall.graph)
    ribbons = tuple(
        _ribbon(link, (way[link.source], way[link.target]), link_anchor(hall, number))
        for number, link in enumerate(hall.links)
    )
    return Drawables(ribbons=ribbons, anchor=hall.first_anchor)


def _wall(wall: Wall, anchor: int, share: float, owed: str, on_way: float) -> Drawables:
    boxes, labels = wall_boxes(wall, on_way), wall_labels(wall, share, owed)
    if wall.left_out and not wall.folded:
        more_boxes, more_labels = furnish_left_out(wall)
        boxes += more_boxes
        labels += more_labels
    shadow = Shadow((0.0, 0.0, 0.0), (wall.width + 0.5, 0.75))
    return Drawables(boxes=tuple(boxes), shadows=(shadow,), labels=tuple(labels), anchor=anchor)


def _entrance(hall: Hall) -> list[Label]:
    """The network's name over the way in, and how large it is."""
    maps = sum(wall.span.count for wall in hall.walls if wall.span is not None)
    parameters = f"{spoken(hall.graph.parameters)} parameters"
    counts = "   ·   ".join((counted(len(hall.walls), "layer"), counted(maps, "feature map"), parameters))
    return [
        Label(hall.network, Pose((0.0, NAME_AT[0], NAME_AT[1])), NAME, "centre", bold=True),
        Label(counts, Pose((0.0, NAME_AT[0] - 0.36, NAME_AT[1])), NAME * 0.36, "centre", "muted"),
    ]


def wall_boxes(wall: Wall, on_way: float = NOWHERE) -> list[Box]:
    """Backing, frame, the family's tint, the head for the title, posts and footing, in the wall's frame.

    The tint lights up when the wave passes `on_way`.
    """
    width, height = wall.width, wall.height
    outer_width, outer_height = width + 2 * FRAME, height + 2 * FRAME
    bottom = wall.rise - outer_height / 2
    post = max(0.02, bottom)
    reach = min(outer_width * 0.36, outer_width / 2 - 0.05)
    head = head_of(wall)
    plate = Box(Pose((head.x, head.y, -0.030)), (head.width, HEAD, 0.03), "head")
    if wall.folded:
        return [plate, *_low_stand(wall, head, on_way)]
    return [
        Box(Pose((0, 0, -0.010)), (width, height, 0.016), "wall"),
        Box(Pose((0, 0, -0.030)), (outer_width, outer_height, 0.036), "frame"),
        Box(
            Pose((0, outer_height / 2 + STRIP / 2, -0.030)),
            (outer_width, STRIP, 0.036),
            wall.family,
            glow=0.75,
            on_way=on_way,
        ),
        plate,
        *(Box(Pose((x, -outer_height / 2 - post / 2, -0.034)), (0.04, post, 0.024), "frame") for x in (-reach, reach)),
        Box(Pose((0, 0.018 - wall.rise, -0.034)), (2 * reach + 0.24, 0.036, 0.26), "frame"),
        *sheets(wall, (outer_width, outer_height + STRIP + HEAD), (STRIP + HEAD) / 2),
    ]


def _low_stand(wall: Wall, head: Head, on_way: float) -> list[Box]:
    """What a folded wall's head stands on, with the family's tint below it."""
    bottom, reach = head.y - HEAD / 2, head.width * 0.36
    post = bottom + wall.rise
    posts = [Box(Pose((head.x + x, bottom - post / 2, -0.034)), (0.04, post, 0.024), "frame") for x in (-reach, reach)]
    tint = Box(Pose((head.x, bottom, -0.030)), (head.width, STRIP, 0.036), wall.family, glow=0.75, on_way=on_way)
    foot = Box(Pose((head.x, 0.018 - wall.rise, -0.034)), (2 * reach + 0.24, 0.036, 0.26), "frame")
    return [tint, *posts, foot]


def wall_labels(wall: Wall, share: float = 0.5, owed: str = "") -> list[Label]:
    """Two lines on the head above the frame: the name; shape and operations. `share` chooses the slice of volumes.

    What the wall shows that is not what the layer puts out is told in place of the operations: `owed`.
    """
    head = head_of(wall)
    room = head.width - 2 * FRAME - 0.02
    left, base = head.x - room / 2, head.y - HEAD / 2 + 0.045
    title_height = TITLE
    while title_height > LEAST_TITLE and text_width(wall.title, title_height, bold=True) > room:
        title_height -= 0.004
    labels = [
        Label(
            fit_name(wall.title, title_height, room, bold=True),
            Pose((left, base + SUBTITLE + 0.052, 0.0)),
            title_height,
            bold=True,
        )
    ]
    slice_shown = f", slice {slice_index(wall.slices, share) + 1}" if wall.slices > 1 else ""
    subtitle = fit(wall.subtitle + slice_shown, SUBTITLE, room)
    subtitle_width = text_width(subtitle, SUBTITLE)
    labels.append(Label(subtitle, Pose((left, base, 0.0)), SUBTITLE))
    gap = 2.0 * SUBTITLE
    if owed:
        if subtitle_width + gap + text_width(owed, SUBTITLE, bold=True) > room:
            del labels[-1]
            subtitle_width = -gap
        left_over = room - subtitle_width - gap
        cap = SUBTITLE * min(1.0, max(0.7, left_over / text_width(owed, SUBTITLE, bold=True)))
        place = Pose((left + subtitle_width + gap, base, 0.0))
        return [*labels, Label(fit(owed, cap, left_over, bold=True), place, cap, role="running", bold=True)]
    if room - subtitle_width - gap > 6 * SUBTITLE:
        caption = fit_parts(wall.caption, SUBTITLE * 0.86, room - subtitle_width - gap)
        place = Pose((left + subtitle_width + gap, base, 0.0))
        labels.append(Label(caption, place, SUBTITLE * 0.86, role="muted"))
    return labels


def _ribbon(link: Link, part: tuple[float, float], pull: int) -> Ribbon:
    width, role = (BUS, "merge") if link.bus else (0.022, "merge") if link.skip else (0.05, "edge")
    return Ribbon(link.points, width, role, part=part, pull=pull)
