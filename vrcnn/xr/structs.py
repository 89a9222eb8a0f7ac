"""OpenXR's structs as the scene's plain data."""

from __future__ import annotations

from typing import Any

import numpy as np

from vrcnn.scene.geometry import Pose

KNOWN = 0b11  # XR_SPACE_LOCATION_ORIENTATION_VALID_BIT and XR_SPACE_LOCATION_POSITION_VALID_BIT
JOINT = np.dtype([("flags", "<u8"), ("orientation", "<f4", 4), ("position", "<f4", 3), ("radius", "<f4")])


def pose_of(posef: Any) -> Pose:
    """An XrPosef as a Pose."""
    position, orientation = posef.position, posef.orientation
    return Pose((position.x, position.y, position.z), (orientation.x, orientation.y, orientation.z, orientation.w))


def located_pose(location: Any) -> Pose | None:
    """The pose of an XrSpaceLocation; None where the runtime does not know all of it."""
    return pose_of(location.pose) if location._location_flags & KNOWN == KNOWN else None


def located_joints(joints: np.ndarray) -> tuple[Pose, ...]:
    """The poses of XrHandJointLocationEXT structs, given as JOINT; none where one of them is not known."""
    if np.any(joints["flags"] & KNOWN != KNOWN):
        return ()
    places, turns = joints["position"].tolist(), joints["orientation"].tolist()
    return tuple(Pose(tuple(place), tuple(turned)) for place, turned in zip(places, turns, strict=True))
