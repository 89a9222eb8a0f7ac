"""A contact sheet shows every channel with its name and score, and a channel that never rose as an empty frame."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from vrcnn.export import contact_sheet
from vrcnn.export.contact_sheet import MARGIN, SIDE, Row, Sheet, Tile, draw_sheet, page_path
from vrcnn.scene.theme import DARK, LIGHT

COLOURS = ((200, 40, 40), (40, 200, 40), (40, 40, 200), (180, 180, 30))


def flat(colour: tuple[int, int, int], height: int = 64, width: int = 64) -> np.ndarray:
    return np.full((height, width, 3), colour, np.uint8)


def tiles(count: int = 4, **changes: object) -> tuple[Tile, ...]:
    return tuple(
        replace(Tile(flat(COLOURS[number % 4]), str(number), f"{number / 10:.2f}"), **changes)  # type: ignore[arg-type]
        for number in range(count)
    )


def sheet(*rows: Row) -> Sheet:
    return Sheet("A network", "What it looks for", rows or (Row("conv", "4 channels", "convolution", tiles()),))


def area(page: Image.Image, colour: tuple[int, int, int]) -> int:
    """How many pixels have exactly this colour."""
    return int((np.asarray(page) == colour).all(2).sum())


def role(name: str) -> tuple[int, int, int]:
    red, green, blue = (round(255 * value) for value in DARK[name])
    return red, green, blue


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is written on the sheets, in order."""
    words: list[str] = []
    original = ImageDraw.ImageDraw.text

    def text(self: ImageDraw.ImageDraw, place: object, words_here: str, *rest: object, **keywords: object) -> None:
        words.append(words_here)
        original(self, place, words_here, *rest, **keywords)  # type: ignore[arg-type]

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    return words


def test_every_picture_its_name_and_its_score_is_on_it(written: list[str]) -> None:
    (page,) = draw_sheet(replace(sheet(), notes=("A note.",)))
    for colour in COLOURS:
        assert area(page, colour) > 0.98 * SIDE * SIDE, "but for round corners"
    said = {"A network", "What it looks for", "conv", "4 channels", "A note."}
    assert said | {str(n) for n in range(4)} | {f"{n / 10:.2f}" for n in range(4)} == set(written)
    assert area(page, role("ground")) > 0.2 * page.width * page.height


def test_a_channel_that_never_rose_is_an_empty_frame_and_no_grey_picture(written: list[str]) -> None:
    failed = Tile(None, "7", "0.01")
    (page,) = draw_sheet(sheet(Row("conv", "", "convolution", (*tiles(1), failed))))
    assert area(page, role("failed")) > 80
    assert area(page, role("wall")) > 0.8 * SIDE * SIDE
    assert "never rose" in written
    (without,) = draw_sheet(sheet(Row("conv", "", "convolution", tiles(2))))
    assert area(without, role("failed")) == 0
    (alone,) = draw_sheet(sheet(Row("conv", "", "convolution", (failed,))))
    assert area(alone, role("failed")) > 80, "also where no picture says how large pictures are"


def test_natural_pictures_stand_beside_their_channel_the_best_on_top() -> None:
    crops = tuple(flat(colour, 30, 30) for colour in COLOURS[1:])
    (page,) = draw_sheet(sheet(Row("conv", "", "convolution", tiles(1, crops=crops))))
    pixels = np.asarray(page)
    rows, columns = zip(*[np.argwhere((pixels == colour).all(2)).mean(0).tolist() for colour in COLOURS], strict=True)
    assert rows[1] < rows[2] < rows[3]
    assert columns[0] < columns[1] == columns[2] == columns[3]
    assert rows[2] == pytest.approx(rows[0], abs=2), "as high as the picture together"


def test_long_names_are_shortened_and_lie_within_the_page(written: list[str]) -> None:
    long = "a name that goes on and on and has no end at all " * 8
    row = Row(long, long, "convolution", tiles(1, name=long, title=long, score="1,234.56"))
    (page,) = draw_sheet(Sheet(long, long, (row,), (long,)))
    assert long not in written
    assert sum(text.endswith("…") for text in written) >= 5
    right = np.asarray(page)[:, page.width - MARGIN + 2 :]
    assert (right == role("ground")).all(), "nothing is written into the margin"


@pytest.mark.parametrize(("height", "width"), [(32, 96), (96, 32), (8, 8), (300, 200)])
def test_pictures_keep_their_shape(height: int, width: int) -> None:
    picture = flat(COLOURS[0], height, width)
    (page,) = draw_sheet(sheet(Row("conv", "", "convolution", (Tile(picture, "0", ""),))))
    places = np.argwhere((np.asarray(page) == COLOURS[0]).all(2))
    high, wide = (places.max(0) - places.min(0) + 1).tolist()
    assert high / wide == pytest.approx(height / width, rel=0.05)
    assert max(high, wide) == SIDE


def test_a_page_is_never_too_high_for_one_picture(written: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_sheet, "TALLEST", 1500)
    many = tuple(Row(f"conv{number}", "", "convolution", tiles(12)) for number in range(3))
    pages = list(draw_sheet(sheet(*many, Row("head", "", "linear", tiles(60)))))
    assert len(pages) > 1
    assert len({page.width for page in pages}) == 1
    assert all(page.height < 1900 for page in pages)
    assert sum(area(page, COLOURS[0]) for page in pages) > 0.98 * SIDE * SIDE * (3 * 3 + 15)
    assert "head, continued" in written
    assert f"What it looks for · page 2 of {len(pages)}" in written


def test_a_long_subtitle_is_broken_between_its_parts(written: list[str]) -> None:
    parts = [f"the part with the number {number}" for number in range(8)]
    (page,) = draw_sheet(replace(sheet(), subtitle=" · ".join(parts)))
    lines = [text for text in written if text.startswith("the part")]
    assert len(lines) > 1
    assert " · ".join(lines) == " · ".join(parts)
    assert page.height > next(draw_sheet(sheet())).height


@pytest.mark.parametrize(
    ("count", "columns", "rows"), [(1, 1, 1), (2, 1, 2), (3, 1, 3), (4, 2, 2), (6, 2, 3), (9, 3, 3)]
)
def test_natural_pictures_stand_in_even_stacks(count: int, columns: int, rows: int) -> None:
    crops = tuple(flat((255, 0, number), 30, 30) for number in range(count))
    (page,) = draw_sheet(sheet(Row("conv", "", "convolution", tiles(1, crops=crops))))
    pixels = np.asarray(page)
    middles = [np.argwhere((pixels == (255, 0, number)).all(2)).mean(0) for number in range(count)]
    assert len({round(x) for _, x in middles}) == columns
    assert len({round(y) for y, _ in middles}) == rows


def test_the_other_theme_is_for_paper() -> None:
    dark, light = next(draw_sheet(sheet())), next(draw_sheet(sheet(), LIGHT))
    assert np.asarray(light).mean() > 2 * np.asarray(dark).mean()
    assert light.size == dark.size


def test_pages_lie_beside_each_other() -> None:
    names = [page_path(Path("out") / "sheet.png", number).name for number in (1, 2, 3)]
    assert names == ["sheet.png", "sheet-2.png", "sheet-3.png"]


def test_pictures_may_be_files(tmp_path: Path) -> None:
    crop = tmp_path / "crop.png"
    Image.new("RGB", (30, 30), COLOURS[1]).save(crop)
    picture = tmp_path / "picture.png"
    Image.new("L", (64, 32), 77).save(picture)
    (page,) = draw_sheet(sheet(Row("conv", "", "convolution", (Tile(picture, "0", "", crops=(crop,)),))))
    assert area(page, (77, 77, 77)) > 0.98 * SIDE * SIDE / 2
    assert area(page, COLOURS[1]) > 500


def test_an_empty_sheet_is_still_one() -> None:
    (page,) = draw_sheet(Sheet("A network", "", ()))
    assert page.width > 500
