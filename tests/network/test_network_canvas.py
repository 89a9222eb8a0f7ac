"""Strokes on a picture: what they cover, that the way there leaves no trace, and pictures that are numbers."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
import torch
from PIL import Image

from vrcnn.network.arrays import TENSOR, PictureError, image_of
from vrcnn.network.canvas import Canvas, drawable, drawn, drawn_tensor, occluded
from vrcnn.network.pictures import PictureFile
from vrcnn.network.strokes import BLUR, BOX, BRUSH, CLEAR, DISC, ERASER, MEAN, Stroke, standing

RED = (255, 0, 0)


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    values = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(values)


def pixels(canvas: Canvas) -> np.ndarray:
    return np.asarray(canvas.picture)


def stroke(tool: str, *points: tuple[float, float], size: float = 0.1, fill: str = "grey") -> Stroke:
    return Stroke(tool, points, size, size, RED, fill)


def test_a_brush_covers_its_width_along_its_way_and_nothing_else() -> None:
    canvas = Canvas(Image.new("RGB", (200, 100)))
    canvas.bring_to((stroke(BRUSH, (0.25, 0.5), (0.75, 0.5)),))
    red = (pixels(canvas) == RED).all(2)
    rows, columns = np.nonzero(red)
    assert (columns.min(), columns.max()) == (40, 159)
    assert abs(int(rows.max() - rows.min()) - 20) <= 1
    assert red[50, 50:150].all()
    assert not red[:38].any()
    assert not red[62:].any()


def test_an_eraser_brings_the_original_back() -> None:
    image = noise(120, 80)
    canvas = Canvas(image)
    canvas.bring_to((stroke(BRUSH, (0.1, 0.5), (0.9, 0.5)), stroke(ERASER, (0.5, 0.5), size=0.5)))
    assert np.array_equal(pixels(canvas)[35:45, 40:80], np.asarray(image)[35:45, 40:80])
    assert tuple(pixels(canvas)[40, 10]) == RED
    canvas.bring_to((*canvas.strokes, stroke(ERASER, (0, 0.5), (1, 0.5), size=2.0)))
    assert np.array_equal(pixels(canvas), np.asarray(image))


def test_a_box_hides_with_grey_the_mean_or_a_blur() -> None:
    image = noise(100, 100)
    original = np.asarray(image)
    found = {}
    for fill in ("grey", MEAN, BLUR):
        canvas = Canvas(image)
        canvas.bring_to((stroke(BOX, (0.5, 0.5), size=0.4, fill=fill),))
        found[fill] = pixels(canvas)
        assert np.array_equal(found[fill][:30], original[:30])
        assert np.array_equal(found[fill][:, 70:], original[:, 70:])
    assert (found["grey"][30:70, 30:70] == 128).all()
    assert np.abs(found[MEAN][30:70, 30:70] - np.round(original.mean((0, 1)))).max() == 0
    inside = found[BLUR][30:70, 30:70].astype(float)
    assert inside.std() < original.std() / 4
    assert abs(inside.mean() - original[30:70, 30:70].mean()) < 12


def test_a_disc_is_soft_at_its_edge() -> None:
    canvas = Canvas(Image.new("RGB", (200, 200)))
    canvas.bring_to((stroke(DISC, (0.5, 0.5), size=0.5),))
    across = pixels(canvas)[100, 100:155, 0].astype(int)
    assert (across[:25] == 128).all()
    assert (np.diff(across) <= 0).all()
    assert 20 < across[40] < 110
    assert across[-1] == 0


def test_of_a_box_the_last_place_counts() -> None:
    canvas = Canvas(noise(60, 60))
    canvas.bring_to((stroke(BOX, (0.2, 0.2), size=0.2),))
    canvas.bring_to((stroke(BOX, (0.8, 0.8), size=0.2),))
    fresh = Canvas(canvas.image)
    fresh.bring_to((stroke(BOX, (0.8, 0.8), size=0.2),))
    assert np.array_equal(pixels(canvas), pixels(fresh))


def test_the_way_there_leaves_no_trace() -> None:
    """Strokes that grow, are taken back, cleared and drawn again give what they give when drawn at once."""
    chance = random.Random(5)
    canvas = Canvas(noise(300, 170))
    strokes: tuple[Stroke, ...] = ()
    changed = 0
    for _ in range(120):
        act = chance.randrange(6)
        point = chance.uniform(-0.1, 1.1), chance.uniform(-0.1, 1.1)
        if act <= 1 or not strokes:
            tool, fill = chance.choice((BRUSH, ERASER, BOX, DISC)), chance.choice(("grey", MEAN, BLUR))
            strokes = (*strokes, stroke(tool, point, size=chance.choice((0.02, 0.1, 0.3)), fill=fill))
        elif act <= 3:
            last = strokes[-1]
            strokes = (*strokes[:-1], stroke(last.tool, *last.points, point, size=last.width, fill=last.fill))
        elif act == 4:
            strokes = strokes[:-1]
        elif chance.random() < 0.2:
            strokes = (*strokes, Stroke(CLEAR))
        before = pixels(canvas).copy()
        area = canvas.bring_to(strokes)
        fresh = Canvas(canvas.image)
        fresh.bring_to(strokes)
        assert np.array_equal(pixels(canvas), pixels(fresh))
        outside = np.ones(before.shape[:2], bool)
        if area is not None:
            outside[area[1] : area[3], area[0] : area[2]] = False
            changed += 1
        assert np.array_equal(pixels(canvas)[outside], before[outside]), "only the area that is told has changed"
    assert changed > 60
    assert standing((stroke(BRUSH, (0, 0)), Stroke(CLEAR))) == ()


def test_a_stroke_on_a_photo_of_twelve_megapixels_takes_the_time_of_its_area() -> None:
    canvas = Canvas(Image.new("RGB", (4096, 3072), "blue"))
    points = [(0.2 + 0.001 * step, 0.5) for step in range(200)]
    canvas.bring_to((stroke(BRUSH, points[0], size=0.06),))
    began = time.perf_counter()
    for count in range(2, 102):
        canvas.bring_to((stroke(BRUSH, *points[:count], size=0.06),))
    assert (time.perf_counter() - began) / 100 < 0.02


def test_numbers_stay_to_the_bit_where_nothing_was_drawn_and_keep_their_range() -> None:
    values = torch.randn(3, 40, 60, generator=torch.Generator().manual_seed(1)) * 2 - 0.5
    image = image_of(values)
    canvas = Canvas(image.convert("RGB"))
    canvas.image.info[TENSOR] = values
    canvas.bring_to((stroke(BOX, (0.5, 0.5), size=0.2),))
    found = canvas.snapshot().info[TENSOR]
    inside = torch.zeros(40, 60, dtype=torch.bool)
    inside[14:26, 24:36] = True
    assert torch.equal(found[:, ~inside], values[:, ~inside])
    grey = found[:, inside]
    assert torch.allclose(grey, grey[:, :1].expand_as(grey), atol=1e-5)
    low, high = float(values.min()), float(values.max())
    expected = low + 128 / 255 * (high - low)
    assert (grey[:, 0] - expected).abs().max() < 0.05, "as the picture shows its values"


@pytest.mark.parametrize("shape", [(24, 36), (1, 24, 36), (5, 24, 36), (2, 7, 24, 36)])
def test_numbers_of_other_shapes_are_drawn_on_too(shape: tuple[int, ...]) -> None:
    values = torch.rand(shape, generator=torch.Generator().manual_seed(2))
    image = PictureFile("x", read=lambda: image_of(values)).open()
    canvas = Canvas(drawable(image))
    canvas.bring_to((stroke(BRUSH, (0.5, 0.5), size=0.3),))
    found = canvas.snapshot().info[TENSOR]
    assert found.shape == values.shape
    assert not torch.equal(found[..., 12, 18], values[..., 12, 18])
    assert torch.equal(found[..., :5, :], values[..., :5, :])
    assert torch.equal(drawn_tensor(values, image, image), values)


def test_a_signal_cannot_be_drawn_on() -> None:
    signal = PictureFile("x", read=lambda: image_of(torch.rand(2, 500)))
    with pytest.raises(PictureError, match="is a signal"):
        drawn(signal, "y", (stroke(BRUSH, (0.5, 0.5)),)).open()


def test_a_drawn_file_is_the_picture_with_its_strokes_and_the_original_stays() -> None:
    image = noise(50, 50)
    file = PictureFile("x.png", read=lambda: image)
    changed = drawn(file, "x.png, drawn on", (stroke(BRUSH, (0.5, 0.5), size=0.2),))
    assert changed.name == "x.png, drawn on"
    assert changed.open().getpixel((25, 25)) == RED
    assert np.array_equal(np.asarray(file.open()), np.asarray(noise(50, 50)))


@pytest.mark.parametrize("size", [(200, 100), (100, 200), (77, 77)])
def test_a_share_of_a_picture_is_occluded_whatever_its_shape(size: tuple[int, int]) -> None:
    file = PictureFile("x.png", read=lambda: Image.new("RGB", size, "black"))
    grey = (np.asarray(occluded(file, (0.25, 0.5, 0.5, 0.25)).open()) == 128).all(2)
    rows, columns = np.nonzero(grey)
    width, height = size
    assert abs(columns.min() - 0.25 * width) <= 1
    assert abs(columns.max() + 1 - 0.75 * width) <= 1
    assert abs(rows.min() - 0.5 * height) <= 1
    assert abs(rows.max() + 1 - 0.75 * height) <= 1
    assert grey.sum() == (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
