"""Visualizations on walls: on the right tile, in their own colours, sharp near by and their mean from afar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
from featured import BLUE, GREEN, RED, SIZE, Featured, plain
from golden import assert_like_golden

import vrcnn.render.map_store as map_store
from vrcnn.render.feature_pictures import FeaturePictures
from vrcnn.render.renderer import Renderer
from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.features import FACES, FeatureState
from vrcnn.scene.gallery import Frame, Large
from vrcnn.scene.geometry import Pose
from vrcnn.scene.picture_numbers import LARGE_FEATURE, frame_number
from vrcnn.scene.reading import FeatureAt
from vrcnn.scene.theme import DARK, LIGHT

pytestmark = pytest.mark.gl


@pytest.fixture
def place(context: moderngl.Context) -> Iterator[Featured]:
    made = Featured(context)
    yield made
    made.release()


def near(pixels: np.ndarray, colour: tuple[int, ...], by: int = 12) -> np.ndarray:
    return np.abs(pixels - colour).max(axis=-1) <= by


def encoded(role: str) -> tuple[int, ...]:
    return tuple(round(255 * part) for part in DARK[role])


def test_a_visualization_is_on_the_tile_of_its_channel_in_its_own_colours(place: Featured) -> None:
    place.know(0, plain(RED))
    place.know(9, plain(GREEN, 224, 224))
    place.turn("visualizations")
    seen = place.seen()
    assert near(place.cell(seen, 0), RED).all()
    assert near(place.cell(seen, 9), GREEN).all()
    nothing = place.cell(seen, 5)
    assert np.ptp(nothing, axis=(0, 1)).max() <= 4, "the others stay vacant"
    assert not near(nothing, RED, 60).any()


def test_beside_its_map_in_another_order_too(place: Featured) -> None:
    maps = place.seen()
    for channel in range(16):
        place.know(channel, plain((12 * channel, 100, 200)))
    place.turn("both")
    assert place.wall().columns % 2 == 0
    seen = place.seen()
    shown = int(place.wall().rows_shown) * place.wall().columns // 2
    for channel in range(shown):
        own = place.cell(maps, channel)
        assert near(place.cell(seen, 2 * channel), tuple(own[len(own) // 2, 0])).mean() > 0.95
        assert near(place.cell(seen, 2 * channel + 1), (12 * channel, 100, 200)).mean() > 0.95
    place.world.colouring = replace(place.world.colouring, order="activation")
    place.renderer.set_colouring(place.world.colouring)
    states = place.renderer.stores[0].states
    place.wall().order = states.sort(10.0)[place.wall().node]
    seen = place.seen()
    for at in range(shown):
        channel = int(place.wall().order[at])
        assert near(place.cell(seen, 2 * at + 1), (12 * channel, 100, 200)).mean() > 0.95


def test_a_pair_stands_closer_than_neighbours_do(place: Featured) -> None:
    for channel in range(16):
        place.know(channel, plain(RED))
    place.turn("both")
    seen = place.seen(distance=0.4, before=1)
    backing = seen[SIZE[1] // 2].max(axis=-1) < 45
    starts, ends = (np.flatnonzero(np.diff(backing.astype(int)) == way) for way in (1, -1))
    within, between = [int(ends[ends > start][0] - start) for start in starts]
    assert 0 < 4 * within < between


def test_it_grows_sharper_when_another_picture_comes(place: Featured) -> None:
    stripes = plain(RED, 128, 128)
    stripes[:, ::2] = BLUE
    blurred = plain(tuple((a + b) // 2 for a, b in zip(RED, BLUE, strict=True)), 16, 16)  # type: ignore[arg-type]
    place.know(0, blurred, FeatureState.FORMING, 0.5)
    place.turn("visualizations")
    before = place.cell(place.seen(distance=0.6, before=0), 0)
    place.know(0, stripes)
    after = place.cell(place.seen(distance=0.6, before=0), 0)
    upper = slice(0, len(after) // 2)
    assert after[upper].std(axis=1).mean() > before[upper].std(axis=1).mean() + 20


@pytest.mark.parametrize("progress", [0.25, 0.75])
def test_a_line_at_its_foot_tells_how_far_one_is_that_forms(place: Featured, progress: float) -> None:
    place.know(0, plain(RED), FeatureState.FORMING, progress)
    place.know(1, plain(RED))
    place.turn("visualizations")
    seen = place.seen(distance=0.8, before=0)
    done = near(seen, encoded("running"), 25)
    cell = place.unit() * place.wall().width / place.wall().columns
    rows = np.flatnonzero(done.sum(axis=1) > 0.1 * cell)
    assert 1 <= len(rows) < 0.08 * cell, "thin"
    assert done[rows[len(rows) // 2]].sum() == pytest.approx(progress * 0.96 * cell, abs=4)


def test_waiting_failed_and_vacant_tiles_differ_and_failed_is_no_grey(place: Featured) -> None:
    place.know(0, None, FeatureState.WAITING, 0.0)
    place.know(1, None, FeatureState.FAILED)
    place.know(2, plain(GREEN), FeatureState.FAILED)
    place.know(3, plain(GREEN))
    place.turn("visualizations")
    seen = place.seen()
    waiting, without, tried, made, vacant = (place.cell(seen, cell) for cell in range(5))
    assert waiting.mean() < vacant.mean() < made.mean()
    assert 0 < (waiting.max(axis=2) > waiting.mean() + 15).mean() < 0.1, "a dot"
    assert tried.mean() < 0.75 * made.mean(), "a picture that does not count is dimmed"
    for cell in (without, tried):
        red = cell[..., 0] - cell[..., 1:].max(axis=2)
        marked = red > 30
        assert 0.01 < marked.mean() < 0.2
        height, width = marked.shape
        diagonal = [marked[y, (x := round(y / height * (width - 1))) - (x > 0) : x + 2].any() for y in range(height)]
        assert np.mean(diagonal) > 0.8, "a cross"


def test_a_picture_of_another_shape_is_shown_whole(place: Featured) -> None:
    place.know(0, plain(RED, 64, 128))
    place.know(1, plain(RED, 64, 68))
    place.turn("visualizations")
    seen = place.seen(distance=1.0, before=0)
    wide = near(place.cell(seen, 0), RED)
    assert wide[len(wide) // 2].all()
    assert wide[:, wide.shape[1] // 2].mean() == pytest.approx(0.5 / 0.88 * 0.96, abs=0.05)
    assert near(place.cell(seen, 1), RED).all(), "nobody sees that it is stretched a little"


def test_from_afar_its_mean_takes_over_and_nothing_shimmers(place: Featured) -> None:
    board = np.indices((128, 128)).sum(axis=0) // 8 % 2
    pixels = np.where(board[..., None] == 1, RED, BLUE).astype(np.uint8)
    mean = pixels.reshape(-1, 3).mean(axis=0)
    for channel in range(16):
        place.know(channel, pixels)
    place.turn("visualizations")
    far = place.seen(distance=45.0)
    middle = far[SIZE[1] // 2 - 2 : SIZE[1] // 2 + 2, SIZE[0] // 2 - 2 : SIZE[0] // 2 + 2].reshape(-1, 3).mean(axis=0)
    fog = 255 * np.array(DARK["horizon"])
    share = (middle - fog) @ (mean - fog) / ((mean - fog) @ (mean - fog))
    assert share > 0.6
    assert np.abs(middle - (fog + share * (mean - fog))).max() < 12, "its colour, a little in the fog"
    for distance in (8.0, 20.0, 45.0):
        here, moved = place.seen(distance=distance), place.seen(distance=distance, aside=0.003)
        assert np.abs(here - moved).mean() < 0.2


def test_walls_that_show_maps_are_drawn_by_the_programs_that_they_had(place: Featured) -> None:
    place.seen()
    assert set(place.renderer._grids._programs) == {(FACES[0], False), (FACES[0], True)}
    place.turn("both", 1)
    place.seen()
    drawn = [walls for group in place.renderer._groups.values() for walls in group.batches["grids"].walls]
    assert {(walls.face, grid.span.node) for walls in drawn for grid in walls.grids} >= {(FACES[0], 0), ("both", 1)}


@pytest.mark.parametrize("distance", [0.7, 2.0, 6.0])
def test_a_picture_shows_nothing_of_those_beside_it_in_its_layer(place: Featured, distance: float) -> None:
    for channel in range(16):
        place.know(channel, plain((0, 250, 0) if channel == 5 else (250, 0, 0)))
    place.turn("visualizations")
    own = place.cell(place.seen(distance=distance, before=5), 5)
    assert own[..., 0].max() < 12
    assert own[..., 1].min() > 235


def test_a_wall_whose_maps_lie_in_two_arrays_shows_both(
    context: moderngl.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Featured(context)
    monkeypatch.setattr(map_store, "ARRAY_BYTES", 21 * whole.plan.spans[0].size.bytes)
    parted = Featured(context)
    assert len(parted.renderer.stores[0].parts(parted.plan.spans[1])) == 2
    for place in (whole, parted):
        for channel in range(24):
            place.know(channel, plain((10 * channel, 60, 90)), number=1)
        place.turn("both", 1)
    assert np.abs(whole.seen(1) - parted.seen(1)).max() <= 1
    for place in (whole, parted):
        place.release()


@pytest.mark.parametrize("face", FACES)
def test_a_wall_looks_like_its_golden_picture(place: Featured, context: moderngl.Context, face: str) -> None:
    y, x = np.mgrid[0:128, 0:128] / 128
    for channel in range(24):
        wave = np.sin(2 * np.pi * (3 + channel % 5) * (x * np.cos(channel) + y * np.sin(channel)))
        shares = np.stack([0.5 + 0.4 * wave * np.cos(channel + phase) for phase in (0, 1, 2)], axis=2)
        pixels = np.rint(255 * shares).astype(np.uint8)
        state = (FeatureState.MADE, FeatureState.MADE, FeatureState.FORMING, FeatureState.FAILED)[channel % 4]
        if channel % 7 == 6:
            place.know(channel, None, FeatureState.WAITING, 0.0, number=1)
        elif channel % 7 != 5:
            place.know(channel, pixels, state, channel / 24, number=1)
    place.turn(face, 1)
    place.renderer.set_theme(DARK)
    assert_like_golden(place.seen(1, 1.6).astype(np.uint8), f"wall-{face}", context)


def test_another_theme_has_another_vacant_tile(place: Featured) -> None:
    place.know(0, None, FeatureState.WAITING, 0.0)
    place.turn("visualizations")
    dark = place.cell(place.seen(), 0)
    place.renderer.set_theme(LIGHT)
    light = place.cell(place.seen(), 0)
    assert light.mean() > dark.mean() + 80


def test_frames_without_visualizations_hold_no_memory_for_them(renderer: Renderer) -> None:
    assert renderer._features.store.allocated == 0


def test_the_large_picture_and_framed_copies_reach_the_graphics_card_once(place: Featured) -> None:
    place.know(3, plain(RED, 1024, 700))
    gallery = place.world.gallery
    gallery.large = Large(FeatureAt(0, 0, 3), Pose())
    copy = FeatureReading(FeatureAt(0, 0, 3), place.world.hall.features.known[0][3])
    gallery.frames.append(Frame(9, copy, Pose(), place=4))
    taken: dict[int, np.ndarray] = {}
    pictures = FeaturePictures()
    pictures.step(place.world, taken.__setitem__)
    assert set(taken) == {LARGE_FEATURE, frame_number(4)}
    assert taken[LARGE_FEATURE].shape == (512, 350, 4)
    assert (taken[LARGE_FEATURE] == (*RED, 255)).all()
    taken.clear()
    pictures.step(place.world, taken.__setitem__)
    assert not taken
    place.know(3, plain(GREEN))
    pictures.step(place.world, taken.__setitem__)
    assert set(taken) == {LARGE_FEATURE}, "the copy stays as it was"
