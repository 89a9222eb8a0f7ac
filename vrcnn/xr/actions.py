"""Controllers and bare hands: what they do, as intents. The bindings are in profiles.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot
from typing import Any

from vrcnn.scene.controllers import ENLARGE, GRAB, MENU, SELECT, STEER
from vrcnn.scene.geometry import Pose
from vrcnn.scene.headset_intents import ControllerChanged, FingersMoved, Grab, OpenMenu, Steer
from vrcnn.scene.intents import Enlarge, HandMoved, Intent, Release, Select
from vrcnn.xr.hand_tracking import Gestures, HandTracking
from vrcnn.xr.profiles import AIM, BY_PATH, GRIP, HAND, HANDS, HAPTIC, PAD, Bounds, Profile
from vrcnn.xr.runtime import Runtime
from vrcnn.xr.session import Session
from vrcnn.xr.structs import located_pose

DEAD_ZONE = 0.15  # of a stick's way, which a worn stick reports at rest
UNTOLD = "untold"  # in place of a kind of controller, before the first frame


class Trigger:
    """An analog part as a button: two bounds apart from each other, so that a resting finger does not chatter."""

    def __init__(self) -> None:
        self.pressed = False

    def update(self, value: float, bounds: Bounds) -> bool:
        """Whether it changed."""
        before = self.pressed
        self.pressed = value >= bounds[1 if before else 0]
        return self.pressed != before


def past_dead_zone(x: float, y: float) -> tuple[float, float]:
    """A stick's way with the dead zone cut out of its middle: still 0 to 1 in length."""
    length = min(1.0, hypot(x, y))
    if length <= DEAD_ZONE:
        return 0.0, 0.0
    scale = (length - DEAD_ZONE) / (1.0 - DEAD_ZONE) / hypot(x, y)
    return x * scale, y * scale


def stick_way(stick: Any, pad: Any) -> tuple[float, float]:
    """The way of a stick, or of a pad while it is pressed, from the XrActionStates of STEER and PAD.

    PAD is bound, and so active, where the current controller has pads only.
    """
    if not stick.is_active or (pad.is_active and not pad.current_state):
        return 0.0, 0.0
    return stick.current_state.x, stick.current_state.y


@dataclass(frozen=True)
class Parts:
    """Where the parts of one controller are in a frame: analog ones from 0 to 1, the stick's way from -1 to 1."""

    grip: Pose | None = None
    aim: Pose | None = None
    select: float = 0.0
    grab: float = 0.0
    stick: tuple[float, float] = (0.0, 0.0)
    menu: bool = False
    enlarge: bool = False


@dataclass
class Hand:
    """What one hand held when the last frame was read. `profile` is its controller's, None for none that is known."""

    gestures: Gestures
    profile: Profile | None = None
    kind: str | None = UNTOLD
    select: Trigger = field(default_factory=Trigger)
    grab: Trigger = field(default_factory=Trigger)
    steering: bool = False
    menu: bool = False
    enlarge: bool = False
    tracked: bool = False  # its fingers

    def follow(self, hand: str, parts: Parts, profile: Profile | None) -> list[Intent]:
        """What differs from the last frame, as intents of the hand of that name."""
        bounds = profile or HAND
        intents: list[Intent] = [HandMoved(hand, parts.grip, parts.aim)]
        if self.select.update(parts.select, bounds.select_at):
            intents.append(Select(hand) if self.select.pressed else Release(hand))
        if self.grab.update(parts.grab, bounds.grab_at):
            intents.append(Grab(hand, self.grab.pressed))
        if parts.menu and not self.menu:
            intents.append(OpenMenu(hand))
        x, y = past_dead_zone(*parts.stick)
        steering = (x, y) != (0.0, 0.0)
        if steering or self.steering:
            intents.append(Steer(hand, x, y))
        self.menu, self.enlarge, self.steering = parts.menu, parts.enlarge, steering
        return intents

    def told(self, hand: str, kind: str | None) -> list[Intent]:
        """That it holds another kind of controller, where it does."""
        if kind == self.kind:
            return []
        self.kind = kind
        return [ControllerChanged(hand, kind)]

    def touched(self, hand: str, joints: tuple[Pose, ...]) -> list[Intent]:
        """Where its fingers are, or that they are out of sight."""
        if not joints and not self.tracked:
            return []
        self.tracked = bool(joints)
        return [FingersMoved(hand, joints)]


class Controllers:
    """The hands of a session. `profiles` are the kinds of controllers that the runtime is told of."""

    def __init__(self, runtime: Runtime, session: Session, profiles: Sequence[Profile]) -> None:
        self._runtime, self._xr, self._told_by, self._session = runtime, runtime.xr, session, session.handle
        xr = self._xr
        self._paths = {hand: xr.string_to_path(runtime.instance, f"/user/hand/{hand}") for hand in HANDS}
        self._set = xr.create_action_set(runtime.instance, xr.ActionSetCreateInfo("walk", "Walk through a network", 0))
        self._actions = self._create_actions()
        for profile in profiles:
            if profile.extension is None or profile.extension in runtime.extensions:
                self._suggest(profile)
        self._spaces = {
            (hand, name): xr.create_action_space(self._session, xr.ActionSpaceCreateInfo(self._actions[name], path))
            for hand, path in self._paths.items()
            for name in (GRIP, AIM)
        }
        self._states = {
            (hand, name): xr.ActionStateGetInfo(action, path)
            for hand, path in self._paths.items()
            for name, action in self._actions.items()
        }
        xr.attach_session_action_sets(self._session, xr.SessionActionSetsAttachInfo(action_sets=[self._set]))
        self._sync_info = xr.ActionsSyncInfo(active_action_sets=[xr.ActiveActionSet(self._set, 0)])
        self._tracking = HandTracking(runtime, self._session)
        self._hands = {hand: Hand(Gestures(hand)) for hand in HANDS}
        self._enlarging = False
        self._unread = True  # which controllers there are at the start

    def _create_actions(self) -> dict[str, Any]:
        xr, kinds = self._xr, self._xr.ActionType
        shown = {
            SELECT: (kinds.FLOAT_INPUT, "Take, place, press"),
            GRAB: (kinds.FLOAT_INPUT, "Grab what is near, or the world with both hands"),
            STEER: (kinds.VECTOR2F_INPUT, "Travel, turn, scroll"),
            MENU: (kinds.BOOLEAN_INPUT, "Menu"),
            ENLARGE: (kinds.BOOLEAN_INPUT, "Show large"),
            PAD: (kinds.BOOLEAN_INPUT, "Use the pad as a stick"),
            GRIP: (kinds.POSE_INPUT, "Hand"),
            AIM: (kinds.POSE_INPUT, "Pointer"),
            HAPTIC: (kinds.VIBRATION_OUTPUT, "Touch"),
        }
        hands = list(self._paths.values())
        return {
            name: xr.create_action(
                self._set,
                xr.ActionCreateInfo(
                    action_name=name, action_type=kind, subaction_paths=hands, localized_action_name=title
                ),
            )
            for name, (kind, title) in shown.items()
        }

    def _suggest(self, profile: Profile) -> None:
        xr, instance = self._xr, self._runtime.instance
        bindings = [
            xr.ActionSuggestedBinding(self._actions[name], xr.string_to_path(instance, path))
            for name, path in profile.bindings()
        ]
        xr.suggest_interaction_profile_bindings(
            instance,
            xr.InteractionProfileSuggestedBinding(
                interaction_profile=xr.string_to_path(instance, profile.path), suggested_bindings=bindings
            ),
        )

    def current_profiles(self) -> dict[str, str | None]:
        """For each hand the path of the profile that the runtime uses for it now."""
        xr, found = self._xr, {}
        for hand, path in self._paths.items():
            profile = xr.get_current_interaction_profile(self._session, path).interaction_profile
            found[hand] = xr.path_to_string(self._runtime.instance, profile) if profile else None
        return found

    def read(self, space: Any, time: int, head: Pose | None) -> list[Intent]:
        """What the hands did since the last call, and where they are at `time` (ns) in `space`; `head` is there too."""
        xr = self._xr
        try:
            xr.sync_actions(self._session, self._sync_info)
        except xr.SessionNotFocused as told:  # the runtime's menu has the controllers: nothing stays pressed meanwhile
            told.__traceback__ = None  # as in Session: no circle of references
            return self.let_go()
        if self._unread or self._told_by.profiles_changed:
            self._unread = self._told_by.profiles_changed = False
            for hand, path in self.current_profiles().items():
                self._hands[hand].profile = BY_PATH.get(path or "")
        intents: list[Intent] = []
        for hand in HANDS:
            intents += self._read(hand, space, time, head)
        return intents + self._enlarge()

    def _read(self, hand: str, space: Any, time: int, head: Pose | None) -> list[Intent]:
        """A hand that holds a tracked controller is that controller, another one its fingers, where they are seen."""
        held = self._hands[hand]
        profile = held.profile
        parts = self._parts(hand, space, time)
        holds = profile is not None and profile is not HAND and parts.grip is not None
        joints = () if holds else self._tracking.joints(hand, space, time)
        if joints and profile is not HAND:
            profile, gesture = HAND, held.gestures.read(joints, head, time)
            parts = Parts(gesture.grip, gesture.aim, gesture.pinch, gesture.fist)
        kind = None if profile is None else profile.kind.key
        return [*held.told(hand, kind), *held.follow(hand, parts, profile), *held.touched(hand, joints)]

    def _parts(self, hand: str, space: Any, time: int) -> Parts:
        grip, aim = (self._locate(hand, name, space, time) for name in (GRIP, AIM))
        select, grab = (self._float(hand, name) for name in (SELECT, GRAB))
        menu, enlarge = (self._boolean(hand, name) for name in (MENU, ENLARGE))
        return Parts(grip, aim, select, grab, self._stick(hand), menu, enlarge)

    def _enlarge(self) -> list[Intent]:
        """Either hand's button shows large, until both are up."""
        before, self._enlarging = self._enlarging, any(hand.enlarge for hand in self._hands.values())
        return [Enlarge(self._enlarging)] if self._enlarging != before else []

    def let_go(self) -> list[Intent]:
        """The intents that end whatever the hands were doing."""
        intents: list[Intent] = []
        for name, hand in self._hands.items():
            intents += [*hand.follow(name, Parts(), hand.profile), *hand.touched(name, ())]
        return intents + self._enlarge()

    def pulse(self, hand: str, seconds: float, strength: float) -> None:
        """A buzz in the "left" or the "right" hand; `strength` from 0 to 1. Nothing while the session has no focus."""
        xr = self._xr
        if hand not in self._paths:
            return
        info = xr.HapticActionInfo(self._actions[HAPTIC], self._paths[hand])
        try:
            xr.apply_haptic_feedback(self._session, info, xr.HapticVibration(round(seconds * 1e9), 0.0, strength))
        except xr.SessionNotFocused:
            return

    def _locate(self, hand: str, name: str, space: Any, time: int) -> Pose | None:
        return located_pose(self._xr.locate_space(self._spaces[hand, name], space, time))

    def _float(self, hand: str, name: str) -> float:
        state = self._xr.get_action_state_float(self._session, self._states[hand, name])
        return float(state.current_state) if state.is_active else 0.0

    def _boolean(self, hand: str, name: str) -> bool:
        state = self._xr.get_action_state_boolean(self._session, self._states[hand, name])
        return bool(state.is_active and state.current_state)

    def _stick(self, hand: str) -> tuple[float, float]:
        xr, session = self._xr, self._session
        stick = xr.get_action_state_vector2f(session, self._states[hand, STEER])
        return stick_way(stick, xr.get_action_state_boolean(session, self._states[hand, PAD]))
