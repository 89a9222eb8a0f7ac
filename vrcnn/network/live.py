"""Watches passes of a program's own while they go on: with the same results bit for bit, the network untouched.

Calls of modules are seen where all of them pass, in nn.Module.__call__, as torch.fx's own tracer does it; functional
operations by a mode on torch's functions. Modules that torch runs as one piece (torch.compile, TorchScript, the fused
kernel of nn.TransformerEncoder) stay so, as leaves, since to open them would change the last digits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from vrcnn.annotations import listening
from vrcnn.network import attention
from vrcnn.network.graph import Graph
from vrcnn.network.guard import within
from vrcnn.network.interception import Forward
from vrcnn.network.keeping import Keeping
from vrcnn.network.operations import is_leaf, is_script
from vrcnn.network.trace import Tracer

_FUSED = nn.TransformerEncoder, nn.TransformerEncoderLayer


class Listener(Protocol):
    """Somebody who is told of the calls of modules, on whatever thread."""

    def called(self, module: nn.Module, run: Forward, /, *args: Any, **kwargs: Any) -> Any:
        """`module` is called: `run(*args, **kwargs)` is to be called once, and what it returns to be returned."""

    def knows(self, module: nn.Module) -> bool:
        """Whether it wants to be told of this module."""


_listeners: tuple[Listener, ...] = ()
_changing = threading.Lock()
_own_call: Callable[..., Any] = nn.Module.__call__


def listen(listener: Listener) -> None:
    """From now on the listener is told of calls of modules."""
    global _listeners, _own_call
    with _changing:
        if not _listeners and nn.Module.__call__ is not _call:
            _own_call = nn.Module.__call__
            nn.Module.__call__ = _call  # type: ignore[method-assign]
        _listeners = (*_listeners, listener)


def leave(listener: Listener) -> None:
    """The listener is told no more. With the last one, nn.Module is as it was."""
    global _listeners
    with _changing:
        _listeners = tuple(each for each in _listeners if each is not listener)
        if not _listeners and nn.Module.__call__ is _call:
            nn.Module.__call__ = _own_call  # type: ignore[method-assign]


def _call(module: nn.Module, /, *args: Any, **kwargs: Any) -> Any:
    if not _listeners or torch.compiler.is_compiling() or within():
        return _own_call(module, *args, **kwargs)
    run = partial(_own_call, module)
    for listener in _listeners:
        if listener.knows(module):
            run = partial(listener.called, module, run)
    return run(*args, **kwargs)


def is_compiled(module: nn.Module) -> bool:
    """Whether torch.compile has made one piece of it."""
    return isinstance(module.__dict__.get("_modules", {}).get("_orig_mod"), nn.Module) or (
        getattr(module, "_compiled_call_impl", None) is not None
    )


def _is_fused(module: nn.Module) -> bool:
    """Whether torch may take its fused kernel, which it does not while a mode watches its functions."""
    if not isinstance(module, _FUSED) or module.training or not torch.backends.mha.get_fastpath_enabled():
        return False
    return not (torch.is_grad_enabled() and any(parameter.requires_grad for parameter in module.parameters()))


class Collector(Tracer):
    """A trace that keeps what it sees of the tensors."""

    def __init__(self, network: nn.Module, keeping: Keeping) -> None:
        super().__init__(network)
        self._keeping = keeping

    def _made(self, tensor: Tensor, node: int) -> None:
        super()._made(tensor, node)
        if self._build.from_input[node]:
            with torch._C.DisableTorchFunction():
                self._keeping.take(self._build.nodes[node], tensor)

    def before(self, arguments: tuple[Any, ...], keywords: Mapping[str, Any], reads: Sequence[Any]) -> Any:
        return arguments, dict(keywords)

    def called(self, seen: Any, run: Callable[..., Any], nodes: Sequence[int], opaque: Mapping[int, int]) -> None:
        """The weights of an attention are computed for it, beside the network's own call."""
        node = self._build.nodes[nodes[0]]
        if node.operation == attention.OPERATION:
            arguments, keywords = seen
            devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
            with torch.no_grad(), torch.random.fork_rng(devices):
                self._keeping.take(node, run(*arguments, **keywords))


class _Outcome:
    """Calls something once, and knows what became of it."""

    def __init__(self, run: Forward) -> None:
        self._run = run
        self.finished = False
        self.result: Any = None
        self.raised: BaseException | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            self.result = self._run(*args, **kwargs)
        except BaseException as error:
            self.raised = error
            raise
        self.finished = True
        return self.result


class LiveTracer(Collector):
    """One pass of a program, watched on its thread. What goes wrong with the watching is never the program's concern.

    Attributes:
        graph: what it did, without what its axes mean; None where it failed or could not be followed.
        broken: what went wrong with the watching.
    """

    def __init__(self, network: nn.Module, keeping: Keeping) -> None:
        super().__init__(network, keeping)
        self.graph: Graph | None = None
        self.broken: Exception | None = None
        self._started = False
        self._performed: tuple[Any] | None = None

    def follow(self, root: nn.Module, run: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """The pass: the call `run` of `root`. Returns what that returns, raises what it raises."""
        outcome, probed = _Outcome(run), listening.probed
        try:
            frame = self.begin(root, args, kwargs)
            with self:
                listening.probed = self._probed
                self._watched(root)(root, outcome, args, kwargs) if self._is_one(root) else outcome(*args, **kwargs)
            if self.broken is None:
                self.graph = self.end(root, frame, outcome.result)
        except Exception as error:
            if error is outcome.raised:
                raise
            self.broken = error
        finally:
            listening.probed = probed
            outcome.raised = self._failed = None  # their tracebacks would keep the pass
        return outcome.result if outcome.finished else run(*args, **kwargs)

    def part(self, module: nn.Module, run: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A module is called during the pass."""
        if self.inside or self.broken is not None:
            return run(*args, **kwargs)
        outcome = _Outcome(run)
        try:
            return self._watched(module)(module, outcome, args, kwargs)
        except Exception as error:
            if error is outcome.raised:
                raise
            self.broken = error
            return outcome.result if outcome.finished else run(*args, **kwargs)
        finally:
            outcome.raised = None

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if self.inside or self.broken is not None or torch.compiler.is_compiling():
            return func(*args, **(kwargs or {}))
        self._started, self._performed = False, None
        try:
            return super().__torch_function__(func, types, args, kwargs)
        except Exception as error:
            if self._started and self._performed is None:
                raise
            self.broken = error
            return func(*args, **(kwargs or {})) if self._performed is None else self._performed[0]
        finally:
            self._performed = None

    def perform(self, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._started = True
        result = func(*args, **kwargs)
        self._performed = (result,)
        return result

    def run_leaf(self, forward: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Unwatched by this tracer and any other one: what a mode can be seen by is as without them."""
        self.inside = True
        aside = []
        while (count := torch._C._len_torch_function_stack()) and isinstance(
            torch._C._get_function_stack_at(count - 1), LiveTracer
        ):
            aside.append(torch._C._pop_torch_function_stack())
        try:
            return forward(*args, **kwargs)
        finally:
            for mode in reversed(aside):
                torch._C._push_on_torch_function_stack(mode)
            self.inside = False

    def _watched(self, module: nn.Module) -> Callable[..., Any]:
        return self._call_leaf if self._is_one(module) else self._call_opened

    def _is_one(self, module: nn.Module) -> bool:
        return is_leaf(module) or is_script(module) or is_compiled(module) or _is_fused(module)


LiveTracer.outermost = LiveTracer.follow.__code__
