"""The numbers of a network as text for the terminal, at most 120 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np

from vrcnn.export.graph_words import shortened, told_shape
from vrcnn.inspecting.step_words import kernel_rows, written_out
from vrcnn.inspection.results import (
    ChannelNumbers,
    Distribution,
    Drivers,
    Layer,
    LayerNumbers,
    NetworkNumbers,
    Path,
    Step,
)

WIDTH = 120
BARS = "▁▂▃▄▅▆▇█"
NARROW = 22  # columns that a name keeps in the table of a network
PATH = 40  # columns of a layer's name
FEW = 24  # channels that are named


def network_text(numbers: NetworkNumbers) -> str:
    """A line for each layer."""
    heads = ("layer", "shape", "parameters", "multiply-adds", "dead", "constant", "saturated", "min", "mean", "max")
    rows = [
        (
            row.layer.title,
            told_shape(row.layer.shape[1:] if row.layer.axes.startswith("N") else row.layer.shape),
            f"{row.parameters:,}" if row.parameters else "–",
            f"{row.multiply_adds:,}" if row.multiply_adds else "–",
            *(_part(count, row.layer.channels) for count in (row.dead, row.constant, row.saturated)),
            *(f"{value:.3g}" for value in (row.minimum, row.mean, row.maximum)),
        )
        for row in numbers.rows
    ]
    nonfinite = [f"{row.layer.title} has {row.nonfinite:,}" for row in numbers.rows if row.nonfinite]
    lines = [
        f"{numbers.network}, {numbers.picture_name}: {numbers.parameters:,} parameters, "
        f"{numbers.multiply_adds:,} multiply-adds",
        "",
        *table(heads, rows),
        "",
        *wrapped(f"Dead: 0 everywhere {_for_pictures(numbers.pictures)}. Constant: the same value everywhere, not 0."),
        *wrapped(f"Multiply-adds: {numbers.counting}."),
    ]
    if nonfinite:
        lines += wrapped(f"Values that are NaN or infinite: {'; '.join(nonfinite)}.")
    return _joined(lines)


def layer_text(numbers: LayerNumbers, top: int) -> str:
    """Its distributions, its channels, and what is wrong with them."""
    layer = numbers.layer
    lines = [*_heading(layer), ""]
    lines += _facts(
        ("shape", f"{told_shape(layer.shape)}, {layer.channels:,} channels"),
        ("weights", f"{told_shape(numbers.weight_shape)} of {layer.operation}" if numbers.weight_shape else "none"),
        ("parameters", f"{numbers.parameters:,}, and {numbers.buffers:,} numbers in buffers"),
        ("multiply-adds", f"{numbers.multiply_adds:,}"),
    )
    for name, found in (("weights", numbers.weights), ("biases", numbers.biases), ("values", numbers.activations)):
        if found is not None:
            lines += ["", *_distribution(name, found)]
    lines.append("")
    lines += _listed(f"dead {_for_pictures(numbers.pictures)}", numbers.dead)
    lines += _listed("constant", numbers.constant)
    lines += _listed("saturated", numbers.saturated)
    lines += _listed("weightless, all weights 0", numbers.weightless)
    lines += wrapped(numbers.saturation)
    order = np.argsort(-numbers.maxima, kind="stable")[:top]
    heads = ("channel", "min", "mean", "max", "deviation", "zeros", "kernel norm", "")
    rows = [
        (
            channel_name(layer, int(channel)),
            *(number(float(values[channel])) for values in (numbers.minima, numbers.means, numbers.maxima)),
            number(float(numbers.deviations[channel])),
            f"{100 * float(numbers.zeros[channel]):.0f} %",
            "–" if numbers.norms is None else number(float(numbers.norms[channel])),
            numbers.state(int(channel)),
        )
        for channel in order
    ]
    return _joined([*lines, "", f"The {len(rows)} channels with the largest values:", "", *table(heads, rows)])


def channel_text(
    numbers: ChannelNumbers, drivers: Drivers | None, path: Path, names: Mapping[int, str], top: int
) -> str:
    """Its distributions, its kernel, what drives it, and where that comes from; `names` of layers by their tensors."""
    layer = numbers.layer
    lines = [*_heading(layer), f"Channel {channel_name(layer, numbers.channel)}" + _said(numbers.state), ""]
    lines += _distribution("values", numbers.activations)
    if numbers.weights is not None:
        lines += ["", *_distribution("weights", numbers.weights)]
        bias = "none" if numbers.bias is None else number(numbers.bias)
        lines += _facts(("bias", bias), ("norm", number(numbers.norm or 0.0)))
        if numbers.kernel is not None and numbers.kernel[0].size > 1:
            lines += ["", *kernel_rows(numbers.kernel, numbers.first_input, top)]
    if drivers is not None:
        lines += ["", *_driving(drivers, top)]
    return _joined([*lines, *_traced(path, names, top)])


def step_text(step: Step, drivers: Drivers, top: int) -> str:
    """Patch x kernel, input by input, and what they sum to."""
    return _joined([*_heading(step.layer), "", *written_out(step, top), "", *_driving(drivers, top)])


def _heading(layer: Layer) -> list[str]:
    return [f"{layer.title}: {' · '.join(layer.operations)}", f"on {layer.picture_name}"]


def _driving(drivers: Drivers, top: int) -> list[str]:
    heads = ("by contribution", "adds", "of it", "by weight", "norm")
    whole = float(drivers.strengths.sum()) or 1.0
    rows = [
        (
            f"input {int(drivers.by_contribution[each])}",
            f"{float(drivers.contributions[each]):+.4g}",
            f"{100 * float(drivers.strengths[each]) / whole:.1f} %",
            f"input {int(drivers.by_weight[each])}",
            number(float(drivers.norms[each])),
        )
        for each in range(min(top, len(drivers.by_weight)))
    ]
    where = "on average over the map" if drivers.position is None else "there"
    source = f" of {drivers.source}" if drivers.source else ""
    return [f"What drives it: the channels{source}, {where}", "", *table(heads, rows)]


def _traced(path: Path, names: Mapping[int, str], top: int) -> list[str]:
    """The channels that are followed of each layer, the nearest layers first, and what of the channel is theirs."""
    flows: dict[int, dict[int, float]] = {}
    for link in path.links:
        channels = flows.setdefault(link.source, {})
        channels[link.source_channel] = channels.get(link.source_channel, 0.0) + link.flow
    layers = sorted(flows, reverse=True)
    if not layers:
        return ["", *wrapped(path.ended or "Nothing comes in that could be traced back.")]
    lines = [
        "",
        *wrapped(f"Traced back, at most {path.strongest} channels of each layer, and the part of what is followed:"),
    ]
    lines.append("")
    for layer in layers[:top]:
        ranked = sorted(flows[layer].items(), key=lambda each: -each[1])
        told = "   ".join(f"{channel:>5} {100 * flow:>5.1f} %" for channel, flow in ranked)
        lines.append(f"{shortened(names[layer], PATH):<{PATH}}  {told}")
    if len(layers) > top:
        lines.append(f"and {len(layers) - top:,} more layers (--top), the last of them {names[layers[-1]]}")
    return [*lines, *(["", *wrapped(path.ended)] if path.ended else [])]


def _distribution(name: str, found: Distribution) -> list[str]:
    """Two rows of bars, as tall as the counts and as their logarithms, and the moments."""
    counts = found.histogram.counts.astype(float)
    ends = f"{number(found.minimum)} … {number(found.maximum)}"
    zeros = f"{found.histogram.zeros:,} zeros ({100 * found.histogram.zeros / max(1, found.count):.1f} %)"
    words = [ends, f"mean {number(found.mean)}", f"deviation {number(found.deviation)}", zeros]
    if found.histogram.nonfinite:
        words.append(f"{found.histogram.nonfinite:,} NaN or infinite")
    return [
        f"{name:<14}{found.count:,} values: {', '.join(words)}",
        f"{'linear':>12}  {bars(counts)}",
        f"{'log':>12}  {bars(np.log1p(counts))}",
    ]


def bars(heights: np.ndarray) -> str:
    """A bar for each height, as tall as its share of the tallest; a space for nothing, never for something."""
    tallest = float(heights.max()) if heights.size else 0.0
    if not tallest:
        return " " * len(heights)
    levels = np.ceil(heights / tallest * len(BARS)).astype(int)
    return "".join(BARS[level - 1] if level else " " for level in levels)


def number(value: float) -> str:
    """Four digits of it."""
    return f"{value:.4g}" if value else "0"


def channel_name(layer: Layer, channel: int) -> str:
    """Its number, and its name where it has one."""
    return f"{channel} {layer.names[channel]}" if channel < len(layer.names) else str(channel)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned lines, no wider than WIDTH: the first column gives way. All but the first two are numbers."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    widths[0] = max(NARROW, min(widths[0], WIDTH - sum(widths[1:]) - 2 * (len(widths) - 1)))
    return [_line(heads, widths), _line(["─" * width for width in widths], widths), *(_line(r, widths) for r in rows)]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    fitted = [shortened(cell, width) for cell, width in zip(cells, widths, strict=True)]
    aligned = [
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(fitted, widths, strict=True))
    ]
    return "  ".join(aligned).rstrip()


def _facts(*facts: tuple[str, str]) -> list[str]:
    return [f"{name:<14}{told}" for name, told in facts]


def _listed(name: str, marked: np.ndarray) -> list[str]:
    """How many channels are marked, and the first of them."""
    channels = np.flatnonzero(marked)
    if not len(channels):
        return _facts((name, "none")) if len(name) < 14 else [f"{name}: none"]
    more = f" and {len(channels) - FEW:,} more" if len(channels) > FEW else ""
    told = f"{len(channels):,} of {len(marked):,}: {', '.join(map(str, channels[:FEW]))}{more}"
    return _facts((name, told)) if len(name) < 14 else wrapped(f"{name}: {told}")


def _part(count: int, channels: int) -> str:
    return f"{count:,}/{channels:,}" if count else "–"


def _for_pictures(count: int) -> str:
    return "for this picture" if count == 1 else f"for {count:,} pictures"


def _said(state: str) -> str:
    return f": {state}" if state else ""


def wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def _joined(lines: Sequence[str]) -> str:
    return "".join(line.rstrip() + "\n" for line in lines)
