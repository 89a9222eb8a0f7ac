"""What the visitor looks at more closely in a hall: the questions that are asked, and the answers that have come."""

from __future__ import annotations

from dataclasses import dataclass, field

from vrcnn.inspection.results import (
    Answer,
    ChannelNumbers,
    Drivers,
    Kernels,
    LayerNumbers,
    Path,
    Question,
    Step,
)
from vrcnn.network.graph import Graph


@dataclass
class Inspection:
    """Of one network. Questions stay asked until they are dropped: with every new picture they are asked again.

    Attributes:
        asked: what somebody looks at now, the latest last.
        answers: the latest answer to each, which names its picture and stays until a newer one is there.
        refusals: a sentence for each that has no answer, such as a layer without weights.
        path: the question whose Path is lit in the hall, None where none is.
        marking: whether maps that are dead, constant or saturated are marked on their tiles.
        revision: counts all changes.
    """

    asked: list[Question] = field(default_factory=list)
    answers: dict[Question, Answer] = field(default_factory=dict)
    refusals: dict[Question, str] = field(default_factory=dict)
    path: Question | None = None
    marking: bool = False
    revision: int = 0

    def want(self, question: Question) -> bool:
        """Notes that it is looked at; whether it has to be asked, as it was not before."""
        new = question not in self.asked
        if new:
            self.asked.append(question)
            self.revision += 1
        return new

    def drop(self, question: Question) -> None:
        """Nobody looks at it any more; its answer goes too."""
        if question in self.asked:
            self.asked.remove(question)
        self.answers.pop(question, None)
        self.refusals.pop(question, None)
        if self.path == question:
            self.path = None
        self.revision += 1

    def keep(self, former: Graph, full: Graph) -> None:
        """The network has another graph: what is about layers that are not in it any more is dropped."""
        for question in [*self.asked]:
            tensor = question.tensor
            if tensor is not None and (
                tensor >= len(full.nodes) or former.nodes[tensor].name != full.nodes[tensor].name
            ):
                self.drop(question)

    def answer(self, question: Question, answer: Answer) -> None:
        """It is here; of what nobody looks at any more nothing is kept."""
        if question in self.asked:
            self.answers[question] = answer
            self.refusals.pop(question, None)
            self.revision += 1

    def refuse(self, question: Question, reason: str) -> None:
        """There is none."""
        if question in self.asked:
            self.answers.pop(question, None)
            self.refusals[question] = reason
            self.revision += 1

    def layer(self, tensor: int) -> LayerNumbers | None:
        found = self.answers.get(Question("layer", tensor))
        return found if isinstance(found, LayerNumbers) else None

    def channel(self, tensor: int, channel: int) -> ChannelNumbers | None:
        found = self.answers.get(Question("channel", tensor, channel))
        return found if isinstance(found, ChannelNumbers) else None

    def kernels(self, tensor: int, first: int = 0) -> Kernels | None:
        found = self.answers.get(Question("kernels", tensor, first))
        return found if isinstance(found, Kernels) else None

    def step(self, tensor: int, channel: int, pixel: tuple[int, int]) -> Step | None:
        found = self.answers.get(Question("step", tensor, channel, pixel))
        return found if isinstance(found, Step) else None

    def drivers(self, tensor: int, channel: int, pixel: tuple[int, int] | None = None) -> Drivers | None:
        found = self.answers.get(Question("drivers", tensor, channel, pixel))
        return found if isinstance(found, Drivers) else None

    @property
    def lit(self) -> Path | None:
        """The path that is lit now."""
        found = None if self.path is None else self.answers.get(self.path)
        return found if isinstance(found, Path) else None
