"""What stands beside every exported file: by which program, of which network and picture, and how it was made.

The sidecar of `maps.png` is `maps.png.json`; that of a folder lies beside the folder. docs/export.md explains its keys.
"""

from __future__ import annotations

import hashlib
import json
import math
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from vrcnn import __version__
from vrcnn.network.identity import NetworkIdentity, PictureIdentity
from vrcnn.whole_file import write_whole

FORMAT, VERSION = "vrcnn sidecar", 1
SUFFIX = ".json"
PACKAGES = ("torch", "numpy", "pillow")
PORTION = 1 << 20  # bytes that are read at a time


@dataclass(frozen=True)
class Sidecar:
    """All that is known of an exported file beside what is in it.

    Attributes:
        made_by: the command, as it would be typed, or the action in the world, such as "screenshot".
        holds: what the file holds, in a sentence or a few words.
        networks: whose it is; `pictures` what they had run.
        seeds: of all that was random, by name.
        settings: whatever decided what it looks like, by name: numbers, words, lists, data classes.
        contents: what a reader of the file needs, such as the scale of its values.
    """

    made_by: str
    holds: str
    networks: tuple[NetworkIdentity, ...] = ()
    pictures: tuple[PictureIdentity, ...] = ()
    seeds: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    contents: Mapping[str, Any] = field(default_factory=dict)


def sidecar_path(path: Path) -> Path:
    """Where the sidecar of a file or folder lies."""
    return path.with_name(path.name + SUFFIX)


def write_sidecar(path: Path, sidecar: Sidecar, files: Iterable[str] = ()) -> Path:
    """Writes the sidecar of what was written to `path`, a file or a folder; returns where it lies.

    The hash of the file is in it, so that one beside another file than its own is known; of a folder those of the
    `files` in it, by their names. Raises UserError where it cannot be written.
    """
    told = as_json(sidecar, hashes(path, files))
    return write_whole(sidecar_path(path), lambda file: file.write(told.encode()))


def hashes(path: Path, files: Iterable[str] = ()) -> dict[str, str]:
    """The SHA-256 of a file, or of the `files` of a folder, by name."""
    if path.is_dir():
        return {name: _sha256(path / name) for name in files}
    return {path.name: _sha256(path)}


def as_json(sidecar: Sidecar, files: Mapping[str, str], date: datetime | None = None) -> str:
    """The sidecar as JSON in ASCII, keys always in the same order; `files` are hashes by name, `date` is now without.

    What JSON has no word for (NaN, infinities) is written as "NaN", "Infinity" and "-Infinity".
    """
    said = {
        "format": FORMAT,
        "version": VERSION,
        "made_by": sidecar.made_by,
        "holds": sidecar.holds,
        "date": (date or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        "files": dict(files),
        "networks": [asdict(network) for network in sidecar.networks],
        "pictures": [asdict(picture) for picture in sidecar.pictures],
        "seeds": dict(sidecar.seeds),
        "settings": dict(sidecar.settings),
        "contents": dict(sidecar.contents),
        "versions": dict(versions()),
    }
    return json.dumps(_plain(said), indent=1, allow_nan=False) + "\n"


@cache
def versions() -> Mapping[str, str]:
    """What it was made with, by name: vrcnn, Python, the system, torch, numpy, Pillow."""
    found = {"vrcnn": __version__, "python": platform.python_version(), "system": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:  # such as a torch that was built by hand
            found[package] = "unknown"
    return found


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while portion := file.read(PORTION):
            found.update(portion)
    return found.hexdigest()


def _plain(value: Any) -> Any:
    """The value in words that JSON has."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            if math.isfinite(value):
                return value
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case np.generic():
            return _plain(value.item())
        case np.ndarray():
            return _plain(value.tolist())
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case set() | frozenset():
            return sorted(map(_plain, value), key=str)
        case list() | tuple():
            return [_plain(each) for each in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _plain(asdict(value))
    return str(value)
