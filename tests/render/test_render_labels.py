"""Text as it comes out of the renderer, and the sheet of glyphs behind it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import pi

import numpy as np
import pytest
from drawing import EYES, Stage, pixel_of, stage

from vrcnn.render.glyph_atlas import CAP_PIXELS, HEIGHT, SPREAD, WIDTH, GlyphAtlas
from vrcnn.render.labels import LabelPass
from vrcnn.scene.drawables import Box, Label
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.theme import DARK
from vrcnn.scene.typography import code_points, text_width


@pytest.fixture(scope="module")
def shown() -> Iterator[Stage]:
    with stage() as made:
        yield made


@pytest.fixture(scope="module")
def atlas() -> GlyphAtlas:
    return GlyphAtlas()


def _ink(shown: Stage, *labels: Label, eyes: Pose = EYES) -> np.ndarray:
    """(240, 320) how much lighter the labels make the picture."""
    return (shown.picture(eyes, labels=labels) - shown.picture(eyes)).max(axis=2)


@pytest.mark.gl
def test_a_letter_has_ink_where_its_stem_is_and_none_beside_it(shown: Stage) -> None:
    ink = _ink(shown, Label("H", Pose((-0.3, 1.4, -1)), 0.5))
    width = text_width("H", 0.5)
    left_stem = pixel_of((-0.3 + 0.19 * width, 1.6, -1))
    bar = pixel_of((-0.3 + 0.5 * width, 1.4 + 0.26, -1))
    hollow = pixel_of((-0.3 + 0.5 * width, 1.4 + 0.4, -1))
    assert ink[left_stem] > 180
    assert ink[bar] > 180
    assert ink[hollow] < 5
    rows = np.flatnonzero(ink.max(axis=1) > 100)
    assert abs(rows[0] - pixel_of((0, 1.9, -1))[0]) <= 1, "capitals are as high as the label says"
    assert abs(rows[-1] - pixel_of((0, 1.4, -1))[0]) <= 1, "letters stand on the baseline"


@pytest.mark.gl
@pytest.mark.parametrize("second", ["Hag", "Another, longer line", "I"])
def test_other_words_in_the_buffer_of_the_first_look_like_words_of_their_own(shown: Stage, second: str) -> None:
    bold = Label("bold", Pose((-0.6, 1.3, -1)), 0.1, bold=True)
    first, other = ((Label(text, Pose((-0.6, 1.6, -1)), 0.1), bold) for text in ("Have", second))
    shown.picture(labels=first)
    rewritten = shown.picture(labels=other)
    shown.picture()
    assert np.array_equal(rewritten, shown.picture(labels=other))


@pytest.mark.gl
@pytest.mark.parametrize(("align", "start"), [("left", 0.0), ("centre", 0.5), ("right", 1.0)])
def test_a_line_is_aligned_at_its_anchor_and_as_wide_as_measured(shown: Stage, align, start: float) -> None:
    label = Label("HxxxH", Pose((0.0, 1.6, -1)), 0.15, align=align, bold=True)
    columns = np.flatnonzero(_ink(shown, label).max(axis=0) > 60)
    width = text_width("HxxxH", 0.15, bold=True)
    first, last = (pixel_of((share * width - start * width, 1.6, -1))[1] for share in (0, 1))
    assert 0 <= columns[0] - first <= 4
    assert 0 <= last - columns[-1] <= 4


@pytest.mark.gl
def test_text_reads_along_plus_x_of_its_pose(shown: Stage) -> None:
    ink = _ink(shown, Label("H.", Pose((-0.2, 1.5, -1)), 0.3))
    columns = np.flatnonzero(ink.max(axis=0) > 100)
    right_end = ink[:, columns[-1] - 4 : columns[-1] + 1]
    assert np.flatnonzero(right_end.max(axis=1) > 100)[0] > pixel_of((0, 1.6, -1))[0], "the full stop is on the right"


@pytest.mark.gl
def test_text_is_hidden_from_behind(shown: Stage) -> None:
    label = Label("HHHH", Pose((0, 1.6, -1)), 0.2, align="centre")
    assert _ink(shown, label).max() > 180
    assert _ink(shown, label, eyes=Pose((0, 1.6, -2), turn(yaw=pi))).max() == 0


@pytest.mark.gl
def test_text_fades_below_five_pixels_and_is_gone_at_three(shown: Stage) -> None:
    def strength(pixels: float) -> int:
        distance = 0.1 * 120 / pixels  # 120 pixels per unit of tangent
        return int(_ink(shown, Label("HHHHHH", Pose((0, 1.6, -distance)), 0.1, align="centre", bold=True)).max())

    assert strength(12) > 180
    assert 10 < strength(4.0) < 120
    assert strength(2.9) == 0


@pytest.mark.gl
def test_text_hides_behind_a_box_and_lies_on_it(shown: Stage) -> None:
    wall = Box(Pose((0, 1.6, -1.05)), (1.0, 1.0, 0.1), "panel", glow=1.0)
    in_front, behind = (Label("HH", Pose((0, 1.5, z)), 0.2, align="centre") for z in (-0.998, -1.2))
    plain = shown.picture(boxes=(wall,))
    assert (shown.picture(boxes=(wall,), labels=(in_front,)) - plain).max() > 180
    assert (shown.picture(boxes=(wall,), labels=(behind,)) - plain).max() == 0


@pytest.mark.gl
def test_text_at_a_slant_stays_sharp(shown: Stage) -> None:
    ink = _ink(shown, Label("HHHH", Pose((0, 1.5, -1), turn(yaw=0.9)), 0.25, align="centre", bold=True))
    row = ink[pixel_of((0, 1.58, -1))[0]]
    assert np.count_nonzero(row > 180) > np.count_nonzero((row > 20) & (row <= 180))


@pytest.mark.gl
def test_large_text_has_straight_edges(shown: Stage) -> None:
    ink = _ink(shown, Label("I", Pose((-0.2, 0.9, -0.5)), 1.4))
    left = np.array([np.flatnonzero(row > 120)[0] for row in ink[20:220]])
    assert np.ptp(left) <= 1


@pytest.mark.gl
def test_labels_of_every_kind_of_text_are_drawn_or_boxed(shown: Stage) -> None:
    texts = ("", " ", "\n", "漢字", "\U0001f600", "\ud800", "e\u0301", "ế", "Ω × → ±°²", "\x00")
    labels = tuple(Label(text, Pose((-1, 2.4 - 0.2 * row, -1.2)), 0.1) for row, text in enumerate(texts))
    ink = _ink(shown, *labels)
    for row, text in enumerate(texts):
        band = ink[slice(*(pixel_of((0, 2.4 - 0.2 * row + up, -1.2))[0] for up in (0.08, 0.01)))]
        assert (band.max() > 100) == bool(text.strip("\x00 \n")), f"row {row}"


@pytest.mark.gl
def test_two_thousand_labels_are_built_in_little_time(shown: Stage) -> None:
    labels = tuple(
        Label(f"layer{index // 40}.{index % 7}.conv 64×56", Pose((index % 20, 1.0, -index / 20)), 0.05)
        for index in range(2000)
    )
    writer = LabelPass(shown.context, DARK)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        batch = writer.build(labels, [0] * len(labels))
        seconds.append(time.perf_counter() - start)
        assert batch is not None
        assert batch.instances == sum(len(label.text.replace(" ", "")) for label in labels)
        batch.release()
    writer.release()
    assert min(seconds) < 0.2


def test_common_glyphs_are_baked_and_others_added_when_met() -> None:
    atlas = GlyphAtlas()
    atlas.slots(code_points("layer1.0 64 × 56 · é Ω Ж → ½ … ²"), False)
    assert atlas.revision == 0
    first = atlas.slots(code_points("ế"), True)
    assert atlas.revision == 1
    assert first[0] > 0
    assert atlas.slots(code_points("ế"), True)[0] == first[0]
    assert atlas.revision == 1
    left, low, right, high = atlas.places[first[0]] * (WIDTH, HEIGHT, WIDTH, HEIGHT)
    assert atlas.pixels[round(high) : round(low), round(left) : round(right)].max() > 128


def test_what_the_font_lacks_is_the_missing_box(atlas: GlyphAtlas) -> None:
    box = atlas.slots(np.array([0xFFFF]), False)[0]
    assert box > 0
    assert (atlas.slots(code_points("漢字\U0001f600"), False) == box).all()


def test_a_glyph_holds_the_distance_to_its_outline(atlas: GlyphAtlas) -> None:
    slot = atlas.slots(code_points("I"), True)[0]
    left, low, right, high = np.rint(atlas.places[slot] * (WIDTH, HEIGHT, WIDTH, HEIGHT)).astype(int)
    row = atlas.pixels[(low + high) // 2, left:right].astype(float)
    distances = (row / 255 * 2 - 1) * SPREAD
    assert distances[0] == pytest.approx(-SPREAD, abs=1)
    rising = np.diff(distances)[1:7]
    assert rising == pytest.approx(np.ones(6), abs=0.1), "a step of one pixel is a distance of one pixel"
    box = atlas.boxes[slot]
    assert (box[3] - box[1]) * CAP_PIXELS == pytest.approx(CAP_PIXELS + 2 * SPREAD, abs=2)
