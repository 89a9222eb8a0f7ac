"""A small network whose author has said a word on its parts: what vrcnn cannot read from the pass, or should not show.

    vrcnn run examples/annotated.py

Each of the five words is used once, with what it is for. None of them changes what the network computes, and without
vrcnn looking on none of them does anything.
"""

import torch
from torch import Tensor, nn

import vrcnn

title = "A network with words"
input_size = (3, 96, 96)
labels = ["cat", "dog", "parrot"]

EDGES = [[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]  # Sobel's


class Annotated(nn.Module):
    """Edges by hand and learned features side by side, then two blocks and a classifier."""

    def __init__(self) -> None:
        super().__init__()
        edges = nn.Conv2d(3, 2, 3, padding=1, bias=False)
        with torch.no_grad():
            kernel = torch.tensor(EDGES) / 3
            edges.weight.copy_(torch.stack([kernel, kernel.T])[:, None].expand(2, 3, 3, 3))
        # The wall tells which way the edges run, instead of "channel 0" and "channel 1" ...
        self.edges = vrcnn.label(edges, ["upright edges", "level edges"], name="Sobel")
        # ... and stands beside the path, where a picture for a talk shall show it next to the learned ones.
        vrcnn.position(self.edges, depth=1, lane=1)
        self.learned = nn.Sequential(nn.Conv2d(3, 14, 3, padding=1), nn.BatchNorm2d(14), nn.ReLU())
        # One room with a name that people use, not one that Python needs.
        self.encoder = vrcnn.group(
            nn.Sequential(
                nn.Sequential(nn.Conv2d(16, 24, 3, stride=2, padding=1), nn.BatchNorm2d(24), nn.ReLU()),
                nn.Sequential(nn.Conv2d(24, 32, 3, stride=2, padding=1), nn.BatchNorm2d(32), nn.ReLU()),
            ),
            "Encoder",
        )
        # It weighs the channels, but what it computes on the way would only stand in the visitor's way.
        self.weigh = vrcnn.hide(
            nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(32, 8, 1), nn.ReLU(), nn.Conv2d(8, 32, 1), nn.Sigmoid())
        )
        self.head = nn.Linear(32, len(labels))

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([self.edges(x), self.learned(x)], 1)
        x = self.encoder(x)
        # No layer makes this tensor, so its wall would only be called "mul".
        x = vrcnn.probe(x * self.weigh(x), "weighed features")
        return self.head(x.mean((2, 3)))


def build_model() -> Annotated:
    """Random weights, the same every time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Annotated()
