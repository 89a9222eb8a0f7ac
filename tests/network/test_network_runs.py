"""Runs of equal blocks: where they begin and end, and what is left when they are folded."""

import pytest
import torch
from reduced_graphs import assert_reads_well, example, full, shown, zoo_network
from torch import Tensor, nn
from torch.nn import functional

import vrcnn
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph, Run
from vrcnn.network.runs import WALK
from vrcnn.network.scope import LEVELS, Scope

FOLDED = Scope(fold="always")


class Residual(nn.Module):
    """Two convolutions and what they read."""

    def __init__(self, channels: int = 3) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.conv2(functional.relu(self.conv1(x))) + x)


class Stage(nn.Sequential):
    """Residual blocks, one behind the other."""

    def __init__(self, count: int) -> None:
        super().__init__(*(Residual() for _ in range(count)))


def found(graph: Graph) -> list[tuple[str, int]]:
    return [(run.path, len(run.blocks)) for run in graph.runs]


def run_at(graph: Graph, path: str) -> Run:
    return next(run for run in graph.runs if run.path == path)


def test_equal_blocks_are_a_run_and_folded_the_last_stands_for_all() -> None:
    graph = full(nn.Sequential(nn.Conv2d(3, 3, 1), Stage(5), nn.Conv2d(3, 2, 1)))
    reduced = reduce(graph, FOLDED)
    assert reduced.runs == (Run("1.0", "Residual", ("1.0", "1.1", "1.2", "1.3", "1.4"), True, (2, 3, 4)),)
    assert shown(reduced) == {
        "input": [],
        "0": ["input"],
        "1.4.conv1": ["0"],
        "1.4.conv2": ["1.4.conv1"],
        "1.4.add": ["1.4.conv2", "0"],
        "2": ["1.4.add"],
    }
    opened = reduce(graph, Scope(fold="never"))
    assert len(opened.nodes) == 3 + 5 * 3
    assert opened.runs == (Run("1.0", "Residual", ("1.0", "1.1", "1.2", "1.3", "1.4"), False, tuple(range(2, 17))),)


@pytest.mark.parametrize("detail", LEVELS)
def test_a_run_folds_at_every_detail(detail: str) -> None:
    reduced = reduce(full(nn.Sequential(Stage(5), nn.Conv2d(3, 2, 1))), Scope(detail, "always"))
    assert_reads_well(reduced)
    assert found(reduced) == [("0.0", 5)]
    assert {name.split(".")[1] for name in shown(reduced) if name.startswith("0.")} == {"4"}


def test_single_runs_are_opened_and_folded_against_the_rest() -> None:
    graph = full(nn.Sequential(Stage(3), nn.MaxPool2d(2), Stage(3)))
    one_open = reduce(graph, FOLDED.with_toggled("2.0"))
    assert [run.folded for run in one_open.runs] == [True, False]
    assert len(one_open.nodes) == 1 + 3 + 1 + 9
    one_folded = reduce(graph, Scope(fold="never").with_toggled("2.0"))
    assert [run.folded for run in one_folded.runs] == [False, True]


def test_blocks_fold_at_first_and_layers_where_people_would_walk_long() -> None:
    short, long = (full(nn.Sequential(Stage(count)), size=2) for count in (WALK // 3 - 1, WALK // 3))
    assert [run.folded for run in reduce(short).runs] == [False]
    assert [run.folded for run in reduce(long).runs] == [True]
    assert [run.folded for run in reduce(short, Scope("blocks")).runs] == [True]
    assert [run.folded for run in reduce(long, Scope("all")).runs] == [False]


def test_a_block_of_another_shape_width_or_class_ends_a_run() -> None:
    class Other(Residual):
        pass

    parts = [Residual(), Residual(), nn.MaxPool2d(2), Residual(), Residual(), Other(), Residual(), Residual()]
    assert found(reduce(full(nn.Sequential(*parts)))) == [("0", 2), ("3", 2), ("6", 2)]


def test_equal_modules_side_by_side_are_no_run() -> None:
    class Parallel(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.branches = nn.ModuleList(Residual() for _ in range(3))

        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([branch(x) for branch in self.branches], 1)

    assert found(reduce(full(Parallel()))) == []


def test_single_layers_are_no_run() -> None:
    layers = (nn.Sequential(nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3)) for _ in range(3))
    assert found(reduce(full(nn.Sequential(*layers)))) == []


@pytest.mark.parametrize("what", ["read", "returned"])
def test_a_block_that_something_else_reads_is_the_last_of_its_run(what: str) -> None:
    class Skipping(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stage, self.side = Stage(5), nn.Conv2d(3, 2, 1)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            for number, block in enumerate(self.stage):
                x = block(x)
                if number == 2:
                    middle = x
            return x, self.side(middle) if what == "read" else middle

    for detail in LEVELS:
        reduced = reduce(full(Skipping()), Scope(detail, "always"))
        assert found(reduced) == [("stage.0", 3), ("stage.3", 2)]
    reduced = reduce(full(Skipping()), FOLDED)
    assert shown(reduced)["stage.4.conv1"] == ["stage.2.add"]
    if what == "read":
        assert shown(reduced)["side"] == ["stage.2.add"]


def test_a_module_that_reads_every_block_reads_the_one_that_is_shown() -> None:
    class Gathering(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem, self.stage, self.head = nn.Conv2d(3, 3, 1), Stage(4), nn.Conv2d(12, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            parts = [self.stem(x)]
            for block in self.stage:
                parts.append(block(parts[-1]))
            return self.head(torch.cat(parts[1:], 1))

    reduced = reduce(full(Gathering()), FOLDED)
    assert found(reduced) == [("stage.0", 4)]
    assert shown(reduced)["cat"] == ["stage.3.add"]
    assert shown(reduced)["stage.3.add"] == ["stage.3.conv2", "stem"]


def test_what_every_block_reads_besides_the_one_before_it_leads_to_the_one_that_is_shown() -> None:
    class Guided(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.guide, self.conv = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 3, 1)
            self.blocks = nn.ModuleList(self.Block() for _ in range(3))

        class Block(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.conv = nn.Conv2d(3, 3, 1)

            def forward(self, x: Tensor, guide: Tensor) -> Tensor:
                return self.conv(x) + guide

        def forward(self, x: Tensor) -> Tensor:
            guide, x = self.guide(x), self.conv(x)
            for block in self.blocks:
                x = block(x, guide)
            return x

    assert shown(reduce(full(Guided()), FOLDED)) == {
        "input": [],
        "guide": ["input"],
        "conv": ["input"],
        "blocks.2.conv": ["conv"],
        "blocks.2.add": ["blocks.2.conv", "guide"],
    }


def test_runs_within_runs_open_one_after_the_other() -> None:
    graph = full(nn.Sequential(nn.Conv2d(3, 3, 1), *(Stage(3) for _ in range(4))))
    closed = reduce(graph, FOLDED)
    assert [(run.path, len(run.blocks), len(run.nodes)) for run in closed.runs] == [("1", 4, 3), ("4.0", 3, 3)]
    assert list(shown(closed)) == ["input", "0", "4.2.conv1", "4.2.conv2", "4.2.add"]
    opened = reduce(graph, FOLDED.with_toggled("1"))
    assert_reads_well(opened)
    assert [(run.path, run.folded) for run in opened.runs] == [
        ("1", False),
        ("1.0", True),
        ("2.0", True),
        ("3.0", True),
        ("4.0", True),
    ]
    assert shown(opened)["2.2.add"] == ["2.2.conv2", "1.2.add"]
    inner = reduce(graph, FOLDED.with_toggled("4.0"))
    assert list(shown(inner))[-3:] == ["4.2.conv1", "4.2.conv2", "4.2.add"]
    assert len(inner.nodes) == 2 + 9


def test_a_named_group_or_layer_is_not_folded_away_and_a_probe_in_every_block_is() -> None:
    stage = Stage(6)
    vrcnn.group(stage[2], "the third")
    vrcnn.label(stage[4].conv1, name="the one that matters")
    assert found(reduce(full(nn.Sequential(stage)))) == [("0.0", 2)]

    class Probed(Residual):
        def forward(self, x: Tensor) -> Tensor:
            return vrcnn.probe(super().forward(x), "residual")

    probed = reduce(full(nn.Sequential(*(Probed() for _ in range(3)))), FOLDED)
    assert found(probed) == [("0", 3)]
    assert [node.title for node in probed.nodes] == ["input", "2.conv1", "2.conv2", "residual@3"]


def test_dropout_in_some_of_the_blocks_makes_no_difference() -> None:
    stage = Stage(3)
    stage[1].conv2 = nn.Sequential(stage[1].conv2, nn.Dropout())
    stage[2].conv2 = nn.Sequential(stage[2].conv2, nn.Identity())
    assert found(reduce(full(nn.Sequential(stage)))) == [("0.1", 2)]


DENSE = (6, 12, 24, 16)
EXAMPLES = [
    ("resnet", 50, [("layer1.1", 2), ("layer2.1", 3), ("layer3.1", 5), ("layer4.1", 2)]),
    ("densenet", 121, [(f"features.denseblock{stage}.denselayer1", DENSE[stage - 1]) for stage in range(1, 5)]),
    ("efficientnet_lite0", None, [("blocks.6", 2), ("blocks.9", 2), ("blocks.12", 3)]),
    ("unet", 34, [("down1.0", 3), ("down2.1", 3), ("down3.1", 5), ("down4.1", 2)]),
]


@pytest.mark.parametrize(("name", "depth", "runs"), EXAMPLES, ids=[name for name, _, _ in EXAMPLES])
def test_the_examples_fold(name: str, depth: int | None, runs: list[tuple[str, int]]) -> None:
    graph = full(example(name).build_model(*([] if depth is None else [depth])), size=64)
    for detail in ("blocks", "layers"):
        for fold in ("always", "never"):
            reduced = reduce(graph, Scope(detail, fold))
            assert_reads_well(reduced)
            assert found(reduced) == runs


def test_a_folded_dense_block_is_one_layer_between_its_input_and_its_join() -> None:
    names = shown(reduce(full(example("densenet").build_model(121), size=64), FOLDED))
    assert names["features.denseblock1.denselayer6.conv1"] == ["features.pool0"]
    assert names["features.denseblock1.cat"] == ["features.pool0", "features.denseblock1.denselayer6.conv2"]


def test_the_way_up_of_a_folded_unet_reads_what_it_read_before() -> None:
    graph = full(example("unet").build_model(34), size=64)
    before, after = (shown(reduce(graph, Scope("blocks", fold))) for fold in ("never", "always"))
    assert {name: after[name] for name in after if name.startswith("up")} == {
        name: before[name] for name in before if name.startswith("up")
    }


KNOWN = [
    ("hrnet_w18_small_v1", "features.stage1.layers.block1.branches.branch1.unit1", 2),
    ("dla34", "features.stage2.tree2.tree1", 2),
    ("dpn68", "features.stage1.unit2", 2),
]


@pytest.mark.parametrize(("name", "path", "count"), KNOWN, ids=[name for name, _, _ in KNOWN])
def test_known_networks_with_many_ways_through_them_fold(name: str, path: str, count: int) -> None:
    graph = full(zoo_network(name), size=224)
    for detail in LEVELS:
        assert_reads_well(reduce(graph, Scope(detail, "always")))
    assert len(run_at(reduce(graph, Scope("blocks")), path).blocks) == count


def test_the_blocks_of_a_transformer_are_one_run() -> None:
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    network = nn.Sequential(nn.Conv2d(3, 8, 2, 2), nn.Flatten(2), Turned(), nn.TransformerEncoder(layer, 6))
    graph = full(network)
    assert found(reduce(graph)) == [("3.layers.0", 6)]
    reduced = reduce(graph, Scope("blocks"))
    assert list(shown(reduced)) == ["input", "0", "3.layers.5"]


class Turned(nn.Module):
    """Channels last."""

    def forward(self, x: Tensor) -> Tensor:
        return x.transpose(1, 2)
