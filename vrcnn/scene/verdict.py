"""Whether the network is right about the picture on the easel, and the classes that its boards and panels list."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.hall import Hall
from vrcnn.scene.wording import percent

RIGHT, WRONG = "running", "failed"  # the roles that they are marked with


@dataclass(frozen=True)
class Verdict:
    """One line, such as "Right: cat", and the role that it is written in."""

    words: str
    role: str


@dataclass(frozen=True)
class ScoreLine:
    """A class of the list: `role` is its bar's, `first` the most likely one, `true` the one that the picture shows."""

    label: str
    probability: float
    role: str
    first: bool = False
    true: bool = False


def verdict(hall: Hall) -> Verdict | None:
    """None where nobody says what the picture shows, or the network has not answered as yet."""
    truth = hall.truth
    if truth is None or not hall.scores or hall.answer_kind != "classes":
        return None
    if truth.index is None or truth.probability is None:
        return Verdict(f"Labelled {truth.label}, none of its classes", "muted")
    if truth.rank == 0:
        return Verdict(f"Right: {truth.label}", RIGHT)
    return Verdict(f"Wrong: it is {truth.label}, {percent(truth.probability)}", WRONG)


def score_lines(hall: Hall, count: int) -> list[ScoreLine]:
    """The most likely classes, at most `count`; the true one takes the last place where it is none of them."""
    truth = hall.truth
    true = None if truth is None else truth.index
    wrong = true is not None and truth is not None and truth.rank != 0
    lines = []
    for place, score in enumerate(hall.scores[:count]):
        first, is_true = place == 0, score.index == true
        role = RIGHT if is_true else "edge" if not first else WRONG if wrong else "accent"
        lines.append(ScoreLine(score.label, score.probability, role, first, is_true))
    listed = len(lines) < count or any(line.true for line in lines)
    if truth is not None and truth.probability is not None and truth.rank is not None and not listed:
        lines[-1] = ScoreLine(f"{truth.rank + 1}. {truth.label}", truth.probability, RIGHT, true=True)
    return lines
