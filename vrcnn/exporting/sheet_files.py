"""Contact sheets of feature maps, one for each layer: every channel with its name and its mean, and a scale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from torch import Tensor
from torch.nn.functional import avg_pool2d

from vrcnn.export.contact_sheet import SIDE, Row, Scale, Sheet, Tile, draw_sheet
from vrcnn.export.graph_words import told_operations, told_shape
from vrcnn.export.picture import save_picture
from vrcnn.exporting.chosen import ChosenLayer
from vrcnn.exporting.facts import Facts, layer_facts
from vrcnn.exporting.map_files import Ends, colour_ends, layer_maps
from vrcnn.scene.colormaps import pixels_of
from vrcnn.scene.reading import figure
from vrcnn.scene.sheet import zero_along
from vrcnn.whole_file import make_folder

FOLDER = "sheets"
STEPS = 240  # colours of a scale
NEAR = 0.16  # of a scale's length, within which two of its numbers would touch
RANGES = {
    "layer": "colours by the layer's values, 99.5 % of them",
    "map": "colours by each map's own extremes",
    "percentile": "colours by the layer's values, {percentile:g} % of them",
    "fixed": "colours up to {fixed:g} in every layer",
}


class SheetFiles:
    """Draws that of one layer after the other."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def work(self, layer: ChosenLayer) -> int:
        """How much it is, in files of single maps."""
        return 2 * len(layer.channels)

    def take(self, layer: ChosenLayer, tensor: Tensor) -> Iterator[int]:
        """Writes the layer's pages. Raises UserError."""
        facts, wishes = self._facts, self._facts.wishes
        path = make_folder(facts.folder / FOLDER) / f"{layer.word}.png"
        maps = layer.maps(tensor)
        whole = maps if len(maps) == layer.count else layer_maps(layer, tensor)
        ends = colour_ends(maps, whole, wishes.colouring, facts.colormap)
        yield len(layer.channels)
        small = _reduced(maps)
        means = maps.flatten(1).nanmean(1).tolist()
        tiles = tuple(
            Tile(
                pixels_of(small[number].numpy(), ends[number], facts.colormap, wishes.colouring.gamma),
                f"{channel}",
                figure(means[number]),
                layer.channel_name(channel),
            )
            for number, channel in enumerate(layer.channels)
        )
        node = layer.node
        detail = f"{told_operations(node)} · {told_shape(node.shape)}"
        scale = self._scale(None if wishes.colouring.range == "map" else ends[0])
        sheet = Sheet(
            facts.name,
            " · ".join((facts.picture.name, RANGES[wishes.colouring.range].format(**vars(wishes.colouring)))),
            (Row(node.title, detail, node.family, tiles, scale),),
            ("Beside each number of a channel: the mean of its map.",),
        )
        pages = []
        for number, page in enumerate(draw_sheet(sheet, facts.theme), 1):
            pages.append(save_picture(np.asarray(page), _page(path, number)))
            yield 0
        for page_file in pages:
            holds = f"the feature maps of {node.title} side by side"
            settings = {"colouring": wishes.colouring, "colormap": facts.colormap, "theme": wishes.theme}
            facts.tell(page_file, holds, settings, {**layer_facts(layer), "ends": ends[0], "pages": len(pages)})
        yield len(layer.channels)

    def finish(self) -> None:
        """Every sheet has its sidecar already."""

    def _scale(self, ends: Ends | None) -> Scale:
        """Of the layer's ends; where each map has its own, in words."""
        colormap, gamma = self._facts.colormap, self._facts.wishes.colouring.gamma
        low, high = ends or ((-1.0, 1.0) if colormap.diverging else (0.0, 1.0))
        colours = pixels_of(np.linspace(low, high, STEPS, dtype=np.float32), (low, high), colormap, gamma)
        if ends is None:
            words = ("−largest", "largest") if colormap.diverging else ("least", "largest")
        else:
            words = figure(low), figure(high)
        marks = [(0.0, words[0]), (1.0, words[1])]
        zero = zero_along((low, high))
        if zero is not None and NEAR < zero < 1 - NEAR:
            marks.insert(1, (zero, "0"))
        return Scale(colours, tuple(marks))


def _page(path: Path, number: int) -> Path:
    """Where a page lies; no other layer's word has a comma in it."""
    return path if number == 1 else path.with_name(f"{path.stem}, page {number}{path.suffix}")


def _reduced(maps: Tensor) -> Tensor:
    """No larger than a tile: the means of squares of values."""
    factor = max(1, max(maps.shape[1:]) // SIDE)
    if factor == 1:
        return maps
    height, width = (min(factor, side) for side in maps.shape[1:])
    return avg_pool2d(maps[None], (height, width), ceil_mode=True, count_include_pad=False)[0]
