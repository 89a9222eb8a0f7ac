"""DenseNet (Huang et al., "Densely Connected Convolutional Networks", CVPR 2017) with 121 to 201 layers.

    vrcnn run examples/densenet.py

Every layer of a block reads what all layers before it made. Every attribute has the name that it has in torchvision,
so that weights published for it load with `--weights` (older files spell "norm.1" for "norm1"). Without weights the
network starts from the usual random ones, always the same.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional

title = "DenseNet-121"
input_size = (3, 224, 224)

DEPTHS = {  # growth rate, layers of the four blocks, channels of the stem
    121: (32, (6, 12, 24, 16), 64),
    161: (48, (6, 12, 36, 24), 96),
    169: (32, (6, 12, 32, 32), 64),
    201: (32, (6, 12, 48, 32), 64),
}


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
    """Halves the channels and the size between two blocks."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels_in)
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(channels_in, channels_out, 1, bias=False)
        self.pool = nn.AvgPool2d(2)


class DenseNet(nn.Module):
    """A stem, four dense blocks with transitions between them, and a linear classifier."""

    def __init__(self, growth: int, layers: tuple[int, ...], stem: int, classes: int = 1000) -> None:
        super().__init__()
        features: OrderedDict[str, nn.Module] = OrderedDict(
            conv0=nn.Conv2d(3, stem, 7, stride=2, padding=3, bias=False),
            norm0=nn.BatchNorm2d(stem),
            relu0=nn.ReLU(inplace=True),
            pool0=nn.MaxPool2d(3, stride=2, padding=1),
        )
        channels = stem
        for number, count in enumerate(layers, start=1):
            features[f"denseblock{number}"] = DenseBlock(count, channels, growth)
            channels += count * growth
            if number < len(layers):
                features[f"transition{number}"] = Transition(channels, channels // 2)
                channels //= 2
        features["norm5"] = nn.BatchNorm2d(channels)
        self.features = nn.Sequential(features)
        self.classifier = nn.Linear(channels, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.features(x), inplace=True)
        x = functional.adaptive_avg_pool2d(x, 1)
        return self.classifier(torch.flatten(x, 1))


def densenet201() -> DenseNet:
    """The largest one: `vrcnn run examples/densenet.py --model densenet201`."""
    return build_model(201)


def build_model(depth: int = 121) -> DenseNet:
    """DenseNet with `depth` layers: 121, 161, 169 or 201. Random weights, the same every time."""
    if depth not in DEPTHS:
        raise ValueError(f"There is no DenseNet with {depth} layers: choose one of {', '.join(map(str, DEPTHS))}.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return DenseNet(*DEPTHS[depth])
