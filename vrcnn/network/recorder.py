"""Hands out the activations of chosen nodes during a forward pass, at little more than the cost of the pass.

The graph tells which calls come in which order. The recorder only counts them off, and hands a wanted tensor over the
moment it exists, before a later operation may write to it in place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import GeneratorType
from typing import Any

import torch
from torch import Tensor, nn

from vrcnn.network import attention
from vrcnn.network.failure import FailedCall, explain, shapes_of
from vrcnn.network.graph import Graph, Node
from vrcnn.network.interception import Forward, Watch, intercepted, opened
from vrcnn.network.operations import (
    is_leaf,
    module_paths,
    operation_name,
    produced,
    torch_class,
    unwrap,
)
from vrcnn.network.structures import distinct, tensors

Deliver = Callable[[int, Tensor], None]


def never() -> bool:
    """For what cannot be cancelled."""
    return False


class Diverged(Exception):  # noqa: N818
    """The pass took another way through the network than the graph: trace it anew."""


class Cancelled(Exception):  # noqa: N818
    """The pass was given up because its caller asked for it."""


@dataclass(frozen=True)
class _Wanted:
    """A tensor to hand over: its position among those of a call, its key, and its shape in the graph."""

    port: int
    key: int
    shape: tuple[int, ...]


class Recorder:
    """Runs a network along its traced `graph` and delivers the tensors of the `wanted` nodes.

    `graph` is the full graph, `wanted` maps indices of its nodes to the keys that `deliver` gets. A recorder may run
    any number of times, one run at a time.
    """

    def __init__(self, module: nn.Module, graph: Graph, wanted: Mapping[int, int]) -> None:
        self._network = unwrap(module)
        self._paths = module_paths(self._network)
        self._leaves = {path: each for each, path in self._paths.items() if is_leaf(each)}
        self._opened = {path: each for each, path in self._paths.items() if path not in self._leaves}
        # What is expected in which order: the module itself for a leaf's call, the name of a functional operation.
        self._expected: list[nn.Module | str] = []
        self._names: list[str] = []
        self.positions: dict[int, int] = {}  # by index of a node: the how-manieth call made it
        self._inputs: list[_Wanted] = []
        self._read: dict[int, list[_Wanted]] = defaultdict(list)  # by position: arguments of unknown origin
        self._made: dict[int, list[_Wanted]] = defaultdict(list)  # by position: what the call returns
        self._returned: dict[tuple[nn.Module, int], list[_Wanted]] = defaultdict(list)  # by user's module and call
        self._attention: dict[int, _Wanted] = {}  # by position: the weights of an attention
        for node in graph.nodes:
            self._place(node, wanted.get(node.index))

    def run(
        self,
        arguments: tuple[Any, ...],
        keywords: Mapping[str, Any],
        deliver: Deliver,
        cancelled: Callable[[], bool] = never,
    ) -> Any:
        """The output of the network. Calls `deliver(key, tensor)` in the order in which the tensors come to exist.

        The tensor is the network's own: whoever keeps it must copy it at once. Raises Diverged when the pass takes
        another way than the graph or a wanted tensor has another shape, ForwardError when the forward fails,
        Cancelled soon after `cancelled()` becomes true; exceptions of `deliver` pass through.
        """
        with torch.no_grad():
            return self.follow(Pass(self, deliver, cancelled), arguments, keywords)

    def follow(self, watch: Pass, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Any:
        """Runs the network under the eyes of `watch`, a new one of this recorder; raises what `run` raises."""
        returning = {module for (module, _), wanted in self._returned.items() if wanted}
        watched = [*self._leaves.values(), *(returning - {self._network})]
        if self._inputs:
            watch.hand_over(self._inputs, tensors((arguments, dict(keywords))))
        try:
            with opened(self._network), intercepted(watched, watch.wrap), watch:
                output = self._network(*arguments, **keywords)
                if isinstance(output, GeneratorType):
                    output = list(output)
                watch.finish(self._network, output)
        except Exception as error:
            if watch.stopped is not None:
                raise watch.stopped from None
            raise explain(error, watch.failed, self._paths, (arguments, keywords), self._network) from error
        finally:
            watch.stopped = None  # whose traceback holds the pass, so that its tensors would stay for a while
        return output

    def _place(self, node: Node, key: int | None) -> None:
        wanted = None if key is None else _Wanted(node.port, key, node.shape)
        if node.operation == attention.OPERATION:
            if wanted is not None:
                self._attention[len(self._expected) - 1] = wanted
            return
        if node.operation == "input":
            target = self._inputs
        elif node.operation == "opaque":
            target = self._read[len(self._expected)]
        else:
            path = re.sub(r"(@\d+)?(\[\d+\])?$", "", node.name)
            leaf, own = self._leaves.get(path), self._opened.get(path)
            if path == node.operation:  # the network itself has no path: its node bears the name of its class
                leaf, own = self._leaves.get("", leaf), self._opened.get("", own)
            if own is not None and node.operation == type(own).__name__:
                target = self._returned[own, node.call]
            else:
                if node.port == 0:
                    is_module = leaf is not None and torch_class(leaf).__name__ == node.operation
                    self._expected.append(leaf if is_module and leaf is not None else node.operation)
                    self._names.append(node.name)
                target = self._made[len(self._expected) - 1]
                self.positions[node.index] = len(self._expected) - 1
        if wanted is not None:
            target.append(wanted)


class Pass(Watch):
    """One run: counts the calls off and hands over what is wanted.

    `instead` has functions to run in place of calls, by their positions.
    """

    def __init__(self, recorder: Recorder, deliver: Deliver, cancelled: Callable[[], bool]) -> None:
        super().__init__()
        self.failed: FailedCall | None = None
        self.stopped: Exception | None = None
        self.instead: Mapping[int, Forward] = {}
        self._paths = recorder._paths
        self._leaves = frozenset(recorder._leaves.values())
        self._expected = recorder._expected
        self._names = recorder._names
        self._count = len(recorder._expected)
        self._read = {position: wanted for position, wanted in recorder._read.items() if wanted}
        self._made = {position: wanted for position, wanted in recorder._made.items() if wanted}
        self._returned = recorder._returned
        self._attention = recorder._attention
        self._deliver = deliver
        self._cancelled = cancelled
        self._position = 0
        self._calls: dict[nn.Module, int] = defaultdict(int)

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if self.inside:
            return func(*args, **kwargs) if kwargs else func(*args)
        kwargs = kwargs or {}
        operation = operation_name(func)
        if self._position in self._read and self._is_next(operation):
            self.hand_over(self._read.pop(self._position), tensors((args, kwargs)))
        if self._position in self.instead and self._is_next(operation):
            func = self.instead[self._position]
        try:
            result = func(*args, **kwargs)
        except Exception as error:
            self.failed = FailedCall(error, self._name_of(operation), operation, shapes_of((args, kwargs)))
            raise
        if isinstance(result, Tensor):
            self.count_off(operation, result)
        elif made := produced(operation, args, result) or self._changed(operation, result, args, kwargs):
            self.count_off(operation, made)
        if self._attention and self._position - 1 in self._attention:
            self._attend(operation, args, kwargs)
        return result

    def wrap(self, module: nn.Module, forward: Forward) -> Forward:
        """The forward to run instead of the module's own."""
        watched = self._call_leaf if module in self._leaves else self._call_opened
        return lambda *args, **kwargs: watched(module, forward, args, kwargs)

    def _call_leaf(self, module: nn.Module, forward: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if self.inside:
            return forward(*args, **kwargs)
        if self._position in self._read and self._is_next(module):
            self.hand_over(self._read.pop(self._position), tensors((args, kwargs)))
        if self._position in self.instead and self._is_next(module):
            forward = self.instead[self._position]
        try:
            result = self.run_leaf(forward, args, kwargs)
        except Exception as error:
            operation = torch_class(module).__name__
            self.failed = FailedCall(error, self._paths[module] or operation, operation, shapes_of((args, kwargs)))
            raise
        if isinstance(result, Tensor) or produced("", args, result):
            self.count_off(module, result)
        if self._attention and self._position - 1 in self._attention:
            self._attend(module, args, kwargs)
        return result

    def _call_opened(self, module: nn.Module, forward: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = forward(*args, **kwargs)
        if not self.inside:
            call = self._calls[module]
            self._calls[module] += 1
            if wanted := self._returned.get((module, call)):
                self.hand_over(wanted, distinct(tensors(result)))
        return result

    def _attend(self, call: nn.Module | str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Hands over the weights of the attention that was just counted off."""
        if attention.is_attention(call):
            with torch._C.DisableTorchFunction():
                weights = attention.attention_weights(call, args, kwargs)
            self.hand_over([self._attention[self._position - 1]], [weights])

    def finish(self, network: nn.Module, output: Any) -> None:
        """The forward returned `output`."""
        if self.stopped is not None:  # a forward that catches every exception caught ours as well
            raise self.stopped
        if self._position != self._count:
            self._stop(Diverged(f"the pass ended after {self._position} of {self._count} operations"))
        if wanted := self._returned.get((network, 0)):
            self.hand_over(wanted, distinct(tensors(output)))

    def hand_over(self, wanted: list[_Wanted], found: list[Tensor]) -> None:
        """Delivers the wanted ones of the tensors `found`."""
        with torch._C.DisableTorchFunction():
            for each in wanted:
                if each.port >= len(found) or not self.fits(found[each.port], each.shape):
                    self._stop(Diverged(f"a tensor of shape {each.shape} is missing or has another shape"))
                try:
                    self._deliver(each.key, found[each.port])
                except Exception as error:
                    self._stop(error)

    def fits(self, tensor: Tensor, shape: tuple[int, ...]) -> bool:
        """Whether this can be the wanted tensor, which has that shape in the graph."""
        return tensor.shape == shape

    def count_off(self, call: nn.Module | str, result: Any) -> None:
        """The call that is due was made; raises Diverged when it is another one than in the graph."""
        position = self._position
        if not self._is_next(call):
            self._stop(Diverged(f"operation {position} is {call if isinstance(call, str) else self._paths[call]}"))
        self._position = position + 1
        if position in self._made:
            self.hand_over(self._made[position], [result] if isinstance(result, Tensor) else distinct(tensors(result)))
        if self._cancelled():
            self._stop(Cancelled())

    def _changed(self, operation: str, result: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Tensor]:
        """The first argument of an operation that returns nothing, where the graph says that it is changed."""
        return tensors((args, kwargs))[:1] if result is None and self._is_next(operation) else []

    def _is_next(self, call: nn.Module | str) -> bool:
        if self._position >= self._count:
            return False
        expected = self._expected[self._position]
        return expected is call or (isinstance(call, str) and expected == call)

    def _name_of(self, operation: str) -> str:
        """The name of the functional operation that is under way, as far as the graph tells it."""
        return self._names[self._position] if self._is_next(operation) else operation

    def _stop(self, reason: Exception) -> None:
        self.stopped = reason
        try:
            raise reason
        finally:
            del reason
