"""Where the panels of the headset stand: at the wrist, beside a wall, before the visitor."""

from __future__ import annotations

from vrcnn.scene.world import World


def toggle_menu(world: World, hand: str) -> None:
    """Opens the menu at a hand's wrist, or closes it."""


def toggle_panel(world: World, name: str) -> None:
    """Opens a panel before the visitor, or closes it."""


def place_panels(world: World) -> None:
    """Once a frame: panels that move with a hand or with the visitor are where they belong."""
