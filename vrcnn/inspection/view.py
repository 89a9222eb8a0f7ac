"""The layer that a question is about, in its pass: what the answers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vrcnn.errors import UserError
from vrcnn.inspection.exact import Exact
from vrcnn.inspection.results import Layer
from vrcnn.inspection.subject import Subject, place_of
from vrcnn.inspection.weighted import Weighted
from vrcnn.network.graph import Graph
from vrcnn.network.recorder import never


@dataclass(frozen=True)
class Picture:
    """What the network reads: the `number` of the picture, None for the example input, what it is called, and that."""

    number: int | None
    name: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]


@dataclass
class Silent:
    """By tensors: the numbers of the pictures that were looked at, and which channels were all 0 in all of them.

    `network` says of which graph and weights that is.
    """

    channels: dict[int, tuple[frozenset[int | None], np.ndarray]] = field(default_factory=dict)
    network: object = None


@dataclass
class View:
    """What all answers are about.

    Attributes:
        network, name: whose numbers they are; `exact` has its pass.
        full, shown: the graphs that questions and walls are of.
        names: of channels, such as classes, by those of the nodes.
        slice: of volumes, 0 to 1.
        cancelled: says that nobody waits any more.
        silent: the channels that were all 0 so far.
    """

    network: nn.Module
    name: str
    exact: Exact
    full: Graph = field(default_factory=lambda: Graph((), ()))
    shown: Graph = field(default_factory=lambda: Graph((), ()))
    picture: Picture = field(default_factory=lambda: Picture(None, "", (), {}))
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    slice: float = 0.5
    cancelled: Callable[[], bool] = never
    silent: Silent = field(default_factory=Silent)

    def layer(self, subject: Subject, call: Weighted | None) -> Layer:
        node, full = subject.node, self.full
        named = "" if call is None or subject.operation is None else self.exact.graph.nodes[subject.operation].name
        return Layer(
            name=node.name,
            title=node.title,
            tensor=subject.tensor,
            shape=node.shape,
            axes=node.axes,
            operations=node.operations or (full.nodes[subject.tensor].operation,),
            operation=named,
            kind="" if call is None else call.kind,
            picture=self.picture.number,
            picture_name=self.picture.name,
            channels=subject.channels,
            names=node.marks.channels or self.names.get(node.name, ()),
        )

    def call(self, subject: Subject) -> Weighted | None:
        return None if subject.operation is None else self.exact.weighted_exactly(subject.operation, self.cancelled)

    def needed_call(self, subject: Subject, what: str) -> Weighted:
        call = self.call(subject)
        if call is None:
            does = ", ".join(subject.node.operations) or subject.node.operation
            if subject.operation is not None:
                raise UserError(
                    f"Layer {subject.node.title} has no {what} that can be told: {does} quantizes what it reads as it "
                    "goes, or computes where torch cannot be watched."
                )
            raise UserError(
                f"Layer {subject.node.title} has no {what}: it is no convolution and no linear layer ({does})."
            )
        return call

    def place(
        self, subject: Subject, call: Weighted, channel: int, pixel: tuple[int, int]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        shown, index = place_of(subject, channel, pixel, self.slice, self.exact)
        if index is None:
            raise UserError(self.elsewhere(subject))
        return shown, index

    def output(self, subject: Subject, call: Weighted, channel: int) -> int | None:
        """Which output of the operation the channel shows; None where it shows no single one."""
        _, index = place_of(subject, channel, (0, 0), self.slice, self.exact)
        if index is not None:
            return index[call.channel_axis]
        return channel if call.outputs == subject.channels else None

    def elsewhere(self, subject: Subject) -> str:
        behind = ", ".join(self.behind(subject))
        return (
            f"The wall of {subject.node.title} shows what comes behind {behind}, so that its values are not those of "
            "single places of the convolution: choose the convolution itself, with --detail all."
        )

    def behind(self, subject: Subject) -> tuple[str, ...]:
        nodes = self.exact.graph.nodes
        operation = -1 if subject.operation is None else subject.operation
        return tuple(nodes[member].operation for member in subject.members if member > operation)

    def values(self, subject: Subject) -> Tensor:
        """The tensor that its wall shows."""
        return self.exact.tensors([subject.index], self.cancelled)[subject.index]


def pictures_of(kernel: Tensor) -> Tensor:
    """(inputs, rows, columns) of one output's weights (inputs, *kernel size): slices stand side by side."""
    match kernel.ndim:
        case 1:
            return kernel[:, None, None]
        case 2:
            return kernel[:, None, :]
        case 3:
            return kernel
    return kernel.movedim(1, 2).flatten(2)


def array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().to(torch.float32).cpu().contiguous().numpy()
