"""Drawables as triangles: boxes, bands as thin rods, and lines of text as pictures of them, for a scene in a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vrcnn.export.glb import Surface
from vrcnn.resources import resource
from vrcnn.scene.drawables import Box, Label, Ribbon
from vrcnn.scene.geometry import Pose
from vrcnn.scene.placings import rotated
from vrcnn.scene.theme import Colour, Theme
from vrcnn.scene.typography import printable

KEY = np.array((-0.424, 0.742, 0.519))  # where the light comes from; shaders/light.glsl
LIGHTS = 48  # steps of light that are told apart
AROUND = 5  # sides of a rod
ROD = 0.4  # of a band's width, the rod's diameter
PAGE = 2048  # px a side of the pictures with text
CAP = 22, 64  # px, the height of a capital letter at least and at most
SHARPNESS = 700  # px per m
SIDES = np.array([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)], np.float64)


class Palette:
    """All plain colours of a scene on one small picture, a pixel each."""

    WIDTH = 64

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, int, int], int] = {}

    def number(self, colour: Iterable[float]) -> int:
        """Of an sRGB colour, 0..1."""
        red, green, blue = (round(255 * min(1.0, max(0.0, part))) for part in colour)
        return self._numbers.setdefault((red, green, blue), len(self._numbers))

    def pixels(self) -> np.ndarray:
        """(H, W, 3) uint8."""
        rows = max(1, -(-len(self._numbers) // self.WIDTH))
        pixels = np.zeros((rows * self.WIDTH, 3), np.uint8)
        if self._numbers:
            pixels[: len(self._numbers)] = list(self._numbers)
        return pixels.reshape(rows, self.WIDTH, 3)

    def places(self, numbers: np.ndarray) -> np.ndarray:
        """(N, 2) float32: where these colours are on the picture, once all are there."""
        rows = max(1, -(-len(self._numbers) // self.WIDTH))
        return np.stack([(numbers % self.WIDTH + 0.5) / self.WIDTH, (numbers // self.WIDTH + 0.5) / rows], 1)


@dataclass
class Solid:
    """Triangles in plain colours: `points` (N, 3), the `colours` (N,) by their numbers, `triangles` (M, 3)."""

    points: list[np.ndarray] = field(default_factory=list)
    colours: list[np.ndarray] = field(default_factory=list)
    triangles: list[np.ndarray] = field(default_factory=list)
    count: int = 0

    def add(self, points: np.ndarray, colours: np.ndarray, triangles: np.ndarray) -> None:
        self.points.append(points)
        self.colours.append(colours)
        self.triangles.append(triangles + self.count)
        self.count += len(points)

    def surface(self, palette: Palette, material: int) -> Surface:
        """With the colours of a finished palette."""
        numbers = np.concatenate(self.colours)
        return Surface(material, np.concatenate(self.points), palette.places(numbers), np.concatenate(self.triangles))


def add_box(solid: Solid, box: Box, turn: np.ndarray, theme: Theme, palette: Palette) -> None:
    """A box in the light that it has on screen; `turn` is the orientation of its frame in the world."""
    centre, orientation = np.array(box.pose.position), np.array(box.pose.orientation)
    half = np.array(box.size) / 2
    colour = np.array(theme[box.role])
    normals = rotated(np.tile(orientation, (6, 1)), SIDES)
    for side, normal in zip(SIDES, normals, strict=True):
        axis = int(np.argmax(np.abs(side)))
        first, second = [each for each in range(3) if each != axis]
        corners = np.tile(side * half, (4, 1))
        corners[:, first] = np.array((-1, 1, 1, -1)) * half[first]
        corners[:, second] = np.array((-1, -1, 1, 1)) * half[second]
        outward = np.cross(corners[1] - corners[0], corners[2] - corners[1]) @ side > 0
        triangles = np.array([(0, 1, 2), (0, 2, 3)] if outward else [(0, 2, 1), (0, 3, 2)])
        points = centre + rotated(np.tile(orientation, (4, 1)), corners)
        light = _light(rotated(turn[None], normal[None])[0], theme)
        lit = colour * (light * (1 - box.glow) + box.glow)
        solid.add(points, np.full(4, palette.number(lit)), triangles)


def _light(normal: np.ndarray, theme: Theme) -> float:
    """As shaders/light.glsl has it above the ground, in a few steps."""
    depth = 1.0 - theme.light.least
    sky = 0.5 + 0.5 * normal[1]
    light = theme.light.least * (1 - sky) + (1.0 + 0.18 * depth) * sky + 0.65 * depth * max(float(normal @ KEY), 0.0)
    return round(light * LIGHTS) / LIGHTS


def add_rod(solid: Solid, points: np.ndarray, ribbon: Ribbon, theme: Theme, palette: Palette) -> None:
    """A band as a thin rod along `points` (N, 3), so that it is seen from everywhere."""
    along = np.gradient(points, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    up = np.where(np.abs(along[:, 1:2]) > 0.9, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    aside = np.cross(along, up)
    aside /= np.maximum(np.linalg.norm(aside, axis=1, keepdims=True), 1e-9)
    over = np.cross(aside, along)
    angles = np.arange(AROUND) * 2 * np.pi / AROUND
    radius = ribbon.width * ROD / 2
    ring = np.cos(angles)[None, :, None] * aside[:, None] + np.sin(angles)[None, :, None] * over[:, None]
    skin = (points[:, None] + radius * ring).reshape(-1, 3)
    here, beside = np.arange(AROUND), (np.arange(AROUND) + 1) % AROUND
    first = [np.stack([here, beside, AROUND + beside], 1), np.stack([here, AROUND + beside, AROUND + here], 1)]
    between = np.concatenate(first)
    triangles = np.concatenate([between + AROUND * step for step in range(len(points) - 1)])
    number = palette.number(theme[ribbon.role])
    solid.add(skin, np.full(len(skin), number), triangles)


@dataclass
class Line:
    """A line of text on its page: its corners in m, and its box there in px (left, top, right, bottom)."""

    corners: np.ndarray
    page: int
    box: tuple[int, int, int, int]


class Lettering:
    """Draws lines of text onto pages, each line once however often it is written."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._pages: list[Image.Image] = []
        self._at = PAGE, PAGE  # where the next line would go; at first nowhere, so that a page is begun
        self._tall = 0
        self._known: dict[tuple[str, int, str | Colour, bool], tuple[int, tuple[int, int, int, int], int]] = {}

    def pages(self) -> list[np.ndarray]:
        """(H, W, 4) uint8 each."""
        return [np.asarray(page) for page in self._pages]

    def set(self, label: Label) -> Line | None:
        """The line; None for one of nothing."""
        text = printable(label.text)
        if not text.strip():
            return None
        cap = round(min(CAP[1], max(CAP[0], label.height * SHARPNESS)))
        while cap > 4 and _font(cap, label.bold).getlength(text) > PAGE - 8:
            cap = cap * 3 // 4
        key = text, cap, label.role, label.bold
        if key not in self._known:
            self._known[key] = self._drawn(text, cap, label)
        page, box, baseline = self._known[key]
        scale = label.height / cap
        width, height = (box[2] - box[0]) * scale, (box[3] - box[1]) * scale
        left = {"left": 0.0, "centre": -width / 2, "right": -width}[label.align]
        low = -(box[3] - box[1] - baseline) * scale
        flat = [(left, low), (left + width, low), (left + width, low + height), (left, low + height)]
        return Line(np.array([_on(label.pose, x, y) for x, y in flat]), page, box)

    def _drawn(self, text: str, cap: int, label: Label) -> tuple[int, tuple[int, int, int, int], int]:
        font = _font(cap, label.bold)
        width, (height, baseline) = (
            min(PAGE, int(np.ceil(font.getlength(text))) + 4),
            (round(cap * 1.75), round(cap * 1.35)),
        )
        x, y = self._at
        if x + width > PAGE:
            x, y = 0, y + self._tall
            self._tall = 0
        if not self._pages or y + height > PAGE:
            self._pages.append(Image.new("RGBA", (PAGE, PAGE), (0, 0, 0, 0)))
            x = y = self._tall = 0
        red, green, blue = (round(255 * part) for part in self._theme[label.role])
        box = x, y, x + width, y + height
        under = Image.new("RGBA", (width, height), (red, green, blue, 0))  # no dark rim where it is made smaller
        ImageDraw.Draw(under).text((2, baseline), text, (red, green, blue, 255), font, anchor="ls")
        self._pages[-1].paste(under, (x, y))
        self._at, self._tall = (x + width + 2, y), max(self._tall, height + 2)
        return len(self._pages) - 1, box, baseline


def text_surface(lines: Sequence[Line], material: int) -> Surface:
    """Lines that are on one page."""
    points = np.concatenate([line.corners for line in lines])
    boxes = np.array([line.box for line in lines], np.float64) / PAGE
    left, top, right, bottom = boxes.T
    places = np.stack([left, bottom, right, bottom, right, top, left, top], 1).reshape(-1, 2)
    return Surface(material, points, places, quads(len(lines)))


def quads(count: int) -> np.ndarray:
    """(2 count, 3): the triangles of rectangles of four corners each, counter-clockwise."""
    first = 4 * np.arange(count)[:, None, None]
    return (first + np.array([[(0, 1, 2), (0, 2, 3)]])).reshape(-1, 3)


def _on(pose: Pose, x: float, y: float) -> tuple[float, float, float]:
    return pose.apply((x, y, 0.0))


@cache
def _font(cap: int, bold: bool) -> ImageFont.FreeTypeFont:
    path = resource("assets", "fonts", f"Inter-{'SemiBold' if bold else 'Regular'}.otf")
    size = cap
    font = ImageFont.truetype(path, size)
    while -font.getbbox("H", anchor="ls")[1] < cap:
        size += 1
        font = ImageFont.truetype(path, size)
    return font
