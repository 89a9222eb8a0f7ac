"""Small networks with pictures, for the tests of feature visualization; they take milliseconds a step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from PIL import Image
from torch import nn

from vrcnn.featurevis.results import Place
from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.pictures import PictureFile
from vrcnn.network.preprocess import standard
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace

SIZE = (3, 32, 40)


def photo(number: int, height: int = 50, width: int = 70) -> Image.Image:
    """Blots of colour that are another for each number."""
    coarse = np.random.default_rng(number).integers(0, 256, (6, 8, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def photos(count: int) -> tuple[PictureFile, ...]:
    return tuple(PictureFile(f"photo {number}", None, lambda n=number: photo(n)) for number in range(count))


def source_of(
    module: nn.Module, pictures: Sequence[PictureFile] = (), size: tuple[int, ...] = SIZE
) -> tuple[NetworkSource, Graph]:
    """The network on pictures that are scaled and normalized as usual, and its full graph."""
    source = NetworkSource(
        name="small",
        module=module.eval(),
        arguments=(torch.zeros(1, *size),),
        keywords={},
        pictures=tuple(pictures),
        labels=None,
        preprocess=standard(size),  # type: ignore[arg-type]
        input_size=size,
        notes=(),
        path=None,
        slot=(0,),
    )
    with unchanged(module):
        return source, trace(module, source.arguments, source.keywords)


def place_of(full: Graph, name: str) -> Place:
    return next(Place(node.name, node.index) for node in full.nodes if node.name == name)


def seeded(module: nn.Module, seed: int = 0) -> nn.Module:
    """The module with weights that are the same in every run."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            fan = max(1, parameter[0].numel()) if parameter.ndim > 1 else 100
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * (2 / fan) ** 0.5)
    return module


def layers() -> nn.Sequential:
    """Three convolutions with strides, and classes."""
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(6, 8, 3, stride=2, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(8, 5, 3, stride=2, padding=1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(5, 4),
    )
