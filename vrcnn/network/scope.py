"""What of a network is shown: the detail, folded runs of blocks, which maps are kept, which slice, which values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vrcnn.network.quantity import QUANTITIES

LEVELS = ("blocks", "layers", "all")
FOLDS = ("auto", "always", "never")


@dataclass(frozen=True)
class Scope:
    """What the visitor has chosen to see. Plain data: the command line, the World and the worker share it.

    Attributes:
        detail: one of LEVELS.
        fold: one of FOLDS: whether runs of equal blocks are folded at first. "auto" folds them at detail "blocks", and
            at "layers" where the network would have more walls than people walk along.
        toggled: paths of the runs that the visitor has opened or folded against that.
        demanded: names of the nodes whose maps the visitor wants although memory is short.
        slice: 0..1, which slice of volumes (N, C, D, H, W) is shown.
        quantity: one of QUANTITIES, what the walls show of each layer; `of` the class, by its index, whose score that
            is about; None for the network's best guess.
    """

    detail: str = "layers"
    fold: str = "auto"
    toggled: frozenset[str] = frozenset()
    demanded: tuple[str, ...] = ()
    slice: float = 0.5
    quantity: str = QUANTITIES[0]
    of: int | None = None

    def with_toggled(self, run: str) -> Scope:
        """The same with one run opened that was folded, or the other way round."""
        return replace(self, toggled=self.toggled ^ {run})

    def with_demanded(self, name: str) -> Scope:
        """The same with one more node demanded; the latest comes last."""
        return replace(self, demanded=(*(other for other in self.demanded if other != name), name))

    def with_detail(self, detail: str) -> Scope:
        """The same at another detail; runs are as they are at first there."""
        return replace(self, detail=detail, toggled=frozenset())

    def shows_as(self, other: Scope) -> bool:
        """Whether the same nodes and maps are shown, though perhaps another slice of them, or other values."""
        return replace(self, slice=other.slice, quantity=other.quantity, of=other.of) == other
