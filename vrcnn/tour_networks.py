"""The networks that a tour is about, loaded by what its file says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vrcnn.errors import UserError
from vrcnn.export.tour_file import read_tour
from vrcnn.network.source import LoadOptions, NetworkSource
from vrcnn.network.together import load_together
from vrcnn.scene.tour import Tour


def load_for(targets: Sequence[str], options: LoadOptions, tour: Path | None) -> list[NetworkSource]:
    """What `load_together` loads; without any target the networks of the tour's file, if it names some.

    Raises UserError.
    """
    if targets or tour is None:
        return load_together(targets, options)
    read = read_tour(tour.expanduser())
    return load_tour(read, options, str(tour)) if read.networks else load_together((), options)


def load_tour(tour: Tour, options: LoadOptions, where: str) -> list[NetworkSource]:
    """Its networks, on one shelf and by the names that it has for them; `where` names its file. Raises UserError."""
    for network in tour.networks:
        for model in (network.model, network.training):
            if model.endswith(".py") and not Path(model).is_file():
                raise UserError(f"The tour {where} is about the network {network.name} of {model}, which is not there.")
    sources = load_together([network.model for network in tour.networks], options)
    return [replace(source, name=network.name) for source, network in zip(sources, tour.networks, strict=True)]
