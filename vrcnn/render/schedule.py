"""In what order a renderer draws its groups, and which of them are left out for somebody who does not see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BACKGROUND = "background"
# Opaque things come first, the walls' maps before the boxes behind them, and the background after them, so that hidden
# parts of it are not shaded; what blends follows.
STAGES = (
    "grids",
    "boxes",
    "meshes",
    BACKGROUND,
    "shadows",
    "images",
    "panels",
    "translucent boxes",
    "translucent meshes",
    "ribbons",
    "labels",
)


class Schedule:
    """What a picture goes through: each stage with the pass that draws it, and the batches of all groups there."""

    def __init__(self, passes: Mapping[str, Any], background: Any) -> None:
        self._passes, self._background = passes, background
        self._groups: dict[str, Mapping[str, Any]] = {}
        self._known: dict[frozenset[str], list[tuple[str, Any, list[Any]]]] = {}

    def take(self, groups: Mapping[str, Mapping[str, Any]]) -> list[Any]:
        """The batches of each group by stage, from now on; returns those that are drawn, in their order."""
        self._groups = dict(groups)
        self._known.clear()
        return [batch for _, _, batches in self.without(frozenset()) for batch in batches]

    def without(self, unseen: frozenset[str]) -> list[tuple[str, Any, list[Any]]]:
        """(stage, its pass, its batches) in their order; the `unseen` groups are left out."""
        if unseen not in self._known:
            shown = [group for name, group in self._groups.items() if name not in unseen]
            steps: list[tuple[str, Any, list[Any]]] = []
            for stage in STAGES:
                batches = [group[stage] for group in shown if stage in group]
                if stage is BACKGROUND:
                    steps.append((stage, self._background, []))
                elif batches:
                    steps.append((stage, self._passes[stage], batches))
            self._known[unseen] = steps
        return self._known[unseen]
