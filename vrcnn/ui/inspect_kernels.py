"""The inspect panel's page of kernels: the channel's own, one for each input, and the layer's as inputs by outputs."""

from __future__ import annotations

from math import ceil

import numpy as np

from vrcnn.inspection.results import ChannelNumbers, Kernels
from vrcnn.scene.intents import Intent
from vrcnn.scene.reading import figure
from vrcnn.ui.events import Area
from vrcnn.ui.inspect_look import Look, caption, coloured, draw_scale, precise, tell_why_not
from vrcnn.ui.panel_pen import GAP, Pen, columns
from vrcnn.ui.theme import SMALL

TILE = 46.0  # points, the longer side of a kernel of the channel
SCALE = 240.0  # points, the width of the colour bar
FINE = 80  # rows of weights, from which no gaps are left between kernels, as they would not be seen
MOST = 96  # inputs, and outputs, of the layer's kernels that are shown at a time


def draw_kernels(pen: Pen, look: Look, area: Area) -> list[Intent]:
    """Above the kernels of the channel, below those of the layer as a table of outputs and inputs."""
    channel, kernels = look.answer(ChannelNumbers, "channel"), look.answer(Kernels, "kernels")
    if channel is None or (channel.kernel is None and kernels is None):
        tell_why_not(pen, look, area)
        return []
    kernel = channel.kernel
    if kernel is None:
        pen.text(area.left, area.top + 6, "This layer has no weights of its own.", "muted", SMALL * 1.08)
        return []
    largest = float(np.abs(kernel).max()) if kernel.size else 0.0
    if kernels is not None:
        largest = max(largest, kernels.largest)
    draw_scale(pen, look, largest, Area(area.right - SCALE, area.top + 2, area.right, area.top + 40))
    numbers = [f"bias {precise(channel.bias)}"] if channel.bias is not None else []
    numbers += [f"L2 norm {precise(channel.norm)}"] if channel.norm is not None else []
    pen.text(area.left, area.top + 6, "   ".join(numbers), size=SMALL * 1.08)
    own, table = columns(Area(area.left, area.top + 56, area.right, area.bottom), 2, 3 * GAP)
    words = f"{kernel.shape[0]:,} of {' x '.join(map(str, kernel.shape[1:]))}, one for each input"
    top = caption(pen, own.left, own.top, words, own.right - own.left)
    _draw_own(pen, look, channel, kernel, largest, Area(own.left, top, own.right, own.bottom))
    return [] if kernels is None else _draw_blocks(pen, look, kernels, largest, table)


def _draw_own(pen: Pen, look: Look, channel: ChannelNumbers, kernel: np.ndarray, largest: float, area: Area) -> None:
    """The kernels of the channel, row by row; the one under the pointer is told of."""
    high, wide = kernel.shape[1], kernel.shape[2]
    size = TILE / max(high, wide)
    step = wide * size + 7, high * size + 7
    across = max(1, int((area.right - area.left + 7) / step[0]))
    down = max(1, int((area.bottom - area.top - 24) / step[1]))
    lines = ceil(len(kernel) / across)
    look.most = max(0, lines - down)
    first = min(look.first, look.most)
    told = ""
    shown = kernel[first * across : (first + down) * across]
    pixels = look.kept(
        ("kernels", look.subject.tensor, channel.channel, first, down, look.diverging, largest, id(kernel)),
        lambda: coloured(shown.reshape(-1, wide), largest, look.diverging),
    )
    for place in range(len(shown)):
        number = first * across + place
        left, top = area.left + place % across * step[0], area.top + place // across * step[1]
        tile = Area(left, top, left + wide * size, top + high * size)
        pen.picture("kernels", pixels, tile, (place / len(shown), (place + 1) / len(shown)))
        over = pen.pointer is not None and tile.holds(*pen.pointer)
        pen.rim(tile, "accent" if over else "frame", 2.0 if over else 1.0)
        if over and pen.pointer is not None:
            row, column = int((pen.pointer[1] - top) / size), int((pen.pointer[0] - left) / size)
            value = kernel[number, min(row, high - 1), min(column, wide - 1)]
            told = f"input {channel.first_input + number:,} ({row}, {column}): {precise(value)}"
    words = told or (f"from input {channel.first_input + first * across:,} on" if look.most else "")
    pen.text(area.left, area.bottom - 22, words, "text" if told else "muted", SMALL, room=area.right - area.left)


def _draw_blocks(pen: Pen, look: Look, kernels: Kernels, largest: float, area: Area) -> list[Intent]:
    """A table of pictures: a row for each output, a column for each input of its group; a press goes to the output."""
    blocks = kernels.blocks[:MOST, :MOST]
    outputs, inputs, high, wide = blocks.shape
    words = f"{kernels.outputs:,} outputs (down) by {kernels.blocks.shape[1]:,} inputs"
    words += f", {kernels.groups:,} groups" if kernels.groups > 1 else ""
    top = caption(pen, area.left, area.top, words, area.right - area.left)
    wishes: list[Intent] = []
    foot = area.bottom
    if kernels.outputs > outputs:
        foot -= 48
        buttons = columns(Area(area.left, foot + 4, area.right, area.bottom), 2)
        for button, name, to in (
            (buttons[0], "← outputs", kernels.first_output - outputs),
            (buttons[1], "outputs →", kernels.first_output + outputs),
        ):
            if pen.button(name, button, name, usable=0 <= to < kernels.outputs, size=SMALL):
                wishes.append(look.turned(first=to))
    pixels = look.kept(
        ("blocks", look.subject.tensor, kernels.first_output, look.diverging, largest),
        lambda: coloured(tabled(blocks, outputs * high < FINE), largest, look.diverging),
    )
    room = area.right - area.left, foot - top - 30
    size = min(room[0] / pixels.shape[1], room[1] / pixels.shape[0], 14.0)
    table = Area(area.left, top, area.left + pixels.shape[1] * size, top + pixels.shape[0] * size)
    pen.picture("blocks", pixels, table)
    pen.rim(table, "frame", 1.0)
    gap = 1 if outputs * high < FINE else 0
    tall, broad = high + gap, wide + gap
    line = look.subject.channel - kernels.first_output
    if 0 <= line < outputs:
        y = table.top + line * tall * size
        pen.rim(Area(table.left - 3, y - 2, table.right + 3, y + high * size + 2), "accent", 2.0)
    last = kernels.first_output + outputs - 1
    told = f"{kernels.first_output:,} to {last:,}; press one to go to it"
    over, _ = pen.felt("blocks", table)
    if over and pen.pointer is not None and table.holds(*pen.pointer):
        output = min(outputs - 1, int((pen.pointer[1] - table.top) / size / tall))
        entry = min(inputs - 1, int((pen.pointer[0] - table.left) / size / broad))
        number = kernels.first_output + output
        per_group = max(1, kernels.outputs // max(1, kernels.groups))
        source = number // per_group * kernels.blocks.shape[1] + entry
        norm = float(np.linalg.norm(blocks[output, entry].astype(np.float64)))
        told = f"output {number:,}, input {source:,}: norm {figure(norm)}"
        if pen.pressed:
            wishes.append(look.turned(channel=number))
    pen.text(area.left, foot - 22, told, "muted", SMALL, room=area.right - area.left)
    return wishes


def tabled(blocks: np.ndarray, apart: bool = True) -> np.ndarray:
    """(outputs * (rows + 1) - 1, inputs * (columns + 1) - 1): the blocks side by side, NaN in the gaps; without these
    where they are not `apart`."""
    outputs, inputs, high, wide = blocks.shape
    if not apart:
        return blocks.transpose(0, 2, 1, 3).reshape(outputs * high, inputs * wide)
    table = np.full((outputs, high + 1, inputs, wide + 1), np.nan, np.float32)
    table[:, :high, :, :wide] = blocks.transpose(0, 2, 1, 3)
    return table.reshape(outputs * (high + 1), inputs * (wide + 1))[:-1, :-1]
