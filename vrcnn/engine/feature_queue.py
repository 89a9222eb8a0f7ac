"""Which feature visualizations are wanted, in which order they are made, and how far all of them are; no torch here.

Channels of one layer that were asked for with equal settings are made together, a few at a time. What the visitor looks
at comes first, then what was begun, then what was asked for last.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from vrcnn.engine.feature_batches import Batch, Begun, Counts, Job, Line, Lookup, Seeing, channels_told, leading
from vrcnn.engine.messages import FeatureProgress, FeaturesFailed, Message
from vrcnn.featurevis.results import Place
from vrcnn.featurevis.settings import Objective, Settings

TOGETHER = 8  # channels; with more, no channel takes less time
LOOKED_UP = 16  # channels at a time
SUSPENDED = 6  # batches that were begun and wait while others are made, each with its own memory

Wanted = Sequence[tuple[Place, Sequence[int]]]
Looked = Sequence[tuple[int, int | None]]  # tensors of the full graph, and a channel or all of them


@dataclass
class FeatureQueue:
    """Asked by one thread, served by another. `changed` is the condition on which the latter waits; it guards all this.

    Attributes:
        send: takes the messages; what is told of a batch is sent only while that is wanted.
        stored: bytes on disk, as whoever serves it says.
        doing: what is done before anything is made, in words; "" for that itself.
        paused: whether nothing is to be begun or gone on with.
    """

    changed: threading.Condition
    send: Callable[[Message], None]
    stored: int = 0
    doing: str = ""
    paused: bool = False
    _lines: list[Line] = field(default_factory=list)  # those that were asked for first come last
    _begun: list[Begun] = field(default_factory=list)  # the one that was worked on last comes last
    _loads: list[Lookup] = field(default_factory=list)
    _seeings: list[Seeing] = field(default_factory=list)
    _looked: tuple[tuple[int, int | None], ...] = ()
    _counts: Counts = field(default_factory=Counts)
    _limits: dict[int, int] = field(default_factory=dict)  # how many channels of a layer there is memory for

    def make(self, wanted: Wanted, settings: Settings, sights: bool, anew: bool, keepable: bool = True) -> None:
        """Asks for these channels; `anew` also for those that were made before. A channel that waits or is made with
        other settings is made with these instead. `keepable`: they may be on disk."""
        with self.changed:
            if not self.left:
                self._counts, self.paused = Counts(), False
            fresh = []
            for place, channels in wanted:
                known = set() if anew else self._wanted_so(place.tensor, settings)
                waiting = dict.fromkeys(channel for channel in channels if channel not in known)
                if waiting:
                    self._take_out(place.tensor, waiting)
                    unlooked = set(waiting) if keepable and not anew else set()
                    fresh.append(Line(place, settings, sights, waiting, unlooked))
                    self._counts.total += len(waiting)
            self._lines[:0] = fresh
            self._tell()

    def load(self, wanted: Wanted, settings: Settings | None, sights: bool) -> None:
        """Asks for what is on disk of these channels, and for nothing else; as they were made last without settings."""
        with self.changed:
            self._loads += [Lookup(place, tuple(channels), settings, sights, only=True) for place, channels in wanted]
            self.changed.notify()

    def see(self, place: Place, channels: Sequence[int], objective: Objective) -> None:
        """Asks for the natural pictures that these channels answer to most; they come when there is time."""
        with self.changed:
            for number, known in enumerate(self._seeings):
                if (known.place.tensor, known.objective) == (place.tensor, objective):
                    self._seeings.pop(number)
                    channels = tuple(dict.fromkeys((*known.channels, *channels)))
                    break
            self._seeings.append(Seeing(place, tuple(channels), objective))
            self.changed.notify()

    def hold(self, on: bool) -> None:
        """Pauses, also in the middle of a step, or goes on."""
        with self.changed:
            self.paused = on and self.left
            self._tell()

    def drop(self) -> None:
        """Nothing is wanted any more."""
        with self.changed:
            self._lines.clear()
            self._begun.clear()
            self._seeings.clear()
            self._counts, self.paused = Counts(), False
            self._tell()

    def look_first(self, places: Looked) -> None:
        """What comes first from now on, the most urgent one first."""
        with self.changed:
            self._looked = tuple(places)

    @property
    def busy(self) -> bool:
        """Whether there is something to do."""
        return bool(self._loads) or (not self.paused and (self.left or bool(self._seeings)))

    @property
    def left(self) -> bool:
        """Whether something is wanted that is not made."""
        return bool(self._lines or self._begun)

    def next(self) -> Job | None:
        """What to do now; None while there is nothing to do."""
        with self.changed:
            if self._loads:
                return self._load()
            seeing = None if self.paused else self._seeing()
            if self.paused or seeing is not None or not self.left:
                if seeing is not None:
                    self._seeings.remove(seeing)
                return seeing
            chosen = self._choice()
            if isinstance(chosen, Begun):
                self._begun.remove(chosen)
                self._begun.append(chosen)
                return chosen.batch
            line, lead = chosen
            if lead in line.unlooked:
                return Lookup(line.place, leading(lead, line.unlooked, LOOKED_UP), line.settings, line.sights)
            return self._begin(line, lead)

    def goes_on(self, batch: Batch) -> bool:
        """Whether this batch is what to do next as well."""
        with self.changed:
            if self.paused or self._loads or not self.left or self._seeing() is not None:
                return False
            chosen = self._choice()
            return isinstance(chosen, Begun) and chosen.batch is batch

    def wants(self, batch: Batch) -> bool:
        """Whether somebody still waits for it, and now; may be asked often, in the middle of a step."""
        return not self.paused and any(begun.batch is batch for begun in tuple(self._begun))

    def begun(self) -> list[Batch]:
        """The batches that were begun and are still wanted, in the order in which they were worked on."""
        with self.changed:
            return [begun.batch for begun in self._begun]

    def worked(self, batch: Batch, seconds: float, share: float) -> None:
        """So long was worked on the batch, of whose present ascents this `share` is done."""
        with self.changed:
            begun = self._find(batch)
            if begun is not None:
                self._counts.worked(seconds, max(0.0, share - begun.share) * len(begun.wanted))
                begun.share = share

    def tell(self, batch: Batch, message: Message) -> bool:
        """Sends a message about the batch if that is wanted, paused or not; returns whether it was."""
        with self.changed:
            begun = self._find(batch)
            if begun is not None:
                self.send(message)
            return begun is not None

    def tell_progress(self) -> None:
        """Sends how far everything is."""
        with self.changed:
            self._tell()

    def made(self, batch: Batch, channel: int, message: Message, failed: bool = False, attempts: int = 1) -> bool:
        """One channel is finished: sends the message unless nobody wants it any more; returns whether it did."""
        with self.changed:
            begun = self._find(batch)
            if begun is None or channel not in begun.wanted:
                return False
            begun.wanted.discard(channel)
            self._count(1, failed)
            self._counts.made += 1
            self._counts.attempts += attempts
            if not begun.wanted:
                self._begun.remove(begun)
                self._sweep()
            self.send(message)
            return True

    def found(self, lookup: Lookup, looked: Collection[int], found: Collection[int]) -> None:
        """So many of the channels were looked up, and of these some were `found`."""
        with self.changed:
            if lookup.only:
                left = tuple(channel for channel in lookup.channels if channel not in looked)
                if left:
                    self._loads.insert(0, Lookup(lookup.place, left, lookup.settings, lookup.sights, only=True))
                return
            for line in self._lines:
                if line.place.tensor == lookup.place.tensor and line.settings == lookup.settings:
                    line.unlooked.difference_update(looked)
                    there = [channel for channel in found if channel in line.waiting]
                    for channel in there:
                        del line.waiting[channel]
                    self._count(len(there))
            self._sweep()

    def put_off(self, job: Job) -> None:
        """The job was not done, but is wanted still."""
        with self.changed:
            if isinstance(job, Seeing):
                self.see(job.place, job.channels, job.objective)
            elif isinstance(job, Lookup) and job.only:
                self._loads.insert(0, job)

    def fail(self, place: Place, headline: str, detail: str) -> None:
        """Nothing that is wanted of this layer can be made."""
        with self.changed:
            begun = [each for each in self._begun if each.batch.place.tensor == place.tensor]
            lines = [line for line in self._lines if line.place.tensor == place.tensor]
            self._begun = [each for each in self._begun if each not in begun]
            self._lines = [line for line in self._lines if line not in lines]
            failed = [
                *(channel for each in begun for channel in each.wanted),
                *(c for line in lines for c in line.waiting),
            ]
            self._count(len(failed), failed=True)
            if failed:
                self.send(FeaturesFailed(place, tuple(sorted(failed)), headline, detail))
            self._tell()

    def layers(self, objective: Objective) -> list[Place]:
        """The layers of which something is wanted that becomes large by this objective."""
        with self.changed:
            wanted = [(line.place, line.settings) for line in self._lines]
            wanted += [(begun.batch.place, begun.batch.settings) for begun in self._begun]
            return list({place.tensor: place for place, settings in wanted if settings.objective == objective}.values())

    @property
    def at_the_beginning(self) -> bool:
        """Whether none of what is wanted was made as yet."""
        return self._counts.done == 0

    def give_back(self, batch: Batch, together: int) -> None:
        """The batch is not gone on with; no more than so many channels of its layer are made together from now on."""
        with self.changed:
            self._limits[batch.place.tensor] = together
            begun = self._find(batch)
            if begun is not None:
                self._put_back(begun)

    def forget_limits(self) -> None:
        """What there was no memory for may be another by now."""
        with self.changed:
            self._limits.clear()

    def _wanted_so(self, tensor: int, settings: Settings) -> set[int]:
        """The layer's channels that wait or are being made with these settings."""
        lines = [set(line.waiting) for line in self._lines if (line.place.tensor, line.settings) == (tensor, settings)]
        begun = [
            begun.wanted
            for begun in self._begun
            if (begun.batch.place.tensor, begun.batch.settings) == (tensor, settings)
        ]
        return set().union(*lines, *begun)

    def _take_out(self, tensor: int, channels: Iterable[int]) -> None:
        """Nobody waits for what was asked for of these channels before."""
        taken = set(channels)
        for line in self._lines:
            if line.place.tensor == tensor:
                for channel in taken.intersection(line.waiting):
                    del line.waiting[channel]
                    line.unlooked.discard(channel)
                    self._counts.total -= 1
        for begun in list(self._begun):
            if begun.batch.place.tensor == tensor:
                self._counts.total -= len(taken & begun.wanted)
                begun.wanted -= taken
                if not begun.wanted:
                    self._begun.remove(begun)
        self._sweep()

    def _sweep(self) -> None:
        """A line stays as long as channels wait in it."""
        self._lines = [line for line in self._lines if line.waiting]

    def _find(self, batch: Batch) -> Begun | None:
        return next((begun for begun in self._begun if begun.batch is batch), None)

    def _load(self) -> Lookup:
        """Some of what is to be loaded, of layers that are looked at before others."""
        looked = [tensor for tensor, _ in self._looked]
        first = next((load for tensor in looked for load in self._loads if load.place.tensor == tensor), self._loads[0])
        self._loads.remove(first)
        now, later = first.channels[:LOOKED_UP], first.channels[LOOKED_UP:]
        if later:
            self._loads.insert(0, Lookup(first.place, later, first.settings, first.sights, only=True))
        return Lookup(first.place, now, first.settings, first.sights, only=True)

    def _seeing(self) -> Seeing | None:
        """What is to be seen before anything else is made: beside the channel that is looked at, else at the end."""
        first = self._looked[0] if self._looked else (-1, None)
        looked = [each for each in self._seeings if each.place.tensor == first[0] and first[1] in each.channels]
        return next(iter(looked or (() if self.left else self._seeings)), None)

    def _choice(self) -> Begun | tuple[Line, int]:
        for tensor, channel in self._looked:
            here = [begun for begun in reversed(self._begun) if begun.batch.place.tensor == tensor]
            lines = [line for line in self._lines if line.place.tensor == tensor]
            if channel is None and here:
                return here[0]
            if channel is None and lines:
                return lines[0], next(iter(lines[0].waiting))
            for begun in here:
                if channel in begun.wanted:
                    return begun
            for line in lines:
                if channel is not None and channel in line.waiting:
                    return line, channel
        if self._begun:
            return self._begun[-1]
        line = self._lines[0]
        return line, next(iter(line.waiting))

    def _begin(self, line: Line, lead: int) -> Batch:
        limit = min(TOGETHER, self._limits.get(line.place.tensor, TOGETHER))
        limit = max(1, limit // max(1, line.settings.objective.variants))
        ready = set(line.waiting) - line.unlooked
        channels = leading(lead, ready, limit)
        batch = Batch(line.place, channels, line.settings, line.sights)
        if len(self._begun) > SUSPENDED:
            self._put_back(min(self._begun, key=lambda begun: begun.share))
        for channel in channels:
            del line.waiting[channel]
        self._begun.append(Begun(batch, line, set(channels)))
        self._sweep()
        return batch

    def _put_back(self, begun: Begun) -> None:
        """Its channels wait again."""
        self._begun.remove(begun)
        line = begun.line
        line.waiting = dict.fromkeys(sorted((*line.waiting, *begun.wanted)))
        if line not in self._lines:
            self._lines.insert(0, line)

    def _count(self, channels: int, failed: bool = False) -> None:
        self._counts.done += channels
        self._counts.failed += channels if failed else 0

    def _tell(self) -> None:
        counts, left = self._counts, self.left
        running = left and not self.paused
        self.send(
            FeatureProgress(
                self._title() if left else "",
                counts.done,
                counts.total,
                counts.failed,
                self._seconds_left() if running else None,
                running,
                left and self.paused,
                self.stored,
            )
        )
        self.changed.notify()

    def _title(self) -> str:
        if self._begun:
            batch = self._begun[-1].batch
            return f"{batch.place.name}, {self.doing or channels_told(batch.channels)}"
        return self._lines[0].place.name

    def _seconds_left(self) -> float | None:
        waiting = sum(len(line.waiting) for line in self._lines)
        begun = sum(len(begun.wanted) * (1 - begun.share) for begun in self._begun)
        return self._counts.seconds_for(waiting, begun)
