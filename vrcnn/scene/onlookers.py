"""Those who look at somebody in the headset: their cameras as plain data, and what each of them does not see."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.geometry import Pose, Vector, turn

# Groups of drawables (scene/furnish.py) that some do not see: the head of whoever looks out of it, what lies close
# before the eyes, and in a picture of the whole surroundings everything that belongs to its maker.
UNSEEN_BY_EYES = frozenset({"wearer"})
UNSEEN_BY_AUDIENCE = frozenset({"wearer"})
UNSEEN_BY_SPECTATOR = frozenset({"enlarged"})
_HANDS = frozenset({"presence", "near", "meant", "landing", "carried frames", "hanging places", "button labels"})
UNSEEN_BY_PANORAMA = _HANDS | {"wearer", "enlarged", "large map", "map label", "panels"}


@dataclass
class Spectator:
    """A camera that the desktop moves while somebody else wears the headset: `position` in m of the world; `yaw` and
    `pitch` as in Player."""

    position: Vector
    yaw: float
    pitch: float

    @property
    def pose(self) -> Pose:
        return Pose(self.position, turn(self.yaw, self.pitch))


@dataclass(frozen=True)
class Smoothed:
    """The head without its tremor: `pose` in the world, behind `head`, where the head itself was last."""

    pose: Pose
    head: Pose
