"""Keeps a network as it was: whatever a pass changes in it, or in the random state, is undone afterwards."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor, nn

from vrcnn.network.operations import is_leaf

_HOOKS = ("_forward_pre_hooks", "_forward_hooks", "_backward_pre_hooks", "_backward_hooks")


@contextmanager
def unchanged(module: nn.Module) -> Iterator[None]:
    """Inside, `module` is in eval mode and no gradients are made; afterwards it is as it was, also after an exception.

    That is: the training flag of every submodule, requires_grad and .grad of parameters, buffers (the object and its
    numbers), hooks, and the random state of torch (with every GPU in use), numpy and Python. A lazy module stays
    initialized. Parameters that a forward writes to and other attributes that it sets are its own affair.
    """
    modules = _all_modules(module)
    flags = [(each, each.training) for each in modules]
    parameters = [
        (parameter, parameter.requires_grad, parameter.grad)
        for each in modules
        for parameter in each._parameters.values()
        if parameter is not None
    ]
    buffers = [_Buffers(each) for each in modules if each._buffers]
    hooks = [(each.__dict__[name], len(each.__dict__[name])) for each in modules for name in _HOOKS]
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    python_state, numpy_state = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices), torch.no_grad():
            if any(training for _, training in flags):
                module.eval()
            yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        for each, training in flags:
            if each.training != training:
                each.training = training
        for parameter, requires_grad, gradient in parameters:
            if parameter.requires_grad != requires_grad:
                parameter.requires_grad_(requires_grad)
            if parameter.grad is not gradient:
                parameter.grad = gradient
        for saved in buffers:
            saved.restore()
        for registered, count in hooks:
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


@dataclass(frozen=True)
class _Copy:
    """The numbers of a buffer at one of its versions."""

    buffer: Tensor
    version: int
    values: Tensor


# torch's own layers leave their buffers alone in eval mode (BatchNorm's statistics), so one copy of them serves every
# pass until their version tells that somebody wrote to them.
_copies: WeakKeyDictionary[nn.Module, dict[str, _Copy]] = WeakKeyDictionary()


class _Buffers:
    """The buffers of one module as they were."""

    def __init__(self, module: nn.Module) -> None:
        self._module = module
        known = _copies.get(module)
        self._layer = known is not None or is_leaf(module)
        copies: dict[str, _Copy | None] = {}
        for name, buffer in module._buffers.items():
            copy = None if known is None else known.get(name)
            if copy is None or copy.buffer is not buffer or copy.version != _version(buffer):
                copy = None if buffer is None or nn.parameter.is_lazy(buffer) else _copy(buffer)
            copies[name] = copy
        self._copies = {name: copy for name, copy in copies.items() if copy is not None}
        if self._layer:
            _copies[module] = self._copies

    def restore(self) -> None:
        buffers = self._module._buffers
        for name, copy in self._copies.items():
            buffer = copy.buffer
            if buffers.get(name) is not buffer:
                buffers[name] = buffer
            # A write through .data is not counted as a version, so the numbers of a user's own buffer are compared.
            if _version(buffer) != copy.version or not (self._layer or torch.equal(buffer, copy.values)):
                with torch.no_grad():
                    buffer.copy_(copy.values)


def _copy(buffer: Tensor) -> _Copy:
    return _Copy(buffer, _version(buffer), buffer.detach().clone())


def _version(tensor: Tensor) -> int:
    return -1 if tensor.is_inference() else tensor._version
