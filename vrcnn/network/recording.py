"""Recorded passes of a network as plain data: what they computed, and the graphs that they took; no network needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from vrcnn.errors import UserError
from vrcnn.network.graph import Graph

Said = tuple[int, str, float, tuple[float, float, float] | None]  # as in engine/messages.Score


@dataclass(frozen=True)
class RecordedPass:
    """One pass.

    Attributes:
        name: such as "pass 3".
        way: the number of the graph that it took.
        values: by node of that graph, the tensor; of a batch the first item alone.
        outputs: by place in what was returned, such as "0.boxes", the tensors; of a batch the first item.
        inputs: (name, shape, dtype) of every tensor that it was given.
        pictures: (H, W, 3 or 4) uint8 each: "input", what it ran on, or words where that was no picture; "overlay", the
            same with what the output says over it, where there is one.
        is_seen: whether "input" is the input itself, so that what a pixel sees can be shown in it.
        kind, scores: what the output said, as in engine/answers.Answer; a score is a tuple of its fields.
    """

    name: str
    way: int
    values: Mapping[int, np.ndarray]
    outputs: Mapping[str, np.ndarray]
    inputs: tuple[tuple[str, tuple[int, ...], str], ...]
    pictures: Mapping[str, np.ndarray]
    is_seen: bool
    kind: str = "none"
    scores: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Recording:
    """Passes of one network.

    Attributes:
        name: what people call the network.
        labels: names of its classes, or None.
        ways: full graphs, one for each way that a pass took.
        passes: in the order in which they ran; at least one.
        detail: what was kept of them: the values of what is shown at this detail.
        exact: whether values have the network's own numbers; else real ones are float16.
        notes: sentences for the user about what was not recorded, or not as it was.
        versions: what recorded it, such as {"vrcnn": "0.1.0", "torch": "2.6.0"}.
    """

    name: str
    labels: tuple[str, ...] | None
    ways: tuple[Graph, ...]
    passes: tuple[RecordedPass, ...]
    detail: str = "layers"
    exact: bool = False
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


def no_network(name: str) -> UserError:
    """For what cannot be done with a recording."""
    return UserError(
        f"{name} is a recording, which has the maps of its passes and no network: for anything that has to be "
        "computed, open the network itself (`vrcnn run`, vrcnn.show)."
    )
