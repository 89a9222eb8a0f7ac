"""Names on tiles: where the tile has room for them, shortened at their end, for up to 64 channels."""

from dataclasses import replace

import pytest
from graphs import marked, node

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph, Marks
from vrcnn.scene.build import build_world
from vrcnn.scene.channels import MOST, channel_names
from vrcnn.scene.typography import text_width


def wall_with(names, shape=(1, 16, 8, 8)):
    graph = Graph((node(0, "conv", shape),), ())
    wall = build_world("test", graph, plan_maps(graph.nodes), []).hall.walls[0]
    wall.channels = tuple(names)
    return wall


def test_every_named_tile_has_its_name_at_its_foot():
    wall = wall_with(["one", "two", "three"])
    boxes, labels = channel_names(wall)
    assert [label.text for label in labels] == ["one", "two", "three"]
    assert len(boxes) == 3
    height, width = wall.height / wall.rows, wall.width / wall.columns
    for number, label in enumerate(labels):
        x, y, _ = label.pose.position
        row, column = divmod(number, wall.columns)
        assert 0 < x + wall.width / 2 - column * width < 0.2 * width
        assert 0 < wall.height / 2 - y - row * height <= height
        assert wall.height / 2 - y - row * height > 0.7 * height


def test_a_long_name_is_cut_at_its_end_and_fits():
    wall = wall_with(["container ship, a very long class name indeed"] * 16)
    _, labels = channel_names(wall)
    assert labels[0].text.startswith("contai")
    assert labels[0].text.endswith("…")
    assert text_width(labels[0].text, labels[0].height) < wall.width / wall.columns


def test_small_tiles_and_further_channels_have_no_names():
    assert channel_names(wall_with(["name"] * 2048, (1, 2048, 7, 7))) == ([], [])
    assert len(channel_names(wall_with(["name"] * 100, (1, 100, 7, 7)))[1]) == MOST


@pytest.mark.parametrize(("count", "named"), [(16, True), (10, False)])
def test_an_answer_s_maps_are_named_after_the_classes_where_there_are_as_many(count, named):
    graph = replace(marked(3), outputs=(2,))
    labels = [f"class {n}" for n in range(count)]
    world = build_world("test", graph, plan_maps(graph.nodes), [], labels=labels)
    assert world.hall.walls[2].channels == (tuple(labels) if named else ())
    assert world.hall.walls[1].channels == ()


def test_the_developer_s_names_come_first():
    graph = replace(marked(2, conv1=Marks(channels=("edges",))), outputs=(1,))
    world = build_world("test", graph, plan_maps(graph.nodes), [], labels=["x"] * 16)
    assert world.hall.walls[1].channels == ("edges",)
