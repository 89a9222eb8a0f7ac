"""The corridor: walls in order along a free path, none through another, all facing the visitor, links clear of them."""

import itertools
from math import ceil, cos

import numpy as np
import pytest
from graphs import branches, chain, dense, residual

from vrcnn.engine.plan import MapSize, plan_maps
from vrcnn.scene.build import build_world
from vrcnn.scene.buses import BUS_SOURCES
from vrcnn.scene.layering import depths
from vrcnn.scene.layouts.corridor import FACING
from vrcnn.scene.layouts.standing import PATH_HALF_WIDTH
from vrcnn.scene.tiling import MAXIMUM_HEIGHT, MAXIMUM_TILE, MAXIMUM_WIDTH, tile

ALL = pytest.mark.parametrize(
    "graph", [chain(), residual(), branches(5), dense(12)], ids=["chain", "residual", "branches", "dense"]
)


def world_of(graph):
    return build_world("test", graph, plan_maps(graph.nodes), ["a.jpg", "b.jpg"])


def walls_of(graph):
    return world_of(graph).hall.walls


@ALL
def test_every_node_with_maps_has_a_wall(graph):
    walls = walls_of(graph)
    assert sorted(wall.node for wall in walls) == [node.index for node in graph.nodes]


@ALL
def test_a_deeper_layer_stands_further_along_the_path(graph):
    walls = walls_of(graph)
    depth_of = depths(graph)
    beside_path = [wall for wall in walls if abs(abs(wall.spot.x) - PATH_HALF_WIDTH) < 0.01]
    along = sorted(beside_path, key=lambda wall: depth_of[wall.node])
    feet = [wall.spot.z for wall in along]
    assert all(a >= b - 1e-9 for a, b in itertools.pairwise(feet))


@ALL
def test_no_wall_stands_in_the_path(graph):
    for wall in walls_of(graph):
        for end in (-wall.width / 2, wall.width / 2):
            assert abs(wall.pose.apply((end, 0, 0))[0]) >= PATH_HALF_WIDTH - 1e-6


@ALL
def test_every_wall_faces_the_visitor_who_comes_from_the_input(graph):
    for wall in walls_of(graph):
        x, _, z = (tip - foot for tip, foot in zip(wall.pose.apply((0, 0, 1)), wall.pose.position, strict=True))
        assert z == pytest.approx(cos(FACING))
        assert x * wall.pose.position[0] < 0, "it also faces the path"


@ALL
def test_no_two_walls_cross(graph):
    segments = [
        (wall.pose.apply((-wall.width / 2, 0, 0))[::2], wall.pose.apply((wall.width / 2, 0, 0))[::2])
        for wall in walls_of(graph)
    ]
    for index, one in enumerate(segments):
        assert not any(_cross(*one, *other) for other in segments[index + 1 :])


@ALL
def test_links_start_and_end_at_their_walls_and_pass_no_body_on_the_path(graph):
    world = world_of(graph)
    assert {(link.source, link.target) for link in world.hall.links} >= {
        (edge.source, edge.target) for edge in graph.edges if len(graph.sources(edge.target)) <= BUS_SOURCES
    }
    for link in world.hall.links:
        for end, node in ((0, link.source), (-1, link.target)):
            if link.attached[end]:
                spot = world.hall.wall_of(node).spot
                assert np.allclose(link.points[end][[0, 2]], (spot.x, spot.z), atol=1e-5)
        on_path = np.abs(link.points[:, 0]) < PATH_HALF_WIDTH - 0.15
        heights = link.points[on_path][:, 1]
        assert not ((heights > 0.3) & (heights < 2.2)).any(), "nothing crosses the path at body height"


def test_the_groups_become_rooms_that_do_not_overlap():
    world = world_of(residual())
    assert [plate.path for plate in world.hall.plates] == ["block", "head"]
    first, second = world.hall.plates
    assert first.pose.position[2] - first.size[1] / 2 >= second.pose.position[2] + second.size[1] / 2


@pytest.mark.parametrize("count", [1, 3, 16, 64, 100, 257, 1000, 2048, 20000])
@pytest.mark.parametrize("size", [MapSize(1, 1), MapSize(7, 7), MapSize(112, 112), MapSize(20, 300), MapSize(1, 5000)])
def test_a_wall_has_a_cell_for_every_map_and_stays_readable(count, size):
    tiling = tile(count, size)
    assert tiling.columns * tiling.rows >= count
    assert tiling.rows == ceil(count / tiling.columns)
    assert tiling.height <= MAXIMUM_HEIGHT + 1e-9
    assert tiling.width <= MAXIMUM_WIDTH + 1e-9
    assert tiling.height / tiling.rows <= MAXIMUM_TILE + 1e-9
    assert (tiling.columns * tiling.rows - count) / tiling.columns < 1


def test_square_maps_get_square_tiles():
    tiling = tile(64, MapSize(56, 56))
    assert tiling.width / tiling.columns == pytest.approx(tiling.height / tiling.rows)
    assert 0.2 <= tiling.width / tiling.columns <= 0.25


def _cross(a, b, c, d):
    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
