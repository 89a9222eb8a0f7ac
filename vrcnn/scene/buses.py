"""Which edges are bundled: those into a layer that reads many, and with them all that read the same, as in a dense
block, where every layer reads what all before it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

BUS_SOURCES = 4  # a layer that reads more is at a bus
SHARED = 2  # sources that two layers have in common when they are at the same bus

Pair = tuple[int, int]  # source and target


@dataclass
class Bus:
    """Edges that share one way: all `pairs` lead from `sources` to `targets`."""

    sources: set[int] = field(default_factory=set)
    targets: set[int] = field(default_factory=set)
    pairs: set[Pair] = field(default_factory=set)

    def take(self, target: int, sources: set[int]) -> None:
        self.sources |= sources
        self.targets.add(target)
        self.pairs |= {(source, target) for source in sources}


def buses(pairs: Sequence[Pair], rank: Mapping[int, int]) -> list[Bus]:
    """The bundles among the edges, in the order of their first source; `rank` is the row that each node stands in."""
    reads: dict[int, set[int]] = {}
    for source, target in pairs:
        reads.setdefault(target, set()).add(source)
    found: list[Bus] = []
    for target in sorted((node for node in reads if len(reads[node]) > BUS_SOURCES), key=rank.__getitem__):
        bus = next((bus for bus in found if len(bus.sources & reads[target]) >= SHARED), None)
        if bus is None:
            bus = Bus()
            found.append(bus)
        bus.take(target, reads[target])
    taken = {target for bus in found for target in bus.targets}
    for target, sources in reads.items():
        if target not in taken and len(sources) >= SHARED:
            bus = next((bus for bus in found if sources <= bus.sources), None)
            if bus is not None:
                bus.take(target, sources)
    return sorted(found, key=lambda bus: min(rank[source] for source in bus.sources))
