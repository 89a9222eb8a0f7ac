"""Walls of feature maps, seen: the right map at the right place in the right colour, near and far."""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
import numpy as np
import pytest
from walls import arena_of, colour_of, enqueue, facing, pixel_of, place_in, plan_of, wall

import vrcnn.render.map_store as map_store
from vrcnn.render.renderer import Renderer
from vrcnn.render.target import Target
from vrcnn.scene.drawables import Drawables, Grid
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.theme import DARK

pytestmark = pytest.mark.gl
SIZE = (480, 320)
VIEW = facing(SIZE)
LIMIT = 2.0


def show(
    renderer: Renderer, layers: Sequence[np.ndarray], grids: Sequence[Grid] | None = None, columns: int = 4
) -> np.ndarray:
    """The picture of these layers, all uploaded; by default as walls on top of each other."""
    plan = plan_of(layers)
    renderer.set_plan(plan)
    arena = arena_of(layers, plan)
    for node in plan.spans:
        enqueue(renderer.stores[0], node, arena, LIMIT)
    renderer.stores[0].upload(1 << 30)
    renderer.prepare({"walls": Drawables(grids=tuple(grids or [wall(plan.spans[0], columns)]))}, 0.0)
    return renderer.render_picture(VIEW, SIZE).astype(int)


def near(pixel: np.ndarray, colour: np.ndarray | tuple[float, ...], tolerance: float = 3.0) -> bool:
    return bool(np.abs(pixel - np.asarray(colour)).max() <= tolerance)


def alike(picture: np.ndarray, other: np.ndarray) -> bool:
    """Whether they differ by no more than rounding does at edges, where other corners are interpolated between."""
    differences = np.abs(picture - other).max(axis=2)
    return bool(differences.max() <= 16 and (differences > 0).mean() < 0.005)


def ramps(count: int, side: int) -> np.ndarray:
    """(count, side, side): every map has its own value."""
    values = np.linspace(-1.9, 1.9, count)
    return np.broadcast_to(values[:, None, None], (count, side, side)).copy()


def test_every_map_is_in_its_cell_row_by_row_from_the_top_left(renderer: Renderer) -> None:
    maps = ramps(18, 6)
    grid = wall(plan_of([maps]).spans[0], columns=5)
    picture = show(renderer, [maps], [grid])
    for tile in range(18):
        at = pixel_of(VIEW, SIZE, place_in(grid, tile))
        assert near(picture[at], colour_of(maps[tile, 0, 0], LIMIT)), f"map {tile}"
    for empty in (18, 19):
        at = pixel_of(VIEW, SIZE, place_in(grid, empty))
        assert near(picture[at], 255 * np.array(DARK["wall"])), "the last row's empty cells"


def test_a_map_is_neither_mirrored_nor_upside_down(renderer: Renderer) -> None:
    maps = np.zeros((1, 3, 3))
    maps[0] = [[-1.8, -1.2, -0.7], [0.3, 0.6, 0.9], [1.2, 1.5, 1.9]]
    grid = wall(plan_of([maps]).spans[0], columns=1, cell=1.5)
    picture = show(renderer, [maps], [grid])
    for row in range(3):
        for column in range(3):
            at = pixel_of(VIEW, SIZE, place_in(grid, 0, (column + 0.5) / 3, (row + 0.5) / 3))
            assert near(picture[at], colour_of(maps[0, row, column], LIMIT)), (row, column)


def test_a_pixel_is_a_pixel_with_sharp_edges(renderer: Renderer) -> None:
    maps = np.zeros((1, 2, 2))
    maps[0] = [[1.5, -1.5], [-1.5, 1.5]]
    grid = wall(plan_of([maps]).spans[0], columns=1, cell=1.5)
    picture = show(renderer, [maps], [grid])
    row, left = pixel_of(VIEW, SIZE, place_in(grid, 0, 0.05, 0.25))
    _, right = pixel_of(VIEW, SIZE, place_in(grid, 0, 0.95, 0.25))
    line = picture[row, left:right]
    pure = [near(pixel, colour_of(1.5, LIMIT)) or near(pixel, colour_of(-1.5, LIMIT)) for pixel in line]
    assert len(line) > 60
    assert pure.count(False) <= 2


def test_zero_is_exactly_the_middle_of_the_colormap_near_and_far(renderer: Renderer) -> None:
    maps = np.zeros((64, 8, 8))
    span = plan_of([maps]).spans[0]
    for distance in (1.0, 3.0):
        grid = wall(span, columns=8, distance=distance)
        picture = show(renderer, [maps], [grid])
        at = pixel_of(VIEW, SIZE, place_in(grid, 27))
        assert near(picture[at], colour_of(0.0, LIMIT), 1.0)


def test_values_beyond_the_range_take_its_end(renderer: Renderer) -> None:
    maps = np.stack([np.full((4, 4), 60000.0), np.full((4, 4), -60000.0)])
    grid = wall(plan_of([maps]).spans[0], columns=2)
    picture = show(renderer, [maps], [grid])
    for tile, value in enumerate((LIMIT, -LIMIT)):
        assert near(picture[pixel_of(VIEW, SIZE, place_in(grid, tile))], colour_of(value, LIMIT))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_number_is_hatched_and_stays_in_its_texel(renderer: Renderer, value: float) -> None:
    maps = np.full((1, 3, 3), 0.5)
    maps[0, 1, 1] = value
    plan = plan_of([maps])
    grid = wall(plan.spans[0], columns=1, cell=1.5)
    with np.errstate(invalid="ignore"):
        picture = show(renderer, [maps], [grid])
    top, left = pixel_of(VIEW, SIZE, place_in(grid, 0, 0.36, 0.36))
    bottom, right = pixel_of(VIEW, SIZE, place_in(grid, 0, 0.64, 0.64))
    texel = picture[top:bottom, left:right]
    green, blue = texel[..., 1], texel[..., 2]
    assert (blue > green + 30).all(), "magenta everywhere"
    assert texel[..., 0].max() > 240, "with bright stripes"
    assert texel[..., 0].min() < 80, "and dark ones"
    for u, v in ((0.3, 0.5), (0.7, 0.5), (0.5, 0.3), (0.5, 0.7)):
        assert near(picture[pixel_of(VIEW, SIZE, place_in(grid, 0, u, v))], colour_of(0.5, LIMIT)), (u, v)


def test_a_map_full_of_nan_is_seen_from_afar(renderer: Renderer) -> None:
    maps = np.full((16, 32, 32), 0.5)
    maps[5] = np.nan
    grid = wall(plan_of([maps]).spans[0], columns=4, cell=0.12, distance=2.0)
    picture = show(renderer, [maps], [grid])
    red, green, blue = picture[pixel_of(VIEW, SIZE, place_in(grid, 5))]
    assert min(red, blue) > green + 60


def test_a_wall_split_over_texture_arrays_looks_like_a_whole_one(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    maps = np.random.default_rng(3).normal(size=(30, 8, 8))
    grid = wall(plan_of([maps]).spans[0], columns=6, cell=0.3)
    whole = show(renderer, [maps], [grid])
    monkeypatch.setattr(map_store, "ARRAY_BYTES", 7 * (85 * 2 + 16))
    parts = show(renderer, [maps], [grid])
    assert len(renderer.stores[0].arrays) == 5
    assert alike(whole, parts)
    far = wall(plan_of([maps]).spans[0], columns=6, cell=0.01)
    parts_far = show(renderer, [maps], [far])
    monkeypatch.undo()
    assert alike(show(renderer, [maps], [far]), parts_far)


def test_minified_maps_have_the_colour_of_their_means(renderer: Renderer) -> None:
    rng = np.random.default_rng(1)
    means = np.linspace(-1.5, 1.5, 16)
    maps = means[:, None, None] + rng.normal(size=(16, 64, 64)) * 0.2
    maps += (means - maps.mean(axis=(1, 2)))[:, None, None]
    grid = wall(plan_of([maps]).spans[0], columns=4, cell=0.04)  # about six pixels a map
    picture = show(renderer, [maps], [grid])
    for tile in range(16):
        at = pixel_of(VIEW, SIZE, place_in(grid, tile))
        assert near(picture[at], colour_of(means[tile], LIMIT), 20), f"map {tile}"


def test_a_wall_of_maps_smaller_than_pixels_has_their_mean_colour_and_does_not_shimmer(renderer: Renderer) -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=1024)
    maps = np.broadcast_to(values[:, None, None], (1024, 4, 4)).copy()
    span = plan_of([maps]).spans[0]
    expected = np.mean([colour_of(value, LIMIT) for value in values], axis=0) * 0.96**2
    expected += 255 * np.array(DARK["wall"]) * (1 - 0.96**2)
    pictures = []
    for step in range(3):
        grid = wall(span, columns=32, cell=0.004, x=0.002 * step)  # half a pixel a map
        picture = show(renderer, [maps], [grid])
        top, left = pixel_of(VIEW, SIZE, (grid.pose.position[0] - 0.05, 0.05, -2.0))
        bottom, right = pixel_of(VIEW, SIZE, (grid.pose.position[0] + 0.05, -0.05, -2.0))
        pictures.append(picture[top:bottom, left:right].reshape(-1, 3))
    for pixels in pictures:
        assert near(pixels.mean(axis=0), expected, 8)
    spread = np.std([colour_of(value, LIMIT) for value in values])
    assert pictures[0].std(axis=0).max() < 0.6 * spread, "pixels average over the maps that they cover"


def test_a_wall_without_maps_shows_calm_dark_tiles(renderer: Renderer) -> None:
    plan = plan_of([ramps(4, 4)])
    renderer.set_plan(plan)
    grid = wall(plan.spans[0], columns=2)
    renderer.prepare({"walls": Drawables(grids=(grid,))}, 0.0)
    picture = renderer.render_picture(VIEW, SIZE).astype(int)
    tiles = [picture[pixel_of(VIEW, SIZE, place_in(grid, tile))] for tile in range(4)]
    assert all((tile == tiles[0]).all() for tile in tiles)
    assert tiles[0].max() < 60
    assert not near(tiles[0], 255 * np.array(DARK["wall"]), 4), "a tile is told from the wall behind it"


def test_maps_fade_in_and_a_second_picture_never_goes_dark(context: moderngl.Context, renderer: Renderer) -> None:
    maps = np.full((1, 4, 4), 1.5)
    plan = plan_of([maps])
    renderer.set_plan(plan)
    grid = wall(plan.spans[0], columns=1)
    at = pixel_of(VIEW, SIZE, place_in(grid, 0))

    def brightness(time: float) -> int:
        renderer.prepare({"walls": Drawables(grids=(grid,))}, time)
        target = Target(context, SIZE)
        renderer.draw(VIEW, target.framebuffer, SIZE)
        picture = target.read()
        target.release()
        return int(picture[at].astype(int).sum())

    dark = brightness(9.0)
    enqueue(renderer.stores[0], 0, arena_of([maps], plan), LIMIT)
    renderer.stores[0].upload(1 << 20)
    first = [brightness(time) for time in (10.0, 10.1, 10.3)]
    assert first[0] == dark
    assert dark < first[1] < first[2]
    enqueue(renderer.stores[0], 0, arena_of([maps], plan), LIMIT)
    renderer.stores[0].upload(1 << 20)
    second = [brightness(time) for time in (20.0, 20.3)]
    assert dark + 0.3 * (first[2] - dark) < second[0] < second[1] == first[2]
    renderer.stores[0].states.empty([0])
    assert brightness(21.0) == dark


def test_the_back_of_a_wall_is_plain(renderer: Renderer) -> None:
    maps = ramps(4, 4)
    span = plan_of([maps]).spans[0]
    grid = Grid(span, Pose((0.0, 0.0, -2.0), turn(np.pi)), 1.0, 1.0, 2, 2)
    picture = show(renderer, [maps], [grid])
    centre = picture[130:190, 210:270].reshape(-1, 3)
    assert near(centre.max(axis=0), 255 * np.array(DARK["wall"]), 3)


def test_a_wall_of_a_former_graph_is_not_drawn(renderer: Renderer) -> None:
    maps = ramps(4, 4)
    stranger = wall(plan_of([ramps(9, 4)]).spans[0], columns=3)
    empty = show(renderer, [maps], [stranger])
    renderer.prepare({}, 0.0)
    assert (empty == renderer.render_picture(VIEW, SIZE)).all()
