"""A picture that is drawn on: strokes are laid on the parts that they touch alone, and taken back in the same way.

What comes of them depends on the strokes and the picture, not on how often it was looked at in between.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from itertools import pairwise
from math import floor

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFilter, ImageStat

from vrcnn.network.arrays import TENSOR, PictureError
from vrcnn.network.pictures import PictureFile
from vrcnn.network.strokes import BLUR, BOX, BRUSH, ERASER, GREY, Stroke, occlusion, standing

Area = tuple[int, int, int, int]  # left, top, right, bottom, in pixels
MIDDLE_GREY = (128, 128, 128)
OUT_OF_FOCUS = 0.04  # of the longer side: the deviation of the blur that hides
SOFT = 0.6  # of a disc's radius: from there on it fades
ROUNDING = 0.02  # of the shape, which a picture that was made smaller may differ by
PRECISE = 8  # pixels: a blur of a larger deviation is made at a smaller size


class Canvas:
    """`image` is RGB and stays as it is; `picture` is what has become of it.

    One thread draws at a time; who else wants the picture takes a copy (`snapshot`).
    """

    def __init__(self, image: Image.Image) -> None:
        self.image, self.picture = image, image.copy()
        self.strokes: tuple[Stroke, ...] = ()
        self._mean: tuple[int, ...] | None = None
        self._soft: tuple[Image.Image, int] | None = None  # the original out of focus, and how much smaller it is
        self._lock = threading.Lock()

    def bring_to(self, strokes: tuple[Stroke, ...]) -> Area | None:
        """Draws these strokes and no others; returns the area that has changed, None where nothing has."""
        before, after = self.strokes, standing(strokes)
        if before == after:
            return None
        with self._lock:
            self.strokes = after
            same = 0
            while same < min(len(before), len(after)) and before[same] == after[same]:
                same += 1
            if len(before) == len(after) == same + 1 and after[same].goes_on_from(before[same]):
                new = replace(after[same], points=after[same].points[max(0, len(before[same].points) - 1) :])
                area = self._area(new)
                return area and self._lay(area, self.picture.crop(area), (new,))
            area = _joined([self._area(stroke) for stroke in (*before[same:], *after[same:])])
            if area is None:
                return None
            if len(before) == same:
                return self._lay(area, self.picture.crop(area), after[same:])
            return self._lay(area, self.image.crop(area), after)

    def snapshot(self) -> Image.Image:
        """The picture as it is now; with a tensor beside it where the original has one."""
        with self._lock:
            picture = self.picture.copy()
        tensor = self.image.info.get(TENSOR)
        picture.info = {} if tensor is None else {TENSOR: drawn_tensor(tensor, self.image, picture)}
        return picture

    def _lay(self, area: Area, part: Image.Image, strokes: tuple[Stroke, ...]) -> Area:
        for stroke in strokes:
            reach = self._area(stroke)
            if reach is not None and _meet(reach, area):
                self._draw(part, area, stroke)
        self.picture.paste(part, area[:2])
        return area

    def _draw(self, part: Image.Image, area: Area, stroke: Stroke) -> None:
        """Onto the `part` of the picture that lies at `area`."""
        mask = self._mask(area, stroke)
        if stroke.tool == ERASER:
            part.paste(self.image.crop(area), mask=mask)
        elif stroke.tool == BRUSH:
            part.paste(stroke.colour, (0, 0, *part.size), mask)
        elif stroke.fill == BLUR:
            part.paste(self._blurred(area), mask=mask)
        else:
            part.paste(MIDDLE_GREY if stroke.fill == GREY else self._mean_colour(), (0, 0, *part.size), mask)

    def _mask(self, area: Area, stroke: Stroke) -> Image.Image:
        left, top, right, bottom = area
        mask = Image.new("L", (right - left, bottom - top))
        if not stroke.is_line:
            x0, y0, x1, y1 = self._box(stroke)
            if stroke.tool == BOX:
                ImageDraw.Draw(mask).rectangle((x0 - left, y0 - top, x1 - left - 1, y1 - top - 1), fill=255)
            else:
                mask.paste(_disc(x1 - x0, y1 - y0), (x0 - left, y0 - top))
            return mask
        draw, width = ImageDraw.Draw(mask), self._width(stroke)
        points = [(x - left, y - top) for x, y in map(self._pixel, stroke.points)]
        for one, other in pairwise(points):
            draw.line((*one, *other), fill=255, width=width)
        for x, y in points:
            draw.ellipse((x - width // 2, y - width // 2, x + (width - 1) // 2, y + (width - 1) // 2), fill=255)
        return mask

    def _area(self, stroke: Stroke) -> Area | None:
        """The part of the picture that a stroke may touch."""
        if not stroke.points:
            return None
        if stroke.is_line:
            reach, points = self._width(stroke) // 2 + 2, [self._pixel(point) for point in stroke.points]
            (left, *_, right), (top, *_, bottom) = (sorted((*of, of[0])) for of in zip(*points, strict=True))
            box = left - reach, top - reach, right + reach, bottom + reach
        else:
            box = self._box(stroke)
        width, height = self.image.size
        area = max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3])
        return area if area[0] < area[2] and area[1] < area[3] else None

    def _box(self, stroke: Stroke) -> Area:
        longer, (x, y) = max(self.image.size), stroke.points[-1]
        middle = x * self.image.width, y * self.image.height
        half = stroke.width * longer / 2, stroke.height * longer / 2
        left, top = floor(middle[0] - half[0] + 0.5), floor(middle[1] - half[1] + 0.5)
        right, bottom = floor(middle[0] + half[0] + 0.5), floor(middle[1] + half[1] + 0.5)
        return left, top, max(left + 1, right), max(top + 1, bottom)

    def _pixel(self, point: tuple[float, float]) -> tuple[int, int]:
        return floor(point[0] * self.image.width), floor(point[1] * self.image.height)

    def _width(self, stroke: Stroke) -> int:
        return max(1, round(stroke.width * max(self.image.size)))

    def _mean_colour(self) -> tuple[int, ...]:
        if self._mean is None:
            self._mean = tuple(round(value) for value in ImageStat.Stat(self.image).mean)
        return self._mean

    def _blurred(self, area: Area) -> Image.Image:
        """The original, out of focus, at `area`; all of it is blurred once, at a smaller size where it is large."""
        if self._soft is None:
            deviation = OUT_OF_FOCUS * max(self.image.size)
            factor = max(1, floor(deviation / PRECISE))
            small = self.image.reduce(factor) if factor > 1 else self.image
            self._soft = small.filter(ImageFilter.GaussianBlur(deviation / factor)), factor
        soft, factor = self._soft
        left, top, right, bottom = area
        box = left / factor, top / factor, min(right / factor, soft.width), min(bottom / factor, soft.height)
        return soft.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box)


def drawn(file: PictureFile, name: str, strokes: tuple[Stroke, ...]) -> PictureFile:
    """The picture of a file with strokes on it, drawn whenever it is opened."""

    def read() -> Image.Image:
        canvas = Canvas(drawable(file.open()))
        canvas.bring_to(strokes)
        return canvas.snapshot()

    return PictureFile(name, read=read)


def occluded(file: PictureFile, share: tuple[float, float, float, float]) -> PictureFile:
    """The picture of a file with a grey box over a share of it: left, top, width, height."""

    def read() -> Image.Image:
        image = drawable(file.open())
        canvas = Canvas(image)
        canvas.bring_to((occlusion(*share, image.width / image.height),))
        return canvas.snapshot()

    return PictureFile(f"{file.name}, occluded", read=read)


def drawable(image: Image.Image) -> Image.Image:
    """The same image. Raises PictureError for what is shown as curves, on which there is no place to draw."""
    tensor = image.info.get(TENSOR)
    if tensor is None:
        return image
    if tensor.ndim < 2 or abs(tensor.shape[-1] / tensor.shape[-2] * image.height / image.width - 1) > ROUNDING:
        raise PictureError("is a signal: there is no place on its curves to draw on")
    return image


def drawn_tensor(tensor: torch.Tensor, image: Image.Image, picture: Image.Image) -> torch.Tensor:
    """The numbers (..., H, W) of a picture that are the network's input, with what was drawn on what is shown of them.

    Where nothing was drawn they stay as they are to the bit. Elsewhere a channel takes the value that goes with the
    colour: by the line through its values and the colours that they are shown in, within its range. A volume is drawn
    on through all its slices.
    """
    size = tensor.shape[-1], tensor.shape[-2]
    before, after = (np.asarray(each.convert("RGB").resize(size, 0), np.float32) for each in (image, picture))
    changed = torch.from_numpy((before != after).any(2))
    numbers = tensor.float()
    found, whole = tensor.clone(), tensor.ndim == 2
    planes, shown = (found[None], numbers[None]) if whole else (found, numbers)
    for channel, (plane, values) in enumerate(zip(planes, shown, strict=True)):
        colour = before[..., channel] if planes.shape[0] == 3 else before.mean(2)
        wanted = after[..., channel] if planes.shape[0] == 3 else after.mean(2)
        flat = values if values.ndim == 2 else values[values.shape[0] // 2]
        slope, offset = _line(colour, flat.numpy())
        low, high = float(values.min()), float(values.max())
        value = torch.from_numpy(slope * wanted + offset).clamp(low, high).to(tensor.dtype)
        plane[..., changed] = value[changed]
    return found


def _line(colours: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    """Slope and offset of the line that leads from colours to values."""
    known = np.isfinite(values)
    if not known.any():
        return 0.0, 0.0
    x, y = colours[known].astype(np.float64), values[known].astype(np.float64)
    spread = float(((x - x.mean()) ** 2).mean())
    slope = float(((x - x.mean()) * (y - y.mean())).mean()) / spread if spread > 1e-9 else 0.0
    return slope, float(y.mean()) - slope * float(x.mean())


def _disc(width: int, height: int) -> Image.Image:
    """A mask that fades towards its edge."""
    y, x = np.ogrid[:height, :width]
    apart = np.hypot((x + 0.5) / width * 2 - 1, (y + 0.5) / height * 2 - 1)
    share = np.clip((1 - apart) / (1 - SOFT), 0, 1)
    return Image.fromarray((255 * share * share * (3 - 2 * share) + 0.5).astype(np.uint8))


def _joined(areas: list[Area | None]) -> Area | None:
    found = [area for area in areas if area is not None]
    if not found:
        return None
    lefts, tops, rights, bottoms = zip(*found, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _meet(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
