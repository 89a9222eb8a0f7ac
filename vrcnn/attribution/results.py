"""Which attributions there are, and what comes of one: plain data, numpy at most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

FEW = 0.99  # of a map's values lie within the ends of its colours


@dataclass(frozen=True)
class Method:
    """A way to attribute a class's score to the picture.

    Attributes:
        name: as on the command line; `title` as on panels.
        signed: whether its map has two signs, for and against the class.
        means: what it shows, in a sentence.
        source: where it is from.
    """

    name: str
    title: str
    signed: bool
    means: str
    source: str


METHODS = (
    Method(
        "gradient",
        "Gradient",
        False,
        "How much the score would change if a pixel changed a little: the largest of its channels.",
        "Simonyan, Vedaldi, Zisserman 2013",
    ),
    Method(
        "integrated-gradients",
        "Integrated gradients",
        True,
        "What each pixel adds to the score or takes from it, on the way from grey to the picture; it sums up.",
        "Sundararajan, Taly, Yan 2017",
    ),
    Method(
        "grad-cam",
        "Grad-CAM",
        False,
        "Where a layer's maps speak for the class, each weighted by its mean gradient.",
        "Selvaraju et al. 2017",
    ),
    Method(
        "occlusion",
        "Occlusion",
        True,
        "How much the score falls when a window over the pixel is made grey.",
        "Zeiler, Fergus 2013",
    ),
)


def method_of(name: str) -> Method:
    """The method of this name, one of METHODS."""
    return next(method for method in METHODS if method.name == name)


@dataclass(frozen=True)
class Wish:
    """What is wanted: a method by name, a class by index (None: the best guess), and settings of the method.

    Attributes:
        layer: the name of Grad-CAM's layer; "" for the last one whose maps are larger than 1x1.
        steps: of integrated gradients.
        window: the side of what occlusion covers, in pixels of the network's input; None for a seventh of the input's.
    """

    method: str = "gradient"
    index: int | None = None
    layer: str = ""
    steps: int = 128
    window: int | None = None


@dataclass(frozen=True)
class Attribution:
    """What the score of a class owes to a picture.

    Attributes:
        wish: what was asked for; `index` the class, `name` its name, and `score` what the network gives it, before any
            softmax of ours.
        layer: the name of Grad-CAM's layer, "" for the others.
        map: (H, W) float32, for each pixel of the network's input (of a volume's chosen slice): what is shown.
        values: float32, as Captum returns them: (C, H, W) of the input, or (1, h, w) of the layer.
        picture: the number of the picture; None for the example's.
        settings: the numbers that it was made with, by name.
    """

    wish: Wish
    index: int
    name: str
    score: float
    layer: str
    map: np.ndarray
    values: np.ndarray
    picture: int | None = None
    settings: Mapping[str, float | int | str] = field(default_factory=dict)

    @property
    def method(self) -> Method:
        """How it was found."""
        return method_of(self.wish.method)

    @cached_property
    def limit(self) -> float:
        """What the end of its colours stands for: the absolute value that few of the map's exceed."""
        sizes = np.abs(self.map[np.isfinite(self.map)])
        if not sizes.size:
            return 0.0
        return float(np.quantile(sizes, FEW)) or float(sizes.max())

    @property
    def words(self) -> str:
        """ "Grad-CAM of tabby, layer4"."""
        return f"{self.method.title} of {self.name}" + (f", {self.layer}" if self.layer else "")
