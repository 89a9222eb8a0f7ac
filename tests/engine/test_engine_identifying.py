"""Which network and picture something was made of: other weights, steps or pictures have other hashes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tiny_networks import Tiny, noise, source

from vrcnn.engine.identifying import identify_network, identify_picture, identify_values
from vrcnn.network.guard import unchanged
from vrcnn.network.identity import NetworkIdentity
from vrcnn.network.pictures import PictureFile
from vrcnn.network.trace import trace


def identity_of(network: torch.nn.Module) -> NetworkIdentity:
    loaded = source(network, noise(1))
    with unchanged(loaded.module):
        full = trace(loaded.module, loaded.arguments, loaded.keywords)
    return identify_network(loaded, full, "model.py")


def test_a_network_is_known_by_its_numbers_and_its_structure() -> None:
    torch.manual_seed(1)
    network = Tiny()
    first, again = identity_of(network), identity_of(network)
    assert first == again
    assert first.target == "model.py"
    assert first.device == "cpu"
    with torch.no_grad():
        next(network.parameters()).view(-1)[0].add_(1.0)
    other = identity_of(network)
    assert other.structure == first.structure
    assert other.weights != first.weights


def test_pictures_are_known_by_their_files_or_by_their_values(tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    Image.new("RGB", (8, 8), (9, 8, 7)).save(path)
    found = identify_picture(PictureFile("cat.png", path))
    assert (found.sha256, found.of) == (hashlib.sha256(path.read_bytes()).hexdigest(), "file")
    first, again, other = (identify_picture(noise(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first.sha256 != other.sha256
    assert first.of == "values"


def test_values_of_another_shape_or_type_are_others() -> None:
    values = np.zeros((2, 3), np.float32)
    hashes = {identify_values("x", each).sha256 for each in (values, values.T, values.astype(np.int32))}
    assert len(hashes) == 3
    assert identify_values("x", torch.zeros(2, 3)) == identify_values("x", values)
