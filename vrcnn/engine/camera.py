"""The thread that looks through a camera, or plays a film: it keeps the newest picture, and no others."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.network.pictures import PictureFile

THUMBNAIL = 512  # pixels a side, as in PictureLoaded
PATIENCE = 5000  # ms to wait for a stream
SILENCE = 1.5  # s without a picture, after which a camera is thought to be gone
SMOOTHING = 0.9  # how much of the rate is that of before
MISSING = "--camera looks through OpenCV, which is not installed here: install it with `pip install 'vrcnn[camera]'`."


@dataclass(frozen=True)
class Frame:
    """One picture: `image` (H, W, 3) uint8 sRGB, nobody's to change; `pixels` as in PictureLoaded."""

    number: int
    image: np.ndarray
    pixels: np.ndarray

    def file(self, name: str) -> PictureFile:
        """The same as a picture of the shelf."""
        return PictureFile(name, read=lambda: Image.fromarray(self.image))


class Camera:
    """A camera by its number, or a film or stream by its path or address; a film begins anew at its end.

    Attributes:
        name: what people call it.
        newest: the newest picture; read by another thread.
        lost: whether no more come.
        rate: pictures per second that come.

    Raises UserError where OpenCV is not installed, or there is no such camera or film.
    """

    def __init__(self, source: str) -> None:
        self._cv2 = _opencv()
        self._capture, self.name, self._is_film = _opened(self._cv2, source)
        self.lost, self.rate, self._closed = False, 0.0, False
        good, image = self._capture.read()
        if not good:
            self._capture.release()
            words = f"{self.name[:1].upper()}{self.name[1:]} gives no picture"
            raise UserError(f"{words}: is another program using it, or is it no film?")
        self.newest = self._frame(0, image)
        self._thread = threading.Thread(target=self._look, name="vrcnn camera", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def close(self) -> None:
        """Ends the thread, and gives the camera back; one that does not answer is left to end with the process."""
        self._closed = True
        if self._thread.is_alive():
            self._thread.join(1.0)

    def _look(self) -> None:
        number, last = 0, time.perf_counter()
        period = 1 / self._frames_per_second() if self._is_film else 0.0
        due = last
        while not self._closed:
            good, image = self._capture.read()
            now = time.perf_counter()
            if not good and self._is_film and number > 0:
                self._capture.set(self._cv2.CAP_PROP_POS_FRAMES, 0)
                good, image = self._capture.read()
            if not good:
                if now - last > SILENCE or self._is_film:
                    break
                time.sleep(0.05)
                continue
            number += 1
            self.newest = self._frame(number, image)
            took, last = max(now - last, 1e-4), now
            self.rate = 1 / took if self.rate == 0 else 1 / (SMOOTHING / self.rate + (1 - SMOOTHING) * took)
            due = max(due + period, now - 1.0)
            if due > time.perf_counter():
                time.sleep(due - time.perf_counter())
        self.lost = not self._closed
        self._capture.release()

    def _frame(self, number: int, image: np.ndarray) -> Frame:
        cv2 = self._cv2
        colours = cv2.cvtColor(image, cv2.COLOR_BGR2RGB if image.ndim == 3 else cv2.COLOR_GRAY2RGB)
        height, width = colours.shape[:2]
        share = min(1.0, THUMBNAIL / max(width, height))
        size = max(1, round(width * share)), max(1, round(height * share))
        small = colours if share == 1 else cv2.resize(colours, size, interpolation=cv2.INTER_AREA)
        return Frame(number, colours, cv2.cvtColor(small, cv2.COLOR_RGB2RGBA))

    def _frames_per_second(self) -> float:
        told = float(self._capture.get(self._cv2.CAP_PROP_FPS))
        return told if 1 <= told <= 240 else 25.0


def _opencv() -> Any:
    """OpenCV, which tells nothing by itself."""
    os.environ.setdefault("OPENCV_LOG_LEVEL", "OFF")
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    try:
        cv2 = import_module("cv2")
    except ImportError as error:
        raise UserError(MISSING) from error
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    cv2.setNumThreads(1)  # the others are for frames and the network
    return cv2


def _opened(cv2: Any, source: str) -> tuple[Any, str, bool]:
    """The capture, its name, and whether it is a film. Raises UserError."""
    if source.isdigit():
        capture = cv2.VideoCapture(int(source))
        if not capture.isOpened():
            raise UserError(
                f"There is no camera {source}: plug it in, give another number (the first camera is 0), or the path of "
                "a film."
            )
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture, f"camera {source}", False
    if "://" in source:
        waits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, PATIENCE, cv2.CAP_PROP_READ_TIMEOUT_MSEC, PATIENCE]
        capture = cv2.VideoCapture(source, cv2.CAP_FFMPEG, waits)
        if not capture.isOpened():
            raise UserError(f"The stream {source} does not answer: is its address right, and does it run?")
        return capture, "the stream", False
    path = Path(source).expanduser()
    if not path.is_file():
        raise UserError(f"There is no film {source}: give a camera's number, such as 0, or the path of a film.")
    capture = cv2.VideoCapture(str(path))
    if not capture.isOpened():
        raise UserError(f"{path.name} is no film that OpenCV can read: give another, such as an .mp4 file.")
    return capture, path.name, True
