"""What a visitor wants of pictures that come in while they walk: pasted, live, drawn on. Free of any device."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BringFiles:
    """Put these files, and the pictures in these folders, onto the shelf, and the first of them onto the easel."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class PastePicture:
    """Bring what lies on the clipboard, a picture or copied files."""


@dataclass(frozen=True)
class FreezeCamera:
    """Keep the camera's picture as it is now, or let it go on."""


@dataclass(frozen=True)
class ChooseTool:
    """Draw with another tool: in `part` (an attribute of drawing.Tool) with `value` from now on."""

    part: str
    value: str | float


@dataclass(frozen=True)
class ToggleDrawing:
    """Draw on the picture on the easel with what presses it from now on, or do not any more."""


@dataclass(frozen=True)
class StepStroke:
    """Take the last stroke on the easel's picture back (`step` -1), or do it again (1)."""

    step: int


@dataclass(frozen=True)
class ClearStrokes:
    """Take all strokes on the easel's picture back; that is a step of its own."""


@dataclass(frozen=True)
class KeepDrawing:
    """Keep the easel's picture as it is now as another one on the shelf."""


WayAction = (
    BringFiles | PastePicture | FreezeCamera | ChooseTool | ToggleDrawing | StepStroke | ClearStrokes | KeepDrawing
)
