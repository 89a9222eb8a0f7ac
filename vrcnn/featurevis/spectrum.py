"""The magnitude spectrum of natural pictures, for any size: what MaCo keeps, and how strong which frequencies are.

`assets/spectrum/natural.json` holds it, in colours along the axes of natural pictures, at a few frequencies and
directions; tools/natural_spectrum.py made it of the demo's photos. Between them it is interpolated.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from vrcnn.resources import resource

# Columns are the axes along which colours of natural pictures do not depend on each other: about lightness, orange to
# blue, green to purple. Lucid's square root of ImageNet's colour covariance, divided by the norm of its first column:
# https://github.com/tensorflow/lucid/blob/master/lucid/optvis/param/color.py
COLOUR_AXES = tuple(
    tuple(value / 0.4619 for value in row) for row in ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))
)


@dataclass(frozen=True)
class NaturalSpectrum:
    """Mean magnitudes of natural pictures.

    Attributes:
        frequencies: (r,) cycles per px, rising, spaced evenly in their logarithm.
        directions: (d,) of the waves, rising, from 0 (they follow each other along the row) to pi / 2 (up the column).
        logarithms: (3, r, d) natural logarithm of the magnitude, for each of COLOUR_AXES.
    """

    frequencies: Tensor
    directions: Tensor
    logarithms: Tensor

    def magnitude(self, size: Sequence[int]) -> Tensor:
        """(3, *size without the negative half of the last) of a picture of that size, as `torch.fft.rfftn` orders it.

        A signal or a volume has waves in fewer or more directions than a picture: its magnitudes depend on the
        frequency alone. No frequency has that of the mean: it is as strong as the slowest wave.
        """
        waves = wave_numbers(size)
        frequency = torch.linalg.vector_norm(waves, dim=0)
        slowest = 1.0 / max(size)
        logs = frequency.clamp_min(slowest).log()
        first, last = math.log(self.frequencies[0]), math.log(self.frequencies[-1])
        row = (logs - first) / (last - first) * (len(self.frequencies) - 1)
        if len(size) != 2:
            return _between(self.logarithms.mean(2, keepdim=True), row, torch.zeros_like(row)).exp()
        direction = torch.atan2(waves[0].abs(), waves[1].abs())
        column = direction / (math.pi / 2) * (len(self.directions) - 1)
        return _between(self.logarithms, row, column).exp()


@cache
def natural_spectrum() -> NaturalSpectrum:
    """The one that is shipped."""
    facts = json.loads(resource("assets", "spectrum", "natural.json").read_text(encoding="utf-8"))
    return NaturalSpectrum(*(torch.tensor(facts[name]) for name in ("frequencies", "directions", "logarithms")))


def wave_numbers(size: Sequence[int]) -> Tensor:
    """(dimensions, *size without the negative half of the last) cycles per px, as `torch.fft.rfftn` orders them."""
    axes = [torch.fft.fftfreq(length) for length in size[:-1]] + [torch.fft.rfftfreq(size[-1])]
    return torch.stack(torch.meshgrid(*axes, indexing="ij"))


def _between(table: Tensor, row: Tensor, column: Tensor) -> Tensor:
    """(3, ...) of a table (3, rows, columns) at broken rows and columns; beyond its first and last row it goes on."""
    rows, columns = table.shape[1:]
    top = row.floor().clamp(0, rows - 2).long()
    left = column.floor().clamp(0, max(columns - 2, 0)).long()
    right = (left + 1).clamp_max(columns - 1)
    down, along = row - top, column - left
    upper = table[:, top, left] * (1 - along) + table[:, top, right] * along
    lower = table[:, top + 1, left] * (1 - along) + table[:, top + 1, right] * along
    return upper * (1 - down) + lower * down
