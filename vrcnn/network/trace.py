"""Reads the graph of a network from one eager forward pass, unchanged, without keeping any activation.

Nodes are the calls of torch's own modules and the functional operations between them. A tensor that turns up without
a known producer (a custom autograd function on numpy, an extension in C++, TorchScript) comes from an "opaque" node
that reads what the enclosing module had made and nobody had read yet, so that no path from input to output is lost.
What the network returns needs no nodes of its own: Graph.outputs names the nodes that made it. The weights of an
attention, which nobody reads either, have a node behind those of the attention itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import CodeType, GeneratorType
from typing import Any
from weakref import ref

import torch
from torch import Tensor, nn

from vrcnn.annotations import listening
from vrcnn.network import attention
from vrcnn.network.axes import with_axes
from vrcnn.network.builder import Call, GraphBuilder, shape_of
from vrcnn.network.calling import settings_of_call, settings_of_module, users_line
from vrcnn.network.example import lone_pictures
from vrcnn.network.failure import FailedCall, ForwardError, explain, shapes_of
from vrcnn.network.families import family_of_module, family_of_operation
from vrcnn.network.given import named_inputs, tensors_before
from vrcnn.network.graph import Graph
from vrcnn.network.interception import Forward, Watch, intercepted, opened
from vrcnn.network.operations import (
    ESCAPES,
    is_leaf,
    module_paths,
    operation_name,
    parent_path,
    produced,
    torch_class,
    unwrap,
)
from vrcnn.network.producers import Producers, share_memory, version
from vrcnn.network.structures import distinct, tensors
from vrcnn.network.windows import window_of_call, window_of_module

__all__ = ["ForwardError", "Read", "Tracer", "trace"]

_FROM_DATA = frozenset({"tensor", "as_tensor", "asarray", "frombuffer", "scalar_tensor"})


def trace(module: nn.Module, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Graph:
    """Runs `module(*arguments, **keywords)` once and returns all that it did, as a full graph.

    The pass runs in the mode that the module is in and without gradients; see guard.unchanged for leaving the module
    as it was. Lazy layers are initialized by a pass before. Raises ForwardError when the forward fails.
    """
    return Tracer(unwrap(module)).run(arguments, dict(keywords))


@dataclass
class Frame:
    """A call of a user's module that is under way.

    `inputs` are the nodes that it was given, `made` those that it or its parts made, `escaped` those whose numbers
    went to Python or numpy.
    """

    path: str
    call: int
    inputs: list[int]
    made: list[int] = field(default_factory=list)
    escaped: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Read:
    """A tensor that an operation is about to read, and how often it was written to before.

    `nodes` gave it its numbers, the latest last; none is known of a constant or a tensor from nowhere.
    """

    tensor: Tensor
    nodes: tuple[int, ...]
    version: int
    port: int


class Tracer(Watch):
    """One pass that becomes a graph. Subclasses learn of every call through `before` and `called`.

    `outermost` is the code that starts the pass: a user's lines are looked for within.
    """

    outermost: CodeType

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self._network = network
        self._paths = module_paths(network)
        self._build = GraphBuilder(self._paths)
        self._producers = Producers()
        self._constants = {id(tensor) for tensor in tensors_before(self._paths)}
        self._frames: list[Frame] = []
        self._failed: FailedCall | None = None
        self._probes: dict[int, tuple[ref[Tensor], str, str, tuple[str, ...]]] = {}  # of tensors without a node yet

    def run(self, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Graph:
        """The graph of one pass with these inputs."""
        frame = self.begin(self._network, arguments, keywords)
        watched = [module for module in self._paths if is_leaf(module) or module is not self._network]
        try:
            if any(nn.parameter.is_lazy(parameter) for parameter in self._network.parameters()):
                with torch.no_grad():  # what initializes a lazy layer is no part of its graph
                    self._network(*arguments, **keywords)
            with torch.no_grad(), opened(self._network), intercepted(watched, self._wrap), self:
                listening.probed = self._probed
                output = self._network(*arguments, **keywords)
                if isinstance(output, GeneratorType):
                    output = list(output)
        except Exception as error:
            inputs_given = (arguments, keywords)
            raise explain(error, self._failed, self._paths, inputs_given, self._network) from error
        finally:
            listening.probed = None
        return with_axes(self.end(self._network, frame, output))

    def begin(self, root: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Frame:
        """A pass begins with a call of `root`, which is the network or a part of it."""
        given, lone = named_inputs(root, arguments, keywords), lone_pictures(arguments, keywords)
        inputs = [self._add_input(*each) for each in given]
        for node, (_, tensor, _) in zip(inputs, given, strict=True):
            if id(tensor) in lone:
                self._build.nodes[node] = replace(self._build.nodes[node], axes="CHW")
        frame = Frame(self._paths[root], 0, inputs)
        self._frames.append(frame)
        return frame

    def end(self, root: nn.Module, frame: Frame, output: Any) -> Graph:
        """The call that the pass began with has returned `output`: all that it did, without what its axes mean."""
        return self._build.graph(self._leave(root, frame, distinct(tensors(output))))

    def before(self, arguments: tuple[Any, ...], keywords: Mapping[str, Any], reads: Sequence[Read]) -> Any:
        """A call is about to read `reads`; what is returned here comes back in `called`."""

    def called(self, seen: Any, run: Callable[..., Any], nodes: Sequence[int], opaque: Mapping[int, int]) -> None:
        """The call `run` became `nodes`, by port; `opaque` has the nodes of tensors from nowhere, by their ids."""

    def perform(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Runs a functional operation of the network."""
        return func(*args, **kwargs)

    def wrote(self, tensor: Tensor, node: int) -> None:
        """`node` wrote into `tensor` in place."""
        self._producers.wrote(tensor, node)

    def _wrap(self, module: nn.Module, forward: Forward) -> Forward:
        watched = self._call_leaf if is_leaf(module) else self._call_opened
        return lambda *args, **kwargs: watched(module, forward, args, kwargs)

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        if self.inside:
            return func(*args, **kwargs)
        reads = self._look((args, kwargs))
        seen = self._before(args, kwargs, reads)
        operation = operation_name(func)
        frame = self._frames[-1]
        name = f"{frame.path}.{operation}" if frame.path else operation
        try:
            result = self.perform(func, args, kwargs)
        except Exception as error:
            self._failed = FailedCall(error, name, operation, shapes_of((args, kwargs)))
            raise
        made = produced(operation, args, result)
        if result is None and not made and reads and version(reads[0].tensor) != reads[0].version:
            made = [reads[0].tensor]  # it returns nothing and changes its first argument
        if made:
            with torch._C.DisableTorchFunction():
                sources, unknown = self._resolve(reads)
                if not reads and operation in _FROM_DATA and frame.escaped:
                    sources, frame.escaped = frame.escaped, []
                depending = {source for source in sources if self._build.from_input[source]}
                family = family_of_operation(operation, len(depending))
                settings, line = settings_of_call(args, kwargs), users_line(self.outermost)
                parameters = self._build.own(each.tensor for each in reads if isinstance(each.tensor, nn.Parameter))
                window = window_of_call(operation, args, kwargs)
                call = Call(name, operation, family, frame.path, "", settings, line, window)
                nodes = self._commit(call, made, sources, parameters)
                self.called(seen, func, nodes, unknown)
                if attention.is_attention(operation):
                    self._add_attention(call, operation, args, kwargs, sources, seen, unknown)
        elif operation in ESCAPES:
            frame.escaped += [node for read in reads for node in read.nodes]
        self._note_writes(reads, made)
        return result

    def _call_leaf(self, module: nn.Module, forward: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.inside:
            return forward(*args, **kwargs)
        reads = self._look((args, kwargs))
        seen = self._before(args, kwargs, reads)
        operation = torch_class(module).__name__
        path = self._paths[module]
        try:
            result = self.run_leaf(forward, args, kwargs)
        except Exception as error:
            self._failed = FailedCall(error, path or operation, operation, shapes_of((args, kwargs)))
            raise
        made = produced(operation, args, result)
        if made:
            with torch._C.DisableTorchFunction():
                sources, unknown = self._resolve(reads)
                settings, line = settings_of_module(module), users_line(self.outermost)
                family = family_of_module(module)
                window = window_of_module(module)
                call = Call(path or operation, operation, family, parent_path(path), path, settings, line, window)
                nodes = self._commit(call, made, sources, self._build.own(module.parameters()))
                self.called(seen, forward, nodes, unknown)
                if attention.is_attention(module):
                    self._add_attention(call, module, args, kwargs, sources, seen, unknown)
        self._note_writes(reads, made)
        return result

    def _call_opened(self, module: nn.Module, forward: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.inside:
            return forward(*args, **kwargs)
        reads = self._look((args, kwargs))
        seen = self._before(args, kwargs, reads)
        path = self._paths[module]
        call = self._build.count(f"call of {path}")
        frame = Frame(path, call, [node for read in reads for node in read.nodes])
        self._frames.append(frame)
        try:
            result = forward(*args, **kwargs)
        finally:
            self._frames.pop()
        parent = self._frames[-1]
        with torch._C.DisableTorchFunction():
            made = distinct(tensors(result))
            known = len(self._build.nodes)
            nodes = self._leave(module, frame, made)
            parent.made += nodes
            if len(nodes) == len(made) and any(node >= known for node in nodes):
                self.called(seen, forward, nodes, {})
        if not made:
            parent.escaped += frame.escaped
        return result

    def _before(self, args: tuple[Any, ...], kwargs: dict[str, Any], reads: list[Read]) -> Any:
        with torch._C.DisableTorchFunction():
            return self.before(args, kwargs, reads)

    def _leave(self, module: nn.Module, frame: Frame, outputs: list[Tensor]) -> list[int]:
        """The nodes that made what a user's module returned; the module itself is the node of an unknown tensor."""
        nodes = []
        for port, tensor in enumerate(outputs):
            node = self._producers.find(tensor)
            if node is None and id(tensor) not in self._constants:
                kind = type(module).__name__
                call = Call(frame.path or kind, kind, "other", parent_path(frame.path), frame.path)
                sources = self._sources_of_unknown(frame)
                node = self._build.add_port(call, shape_of(tensor), sources, frame.call, port)
                self._made(tensor, node)
            if node is not None:
                nodes.append(node)
        self._build.returned(frame.path, nodes)
        return nodes

    def _look(self, structure: Any) -> list[Read]:
        """Who made the tensors in `structure`, asked before an operation may write to them."""
        with torch._C.DisableTorchFunction():
            return [
                Read(tensor, self._producers.find_all(tensor), version(tensor), port)
                for port, tensor in enumerate(tensors(structure))
            ]

    def _commit(self, call: Call, made: list[Tensor], sources: list[int], parameters: int) -> list[int]:
        """The nodes of one operation."""
        nodes = self._build.add(call, made, sources, parameters)
        self._frames[-1].made += nodes
        for tensor, node in zip(made, nodes, strict=True):
            self._made(tensor, node)
        return nodes

    def _add_attention(
        self,
        call: Call,
        what: nn.Module | str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        sources: list[int],
        seen: Any,
        opaque: Mapping[int, int],
    ) -> None:
        """The node of an attention's weights."""
        shape = attention.weights_shape(what, args, kwargs)
        if shape is not None:
            path = call.layer or call.module
            name = f"{path}.attention_weights" if path else "attention_weights"
            weights = Call(name, attention.OPERATION, "attention", call.module, call.layer, "", call.line)
            node = self._build.add_port(weights, shape, sources, self._build.count(name), 0)
            self.called(seen, lambda *args, **kwargs: attention.attention_weights(what, args, kwargs), [node], opaque)

    def _resolve(self, reads: list[Read]) -> tuple[list[int], dict[int, int]]:
        """The nodes behind `reads`, in the order of the arguments, and those of the tensors from nowhere, by their ids.

        A tensor from nowhere gets an opaque node.
        """
        sources: list[int] = []
        opaque: dict[int, int] = {}
        for read in reads:
            key = id(read.tensor)
            if not read.nodes and key not in self._constants and key not in opaque:
                opaque[key] = self._add_opaque(read)
            sources += [opaque[key]] if key in opaque else read.nodes
        return list(dict.fromkeys(sources)), opaque

    def _add_opaque(self, read: Read) -> int:
        frame = self._frames[-1]
        name = f"{frame.path}.opaque" if frame.path else "opaque"
        sources = self._sources_of_unknown(frame)
        call = Call(name, "opaque", "other", frame.path, line=users_line(self.outermost))
        node = self._build.add_port(call, shape_of(read.tensor), sources, self._build.count(name), read.port)
        frame.made.append(node)
        self._made(read.tensor, node)
        return node

    def _sources_of_unknown(self, frame: Frame) -> list[int]:
        if frame.escaped:
            escaped, frame.escaped = list(dict.fromkeys(frame.escaped)), []
            return escaped
        build = self._build
        unread = [node for node in dict.fromkeys(frame.made) if node not in build.read and build.from_input[node]]
        if unread:
            return unread
        enclosing = next((each for each in reversed(self._frames) if each.inputs), self._frames[0])
        return list(dict.fromkeys(frame.inputs or enclosing.inputs))

    def _made(self, tensor: Tensor, node: int) -> None:
        self._producers.made(tensor, node)
        if self._probes and (probe := self._probes.pop(id(tensor), None)) and probe[0]() is tensor:
            self._build.probed(node, *probe[1:])

    def _note_writes(self, reads: list[Read], made: list[Tensor]) -> None:
        """After an operation: its arguments that changed hold its result from now on."""
        with torch._C.DisableTorchFunction():
            changed = [read.tensor for read in reads if version(read.tensor) != read.version]
            for tensor in changed if made else ():
                among = any(tensor is each for each in made)
                if among or not any(share_memory(tensor, each) for each in made):  # views of one base change together
                    node = self._producers.find(tensor if among else made[0])
                    if node is not None:
                        self.wrote(tensor, node)

    def _probed(self, tensor: Any, name: str, module: Any, after: tuple[str, ...]) -> None:
        """vrcnn.probe was called: the node that made the tensor bears the name."""
        if self.inside or not isinstance(tensor, Tensor):
            return
        with torch._C.DisableTorchFunction():
            layer = self._paths.get(module, "")
            node = self._producers.find(tensor)
            if node is None:
                self._probes[id(tensor)] = ref(tensor), str(name), layer, after
            elif self._build.nodes[node].shape == shape_of(tensor):
                self._build.probed(node, str(name), layer, after)

    def _add_input(self, name: str, tensor: Tensor, port: int) -> int:
        node = self._build.add_port(
            Call(name, "input", "input", ""), shape_of(tensor), [], self._build.count(name), port
        )
        self._made(tensor, node)
        return node


Tracer.outermost = Tracer.run.__code__
