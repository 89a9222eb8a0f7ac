"""Runs one picture through the network and sends its maps, its prediction and its failures, layer by layer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vrcnn.engine.answers import answer_of
from vrcnn.engine.arena import Arena, ArenaPool
from vrcnn.engine.map_memory import MapMemory
from vrcnn.engine.maps import MapWriter, Written
from vrcnn.engine.messages import (
    GraphChanged,
    JobDone,
    JobProgress,
    JobStarted,
    LayerReady,
    MapsComplete,
    Message,
    Predicted,
    ScopeRefused,
)
from vrcnn.engine.overlays import plain_overlay
from vrcnn.engine.owing import NothingOwed, Owing
from vrcnn.engine.plan import COPIES, MapPlan, plan_maps
from vrcnn.engine.shelf import EXAMPLE, Shelf
from vrcnn.engine.truth import truth_of
from vrcnn.engine.xray import Xray, sieved_inputs
from vrcnn.engine.xray_picture import seen_through
from vrcnn.errors import UserError
from vrcnn.network.arrays import TENSOR
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.quantity import ACTIVATIONS, QUANTITIES, Quantity
from vrcnn.network.recorder import Cancelled, Diverged, Recorder
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace

PASSES = 3  # a network that takes another way each time is given up after these
STEPS = 20  # progress messages in one job

Send = Callable[[Message], None]
Deliver = Callable[[int, Tensor], None]
Inputs = tuple[tuple[object, ...], dict[str, object]]


@dataclass(frozen=True)
class Capture:
    """What follows from one trace of the network and one scope.

    Attributes:
        full: every operation of the pass.
        graph: the nodes that are shown.
        plan: where their maps lie.
        arenas: the memory for them.
        recorder: hands out the tensors of the shown nodes, keyed by their indices in `graph`.
    """

    full: Graph
    graph: Graph
    plan: MapPlan
    arenas: ArenaPool
    recorder: Recorder

    def shown_node(self, name: str) -> int | None:
        """The node of `graph` that stands for the operation of this name in the full graph."""
        indices = {node.index for node in self.full.nodes if node.name == name}
        return next((node.index for node in self.graph.nodes if not indices.isdisjoint(node.members)), None)


def capture_of(
    source: NetworkSource,
    full: Graph,
    scope: Scope,
    memory: int,
    map_memory: MapMemory,
    former: Capture | None = None,
    having: frozenset[int] | None = None,
) -> Capture:
    """What a scope shows of a traced network within `memory` bytes.

    No memory is taken before that of the `former` capture is free. `having` are the nodes of `full` that there are maps
    of; None for all of them.
    """
    graph = reduce(full, scope)
    nodes = [node for node in graph.nodes if having is None or node.members[-1] in having]
    plan = plan_maps(nodes, memory, scope.demanded)
    wanted = {node.members[-1]: node.index for node in graph.nodes if node.index in plan.spans}
    arenas = ArenaPool(plan, memory=map_memory, former=None if former is None else former.arenas)
    return Capture(full, graph, plan, arenas, Recorder(source.module, full, wanted))


class Inference:
    """The network with its current capture; runs pictures, one at a time.

    Attributes:
        scope: what is shown of it.
        memory: bytes for all feature maps, in all the places where they are kept.
        map_memory: where they lie until they are uploaded; its device is the network's.
        capture: what follows from it.
        xray: the sieve before the picture, and what it changes.
        weights: as in Workbench.
        doing: what a job says that it does with a picture.
    """

    doing = "Running"

    def __init__(self, source: NetworkSource, shelf: Shelf, send: Send, scope: Scope, memory: int) -> None:
        self._source = source
        self._shelf = shelf
        self._send = send
        self._writer = MapWriter()
        self._known_owing: Owing | None = None
        self.xray = Xray(source, shelf, send)
        self.weights = 0
        self.scope = scope
        self.memory = memory
        self.map_memory = MapMemory(_device_of(source))
        self._having: frozenset[int] | None = None  # as in capture_of
        inputs = self._inputs(EXAMPLE)
        self.capture = self._capture_of(self._trace(inputs), scope, memory)

    def allot(self, memory: int) -> None:
        """Plans anew for another `memory`, before anything is run and anybody knows of the plan; sends nothing."""
        former, self.memory = self.capture, memory
        if former.plan.left_out or COPIES * former.plan.whole > memory:
            self.capture = self._capture_of(former.full, self.scope, memory, former)

    def show(self, scope: Scope, memory: int) -> None:
        """Shows the network in another scope, within so much memory, without tracing it anew.

        Sends GraphChanged unless nothing but the slice is another. When this raises, all is as before.
        """
        if memory != self.memory or not scope.shows_as(self.scope):
            following = self._capture_of(self.capture.full, scope, memory, self.capture)
            self.memory = memory
            self._take(following, scope)
        self.scope = scope

    def run(self, job: int, picture: int, cancelled: Callable[[], bool]) -> None:
        """Sends JobStarted, LayerReady and JobProgress as the pass goes, Predicted, MapsComplete, JobDone.

        A pass that takes another way than the capture is captured anew: GraphChanged comes between. Raises Cancelled,
        PictureError, UserError (a ForwardError when the forward fails), or whatever the user's preprocessing raises;
        no arena is kept then.
        """
        started = time.perf_counter()
        self.xray.let_go()
        sieve = self.xray.sieve if self.xray.reads_pictures else None
        self._send(JobStarted(job, f"{self.doing} {self._name(picture)}{self.behind}"))
        for _ in range(PASSES):
            inputs = plain = self._inputs(picture)
            if sieve is None:
                self.xray.forget()
            else:
                inputs = sieved_inputs(self._source, plain, sieve)
                self.xray.begin(self, sieve, picture, plain, inputs, cancelled)
            try:
                passed = self._pass(job, inputs, cancelled)
            except NothingOwed as error:
                self.scope = replace(self.scope, quantity=QUANTITIES[0], of=None)
                self._send(ScopeRefused(self.scope, str(error), "The walls show activations, as before."))
                passed = self._pass(job, inputs, cancelled)
            if passed is None:
                following = self._capture_of(self._trace(inputs), self.scope, self.memory, self.capture)
                self._take(following, self.scope)
                continue
            output, arena = passed
            try:
                answer = self._answer(job, picture, inputs, output)
                if sieve is not None:
                    seen = seen_through(self._source, plain, inputs)
                    overlay = seen if answer.overlay is None else answer.overlay
                    plain_scores = self.xray.plain_answer(self._source)
                    answer = replace(answer, overlay=overlay, input=seen, behind=sieve, plain=plain_scores)
                self._send(answer)
            except BaseException:
                arena.release(unfinished=True)
                raise
            self._send(MapsComplete(job, picture, arena))
            self.xray.end()
            self._send(JobDone(job, time.perf_counter() - started))
            return
        raise UserError(
            f"{self._source.name} takes another way through its layers at every pass, so there is nothing steady to "
            "show: make the forward repeatable, for instance with a fixed random seed."
        )

    def _trace(self, inputs: Inputs) -> Graph:
        """The full graph of a pass on these inputs."""
        with unchanged(self._source.module):
            return trace(self._source.module, *inputs)

    @property
    def behind(self) -> str:
        """What is said behind a picture's name while there is a sieve before it."""
        return "" if self.xray.sieve is None else f" behind {self.xray.sieve.told}"

    def inputs(self, picture: int) -> Inputs:
        """The arguments and keywords of a pass of this picture, behind the sieve where there is one, as walls show it.

        Raises PictureError, and UserError where the sieve cannot be held before it.
        """
        inputs, sieve = self._inputs(picture), self.xray.sieve
        return inputs if sieve is None else sieved_inputs(self._source, inputs, sieve)

    def forward(self, inputs: Inputs, deliver: Deliver, cancelled: Callable[[], bool]) -> object:
        """The output of a pass that delivers the tensors of the shown nodes. Raises as Recorder.run does."""
        with unchanged(self._source.module), torch.no_grad():
            return self.capture.recorder.run(*inputs, deliver, cancelled)

    def _capture_of(self, full: Graph, scope: Scope, memory: int, former: Capture | None = None) -> Capture:
        return capture_of(self._source, full, scope, memory, self.map_memory, former, self._having)

    def _take(self, following: Capture, scope: Scope) -> None:
        """Goes over to another capture; the memory of the one before is freed."""
        self.capture.arenas.close()
        self.capture = following
        self._known_owing = None
        self._writer = MapWriter()  # the former one holds the former arena
        self._send(GraphChanged(following.graph, following.plan, scope, following.full))

    def _name(self, picture: int) -> str:
        return self._shelf.name(picture) if picture in self._shelf else "the example input"

    def _inputs(self, picture: int) -> Inputs:
        if picture not in self._shelf:
            return self._source.arguments, self._source.keywords
        return self._source.inputs_of(self._shelf[picture])

    def _answer(self, job: int, picture: int, inputs: Inputs, output: object) -> Predicted:
        source = self._source
        tensor = source.picture_tensor(*inputs)
        answer = answer_of(output, tensor, source.labels, source.task, source.colours)
        seen = None
        if tensor is not None and tensor.ndim in (4, 5) and not self._is_cut_out(picture):
            seen = plain_overlay(tensor)
        truth = None
        if answer.kind == "classes" and picture in self._shelf:
            truth = truth_of(source, self._shelf.file(picture), output)
        return Predicted(job, picture, answer.scores, answer.kind, answer.overlay, seen, truth)

    def _is_cut_out(self, picture: int) -> bool:
        """Whether the network's input is known to be the middle of the picture."""
        return self._source.crop is not None and picture in self._shelf and TENSOR not in self._shelf[picture].info

    def _pass(self, job: int, inputs: Inputs, cancelled: Callable[[], bool]) -> tuple[object, Arena] | None:
        """The network's output, and the arena with all maps; None when the pass took another way.

        Raises NothingOwed where other values than activations are asked for and there are none.
        """
        arena = self.capture.arenas.take(cancelled)
        if arena is None:
            raise Cancelled
        spans = self.capture.plan.spans
        writer = self._writer
        asked = self.scope.quantity, self.scope.of
        owed = asked[0] != QUANTITIES[0]
        writer.begin(arena, self.scope.slice, *(asked if owed else asked[:1]))
        progress = _Progress(job, len(spans), self._send)

        def announce(finished: Sequence[Written], quantity: Quantity = ACTIVATIONS) -> None:
            for layer in finished:
                what = replace(quantity, exponent=layer.exponent)
                self._send(LayerReady(job, layer.node, arena, layer.samples, layer.difference, layer.nonfinite, what))
            progress.add(len(finished))

        def deliver(node: int, tensor: Tensor) -> None:
            announce(writer.write(spans[node], tensor))
            self.xray.compare(node, tensor)

        try:
            if owed:
                output = self._owing().run(inputs, *asked, writer, spans, announce, cancelled)
                if self.xray.wanted:
                    self.forward(inputs, self.xray.compare, cancelled)
            else:
                output = self.forward(inputs, deliver, cancelled)
                announce(writer.flush())
        except Diverged:
            arena.release(unfinished=True)
            return None
        except BaseException:
            arena.release(unfinished=True)
            raise
        return output, arena

    def _owing(self) -> Owing:
        """The passes there and back for the present capture."""
        if self._known_owing is None or self._known_owing.full is not self.capture.full:
            graph, spans = self.capture.graph, self.capture.plan.spans
            wanted = {node.members[-1]: node.index for node in graph.nodes if node.index in spans}
            self._known_owing = Owing(self._source, self.capture.full, wanted)
        return self._known_owing


class _Progress:
    """Sends JobProgress about STEPS times."""

    def __init__(self, job: int, total: int, send: Send) -> None:
        self._job, self._total, self._send = job, total, send
        self._done = self._told = 0

    def add(self, layers: int) -> None:
        self._done += layers
        if (self._done - self._told) * STEPS >= self._total or (layers and self._done == self._total):
            self._told = self._done
            self._send(JobProgress(self._job, self._done, self._total))


def _device_of(source: NetworkSource) -> torch.device:
    """Where the network computes: the device of its first parameter or buffer."""
    tensors = (*source.module.parameters(), *source.module.buffers())
    return tensors[0].device if tensors else torch.device("cpu")
