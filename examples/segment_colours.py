"""Segmentation without training: every pixel gets the name of the colour that it is nearest to.

    vrcnn run examples/segment_colours.py

All weights are written by hand. A Gaussian smooths the picture, a 1x1 convolution turns red, green and blue into
lightness and two opponent colours, and another scores how near each pixel is to a palette. The nearness to a colour c
is the squared distance, made linear: -|x - c|² = 2 c·x - |c|² - |x|², and |x|² is the same for every c. In the end
neighbours vote, so that single pixels do not stand out.
"""

from collections import OrderedDict

import torch
from torch import Tensor, nn

from vrcnn.resources import resource

COLOURS = {
    "black": (16, 16, 18),
    "grey": (118, 118, 118),
    "white": (238, 236, 232),
    "sky blue": (168, 205, 240),
    "night blue": (44, 62, 112),
    "leaf green": (74, 100, 48),
    "teal": (20, 82, 84),
    "brick red": (168, 38, 28),
    "orange": (238, 122, 62),
    "skin": (222, 176, 146),
    "wood brown": (134, 80, 40),
}

# Rows: lightness, red against green, yellow against blue. Lightness counts less, so that shadows change less.
OPPONENTS = ((0.18, 0.36, 0.06), (1.0, -1.0, 0.0), (0.5, 0.5, -1.0))

title = "Colours by name"
labels = list(COLOURS)
colours = list(COLOURS.values())  # so that the class map shows each class in its own
task = "segmentation"

# The values of a picture are from 0 to 1, as they are.
input_size = (3, 256, 384)
mean = 0
std = 1


def gaussian(channels: int, sigma: float) -> nn.Conv2d:
    """Smooths each channel alone."""
    radius = round(2.5 * sigma)
    places = torch.arange(-radius, radius + 1.0)
    bell = torch.exp(-(places**2) / (2 * sigma**2))
    smooth = nn.Conv2d(
        channels, channels, 2 * radius + 1, padding=radius, padding_mode="replicate", groups=channels, bias=False
    )
    smooth.weight.data = (torch.outer(bell, bell) / bell.sum() ** 2).expand_as(smooth.weight).clone()
    return smooth


def opponent_colours() -> nn.Conv2d:
    """Red, green, blue to lightness, red-green, yellow-blue."""
    convert = nn.Conv2d(3, 3, 1, bias=False)
    convert.weight.data = torch.tensor(OPPONENTS)[:, :, None, None]
    return convert


def nearness(colours: Tensor, sharpness: float) -> nn.Conv2d:
    """Scores (K) of how near a pixel is to each of `colours` (K, C)."""
    score = nn.Conv2d(colours.shape[1], len(colours), 1)
    score.weight.data = sharpness * 2 * colours[:, :, None, None]
    score.bias.data = -sharpness * (colours**2).sum(1)  # type: ignore[union-attr]
    return score


class ColourNames(nn.Sequential):
    """Pictures (N, 3, H, W) from 0 to 1; out come scores (N, colours, H, W), or their probabilities after `softmax`."""

    def __init__(self, colours: Tensor) -> None:
        opponents = colours @ torch.tensor(OPPONENTS).T
        super().__init__(
            OrderedDict(
                smooth=gaussian(3, sigma=1.2),
                opponents=opponent_colours(),
                nearness=nearness(opponents, sharpness=60.0),
                softmax=nn.Softmax(dim=1),
                vote=gaussian(len(colours), sigma=2.0),
            )
        )


model = ColourNames(torch.tensor(list(COLOURS.values())) / 255).eval()

PICTURES = ["palace", "astronaut", "coffee", "flower", "motorcycle", "rocket", "cat", "retina", "tissue", "cameraman"]
images = [resource("assets", "pictures", f"{name}.jpg") for name in PICTURES]
