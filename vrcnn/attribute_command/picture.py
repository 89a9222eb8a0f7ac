"""An attribution as a picture of its own: over what the network sees, with a legend below."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vrcnn.attribution.results import Attribution
from vrcnn.resources import resource
from vrcnn.scene.heat import FAINT, heat_colours, heat_pixels
from vrcnn.scene.reading import figure

LEAST = 512  # px of the shorter side, so that the legend can be read
FOOT, MARGIN, BAR, LETTERS = 92, 14, 14, 17  # px
GREYNESS, DIMNESS = 0.6, 0.4  # of the picture below, so that what lies over it stands out
GROUND, INK, FAINT_INK = (17, 20, 26), (236, 239, 243), (150, 158, 170)


def overlay_picture(found: Attribution, seen: np.ndarray, opacity: float) -> Image.Image:
    """RGB: the map over `seen`, (h, w, 3 or 4) uint8, what the network is given; below it the words and the scale."""
    height, width = seen.shape[:2]
    factor = max(1.0, LEAST / min(height, width))
    size = round(width * factor), round(height * factor)
    picture = Image.fromarray(np.ascontiguousarray(seen[..., :3])).resize(size, Image.Resampling.BICUBIC)
    grey = picture.convert("L").convert("RGB")
    dark = Image.new("RGB", size, GROUND)
    picture = Image.blend(Image.blend(picture, grey, GREYNESS * opacity), dark, DIMNESS * opacity)
    heat = heat_pixels(found)
    heat[..., 3] = np.rint(heat[..., 3] * opacity)
    laid = Image.fromarray(heat).resize(size, Image.Resampling.BILINEAR)
    picture = Image.alpha_composite(picture.convert("RGBA"), laid).convert("RGB")
    whole = Image.new("RGB", (size[0], size[1] + FOOT), GROUND)
    whole.paste(picture, (0, 0))
    _legend(whole, found, size)
    return whole


def _legend(whole: Image.Image, found: Attribution, size: tuple[int, int]) -> None:
    draw = ImageDraw.Draw(whole)
    bold, plain = (_font(weight) for weight in ("SemiBold", "Regular"))
    width, top = size[0] - 2 * MARGIN, size[1] + MARGIN
    words = found.words
    while len(words) > 1 and bold.getlength(words) > width:
        words = words[:-2] + "…"
    draw.text((MARGIN, top - 3), words, INK, bold)
    signed = found.method.signed
    ends = np.linspace(-1.0 if signed else 0.0, 1.0, width)
    strength = (np.abs(ends) ** FAINT)[:, None]
    bar = np.array(GROUND) / 255 * (1 - strength) + heat_colours(ends, signed) * strength
    rows = np.broadcast_to(np.rint(255 * bar).astype(np.uint8), (BAR, width, 3))
    whole.paste(Image.fromarray(np.ascontiguousarray(rows)), (MARGIN, top + 25))
    below = top + 25 + BAR + 5
    low = f"{figure(-found.limit)} against" if signed else "0"
    high = f"for it {figure(found.limit)}" if signed else figure(found.limit)
    draw.text((MARGIN, below), low, FAINT_INK, plain)
    draw.text((MARGIN + width, below), high, FAINT_INK, plain, anchor="ra")
    if signed:
        draw.text((MARGIN + width / 2, below), "0", FAINT_INK, plain, anchor="ma")


def _font(weight: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(resource("assets", "fonts", f"Inter-{weight}.otf")), LETTERS)
