"""What drives a channel: weights and contributions as torch has them, and the way back through every kind of layer."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from looking import Looking
from torch import Tensor, nn

from vrcnn.inspection.results import Drivers, Path

LAYERS = {
    "plain": (nn.Conv2d(5, 4, 3, padding=1), (1, 5, 6, 7)),
    "strided, dilated, grouped": (nn.Conv2d(6, 4, 3, stride=2, dilation=2, padding=2, groups=2), (1, 6, 9, 9)),
    "reflected": (nn.Conv2d(5, 4, 3, padding=1, padding_mode="reflect"), (1, 5, 6, 7)),
    "transposed": (nn.ConvTranspose2d(6, 4, 3, stride=2, padding=1, output_padding=1, groups=2), (1, 6, 4, 5)),
    "in one dimension": (nn.Conv1d(5, 4, 3), (1, 5, 9)),
    "a linear layer": (nn.Linear(5, 4), (1, 5)),
    "a linear layer of tokens": (nn.Linear(5, 4), (1, 7, 5)),
}


def alone(layer: nn.Module, x: Tensor, channel: int, place: int) -> Tensor:
    """What one input channel adds to an output: the layer's answer with the others 0, without the bias."""
    axis = -1 if isinstance(layer, nn.Linear) else 1
    only = torch.zeros_like(x)
    only.select(axis, place).copy_(x.select(axis, place))
    with torch.no_grad():
        made = layer(only)
        return (made - layer(torch.zeros_like(x))).select(axis, channel)[0].double()


@pytest.mark.parametrize("name", LAYERS)
def test_contributions_are_what_each_input_adds_alone(name: str):
    torch.manual_seed(0)
    layer, shape = LAYERS[name]
    x = torch.randn(shape)
    looking = Looking(nn.Sequential(layer), x)
    found = looking.ask("drivers", "0", 3)
    assert isinstance(found, Drivers)
    for number, mean, strength in zip(found.by_contribution, found.contributions, found.strengths, strict=True):
        adds = alone(layer, x, 3, int(number))
        assert mean == pytest.approx(float(adds.mean()), abs=1e-6)
        assert strength == pytest.approx(float(adds.abs().mean()), abs=1e-6)
    output = looking.output(layer).select(-1 if isinstance(layer, nn.Linear) else 1, 3)[0].double()
    assert found.contributions.sum() + found.bias == pytest.approx(float(output.mean()), abs=1e-6)
    assert (np.diff(found.strengths) <= 0).all()


def test_norms_are_those_of_the_weights():
    layer, shape = LAYERS["strided, dilated, grouped"]
    found = Looking(nn.Sequential(layer), torch.randn(shape)).ask("drivers", "0", 3)
    norms = layer.weight[3].detach().double().flatten(1).norm(dim=1).numpy()
    assert found.by_weight.tolist() == (3 + np.argsort(-norms)).tolist()
    assert found.norms == pytest.approx(np.sort(norms)[::-1])


def test_at_a_pixel_they_are_the_sums_of_the_step():
    layer, shape = LAYERS["plain"]
    looking = Looking(nn.Sequential(layer), torch.randn(shape))
    found, step = looking.ask("drivers", "0", 2, pixel=(4, 6)), looking.ask("step", "0", 2, pixel=(4, 6))
    assert found.position == (4, 6)
    assert found.contributions.tolist() == step.sums[found.by_contribution].tolist()
    assert found.contributions.sum() + found.bias == pytest.approx(step.computed, abs=1e-5)


class Branches(nn.Module):
    """A skip connection, a concatenation of two branches, a depthwise convolution, chunks, a shuffle and pools."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.left, self.right = nn.Conv2d(4, 4, 1), nn.Conv2d(4, 2, 1)
        self.depthwise = nn.Conv2d(6, 6, 3, padding=1, groups=6)
        self.norm, self.pool, self.shuffle = nn.BatchNorm2d(6), nn.MaxPool2d(2), nn.ChannelShuffle(2)
        self.head = nn.Linear(6 * 4, 5)

    def forward(self, x: Tensor) -> Tensor:
        y = self.stem(x)
        y = y + self.left(y)
        z = torch.cat((y, self.right(y)), 1)
        z = self.pool(torch.relu(self.norm(self.depthwise(z))))
        first, last = self.shuffle(z).chunk(2, 1)
        return self.head(torch.cat((last, first), 1).flatten(1))


@pytest.fixture
def looking() -> Looking:
    return Looking(Branches(), torch.randn(1, 3, 4, 4), detail="all")


def parts(path: Path, looking: Looking, target: str, channel: int) -> set[tuple[str, int]]:
    names = [node.name for node in looking.full.nodes]
    return {
        (names[link.source], link.source_channel)
        for link in path.links
        if names[link.target] == target and link.target_channel == channel
    }


def whole(looking: Looking, name: str, channel: int) -> Path:
    found = looking.ask("path", name, channel, strongest=50)
    assert isinstance(found, Path)
    return found


def test_an_addition_leads_to_the_same_channel_of_both(looking: Looking):
    assert parts(whole(looking, "add", 2), looking, "add", 2) == {("stem", 2), ("left", 2)}


def test_a_concatenation_leads_to_the_branch_that_the_channel_comes_from(looking: Looking):
    path = whole(looking, "cat", 5)
    assert parts(path, looking, "cat", 5) == {("right", 1)}
    assert parts(whole(looking, "cat", 3), looking, "cat", 3) == {("add", 3)}


def test_depthwise_convolutions_norms_and_pools_keep_the_channel(looking: Looking):
    path = whole(looking, "pool", 4)
    for target, source in (("pool", "relu"), ("relu", "norm"), ("norm", "depthwise"), ("depthwise", "cat")):
        assert parts(path, looking, target, 4) == {(source, 4)}


def test_chunks_and_shuffles_are_followed_by_the_numbers_that_they_move(looking: Looking):
    shuffled = nn.ChannelShuffle(2)(torch.arange(6.0).reshape(1, 6, 1, 1)).flatten().long().tolist()
    swapped = [*shuffled[3:], *shuffled[:3]]
    names = [node.name for node in looking.full.nodes]
    flat = next(node for node in looking.full.nodes if node.operation == "flatten")
    path = whole(looking, flat.name, 9)  # the second channel's second value
    back = {link.source_channel for link in path.links if names[link.source] == "pool"}
    assert back == {swapped[9 // 4]}


def test_shares_are_parts_of_all_that_comes_in_and_flows_of_what_is_followed(looking: Looking):
    path = whole(looking, "head", 1)
    names = [node.name for node in looking.full.nodes]
    last = [link for link in path.links if names[link.target] == "head"]
    assert sum(link.share for link in last) == pytest.approx(1.0, abs=1e-3)
    assert sum(link.flow for link in last) == pytest.approx(1.0, abs=1e-3)
    into_input = sum(link.flow for link in path.links if names[link.source] == "input")
    assert into_input == pytest.approx(1.0, abs=0.01)
    assert path.ended == ""
    drivers = looking.ask("drivers", "head", 1)
    strongest = max(last, key=lambda link: link.share)
    assert strongest.contribution == pytest.approx(drivers.contributions[0])
    assert strongest.share == pytest.approx(drivers.strengths[0] / drivers.strengths.sum())


def test_only_the_strongest_are_followed(looking: Looking):
    path = looking.ask("path", "head", 1, strongest=2)
    per_layer: dict[int, set[int]] = {}
    for link in path.links:
        per_layer.setdefault(link.source, set()).add(link.source_channel)
    assert max(map(len, per_layer.values())) == 2
    targets = {(link.target, link.target_channel) for link in path.links} - {(path.layer.tensor, 1)}
    sources = {(link.source, link.source_channel) for link in path.links}
    assert targets <= sources, "every link goes on where another comes from"


def test_in_a_world_of_layers_links_lead_from_wall_to_wall():
    looking = Looking(Branches(), torch.randn(1, 3, 4, 4))
    shown = {node.members[-1] for node in looking.shown.nodes}
    path = looking.ask("path", "head", 1)
    assert {link.source for link in path.links} | {link.target for link in path.links} <= shown
    assert min(link.source for link in path.links) == looking.tensor("input")


def test_attention_is_where_a_path_ends_with_a_sentence():
    looking = Looking(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), torch.randn(1, 5, 8))
    path = looking.ask("path", looking.shown.nodes[-1].name, 3)
    assert path.links
    assert "mixes its channels in a way that is not followed" in path.ended
