"""What the sieve asks of the rest of the program."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.susceptibility.sieve import Sieve


@dataclass(frozen=True)
class LookThrough:
    """The networks run the picture on the easel behind this sieve; None takes it away. Sent to all of them."""

    sieve: Sieve | None


@dataclass(frozen=True)
class FindFlips:
    """Which answers flip behind this sieve over the first `pictures` of the set, in hall `hall`."""

    sieve: Sieve
    pictures: int
    hall: int


@dataclass(frozen=True)
class FindCurve:
    """The curve over all amounts of a kind of sieve, over the first `pictures` of the set, in hall `hall`."""

    kind: str
    pictures: int
    hall: int


XrayRequest = LookThrough | FindFlips | FindCurve
