"""The sentences about layers that have no room."""

from vrcnn.engine.plan import COPIES, plan_maps
from vrcnn.network.graph import Graph, Node
from vrcnn.scene.shortage import in_vain_notice, left_out_notice

GIGABYTE = 1 << 30
GRAPH = Graph(
    tuple(Node(index, f"conv{index}", "Conv2d", "convolution", "", (1, 2**index, 16, 16)) for index in range(5)), ()
)
WHOLE = plan_maps(GRAPH.nodes)


def test_nothing_is_said_while_all_layers_have_room():
    assert left_out_notice(WHOLE, 2 * GIGABYTE, False) is None
    assert in_vain_notice(GRAPH, WHOLE, "conv4", 2 * GIGABYTE, False) is None


def test_the_count_the_reason_and_what_helps_are_one_sentence():
    half = plan_maps(GRAPH.nodes, COPIES * WHOLE.bytes // 4)
    assert len(half.left_out) == 2
    notice = left_out_notice(half, 2 * GIGABYTE, False)
    assert notice is not None
    assert notice.headline == (
        "2 of 5 layers are left out to stay within 2.0 GB: point at one and press to bring it back, "
        "or give more with --memory."
    )


def test_a_single_layer_is_spoken_of_as_one_and_memory_does_not_help_the_graphics_card():
    most = plan_maps(GRAPH.nodes, COPIES * WHOLE.bytes * 3 // 4)
    notice = left_out_notice(most, GIGABYTE, True)
    assert notice is not None
    assert notice.headline == (
        "1 of 5 layers is left out as the graphics card has no room for more: point at it and press to bring it back."
    )


def test_a_layer_that_was_asked_for_in_vain_is_named_with_what_it_needs():
    plan = plan_maps(GRAPH.nodes, COPIES * WHOLE.bytes // 4, ["conv4"])
    assert 4 in plan.left_out
    notice = in_vain_notice(GRAPH, plan, "conv4", COPIES * WHOLE.bytes // 4, False)
    assert notice is not None
    assert notice.node == 4
    assert notice.headline == "conv4 alone needs 33 KB, and there are 16 KB for all layers: give more with --memory."
    refused = in_vain_notice(GRAPH, plan, "conv4", GIGABYTE, True)
    assert refused is not None
    assert refused.headline == "The graphics card has no room for conv4."
