"""Signed-distance pictures of glyphs, packed into one sheet: the common ones baked, others added when first met.

The sheet is drawn at 48 pixels per cap height, each glyph with a margin of SPREAD pixels. A pixel holds the distance
to the outline, inside positive, as 0..255 for -SPREAD..SPREAD pixels. No GL here: `LabelPass` uploads `pixels`.
Baked by vrcnn/render/bake_glyphs.py. The idea: Green, "Improved Alpha-Tested Magnification for Vector Textures and
Special Effects", SIGGRAPH 2007 courses.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vrcnn.resources import resource
from vrcnn.scene.typography import CODES, each_weight

FONTS = ("Inter-Regular.otf", "Inter-SemiBold.otf")  # by `bold`
CAP_PIXELS = 48
EM_PIXELS = 66  # Inter's capitals are 8/11 of its em
SPREAD = 8
OVERSAMPLING = 4
WIDTH, HEIGHT = 2048, 2048
MISSING = CODES - 1  # U+FFFF is never a character: it stands for the box of what the font lacks


@dataclass(frozen=True)
class GlyphPicture:
    """`pixels` (H, W) uint8, first row on top; its left and lower edge from the pen on the baseline, in pixels."""

    pixels: np.ndarray
    left: int
    bottom: int


def open_font(path: Path) -> ImageFont.FreeTypeFont:
    """The font at the size from which distances are taken, without any shaping of its own."""
    return ImageFont.truetype(str(path), EM_PIXELS * OVERSAMPLING, layout_engine=ImageFont.Layout.BASIC)


def glyph_picture(font: ImageFont.FreeTypeFont, character: str) -> GlyphPicture | None:
    """Distances to the outline of a character; None when it has no ink."""
    ink_box = font.getmask(character).getbbox()
    if ink_box is None:
        return None
    x, y = font.getbbox(character, anchor="ls")[:2]
    x0, y0, x1, y1 = ink_box
    left, right = floor((x + x0) / OVERSAMPLING) - SPREAD, ceil((x + x1) / OVERSAMPLING) + SPREAD
    top, bottom = floor((y + y0) / OVERSAMPLING) - SPREAD, ceil((y + y1) / OVERSAMPLING) + SPREAD
    canvas = Image.new("L", ((right - left) * OVERSAMPLING, (bottom - top) * OVERSAMPLING))
    origin = (-left * OVERSAMPLING, -top * OVERSAMPLING)
    ImageDraw.Draw(canvas).text(origin, character, fill=255, font=font, anchor="ls")
    distance = _signed_distances(np.asarray(canvas, np.float32) - 127.5) / OVERSAMPLING
    values = np.clip(np.rint(127.5 + 127.5 * distance / SPREAD), 0, 255)
    return GlyphPicture(values.astype(np.uint8), left, -bottom)


def _signed_distances(ink: np.ndarray) -> np.ndarray:
    """Distance in fine pixels from every coarse pixel's centre to where `ink` crosses zero, positive inside."""
    edges = []
    for axis in (0, 1):
        here, there = (ink[:-1], ink[1:]) if axis == 0 else (ink[:, :-1], ink[:, 1:])
        crossing = np.argwhere((here > 0) != (there > 0)).astype(np.float32)
        before = here[(here > 0) != (there > 0)]
        after = there[(here > 0) != (there > 0)]
        crossing[:, axis] += before / (before - after)
        edges.append(crossing)
    outline = np.concatenate(edges)
    rows, columns = (np.arange(size // OVERSAMPLING) * OVERSAMPLING + (OVERSAMPLING - 1) / 2 for size in ink.shape)
    nearest = np.empty((len(rows), len(columns)), np.float32)
    across = (columns[:, None].astype(np.float32) - outline[:, 1]) ** 2
    for index, row in enumerate(rows.astype(np.float32)):
        nearest[index] = (across + (row - outline[:, 0]) ** 2).min(axis=1)
    half = OVERSAMPLING // 2
    centre = sum(ink[half - 1 + dy :: OVERSAMPLING, half - 1 + dx :: OVERSAMPLING] for dy in (0, 1) for dx in (0, 1))
    return np.sqrt(nearest) * np.where(centre > 0, 1, -1)


class Shelves:
    """Packs rectangles row by row; best when they come in the order of their heights."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.x = self.y = self.row = 0

    def place(self, width: int, height: int) -> tuple[int, int] | None:
        """The upper left corner for a rectangle, or None when the sheet is full."""
        if self.x + width > self.width:
            self.x, self.y, self.row = 0, self.y + self.row, 0
        if self.y + height > self.height:
            return None
        corner = self.x, self.y
        self.x += width
        self.row = max(self.row, height)
        return corner


class GlyphAtlas:
    """The sheet `pixels` (HEIGHT, WIDTH) uint8, and for each slot of it where the glyph lies there and on the page.

    `boxes` (N, 4) float32: left, bottom, right, top from the pen, in cap heights. `places` (N, 4) float32: the same
    edges in the sheet, 0..1, v downwards. Slot 0 is empty: a character without ink. `revision` counts changes.
    """

    def __init__(self) -> None:
        baked = np.asarray(Image.open(resource("assets", "fonts", "glyphs.png")).convert("L"))
        self.pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
        self.pixels[: len(baked)] = baked
        self.revision = 0
        self._free = Shelves(WIDTH, HEIGHT)
        self._free.y = len(baked)
        self._fonts: dict[bool, ImageFont.FreeTypeFont] = {}
        self._slots = np.full((2, CODES), -1, np.int32)
        records = json.loads(resource("assets", "fonts", "glyphs.json").read_text(encoding="utf-8"))
        table = [(0, 0, 0, 0, 0, 0)]
        for bold, weight in enumerate(("regular", "semibold")):
            for character, record in records[weight].items():
                self._slots[bold, ord(character)] = len(table) if record else 0
                table += [record] if record else []
        self.boxes, self.places = _box_and_place(np.array(table, np.float32))

    def slots(self, codes: np.ndarray, bold: bool | np.ndarray) -> np.ndarray:
        """(N,) int32 slots of code points, in the bold font or not, all of them or, (N,) of 0 and 1, each.

        Those not yet in the sheet are drawn into it.
        """
        bold = each_weight(bold, len(codes))
        result = self._slots[bold, codes]
        if result.size and result.min() < 0:
            for weight, code in {*zip(bold[result < 0].tolist(), codes[result < 0].tolist(), strict=True)}:
                self._slots[weight, code] = self._add(code, bool(weight))
            result = self._slots[bold, codes]
        return result

    def _add(self, code: int, bold: bool) -> int:
        if bold not in self._fonts:
            self._fonts[bold] = open_font(resource("assets", "fonts", FONTS[bold]))
        if not self._has(code, bold):
            return int(self._slots[int(bold), MISSING])
        picture = glyph_picture(self._fonts[bold], chr(code))
        if picture is None:
            return 0
        height, width = picture.pixels.shape
        corner = self._free.place(width, height)
        if corner is None:
            return int(self._slots[int(bold), MISSING])
        x, y = corner
        self.pixels[y : y + height, x : x + width] = picture.pixels
        box, place = _box_and_place(np.array([(x, y, width, height, picture.left, picture.bottom)], np.float32))
        self.boxes, self.places = np.concatenate([self.boxes, box]), np.concatenate([self.places, place])
        self.revision += 1
        return len(self.boxes) - 1

    def _has(self, code: int, bold: bool) -> bool:
        """Whether the font has a shape for a code point: FreeType gives the missing box for every other."""
        font = self._fonts[bold]
        return bytes(font.getmask(chr(code))) != bytes(font.getmask(chr(MISSING)))


def _box_and_place(records: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From rows of x, y, width, height in the sheet and left, bottom on the page, all in pixels."""
    x, y, width, height, left, bottom = records.T
    box = np.stack([left, bottom, left + width, bottom + height], axis=1) / CAP_PIXELS
    place = np.stack([x / WIDTH, (y + height) / HEIGHT, (x + width) / WIDTH, y / HEIGHT], axis=1)
    return box.astype(np.float32), place.astype(np.float32)
