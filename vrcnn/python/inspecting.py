"""vrcnn.inspect: the exact numbers of a network, of a layer, of a channel, and of one step of a convolution."""

from __future__ import annotations

from operator import index
from pathlib import Path
from typing import Any, Unpack

from vrcnn.errors import UserError
from vrcnn.inspecting.command import Wishes, inspected
from vrcnn.inspection.results import Answer
from vrcnn.network.scope import Scope
from vrcnn.python.given import Conventions, sources_of


def inspect(
    model: Any,
    image: Any = None,
    *,
    layer: str | None = None,
    channel: int | None = None,
    pixel: tuple[int, int] | None = None,
    pictures: int = 1,
    detail: str = "layers",
    **said: Unpack[Conventions],
) -> tuple[Answer, ...]:
    """What `vrcnn inspect` tells, as plain data (vrcnn/inspection/results.py).

    Without `layer` the network's numbers; with it that layer's; with `channel` also what drives this, traced back; with
    `pixel`, (row, column) of its map, also the step of the convolution there: patch x kernel = value. `image` is what
    runs, by default the first of `images`; `pictures` by how many of them dead channels are told. The network is left
    as it was. Raises UserError for what is not there.
    """
    try:
        row, column = (0, 0) if pixel is None else map(index, pixel)
    except (TypeError, ValueError) as error:
        raise UserError(f"pixel={pixel!r} is no pixel: give its row and column from 0, such as (12, 30).") from error
    if image is not None and not isinstance(image, str | Path):
        said = {**said, "images": [image]}
        image = None
    (source,) = sources_of(model, said, "vrcnn.inspect")
    path = None if image is None else Path(image)
    place = None if pixel is None else (row, column)
    wishes = Wishes(layer, channel, place, path, pictures=pictures, scope=Scope(detail, "never"))
    return tuple(inspected(source, wishes)[1])
