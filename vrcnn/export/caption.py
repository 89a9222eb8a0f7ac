"""Writes a stop's title and text over a picture, on a card at its lower left, or below it."""

from __future__ import annotations

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vrcnn.resources import resource
from vrcnn.scene.theme import Colour, Theme
from vrcnn.scene.typography import printable

TITLE, TEXT, LINE = 0.031, 0.0225, 1.38  # of the picture's height, of which a line of text takes LINE times its type
WIDEST, MARGIN, PAD = 0.62, 0.032, 0.024  # of a card's width; around it, and in it, of the height
LEAST = 11  # px, the smallest type
OPACITY, ROUNDING = 0.9, 0.014


def with_card(pixels: np.ndarray, title: str, text: str, theme: Theme, counter: str = "") -> np.ndarray:
    """(H, W, 3) uint8 with a card over its lower left."""
    height, width = pixels.shape[:2]
    pad, margin = round(PAD * height), round(MARGIN * height)
    lines, card_width, card_height = _set(title, text, counter, height, WIDEST * width - 2 * pad)
    image = Image.fromarray(pixels).convert("RGBA")
    layer = Image.new("RGBA", image.size)
    draw = ImageDraw.Draw(layer)
    left, bottom = margin, height - margin
    top, right = bottom - card_height - 2 * pad, left + card_width + 2 * pad
    draw.rounded_rectangle(
        (left, top, right, bottom), ROUNDING * height, _ink(theme["panel"], OPACITY), _ink(theme["frame"], 1.0)
    )
    _write(draw, lines, (left + pad, top + pad), theme)
    return np.asarray(Image.alpha_composite(image, layer).convert("RGB"))


def with_caption(pixels: np.ndarray, title: str, text: str, theme: Theme) -> np.ndarray:
    """(H, W, 3) uint8 made higher by what is written below it."""
    height, width = pixels.shape[:2]
    pad = round(PAD * height)
    lines, _, tall = _set(title, text, "", height, width - 2 * pad)
    image = Image.new("RGB", (width, height + tall + 2 * pad), _ink(theme["panel"], 1.0)[:3])
    image.paste(Image.fromarray(pixels), (0, 0))
    _write(ImageDraw.Draw(image), lines, (pad, height + pad), theme)
    return np.asarray(image)


Line = tuple[str, ImageFont.FreeTypeFont, str, float, int]  # words, type, role, place below the top, px; place across


def _set(title: str, text: str, counter: str, height: int, room: float) -> tuple[list[Line], int, int]:
    """The lines, and the width and height that they take, in px."""
    big, small = (max(LEAST, round(size * height)) for size in (TITLE, TEXT))
    lines: list[Line] = []
    y = 0.0
    if counter:
        lines.append((counter, _font(small, False), "muted", y, 0))
        y += small * LINE
    for words in _wrapped(title, _font(big, True), room):
        lines.append((words, _font(big, True), "text", y, 0))
        y += big * 1.25
    y += 0.35 * small if text else 0
    for words in _wrapped(text, _font(small, False), room):
        lines.append((words, _font(small, False), "text", y, 0))
        y += small * LINE
    wide = max((font.getlength(words) for words, font, *_ in lines), default=0.0)
    return lines, round(wide), round(y)


def _write(draw: ImageDraw.ImageDraw, lines: list[Line], at: tuple[int, int], theme: Theme) -> None:
    for words, font, role, down, across in lines:
        draw.text((at[0] + across, at[1] + down), words, _ink(theme[role], 1.0), font)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    lines: list[str] = []
    for paragraph in text.splitlines() or ([text] if text else []):
        line = ""
        for word in printable(paragraph).split():
            longer = f"{line} {word}".strip()
            if line and font.getlength(longer) > room:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def _ink(colour: Colour, alpha: float) -> tuple[int, int, int, int]:
    red, green, blue = (round(255 * part) for part in colour)
    return red, green, blue, round(255 * alpha)


@cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(resource("assets", "fonts", f"Inter-{'SemiBold' if bold else 'Regular'}.otf"), size)
