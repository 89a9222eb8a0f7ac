"""Where maps lie, and which layers are left out when they do not all fit."""

import random

import pytest

from vrcnn.engine.plan import COPIES, MapPlan, MapSize, plan_maps
from vrcnn.network.graph import Node
from vrcnn.network.map_reading import LONGEST_LINE, maps_shape, reading_of, slice_index


def node(index, family="convolution", shape=(1, 4, 32, 32), operation="", name="", axes="", grid=None):
    return Node(index, name or f"{family}{index}", operation or family, family, "", shape, axes=axes, grid=grid)


def kept(nodes, share: float, demanded=()) -> list[str]:
    """Names of the nodes whose maps are kept when so much of the memory for all is given."""
    whole = COPIES * plan_maps(nodes).bytes
    plan = plan_maps(nodes, int(share * whole), demanded)
    assert set(plan.spans) | plan.left_out == {node.index for node in nodes}
    assert not plan.left_out & set(plan.spans)
    return [node.name for node in nodes if node.index in plan.spans]


def check_places(plan: MapPlan) -> None:
    """Every map has a place of its own, and the table of statistics has no gap."""
    for size, total in plan.totals.items():
        spans = [span for span in plan.spans.values() if span.size == size]
        places = [span.first + offset for span in spans for offset in range(span.count)]
        assert sorted(places) == list(range(total))
    rows = [span.row + offset for span in plan.spans.values() for offset in range(span.count)]
    assert sorted(rows) == list(range(plan.count))


def test_maps_of_one_size_lie_one_behind_the_other():
    plan = plan_maps([node(0), node(1, shape=(1, 3, 5, 6)), node(2), node(3, shape=())])
    assert [(span.first, span.count, span.row) for span in plan.spans.values()] == [(0, 4, 0), (0, 3, 8), (4, 4, 4)]
    assert plan.totals == {MapSize(32, 32): 8, MapSize(5, 6): 3}
    assert plan.left_out == frozenset()
    check_places(plan)


def test_the_bytes_of_a_plan_are_those_of_its_maps_levels_and_statistics():
    assert MapSize(4, 4).bytes == 2 * (16 + 4 + 1) + 16
    plan = plan_maps([node(0, shape=(1, 3, 4, 4)), node(1, shape=(1, 10))])
    assert plan.bytes == plan.whole == 3 * MapSize(4, 4).bytes + 10 * MapSize(1, 1).bytes


def test_a_line_of_many_samples_stands_in_rows_of_equal_length():
    assert maps_shape(node(0, shape=(1, 2, LONGEST_LINE), axes="NCL")) == (2, 1, LONGEST_LINE)
    for samples in (1025, 4099, 16_000, 480_000):
        _, rows, columns = maps_shape(node(0, shape=(1, 2, samples), axes="NCL"))
        assert columns <= LONGEST_LINE
        assert 0 <= samples - rows * columns < rows, "fewer than one of each row are not shown"
        assert (samples - rows * columns) / samples <= 0.001


def test_a_reading_is_plain_data_that_can_be_compared():
    tokens = node(0, shape=(1, 65, 9), axes="NLC", grid=(8, 8))
    assert reading_of(tokens) == reading_of(node(1, shape=(1, 64, 3), axes="NLC", grid=(8, 8)))
    assert len({reading_of(tokens), reading_of(node(0, shape=(1, 64, 3), axes="NLC"))}) == 2
    assert plan_maps([tokens]).spans[0].reading == reading_of(tokens)


def test_slices_go_from_the_first_to_the_last():
    assert [slice_index(5, share) for share in (0.0, 0.5, 1.0)] == [0, 2, 4]
    assert [slice_index(1, share) for share in (0.0, 0.5, 1.0)] == [0, 0, 0]


def test_with_enough_memory_nothing_is_left_out():
    nodes = [node(0, "input"), node(1), node(2, "merge")]
    assert len(kept(nodes, 1.0)) == 3
    assert plan_maps(nodes, 1 << 60).left_out == frozenset()
    assert plan_maps(nodes, COPIES * plan_maps(nodes).bytes - COPIES).left_out


def test_the_least_informative_go_first():
    order = ["shape", "normalization", "merge", "convolution", "input"]
    nodes = [node(index, family) for index, family in enumerate(reversed(order))]
    names = {family: f"{family}{4 - index}" for index, family in enumerate(order)}
    for count in range(1, 6):
        assert set(kept(nodes, count / 5)) == {names[family] for family in order[5 - count :]}


def test_concatenations_go_with_what_repeats_other_walls_and_learned_resampling_stays_with_the_layers():
    nodes = [
        node(0, "merge", operation="cat", name="cat"),
        node(1, "resample", operation="interpolate", name="resized"),
        node(2, "resample", operation="ConvTranspose2d", name="learned"),
        node(3, "activation", name="activation"),
        node(4, "merge", operation="add", name="sum"),
    ]
    assert kept(nodes, 0.6) == ["learned", "activation", "sum"]
    assert kept(nodes, 0.2) == ["learned"]


def test_among_equals_the_largest_goes_so_that_few_walls_are_lost():
    nodes = [node(0, shape=(1, 4, 64, 64)), *(node(index, shape=(1, 4, 16, 16)) for index in range(1, 9))]
    assert kept(nodes, 0.5) == [f"convolution{index}" for index in range(1, 9)]


def test_the_gap_is_filled_with_the_most_informative_that_fits():
    nodes = [
        node(0, "normalization", shape=(1, 1, 32, 32), name="small norm"),
        node(1, "merge", shape=(1, 2, 32, 32), name="small sum"),
        node(2, "convolution", shape=(1, 100, 32, 32), name="huge"),
        node(3, "convolution", shape=(1, 10, 32, 32), name="layer"),
    ]
    assert kept(nodes, 12 / 113) == ["small sum", "layer"]
    assert kept(nodes, 11 / 113) == ["small norm", "layer"]


def test_what_was_demanded_stays_the_latest_longest():
    nodes = [node(0, "input"), node(1), node(2, "shape"), node(3, "normalization")]
    assert kept(nodes, 0.5, ["shape2", "normalization3"]) == ["shape2", "normalization3"]
    assert kept(nodes, 0.25, ["shape2", "normalization3"]) == ["normalization3"]
    assert kept(nodes, 0.25, ["normalization3", "shape2"]) == ["shape2"]
    assert kept(nodes, 0.25, ["nobody"]) == ["input0"]


def test_one_layer_is_kept_however_little_memory_there_is():
    nodes = [
        node(0, shape=(1, 9, 32, 32)),
        node(1, "shape", shape=(1, 2, 8, 8)),
        node(2, "input", shape=(1, 3, 32, 32)),
    ]
    plan = plan_maps(nodes, 1)
    assert set(plan.spans) == {1}, "the smallest"
    assert plan.left_out == {0, 2}
    assert plan_maps([], 1) == MapPlan()


@pytest.mark.parametrize("seed", range(30))
def test_what_is_kept_fits_and_nothing_that_was_left_out_would(seed):
    chance = random.Random(seed)
    families = ["input", "convolution", "normalization", "merge", "shape", "linear", "pooling"]
    nodes = [
        node(index, chance.choice(families), (1, chance.randint(1, 40), chance.randint(1, 30), chance.randint(1, 30)))
        for index in range(40)
    ]
    whole = plan_maps(nodes)
    budget = COPIES * int(chance.uniform(0.05, 1.0) * whole.bytes)
    plan = plan_maps(nodes, budget)
    check_places(plan)
    assert COPIES * plan.bytes <= budget
    assert plan.whole == whole.bytes
    smallest = min((whole.spans[index].count * whole.spans[index].size.bytes for index in plan.left_out), default=None)
    assert smallest is None or COPIES * (plan.bytes + smallest) > budget, "another would still fit"
    assert plan == plan_maps(list(nodes), budget), "the same every time"


@pytest.mark.parametrize(
    ("shape", "size", "halvings"),
    [
        ((16_384, 16_384), (16_384, 16_384), 0),
        ((16_385, 100), (8192, 50), 1),
        ((3, 70_001), (1, 8750), 3),
        ((1, 16_384), (1, 16_384), 0),
    ],
)
def test_maps_larger_than_a_texture_are_halved_until_they_fit(shape, size, halvings):
    plan = plan_maps([node(0, shape=(1, 2, *shape)), node(1, shape=(1, 3, *size))])
    assert plan.spans[0].size == plan.spans[1].size == MapSize(*size)
    assert (plan.spans[0].halvings, plan.spans[1].halvings) == (halvings, 0)
    assert plan.totals == {MapSize(*size): 5}
    check_places(plan)
