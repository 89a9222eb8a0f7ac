"""The inspect panel's page of histograms: activations and weights, of the channel and of the whole layer."""

from __future__ import annotations

from math import floor, log10

import numpy as np

from vrcnn.inspection.results import ChannelNumbers, Distribution, Histogram, LayerNumbers
from vrcnn.scene.intents import Intent
from vrcnn.scene.reading import figure, share
from vrcnn.ui.events import Area
from vrcnn.ui.inspect_look import Look, caption, tell_why_not
from vrcnn.ui.panel_pen import GAP, Pen, columns, rows
from vrcnn.ui.theme import SMALL

AXIS = 58.0, 30.0  # points: left of a plot for its counts, and below it for its values
CHOICE = 44.0  # points, the height of the choice between the two scales
LIFT = 0.3  # of a power of ten, by which a count of one stands above the axis
HIGHEST = 0.84  # of a plot, how high its highest bar is: above it stands what it tells
TYPE_SIZE = SMALL * 0.92


def draw_histograms(pen: Pen, look: Look, area: Area) -> list[Intent]:
    """Up to four plots, and the choice of the scale of their counts."""
    layer, channel = look.answer(LayerNumbers, "layer"), look.answer(ChannelNumbers, "channel")
    if layer is None and channel is None:
        tell_why_not(pen, look, area)
        return []
    scales = Area(area.right - 280, area.top, area.right, area.top + CHOICE)
    chosen = pen.choices("scale", scales, [("Linear", False), ("Logarithmic", True)], look.logarithmic)
    look.logarithmic = look.logarithmic if chosen is None else chosen
    pen.text(area.left, area.top + 10, "How often each value occurs", "muted", SMALL)
    told = [
        (f"Activations, {look.subject.name}", None if channel is None else channel.activations),
        ("Activations, the whole layer", None if layer is None else layer.activations),
        (f"Weights, {look.subject.name}", None if channel is None else channel.weights),
        ("Weights, the whole layer", None if layer is None else layer.weights),
    ]
    with_weights = any(found is not None for _, found in told[2:])
    lines = rows(Area(area.left, scales.bottom + 12, area.right, area.bottom), 2 if with_weights else 1, 14.0)
    for number, (words, found) in enumerate(told[: 4 if with_weights else 2]):
        place = columns(lines[number // 2], 2, 2 * GAP)[number % 2]
        top = caption(pen, place.left, place.top, words, place.right - place.left)
        if found is not None:
            draw_plot(pen, found, Area(place.left, top, place.right, place.bottom), look.logarithmic)
    return []


def draw_plot(pen: Pen, found: Distribution, area: Area, logarithmic: bool) -> None:
    """One histogram with its axes; the bar under the pointer says what it counts."""
    histogram = found.histogram
    plot = Area(area.left + AXIS[0], area.top + 4, area.right - 4, area.bottom - AXIS[1])
    pen.fill(plot, "track", 3.0, 0.35)
    most = int(histogram.counts.max()) if histogram.counts.size else 0
    if not most:
        pen.text(plot.left + 10, plot.top + 8, "No finite values", "muted", SMALL)
        return
    tall, wide = plot.bottom - plot.top, plot.right - plot.left
    for count, words in count_ticks(most, logarithmic):
        y = plot.bottom - height_of(count, most, logarithmic) * tall
        pen.fill(Area(plot.left - 5, y - 0.7, plot.right, y + 0.7), "frame", 0.0, 0.7)
        pen.text(plot.left - 9, y - 11, words, "muted", TYPE_SIZE, align=1.0)
    low, high = float(histogram.edges[0]), float(histogram.edges[-1])
    reach = (high - low) or 1.0
    pointed = None
    xs = plot.left + (histogram.edges - low) / reach * wide
    for number in np.flatnonzero(histogram.counts).tolist():
        top = plot.bottom - height_of(int(histogram.counts[number]), most, logarithmic) * tall
        bar = Area(float(xs[number]), top, max(float(xs[number]) + 1.2, float(xs[number + 1]) - 0.8), plot.bottom)
        over = pen.pointer is not None and bar.left <= pen.pointer[0] < bar.right and plot.holds(*pen.pointer)
        pen.fill(bar, "accent" if over else "running", 0.0)
        pointed = number if over else pointed
    pen.fill(Area(plot.left, plot.bottom - 1.0, plot.right, plot.bottom + 1.0), "muted", 0.0)
    for value, align in value_ticks(low, high):
        x = plot.left + (value - low) / reach * wide
        pen.fill(Area(x - 0.8, plot.bottom, x + 0.8, plot.bottom + 6), "muted", 0.0)
        pen.text(x, plot.bottom + 8, figure(value), "muted", TYPE_SIZE, align=align)
    _tell(pen, histogram, found, pointed, plot)


def _tell(pen: Pen, histogram: Histogram, found: Distribution, pointed: int | None, plot: Area) -> None:
    """In the plot's corner what the bar under the pointer counts, else how many values are exactly 0."""
    if pointed is not None:
        edges = figure(float(histogram.edges[pointed])), figure(float(histogram.edges[pointed + 1]))
        words = f"{int(histogram.counts[pointed]):,} from {edges[0]} to {edges[1]}"
    elif histogram.zeros:
        words = f"{share(histogram.zeros / max(1, found.count))} are exactly 0"
    else:
        return
    pen.text(plot.right - 8, plot.top + 4, words, "text", TYPE_SIZE, align=1.0, room=plot.right - plot.left - 16)


def height_of(count: int, most: int, logarithmic: bool) -> float:
    """How high a bar is, 0 to 1; on the logarithmic scale one value can be seen beside a million."""
    if count <= 0:
        return 0.0
    if not logarithmic:
        return HIGHEST * count / most
    return HIGHEST * (log10(count) + LIFT) / (log10(most) + LIFT)


def count_ticks(most: int, logarithmic: bool) -> list[tuple[int, str]]:
    """(count, words) along the axis of the counts: even steps, or powers of ten."""
    if logarithmic:
        powers = list(range(floor(log10(most)) + 1))
        powers = powers[:: 1 + (len(powers) - 1) // 5]
        return [(10**power, short(10**power)) for power in powers]
    step = 10 ** floor(log10(most))
    step = next(size for size in (step // 5 or 1, step // 2 or 1, step, 2 * step) if most / size <= 4.5)
    return [(count, short(count)) for count in range(step, most + 1, step)]


def short(count: int) -> str:
    """A count in few letters: 950, 12k, 4.5M."""
    for unit, letter in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if count >= unit:
            return f"{count / unit:.3g}{letter}"
    return str(count)


def value_ticks(low: float, high: float) -> list[tuple[float, float]]:
    """(value, how its words are aligned) along the axis of the values: both ends, and 0 where it lies well between."""
    ticks = [(low, 0.0), (high, 1.0)]
    if low < 0 < high and 0.22 < -low / (high - low) < 0.78:
        ticks.append((0.0, 0.5))
    return ticks
