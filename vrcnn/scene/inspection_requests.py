"""What a closer look asks of a network's worker."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.inspection.results import Question


@dataclass(frozen=True)
class Inspect:
    """This is asked about the present picture and the network of hall number `hall`."""

    question: Question
    hall: int = 0


InspectionRequest = Inspect
