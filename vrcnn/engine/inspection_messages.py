"""What a closer look at the network found, as the worker tells it."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.inspection.results import Answer, Question


@dataclass(frozen=True)
class Inspected:
    """The answer to a question, for the picture that it names."""

    question: Question
    answer: Answer


@dataclass(frozen=True)
class NotInspected:
    """There is no answer; `reason` is a sentence for people."""

    question: Question
    reason: str


InspectionMessage = Inspected | NotInspected
