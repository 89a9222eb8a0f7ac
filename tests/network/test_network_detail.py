"""Which nodes are shown, what they stand for, and how the edges run between them."""

import networks
import pytest
import torch
from reduced_graphs import assert_reads_well, example, full, shown
from torch import Tensor, nn
from torch.nn import functional

import vrcnn
from vrcnn.errors import UserError
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph
from vrcnn.network.scope import LEVELS, Scope
from vrcnn.network.trace import trace


def test_a_convolution_stands_for_its_normalization_and_activation() -> None:
    graph = full(networks.Chain())
    reduced = reduce(graph)
    assert shown(reduced) == {"input": [], "conv": ["input"], "pool": ["conv"], "fc": ["pool"]}
    conv = reduced.nodes[1]
    assert conv.operations == ("Conv2d", "BatchNorm2d", "ReLU")
    assert conv.members == (1, 2, 3)
    assert conv.parameters == 3 * 4 * 9 + 4 + 8
    assert reduced.outputs == (3,)


def test_a_chain_stops_where_something_else_reads_it() -> None:
    class Peeking(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            y = self.conv(x)
            return functional.relu(y) + y

    reduced = reduce(full(Peeking()))
    assert reduced.nodes[1].operations == ("Conv2d",)
    assert shown(reduced)["add"] == ["relu", "conv"]


def test_an_addition_takes_its_activation_and_a_concatenation_takes_nothing() -> None:
    reduced = reduce(full(networks.Residual()))
    assert shown(reduced) == {"input": [], "conv1": ["input"], "conv2": ["conv1"], "add": ["conv2", "input"]}
    assert reduced.nodes[3].operations == ("add", "ReLU")
    joined = reduce(full(nn.Sequential(networks.Branches(), nn.ReLU(), nn.MaxPool2d(2))))
    assert [node.operations for node in joined.nodes if node.operation == "cat"] == [("cat",)]


def test_swish_written_out_is_part_of_its_layer() -> None:
    class Swish(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x * torch.sigmoid(x)

    reduced = reduce(full(nn.Sequential(nn.Conv2d(3, 4, 1), Swish(), nn.Conv2d(4, 2, 1))))
    assert shown(reduced) == {"input": [], "0": ["input"], "2": ["0"]}
    assert reduced.nodes[1].operations == ("Conv2d", "sigmoid", "mul")


def test_a_gate_that_pools_is_no_activation() -> None:
    class Excite(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(4, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            return x * self.conv(x.mean((2, 3), keepdim=True)).sigmoid()

    assert shown(reduce(full(nn.Sequential(nn.Conv2d(3, 4, 1), Excite())))) == {
        "input": [],
        "0": ["input"],
        "1.mean": ["0"],
        "1.conv": ["1.mean"],
        "1.mul": ["0", "1.conv"],
    }


def test_a_normalization_before_a_convolution_is_hidden_and_one_before_a_pool_is_shown() -> None:
    class PreActivation(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Conv2d(3, 4, 1)
            self.norm1, self.conv = nn.BatchNorm2d(4), nn.Conv2d(4, 4, 1)
            self.norm2, self.pool = nn.BatchNorm2d(4), nn.AdaptiveAvgPool2d(1)

        def forward(self, x: Tensor) -> Tensor:
            x = self.first(x)
            x = x + self.conv(functional.relu(self.norm1(x)))
            return self.pool(functional.relu(self.norm2(x)))

    reduced = reduce(full(PreActivation()))
    assert shown(reduced) == {
        "input": [],
        "first": ["input"],
        "conv": ["first"],
        "add": ["first", "conv"],
        "norm2": ["add"],
        "pool": ["norm2"],
    }
    assert reduced.nodes[4].operations == ("BatchNorm2d", "relu")


def test_weights_prepared_on_the_fly_are_not_shown() -> None:
    assert shown(reduce(full(networks.Functional()))) == {"input": [], "conv2d": ["input"], "max_pool2d": ["conv2d"]}


def test_a_softmax_at_the_end_is_shown_and_a_flattened_result_by_what_it_came_from() -> None:
    assert list(shown(reduce(full(nn.Sequential(nn.Flatten(), nn.Softmax(1)))))) == ["input", "1"]
    reduced = reduce(full(nn.Sequential(nn.Conv2d(3, 2, 8), nn.Flatten())))
    assert reduced.outputs == (1,)


def test_an_opaque_tensor_with_maps_is_shown() -> None:
    assert shown(reduce(full(networks.Custom()))) == {
        "input": [],
        "conv1": ["input"],
        "opaque": ["conv1"],
        "conv2": ["opaque"],
    }


def test_everything_is_shown_at_detail_all_but_what_does_not_depend_on_the_input() -> None:
    graph = full(networks.Functional())
    reduced = reduce(graph, Scope("all"))
    hidden = {node.name for node in graph.nodes} - {node.name for node in reduced.nodes}
    assert hidden == {"mean", "sub"}
    assert all(node.members == (graph.nodes[node.members[0]].index,) for node in reduced.nodes)
    assert_reads_well(reduced)


def test_groups_and_members_refer_to_the_right_nodes() -> None:
    reduced = reduce(full(networks.Branches()))
    assert [(group.path, group.nodes) for group in reduced.groups] == [("right", (2,))]
    assert reduced.nodes[2].name == "right.0"


def test_an_unknown_detail_is_refused() -> None:
    with pytest.raises(UserError, match="blocks, layers, all"):
        reduce(full(networks.Chain()), Scope("everything"))


@pytest.mark.parametrize("spelling", ["list of all", "grown step by step"])
def test_a_dense_block_reads_as_a_path_that_its_last_concatenation_joins(spelling: str) -> None:
    class Dense(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem, self.head = nn.Conv2d(3, 4, 1), nn.Conv2d(10, 2, 1)
            self.layers = nn.ModuleList(nn.Conv2d(4 + 2 * number, 2, 1) for number in range(3))

        def forward(self, x: Tensor) -> Tensor:
            parts = [self.stem(x)]
            x = parts[0]
            for layer in self.layers:
                if spelling == "list of all":
                    parts.append(layer(torch.cat(parts, 1)))
                else:
                    x = torch.cat([x, layer(x)], 1)
            return self.head(torch.cat(parts, 1) if spelling == "list of all" else x)

    last = "cat@4" if spelling == "list of all" else "cat@3"
    reduced = reduce(full(Dense()))
    assert shown(reduced) == {
        "input": [],
        "stem": ["input"],
        "layers.0": ["stem"],
        "layers.1": ["layers.0"],
        "layers.2": ["layers.1"],
        last: ["stem", "layers.0", "layers.1", "layers.2"],
        "head": [last],
    }


def test_resnet_50_reads_as_in_its_paper() -> None:
    reduced = reduce(full(example("resnet").build_model(50), size=64))
    assert_reads_well(reduced)
    families = [node.family for node in reduced.nodes]
    # 53 convolutions (4 of them on shortcuts), 16 additions, 2 pools, the classifier and the picture
    assert {family: families.count(family) for family in sorted(set(families))} == {
        "convolution": 53,
        "input": 1,
        "linear": 1,
        "merge": 16,
        "pooling": 2,
    }
    assert len(reduced.edges) == len(reduced.nodes) - 1 + 16
    assert shown(reduced)["layer2.1.add"] == ["layer2.1.conv3", "layer2.0.add"]
    assert reduced.outputs == (len(reduced.nodes) - 1,)


def test_densenet_121_reads_as_four_paths_with_their_joins() -> None:
    reduced = reduce(full(example("densenet").build_model(121), size=64), Scope(fold="never"))
    assert_reads_well(reduced)
    families = [node.family for node in reduced.nodes]
    # 120 convolutions, the last concatenation of each block, the final normalization, 5 pools, the classifier
    assert {family: families.count(family) for family in sorted(set(families))} == {
        "convolution": 120,
        "input": 1,
        "linear": 1,
        "merge": 4,
        "normalization": 1,
        "pooling": 5,
    }
    names = shown(reduced)
    assert names["features.denseblock1.denselayer2.conv1"] == ["features.denseblock1.denselayer1.conv2"]
    assert len(names["features.denseblock1.cat"]) == 7
    assert names["features.norm5"] == ["features.denseblock4.cat"]
    # every node but the picture follows one, and each join reads in addition what its block had before the last layer
    assert len(reduced.edges) == len(reduced.nodes) - 1 + (6 + 12 + 24 + 16)
    assert sum(node.parameters for node in reduced.nodes) == 7_978_856 - _hidden_parameters(reduced)


def _hidden_parameters(reduced: Graph) -> int:
    """Weights and biases of the normalizations before the first convolutions of layers and transitions."""
    channels = []
    for width, count in ((64, 6), (128, 12), (256, 24), (512, 16)):
        channels += [width + 32 * number for number in range(count)]
    return 2 * (sum(channels) + 256 + 512 + 1024)


def test_the_unet_joins_both_ways_at_every_size() -> None:
    reduced = reduce(full(example("unet").build_model(18), size=32))
    assert_reads_well(reduced)
    names = shown(reduced)
    assert names["up4.cat"] == ["up4.interpolate", "down3.1.add"]
    assert names["up1.cat"] == ["up1.interpolate", "stem.conv"]
    assert names["head"] == ["up0.conv2.conv"]


def test_the_weights_of_an_attention_are_shown_but_at_blocks() -> None:
    class Attending(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed, self.attention = nn.Conv2d(3, 8, 2, 2), nn.MultiheadAttention(8, 2, batch_first=True)
            self.head = nn.Linear(8, 2)

        def forward(self, x: Tensor) -> Tensor:
            tokens = self.embed(x).flatten(2).transpose(1, 2)
            attended, _ = self.attention(tokens, tokens, tokens, need_weights=False)
            return self.head(attended.mean(1))

    graph = full(Attending())
    weights = "attention.attention_weights"
    assert shown(reduce(graph)) == {
        "input": [],
        "embed": ["input"],
        "attention": ["embed"],
        weights: ["embed"],
        "mean": ["attention"],
        "head": ["mean"],
    }
    assert weights in shown(reduce(graph, Scope("all")))
    assert weights not in shown(reduce(graph, Scope("blocks")))


def test_weights_prepared_on_the_fly_are_counted_where_they_are_used() -> None:
    assert reduce(full(networks.Functional())).nodes[1].parameters == 4 * 3 * 3 * 3


def test_the_parameters_of_what_is_not_shown_count_too() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 1), vrcnn.hide(nn.Conv2d(4, 4, 1)), nn.Conv2d(4, 2, 1)).eval()
    full = trace(network, (torch.zeros(1, 3, 4, 4),), {})
    assert full.parameters == 16 + 20 + 10
    for detail in LEVELS:
        assert reduce(full, Scope(detail)).parameters == full.parameters
