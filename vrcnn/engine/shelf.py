"""The pictures of the shelf, decoded when they are asked for and kept while memory allows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PIL import Image

from vrcnn.network.pictures import PictureFile

KEPT = 256 << 20  # bytes of decoded pictures
_BYTES_PER_PIXEL = 4  # Pillow keeps RGB in four bytes


class Shelf:
    """Opens pictures by their numbers. The least recently used ones are forgotten first and opened anew."""

    def __init__(self, pictures: Sequence[PictureFile], kept: int = KEPT) -> None:
        self._pictures = pictures
        self._kept = kept
        self._open: OrderedDict[int, Image.Image] = OrderedDict()
        self._bytes = 0

    def __getitem__(self, picture: int) -> Image.Image:
        """The picture as RGB. Raises PictureError when it cannot be shown, IndexError when there is none."""
        if picture in self._open:
            self._open.move_to_end(picture)
            return self._open[picture]
        image = self._pictures[picture].open()
        self._open[picture] = image
        self._bytes += _size(image)
        while self._bytes > self._kept:
            self._bytes -= _size(self._open.popitem(last=False)[1])
        return image

    def name(self, picture: int) -> str:
        """The picture's name."""
        return self._pictures[picture].name


def _size(image: Image.Image) -> int:
    return image.width * image.height * _BYTES_PER_PIXEL
