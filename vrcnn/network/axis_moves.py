"""How an operation that moves numbers moves the letters of their axes: strings and shapes in, a string out.

The letters are those of network/axes.py, and some that only live between two operations: "h" and "w" count windows or
patches along H and W, whose pixels "H" and "W" then count; "F" beside "C" are the features of a head; "q" and "k" are
the queries and keys of an attention; "?" is an axis that means nothing known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from math import prod

Shape = tuple[int, ...]
Grid = tuple[int, int]
Groups = list[tuple[list[int], list[int]]]

_SPLITS = {
    "H": {2: "hH"},
    "W": {2: "wW"},
    "C": {2: "CF", 3: "?CF"},
    "F": {2: "CF", 3: "?CF"},
}
_ALONG_A_LINE = frozenset("DHWhwL")


def integers(settings: str) -> list[int]:
    """The whole numbers in a node's settings, in order."""
    return [int(number) for number in re.findall(r"(?<![\w.])-?\d+(?![\w.])", settings)]


@lru_cache(maxsize=1024)
def permuted(letters: str, settings: str, old: Shape, new: Shape) -> str:
    """After permute; where the settings do not tell the order, the one that the sizes allow."""
    order = [axis % len(old) for axis in integers(settings)]
    if sorted(order) == list(range(len(old))):
        return "".join(letters[axis] for axis in order)
    return _by_size(letters, old, new)


@lru_cache(maxsize=1024)
def unpermuted(letters: str, settings: str, old: Shape, new: Shape) -> str:
    """The letters before permute, from those after it."""
    order = [axis % len(old) for axis in integers(settings)]
    if sorted(order) == list(range(len(old))):
        return "".join(letters[order.index(axis)] for axis in range(len(old)))
    return _by_size(letters, new, old)


@lru_cache(maxsize=1024)
def swapped(letters: str, settings: str, old: Shape, new: Shape) -> str:
    """After (and, as it undoes itself, before) a transpose of two axes, the last two without settings for others."""
    axes = integers(settings) or [-2, -1]
    if len(axes) != 2 or max(axes) >= len(letters) or min(axes) < -len(letters):
        return _by_size(letters, old, new)
    first, second = axes[0] % len(letters), axes[1] % len(letters)
    order = list(letters)
    order[first], order[second] = order[second], order[first]
    if not settings and (*old[:-2], *old[:-3:-1]) != new:
        return _by_size(letters, old, new)
    return "".join(order)


@lru_cache(maxsize=1024)
def moved(letters: str, settings: str, old: Shape, new: Shape) -> str:
    """After movedim."""
    axes = [axis % len(old) for axis in integers(settings)]
    half = len(axes) // 2
    places = dict(zip(axes[half:], axes[:half], strict=False))
    if not axes or len(axes) % 2 or len(places) != half:
        return _by_size(letters, old, new)
    others = iter([axis for axis in range(len(old)) if axis not in axes[:half]])
    return "".join(letters[places[axis] if axis in places else next(others)] for axis in range(len(old)))


def _by_size(letters: str, old: Shape, new: Shape) -> str:
    """The letters in another order: each axis is the first of its size that is left."""
    left = list(range(len(old)))
    found = []
    for size in new:
        axis = next((axis for axis in left if old[axis] == size), None)
        if axis is None:
            return "?" * len(new)
        left.remove(axis)
        found.append(letters[axis])
    return "".join(found)


@lru_cache(maxsize=1024)
def reshaped(letters: str, old: Shape, new: Shape, grid: Grid | None = None) -> tuple[str, Grid | None]:
    """After reshape, flatten, unflatten, squeeze and unsqueeze; and (rows, columns) of the picture that it is then.

    `grid` is that of the picture before. A line of its pixels unfolds into rows and columns again; one that is divided
    in another way is no picture any more.
    """
    groups = _aligned(old, new)
    if groups is None:
        return "?" * len(new), None
    found = ["?"] * len(new)
    if letters[:1] == "N" and old[0] != 1 and new[:1] == (1,):  # what was beside the one item in the batch is not now
        found[0], letters = "N", "?" + letters[1:]
    for before, after in groups:
        inside = [axis for axis in before if old[axis] != 1] or before
        parts = "".join(letters[axis] for axis in inside)
        if len(after) == 1:
            found[after[0]] = _merged(parts)
            if letters[0] == "N" and after == [0] and len(inside) > 1 and set("hwHW") & set(letters[before[-1] + 1 :]):
                found[0] = "N"  # windows beside each other become items of the batch
            elif parts in ("HW", "hw"):
                grid = (old[inside[0]], old[inside[1]])
        elif len(inside) == 1:
            if parts == "L":
                split = _unfolded([new[axis] for axis in after], grid)
                grid = None if "?" in split else grid
            else:
                split = _split(parts, len(after), letters)
            for axis, letter in zip(after, split, strict=True):
                found[axis] = letter
    return settled("".join(found)), grid


def settled(letters: str) -> str:
    """Windows are pixels where there are none inside of them."""
    for outer, inner in (("h", "H"), ("w", "W")):
        if outer in letters and inner not in letters:
            letters = letters.replace(outer, inner)
    return letters


def _aligned(old: Shape, new: Shape) -> Groups | None:
    """Which axes of `old` became which of `new`, in the smallest groups of equal size; None where they do not fit."""
    if prod(old) != prod(new) or 0 in old:
        return None
    groups: Groups = []
    first = second = 0
    while first < len(old) and second < len(new):
        if old[first] == new[second]:
            groups.append(([first], [second]))
        elif old[first] == 1:
            second -= 1
        elif new[second] == 1:
            first -= 1
        else:
            before, after = [first], [second]
            left, right = old[first], new[second]
            while left != right:
                if left < right:
                    first += 1
                    before.append(first)
                    left *= old[first]
                else:
                    second += 1
                    after.append(second)
                    right *= new[second]
            groups.append((before, after))
        first += 1
        second += 1
    return groups


def _merged(letters: str) -> str:
    known = set(letters) - {"?"}
    if len(known) <= 1:
        return next(iter(known), "?")
    if "N" in known:
        return "N"
    for outer, inner in ("hH", "wW"):
        if known == {outer, inner}:
            return inner
    if known <= _ALONG_A_LINE:
        return "L"
    return "C" if known & {"C", "F"} else "?"


def _unfolded(sizes: list[int], grid: Grid | None) -> str:
    """What a line of tokens is divided into: the rows and columns of its grid, with windows or without."""
    match sizes:
        case [rows, columns] if (rows, columns) == grid:
            return "HW"
        case [rows, height, columns, width] if (rows * height, columns * width) == grid:
            return "hHwW"
    return "?" * len(sizes)


def _split(letter: str, parts: int, others: str) -> str:
    if letter == "N":
        return "N" + "?" * (parts - 1)
    split = _SPLITS.get(letter, {}).get(parts, "")
    fresh = set(split) - {letter, "?"}
    if split and not any(other in others for other in fresh):
        return split
    return "?" * (parts - 1) + (letter if letter in "HWhw" else "?")


@lru_cache(maxsize=1024)
def without(letters: str, settings: str, old: Shape, new: Shape) -> str:
    """After a reduction (mean, sum, ...) that drops axes, or unbind."""
    axes = {axis % len(old) for axis in integers(settings) if -len(old) <= axis < len(old)}
    if len(axes) == len(old) - len(new):
        return "".join(letter for axis, letter in enumerate(letters) if axis not in axes)
    return _subsequence(letters, old, new)


def stacked(letters: str, settings: str, new: Shape) -> str:
    """After stack, whose new axis means nothing yet."""
    axis = (integers(settings) or [0])[-1] % len(new)
    return letters[:axis] + "?" + letters[axis:]


@lru_cache(maxsize=1024)
def picked(letters: str, settings: str, old: Shape, new: Shape) -> str:
    """After an index: numbers drop their axes, None makes one, slices keep theirs."""
    items = [item.strip() for item in settings.strip("()[]").split(",")]
    found = ""
    axis = 0
    for place, item in enumerate(items):
        if re.fullmatch(r"-?\d+", item):
            axis += 1
        elif item == "None":
            found += "?"
        elif item == "...":
            taken = sum(other != "None" for other in items[place + 1 :])
            found += letters[axis : len(letters) - taken]
            axis = len(letters) - taken
        elif ":" in item:
            found += letters[axis : axis + 1]
            axis += 1
        else:
            return _subsequence(letters, old, new)
    found += letters[axis:]
    return found if len(found) == len(new) else _subsequence(letters, old, new)


def _subsequence(letters: str, old: Shape, new: Shape) -> str:
    """The letters of the axes that are left, found by their sizes."""
    if len(old) == len(new):
        return letters
    found = []
    axes: Iterable[int] = iter(range(len(old)))
    for size in new:
        axis = next((axis for axis in axes if old[axis] == size), None)
        if axis is None:
            return "?" * len(new)
        found.append(letters[axis])
    return "".join(found)


def multiplied(left: str, right: str) -> str:
    """After a matrix product: the rows of the left one, the columns of the right one."""
    letters = left[:-1] + right[-1]
    if letters[-2:-1] == letters[-1]:
        return letters[:-2] + "qk"
    for half, other in ("qk", "kq"):  # of an attention that is not there any more
        if half in letters and other not in letters:
            letters = letters.replace(half, "F" if "L" in letters else "L")
    return letters if len(set(letters)) == len(letters) else letters[:-1] + "?"
