"""What intents do to the World: walking, pointing, taking, placing, pressing. Free of devices, torch and graphics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from vrcnn.scene.acting import act
from vrcnn.scene.audience import follow_visitor, steer
from vrcnn.scene.button_labels import follow_labels
from vrcnn.scene.curve_placing import follow_curve
from vrcnn.scene.delivering import at_easel, fly, place, put_back
from vrcnn.scene.dragging import begin_drag, drag
from vrcnn.scene.enlarging import enlarge
from vrcnn.scene.feeling import feel
from vrcnn.scene.fields import Sights
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.going import Whereabouts, glide_on
from vrcnn.scene.handling import carry, release, take
from vrcnn.scene.hanging import feel_places, finish_pull
from vrcnn.scene.hanging import press as press_frame
from vrcnn.scene.haptics import DRAG, HOVER, PRESS, TAKE
from vrcnn.scene.headset_intents import (
    ControllerChanged,
    FingersMoved,
    FlySpectator,
    Grab,
    Recentred,
    Steer,
    TurnSpectator,
)
from vrcnn.scene.history import note
from vrcnn.scene.inspecting import follow_questions
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
from vrcnn.scene.landing import Grounds
from vrcnn.scene.near import find_near, grab, open_grip, press_near, release_near, stretch
from vrcnn.scene.noticing import bring_notices
from vrcnn.scene.panel_acting import act_by_panel
from vrcnn.scene.panel_placing import place_panels
from vrcnn.scene.panel_pressing import press_panel, release_panel
from vrcnn.scene.picking import Picker
from vrcnn.scene.pointing import by_rank, follow
from vrcnn.scene.requests import Request
from vrcnn.scene.resting import remember
from vrcnn.scene.sieve_asking import follow_sieve
from vrcnn.scene.sieve_handling import at_picture, follow_sieve_in_hand, let_sieve_go, press_with_sieve
from vrcnn.scene.site import nearest_hall
from vrcnn.scene.sketching import begin_stroke, end_stroke, pointer_aim, sketch
from vrcnn.scene.sticks import get_about
from vrcnn.scene.teleport import aim, finish_press, press_nothing
from vrcnn.scene.touring import follow_tour
from vrcnn.scene.training_acting import play_on
from vrcnn.scene.visualizing import take_feature, takeable_feature
from vrcnn.scene.walking import look, turn_about_head, walk
from vrcnn.scene.way_intents import PointAt
from vrcnn.scene.world import Target, World
from vrcnn.scene.world_grab import begin_grab, follow_grab

AT_THE_SIDE = Pose((0.3, -0.2, -0.75), turn(yaw=-0.25, pitch=-0.1))  # where the desktop's hand is in the view


class Tools:
    """Applies intents to a World, one frame at a time, and says what the rest of the program shall do."""

    def __init__(self) -> None:
        self._picker = Picker()
        self._whereabouts = Whereabouts()
        self._sights = Sights()
        self._grounds = Grounds()

    def step(self, world: World, intents: Iterable[Intent], seconds: float) -> list[Request]:
        """Applies one frame's intents; `seconds` is the time since the last frame."""
        world.time += seconds
        requests: list[Request] = []
        presses: list[Select | Release | Grab] = []
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
                case TurnSpectator() | FlySpectator():
                    steer(world, intent, seconds)
                case PointAt(at):
                    world.pointer = at
                case Select() | Release():
                    presses.append(intent)
                case ControllerChanged() | FingersMoved() | Steer() | Recentred():
                    feel(world, intent)
                case Grab():
                    feel(world, intent)
                    presses.append(intent)
                case Enlarge(on):
                    enlarge(world, by_rank(world) if on else ())
                case _:
                    requests += act_by_panel(world, intent)
        requests += play_on(world)
        requests += get_about(world, seconds)
        requests += follow_grab(world, {intent.hand: intent.grip for intent in moved})
        requests += follow_tour(world)
        glide_on(world)
        world.here = nearest_hall(world)
        world.journey.at = self._whereabouts.at(world)
        _move_hands(world, moved)
        requests += bring_notices(world)
        follow_curve(world)
        requests += place_panels(world)
        requests += self._point(world)
        remember(world)
        requests += find_near(world, self._picker)
        follow(world)
        self._sights.follow(world)
        requests += finish_pull(world)
        for press in presses:
            requests += self._press(world, press)
        requests += sketch(world)
        requests += begin_grab(world)
        requests += aim(world, self._grounds)
        for name, hand in world.hands.items():
            dragged = drag(world, hand)
            requests += [*dragged, DRAG.by(name)] if dragged else []
        carry(world)
        requests += follow_sieve_in_hand(world)
        stretch(world)
        requests += feel_places(world)
        fly(world)
        follow_visitor(world, seconds)
        follow_labels(world, seconds)
        requests += follow_questions(world)
        requests += follow_sieve(world)
        note(world)
        return requests

    def _point(self, world: World) -> list[Request]:
        """Finds what every hand points at; a controller ticks when that begins to be something to take or to use."""
        requests: list[Request] = []
        targets = self._picker.targets(world)
        for name, hand in world.hands.items():
            before, hand.target = hand.target, targets[name]
            if hand.target is not None and takeable_feature(world, hand) is not None:
                hand.target = replace(hand.target, takeable=True)
            if hand.target and hand.target.useful and name != "mouse" and _name_of(hand.target) != _name_of(before):
                requests.append(HOVER.by(name))
        return requests

    def _press(self, world: World, press: Select | Release | Grab) -> list[Request]:
        match press:
            case Select(hand):
                return self._select(world, hand)
            case Release(hand):
                return self._release(world, hand)
            case Grab(hand, on):
                return grab(world, hand) if on else open_grip(world, hand)

    def _select(self, world: World, name: str) -> list[Request]:
        hand = world.hands[name]
        hand.selecting = True
        about_panels = press_panel(world, name)
        if about_panels is not None:
            return about_panels
        drawn = begin_stroke(world, name)
        if drawn is not None:
            return drawn
        taken = press_near(world, name)
        if taken is not None:
            return taken
        about_sieve = press_with_sieve(world, name)
        if about_sieve is not None:
            return about_sieve
        about_frames = press_frame(world, name)
        if about_frames is not None:
            return about_frames
        target = hand.target
        press_nothing(world, name)
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
                hand.holding, hand.grasp = target.index, None
                return [TAKE.by(name)]
            case "easel" if hand.holding is not None:
                return place(world, name)
            case "shelf" if hand.holding is not None:
                return put_back(world, name)
            case "wall" if hand.holding is None:
                return take(world, name)
        return []

    def _release(self, world: World, name: str) -> list[Request]:
        """Letting go at the easel, or while pointing at it, places; elsewhere the picture stays in the hand."""
        hand = world.hands[name]
        was_selecting, hand.selecting, hand.dragging = hand.selecting, False, None
        release_panel(world, name)
        if end_stroke(world, name):
            return []
        landed = finish_press(world, name)
        if landed:
            return landed
        taken = release_near(world, name)
        if taken is not None:
            return taken
        if hand.hold is not None:
            clicked = hand.hold.name is not None and not hand.hold.moving
            let_go = release(world, name)
            return take_feature(world, name) if clicked else let_go
        if world.sieving.in_hand == name and was_selecting and at_picture(world, name):
            return let_sieve_go(world, name)
        if hand.holding is None or not was_selecting:
            return []
        return place(world, name) if at_easel(world, name) else []


def _move_hands(world: World, moved: Iterable[HandMoved]) -> None:
    """Controllers to where they are, after the walk, which takes them along; the desktop's hand with the view."""
    room = world.player.room
    for intent in moved:
        world.hands[intent.hand].grip = intent.grip and room.carry(intent.grip)
        world.hands[intent.hand].aim = intent.aim and room.carry(intent.aim)
    mouse, eyes = world.hands["mouse"], world.player.eyes
    if world.player.head is None:
        mouse.aim, mouse.grip = eyes, eyes @ AT_THE_SIDE
        if world.pointer is not None:
            mouse.aim = pointer_aim(eyes, *world.pointer)
    else:
        mouse.aim = mouse.grip = None


def _name_of(target: Target | None) -> tuple[str, int, int] | None:
    """Which thing a target lies on, wherever on it."""
    return None if target is None else (target.kind, target.hall, target.index)
