"""What the worker tells of attributions: plain data."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.attribution.results import Attribution


@dataclass(frozen=True)
class Attributed:
    """What the score of a class owes to the picture that was run last, or was when it was asked."""

    attribution: Attribution


AttributionMessage = Attributed
