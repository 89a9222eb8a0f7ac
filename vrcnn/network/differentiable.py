"""The part of a network that makes one tensor of its graph, as a function whose gradients can be asked for.

The forward ends right after the tensor. The rest is as in a recorded pass: calls are counted off along the graph, so
that the tensor is told from others of its name and nothing of the network is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cached_property
from typing import Any

import torch
import torch.utils.checkpoint
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from vrcnn.network.folding import Folding
from vrcnn.network.graph import Graph, Node
from vrcnn.network.guard import unchanged
from vrcnn.network.operations import unwrap
from vrcnn.network.recorder import Cancelled, Deliver, Diverged, Pass, Recorder, never
from vrcnn.network.structures import tensors


class _Reached(BaseException):
    """The tensor is there, and the rest of the forward need not run; no forward catches this with its exceptions."""


@contextmanager
def differentiable(module: nn.Module) -> Iterator[None]:
    """Inside, `module` is in eval mode and gradients are made, though not for its parameters; see guard.unchanged.

    Activations are kept for the backward where the network would run a part of its forward again instead, which nobody
    would watch.
    """
    with unchanged(module), _without_checkpoints():
        for parameter in module.parameters():
            if parameter.requires_grad:
                parameter.requires_grad_(False)
        with torch.enable_grad():
            yield


@contextmanager
def _without_checkpoints() -> Iterator[None]:
    """Inside, torch.utils.checkpoint.checkpoint just calls its function; by the names that it looks up at each call."""
    home: Any = torch.utils.checkpoint
    names = ("CheckpointFunction", "_checkpoint_without_reentrant_generator")
    own = {name: getattr(home, name) for name in names if hasattr(home, name)}
    try:
        for name, stand_in in zip(names, (_Called, _nothing_around), strict=True):
            if name in own:
                setattr(home, name, stand_in)
        yield
    finally:
        for name, value in own.items():
            setattr(home, name, value)


class _Called:
    """In place of torch.utils.checkpoint.CheckpointFunction."""

    @staticmethod
    def apply(function: Callable[..., Any], preserve: bool, *args: Any) -> Any:
        return function(*args)


def _nothing_around(*args: Any, **kwargs: Any) -> Iterator[None]:
    """In place of what torch.utils.checkpoint does before and after its function."""
    yield


def _copies(network: nn.Module) -> saved_tensors_hooks:
    """Inside, what is kept for the backward is copied, the network's parameters left out."""
    own = {parameter.data_ptr() for parameter in network.parameters()}
    return saved_tensors_hooks(lambda kept: kept if kept.data_ptr() in own else kept.clone(), lambda copy: copy)


class Truncated:
    """Runs `module` along its full `graph` as far as the last of the `tensors`, given by their indices.

    Inputs may be other than those that were traced: larger batches, pictures of other sizes. A `folded` pass takes
    convolutions and the batch normalizations behind them as one (network/folding.py), to the same tensors but for the
    last digits. A `copied` one keeps copies of what its backward needs, so that the forward may overwrite it in place.
    """

    def __init__(self, module: nn.Module, graph: Graph, *tensors: int) -> None:
        self._network = unwrap(module)
        self._recorder = Recorder(module, graph, {tensor: tensor for tensor in tensors})
        self._count = len(set(tensors))
        self._graph = graph
        self._tensors = frozenset(tensors)

    def run(
        self,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any],
        cancelled: Callable[[], bool] = never,
        folded: bool = False,
        copied: bool = False,
    ) -> Tensor:
        """The only tensor; with gradients where torch makes any, in an eval-mode module as inside `differentiable`.

        Raises Cancelled soon after `cancelled()` becomes true, here and in the backward that follows; Diverged when the
        pass takes another way than the graph, ForwardError when the forward fails.
        """
        found: list[Tensor] = []
        self.visit(arguments, keywords, lambda _, tensor: found.append(tensor), cancelled, folded, copied)
        return found[0]

    def visit(
        self,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any],
        deliver: Deliver,
        cancelled: Callable[[], bool] = never,
        folded: bool = False,
        copied: bool = False,
    ) -> None:
        """Calls `deliver(index, tensor)` for each of the tensors when it comes to exist; the rest as in `run`."""
        missing = self._count

        def hand_over(index: int, tensor: Tensor) -> None:
            nonlocal missing
            deliver(index, tensor)
            missing -= 1
            if not missing:
                raise _Reached

        watch = _Differentiated(self._recorder, hand_over, cancelled)
        if folded:
            watch.instead = self._folding.instead()
        try:
            with _copies(self._network) if copied else nullcontext():
                self._recorder.follow(watch, arguments, keywords)
        except _Reached:
            pass
        finally:
            self._let_go()
        if missing:
            raise Diverged("not all of the tensors were made")

    @cached_property
    def _folding(self) -> Folding:
        last = max(self._tensors, default=0)
        return Folding(self._network, self._graph, self._recorder.positions, self._tensors, last)

    def _let_go(self) -> None:
        _detach_buffers(self._network)


class Entire:
    """Runs `module` along its full `graph` from end to end, and hands over the `tensors`, given by their indices.

    The rest as in `Truncated`. A tensor that is handed over may be written to by an operation behind it; hooks that are
    registered on it at once, and edges of torch.autograd.graph, are still about what was handed over.
    """

    def __init__(self, module: nn.Module, graph: Graph, wanted: Mapping[int, int] | None = None) -> None:
        """`wanted` maps indices of the graph's nodes to the keys that `deliver` gets."""
        self._network = unwrap(module)
        self._recorder = Recorder(module, graph, wanted or {})

    def makes(self, node: Node) -> bool:
        """Whether the tensor of this node is what a single call returns, so that it can have a substitute."""
        return node.index in self._recorder.positions and node.port == 0 and node.family != "input"

    def run(
        self,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any],
        deliver: Deliver = lambda key, tensor: None,
        cancelled: Callable[[], bool] = never,
        copied: bool = False,
        substitute: tuple[int, Callable[[Tensor], Tensor]] | None = None,
    ) -> Any:
        """The network's output, with gradients inside of `differentiable`; raises what `Truncated.run` raises.

        `substitute` has a node's index and what the network goes on with in place of its tensor.
        """
        watch: _Differentiated
        if substitute is None:
            watch = _Differentiated(self._recorder, deliver, cancelled)
        else:
            index, change = substitute
            position = self._recorder.positions.get(index)
            watch = _Substituting(self._recorder, deliver, cancelled, position, change)
        try:
            with _copies(self._network) if copied else nullcontext():
                return self._recorder.follow(watch, arguments, keywords)
        finally:
            _detach_buffers(self._network)


def _detach_buffers(network: nn.Module) -> None:
    """Buffers that the forward wrote to belong to no graph of operations afterwards."""
    for module in network.modules():
        for name, buffer in module._buffers.items():
            if buffer is None or not buffer.requires_grad:
                continue
            if buffer._is_view():
                module._buffers[name] = buffer.detach()
            else:
                buffer.detach_()


class _Differentiated(Pass):
    """One run, whose backward can be cancelled as well."""

    def __init__(self, recorder: Recorder, deliver: Deliver, cancelled: Callable[[], bool]) -> None:
        super().__init__(recorder, deliver, cancelled)

        def check(_: Tensor) -> None:
            if cancelled():
                raise Cancelled

        self._check = None if cancelled is never else check

    def fits(self, tensor: Tensor, shape: tuple[int, ...]) -> bool:
        return tensor.ndim == len(shape)

    def count_off(self, call: nn.Module | str, result: Any) -> None:
        super().count_off(call, result)
        if self._check is not None:
            for made in (result,) if isinstance(result, Tensor) else tensors(result):
                if made.requires_grad:
                    made.register_hook(self._check)


class _Substituting(_Differentiated):
    """One run in which what the call at `position` returns is changed before the network goes on with it."""

    def __init__(
        self,
        recorder: Recorder,
        deliver: Deliver,
        cancelled: Callable[[], bool],
        position: int | None,
        change: Callable[[Tensor], Tensor],
    ) -> None:
        super().__init__(recorder, deliver, cancelled)
        self._place, self._change = position, change

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        before = self._position
        return self._substituted(before, super().__torch_function__(func, types, args, kwargs))

    def _call_leaf(self, module: nn.Module, forward: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        before = self._position
        return self._substituted(before, super()._call_leaf(module, forward, args, kwargs))

    def _substituted(self, before: int, result: Any) -> Any:
        if before != self._place or self._position != before + 1 or not isinstance(result, Tensor):
            return result
        self._place = None
        with torch._C.DisableTorchFunction():
            return self._change(result)
