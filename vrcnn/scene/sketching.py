"""How hands draw on the picture on the easel: with a ray, with the tip of a controller, with the window's pointer."""

from __future__ import annotations

from math import atan, cos, pi, sin

from vrcnn.network.strokes import BOX, CLEAR, DISC, Point, Stroke
from vrcnn.scene.drawables import Box, Drawables
from vrcnn.scene.drawing import Tool
from vrcnn.scene.geometry import Placing, Pose, Ray, hit_rectangle, roll_and_pitch, turn
from vrcnn.scene.hall import Surface
from vrcnn.scene.haptics import DONE, PRESS
from vrcnn.scene.requests import Request
from vrcnn.scene.shelving import fitted
from vrcnn.scene.sight import BEFORE_THE_EYES, LARGE_SIDE
from vrcnn.scene.way_intents import ChooseTool, ClearStrokes, KeepDrawing, StepStroke
from vrcnn.scene.way_requests import CopyDrawing, DrawOn
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import DRAW

TOUCH = 0.09  # m of the room from the picture, within which a controller's tip draws where it is
BESIDE = 3.0  # a stroke that has begun may go on beside the picture, up to so many times its size
RIM = 0.03  # m of the easel's canvas around the picture
LINE = 0.003  # m, the outline of what a press would draw on
CORNERS = 20  # of the outline of a round tool


def is_drawing(world: World) -> bool:
    """Whether a press at the picture on the easel draws on it: as long as the tools are out."""
    return DRAW in world.panels.open and world.easel.picture is not None


def picture_surface(world: World, hand: str = "") -> Surface | None:
    """Where the picture that is drawn on is: on the easel, or large before the eyes, for the window's hand."""
    number = world.easel.picture
    if number is None or world.pictures[number].pixels is None:
        return None
    picture, easel = world.pictures[number], world.easel
    if hand == "mouse" and world.enlarged == number:
        pose = Placing(world.player.eyes, world.player.scale).carry(BEFORE_THE_EYES)
        return Surface(pose, *(world.player.scale * side for side in fitted(picture, LARGE_SIDE)))
    return Surface(easel.pose @ Pose((0, 0, 0.002)), *fitted(picture, min(easel.width, easel.height) - RIM))


def point_of(world: World, name: str, beside: float = 1.0) -> Point | None:
    """Where on the picture this hand would draw, in shares; up to `beside` times its size around its middle."""
    hand, surface = world.hands[name], picture_surface(world, name)
    if surface is None or hand.aim is None or hand.ray is None:
        return None
    width, height = surface.width * beside, surface.height * beside
    x, y, z = surface.pose.inverse().apply(hand.aim.position)
    if name != "mouse" and abs(z) < TOUCH * world.player.scale and abs(x) < width / 2 and abs(y) < height / 2:
        return x / surface.width + 0.5, 0.5 - y / surface.height
    hit = hit_rectangle(hand.ray, surface.pose, width, height)
    return None if hit is None else ((hit[1] - 0.5) * beside + 0.5, (hit[2] - 0.5) * beside + 0.5)


def pointer_aim(eyes: Pose, across: float, up: float) -> Pose:
    """Where the window's pointer points at, by tangents of the view's angles."""
    return eyes @ Pose(orientation=turn(yaw=-atan(across), pitch=atan(up * cos(atan(across)))))


def is_on_picture(world: World, across: float, up: float) -> bool:
    """Whether the window's pointer there is on the picture that is drawn on."""
    surface = picture_surface(world, "mouse") if is_drawing(world) and world.player.head is None else None
    if surface is None:
        return False
    ray = Ray.of(pointer_aim(world.player.eyes, across, up))
    return hit_rectangle(ray, surface.pose, surface.width, surface.height) is not None


def begin_stroke(world: World, name: str) -> list[Request] | None:
    """A press of this hand begins a stroke; None where it means something else."""
    sketching, hand, number = world.sketching, world.hands[name], world.easel.picture
    if not is_drawing(world) or number is None or hand.holding is not None or hand.carrying is not None:
        return None
    point = point_of(world, name)
    if point is None or (hand.target is not None and hand.target.kind == "panel"):
        return None
    if sketching.going is not None:
        return []
    sketching.going, sketching.hand = sketching.tool.stroke(point), name
    return [DrawOn(number), PRESS.by(name)]


def end_stroke(world: World, name: str) -> bool:
    """The hand lets go: the stroke is one that can be taken back. False where it drew none."""
    sketching, number = world.sketching, world.easel.picture
    if sketching.going is None or sketching.hand != name:
        return False
    stroke, sketching.going = sketching.going, None
    if number in sketching.drawings:
        sketching.drawings[number].add(stroke)
    return True


def sketch(world: World) -> list[Request]:
    """Once a frame: strokes go on to where their hands are now."""
    sketching = world.sketching
    if not is_drawing(world):
        sketching.at.clear()
        if sketching.going is not None:
            end_stroke(world, sketching.hand)
        return []
    found = {name: point_of(world, name) for name in world.hands}
    sketching.at = {name: point for name, point in found.items() if point is not None}
    if sketching.going is None:
        return []
    if world.overlaid:  # which hides what is drawn
        world.overlaid = False
        world.pictures_revision += 1
    point = point_of(world, sketching.hand, BESIDE)
    if point is not None:
        sketching.draw_to(point)
    return []


def act_on_drawing(world: World, action: ChooseTool | StepStroke | ClearStrokes | KeepDrawing) -> list[Request]:
    """Applies a button of the tools."""
    sketching, number = world.sketching, world.easel.picture
    drawing = None if number is None else sketching.drawings.get(number)
    match action:
        case ChooseTool(tool):
            sketching.tool = tool
        case StepStroke(step) if drawing is not None and sketching.going is None:
            drawing.step(step)
            return [DONE.by(hand) for hand in ("left", "right")]
        case ClearStrokes() if drawing is not None and not drawing.is_empty:
            drawing.add(Stroke(CLEAR))
        case KeepDrawing() if number is not None:
            return [CopyDrawing(number)]
    return []


def furnish_pens(world: World) -> Drawables:
    """The outline of what a press of each hand that points at the picture would draw with."""
    boxes: list[Box] = []
    for name, point in world.sketching.at.items():
        surface = picture_surface(world, name)
        if surface is not None:
            boxes += _outline(surface, point, world.sketching.tool, world.player.scale)
    return Drawables(boxes=tuple(boxes))


def pens_key(world: World) -> object:
    """Equal keys mean that `furnish_pens` would say the same again."""
    at = world.sketching.at
    return (tuple(at.items()), world.sketching.tool, world.easel, world.enlarged, world.player.eyes) if at else None


def _outline(surface: Surface, point: Point, tool: Tool, scale: float) -> list[Box]:
    x, y = (point[0] - 0.5) * surface.width, (0.5 - point[1]) * surface.height
    half = tool.size * max(surface.width, surface.height) / 2
    pose, thick = surface.pose @ Pose((x, y, 0.004)), LINE * min(1.0, scale)
    if tool.kind == BOX:
        sides = [((side * half, 0.0), (thick, 2 * half)) for side in (-1, 1)]
        sides += [((0.0, side * half), (2 * half, thick)) for side in (-1, 1)]
        return [Box(pose @ Pose((dx, dy, 0)), (*size, 0.001), "accent", 1.0) for (dx, dy), size in sides]
    count = CORNERS if tool.kind == DISC or half > 0.02 else CORNERS // 2
    length = 2 * half * sin(pi / count) + thick / 2
    return [
        Box(
            pose @ Pose((half * cos(angle), half * sin(angle), 0), roll_and_pitch(angle, 0)),
            (thick, length, 0.001),
            "accent",
            1.0,
        )
        for angle in (2 * pi * corner / count for corner in range(count))
    ]
