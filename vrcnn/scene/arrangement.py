"""What the visitor has made of a network's place: the layout, and what was moved, scaled, folded or hidden.

An Arrangement is never changed, only replaced, so that undoing a change is to take the one before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from vrcnn.scene.geometry import Placing

LAYOUTS = ("corridor", "stack", "spiral")


@dataclass(frozen=True)
class Handling:
    """What was done to one wall, whatever the layout.

    `zoom` makes the tiles so many times larger than those with which the wall opens; where not all of them fit then,
    the wall shows some rows at a time, from row `first_row` (a fraction is a part of a row) on. `face` is one of FACES
    (scene/features.py): what its tiles show.
    """

    zoom: float = 1.0
    first_row: float = 0.0
    folded: bool = False
    hidden: bool = False
    face: str = "activations"


UNTOUCHED = Handling()


@dataclass(frozen=True)
class Arrangement:
    """How a network stands.

    Attributes:
        layout: one of LAYOUTS.
        moved: where walls are, by (layout, the layer's name): a placing in the frame of the place that the layout has
            for them, so that it stays beside its neighbours when others are folded.
        handled: what else was done to walls, by the layer's name.
        whole: what was done to the whole network, in the frame of its place in the world.
        closed: the paths of the rooms whose doors are closed.
    """

    layout: str = "corridor"
    moved: Mapping[tuple[str, str], Placing] = field(default_factory=lambda: MappingProxyType({}))
    handled: Mapping[str, Handling] = field(default_factory=lambda: MappingProxyType({}))
    whole: Placing = Placing()
    closed: frozenset[str] = frozenset()

    def offset(self, name: str) -> Placing:
        """Where the wall of this layer is, seen from the place that the layout has for it."""
        return self.moved.get((self.layout, name), Placing())

    def handling(self, name: str) -> Handling:
        return self.handled.get(name, UNTOUCHED)

    @cached_property
    def faces(self) -> Mapping[str, str]:
        """What the walls show that do not show their activations, by the layer's name."""
        return {name: handled.face for name, handled in self.handled.items() if handled.face != UNTOUCHED.face}

    def with_moved(self, name: str, offset: Placing) -> Arrangement:
        return replace(self, moved=MappingProxyType({**self.moved, (self.layout, name): offset}))

    def with_handled(self, name: str, handling: Handling) -> Arrangement:
        return self.with_all_handled({**self.handled, name: handling})

    def with_all_handled(self, handled: Mapping[str, Handling]) -> Arrangement:
        """What was done to walls, in place of all that was done before."""
        kept = {name: handling for name, handling in handled.items() if handling != UNTOUCHED}
        return replace(self, handled=MappingProxyType(kept))

    def with_reset(self, name: str) -> Arrangement:
        """The wall as the layout has it; what was done to it in other layouts stays."""
        moved = {key: offset for key, offset in self.moved.items() if key != (self.layout, name)}
        handled = {key: handling for key, handling in self.handled.items() if key != name}
        return replace(self, moved=MappingProxyType(moved), handled=MappingProxyType(handled))
