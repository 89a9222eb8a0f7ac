"""What the intents about attributions ask of the networks."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.attribution.results import Wish


@dataclass(frozen=True)
class FindAttribution:
    """The worker of hall number `hall` shall find this, in place of what it looks for."""

    wish: Wish
    hall: int


AttributionRequest = FindAttribution
