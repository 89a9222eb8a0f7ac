"""A file of some pictures with several kinds of labels: a .npz with `pixels` and the labels by their names."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vrcnn.errors import UserError
from vrcnn.whole_file import write_whole


def write_pictures(path: Path, pixels: np.ndarray, labels: Mapping[str, np.ndarray]) -> None:
    """Writes `pixels` (N, height, width, 3) uint8, those that are grey in one channel, and labels (N,).

    Raises UserError where that cannot be.
    """
    grey = bool((pixels == pixels[..., :1]).all())
    kept: dict[str, Any] = {"pixels": np.ascontiguousarray(pixels[..., 0]) if grey else pixels}
    kept.update((name, each.astype(np.int16)) for name, each in labels.items())
    file = io.BytesIO()
    np.savez_compressed(file, **kept)
    write_whole(path, lambda stream: stream.write(file.getvalue()))


def read_pictures(path: Path, labels: str) -> tuple[np.ndarray, list[int]]:
    """(pixels (N, height, width, 3) uint8, the labels of that name). Raises UserError where they cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            pixels, told = kept["pixels"], kept[labels]
    except (OSError, ValueError, KeyError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        raise UserError(f"The pictures {path} cannot be read: {error}.") from error
    if pixels.dtype != np.uint8 or pixels.ndim not in (3, 4) or len(pixels) != len(told) or not len(told):
        raise UserError(f"The pictures {path} are damaged: there has to be a label for each.")
    return (pixels if pixels.ndim == 4 else np.repeat(pixels[..., None], 3, 3)), told.tolist()
