"""What of a network the visitor looks at: the map under the ray, its wall, then those that are near and in view."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import pytest
from graphs import node
from visiting import Visit

from vrcnn.network.graph import Graph
from vrcnn.scene.arranging import rearrange
from vrcnn.scene.intents import Look
from vrcnn.scene.looking_first import MOST, Looking
from vrcnn.scene.reading import MapAt


@pytest.fixture
def visit() -> Visit:
    nodes = tuple(node(number, f"conv {number}", (1, 24, 8, 8)) for number in range(30))
    visit = Visit(Graph(nodes, ()))
    visit.before(visit.hall.walls[4])
    return visit


def looked(visit: Visit) -> list[tuple[int, int | None]]:
    return list(Looking().of(visit.world, 0))


def test_the_wall_before_the_visitor_comes_first_and_those_behind_them_are_not_looked_at(visit):
    ahead = looked(visit)
    assert ahead[0] == (4, None)
    assert len(ahead) <= MOST
    visit.do(Look(pi, 0.0))
    behind = looked(visit)
    assert (4, None) not in behind
    assert not set(ahead[:2]) & set(behind)


def test_the_map_on_which_the_ray_rests_comes_before_its_wall(visit):
    visit.world.gallery.pointing.shown = MapAt(0, 6, 17)
    assert looked(visit)[:3] == [(6, 17), (6, None), (4, None)]
    assert len(looked(visit)) == len(set(looked(visit)))
    visit.world.gallery.pointing.shown = MapAt(1, 6, 17)
    assert looked(visit)[0] == (4, None), "in another network"


def test_walls_that_show_nothing_are_not_looked_at(visit):
    hall = visit.hall
    folded = replace(hall.arrangement.handling("conv 4"), folded=True)
    rearrange(hall, hall.arrangement.with_handled("conv 4", folded), visit.world.time)
    assert (4, None) not in looked(visit)


def test_another_wall_comes_first_once_the_visitor_stands_before_it(visit):
    looking, wall = Looking(), visit.hall.walls[20]
    assert looking.of(visit.world, 0)[0] == (4, None)
    visit.before(wall)
    assert looking.of(visit.world, 0)[0] == (20, None)
