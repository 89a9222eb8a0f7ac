"""Saves pictures as PNG files, whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np

from vrcnn.errors import UserError

_REASONS = {
    errno.EACCES: "this account may not write there: choose another folder",
    errno.EPERM: "this account may not write there: choose another folder",
    errno.EROFS: "that disk is read-only: choose another folder",
    errno.ENOENT: "there is no such folder: make it first, or choose another",
    errno.ENOTDIR: "part of that path is a file, not a folder: choose another folder",
    errno.ENOSPC: "the disk is full: make room, or choose another folder",
    errno.EDQUOT: "this account's share of the disk is used up: make room, or choose another folder",
    errno.EFBIG: "the file would be larger than this system allows: choose a smaller size",
    errno.ENAMETOOLONG: "that name is too long: choose a shorter one",
}


def save_picture(pixels: np.ndarray, path: Path) -> Path:
    """Writes `pixels` ((H, W, 3) or (H, W, 4) uint8, rows from the top, sRGB-encoded) as a PNG file and returns `path`.

    An existing file is replaced, and only once the new one is complete. Raises UserError where it cannot be written.
    """
    from PIL import Image  # only here: saving is rare, and the start shall be quick

    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or 0 in pixels.shape:
        raise ValueError(f"a picture is (H, W, 3) or (H, W, 4) uint8, not {pixels.shape} {pixels.dtype}")
    check_destination(path)
    part = path.with_name(f".{path.stem[:80]}-{os.getpid()}.part")
    try:
        try:
            with part.open("wb") as file:
                Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG", compress_level=3)
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}: choose another place")
        raise UserError(f"Cannot save {path}: {reason}.") from error
    return path


def check_destination(path: Path) -> None:
    """Raises UserError where a picture clearly cannot be saved at `path`, before any work is done for it."""
    if path.suffix.lower() != ".png":
        raise UserError(f"Cannot save {path}: pictures are saved as PNG, so let the name end in .png.")
    if path.is_dir():
        raise UserError(f"Cannot save {path}: that is a folder; name a file in it.")
    if not path.parent.is_dir():
        reason = _REASONS[errno.ENOTDIR if any(parent.is_file() for parent in path.parents) else errno.ENOENT]
        raise UserError(f"Cannot save {path}: {reason}.")


def next_free(path: Path) -> Path:
    """The first name beside `path` that is not taken: for shot.png that is shot-001.png, then shot-002.png, ..."""
    number = 1
    while (candidate := path.with_name(f"{path.stem}-{number:03}{path.suffix}")).exists():
        number += 1
    return candidate
