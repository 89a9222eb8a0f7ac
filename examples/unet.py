"""U-Net (Ronneberger et al., MICCAI 2015) whose way down is a ResNet of basic blocks: a class for every pixel.

    vrcnn run examples/unet.py

The way down halves the size five times; the way up doubles it again and reads, at every size, what the way down had
made there. `depth` is that of the ResNet (18 or 34). Without weights the network starts from the usual random ones,
always the same.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

title = "U-Net"
input_size = (3, 256, 256)
labels = ["background", "first class", "second class"]

DEPTHS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}


class ConvBlock(nn.Sequential):
    """Convolution, normalization, activation."""

    def __init__(self, channels_in: int, channels_out: int, size: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels_out, size, stride, padding=size // 2, bias=False)
        self.norm = nn.BatchNorm2d(channels_out)
        self.relu = nn.ReLU(inplace=True)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut around them."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(channels_out)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels_out)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out)
            )

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.norm1(self.conv1(x)))
        return functional.relu(self.norm2(self.conv2(y)) + self.shortcut(x))


class UpBlock(nn.Module):
    """Doubles the size, joins what the way down had made at that size, and mixes both with two convolutions."""

    def __init__(self, channels_in: int, channels_skip: int, channels_out: int) -> None:
        super().__init__()
        self.conv1 = ConvBlock(channels_in + channels_skip, channels_out)
        self.conv2 = ConvBlock(channels_out, channels_out)

    def forward(self, x: Tensor, skip: Tensor | None) -> Tensor:
        size = [2 * length for length in x.shape[2:]] if skip is None else skip.shape[2:]
        x = functional.interpolate(x, size=size, mode="nearest")
        if skip is not None:
            x = torch.cat([x, skip], 1)
        return self.conv2(self.conv1(x))


class UNet(nn.Module):
    """Scores of every class for every pixel: (N, 3, H, W) to (N, classes, H, W); H and W are multiples of 32."""

    def __init__(self, blocks: tuple[int, ...], classes: int) -> None:
        super().__init__()
        self.stem = ConvBlock(3, 64, size=7, stride=2)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.down1 = self.stage(64, 64, blocks[0], stride=1)
        self.down2 = self.stage(64, 128, blocks[1], stride=2)
        self.down3 = self.stage(128, 256, blocks[2], stride=2)
        self.down4 = self.stage(256, 512, blocks[3], stride=2)
        self.up4 = UpBlock(512, 256, 256)
        self.up3 = UpBlock(256, 128, 128)
        self.up2 = UpBlock(128, 64, 64)
        self.up1 = UpBlock(64, 64, 32)
        self.up0 = UpBlock(32, 0, 16)
        self.head = nn.Conv2d(16, classes, 3, padding=1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    @staticmethod
    def stage(channels_in: int, channels_out: int, count: int, stride: int) -> nn.Sequential:
        """`count` residual blocks; the first one may change size and channels."""
        first = ResidualBlock(channels_in, channels_out, stride)
        return nn.Sequential(first, *(ResidualBlock(channels_out, channels_out, 1) for _ in range(count - 1)))

    def forward(self, x: Tensor) -> Tensor:
        half = self.stem(x)
        quarter = self.down1(self.pool(half))
        eighth = self.down2(quarter)
        sixteenth = self.down3(eighth)
        y = self.up4(self.down4(sixteenth), sixteenth)
        y = self.up3(y, eighth)
        y = self.up2(y, quarter)
        y = self.up1(y, half)
        return self.head(self.up0(y, None))


def build_model(depth: int = 34) -> UNet:
    """U-Net on a ResNet with `depth` layers: 18 or 34. Random weights, the same every time."""
    if depth not in DEPTHS:
        raise ValueError(f"There is no U-Net with {depth} layers: choose one of {', '.join(map(str, DEPTHS))}.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return UNet(DEPTHS[depth], classes=len(labels))
