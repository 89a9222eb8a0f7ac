"""Networks with their untrained twins beside them: the same layers with new weights, to compare with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from vrcnn.errors import UserError
from vrcnn.network.example import ExampleInput
from vrcnn.network.network_source import NetworkSource
from vrcnn.network.pictures import PictureError
from vrcnn.susceptibility.subject import Subject
from vrcnn.susceptibility.twin import untrained_twin

CALIBRATED = 32  # pictures of the shelf by which a twin's batch normalizations have their statistics


def with_twins(sources: Sequence[NetworkSource]) -> list[NetworkSource]:
    """Each network, and its twin right after it. Raises UserError where one has none."""
    return [each for source in sources for each in (source, twin_of(source))]


def twin_of(source: NetworkSource) -> NetworkSource:
    """The untrained twin, "NAME (untrained)", with the network's own pictures and classes. Raises UserError."""
    source.require_network()
    subject = Subject(source.name, source.module, ExampleInput(source.arguments, source.keywords, source.slot))
    twin = untrained_twin(subject, _pictures(source))
    if twin.subject is None:
        raise UserError(f"{source.name}: {' '.join(twin.notes)}")
    return replace(source, name=f"{source.name} (untrained)", module=twin.subject.module, notes=twin.notes)


def _pictures(source: NetworkSource) -> torch.Tensor:
    """(N, C, ...): what the network reads of those pictures of the shelf that are alike; the example's without any."""
    example = source.picture_tensor(source.arguments, source.keywords)
    if example is None:
        raise UserError(f"{source.name} reads no picture, so that its untrained twin could not be calibrated.")
    found: list[torch.Tensor] = []
    for picture in source.pictures[:CALIBRATED]:
        try:
            tensor = source.picture_tensor(*source.inputs_of(picture.open()))
        except PictureError:
            continue
        if tensor is not None and (not found or tensor.shape == found[0].shape):
            found.append(tensor)
    return torch.cat(found) if found else example
