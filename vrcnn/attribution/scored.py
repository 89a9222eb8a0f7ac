"""A class's score as a function of the picture, as Captum wants one: differentiable, in batches, to be cancelled."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.network import attention
from vrcnn.network.differentiable import Entire
from vrcnn.network.example import ExampleInput
from vrcnn.network.graph import Graph, Node
from vrcnn.network.map_reading import Reading, maps_shape, reading_of
from vrcnn.network.map_tensors import batch_of_maps
from vrcnn.network.obstacle import obstacle
from vrcnn.network.recorder import Diverged, never
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace

ROOM = 256 << 20  # bytes of activations that a batch may keep for its backward
TOGETHER = 16  # pictures at most
TOLERANCE = 1e-4  # of the largest score, between a batch's and those of its pictures alone


@dataclass
class Subject:
    """Whose score it is.

    Attributes:
        source: the network; `graph` its full graph, `example` the arguments of a pass for the picture.
        scores: finds the scores (pictures, classes) in an output; `index` is the class.
    """

    source: NetworkSource
    graph: Graph
    example: ExampleInput
    scores: Callable[[object], Tensor]
    index: int

    @property
    def picture(self) -> Tensor:
        """(1, C, ...). Raises UserError where there is none."""
        tensor = self.example.tensor
        if tensor is None:
            raise UserError(f"{self.source.name} reads no picture that a class's score could be traced back to.")
        return tensor.detach()


class Scored:
    """The score of the subject's class, for batches of pictures; `cancelled` as in Recorder.run.

    A pass that overwrites what its backward needs is run anew with copies of that. One that takes another way through
    the network than the graph is traced anew, once.
    """

    def __init__(self, subject: Subject, cancelled: Callable[[], bool] = never) -> None:
        self.subject = subject
        self._cancelled = cancelled
        self._graph = subject.graph
        self._entire = Entire(subject.source.module, self._graph)
        self._retraced = False
        self._batches: bool | None = None
        self.copied = False

    @property
    def together(self) -> int:
        """How many pictures may go through at a time, in the bounds of memory; found by trying two, with the first."""
        if self._batches is None:
            self._batches = self._reads_batches()
        if not self._batches:
            return 1
        kept = 4 * sum(math.prod(node.shape) for node in self._graph.nodes)
        return max(1, min(TOGETHER, 1 << int(math.log2(max(1, ROOM // max(1, kept))))))

    def __call__(self, pictures: Tensor) -> Tensor:
        """(n,): the scores of the class for `pictures` (n, C, ...). Called inside of `differentiable`."""
        most = self.together if len(pictures) > 1 else 1
        if len(pictures) > most:
            return torch.cat([self.scores(some)[:, self.subject.index] for some in pictures.split(most)])
        return self.scores(pictures)[:, self.subject.index]

    def scores(self, pictures: Tensor, substitute: tuple[int, Callable[[Tensor], Tensor]] | None = None) -> Tensor:
        """(n, classes): all scores; `substitute` as in Entire.run."""
        output = self._run(pictures, substitute)
        scores = self.subject.scores(output)
        if scores.shape[0] != len(pictures):
            raise ValueError(f"{scores.shape[0]} rows of scores for {len(pictures)} pictures")
        return scores

    def sound(self) -> None:
        """Raises UserError, with the operation that is in the way, where no gradient comes from the score to the
        picture; finds out whether copies are needed. Called inside of `differentiable`.
        """
        picture = self.subject.picture.clone().requires_grad_(True)
        for copied in (False, True):
            self.copied = copied
            try:
                score = self(picture).sum()
                if not score.requires_grad:
                    break
                (gradient,) = torch.autograd.grad(score, picture, allow_unused=True)
            except RuntimeError as error:
                if "memory" in str(error) or copied:
                    raise
                continue
            if gradient is not None and gradient.count_nonzero():
                return
            break
        reason = self._obstacle()
        if reason is not None:
            raise UserError(
                f"No gradient comes from the classes' scores to the picture: {reason}. Occlusion needs no gradients."
            )

    def nodes_of(self, name: str) -> list[Node]:
        """The layer of this name; by default those whose maps are larger than 1x1, the last first. Raises UserError."""
        nodes = self._graph.nodes
        if name:
            named = [node for node in nodes if name in (node.name, node.title)]
            if not named:
                raise UserError(f'There is no layer "{name}" in {self.subject.source.name}.')
            if not (_has_maps(named[0]) and self._entire.makes(named[0])):
                raise UserError(f'The layer "{name}" has no maps of more than one pixel: choose one before it.')
            return named[:1]
        found = [
            node for node in nodes if self._entire.makes(node) and _has_maps(node) and self._graph.targets(node.index)
        ]
        if not found:
            raise UserError(f"No layer of {self.subject.source.name} has maps of more than one pixel.")
        return found[::-1]

    def _run(self, pictures: Tensor, substitute: tuple[int, Callable[[Tensor], Tensor]] | None) -> object:
        for _ in range(2):
            given = self._given(pictures)
            try:
                return self._entire.run(
                    given.arguments,
                    given.keywords,
                    cancelled=self._cancelled,
                    copied=self.copied,
                    substitute=substitute,
                )
            except Diverged:
                if self._retraced or substitute is not None or len(pictures) > 1:
                    raise
                self._retraced = True
                self._graph = trace(self.subject.source.module, given.arguments, given.keywords)
                self._entire = Entire(self.subject.source.module, self._graph)
        raise Diverged("the pass takes another way each time")

    def _given(self, pictures: Tensor) -> ExampleInput:
        """The arguments with a copy of the pictures, which the forward may write to in place."""
        place = self.subject.picture
        return self.subject.example.with_tensor(pictures.to(place.device, place.dtype).clone())

    def _reads_batches(self) -> bool:
        """Whether two pictures together have the scores that they have alone."""
        picture = self.subject.picture
        other = picture * 0.5
        with torch.no_grad():
            alone = [self.scores(each) for each in (picture, other)]
            try:
                both = self.scores(torch.cat((picture, other)))
            except (UserError, Diverged, ValueError, RuntimeError, IndexError):
                return False
        apart = torch.cat(alone)
        if both.shape != apart.shape or not bool(both.isfinite().all()):
            return False
        return bool((both - apart).abs().amax() <= TOLERANCE * apart.abs().amax())

    def _obstacle(self) -> str | None:
        picture = self.subject.picture.clone().requires_grad_(True)
        given = self._given(picture)
        for output in self._graph.outputs:
            try:
                reason = obstacle(
                    self.subject.source.module, self._graph, output, given.arguments, given.keywords, picture
                )
            except Diverged:
                continue
            if reason is not None:
                return reason
        return None


class Probe:
    """What stands in a pass for a layer, so that Captum has a module to look at: its maps go through `module`."""

    def __init__(self, node: Node, pictures: int = 1) -> None:
        reading = reading_of(node)
        assert reading is not None
        self.node, self._reading, self._pictures = node, reading, pictures
        self.module = torch.nn.Identity()

    def substitute(self) -> tuple[int, Callable[[Tensor], Tensor]]:
        """As in Entire.run."""
        return self.node.index, self._through

    def _through(self, tensor: Tensor) -> Tensor:
        """The same numbers; the maps among them come out of the module, whatever the order of the tensor's axes."""
        places = _maps(torch.arange(tensor.numel(), device=tensor.device).view(tensor.shape), self._reading)
        made: Any = self.module(_maps(tensor, self._reading))
        return tensor.flatten().index_copy(0, places.flatten(), made.flatten()).view(tensor.shape)


def _maps(tensor: Tensor, reading: Reading) -> Tensor:
    return batch_of_maps(tensor, reading, 1)


def _has_maps(node: Node) -> bool:
    shape = maps_shape(node)
    is_spatial = bool({"H", "L"} & set(node.axes or ("H" if len(node.shape) > 3 else "")))
    return shape is not None and shape[1] * shape[2] > 1 and is_spatial and node.operation != attention.OPERATION
