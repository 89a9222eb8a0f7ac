"""What a visitor wants of pictures that come in while they walk: pasted, live, drawn on. Free of any device."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.drawing import Tool


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
    """Draw with this tool from now on."""

    tool: Tool


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


@dataclass(frozen=True)
class ShowEaselLarge:
    """Show the picture on the easel large before the eyes, to draw on it; or do not any more."""


@dataclass(frozen=True)
class PointAt:
    """The window's pointer is there, while the mouse is free and draws: `across` and `up` are tangents of the angles
    from the middle of the view, or None where the crosshair is meant again."""

    at: tuple[float, float] | None


WayAction = (
    BringFiles | PastePicture | FreezeCamera | ChooseTool | StepStroke | ClearStrokes | KeepDrawing | ShowEaselLarge
)
