"""Inception v4 (Szegedy et al., "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning",
AAAI 2017), the network of the paper's figures 3 to 9.

    vrcnn run examples/inception_v4.py

Every block looks at its input through several branches side by side. Every attribute has the name that it has in timm,
so that weights published for it load with `--weights`. Without weights the network starts from the usual random ones,
always the same.
"""

import torch
from torch import Tensor, nn

title = "Inception v4"
input_size = (3, 299, 299)
mean = std = (0.5, 0.5, 0.5)

Size = int | tuple[int, int]


class Conv(nn.Module):
    """A convolution that keeps the size ("same", the default) or not ("valid"), then normalization and ReLU."""

    def __init__(self, channels_in: int, channels_out: int, size: Size, stride: int = 1, valid: bool = False) -> None:
        super().__init__()
        height, width = (size, size) if isinstance(size, int) else size
        around = 0 if valid or stride > 1 else (height // 2, width // 2)
        self.conv = nn.Conv2d(channels_in, channels_out, (height, width), stride, around, bias=False)
        self.bn = nn.BatchNorm2d(channels_out, eps=0.001)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.bn(self.conv(x)))


class SideBySide(nn.Module):
    """Branches that all read the same; their channels are put together in the order of the branches."""

    def __init__(self, **branches: nn.Module) -> None:
        super().__init__()
        for name, branch in branches.items():
            self.add_module(name, branch)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.children()], 1)


class PooledConv(nn.Sequential):
    """A 1x1 convolution of the mean of each 3x3 neighbourhood."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__(
            nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False), Conv(channels_in, channels_out, 1)
        )


def stem() -> list[nn.Module]:
    """Figure 3: from 299 x 299 x 3 to 35 x 35 x 384."""
    return [
        Conv(3, 32, 3, stride=2),
        Conv(32, 32, 3, valid=True),
        Conv(32, 64, 3),
        SideBySide(maxpool=nn.MaxPool2d(3, stride=2), conv=Conv(64, 96, 3, stride=2)),
        SideBySide(
            branch0=nn.Sequential(Conv(160, 64, 1), Conv(64, 96, 3, valid=True)),
            branch1=nn.Sequential(
                Conv(160, 64, 1), Conv(64, 64, (1, 7)), Conv(64, 64, (7, 1)), Conv(64, 96, 3, valid=True)
            ),
        ),
        SideBySide(conv=Conv(192, 192, 3, stride=2), maxpool=nn.MaxPool2d(3, stride=2)),
    ]


class InceptionA(SideBySide):
    """Figure 4, on the 35 x 35 grid."""

    def __init__(self) -> None:
        super().__init__(
            branch0=Conv(384, 96, 1),
            branch1=nn.Sequential(Conv(384, 64, 1), Conv(64, 96, 3)),
            branch2=nn.Sequential(Conv(384, 64, 1), Conv(64, 96, 3), Conv(96, 96, 3)),
            branch3=PooledConv(384, 96),
        )


class ReductionA(SideBySide):
    """Figure 7 with k, l, m, n of table 1: from 35 x 35 to 17 x 17."""

    def __init__(self) -> None:
        super().__init__(
            branch0=Conv(384, 384, 3, stride=2),
            branch1=nn.Sequential(Conv(384, 192, 1), Conv(192, 224, 3), Conv(224, 256, 3, stride=2)),
            branch2=nn.MaxPool2d(3, stride=2),
        )


class InceptionB(SideBySide):
    """Figure 5, on the 17 x 17 grid."""

    def __init__(self) -> None:
        super().__init__(
            branch0=Conv(1024, 384, 1),
            branch1=nn.Sequential(Conv(1024, 192, 1), Conv(192, 224, (1, 7)), Conv(224, 256, (7, 1))),
            branch2=nn.Sequential(
                Conv(1024, 192, 1),
                Conv(192, 192, (7, 1)),
                Conv(192, 224, (1, 7)),
                Conv(224, 224, (7, 1)),
                Conv(224, 256, (1, 7)),
            ),
            branch3=PooledConv(1024, 128),
        )


class ReductionB(SideBySide):
    """Figure 8: from 17 x 17 to 8 x 8."""

    def __init__(self) -> None:
        super().__init__(
            branch0=nn.Sequential(Conv(1024, 192, 1), Conv(192, 192, 3, stride=2)),
            branch1=nn.Sequential(
                Conv(1024, 256, 1), Conv(256, 256, (1, 7)), Conv(256, 320, (7, 1)), Conv(320, 320, 3, stride=2)
            ),
            branch2=nn.MaxPool2d(3, stride=2),
        )


class InceptionC(nn.Module):
    """Figure 6, on the 8 x 8 grid: two of the branches part once more."""

    def __init__(self) -> None:
        super().__init__()
        self.branch0 = Conv(1536, 256, 1)
        self.branch1_0 = Conv(1536, 384, 1)
        self.branch1_1a = Conv(384, 256, (1, 3))
        self.branch1_1b = Conv(384, 256, (3, 1))
        self.branch2_0 = Conv(1536, 384, 1)
        self.branch2_1 = Conv(384, 448, (3, 1))
        self.branch2_2 = Conv(448, 512, (1, 3))
        self.branch2_3a = Conv(512, 256, (1, 3))
        self.branch2_3b = Conv(512, 256, (3, 1))
        self.branch3 = PooledConv(1536, 256)

    def forward(self, x: Tensor) -> Tensor:
        narrow = self.branch1_0(x)
        wide = self.branch2_2(self.branch2_1(self.branch2_0(x)))
        parts = [
            self.branch0(x),
            self.branch1_1a(narrow),
            self.branch1_1b(narrow),
            self.branch2_3a(wide),
            self.branch2_3b(wide),
            self.branch3(x),
        ]
        return torch.cat(parts, 1)


class InceptionV4(nn.Module):
    """Figure 9: a stem, four blocks A, seven blocks B and three blocks C with reductions between, a classifier."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *stem(),
            *(InceptionA() for _ in range(4)),
            ReductionA(),
            *(InceptionB() for _ in range(7)),
            ReductionB(),
            *(InceptionC() for _ in range(3)),
        )
        self.global_pool = nn.AdaptiveAvgPool2d(1)
        self.head_drop = nn.Dropout(0.2)
        self.last_linear = nn.Linear(1536, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
        nn.init.zeros_(self.last_linear.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.flatten(self.global_pool(self.features(x)), 1)
        return self.last_linear(self.head_drop(x))


def build_model() -> InceptionV4:
    """Inception v4 with random weights, the same every time."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return InceptionV4()
