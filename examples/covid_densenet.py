"""CovidDenseNet (Alshazly et al., "COVID-Nets", PeerJ Computer Science 7, 2021, e655), in both of its definitions.

    vrcnn run examples/covid_densenet.py                      as shipped with DeepVisionVR
    vrcnn run examples/covid_densenet.py --model published    as published
    vrcnn run examples/covid_densenet.py --model small --input-size 32x32    as `vrcnn study train` trains it

Two networks bear this name. Both are a DenseNet-121 with fewer layers, [6, 10, 2, 1] for [6, 12, 24, 16], so that
their blocks make 256, 448, 320 and 544 channels where those of DenseNet-121 make 256, 512, 1024 and 1024. The one in
the paper widens each to that number with a 1x1 convolution without bias, an adapter, so that whatever follows has
DenseNet-121's shapes and can start from its ImageNet weights. The one that comes with DeepVisionVR goes without, and
is what opens here without --model. Both were made for CT slices of 180x250 pixels, whose grey is repeated in three
channels. Every attribute has the name that it has in torchvision. Without weights the network starts from the usual
random ones, always the same.
"""

from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

title = "CovidDenseNet"
input_size = (3, 180, 250)

LAYERS = (6, 10, 2, 1)


class DenseLayer(nn.Module):
    """Adds `growth` channels, made from everything that its block has made so far."""

    def __init__(self, channels_in: int, growth: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(channels_in)
        self.relu1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(channels_in, 4 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth)
        self.relu2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, features: list[Tensor]) -> Tensor:
        x = torch.cat(features, 1)
        x = self.conv1(self.relu1(self.norm1(x)))
        return self.conv2(self.relu2(self.norm2(x)))


class DenseBlock(nn.ModuleDict):
    """Layers that all read the block's input and every layer before them."""

    def __init__(self, layers: int, channels_in: int, growth: int) -> None:
        super().__init__()
        for number in range(layers):
            self[f"denselayer{number + 1}"] = DenseLayer(channels_in + number * growth, growth)

    def forward(self, x: Tensor) -> Tensor:
        features = [x]
        for layer in self.values():
            features.append(layer(features))
        return torch.cat(features, 1)


class Transition(nn.Sequential):
    """Changes the channels and halves the size between two blocks."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels_in)
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(channels_in, channels_out, 1, bias=False)
        self.pool = nn.AvgPool2d(2)


class CovidDenseNet(nn.Module):
    """A stem, four dense blocks with transitions between them, and a linear classifier.

    `adapters` says whether a 1x1 convolution widens what a shortened block makes to what the same block of
    DenseNet-121 makes; `pool` whether a max-pool follows the stem.
    """

    def __init__(
        self, classes: int, channels: int = 3, growth: int = 32, adapters: bool = False, pool: bool = True
    ) -> None:
        super().__init__()
        width = 2 * growth
        features: OrderedDict[str, nn.Module] = OrderedDict(
            conv0=nn.Conv2d(channels, width, 7, stride=2, padding=3, bias=False),
            norm0=nn.BatchNorm2d(width),
            relu0=nn.ReLU(inplace=True),
        )
        if pool:
            features["pool0"] = nn.MaxPool2d(3, stride=2, padding=1)
        full = (8 * growth, 16 * growth, 32 * growth, 32 * growth)
        for number, count in enumerate(LAYERS, start=1):
            features[f"denseblock{number}"] = DenseBlock(count, width, growth)
            width += count * growth
            if adapters and width != full[number - 1]:
                features[f"adapter{number}"] = nn.Conv2d(width, full[number - 1], 1, bias=False)
                width = full[number - 1]
            if number < len(LAYERS):
                features[f"transition{number}"] = Transition(width, full[number - 1] // 2)
                width = full[number - 1] // 2
        features["norm5"] = nn.BatchNorm2d(width)
        self.features = nn.Sequential(features)
        self.classifier = nn.Linear(width, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.features(x), inplace=True)
        x = functional.adaptive_avg_pool2d(x, 1)
        return self.classifier(torch.flatten(x, 1))


def always_the_same(make: Callable[[], CovidDenseNet], seed: int = 0) -> CovidDenseNet:
    """What `make` makes, with the same random weights every time; the random state stays as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def shipped(classes: int = 2) -> CovidDenseNet:
    """As shipped with DeepVisionVR: without adapters; 1,633,538 parameters for 2 classes."""
    return always_the_same(lambda: CovidDenseNet(classes))


def published(classes: int = 2) -> CovidDenseNet:
    """As published: with adapters; 3,127,938 parameters for 2 classes."""
    return always_the_same(lambda: CovidDenseNet(classes, adapters=True))


def small(classes: int = 10, channels: int = 3, seed: int = 0) -> CovidDenseNet:
    """The shipped one for pictures of 32 px: growth 16 for 32, a stem of 32 channels for 64, no max-pool.

    So all widths are half of the shipped one's, and the four blocks see maps of 16, 8, 4 and 2 px. It has 417,546
    parameters for 10 classes. `seed` is that of its first weights.
    """
    return always_the_same(lambda: CovidDenseNet(classes, channels, growth=16, pool=False), seed)


def build_model(classes: int = 2) -> CovidDenseNet:
    """What opens without --model: the one that DeepVisionVR shipped."""
    return shipped(classes)
