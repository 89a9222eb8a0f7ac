"""A traced pass that can be run again call by call, each on inputs that come from elsewhere: how the graph is checked.

A call on the tape knows of every tensor it read which nodes had given it its numbers. A tensor that was
written to in part is put together again: first what it was made as, then every later write, each at its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from vrcnn.network.given import tensors_before
from vrcnn.network.graph import Graph
from vrcnn.network.operations import plain_name, produced, unwrap
from vrcnn.network.structures import distinct, tensors
from vrcnn.network.trace import Read, Tracer

ValueOf = Callable[[int], Tensor]


@dataclass(frozen=True)
class Place:
    """Where in its memory a tensor lies: how its numbers are to be read from bytes."""

    dtype: torch.dtype
    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int

    @classmethod
    def of(cls, tensor: Tensor) -> Place:
        return cls(tensor.dtype, tuple(tensor.shape), tensor.stride(), int(tensor.storage_offset()))

    def within(self, memory: Tensor) -> Tensor:
        """The view of `memory`, a line of bytes."""
        whole = memory[: memory.numel() // self.dtype.itemsize * self.dtype.itemsize].view(self.dtype)
        return whole.as_strided(self.size, self.stride, self.offset)


@dataclass(frozen=True)
class Remembered:
    """A tensor that a call read, and how to have it again.

    Attributes:
        nodes: the nodes that it has its numbers from, the latest last; none for a constant.
        constant: the tensor itself in that case.
        place, bytes: where it lay in memory, and how large that was; None where the last node alone tells all.
        places: where each of `nodes` had put its tensor.
        memory: the bytes as they were before, where they belong to a tensor of the network, such as a buffer.
    """

    nodes: tuple[int, ...]
    constant: Tensor | None = None
    place: Place | None = None
    bytes: int = 0
    places: tuple[Place, ...] = ()
    memory: Tensor | None = None

    def tensor(self, value_of: ValueOf) -> Tensor:
        """A tensor with these numbers that nobody else holds."""
        if self.constant is not None:
            return self.constant if isinstance(self.constant, nn.Parameter) else _copied(self.constant)
        if self.place is None:
            return _copied(value_of(self.nodes[-1]))
        if self.memory is None:
            memory = torch.zeros(self.bytes, dtype=torch.uint8, device=value_of(self.nodes[-1]).device)
        else:
            memory = self.memory.clone()
        for node, place in zip(self.nodes, self.places, strict=True):
            place.within(memory).copy_(value_of(node))
        return self.place.within(memory)


@dataclass(frozen=True)
class Surroundings:
    """What torch's calls depend on besides their arguments: random state (on the CPU) and automatic precision."""

    random: Tensor
    precision: tuple[tuple[str, torch.dtype, bool], ...]

    @classmethod
    def now(cls) -> Surroundings:
        kinds = ("cpu", "cuda") if torch.cuda.is_initialized() else ("cpu",)
        precision = tuple((kind, torch.get_autocast_dtype(kind), torch.is_autocast_enabled(kind)) for kind in kinds)
        return cls(torch.get_rng_state(), precision)

    @contextmanager
    def again(self) -> Iterator[None]:
        """Inside, it is as it was; afterwards, as before."""
        with ExitStack() as stack:
            stack.enter_context(torch.random.fork_rng(devices=[]))
            torch.set_rng_state(self.random)
            for kind, kept, enabled in self.precision:
                if enabled or torch.is_autocast_enabled(kind):
                    stack.enter_context(torch.autocast(kind, kept, enabled))
            yield


@dataclass(frozen=True)
class Call:
    """One call of the pass.

    Attributes:
        nodes: what it made, by port (indices of the full graph).
        reads: the nodes whose tensors it needs.
    """

    nodes: tuple[int, ...]
    reads: frozenset[int]
    _run: Callable[..., Any]
    _operation: str
    _given: Any
    _surroundings: Surroundings

    def replay(self, value_of: ValueOf) -> list[Tensor]:
        """Runs this call alone, on inputs made of `value_of(node)` for the nodes that it reads; its outputs by port.

        The tensors of `value_of` are not written to. torch's random state becomes that of the pass for the length of
        the call (on the CPU). The network's parameters are read as they are now.
        """
        memory: dict[int, Tensor] = {}
        arguments, keywords = _restored(self._given, value_of, memory)
        with torch.no_grad(), self._surroundings.again():
            result = self._run(*arguments, **keywords)
        return produced(self._operation, arguments, result) or distinct(tensors(result))


@dataclass(frozen=True)
class Tape:
    """A pass with all of its calls. Inputs and opaque nodes belong to none."""

    graph: Graph
    calls: tuple[Call, ...]


def record_tape(module: nn.Module, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Tape:
    """Traces the network as trace.trace does, and keeps what its calls need to be replayed.

    All activations stay in memory until the pass ends. Raises ForwardError when the forward fails.
    """
    taping = _Taping(unwrap(module))
    graph = taping.run(arguments, dict(keywords))
    return Tape(graph, tuple(taping.calls))


@dataclass(frozen=True)
class _Seen:
    """The arguments of a call, each tensor replaced by its id, and what is remembered of each."""

    structure: Any
    remembered: dict[int, Remembered]
    surroundings: Surroundings


class _Taping(Tracer):
    def __init__(self, network: nn.Module) -> None:
        super().__init__(network)
        self.calls: list[Call] = []
        self._places: dict[int, Place] = {}  # by node: where it wrote in place
        self._kept: list[Tensor] = []  # so that no id is used twice
        self._networks = {
            tensor.untyped_storage()._cdata
            for tensor in tensors_before(self._paths)
            if tensor.layout is torch.strided and not nn.parameter.is_lazy(tensor)
        }

    def before(self, arguments: tuple[Any, ...], keywords: Mapping[str, Any], reads: Sequence[Read]) -> _Seen:
        remembered = {id(read.tensor): self._remember(read) for read in reads}
        return _Seen(_stripped((arguments, dict(keywords))), remembered, Surroundings.now())

    def called(self, seen: _Seen, run: Callable[..., Any], nodes: Sequence[int], opaque: Mapping[int, int]) -> None:
        remembered = seen.remembered | {key: Remembered((node,)) for key, node in opaque.items()}
        needed = frozenset(node for each in remembered.values() for node in each.nodes)
        given = _replaced(seen.structure, remembered)
        self.calls.append(Call(tuple(nodes), needed, run, plain_name(run), given, seen.surroundings))

    def wrote(self, tensor: Tensor, node: int) -> None:
        super().wrote(tensor, node)
        place = Place.of(tensor)
        if self._build.nodes[node].shape == place.size:  # else it changed an argument besides what it returned
            self._places[node] = place

    def _remember(self, read: Read) -> Remembered:
        tensor = read.tensor
        self._kept.append(tensor)
        if not read.nodes:
            return Remembered((), tensor if isinstance(tensor, nn.Parameter) else _copied(tensor))
        if tensor.layout is not torch.strided or tensor.is_nested or tensor.is_conj() or tensor.is_neg():
            return Remembered(read.nodes)
        place = Place.of(tensor)
        # The first node may have returned this tensor itself; all others wrote into its memory.
        known = [self._places.get(read.nodes[0], place), *(self._places.get(node) for node in read.nodes[1:])]
        places = tuple(each for each in known if each is not None)
        if len(places) != len(known) or not all(map(_distinct_numbers, (place, *places))):
            return Remembered(read.nodes)
        storage = tensor.untyped_storage()
        memory = None
        if storage._cdata in self._networks:
            memory = torch.empty(0, dtype=torch.uint8, device=tensor.device).set_(storage).clone()
        return Remembered(read.nodes, None, place, storage.nbytes(), places, memory)


@dataclass(frozen=True)
class _Hole:
    """Stands for the tensor with this id."""

    key: int


def _stripped(structure: Any) -> Any:
    return _mapped(structure, lambda item: _Hole(id(item)) if isinstance(item, Tensor) else item)


def _replaced(structure: Any, remembered: Mapping[int, Remembered]) -> Any:
    def put(item: Any) -> Any:
        return (item.key, remembered[item.key]) if isinstance(item, _Hole) else item

    return _mapped(structure, put)


def _restored(structure: Any, value_of: ValueOf, made: dict[int, Tensor]) -> Any:
    def put(item: Any) -> Any:
        if isinstance(item, tuple) and len(item) == 2 and isinstance(item[1], Remembered):
            key, remembered = item
            if key not in made:
                made[key] = remembered.tensor(value_of)
            return made[key]
        return item

    return _mapped(structure, put)


def _mapped(structure: Any, put: Callable[[Any], Any]) -> Any:
    """The same structure with `put` applied to everything in it that is no tuple, list, dictionary or dataclass."""
    replaced = put(structure)
    if replaced is not structure:
        return replaced
    if isinstance(structure, tuple):
        parts = [_mapped(item, put) for item in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else tuple(parts)
    if isinstance(structure, list):
        return [_mapped(item, put) for item in structure]
    if isinstance(structure, Mapping):
        return {key: _mapped(item, put) for key, item in structure.items()}
    if is_dataclass(structure) and not isinstance(structure, type | _Hole | Remembered):
        return replace(
            structure,
            **{each.name: _mapped(getattr(structure, each.name), put) for each in fields(structure) if each.init},
        )
    return structure


def _distinct_numbers(place: Place) -> bool:
    """Whether every number of the place has bytes of its own, as it has not in an expanded tensor."""
    reach = 1
    for stride, size in sorted(zip(place.stride, place.size, strict=True)):
        if size > 1:
            if stride < reach:
                return False
            reach = stride * (size - 1) + reach
    return True


def _copied(tensor: Tensor) -> Tensor:
    """A copy with the same strides, so that the same kernels are chosen for it."""
    if tensor.layout is not torch.strided or tensor.is_nested or not _distinct_numbers(Place.of(tensor)):
        return tensor.clone()
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device=tensor.device).copy_(tensor)
