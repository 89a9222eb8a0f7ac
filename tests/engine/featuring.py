"""What tests of feature visualizations share: quick settings, a slow network, how to ask and to wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import torch
from tiny_networks import Watched, of_kind
from torch import Tensor, nn

from vrcnn.engine.messages import FeatureMade
from vrcnn.featurevis.results import Place
from vrcnn.featurevis.settings import Settings

QUICK = Settings(steps=6, rate=0.1)
LONG = replace(QUICK, steps=100_000)
SOON = 1.0  # s: what takes 0.1 s on a machine that does nothing else


class Slow(nn.Module):
    """Each of its layers waits for a while, forward."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.ModuleList([nn.Conv2d(3, 3, 3, padding=1) for _ in range(10)])
        self.seconds = seconds

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            time.sleep(self.seconds)
            x = layer(x)
        return x


def place(watched: Watched, name: str) -> Place:
    node = next(node for node in watched.worker.graph.nodes if node.name == name)
    return Place(name, node.members[-1] if node.members else node.index)


def make(
    watched: Watched, name: str, *channels: int, settings: Settings = QUICK, sights: bool = False, anew: bool = False
) -> None:
    watched.worker.features.make([(place(watched, name), channels)], settings, sights, anew)


def made(watched: Watched) -> dict[int, FeatureMade]:
    return {message.visualization.channel: message for message in of_kind(watched.arrived, FeatureMade)}


def until(watched: Watched, kind: type, more: Callable[[], bool] = lambda: True) -> float:
    """Takes messages in until one of this kind is among them; the seconds that it took."""
    started = time.perf_counter()
    watched.until(lambda: bool(of_kind(watched.arrived, kind)) and more())
    return time.perf_counter() - started
