"""Widths of text, and names that are shortened so that their end stays readable."""

import numpy as np
import pytest

from vrcnn.scene.typography import ELLIPSIS, code_points, face, fit, printable, steps, text_width


def test_width_grows_with_the_height_and_with_the_text() -> None:
    assert text_width("conv", 0.2) == pytest.approx(2 * text_width("conv", 0.1))
    assert text_width("conv1", 0.1) > text_width("conv", 0.1) > 0
    assert text_width("", 0.1) == 0
    assert text_width("conv", 0.1, bold=True) > text_width("conv", 0.1)


def test_figures_align() -> None:
    assert len({round(text_width(digit, 1.0), 6) for digit in "0123456789"}) == 1


def test_pairs_kern_but_lines_do_not_kern_with_each_other() -> None:
    assert text_width("AV", 1.0) < text_width("A", 1.0) + text_width("V", 1.0)
    apart = steps(code_points("AV"), ends=np.array([0, 1]))
    assert float(apart.sum()) == pytest.approx(text_width("A", 1.0) + text_width("V", 1.0))


def test_a_name_that_fits_is_left_alone() -> None:
    assert fit("layer1.0.conv1", 0.1, 5.0) == "layer1.0.conv1"


@pytest.mark.parametrize("width", [0.3, 0.8, 1.2, 1.9])
def test_a_long_name_is_cut_in_its_middle_and_fits(width: float) -> None:
    name = "features.denseblock3.denselayer24.conv2"
    short = fit(name, 0.1, width)
    start, end = short.split(ELLIPSIS)
    assert name.startswith(start)
    assert name.endswith(end)
    assert len(end) >= len(start)
    assert text_width(short, 0.1) <= width


def test_nothing_is_left_where_not_even_an_ellipsis_fits() -> None:
    assert fit("layer", 0.1, 0.001) == ""


@pytest.mark.parametrize("text", ["漢字", "\U0001f600", "\ud800", "a\nb\tc", "\u200b", "e\u0301", "\x00", "\uffff"])
def test_any_text_has_a_width(text: str) -> None:
    assert np.isfinite(text_width(text, 0.1))


def test_one_line_is_made_of_any_text() -> None:
    assert printable("two\nlines\tand\x07bell") == "two lines andbell"
    assert printable("e\u0301") == "é"


def test_a_character_that_the_font_lacks_is_as_wide_as_the_missing_box() -> None:
    assert text_width("漢", 1.0) == pytest.approx(float(face().advances[0xFFFF]))
