"""Which layers and channels `vrcnn featvis` is about: found by name and checked, before anything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vrcnn.errors import UserError
from vrcnn.export.feature_names import layer_words
from vrcnn.export.graph_words import told_operations
from vrcnn.featurevis.results import Place
from vrcnn.featurevis.settings import Objective
from vrcnn.featurevis.target import Target
from vrcnn.network.detail import reduce
from vrcnn.network.finding import nodes_named
from vrcnn.network.graph import Graph, channel_names
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource

WHOLE = ("direction", "dream")  # objectives that are about a layer and not about one channel of it
Span = tuple[int, int]  # channels from the first to the last


@dataclass(frozen=True)
class ChosenLayer:
    """A layer with the channels of it that are wanted.

    Attributes:
        target: the layer.
        title: what people call it.
        operations: what it does, such as "Conv2d, BatchNorm2d, ReLU"; `role` names the colour of its family.
        channels: their numbers, ascending; (0,) for an objective that is about the whole layer.
        names: of all its channels, such as those of the classes; empty without.
        word: what its files begin with.
        share: 0 to 1, of the network that runs for it, about.
    """

    target: Target
    title: str
    operations: str
    role: str
    channels: tuple[int, ...]
    names: tuple[str, ...]
    word: str
    share: float

    @property
    def place(self) -> Place:
        return self.target.place


def choose_layers(
    source: NetworkSource,
    full: Graph,
    scope: Scope,
    names: Sequence[str] | None,
    spans: Sequence[Span] | None,
    objective: Objective,
) -> list[ChosenLayer]:
    """The layers of these names, or all that are shown in this scope and have feature maps; in the order of execution.

    `spans` are the wanted channels of each, None for all; without names, a layer has those of them that it has. Raises
    UserError, with a sentence for each name that is not there, and where a channel is not.
    """
    if names is not None:
        nodes = nodes_named(names, full, scope)
    else:
        shown = reduce(full, scope)
        nodes = [(shown, node) for node in shown.nodes]
    words = layer_words(node.name for node in (*full.nodes, *(node for _, node in nodes)))
    chosen: dict[int, ChosenLayer] = {}
    for graph, node in nodes:
        tensor = node.members[-1]
        if tensor in chosen or (names is None and node.family == "input"):
            continue
        try:
            target = Target(source, full, Place(node.name, tensor))
        except UserError:
            if names is not None:
                raise
            continue  # such as a layer whose tensor has no maps
        channels = _channels(target, node.title, spans, names is not None, objective)
        if channels:
            chosen[tensor] = ChosenLayer(
                target=target,
                title=node.title,
                operations=told_operations(node),
                role=node.family,
                channels=channels,
                names=channel_names(node, graph, source.labels or (), target.channels),
                word=words[node.name],
                share=(tensor + 1) / len(full.nodes),
            )
    if not chosen:
        raise UserError(f"No layer of {source.name} has the channels that are wanted.")
    return [chosen[tensor] for tensor in sorted(chosen)]


def _channels(
    target: Target, title: str, spans: Sequence[Span] | None, named: bool, objective: Objective
) -> tuple[int, ...]:
    count = target.channels
    spans = spans or [(0, count - 1)]
    asked_for = [number for number, _ in objective.weights]
    if objective.partner is not None:
        asked_for.append(objective.partner)
    missing = [number for number in (*(last for _, last in spans), *asked_for) if number >= count]
    if missing and named:
        raise UserError(_no_channel(title, count, missing[0]))
    if any(number >= count for number in asked_for):
        return ()
    wanted = {channel for first, last in spans for channel in range(first, min(last, count - 1) + 1)}
    return (0,) if objective.kind in WHOLE else tuple(sorted(wanted))


def _no_channel(title: str, count: int, channel: int) -> str:
    has = f"{count:,} channels, 0 to {count - 1}" if count > 1 else "1 channel, number 0"
    return f"Layer {title} has {has}: there is no channel {channel}."
