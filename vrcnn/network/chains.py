"""What is shown as one node at detail "layers": a layer and what follows it, as network/detail.py tells."""

from __future__ import annotations

from collections.abc import Iterator

from vrcnn.network.graph import Node
from vrcnn.network.wiring import Wiring

_LAYERS = frozenset({"convolution", "linear", "attention"})
_POINTWISE = frozenset({"normalization", "activation"})
_TAIL = {
    "convolution": _POINTWISE,
    "linear": _POINTWISE,
    "attention": _POINTWISE,
    "pooling": _POINTWISE,
    "resample": _POINTWISE,
    "other": _POINTWISE,
    "normalization": _POINTWISE,
    "activation": _POINTWISE,
    "merge": frozenset({"activation"}),
}
_JOINS = ("cat", "stack", "setitem")


class Chains:
    """Runs of nodes that are shown as one. `growing` are the concatenations that a later one extends."""

    def __init__(self, wiring: Wiring, growing: dict[int, int]) -> None:
        self._wiring = wiring
        self._growing = growing

    def shown(self) -> list[tuple[int, ...]]:
        """The chains that are shown, each in order of execution; the last node's tensor is the one to see."""
        wiring = self._wiring
        taken: set[int] = set()
        chains = []
        for node in wiring.nodes:
            if not wiring.live[node.index] or node.index in taken or node.index in self._growing:
                continue
            if wiring.passes(node.index):
                continue
            chain = self._follow(node)
            if self._is_shown(node, chain):
                chains.append(chain)
                taken.update(chain)
            elif node.family in _POINTWISE:
                taken.update(chain)
        return chains

    def _is_shown(self, head: Node, chain: tuple[int, ...]) -> bool:
        wiring = self._wiring
        if head.family == "input" or wiring.probed[chain[-1]] or not wiring.results.isdisjoint(chain):
            return True
        shape = wiring.nodes[chain[-1]].shape
        if len(shape) < 2 or 0 in shape:
            return False
        if head.family not in _POINTWISE or len(wiring.sources[head.index]) > 1:
            return True
        return any(reader.family not in _LAYERS for reader in self._readers(chain[-1]))

    def _readers(self, index: int) -> Iterator[Node]:
        """Who reads a node, be it through nodes that are not shown for what they are."""
        seen: set[int] = set()
        ahead = [index]
        while ahead:
            for target in self._wiring.targets[ahead.pop()]:
                if target in seen:
                    continue
                seen.add(target)
                if self._wiring.passes(target):
                    ahead.append(target)
                else:
                    yield self._wiring.nodes[target]

    def _follow(self, head: Node) -> tuple[int, ...]:
        """`head` and what may follow it without anything else reading what lies between; a probed node is its end."""
        wiring = self._wiring
        allowed = frozenset[str]() if head.operation in _JOINS else _TAIL.get(head.family, frozenset())
        chain = [head.index]
        while allowed and not wiring.probed[chain[-1]] and chain[-1] not in wiring.results:
            link = self._next(chain[-1], allowed) or self._self_gate(chain[-1], allowed)
            if not link:
                break
            chain += link
        while wiring.hidden[chain[-1]]:
            chain.pop()
        return tuple(chain)

    def _next(self, index: int, allowed: frozenset[str]) -> tuple[int, ...]:
        targets = self._wiring.targets[index]
        if len(targets) != 1:
            return ()
        follower = targets[0]
        if len(self._wiring.sources[follower]) != 1:
            return ()
        if self._wiring.nodes[follower].family in allowed or self._wiring.keeps_numbers(follower):
            return (follower,)
        return ()

    def _self_gate(self, index: int, allowed: frozenset[str]) -> tuple[int, ...]:
        """The nodes of x * f(x) for a pointwise f, as in Swish: x is read by the start of f and by the product."""
        wiring = self._wiring
        targets = wiring.targets[index]
        if len(targets) != 2 or "activation" not in allowed:
            return ()
        start, product = targets
        gate = [start]
        while (link := self._next(gate[-1], _POINTWISE)) and link[0] != product:
            gate += link
        inside = wiring.nodes[start].family in _POINTWISE and wiring.results.isdisjoint(gate)
        closes = wiring.targets[gate[-1]] == [product] and wiring.nodes[product].operation == "mul"
        apart = any(wiring.probed[each] for each in gate) or any(wiring.hidden[each] for each in (*gate, product))
        if inside and closes and not apart and len(wiring.sources[product]) == 2:
            return (*gate, product)
        return ()


def growing_joins(wiring: Wiring) -> dict[int, int]:
    """Concatenations that a later one extends, each with the later one's index; those to be shown are none.

    A later one extends an earlier one when it reads all that the earlier one read and more, or when it reads the
    earlier one and a single new tensor.
    """
    joins = [node.index for node in wiring.nodes if node.operation == "cat" and wiring.live[node.index]]
    joins = [index for index in joins if not wiring.hidden[index]]
    parts = {index: frozenset(wiring.sources[index]) for index in joins}
    readers: dict[int, list[int]] = {}
    for index in joins:
        for part in parts[index]:
            readers.setdefault(part, []).append(index)
    found: dict[int, int] = {}
    for index in joins:
        if index in wiring.results or wiring.probed[index]:
            continue
        later = readers.get(next(iter(parts[index])), [])
        wider = next((other for other in later if other > index and parts[index] < parts[other]), None)
        grown = next((other for other in readers.get(index, []) if len(parts[other]) == 2), None)
        extending = [other for other in (wider, grown) if other is not None]
        if extending:
            found[index] = min(extending)
    return found
