"""What a visitor wants on the panels of the sieve. Free of any device."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.susceptibility.sieve import Sieve


@dataclass(frozen=True)
class ChooseSieve:
    """Let the sieve be this one, wherever it is."""

    sieve: Sieve


@dataclass(frozen=True)
class ChooseSievePictures:
    """Let the curve and the flipped answers be over so many pictures of the set."""

    count: int


@dataclass(frozen=True)
class ColourFrames:
    """Colour the tiles' frames by how much their channels change, or no longer; None for the other of both."""

    on: bool | None = None


@dataclass(frozen=True)
class PutFlipped:
    """Put the picture at this place of the set on the easel; -1 for the first whose answer flips."""

    place: int = -1


@dataclass(frozen=True)
class ShowFlipped:
    """Let the shelf show the pictures whose answers flip in hall number `hall`."""

    hall: int = 0


SievePanelAction = ChooseSieve | ChooseSievePictures | ColourFrames | PutFlipped | ShowFlipped
