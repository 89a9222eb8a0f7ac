"""What was measured of a network's susceptibility as a JSON file and back; each channel's changes lie in a .npz beside.

measured.json is for people and programs: numbers under the names of susceptibility/results.py, null for those that are
none. measured.npz has an array (channels,) for each layer and sieve, named "LAYER|SIEVE", of the untrained twin
"untrained|LAYER|SIEVE"; the JSON knows its SHA-256.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from vrcnn.errors import UserError
from vrcnn.export.plain import Misfit, taken
from vrcnn.susceptibility.results import Ablation, LayerMeasures, Measured, Susceptibility
from vrcnn.whole_file import write_whole

FORMAT, VERSION = "vrcnn susceptibility", 1
CHANNELS = ".npz"
_TWIN = "untrained|"


def as_json(found: Susceptibility, channels: Mapping[str, str] | None = None) -> str:
    """All of it but the channels' arrays; `channels` names their file and its SHA-256."""
    told = {"format": FORMAT, "version": VERSION, **_network(found), "channels": dict(channels or {})}
    return json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_susceptibility(path: Path, found: Susceptibility) -> tuple[Path, ...]:
    """Writes the JSON file and, where layers were measured, its .npz first; returns which. Raises UserError."""
    arrays = _arrays(found)
    if not arrays:
        write_whole(path, lambda file: file.write(as_json(found).encode()))
        return (path,)
    beside, content = path.with_suffix(CHANNELS), io.BytesIO()
    np.savez_compressed(content, **arrays)  # type: ignore[arg-type]
    write_whole(beside, lambda file: file.write(content.getvalue()))
    channels = {"file": beside.name, "sha256": hashlib.sha256(content.getvalue()).hexdigest()}
    write_whole(path, lambda file: file.write(as_json(found, channels).encode()))
    return path, beside


def read_susceptibility(path: Path, channels: bool = True) -> Susceptibility:
    """What a file holds; with each channel's changes where they are wanted and the file beside belongs to it.

    Raises UserError for a file that cannot be read, or holds something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise UserError(f"{path} is damaged, or no JSON: measure anew (`vrcnn study measure`).") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise UserError(f"{path} holds something else than what `vrcnn study measure` writes.")
    if not isinstance(content.get("version"), int) or content["version"] > VERSION:
        raise UserError(f"{path} is of a newer version of vrcnn than this one: measure anew (`vrcnn study measure`).")
    try:
        found = _read(content, "file")
    except (Misfit, KeyError, TypeError, AttributeError, ValueError) as error:
        raise UserError(f"{path} is damaged ({error}): measure anew (`vrcnn study measure`).") from error
    arrays = _read_arrays(path, content.get("channels")) if channels else None
    if arrays is None:
        return found
    twin = found.untrained
    return replace(
        found,
        layers=_with_arrays(found.layers, arrays, ""),
        untrained=None if twin is None else replace(twin, layers=_with_arrays(twin.layers, arrays, _TWIN)),
    )


def _network(found: Susceptibility) -> dict[str, Any]:
    return {
        "network": found.network,
        "pictures": found.pictures,
        "classes": found.classes,
        "measures": _measures(found.measures),
        "layers": [
            {
                "name": layer.name,
                "channels": layer.channels,
                "dead": layer.dead,
                "measures": _measures(layer.measures),
                "participation": None if layer.participation is None else _numbers(vars(layer.participation)),
            }
            for layer in found.layers
        ],
        "ablations": [
            {**vars(each), "kept": _numbers(each.kept), "right": _numbers(each.right)} for each in found.ablations
        ],
        "accuracy": _numbers(found.accuracy),
        "untrained": None if found.untrained is None else _network(found.untrained),
        "settings": dict(found.settings),
        "notes": list(found.notes),
    }


def _measures(measures: Mapping[str, Measured]) -> dict[str, Any]:
    return {text: _numbers(vars(each)) for text, each in measures.items()}


def _numbers(values: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: None if value is None or not math.isfinite(value) else value for name, value in values.items()}


def _read(content: Mapping[str, Any], where: str) -> Susceptibility:
    twin = content.get("untrained")
    return Susceptibility(
        network=taken(str, content["network"], f"{where}.network"),
        pictures=taken(int, content["pictures"], f"{where}.pictures"),
        classes=taken(int, content["classes"], f"{where}.classes"),
        measures=_read_measures(content["measures"], where),
        layers=tuple(_read_layer(each, f"{where}.layers") for each in content.get("layers", ())),
        ablations=tuple(
            Ablation(
                taken(str, each["layer"], where),
                taken(str, each["sieve"], where),
                _read_numbers(each["kept"]),
                _read_numbers(each.get("right", {})),
                taken(int, each.get("draws", 0), where),
                taken(str, each.get("pictures", ""), where),
            )
            for each in content.get("ablations", ())
        ),
        accuracy=_read_numbers(content.get("accuracy", {})),
        untrained=None if twin is None else _read(twin, f"{where}.untrained"),
        settings=dict(content.get("settings", {})),
        notes=taken(tuple[str, ...], content.get("notes", []), f"{where}.notes"),
    )


def _read_layer(content: Mapping[str, Any], where: str) -> LayerMeasures:
    participation = content.get("participation")
    return LayerMeasures(
        name=taken(str, content["name"], where),
        channels=taken(int, content["channels"], where),
        dead=taken(int, content["dead"], where),
        measures=_read_measures(content["measures"], where),
        participation=None if participation is None else _read_measured(participation),
    )


def _read_measures(content: Mapping[str, Any], where: str) -> dict[str, Measured]:
    return {taken(str, text, where): _read_measured(each) for text, each in content.items()}


def _read_measured(content: Mapping[str, Any]) -> Measured:
    value, low, high = (_number(content[name]) for name in ("value", "low", "high"))
    others = (None if content.get(name) is None else float(content[name]) for name in ("unnormalized", "flips"))
    return Measured(value, low, high, *others)


def _read_numbers(content: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): _number(each) for name, each in content.items()}


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _arrays(found: Susceptibility, before: str = "") -> dict[str, np.ndarray]:
    arrays = {
        f"{before}{layer.name}|{text}": each.astype(np.float32)
        for layer in found.layers
        for text, each in layer.each.items()
    }
    return arrays | (_arrays(found.untrained, _TWIN) if found.untrained is not None else {})


def _read_arrays(path: Path, channels: object) -> dict[str, np.ndarray] | None:
    """None where there are none, or those of another measuring."""
    if not isinstance(channels, dict) or not channels:
        return None
    try:
        content = path.with_suffix(CHANNELS).read_bytes()
        if hashlib.sha256(content).hexdigest() != channels.get("sha256"):
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, ValueError):
        return None


def _with_arrays(
    layers: tuple[LayerMeasures, ...], arrays: Mapping[str, np.ndarray], before: str
) -> tuple[LayerMeasures, ...]:
    def each(layer: LayerMeasures) -> dict[str, np.ndarray]:
        names = {text: f"{before}{layer.name}|{text}" for text in layer.measures}
        return {text: arrays[name] for text, name in names.items() if name in arrays}

    return tuple(replace(layer, each=each(layer)) for layer in layers)
