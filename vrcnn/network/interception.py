"""Lets a watcher stand between a network's modules and their forwards for the length of one pass.

A forward is replaced on the instance instead of being hooked: a hook sends every call down the long way of
nn.Module.__call__, which costs several times as much as what is done here (10 to 20 µs per call against 1), and the
watcher would have to be told apart from hooks of the user, which it must see.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

Forward = Callable[..., Any]


@contextmanager
def intercepted(modules: Iterable[nn.Module], wrap: Callable[[nn.Module, Forward], Forward]) -> Iterator[None]:
    """Inside, every module runs `wrap(module, its forward)` as its forward; afterwards its own again."""
    changed: list[tuple[dict[str, Any], Forward | None]] = []
    try:
        for module in modules:
            attributes = module.__dict__
            replacement = wrap(module, module.forward)
            replacement.__wrapped__ = module.forward  # type: ignore[attr-defined] # for inspect.signature
            changed.append((attributes, attributes.get("forward")))
            attributes["forward"] = replacement
        yield
    finally:
        for attributes, own in changed:
            if own is None:
                attributes.pop("forward", None)
            else:
                attributes["forward"] = own


def has_fused_layers(network: nn.Module) -> bool:
    """Whether torch has one kernel in eval mode for what a part of the network writes out."""
    return any(isinstance(module, nn.TransformerEncoderLayer) for module in network.modules())


@contextmanager
def opened(network: nn.Module) -> Iterator[None]:
    """Inside, what torch would run as one piece runs as the Python that it stands for, which is what can be watched.

    That is code that torch.compile has compiled, and the layers of nn.TransformerEncoder, for which torch has one fused
    kernel in eval mode; any mode on torch's functions keeps it from using that (the modules' own `forward` asks), so
    that their output may differ from the fused kernel's in the last digits.
    """
    stance = getattr(torch.compiler, "set_stance", None)
    fused = has_fused_layers(network)
    fast = torch.backends.mha.get_fastpath_enabled()
    compiled = "torch._dynamo" in sys.modules
    with stance("force_eager") if compiled and stance is not None else nullcontext():
        try:
            if fused:
                torch.backends.mha.set_fastpath_enabled(False)
            yield
        finally:
            if fused:
                torch.backends.mha.set_fastpath_enabled(fast)


class Watch(TorchFunctionMode):
    """Sees every functional operation of a pass, and steps aside within leaves.

    `inside` is true while a leaf runs: its own operations and those of its parts are not counted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.inside = False
        self._level = 0

    def __enter__(self) -> Watch:
        super().__enter__()
        self._level = torch._C._len_torch_function_stack()
        return self

    def run_leaf(self, forward: Forward, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Runs a leaf's forward unwatched."""
        self.inside = True
        # A mode that the user's code has put on top of this one (a device context) must stay in force.
        on_top = torch._C._len_torch_function_stack() == self._level
        if on_top:
            torch._C._pop_torch_function_stack()
        try:
            return forward(*args, **kwargs)
        finally:
            if on_top:
                torch._C._push_on_torch_function_stack(self)
            self.inside = False
