"""A closer look at a network as inquiries: each question is answered for the present picture, between other work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vrcnn.engine.inquiries import Workbench
from vrcnn.engine.inspection_messages import Inspected, NotInspected
from vrcnn.errors import UserError
from vrcnn.inspection.inspector import Inspector, channel_names
from vrcnn.inspection.results import Question
from vrcnn.inspection.view import Picture
from vrcnn.network.pictures import PictureError

CENSUS = 8  # pictures of the shelf by which dead channels are told
EXAMPLE = "the example input"


class Inspecting:
    """The questions about one network; keeps what the worker's thread has found for those that follow.

    Attributes:
        waiting: for the main thread, by the numbers of their inquiries, the questions that are not answered as yet.
        again: those of them that have to be asked again after that, as another picture has come.
    """

    def __init__(self) -> None:
        self.waiting: dict[int, Question] = {}
        self.again: set[Question] = set()
        self._inspector: Inspector | None = None
        self._weights = 0  # as in Workbench, when that was made

    def about(self, question: Question) -> CloserLook:
        """To be asked of the network's worker."""
        return CloserLook(self, question)

    def at_work(self, workbench: Workbench) -> Inspector:
        """For the worker's thread alone; another one once the network has other weights."""
        if self._inspector is None or self._weights != workbench.weights:
            self._weights = workbench.weights
            self._inspector = Inspector(workbench.source.module, workbench.source.name)
        return self._inspector


@dataclass(frozen=True)
class CloserLook:
    """An inquiry; sends Inspected or NotInspected. That of the whole network goes on with some more pictures."""

    inspecting: Inspecting
    question: Question

    @property
    def title(self) -> str:
        return "Looking for dead channels" if self.question.what == "network" else ""

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        others = _others(workbench) if self.question.what == "network" else ()
        total = 1 + len(others) + bool(others)
        self._answer(workbench, workbench.picture)
        yield 1, total
        for done, picture in enumerate(others, 2):
            self._answer(workbench, picture, tell=False)
            yield done, total
        if others:
            self._answer(workbench, workbench.picture)
            yield total, total

    def _answer(self, workbench: Workbench, picture: int | None, tell: bool = True) -> None:
        question, capture = self.question, workbench.capture
        inspector = self.inspecting.at_work(workbench)
        try:
            given = _given(workbench, picture)
            names = channel_names(workbench.source.labels, capture.graph)
            inspector.look_at(given, capture.full, capture.graph, workbench.inference.scope.slice, names)
            answer = inspector.answer(question, workbench.called_away)
        except UserError as error:
            if tell:
                workbench.send(NotInspected(question, str(error)))
        except PictureError as error:
            if tell:
                workbench.send(NotInspected(question, f"{_name(workbench, picture)} {error}."))
        else:
            if tell:
                workbench.send(Inspected(question, answer))


def _given(workbench: Workbench, picture: int | None) -> Picture:
    """Raises PictureError."""
    source = workbench.source
    if picture is None or picture not in workbench.shelf:
        return Picture(None, EXAMPLE, source.arguments, source.keywords)
    return Picture(picture, _name(workbench, picture), *source.inputs_of(workbench.shelf[picture]))


def _name(workbench: Workbench, picture: int | None) -> str:
    return EXAMPLE if picture is None or picture not in workbench.shelf else workbench.shelf.name(picture)


def _others(workbench: Workbench) -> tuple[int, ...]:
    """Some more pictures of the shelf."""
    numbers = [number for number in range(len(workbench.source.pictures)) if number in workbench.shelf]
    return tuple(number for number in numbers if number != workbench.picture)[: CENSUS - 1]
