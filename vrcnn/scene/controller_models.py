"""Models of the controllers: which shapes they are made of, in what colours, and where their buttons are.

Everything is given in the frame of the right hand's grip, in m of the room (controller_shapes.py); the left hand's is
its mirror image. A bare hand is made of its joints where these are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from vrcnn.scene.controllers import ENLARGE, GRAB, KINDS, MENU, SELECT, SIMPLE, STEER
from vrcnn.scene.drawables import Mesh
from vrcnn.scene.geometry import Pose, Quaternion, Vector
from vrcnn.scene.world import Hand, World
from vrcnn.scene.world_panels import MENU as MENU_PANEL

LIT = 0.9  # how much of its own light a part has while it is in use


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


def _head(x: float, z: float) -> Vector:
    """A place on the plate under the thumb of a controller with a stick: to the right, towards the visitor."""
    return x, 0.010 + 0.81 * 0.007 + 0.59 * z, -0.052 - 0.59 * 0.007 + 0.81 * z


MODELS: Mapping[str, tuple[Part, ...]] = {
    "touch": (
        Part("touch body", "frame"),
        Part("touch ring", "frame"),
        Part("touch trim", "panel"),
        Part("touch trigger", "edge", SELECT, (-0.0075, -0.023, -0.057), -1),
        Part("touch grip", "edge", GRAB, (-0.015, -0.011, -0.006), -1),
        Part("touch stick", "edge", STEER, _head(-0.0085, -0.004), -1),
        Part("touch lower", "edge", ENLARGE, _head(0.0105, 0.0035), 1),
        Part("touch upper", "edge", MENU, _head(0.0095, -0.011), 1),
    ),
    "index": (
        Part("index body", "frame"),
        Part("index strap", "frame"),
        Part("index trim", "panel"),
        Part("index trigger", "edge", SELECT, (-0.0075, -0.023, -0.057), -1),
        Part("index grip", "track", GRAB, (-0.013, -0.006, 0.012), -1),
        Part("index stick", "edge", STEER, _head(-0.0095, -0.010), -1),
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
        Part("motion trigger", "edge", SELECT, (-0.0075, -0.023, -0.057), -1),
        Part("motion grip", "edge", GRAB, (-0.016, -0.005, -0.012), -1),
        Part("motion stick", "edge", STEER, _head(0.0095, -0.011), 1),
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

# Of a tracked hand: between which joints of XrHandJointEXT a bone lies, its radius in m, and what it is used for.
BONES: tuple[tuple[int, int, float, str], ...] = (
    *((1, metacarpal, 0.0135, "") for metacarpal in (2, 6, 11, 16, 21)),
    (2, 3, 0.0130, ""),
    (3, 4, 0.0100, SELECT),
    (4, 5, 0.0088, SELECT),
    *((first, first + 1, 0.0118, "") for first in (6, 11, 16, 21)),
    *((7 + step, 8 + step, radius, SELECT) for step, radius in enumerate((0.0090, 0.0082, 0.0074))),
    *((12 + step, 13 + step, radius, GRAB) for step, radius in enumerate((0.0092, 0.0084, 0.0076))),
    *((17 + step, 18 + step, radius, GRAB) for step, radius in enumerate((0.0088, 0.0080, 0.0072))),
    *((22 + step, 23 + step, radius, GRAB) for step, radius in enumerate((0.0080, 0.0072, 0.0064))),
)
JOINTS = 26
THUMB_TIP, INDEX_TIP, MIDDLE_KNUCKLE = 5, 10, 12


def model_of(hand: Hand) -> str:
    """The name of the model in MODELS for what a hand holds; the plainest one while nothing is known of it."""
    return KINDS.get(hand.controller or "", SIMPLE).model


def shape_name(part: Part, name: str) -> str:
    """The shape of a part in the hand of this name."""
    return f"{part.shape}, left" if name == "left" else part.shape


def place_of(part: Part, name: str) -> Vector:
    """Where the line of the part's label begins, in the frame of this hand's grip, in m of the room."""
    x, y, z = part.at
    return (-x if name == "left" else x), y, z


def in_use(world: World, name: str) -> frozenset[str]:
    """What the parts of a hand's controller do right now, of the words of controllers.py."""
    hand, stick = world.hands[name], world.movement.sticks[name]
    menu = MENU_PANEL in world.panels.open and world.panels.menu_hand == name
    used = (SELECT, hand.selecting), (GRAB, hand.grabbing), (STEER, bool(stick.x or stick.y)), (MENU, menu)
    return frozenset(function for function, now in used if now)


def furnish_controller(world: World, name: str) -> list[Mesh]:
    """The controller in the hand of this name, or the hand itself; its parts glow while they are in use."""
    hand, scale = world.hands[name], world.player.scale
    if hand.grip is None:
        return []
    used, model = in_use(world, name), model_of(hand)
    if model == "hand" and len(hand.fingers) == JOINTS:
        return _bones(hand.fingers, used, scale)
    size = scale, scale, scale
    return [
        Mesh(shape_name(part, name), hand.grip, size, "accent", LIT)
        if part.does in used
        else Mesh(shape_name(part, name), hand.grip, size, part.role)
        for part in MODELS[model]
    ]


def _bones(joints: tuple[Pose, ...], used: frozenset[str], scale: float) -> list[Mesh]:
    meshes = []
    for start, end, radius, does in BONES:
        (ax, ay, az), (bx, by, bz) = joints[start].position, joints[end].position
        x, y, z = bx - ax, by - ay, bz - az
        length = sqrt(x * x + y * y + z * z)
        if length == 0.0:
            continue
        pose = Pose((ax, ay, az), along(x / length, y / length, z / length))
        lit, thick = does in used, radius * scale
        role, glow = ("accent", LIT) if lit else ("frame", 0.0)
        meshes.append(Mesh("capsule", pose, (thick, thick, length), role, glow))
    return meshes


def along(x: float, y: float, z: float) -> Quaternion:
    """The shortest turn that makes -z look along a unit vector."""
    if z > 1 - 1e-9:
        return 0.0, 1.0, 0.0, 0.0
    length = sqrt(2 * (1 - z))
    return y / length, -x / length, 0.0, (1 - z) / length
