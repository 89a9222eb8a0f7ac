"""What is to be exported and how, as plain data: the same for the command line, the panel and Python."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vrcnn.scene.colouring import Colouring

KINDS = ("maps", "sheet", "values", "statistics", "graph", "scene", "visualizations")
WHOLE = ("graph", "scene")  # kinds that are about the network and not about layers
FORMATS = ("npz", "safetensors")
SCENE_PIXELS = 24 << 20  # of all pictures in a scene, unless another number is given

Span = tuple[int, int]  # channels from the first to the last


@dataclass(frozen=True)
class ExportWishes:
    """What somebody wants exported.

    Attributes:
        kinds: some of KINDS.
        folder: where the files go; it is made where there is none.
        layers: their names; None for all that are shown. `channels` are those of each, None for all.
        colouring, theme: of maps, contact sheets and the scene.
        grey: maps as 16-bit grey instead of colours, from the layer's least value to its greatest.
        format: of the values, one of FORMATS.
        pixels: how many all pictures in the scene have together, at most.
        overwrite: replace what is in the folder; else what is there already is refused.
        made_by: the command, or the action.
    """

    kinds: tuple[str, ...]
    folder: Path
    layers: tuple[str, ...] | None = None
    channels: tuple[Span, ...] | None = None
    colouring: Colouring = Colouring()
    theme: str = "dark"
    grey: bool = False
    format: str = FORMATS[0]
    pixels: int = SCENE_PIXELS
    overwrite: bool = False
    made_by: str = "vrcnn export"
