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
    """This picture, as it is drawn on, shall be another one on the shelf."""

    picture: int


@dataclass(frozen=True)
class DrawOn:
    """What is drawn on this picture shall be a picture of its own on the easel, where it is none already."""

    picture: int


WayRequest = OpenFiles | ReadClipboard | HoldCamera | CopyDrawing | DrawOn
