"""A closer look at a network as inquiries: each question is answered for the present picture, between other work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
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
        counted: the tensors of the layers whose silent channels were looked for in other pictures.
    """

    def __init__(self) -> None:
        self.waiting: dict[int, Question] = {}
        self.again: set[Question] = set()
        self.counted: set[int] = set()
        self._inspector: Inspector | None = None
        self._counting: Inspector | None = None
        self._weights = 0  # as in Workbench, when that was made

    def about(self, question: Question) -> CloserLook:
        """To be asked of the network's worker."""
        return CloserLook(self, question)

    def census(self, question: Question, title: str) -> Census:
        """The same, for a layer."""
        return Census(self, question, title)

    def at_work(self, workbench: Workbench) -> Inspector:
        """For the worker's thread alone; another one once the network has other weights."""
        if self._inspector is None or self._weights != workbench.weights:
            self._weights = workbench.weights
            self._inspector = Inspector(workbench.source.module, workbench.source.name)
        return self._inspector

    def counting(self, workbench: Workbench) -> Inspector:
        """Another one, which looks at other pictures, and notes for both which channels are silent."""
        if self._counting is None:
            self._counting = self.at_work(workbench).beside()
        return self._counting


@dataclass(frozen=True)
class CloserLook:
    """An inquiry; sends Inspected or NotInspected."""

    inspecting: Inspecting
    question: Question
    title = ""  # its answer comes at once, or nearly

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        question = self.question
        inspector = self.inspecting.at_work(workbench)
        try:
            _look_at(inspector, workbench, workbench.picture)
            answer = inspector.answer(question, workbench.called_away)
        except UserError as error:
            workbench.send(NotInspected(question, str(error)))
        except PictureError as error:
            workbench.send(NotInspected(question, f"{_name(workbench, workbench.picture)} {error}."))
        else:
            workbench.send(Inspected(question, answer))
        yield 1, 1


@dataclass(frozen=True)
class Census:
    """An inquiry: which channels of the layer of a "layer" question are silent for other pictures of the shelf, too.

    Sends Inspected anew in the end. A picture that cannot be used is left out.
    """

    inspecting: Inspecting
    question: Question
    title: str

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        counting = self.inspecting.counting(workbench)
        others = _others(workbench)
        for done, picture in enumerate(others, 1):
            with suppress(UserError, PictureError):
                _look_at(counting, workbench, picture)
                counting.note_silent(self.question.tensor, workbench.called_away)
            yield done, len(others)
        yield from CloserLook(self.inspecting, self.question).steps(workbench)


def _look_at(inspector: Inspector, workbench: Workbench, picture: int | None) -> None:
    """Raises PictureError, and UserError where the forward fails."""
    source, capture = workbench.source, workbench.capture
    if picture is None or picture not in workbench.shelf:
        given = Picture(None, EXAMPLE, *workbench.inputs())
    elif picture == workbench.picture:
        given = Picture(picture, _name(workbench, picture) + workbench.inference.behind, *workbench.inputs())
    else:
        given = Picture(picture, _name(workbench, picture), *source.inputs_of(workbench.shelf[picture]))
    names = channel_names(source.labels, capture.graph)
    inspector.look_at(given, capture.full, capture.graph, workbench.inference.scope.slice, names)


def _name(workbench: Workbench, picture: int | None) -> str:
    return EXAMPLE if picture is None or picture not in workbench.shelf else workbench.shelf.name(picture)


def _others(workbench: Workbench) -> tuple[int, ...]:
    """Some more pictures of the shelf."""
    numbers = [number for number in range(len(workbench.source.pictures)) if number in workbench.shelf]
    return tuple(number for number in numbers if number != workbench.picture)[: CENSUS - 1]
