"""Depths and lanes: every edge leads forward, the trunk is one straight way, branches keep their lanes."""

import pytest
from graphs import branches, chain, dense, residual

from vrcnn.scene.layering import depths, slots, trunk

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
