"""What walls show: maps, visualizations, or both side by side; where tiles are then, and what is there."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import numpy as np
import pytest
from graphs import node
from visiting import Visit

from vrcnn.engine.plan import MapSize
from vrcnn.network.graph import Graph
from vrcnn.scene.architecture import wall_grid
from vrcnn.scene.arranging import rearrange
from vrcnn.scene.channels import channel_names
from vrcnn.scene.features import FACES
from vrcnn.scene.hall import Wall
from vrcnn.scene.handling import scroll, zoom
from vrcnn.scene.reading import MapAt
from vrcnn.scene.tiles import FILL, PAIRED, channel_at, place_of
from vrcnn.scene.tiling import next_columns, tile, window
from vrcnn.scene.visualizing import turn_walls

SHAPES = ((1, 24, 8, 8), (1, 1, 8, 8), (1, 3, 8, 16), (1, 1000), (1, 2048, 7, 7))


@pytest.fixture
def visit() -> Visit:
    visit = Visit(Graph(tuple(node(n, f"layer{n}", shape) for n, shape in enumerate(SHAPES)), ()))
    visit.world.shelf.width = visit.world.easel.width = visit.hall.board.width = 1e-6
    return visit


def turn(visit: Visit, wall: Wall, face: str) -> Wall:
    turn_walls(visit.world, 0, [wall], face)
    return wall


def point_at(visit: Visit, wall: Wall, place: int, part: int = 0, down: float = 0.5) -> object:
    """The mouse points at a cell of a place; returns its target."""
    row, column = divmod(place * wall.cells + part, wall.columns)
    x = ((column + 0.5) / wall.columns - 0.5) * wall.width
    y = (0.5 - (row + down - wall.first_row) / wall.rows_shown) * wall.height
    visit.before(wall)
    visit.look((visit.hall.placing @ wall.placing).pose.apply((x * wall.scale, y * wall.scale, 0.0)))
    target = visit.world.hands["mouse"].target
    assert target is not None
    return target


@pytest.mark.parametrize("size", [MapSize(8, 8), MapSize(8, 32), MapSize(1, 1), MapSize(32, 8)])
@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 16, 24, 64, 100, 511, 1000, 2048])
def test_a_map_and_its_visualization_stand_side_by_side_and_no_smaller(count: int, size: MapSize) -> None:
    full = tile(count, size)
    for zoom_by in (1.0, 1.3, 2.0, 3.7, 50.0):
        alone, both = window(full, count, zoom_by), window(full, count, zoom_by, 2)
        assert both.columns == 1 or both.columns % 2 == 0, "no pair is torn apart"
        assert (both.rows - 1) * both.columns < 2 * count <= both.rows * both.columns
        assert both.rows_shown <= both.rows
        cell = full.width / both.columns, full.height / both.rows_shown
        assert cell[0] / cell[1] == pytest.approx(full.width / full.columns / (full.height / full.rows))
        if alone.rows_shown >= 2 and alone.columns > 1:
            assert both.columns <= alone.columns, "of full size"
        columns, sizes = both.columns, [both.columns]
        while (smaller := next_columns(full, columns, -1, 2)) is not None:
            assert smaller > columns
            sizes.append(columns := smaller)
        while (larger := next_columns(full, columns, 1, 2)) is not None:
            assert larger < columns
            sizes.append(columns := larger)
        assert all(each == 1 or each % 2 == 0 for each in sizes)


def test_the_visualizations_of_single_values_are_large_enough_to_be_seen(visit: Visit) -> None:
    scores = visit.hall.walls[3]
    assert scores.full is not None
    before = scores.width / scores.columns
    turn(visit, scores, "visualizations")
    assert scores.width / scores.columns > before
    assert 0.08 < scores.width / scores.columns < 0.12
    scores.channels = ("tabby",)
    assert [label.text for label in channel_names(scores)[1]] == ["tabby"], "its name can be read"
    assert turn(visit, scores, FACES[0]).width / scores.columns == before


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("index", range(len(SHAPES)))
def test_every_tile_is_found_where_it_is_shown(visit: Visit, index: int, face: str) -> None:
    wall = turn(visit, visit.hall.walls[index], face)
    assert wall.span is not None
    places = wall_grid(wall, wall.span, 0).places
    assert places.start == 0
    for place in {0, 1, 2, places.stop // 2, places.stop - 1} & set(range(places.stop)):
        for part in range(wall.cells):
            if (place * wall.cells + part) // wall.columns + 1 > wall.rows_shown:
                continue  # the row below the wall's lower edge
            target = point_at(visit, wall, place, part, 0.2)
            assert (target.kind, target.tile) == ("wall", place)
            assert target.visualized == (face == "visualizations" or part == 1)


def test_a_pixel_is_that_of_the_map_under_the_ray_also_where_pairs_come_closer(visit: Visit) -> None:
    wall = turn(visit, visit.hall.walls[0], "both")
    visit.hall.graph = visit.graph
    visit.before(wall, 1.0)
    for across, column in ((0.001, 0), (0.999, 7)):
        x = (0.5 + PAIRED + FILL * (across - 0.5)) / wall.columns - 0.5
        y = 0.5 - 0.55 / wall.rows_shown
        for _ in range(20):
            visit.look((visit.hall.placing @ wall.placing).pose.apply((x * wall.width, y * wall.height, 0.0)))
        pointing = visit.world.gallery.pointing
        assert pointing.shown == MapAt(0, wall.node, 0)
        assert pointing.pixel == (4, column)


def test_maps_in_another_order_take_their_visualizations_along(visit: Visit) -> None:
    wall = visit.hall.walls[0]
    wall.order = np.arange(24, dtype=np.int32)[::-1].copy()
    for face in FACES:
        turn(visit, wall, face)
        target = point_at(visit, wall, 3)
        assert channel_at(wall, target.tile) == 20
        assert place_of(wall, 20) == 3


def test_a_turned_wall_begins_with_the_same_channels(visit: Visit) -> None:
    wall = turn(visit, visit.hall.walls[4], "both")
    point_at(visit, wall, 3)
    for _ in range(6):
        zoom(visit.world, "mouse", 1)
    scroll(visit.world, "mouse", -3)
    assert wall.first_row > 0
    first = wall.first_row * wall.columns / 2
    turn(visit, wall, "visualizations")
    assert wall.windowed
    assert wall.first_row * wall.columns == pytest.approx(first)
    turn(visit, wall, "both")
    assert wall.first_row * wall.columns / 2 == pytest.approx(first)


@pytest.mark.parametrize("face", FACES)
def test_larger_tiles_keep_the_one_under_the_ray(visit: Visit, face: str) -> None:
    wall = turn(visit, visit.hall.walls[4], face)
    grid = wall_grid(wall, wall.span, 0).places
    chosen = (grid.start + grid.stop) // 2
    point_at(visit, wall, chosen, wall.cells - 1)
    before = wall.columns
    zoom(visit.world, "mouse", 1)
    assert wall.columns < before
    after = wall_grid(wall, wall.span, 0).places
    assert after.start <= chosen < after.stop
    zoom(visit.world, "mouse", -1)
    assert wall.columns == before
    assert visit.hall.arrangement.handling(wall.name).zoom == 1.0


def test_a_slid_wall_ends_with_its_last_channel(visit: Visit) -> None:
    wall = turn(visit, visit.hall.walls[4], "both")
    point_at(visit, wall, 3)
    scroll(visit.world, "mouse", -10_000)
    places = wall_grid(wall, wall.span, 0).places
    assert places.stop == 2048
    assert places.start == 1024 or 2048 - places.start <= ceil(wall.rows_shown + 1) * wall.columns / 2


def test_names_stand_on_the_tiles_of_their_channels(visit: Visit) -> None:
    wall = visit.hall.walls[0]
    wall.channels = tuple(f"c{n}" for n in range(24))
    for face in FACES:
        turn(visit, wall, face)
        boxes, labels = channel_names(wall)
        assert labels
        width = wall.width / wall.columns
        for box, label in zip(boxes, labels, strict=True):
            x, y, _ = box.pose.position
            row = int(wall.first_row + (0.5 - y / wall.height) * wall.rows_shown)
            cell = row * wall.columns + int((x + wall.width / 2) / width)
            assert cell % wall.cells == 0, "on the map's own tile"
            assert label.text == f"c{channel_at(wall, cell // wall.cells)}"


def test_walls_of_a_former_arrangement_are_turned_back_with_it(visit: Visit) -> None:
    before = visit.hall.arrangement
    wall = turn(visit, visit.hall.walls[0], "both")
    shown = wall.columns, wall.rows, wall.face
    revision = visit.hall.apart_revision
    rearrange(visit.hall, before, 0.0)
    assert (wall.face, wall.windowed) == (FACES[0], False)
    assert visit.hall.apart_revision > revision, "it is drawn anew"
    rearrange(visit.hall, before.with_handled(wall.name, replace(before.handling(wall.name), face="both")), 0.0)
    assert (wall.columns, wall.rows, wall.face) == shown
