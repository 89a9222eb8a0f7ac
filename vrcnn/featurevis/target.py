"""A layer whose channels are to become large: pictures in, its maps out, with gradients, and nothing run behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cached_property

import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.featurevis.results import Place
from vrcnn.network.differentiable import Truncated, differentiable
from vrcnn.network.example import ExampleInput
from vrcnn.network.graph import Graph
from vrcnn.network.leaky import LeakyBackward
from vrcnn.network.map_reading import Reading, folded_line, maps_shape, reading_of
from vrcnn.network.map_tensors import batch_of_maps
from vrcnn.network.recorder import Diverged, never
from vrcnn.network.source import NetworkSource


class Target:
    """A layer of a network whose channels are to become large.

    Attributes:
        place: the layer.
        channels: number of its maps.
        spatial: whether they have more than one pixel; else they are vectors, such as class scores.
        input_size: of the network's picture tensor: (C, H, W), of a signal (C, L), of a volume (C, D, H, W).
        device: of the network.
    """

    def __init__(self, source: NetworkSource, full: Graph, place: Place) -> None:
        """`full` is the graph of the source's example input. Raises UserError for a layer that cannot be used."""
        example = ExampleInput(source.arguments, source.keywords, source.slot)
        if example.tensor is None:
            raise UserError(f"{source.name} reads no picture, so there is none to be made for its channels.")
        if not 0 <= place.tensor < len(full.nodes):
            raise UserError(f'There is no layer "{place.name}" in {source.name}.')
        node = full.nodes[place.tensor]
        reading, shape = reading_of(node), maps_shape(node)
        if reading is None or shape is None:
            raise UserError(f'The layer "{place.name}" has no feature maps: its tensor has the shape {node.shape}.')
        self.place = place
        self.channels = shape[0]
        self.spatial = bool({"H", "L"} & set(reading.axes)) and math.prod(node.shape) > self.channels
        self.input_size = tuple(source.input_size)
        self.device = example.tensor.device
        self._source = source
        self._example = example
        self._node = node
        self._reading = reading
        self._truncated = Truncated(source.module, full, place.tensor)

    @contextmanager
    def ready(self) -> Iterator[None]:
        """Inside, the network can be asked for maps and torch makes gradients; afterwards all is as it was before.

        One network of the process at a time is ready; others wait.
        """
        with differentiable(self._source.module):
            yield

    @cached_property
    def batches(self) -> bool:
        """Whether the network reads several pictures at a time; found by trying. If not, `maps` runs each alone."""
        pictures = self._noise(self.input_size, 2)
        with torch.no_grad():
            alone = self._run(pictures[:1], never)
            try:
                both = self._run(pictures, never)
            except (UserError, Diverged, ValueError):
                return False
        return both.shape[1:] == alone.shape[1:]

    @cached_property
    def reads_any_size(self) -> bool:
        """Whether pictures of any size will do, found by trying an odd one; `reads` asks for one size."""
        return self.reads(tuple(side * 5 // 8 | 1 for side in self.input_size[1:]))

    def reads(self, size: tuple[int, ...]) -> bool:
        """Whether pictures of this size, such as (height, width), will do."""
        try:
            with torch.no_grad():
                self._run(self._noise((self.input_size[0], *size), 1), never)
        except (UserError, Diverged, ValueError):
            return False
        return True

    def maps(self, pictures: Tensor, cancelled: Callable[[], bool] = never, leaky: float = 0.0) -> Tensor:
        """(n, channels, height, width): the maps for `pictures` (n, C, H, W), in units of the network's input.

        Of volumes (n, channels, depth, height, width), of vectors (n, channels, 1, 1); differentiable when the pictures
        are; in their dtype. `leaky`, 0 to 1, is the slope below zero of ReLUs in the backward (network/leaky.py).
        Called inside `ready`. Raises Cancelled soon after `cancelled()` becomes true, here and in the backward that
        follows, and ForwardError or UserError when the forward fails.
        """
        with LeakyBackward(leaky) if leaky else nullcontext(), torch.set_grad_enabled(pictures.requires_grad):
            if len(pictures) < 2 or self.batches:
                return self._run(pictures, cancelled)
            return torch.cat([self._run(picture[None], cancelled) for picture in pictures])

    def _run(self, pictures: Tensor, cancelled: Callable[[], bool]) -> Tensor:
        place = self._example.tensor
        assert place is not None
        own = pictures.to(place.device, place.dtype)
        if own is pictures:
            own = own.clone()  # a forward may write to its input in place
        given = self._example.with_tensor(own)
        tensor = self._truncated.run(given.arguments, given.keywords, cancelled)
        return self.maps_in(tensor, pictures).to(pictures.device, pictures.dtype)

    def maps_in(self, tensor: Tensor, pictures: Tensor) -> Tensor:
        """(n, channels, ...) as in `maps`, of the layer's tensor for these pictures (n, C, H, W)."""
        maps = batch_of_maps(tensor, self.reading(tuple(tensor.shape), pictures.shape[2:]), len(pictures))
        if maps.shape[1] != self.channels:
            raise UserError(f'The layer "{self.place.name}" has {maps.shape[1]} maps for pictures of this size.')
        return maps

    def reading(self, shape: tuple[int, ...], picture: torch.Size) -> Reading:
        """How maps lie in a tensor of this shape; the grid of tokens grows as the picture does."""
        reading, usual = self._reading, self._node.shape
        axis = reading.axes.find("L")
        if axis < 0 or shape[axis] == usual[axis]:
            return reading
        tokens, extra = shape[axis], usual[axis] - reading.rows * reading.columns
        if reading.last and len(picture) == 2 and len(self.input_size) == 3:
            rows = round(reading.rows * picture[0] / self.input_size[1])
            columns = round(reading.columns * picture[1] / self.input_size[2])
            if rows * columns + extra == tokens:
                return Reading(reading.axes, rows, columns, last=True)
        return Reading(reading.axes, *folded_line(tokens))

    def _noise(self, size: tuple[int, ...], count: int) -> Tensor:
        generator = torch.Generator().manual_seed(0)
        return torch.randn(count, *size, generator=generator).to(self.device)
