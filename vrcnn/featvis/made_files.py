"""Where the visualizations of one run of `vrcnn featvis` lie: as files in its folder, and in the cache for later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vrcnn.errors import UserError
from vrcnn.export.feature_names import channel_word
from vrcnn.featurevis.cache import FeatureCache, origin_of
from vrcnn.featurevis.feature_file import DamagedFeature, FeatureFile, decoded, encoded
from vrcnn.featurevis.results import Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.featvis.chosen_layers import WHOLE, ChosenLayer
from vrcnn.network.fingerprint import NetworkKey
from vrcnn.whole_file import write_whole

NEVER_ROSE = "_never-rose"  # behind the name of a channel's file


@dataclass(frozen=True)
class Found:
    """A visualization that was made before, and whether it was found in the "folder" or in the "cache"."""

    visualization: Visualization
    file: Path
    source: str


class MadeFiles:
    """Of one network, one kind of settings and one start; `say` is told once when the cache cannot be written to."""

    def __init__(
        self,
        folder: Path,
        cache: FeatureCache | None,
        key: NetworkKey,
        settings: Settings,
        start: str,
        say: Callable[[str], None],
    ) -> None:
        self._folder, self._cache, self._key = folder, cache, key
        self._settings, self._start, self._say = settings, start, say

    def take_over(
        self, layer: ChosenLayer, channel: int, compared: Callable[[Visualization], Visualization]
    ) -> Found | None:
        """What was made before; it is in the folder and in the cache afterwards, `compared` with today's pictures.

        Raises UserError where the folder cannot be written to.
        """
        cached = self._cache and self._cache.find(self._key, layer.place, channel, self._settings, self._start)
        there = self._read(layer, channel)
        if there is not None:
            file, visualization, values = there
            found = compared(visualization)
            if found != visualization:
                self._write(file, found, values)
            if not cached:
                self._keep(found, values)
            return Found(found, file, "folder")
        if not cached:
            return None
        found = compared(cached[0])
        return Found(found, self._write(self.file(layer, found), found, cached[1]), "cache")

    def take(self, layer: ChosenLayer, visualization: Visualization, values: np.ndarray) -> Path:
        """A new one: first into the folder, then into the cache. Raises UserError as `take_over` does."""
        file = self._write(self.file(layer, visualization), visualization, values)
        self._file(layer, visualization.channel, visualization.outcome != "failed").unlink(missing_ok=True)
        self._keep(visualization, values)
        return file

    def file(self, layer: ChosenLayer, visualization: Visualization) -> Path:
        """Where it lies in the folder."""
        return self._file(layer, visualization.channel, visualization.outcome == "failed")

    def _file(self, layer: ChosenLayer, channel: int, failed: bool) -> Path:
        name = layer.names[channel] if channel < len(layer.names) else ""
        kind = self._settings.objective.kind
        word = kind if kind in WHOLE else channel_word(channel, layer.target.channels, name)
        return self._folder / f"{layer.word}_{word}{NEVER_ROSE if failed else ''}.png"

    def _read(self, layer: ChosenLayer, channel: int) -> tuple[Path, Visualization, np.ndarray] | None:
        """What the folder has of it, if it was made of the same network and settings."""
        wanted = origin_of(self._key, self._start), layer.place, channel, self._settings
        for failed in (False, True):
            file = self._file(layer, channel, failed)
            try:
                there = decoded(file.read_bytes())
            except (OSError, DamagedFeature):
                continue
            its = there.visualization
            if there.values is not None and wanted == (there.origin, its.place, its.channel, there.asked):
                return file, its, there.values
        return None

    def _write(self, file: Path, visualization: Visualization, values: np.ndarray) -> Path:
        content = encoded(FeatureFile(visualization, self._settings, origin_of(self._key, self._start), values))
        return write_whole(file, lambda part: part.write(content))

    def _keep(self, visualization: Visualization, values: np.ndarray) -> None:
        if self._cache is None:
            return
        try:
            self._cache.keep(self._key, visualization, values, self._settings, self._start)
        except UserError as error:
            self._cache = None
            self._say(f"Visualizations go on, but are not kept for later: {error}")
