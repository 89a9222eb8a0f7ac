"""What counts as one operation of a forward pass, and what it is called.

Leaves are the modules of torch.nn; whatever a user's own module computes between them is seen as functional
operations. Both the trace and the recorder use these rules, so that they see the same sequence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from vrcnn.network.structures import distinct, tensors

_OPENED = (
    "torch.nn.modules.container",
    "torch.nn.modules.module",
    "torch.nn.modules.transformer",
    "torch.nn.parallel",
)
_SYNONYMS = {
    "iadd": "add",
    "radd": "add",
    "isub": "sub",
    "rsub": "sub",
    "subtract": "sub",
    "imul": "mul",
    "rmul": "mul",
    "multiply": "mul",
    "idiv": "div",
    "rdiv": "div",
    "truediv": "div",
    "itruediv": "div",
    "rtruediv": "div",
    "true_divide": "div",
    "divide": "div",
    "ipow": "pow",
    "rpow": "pow",
    "rmatmul": "matmul",
    "imatmul": "matmul",
    "concat": "cat",
    "concatenate": "cat",
    "negative": "neg",
}
WRITES = frozenset({"setitem", "set_data"})  # they return nothing and change their first argument
ESCAPES = frozenset({"numpy", "array", "tolist", "dlpack", "data_ptr"})  # the numbers leave torch's sight

_names: dict[Callable[..., Any], str] = {}


def operation_name(function: Callable[..., Any]) -> str:
    """The plain name of a torch function or method: "add" for add, add_, __iadd__ and aten.add.Tensor alike."""
    name = _names.get(function)
    if name is None:
        name = _names[function] = plain_name(function)
    return name


def plain_name(function: Callable[..., Any]) -> str:
    """The same, not remembered: for what is not torch's own, such as a layer's forward, which would stay in memory."""
    name = getattr(function, "__name__", type(function).__name__)
    if name in ("__get__", "__set__"):
        owner = getattr(function, "__self__", None)
        attribute = getattr(owner, "__name__", "attribute")
        return attribute if name == "__get__" else f"set_{attribute}"
    name = name.split(".")[0].strip("_") or "operation"
    return _SYNONYMS.get(name, name)


def produced(operation: str, arguments: tuple[Any, ...], result: Any) -> list[Tensor]:
    """The tensors that an operation made, each once: what it returned, or what it wrote to.

    An operation that makes none (a size, a comparison's truth value) is not part of the graph.
    """
    if isinstance(result, Tensor):
        return [result]
    if result is None:
        return [arguments[0]] if operation in WRITES else []
    return distinct(tensors(result))


def unwrap(module: nn.Module) -> nn.Module:
    """The user's own module inside torch.compile and (Distributed)DataParallel."""
    while True:
        original = getattr(module, "_orig_mod", None)
        if isinstance(original, nn.Module):
            module = original
        elif isinstance(module, nn.DataParallel | nn.parallel.DistributedDataParallel):
            module = module.module
        else:
            return module


def is_leaf(module: nn.Module) -> bool:
    """True for torch's own layers, subclasses that keep torch's forward, and attention with its parts inside."""
    if "forward" in module.__dict__ or is_script(module):
        return False
    home = getattr(type(module).forward, "__module__", None) or ""
    return home.startswith(("torch.nn.", "torch.ao.nn.")) and not home.startswith(_OPENED)


def is_script(module: nn.Module) -> bool:
    """A compiled TorchScript module: it takes no hooks, so that its output comes from an opaque node."""
    return isinstance(module, torch.jit.ScriptModule)


def torch_class(module: nn.Module) -> type[nn.Module]:
    """The class of torch whose forward a leaf runs: nn.Conv2d for a parametrized or a subclassed one."""
    for kind in type(module).__mro__:
        if kind.__module__.startswith("torch.") and not kind.__name__.startswith("Parametrized"):
            return kind
    return type(module)


def module_paths(network: nn.Module) -> dict[nn.Module, str]:
    """The path of every module of the network ("" for itself); a shared one has the first of its paths."""
    paths: dict[nn.Module, str] = {}
    for path, module in network.named_modules():
        if not isinstance(module, torch.jit.ScriptModule) or module is network:
            paths[module] = ".".join(part for part in path.split(".") if part != "_orig_mod")
    return paths


def parent_path(path: str) -> str:
    """Path of the module that holds the one at `path`."""
    return path.rpartition(".")[0]
