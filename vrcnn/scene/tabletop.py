"""Furnishes the table: its top and foot, the model of the network with live maps, rooms and links, and the visitor.

The model is furnished with what the hall itself is, in anchors of its own, so that it shows whatever the hall shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from math import pi

import numpy as np

from vrcnn.scene.anchors import pin_anchor, table_anchor
from vrcnn.scene.architecture import furnish_links, wall_boxes, wall_grid
from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Label, Ribbon, Shadow
from vrcnn.scene.gates import furnish_plate
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Hall, Surface, Wall
from vrcnn.scene.intents import GoTo, ToggleTable
from vrcnn.scene.model import table_key
from vrcnn.scene.table import EDGE, HEIGHT, TILT, Model, Strip
from vrcnn.scene.typography import fit, fit_name, text_width
from vrcnn.scene.wave import ways
from vrcnn.scene.wording import counted
from vrcnn.scene.world import World

FLAT = turn(pitch=-pi / 2)
TOP, FOOT = 0.028, 0.72  # m, how thick the top is; the foot's part of the top's width and depth
SIGN = 0.052  # m, height of the front edge's plate with the network's name
NAME, ROOM = 0.020, 0.0125  # m, cap heights; a room's name may be half as high
LEAST_ROOM = 0.2  # m of the hall's, of a room in a strip
WIDER = 1.7  # links are drawn so much wider than in the hall, to be seen
PATH = 2.4  # m, of the hall's
BUTTON = (0.2, 0.04)  # m
FLAG = 0.017  # m, cap height of the name over the wall that is pointed at
PIN = 0.11  # m
TURNS = 0.15  # m that the eyes move before the name turns to them again


def furnish_table(world: World) -> Drawables:
    """The table itself and what lies on it, but the walls' models."""
    if world.table is None:
        return Drawables()
    table, hall = world.table, world.halls[world.table.hall]
    model, first = table.model(hall), table_anchor(world)
    boxes, labels = _furniture(hall, model)
    links = [_based(link, model.base) for link in furnish_links(hall).ribbons]
    strips = tuple(_strip(hall, strip, links, first + 1 + n, model) for n, strip in enumerate(model.strips))
    shade = Shadow((0.0, 0.0, 0.0), (model.width * FOOT + 0.3, model.depth * FOOT + 0.3))
    return Drawables(boxes=tuple(boxes), shadows=(shade,), labels=tuple(labels), anchor=first, standing=strips)


def furnish_model_walls(world: World) -> Drawables:
    """The walls' models without their maps; titles would be too small to read."""
    if world.table is None:
        return Drawables()
    hall = world.halls[world.table.hall]
    way = ways(hall.graph)
    return _standing(world, lambda wall: Drawables(boxes=tuple(wall_boxes(wall, way[wall.node]))))


def furnish_model_grids(world: World) -> Drawables:
    """The maps on the walls' models: the same ones as on the walls."""
    if world.table is None:
        return Drawables()
    number = world.table.hall

    def maps(wall: Wall) -> Drawables:
        return Drawables(grids=() if wall.span is None or wall.folded else (wall_grid(wall, wall.span, number),))

    return _standing(world, maps)


def furnish_pin(world: World) -> Drawables:
    """What shows where the visitor stands in the model, and which way they look."""
    if world.table is None:
        return Drawables()
    tip = np.array([(0.0, 0.004, -reach) for reach in (0.012, 0.03, 0.062)], np.float32)
    boxes = (
        Box(Pose((0.0, PIN / 2, 0.0)), (0.0025, PIN, 0.0025), "accent", glow=1.0),
        Box(Pose((0.0, PIN, 0.0), turn(yaw=pi / 4)), (0.012, 0.012, 0.012), "accent", glow=1.0),
        Box(Pose((0.0, 0.002, 0.0), turn(yaw=pi / 4)), (0.013, 0.003, 0.013), "accent", glow=1.0),
    )
    return Drawables(boxes=boxes, ribbons=(Ribbon(tip, 0.007, "accent"),), anchor=pin_anchor(world))


def furnish_flag(world: World) -> Drawables:
    """The name of the layer whose model is pointed at, over it, facing the visitor."""
    index = pointed_at(world)
    if world.table is None or index is None:
        return Drawables()
    hall = world.halls[world.table.hall]
    wall, surface = hall.walls[index], world.table.surface_of(hall, index)
    x, y, z = surface.pose.apply((0.0, surface.height / 2 + 0.05, 0.0))
    title, subtitle = fit(wall.title, FLAG, 0.6, bold=True), fit(f"{wall.subtitle}   {wall.caption}", FLAG * 0.72, 0.6)
    half = max(text_width(title, FLAG, bold=True), text_width(subtitle, FLAG * 0.72)) / 2 + 0.016
    ex, ey, ez = world.player.eyes.position
    facing = turn(yaw=float(np.arctan2(ex - x, ez - z)), pitch=-float(np.arctan2(ey - y, np.hypot(ex - x, ez - z))))
    pose = Pose((x, y + 0.02, z), facing)
    return Drawables(
        boxes=(
            Box(pose @ Pose((0.0, 0.0, -0.004)), (2 * half, 0.068, 0.006), "panel", glow=1.0),
            Box(pose @ Pose((0.0, -0.034, -0.003)), (2 * half, 0.003, 0.008), "accent", glow=1.0),
        ),
        labels=(
            Label(title, pose @ Pose((-half + 0.016, 0.007, 0.001)), FLAG, bold=True),
            Label(subtitle, pose @ Pose((-half + 0.016, -0.02, 0.001)), FLAG * 0.72, role="muted"),
        ),
    )


def flag_key(world: World) -> object:
    """Equal keys mean that `furnish_flag` would say about the same again: it turns to eyes that move by some more."""
    index = pointed_at(world)
    if index is None:
        return None
    return table_key(world), index, tuple(round(part / TURNS) for part in world.player.eyes.position)


def pointed_at(world: World) -> int | None:
    """The position in Hall.walls of the wall whose model a hand points at."""
    targets = (hand.target for hand in world.hands.values())
    return next((target.index for target in targets if target is not None and target.kind == "model"), None)


def table_controls(world: World) -> list[Control]:
    """A press on a wall's model leads before the wall; one on the button puts the table away."""
    table = world.table
    if table is None:
        return []
    hall, model = world.halls[table.hall], table.model(world.halls[table.hall])
    controls = [
        Control(
            "model",
            table.surface_of(hall, index),
            f"Click to step before {wall.title}",
            GoTo(wall.name, table.hall),
            index,
            rim=0.004,
            behind=0.006 + 0.05 * model.scale,
            hall=table.hall,
        )
        for index, wall in enumerate(hall.walls)
        if wall.shown
    ]
    button = Surface(table.top @ _button(model), *BUTTON)
    return [*controls, Control("table", button, "Click to put the table away", ToggleTable(), rim=0.005, behind=0.004)]


def _standing(world: World, furnish: Callable[[Wall], Drawables]) -> Drawables:
    """What `furnish` makes of each wall that is shown, in the anchor of its model."""
    assert world.table is not None
    hall, first = world.halls[world.table.hall], table_anchor(world)
    behind = first + 1 + len(world.table.model(hall).strips)
    parts = (replace(furnish(wall), anchor=behind + n) for n, wall in enumerate(hall.walls) if wall.shown)
    return Drawables(anchor=first, standing=tuple(parts))


def _furniture(hall: Hall, model: Model) -> tuple[list[Box], list[Label]]:
    """Top, foot and the front edge with the network's name, in the frame of the top."""
    width, depth = model.width + 2 * EDGE, model.depth + 2 * EDGE
    upright = turn(pitch=-TILT)
    high = HEIGHT - 0.09
    foot = Pose((0.0, 0.0, 0.0), upright) @ Pose((0.0, -HEIGHT + high / 2, 0.0))
    front = _front(model)
    boxes = [
        Box(Pose((0.0, -TOP / 2 - 0.001, 0.0)), (width, TOP, depth), "plate"),
        Box(Pose((0.0, -TOP - 0.005, 0.0)), (width - 0.02, 0.007, depth - 0.02), "accent", glow=0.9),
        Box(Pose((0.0, -TOP - 0.028, 0.0)), (width - 0.05, 0.04, depth - 0.05), "frame"),
        Box(foot, (width * FOOT, high, depth * FOOT), "panel"),
        Box(front @ Pose((0.0, 0.0, -0.008)), (width, SIGN, 0.014), "panel"),
        Box(front @ Pose((0.0, SIGN / 2 + 0.002, -0.004)), (width, 0.004, 0.008), "accent", glow=0.8),
    ]
    walls = sum(wall.shown for wall in hall.walls)
    left = -width / 2 + 0.03
    counts = f"{counted(walls, 'layer')}   ·   1 : {1 / model.scale:.0f}"
    name = fit(hall.network, NAME, width - 0.8, bold=True)
    base = front @ Pose((0.0, -NAME / 2, 0.0))
    button = _button(model)
    labels = [
        Label(name, base @ Pose((left, 0.0, 0.0)), NAME, bold=True),
        Label(
            counts, base @ Pose((left + text_width(name, NAME, bold=True) + 0.03, 0.0, 0.0)), NAME * 0.7, role="muted"
        ),
        Label("Put away", button @ Pose((0.0, -0.006, 0.003)), 0.013, "centre"),
    ]
    boxes.append(Box(button @ Pose((0.0, 0.0, -0.002)), (*BUTTON, 0.006), "track"))
    return boxes, labels


def _front(model: Model) -> Pose:
    """The middle of the plate along the top's front edge, which leans back."""
    return Pose((0.0, -SIGN / 2 + 0.008, model.depth / 2 + EDGE + 0.018), turn(pitch=-0.7))


def _button(model: Model) -> Pose:
    return _front(model) @ Pose((model.width / 2 + EDGE - BUTTON[0] / 2 - 0.02, 0.0, 0.004))


def _strip(hall: Hall, strip: Strip, links: Iterable[Ribbon], anchor: int, model: Model) -> Drawables:
    """Path, rooms and links of one strip, in the hall's own measures."""
    boxes: list[Box] = []
    labels: list[Label] = []
    if model.along is not None:
        middle, length = (strip.near + strip.far) / 2, strip.near - strip.far
        boxes.append(Box(Pose((0.0, 0.02, middle)), (PATH, 0.04, length), "track"))
    for plate in hall.plates:
        if plate.door is not None and strip.far < model.base.apply(plate.door.pose.position)[2] <= strip.near:
            boxes += [replace(box, pose=model.base @ plate.pose @ box.pose) for box in furnish_plate(plate)[0]]
        if plate.inner:
            continue
        at, width = model.base @ plate.gate, plate.size[0]
        if model.along is None:
            at = Pose(at.position)
            boxes += [Box(pose, (size[0], 0.05, size[1]), "frame") for pose, size in plate.tiles]
        else:
            front = at.position[2]
            near, far = min(strip.near, front), max(strip.far, front - plate.size[1])
            if near - far < LEAST_ROOM:
                continue
            at = Pose((0.0, 0.0, near))
            middle, width = (strip.left + strip.right) / 2, strip.right - strip.left + 0.4
            boxes.append(Box(Pose((middle, 0.008, (near + far) / 2)), (width, 0.05, near - far), "frame"))
        cap = ROOM / model.scale
        cap = max(cap / 2, min(cap, cap * width / max(width, text_width(plate.title, cap, bold=True))))
        words = fit_name(plate.title, cap, width, bold=True)
        labels.append(Label(words, at @ Pose((0.0, 0.05, -1.25 * cap), FLAT), cap, "centre", bold=True))
    ribbons = tuple(part for link in links for part in clipped(link, strip.near, strip.far))
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), ribbons=ribbons, anchor=anchor)


def _based(ribbon: Ribbon, base: Pose) -> Ribbon:
    """A ribbon in another frame; walls that were moved away then leave its ends behind."""
    if base == Pose():
        return ribbon
    matrix = base.matrix()
    return replace(ribbon, points=(ribbon.points @ matrix[:3, :3].T + matrix[:3, 3]).astype(np.float32), pull=0)


def clipped(ribbon: Ribbon, near: float, far: float) -> list[Ribbon]:
    """The parts of a ribbon between z = `near` and z = `far`, which is less; only one that ends here has an arrow."""
    points = np.asarray(ribbon.points, np.float64)
    least, most = points[:, 2].min(), points[:, 2].max()
    if least > near or most < far:
        return []
    if most <= near and least >= far:
        return [replace(ribbon, width=ribbon.width * WIDER)]
    points, way = _with_borders(points, near, far)
    inside = (points[:, 2] <= near + 1e-6) & (points[:, 2] >= far - 1e-6)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    start, end = ribbon.part
    parts = []
    for first, last in edges.reshape(-1, 2):
        if last - first < 2:
            continue
        part = start + way[first] * (end - start), start + way[last - 1] * (end - start)
        flow = ribbon.flow if last == len(points) else 0.0
        piece = points[first:last].astype(np.float32)
        parts.append(replace(ribbon, points=piece, width=ribbon.width * WIDER, flow=flow, part=part, pull=0))
    return parts


def _with_borders(points: np.ndarray, near: float, far: float) -> tuple[np.ndarray, np.ndarray]:
    """The points with those where the curve crosses a border, and how much of its way lies before each of them."""
    way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    added = []
    for border in (near, far):
        before, after = points[:-1, 2] - border, points[1:, 2] - border
        crossing = np.flatnonzero(before * after < 0)
        share = before[crossing] / (before[crossing] - after[crossing])
        added.append(way[crossing] + share * np.diff(way)[crossing])
    every = np.unique(np.concatenate([way, *added]))
    curve = np.stack([np.interp(every, way, points[:, axis]) for axis in range(3)], axis=1)
    return curve, every / max(way[-1], 1e-9)
