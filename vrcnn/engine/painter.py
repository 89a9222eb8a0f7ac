"""The thread that draws on pictures at their full size, so that neither frames nor the network wait for it."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass

from PIL import Image

from vrcnn.network.arrays import PictureError
from vrcnn.network.canvas import Canvas, drawable, drawn
from vrcnn.network.pictures import PictureFile, data_of
from vrcnn.network.strokes import Stroke


@dataclass(frozen=True)
class Task:
    """Picture `number` shall be the pictures of `files`, as the networks are given them, with these strokes."""

    number: int
    name: str
    files: tuple[PictureFile, ...]
    strokes: tuple[Stroke, ...]


@dataclass(frozen=True)
class Painted:
    """It is done: `files` are the drawn ones, in the same order. `failure` is a clause where it cannot be drawn on."""

    task: Task
    files: tuple[PictureFile, ...] = ()
    failure: str = ""


@dataclass(frozen=True)
class Kept:
    """What would be in a file of the picture that a task comes to, as the first of its networks is given it."""

    task: Task
    data: bytes


class Painter:
    """Driven and read by one other thread. Of several tasks that wait only the newest is done.

    The canvases of the picture that was drawn on last are kept, so that another stroke takes the time of its area, and
    of a copy of the picture.
    """

    def __init__(self) -> None:
        self._wanted = threading.Condition()  # guards the next three
        self._task: Task | None = None
        self._to_keep: dict[int, Task] = {}  # by number, while there is nothing to paint
        self._closed = False
        self._kept: queue.SimpleQueue[Kept] = queue.SimpleQueue()
        self._painted: queue.SimpleQueue[Painted] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._canvases: dict[int, tuple[PictureFile, Canvas]] = {}  # by the identity of the original's file

    def paint(self, task: Task) -> None:
        """Asks for it, in place of what waits."""
        with self._wanted:
            self._task = task
            self._wanted.notify()
        self._start()

    def keep(self, task: Task) -> None:
        """Asks for Kept, when there is nothing to paint; in place of what waits of the same picture."""
        with self._wanted:
            self._to_keep[task.number] = task
            self._wanted.notify()
        self._start()

    def kept(self) -> Kept | None:
        """One that was kept; never waits."""
        try:
            return self._kept.get_nowait()
        except queue.Empty:
            return None

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="vrcnn painter", daemon=True)
            self._thread.start()

    def painted(self) -> Painted | None:
        """The newest that was done since the last call; never waits."""
        newest = None
        while True:
            try:
                newest = self._painted.get_nowait()
            except queue.Empty:
                return newest

    def close(self) -> None:
        """Ends the thread after what it draws now."""
        with self._wanted:
            self._closed = True
            self._wanted.notify()

    def _work(self) -> None:
        while True:
            with self._wanted:
                while self._task is None and not self._to_keep and not self._closed:
                    self._wanted.wait()
                if self._closed:
                    return
                task, self._task = self._task, None
                keeping = self._to_keep.pop(next(iter(self._to_keep))) if task is None else None
            if keeping is not None:
                self._keep(keeping)
            if task is None:
                continue
            try:
                self._painted.put(Painted(task, self._paint(task)))
            except PictureError as error:
                self._painted.put(Painted(task, failure=str(error)))
            except MemoryError:
                self._painted.put(Painted(task, failure="needs more memory than there is"))
            except Exception as error:  # a user's own reading of pictures
                self._painted.put(Painted(task, failure=f"cannot be drawn on ({error or type(error).__name__})"))

    def _keep(self, task: Task) -> None:
        try:
            self._kept.put(Kept(task, data_of(drawn(task.files[0], task.name, task.strokes).open())))
        except Exception:  # it is told of when it is painted
            return

    def _paint(self, task: Task) -> tuple[PictureFile, ...]:
        kept = {id(file): self._canvases.get(id(file)) or (file, Canvas(drawable(file.open()))) for file in task.files}
        self._canvases = kept
        drawn = {}
        for key, (_, canvas) in kept.items():
            canvas.bring_to(task.strokes)
            drawn[key] = _in_memory(task.name, canvas.snapshot())
        return tuple(drawn[id(file)] for file in task.files)


def _in_memory(name: str, image: Image.Image) -> PictureFile:
    return PictureFile(name, read=lambda: image)
