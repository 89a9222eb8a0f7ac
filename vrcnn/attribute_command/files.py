"""An attribution's files: the picture, and its raw values beside it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np

from vrcnn.export.picture import save_picture
from vrcnn.whole_file import write_whole


def _npy(values: np.ndarray) -> bytes:
    """A file's content. To a disk numpy writes with calls of its own, which tell no reason when they fail."""
    content = io.BytesIO()
    np.save(content, values)
    return content.getvalue()


def values_path(picture: Path) -> Path:
    """Where the raw values of a picture lie."""
    return picture.with_suffix(".npy")


def save_attribution(drawn: np.ndarray | None, values: np.ndarray, path: Path) -> tuple[Path, ...]:
    """Writes `drawn` (H, W, 3) uint8 to `path`, where there is anything, and the `values` beside it, each whole or not
    at all.

    Returns what was written. Raises UserError where one of them cannot be written.
    """
    written = write_whole(values_path(path), lambda file: file.write(_npy(values)))
    return (written,) if drawn is None else (save_picture(drawn, path), written)
