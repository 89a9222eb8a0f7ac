"""How plots look: a colour and a mark for each mode, the same in every plot, and colours that follow the page."""

from __future__ import annotations

from dataclasses import dataclass

INK, MUTED, GRID = "#1b1f24", "#656d78", "#dfe3e8"
UNTRAINED = "#7d838c"


@dataclass(frozen=True)
class Look:
    """Of a mode: its colour on light and on dark ground, its mark (circles generalize, triangles memorize), its name in
    plots."""

    light: str
    dark: str
    mark: str
    name: str


LOOKS = {
    "true-augmented": Look("#3d9be0", "#8fd0ff", "o", "true, augmented"),
    "true": Look("#0b5cad", "#6aa9f0", "o", "true"),
    "half-shuffled": Look("#d98200", "#ffb84d", "^", "half shuffled"),
    "shuffled": Look("#c8391b", "#ff7f63", "^", "shuffled"),
    "noisy-copies": Look("#8a8d1a", "#cdd05a", "s", "noisy copies"),
    "shuffled-augmented": Look("#7a4a1e", "#c9986a", "v", "shuffled, augmented"),
    "true-smooth": Look("#0f8a6d", "#4fcaa9", "D", "true, smooth"),
    "shuffled-smooth": Look("#b0509c", "#e395d1", "v", "shuffled, smooth"),
    "untrained": Look("#7c828b", "#9aa3ad", "x", "untrained"),
}
GROUND = {  # by its name in the page: on light and on dark ground
    "ink": (INK, "#e8eaed"),
    "muted": (MUTED, "#a2abb6"),
    "grid": (GRID, "#343a42"),
    "untrained-twin": (UNTRAINED, "#9aa3ad"),
}


def variables() -> dict[str, tuple[str, str]]:
    """Every colour of a plot by the name of its CSS variable: on light and on dark ground."""
    return {**{f"mode-{name}": (look.light, look.dark) for name, look in LOOKS.items()}, **GROUND}
