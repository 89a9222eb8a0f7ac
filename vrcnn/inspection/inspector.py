"""Answers questions about a network and its present picture, each from the network's own tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from torch import nn

from vrcnn.errors import UserError
from vrcnn.inspection.exact import Exact
from vrcnn.inspection.linking import drivers_of, path_of, step_of
from vrcnn.inspection.numbers import channel_numbers, kernels_of, layer_numbers, network_numbers, note_silent
from vrcnn.inspection.results import Answer, Question
from vrcnn.inspection.subject import Subject, subject_of
from vrcnn.inspection.view import Picture, View
from vrcnn.network.graph import Graph, Node
from vrcnn.network.map_reading import reading_of
from vrcnn.network.operations import unwrap
from vrcnn.network.recorder import Diverged, never

PASSES = 2  # a network that takes another way each time is given up after these


class Inspector:
    """For one network; keeps the tensors of the picture that was asked about last."""

    def __init__(self, module: nn.Module, name: str) -> None:
        self._view = View(unwrap(module), name, Exact(module))

    def beside(self) -> Inspector:
        """Another one for the same network, which looks at other pictures; both note silent channels for each other."""
        other = Inspector(self._view.network, self._view.name)
        other._view.silent = self._view.silent
        return other

    def look_at(
        self,
        picture: Picture,
        full: Graph,
        shown: Graph,
        slice: float = 0.5,
        names: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        """What all further answers are about: the picture, the graphs, the slice of volumes, and the names of channels
        by those of the nodes. Raises ForwardError when the forward fails.
        """
        view = self._view
        view.full, view.shown, view.slice, view.names = full, shown, slice, names or {}
        view.exact.take(picture.arguments, picture.keywords)
        network = id(full), view.exact.weights
        if view.silent.network != network:
            view.silent.network = network
            view.silent.channels.clear()
        view.picture = picture

    def answer(self, question: Question, cancelled: Callable[[], bool] = never) -> Answer:
        """Raises UserError with a sentence where there is none, Cancelled soon after `cancelled()` is true."""
        self._view.cancelled = cancelled
        for _ in range(PASSES):
            try:
                return self._answer(question)
            except Diverged:
                self._view.exact.record()
        raise UserError(
            f"{self._view.name} takes another way through its layers at every pass, so there is nothing steady to "
            "look at: make the forward repeatable, for instance with a fixed random seed."
        )

    def note_silent(self, tensor: int | None, cancelled: Callable[[], bool] = never) -> None:
        """Notes which channels of the layer that shows this tensor are all 0 for this picture. Raises as `answer`."""
        self._view.cancelled = cancelled
        try:
            note_silent(self._view, self._subject(tensor))
        except Diverged:
            raise UserError("This picture takes another way through the network.") from None

    def _subject(self, tensor: int | None) -> Subject:
        view = self._view
        if tensor is None or not 0 <= tensor < len(view.full.nodes):
            raise UserError("This layer is not there any more.")
        return subject_of(tensor, view.full, view.shown, view.exact)

    def _answer(self, question: Question) -> Answer:
        view = self._view
        if question.what == "network":
            return network_numbers(view)
        subject = self._subject(question.tensor)
        if question.what == "layer":
            return layer_numbers(view, subject)
        channel = self._checked(subject, question)
        match question.what:
            case "channel":
                return channel_numbers(view, subject, channel)
            case "kernels":
                return kernels_of(view, subject, channel)
            case "step":
                return step_of(view, subject, channel, self._pixel(subject, question.pixel))
            case "drivers":
                pixel = None if question.pixel is None else self._pixel(subject, question.pixel)
                return drivers_of(view, subject, channel, pixel)
            case "path":
                return path_of(view, subject, channel, question.strongest)
        raise ValueError(f"nobody answers {question.what!r}")

    def _checked(self, subject: Subject, question: Question) -> int:
        channel = question.channel or 0
        count = subject.channels
        if not 0 <= channel < count:
            has = f"{count:,} channels, 0 to {count - 1}" if count > 1 else "1 channel, number 0"
            raise UserError(f"Layer {subject.node.title} has {has}: there is no channel {channel}.")
        return channel

    def _pixel(self, subject: Subject, pixel: tuple[int, int] | None) -> tuple[int, int]:
        rows, columns = subject.size
        row, column = pixel or (0, 0)
        if not (0 <= row < rows and 0 <= column < columns):
            raise UserError(
                f"The maps of {subject.node.title} have {rows} rows and {columns} columns, counted from 0: there is no "
                f"pixel {row},{column}."
            )
        return row, column


def channel_names(labels: tuple[str, ...] | None, graph: Graph) -> dict[str, tuple[str, ...]]:
    """The classes' names for the answers among the nodes of a shown graph that have as many channels."""
    found: dict[str, tuple[str, ...]] = {}
    for index in graph.outputs if labels else ():
        node: Node = graph.nodes[index]
        reading = reading_of(node)
        if reading is not None and labels and len(labels) == node.shape[max(map(reading.axes.find, "CF"))]:
            found[node.name] = labels
    return found
