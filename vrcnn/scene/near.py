"""Hands that take things themselves: what is within their reach, taken with the grip, carried, and put down."""

from __future__ import annotations

from dataclasses import replace
from math import dist, pi

from vrcnn.scene.delivering import at_easel, place, put_back
from vrcnn.scene.drawables import Box, Drawables
from vrcnn.scene.gallery import Between, Frame
from vrcnn.scene.geometry import Pose, hit_rectangle, turn
from vrcnn.scene.handling import grasp, release, take
from vrcnn.scene.hanging import FRAME_LIMITS, hang, held_frame, pull_out, take_frame
from vrcnn.scene.haptics import HOVER, LET_GO, TAKE
from vrcnn.scene.holding import within as limited
from vrcnn.scene.map_shapes import frame_size
from vrcnn.scene.picking import Picker, on_tile
from vrcnn.scene.plinth import PLATE, TOP, standing
from vrcnn.scene.requests import Request
from vrcnn.scene.resting import outline, place_of
from vrcnn.scene.shelving import PICTURE_SIDE, fitted, slot_pose
from vrcnn.scene.sieve_handling import let_sieve_go, take_sieve
from vrcnn.scene.sieve_place import sieve_surface
from vrcnn.scene.table import EDGE as TABLE_EDGE
from vrcnn.scene.wall_shape import HEAD, head_of
from vrcnn.scene.world import Hand, Target, World

REACH, FAR = 0.12, 8.0  # m of the room: from the hand to what it takes itself; from which a grip's ray takes nothing
RIM = 0.06, 0.12  # of a wall, in m of the room or as a part of its width: there a hand takes the wall and not a tile
COPY_AT = 0.03  # m before its wall, where a copy comes off
CLICK = 0.3  # s: a trigger that is let go sooner leaves what it took in the hand
BAR = 0.008  # m of the room, of the outline around what is within reach
SHELF = 0.015  # m that pictures hang before the shelf, and more
KINDS = ("frame", "shelf", "wall", "head", "plinth", "sieve")
FLAT = turn(pitch=-pi / 2)


def find_near(world: World, picker: Picker) -> list[Request]:
    """Once a frame: what each free hand would take itself. It ticks as the hand comes to something else."""
    requests: list[Request] = []
    free: list[str] = []
    before = {name: hand.within for name, hand in world.hands.items()}
    for name, hand in world.hands.items():
        hand.within = None
        if world.player.head is None or name == "mouse" or hand.grip is None:
            hand.gripping, hand.grasp = False, None
            continue
        if not _is_full(world, name):
            free.append(name)
            if not _waits(world, name):
                hand.gripping, hand.grasp = False, None
    points = [hand.grip.position for name, hand in world.hands.items() if name in free and hand.grip is not None]
    met = picker.within(world, points, REACH * world.player.scale + SHELF)
    for name, found in zip(free, met, strict=True):
        hand = world.hands[name]
        hand.within = _near(world, hand, found)
        if hand.within is not None and _thing(hand.within) != _thing(before[name]):
            requests.append(HOVER.by(name))
    return requests


def grab(world: World, name: str) -> list[Request]:
    """The grip closes: it takes what is within reach, else what the ray points at; else nothing."""
    hand = world.hands[name]
    if _is_full(world, name):
        hand.gripping = hand.holding is not None or hand.carrying is not None or world.sieving.in_hand == name
        return []
    requests = _join(world, name) or (_take_far if hand.within is None else _take_near)(world, name)
    hand.gripping = bool(requests) or _waits(world, name)
    return requests


def press_near(world: World, name: str) -> list[Request] | None:
    """The trigger takes what is within reach as the grip does; None where it means something else."""
    hand = world.hands[name]
    pressable = hand.target is not None and (hand.target.control is not None or hand.target.kind == "panel")
    if _is_full(world, name) or pressable:
        return None
    joined = _join(world, name)
    if joined:
        return joined
    return None if hand.within is None else _take_near(world, name)


def open_grip(world: World, name: str) -> list[Request]:
    """The grip opens: a wall stays there, a picture comes onto the easel or goes back to the shelf, a frame hangs."""
    hand = world.hands[name]
    if not hand.gripping:
        return []
    hand.gripping = False
    if world.sieving.in_hand == name:
        return let_sieve_go(world, name)
    if hand.hold is not None:
        return release(world, name)
    if hand.holding is not None:
        return place(world, name) if at_easel(world, name) else put_back(world, name)
    if hand.carrying is not None:
        return _put_frame(world, name)
    if _waits(world, name):
        world.gallery.pulling = None
    return []


def release_near(world: World, name: str) -> list[Request] | None:
    """The trigger comes up: what it has taken itself is put down as the grip would do it, unless it was but a click,
    which leaves it in the hand. None where it has taken nothing so."""
    hand = world.hands[name]
    if hand.grasp is None or hand.gripping:
        return None
    held = world.time - hand.grasped > CLICK
    if world.sieving.in_hand == name:
        return let_sieve_go(world, name) if held else []
    if hand.holding is not None and held:
        return place(world, name) if at_easel(world, name) else put_back(world, name)
    if hand.carrying is None:
        return None
    joined = any(other is not hand and other.carrying == hand.carrying for other in world.hands.values())
    return _put_frame(world, name) if joined or held else []


def stretch(world: World) -> None:
    """Once a frame: a frame that two hands have is as large as they are apart."""
    gallery = world.gallery
    between = gallery.between
    if between is None:
        return
    first, second = (world.hands[name] for name in between.hands)
    frame = gallery.frame(between.frame)
    if frame is None or first.carrying != frame.number or second.carrying != frame.number:
        gallery.between = None
    elif first.grip is not None and second.grip is not None:
        ratio = dist(first.grip.position, second.grip.position) / between.apart
        frame.scale = limited(between.scale * ratio, FRAME_LIMITS)
        x, y, z = between.grasp.position
        grown = frame.scale / between.scale
        first.grasp = Pose((x * grown, y * grown, z * grown), between.grasp.orientation)


def furnish_near(world: World) -> Drawables:
    """An outline around what each hand would take itself."""
    boxes: list[Box] = []
    for hand in world.hands.values():
        found = None if hand.within is None else _outlined(world, hand.within)
        if found is not None:
            boxes += outline(*found, BAR * world.player.scale)
    return Drawables(boxes=tuple(boxes))


def near_key(world: World) -> object:
    """Equal keys mean that `furnish_near` would say the same again."""
    found = [None if hand.within is None else _outlined(world, hand.within) for hand in world.hands.values()]
    return tuple(found), world.player.scale


def _is_full(world: World, name: str) -> bool:
    hand = world.hands[name]
    held = hand.hold, hand.holding, hand.carrying, hand.dragging
    return world.sieving.in_hand == name or any(each is not None for each in held)


def _waits(world: World, name: str) -> bool:
    """Whether the values of a copy are on their way to this hand."""
    return world.gallery.pulling is not None and world.gallery.pulling.hand == name


def _thing(target: Target | None) -> object:
    return None if target is None else (target.kind, target.hall, target.index, target.tile)


def _near(world: World, hand: Hand, met: list[Target]) -> Target | None:
    """The nearest thing that the hand itself can take, of what is near."""
    assert hand.grip is not None
    reach = REACH * world.player.scale
    found = [target for target in met if target.kind in KINDS]
    near = [target for target in found if target.kind == "shelf" or target.distance <= reach]
    taken = (_graspable(world, hand, target) for target in near)
    return next((target for target in taken if target is not None), None) or _table(world, hand, reach)


def _graspable(world: World, hand: Hand, target: Target) -> Target | None:
    assert hand.grip is not None
    if target.kind == "shelf":
        return _picture(world, hand, target)
    if target.kind == "head":
        return replace(target, kind="wall", control=None)
    if target.kind != "wall":
        return target
    hall = world.halls[target.hall]
    wall = hall.walls[target.index]
    placing = hall.placing @ wall.placing
    x, y, z = placing.pose.inverse().apply(hand.grip.position)
    width, height = wall.width * placing.scale, wall.height * placing.scale
    rim = min(RIM[0] * world.player.scale, RIM[1] * min(width, height))
    inside = abs(x) < width / 2 - rim and abs(y) < height / 2 - rim and z > -rim
    return on_tile(wall, target) if inside else replace(target, tile=None)


def _picture(world: World, hand: Hand, target: Target) -> Target | None:
    """The picture in the slot before the hand."""
    shelf = world.shelf
    column = min(int(target.u * shelf.columns), shelf.columns - 1)
    row = min(int(target.v * shelf.rows), shelf.rows - 1)
    position = row * shelf.columns + column
    shown = shelf.shown(len(world.pictures))
    if position >= len(shown) or world.pictures[shown[position]].pixels is None:
        return None
    number = shown[position]
    if any(other.holding == number for other in world.hands.values()):
        return None
    width, height = fitted(world.pictures[number], PICTURE_SIDE)
    apart = _apart(hand, slot_pose(shelf, position), width, height)
    return replace(target, kind="picture", index=number) if apart <= REACH * world.player.scale else None


def _table(world: World, hand: Hand, reach: float) -> Target | None:
    """The edge of the table with the model."""
    table = world.table
    if table is None or hand.grip is None:
        return None
    model = table.model(world.halls[table.hall])
    x, y, z = table.top.inverse().apply(hand.grip.position)
    over = abs(x) - model.width / 2 - TABLE_EDGE, abs(z) - model.depth / 2 - TABLE_EDGE
    beside = max(over[0], 0.0), max(over[1], 0.0)
    apart = (beside[0] ** 2 + beside[1] ** 2 + y**2) ** 0.5
    if apart > reach or max(over) < -TABLE_EDGE:
        return None
    return Target("table", 0, apart, hand.grip.position, hall=table.hall)


def _take_near(world: World, name: str) -> list[Request]:
    hand = world.hands[name]
    target, grip = hand.within, hand.grip
    if target is None or grip is None:
        return []
    hand.grasped = world.time
    if target.kind == "sieve":
        return take_sieve(world, name, near=True)
    if target.kind == "picture":
        pose = _outlined(world, target)
        hand.holding, hand.grasp = target.index, None if pose is None else grip.inverse() @ pose[0]
        return [TAKE.by(name)]
    if target.kind == "frame":
        frame = world.gallery.frames[target.index]
        hand.grasp = None if frame.pose is None else grip.inverse() @ frame.pose
        return take_frame(world, name, target.index)
    if target.kind == "wall" and target.tile is not None:
        return _pull(world, name, target)
    return grasp(world, name, target)


def _pull(world: World, name: str, target: Target) -> list[Request]:
    """A copy of the map, or visualization, of the tile at the hand comes off the wall."""
    hand, found = world.hands[name], place_of(world, target)
    if found is None or hand.grip is None:
        return []
    pointed, hand.target = hand.target, target
    large, world.gallery.large = world.gallery.large, None
    requests = pull_out(world, name)
    hand.target, world.gallery.large = pointed, large
    hand.grasp = hand.grip.inverse() @ found[0] @ Pose((0.0, 0.0, COPY_AT))
    return requests


def _take_far(world: World, name: str) -> list[Request]:
    """What the ray points at, as the trigger takes it."""
    hand = world.hands[name]
    hand.grasp = None
    target = hand.target
    if target is None or target.distance > FAR * world.player.scale:
        return []
    match target.kind:
        case "picture":
            hand.holding = target.index
            return [TAKE.by(name)]
        case "frame":
            return take_frame(world, name, target.index)
        case "sieve":
            return take_sieve(world, name)
        case "wall" | "plinth":
            return take(world, name)
    return []


def _join(world: World, name: str) -> list[Request]:
    """The second hand takes the frame that the first one has, to scale it."""
    hand = world.hands[name]
    for other_name, other in world.hands.items():
        frame = None if other.carrying is None else world.gallery.frame(other.carrying)
        if other is hand or frame is None or hand.grip is None or other.grip is None:
            continue
        held = held_frame(world, other_name, frame)
        if held is None or not _touches(world, hand, frame, *held):
            continue
        if other.grasp is None:
            other.grasp = other.grip.inverse() @ held[0]
        hand.carrying, hand.grasp, hand.grasped = frame.number, hand.grip.inverse() @ held[0], world.time
        apart = max(0.02 * world.player.scale, dist(hand.grip.position, other.grip.position))
        world.gallery.between = Between((other_name, name), frame.number, apart, frame.scale, other.grasp)
        return [TAKE.by(name)]
    return []


def _touches(world: World, hand: Hand, frame: Frame, pose: Pose, scale: float) -> bool:
    """Whether a hand is within reach of a frame in the other one, or points at it."""
    width, height = (length / frame.scale * scale for length in frame_size(frame))
    if _apart(hand, pose, width, height) < REACH * world.player.scale:
        return True
    return hand.ray is not None and hit_rectangle(hand.ray, pose, width, height) is not None


def _apart(hand: Hand, pose: Pose, width: float, height: float) -> float:
    """From the hand to the nearest point of a rectangle, in m."""
    assert hand.grip is not None
    x, y, z = pose.inverse().apply(hand.grip.position)
    beside = max(0.0, abs(x) - width / 2), max(0.0, abs(y) - height / 2)
    return float((beside[0] ** 2 + beside[1] ** 2 + z**2) ** 0.5)


def _put_frame(world: World, name: str) -> list[Request]:
    """The hand lets a frame go: it hangs, unless the other hand has it too."""
    hand = world.hands[name]
    others = [other for other in world.hands.values() if other is not hand and other.carrying == hand.carrying]
    if not others:
        return hang(world, name)
    hand.carrying = hand.grasp = hand.falls_into = None
    return [LET_GO.by(name)]


def _outlined(world: World, target: Target) -> tuple[Pose, float, float] | None:
    """Middle, width and height of what is within reach."""
    match target.kind:
        case "picture":
            shown = world.shelf.shown(len(world.pictures))
            if target.index not in shown:
                return None
            size = fitted(world.pictures[target.index], PICTURE_SIDE)
            return slot_pose(world.shelf, shown.index(target.index)), *size
        case "sieve":
            surface = sieve_surface(world)
            return None if surface is None else (surface.pose, surface.width, surface.height)
        case "plinth":
            return standing(world.halls[target.hall]).pose @ TOP, *PLATE
        case "table" if world.table is not None:
            model = world.table.model(world.halls[target.hall])
            return world.table.top @ Pose(orientation=FLAT), model.width + 2 * TABLE_EDGE, model.depth + 2 * TABLE_EDGE
        case "wall" if target.tile is None:
            hall = world.halls[target.hall]
            placing, wall = hall.placing @ hall.walls[target.index].placing, hall.walls[target.index]
            head = head_of(wall)
            if wall.folded:
                return placing.carry(Pose((head.x, head.y, 0.0))), head.width * placing.scale, HEAD * placing.scale
    return place_of(world, target)
