"""Where exports go unless a folder is named."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from vrcnn.export.feature_names import safe_word


def dated_folder(name: str, now: datetime | None = None, beside: Path = Path()) -> Path:
    """A folder that is not there as yet: "vrcnn-model-2026-11-23-1642", with a number behind it where there is one."""
    word = safe_word(Path(name).stem if name.endswith(".py") else name, 40) or "network"
    folder = beside / f"vrcnn-{word}-{(now or datetime.now()).strftime('%Y-%m-%d-%H%M')}"
    number = 2
    candidate = folder
    while candidate.exists():
        candidate = folder.with_name(f"{folder.name}-{number}")
        number += 1
    return candidate
