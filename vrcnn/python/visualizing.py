"""vrcnn.featvis: pictures of what channels look for, in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

from vrcnn.errors import UserError
from vrcnn.featurevis.presets import preset as settings_of
from vrcnn.featurevis.settings import PRESETS
from vrcnn.featvis.command import SHEET, Wishes, make
from vrcnn.network.scope import Scope
from vrcnn.python.given import Conventions, sources_of
from vrcnn.scene.theme import THEMES


def featvis(
    model: Any,
    folder: str | Path,
    layers: str | Sequence[str],
    *,
    channels: Sequence[int] | None = None,
    preset: str = "fast",
    steps: int | None = None,
    size: tuple[int, int] | None = None,
    seed: int | None = None,
    best: int = 0,
    detail: str = "layers",
    overwrite: bool = False,
    cache: bool = True,
    theme: str = "dark",
    **said: Unpack[Conventions],
) -> tuple[Path, ...]:
    """Makes what `vrcnn featvis` makes, on the main thread, and returns the pictures, the contact sheet last.

    Arguments as the command's options: `channels` such as range(64), by default all; `preset` one of "fast", "lucent",
    "maco" and "original"; `size` in pixels. Progress is told on the terminal, Ctrl-C keeps what is finished. The
    network is left as it was. Raises UserError.
    """
    for name, value, known in (("preset", preset, PRESETS), ("theme", theme, tuple(THEMES))):
        if value not in known:
            raise UserError(f"There is no {name} {value!r}: choose one of {', '.join(known)}.")
    changes: dict[str, Any] = {"steps": steps, "size": size, "seed": seed}
    settings = replace(settings_of(preset), **{name: value for name, value in changes.items() if value is not None})
    (source,) = sources_of(model, said, "vrcnn.featvis")
    output = Path(folder).expanduser()
    wishes = Wishes(
        (layers,) if isinstance(layers, str) else tuple(layers),
        None if channels is None else tuple((channel, channel) for channel in channels),
        settings,
        output,
        Scope(detail, "never"),
        None,
        best,
        overwrite,
        cache,
        theme,
    )
    make(source, wishes, source.name)
    return tuple(sorted(output.glob("**/*.png"), key=lambda path: (path.name == SHEET, path)))
