"""How a visitor moves: walking along the direction of sight, turning on the spot, looking around."""

from __future__ import annotations

from math import atan2, pi

from vrcnn.scene.geometry import rotate, turn
from vrcnn.scene.intents import Look, Move
from vrcnn.scene.world import World

WALK, RUN = 2.2, 7.0  # m/s
HIGHEST_PITCH = pi / 2 - 0.01
HIGHEST = 60.0  # m above the ground


def look(world: World, intent: Look) -> None:
    """Turns the desktop's view."""
    player = world.player
    player.yaw += intent.yaw
    player.pitch = max(-HIGHEST_PITCH, min(HIGHEST_PITCH, player.pitch + intent.pitch))


def walk(world: World, move: Move, seconds: float) -> None:
    """Along the direction of sight on the ground; up and down by `up`. Diagonals are not faster."""
    player = world.player
    if not (move.right or move.up or move.forward):
        return
    heading = player.yaw
    if player.head is not None:
        x, _, z = player.eyes.forward
        heading = _heading(x, z, player.yaw)
    length = max(1.0, (move.right**2 + move.up**2 + move.forward**2) ** 0.5)
    speed = (RUN if move.fast else WALK) * seconds / length
    x, _, z = rotate(turn(heading), (move.right * speed, 0.0, -move.forward * speed))
    px, py, pz = player.position
    player.position = px + x, max(0.0, min(HIGHEST, py + move.up * speed)), pz + z


def turn_about_head(world: World, angle: float) -> None:
    """Turns the visitor on the spot where the head is, not where the room's centre is."""
    player = world.player
    hx, _, hz = player.eyes.position
    px, py, pz = player.position
    dx, _, dz = rotate(turn(angle), (px - hx, 0.0, pz - hz))
    player.position = hx + dx, py, hz + dz
    player.yaw += angle


def _heading(x: float, z: float, otherwise: float) -> float:
    """The yaw of a direction of sight; `otherwise` when it points straight up or down."""
    return otherwise if abs(x) + abs(z) < 1e-6 else atan2(-x, -z)
