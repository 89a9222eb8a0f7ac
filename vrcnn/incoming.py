"""Pictures that come in while the program runs: dropped and pasted ones, onto the shelf and the easel."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from vrcnn.display import tell
from vrcnn.engine.intake import AllCame, Came, Intake
from vrcnn.scene.shelving import ADDED
from vrcnn.scene.wording import counted
from vrcnn.scene.world import Notice

if TYPE_CHECKING:
    from vrcnn.exhibit import Exhibit

NO_READER = "No network here reads pictures, so there is nothing to do with another one."


class Incoming:
    """Keeps a thread of its own for files; `follow` takes in what has come of them."""

    def __init__(self, exhibit: Exhibit) -> None:
        self._exhibit = exhibit
        self._intake = Intake(ADDED)
        self._first: int | None = None  # the number of the picture that came first of those that come now

    @property
    def busy(self) -> bool:
        """Whether something is on its way."""
        return self._intake.busy

    def take(self, paths: Iterable[str]) -> None:
        """Files and folders onto the shelf; the first picture runs."""
        if self.is_wanted():
            self._intake.take([Path(path) for path in paths])

    def paste(self, text: str) -> None:
        """The picture or the files on the clipboard, whose text this is."""
        from vrcnn.desktop.clipboard import read_clipboard  # here, as it is not needed for the first picture

        if self.is_wanted():
            self._intake.paste(partial(read_clipboard, text))

    def follow(self) -> None:
        """Once a frame."""
        for message in self._intake.messages():
            match message:
                case Came(file, pixels, first):
                    number = self._exhibit.ways.add_file(file, pixels)
                    if first:
                        self._first = number
                        self._exhibit.place(number)
                case AllCame():
                    self._tell(message)

    def close(self) -> None:
        """Ends the thread."""
        self._intake.close()

    def is_wanted(self) -> bool:
        """Whether a network can do something with pictures; else that is told."""
        wanted = any(display.worker.takes_pictures for display in self._exhibit.displays)
        if not wanted:
            lacking = [display.worker.lacks_network for display in self._exhibit.displays]
            tell(self._exhibit.world, Notice(next(filter(None, lacking), NO_READER)))
        return wanted

    def _tell(self, came: AllCame) -> None:
        """How many could not be taken and why, each with its name; and the page of the shelf with the first."""
        world = self._exhibit.world
        if self._first is not None and came.taken:
            world.shelf.selection = None
            world.shelf.page = world.shelf.page_of(self._first)
            world.pictures_revision += 1
        if came.left:
            left = f"{counted(came.left, 'more file')} stayed where they are."
            tell(world, Notice(f"The shelf takes {came.taken} pictures at a time: {left}"))
        if len(came.refused) == 1:
            tell(world, Notice(came.refused[0]))
        elif came.refused:
            count = len(came.refused)
            tell(world, Notice(f"{count} of {count + came.taken} files could not be shown.", "\n".join(came.refused)))
