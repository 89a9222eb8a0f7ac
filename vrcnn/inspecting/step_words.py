"""One step of a convolution written out: each patch beside its kernel, what they come to, and what the network has."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vrcnn.inspection.results import LINEAR, TRANSPOSED, Step

WIDEST_KERNEL = 5  # columns of a patch that fit beside its kernel
WIDTH = 120
CELL = 11  # letters of a value


def written_out(step: Step, top: int) -> list[str]:
    """The `top` inputs that add most, then all of them together."""
    order = np.argsort(-np.abs(step.sums), kind="stable")[:top]
    lines = [*_heading(step), ""]
    if step.kernel.ndim > 1 and step.kernel[0].size > 1:
        for each in order:
            lines += [*_of_input(step, int(each)), ""]
        if len(order) < len(step.sums):
            lines.append(f"and {len(step.sums) - len(order):,} more inputs")
    else:
        lines += [_product(step, int(each)) for each in order]
        if len(order) < len(step.sums):
            lines.append(f"  and {len(step.sums) - len(order):,} more")
    inputs = f"{len(step.sums):,} inputs" if len(step.sums) > 1 else "the input"
    lines.append(f"{'sum of ' + inputs:<28}{float(step.sums.sum()):+.9g}")
    if step.bias is not None:
        lines.append(f"{'bias':<28}{step.bias:+.9g}")
    lines.append(f"{'value':<28}{step.value:+.9g}")
    why = f"as it is rounded to steps of {step.quantum:.4g}" if step.quantum else f"as {step.precision} rounds"
    other = f"(another by {abs(step.value - step.computed):.2g}, {why})"
    lines.append(f"{'the network computed':<28}{step.computed:+.9g}   {other}")
    if step.shown is not None and step.behind:
        lines.append(f"{'shown on the wall':<28}{step.shown:+.9g}   (after {', '.join(step.behind)})")
    return lines


def kernel_rows(kernel: np.ndarray, first_input: int, top: int) -> list[str]:
    """The weights (inputs, rows, columns) of the `top` inputs with the largest norms, side by side where they fit."""
    norms = np.sqrt((kernel.astype(np.float64) ** 2).sum((1, 2)))
    order = np.argsort(-norms, kind="stable")[:top]
    wide = CELL * kernel.shape[2] + 2
    beside = max(1, WIDTH // wide)
    lines = []
    for first in range(0, len(order), beside):
        shown = order[first : first + beside]
        lines.append("".join(f"{f'  input {first_input + each}':<{wide}}" for each in shown).rstrip())
        lines += [
            "".join("".join(_cell(value, True) for value in kernel[each][row]) + "  " for each in shown)
            for row in range(kernel.shape[1])
        ]
    more = len(kernel) - len(order)
    return [f"kernel, of {len(kernel):,} inputs:", *lines, *([f"and {more:,} more inputs"] if more else [])]


def _heading(step: Step) -> list[str]:
    where = ", ".join(map(str, step.position)) or "its only place"
    kind = f"{step.kind} layer" if step.kind == LINEAR else step.kind
    lines = [f"{step.layer.operation}, a {kind}: output channel {step.channel} at {where}"]
    if step.kind == LINEAR:
        return lines
    told = [f"stride {_each(step.stride)}", f"dilation {_each(step.dilation)}"]
    sides = [before if before == after else f"{before}+{after}" for before, after in step.padding]
    told.insert(1, f"padding {_each(sides)} ({step.edges})")
    if step.kind == TRANSPOSED:
        told.append(f"output padding {_each(step.output_padding)}")
    if step.groups > 1:
        told.append(f"{step.groups} groups, this one of inputs {step.first_input} to {_last(step)}")
    what = "first input place" if step.kind == TRANSPOSED else "patch from"
    return [*lines, ", ".join([*told, f"{what} {_each(step.origin)}"])]


def _last(step: Step) -> int:
    return step.first_input + len(step.sums) - 1


def _of_input(step: Step, each: int) -> list[str]:
    """Patch x kernel, row by row; what is not the input's own is in brackets."""
    rows = _rows(step.patch[each]), _rows(step.kernel[each]), _rows(step.inside)
    head = f"input {step.first_input + each}: patch × kernel = {step.sums[each]:+.9g}"
    lines = [head]
    for patch, kernel, inside in zip(*rows, strict=True):
        left = "".join(_cell(value, own) for value, own in zip(patch, inside, strict=True))
        right = "".join(_cell(value, True) for value in kernel)
        if len(patch) > WIDEST_KERNEL:
            lines += [f"  {left}", f"  ×{right[1:]}"]
        else:
            lines.append(f"  {left}   ×   {right}")
    return lines


def _product(step: Step, each: int) -> str:
    value, weight = float(step.patch[each].reshape(-1)[0]), float(step.kernel[each].reshape(-1)[0])
    return f"  input {step.first_input + each:<6}{value:>14.7g} × {weight:<14.7g} = {step.sums[each]:+.7g}"


def _rows(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1, values.shape[-1])


def _cell(value: float, own: bool) -> str:
    told = f"{value:.4g}" if own else f"({value:.3g})"
    return told.rjust(CELL)


def _each(numbers: Sequence[object]) -> str:
    told = [*map(str, numbers)]
    return told[0] if len(set(told)) == 1 else "×".join(told)
