"""What a worker tells of an export."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exported:
    """An export is complete: so many `files`, without sidecars, are in the `folder`. `notes` are sentences."""

    folder: str
    files: int
    about: str
    notes: tuple[str, ...] = ()
