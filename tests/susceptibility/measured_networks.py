"""Small networks and pictures for the tests of susceptibility."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vrcnn.network.example import example_of
from vrcnn.study.measuring import subject_for
from vrcnn.susceptibility.subject import Subject
from vrcnn.susceptibility.transforms import ideally_low_passed

torch.set_num_threads(1)


def pictures(count: int = 12, side: int = 16, seed: int = 1) -> Tensor:
    return torch.randn(count, 3, side, side, generator=torch.Generator().manual_seed(seed))


class Small(nn.Module):
    """Two stages, with a batch normalization whose statistics are those of other pictures."""

    def __init__(self, classes: int = 4) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(3)
            self.first = nn.Conv2d(3, 6, 3, padding=1)
            self.norm = nn.BatchNorm2d(6)
            self.second = nn.Conv2d(6, 8, 3, stride=2, padding=1)
            self.last = nn.Linear(8, classes)
        with torch.no_grad():
            self.norm.running_mean.fill_(0.1)
            self.norm.running_var.fill_(0.5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.first(x)).relu()
        return self.last(self.second(x).relu().mean((2, 3)))


class Scaled(Small):
    """The same with seven times the scores, and something added to all."""

    def forward(self, x: Tensor) -> Tensor:
        return 7 * super().forward(x) + 40


class Deaf(Small):
    """Hears nothing above 0.1 cycles per pixel."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(ideally_low_passed(x, 0.1))


class Together(Small):
    """Says of each picture something that depends on the others of the batch."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x - x.mean(0))


class Unsure(Small):
    """Scores that are not numbers for bright pictures."""

    def forward(self, x: Tensor) -> Tensor:
        scores = super().forward(x)
        return scores.masked_fill((x.mean((1, 2, 3)) > 1)[:, None], torch.nan)


class Refusing(Small):
    """Fails for bright pictures."""

    def forward(self, x: Tensor) -> Tensor:
        if bool((x.mean((1, 2, 3)) > 1).any()):
            raise ValueError("too bright")
        return super().forward(x)


class Maps(nn.Module):
    """No classes: a picture out."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).relu()


def subject_of(module: nn.Module, some: Tensor | None = None) -> Subject:
    some = pictures() if some is None else some
    return subject_for(type(module).__name__, module.eval(), example_of((some[:1],), {}, torch.device("cpu")))
