"""Which channels are visualized, or looked up on disk, at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vrcnn.featurevis.results import Place
from vrcnn.featurevis.settings import Settings


@dataclass(frozen=True, eq=False)
class Batch:
    """Channels of one layer that are made together. `sights` says that natural pictures are wanted beside them."""

    place: Place
    channels: tuple[int, ...]
    settings: Settings
    sights: bool


@dataclass(frozen=True)
class Lookup:
    """Channels that may have been made in an earlier session. `only`: those that were not are not made now either."""

    place: Place
    channels: tuple[int, ...]
    settings: Settings
    sights: bool
    only: bool = False


def channels_told(channels: Sequence[int]) -> str:
    """In words: "channel 3", "channels 8 to 15", "channels 2, 5, 9"."""
    ordered = sorted(channels)
    if len(ordered) == 1:
        return f"channel {ordered[0]}"
    if ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"channels {ordered[0]} to {ordered[-1]}"
    return "channels " + ", ".join(map(str, ordered))


def leading(lead: int, among: Collection[int], most: int) -> tuple[int, ...]:
    """At most so many of the channels, from the `lead` on, and then from the first on."""
    ordered = sorted(among)
    return tuple(sorted([*(c for c in ordered if c >= lead), *(c for c in ordered if c < lead)][:most]))
