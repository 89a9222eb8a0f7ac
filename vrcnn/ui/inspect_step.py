"""The inspect panel's page of one step: patch x kernel = products at one pixel, their sum, and what the network has."""

from __future__ import annotations

import numpy as np

from vrcnn.inspection.results import LINEAR, TRANSPOSED, Step
from vrcnn.scene.intents import Intent
from vrcnn.scene.reading import MINUS, figure
from vrcnn.ui.events import Area
from vrcnn.ui.inspect_look import Look, caption, coloured, precise, tell_why_not
from vrcnn.ui.panel_pen import GAP, Pen, columns
from vrcnn.ui.theme import BODY, SMALL

SIGN = 44.0  # points between two matrices, for the sign
NUMBERS_FROM = 24.0  # points of a cell's width, from which a number has room in it
BUTTON = 46.0  # points
LINE = 30.0


def draw_step(pen: Pen, look: Look, area: Area) -> list[Intent]:
    """Three matrices of one input channel, the sum over all of them, and buttons to the next pixels and inputs."""
    wishes: list[Intent] = []
    row, column = look.subject.pixel
    height, width = look.subject.size
    pen.text(area.left, area.top + 10, f"Row {row} of {height}, column {column} of {width}", size=SMALL * 1.08)
    names = (("←", 0, -1), ("→", 0, 1), ("↑", -1, 0), ("↓", 1, 0))
    buttons = columns(Area(area.right - 4 * 62 - 3 * GAP, area.top, area.right, area.top + BUTTON), 4)
    for place, (name, down, across) in zip(buttons, names, strict=True):
        there = row + down, column + across
        usable = 0 <= there[0] < height and 0 <= there[1] < width
        if pen.button(f"pixel {name}", place, name, usable=usable):
            wishes.append(look.turned(pixel=there))
    top = area.top + BUTTON + 14
    step = look.answer(Step, "step")
    if step is None:
        tell_why_not(pen, look, Area(area.left, top, area.right, area.bottom))
        return wishes
    patch, kernel, products, inside = (
        flat(each) for each in (step.patch, step.kernel, step.products, step.inside[None])
    )
    look.most = max(0, len(patch) - 1)
    strongest = int(np.abs(step.sums).argmax()) if step.sums.size else 0
    look.first = strongest if look.first < 0 else look.first
    number = min(look.first, look.most)
    picked = Area(area.left, top, area.right, top + BUTTON)
    words = f"Input {step.first_input + number:,} of {step.first_input:,} to {step.first_input + look.most:,}"
    pen.text(picked.left, picked.top + 10, words, size=SMALL * 1.08)
    before, after, most = columns(Area(area.right - 4 * 62 - 3 * GAP, picked.top, area.right, picked.bottom), 3)
    if pen.button("input before", before, "← in", usable=number > 0, size=SMALL):
        look.first = number - 1
    if pen.button("input after", after, "in →", usable=number < look.most, size=SMALL):
        look.first = number + 1
    if pen.button("input strongest", most, "largest", number == strongest, size=SMALL):
        look.first = strongest
    number = min(look.first, look.most)
    matrices = Area(area.left, picked.bottom + 14, area.right, area.bottom - 6 * LINE - 8)
    told = _draw_matrices(pen, look, (patch[number], kernel[number], products[number]), inside[0], matrices)
    _draw_sums(pen, step, number, told, Area(area.left, matrices.bottom + 8, area.right, area.bottom))
    return wishes


def _draw_matrices(
    pen: Pen, look: Look, matrices: tuple[np.ndarray, np.ndarray, np.ndarray], inside: np.ndarray, area: Area
) -> str:
    """Patch, kernel and products side by side; returns what is told of the place under the pointer."""
    high, wide = matrices[0].shape
    room = (area.right - area.left - 2 * SIGN) / 3
    top = area.top + 30
    cell = min(room / wide, (area.bottom - top) / high, 74.0)
    told = ""
    for place, (words, sign, values) in enumerate(
        zip(("patch", "kernel", "products"), ("×", "=", ""), matrices, strict=True)
    ):
        left = area.left + place * (room + SIGN) + (room - wide * cell) / 2
        caption(pen, left, area.top, words)
        table = Area(left, top, left + wide * cell, top + high * cell)
        largest = float(np.abs(values[np.isfinite(values)]).max()) if np.isfinite(values).any() else 0.0
        pixels = coloured(values, largest, look.diverging)
        pen.picture(f"step {words}", pixels, table)
        if cell >= NUMBERS_FROM:
            _write(pen, values, pixels, inside if place == 0 else None, table, cell)
        pen.rim(table, "frame", 1.0)
        if sign:
            middle = area.left + place * (room + SIGN) + room + SIGN / 2
            pen.text(middle, (top + top + high * cell) / 2 - 18, sign, size=BODY * 1.2, align=0.5)
        if pen.pointer is not None and table.holds(*pen.pointer):
            at = int((pen.pointer[1] - top) / cell), int((pen.pointer[0] - left) / cell)
            parts = [precise(float(each[min(at[0], high - 1), min(at[1], wide - 1)])) for each in matrices]
            told = f"{parts[0]} × {parts[1]} = {parts[2]}"
    return told


def _write(
    pen: Pen, values: np.ndarray, pixels: np.ndarray, inside: np.ndarray | None, table: Area, cell: float
) -> None:
    """The numbers on the cells, dark on bright ones; in the padding they are struck out by a dot."""
    size = SMALL * min(1.0, cell / 58.0)
    light = pixels[..., :3].astype(np.float64) @ (0.299, 0.587, 0.114) > 128
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            x, y = table.left + (column + 0.5) * cell, table.top + (row + 0.5) * cell - size * 0.9
            words = fitting(pen, float(values[row, column]), cell - 8, size)
            if inside is not None and not inside[row, column]:
                words = "·"
            pen.ink(x, y, words, (16, 18, 22) if light[row, column] else (244, 243, 240), size)


def _draw_sums(pen: Pen, step: Step, number: int, told: str, area: Area) -> None:
    """The channel's sum, that of all of them, the bias, what comes of it, and what the network has."""
    lines = [
        (f"Sum of input {step.first_input + number:,}", precise(float(step.sums[number])), told),
        (f"Sum of all {len(step.sums):,} inputs", precise(float(step.sums.sum())), _settings(step)),
    ]
    if step.bias is not None:
        lines.append(("plus the bias", precise(step.bias), ""))
    lines.append(("= value", precise(step.value), ""))
    apart = abs(step.value - step.computed)
    same = "the same" if apart == 0 else f"apart by {figure(apart)}"
    lines.append(("The network has", precise(step.computed), same))
    if step.shown is not None and step.behind:
        lines.append(("The wall shows", precise(step.shown), f"after {', '.join(step.behind)}"))
    for place, (name, value, more) in enumerate(lines):
        y = area.top + place * LINE
        strong = name.startswith("=")
        pen.text(area.left, y + 2, name, "text" if strong else "muted", SMALL, strong)
        pen.text(area.left + 320, y, value, "accent text" if strong else "text", SMALL * 1.08, strong, align=1.0)
        pen.text(area.left + 340, y + 2, more, "muted", SMALL, room=area.right - area.left - 340)


def _settings(step: Step) -> str:
    """ "stride 2, padding 1, dilation 2, 4 groups", as far as they are not the usual ones."""
    if step.kind == LINEAR:
        return ""
    parts = [step.kind] if step.kind == TRANSPOSED else []
    parts += [f"stride {_each(step.stride)}"] if any(size != 1 for size in step.stride) else []
    parts += [f"padding {_each(tuple(before for before, _ in step.padding))}"] if any(map(any, step.padding)) else []
    parts += [f"dilation {_each(step.dilation)}"] if any(size != 1 for size in step.dilation) else []
    parts += [f"{step.groups:,} groups"] if step.groups > 1 else []
    return ", ".join(parts)


def _each(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else " x ".join(map(str, sizes))


def fitting(pen: Pen, value: float, room: float, size: float) -> str:
    """A number with as many digits that matter, up to four, as there is room for (points)."""
    words = ""
    for digits in (4, 3, 2, 1):
        words = short(value, digits)
        if pen.width(words, size) <= room:
            break
    return words


def short(value: float, digits: int) -> str:
    """A number with at most so many digits that matter, without the zero before its point: "−.0437", "8e−5"."""
    if not np.isfinite(value) or value == 0:
        return figure(value)
    text = f"{value:.{digits}g}" if abs(value) >= 10.0 ** (digits - 6) else f"{value:.{max(0, digits - 2)}e}"
    if "e" in text:
        text = text.replace("e-0", "e-").replace("e+0", "e")
    elif abs(value) < 1:
        text = text.replace("0.", ".", 1)
    return text.replace("-", MINUS)


def flat(values: np.ndarray) -> np.ndarray:
    """(inputs, rows, columns) of (inputs, *kernel size): one row in one dimension, slices side by side in three."""
    sizes = values.shape[1:]
    if len(sizes) == 3:
        return np.concatenate([values[:, depth] for depth in range(sizes[0])], axis=2)
    if len(sizes) == 2:
        return values
    return values.reshape(len(values), 1, -1)
