"""What a layout is asked and what it answers: the pieces that stand along a path, and where each of them does."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from vrcnn.scene.geometry import Placing, Pose, multiply, turn
from vrcnn.scene.layering import Slot
from vrcnn.scene.paths import Path

PATH_HALF_WIDTH = 1.3  # m
FIRST_WALL = -4.6  # z in m, on every path, of the first wall's edge beside it


@dataclass(frozen=True)
class Piece:
    """Something to be placed: a wall, or the door of a closed room.

    Attributes:
        key: what it is known by.
        slot: its depth and lane; `pinned` says that the developer has chosen them.
        width, height: of what it shows, in m; `head` is the width of its title's plate.
        side: the longer side of its maps, in pixels; 1 where it has none.
    """

    key: Hashable
    slot: Slot
    width: float
    height: float
    head: float
    side: int = 1
    pinned: bool = False


@dataclass(frozen=True)
class Spot:
    """Where a piece stands: (x, z) in path coordinates is the foot of its edge that is nearest to the path.

    `side` is 1 to the right of the path and -1 to the left; `yaw` (rad) turns the piece's face away from the way back,
    and `scale` makes it so many times as large. Its middle is `middle` m above the ground; None leaves that to it.
    """

    x: float = 0.0
    z: float = 0.0
    side: int = 1
    yaw: float = 0.0
    scale: float = 1.0
    middle: float | None = None

    def placing(self, foot: Pose, width: float, rise: float) -> Placing:
        """The middle of a piece `width` m wide, `rise` m above its foot, in the hall's frame.

        `foot` is the place at (x, z) on the path, which looks along it.
        """
        middle = Pose((self.side * self.scale * width / 2, self.scale * rise, 0.0))
        return Placing(Pose(foot.position, multiply(foot.orientation, turn(yaw=self.yaw))) @ middle, self.scale)


@dataclass(frozen=True)
class Setting:
    """A layout's answer: where the pieces stand, by their keys, and the path.

    Links on the ground leave a piece in the direction `leave` (rad from the way ahead, positive to the left) where they
    change lanes.
    """

    spots: Mapping[Hashable, Spot]
    path: Path
    leave: float = 0.0


Rows = Sequence[Sequence[Piece]]  # the pieces of each depth in use, in the order of their lanes


class Layout(Protocol):
    """A way in which the pieces of a network stand."""

    def __call__(self, rows: Rows) -> Setting: ...
