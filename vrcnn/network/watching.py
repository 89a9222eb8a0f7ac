"""Records the passes that a program sends through a network, and leaves both as they are."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vrcnn.errors import UserError
from vrcnn.network.axes import with_axes
from vrcnn.network.example import given_at, mapped, picture_place
from vrcnn.network.given import named_inputs
from vrcnn.network.graph import Graph, Node
from vrcnn.network.guard import unchanged
from vrcnn.network.interception import Forward
from vrcnn.network.keeping import Keeping, Memory, Way, copied
from vrcnn.network.live import Collector, LiveTracer, is_compiled, leave, listen
from vrcnn.network.operations import module_paths, unwrap
from vrcnn.network.scope import LEVELS
from vrcnn.network.structures import tensors

COMPILED = (
    "What torch.compile has compiled cannot be looked into while it runs: its passes were run a second time without "
    "the compiler, on the same inputs, so that the maps may differ from the program's own in the last digits."
)


@dataclass(frozen=True)
class WatchOptions:
    """Which passes are kept, and what of them; see vrcnn.watch."""

    every: int = 1
    at_most: int = 64
    last: int | None = None
    layers: tuple[str, ...] = ()
    exact: bool = False
    memory: int = 1 << 30
    detail: str = "layers"

    def check(self) -> None:
        """Raises UserError for what cannot be."""
        for name, value in (("every", self.every), ("at_most", self.at_most), ("last", self.last or 1)):
            if value < 1:
                raise UserError(f"{name}={value} is no number of passes: give 1 or more.")
        if self.memory < 1:
            raise UserError(f"memory={self.memory} is no amount of memory: give bytes, such as 1 << 30.")
        if self.detail not in LEVELS:
            raise UserError(f"There is no detail {self.detail!r}: choose one of {', '.join(LEVELS)}.")


@dataclass(frozen=True)
class Passed:
    """One pass that was kept.

    Attributes:
        number: how-manieth call of the network or a part of it this was, from 1.
        root: the path of the part that was called, "" for the network.
        way: the graph that it took.
        values: by node of way.full, the first item of a batch.
        picture: the node of the input that is a picture, a signal or a volume; None without one.
        alone: whether that is one of a list, without a batch axis.
        inputs: what was given, as (name, shape, dtype).
        output: what was returned: its tensors as arrays, of a batch the first item, in tuples, lists and dictionaries.
        seconds: what the pass took, with the watching.
        left_out: how many layers there was no room for.
    """

    number: int
    root: str
    way: Way
    values: Mapping[int, np.ndarray]
    picture: int | None
    alone: bool
    inputs: tuple[tuple[str, tuple[int, ...], str], ...]
    output: Any
    seconds: float
    left_out: int = 0
    bytes: int = 0

    @property
    def name(self) -> str:
        """Such as "pass 3" or "pass 3: encoder"."""
        return f"pass {self.number}: {self.root}" if self.root else f"pass {self.number}"


class Watching:
    """Listens to the calls of a network's modules between `start` and `stop`, on all threads.

    Attributes:
        passes: those that are kept, in the order in which they began.
        seen: how many there were.
        notes: sentences about what was not recorded, or not as it was.
    """

    def __init__(self, module: nn.Module, options: WatchOptions) -> None:
        if not isinstance(module, nn.Module):
            raise UserError(f"{type(module).__name__} is not a torch module: give the network itself.")
        options.check()
        self.network = unwrap(module)
        self.options = options
        self.memory = Memory(options.memory)
        self.passes: deque[Passed] = deque()
        self.seen = 0
        self.notes: dict[str, None] = {}
        self._paths = module_paths(self.network)
        self._wrappers = _wrappers(module)
        self._ways: dict[tuple[Any, ...], list[Way]] = {}
        self._full = False  # whether no more passes can be kept
        self._lock = threading.RLock()
        self._thread = threading.local()
        self.on = False

    def start(self) -> None:
        """From now on passes are recorded. Raises UserError where they are already."""
        with self._lock:
            if self.on:
                raise UserError("This watches already: leave its `with` block first, or watch a second time.")
            self.on = True
        listen(self)

    def stop(self) -> None:
        """No more."""
        leave(self)
        self.on = False

    def knows(self, module: nn.Module) -> bool:
        return module in self._paths or module in self._wrappers

    def called(self, module: nn.Module, run: Forward, /, *args: Any, **kwargs: Any) -> Any:
        """A module of the network is called: a part of the pass that is under way on this thread, or a pass."""
        current = getattr(self._thread, "current", None)
        if current is not None:
            return current(module, run, args, kwargs)
        if module in self._wrappers and not is_compiled(module) and not _is_spread(module):
            return run(*args, **kwargs)  # and calls the network
        if _is_bystanding() or not (number := self._number()):
            return self._unwatched(run, args, kwargs)
        if module in self._wrappers or is_compiled(module):
            return self._replayed(number, run, args, kwargs)
        return self._followed(number, module, run, args, kwargs)

    def _unwatched(self, run: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._thread.current = lambda module, run, args, kwargs: run(*args, **kwargs)
        try:
            return run(*args, **kwargs)
        finally:
            self._thread.current = None

    def _number(self) -> int:
        """Of the pass that begins; 0 where it is not to be recorded."""
        with self._lock:
            self.seen += 1
            options = self.options
            due = (self.seen - 1) % options.every == 0 and not self._full
            if options.last is None and (self.seen - 1) // options.every >= options.at_most:
                due = False
            return self.seen if due else 0

    def _followed(
        self, number: int, module: nn.Module, run: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        pass_ = self._begin(number, module, args, kwargs)
        if pass_ is None:
            return self._unwatched(run, args, kwargs)
        tracer = LiveTracer(self.network, pass_.keeping)
        self._thread.current = tracer.part
        try:
            result = tracer.follow(module, run, args, kwargs)
        except BaseException:
            pass_.keeping.drop()
            self._note(f"Pass {number} raised an exception, so it was not kept.")
            raise
        finally:
            self._thread.current = None
        if tracer.graph is None:
            pass_.keeping.drop()
            self._note(f"Pass {number} could not be recorded ({_told(tracer.broken)}); the program went on.")
        else:
            self._keep(pass_, tracer.graph, result)
        return result

    def _replayed(self, number: int, run: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The program's own pass as it is, then one of the uncompiled network on copies of its inputs."""
        network = self.network
        given, named = _copies((args, kwargs))
        modes = [(module, module.training) for module in network.modules()]
        state, devices = torch.get_rng_state(), _random_of_devices()
        result = self._unwatched(run, args, kwargs)
        pass_ = self._begin(number, network, given, named)
        if pass_ is None:
            return result
        try:
            with unchanged(network):
                for module, training in modes:
                    if module.training != training:
                        module.training = training
                torch.set_rng_state(state)
                for device, random in devices:
                    torch.cuda.set_rng_state(random, device)
                collector = Collector(network, pass_.keeping)
                raw = collector.run(given, named)
        except Exception as error:
            pass_.keeping.drop()
            self._note(f"Pass {number} could not be run without the compiler ({_told(error)}), so it was not kept.")
        else:
            self.notes[COMPILED] = None
            self._keep(pass_, raw, result)
        return result

    def _begin(self, number: int, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Pass | None:
        try:
            inputs = named_inputs(module, args, kwargs)
            shapes = tuple((name, tuple(tensor.shape), str(tensor.dtype)) for name, tensor, _ in inputs)
            place = picture_place(args, kwargs)
            tensor, alone = (None, False) if place is None else given_at(args, kwargs, place)
            picture = next((index for index, each in enumerate(inputs) if each[1] is tensor), None)
            batch = 1
            if tensor is not None and tensor.ndim > 3 and not alone:
                batch = tensor.shape[0]
            root = self._paths[module]
            with self._lock:
                likely = next(iter(self._ways.get((root, shapes), ())), None)
            keeping = Keeping(self.memory, self.options.exact, self._is_chosen, likely, batch, self._make_room)
            return _Pass(number, module, root, shapes, picture, alone, batch, keeping, time.perf_counter())
        except Exception as error:
            self._note(f"Pass {number} could not be recorded ({_told(error)}); the program went on.")
            return None

    def _keep(self, pass_: _Pass, raw: Graph, result: Any) -> None:
        """The pass has ended."""
        try:
            way = self._way(pass_, raw)
            pass_.keeping.settle(way)
            output, size = _output(result, pass_.batch, self.memory)
        except Exception as error:
            pass_.keeping.drop()
            self._note(f"Pass {pass_.number} could not be recorded ({_told(error)}); the program went on.")
            return
        keeping, seconds = pass_.keeping, time.perf_counter() - pass_.began
        left_out = len(keeping.left_out)
        passed = Passed(
            pass_.number, pass_.root, way, keeping.values, pass_.picture, pass_.alone, pass_.inputs, output, seconds,
            left_out, keeping.bytes + size,
        )  # fmt: skip
        with self._lock:
            if left_out and not keeping.values:
                self.memory.free(size)
                self._full = self.options.last is None
                self._note(f"The memory is full, so no pass after {pass_.number - 1} was kept: give more with memory=.")
                return
            if left_out:
                self._note(f"There was no room for all layers of pass {pass_.number}: give more with memory=.")
            self.passes.append(passed)
            while self.options.last is not None and len(self.passes) > self.options.last:
                self.memory.free(self.passes.popleft().bytes)

    def _way(self, pass_: _Pass, raw: Graph) -> Way:
        key = pass_.root, pass_.inputs
        with self._lock:
            known = self._ways.setdefault(key, [])
            found = next((way for way in known if way.raw == raw), None)
            if found is not None:
                known.remove(found)
            known.insert(0, found := found or Way.of(pass_.root, raw, with_axes(raw), self.options.detail))
            return found

    def _make_room(self, size: int) -> bool:
        """Of passes of which only the last are wanted, the first ones go."""
        if self.options.last is None:
            return False
        with self._lock:
            while self.passes and self.memory.used + size > self.memory.limit:
                self.memory.free(self.passes.popleft().bytes)
                self._note("The memory was full, so fewer passes than last= says were kept: give more with memory=.")
            return self.memory.used + size <= self.memory.limit

    def _is_chosen(self, node: Node) -> bool:
        layers = self.options.layers
        return not layers or node.family == "input" or any(_is_meant(node, layer) for layer in layers)

    def unmet(self) -> tuple[str, ...]:
        """Of the layers that were asked for those that no pass has had."""
        ways = {id(passed.way): passed.way for passed in self.passes}.values()
        nodes = [node for way in ways for node in way.raw.nodes]
        asked = self.options.layers if nodes else ()
        return tuple(layer for layer in asked if not any(_is_meant(node, layer) for node in nodes))

    def _note(self, words: str) -> None:
        with self._lock:
            if len(self.notes) < 20:
                self.notes[words] = None


@dataclass(frozen=True)
class _Pass:
    """A pass that is under way; as in Passed. `batch` is the number of pictures that came together."""

    number: int
    module: nn.Module
    root: str
    inputs: tuple[tuple[str, tuple[int, ...], str], ...]
    picture: int | None
    alone: bool
    batch: int
    keeping: Keeping
    began: float


def _is_meant(node: Node, layer: str) -> bool:
    """A name of a layer means it and all inside it; with * and ? it is a pattern for names."""
    for name in (node.name, node.layer, node.module):
        if name == layer or name.startswith((f"{layer}.", f"{layer}@")) or fnmatchcase(name, layer):
            return True
    return False


def _wrappers(module: nn.Module) -> dict[nn.Module, None]:
    """What stands around the network itself: torch.compile, DataParallel."""
    found: dict[nn.Module, None] = {}
    network = unwrap(module)
    while module is not network:
        found[module] = None
        inside = getattr(module, "_orig_mod", None)
        module = inside if isinstance(inside, nn.Module) else module.module  # type: ignore[assignment]
    return found


def _is_spread(module: nn.Module) -> bool:
    """Whether DataParallel sends the parts of a batch to copies of the network."""
    return isinstance(module, nn.DataParallel) and len(getattr(module, "device_ids", ())) > 1


def _is_bystanding() -> bool:
    """Whether this call is none of a pass's own: a layer that is run again for its gradients, or torch's tracing."""
    return torch._C._current_graph_task_id() != -1 or torch._C._get_tracing_state() is not None


def _copies(structure: Any) -> Any:
    """The same with copies of all tensors, that a pass may write to."""
    with torch._C.DisableTorchFunction(), torch.no_grad():
        args, kwargs = structure
        return (
            tuple(mapped(value, lambda tensor: tensor.detach().clone()) for value in args),
            {name: mapped(value, lambda tensor: tensor.detach().clone()) for name, value in kwargs.items()},
        )


def _random_of_devices() -> list[tuple[int, Tensor]]:
    if not torch.cuda.is_initialized():
        return []
    return [(device, torch.cuda.get_rng_state(device)) for device in range(torch.cuda.device_count())]


def _output(result: Any, batch: int, memory: Memory) -> tuple[Any, int]:
    """Plain data of what was returned, as far as there is room, and its bytes."""
    size = 0

    def kept(value: Any) -> Any:
        nonlocal size
        match value:
            case Tensor():
                if value.is_nested:
                    return None
                first = value.narrow(0, 0, 1) if batch > 1 and value.ndim and value.shape[0] == batch else value
                needed = first.numel() * max(4, first.element_size())
                if not memory.reserve(needed):
                    return None
                size += needed
                return copied(first, exact=True)
            case Mapping():
                return {str(key): kept(part) for key, part in value.items()}
            case tuple() if hasattr(value, "_fields"):
                return {name: kept(part) for name, part in zip(value._fields, value, strict=True)}
            case tuple() | list():
                return [kept(part) for part in (value[:1] if batch > 1 and len(value) == batch else value)]
            case bool() | int() | float() | str():
                return value
        if is_dataclass(value) and not isinstance(value, type):
            return {field.name: kept(getattr(value, field.name, None)) for field in fields(value)}
        return None

    with torch._C.DisableTorchFunction(), torch.no_grad():
        return (kept(result) if tensors(result) else None), size


def _told(error: BaseException | None) -> str:
    return "it cannot be followed" if error is None else " ".join(f"{type(error).__name__}: {error}".split())[:200]
