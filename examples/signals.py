"""A 1D network that hears the shape of a wave: sine, triangle, square, sawtooth, pulses, noise.

    vrcnn run examples/signals.py

Nothing is trained. The first layer is a bank of Gabor filters, each a sine under a bell, in pairs a quarter of a wave
apart, tuned to the first harmonics of the waves. The sum of a pair's squares is the energy of its band at a moment; the
logarithms of all bands together are the wave's timbre. The last layer scores how near that is to the mean timbre of
each shape, over some examples: the squared distance to a mean m, made linear, 2 m·x - |m|².
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

LENGTH = 1024  # samples, one second
PITCH = 16.0  # waves in a second; each signal is a little higher or lower
BANDS = 8  # the first harmonics
HALF_KERNEL = 80  # samples to each side of a filter's middle

title = "Shapes of waves"

WAVES: dict[str, Callable[[Tensor], Tensor]] = {  # of the phase, 0..1 within a wave
    "sine": lambda phase: torch.sin(2 * math.pi * phase),
    "triangle": lambda phase: 4 * (phase - 0.5).abs() - 1,
    "square": lambda phase: torch.where(phase < 0.5, 1.0, -1.0),
    "sawtooth": lambda phase: 2 * phase - 1,
    "pulses": lambda phase: torch.exp(-((phase - 0.5) ** 2) / 0.002),
    "noise": lambda phase: torch.zeros_like(phase),
}


def signal(shape: str, seed: int) -> Tensor:
    """(1, LENGTH): a wave of this shape with its own pitch, start, loudness and hiss."""
    generator = torch.Generator().manual_seed(seed)
    pitch, start, loudness = torch.rand(3, generator=generator).tolist()
    phase = (torch.linspace(0, PITCH * (0.97 + 0.06 * pitch), LENGTH) + start) % 1
    hiss = torch.randn(LENGTH, generator=generator) * (1.0 if shape == "noise" else 0.05)
    return (0.5 + loudness) * (WAVES[shape](phase) + hiss)[None]


class Signals(Dataset[tuple[Tensor, int]]):
    """Four signals of each shape."""

    classes = tuple(WAVES)
    targets = tuple(place for place in range(len(WAVES)) for _ in range(4))

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        target = self.targets[index]
        return signal(self.classes[target], seed=1000 + index), target


def gabor_filters() -> Tensor:
    """(2 BANDS, 1, K): for each band the cosine, then the sine, under a bell that is as wide for all."""
    seconds = torch.arange(-HALF_KERNEL, HALF_KERNEL + 1.0) / LENGTH
    bell = torch.exp(-((seconds / seconds.max() * 2.2) ** 2) / 2)
    angles = 2 * math.pi * PITCH * torch.arange(1.0, BANDS + 1)[:, None] * seconds
    pairs = torch.stack((torch.cos(angles), torch.sin(angles)), 1) * bell / bell.sum()
    return (pairs - pairs.mean(-1, keepdim=True)).reshape(2 * BANDS, 1, -1)


class Timbre(nn.Module):
    """Signals (N, 1, L) in, one score for each shape of wave out."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.filters = nn.Conv1d(1, 2 * BANDS, 2 * HALF_KERNEL + 1, stride=2, padding=HALF_KERNEL, bias=False)
        self.filters.weight.data = gabor_filters()
        self.pairs = nn.Conv1d(2 * BANDS, BANDS, 1, groups=BANDS, bias=False)  # adds what belongs together
        nn.init.ones_(self.pairs.weight)
        self.smooth = nn.AvgPool1d(32)
        self.classifier = nn.Linear(BANDS, classes)

    def timbre(self, x: Tensor) -> Tensor:
        """(N, BANDS): logarithms of the bands' energies, without the loudness."""
        energies = self.smooth(self.pairs(self.filters(x).square()))
        bands = torch.log(energies + 1e-5).mean(2)
        return bands - bands.mean(1, keepdim=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.timbre(x))


def build_model() -> Timbre:
    """The network, its classifier made from 32 examples of each shape."""
    model = Timbre(len(WAVES)).eval()
    with torch.no_grad():
        examples = [torch.stack([signal(shape, seed) for seed in range(32)]) for shape in WAVES]
        means = torch.stack([model.timbre(batch).mean(0) for batch in examples])
        model.classifier.weight.copy_(2 * means)
        model.classifier.bias.copy_(-(means**2).sum(1))
    return model


images = Signals()
labels = images.classes
