"""Depths and lanes: every edge leads forward, the trunk is one straight way, branches keep their lanes."""

import pytest
from graphs import branches, chain, dense, marked, residual

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Marks
from vrcnn.scene.build import build_world
from vrcnn.scene.layering import Slot, depths, slots, trunk

ALL = pytest.mark.parametrize(
    "graph", [chain(), residual(), branches(), dense()], ids=["chain", "residual", "branches", "dense"]
)


@ALL
def test_every_edge_leads_to_a_greater_depth(graph):
    depth_of = depths(graph)
    assert all(depth_of[edge.source] < depth_of[edge.target] for edge in graph.edges)


@ALL
def test_no_two_nodes_share_a_slot(graph):
    taken = slots(graph)
    assert len(set(taken)) == len(taken)


@ALL
def test_the_trunk_is_one_way_from_the_first_to_the_last_depth(graph):
    depth_of = depths(graph)
    assert sorted(depth_of[index] for index in trunk(graph)) == list(range(max(depth_of) + 1))


def test_the_skip_of_a_residual_block_leaves_the_trunk_straight():
    assert trunk(residual()) == {0, 1, 2, 3, 4, 5}


def test_a_branch_keeps_its_lane_until_it_joins():
    graph = branches(4)
    slot_of = slots(graph)
    for first in (1, 3, 5, 7):
        assert slot_of[first].lane == slot_of[first + 1].lane
    assert sorted(slot_of[first].lane for first in (1, 3, 5, 7)) == [0, 1, 2, 3]


def test_a_placed_layer_stands_where_the_developer_says_and_what_follows_stays_behind_it():
    graph = marked(5, conv2=Marks(depth=7, lane=2))
    assert slots(graph)[2] == Slot(7, 2)
    assert [slot.depth for slot in slots(graph)] == [0, 1, 7, 8, 9]


def test_a_layer_can_be_placed_before_what_it_reads():
    graph = marked(5, conv3=Marks(depth=1, lane=0))
    assert slots(graph)[3] == Slot(1, 0)
    assert slots(graph)[4].depth == 2
    assert len(set(slots(graph))) == 5, "conv1 makes room for it"


def test_of_two_layers_in_one_place_the_later_stands_beside():
    graph = marked(4, conv1=Marks(depth=2, lane=1), conv3=Marks(depth=2, lane=1))
    assert slots(graph)[1] == Slot(2, 1)
    assert slots(graph)[3] == Slot(2, 2)


def test_a_lane_without_a_depth_is_kept():
    assert slots(marked(3, conv1=Marks(lane=3)))[1] == Slot(1, 3)


def test_links_to_placed_walls_are_drawn_as_arcs_wherever_they_lead():
    graph = marked(5, conv3=Marks(depth=1, lane=1))
    world = build_world("test", graph, plan_maps(graph.nodes), [])
    assert len(world.hall.links) == len(graph.edges)
    assert {(link.source, link.target) for link in world.hall.links if link.skip} == {(2, 3)}


def test_a_placed_layer_s_lane_decides_the_side_of_the_path():
    graph = marked(3, conv1=Marks(lane=2))
    placed = build_world("test", graph, plan_maps(graph.nodes), []).hall.walls[1]
    plain = build_world("test", marked(3), plan_maps(graph.nodes), []).hall.walls[1]
    assert placed.pose.position[0] * plain.pose.position[0] > 0, "even lanes stand on the trunk's side"
