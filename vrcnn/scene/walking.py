"""How a visitor moves: walking along the direction of sight, turning on the spot, looking around."""

from __future__ import annotations

from math import atan2, pi

from vrcnn.scene.geometry import Pose, Vector, rotate, turn
from vrcnn.scene.intents import Look, Move
from vrcnn.scene.world import Player, World

WALK, RUN = 2.2, 7.0  # m/s in the room's measure
HIGHEST_PITCH = pi / 2 - 0.01
HIGHEST = 60.0  # m above the ground, and more for those who are larger than the world


def look(world: World, intent: Look) -> None:
    """Turns the desktop's view."""
    player = world.player
    player.yaw += intent.yaw
    player.pitch = max(-HIGHEST_PITCH, min(HIGHEST_PITCH, player.pitch + intent.pitch))


def walk(world: World, move: Move, seconds: float) -> None:
    """Along the direction of sight on the ground; up and down by `up`. Diagonals are not faster."""
    player = world.player
    yaw = player.yaw if player.head is None else heading_over_ground(player.eyes, player.yaw)
    along(player, yaw, (move.right, move.up, move.forward), (RUN if move.fast else WALK) * seconds)


def along(player: Player, yaw: float, way: Vector, length: float) -> None:
    """Moves the visitor by `length` m of their room on a `way` (right, up, forward; each from -1 to 1) seen from `yaw`.

    Diagonals are not longer. Nobody falls below the ground, but who is there already may stay.
    """
    right, up, forward = way
    if not (right or up or forward):
        return
    length *= player.scale / max(1.0, (right**2 + up**2 + forward**2) ** 0.5)
    x, _, z = rotate(turn(yaw), (right * length, 0.0, -forward * length))
    px, py, pz = player.position
    lowest, highest = min(0.0, py), max(py, HIGHEST * max(1.0, player.scale))
    player.position = px + x, max(lowest, min(highest, py + up * length)), pz + z


def turn_about_head(world: World, angle: float) -> None:
    """Turns the visitor on the spot where the head is, not where the room's centre is."""
    player = world.player
    hx, _, hz = player.eyes.position
    px, py, pz = player.position
    dx, _, dz = rotate(turn(angle), (px - hx, 0.0, pz - hz))
    player.position = hx + dx, py, hz + dz
    player.yaw += angle


def heading_over_ground(pose: Pose, otherwise: float) -> float:
    """The yaw (rad) of a direction of sight; `otherwise` when it points straight up or down."""
    x, _, z = pose.forward
    return otherwise if abs(x) + abs(z) < 1e-6 else atan2(-x, -z)
