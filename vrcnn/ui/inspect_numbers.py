"""The inspect panel's page of numbers: of the layer and of the channel, side by side."""

from __future__ import annotations

import numpy as np

from vrcnn.inspection.results import ChannelNumbers, Distribution, LayerNumbers
from vrcnn.scene.intents import Intent
from vrcnn.scene.reading import share
from vrcnn.ui.events import Area
from vrcnn.ui.inspect_look import Look, precise, tell_why_not, wrapped
from vrcnn.ui.panel_pen import Pen
from vrcnn.ui.theme import SMALL

LINE = 29.0  # points
NAMES, TOLD = 0.30, 0.64  # parts of the width, where the channel's and the layer's numbers end
STATES = {
    "dead": "dead: 0 everywhere",
    "constant": "constant: the same value everywhere",
    "saturated": "saturated",
}


def draw_numbers(pen: Pen, look: Look, area: Area) -> list[Intent]:
    """A head that says what the layer is, then a table with a column for the channel and one for the layer."""
    layer, channel = look.answer(LayerNumbers, "layer"), look.answer(ChannelNumbers, "channel")
    if layer is None:
        tell_why_not(pen, look, area)
        return []
    y = area.top
    for name, words in told_of(layer):
        pen.text(area.left, y + 2, name, "muted", SMALL)
        pen.text(area.left + 150, y, words, size=SMALL * 1.08, room=area.right - area.left - 150)
        y += LINE
    y += 8
    width = area.right - area.left
    ends = area.left + TOLD * width, area.right
    for x, words in zip(ends, (look.subject.name, "the whole layer"), strict=True):
        pen.text(x, y, words, "accent text", SMALL, strong=True, align=1.0, room=(1 - TOLD) * width)
    y += LINE
    pen.fill(Area(area.left, y - 4, area.right, y - 2.5), "frame", 0.0)
    lines = lines_of(layer, channel)
    visible = max(1, int((area.bottom - y) / LINE))
    look.most = max(0, len(lines) - visible)
    first = min(look.first, look.most)
    for name, *values in lines[first : first + visible]:
        if not any(values):
            pen.text(area.left, y + 2, name, "muted", SMALL, strong=True)
        else:
            pen.text(area.left, y + 2, name, "muted", SMALL)
        for x, words in zip(ends, values, strict=True):
            role = "accent text" if name == "State" and "alive" not in words else "text"
            pen.text(x, y, words, role, SMALL * 1.08, align=1.0)
        y += LINE
    return []


def told_of(numbers: LayerNumbers) -> list[tuple[str, str]]:
    """(name, words) of what the layer is."""
    layer = numbers.layer
    shape = " x ".join(f"{size:,}" for size in layer.shape)
    lines = [("Operations", ", ".join(layer.operations)), ("Output", shape)]
    if numbers.weight_shape:
        lines.append(("Weights", " x ".join(map(str, numbers.weight_shape))))
    counts = f"{numbers.parameters:,}" + (f", and {numbers.buffers:,} kept values" if numbers.buffers else "")
    lines.append(("Parameters", counts))
    lines.append(("Multiply-adds", f"{numbers.multiply_adds:,}"))
    lines.append(("Picture", layer.picture_name))
    return lines


def lines_of(layer: LayerNumbers, channel: ChannelNumbers | None) -> list[tuple[str, str, str]]:
    """(name, of the channel, of the layer) in the table; a heading has no words."""
    lines = [("Activations", "", "")]
    number = None if channel is None else channel.channel
    lines += _of(None if channel is None else channel.activations, layer.activations)
    if number is not None and number < len(layer.zeros):
        zeros = float(np.mean(layer.zeros)) if len(layer.zeros) else 0.0
        lines.append(("Zeros", share(float(layer.zeros[number])), share(zeros)))
        bad, all_bad = int(layer.nonfinite[number]), int(layer.nonfinite.sum())
        if all_bad:
            lines.append(("NaN, infinite", f"{bad:,}", f"{all_bad:,}"))
    lines.append(("State", "" if channel is None else STATES.get(channel.state, "alive"), states_of(layer)))
    if layer.weights is not None:
        lines.append(("Weights", "", ""))
        lines += _of(None if channel is None else channel.weights, layer.weights)
        norm = None if channel is None else channel.norm
        lines.append(("L2 norm", precise(norm), ""))
        bias = "" if channel is None else ("none" if channel.bias is None else precise(channel.bias))
        biases = layer.biases
        told = "none" if biases is None else f"{precise(biases.minimum)} to {precise(biases.maximum)}"
        lines.append(("Bias", bias, told))
    return lines


def states_of(layer: LayerNumbers) -> str:
    """How many channels are dead, constant and saturated: "2 dead, 1 saturated"."""
    told = (("dead", layer.dead), ("constant", layer.constant), ("saturated", layer.saturated))
    parts = [f"{int(marked.sum()):,} {word}" for word, marked in told if marked.any()]
    return ", ".join(parts) or "all alive"


def _of(channel: Distribution | None, layer: Distribution) -> list[tuple[str, str, str]]:
    def pair(name: str, part: str) -> tuple[str, str, str]:
        return name, "…" if channel is None else precise(getattr(channel, part)), precise(getattr(layer, part))

    return [
        ("Values", "…" if channel is None else f"{channel.count:,}", f"{layer.count:,}"),
        *(pair(part.capitalize(), part) for part in ("minimum", "maximum", "mean", "deviation")),
    ]


__all__ = ["draw_numbers", "lines_of", "states_of", "told_of", "wrapped"]
