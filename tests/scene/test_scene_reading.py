"""What is said of a feature map: its statistics, its numbers in words, and the ends of its colours."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from vrcnn.scene.build import build_world
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.reading import MapAt, Reading, exactly, figure, share
from vrcnn.scene.tiles import FILL, channel_at, pixel_at, pixel_in_cell, place_of


def reading(values, samples=(0.0, 1.0, 2.0, 4.0), extremes=(-3.0, 5.0), **more) -> Reading:
    return Reading(
        MapAt(0, 0, 2),
        np.array(values, np.float16),
        np.array(samples, np.float32),
        np.array(extremes, np.float32),
        **more,
    )


def test_statistics_of_a_map() -> None:
    known = reading([[0.0, 1.0, -2.0], [0.0, 0.0, 4.0]]).statistics
    assert (known.least, known.largest, known.nonfinite) == (-2.0, 4.0, 0)
    assert known.mean == 0.5
    assert known.deviation == pytest.approx(np.std([0, 1, -2, 0, 0, 4]))
    assert known.zeros == 0.5, "sparsity is the share of exact zeros"


def test_what_is_not_finite_is_counted_and_left_out() -> None:
    known = reading([[nan, inf, -inf, 0.0, 2.0]]).statistics
    assert (known.least, known.largest, known.mean, known.nonfinite) == (0.0, 2.0, 1.0, 3)
    assert known.zeros == 0.2
    nothing = reading([[nan, nan]]).statistics
    assert (nothing.least, nothing.largest, nothing.mean, nothing.zeros, nothing.nonfinite) == (0, 0, 0, 0, 2)
    assert reading([[0.0]]).statistics.zeros == 1.0


@pytest.mark.parametrize(
    ("value", "words"),
    [
        *((0.0, "0"), (1.0, "1.00"), (-12.345, "−12.3"), (1234.5, "1234"), (0.5, "0.500"), (0.03124, "0.0312")),
        *((3.2e-5, "3.2e−5"), (123456.0, "1.2e5"), (nan, "NaN"), (inf, "∞"), (-inf, "−∞")),
    ],
)
def test_a_figure_has_three_digits(value: float, words: str) -> None:
    assert figure(value) == words


def test_a_stored_value_is_told_exactly() -> None:
    values = np.arange(0, 0x7C00, 7, dtype=np.uint16).view(np.float16)
    words = [exactly(value) for value in values]
    assert len(set(words)) == len(words), "different values look different"
    back = np.array([float(text.replace("−", "-")) for text in words], np.float16)
    assert np.array_equal(back, values)
    assert exactly(np.float16(65504)) == "65504"
    assert exactly(np.float16(-0.1)) == "−0.1"
    assert exactly(np.float16(-0.0)) == "0"
    assert exactly(np.float16(nan)) == "NaN"


@pytest.mark.parametrize(
    ("part", "words"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.4567, "45.7 %"), (0.0001, "< 0.1 %"), (0.9999, "> 99.9 %")],
)
def test_a_share_is_not_called_none_or_all_when_it_is_not(part: float, words: str) -> None:
    assert share(part) == words


def test_the_ends_of_the_colours_follow_the_chosen_range() -> None:
    shown = reading([[-1.0, 3.0]])
    assert shown.ends(Colouring(range="fixed", fixed=2.0), True) == (-2.0, 2.0)
    assert shown.ends(Colouring(range="map"), True) == (-3.0, 3.0)
    assert shown.ends(Colouring(range="map"), False) == (-1.0, 3.0)
    assert shown.ends(Colouring(range="percentile", percentile=100.0), True) == (-5.0, 5.0), "of the whole layer"
    assert shown.ends(Colouring(range="layer"), True) == (-4.0, 4.0)


def test_channels_are_told_by_their_index_and_name() -> None:
    shown = reading([[0.0]], count=64, name="tabby")
    assert shown.channel_words == "channel 2 · tabby"
    assert shown.full_channel_words == "channel 2 of 0–63 · tabby"
    assert reading([[0.0]], count=3).full_channel_words == "channel 2 of 0–2"


def test_places_and_channels_follow_the_order_of_a_wall() -> None:
    from graphs import chain

    from vrcnn.engine.plan import plan_maps

    graph = chain(1)
    (wall,) = build_world("test", graph, plan_maps(graph.nodes), ()).hall.walls
    assert [channel_at(wall, place) for place in (0, 5, 15)] == [0, 5, 15]
    wall.order = np.random.default_rng(1).permutation(16).astype(np.int32)
    for place in range(16):
        assert place_of(wall, channel_at(wall, place)) == place
    assert channel_at(wall, 3) == wall.order[3]


def test_the_pixel_under_a_ray() -> None:
    edge = (1 - FILL) / 2
    assert pixel_in_cell(edge + 0.001, edge + 0.001, 4, 8) == (0, 0)
    assert pixel_in_cell(1 - edge - 0.001, 1 - edge - 0.001, 4, 8) == (3, 7)
    assert pixel_in_cell(edge / 2, 0.5, 4, 8) is None, "between two maps"
    assert pixel_at(0.5, 0.26, 4, 8) == (1, 4)
    assert pixel_at(1.0, 0.5, 4, 8) is None
    assert pixel_at(0.5, -0.01, 4, 8) is None
