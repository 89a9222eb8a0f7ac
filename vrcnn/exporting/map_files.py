"""Feature maps as PNG files, a folder for each layer: coloured as on the wall, or as grey of 16 bits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vrcnn.engine.maps import sample_of
from vrcnn.export.grey_picture import save_grey
from vrcnn.export.picture import save_picture
from vrcnn.exporting.chosen import ChosenLayer
from vrcnn.exporting.facts import Facts, layer_facts
from vrcnn.scene.colormaps import NO_NUMBER, pixels_of
from vrcnn.scene.colouring import Colormap, Colouring
from vrcnn.scene.ranges import ends_of
from vrcnn.whole_file import make_folder

FOLDER = "maps"
AT_ONCE = 16  # files between two looks at whether something else comes first

Ends = tuple[float, float]


def colour_ends(maps: Tensor, whole: Tensor, colouring: Colouring, colormap: Colormap) -> list[Ends]:
    """For each of the maps (channels, H, W) the values at the ends of its colours; `whole` are all maps of the layer,
    by which they are found."""
    if colouring.range == "map":
        found = []
        for low, high in _extremes(maps):
            limit = max(abs(low), abs(high))
            found.append((-limit, limit) if colormap.diverging else (low, high))
        return found
    extremes = _extremes(whole)
    both = np.array([[min(low for low, _ in extremes), max(high for _, high in extremes)]], np.float32)
    ((low, high),) = ends_of(sample_of(whole)[None], both, colouring, colormap.diverging)
    return [(float(low), float(high))] * len(maps)


def _extremes(maps: Tensor) -> list[Ends]:
    """The least and the greatest finite value of each map; 0 of one that has none."""
    flat = maps.flatten(1)
    finite = flat.isfinite()
    lows = torch.where(finite, flat, torch.inf).amin(1)
    highs = torch.where(finite, flat, -torch.inf).amax(1)
    known = finite.any(1)
    return list(zip(torch.where(known, lows, 0.0).tolist(), torch.where(known, highs, 0.0).tolist(), strict=True))


class MapFiles:
    """Writes those of one layer after the other."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def work(self, layer: ChosenLayer) -> int:
        """How much it is, in files."""
        return len(layer.channels)

    def take(self, layer: ChosenLayer, tensor: Tensor) -> Iterator[int]:
        """Writes the layer's maps, and yields how many were written since. Raises UserError."""
        facts, wishes = self._facts, self._facts.wishes
        folder = make_folder(facts.folder / FOLDER / layer.word)
        maps = layer.maps(tensor)
        whole = maps if len(maps) == layer.count else layer_maps(layer, tensor)
        ends = self._grey_ends(maps) if wishes.grey else colour_ends(maps, whole, wishes.colouring, facts.colormap)
        told: dict[str, dict[str, Any]] = {}
        for number, channel in enumerate(layer.channels):
            values = maps[number].numpy()
            path = folder / f"{layer.channel_word(channel)}.png"
            if wishes.grey:
                save_grey(values, ends[number], path)
            else:
                save_picture(pixels_of(values, ends[number], facts.colormap, wishes.colouring.gamma), path)
            told[path.name] = {"channel": channel, "name": layer.channel_name(channel), "ends": ends[number]}
            if strange := int(np.count_nonzero(~np.isfinite(values))):
                told[path.name]["nonfinite"] = strange
            if (number + 1) % AT_ONCE == 0:
                yield AT_ONCE
        self._tell(layer, told)
        yield len(layer.channels) % AT_ONCE

    def finish(self) -> None:
        """Every layer has its sidecar already."""

    def _grey_ends(self, maps: Tensor) -> list[Ends]:
        extremes = _extremes(maps)
        return [(min(low for low, _ in extremes), max(high for _, high in extremes))] * len(maps)

    def _tell(self, layer: ChosenLayer, told: dict[str, dict[str, Any]]) -> None:
        facts, wishes = self._facts, self._facts.wishes
        contents = {**layer_facts(layer), "maps": told}
        settings: dict[str, Any]
        if wishes.grey:
            settings = {"grey": "value = low + pixel / 65535 * (high - low), of the ends [low, high]; NaN is 0"}
        else:
            colour = {"colormap": facts.colormap.name, "source": facts.colormap.source}
            settings = {"colouring": {**asdict(wishes.colouring), **colour}, "not finite": list(NO_NUMBER)}
        if "D" in layer.reading.axes:
            settings["slice"] = layer.slice
        path = facts.folder / FOLDER / layer.word
        facts.tell(path, f"the feature maps of {layer.node.title}, a PNG for each channel", settings, contents, told)


def layer_maps(layer: ChosenLayer, tensor: Tensor) -> Tensor:
    """(count, height, width) float32: all maps of the layer, whichever of them are wanted."""
    return replace(layer, channels=tuple(range(layer.count))).maps(tensor)
