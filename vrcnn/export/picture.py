"""Saves pictures as PNG files, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vrcnn.errors import UserError
from vrcnn.whole_file import check_place, write_whole


def save_picture(pixels: np.ndarray, path: Path) -> Path:
    """Writes `pixels` ((H, W, 3) or (H, W, 4) uint8, rows from the top, sRGB-encoded) as a PNG file and returns `path`.

    An existing file is replaced, and only once the new one is complete. Raises UserError where it cannot be written.
    """
    from PIL import Image  # only here: saving is rare, and the start shall be quick

    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or 0 in pixels.shape:
        raise ValueError(f"a picture is (H, W, 3) or (H, W, 4) uint8, not {pixels.shape} {pixels.dtype}")
    check_destination(path)
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return write_whole(path, lambda file: picture.save(file, "PNG", compress_level=3))


def check_destination(path: Path) -> None:
    """Raises UserError where a picture clearly cannot be saved at `path`, before any work is done for it."""
    if path.suffix.lower() != ".png":
        raise UserError(f"Cannot save {path}: pictures are saved as PNG, so let the name end in .png.")
    check_place(path)


def next_free(path: Path) -> Path:
    """The first name beside `path` that is not taken: for shot.png that is shot-001.png, then shot-002.png, ..."""
    number = 1
    while (candidate := path.with_name(f"{path.stem}-{number:03}{path.suffix}")).exists():
        number += 1
    return candidate
