"""vrcnn.attribute: what a class's score owes to each part of a picture, as arrays and as a picture."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Unpack

import numpy as np
from PIL import Image

from vrcnn.attribute_command.command import find
from vrcnn.attribute_command.picture import overlay_picture
from vrcnn.attribution.results import METHODS, Attribution, Wish
from vrcnn.engine.overlays import plain_overlay
from vrcnn.errors import UserError
from vrcnn.network.pictures import PictureError
from vrcnn.python.given import Conventions, sources_of


@dataclass(frozen=True)
class Attributed:
    """An attribution. A notebook shows its `picture`.

    Attributes:
        found: method, class, layer, score, settings.
        picture: the map over what the network sees, with a legend; None for inputs that are no pictures.
    """

    found: Attribution
    picture: Image.Image | None

    @property
    def map(self) -> np.ndarray:
        """(H, W) float32, for each pixel of the network's input: what is shown."""
        return self.found.map

    @property
    def values(self) -> np.ndarray:
        """float32, as Captum returns them: (C, H, W) of the input, or (1, h, w) of the layer for Grad-CAM."""
        return self.found.values

    def _repr_png_(self) -> bytes | None:
        if self.picture is None:
            return None
        stream = io.BytesIO()
        self.picture.save(stream, "PNG")
        return stream.getvalue()

    def __repr__(self) -> str:
        return f"Attributed({self.found.words}: score {self.found.score:.4g})"


def attribute(
    model: Any,
    image: str | Path | Image.Image | np.ndarray | None = None,
    *,
    method: str = "gradient",
    of: int | str | None = None,
    layer: str = "",
    steps: int = Wish.steps,
    window: int | None = None,
    opacity: float = 0.85,
    **said: Unpack[Conventions],
) -> Attributed:
    """What the score of the class `of` (name or number; None: the best guess) owes to a picture.

    `method` is "gradient", "integrated-gradients", "grad-cam" or "occlusion"; `layer`, `steps` and `window` are as in
    `vrcnn attribute`, which this is. Needs Captum (`pip install 'vrcnn[attribution]'`). The network is left as it was.
    Raises UserError.
    """
    if method not in [each.name for each in METHODS]:
        raise UserError(f'There is no method "{method}": give {", ".join(each.name for each in METHODS)}.')
    if image is not None:
        said = {**said, "images": [image]}
    (source,) = sources_of(model, said, "vrcnn.attribute")
    picture = next(iter(source.pictures), None)
    try:
        inputs = (source.arguments, source.keywords) if picture is None else source.inputs_of(picture.open())
    except PictureError as error:
        raise UserError(f"The picture {error}.") from error
    found = find(source, inputs, Wish(method, None, layer, steps, window), "" if of is None else str(of))
    tensor = source.picture_tensor(*inputs)
    drawn = None
    if tensor is not None and tensor.ndim in (4, 5):
        drawn = overlay_picture(found, plain_overlay(tensor), opacity)
    return Attributed(found, drawn)
