"""Draws text: every glyph a rectangle with a picture of distances, crisp at every size, gone when too small to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import moderngl
import numpy as np

from vrcnn.render.blending import blended
from vrcnn.render.glyph_atlas import HEIGHT, SPREAD, WIDTH, GlyphAtlas
from vrcnn.render.passes import Batch, filled, instanced
from vrcnn.render.programs import load_program
from vrcnn.render.raw import R8, RED, UNPACK_ALIGNMENT, UNSIGNED_BYTE, RawGL, TextureArray
from vrcnn.render.stretches import LEAST, Stretches, stretches_of
from vrcnn.scene.drawables import Label
from vrcnn.scene.placings import rotated
from vrcnn.scene.theme import Theme
from vrcnn.scene.typography import code_points, printable, steps

SHEET_UNIT = 0
UNREADABLE = 3.0  # pixels of cap height at which shaders/label.vert gives up
_LEVELS = tuple((HEIGHT >> level, WIDTH >> level) for level in range(4))  # beyond, neighbours would run into each other
MOVING, LINES = 64, 2048  # labels of a group that moves; lines of such that are kept as they were set
_ALIGNMENT = {"left": 0.0, "centre": 0.5, "right": 1.0}
_RECORD = np.dtype(
    [
        ("position", "f4", 3),
        ("orientation", "f4", 4),
        ("ink", "f4", 4),
        ("anchor", "i4"),
        ("box", "f4", 4),
        ("spot", "f4", 4),
    ]
)


class _Set(NamedTuple):
    """Glyphs with ink, N in all: of which label each is, (N,); its box from the label's anchor, in cap heights, and its
    place in the sheet, both (N, 4) as in GlyphAtlas."""

    line: np.ndarray
    boxes: np.ndarray
    spots: np.ndarray


class LabelPass:
    """Draws labels, readable from their front only. Draw it after everything that it may lie on."""

    def __init__(self, context: moderngl.Context, theme: Theme, gl: RawGL | None = None) -> None:
        self._context = context
        self._theme = theme
        self._program = load_program(context, "label")
        self._program["sheet"] = SHEET_UNIT
        self._program["spread"] = SPREAD
        self._atlas = GlyphAtlas()
        self._uploaded = -1
        self._lines: dict[tuple[str, bool, str], tuple[np.ndarray, np.ndarray]] = {}
        self._gl = gl or RawGL()
        self._sheet = TextureArray(self._gl, _LEVELS, 1, R8, RED, UNSIGNED_BYTE)
        self._upload()

    def build(self, items: Sequence[Label], anchors: Sequence[int]) -> Batch | None:
        records = self._records(items, anchors)
        return instanced(self._context, self._program, records, stretches=_stretches(records))

    def rewrite(self, batch: Batch, items: Sequence[Label], anchors: Sequence[int]) -> bool:
        """Puts other labels into a batch; False where they have more glyphs than it has room for."""
        records = self._records(items, anchors, MOVING)
        return batch.rewrite(records, _stretches(records))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme

    def draw(self, batches: Sequence[Batch]) -> None:
        self._sheet.use(SHEET_UNIT)
        with blended(self._context):
            for batch in batches:
                batch.render()

    def release(self) -> None:
        self._sheet.release()
        self._program.release()

    def _upload(self) -> None:
        if self._uploaded != self._atlas.revision:
            self._gl.PixelStorei(UNPACK_ALIGNMENT, 4)
            self._sheet.use(SHEET_UNIT)
            pixels = self._atlas.pixels
            for level in range(len(_LEVELS)):
                pixels = pixels if level == 0 else _halved(pixels)
                self._sheet.write(level, 0, 1, pixels.ctypes.data)
            self._uploaded = self._atlas.revision

    def _records(self, items: Sequence[Label], anchors: Sequence[int], remembered: int = 0) -> np.ndarray:
        """One record for every glyph with ink; lines that were set before are not set again where there are as few as
        `remembered`."""
        if len(items) <= remembered:
            lines = self._remembered(items)
            line = np.repeat(np.arange(len(items)), [len(boxes) for boxes, _ in lines])
            boxes, spots = (np.concatenate(parts) for parts in zip(*lines, strict=True))
        else:
            line, boxes, spots = self._set(items)
        records = filled(_RECORD, [self._line(label) for label in items], anchors).take(line)
        np.multiply(boxes, records["ink"][:, 3:], out=records["box"])
        records["spot"] = spots
        return records

    def _remembered(self, items: Sequence[Label]) -> list[tuple[np.ndarray, np.ndarray]]:
        """The boxes and spots of each label, as in _Set; those that are not known are set now."""
        keys = [(label.text, label.bold, label.align) for label in items]
        known = self._lines
        missing = {key: label for key, label in zip(keys, items, strict=True) if key not in known}
        if missing:
            if len(known) > LINES:
                known.clear()
                return self._remembered(items)
            line, boxes, spots = self._set(list(missing.values()))
            borders = np.searchsorted(line, np.arange(1, len(missing)))
            known |= zip(missing, zip(np.split(boxes, borders), np.split(spots, borders), strict=True), strict=True)
        return [known[key] for key in keys]

    def _set(self, items: Sequence[Label]) -> _Set:
        """Sets all labels at once as one long line."""
        texts = [printable(label.text) for label in items]
        counts = np.array([len(text) for text in texts], int)
        codes = code_points("".join(texts))
        if not codes.size:
            return _Set(np.zeros(0, np.intp), *np.zeros((2, 0, 4), np.float32))
        line = np.repeat(np.arange(len(items)), counts)
        bold = np.array([label.bold for label in items], np.intp)[line]
        stops = np.cumsum(counts)
        pen = np.concatenate([[0.0], np.cumsum(steps(codes, bold, stops[counts > 0] - 1), dtype=np.float64)])
        start, stop = pen[stops - counts], pen[stops]
        shift = -start - np.array([_ALIGNMENT[label.align] for label in items]) * (stop - start)
        slots = self._atlas.slots(codes, bold)
        self._upload()
        inked = np.flatnonzero(slots)
        line, slots = line[inked], slots[inked]
        box = self._atlas.boxes.take(slots, axis=0)
        begins = pen[inked] + shift[line]
        box[:, 0] += begins
        box[:, 2] += begins
        return _Set(line, box, self._atlas.places.take(slots, axis=0))

    def _line(self, label: Label) -> tuple[float, ...]:
        """What the records of all its glyphs begin with."""
        return *label.pose.position, *label.pose.orientation, *self._theme[label.role], label.height


def _stretches(records: np.ndarray) -> Stretches | None:
    if len(records) < LEAST:
        return None
    middles = np.zeros((len(records), 3))
    middles[:, :2] = 0.5 * (records["box"][:, :2] + records["box"][:, 2:])
    radii = 0.5 * np.hypot(*(records["box"][:, 2:] - records["box"][:, :2]).T)
    centres = records["position"] + rotated(records["orientation"], middles)
    return stretches_of(records["anchor"], centres, radii, records["ink"][:, 3] / UNREADABLE)


def _halved(pixels: np.ndarray) -> np.ndarray:
    """The mean of every 2 x 2 pixels; the driver's own way takes 0.1 s of the start when the processor draws."""
    rows = pixels[0::2].astype(np.uint16) + pixels[1::2]
    return ((rows[:, 0::2] + rows[:, 1::2] + 2) >> 2).astype(np.uint8)
