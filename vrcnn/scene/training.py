"""The course of a training as plain data: its checkpoints, and which of them the network is at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Moment:
    """A checkpoint: its step (None where nobody knows it), its name, and what the training has told beside it."""

    step: int | None
    name: str
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What it is called."""
        return self.name if self.step is None else f"step {self.step:,}"


@dataclass
class Training:
    """The course of the training of the first hall's network.

    Attributes:
        moments: its checkpoints, never empty.
        shown: the number of the one whose weights the network has; `wanted` the one that is asked for, None once it is
            there.
        tensors, count: of so many tensors that the network has, so many were in the file.
        playing: whether one comes after the other by itself; `since` when (World.time) the last one was there.
    """

    moments: tuple[Moment, ...]
    shown: int = 0
    wanted: int | None = None
    tensors: int = 0
    count: int = 0
    playing: bool = False
    since: float = 0.0

    @property
    def aim(self) -> int:
        """The number of the one that the visitor is going to see."""
        return self.shown if self.wanted is None else self.wanted


def told(training: Training) -> str:
    """Where in the training the network is, in a few words."""
    moment = training.moments[training.aim]
    numbers = "".join(f", {name} {number:.4g}" for name, number in list(moment.numbers.items())[:2])
    return f"{moment.words[0].upper()}{moment.words[1:]}{numbers}"
