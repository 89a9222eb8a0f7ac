"""Keeps a network as it was: whatever a pass changes in it, or in the random state, is undone afterwards."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
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
    modules = list(module.modules())
    flags = [(each, each.training) for each in modules]
    gradients = [(each, each.requires_grad, each.grad) for each in module.parameters()]
    buffers = [saved for each in modules for saved in _saved_buffers(each)]
    hooks = [(getattr(each, name), len(getattr(each, name))) for each in modules for name in _HOOKS]
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    python_state, numpy_state = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices), torch.no_grad():
            module.eval()
            yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)
        for each, training in flags:
            each.training = training
        for parameter, requires_grad, gradient in gradients:
            if parameter.requires_grad != requires_grad:
                parameter.requires_grad_(requires_grad)
            if parameter.grad is not gradient:
                parameter.grad = gradient
        for saved in buffers:
            saved.restore()
        for registered, count in hooks:
            while len(registered) > count:  # only added ones go: a lazy module's own hook leaves by itself
                registered.popitem()


@dataclass(frozen=True)
class _Copy:
    """The numbers of a buffer at one of its versions."""

    buffer: Tensor
    version: int
    values: Tensor


@dataclass(frozen=True)
class _SavedBuffer:
    module: nn.Module
    name: str
    copy: _Copy
    layer: bool  # of torch's own kind

    def restore(self) -> None:
        buffer = self.copy.buffer
        self.module._buffers[self.name] = buffer
        # A write through .data is not counted as a version, so the numbers of a user's own buffer are compared.
        changed = _version(buffer) != self.copy.version or not (self.layer or torch.equal(buffer, self.copy.values))
        if changed:
            with torch.no_grad():
                buffer.copy_(self.copy.values)


# torch's own layers leave their buffers alone in eval mode (BatchNorm's statistics), so one copy of them serves every
# pass until their version tells that somebody wrote to them.
_copies: WeakKeyDictionary[nn.Module, dict[str, _Copy]] = WeakKeyDictionary()


def _saved_buffers(module: nn.Module) -> Iterator[_SavedBuffer]:
    present: dict[str, Any] = {name: buffer for name, buffer in module._buffers.items() if buffer is not None}
    if not present:
        return
    layer = is_leaf(module)
    known = _copies.setdefault(module, {}) if layer else {}
    for name, buffer in present.items():
        if nn.parameter.is_lazy(buffer):
            continue
        copy = known.get(name)
        if copy is None or copy.buffer is not buffer or copy.version != _version(buffer):
            copy = known[name] = _Copy(buffer, _version(buffer), buffer.detach().clone())
        yield _SavedBuffer(module, name, copy, layer)


def _version(tensor: Tensor) -> int:
    return -1 if tensor.is_inference() else tensor._version
