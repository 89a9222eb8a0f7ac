"""Pictures as users have them, and what of them can be shown: files, folders, arrays and items of a data set.

Nothing is decoded before `PictureFile.open`, so that a folder of many photos is listed at once.
"""

from __future__ import annotations

import errno
import io
import re
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial
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
# Those that are opened whatever a file's name ends with. Others of Pillow's start programs (EPS), or are none.
FORMATS = (
    *("PNG", "JPEG", "MPO", "GIF", "BMP", "PPM", "TIFF", "WEBP", "AVIF"),
    *("TGA", "DIB", "ICO", "JPEG2000", "PCX", "QOI", "SGI"),
)
RESIZED = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "LAB"})  # modes that are scaled as they are
REASON = 160  # letters of a decoder's own words
_REASONS = {
    errno.ENOENT: "is gone",
    errno.EACCES: "may not be read: its permissions forbid it",
    errno.EPERM: "may not be read: its permissions forbid it",
    errno.ELOOP: "is a link that leads in a circle",
    errno.EISDIR: "is a folder, not a picture",
    errno.ENAMETOOLONG: "has a name that is too long",
}


@dataclass(frozen=True)
class PictureFile:
    """A picture that can be opened again and again: a file at `path`, or what `read` returns.

    `read` is for pictures that are not files, such as the items of a data set. If the image that it returns has
    the network's input under `image.info["tensor"]` (C, H, W), pictures keep it and preprocessing is left out; so do
    the arrays of `.npy` and `.npz` files. `label` says what it shows, where its folder or its data set knows: a name or
    an index. `data` is what would be in the file of a picture that has none.
    """

    name: str
    path: Path | None = None
    read: Callable[[], Image.Image] | None = None
    label: Callable[[], str | int | None] | None = field(default=None, compare=False)
    data: bytes | None = None

    def open(self) -> Image.Image:
        """The picture as RGB, upright, its first frame, at most 4096 pixels a side; transparency lies on white.

        Raises PictureError where it cannot be decoded, or would need more memory than Pillow holds to be safe.
        """
        try:
            if self.read is None and self.data is not None:
                return _presentable(_decode_data(self.data))
            image = self.read() if self.read is not None else _decode(self._file())
            return _presentable(image)
        except PictureError:
            raise
        except Exception as error:  # decoders raise whatever the broken bytes led them to
            raise PictureError(_reason(error)) from error

    def _file(self) -> Path:
        if self.path is None:
            raise PictureError("has neither a file nor an image")
        about = self.path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise PictureError("is a folder, not a picture")
        if not stat.S_ISREG(about.st_mode):  # to open a pipe is to wait for whoever writes into it
            raise PictureError("is a pipe or a device, not a picture")
        if about.st_size == 0:
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
    try:
        files = _pictures_among(folder.iterdir()) or _pictures_among(folder.glob("*/*"))
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be read ({error.strerror or error}): give another.") from error
    if not files:
        raise UserError(f"There is no picture in {folder}: put some there, such as .jpg, .png or .npy files.")
    return tuple(_in_folder(file, file.relative_to(folder)) for file in files)


def _in_folder(file: Path, name: Path) -> PictureFile:
    """One that lies in a folder of its own kind shows what that is called."""
    kind = name.parts[0] if len(name.parts) > 1 else None
    return PictureFile(name.as_posix(), file, label=None if kind is None else partial(str, kind))


def data_of(image: Image.Image) -> bytes:
    """A picture as a file's content: PNG, or its numbers as `.npy` where those are the network's input."""
    file = io.BytesIO()
    tensor = image.info.get(TENSOR)
    if tensor is None:
        image.save(file, "PNG", compress_level=1)
    else:
        np.save(file, tensor.numpy())
    return file.getvalue()


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
    return _decode_file(path)


def _decode_data(data: bytes) -> Image.Image:
    """The same of what would be in a file."""
    file = io.BytesIO(data)
    if data.startswith(arrays.MAGIC):
        return arrays.image_of(arrays.array_in(file, len(data)))
    return _decode_file(file)


def _decode_file(file: Path | io.BytesIO) -> Image.Image:
    with _opened(file) as image:
        image.draft(None, (LARGEST_SIDE, LARGEST_SIDE))
        limit = Image.MAX_IMAGE_PIXELS
        if limit is not None and image.width * image.height > limit:
            raise PictureError(f"has {image.width * image.height:,} pixels, more than the {limit:,} that are safe")
        image.load()
    return image


def _opened(file: Path | io.BytesIO) -> Image.Image:
    """By what reads the common formats, which Pillow loads first; the other forty modules only where these fail."""
    Image.preinit()
    try:
        return Image.open(file, formats=[form for form in FORMATS if form in Image.OPEN])
    except UnidentifiedImageError:
        return Image.open(file, formats=_formats())


@cache
def _formats() -> tuple[str, ...]:
    """Those of FORMATS that this Pillow has."""
    Image.init()
    return tuple(form for form in FORMATS if form in Image.OPEN)


def _presentable(image: Image.Image) -> Image.Image:
    tensor = image.info.get(TENSOR)
    rgb = _shrunk(_upright(_to_rgb(image)))
    rgb.info = {} if tensor is None else {TENSOR: tensor}
    return rgb


def _shrunk(image: Image.Image) -> Image.Image:
    """At most the largest side; before anything else is done with it, as that takes the picture's memory once more."""
    longer = max(image.size)
    if longer <= LARGEST_SIDE:
        return image
    size = [max(1, round(side * LARGEST_SIDE / longer)) for side in image.size]
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=1.0)


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image).convert("RGB")
    if image.mode in RESIZED and max(image.size) > LARGEST_SIDE and "transparency" not in image.info:
        exif = _exif(image)
        image = _shrunk(image)
        image.info["exif"] = exif
    if image.has_transparency_data:
        transparent = _shrunk(image.convert("RGBA"))
        flat = Image.new("RGBA", transparent.size, BACKDROP)
        flat.alpha_composite(transparent)
        flat.info = image.info
        return flat.convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Grey values of 16 bits, 0 to 65535, as 8 bits; of 32 bits or floating point, from their least to their greatest.

    Pillow's own conversion clips everything above 255 to white.
    """
    mode = image.mode
    if max(image.size) > LARGEST_SIDE:
        image = _shrunk(image.convert("F"))
    values = np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0, neginf=0)
    low, high = float(values.min()), float(values.max())
    if mode != "F" and low >= 0 and high <= 65535:
        low, high = 0.0, 65535.0
    scale = 255 / (high - low) if high > low else 0.0
    return Image.fromarray(((values - low) * scale + 0.5).astype(np.uint8))


def _exif(image: Image.Image) -> bytes:
    try:
        return image.getexif().tobytes()
    except Exception:  # broken EXIF data says nothing about the pixels
        return b""


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # as above
        return image


def _reason(error: Exception) -> str:
    match error:
        case Image.DecompressionBombError() | Image.DecompressionBombWarning():
            return "has more pixels than are safe to open"
        case UnidentifiedImageError():
            return "is not a picture that Pillow can read"
        case MemoryError():
            return "needs more memory than there is"
        case OSError() if error.errno:
            return _REASONS.get(error.errno, f"cannot be read ({error.strerror})")
    if "truncated" in str(error):
        return "is truncated"
    words = " ".join(str(error).split()) or type(error).__name__
    return f"is broken ({words if len(words) <= REASON else words[:REASON] + '…'})"
