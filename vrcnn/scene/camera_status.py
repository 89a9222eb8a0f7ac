"""What is told of a camera, as plain data of the World; kept up to date while it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CameraStatus:
    """A camera, or a film, by its `name`.

    Attributes:
        picture: the number of its picture on the shelf.
        live: whether the picture follows it; it was frozen otherwise.
        lost: whether it gives no more pictures.
        rate: pictures per second that it gives.
    """

    name: str
    picture: int
    live: bool = True
    lost: bool = False
    rate: float = 0.0
