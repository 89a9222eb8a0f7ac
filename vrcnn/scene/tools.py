"""What intents do to the World: walking, taking, placing, enlarging. Free of devices, torch and graphics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import atan2, pi

from vrcnn.network.scope import LEVELS, Scope
from vrcnn.scene.easel_controls import slid
from vrcnn.scene.geometry import Pose, Vector, rotate, turn
from vrcnn.scene.intents import (
    ChooseDetail,
    Enlarge,
    HandMoved,
    HeadMoved,
    Intent,
    Look,
    Move,
    Quit,
    Release,
    Screenshot,
    Select,
    Turn,
)
from vrcnn.scene.picking import Picker
from vrcnn.scene.world import Hand, Target, World

WALK, RUN = 2.2, 7.0  # m/s
HIGHEST_PITCH = pi / 2 - 0.01
HIGHEST = 60.0  # m above the ground
AT_THE_SIDE = Pose((0.3, -0.2, -0.75), turn(yaw=-0.25, pitch=-0.1))  # where the desktop's hand is in the view
PLACE_REACH = 0.35  # m between a held picture and the easel at which letting go places it


@dataclass(frozen=True)
class RunPicture:
    """The picture on the easel shall run through the network."""

    picture: int


@dataclass(frozen=True)
class ShowPage:
    """The pictures of the shelf's current page are wanted."""

    pictures: tuple[int, ...]


@dataclass(frozen=True)
class ChangeScope:
    """The visitor wants to see this of the network."""

    scope: Scope


@dataclass(frozen=True)
class TakeScreenshot:
    """Save what is seen."""


@dataclass(frozen=True)
class Leave:
    """End the program."""


@dataclass(frozen=True)
class Pulse:
    """Let the controller of `hand` buzz for `seconds` with `strength` 0..1."""

    hand: str
    seconds: float
    strength: float


Request = RunPicture | ShowPage | ChangeScope | TakeScreenshot | Leave | Pulse


class Tools:
    """Applies intents to a World, one frame at a time, and says what the rest of the program shall do."""

    def __init__(self) -> None:
        self._picker = Picker()

    def step(self, world: World, intents: Iterable[Intent], seconds: float) -> list[Request]:
        """Applies one frame's intents; `seconds` is the time since the last frame."""
        world.time += seconds
        requests: list[Request] = []
        presses: list[Select | Release] = []
        moved: list[HandMoved] = []
        for intent in intents:
            match intent:
                case HeadMoved(pose):
                    world.player.head = pose
                case HandMoved():
                    moved.append(intent)
                case Look(yaw, pitch):
                    world.player.yaw += yaw
                    world.player.pitch = max(-HIGHEST_PITCH, min(HIGHEST_PITCH, world.player.pitch + pitch))
                case Move():
                    _walk(world, intent, seconds)
                case Turn(angle):
                    _turn_about_head(world, angle)
                case Select() | Release():
                    presses.append(intent)
                case Enlarge(on):
                    world.enlarged = _worth_enlarging(world) if on else None
                case ChooseDetail(level):
                    requests += _choose_detail(world, level)
                case Screenshot():
                    requests.append(TakeScreenshot())
                case Quit():
                    requests.append(Leave())
        origin = world.player.origin  # after the walk, which takes the hands along
        for intent in moved:
            world.hands[intent.hand].grip = intent.grip and origin @ intent.grip
            world.hands[intent.hand].aim = intent.aim and origin @ intent.aim
        mouse, eyes = world.hands["mouse"], world.player.eyes
        if world.player.head is None:
            mouse.aim, mouse.grip = eyes, eyes @ AT_THE_SIDE
        else:
            mouse.aim = mouse.grip = None
        requests += self._point(world)
        for press in presses:
            requests += (
                self._select(world, press.hand) if isinstance(press, Select) else self._release(world, press.hand)
            )
        for name, hand in world.hands.items():
            dragged = _slide(world, hand)
            requests += [*dragged, Pulse(name, 0.01, 0.3)] if dragged else []
        return requests

    def _point(self, world: World) -> list[Request]:
        """Finds what every hand points at; a controller ticks when that begins to be something to take or to use."""
        requests: list[Request] = []
        for name, hand in world.hands.items():
            before = hand.target
            hand.target = self._picker.pick(world, hand.ray) if hand.ray else None
            if world.useful(hand.target) and name != "mouse" and _name_of(hand.target) != _name_of(before):
                requests.append(Pulse(name, 0.01, 0.3))
        return requests

    def _select(self, world: World, name: str) -> list[Request]:
        hand = world.hands[name]
        hand.selecting = True
        target = hand.target
        if target is None:
            return []
        match target.kind:
            case "picture":
                hand.holding = target.index
                return [Pulse(name, 0.03, 0.7)]
            case "easel" if hand.holding is not None:
                return _place(world, name)
            case "shelf":
                hand.holding = None
            case "notice":
                world.notices.pop()
            case "detail":
                return [*_choose_detail(world, LEVELS[target.index]), _press(name)]
            case "fold":
                return [*_change(world, world.chosen.with_toggled(world.folds[target.index].run.path)), _press(name)]
            case "wall" if world.walls[target.index].left_out:
                node = world.graph.nodes[world.walls[target.index].node]
                return [*_change(world, world.chosen.with_demanded(node.name)), _press(name)]
            case "overlay":
                world.overlaid = not world.overlaid
                world.pictures_revision += 1
                return [_press(name)]
            case "slider":
                hand.sliding = True
                return [_press(name), *_slide(world, hand)]
            case "page":
                shelf, count = world.shelf, len(world.pictures)
                shelf.page = (shelf.page + target.index) % shelf.pages(count)
                world.pictures_revision += 1
                return [ShowPage(tuple(shelf.shown(count))), Pulse(name, 0.02, 0.5)]
        return []

    def _release(self, world: World, name: str) -> list[Request]:
        """Letting go at the easel, or while pointing at it, places; elsewhere the picture stays in the hand."""
        hand = world.hands[name]
        was_selecting, hand.selecting, hand.sliding = hand.selecting, False, False
        if hand.holding is None or not was_selecting:
            return []
        near = hand.grip is not None and name != "mouse" and _distance(world, hand.grip.position) < PLACE_REACH
        pointed = hand.target is not None and hand.target.kind == "easel"
        return _place(world, name) if near or pointed else []


def _press(hand: str) -> Pulse:
    """What a hand feels when a press did something."""
    return Pulse(hand, 0.03, 0.6)


def _choose_detail(world: World, level: str) -> list[Request]:
    return [] if level == world.chosen.detail else _change(world, world.chosen.with_detail(level))


def _change(world: World, scope: Scope) -> list[Request]:
    world.wanted = scope
    return [ChangeScope(scope)]


def _slide(world: World, hand: Hand) -> list[Request]:
    """The slice that a hand has dragged the slider to, where it is another one than before."""
    scope = slid(world, hand.ray) if hand.sliding and hand.ray else None
    return [] if scope is None else _change(world, scope)


def _name_of(target: Target | None) -> tuple[str, int] | None:
    """Which thing a target lies on, wherever on it."""
    return None if target is None else (target.kind, target.index)


def _place(world: World, name: str) -> list[Request]:
    hand = world.hands[name]
    picture, hand.holding = hand.holding, None
    if picture is None:
        return []
    world.easel.picture = picture
    world.overlay, world.overlaid = None, False
    world.pictures_revision += 1
    return [RunPicture(picture), Pulse(name, 0.06, 1.0)]


def _walk(world: World, move: Move, seconds: float) -> None:
    """Along the direction of sight on the ground; up and down by `up`. Diagonals are not faster."""
    player = world.player
    if not (move.right or move.up or move.forward):
        return
    heading = player.yaw
    if player.head is not None:
        x, _, z = player.eyes.forward
        heading = _heading(x, z, player.yaw)
    length = max(1.0, (move.right**2 + move.up**2 + move.forward**2) ** 0.5)
    speed = (RUN if move.fast else WALK) * seconds / length
    x, _, z = rotate(turn(heading), (move.right * speed, 0.0, -move.forward * speed))
    px, py, pz = player.position
    player.position = px + x, max(0.0, min(HIGHEST, py + move.up * speed)), pz + z


def _heading(x: float, z: float, otherwise: float) -> float:
    """The yaw of a direction of sight; `otherwise` when it points straight up or down."""
    return otherwise if abs(x) + abs(z) < 1e-6 else atan2(-x, -z)


def _turn_about_head(world: World, angle: float) -> None:
    """Turns the visitor on the spot where the head is, not where the room's centre is."""
    player = world.player
    hx, _, hz = player.eyes.position
    px, py, pz = player.position
    dx, _, dz = rotate(turn(angle), (px - hx, 0.0, pz - hz))
    player.position = hx + dx, py, hz + dz
    player.yaw += angle


def _worth_enlarging(world: World) -> int | None:
    """The picture that is held, else the one that is pointed at, on the shelf or on the easel."""
    for hand in world.hands.values():
        if hand.holding is not None:
            return hand.holding
    for hand in world.hands.values():
        if hand.target is not None and hand.target.kind == "picture":
            return hand.target.index
        if hand.target is not None and hand.target.kind == "easel":
            return len(world.pictures) if world.overlaid else world.easel.picture
    return None


def _distance(world: World, point: Vector) -> float:
    """From a point to the nearest point of the easel's canvas, in m."""
    easel = world.easel
    x, y, z = easel.pose.inverse().apply(point)
    dx, dy = max(0.0, abs(x) - easel.width / 2), max(0.0, abs(y) - easel.height / 2)
    return (dx * dx + dy * dy + z * z) ** 0.5
