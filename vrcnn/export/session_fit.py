"""Which network of a session is the one on show, and what of it has changed since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vrcnn.export.session import NetworkSession, Session
from vrcnn.network.graph import Graph
from vrcnn.scene.wording import counted

NAMED = 6  # layers that are named of those that have changed
LIKENESS = 0.5  # share of layers that are the same, from which on a network without a session takes up a former one's

Layers = Mapping[str, tuple[int, ...]]


def layers_of(graph: Graph) -> dict[str, tuple[int, ...]]:
    """The shapes of all layers, by name."""
    return {node.name: tuple(node.shape) for node in graph.nodes}


def structure_of(graph: Graph) -> str:
    """Tells a network from another one of its name: a hash of its layers' names and shapes, 16 hexadecimal digits."""
    lines = "\n".join(f"{node.name} {node.shape}" for node in graph.nodes)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Change:
    """What a network had when its session was written and has not now: layers that are `gone`, and others of another
    shape. `fresh` counts those that it had not."""

    gone: tuple[str, ...] = ()
    reshaped: tuple[str, ...] = ()
    fresh: int = 0

    @property
    def words(self) -> str:
        """One sentence for each kind."""
        sentences = []
        if self.gone:
            sentences.append(f"{counted(len(self.gone), 'layer')} gone: {_named(self.gone)}.")
        if self.reshaped:
            sentences.append(f"{counted(len(self.reshaped), 'layer')} with another shape: {_named(self.reshaped)}.")
        if self.fresh:
            sentences.append(f"{counted(self.fresh, 'layer')} new.")
        return " ".join([*sentences, "What still fits is as you left it."])


@dataclass(frozen=True)
class Fit:
    """What a session has of a network; `change` where the network is not the same any more."""

    network: NetworkSession
    change: Change | None = None


def fit(session: Session, name: str, structure: str, layers: Layers) -> Fit | None:
    """The one of the same name and structure, else that of this name which shares most of its layers, if any."""
    exact = session.of(name, structure)
    if exact is not None:
        return Fit(exact)
    others = [each for each in session.networks if each.name == name and each.layers and likeness(each, layers) > 0]
    nearest = max(others, key=lambda each: likeness(each, layers), default=None)
    return None if nearest is None else Fit(nearest, _change(nearest.layers or {}, layers))


def likeness(network: NetworkSession, layers: Layers) -> float:
    """The share of layers, of both, that have the same name and shape: 0 to 1."""
    known = set((network.layers or {}).items())
    return len(known & set(layers.items())) / max(1, len(known | set(layers.items())))


def _change(before: Layers, now: Layers) -> Change:
    gone = tuple(name for name in before if name not in now)
    reshaped = tuple(name for name, shape in before.items() if name in now and now[name] != shape)
    return Change(gone, reshaped, sum(name not in before for name in now))


def _named(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
