"""An attribution over the picture on the easel: its colours, its place on the picture, and the legend above it."""

from __future__ import annotations

import numpy as np

from vrcnn.attribution.results import Attribution
from vrcnn.scene.colormaps import colours_along
from vrcnn.scene.colouring import COLORMAPS
from vrcnn.scene.drawables import Box, Image, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.picture_numbers import hall_of, heat_number, input_number, overlay_number
from vrcnn.scene.reading import figure
from vrcnn.scene.typography import fit
from vrcnn.scene.world import World

LARGEST = 512  # px of the longer side
SIGNED, ONE_SIGN = "red-blue", "cividis"
STRONG = 0.37  # of the way from a diverging colormap's middle to its end: beyond that it is nearly black
FAINT = 0.9  # of the alpha: below 1 the faint parts are lifted
VEIL = 0.3  # over the picture below, so that the attribution stands out
STRIPES = 31  # of the legend's bar; odd, so that the middle one is zero
LEGEND, BAR = (0.66, 0.128), (0.6, 0.026)  # m
RISE = 0.1  # m from the canvas to the legend's middle


def heat_pixels(found: Attribution) -> np.ndarray:
    """(h, w, 4) uint8 with straight alpha, at most LARGEST px a side: the map's colours; what is zero is clear."""
    values = _resized(found.map)
    shares = np.nan_to_num(np.clip(values / (found.limit or 1.0), -1.0, 1.0))
    pixels = np.empty((*shares.shape, 4), np.uint8)
    pixels[..., :3] = np.rint(255 * heat_colours(shares, found.method.signed))
    pixels[..., 3] = np.rint(255 * np.abs(shares) ** FAINT)
    return pixels


def heat_colours(shares: np.ndarray, signed: bool) -> np.ndarray:
    """(..., 3) sRGB, 0..1: the colours of shares of the largest value, from -1 to 1, or from 0 to 1 without signs."""
    name = SIGNED if signed else ONE_SIGN
    colormap = next(colormap for colormap in COLORMAPS if colormap.name == name)
    if signed:
        return colours_along(colormap, 0.5 + STRONG * np.sign(shares) * (0.4 + 0.6 * np.abs(shares)))
    return colours_along(colormap, 0.6 + 0.4 * shares)


def heated(world: World) -> tuple[int, Attribution] | None:
    """The hall whose attribution the easel shows, and that: that where the visitor is first; None without."""
    order = [world.here, *range(len(world.halls))]
    for number in order if world.easel.picture is not None else ():
        attributing = world.halls[number].attributing
        if attributing.shown and attributing.found is not None:
            return number, attributing.found
    return None


def heat_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that the same attribution lies over the picture."""
    return world.here, tuple(hall.attributing.revision for hall in world.halls)


def picture_under(world: World) -> int | None:
    """The number of the picture that lies under the attribution: the easel's, or the network's input where only that
    tells which part of it the network sees; None where neither is there.
    """
    shown = heated(world)
    if shown is None:
        return None
    number, _ = shown
    if world.overlaid and world.overlaying == number and world.overlay is not None:
        return overlay_number(number)
    if number in world.inputs:
        return input_number(number)
    picture = world.easel.picture
    return picture if picture is not None and world.halls[number].crop is not None else None


def furnish_heat(world: World, shown: int, width: float, height: float) -> tuple[list[Box], list[Label], list[Image]]:
    """The attribution over picture `shown`, which is `width` x `height` m on the easel; the legend above it."""
    heat = heated(world)
    if heat is None or shown != picture_under(world):
        return [], [], []
    number, found = heat
    opacity = world.halls[number].attributing.opacity
    across, down = share_of_input(world, number, shown, found)
    pose = world.easel.pose
    image = Image(heat_number(number), pose @ Pose((0, 0, 0.0035)), across * width, down * height, opacity)
    veil = Box(pose @ Pose((0, 0, 0.0028)), (across * width, down * height, 0.0001), "panel", 1.0, VEIL * opacity)
    boxes, labels = _legend(pose @ Pose((0, world.easel.height / 2 + RISE, 0.0)), found)
    return [veil, *boxes], labels, [image]


def share_of_input(world: World, hall: int, shown: int, found: Attribution) -> tuple[float, float]:
    """Which part of the picture `shown`, across and down, is what went into the network; it lies in the middle."""
    if hall_of(shown) is not None:
        return 1.0, 1.0
    height, width = found.map.shape
    crop, aspect = world.halls[hall].crop or 1.0, world.pictures[shown].aspect
    scale = crop * min(aspect / width, 1 / height)
    return scale * width / aspect, scale * height


def _legend(pose: Pose, found: Attribution) -> tuple[list[Box], list[Label]]:
    """A plate with the attribution's words, its colours, and the values at the ends of these."""
    boxes = [
        Box(pose @ Pose((0, 0, -0.01)), (LEGEND[0], LEGEND[1], 0.016), "panel"),
        Box(pose @ Pose((0, -LEGEND[1] / 2, -0.006)), (LEGEND[0], 0.004, 0.016), "accent", 1.0),
    ]
    signed, wide = found.method.signed, BAR[0] / STRIPES
    ends = np.linspace(-1.0 if signed else 0.0, 1.0, STRIPES)
    colours, shares = heat_colours(ends, signed), np.abs(ends) ** FAINT
    for place, (colour, share) in enumerate(zip(colours.tolist(), shares.tolist(), strict=True)):
        mixed = tuple(round(0.16 + share * (part - 0.16), 4) for part in colour)
        x = (place + 0.5) * wide - BAR[0] / 2
        boxes.append(Box(pose @ Pose((x, -0.004, 0.0)), (wide, BAR[1], 0.004), mixed, glow=1.0))
    left, right, cap = -BAR[0] / 2, BAR[0] / 2, 0.016
    low = f"{figure(-found.limit)} against" if signed else "0"
    high = f"for it {figure(found.limit)}" if signed else figure(found.limit)
    labels = [
        Label(fit(found.words, 0.021, BAR[0], bold=True), pose @ Pose((left, 0.026, 0.001)), 0.021, bold=True),
        Label(low, pose @ Pose((left, -0.045, 0.001)), cap, role="muted"),
        Label(high, pose @ Pose((right, -0.045, 0.001)), cap, "right", "muted"),
    ]
    if signed:
        labels.append(Label("0", pose @ Pose((0, -0.045, 0.001)), cap, "centre", "muted"))
    return boxes, labels


def _resized(values: np.ndarray) -> np.ndarray:
    """As it is drawn: the pixels of small maps enlarged as squares, those of large ones joined by their means."""
    larger = LARGEST // max(values.shape)
    if larger >= 1:
        return np.repeat(np.repeat(values, larger, 0), larger, 1)
    joined = -(-max(values.shape) // LARGEST)
    rows, columns = (np.arange(0, length, joined) for length in values.shape)
    sums = np.add.reduceat(np.add.reduceat(values, rows, 0), columns, 1)
    counts = np.diff(rows, append=values.shape[0])[:, None] * np.diff(columns, append=values.shape[1])
    return sums / counts
