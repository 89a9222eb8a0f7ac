"""Keeps a network as it was: whatever a pass changes in it, or in the random state, is undone afterwards.

Part of that is the whole process's, such as the random state, so passes of several networks take turns.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np
import torch
from torch import Tensor, nn
from torch._utils import _flatten_dense_tensors

from vrcnn.network.operations import is_script

_HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")


class _Turn:
    """A lock that a thread may take several times; knows how many others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._counting = threading.Lock()
        self.waiting = 0

    def __enter__(self) -> None:
        if self._lock.acquire(blocking=False):
            return
        self._count(1)
        try:
            self._lock.acquire()
        finally:
            self._count(-1)

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def _count(self, change: int) -> None:
        with self._counting:
            self.waiting += change


_TURN = _Turn()


class _Own(threading.local):
    """How many blocks of `unchanged` this thread is in."""

    depth = 0


_own = _Own()


def within() -> bool:
    """Whether this thread is inside of `unchanged`: what runs there is a pass of vrcnn's own, not of a program."""
    return _own.depth > 0


def awaited() -> bool:
    """Whether another thread waits to get into `unchanged`: whoever can stop and go on later lets it in."""
    return _TURN.waiting > 0


@contextmanager
def turn() -> Iterator[None]:
    """Inside, no other thread runs a network, so that one may be changed for good."""
    with _TURN:
        yield


@contextmanager
def unchanged(module: nn.Module) -> Iterator[None]:
    """Inside, `module` is in eval mode and no gradients are made; afterwards it is as it was, also after an exception.

    That is: the training flag of every submodule, requires_grad and .grad of parameters, buffers (the object and its
    numbers), hooks, and the random state of torch (with every GPU in use), numpy and Python. A lazy module stays
    initialized. Parameters that a forward writes to and other attributes that it sets are its own affair.

    One thread at a time is inside, whatever its network; others wait.
    """
    with _TURN, _restored(module):
        _own.depth += 1
        try:
            yield
        finally:
            _own.depth -= 1


@contextmanager
def _restored(module: nn.Module) -> Iterator[None]:
    modules = _all_modules(module)
    flags = [each.training for each in modules]
    parameters = [each for owner in modules for each in owner._parameters.values() if each is not None]
    wanted_gradients = [parameter.requires_grad for parameter in parameters]
    gradients = [parameter.grad for parameter in parameters]
    buffers = _Buffers(modules)
    hooks = [registered for each in modules for registered in map(each.__dict__.__getitem__, _HOOKS)]
    hook_counts = [*map(len, hooks)]
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    python_state, numpy_state = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices), torch.no_grad():
            if any(flags):
                with suppress(NotImplementedError):  # modules that torch.export made have one mode only
                    module.eval()
            yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        for each, training in zip(modules, flags, strict=True):
            if each.training != training:
                each.training = training
        for parameter, requires_grad, gradient in zip(parameters, wanted_gradients, gradients, strict=True):
            if parameter.requires_grad != requires_grad:
                parameter.requires_grad_(requires_grad)
            if parameter.grad is not gradient:
                parameter.grad = gradient
        buffers.restore()
        for registered, count in zip(hooks, hook_counts, strict=True):
            while len(registered) > count:  # only added ones go: a lazy module's own hook leaves by itself
                registered.popitem()


def _all_modules(network: nn.Module) -> list[nn.Module]:
    """What network.modules() yields, in a third of the time."""
    found: dict[nn.Module, None] = {}
    waiting = [network]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = None
            waiting += [child for child in module._modules.values() if child is not None]
    return list(found)


class _Buffers:
    """All buffers of a network as they were: which objects, and their numbers.

    Nothing cheaper tells whether one was written to: neither writes through .data nor those of a batch normalization
    in training mode count as a version of the tensor. So all numbers of one kind are copied and compared as one.
    """

    def __init__(self, modules: list[nn.Module]) -> None:
        self._owners = [each for each in modules if each._buffers and not is_script(each)]
        self._objects = [dict(each._buffers) for each in self._owners]
        alike: dict[tuple[torch.dtype, torch.device], list[Tensor]] = {}
        self._single: list[tuple[Tensor, Tensor]] = []
        for module in modules:
            for _, buffer in module._buffers.items():  # noqa: PERF102 a script module's buffers have no values()
                if buffer is None or nn.parameter.is_lazy(buffer):
                    continue
                if buffer.layout is torch.strided and not buffer.is_quantized:
                    alike.setdefault((buffer.dtype, buffer.device), []).append(buffer)
                else:
                    self._single.append((buffer, buffer.detach().clone()))
        self._joined = [(buffers, _join(buffers)) for buffers in alike.values()]

    def restore(self) -> None:
        for module, objects in zip(self._owners, self._objects, strict=True):
            present = module._buffers
            for name, buffer in objects.items():
                if present.get(name) is not buffer:
                    present[name] = buffer
        changed = list(self._single)
        for buffers, values in self._joined:
            if not torch.equal(_join(buffers), values):
                parts = values.split([buffer.numel() for buffer in buffers])
                changed += [(buffer, part.view(buffer.shape)) for buffer, part in zip(buffers, parts, strict=True)]
        with torch.no_grad():
            for buffer, before in changed:
                if not torch.equal(buffer, before):
                    buffer.copy_(before)


def _join(buffers: list[Tensor]) -> Tensor:
    with torch.no_grad():
        joined = _flatten_dense_tensors(buffers)
        return joined.clone() if len(buffers) == 1 else joined  # a single tensor would come back as itself
