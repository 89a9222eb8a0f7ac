"""Which channels are visualized, or looked up on disk, at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vrcnn.featurevis.results import Place
from vrcnn.featurevis.settings import Objective, Settings

KNOWN_FROM = 1.0  # s of work, from which on the time left is told
FORGETTING = 0.95  # how much of the pace until then counts after some more steps


@dataclass(frozen=True, eq=False)
class Batch:
    """Channels of one layer that are made together. `sights` says that natural pictures are wanted beside them."""

    place: Place
    channels: tuple[int, ...]
    settings: Settings
    sights: bool


@dataclass(frozen=True)
class Lookup:
    """Channels that may be on disk, made with these settings, or else in the way in which they were made last.

    `only`: those that are not there are not made now either.
    """

    place: Place
    channels: tuple[int, ...]
    settings: Settings | None
    sights: bool
    only: bool = False


@dataclass(frozen=True)
class Seeing:
    """Channels whose natural pictures are wanted, by how they answer to this objective."""

    place: Place
    channels: tuple[int, ...]
    objective: Objective


Job = Batch | Lookup | Seeing


@dataclass(eq=False)
class Line:
    """What was asked for of one layer at one time: `waiting` channels, those of them that were not yet `looked` up."""

    place: Place
    settings: Settings
    sights: bool
    waiting: dict[int, None]
    unlooked: set[int]


@dataclass(eq=False)
class Begun:
    """A batch that was begun, and which of its channels are still wanted; `share` (0 to 1) of their ascent is done."""

    batch: Batch
    line: Line
    wanted: set[int]
    share: float = 0.0


@dataclass
class Counts:
    """Of everything since there was nothing to do: channels, and what is known of the time that one takes.

    Of late so many `seconds` went into as much as so many `ascents` of a channel from begin to end; the `made`
    channels took so many `attempts` in all.
    """

    done: int = 0
    total: int = 0
    failed: int = 0
    seconds: float = 0.0
    ascents: float = 0.0
    made: int = 0
    attempts: int = 0

    def worked(self, seconds: float, ascents: float) -> None:
        """Some steps have taken so many seconds, and were a part of so many ascents."""
        self.seconds = FORGETTING * self.seconds + seconds
        self.ascents = FORGETTING * self.ascents + ascents

    def seconds_for(self, channels: int, ascents: float) -> float | None:
        """How long so many channels take at the pace of before, and ascents beside them; None where nobody can tell."""
        if self.seconds < KNOWN_FROM or self.ascents <= 0:
            return None
        attempts = self.attempts / self.made if self.made else 1.0
        return (channels * attempts + ascents) * self.seconds / self.ascents


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
