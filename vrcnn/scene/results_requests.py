"""What the wishes about results ask of the rest of the program."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class EvaluateAll:
    """All pictures of the set shall run through the network of hall number `hall`."""

    hall: int


@dataclass(frozen=True)
class BringPictures:
    """Pictures of the set shall be known under these numbers: (number, place in the set) of each."""

    pictures: tuple[tuple[int, int], ...]


ResultsRequest = EvaluateAll | BringPictures
