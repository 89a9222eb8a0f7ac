"""Controllers: what the hands do, as intents. The bindings are in profiles.py."""

from __future__ import annotations

from collections.abc import Sequence
from math import copysign, hypot, radians
from typing import Any

from vrcnn.scene.geometry import Pose
from vrcnn.scene.intents import Enlarge, HandMoved, Intent, Move, Release, Select, Turn
from vrcnn.xr.profiles import AIM, ENLARGE, GRIP, HANDS, HAPTIC, MOVE, PAD, SELECT, TURN, Profile
from vrcnn.xr.runtime import Runtime

PRESSED, RELEASED = 0.5, 0.4  # of a trigger's way: apart, so that a resting finger does not chatter
DEAD_ZONE = 0.15  # of a stick's way, which a worn stick reports at rest
FLICKED, CENTRED = 0.7, 0.4  # of a stick's way, for one snap turn
SNAP = radians(30.0)


class Trigger:
    """An analog trigger as a button: pressed above PRESSED, released below RELEASED."""

    def __init__(self) -> None:
        self.pressed = False

    def update(self, value: float) -> bool:
        """Whether it changed."""
        before = self.pressed
        self.pressed = value >= (RELEASED if before else PRESSED)
        return self.pressed != before


class SnapTurn:
    """A stick's sideways way as single turns: one for each flick."""

    def __init__(self) -> None:
        self._flicked = False

    def update(self, x: float) -> float:
        """The angle to turn by now (rad, positive to the left), usually 0."""
        if abs(x) < CENTRED:
            self._flicked = False
        elif abs(x) >= FLICKED and not self._flicked:
            self._flicked = True
            return -copysign(SNAP, x)
        return 0.0


def past_dead_zone(x: float, y: float) -> tuple[float, float]:
    """A stick's way with the dead zone cut out of its middle: still 0 to 1 in length."""
    length = min(1.0, hypot(x, y))
    if length <= DEAD_ZONE:
        return 0.0, 0.0
    scale = (length - DEAD_ZONE) / (1.0 - DEAD_ZONE) / hypot(x, y)
    return x * scale, y * scale


def pose_of(posef: Any) -> Pose:
    """An XrPosef as a Pose."""
    position, orientation = posef.position, posef.orientation
    return Pose((position.x, position.y, position.z), (orientation.x, orientation.y, orientation.z, orientation.w))


class Controllers:
    """The hands of a session. `profiles` are the kinds of controllers that the runtime is told of."""

    def __init__(self, runtime: Runtime, session: Any, profiles: Sequence[Profile]) -> None:
        self._runtime, self._xr, self._session = runtime, runtime.xr, session
        xr = self._xr
        self._hands = {hand: xr.string_to_path(runtime.instance, f"/user/hand/{hand}") for hand in HANDS}
        self._set = xr.create_action_set(runtime.instance, xr.ActionSetCreateInfo("walk", "Walk through a network", 0))
        self._actions = self._create_actions()
        for profile in profiles:
            if profile.extension is None or profile.extension in runtime.extensions:
                self._suggest(profile)
        self._spaces = {
            (hand, name): xr.create_action_space(session, xr.ActionSpaceCreateInfo(self._actions[name], path))
            for hand, path in self._hands.items()
            for name in (GRIP, AIM)
        }
        self._states = {
            (hand, name): xr.ActionStateGetInfo(action, path)
            for hand, path in self._hands.items()
            for name, action in self._actions.items()
        }
        xr.attach_session_action_sets(session, xr.SessionActionSetsAttachInfo(action_sets=[self._set]))
        self._sync_info = xr.ActionsSyncInfo(active_action_sets=[xr.ActiveActionSet(self._set, 0)])
        self._triggers = {hand: Trigger() for hand in HANDS}
        self._enlarge = dict.fromkeys(HANDS, False)
        self._snap, self._moving = SnapTurn(), False

    def _create_actions(self) -> dict[str, Any]:
        xr, kinds = self._xr, self._xr.ActionType
        shown = {
            SELECT: (kinds.FLOAT_INPUT, "Take, place, press"),
            ENLARGE: (kinds.BOOLEAN_INPUT, "Show large"),
            MOVE: (kinds.VECTOR2F_INPUT, "Walk"),
            TURN: (kinds.VECTOR2F_INPUT, "Turn"),
            PAD: (kinds.BOOLEAN_INPUT, "Walk or turn with the pad"),
            GRIP: (kinds.POSE_INPUT, "Hand"),
            AIM: (kinds.POSE_INPUT, "Pointer"),
            HAPTIC: (kinds.VIBRATION_OUTPUT, "Touch"),
        }
        hands = list(self._hands.values())
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
        for hand, path in self._hands.items():
            profile = xr.get_current_interaction_profile(self._session, path).interaction_profile
            found[hand] = xr.path_to_string(self._runtime.instance, profile) if profile else None
        return found

    def read(self, space: Any, time: int) -> list[Intent]:
        """What the hands did since the last call, and where they are at `time` (ns) in `space`."""
        xr = self._xr
        try:
            xr.sync_actions(self._session, self._sync_info)
        except xr.SessionNotFocused:  # the runtime's menu has the controllers: nothing stays pressed meanwhile
            return self.let_go()
        intents: list[Intent] = []
        for hand in HANDS:
            intents.append(HandMoved(hand, *(self._locate(hand, name, space, time) for name in (GRIP, AIM))))
            intents += self._press(hand, self._float(hand, SELECT), self._boolean(hand, ENLARGE))
        intents += self._walk(*self._vector("left", MOVE), self._vector("right", TURN)[0])
        return intents

    def let_go(self) -> list[Intent]:
        """The intents that end whatever the hands were doing."""
        intents: list[Intent] = []
        for hand in HANDS:
            intents += [HandMoved(hand, None, None), *self._press(hand, 0.0, False)]
        return intents + self._walk(0.0, 0.0, 0.0)

    def pulse(self, hand: str, seconds: float, strength: float) -> None:
        """A buzz in the "left" or the "right" hand; `strength` from 0 to 1. Nothing while the session has no focus."""
        xr = self._xr
        if hand not in self._hands:
            return
        info = xr.HapticActionInfo(self._actions[HAPTIC], self._hands[hand])
        try:
            xr.apply_haptic_feedback(self._session, info, xr.HapticVibration(round(seconds * 1e9), 0.0, strength))
        except xr.SessionNotFocused:
            return

    def _press(self, hand: str, trigger: float, enlarge: bool) -> list[Intent]:
        intents: list[Intent] = []
        if self._triggers[hand].update(trigger):
            intents.append(Select(hand) if self._triggers[hand].pressed else Release(hand))
        before = any(self._enlarge.values())
        self._enlarge[hand] = enlarge
        if any(self._enlarge.values()) != before:
            intents.append(Enlarge(not before))
        return intents

    def _walk(self, x: float, y: float, turn: float) -> list[Intent]:
        """A Move for each frame while the stick is out of its middle, and one that stops."""
        intents: list[Intent] = []
        right, forward = past_dead_zone(x, y)
        moving = (right, forward) != (0.0, 0.0)
        if moving or self._moving:
            intents.append(Move(right=right, forward=forward))
        self._moving = moving
        if angle := self._snap.update(turn):
            intents.append(Turn(angle))
        return intents

    def _locate(self, hand: str, name: str, space: Any, time: int) -> Pose | None:
        xr = self._xr
        location = xr.locate_space(self._spaces[hand, name], space, time)
        needed = xr.SPACE_LOCATION_POSITION_VALID_BIT | xr.SPACE_LOCATION_ORIENTATION_VALID_BIT
        return pose_of(location.pose) if int(location.location_flags) & int(needed) == int(needed) else None

    def _float(self, hand: str, name: str) -> float:
        state = self._xr.get_action_state_float(self._session, self._states[hand, name])
        return float(state.current_state) if state.is_active else 0.0

    def _boolean(self, hand: str, name: str) -> bool:
        state = self._xr.get_action_state_boolean(self._session, self._states[hand, name])
        return bool(state.is_active and state.current_state)

    def _vector(self, hand: str, name: str) -> tuple[float, float]:
        """A stick, or a pad while it is pressed (PAD is bound where the current controller has pads only)."""
        state = self._xr.get_action_state_vector2f(self._session, self._states[hand, name])
        if not state.is_active:
            return 0.0, 0.0
        pad = self._xr.get_action_state_boolean(self._session, self._states[hand, PAD])
        if pad.is_active and not pad.current_state:
            return 0.0, 0.0
        return state.current_state.x, state.current_state.y
