"""What a visitor wants of results: an evaluation, and which pictures the shelf shows. Free of any device."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.shelf_filter import ShelfFilter


@dataclass(frozen=True)
class Evaluate:
    """Run all pictures of the set through the network of hall number `hall`; what is running there is given up."""

    hall: int = 0


@dataclass(frozen=True)
class FilterShelf:
    """Let the shelf show these pictures of the set; those that it began with where nothing is asked for."""

    wanted: ShelfFilter | None = None


@dataclass(frozen=True)
class ResampleShelf:
    """Let the shelf show other pictures of those that it would show, drawn by chance."""


ResultsAction = Evaluate | FilterShelf | ResampleShelf
