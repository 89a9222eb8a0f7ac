"""What the models of controllers are made of: their parts in the colours of roles, and where their buttons are.

Everything is given in the frame of the right hand's grip, in m of the room (controller_shapes.py); the left hand's is
its mirror image.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vrcnn.scene.controllers import ENLARGE, GRAB, MENU, SELECT, STEER
from vrcnn.scene.geometry import Vector


@dataclass(frozen=True)
class Part:
    """A shape of a model (shapes.py), in the colour of a role.

    `does` is what it is for, one of the words of controllers.py, empty for what only holds the others; then `at` is
    where the line of its label begins, and `side` where the label stands while the thumb's side is seen: 1 to the
    right of the right hand, -1 to the left.
    """

    shape: str
    role: str
    does: str = ""
    at: Vector = (0.0, 0.0, 0.0)
    side: int = 1


def _head(x: float, z: float, height: float = 0.007) -> Vector:
    """A place over the plate under the thumb of a controller with a stick: to the right, towards the visitor."""
    return x, 0.010 + 0.81 * height + 0.59 * z, -0.052 - 0.59 * height + 0.81 * z


MODELS: Mapping[str, tuple[Part, ...]] = {
    "touch": (
        Part("touch body", "frame"),
        Part("touch ring", "frame"),
        Part("touch trim", "panel"),
        Part("touch trigger", "edge", SELECT, (-0.0080, -0.0265, -0.0475), -1),
        Part("touch grip", "edge", GRAB, (-0.015, -0.011, -0.006), -1),
        Part("touch stick", "edge", STEER, _head(-0.0085, -0.004, 0.014), -1),
        Part("touch lower", "edge", ENLARGE, _head(0.0105, 0.0035), 1),
        Part("touch upper", "edge", MENU, _head(0.0095, -0.011), 1),
    ),
    "index": (
        Part("index body", "frame"),
        Part("index strap", "frame"),
        Part("index trim", "panel"),
        Part("index trigger", "edge", SELECT, (-0.0080, -0.0265, -0.0475), -1),
        Part("index grip", "track", GRAB, (-0.013, -0.006, 0.012), -1),
        Part("index stick", "edge", STEER, _head(-0.0095, -0.010, 0.014), -1),
        Part("index lower", "edge", ENLARGE, _head(0.0135, 0.006), 1),
        Part("index upper", "edge", MENU, _head(0.013, -0.008), 1),
    ),
    "wand": (
        Part("wand body", "frame"),
        Part("wand ring", "frame"),
        Part("wand trim", "panel"),
        Part("wand trigger", "edge", SELECT, (-0.0075, -0.021, -0.052), -1),
        Part("wand grip", "edge", GRAB, (-0.0175, 0.0, 0.022), -1),
        Part("wand pad", "edge", STEER, (0.008, 0.016, -0.036), 1),
        Part("wand menu", "edge", MENU, (0.0, 0.015, -0.068), 1),
    ),
    "motion": (
        Part("motion body", "frame"),
        Part("motion ring", "frame"),
        Part("motion lights", "text"),
        Part("motion trim", "panel"),
        Part("motion trigger", "edge", SELECT, (-0.0080, -0.0265, -0.0475), -1),
        Part("motion grip", "edge", GRAB, (-0.016, -0.005, -0.012), -1),
        Part("motion stick", "edge", STEER, _head(0.0095, -0.011, 0.014), 1),
        Part("motion pad", "edge", ENLARGE, _head(-0.010, 0.004), -1),
        Part("motion menu", "edge", MENU, _head(0.0105, 0.0125), 1),
    ),
    "simple": (
        Part("simple body", "frame"),
        Part("simple trim", "panel"),
        Part("simple select", "edge", SELECT, (0.0, 0.0135, -0.036), -1),
        Part("simple menu", "edge", MENU, (0.0, 0.0125, -0.004), 1),
    ),
    "hand": (
        Part("hand palm", "frame", GRAB, (-0.006, -0.060, 0.010), -1),
        Part("hand thumb", "frame", SELECT, (-0.026, -0.020, -0.062), -1),
    ),
}


def merged(model: str, role: str) -> str:
    """The name of the shape of all parts of a model with this role."""
    return f"all {model} {role}"


def roles_of(model: str) -> tuple[str, ...]:
    """The roles of a model's parts, each once."""
    return tuple(dict.fromkeys(part.role for part in MODELS[model]))


def of_hand(shape: str, name: str) -> str:
    """The name of a model's shape in the hand of this name."""
    return f"{shape}, left" if name == "left" else shape


def place_of(part: Part, name: str) -> Vector:
    """Where the line of the part's label begins, in the frame of this hand's grip, in m of the room."""
    x, y, z = part.at
    return (-x if name == "left" else x), y, z
