"""Furnishes the network itself: walls with frames, footings and titles, floor plates with gates, and the links."""

from __future__ import annotations

from math import atan2, pi

from vrcnn.scene.drawables import Box, Drawables, Grid, Label, Ribbon, Shadow
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.typography import fit, text_width
from vrcnn.scene.world import Link, Plate, Wall, World

TITLE, SUBTITLE = 0.074, 0.048  # m, cap heights: legible from 3 m and from 2 m
LINE = 0.05  # m between the frame and the lowest line of text
FRAME = 0.025  # m of frame around the grid
STRIP = 0.016  # m, the tint of the operation's family
LEAST_TITLE_WIDTH = 1.5  # m; a narrow wall's title may stand out
GATE_HEIGHT, GATE_HALF_WIDTH, GATE_SIGN = 2.96, 1.16, 0.1  # m


def furnish_network(world: World) -> Drawables:
    """Everything that stands as long as the layout does."""
    grids: list[Grid] = []
    boxes: list[Box] = []
    shadows: list[Shadow] = []
    labels: list[Label] = []
    for wall in world.walls:
        if wall.span is not None:
            grids.append(Grid(wall.span, wall.pose, wall.width, wall.height, wall.columns, wall.rows))
        boxes += wall_boxes(wall)
        shadows.append(_wall_shadow(wall))
        labels += wall_labels(wall)
    for plate in world.plates:
        boxes += _plate_boxes(plate)
        labels += _plate_labels(plate)
    ribbons = tuple(_ribbon(link) for link in world.links)
    return Drawables(tuple(grids), tuple(boxes), tuple(shadows), tuple(labels), ribbons)


def wall_boxes(wall: Wall) -> list[Box]:
    """Backing, frame, the family's tint, posts and footing."""
    width, height = wall.width, wall.height
    outer_width, outer_height = width + 2 * FRAME, height + 2 * FRAME
    bottom = wall.pose.position[1] - outer_height / 2
    post = max(0.02, bottom)
    reach = min(outer_width * 0.36, outer_width / 2 - 0.05)
    return [
        Box(wall.pose @ Pose((0, 0, -0.010)), (width, height, 0.016), "wall"),
        Box(wall.pose @ Pose((0, 0, -0.030)), (outer_width, outer_height, 0.036), "frame"),
        Box(
            wall.pose @ Pose((0, outer_height / 2 + STRIP / 2, -0.030)),
            (outer_width, STRIP, 0.036),
            wall.family,
            glow=0.75,
        ),
        *(
            Box(wall.pose @ Pose((x, -outer_height / 2 - post / 2, -0.034)), (0.04, post, 0.024), "frame")
            for x in (-reach, reach)
        ),
        Box(wall.pose @ Pose((0, 0.018 - wall.pose.position[1], -0.034)), (2 * reach + 0.24, 0.036, 0.26), "frame"),
    ]


def wall_labels(wall: Wall) -> list[Label]:
    """Two lines above the frame: the name; shape and operations."""
    room = max(wall.width, LEAST_TITLE_WIDTH)
    left, top = -wall.width / 2, wall.height / 2 + FRAME + STRIP + LINE
    subtitle_width = text_width(wall.subtitle, SUBTITLE)
    labels = [
        Label(
            fit(wall.title, TITLE, room, bold=True),
            wall.pose @ Pose((left, top + SUBTITLE + LINE, 0.0)),
            TITLE,
            role="text",
            bold=True,
        ),
        Label(wall.subtitle, wall.pose @ Pose((left, top, 0.0)), SUBTITLE, role="text"),
    ]
    gap = 2.2 * SUBTITLE
    if room - subtitle_width - gap > 6 * SUBTITLE:
        caption = fit(wall.caption, SUBTITLE, room - subtitle_width - gap)
        labels.append(Label(caption, wall.pose @ Pose((left + subtitle_width + gap, top, 0.0)), SUBTITLE, role="muted"))
    return labels


def _wall_shadow(wall: Wall) -> Shadow:
    x, _, z = wall.pose.position
    face_x, _, face_z = wall.pose.apply((0.0, 0.0, 1.0))
    return Shadow((x, 0.0, z), (wall.width + 0.5, 0.75), yaw=atan2(face_x - x, face_z - z))


def _plate_boxes(plate: Plate) -> list[Box]:
    x, _, z = plate.pose.position
    width, depth = plate.size
    front = z + depth / 2
    sign = 2 * GATE_HALF_WIDTH + 0.06
    return [
        Box(Pose((x, 0.006, z)), (width, 0.012, depth), "plate"),
        *(
            Box(Pose((side * GATE_HALF_WIDTH, GATE_HEIGHT / 2, front - 0.03)), (0.03, GATE_HEIGHT, 0.03), "frame")
            for side in (-1, 1)
        ),
        Box(Pose((0.0, GATE_HEIGHT - 0.13, front - 0.03)), (sign, 0.27, 0.028), "panel"),
        Box(Pose((0.0, GATE_HEIGHT + 0.012, front - 0.03)), (sign, 0.016, 0.032), "edge", glow=0.6),
    ]


def _plate_labels(plate: Plate) -> list[Label]:
    x, _, z = plate.pose.position
    front = z + plate.size[1] / 2
    kind_height = GATE_SIGN * 0.55
    room = 2 * GATE_HALF_WIDTH - 0.2
    title = fit(plate.path, GATE_SIGN, room * 0.62, bold=True)
    kind = fit(plate.kind, kind_height, room - text_width(title, GATE_SIGN, bold=True) - 0.12)
    left, base, face = -GATE_HALF_WIDTH + 0.1, GATE_HEIGHT - 0.18, front - 0.012
    flat = turn(pitch=-pi / 2)
    return [
        Label(title, Pose((left, base, face)), GATE_SIGN, bold=True),
        Label(kind, Pose((GATE_HALF_WIDTH - 0.1, base, face)), kind_height, align="right", role="muted"),
        Label(title, Pose((x, 0.014, front - 0.14), flat), 0.12, align="centre", role="muted", bold=True),
    ]


def _ribbon(link: Link) -> Ribbon:
    return Ribbon(link.points, 0.022 if link.skip else 0.05, "merge" if link.skip else "edge")
