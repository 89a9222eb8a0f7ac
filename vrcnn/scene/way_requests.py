"""What the wishes about pictures that come in ask of the rest of the program."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OpenFiles:
    """These files and folders shall come onto the shelf."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class ReadClipboard:
    """What lies on the clipboard shall come onto the shelf."""


@dataclass(frozen=True)
class HoldCamera:
    """The camera's picture shall stay as it is, or go on."""


@dataclass(frozen=True)
class CopyDrawing:
    """The picture on the easel, as it is drawn on, shall be another one on the shelf."""


WayRequest = OpenFiles | ReadClipboard | HoldCamera | CopyDrawing
