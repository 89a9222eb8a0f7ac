"""What is drawn on the easel's picture: seen at once, drawn at full size on another thread, run as fast as can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from vrcnn.display import Display, tell
from vrcnn.engine.painter import Painted, Painter, Task
from vrcnn.network.canvas import Canvas, drawn
from vrcnn.network.pictures import PictureFile
from vrcnn.network.strokes import Stroke
from vrcnn.passes import Passes
from vrcnn.scene.drawing import Drawing
from vrcnn.scene.world import Notice

if TYPE_CHECKING:
    from vrcnn.exhibit import Exhibit

REST = 0.7  # s without a stroke, after which the picture is made ready for sessions
DRAWN, KEPT = "{}, drawn on", "{}, kept"


@dataclass(frozen=True)
class _Original:
    """What is drawn on: `pixels` as in PictureLoaded, and by the halls' numbers the files that networks read."""

    name: str
    pixels: np.ndarray
    files: dict[int, PictureFile]


class EaselDrawing:
    """Keeps what is seen, what the networks are given, and what they run in step with the strokes of the World.

    Frames draw on a copy of at most 512 pixels a side, which is what the easel shows; the picture as it is on the
    shelf, of at most 4096, is drawn on by a Painter. The networks run the newest that is painted whenever they have
    done with what they ran; the end of a stroke supersedes what runs.
    """

    def __init__(self, exhibit: Exhibit, passes: Passes) -> None:
        self._exhibit, self._passes = exhibit, passes
        self._painter = Painter()
        self._originals: dict[int, _Original] = {}  # by the numbers of the drawn pictures
        self._small: tuple[int, Canvas] | None = None  # what the easel shows, of the picture with this number
        self._given: dict[int, tuple[Stroke, ...]] = {}  # by number, the strokes of what the networks are given
        self._asked: tuple[int, tuple[Stroke, ...]] | None = None
        self._ready: Painted | None = None  # which has not run
        self._rests: tuple[Task, float] | None = None  # what was painted last, and when (World.time), until it is kept

    def begin(self, base: int) -> None:
        """What is drawn on this picture from now on is a picture of its own, on the easel."""
        world = self._exhibit.world
        if base not in world.sketching.drawings and world.pictures[base].pixels is not None:
            world.put_on_easel(self._add(base, (), DRAWN))

    def keep(self, number: int) -> None:
        """The picture as it is now is another one on the shelf; that on the easel stays there."""
        world = self._exhibit.world
        drawing = world.sketching.drawings.get(number)
        if world.pictures[number].pixels is not None:
            self._add(number, () if drawing is None else drawing.strokes, KEPT)

    def follow(self) -> None:
        """Once a frame."""
        world = self._exhibit.world
        number, drawings = world.easel.picture, world.sketching.drawings
        for gone in self._originals.keys() - drawings.keys():
            del self._originals[gone]
        self._keep_data()
        painted = self._painter.painted()
        if painted is not None:
            self._take(painted)
        if number is None or number not in drawings:
            return
        strokes = world.sketching.shown(number)
        self._show(number, strokes)
        wanted = number, strokes
        if wanted != self._asked and (self._given.get(number) != strokes or self._asked is not None):
            self._asked = wanted
            if self._given.get(number) != strokes:
                files = tuple(self._originals[number].files.values())
                self._painter.paint(Task(number, world.pictures[number].name, files, strokes))
        ready = self._ready
        settled = world.sketching.going is None and ready is not None and ready.task.strokes == strokes
        readers = self._readers(number)
        if ready is not None and ready.task.number == number and (settled or Passes.done(readers)):
            self._ready = None
            self._passes.run(readers, number)

    def close(self) -> None:
        """Ends the thread."""
        self._painter.close()

    def _add(self, base: int, strokes: tuple[Stroke, ...], words: str) -> int:
        """Another picture on the shelf, of the same original with these strokes; returns its number."""
        exhibit, world = self._exhibit, self._exhibit.world
        original = self._originals.get(base) or self._original(base)
        canvas = _canvas(original.pixels)
        canvas.bring_to(strokes)
        name = words.format(original.name)
        files = {hall: drawn(file, name, strokes) for hall, file in original.files.items()}
        number = exhibit.ways.add_file(next(iter(files.values()), PictureFile(name)), _pixels(canvas))
        for hall, file in files.items():
            exhibit.displays[hall].worker.put_picture(number, file)
        world.pictures[number].brought = None
        if files:
            self._painter.keep(Task(number, name, tuple(original.files.values()), strokes))
        world.sketching.drawings[number] = Drawing(base, strokes)
        self._originals[number], self._given[number] = original, strokes
        return number

    def _keep_data(self) -> None:
        """What sessions keep of a drawn picture is made ready on the painter's thread, once nobody draws."""
        world, kept = self._exhibit.world, self._painter.kept()
        if self._rests is not None and world.time - self._rests[1] > REST:
            (task, _), self._rests = self._rests, None
            if task.files and task.number in world.sketching.drawings:
                self._painter.keep(task)
        if kept is not None and kept.task.number in world.sketching.drawings:
            world.pictures[kept.task.number].brought = PictureFile(kept.task.name, data=kept.data)

    def _original(self, number: int) -> _Original:
        picture = self._exhibit.world.pictures[number]
        assert picture.pixels is not None
        files = {display.number: display.worker.file_of(number) for display in self._readers(number)}
        return _Original(picture.name, picture.pixels, files)

    def _readers(self, number: int) -> list[Display]:
        return [display for display in self._exhibit.displays if display.worker.reads(number)]

    def _show(self, number: int, strokes: tuple[Stroke, ...]) -> None:
        """On the easel, and on the shelf."""
        if self._small is None or self._small[0] != number:
            canvas = _canvas(self._originals[number].pixels)
            canvas.bring_to(self._given.get(number, ()))
            self._small = number, canvas
        canvas = self._small[1]
        if canvas.bring_to(strokes) is not None:
            pixels = _pixels(canvas)
            self._exhibit.world.pictures[number].pixels = pixels
            self._exhibit.renderer.set_picture(number, pixels)

    def _take(self, painted: Painted) -> None:
        """What is painted is what the networks are given from now on."""
        task, world = painted.task, self._exhibit.world
        original, drawing = self._originals.get(task.number), world.sketching.drawings.get(task.number)
        if original is None or drawing is None:
            return
        if painted.failure:
            tell(world, Notice(f"{original.name} {painted.failure}.", "It stays as it is."))
            del world.sketching.drawings[task.number]
            if world.easel.picture == task.number:
                world.sketching.going = None
                self._exhibit.place(drawing.base)
            return
        for hall, file in zip(original.files, painted.files, strict=True):
            self._exhibit.displays[hall].worker.put_picture(task.number, file)
        self._given[task.number], self._ready = task.strokes, painted
        self._rests = task, world.time


def _canvas(pixels: np.ndarray) -> Canvas:
    return Canvas(Image.fromarray(pixels).convert("RGB"))


def _pixels(canvas: Canvas) -> np.ndarray:
    return np.asarray(canvas.picture.convert("RGBA"))
