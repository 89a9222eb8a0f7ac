"""An exhibit of pictures of one colour each that a test steps frame by frame, in a context of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import torch
from PIL import Image

from vrcnn.exhibit import Exhibit
from vrcnn.network.pictures import PictureError, PictureFile
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.render.gl_errors import GLErrors
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose

EVERYTHING = 1 << 30
NETWORK = """
import torch
from torch import nn

class Picky(nn.Module):
    def forward(self, x):
        if float(x.min()) > 1.5:
            raise ValueError("too bright")
        return x

torch.manual_seed(0)
model = nn.Sequential(
    nn.MaxPool2d(1), Picky(), nn.Conv2d(3, 12, 3), nn.ReLU(), nn.Conv2d(12, 40, 3), nn.ReLU(), nn.AvgPool2d(2),
    nn.Conv2d(40, 20, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(20, 5),
)
input_size = (3, 24, 24)
"""


class Album:
    """Pictures of one colour each, which notes what is opened; `broken` ones cannot be."""

    def __init__(self, colours: list[str | tuple[int, int, int]], broken: tuple[int, ...] = ()) -> None:
        self.opened: list[int] = []

        def reader(number: int) -> Callable[[], Image.Image]:
            def read() -> Image.Image:
                self.opened.append(number)
                if number in broken:
                    raise PictureError("is truncated")
                return Image.new("RGB", (40, 30), colours[number])

            return read

        self.pictures = tuple(PictureFile(f"{number}.png", read=reader(number)) for number in range(len(colours)))


class Show:
    """An exhibit that is stepped by a test."""

    def __init__(
        self, source: NetworkSource, album: Album, context: moderngl.Context, memory: int | None = None
    ) -> None:
        self.exhibit = Exhibit(replace(source, pictures=album.pictures, notes=()), memory=memory)
        self.world = self.exhibit.world
        self.exhibit.open(context)

    def listen(self) -> None:
        """Takes in what the worker sends until it rests; uploads nothing."""
        self._until_rest(lambda: None)

    def settle(self) -> None:
        """Until the worker rests and everything is uploaded, as frame after frame does it."""
        self._until_rest(self.exhibit.prepare)
        self.exhibit.prepare(EVERYTHING)

    def _until_rest(self, each_frame: Callable[[], object]) -> None:
        end = time.monotonic() + 20
        busy = True
        while busy:
            job, busy = self.exhibit.displays[0].job, self.exhibit.displays[0].worker.busy
            self.exhibit.step([], 0.01)
            busy = busy or self.exhibit.displays[0].job != job  # a message has set off another one
            each_frame()
            assert time.monotonic() < end, "the worker does not come to rest"
            time.sleep(0.001)

    def seen(self, eyes: Pose | None = None) -> np.ndarray:
        """What is to be seen once everything has faded in."""
        size = (240, 150)
        self.world.time = 100.0  # which the pulses on the ribbons follow
        self.exhibit.prepare(EVERYTHING)
        view = View.symmetric(eyes or self.world.player.eyes, size[0] / size[1])
        return self.exhibit.renderer.render_picture(view, size)


@contextmanager
def shows(folder: Path, context: moderngl.Context) -> Iterator[Callable[..., Show]]:
    """Opens exhibits of an album in the context, of a model file's lines or of the small network."""
    torch.set_num_threads(1)
    opened: list[Show] = []

    def show(album: Album, lines: str = NETWORK, memory: int | None = None) -> Show:
        (folder / "net.py").write_text(lines)
        opened.append(Show(load(str(folder / "net.py"), LoadOptions()), album, context, memory))
        return opened[-1]

    with context:
        yield show
        for one in opened:
            one.exhibit.close()
            one.exhibit.renderer.release()
        GLErrors(context).check("the end of a test")


def shades(count: int) -> list[str | tuple[int, int, int]]:
    return [(10 + 5 * number, 120, 200 - 4 * number) for number in range(count)]
