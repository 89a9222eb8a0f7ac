"""Feature visualizations on disk, so that none is made twice: by the network's key, the layer, channel and settings."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from platformdirs import user_cache_path

from vrcnn.errors import UserError
from vrcnn.featurevis.feature_file import DamagedFeature, FeatureFile, decoded, encoded
from vrcnn.featurevis.results import Place, Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.whole_file import write_whole

if TYPE_CHECKING:
    from vrcnn.network.fingerprint import NetworkKey

ALGORITHM = 1  # counts up whenever equal settings come to give other pictures
FOLDER = "VRCNN_CACHE"  # environment variable: where vrcnn keeps what can be made again
NETWORK = re.compile(r"[0-9a-f]{12}-[0-9a-f]{20}")  # a NetworkKey as text


def cache_folder() -> Path:
    """Where visualizations are kept unless another folder is named: below VRCNN_CACHE, or the account's cache."""
    chosen = os.environ.get(FOLDER)
    return (Path(chosen) if chosen else user_cache_path("vrcnn", appauthor=False)) / "features"


def digest(values: np.ndarray | None) -> str:
    """Tells the picture that an ascent starts from, in units of the network's input; "" for noise (None)."""
    return "" if values is None else hashlib.sha256(values.astype(np.float16).tobytes()).hexdigest()[:16]


def origin_of(key: NetworkKey, start: str = "") -> str:
    """What a visualization depends on beside its place, channel and settings: network, start and algorithm."""
    return f"{key} {start or 'noise'} {ALGORITHM}"


class FeatureCache:
    """One file for each visualization (feature_file.py), in one folder for each network.

    A file is there whole or not at all. One that cannot be read, or that tells of something else than was looked for,
    counts as missing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder if folder is not None else cache_folder()
        self._sizes: dict[str, dict[str, int]] = {}  # of the files of each network, once they were counted

    def find(
        self, key: NetworkKey, place: Place, channel: int, settings: Settings, start: str = ""
    ) -> tuple[Visualization, np.ndarray] | None:
        """The visualization that was made of these `settings`, and its values (C, H, W) float16; None without one.

        `start` is the `digest` of the picture that the ascent starts from, where the settings want one. The network is
        known by its key and the layer by its tensor, so the layer may be called otherwise than when it was kept.
        """
        try:
            found = decoded(self._file(key, place, channel, settings, start).read_bytes())
        except (OSError, DamagedFeature):
            return None
        made = found.visualization
        known = found.origin, made.place.tensor, made.channel, found.asked
        if found.values is None or known != (origin_of(key, start), place.tensor, channel, settings):
            return None
        return replace(made, place=place), found.values

    def keep(
        self, key: NetworkKey, visualization: Visualization, values: np.ndarray, asked: Settings, start: str = ""
    ) -> None:
        """Writes a visualization and its `values` (C, H, W), in units of the network's input.

        `asked` are the settings that it was asked for with, which the last attempt may have changed. Raises UserError
        where it cannot be written, such as on a full disk; what was there before is there still.
        """
        path = self._file(key, visualization.place, visualization.channel, asked, start)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"Cannot make the folder {path.parent}: {error.strerror or error}.") from error
        file = encoded(FeatureFile(visualization, asked, origin_of(key, start), values))
        write_whole(path, lambda part: part.write(file))
        if path.parent.name in self._sizes:
            self._sizes[path.parent.name][path.name] = len(file)

    def bytes(self, key: NetworkKey | None = None) -> int:
        """What the visualizations of a network take on disk, or those of all networks."""
        return sum(sum(sizes.values()) for sizes in self._counted(key))

    def count(self, key: NetworkKey | None = None) -> int:
        """How many visualizations of a network, or of all networks, are kept."""
        return sum(len(sizes) for sizes in self._counted(key))

    def files(self, key: NetworkKey) -> Iterator[tuple[int, int, Path]]:
        """(tensor, channel, path) of all visualizations of a network, whatever their settings."""
        folder = self.folder / str(key)
        for name in sorted(_file_sizes(folder)):
            if match := re.fullmatch(r"(\d+)-(\d+)-[0-9a-f]+\.png", name):
                yield int(match[1]), int(match[2]), folder / name

    def networks(self) -> int:
        """How many networks, or states of networks, have visualizations here."""
        return sum(bool(sizes) for sizes in self._counted(None))

    def forget(self, key: NetworkKey | None = None) -> None:
        """Deletes all visualizations of a network, or of all networks. Raises UserError where one cannot be deleted."""
        for name in [str(key)] if key is not None else _networks(self.folder):
            self._sizes.pop(name, None)
            try:
                shutil.rmtree(self.folder / name)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise UserError(f"Cannot delete {error.filename}: {error.strerror or error}.") from error

    def _file(self, key: NetworkKey, place: Place, channel: int, settings: Settings, start: str) -> Path:
        words = json.dumps([asdict(settings), origin_of(key, start)], sort_keys=True)
        name = f"{place.tensor}-{channel}-{hashlib.sha256(words.encode()).hexdigest()[:16]}.png"
        return self.folder / str(key) / name

    def _counted(self, key: NetworkKey | None) -> Iterator[dict[str, int]]:
        """The sizes of the files, by network; counted once, and followed from then on."""
        for name in [str(key)] if key is not None else _networks(self.folder):
            if name not in self._sizes:
                self._sizes[name] = _file_sizes(self.folder / name)
            yield self._sizes[name]


def _networks(folder: Path) -> list[str]:
    """The folders of networks, and nothing else that somebody may have put there."""
    try:
        return [entry.name for entry in os.scandir(folder) if entry.is_dir() and NETWORK.fullmatch(entry.name)]
    except OSError:
        return []


def _file_sizes(folder: Path) -> dict[str, int]:
    try:
        return {entry.name: entry.stat().st_size for entry in os.scandir(folder) if entry.name.endswith(".png")}
    except OSError:
        return {}
