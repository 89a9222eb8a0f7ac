"""`vrcnn attribute`: one attribution of one picture, as a PNG, its raw values beside it, and what tells of both."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from vrcnn.attribute_command.arguments import AttributeWishes
from vrcnn.attribute_command.files import save_attribution
from vrcnn.attribute_command.picture import overlay_picture
from vrcnn.attribution.results import Attribution, Wish
from vrcnn.engine.attributing import Arguments, attributing
from vrcnn.engine.identifying import identify_network, identify_picture
from vrcnn.engine.overlays import plain_overlay
from vrcnn.engine.scoring import scoring_of
from vrcnn.errors import UserError
from vrcnn.export.picture import check_destination
from vrcnn.export.sidecar import Sidecar, write_sidecar
from vrcnn.network.example import mapped
from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.identity import PictureIdentity
from vrcnn.network.pictures import PictureError, PictureFile
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.network.trace import trace
from vrcnn.progress import Progress


def main(target: str | None, load_options: LoadOptions, wishes: AttributeWishes) -> int:
    """Writes FILE.png, FILE.npy and their sidecars; returns 0. Raises UserError, with nothing half written."""
    check_destination(wishes.output)
    source = load(target, load_options)
    picture = _picture(source, wishes.image)
    inputs = _inputs(source, picture)
    full = _traced(source, inputs)
    found = find(source, inputs, wishes.wish, wishes.of, full, Progress())
    tensor = source.picture_tensor(*inputs)
    assert tensor is not None  # else there was nothing to be found
    drawn = None
    if tensor.ndim in (4, 5):
        drawn = np.asarray(overlay_picture(found, plain_overlay(tensor), wishes.opacity))
    written = save_attribution(drawn, found.values, wishes.output)
    network = identify_network(source, full, target or "")
    pictured = identify_picture(picture) if picture is not None else PictureIdentity("the example input")
    for path in written:
        holds = "the attribution's values" if path.suffix == ".npy" else "an attribution over the picture"
        told = Sidecar("vrcnn attribute", holds, (network,), (pictured,), {}, _settings(found), _contents(found))
        write_sidecar(path, told)
    print(f"{found.words}: score {found.score:.4g}. See {' and '.join(map(str, written))}.")
    if drawn is None:
        print(f"  {source.name} reads signals, which are no pictures to lay it over: these are the values alone.")
    for name, value in found.settings.items():
        print(f"  {name}: {value}")
    return 0


def find(
    source: NetworkSource,
    inputs: Arguments,
    wish: Wish,
    of: str = "",
    full: Graph | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """One attribution; `of` is the class, by name or number, "" for the best guess. Raises UserError."""
    full = _traced(source, inputs) if full is None else full
    if of:
        arguments, keywords = inputs
        with unchanged(source.module):
            output = source.module(*mapped(arguments, _copy), **mapped(keywords, _copy))
        tensor = source.picture_tensor(arguments, keywords)
        scoring = scoring_of(output, tensor, source.labels, source.task, source.name)
        wish = replace(wish, index=scoring.found(of))
    for step in attributing(source, full, inputs, wish):
        if isinstance(step, Attribution):
            if progress is not None:
                progress.clear()
            return step
        if progress is not None:
            progress.show(step[0] / max(1, step[1]), wish.method)
    raise AssertionError("every attribution ends with what was found")


def _copy(tensor):
    return tensor.clone()


def _traced(source: NetworkSource, inputs: Arguments) -> Graph:
    arguments, keywords = inputs
    with unchanged(source.module):
        return trace(source.module, arguments, keywords)


def _picture(source: NetworkSource, image: Path | None) -> PictureFile | None:
    if image is not None:
        image = image.expanduser()
        return PictureFile(image.name, image)
    return next(iter(source.pictures), None)


def _inputs(source: NetworkSource, picture: PictureFile | None) -> Arguments:
    if picture is None:
        return source.arguments, source.keywords
    try:
        return source.inputs_of(picture.open())
    except PictureError as error:
        raise UserError(f"The picture {picture.name} {error}: give another one with --image.") from error


def _settings(found: Attribution) -> dict[str, object]:
    wish = found.wish
    return {"method": wish.method, "class": found.index, "name": found.name, "layer": found.layer, **found.settings}


def _contents(found: Attribution) -> dict[str, object]:
    signed = found.method.signed
    return {
        "score": found.score,
        "source": found.method.source,
        "shape": list(found.values.shape),
        "ends of the colours": [-found.limit if signed else 0.0, found.limit],
        "map": "the largest absolute value of the channels" if found.wish.method == "gradient" else "the channels' sum",
    }
