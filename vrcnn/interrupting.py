"""Ctrl-C, kept away from the calls of the headset's runtime."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 0.1  # s between looks at whether to go on waiting


@contextmanager
def interrupted_by(act: Callable[[], object]) -> Iterator[None]:
    """Meanwhile Ctrl-C calls `act` on whatever thread, and no system call of this one, the main thread, is interrupted.

    Monado takes an interrupted call for the end of its service, and as its sockets have timeouts, no such call is
    restarted by the system (man 7 signal). So another thread waits for the signal; where there is no waiting for
    one, as on Windows, a handler does.
    """
    previous = signal.signal(signal.SIGINT, lambda *_: act())
    if not hasattr(signal, "sigtimedwait"):
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, previous)
        return
    done = threading.Event()

    def wait() -> None:
        while not done.is_set():
            if signal.sigtimedwait({signal.SIGINT}, PATIENCE) is not None:
                act()

    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    waiting = threading.Thread(target=wait, name="vrcnn interrupt", daemon=True)
    waiting.start()
    try:
        yield
    finally:
        done.set()
        waiting.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, previous)
