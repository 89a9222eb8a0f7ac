"""The pictures of the shelf, decoded when they are asked for and kept while memory allows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import torch
from PIL import Image

from vrcnn.engine.messages import PictureMade
from vrcnn.network.arrays import TENSOR
from vrcnn.network.pictures import PictureFile
from vrcnn.network.source import NetworkSource

EXAMPLE = -1  # a number that no picture has: the network runs on its example input
KEPT = 256 << 20  # bytes of decoded pictures
_BYTES_PER_PIXEL = 4  # Pillow keeps RGB in four bytes


class Shelf:
    """Opens pictures by their numbers. The least recently used ones are forgotten first and opened anew."""

    def __init__(self, pictures: Sequence[PictureFile], kept: int = KEPT) -> None:
        self._pictures = dict(enumerate(pictures))
        self._kept = kept
        self._open: OrderedDict[int, tuple[PictureFile, Image.Image]] = OrderedDict()
        self._bytes = 0

    def put(self, number: int, picture: PictureFile) -> None:
        """Another picture under this number, in place of any before; any thread may do it."""
        self._pictures[number] = picture

    def __contains__(self, picture: int) -> bool:
        return picture in self._pictures

    def __getitem__(self, picture: int) -> Image.Image:
        """The picture as RGB. Raises PictureError when it cannot be shown, KeyError when there is none."""
        file = self._pictures[picture]
        if picture in self._open:
            opened, image = self._open[picture]
            if opened is file:
                self._open.move_to_end(picture)
                return image
            self._bytes -= _size(self._open.pop(picture)[1])
        image = file.open()
        self._open[picture] = file, image
        self._bytes += _size(image)
        while self._bytes > self._kept:
            self._bytes -= _size(self._open.popitem(last=False)[1][1])
        return image

    def file(self, picture: int) -> PictureFile:
        """The picture as it was given."""
        return self._pictures[picture]

    def name(self, picture: int) -> str:
        """The picture's name."""
        return self._pictures[picture].name


def addition(made: PictureMade, maker: NetworkSource, reader: NetworkSource) -> PictureFile | None:
    """A picture that was made for the network of `maker`, as that of `reader` is given it; None where it reads none.

    A network of the same kind of input, prepared in the same way, gets the values as they are. Any other one that reads
    photos gets what the picture looks like.
    """
    if reader.slot is None:
        return None
    same = reader.input_size == maker.input_size and reader.preprocess == maker.preprocess
    photos = len(reader.input_size) == 3 and len(maker.input_size) == 3
    if not (same or photos):
        return None

    def read() -> Image.Image:
        image = Image.fromarray(made.pixels).convert("RGB")
        if same:
            image.info[TENSOR] = torch.from_numpy(made.values)
        return image

    return PictureFile(made.name, read=read)


def _size(image: Image.Image) -> int:
    return image.width * image.height * _BYTES_PER_PIXEL
