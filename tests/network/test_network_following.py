"""Probes that follow, in the world, what they are told to."""

import networks
import pytest
from reduced_graphs import full, shown
from torch import Tensor, nn
from torch.nn import functional

import vrcnn
from vrcnn.network.detail import reduce
from vrcnn.network.following import unknown_names


@pytest.mark.parametrize("named", ["side", "the side", "side.conv"])
def test_a_probe_follows_what_it_is_told_to(named: str) -> None:
    class Told(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.side = vrcnn.group(nn.Sequential(), "the side")
            self.side.add_module("conv", nn.Conv2d(3, 2, 1))
            self.trunk = nn.Conv2d(3, 2, 1)
            self.last = nn.Conv2d(2, 2, 1)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            side = self.side(x)
            return vrcnn.probe(self.last(self.trunk(x)), "result", after=[named]), side

    graph = full(Told())
    assert shown(reduce(graph)) == {"input": [], "side.conv": ["input"], "trunk": ["input"], "last": ["side.conv"]}
    assert unknown_names(graph) == []


def test_a_probe_told_to_follow_what_there_is_not_follows_what_it_reads_and_can_be_found() -> None:
    class Told(networks.Chain):
        def forward(self, x: Tensor) -> Tensor:
            return vrcnn.probe(super().forward(x), "result", after=["encoder", "result"])

    graph = full(Told())
    assert shown(reduce(graph))["fc"] == ["pool"]
    assert unknown_names(graph) == [("result", "encoder"), ("result", "result")]


def test_a_probe_cannot_follow_what_is_shown_only_later() -> None:
    class Told(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.early, self.late = nn.Conv2d(3, 2, 1), nn.Conv2d(3, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            early = self.early(x)
            late = vrcnn.probe(self.late(x), "late", after=["early"])
            return functional.relu(early) * late

    assert shown(reduce(full(Told()))) == {
        "input": [],
        "late": ["input"],
        "early": ["input"],
        "mul": ["early", "late"],
    }
