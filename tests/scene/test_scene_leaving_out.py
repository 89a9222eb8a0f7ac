"""Walls whose maps memory is short for: they keep their place and say what brings the maps back."""

from dataclasses import replace

from furnished import items, texts
from graphs import chain

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.build import build_world
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.hall import WallState
from vrcnn.scene.leaving_out import furnish_left_out, plate


def worlds():
    graph = chain(4)
    kept = replace(plan_maps([node for node in graph.nodes if node.index != 2]), left_out=frozenset({2}))
    return tuple(build_world("test", graph, plan, []) for plan in (plan_maps(graph.nodes), kept))


def test_a_wall_without_maps_has_the_size_and_the_place_that_it_would_have():
    whole, short = worlds()
    for one, other in zip(whole.hall.walls, short.hall.walls, strict=True):
        assert (one.node, one.pose, one.width, one.height) == (other.node, other.pose, other.width, other.height)
    wall = short.hall.wall_of(2)
    assert wall.left_out
    assert wall.state is WallState.LEFT_OUT
    assert wall.subtitle == "16 × 8 × 8"
    assert not any(other.left_out for other in short.hall.walls if other is not wall)


def test_it_shows_no_maps_but_says_so_and_what_to_do():
    _, short = worlds()
    groups = Furnisher().furnish(short)
    assert [grid.span.node for grid in items(groups["grids 0"], "grids")] == [0, 1, 3]
    words = " ".join(texts(groups["walls 0"]))
    assert "Left out to save memory" in words
    assert "Press to bring it back" in words


def test_the_hatch_and_the_plate_stay_on_the_wall():
    _, short = worlds()
    wall = short.hall.wall_of(2)
    boxes, labels = furnish_left_out(wall)
    assert len(boxes) > 6
    for box in boxes:
        for end in (-box.size[0] / 2, box.size[0] / 2):
            x, y, _ = box.pose.apply((end, 0.0, 0.0))
            assert abs(x) <= wall.width / 2 + 0.01
            assert abs(y) <= wall.height / 2 + 0.01
    sign = plate(wall)
    for label in labels:
        _, y, _ = label.pose.position
        assert abs(y) < sign.height / 2
