"""OpenXR's structs as the scene's plain data."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from vrcnn.scene.geometry import Pose


def pose_of(posef: Any) -> Pose:
    """An XrPosef as a Pose."""
    position, orientation = posef.position, posef.orientation
    return Pose((position.x, position.y, position.z), (orientation.x, orientation.y, orientation.z, orientation.w))


def located_pose(xr: ModuleType, location: Any) -> Pose | None:
    """The pose of an XrSpaceLocation or XrHandJointLocationEXT; None where the runtime does not know all of it."""
    known = int(xr.SPACE_LOCATION_POSITION_VALID_BIT) | int(xr.SPACE_LOCATION_ORIENTATION_VALID_BIT)
    return pose_of(location.pose) if int(location.location_flags) & known == known else None
