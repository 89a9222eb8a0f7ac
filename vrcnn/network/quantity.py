"""What the values of feature maps are: the layer's own, or what a class's score owes to them. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from math import ldexp

QUANTITIES = ("activations", "gradients", "activation-x-gradient")
TITLES = {"activations": "Activations", "gradients": "Gradients", "activation-x-gradient": "Activation × gradient"}


@dataclass(frozen=True)
class Quantity:
    """What the values of a layer's maps are.

    Attributes:
        kind: one of QUANTITIES: what the layer puts out; the gradient of a class's score with respect to that; the
            product of both, which is what each value adds to the score as far as that is linear.
        of: the name of the class; "" for activations.
        exponent: a number that is kept stands for itself times 2**exponent, as float16 has no room for very small ones.
    """

    kind: str = QUANTITIES[0]
    of: str = ""
    exponent: int = 0

    @property
    def factor(self) -> float:
        """What the numbers that are kept are multiplied by."""
        return ldexp(1.0, self.exponent)

    @property
    def owed(self) -> bool:
        """Whether this is about a class's score, and not the layer's own values."""
        return self.kind != QUANTITIES[0]

    @property
    def words(self) -> str:
        """ "gradients of tabby"; "activations"."""
        return f"{TITLES[self.kind].lower()} of {self.of}" if self.owed else self.kind


ACTIVATIONS = Quantity()
