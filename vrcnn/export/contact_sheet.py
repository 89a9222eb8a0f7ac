"""Pictures of channels side by side: a row for each layer, each channel with its name and a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vrcnn.resources import resource
from vrcnn.scene.theme import DARK, Colour, Theme
from vrcnn.scene.typography import ELLIPSIS, SEPARATOR, printable

WIDEST, LEAST_COLUMNS = 1880, 4  # px of the page, and how many tiles it has room for at least
SIDE = 200  # px, of the largest side of a picture
GAP, MARGIN = 20, 64
MOST_STACKED = 3  # crops one above the other beside their picture
CROP_GAP = 4
CAPTION = 10  # px between a picture and what is written below
BAR = 240, 12  # px, of the colours' scale
TALLEST = 12_000  # px; what is higher goes on another page
SMOOTH = 4  # corners are drawn this many times larger, then made smaller
ROUNDING = 6  # px
TITLE, SUBTITLE, LAYER, NAME, SMALL = 44, 21, 25, 18, 16  # px, sizes of type

Pixels = np.ndarray | Path


@dataclass(frozen=True)
class Tile:
    """One channel: its `pixels`, None where it never rose; its `name` and `score` as they are written.

    Pixels are (H, W, 3) uint8, or the file of a picture, which is opened when it is drawn.

    `title` is a line above them, such as the name of a class; "" for none. `crops` are what it answers to in natural
    pictures, the best first.
    """

    pixels: Pixels | None
    name: str
    score: str
    title: str = ""
    crops: tuple[Pixels, ...] = ()


@dataclass(frozen=True)
class Scale:
    """What colours stand for: `colours` (N, 3) uint8 from the lower end to the upper one, and (place, words) of what is
    written below, places from 0, the lower end, to 1."""

    colours: np.ndarray
    marks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Row:
    """One layer: its name, what there is to say of it, and the role of its colour (scene/theme.py)."""

    name: str
    detail: str
    role: str
    tiles: tuple[Tile, ...]
    scale: Scale | None = None


@dataclass(frozen=True)
class Sheet:
    """Everything that is written and shown; `notes` stand at the end."""

    title: str
    subtitle: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Layout:
    """Sizes that all tiles of a sheet share, px: of a picture and of a crop; `columns` tiles stand in a line."""

    picture: tuple[int, int]
    crop: int
    abreast: int  # crops beside each other
    tile: int  # its width, crops included
    columns: int

    @property
    def width(self) -> int:
        return 2 * MARGIN + self.columns * (self.tile + GAP) - GAP

    def line_height(self, row: Row) -> int:
        captions = 2 if any(tile.title for tile in row.tiles) else 1
        return self.picture[1] + CAPTION + captions * (NAME + 8) + GAP - 8

    def row_height(self, row: Row) -> int:
        return LAYER + 58 + -(-len(row.tiles) // self.columns) * self.line_height(row)


def draw_sheet(sheet: Sheet, theme: Theme = DARK) -> Iterator[Image.Image]:
    """The sheet's pages, RGB, all of one width: usually one, more where it would be too high for one picture."""
    layout = _layout_of(sheet)
    return (_Page(page, layout, theme).draw() for page in _pages(sheet, layout))


def page_path(path: Path, number: int) -> Path:
    """Where a page of a sheet lies, counted from 1: at `path`, then beside it as sheet-2.png, sheet-3.png, ..."""
    return path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")


def _layout_of(sheet: Sheet) -> _Layout:
    tiles = [tile for row in sheet.rows for tile in row.tiles]
    firsts = (next((tile.pixels for tile in row.tiles if tile.pixels is not None), None) for row in sheet.rows)
    sizes = [_opened(first).size for first in firsts if first is not None] or [(1, 1)]
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    scale = SIDE / max(height, width)
    picture = max(SIDE // 4, round(width * scale)), max(SIDE // 4, round(height * scale))
    crops = max((len(tile.crops) for tile in tiles), default=0)
    stacked = 2 if crops in (1, 2, 4) else MOST_STACKED
    crop = (picture[1] - (stacked - 1) * CROP_GAP) // stacked
    abreast = -(-crops // stacked)
    tile = picture[0] + abreast * (crop + CROP_GAP)
    most = max((len(row.tiles) for row in sheet.rows), default=0)
    fitting = (WIDEST - 2 * MARGIN + GAP) // (tile + GAP)
    return _Layout(picture, crop, abreast, tile, max(LEAST_COLUMNS, min(fitting, most)))


def _pages(sheet: Sheet, layout: _Layout) -> Iterator[Sheet]:
    """The sheet cut where it is too high: between rows, or within one that is longer than what is left of a page."""
    parts = [
        replace(row, name=f"{row.name}, continued" if first else row.name, tiles=row.tiles[first : first + fitting])
        for row in sheet.rows
        for fitting in [max(1, TALLEST // 2 // layout.line_height(row)) * layout.columns]
        for first in range(0, len(row.tiles), fitting)
    ]
    pages: list[list[Row]] = [[]]
    height = 0
    for part in parts:
        needed = layout.row_height(part)
        if pages[-1] and height + needed > TALLEST:
            pages.append([])
            height = 0
        pages[-1].append(part)
        height += needed
    for number, rows in enumerate(pages, 1):
        count = f" · page {number} of {len(pages)}" if len(pages) > 1 else ""
        yield replace(sheet, subtitle=sheet.subtitle + count, rows=tuple(rows))


class _Page:
    """One page while it is drawn, from its top."""

    def __init__(self, sheet: Sheet, layout: _Layout, theme: Theme) -> None:
        self._sheet, self._layout, self._theme = sheet, layout, theme
        room = layout.width - 2 * MARGIN
        self._subtitle = _lines(sheet.subtitle, _font(SUBTITLE, False), room)
        head = MARGIN + TITLE + 8 + len(self._subtitle) * (SUBTITLE + 10) + 34
        foot = (len(sheet.notes) * (SMALL + 10) + 14 if sheet.notes else 0) + MARGIN - GAP
        height = head + sum(layout.row_height(row) for row in sheet.rows) + foot
        self._page = Image.new("RGB", (layout.width, height), self._colour("ground"))
        self._ink = ImageDraw.Draw(self._page)
        self._head = head

    def draw(self) -> Image.Image:
        room = self._layout.width - 2 * MARGIN
        self._write(MARGIN, MARGIN, self._sheet.title, TITLE, "text", room, bold=True)
        for number, line in enumerate(self._subtitle):
            self._write(MARGIN, MARGIN + TITLE + 18 + number * (SUBTITLE + 10), line, SUBTITLE, "muted", room)
        top = self._head
        for row in self._sheet.rows:
            self._draw_row(row, top)
            top += self._layout.row_height(row)
        for note in self._sheet.notes:
            self._write(MARGIN, top + 14, note, SMALL, "muted", room)
            top += SMALL + 10
        return self._page

    def _draw_row(self, row: Row, top: int) -> None:
        right = self._layout.width - MARGIN
        self._ink.line((MARGIN, top, right, top), self._colour("frame"), 1)
        self._ink.rounded_rectangle((MARGIN, top + 15, MARGIN + 5, top + 17 + LAYER), 2, self._colour(row.role))
        used = self._write(MARGIN + 18, top + 18, row.name, LAYER, "text", right - MARGIN - 18, bold=True)
        if row.scale is not None and right - used > 2 * BAR[0]:
            self._draw_scale(row.scale, right - BAR[0] - MARGIN // 2, top + 20)
            right -= BAR[0] + MARGIN
        if right - used > 160:
            below = _capital(self._font(LAYER, True)) - _capital(self._font(NAME, False))
            self._write(used + 18, top + 18 + below, row.detail, NAME, "muted", right - used - 18)
        for number, tile in enumerate(row.tiles):
            line, column = divmod(number, self._layout.columns)
            left = MARGIN + column * (self._layout.tile + GAP)
            self._draw_tile(tile, left, top + LAYER + 38 + line * self._layout.line_height(row))

    def _draw_scale(self, scale: Scale, left: int, top: int) -> None:
        """A bar of the colours with values below it."""
        width, height = BAR
        places = np.arange(width) * len(scale.colours) // width
        bar = Image.fromarray(np.broadcast_to(scale.colours[places], (height, width, 3)).copy())
        self._page.paste(bar, (left, top))
        self._ink.rectangle((left - 1, top - 1, left + width, top + height), outline=self._colour("frame"))
        font = self._font(SMALL, False)
        for place, words in scale.marks:
            x = left + round(place * (width - 1))
            self._ink.line((x, top + height, x, top + height + 4), self._colour("muted"), 1)
            y = top + height + 8 + _capital(font)
            self._ink.text((x, y), printable(words), self._colour("muted"), font, anchor="ms")

    def _draw_tile(self, tile: Tile, left: int, top: int) -> None:
        width, height = self._layout.picture
        if tile.pixels is None:
            self._draw_failure(left, top)
        else:
            self._paste(tile.pixels, (left, top), (width, height))
        for number, crop in enumerate(tile.crops):
            place, stack = divmod(number, self._layout.abreast)
            step = self._layout.crop + CROP_GAP
            corner = left + width + CROP_GAP + stack * step, top + place * step
            self._paste(crop, corner, (self._layout.crop, self._layout.crop))
        line, room = top + height + CAPTION, self._layout.tile
        if tile.title:
            self._write(left, line, tile.title, NAME, "text", room)
            line += NAME + 8
        score = self._font(NAME, False).getlength(printable(tile.score))
        self._write(left, line, tile.name, NAME, "muted" if tile.title else "text", int(room - score - 8), bold=True)
        role = "failed" if tile.pixels is None else "muted"
        self._write(left + room - int(np.ceil(score)), line, tile.score, NAME, role, room)

    def _draw_failure(self, left: int, top: int) -> None:
        """An empty frame with a cross: nothing that could be taken for a picture."""
        width, height = self._layout.picture
        frame = Image.new("RGB", (width * SMOOTH, height * SMOOTH), self._colour("wall"))
        ink, colour = ImageDraw.Draw(frame), self._colour("failed")
        stroke = 2 * SMOOTH
        box = (stroke // 2, stroke // 2, frame.width - 1 - stroke // 2, frame.height - 1 - stroke // 2)
        ink.rounded_rectangle(box, ROUNDING * SMOOTH, outline=colour, width=stroke)
        x, y, reach = frame.width // 2, frame.height * 2 // 5, min(frame.size) // 10
        ink.line((x - reach, y - reach, x + reach, y + reach), colour, 4 * SMOOTH)
        ink.line((x - reach, y + reach, x + reach, y - reach), colour, 4 * SMOOTH)
        self._page.paste(frame.resize((width, height), Image.Resampling.LANCZOS), (left, top), _corners(width, height))
        words = "never rose"
        wide = self._font(NAME, False).getlength(words)
        if wide < width - 12:
            self._write(left + int(width - wide) // 2, top + height * 3 // 5, words, NAME, "text", width)

    def _paste(self, pixels: Pixels, corner: tuple[int, int], room: tuple[int, int]) -> None:
        """Into the middle of the room, as large as fits; small pictures keep their pixels."""
        picture = _opened(pixels).convert("RGB")
        scale = min(room[0] / picture.width, room[1] / picture.height)
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        way = Image.Resampling.NEAREST if scale >= 2 else Image.Resampling.LANCZOS
        place = corner[0] + (room[0] - size[0]) // 2, corner[1] + (room[1] - size[1]) // 2
        self._page.paste(picture.resize(size, way), place, _corners(*size))

    def _write(self, left: int, top: int, text: str, size: int, role: str, room: int, bold: bool = False) -> int:
        """One line whose capitals begin at `top`, shortened at its end where it is too long; returns where it ends."""
        font = self._font(size, bold)
        text = _fitted(printable(text), font, room)
        self._ink.text((left, top + _capital(font)), text, self._colour(role), font, anchor="ls")
        return left + int(np.ceil(font.getlength(text)))

    def _font(self, size: int, bold: bool) -> ImageFont.FreeTypeFont:
        return _font(size, bold)

    def _colour(self, role: str | Colour) -> tuple[int, int, int]:
        red, green, blue = self._theme[role]
        return round(red * 255), round(green * 255), round(blue * 255)


def _opened(pixels: Pixels) -> Image.Image:
    if isinstance(pixels, Path):
        with Image.open(pixels) as image:
            return image.copy()
    return Image.fromarray(np.ascontiguousarray(pixels))


def _capital(font: ImageFont.FreeTypeFont) -> int:
    """Height of a capital letter in px."""
    return -int(font.getbbox("H", anchor="ls")[1])


def _lines(text: str, font: ImageFont.FreeTypeFont, room: int) -> list[str]:
    """The text in lines that fit, broken between its parts."""
    lines: list[str] = []
    for part in text.split(SEPARATOR):
        longer = f"{lines[-1]}{SEPARATOR}{part}" if lines else part
        if lines and font.getlength(printable(longer)) <= room:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _fitted(text: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    if font.getlength(text) <= room:
        return text
    kept = next((kept for kept in range(len(text) - 1, 0, -1) if font.getlength(text[:kept] + ELLIPSIS) <= room), 0)
    return text[:kept].rstrip(" ,·-") + ELLIPSIS


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(resource("assets", "fonts", f"Inter-{'SemiBold' if bold else 'Regular'}.otf"), size)


@cache
def _corners(width: int, height: int) -> Image.Image:
    """A mask of round corners."""
    mask = Image.new("L", (width * SMOOTH, height * SMOOTH), 0)
    radius = min(ROUNDING, width // 6, height // 6) * SMOOTH
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), radius, 255)
    return mask.resize((width, height), Image.Resampling.BOX)
