"""What a channel sees where it answers most: the box that its value depends on, cut out of the network's input."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.results import Sight
from vrcnn.featurevis.target import Target
from vrcnn.network.arrays import PictureError
from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.map_reading import Reading
from vrcnn.network.pictures import PictureFile
from vrcnn.network.receptive_field import ReceptiveFields, Region
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace

KEPT = 64  # pictures that stay open as pixels
LEAST = 16  # px of a box that are shown at least, with what lies around it

Box = tuple[int, int, int, int]


class Crops:
    """Opens pictures of a set for a network, and cuts boxes out of them."""

    def __init__(
        self, source: NetworkSource, full: Graph, targets: Mapping[int, Target], pictures: Sequence[PictureFile]
    ) -> None:
        self._source = source
        self._targets = targets
        self._pictures = pictures
        self._colours: InputColours | None = None
        self._fields: dict[tuple[int, ...], tuple[Graph, ReceptiveFields]] = {
            tuple(source.input_size): (full, ReceptiveFields(full))
        }
        self._sizes: dict[int, tuple[int, ...]] = {}  # of the inputs of pictures
        self._seen: OrderedDict[int, np.ndarray] = OrderedDict()

    def input_of(self, picture: int) -> Tensor:
        """(1, C, ...): what the network reads of a picture. Raises PictureError where it cannot be used."""
        image = self._pictures[picture].open()
        try:
            tensor = self._source.picture_tensor(*self._source.inputs_of(image))
        except (PictureError, UserError) as error:
            raise PictureError(str(error)) from error
        except Exception as error:  # the user's own preprocessing may raise anything
            raise PictureError(f"cannot be preprocessed ({error or type(error).__name__})") from error
        if tensor is None:
            raise PictureError("goes nowhere: the network reads no picture")
        self._sizes[picture] = tuple(tensor.shape[1:])
        return tensor

    def box(self, tensor: int, channel: int, picture: int, spot: int) -> Box | None:
        """What the value of a map's pixel number `spot` depends on, as in Sight; None where that is not known."""
        size = self._sizes[picture]
        if size not in self._fields:
            with unchanged(self._source.module):
                graph = trace(self._source.module, *self._source.inputs_of(self._pictures[picture].open()))
            self._fields[size] = graph, ReceptiveFields(graph)
        graph, fields = self._fields[size]
        usual = self._fields[tuple(self._source.input_size)][0]
        if tensor >= len(graph.nodes) or graph.nodes[tensor].name != usual.nodes[tensor].name:
            return None
        shape = graph.nodes[tensor].shape
        region = region_of(self._targets[tensor].reading(shape, torch.Size(size[1:])), shape, channel, spot)
        field = None if region is None else fields.of(tensor, region)
        return None if field is None or field.unknown else (field.left, field.top, field.right, field.bottom)

    def pixels(self, sight: Sight, side: int) -> np.ndarray:
        """(H, W, 3) uint8: what the network sees in the box of `sight`, at most `side` px a side, enlarged where small.

        Raises PictureError where the picture cannot be opened any more.
        """
        whole = self._whole(sight.picture)
        height, width = whole.shape[:2]
        box = sight.box if len(self._sizes[sight.picture]) == 3 else None
        left, top, right, bottom = (0, 0, width, height) if box is None else _widened(box, width, height)
        cut = Image.fromarray(whole[top:bottom, left:right])
        scale = side / max(cut.size)
        sampling = Image.Resampling.NEAREST if scale > 2 else Image.Resampling.LANCZOS
        shape = max(1, round(cut.width * scale)), max(1, round(cut.height * scale))
        return np.asarray(cut.resize(shape, sampling))

    def _whole(self, picture: int) -> np.ndarray:
        if picture in self._seen:
            self._seen.move_to_end(picture)
            return self._seen[picture]
        if self._colours is None:
            self._colours = InputColours(self._source)
        pixels = self._colours.pixels(self.input_of(picture))[0]
        self._seen[picture] = pixels
        if len(self._seen) > KEPT:
            self._seen.popitem(last=False)
        return pixels


def region_of(reading: Reading, shape: tuple[int, ...], channel: int, spot: int) -> Region | None:
    """Where pixel number `spot` of a map lies in a tensor of this shape; None where a picture has several items.

    Pixels are counted slice by slice and row by row, in maps as map_tensors.batch_of_maps finds them.
    """
    extent = dict(zip(reading.axes, shape, strict=True))
    if extent.get("N", 1) != 1:
        return None
    found = {"C": channel, "F": channel, "N": 0}
    if "L" in extent:
        extra = extent["L"] - reading.rows * reading.columns
        found["L"] = spot + (extra if reading.last else 0)
    else:
        for letter in "WHD":
            spot, found[letter] = divmod(spot, extent.get(letter, 1))
    return tuple((found.get(letter, 0), found.get(letter, 0)) for letter in reading.axes)


def _widened(box: Box, width: int, height: int) -> Box:
    """A box of LEAST px a side at least, around the same middle, within the picture as far as that is large enough."""
    left, right = _span(box[0], box[2], width)
    top, bottom = _span(box[1], box[3], height)
    return left, top, right, bottom


def _span(first: int, end: int, length: int) -> tuple[int, int]:
    missing = max(0, min(LEAST, length) - (end - first))
    first = min(max(0, first - missing // 2), length - max(end - first, min(LEAST, length)))
    return first, max(end, first + min(LEAST, length))
