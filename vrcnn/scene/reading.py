"""What is read of a feature map that somebody points at: its values, what they come to, and how that is said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor, log10

import numpy as np

from vrcnn.network.quantity import ACTIVATIONS, Quantity
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.ranges import ends_of

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class MapAt:
    """The map of channel number `channel` of node `node` in hall number `hall`."""

    hall: int
    node: int
    channel: int


@dataclass(frozen=True)
class FeatureAt:
    """The visualization of what channel number `channel` of node `node` in hall number `hall` looks for."""

    hall: int
    node: int
    channel: int


Subject = MapAt | FeatureAt | int  # a map, a visualization, or the number of a frame with the copy of one


@dataclass(frozen=True)
class Statistics:
    """Of the finite values as float16 keeps them; all 0 where there are none.

    `zeros` is the share of values that are exactly zero (sparsity), 0 to 1; `nonfinite` counts NaN and infinities.
    """

    least: float
    largest: float
    mean: float
    deviation: float
    zeros: float
    nonfinite: int


@dataclass(frozen=True)
class Reading:
    """A feature map as it was when it was read.

    Attributes:
        at: which map it is.
        values: (H, W) float16, rows from the top, as they are kept (Quantity.exponent).
        samples, extremes: values from all over its layer, and the layer's smallest and largest, kept likewise, from
            which follow the ends of the colours (scene/ranges.py).
        layer: the layer's name.
        count: how many channels it has.
        name: of the channel or its class; "" where it has none.
        picture: the name of the picture that ran through the network.
        quantity: what the values are.
    """

    at: MapAt
    values: np.ndarray
    samples: np.ndarray
    extremes: np.ndarray
    layer: str = ""
    count: int = 1
    name: str = ""
    picture: str = ""
    quantity: Quantity = ACTIVATIONS

    @cached_property
    def statistics(self) -> Statistics:
        """What the values come to."""
        values = self.values.astype(np.float64) * self.quantity.factor
        finite = values[np.isfinite(values)]
        if not finite.size:
            return Statistics(0.0, 0.0, 0.0, 0.0, 0.0, values.size)
        zeros = float(np.count_nonzero(finite == 0)) / values.size
        known = (float(finite.min()), float(finite.max()), float(finite.mean()), float(finite.std()))
        return Statistics(*known, zeros, values.size - finite.size)

    @cached_property
    def true_values(self) -> np.ndarray:
        """(H, W): what the values that are kept stand for."""
        return self.values.astype(np.float64) * self.quantity.factor if self.quantity.exponent else self.values

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in px."""
        return self.values.shape[0], self.values.shape[1]

    @property
    def channel_words(self) -> str:
        """ "channel 12 · tabby"; channels count from 0, as in PyTorch. What is no activation is told before that."""
        return self._owed + f"channel {self.at.channel:,}" + (f" · {self.name}" if self.name else "")

    @property
    def full_channel_words(self) -> str:
        """ "channel 12 of 0–63 · tabby"."""
        words = f"{self._owed}channel {self.at.channel:,} of 0–{self.count - 1:,}"
        return words + (f" · {self.name}" if self.name else "")

    @property
    def _owed(self) -> str:
        return f"{self.quantity.words} · " if self.quantity.owed else ""

    def told(self, row: int, column: int) -> str:
        """The value of a pixel, in as many digits as tell it from all others."""
        return exactly(self.values[row, column], self.quantity)

    def ends(self, colouring: Colouring, diverging: bool) -> tuple[float, float]:
        """The values at the lower and at the upper end of its colours."""
        if colouring.range == "map":
            known = self.statistics
            largest = max(abs(known.least), abs(known.largest))
            return (-largest, largest) if diverging else (known.least, known.largest)
        low, high = ends_of(self.samples[None], self.extremes[None], colouring, diverging)[0]
        factor = 1.0 if colouring.range == "fixed" else self.quantity.factor
        return float(low) * factor, float(high) * factor


def figure(value: float) -> str:
    """A number in three digits, as in a table: "0.0312", "−12.4", "3.2e−5", "NaN"."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else f"{MINUS}∞"
    if value == 0:
        return "0"
    size = abs(value)
    if 1e-3 <= size < 1e5:
        text = f"{value:.{max(0, 2 - floor(log10(size)))}f}"
    else:
        digits, power = f"{value:.1e}".split("e")
        text = f"{digits}e{int(power)}"
    return text.replace("-", MINUS)


def exactly(value: np.float16, quantity: Quantity = ACTIVATIONS) -> str:
    """What a value that is kept in float16 stands for, in as many digits as tell it from all others."""
    if not np.isfinite(value):
        return figure(float(value))
    if quantity.exponent and value:
        text = np.format_float_scientific(float(value) * quantity.factor, precision=4, trim="-", exp_digits=1)
        return text.replace("-", MINUS)
    if value == int(value):
        return str(int(value)).replace("-", MINUS)
    text = np.format_float_positional(value, unique=True, trim="-")
    if len(text.lstrip("-0.")) > 7 or abs(float(value)) < 1e-4:
        text = np.format_float_scientific(value, unique=True, trim="-", exp_digits=1)
    return text.replace("-", MINUS)


def share(part: float) -> str:
    """A share of 0 to 1 in percent; what is not none is not called 0, what is not all not 100."""
    if part in (0.0, 1.0):
        return f"{100 * part:.0f} %"
    if part < 0.001:
        return "< 0.1 %"
    if part > 0.999:
        return "> 99.9 %"
    return f"{100 * part:.1f} %"
