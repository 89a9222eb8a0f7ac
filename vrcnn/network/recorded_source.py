"""A recording as something that can be shown: its passes stand on the shelf, and there is no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor, nn

from vrcnn.network.arrays import PictureError
from vrcnn.network.network_source import NetworkSource
from vrcnn.network.pictures import PictureFile
from vrcnn.network.recording import RecordedPass, Recording, no_network


def recorded_source(recording: Recording) -> NetworkSource:
    """What stands in for the network of a recording; its module raises UserError when it is called."""
    pictures = tuple(PictureFile(each.name, None, _reader(each)) for each in recording.passes)
    return NetworkSource(
        name=recording.name,
        module=_NoNetwork(recording.name),
        arguments=(),
        keywords={},
        pictures=pictures,
        labels=recording.labels,
        preprocess=_not_preprocessed,
        input_size=(0, 0, 0),
        notes=recording.notes,
        path=None,
        picture_set=pictures,
        recording=recording,
    )


class _NoNetwork(nn.Module):
    """Stands where a network would."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name_of_recording = name

    def forward(self, *_: Any, **__: Any) -> Any:
        raise no_network(self._name_of_recording)


def _not_preprocessed(_: Image.Image) -> Tensor:
    raise PictureError("cannot be run: a recording has no network")


def _reader(each: RecordedPass) -> Callable[[], Image.Image]:
    return lambda: Image.fromarray(np.ascontiguousarray(each.pictures["input"][..., :3]))
