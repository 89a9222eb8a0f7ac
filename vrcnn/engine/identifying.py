"""Finds which network and picture something is made of, for what is written down beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vrcnn.featurevis.colours import InputColours
from vrcnn.network.arrays import TENSOR
from vrcnn.network.fingerprint import Fingerprint
from vrcnn.network.graph import Graph
from vrcnn.network.identity import NetworkIdentity, PictureIdentity
from vrcnn.network.pictures import PictureFile
from vrcnn.network.preprocess import Standard
from vrcnn.network.recorder import never
from vrcnn.network.recording import Recording
from vrcnn.network.snapshot import numbers_in
from vrcnn.network.source import NetworkSource


def identify_network(
    source: NetworkSource, full: Graph, target: str = "", cancelled: Callable[[], bool] = never
) -> NetworkIdentity:
    """The network as it is now; `full` is its full graph, `target` what it was opened as. Takes 0.1 s for 100 MB.

    Raises Cancelled soon after `cancelled()` turns true.
    """
    if source.recording is not None:
        return _identify_recording(source.recording, target)
    words = "" if source.slot is None else InputColours(source).words  # of the picture that it reads, if it does
    key = Fingerprint(source, full, words).key(cancelled)
    return NetworkIdentity(source.name, target, key.structure, key.weights, _preprocess(source), str(_device(source)))


def _identify_recording(recording: Recording, target: str) -> NetworkIdentity:
    """By its graphs, and what recorded it; of the weights nothing is known."""
    structure = hashlib.sha256("".join(map(repr, recording.ways)).encode()).hexdigest()
    return NetworkIdentity(recording.name, target, structure, "", {"kind": "recorded passes", **recording.versions})


def identify_picture(picture: PictureFile) -> PictureIdentity:
    """By the bytes of its file, or by its values where it is none. Raises PictureError where it cannot be opened."""
    if picture.read is None and picture.path is not None:
        try:
            return PictureIdentity(picture.name, hashlib.sha256(picture.path.read_bytes()).hexdigest())
        except OSError:
            picture.open()  # says what is wrong with it
            raise
    image = picture.open()
    values = image.info.get(TENSOR)
    return identify_values(picture.name, values if values is not None else np.array(image))


def identify_values(name: str, values: Tensor | np.ndarray) -> PictureIdentity:
    """By numbers, their shape and their type."""
    tensor = values if isinstance(values, Tensor) else torch.from_numpy(values)
    found = hashlib.sha256(f"{tuple(tensor.shape)} {tensor.dtype} ".encode())
    found.update(numbers_in(tensor))
    return PictureIdentity(name, found.hexdigest(), "values")


def _preprocess(source: NetworkSource) -> Mapping[str, Any]:
    if isinstance(source.preprocess, Standard):
        return {"kind": "resize, crop, normalize", **asdict(source.preprocess)}
    if source.path is None:
        return {"kind": "its own"}
    return {
        "kind": "its own",
        "file": source.path.name,
        "sha256": hashlib.sha256(source.path.read_bytes()).hexdigest() if source.path.is_file() else "",
    }


def _device(source: NetworkSource) -> torch.device:
    tensors = (*source.module.parameters(), *source.module.buffers())
    return next((tensor.device for tensor in tensors), torch.device("cpu"))
