"""What the worker thread tells the main thread of evaluations: plain data, as in messages.py."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.engine.results import Results


@dataclass(frozen=True)
class Truth:
    """What a picture shows, as its folder or its data set says.

    `index` is the class of the network that this is, None where it has none of the kind; `probability` what the
    network gives that class, and `rank` its place among all, 0 for the most likely one.
    """

    label: str
    index: int | None = None
    probability: float | None = None
    rank: int | None = None


@dataclass(frozen=True)
class EvaluationTold:
    """The results over the set of pictures, so far."""

    results: Results


EvaluationMessage = EvaluationTold
