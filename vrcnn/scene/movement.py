"""How a visitor in a headset moves just now: the sticks, the arc to where they would land, the world in both hands."""

from __future__ import annotations

from dataclasses import dataclass, field

from vrcnn.scene.geometry import Vector

# What a stick was pushed for; it stays that until the stick is back in its middle.
AIM, BACK, WALK, TURN, SCROLL, FLY = "aim", "back", "walk", "turn", "scroll", "fly"


@dataclass
class Stick:
    """A stick's way, as in Steer. `meaning` is one of the words above, empty in its middle; `flicked` tells that its
    way to the side was a turn already; `angle` in rad (positive to the left of away) where it points while it aims."""

    x: float = 0.0
    y: float = 0.0
    meaning: str = ""
    flicked: bool = False
    angle: float = 0.0


@dataclass(frozen=True)
class Arc:
    """The way of a jump: `points` in the world from the hand to the ground, and `yaw`, to where the visitor then looks.

    `valid` tells that there is room to stand; only then is there a jump. `turned` is whether the jump turns them.
    `stopped` tells that something stands in the way, where the points end.
    """

    hand: str
    points: tuple[Vector, ...]
    yaw: float
    valid: bool
    turned: bool = True
    stopped: bool = False

    @property
    def end(self) -> Vector:
        """Where it meets the ground, or what stands in the way."""
        return self.points[-1]


@dataclass(frozen=True)
class WorldGrab:
    """Both hands hold the world: at the points `left` and `right`, in m in the world's frame."""

    left: Vector
    right: Vector


@dataclass
class Movement:
    """The visitor's movement.

    Attributes:
        sticks: by hand.
        arc: what is shown of the jump that a hand asks for.
        pressed: by hand, since when (World.time, s) the select of a controller without a stick is held on nothing.
        grab: the world in both hands.
        raised: by how many m of the room those who sit are raised, None while that is to be measured.
    """

    sticks: dict[str, Stick] = field(default_factory=lambda: {hand: Stick() for hand in ("left", "right")})
    arc: Arc | None = None
    pressed: dict[str, float] = field(default_factory=dict)
    grab: WorldGrab | None = None
    raised: float | None = None
