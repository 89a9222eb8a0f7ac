"""What a run of `vrcnn featvis` has made, written down: for programs as JSON, for people as a contact sheet."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vrcnn import __version__
from vrcnn.export.contact_sheet import Row, Sheet, Tile
from vrcnn.featurevis.results import Sight, Visualization
from vrcnn.featurevis.settings import Objective, Settings

FORMAT = "vrcnn featvis 1"


@dataclass(frozen=True)
class MadeChannel:
    """One channel, of whose `visualization` the pixels are left out: they are in its `file`, in the folder of the run.

    `name` is that of its class, if it has one; `source` says whether it was "made", or found in the "cache" or in the
    "folder". `sights` are the natural pictures that it answers to most, and `crops` the files of their crops.
    """

    visualization: Visualization
    name: str
    file: str
    source: str
    sights: tuple[Sight, ...] = ()
    crops: tuple[str, ...] = ()


@dataclass(frozen=True)
class MadeLayer:
    """A layer: its `name`, what people call it, what it does, the role of its colour, and its `channels` in all.

    `whole`: what was made is about the layer and not about one channel. `error` says why channels are missing.
    """

    name: str
    title: str
    operations: str
    role: str
    channels: int
    spatial: bool
    made: tuple[MadeChannel, ...]
    whole: bool = False
    error: str = ""


@dataclass(frozen=True)
class Report:
    """A whole run.

    Attributes:
        network: what people call it; `target` what the command line called it.
        weights, structure: as in NetworkKey.
        machine: versions and the device, by name.
        settings: that were asked for.
        start: the name of the picture that each ascent starts from; "" for noise.
        pictures: natural ones that scores are told by; `pictures_from` where they come from.
        finished: False where the run was ended before it was done.
    """

    network: str
    target: str
    weights: str
    structure: str
    machine: Mapping[str, str]
    settings: Settings
    start: str
    pictures: int
    pictures_from: str
    layers: tuple[MadeLayer, ...]
    finished: bool = True

    @property
    def made(self) -> list[Visualization]:
        """Of all layers."""
        return [each.visualization for layer in self.layers for each in layer.made]


def as_json(report: Report) -> str:
    """Everything but the pixels; numbers that are not finite are null."""
    said = {
        "format": FORMAT,
        "network": report.network,
        "target": report.target,
        "weights": report.weights,
        "structure": report.structure,
        "machine": {"vrcnn": __version__, "python": platform.python_version(), **report.machine},
        "settings": asdict(report.settings),
        "start": report.start or "noise",
        "pictures": {"count": report.pictures, "from": report.pictures_from},
        "finished": report.finished,
        "layers": [
            {
                "name": layer.name,
                "title": layer.title,
                "operations": layer.operations,
                "channels": layer.channels,
                "spatial": layer.spatial,
                "made": [_channel(each, report.settings) for each in layer.made],
                **({"error": layer.error} if layer.error else {}),
            }
            for layer in report.layers
        ],
    }
    return json.dumps(_finite(said), indent=1, allow_nan=False) + "\n"


def as_sheet(report: Report, folder: Path, size: str) -> Sheet:
    """Of the pictures in the run's `folder`; `size` tells that of one, such as "224 × 224 px"."""
    settings, made = report.settings, report.made
    parts = [
        f"What {_counted(len(made), 'channel')} {'looks' if len(made) == 1 else 'look'} for",
        f"preset {settings.preset}",
        told_objective(settings.objective),
        f"{settings.steps} steps at {size}",
        f"seed {settings.seed}",
    ]
    if report.start:
        parts.append(f"from {report.start}")
    rows = tuple(_row(layer, folder) for layer in report.layers if layer.made)
    return Sheet(report.network, " · ".join(parts), rows, tuple(_notes(report, made)))


def told_objective(objective: Objective) -> str:
    """In words, such as "mean of the channel's map"."""
    words = {
        "channel": "mean of the channel's map",
        "neuron": "value in the middle of the channel's map",
        "percentile": f"mean of what is above {objective.percentile:g} % of the channel's map",
        "direction": "direction of " + ", ".join(f"{weight:g} × {number}" for number, weight in objective.weights),
        "pair": f"the channel and {objective.share:.0%} of channel {objective.partner}",
        "dream": "deep dream: mean square of all maps",
    }[objective.kind]
    return words + (f", {objective.variants} variants" if objective.variants > 1 else "")


def told_score(visualization: Visualization) -> str:
    """The score; where there were no natural pictures, the activation."""
    score = visualization.score
    value = visualization.activation if score is None else score
    told = f"{value:.2f}" if abs(value) < 1000 else f"{value:.3g}"
    return told.replace("-", "−")


def _row(layer: MadeLayer, folder: Path) -> Row:
    tiles = tuple(
        Tile(
            pixels=None if each.visualization.outcome == "failed" else folder / each.file,
            name="layer" if layer.whole else str(each.visualization.channel),
            score=told_score(each.visualization),
            title=each.name,
            crops=tuple(folder / crop for crop in each.crops),
        )
        for each in layer.made
    )
    what = "channel" if layer.spatial else "unit"
    shown = _counted(layer.channels, what)
    if not layer.whole and len(tiles) < layer.channels:
        shown = f"{len(tiles):,} of {shown}"
    return Row(layer.title, f"{layer.operations} · {shown}", layer.role, tiles)


def _notes(report: Report, made: Sequence[Visualization]) -> list[str]:
    if any(each.score is not None for each in made):
        where = f" ({report.pictures_from})" if report.pictures_from else ""
        best = f"the best of {_counted(report.pictures, 'natural picture')}{where}"
        notes = [f"Score: 1 is what {best} reaches, 0 their mean."]
    else:
        notes = ["The numbers are activations: there were no natural pictures to compare them with."]
    if any(layer.made and layer.made[0].sights for layer in report.layers):
        notes.append("Beside each: what it answers to most in natural pictures, the best first.")
    failed = sum(each.outcome == "failed" for each in made)
    if failed:
        notes.append(f"{_counted(failed, 'channel')} never rose, whatever was tried: the frame is empty.")
    if not report.finished:
        notes.append("The run was ended before it was done.")
    return notes


def _channel(made: MadeChannel, asked: Settings) -> dict[str, Any]:
    its = made.visualization
    used, wanted = asdict(its.settings), asdict(asked)
    return {
        "channel": its.channel,
        **({"name": made.name} if made.name else {}),
        "file": made.file,
        "outcome": its.outcome,
        "score": its.score,
        "activation": its.activation,
        "start": its.start,
        "baseline": None if its.baseline is None else asdict(its.baseline),
        "seed": its.settings.seed,
        "changed": {name: value for name, value in used.items() if value != wanted[name]},
        "attempts": list(its.attempts),
        "seconds": round(its.seconds, 3),
        "source": made.source,
        "best": [
            {"picture": sight.name, "value": sight.value, "box": sight.box, "crop": crop}
            for sight, crop in zip(made.sights, made.crops, strict=True)
        ],
    }


def _finite(value: Any) -> Any:
    match value:
        case dict():
            return {name: _finite(each) for name, each in value.items()}
        case list() | tuple():
            return [_finite(each) for each in value]
        case float() if not math.isfinite(value):
            return None
    return value


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
