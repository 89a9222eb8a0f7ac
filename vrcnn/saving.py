"""Pictures on their way to disk: a thread of their own encodes and writes them, so that no frame waits for that."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from vrcnn.errors import UserError
from vrcnn.export.picture import next_free


class Saving:
    """Saves one after the other, each under the next free name."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._running: list[Future[Path]] = []

    def begin(self, pixels: np.ndarray, name: Path, save: Callable[[np.ndarray, Path], Path]) -> None:
        """Has `save` write the pixels to a file that is called like `name`, with a number."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="saving")
        self._running.append(self._thread.submit(lambda: save(pixels, next_free(name))))

    def finished(self) -> list[Path | UserError]:
        """The files that were written since the last call, and why others could not be."""
        done = [future for future in self._running if future.done()]
        self._running = [future for future in self._running if future not in done]
        return [_outcome(future) for future in done]

    def close(self) -> list[Path | UserError]:
        """Waits for those that are on their way, and tells of them."""
        if self._thread is not None:
            self._thread.shutdown(wait=True)
        return self.finished()


def _outcome(future: Future[Path]) -> Path | UserError:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, UserError):
        return error
    return UserError(f"The picture could not be saved: {type(error).__name__}: {error}.")
