"""Pictures of the shelf as they are shown, one at a time; those that cannot be are told of together."""

from __future__ import annotations

from collections.abc import Callable

from vrcnn.engine.messages import Message, PictureLoaded, PicturesSkipped
from vrcnn.engine.shelf import Shelf
from vrcnn.network.pictures import PictureError, pixels_of


class Decoder:
    """Sends PictureLoaded for what it decodes, and PicturesSkipped for what it could not."""

    def __init__(self, shelf: Shelf, send: Callable[[Message], None]) -> None:
        self._shelf, self._send = shelf, send
        self._skipped: dict[int, str] = {}  # what is wrong with a picture

    def decode(self, picture: int) -> None:
        """The picture of this number."""
        name = self._shelf.name(picture)
        try:
            loaded = PictureLoaded(picture, name, pixels_of(self._shelf[picture]))
        except PictureError as error:
            self._skipped[picture] = f"{name} {error}"
        except MemoryError:
            self._skipped[picture] = f"{name} needs more memory than there is"
        else:
            self._send(loaded)

    def tell(self) -> None:
        """What was skipped since this was called last."""
        if self._skipped:
            self._send(PicturesSkipped(tuple(self._skipped.values()), tuple(self._skipped)))
            self._skipped.clear()
