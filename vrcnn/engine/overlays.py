"""The network's input made visible, with a class map or with boxes over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from vrcnn.network.arrays import middle_slice, visible
from vrcnn.network.palette import Colour, ColourOf, class_colours
from vrcnn.resources import resource

SIDE = 512  # pixels, the longer side at most
COARSE = 4  # from this enlargement on a pixel is shown as a pixel
OPACITY = 0.55  # of the class colours
GREYNESS = 0.65  # of the picture under class colours, so that they keep their hue
LETTERS = 16  # pixels, the height of a label's type
DARK, LIGHT = (14, 16, 20), (255, 255, 255)


@dataclass(frozen=True)
class Box:
    """A detection: its corners in pixels of the input, from the top left, and the words on its plate."""

    left: float
    top: float
    right: float
    bottom: float
    words: str
    colour: Colour


def picture_of(tensor: torch.Tensor) -> Image.Image:
    """RGB of the network's input (1, C, H, W), or of the middle slice of (1, C, D, H, W), its longer side 512 px.

    Small inputs are enlarged by a whole number, so that their pixels stay squares, to at most that.
    """
    values = tensor.detach()[0].cpu()
    image = visible(middle_slice(values) if values.ndim == 4 else values)
    factor = SIDE / max(image.size)
    sampling = Image.Resampling.LANCZOS
    if factor >= COARSE:
        factor, sampling = int(factor), Image.Resampling.NEAREST
    width, height = (max(1, round(length * factor)) for length in image.size)
    return image.resize((width, height), sampling)


def class_overlay(
    tensor: torch.Tensor, classes: np.ndarray, background: int | None, colour: ColourOf | None = None
) -> np.ndarray:
    """The input under its class map: (H, W, 4) uint8.

    Arguments:
        tensor: the network's input, (1, C, H, W).
        classes: (h, w) class indices for the same picture, of any size.
        background: the class that is left as it is.
        colour: of each class; by default as network/palette.py chooses.
    """
    colour = colour or class_colours(None, background)
    picture = picture_of(tensor)
    pixels = np.asarray(picture, np.float32)
    grey = np.asarray(picture.convert("L"), np.float32)[..., None]
    ids = np.asarray(Image.fromarray(classes.astype(np.int32)).resize(picture.size, Image.Resampling.NEAREST), np.int64)
    known, places = np.unique(ids, return_inverse=True)
    colours = np.array([colour(int(index)) for index in known], np.float32)[places]
    colours = 255 * colours.reshape(*ids.shape, 3)
    under = GREYNESS * grey + (1 - GREYNESS) * pixels
    painted = (1 - OPACITY) * under + OPACITY * colours
    if background is not None:
        painted = np.where((ids == background)[..., None], pixels, painted)
    edges = _edges(ids)
    painted[edges] = 0.25 * painted[edges] + 0.75 * np.array(DARK, np.float32)
    return _opaque(Image.fromarray((painted + 0.5).astype(np.uint8)))


def box_overlay(tensor: torch.Tensor, boxes: Sequence[Box]) -> np.ndarray:
    """The input (1, C, H, W) with boxes, their words on small plates: (H, W, 4) uint8. The first box lies on top."""
    picture = picture_of(tensor)
    across, down = picture.width / tensor.shape[-1], picture.height / tensor.shape[-2]
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(resource("assets", "fonts", "Inter-SemiBold.otf")), LETTERS)
    corners = [
        (
            _within(box.left * across, picture.width),
            _within(box.top * down, picture.height),
            _within(box.right * across, picture.width),
            _within(box.bottom * down, picture.height),
        )
        for box in boxes
    ]
    for box, (left, top, right, bottom) in reversed(list(zip(boxes, corners, strict=True))):
        left, right, top, bottom = min(left, right), max(left, right), min(top, bottom), max(top, bottom)
        draw.rectangle((left - 1, top - 1, right + 1, bottom + 1), outline=DARK, width=5)
        draw.rectangle((left, top, right, bottom), outline=_bytes(box.colour), width=3)
    taken: list[tuple[float, float, float, float]] = []
    for box, (left, top, right, bottom) in zip(boxes, corners, strict=True):
        plate = _plate(picture, font, box.words, min(left, right), min(top, bottom), max(top, bottom), taken)
        if plate is None:
            continue
        taken.append(plate)
        draw.rounded_rectangle(plate, 4, fill=_bytes(box.colour))
        words = _shortened(font, box.words, picture.width - 10)
        draw.text((plate[0] + 5, plate[1] + 1), words, fill=_ink(box.colour), font=font)
    return _opaque(picture)


def plain_overlay(tensor: torch.Tensor) -> np.ndarray:
    """The input alone: (H, W, 4) uint8."""
    return _opaque(picture_of(tensor))


def _edges(ids: np.ndarray) -> np.ndarray:
    """Where a pixel's class is not that of the pixel to its right or below it."""
    edges = np.zeros(ids.shape, bool)
    edges[:, :-1] |= ids[:, :-1] != ids[:, 1:]
    edges[:-1] |= ids[:-1] != ids[1:]
    return edges


def _plate(
    picture: Image.Image,
    font: ImageFont.FreeTypeFont,
    words: str,
    left: float,
    top: float,
    bottom: float,
    taken: Sequence[tuple[float, float, float, float]],
) -> tuple[float, float, float, float] | None:
    """Where a label stands: above its box, else inside it or below, where no other stands; None where all is taken."""
    width = min(font.getlength(words) + 10, picture.width)
    height = LETTERS + 6
    x = min(max(0.0, left), picture.width - width)
    for y in (top - height, top, bottom - height, bottom, *np.arange(top, bottom - height, height)):
        y = float(min(max(0.0, y), max(0, picture.height - height)))
        plate = (x, y, x + width - 1, y + height - 1)
        if not any(_meet(plate, other) for other in taken):
            return plate
    return None


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _shortened(font: ImageFont.FreeTypeFont, words: str, width: float) -> str:
    if font.getlength(words) <= width:
        return words
    while words and font.getlength(words + "…") > width:
        words = words[:-1]
    return words + "…"


def _within(place: float, length: int) -> float:
    return min(max(0.0, place), length - 1.0)


def _bytes(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (round(255 * value) for value in colour)
    return red, green, blue


def _ink(colour: Colour) -> tuple[int, int, int]:
    """Dark letters on a light plate, light ones on a dark plate."""
    red, green, blue = colour
    return DARK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.45 else LIGHT


def _opaque(image: Image.Image) -> np.ndarray:
    return np.array(image.convert("RGBA"))
