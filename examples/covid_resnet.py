"""CovidResNet (Alshazly et al., "COVID-Nets", PeerJ Computer Science 7, 2021, e655), in both of its definitions.

    vrcnn run examples/covid_resnet.py                      as shipped with DeepVisionVR
    vrcnn run examples/covid_resnet.py --model published    as published
    vrcnn run examples/covid_resnet.py --model small --input-size 32x32    as `vrcnn study train` trains it

Two networks bear this name. The one in the paper is a ResNet-50 with fewer bottlenecks, [3, 3, 2, 1] for [3, 4, 6, 3],
so that all that is left of it can start from ImageNet weights. The one that comes with DeepVisionVR is a ResNet-18
with fewer basic blocks, [2, 1, 1, 1] for [2, 2, 2, 2], and is what opens here without --model. Both were made for CT
slices of 180x250 pixels, whose grey is repeated in three channels. Every attribute has the name that it has in
torchvision. Without weights the network starts from the usual random ones, always the same.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn

title = "CovidResNet"
input_size = (3, 180, 250)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut around them."""

    expansion = 1

    def __init__(self, channels_in: int, width: int, stride: int, downsample: nn.Module | None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, width, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        y += shortcut
        return self.relu(y)


class Bottleneck(nn.Module):
    """Narrow (1x1), look around (3x3), widen again (1x1), and a shortcut around all three."""

    expansion = 4

    def __init__(self, channels_in: int, width: int, stride: int, downsample: nn.Module | None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, width * self.expansion, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(width * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        y = self.bn3(self.conv3(y))
        y += shortcut
        return self.relu(y)


class CovidResNet(nn.Module):
    """A stem, four stages that halve the size and double the channels, and a linear classifier.

    `width` is the number of channels of the stem; `pool` says whether a max-pool follows it.
    """

    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        blocks: tuple[int, int, int, int],
        classes: int,
        channels: int = 3,
        width: int = 64,
        pool: bool = True,
    ) -> None:
        super().__init__()
        self.channels = width
        self.conv1 = nn.Conv2d(channels, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1) if pool else nn.Identity()
        self.layer1 = self.stage(block, width, blocks[0], stride=1)
        self.layer2 = self.stage(block, 2 * width, blocks[1], stride=2)
        self.layer3 = self.stage(block, 4 * width, blocks[2], stride=2)
        self.layer4 = self.stage(block, 8 * width, blocks[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8 * width * block.expansion, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def stage(self, block: type[BasicBlock] | type[Bottleneck], width: int, count: int, stride: int) -> nn.Sequential:
        """`count` blocks; the first one may change size and channels, and then its shortcut does so too."""
        channels_out = width * block.expansion
        downsample = None
        if stride != 1 or self.channels != channels_out:
            downsample = nn.Sequential(
                nn.Conv2d(self.channels, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out)
            )
        stage = [block(self.channels, width, stride, downsample)]
        stage += [block(channels_out, width, 1, None) for _ in range(count - 1)]
        self.channels = channels_out
        return nn.Sequential(*stage)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def always_the_same(make: Callable[[], CovidResNet], seed: int = 0) -> CovidResNet:
    """What `make` makes, with the same random weights every time; the random state stays as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


def shipped(classes: int = 2) -> CovidResNet:
    """As shipped with DeepVisionVR: basic blocks [2, 1, 1, 1]; 4,980,802 parameters for 2 classes."""
    return always_the_same(lambda: CovidResNet(BasicBlock, (2, 1, 1, 1), classes))


def published(classes: int = 2) -> CovidResNet:
    """As published: bottlenecks [3, 3, 2, 1]; 9,838,146 parameters for 2 classes."""
    return always_the_same(lambda: CovidResNet(Bottleneck, (3, 3, 2, 1), classes))


def small(classes: int = 10, channels: int = 3, seed: int = 0) -> CovidResNet:
    """The shipped one for pictures of 32 px: half as wide, and no max-pool.

    It has 1,251,370 parameters for 10 classes. `seed` is that of its first weights.
    """
    return always_the_same(lambda: CovidResNet(BasicBlock, (2, 1, 1, 1), classes, channels, width=32, pool=False), seed)


def build_model(classes: int = 2) -> CovidResNet:
    """What opens without --model: the one that DeepVisionVR shipped."""
    return shipped(classes)
