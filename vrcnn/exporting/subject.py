"""What an export is made of: a network with the inputs of one pass; hands its tensors over, a few layers at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from vrcnn.engine.identifying import identify_network, identify_picture, identify_values
from vrcnn.engine.inquiries import Workbench
from vrcnn.errors import UserError
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.identity import NetworkIdentity, PictureIdentity
from vrcnn.network.pictures import PictureFile
from vrcnn.network.recorder import Cancelled, Diverged, Recorder, never
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace

TOGETHER = 128 << 20  # bytes of tensors that are kept at a time; a larger one is kept alone


class _Enough(Exception):  # noqa: N818 - nothing has failed
    """All that was wanted of a pass is there."""


@dataclass(frozen=True)
class Subject:
    """A network and the inputs of one pass through it.

    Attributes:
        full: every operation of that pass; `scope` says what of it is shown.
        picture: what was run; None for the example input.
        target: what the network was opened as.
        sieve: what the picture is behind, as on the command line; "" for nothing.
    """

    source: NetworkSource
    full: Graph
    scope: Scope
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    picture: PictureFile | None
    target: str
    sieve: str = ""

    @classmethod
    def of_picture(cls, source: NetworkSource, picture: PictureFile | None, scope: Scope, target: str) -> Subject:
        """Traces the network on a picture, on its example input without one. Raises PictureError, ForwardError."""
        arguments, keywords = source.arguments, source.keywords
        if picture is not None:
            arguments, keywords = source.inputs_of(picture.open())
        with unchanged(source.module):
            full = trace(source.module, arguments, keywords)
        return cls(source, full, scope, arguments, keywords, picture, target)

    @classmethod
    def at_work(cls, workbench: Workbench) -> Subject:
        """What is on show: the network with the picture on the easel. Raises PictureError."""
        source, number = workbench.source, workbench.picture
        picture = workbench.shelf.file(number) if number is not None and number in workbench.shelf else None
        arguments, keywords = workbench.inputs()
        target = source.path.name if source.path is not None else source.name
        full, scope, sieve = workbench.capture.full, workbench.inference.scope, workbench.inference.xray.sieve
        through = "" if sieve is None else sieve.text
        return cls(source, full, scope, arguments, keywords, picture, target, through)

    @property
    def shown(self) -> Graph:
        """The nodes that are shown."""
        return reduce(self.full, self.scope)

    def identity(self, cancelled: Callable[[], bool] = never) -> tuple[NetworkIdentity, PictureIdentity]:
        """Who this is about. Raises Cancelled."""
        network = identify_network(self.source, self.full, self.target, cancelled)
        if self.picture is not None:
            return network, identify_picture(self.picture)
        tensor = self.source.picture_tensor(self.arguments, self.keywords)
        if tensor is None:
            return network, PictureIdentity("the example input", "", "values")
        return network, identify_values("the example input", tensor.detach())

    def tensors(
        self, wanted: Sequence[int], cancelled: Callable[[], bool] = never
    ) -> Iterator[tuple[int, Tensor] | None]:
        """The tensors of these nodes of the full graph, in main memory, bit for bit as the network makes them.

        There are as many passes as it takes to keep no more than TOGETHER bytes. None is yielded where a pass was given
        up since `cancelled()` turned true; going on tries again. Raises UserError where a pass takes another way.
        """
        waiting = sorted(set(wanted))
        while waiting:
            group = self._fitting(waiting)
            found: dict[int, Tensor] = {}
            try:
                self._run(group, found, cancelled)
            except Cancelled:
                yield None
                continue
            waiting = waiting[len(group) :]
            for index in group:
                yield index, found.pop(index)

    def _fitting(self, waiting: Sequence[int]) -> list[int]:
        group, room = list[int](), TOGETHER
        for index in waiting:
            room -= 4 * math.prod(self.full.nodes[index].shape)
            if group and room < 0:
                break
            group.append(index)
        return group

    def _run(self, group: Sequence[int], found: dict[int, Tensor], cancelled: Callable[[], bool]) -> None:
        recorder = Recorder(self.source.module, self.full, {index: index for index in group})

        def deliver(index: int, tensor: Tensor) -> None:
            found[index] = tensor.detach().clone().cpu()
            if len(found) == len(group):
                raise _Enough

        try:
            with unchanged(self.source.module), torch.no_grad():
                recorder.run(self.arguments, self.keywords, deliver, cancelled)
        except _Enough:
            return
        except Diverged as error:
            raise UserError(
                f"{self.source.name} takes another way through its layers at every pass, so its values cannot be "
                "exported: make the forward repeatable, for instance with a fixed random seed."
            ) from error
