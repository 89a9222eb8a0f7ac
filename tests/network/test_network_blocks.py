"""Which modules are blocks, and the graph that shows each by its output."""

import networks
import pytest
import torch
from reduced_graphs import assert_reads_well, example, full, shown, titles, zoo_network
from torch import Tensor, nn
from torch.nn import functional

import vrcnn
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph, Node
from vrcnn.network.scope import Scope

BLOCKS = Scope("blocks", fold="never")


class Double(nn.Sequential):
    """Two convolutions."""

    def __init__(self, channels_in: int, channels: int) -> None:
        super().__init__(
            nn.Conv2d(channels_in, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.ReLU(),
        )


class Path(nn.Sequential):
    """Ten convolutions before what is looked at, so that it is no large part of the network."""

    def __init__(self, *parts: nn.Module) -> None:
        super().__init__(*(nn.Conv2d(3, 3, 1) for _ in range(10)), *parts)


def named(graph: Graph, name: str) -> Node:
    return next(node for node in graph.nodes if node.name == name)


def names(graph: Graph) -> list[str]:
    return [node.name for node in graph.nodes]


def test_a_block_is_its_output_and_stands_for_all_that_is_in_it() -> None:
    graph = full(Path(Double(3, 4)))
    block = reduce(graph, BLOCKS).nodes[-1]
    assert (block.name, block.operation, block.family, block.shape) == ("10", "Double", "convolution", (1, 4, 8, 8))
    assert block.operations == ("Conv2d", "BatchNorm2d", "ReLU", "Conv2d", "ReLU")
    assert [graph.nodes[member].name for member in block.members] == ["10.0", "10.1", "10.2", "10.3", "10.4"]
    assert block.parameters == (3 * 4 * 9 + 4) + 8 + (4 * 4 * 9 + 4)
    assert (block.module, block.layer) == ("", "10")


def test_a_normalization_that_layers_hide_belongs_to_its_block() -> None:
    class PreActivation(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm, self.conv = nn.BatchNorm2d(3), nn.Conv2d(3, 3, 1)

        def forward(self, x: Tensor) -> Tensor:
            return x + self.conv(functional.relu(self.norm(x)))

    block = reduce(full(Path(PreActivation())), BLOCKS).nodes[-1]
    assert block.operations == ("BatchNorm2d", "relu", "Conv2d", "add")
    assert block.parameters == 6 + 12


def test_a_large_part_of_the_network_is_opened_and_so_are_its_equals() -> None:
    small, large = Double(3, 3), nn.Sequential(Double(3, 3), Double(3, 3))
    reduced = reduce(full(nn.Sequential(small, large)), BLOCKS)
    assert names(reduced) == ["input", "0.0", "0.3", "1.0.0", "1.0.3", "1.1.0", "1.1.3"]
    eight = nn.Sequential(*(Double(3, 3) for _ in range(8)))
    assert names(reduce(full(nn.Sequential(eight)), BLOCKS)) == ["input", *(f"0.{number}" for number in range(8))]


def test_when_one_module_of_a_class_is_opened_all_are() -> None:
    class Stage(nn.Module):
        def __init__(self, count: int) -> None:
            super().__init__()
            self.parts = nn.ModuleList(Double(3, 3) for _ in range(count))

        def forward(self, x: Tensor) -> Tensor:
            for part in self.parts:
                x = part(x)
            return x

    reduced = reduce(full(nn.Sequential(Stage(1), Stage(2), Stage(8))), BLOCKS)
    assert [node.operation for node in reduced.nodes] == ["input"] + ["Double"] * 11


def test_a_container_with_layers_only_is_a_block_and_one_with_modules_is_none() -> None:
    plain, nested = nn.Sequential(nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1)), nn.Sequential(Double(3, 3))
    reduced = reduce(full(Path(plain, nested)), BLOCKS)
    assert [(node.name, node.operation) for node in reduced.nodes[-2:]] == [("10", "Sequential"), ("11.0", "Double")]


def test_a_module_with_a_single_layer_stays_that_layer() -> None:
    single = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.ReLU())
    last = reduce(full(Path(single)), BLOCKS).nodes[-1]
    assert (last.name, last.operation) == ("10.0", "Conv2d")


def test_what_a_block_gives_besides_its_output_is_shown_too() -> None:
    class Encoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pair, self.pool = Double(3, 4), nn.MaxPool2d(2)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            skip = self.pair(x)
            return self.pool(skip), skip

    class Small(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.path = Path()
            self.encoder = Encoder()
            self.bottom, self.head = nn.Conv2d(4, 4, 1), nn.Conv2d(8, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            low, skip = self.encoder(self.path(x))
            return self.head(torch.cat([functional.interpolate(self.bottom(low), scale_factor=2), skip], 1))

    reduced = reduce(full(Small()), BLOCKS)
    assert_reads_well(reduced)
    read = shown(reduced)
    assert read["encoder"] == ["encoder.pair.3"]
    assert read["encoder.pair.3"] == ["path.9"]
    assert read["cat"] == ["interpolate", "encoder.pair.3"]
    assert named(reduced, "encoder.pair.3").operations == ("Conv2d", "BatchNorm2d", "ReLU", "Conv2d", "ReLU")
    assert named(reduced, "encoder").operations == ("MaxPool2d",)


def test_a_shared_block_has_a_wall_for_each_of_its_outputs() -> None:
    class Heads(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.path, self.pool, self.head = Path(), nn.MaxPool2d(2), Double(3, 2)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            x = self.path(x)
            return self.head(x), self.head(self.pool(x))

    reduced = reduce(full(Heads()), BLOCKS)
    assert_reads_well(reduced)
    assert shown(reduced)["head.3"] == ["path.9"]
    assert shown(reduced)["head"] == ["pool"]
    assert [reduced.nodes[index].name for index in reduced.outputs] == ["head.3", "head"]


def test_a_block_whose_output_nobody_reads_is_shown_by_its_last_node() -> None:
    class Wasteful(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.path, self.waste = Path(), Double(3, 2)

        def forward(self, x: Tensor) -> Tensor:
            x = self.path(x)
            self.waste(x)
            return x

    assert shown(reduce(full(Wasteful()), BLOCKS))["waste"] == ["path.9"]


def test_a_named_group_is_a_block_with_this_name_however_it_is_made() -> None:
    group = vrcnn.group(nn.Sequential(Double(3, 3), nn.MaxPool2d(2)), "Encoder")
    single = vrcnn.group(nn.Sequential(nn.Conv2d(3, 3, 1)), "Head")
    reduced = reduce(full(Path(group, single)), BLOCKS)
    assert titles(reduced)[-2:] == ["Encoder", "Head"]
    assert names(reduced)[-2:] == ["10", "11"]
    assert [group.title for group in reduced.groups] == ["Encoder", "Head"]
    large = vrcnn.group(nn.Sequential(*(nn.Conv2d(3, 3, 1) for _ in range(9))), "All of it")
    assert len(reduce(full(nn.Sequential(large)), BLOCKS).nodes) == 10


def test_a_block_has_the_channels_and_the_place_that_were_said_of_it() -> None:
    block = vrcnn.label(Double(3, 2), ["cat", "dog"], name="decision")
    vrcnn.label(block[0], ["edge"], name="detector")
    vrcnn.position(block, depth=4, lane=1)
    node = reduce(full(Path(block)), BLOCKS).nodes[-1]
    marks = node.marks
    assert (node.name, marks.title, marks.channels) == ("10", "decision", ("cat", "dog"))
    assert (marks.depth, marks.lane) == (4, 1)


def test_a_block_that_numpy_leaves_keeps_both_of_its_names_apart() -> None:
    class RoundTrip(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pair = Double(3, 3)

        def forward(self, x: Tensor) -> Tensor:
            return torch.from_numpy(self.pair(x).detach().numpy() * 2)

    assert_reads_well(reduce(full(Path(RoundTrip(), nn.Conv2d(3, 2, 1))), BLOCKS))


EXAMPLES = [
    ("resnet", 50, {"Bottleneck": 16}),
    ("densenet", 121, {"DenseLayer": 58, "Transition": 3}),
    ("efficientnet_lite0", None, {"MBConv": 16}),
    ("unet", 34, {"ResidualBlock": 16, "UpBlock": 5}),
]


@pytest.mark.parametrize(("name", "depth", "blocks"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_the_examples_read_block_by_block(name: str, depth: int | None, blocks: dict[str, int]) -> None:
    module = example(name).build_model(*([] if depth is None else [depth]))
    reduced = reduce(full(module, size=64), BLOCKS)
    assert_reads_well(reduced)
    kinds = {group.path: group.kind for group in reduced.groups}
    found = [node.operation for node in reduced.nodes if kinds.get(node.name) == node.operation]
    assert {kind: found.count(kind) for kind in set(found)} == blocks
    assert sum(node.parameters for node in reduced.nodes) == sum(each.numel() for each in module.parameters())
    assert not any(node.module in {other.name for other in reduced.nodes} for node in reduced.nodes)


KNOWN = [
    ("seresnet18", 224, {"SEResUnit": 8}),
    ("inceptionv3", 299, {"InceptionAUnit": 3, "InceptionBUnit": 4, "InceptionCUnit": 2}),
    ("hrnet_w18_small_v1", 224, {"ResUnit": 18}),
    ("dla34", 224, {"DLAResBlock": 12, "DLARoot": 6}),
]


@pytest.mark.parametrize(("name", "size", "blocks"), KNOWN, ids=[name for name, _, _ in KNOWN])
def test_known_networks_read_block_by_block(name: str, size: int, blocks: dict[str, int]) -> None:
    reduced = reduce(full(zoo_network(name), size), BLOCKS)
    assert_reads_well(reduced)
    operations = [node.operation for node in reduced.nodes]
    assert {kind: operations.count(kind) for kind in blocks} == blocks


def test_the_features_of_a_vgg_are_its_layers() -> None:
    widths = (8, 8, 16, 16, 32, 32)
    convolutions = [nn.Conv2d(before, after, 3, padding=1) for before, after in zip((3, *widths), widths, strict=False)]
    features = nn.Sequential(*(part for each in convolutions for part in (each, nn.ReLU())))
    network = nn.Sequential(features, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 4))
    assert names(reduce(full(network), BLOCKS)) == ["input", *(f"0.{number}" for number in range(0, 12, 2)), "1", "3"]


def test_a_network_without_blocks_reads_the_same_as_by_layers() -> None:
    graph = full(networks.Residual())
    assert reduce(graph, BLOCKS) == reduce(graph)
