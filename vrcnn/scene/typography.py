"""How wide text is, without any graphics: advances and kerning of the program's two fonts.

All lengths of a `Face` are in cap heights (the height of a capital letter), as labels are sized by it.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from math import ceil

import numpy as np

from vrcnn.resources import resource

ELLIPSIS = "…"
SEPARATOR = " · "  # between the operations of a layer
TAIL_SHARE = 0.6  # of the characters that a shortened text keeps: the end of a layer's name tells more than its start
CODES = 65536  # code points with an advance of their own; the fonts have none above
KERNED = 128  # code points below kern
REMEMBERED = 4096  # texts whose widths are kept: what is said of a map is said again in the next frame


@dataclass(frozen=True)
class Face:
    """`advances` (65536,) by code point, that of the missing glyph where the font has none; `kerning` (129, 129) of
    pairs of code points, the last row and column for all that do not kern."""

    advances: np.ndarray
    kerning: np.ndarray


@cache
def face(bold: bool = False) -> Face:
    """The metrics of Inter Regular, or of Inter SemiBold, from assets/fonts/metrics.json."""
    metrics = json.loads(resource("assets", "fonts", "metrics.json").read_text(encoding="utf-8"))
    record = metrics["semibold" if bold else "regular"]
    advances = np.full(CODES, record["missing"], np.float32)
    for character, advance in record["advance"].items():
        advances[ord(character)] = advance
    kerning = np.zeros((KERNED + 1, KERNED + 1), np.float32)
    for first, followers in record["kerning"].items():
        for second, amount in followers.items():
            kerning[ord(first), ord(second)] = amount
    return Face(advances / record["cap_height"], kerning / record["cap_height"])


@lru_cache(REMEMBERED)
def printable(text: str) -> str:
    """One line that can be set: composed characters, spaces for other white space, nothing that has no shape."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", text)
    spaced = (" " if character.isspace() else character for character in composed)
    return "".join(character for character in spaced if unicodedata.category(character) not in ("Cc", "Cf"))


def code_points(text: str) -> np.ndarray:
    """(N,) int64 code points; those above 65535, which the fonts do not have, become U+FFFF, the missing box."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    return np.minimum(codes, CODES - 1)


def each_weight(bold: bool | np.ndarray, count: int) -> np.ndarray:
    """(count,) of 1 where characters are bold, where that was told once for all of them or for each."""
    return np.full(count, bold, np.intp) if isinstance(bold, bool) else bold


@cache
def _faces() -> Face:
    """Both fonts as one, with a first axis for `bold`."""
    both = face(False), face(True)
    return Face(np.stack([each.advances for each in both]), np.stack([each.kerning for each in both]))


def steps(codes: np.ndarray, bold: bool | np.ndarray = False, ends: np.ndarray | None = None) -> np.ndarray:
    """(N,) float32 distance from each character's pen position to the next one's, kerning included.

    `bold` says in which font they are set, all of them or, (N,) of 0 and 1, each. Where `codes` are those of several
    lines, `ends` are the indices of their last characters: lines do not kern.
    """
    metrics, bold = _faces(), each_weight(bold, len(codes))
    result = metrics.advances[bold, codes]
    kerned = np.minimum(codes, KERNED)
    kerning = metrics.kerning[bold[:-1], kerned[:-1], kerned[1:]]
    if ends is not None:
        kerning[ends[ends < len(kerning)]] = 0.0
    result[:-1] += kerning
    return result


def text_width(text: str, cap_height: float, bold: bool = False) -> float:
    """Width in m of a line of text whose capitals are `cap_height` m high."""
    return _caps(text, bold) * cap_height


@lru_cache(REMEMBERED)
def _caps(text: str, bold: bool) -> float:
    """Width of a line of text in cap heights."""
    text = printable(text)
    return float(steps(code_points(text), bold).sum()) if text else 0.0


@lru_cache(REMEMBERED)
def fit(text: str, cap_height: float, width: float, bold: bool = False) -> str:
    """The text, shortened in its middle by an ellipsis where it is wider than `width` m; "" where nothing fits."""
    text = printable(text)
    if text_width(text, cap_height, bold) <= width:
        return text
    ways = np.concatenate([[0.0], np.cumsum(steps(code_points(text), bold))]) * cap_height
    kept = np.arange(len(text))
    tails = np.ceil(kept * TAIL_SHARE).astype(int)
    widths = ways[kept - tails] + ways[-1] - ways[len(text) - tails] + text_width(ELLIPSIS, cap_height, bold)
    likely = int(np.count_nonzero(widths <= width))  # the kerning at the ellipsis is not in `widths`
    for count in range(min(likely + 2, len(text) - 1), -1, -1):
        tail = ceil(count * TAIL_SHARE)
        shorter = text[: count - tail].rstrip() + ELLIPSIS + text[len(text) - tail :].lstrip()
        if text_width(shorter, cap_height, bold) <= width:
            return shorter
    return ""


def fit_name(text: str, cap_height: float, width: float, bold: bool = False) -> str:
    """A layer's name, without as many of the parts before its points as it takes: "…denselayer6.conv2"."""
    parts = text.split(".")
    for first in range(len(parts)):
        shorter = (ELLIPSIS if first else "") + ".".join(parts[first:])
        if text_width(shorter, cap_height, bold) <= width:
            return printable(shorter)
    return fit(text, cap_height, width, bold)


def fit_parts(text: str, cap_height: float, width: float) -> str:
    """Words between middle dots, without as many of the last ones as it takes: "Conv2d · BatchNorm …"."""
    parts = text.split(SEPARATOR)
    for count in range(len(parts), 0, -1):
        shorter = SEPARATOR.join(parts[:count]) + (f" {ELLIPSIS}" if count < len(parts) else "")
        if text_width(shorter, cap_height) <= width:
            return printable(shorter)
    return fit(text, cap_height, width)
