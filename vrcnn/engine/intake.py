"""The thread that takes in pictures from outside while the program runs: files that were dropped, what was pasted."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.network.arrays import PictureError
from vrcnn.network.pictures import PictureFile, data_of, list_pictures, pixels_of

TRIED = 2000  # files of one drop
_OTHERS = {  # what people drop that is no picture, and what to do with it
    ".py": "is a program: start `vrcnn run` with it to see its network",
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".safetensors"), "holds weights: give them to --weights"),
    **dict.fromkeys((".mp4", ".avi", ".mov", ".mkv", ".webm"), "is a film: give it to --camera"),
}


@dataclass(frozen=True)
class Came:
    """A picture that can be shown; `pixels` are as in PictureLoaded. `first` of those that came together."""

    file: PictureFile
    pixels: np.ndarray
    first: bool


@dataclass(frozen=True)
class AllCame:
    """No more of them come: `taken` were taken, `left` were not looked at as there is no room for more.

    `refused` has a sentence for each that cannot be shown, such as "cat.png is truncated.".
    """

    taken: int
    refused: tuple[str, ...] = ()
    left: int = 0


Paste = Callable[[], Image.Image | Sequence[Path]]  # raises UserError where there is nothing to paste


class Intake:
    """Driven and read by one other thread; nothing is opened, listed or waited for on that one."""

    def __init__(self, most: int) -> None:
        """Of one drop at most so many pictures are taken."""
        self._most = most
        self._asked: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._came: queue.SimpleQueue[Came | AllCame] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._open = 0  # of what was asked for, what is not answered

    @property
    def busy(self) -> bool:
        """Whether something is on its way."""
        return self._open > 0

    def take(self, paths: Sequence[Path]) -> None:
        """Opens files and the pictures in folders, in this order."""
        self._ask(lambda: self._take(paths))

    def paste(self, read: Paste) -> None:
        """Takes what `read` gives, which is called on the thread."""
        self._ask(lambda: self._paste(read))

    def messages(self) -> list[Came | AllCame]:
        """What has come since the last call; never waits."""
        arrived: list[Came | AllCame] = []
        while True:
            try:
                message = self._came.get_nowait()
            except queue.Empty:
                return arrived
            self._open -= isinstance(message, AllCame)
            arrived.append(message)

    def close(self) -> None:
        """Gives up what is on its way; a file that is being opened is left to end with the process."""
        self._closed = True
        self._asked.put(None)

    def _ask(self, errand: Callable[[], None]) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="vrcnn intake", daemon=True)
            self._thread.start()
        self._open += 1
        self._asked.put(errand)

    def _work(self) -> None:
        while not self._closed:
            errand = self._asked.get()
            if errand is None:
                return
            try:
                errand()
            except Exception as error:  # nothing of what others wrote may end this thread
                self._came.put(AllCame(0, (f"This cannot be taken in: {error or type(error).__name__}.",)))

    def _paste(self, read: Paste) -> None:
        try:
            found = read()
        except UserError as error:
            self._came.put(AllCame(0, (str(error),)))
            return
        if isinstance(found, Image.Image):
            self._open_all(iter([PictureFile("pasted picture", data=data_of(found))]), [])
        else:
            self._take(found)

    def _take(self, paths: Sequence[Path]) -> None:
        refused: list[str] = []
        self._open_all(_files(paths, refused), refused)

    def _open_all(self, files: Iterator[PictureFile], refused: list[str]) -> None:
        taken = left = 0
        for number, file in enumerate(files):
            if self._closed:
                return
            if taken == self._most or number >= TRIED:
                left += 1
                continue
            try:
                pixels = pixels_of(file.open())
            except PictureError as error:
                kind = Path(file.name).suffix.lower()
                refused.append(f"{file.name} {_OTHERS.get(kind, str(error))}.")
            except MemoryError:
                refused.append(f"{file.name} needs more memory than there is.")
            else:
                self._came.put(Came(file, pixels, not taken))
                taken += 1
        self._came.put(AllCame(taken, tuple(refused), left))


def _files(paths: Sequence[Path], refused: list[str]) -> Iterator[PictureFile]:
    """The files that are meant, those of folders among them."""
    for path in paths:
        if not path.is_dir():
            yield PictureFile(printable(path.name), path)
            continue
        try:
            yield from (PictureFile(printable(file.name), file.path, file.read) for file in list_pictures(path))
        except UserError as error:
            refused.append(str(error))


def printable(name: str) -> str:
    """A file's name on one line, whatever its letters are."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)
