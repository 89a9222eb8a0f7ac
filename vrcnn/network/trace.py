"""Reads the graph of a network from one eager forward pass, unchanged, without keeping any activation.

Nodes are the calls of torch's own modules and the functional operations between them. A tensor that turns up without
a known producer (a custom autograd function on numpy, an extension in C++, TorchScript) comes from an "opaque" node
that reads what the enclosing module had made and nobody had read yet, so that no path from input to output is lost.
What the network returns needs no nodes of its own: Graph.outputs names the nodes that made it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import GeneratorType
from typing import Any

import torch
from torch import Tensor, nn

from vrcnn.network.failure import FailedCall, ForwardError, explain, shapes_of
from vrcnn.network.families import family_of_module, family_of_operation
from vrcnn.network.graph import Edge, Graph, Group, Node
from vrcnn.network.interception import Forward, Watch, intercepted
from vrcnn.network.operations import (
    ESCAPES,
    is_leaf,
    module_paths,
    operation_name,
    parent_path,
    produced,
    torch_class,
    unwrap,
    without_compilation,
)
from vrcnn.network.producers import Producers, version
from vrcnn.network.structures import distinct, named_tensors, tensors

__all__ = ["ForwardError", "trace"]

_FROM_DATA = frozenset({"tensor", "as_tensor", "asarray", "frombuffer", "scalar_tensor"})


def trace(module: nn.Module, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Graph:
    """Runs `module(*arguments, **keywords)` once and returns all that it did, as a full graph.

    The pass runs in the mode that the module is in and without gradients; see guard.unchanged for leaving the module
    as it was. Lazy layers are initialized by a pass before. Raises ForwardError when the forward fails.
    """
    return _Tracer(unwrap(module)).run(arguments, dict(keywords))


@dataclass
class _Frame:
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
class _Read:
    """A tensor that an operation is about to read: its producer and how often it was written to before."""

    tensor: Tensor
    node: int | None
    version: int
    port: int


class _Tracer(Watch):
    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self._network = network
        self._paths = module_paths(network)
        self._producers = Producers()
        self._constants = {id(tensor) for tensor in _tensors_before(self._paths)}
        self._owned: set[int] = set()  # parameters that have a node
        self._nodes: list[Node] = []
        self._edges: dict[Edge, None] = {}
        self._from_input: list[bool] = []
        self._read: set[int] = set()
        self._calls: dict[str, int] = {}
        self._frames: list[_Frame] = []
        self._failed: FailedCall | None = None

    def run(self, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Graph:
        inputs = [self._add_input(*each) for each in _named_inputs(self._network, arguments, keywords)]
        frame = _Frame("", 0, inputs)
        self._frames.append(frame)
        watched = [module for module in self._paths if is_leaf(module) or module is not self._network]
        try:
            if any(nn.parameter.is_lazy(parameter) for parameter in self._network.parameters()):
                with torch.no_grad():  # what initializes a lazy layer is no part of its graph
                    self._network(*arguments, **keywords)
            with torch.no_grad(), without_compilation(), intercepted(watched, self._wrap), self:
                output = self._network(*arguments, **keywords)
                if isinstance(output, GeneratorType):
                    output = list(output)
        except Exception as error:
            inputs_given = (arguments, keywords)
            raise explain(error, self._failed, self._paths, inputs_given, self._network) from error
        outputs = self._leave(self._network, frame, distinct(tensors(output)))
        return Graph(tuple(self._nodes), tuple(self._edges), self._groups(), tuple(dict.fromkeys(outputs)))

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
        operation = operation_name(func)
        frame = self._frames[-1]
        name = f"{frame.path}.{operation}" if frame.path else operation
        try:
            result = func(*args, **kwargs)
        except Exception as error:
            self._failed = FailedCall(error, name, operation, shapes_of((args, kwargs)))
            raise
        made = produced(operation, args, result)
        if made:
            parameters_read = (each.tensor for each in reads if isinstance(each.tensor, nn.Parameter))
            parameters = self._count_parameters(parameters_read)
            self._commit(name, operation, None, frame.path, parameters, reads, made)
        elif operation in ESCAPES:
            frame.escaped += [read.node for read in reads if read.node is not None]
        self._note_writes(reads, made)
        return result

    def _call_leaf(self, module: nn.Module, forward: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.inside:
            return forward(*args, **kwargs)
        reads = self._look((args, kwargs))
        operation = torch_class(module).__name__
        path = self._paths[module] or operation
        try:
            result = self.run_leaf(forward, args, kwargs)
        except Exception as error:
            self._failed = FailedCall(error, path, operation, shapes_of((args, kwargs)))
            raise
        made = produced(operation, args, result)
        if made:
            family, parameters = family_of_module(module), self._count_parameters(module.parameters())
            self._commit(path, operation, family, parent_path(path), parameters, reads, made)
        self._note_writes(reads, made)
        return result

    def _call_opened(self, module: nn.Module, forward: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.inside:
            return forward(*args, **kwargs)
        inputs = [read.node for read in self._look((args, kwargs)) if read.node is not None]
        path = self._paths[module]
        call = self._count(f"call of {path}")
        frame = _Frame(path, call, inputs)
        self._frames.append(frame)
        try:
            result = forward(*args, **kwargs)
        finally:
            self._frames.pop()
        parent = self._frames[-1]
        with torch._C.DisableTorchFunction():
            made = distinct(tensors(result))
            parent.made += self._leave(module, frame, made)
        if not made:
            parent.escaped += frame.escaped
        return result

    def _leave(self, module: nn.Module, frame: _Frame, outputs: list[Tensor]) -> list[int]:
        """The nodes that made what a user's module returned; the module itself is the node of an unknown tensor."""
        nodes = []
        for port, tensor in enumerate(outputs):
            node = self._producers.find(tensor)
            if node is None and id(tensor) not in self._constants:
                kind = type(module).__name__
                name = _ported(_numbered(frame.path or kind, frame.call), port)
                sources = self._sources_of_unknown(frame)
                node = self._add(name, kind, "other", parent_path(frame.path), tensor, frame.call, 0, sources, port)
                self._producers.made(tensor, node)
            if node is not None:
                nodes.append(node)
        return nodes

    def _look(self, structure: Any) -> list[_Read]:
        """Who made the tensors in `structure`, asked before an operation may write to them."""
        with torch._C.DisableTorchFunction():
            return [
                _Read(tensor, self._producers.find(tensor), version(tensor), port)
                for port, tensor in enumerate(tensors(structure))
            ]

    def _commit(
        self,
        name: str,
        operation: str,
        family: str | None,
        enclosing: str,
        parameters: int,
        reads: list[_Read],
        made: list[Tensor],
    ) -> None:
        """Adds the nodes of one operation; `family` None is that of a functional operation."""
        with torch._C.DisableTorchFunction():
            sources = self._resolve(reads)
            frame = self._frames[-1]
            if not reads and operation in _FROM_DATA and frame.escaped:
                sources, frame.escaped = frame.escaped, []
            if family is None:
                depending = {source for source in sources if self._from_input[source]}
                family = family_of_operation(operation, len(depending))
            call = self._count(name)
            unique = _numbered(name, call)
            for port, tensor in enumerate(made):
                ported = _ported(unique, port)
                node = self._add(ported, operation, family, enclosing, tensor, call, parameters, sources, port)
                frame.made.append(node)
                self._producers.made(tensor, node)
                parameters = 0

    def _resolve(self, reads: list[_Read]) -> list[int]:
        """The nodes behind `reads`, in the order of the arguments; unknown tensors get an opaque node."""
        sources: dict[int, None] = {}
        unknown: dict[int, int] = {}
        for read in reads:
            node = read.node if read.node is not None else unknown.get(id(read.tensor))
            if node is None and id(read.tensor) not in self._constants:
                node = unknown[id(read.tensor)] = self._add_opaque(read)
            if node is not None:
                sources[node] = None
        return list(sources)

    def _add_opaque(self, read: _Read) -> int:
        frame = self._frames[-1]
        name = f"{frame.path}.opaque" if frame.path else "opaque"
        call = self._count(name)
        sources = self._sources_of_unknown(frame)
        unique = _numbered(name, call)
        node = self._add(unique, "opaque", "other", frame.path, read.tensor, call, 0, sources, read.port)
        frame.made.append(node)
        self._producers.made(read.tensor, node)
        return node

    def _sources_of_unknown(self, frame: _Frame) -> list[int]:
        if frame.escaped:
            escaped, frame.escaped = list(dict.fromkeys(frame.escaped)), []
            return escaped
        unread = [node for node in dict.fromkeys(frame.made) if node not in self._read and self._from_input[node]]
        if unread:
            return unread
        enclosing = next((each for each in reversed(self._frames) if each.inputs), self._frames[0])
        return list(dict.fromkeys(frame.inputs or enclosing.inputs))

    def _note_writes(self, reads: list[_Read], made: list[Tensor]) -> None:
        """After an operation: its arguments that changed hold its result from now on."""
        with torch._C.DisableTorchFunction():
            for read in reads:
                if version(read.tensor) == read.version:
                    continue
                node = self._producers.find(made[0]) if made else None
                if node is not None:
                    self._producers.wrote(read.tensor, node)

    def _add_input(self, name: str, tensor: Tensor, port: int) -> int:
        call = self._count(name)
        node = self._add(_numbered(name, call), "input", "input", "", tensor, 0, 0, [], port)
        self._producers.made(tensor, node)
        self._from_input[node] = True
        return node

    def _add(
        self,
        name: str,
        operation: str,
        family: str,
        enclosing: str,
        tensor: Tensor,
        call: int,
        parameters: int,
        sources: list[int],
        port: int,
    ) -> int:
        index = len(self._nodes)
        shape = () if tensor.is_nested else tuple(tensor.shape)
        self._nodes.append(Node(index, name, operation, family, enclosing, shape, call, parameters, port=port))
        self._edges.update((Edge(source, index), None) for source in sources)
        self._read.update(sources)
        self._from_input.append(any(self._from_input[source] for source in sources))
        return index

    def _count(self, name: str) -> int:
        """How often the name was counted before."""
        call = self._calls[name] = self._calls.get(name, -1) + 1
        return call

    def _count_parameters(self, owned: Iterator[Tensor]) -> int:
        """Numbers in those parameters that no earlier node has: each belongs to the node that first uses it."""
        total = 0
        with torch._C.DisableTorchFunction():
            for parameter in owned:
                if id(parameter) not in self._owned:
                    self._owned.add(id(parameter))
                    total += parameter.numel()
        return total

    def _groups(self) -> tuple[Group, ...]:
        groups = []
        for module, path in self._paths.items():
            if not path or is_leaf(module) or next(module.children(), None) is None:
                continue
            prefix = path + "."
            inside = tuple(node.index for node in self._nodes if node.module == path or node.module.startswith(prefix))
            if inside:
                groups.append(Group(path, type(module).__name__, inside))
        return tuple(groups)


def _numbered(name: str, call: int) -> str:
    return name if call == 0 else f"{name}@{call + 1}"


def _ported(name: str, port: int) -> str:
    return name if port == 0 else f"{name}[{port}]"


def _named_inputs(
    network: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any]
) -> list[tuple[str, Tensor, int]]:
    """(name, tensor, position) of every input tensor: "input" for a single one, else as the forward calls them."""
    given: list[tuple[str, Tensor]] = []
    try:
        bound = inspect.signature(network.forward).bind(*arguments, **keywords)
        names = [*bound.signature.parameters][: len(arguments)]
    except (TypeError, ValueError):  # a forward that is not Python, or that will fail on these arguments
        names = []
    for position, argument in enumerate(arguments):
        given += named_tensors(argument, names[position] if position < len(names) else f"input.{position}")
    given += named_tensors(keywords)
    unique = {id(tensor): (name, tensor, position) for position, (name, tensor) in reversed([*enumerate(given)])}
    ordered = sorted(unique.values(), key=lambda each: each[2])
    if len(ordered) == 1:
        return [("input", ordered[0][1], ordered[0][2])]
    return ordered


def _tensors_before(paths: Mapping[nn.Module, str]) -> list[Tensor]:
    """Tensors that were there before the pass: parameters, buffers, attributes, globals of the forwards' files."""
    found: list[Tensor] = []
    files: dict[int, dict[str, Any]] = {}
    for module in paths:
        found += tensors([*vars(module).values()])
        names = getattr(getattr(type(module), "forward", None), "__globals__", {})
        files[id(names)] = names
    for names in files.values():
        found += [value for value in names.values() if isinstance(value, Tensor)]
    return found
