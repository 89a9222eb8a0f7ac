"""The wave goes from the input to the output in the order of the computation, and never ahead of it."""

from __future__ import annotations

import pytest
from furnished import items
from graphs import chain, residual

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.acting import act
from vrcnn.scene.build import build_world
from vrcnn.scene.drawables import NOWHERE
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.hall import JobStatus
from vrcnn.scene.intents import SendWave
from vrcnn.scene.wave import BEYOND, SECONDS, front, ways
from vrcnn.scene.world import World


@pytest.fixture
def world() -> World:
    graph = residual()
    return build_world("test", graph, plan_maps(graph.nodes), ["cat.jpg"])


def test_every_layer_stands_on_the_way_by_its_depth():
    assert ways(residual()) == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert ways(chain(1)) == [0.0]


def test_every_edge_takes_the_light_on_from_where_its_source_is_to_where_its_target_is(world: World) -> None:
    links = items(Furnisher().furnish(world)["links 0"], "ribbons")
    spans = sorted(ribbon.part for ribbon in links)
    assert spans == [
        pytest.approx(span) for span in ((0.0, 0.2), (0.0, 0.6), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1))
    ]


def test_a_wall_s_tint_lights_up_where_the_wall_stands(world: World) -> None:
    boxes = items(Furnisher().furnish(world)["walls 0"], "boxes")
    assert sorted(box.on_way for box in boxes if box.on_way != NOWHERE) == pytest.approx(ways(world.hall.graph))


def test_it_is_sent_on_demand_and_ends_calmly(world: World) -> None:
    assert front(world) is None
    world.time = 5.0
    act(world, SendWave())
    assert front(world) == 0.0
    world.time += SECONDS / 2
    assert front(world) == pytest.approx(0.5)
    world.time += SECONDS / 2 * (1 + 2 * BEYOND) + 0.01
    assert front(world) is None
    assert SECONDS * (1 + BEYOND) < 3


def test_it_is_never_ahead_of_a_network_that_still_computes(world: World) -> None:
    act(world, SendWave())
    world.time += SECONDS
    world.hall.job = JobStatus("Running", done=2, total=8, running=True)
    assert front(world) == 0.25
    world.hall.job.running = False
    assert front(world) == pytest.approx(1.0)
