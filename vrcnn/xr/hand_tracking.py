"""Bare hands (XR_EXT_hand_tracking): their joints, and what a pinch, a fist and a pointing hand are told by."""

from __future__ import annotations

import logging
from ctypes import byref, cast
from dataclasses import dataclass
from math import asin, atan2, dist, exp
from typing import Any

import numpy as np

from vrcnn.scene.geometry import Pose, Vector, multiply, turn
from vrcnn.scene.staying import heading
from vrcnn.xr.profiles import HANDS
from vrcnn.xr.runtime import Runtime
from vrcnn.xr.structs import JOINT, located_joints

EXTENSION = "XR_EXT_hand_tracking"
JOINTS = 26
# Places in XrHandJointEXT. Every joint's -z is along its bone towards the fingertip, its +y at the back of the hand.
PALM, WRIST, THUMB_TIP, INDEX_KNUCKLE, INDEX_TIP, MIDDLE_KNUCKLE = 0, 1, 5, 7, 10, 12
FINGERTIPS = (10, 15, 20, 25)

USUAL_LENGTH = (
    0.095  # m from wrist to middle knuckle of the hand for which the distances below are; others in proportion
)
PINCHED, APART = 0.012, 0.06  # m between the tips of thumb and index finger: surely touching, surely not
CLENCHED, OPEN = 0.05, 0.105  # m from the palm to the farthest of four fingertips: surely a fist, surely none
NO_PINCH = 0.6  # of a fist, from which on the thumb over the index finger is part of it
BELOW_THE_PALM = 0.03  # m to the middle of what a hand holds
SHOULDER = (0.17, -0.22, 0.05)  # m from the middle of the head to its right shoulder
RESTING, MOVING = 6.0, 60.0  # 1/s: how quickly the ray follows a hand that rests, and one that moves
SPEED = 0.4  # m/s of a moving one

# A grip's axes in the palm's frame (see "Standard pose identifiers" in the specification): the right hand's x is out of
# its back, the left hand's out of its palm, and -z goes from the little finger to the thumb.
_GRIPS = {"right": (0.5, 0.5, 0.5, 0.5), "left": (0.5, -0.5, -0.5, 0.5)}
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gesture:
    """What a tracked hand does: where it holds and points, and how much of a pinch and of a fist it makes, 0 to 1."""

    grip: Pose
    aim: Pose
    pinch: float
    fist: float


class HandTracking:
    """The joints of the hands in the runtime's eyes. Without the extension, or without cameras, there never are any."""

    def __init__(self, runtime: Runtime, session: Any) -> None:
        xr = self._xr = runtime.xr
        self._trackers: dict[str, Any] = {}
        if EXTENSION not in runtime.extensions:
            return
        # pyopenxr's own locate_hand_joints_ext (1.1.65) leaves the runtime no room for the joints.
        address = xr.get_instance_proc_addr(runtime.instance, "xrLocateHandJointsEXT")
        self._locate = cast(address, xr.PFN_xrLocateHandJointsEXT)
        room = (xr.HandJointLocationEXT * JOINTS)()
        self._found, self._joints = xr.HandJointLocationsEXT(joint_locations=room), np.frombuffer(room, JOINT)
        for hand, side in zip(HANDS, (xr.HandEXT.LEFT, xr.HandEXT.RIGHT), strict=True):
            try:
                self._trackers[hand] = xr.create_hand_tracker_ext(session, xr.HandTrackerCreateInfoEXT(hand=side))
            except xr.FeatureUnsupportedError:
                log.info("the headset does not track the %s hand", hand)

    def joints(self, hand: str, space: Any, time: int) -> tuple[Pose, ...]:
        """The 26 joints of the "left" or the "right" hand at `time` (ns) in `space`; none while it is not tracked."""
        if hand not in self._trackers:
            return ()
        xr = self._xr
        info = xr.HandJointsLocateInfoEXT(base_space=space, time=time)
        result = xr.exception.check_result(xr.Result(self._locate(self._trackers[hand], info, byref(self._found))))
        if result.is_exception():
            raise result
        return located_joints(self._joints) if self._found.is_active else ()


class Gestures:
    """What one hand's joints mean, frame by frame. The ray goes from the shoulder through the index finger's knuckle:
    a finger that bends does not move it, and the hand's tremor is taken out."""

    def __init__(self, hand: str) -> None:
        self._hand = hand
        self._before: tuple[int, Vector] | None = None  # time (ns) and the knuckle
        self._steady: Vector = (0.0, 0.0, 0.0)

    def read(self, joints: tuple[Pose, ...], head: Pose | None, time: int) -> Gesture:
        """`joints` and `head` in the same frame, at `time` (ns); without a head the hand points where its palm does."""
        places = [joint.position for joint in joints]
        size = dist(places[WRIST], places[MIDDLE_KNUCKLE]) / USUAL_LENGTH or 1.0
        palm = joints[PALM]
        fist = _closeness(max(dist(palm.position, places[tip]) for tip in FINGERTIPS) / size, CLENCHED, OPEN)
        pinch = _closeness(dist(places[THUMB_TIP], places[INDEX_TIP]) / size, PINCHED, APART)
        grip = Pose(palm.apply((0.0, -BELOW_THE_PALM * size, 0.0)), multiply(palm.orientation, _GRIPS[self._hand]))
        origin = self._followed(places[INDEX_KNUCKLE], time)
        aim = palm.forward if head is None else _difference(origin, self._shoulder(head))
        return Gesture(grip, _along(origin, aim), 0.0 if fist >= NO_PINCH else pinch, fist)

    def _shoulder(self, head: Pose) -> Vector:
        """Below the head, however it nods."""
        x, y, z = SHOULDER
        upright = Pose(head.position, turn(heading(head)))
        return upright.apply((x if self._hand == "right" else -x, y, z))

    def _followed(self, knuckle: Vector, time: int) -> Vector:
        """The knuckle, smoothed the more the slower it moves."""
        before, self._before = self._before, (time, knuckle)
        seconds = 0.0 if before is None else (time - before[0]) / 1e9
        if before is None or not 0.0 < seconds < 0.5:  # it was out of sight
            self._steady = knuckle
            return knuckle
        moved = min(1.0, dist(before[1], knuckle) / seconds / SPEED)
        share = 1.0 - exp(-seconds * (RESTING + moved * (MOVING - RESTING)))
        x, y, z = (old + share * (new - old) for old, new in zip(self._steady, knuckle, strict=True))
        self._steady = x, y, z
        return self._steady


def _closeness(distance: float, near: float, far: float) -> float:
    """1 up to `near`, 0 from `far` on, and evenly in between."""
    return min(1.0, max(0.0, (far - distance) / (far - near)))


def _difference(a: Vector, b: Vector) -> Vector:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def _along(origin: Vector, direction: Vector) -> Pose:
    """A pose at `origin` that looks in `direction`, upright."""
    x, y, z = direction
    length = dist(direction, (0.0, 0.0, 0.0)) or 1.0
    return Pose(origin, turn(atan2(-x, -z), asin(max(-1.0, min(1.0, y / length)))))
