"""vrcnn.export: maps, values, statistics, the graph and the scene of a network as files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Unpack

from vrcnn.errors import UserError
from vrcnn.exporting.staging import staged_alone
from vrcnn.exporting.steps import check_places
from vrcnn.exporting.steps import export as steps_of
from vrcnn.exporting.subject import Subject
from vrcnn.network.pictures import PictureError
from vrcnn.network.scope import Scope
from vrcnn.python.given import Conventions, colouring_of, sources_of
from vrcnn.scene.export_wishes import FORMATS, KINDS, SCENE_PIXELS, ExportWishes
from vrcnn.scene.theme import THEMES


def export(
    model: Any,
    folder: str | Path,
    image: Any = None,
    *,
    kinds: str | Sequence[str] = ("values", "graph"),
    layers: str | Sequence[str] | None = None,
    detail: str = "layers",
    fold: str = "never",
    format: str = FORMATS[0],
    grey: bool = False,
    theme: str = "dark",
    layout: str | None = None,
    range: str | float | None = None,
    colormap: str | None = None,
    gamma: float | None = None,
    pixels: int = SCENE_PIXELS,
    overwrite: bool = False,
    **said: Unpack[Conventions],
) -> tuple[Path, ...]:
    """Writes what `vrcnn export` writes, each file with its sidecar, and returns the files.

    `image` is the picture that runs; by default the first of `images`, or the example input. `kinds` are some of
    "maps", "sheet", "values", "statistics", "graph", "scene" and "visualizations", or one of them. The
    network is left as it was. Raises UserError.
    """
    kinds = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    layers = (layers,) if isinstance(layers, str) else layers
    for name, value, known in (("kind", kinds, KINDS), ("format", [format], FORMATS), ("theme", [theme], THEMES)):
        unknown = next((each for each in value if each not in known), None)
        if unknown is not None:
            raise UserError(f"There is no {name} {unknown!r}: choose one of {', '.join(known)}.")
    wishes = ExportWishes(
        kinds,
        Path(folder).expanduser(),
        None if layers is None else tuple(layers),
        colouring=colouring_of(range, colormap, gamma, None),
        theme=theme,
        grey=grey,
        format=format,
        pixels=pixels,
        overwrite=overwrite,
        made_by="vrcnn.export",
    )
    check_places(wishes)
    if image is not None:
        said = {**said, "images": [image]}
    (source,) = sources_of(model, said, "vrcnn.export")
    picture = next(iter(source.pictures), None)
    try:
        subject = Subject.of_picture(source, picture, Scope(detail, fold), source.name)
    except PictureError as error:
        raise UserError(f"The picture {error}.") from error
    staged = staged_alone(subject, layout, theme) if "scene" in wishes.kinds else None
    written: list[Path] = []
    for _ in steps_of(subject, wishes, staged, lambda facts: written.extend(facts.files)):
        pass
    return tuple(written)
