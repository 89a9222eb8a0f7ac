"""Ranges of indices along the axes of a tensor, and which range of a source a range of the result is made of."""

from __future__ import annotations

from math import ceil, floor, prod

from vrcnn.network.graph import Window

Range = tuple[int, int]  # first and last index, both in it
Region = tuple[Range, ...]  # one for each axis


def whole(shape: tuple[int, ...]) -> Region:
    """All of a tensor."""
    return tuple((0, length - 1) for length in shape)


def gathered(window: Window, axis: int, part: Range, length: int) -> Range | None:
    """Under a window of a convolution or a pool; None where it sees nothing but padding."""
    stride, padding = window.stride[axis], window.padding[axis]
    first = part[0] * stride - padding
    last = part[1] * stride - padding + window.dilation[axis] * (window.kernel[axis] - 1)
    beyond = max(0, -first), max(0, last - (length - 1))
    if window.edges == "circular" and any(beyond):
        return 0, length - 1
    if window.edges == "reflect":
        first, last = _mirrored(first, last, length)
    elif window.edges == "replicate":
        first, last = min(first, length - 1), max(last, 0)
    elif window.dilation[axis] > 1 and any(beyond):
        return _between_gaps(window, axis, part, length)
    first, last = max(0, first), min(length - 1, last)
    return None if first > last else (first, last)


def _mirrored(first: int, last: int, length: int) -> Range:
    """What lies beyond an edge is what lies as far within it."""
    if last < 0:
        return -last, -first
    end = length - 1
    if first > end:
        return 2 * end - last, 2 * end - first
    return min(max(first, 0), 2 * end - max(last, end)), max(min(last, end), -min(first, 0))


def _between_gaps(window: Window, axis: int, part: Range, length: int) -> Range | None:
    """The same at the edges for a dilated window, whose first value within them is not the first one there is."""
    step, reach = window.dilation[axis], window.dilation[axis] * (window.kernel[axis] - 1)
    inside: list[int] = []
    for index in {
        *range(part[0], min(part[1], part[0] + reach) + 1),
        *range(max(part[0], part[1] - reach), part[1] + 1),
    }:
        start = index * window.stride[axis] - window.padding[axis]
        low = start + max(0, -(start // step)) * step
        high = min(start + reach, start + (length - 1 - start) // step * step)
        inside += [low, high] if low <= high else []
    return (min(inside), max(inside)) if inside else None


def scattered(window: Window, axis: int, part: Range, length: int) -> Range | None:
    """Of a transposed convolution; None where no value comes to."""
    stride, padding = window.stride[axis], window.padding[axis]
    reach = window.dilation[axis] * (window.kernel[axis] - 1)
    first = max(0, -((reach - part[0] - padding) // stride))
    last = min(length - 1, (part[1] + padding) // stride)
    return None if first > last else (first, last)


def adaptive(part: Range, old: int, new: int) -> Range:
    """Of an adaptive pool from `old` to `new` values."""
    return part[0] * old // new, -(-(part[1] + 1) * old // new) - 1


def enlarged(part: Range, old: int, new: int) -> Range:
    """Of pixels that become several, or one of several."""
    if new >= old:
        return part[0] * old // new, part[1] * old // new
    return part[0] * (old // new), (part[1] + 1) * (old // new) - 1


def resized(
    mode: str, factor: float | None, aligned: bool, antialiased: bool, part: Range, old: int, new: int
) -> Range:
    """Of torch's interpolation by `mode` from `old` to `new` values.

    `factor` is the one that was asked for, from which torch takes the places; where there is none, the sizes.
    """
    if old == new and factor in (None, 1.0):
        return part
    first, last = old - 1, 0
    for scale in {old / new, 1 / factor if factor else old / new}:
        for index in part:
            low, high = _taps(mode, scale, aligned, antialiased, index, old, new)
            first, last = min(first, low), max(last, high)
    return max(0, first), min(old - 1, max(last, 0))


def _taps(mode: str, scale: float, aligned: bool, antialiased: bool, index: int, old: int, new: int) -> Range:
    if mode == "nearest":
        place = min(floor(index * scale), old - 1)
        return place, place
    if mode == "nearest-exact":
        place = min(floor((index + 0.5) * scale), old - 1)
        return place, place
    reach = 2 if mode == "bicubic" else 1
    if antialiased and scale > 1:
        middle = (index + 0.5) * scale
        return floor(middle - reach * scale), ceil(middle + reach * scale)
    centre = index * ((old - 1) / (new - 1) if new > 1 else 0.0) if aligned else (index + 0.5) * scale - 0.5
    if mode != "bicubic":
        centre = max(0.0, centre)
    low = floor(centre)
    if mode != "bicubic":
        return low, low if centre == low else low + 1
    return low - 1, low + 2


def reshaped(old: tuple[int, ...], new: tuple[int, ...], region: Region) -> Region:
    """Where the numbers of a region of a tensor of shape `new` lay in the one of shape `old` that was reshaped."""
    found: list[Range] = []
    i = j = 0
    while i < len(old) or j < len(new):
        first, second = i, j
        i, j = min(i + 1, len(old)), min(j + 1, len(new))
        here, there = prod(old[first:i]), prod(new[second:j])
        while here != there:
            if (here < there and i < len(old)) or j == len(new):
                if i == len(old):
                    return whole(old)
                here *= old[i]
                i += 1
            else:
                there *= new[j]
                j += 1
        found += _block(old[first:i], new[second:j], region[second:j])
    return tuple(found)


def _block(old: tuple[int, ...], new: tuple[int, ...], region: Region) -> list[Range]:
    """The same for axes that together hold the same numbers."""
    if old == new:
        return list(region)
    start = end = 0
    for length, (first, last) in zip(new, region, strict=True):
        start, end = start * length + first, end * length + last
    found: list[Range] = []
    apart = False  # from where on the two ends lie in different lines, everything lies between them
    rest = prod(old)
    for length in old:
        rest //= length
        one, other = start // rest, end // rest
        start, end = start % rest, end % rest
        found.append((0, length - 1) if apart else (one, other))
        apart = apart or one != other
    return found
