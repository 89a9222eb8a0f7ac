"""A tiny network as a model file, and how the tests open one or see it refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vrcnn.errors import UserError
from vrcnn.network.source import LoadOptions, NetworkSource, load

NETWORK = """
import torch
from torch import nn

class Tiny(nn.Module):
    def __init__(self, channels=3, classes=2):
        super().__init__()
        self.convolution = nn.Conv2d(channels, 4, 3)
        self.classifier = nn.Linear(4, classes)

    def forward(self, x):
        return self.classifier(self.convolution(x).mean((2, 3)))
"""

Write = Callable[..., Path]


def opened(path: Path, **options: Any) -> NetworkSource:
    return load(str(path), LoadOptions(**options))


def refused(path: Path | str, **options: Any) -> str:
    """The sentence that a file or a target is refused with."""
    with pytest.raises(UserError) as caught:
        load(str(path), LoadOptions(**options))
    return str(caught.value)
