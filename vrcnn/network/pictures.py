"""Pictures as users have them, and what of them can be shown: files, folders, arrays and items of a data set.

Nothing is decoded before `PictureFile.open`, so that a folder of many photos is listed at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from vrcnn.errors import UserError
from vrcnn.network import arrays
from vrcnn.network.arrays import TENSOR, PictureError

LARGEST_SIDE = 4096
BACKDROP = (255, 255, 255, 255)
SUFFIXES = frozenset(
    {
        ".avif",
        ".bmp",
        ".gif",
        ".jfif",
        ".jpe",
        ".jpeg",
        ".jpg",
        ".pgm",
        ".png",
        ".ppm",
        ".tga",
        ".tif",
        ".tiff",
        ".webp",
    }
)


@dataclass(frozen=True)
class PictureFile:
    """A picture that can be opened again and again: a file at `path`, or what `read` returns.

    `read` is for pictures that are not files, such as the items of a data set. If the image that it returns has
    the network's input under `image.info["tensor"]` (C, H, W), pictures keep it and preprocessing is left out; so do
    the arrays of `.npy` and `.npz` files.
    """

    name: str
    path: Path | None = None
    read: Callable[[], Image.Image] | None = None

    def open(self) -> Image.Image:
        """The picture as RGB, upright, its first frame, at most 4096 pixels a side; transparency lies on white.

        Raises PictureError where it cannot be decoded, or would need more memory than Pillow holds to be safe.
        """
        try:
            image = self.read() if self.read is not None else _decode(self._file())
            return _presentable(image)
        except PictureError:
            raise
        except Exception as error:  # decoders raise whatever the broken bytes led them to
            raise PictureError(_reason(error)) from error

    def _file(self) -> Path:
        if self.path is None:
            raise PictureError("has neither a file nor an image")
        if self.path.stat().st_size == 0:
            raise PictureError("is empty")
        return self.path


def list_pictures(folder: Path) -> tuple[PictureFile, ...]:
    """The pictures in a folder, sorted as people count (2 before 10); where it has none, those one folder deeper.

    A single file is a list of one. Raises UserError if there is no such folder or no picture in it.
    """
    if folder.is_file():
        return (PictureFile(folder.name, folder),)
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}: give a folder with pictures.")
    files = _pictures_among(folder.iterdir()) or _pictures_among(folder.glob("*/*"))
    if not files:
        raise UserError(f"There is no picture in {folder}: put some there, such as .jpg, .png or .npy files.")
    return tuple(PictureFile(file.relative_to(folder).as_posix(), file) for file in files)


def pixels_of(image: Image.Image, side: int = 512) -> np.ndarray:
    """(H, W, 4) uint8, rows from the top, opaque, at most `side` pixels a side."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return np.array(small.convert("RGBA"))


def _pictures_among(files: Iterable[Path]) -> list[Path]:
    pictures = (
        file for file in files if file.suffix.lower() in SUFFIXES | arrays.SUFFIXES and not file.name.startswith(".")
    )
    return sorted(pictures, key=_natural_order)


def _natural_order(file: Path) -> list[tuple[int, str]]:
    parts = re.split(r"(\d+)", file.as_posix().casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _decode(path: Path) -> Image.Image:
    """The file's first frame. A JPEG far beyond the largest side is decoded at a fraction of its size."""
    if path.suffix.lower() in arrays.SUFFIXES:
        return arrays.image_of(arrays.read_array(path))
    with Image.open(path) as image:
        image.draft(None, (LARGEST_SIDE, LARGEST_SIDE))
        limit = Image.MAX_IMAGE_PIXELS
        if limit is not None and image.width * image.height > limit:
            raise PictureError(f"has {image.width * image.height:,} pixels, more than the {limit:,} that are safe")
        image.load()
    return image


def _presentable(image: Image.Image) -> Image.Image:
    tensor = image.info.get(TENSOR)
    rgb = _upright(_to_rgb(image))
    rgb.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    rgb.info = {} if tensor is None else {TENSOR: tensor}
    return rgb


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image).convert("RGB")
    if image.has_transparency_data:
        transparent = image.convert("RGBA")
        flat = Image.new("RGBA", image.size, BACKDROP)
        flat.alpha_composite(transparent)
        flat.info = image.info
        return flat.convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey values of 16 bits, 0 to 65535, as 8 bits; of 32 bits or floating point, from their least to their greatest.

    Pillow's own conversion clips everything above 255 to white.
    """
    values = np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    if image.mode != "F" and low >= 0 and high <= 65535:
        low, high = 0.0, 65535.0
    scale = 255 / (high - low) if high > low else 0.0
    return Image.fromarray(((values - low) * scale + 0.5).astype(np.uint8))


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # broken EXIF data says nothing about the pixels
        return image


def _reason(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "is gone"
        case PermissionError():
            return "may not be read: its permissions forbid it"
        case Image.DecompressionBombError() | Image.DecompressionBombWarning():
            return "has more pixels than are safe to open"
        case UnidentifiedImageError():
            return "is not a picture that Pillow can read"
        case MemoryError():
            return "needs more memory than there is"
    if "truncated" in str(error):
        return "is truncated"
    return f"is broken ({error or type(error).__name__})"
