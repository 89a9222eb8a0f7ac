"""Rooms that the developer has named, and rooms of folded runs."""

from dataclasses import replace

from furnished import texts
from graphs import repeated, residual

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.build import build_world
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.rooms import rooms


def titled(graph, **titles):
    return replace(
        graph, groups=tuple(replace(g, title=titles.get(g.path.replace(".", "_"), "")) for g in graph.groups)
    )


def gates(graph):
    world = build_world("test", graph, plan_maps(graph.nodes), [])
    return [plate.title for plate in world.hall.plates if not plate.inner]


def test_a_named_group_is_a_room_with_that_name_on_its_gate():
    graph = titled(residual(), block="Encoder")
    assert gates(graph) == ["Encoder", "head"]
    world = build_world("test", graph, plan_maps(graph.nodes), [])
    assert "Encoder" in texts(Furnisher().furnish(world)["fixtures 0"])


def test_a_named_group_stays_one_room_however_large_it_is():
    graph = repeated(False)
    assert [room.path for room in rooms(graph)] == ["stage.0", "stage.1", "stage.2"]
    assert gates(titled(graph, stage="Body")) == ["Body"]


def test_a_named_group_within_a_named_one_tells_both():
    assert gates(titled(repeated(False), stage="Body", stage_1="Middle")) == [
        "Body › stage.0",
        "Body › Middle",
        "Body › stage.2",
    ]


def test_the_room_of_a_folded_run_tells_its_range_and_count():
    graph = repeated()
    world = build_world("test", graph, plan_maps(graph.nodes), [])
    assert [(plate.title, plate.stands_for) for plate in world.hall.plates] == [("stage.0–2", 3)]
