"""Furnishes what a hand holds: the model of its controller; or the hand itself, of its joints where they are known."""

from __future__ import annotations

from functools import cache
from math import sqrt

from vrcnn.scene.controller_parts import MODELS, merged, of_hand, roles_of
from vrcnn.scene.controllers import GRAB, KINDS, MENU, SELECT, SIMPLE, STEER
from vrcnn.scene.drawables import Mesh
from vrcnn.scene.geometry import Pose, Quaternion
from vrcnn.scene.world import Hand, World
from vrcnn.scene.world_panels import MENU as MENU_PANEL

LIT = 0.9  # how much of its own light a part has while it is in use


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
    if not used:
        return [Mesh(shape, hand.grip, size, role) for shape, role in _at_rest(model, name)]
    return [
        Mesh(of_hand(part.shape, name), hand.grip, size, "accent", LIT)
        if part.does in used
        else Mesh(of_hand(part.shape, name), hand.grip, size, part.role)
        for part in MODELS[model]
    ]


@cache
def _at_rest(model: str, name: str) -> tuple[tuple[str, str], ...]:
    """The shapes of a model of which no part is in use, and their roles: as few as there are colours."""
    return tuple((of_hand(merged(model, role), name), role) for role in roles_of(model))


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
