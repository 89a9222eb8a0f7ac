"""A layer whose channels are to become large: pictures in, its maps out, with gradients, and nothing run behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor, nn
from torch.nn import functional

from vrcnn.errors import UserError
from vrcnn.featurevis.results import Place
from vrcnn.network.differentiable import Truncated, differentiable
from vrcnn.network.example import ExampleInput
from vrcnn.network.graph import Graph, Node
from vrcnn.network.leaky import LeakyBackward
from vrcnn.network.map_reading import Reading, folded_line, maps_shape, reading_of
from vrcnn.network.map_tensors import batch_of_maps
from vrcnn.network.obstacle import INDEPENDENT, gradient_of, obstacle
from vrcnn.network.operations import module_paths, unwrap
from vrcnn.network.recorder import Diverged, never
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace

TOLERANCE = 1e-4  # of the largest value of the maps, in single precision on a processor
_NOISE = 0.3  # its deviation, in units of the network's input
_ELSEWHERE = 1e-2  # on graphics cards, whose convolutions round to ten bits (TensorFloat-32)
LONGEST_LAYER = 2e9  # multiplications: some 60 ms on one core


@dataclass(frozen=True)
class _Manner:
    """How a network is run.

    `folded`: batch normalizations as part of convolutions (network/folding.py); `channels_last`: pictures with their
    channels side by side in memory, which convolutions on a processor take 0.9 of the time for, and graphics cards
    less; `batches`: several pictures at a time; `copied`: with copies of what the forward may overwrite in place.
    """

    folded: bool = False
    channels_last: bool = False
    batches: bool = False
    copied: bool = False


_PLAIN = _Manner()
_MANNERS = (_Manner(True, True), _Manner(True, False), _Manner(False, True), _PLAIN)  # the fastest first


@dataclass(frozen=True)
class _Way:
    """A way through the network, as far as the layer: `node`, read so for a picture of `size` (C, H, W)."""

    truncated: Truncated
    node: Node
    reading: Reading
    size: tuple[int, ...]

    def reading_of(self, shape: tuple[int, ...], picture: tuple[int, ...]) -> Reading:
        """How maps lie in a tensor of this shape, made of such a picture; the grid of tokens grows as that does."""
        reading, usual = self.reading, self.node.shape
        axis = reading.axes.find("L")
        if axis < 0 or picture == self.size[1:]:
            return reading
        tokens, extra = shape[axis], usual[axis] - reading.rows * reading.columns
        if reading.last and len(picture) == 2 and len(self.size) == 3:
            rows = round(reading.rows * picture[0] / self.size[1])
            columns = round(reading.columns * picture[1] / self.size[2])
            if rows * columns + extra == tokens:
                return Reading(reading.axes, rows, columns, last=True)
        return reading if tokens == usual[axis] else Reading(reading.axes, *folded_line(tokens))


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
        self._graph = full
        self._way = _Way(Truncated(source.module, full, place.tensor), node, reading, self.input_size)
        self._ways: dict[tuple[int, ...], _Way] = {}  # by pictures' size, where it is another way
        self._most = _most_work(source.module, full, place.tensor)
        self._manner: _Manner | None = None
        self._checked = False
        self._readable: dict[tuple[int, ...], bool] = {}

    @contextmanager
    def ready(self) -> Iterator[None]:
        """Inside, the network can be asked for maps and torch makes gradients; afterwards all is as it was before.

        One network of the process at a time is ready; others wait.
        """
        with differentiable(self._source.module):
            yield

    @property
    def batches(self) -> bool:
        """Whether the network reads several pictures at a time; found by trying. If not, `maps` runs each alone."""
        return self._settled(never).batches

    @cached_property
    def reads_any_size(self) -> bool:
        """Whether pictures of any size will do, found by trying an odd one; `reads` asks for one size."""
        return self.reads(tuple(side * 5 // 8 | 1 for side in self.input_size[1:]))

    def reads(self, size: tuple[int, ...]) -> bool:
        """Whether pictures of this size, such as (height, width), will do; found by trying."""
        if size not in self._readable:
            try:
                with torch.no_grad():
                    self._run(self._samples(size, 1), _PLAIN, never)
            except (UserError, ValueError):
                self._readable[size] = False
            else:
                self._readable[size] = True
        return self._readable[size]

    def maps(self, pictures: Tensor, cancelled: Callable[[], bool] = never, leaky: float = 0.0) -> Tensor:
        """(n, channels, height, width): the maps for `pictures` (n, C, H, W), in units of the network's input.

        Of volumes (n, channels, depth, height, width), of vectors (n, channels, 1, 1); in the pictures' dtype.
        Differentiable when the pictures are: then in the fastest manner of the network whose maps are the same up to
        TOLERANCE, on a graphics card in bfloat16; else exactly as the network is. `leaky`, 0 to 1, is the slope below
        zero of ReLUs in the backward (network/leaky.py). Called inside `ready`.

        Raises Cancelled soon after `cancelled()` becomes true, here and in the backward that follows; ForwardError when
        the forward fails; UserError where there is no gradient, with the operation that is in its way.
        """
        manner = replace(_PLAIN, batches=self._settled(cancelled).batches) if len(pictures) > 1 else _PLAIN
        if pictures.requires_grad and torch.is_grad_enabled():
            manner = self._sound(cancelled)
        together = self._together(pictures.shape) if manner.batches else 1
        with LeakyBackward(leaky) if leaky else nullcontext(), torch.set_grad_enabled(pictures.requires_grad):
            if len(pictures) <= together:
                return self._run(pictures, manner, cancelled)
            return torch.cat([self._run(some, manner, cancelled) for some in pictures.split(together)])

    def _settled(self, cancelled: Callable[[], bool]) -> _Manner:
        """The fastest manner in which the network gives the same maps as in the plain one, found by trying."""
        if self._manner is not None:
            return self._manner
        pictures = self._samples(self.input_size[1:], 2)
        with torch.no_grad():
            alone = self._run(pictures[:1], _PLAIN, cancelled)
            manners = [replace(manner, batches=True) for manner in _MANNERS] + [*_MANNERS]
            for manner in manners:
                some = pictures if manner.batches else pictures[:1]
                try:
                    maps = self._run(some, manner, cancelled, elsewhere=False)
                except (UserError, Diverged, ValueError):
                    continue
                if self._alike(maps[:1], alone):
                    self._manner = manner
                    break
            else:
                self._manner = self._unsteady(pictures, alone, cancelled)
        return self._manner

    def _unsteady(self, pictures: Tensor, alone: Tensor, cancelled: Callable[[], bool]) -> _Manner:
        """The manner of a network that gives other maps each time, so that they cannot be compared: the plain one."""
        try:
            both = self._run(pictures, _PLAIN, cancelled, elsewhere=False)
        except (UserError, Diverged, ValueError):
            return _PLAIN
        random = not self._alike(self._run(pictures[:1], _PLAIN, cancelled), alone)
        return replace(_PLAIN, batches=random and both.shape[1:] == alone.shape[1:])

    def _sound(self, cancelled: Callable[[], bool]) -> _Manner:
        """The settled manner, once it is certain that a gradient comes to the picture."""
        manner = self._settled(cancelled)
        if self._checked:
            return manner
        picture, sound = self._samples(self.input_size[1:], 1).requires_grad_(True), None
        for way in (manner, replace(_PLAIN, batches=manner.batches, copied=True)):
            with torch.enable_grad():
                try:
                    maps = self._run(picture, way, cancelled)
                    gradient = gradient_of(maps, picture) if maps.requires_grad else None
                except (UserError, RuntimeError):
                    continue
            if gradient is None:
                continue
            if gradient.count_nonzero():
                sound = way
                break
            sound = sound or way
        else:
            self._refuse(picture)  # unless the gradient is zero by chance
        self._manner, self._checked = sound or manner, True
        return self._manner

    def _refuse(self, picture: Tensor) -> None:
        """Raises UserError with the reason why no gradient comes to the picture, if there is one."""
        given, tensor = self._given(picture, _PLAIN), self.place.tensor
        try:
            reason = obstacle(self._source.module, self._graph, tensor, given.arguments, given.keywords, picture)
        except Diverged:
            raise UserError(self._elsewhere()) from None
        if reason is not None:
            other = "another layer" if reason == INDEPENDENT else "a layer before that"
            raise UserError(f'The layer "{self.place.name}" cannot be visualized: {reason}. Choose {other}.')

    def _run(self, pictures: Tensor, manner: _Manner, cancelled: Callable[[], bool], elsewhere: bool = True) -> Tensor:
        """The maps for all of these pictures at a time.

        Where they take another way through the network than the graph, that is traced and the layer of the same name
        looked for, if `elsewhere`; else Diverged is raised.
        """
        size = tuple(pictures.shape[2:])
        given = self._given(pictures, manner)
        way = self._ways.get(size, self._way)
        precision = torch.autocast("cuda", torch.bfloat16) if self._is_mixed(pictures) else nullcontext()
        with precision:
            try:
                tensor = way.truncated.run(given.arguments, given.keywords, cancelled, manner.folded, manner.copied)
            except Diverged:
                if not elsewhere:
                    raise
                way = self._ways[size] = self._other_way(pictures[:1])
                try:
                    tensor = way.truncated.run(given.arguments, given.keywords, cancelled, manner.folded, manner.copied)
                except Diverged:
                    raise UserError(self._elsewhere()) from None
        return self._maps(tensor, pictures, way).to(pictures.device, pictures.dtype)

    def _given(self, pictures: Tensor, manner: _Manner) -> ExampleInput:
        """The network's inputs with these pictures, which are copied: a forward may write to its input in place."""
        place = self._example.tensor
        assert place is not None
        layout = torch.channels_last if manner.channels_last and pictures.ndim == 4 else torch.contiguous_format
        own = pictures.to(place.device, place.dtype).contiguous(memory_format=layout)
        return self._example.with_tensor(own.clone() if own is pictures else own)

    def _other_way(self, picture: Tensor) -> _Way:
        """The way that this picture (1, C, ...) takes."""
        given = self._given(picture.detach(), _PLAIN)
        graph = trace(self._source.module, given.arguments, given.keywords)
        known = self._way.node
        for node in graph.nodes:
            if (node.name, node.operation) == (known.name, known.operation) and len(node.shape) == len(known.shape):
                reading = reading_of(node)
                if reading is not None:
                    size = tuple(picture.shape[1:])
                    return _Way(Truncated(self._source.module, graph, node.index), node, reading, size)
        raise UserError(self._elsewhere())

    def _elsewhere(self) -> str:
        return (
            f"{self._source.name} takes another way through its layers for other pictures, which does not always come "
            f'past the layer "{self.place.name}": choose one that it always comes past.'
        )

    def _is_mixed(self, pictures: Tensor) -> bool:
        """Whether half the precision will do: for gradients, where the device is much faster so."""
        if self.device.type != "cuda" or not (pictures.requires_grad and torch.is_grad_enabled()):
            return False
        tensor = self._example.tensor
        return tensor is not None and tensor.dtype == torch.float32 and torch.cuda.is_bf16_supported()

    def _together(self, shape: torch.Size) -> int:
        """How many pictures go through at a time, so that no layer keeps the processor from being asked for long."""
        if self.device.type != "cpu":
            return int(shape[0])
        larger = math.prod(shape[2:]) / max(1, math.prod(self.input_size[1:]))
        return max(1, int(LONGEST_LAYER / max(1.0, self._most * larger)))

    def maps_in(self, tensor: Tensor, pictures: Tensor) -> Tensor:
        """(n, channels, ...) as in `maps`, of the layer's tensor for these pictures (n, C, H, W)."""
        return self._maps(tensor, pictures, self._way)

    def reading(self, shape: tuple[int, ...], picture: tuple[int, ...]) -> Reading:
        """How maps lie in the layer's tensor of this shape, made of a picture of this size, such as (height, width)."""
        return self._way.reading_of(shape, picture)

    def _maps(self, tensor: Tensor, pictures: Tensor, way: _Way) -> Tensor:
        maps = batch_of_maps(tensor, way.reading_of(tuple(tensor.shape), tuple(pictures.shape[2:])), len(pictures))
        if maps.shape[1] != self.channels:
            raise UserError(f'The layer "{self.place.name}" has {maps.shape[1]} maps for pictures of this size.')
        return maps

    def _alike(self, maps: Tensor, others: Tensor) -> bool:
        """Whether the maps are of one shape and differ by no more than what rounding makes of it."""
        if maps.shape != others.shape:
            return False
        place = self._example.tensor
        assert place is not None
        tolerance = max(TOLERANCE if self.device.type == "cpu" else _ELSEWHERE, 8 * torch.finfo(place.dtype).eps)
        finite = others.isfinite()
        if not torch.equal(maps.isfinite(), finite):
            return False
        maps, others = maps.where(finite, 0.0), others.where(finite, 0.0)
        return bool((maps - others).abs().amax() <= tolerance * others.abs().amax())

    def _samples(self, size: tuple[int, ...], count: int) -> Tensor:
        """(count, C, *size): the example input with some noise on it, to try things out with."""
        example = self._example.tensor
        assert example is not None
        example = functional.interpolate(example.detach().float(), size) if example.shape[2:] != size else example
        noise = torch.randn(count, self.input_size[0], *size, generator=torch.Generator().manual_seed(0))
        return example.detach().float() + _NOISE * noise.to(self.device)


def _most_work(network: nn.Module, graph: Graph, last: int) -> float:
    """Multiplications of the layer that has most of them, for one picture, among those up to the node `last`."""
    modules = {path: module for module, path in module_paths(unwrap(network)).items()}
    most = 0.0
    for node in graph.nodes[: last + 1]:
        weight = modules[node.layer]._parameters.get("weight") if node.layer in modules and node.layer else None
        if weight is not None and weight.ndim > 1 and weight.shape[0]:
            most = max(most, weight.numel() / weight.shape[0] * math.prod(node.shape))
    return most
