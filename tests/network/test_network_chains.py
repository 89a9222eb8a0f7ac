"""What the developer hides, probes and names, as it is shown."""

import networks
import pytest
import torch
from reduced_graphs import full, shown, titles
from torch import Tensor, nn

import vrcnn
from vrcnn.network.detail import reduce
from vrcnn.network.scope import Scope


class Marked(nn.Module):
    """Convolution, normalization, activation, and a second convolution; `marking` says something of them."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm, self.relu = nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.ReLU()
        self.last = nn.Conv2d(4, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.relu(self.norm(self.conv(x))))


def test_the_last_layer_of_a_chain_that_is_hidden_is_not_shown() -> None:
    network = Marked()
    vrcnn.hide(network.relu)
    graph = full(network)
    reduced = reduce(graph)
    assert shown(reduced) == {"input": [], "conv": ["input"], "last": ["conv"]}
    assert reduced.nodes[1].operations == ("Conv2d", "BatchNorm2d")
    assert not reduced.nodes[1].marks.hidden
    assert [node.name for node in reduce(graph, Scope("all")).nodes] == ["input", "conv", "norm", "relu", "last"]


def test_a_hidden_layer_within_a_chain_does_not_cut_it() -> None:
    network = Marked()
    vrcnn.hide(network.norm)
    assert reduce(full(network)).nodes[1].operations == ("Conv2d", "BatchNorm2d", "ReLU")


@pytest.mark.parametrize("detail", ["layers", "blocks"])
def test_what_a_hidden_module_reads_is_joined_to_what_reads_it(detail: str) -> None:
    class Refined(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.left, self.right = nn.Conv2d(3, 4, 1), nn.Conv2d(3, 4, 1)
            self.mix = vrcnn.hide(networks.Branches())
            self.last = nn.Conv2d(4, 2, 1)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            mixed = self.mix((self.left(x) * self.right(x))[:, :3])
            return self.last(mixed), mixed

    reduced = reduce(full(Refined()), Scope(detail))
    assert shown(reduced) == {
        "input": [],
        "left": ["input"],
        "right": ["input"],
        "mul": ["left", "right"],
        "last": ["mul"],
    }
    assert [reduced.nodes[index].name for index in reduced.outputs] == ["last", "mul"]


def test_a_network_of_two_thousand_hidden_layers_still_reads_from_end_to_end() -> None:
    network = nn.Sequential(
        nn.Conv2d(3, 3, 1), vrcnn.hide(nn.Sequential(*(nn.ReLU() for _ in range(2000)))), nn.Conv2d(3, 2, 1)
    )
    assert shown(reduce(full(network, size=2))) == {"input": [], "0": ["input"], "2": ["0"]}


def test_a_probe_within_a_chain_ends_it_there() -> None:
    class Probing(Marked):
        def forward(self, x: Tensor) -> Tensor:
            return self.last(self.relu(vrcnn.probe(self.norm(self.conv(x)), "scaled")))

    graph = full(Probing())
    reduced = reduce(graph)
    assert titles(reduced) == ["input", "scaled", "last"]
    assert reduced.nodes[1].operations == ("Conv2d", "BatchNorm2d")
    assert reduced.nodes[1].members[-1] == 2
    assert titles(reduce(graph, Scope("blocks"))) == ["input", "conv", "last"]


def test_a_probed_view_is_shown_but_at_blocks_and_a_probed_number_never() -> None:
    class Probing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.fc = nn.Conv2d(3, 4, 1), nn.Linear(256, 2)

        def forward(self, x: Tensor) -> Tensor:
            y = self.conv(x)
            mean = vrcnn.probe(y.mean(), "brightness")
            return self.fc(vrcnn.probe(y.flatten(1), "as one row")) * mean

    graph = full(Probing())
    assert shown(reduce(graph))["flatten"] == ["conv"]
    assert titles(reduce(graph)) == ["input", "conv", "as one row", "fc", "mul"]
    assert titles(reduce(graph, Scope("blocks"))) == ["input", "conv", "fc", "mul"]


def test_a_probed_activation_that_layers_hide_is_shown() -> None:
    class PreActivation(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.norm, self.conv = nn.BatchNorm2d(3), nn.Conv2d(3, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv(vrcnn.probe(torch.relu(self.norm(x)), "rectified"))

    graph = full(PreActivation())
    assert titles(reduce(graph)) == ["input", "rectified", "conv"]
    assert titles(reduce(graph, Scope("blocks"))) == ["input", "conv"]


def test_a_probed_half_of_swish_is_a_wall_of_its_own() -> None:
    class Swish(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x * vrcnn.probe(torch.sigmoid(x), "gate")

    reduced = reduce(full(nn.Sequential(nn.Conv2d(3, 4, 1), Swish())))
    assert shown(reduced) == {"input": [], "0": ["input"], "1.sigmoid": ["0"], "1.mul": ["0", "1.sigmoid"]}


def test_a_probed_concatenation_of_a_dense_block_is_shown() -> None:
    class Dense(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second, self.head = nn.Conv2d(3, 2, 1), nn.Conv2d(5, 2, 1), nn.Conv2d(7, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            x = vrcnn.probe(torch.cat([x, self.first(x)], 1), "halfway")
            return self.head(torch.cat([x, self.second(x)], 1))

    assert shown(reduce(full(Dense()))) == {
        "input": [],
        "first": ["input"],
        "cat": ["input", "first"],
        "second": ["cat"],
        "cat@2": ["cat", "second"],
        "head": ["cat@2"],
    }


def test_what_is_said_of_a_layer_within_a_chain_survives() -> None:
    network = Marked()
    vrcnn.label(network.conv, ["never seen"], name="edges")
    vrcnn.label(network.relu, ["up", "down"], name="rectified")
    vrcnn.position(network.norm, 3, lane=1)
    marks = reduce(full(network)).nodes[1].marks
    assert (marks.title, marks.channels, marks.depth, marks.lane) == ("edges", ("up", "down"), 3, 1)
    del network.conv.__dict__["_vrcnn_marks"]
    assert reduce(full(network)).nodes[1].title == "rectified"
