"""What a visitor has chosen for the headset stays from one visit to the next, whatever network it is about."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from vrcnn.errors import UserError
from vrcnn.scene.comfort import HEADINGS, LABELS, TRAVEL, TURNING, Comfort
from vrcnn.scene.world import Notice, World
from vrcnn.whole_file import write_whole

FOLDER = "VRCNN_CONFIG"  # environment variable: where vrcnn keeps what a visitor has chosen
QUIET = 1.0  # s after the last choice, before it is written
_WORDS = {"travel": TRAVEL, "heading": HEADINGS, "turning": TURNING, "labels": LABELS}
_LIMITS = {"speed": (0.1, 20.0), "snap": (1, 180), "turn_speed": (1, 720), "vignette": (0.0, 1.0), "lift": (-2.0, 2.0)}


def preferences_file() -> Path:
    """Where they lie: below VRCNN_CONFIG, or in the account's folder for settings."""
    folder = os.environ.get(FOLDER)
    return (Path(folder) if folder else user_config_path("vrcnn", appauthor=False)) / "preferences.json"


def comfort_from(read: Any) -> Comfort:
    """The settings that are found in `read`, as json has it; what is missing or makes no sense is as by default."""
    comfort, found = Comfort(), dict[str, Any]()
    for each in fields(Comfort) if isinstance(read, dict) else ():
        value, usual = read.get(each.name), getattr(comfort, each.name)
        if each.name in _WORDS:
            fits = value in _WORDS[each.name]
        elif isinstance(usual, bool):
            fits = isinstance(value, bool)
        else:
            least, most = _LIMITS[each.name]
            fits = isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
        if fits:
            found[each.name] = value
    return replace(comfort, **found)


class PreferencesKeeper:
    """Takes over at the start what was chosen earlier, and writes it shortly after another choice."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or preferences_file()
        self._kept = self._seen = Comfort()
        self._changed = 0.0
        self._rest: dict[str, Any] = {}  # what a later version has written

    def open(self, world: World) -> None:
        """A file that cannot be read is left as it is, until something else is chosen."""
        try:
            read = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            read = {}
        except (OSError, ValueError) as error:
            read = {}
            world.notices.append(
                Notice(f"The preferences in {self._path} cannot be read: {error}.", "They are as new.")
            )
        if isinstance(read, dict):
            self._rest = {key: value for key, value in read.items() if key != "comfort"}
            world.comfort = comfort_from(read.get("comfort"))
        self._kept = self._seen = world.comfort

    def follow(self, world: World) -> None:
        """Once a frame."""
        if world.comfort is not self._seen:
            self._seen, self._changed = world.comfort, world.time
        elif self._seen is not self._kept and world.time - self._changed > QUIET:
            self.finish(world)

    def finish(self, world: World) -> None:
        """Writes what has changed; what cannot be written becomes a notice, once for each choice."""
        if world.comfort == self._kept:
            self._kept = self._seen = world.comfort
            return
        self._kept = self._seen = world.comfort
        told = json.dumps({**self._rest, "comfort": asdict(world.comfort)}, indent=2)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, lambda file: file.write(told.encode()))
        except (OSError, UserError) as error:
            world.notices.append(Notice(f"What you have chosen is not kept: {error}"))
