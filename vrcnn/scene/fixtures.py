"""What stands in a hall beside its walls and moves with the layout: rooms, signs and the exit, each in its own frame.

On the way to another layout they are away until the walls have nearly arrived, and then grow out of the ground.
"""

from __future__ import annotations

from vrcnn.scene.geometry import Placing, Pose
from vrcnn.scene.hall import Hall

GROWING = 0.7  # of a motion, after which fixtures and links begin to show


def fixture_poses(hall: Hall) -> list[Pose]:
    """Where they stand on the ground, in the hall's frame: the rooms, the signs of the runs, the exit."""
    return [*(plate.pose for plate in hall.plates), *(_below(fold.pose) for fold in hall.folds), _below(hall.exit.pose)]


def fixture_count(hall: Hall) -> int:
    return len(hall.plates) + len(hall.folds) + 1


def arrived(share: float) -> float:
    """How much of its size a fixture has when a motion has made `share` of its way, 0 to 1."""
    late = max(0.0, share - GROWING) / (1 - GROWING)
    return 1 - (1 - late) ** 3


def fixture_placings(hall: Hall, share: float) -> list[Placing]:
    """Their frames in the hall's, when the hall's motion has made `share` of its way."""
    scale = arrived(share) if hall.motion is not None and hall.motion.anew else 1.0
    return [Placing(pose, scale) for pose in fixture_poses(hall)]


def _below(pose: Pose) -> Pose:
    x, _, z = pose.position
    return Pose((x, 0.0, z))
