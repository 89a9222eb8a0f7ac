"""Tells one state of a network from every other: what is kept on disk about a network is kept under this."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from vrcnn.network.graph import Graph, Node
from vrcnn.network.guard import unchanged
from vrcnn.network.operations import is_script, unwrap
from vrcnn.network.recorder import Cancelled, never
from vrcnn.network.snapshot import numbers_in
from vrcnn.network.source import NetworkSource
from vrcnn.network.structures import named_tensors

PORTION = 8 << 20  # bytes that are hashed between two looks at whether somebody still waits for the key


@dataclass(frozen=True)
class NetworkKey:
    """`weights` is a hash of all numbers in the network, `structure` one of what it does with them and its input."""

    weights: str
    structure: str

    def __str__(self) -> str:
        """Short enough for the name of a folder."""
        return f"{self.structure[:12]}-{self.weights[:20]}"


class Fingerprint:
    """Finds the key of a network whose weights may change while the program runs.

    `full` is its full graph; `input_words` tells what the numbers of its input mean, such as `InputColours.words`.

    Tensors that a module has as plain attributes count as weights, but for those that each pass makes anew.
    """

    def __init__(self, source: NetworkSource, full: Graph, input_words: str) -> None:
        self._module = unwrap(source.module)
        self._structure = _structure(full, input_words)
        self._passing = _made_by_a_pass(source)

    def key(self, cancelled: Callable[[], bool] = never) -> NetworkKey:
        """The network's key as it is now: all numbers are read again, 0.1 s for 100 MB, as torch's counters miss some
        writes (`parameter.data`, numpy). Raises Cancelled soon after `cancelled()` turns true."""
        found = hashlib.sha256()
        for name, tensor in _held(self._module):
            if name in self._passing:
                continue
            numbers = numbers_in(tensor)
            kind = "lazy" if nn.parameter.is_lazy(tensor) else f"{tuple(tensor.shape)} {tensor.dtype}"
            found.update(f"\n{name} {kind} {len(numbers)}\n".encode(errors="replace"))
            for start in range(0, len(numbers), PORTION):
                if cancelled():
                    raise Cancelled
                found.update(numbers[start : start + PORTION])
        return NetworkKey(found.hexdigest(), self._structure)


def _held(module: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """Every tensor that the network has, parameters, buffers and plain attributes, with its place in it."""
    for path, part in module.named_modules():
        place = ".".join(word for word in path.split(".") if word != "_orig_mod")
        if is_script(part):
            yield from part.named_parameters(place, recurse=False)
            yield from part.named_buffers(place, recurse=False)
        else:
            yield from named_tensors(vars(part), place)


def _made_by_a_pass(source: NetworkSource) -> frozenset[str]:
    """The plain attributes that are others after a pass, such as the attention of the last picture."""
    module = unwrap(source.module)
    registered = {id(tensor) for tensor in (*module.parameters(), *module.buffers())}
    plain = {name: (tensor, tensor._version) for name, tensor in _held(module) if id(tensor) not in registered}
    if not plain:
        return frozenset()
    with unchanged(source.module):
        source.module(*source.arguments, **source.keywords)
    after = {name: tensor for name, tensor in _held(module) if name in plain}
    return frozenset(
        name for name, (tensor, written) in plain.items() if after.get(name) is not tensor or tensor._version != written
    )


def _structure(full: Graph, input_words: str) -> str:
    found = hashlib.sha256()
    for node in full.nodes:
        found.update(f"{_described(node)}\n".encode(errors="replace"))
    for edge in full.edges:
        found.update(f"{edge.source}>{edge.target}\n".encode())
    found.update(f"{full.outputs}\n{input_words}".encode(errors="replace"))
    return found.hexdigest()


def _described(node: Node) -> tuple[Any, ...]:
    """What the node does, without where it stands in a file and what its author calls it."""
    return node.index, node.name, node.operation, node.shape, node.call, node.port, node.layer, node.settings
