"""Networks of a few layers and sources for them, and how a test waits for the worker."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from vrcnn.engine.arena import Arena
from vrcnn.engine.messages import LayerReady, MapsComplete, Message
from vrcnn.engine.worker import Worker
from vrcnn.network.pictures import PictureError, PictureFile
from vrcnn.network.preprocess import standard
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource

SIZE = (3, 27, 20)
Kind = TypeVar("Kind")


class Tiny(nn.Module):
    """Convolutions with a shortcut that is added in place, pooling, and class scores."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.conv = nn.Conv2d(8, 8, 3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.last = nn.Conv2d(8, 70, 1)
        self.head = nn.Linear(70, 12)

    def forward(self, x: Tensor) -> Tensor:
        y = self.stem(x)
        z = self.conv(y)
        z += y
        return self.head(self.last(self.pool(torch.relu_(z))).mean((2, 3)))


class Gated(nn.Module):
    """Waits at its second layer until `gate` opens, and says so with `arrived`."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1)
        self.gate, self.arrived = threading.Event(), threading.Event()
        self.gate.set()

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        self.arrived.set()
        self.gate.wait(20)
        return self.second(x)


class Volumes(nn.Module):
    """Turns every slice of a volume into four maps of as many slices; counts how often it was called."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv3d(1, 4, (1, 3, 3), padding=(0, 1, 1))
        self.calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return self.conv(x)


class Moody(nn.Module):
    """What it does depends on the picture: it fails on a bright one and takes another way on a grey one."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.narrow, self.head = nn.Conv2d(3, 4, 1), nn.Conv2d(5, 4, 1), nn.Conv2d(4, 4, 1)
        self.extra = nn.Conv2d(4, 6, 3)

    def forward(self, x: Tensor) -> Tensor:
        brightness = float(x.mean())
        y = self.first(x)
        if brightness > 0.9:
            return self.narrow(y)
        if 0.4 < brightness < 0.6:
            return self.extra(self.head(y))
        return self.head(y)


def picture(level: int, name: str = "") -> PictureFile:
    """A picture of one grey level, 0 to 255."""
    return PictureFile(name or f"grey {level}", read=lambda: Image.new("RGB", (40, 30), (level, level, level)))


def noise(seed: int) -> PictureFile:
    """A picture of random pixels."""
    pixels = np.random.default_rng(seed).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    return PictureFile(f"noise {seed}", read=lambda: Image.fromarray(pixels))


def broken(reason: str) -> PictureFile:
    """A picture that cannot be opened."""

    def read() -> Image.Image:
        raise PictureError(reason)

    return PictureFile("broken.jpg", read=read)


def source(module: nn.Module, *pictures: PictureFile, labels: tuple[str, ...] | None = None) -> NetworkSource:
    """A source with plain preprocessing, values from 0 to 1; the example input is bright enough for Moody."""
    return NetworkSource(
        name=type(module).__name__,
        module=module,
        arguments=(torch.full((1, *SIZE), 0.75),),
        keywords={},
        pictures=pictures,
        labels=labels,
        preprocess=standard(SIZE, (0.0,), (1.0,)),
        input_size=SIZE,
        notes=(),
        path=None,
        slot=(0,),
    )


class Watched:
    """A started worker that collects its messages, for a with statement."""

    def __init__(self, network: NetworkSource, scope: Scope = Scope(), memory: int | None = None) -> None:
        self.worker = Worker(network, scope, memory)
        self.worker.prepare()
        self.worker.start()
        self.arrived: list[Message] = []

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.close(timeout=10)

    def until(self, condition: Callable[[], bool]) -> None:
        """Takes messages in until `condition` holds."""
        deadline = time.monotonic() + 20
        while True:
            idle = not self.worker.busy
            self.arrived += self.worker.messages()
            if condition():
                return
            assert time.monotonic() < deadline, self.arrived
            assert not idle or condition(), f"the worker rests after {self.arrived}"
            time.sleep(0.001)

    def rest(self) -> list[Message]:
        """Waits until the worker has nothing left to do; everything that arrived so far."""
        deadline = time.monotonic() + 20
        while self.worker.busy:
            assert time.monotonic() < deadline, self.arrived
            time.sleep(0.001)
        self.arrived += self.worker.messages()
        return self.arrived

    def run(self, number: int) -> list[Message]:
        """The messages of one picture's job; its arena stays with the caller."""
        self.arrived.clear()
        job = self.worker.run_picture(number)
        return [message for message in self.rest() if getattr(message, "job", job) == job]

    def show(self, scope: Scope, memory: int | None = None) -> list[Message]:
        """The messages that follow another scope, those of the job with it."""
        self.arrived.clear()
        self.worker.show(scope, memory)
        return self.rest()


def of_kind(messages: list[Message], kind: type[Kind]) -> list[Kind]:
    """The messages of one type."""
    return [message for message in messages if isinstance(message, kind)]


def maps(arena: Arena, worker: Worker, name: str, level: int = 0) -> np.ndarray:
    """(count, height, width) of the maps of the layer with this name."""
    node = next(node for node in worker.graph.nodes if node.name == name)
    span = worker.plan.spans[node.index]
    return arena.levels[span.size][level][span.first : span.first + span.count]


def nonfinite(messages: list[Message], worker: Worker) -> dict[str, int]:
    """How many values of each layer are not finite, by the layer's name."""
    return {worker.graph.nodes[ready.node].name: ready.nonfinite for ready in of_kind(messages, LayerReady)}


def arena_of(messages: list[Message]) -> Arena:
    """The arena that a finished job sent."""
    return of_kind(messages, MapsComplete)[0].arena
