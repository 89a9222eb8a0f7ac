"""From channels of a layer to visualizations: they ascend together, and those that do not rise are tried another way.

Nothing is told of a picture but what was measured on it: the network as it is, without transforms or leaky ReLUs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vrcnn.featurevis.ascent import Ascent
from vrcnn.featurevis.attempts import Attempt, has_risen, next_way, reset
from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.objectives import values
from vrcnn.featurevis.results import Baseline, Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.featurevis.target import Target
from vrcnn.featurevis.transforms import resized
from vrcnn.network.recorder import never

SHOWN = 128  # px a side, at most, of pictures that form
STUCK = 16  # steps, after which a channel that nothing has led upwards is tried another way at once


@dataclass(frozen=True)
class _Result:
    """What came of an attempt: its pictures (variants, C, ...) and what they reach, from what at the `start`."""

    settings: Settings
    pictures: Tensor
    reached: tuple[float, ...]
    start: float
    risen: bool

    @property
    def activation(self) -> float:
        """The mean of the variants."""
        return _mean(self.reached)

    @property
    def rank(self) -> tuple[bool, float]:
        """The larger the better."""
        return self.risen, self.activation if math.isfinite(self.activation) else -math.inf


@dataclass(eq=False)
class _Channel:
    """A channel on its way to a visualization.

    `start` (C, ...) is the picture that it begins with, if there is one; `asleep` says that in an ascent nothing led
    upwards.
    """

    number: int
    start: Tensor | None
    attempt: Attempt
    words: list[str] = field(default_factory=list)
    best: _Result | None = None
    seconds: float = 0.0
    asleep: bool = False

    @property
    def risen(self) -> bool:
        return self.best is not None and self.best.risen

    def offer(self, result: _Result) -> None:
        """Keeps the better one of this result and those before."""
        if self.best is None or result.rank > self.best.rank:
            self.best = result


class Making:
    """Makes the visualizations of channels of one layer, a step at a time; used inside `Target.ready`.

    What comes of a channel depends on the others no more than the rounding of the network does.
    """

    def __init__(
        self,
        target: Target,
        channels: Sequence[int],
        settings: Settings,
        colours: InputColours,
        baselines: Mapping[int, Baseline] | None = None,
        start: Tensor | None = None,
        together: int | None = None,
    ) -> None:
        """`start` is (C, ...) for all channels or (n, C, ...), in units of the network's input, where the settings want
        one; without it they start from noise. At most `together` pictures ascend at a time; by default all.
        """
        if start is None and settings.start != "noise":
            settings = replace(settings, start="noise")
        starts: Sequence[Tensor | None] = [None] * len(channels)
        if start is not None and settings.start != "noise":
            single = start.ndim == len(target.input_size)
            starts = list(start.expand(len(channels), *start.shape) if single else start)
        self._target = target
        self._asked = settings
        self._colours = colours
        self._baselines = {} if baselines is None else baselines
        self._variants = settings.objective.variants
        self._together = max(1, (together or len(channels) * self._variants) // self._variants)
        first = Attempt(settings)
        self._waiting = [_Channel(channel, row, first) for channel, row in zip(channels, starts, strict=True)]
        self._total = len(self._waiting)
        self._run: _Run | None = None
        self._ready: list[tuple[Visualization, Tensor]] = []
        self._finished = 0
        self._share = 0.0

    @property
    def done(self) -> bool:
        """Whether all channels are finished."""
        return self._finished == self._total

    @property
    def share(self) -> float:
        """0 to 1: how much is done, as far as that can be told before it is known which channels rise."""
        run = self._run
        running = 0.0 if run is None else len(run.members) * run.ascent.step / max(1, run.ascent.steps)
        self._share = max(self._share, (self._finished + running) / max(1, self._total))
        return self._share

    def advance(self, cancelled: Callable[[], bool] = never) -> None:
        """One step of those that ascend. Raises Cancelled and can then be called again, to the same result.

        Raises what `Target.maps` raises.
        """
        if self.done:
            return
        began = time.perf_counter()
        run = self._run = self._run or self._begin()
        active = tuple(run.members)
        try:
            self._step(run, cancelled)
        finally:
            spent = (time.perf_counter() - began) / max(1, len(active))
            for member in active:
                member.seconds += spent
        if not run.members:
            self._run = None

    def forming(self) -> tuple[tuple[int, ...], np.ndarray, int, int]:
        """Channels that ascend, their pictures (n, h, w, 3) uint8 of at most 128 px a side, the step, and of how many.

        No channels between two ascents.
        """
        run = self._run
        if run is None:
            return (), np.zeros((0, 1, 1, 3), np.uint8), 0, self._asked.steps
        shown = self._colours.displayed(run.ascent.pictures()[:: self._variants])
        factor = SHOWN / max(shown.shape[2:])
        if factor < 1:
            size = [max(1, round(side * factor)) for side in shown.shape[2:]]
            shown = functional.interpolate(shown, size, mode="area")
        pixels = shown.mul(255).add_(0.5).to(torch.uint8).permute(0, 2, 3, 1).contiguous().cpu().numpy()
        return tuple(member.number for member in run.members), pixels, run.ascent.step, run.ascent.steps

    def finished(self) -> list[tuple[Visualization, Tensor]]:
        """What was finished since the last call, each with its picture (C, ...) in units of the network's input."""
        ready, self._ready = self._ready, []
        return ready

    def _begin(self) -> _Run:
        """The first that wait and those after them that ascend in the same way."""
        attempt = self._waiting[0].attempt
        alike = [each for each in self._waiting if each.attempt.settings == attempt.settings]
        members = alike[: self._together]
        rows = [each.number for each in members for _ in range(self._variants)]
        starts = [each.start for each in members for _ in range(self._variants) if each.start is not None]
        ascent = Ascent(self._target, rows, attempt.settings, self._colours, torch.stack(starts) if starts else None)
        self._waiting = [each for each in self._waiting if each not in members]
        for each in members:
            each.words.append(each.attempt.words)
        return _Run(members, ascent, stuck=list(members))

    def _step(self, run: _Run, cancelled: Callable[[], bool]) -> None:
        if not run.begun:
            self._offer_start(run, cancelled)
        if not run.ascent.done:
            run.ascent.advance(cancelled)
            self._take_out(run)
        if run.members and run.ascent.done:
            self._judge(run, cancelled)

    def _offer_start(self, run: _Run, cancelled: Callable[[], bool]) -> None:
        """What the ascent begins with is the result as long as there is no better one.

        A result of before has risen already if it did over plain grey; all else shall rise over what it begins with.
        """
        given = [member.start for member in run.members for _ in range(self._variants) if member.start is not None]
        pictures = torch.stack(given).to(self._target.device) if given else run.ascent.pictures()
        pictures = resized(pictures, run.ascent.size)
        reached = self._measured(run, pictures, cancelled)
        floors = reached
        if self._asked.start == "result":
            grey = self._colours.inputs(torch.full_like(pictures, 0.5))
            floors = self._measured(run, grey, cancelled)
        contrasts = self._contrasts(pictures)
        rows = zip(run.members, self._split(pictures), reached, floors, contrasts, strict=True)
        for member, its, values_reached, lowest, contrast in rows:
            start, floor = _mean(values_reached), _mean(lowest)
            run.starts[member], run.floors[member] = start, floor
            risen = has_risen(start, floor, self._baselines.get(member.number), contrast)
            member.offer(_Result(member.attempt.settings, its, values_reached, start, risen))
        run.begun = True

    def _take_out(self, run: _Run) -> None:
        """Those whose numbers are not finite any more, or that nothing led upwards from the first step on, begin again.

        The others go on without them.
        """
        finite, level = self._split(run.ascent.finite.cpu()), self._split(run.ascent.level.cpu())
        run.stuck = [
            member for member, its in zip(run.members, level, strict=True) if its.all() and member in run.stuck
        ]
        left: list[_Channel] = []
        for member, its in zip(run.members, finite, strict=True):
            if not its.all():
                left.append(member)
                self._go_on(member, reset(member.attempt) or self._next_way(member))
            elif member in run.stuck and run.ascent.step >= STUCK:
                left.append(member)
                member.asleep = True
                self._go_on(member, None if member.risen else self._next_way(member))
        if not left:
            return
        kept = [row for row, member in enumerate(run.members) if member not in left]
        run.members = [run.members[row] for row in kept]
        if kept:
            run.ascent.keep([row * self._variants + each for row in kept for each in range(self._variants)])

    def _judge(self, run: _Run, cancelled: Callable[[], bool]) -> None:
        """Keeps what came of an ascent, and tries those another way that have not risen."""
        pictures = run.ascent.pictures()
        reached = self._measured(run, pictures, cancelled)
        contrasts = self._contrasts(pictures)
        members, run.members = run.members, []
        for member, rows, its, contrast in zip(members, self._split(pictures), reached, contrasts, strict=True):
            risen = has_risen(_mean(its), run.floors[member], self._baselines.get(member.number), contrast)
            member.offer(_Result(member.attempt.settings, rows, its, run.starts[member], risen))
            self._go_on(member, None if member.risen else self._next_way(member))

    def _next_way(self, member: _Channel) -> Attempt | None:
        return next_way(self._asked, member.attempt, member.asleep)

    def _go_on(self, member: _Channel, attempt: Attempt | None) -> None:
        if attempt is not None:
            member.attempt = attempt
            self._waiting.append(member)
            return
        best = member.best
        assert best is not None, "what it began with was offered"
        outcome = "failed" if not best.risen else "risen" if len(member.words) == 1 else "retried"
        first = max(range(len(best.reached)), key=lambda row: np.nan_to_num(best.reached[row], nan=-np.inf))
        made = Visualization(
            place=self._target.place,
            channel=member.number,
            settings=best.settings,
            pixels=_side_by_side(self._colours.pixels(best.pictures)),
            activation=best.activation,
            start=best.start,
            baseline=self._baselines.get(member.number),
            outcome=outcome,
            attempts=tuple(member.words),
            seconds=member.seconds,
        )
        self._ready.append((made, best.pictures[first]))
        self._finished += 1

    def _measured(self, run: _Run, pictures: Tensor, cancelled: Callable[[], bool]) -> list[tuple[float, ...]]:
        """For each member what the objective is on its plain pictures."""
        with torch.no_grad():
            maps = self._target.maps(self._readable(pictures), cancelled)
            objective = replace(self._asked.objective, variants=1)
            reached = values(maps, run.ascent.channels, objective)
        return [tuple(each.tolist()) for each in self._split(reached.double().cpu())]

    def _contrasts(self, pictures: Tensor) -> list[float]:
        """For each member the least contrast of its variants, as in `has_risen`."""
        distances = (self._colours.shares(pictures) - 0.5).square().flatten(1).mean(1).sqrt()
        return [float(each.min()) for each in self._split(distances)]

    def _readable(self, pictures: Tensor) -> Tensor:
        """The pictures at a size that the network reads."""
        size = tuple(pictures.shape[2:])
        own = tuple(self._target.input_size[1:])
        return pictures if size == own or self._target.reads(size) else resized(pictures, own)

    def _split(self, rows: Tensor) -> Sequence[Tensor]:
        """One part for each channel, of its variants."""
        return rows.split(self._variants)


@dataclass(eq=False)
class _Run:
    """Channels that ascend together; `starts` is what the objective was at first, known once it has `begun`.

    They have to rise over their `floors`. `stuck` are those that nothing has led upwards so far.
    """

    members: list[_Channel]
    ascent: Ascent
    starts: dict[_Channel, float] = field(default_factory=dict)
    floors: dict[_Channel, float] = field(default_factory=dict)
    begun: bool = False
    stuck: list[_Channel] = field(default_factory=list)


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)


def _side_by_side(pixels: np.ndarray) -> np.ndarray:
    """(H, W, 3) of pictures (n, h, w, 3), in rows of about as many as there are rows; what is left over is black."""
    count, height, width = pixels.shape[:3]
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    whole = np.zeros((rows * columns, height, width, 3), np.uint8)
    whole[:count] = pixels
    return whole.reshape(rows, columns, height, width, 3).swapaxes(1, 2).reshape(rows * height, columns * width, 3)
