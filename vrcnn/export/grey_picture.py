"""Saves one feature map as a PNG of 16-bit grey, from which its values can be told again."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vrcnn.export.picture import check_destination
from vrcnn.whole_file import write_whole

WHITE = 65535


def save_grey(values: np.ndarray, ends: tuple[float, float], path: Path) -> Path:
    """Writes `values` (H, W) so that the first of `ends` is black and the second white; returns `path`.

    NaN is black, infinities are the ends. Raises UserError where it cannot be written.
    """
    from PIL import Image  # only here, as in picture.py

    check_destination(path)
    low, high = ends
    shares = (values.astype(np.float64) - low) / (high - low) if high > low else np.zeros(values.shape)
    pixels = np.rint(np.nan_to_num(np.clip(shares, 0.0, 1.0)) * WHITE).astype(np.uint16)
    picture = Image.fromarray(pixels)
    return write_whole(path, lambda file: picture.save(file, "PNG", compress_level=3))
