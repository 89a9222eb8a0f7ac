"""What a visitor wants of panels, beyond opening and closing them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class HangPanel:
    """Hang the inspect panel of what `hand` points at beside its wall, where it stays, or put away the one there."""

    hand: str


@dataclass(frozen=True)
class ByPanel:
    """A button of the panel of this key, flat in the window, was pressed: its `action` means what the panel speaks of.

    A hand that points at a panel in the world needs none of this (panel_acting.py).
    """

    panel: str
    action: Any  # an intents.Action


@dataclass(frozen=True)
class RaisePanel:
    """Show the panel of this key before those that the window has no room for."""

    panel: str


PanelAction = HangPanel
PanelMotion = ByPanel | RaisePanel
