"""What intents do to the World: walking, pointing, taking, placing, pressing. Free of devices, torch and graphics."""

from __future__ import annotations

from collections.abc import Iterable

from vrcnn.scene.acting import act
from vrcnn.scene.dragging import begin_drag, drag
from vrcnn.scene.feeling import feel
from vrcnn.scene.fields import Sights
from vrcnn.scene.geometry import Pose, Vector, turn
from vrcnn.scene.going import Whereabouts, glide_on
from vrcnn.scene.handling import carry, release, take
from vrcnn.scene.hanging import enlarged, finish_pull
from vrcnn.scene.hanging import press as press_frame
from vrcnn.scene.haptics import DRAG, HOVER, PLACE, PRESS, TAKE
from vrcnn.scene.headset_intents import ControllerChanged, FingersMoved, Grab, Recentred, Steer
from vrcnn.scene.history import note
from vrcnn.scene.intents import (
    Enlarge,
    HandMoved,
    HeadMoved,
    Intent,
    Look,
    Move,
    Release,
    Select,
    Turn,
)
from vrcnn.scene.picking import Picker
from vrcnn.scene.picture_numbers import overlay_number
from vrcnn.scene.pointing import follow
from vrcnn.scene.requests import Request, RunPicture
from vrcnn.scene.site import nearest_hall
from vrcnn.scene.visualizing import take_feature
from vrcnn.scene.walking import look, turn_about_head, walk
from vrcnn.scene.world import Target, World

AT_THE_SIDE = Pose((0.3, -0.2, -0.75), turn(yaw=-0.25, pitch=-0.1))  # where the desktop's hand is in the view
PLACE_REACH = 0.35  # m between a held picture and the easel at which letting go places it


class Tools:
    """Applies intents to a World, one frame at a time, and says what the rest of the program shall do."""

    def __init__(self) -> None:
        self._picker = Picker()
        self._whereabouts = Whereabouts()
        self._sights = Sights()

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
                case Look():
                    look(world, intent)
                case Move():
                    walk(world, intent, seconds)
                case Turn(angle):
                    turn_about_head(world, angle)
                case Select() | Release():
                    presses.append(intent)
                case ControllerChanged() | FingersMoved() | Steer() | Grab() | Recentred():
                    feel(world, intent)
                case Enlarge(on):
                    world.enlarged = _worth_enlarging(world) if on else None
                    world.gallery.large = enlarged(world) if on and world.enlarged is None else None
                case _:
                    requests += act(world, intent)
        glide_on(world)
        world.here = nearest_hall(world)
        world.journey.at = self._whereabouts.at(world)
        _move_hands(world, moved)
        requests += self._point(world)
        follow(world)
        self._sights.follow(world)
        requests += finish_pull(world)
        for press in presses:
            requests += (
                self._select(world, press.hand) if isinstance(press, Select) else self._release(world, press.hand)
            )
        for name, hand in world.hands.items():
            dragged = drag(world, hand)
            requests += [*dragged, DRAG.by(name)] if dragged else []
        carry(world)
        note(world)
        return requests

    def _point(self, world: World) -> list[Request]:
        """Finds what every hand points at; a controller ticks when that begins to be something to take or to use."""
        requests: list[Request] = []
        targets = self._picker.targets(world)
        for name, hand in world.hands.items():
            before, hand.target = hand.target, targets[name]
            if hand.target and hand.target.useful and name != "mouse" and _name_of(hand.target) != _name_of(before):
                requests.append(HOVER.by(name))
        return requests

    def _select(self, world: World, name: str) -> list[Request]:
        hand = world.hands[name]
        hand.selecting = True
        about_frames = press_frame(world, name)
        if about_frames is not None:
            return about_frames
        target = hand.target
        if target is None:
            return []
        if target.control is not None:
            world.here = target.hall
            meant = target.control.meant_by(name)
            if meant is not None:
                return [*act(world, meant), PRESS.by(name)]
            if target.kind == "plinth":
                return take(world, name)
            hand.dragging = target.control
            begin_drag(world, hand)
            return [PRESS.by(name), *drag(world, hand)]
        match target.kind:
            case "picture":
                hand.holding = target.index
                return [TAKE.by(name)]
            case "easel" if hand.holding is not None:
                return _place(world, name)
            case "shelf":
                hand.holding = None
            case "wall" if hand.holding is None:
                return take(world, name)
        return []

    def _release(self, world: World, name: str) -> list[Request]:
        """Letting go at the easel, or while pointing at it, places; elsewhere the picture stays in the hand."""
        hand = world.hands[name]
        was_selecting, hand.selecting, hand.dragging = hand.selecting, False, None
        if hand.hold is not None:
            clicked = hand.hold.name is not None and not hand.hold.moving
            let_go = release(world, name)
            return take_feature(world, name) if clicked else let_go
        if hand.holding is None or not was_selecting:
            return []
        near = hand.grip is not None and name != "mouse" and _distance(world, hand.grip.position) < PLACE_REACH
        pointed = hand.target is not None and hand.target.kind == "easel"
        return _place(world, name) if near or pointed else []


def _move_hands(world: World, moved: Iterable[HandMoved]) -> None:
    """Controllers to where they are, after the walk, which takes them along; the desktop's hand with the view."""
    room = world.player.room
    for intent in moved:
        world.hands[intent.hand].grip = intent.grip and room.carry(intent.grip)
        world.hands[intent.hand].aim = intent.aim and room.carry(intent.aim)
    mouse, eyes = world.hands["mouse"], world.player.eyes
    if world.player.head is None:
        mouse.aim, mouse.grip = eyes, eyes @ AT_THE_SIDE
    else:
        mouse.aim = mouse.grip = None


def _name_of(target: Target | None) -> tuple[str, int, int] | None:
    """Which thing a target lies on, wherever on it."""
    return None if target is None else (target.kind, target.hall, target.index)


def _place(world: World, name: str) -> list[Request]:
    hand = world.hands[name]
    picture, hand.holding = hand.holding, None
    if picture is None:
        return []
    world.put_on_easel(picture)
    return [RunPicture(picture), PLACE.by(name)]


def _worth_enlarging(world: World) -> int | None:
    """The picture that is held, else the one that is pointed at, on the shelf or on the easel."""
    for hand in world.hands.values():
        if hand.holding is not None:
            return hand.holding
    for hand in world.hands.values():
        if hand.target is not None and hand.target.kind == "picture":
            return hand.target.index
        if hand.target is not None and hand.target.kind == "easel":
            return overlay_number(world.overlaying) if world.overlaid else world.easel.picture
    return None


def _distance(world: World, point: Vector) -> float:
    """From a point to the nearest point of the easel's canvas, in m."""
    easel = world.easel
    x, y, z = easel.pose.inverse().apply(point)
    dx, dy = max(0.0, abs(x) - easel.width / 2), max(0.0, abs(y) - easel.height / 2)
    return (dx * dx + dy * dy + z * z) ** 0.5
