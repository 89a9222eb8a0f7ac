"""ResNet (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016) with 18 to 152 layers.

    vrcnn run examples/resnet.py

The stride of a bottleneck sits in its 3x3 convolution ("v1.5"), and every attribute has the name that it has in
torchvision, so that weights published for it load with `--weights`. Without weights the network starts from the
usual random ones, always the same.
"""

import torch
from torch import Tensor, nn

title = "ResNet-50"
input_size = (3, 224, 224)


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


DEPTHS: dict[int, tuple[type[BasicBlock] | type[Bottleneck], tuple[int, int, int, int]]] = {
    18: (BasicBlock, (2, 2, 2, 2)),
    34: (BasicBlock, (3, 4, 6, 3)),
    50: (Bottleneck, (3, 4, 6, 3)),
    101: (Bottleneck, (3, 4, 23, 3)),
    152: (Bottleneck, (3, 8, 36, 3)),
}


class ResNet(nn.Module):
    """A stem, four stages that halve the size and double the channels, and a linear classifier."""

    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        blocks: tuple[int, int, int, int],
        classes: int = 1000,
    ) -> None:
        super().__init__()
        self.channels = 64
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = self.stage(block, 64, blocks[0], stride=1)
        self.layer2 = self.stage(block, 128, blocks[1], stride=2)
        self.layer3 = self.stage(block, 256, blocks[2], stride=2)
        self.layer4 = self.stage(block, 512, blocks[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512 * block.expansion, classes)
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


def build_model(depth: int = 50) -> ResNet:
    """ResNet with `depth` layers: 18, 34, 50, 101 or 152. Random weights, the same every time."""
    if depth not in DEPTHS:
        raise ValueError(f"There is no ResNet with {depth} layers: choose one of {', '.join(map(str, DEPTHS))}.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return ResNet(*DEPTHS[depth])
