"""Looks for a headset in a thread of its own, so that no frame waits for a runtime that is not there.

A look while a service is down is a refused connection. Where the runtime is there and only the headset is missing, the
connection is kept and asked again, as OpenXR has it: SteamVR would be started anew by every new one.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from vrcnn.xr import errors
from vrcnn.xr.errors import HeadsetUnavailable
from vrcnn.xr.runtime import Runtime

PAUSE = 1.0  # s between two looks
PATIENCE = 2.0  # s, that the end of the program waits for a runtime's answer

log = logging.getLogger(__name__)


@dataclass
class _Search:
    """One search: its thread works on nothing else, and closes what it has opened and nobody has taken."""

    wanted: tuple[str, ...]
    after: float
    longest_pause: float
    stubborn: bool
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    found: Runtime | None = None
    refusal: HeadsetUnavailable | None = None
    given_up: bool = False
    looks: int = 0
    thread: threading.Thread | None = None

    def run(self, former: threading.Thread | None) -> None:
        if former is not None:
            former.join()  # one connection at a time: loaders refuse a second one
        pause, runtime = PAUSE, None
        self.stopped.wait(self.after)
        while not self.stopped.is_set():
            try:
                with _quiet():
                    runtime = runtime or Runtime(self.wanted)
                    runtime.find_headset()
                runtime = self._hand_over(runtime)
                break
            except HeadsetUnavailable as refusal:
                self.refusal = refusal
                if not (refusal.may_come or self.stubborn):
                    self.given_up = True
                    break
            except Exception as reason:  # a runtime of unknown make that comes or goes may do anything
                told = f"{type(reason).__name__}: {reason}"
                self.refusal = HeadsetUnavailable(errors.OTHER.format(runtime="The OpenXR runtime", reason=told), True)
                if runtime is not None:
                    runtime.close()
                runtime = None
            self.looks += 1
            self.stopped.wait(pause)
            pause = min(2 * pause, self.longest_pause)
        if runtime is not None:
            runtime.close()

    def _hand_over(self, runtime: Runtime) -> Runtime | None:
        """Gives the runtime to whoever takes it; back, where nobody wants it any more."""
        with self.lock:
            if self.stopped.is_set():
                return runtime
            self.found = runtime
        return None

    def take(self) -> Runtime | None:
        with self.lock:
            found, self.found = self.found, None
        return found

    def stop(self) -> None:
        self.stopped.set()
        found = self.take()
        if found is not None:
            found.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Takes what a runtime writes to standard error into the log: Monado has a page for each connection in vain."""
    with tempfile.TemporaryFile() as words:
        kept = os.dup(2)
        os.dup2(words.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            words.seek(0)
            log.debug("a look for a headset: %s", words.read().decode(errors="replace"))


class Finder:
    """Finds a runtime with a headset. `wanted` are the extensions to be enabled where they are offered."""

    def __init__(self, wanted: tuple[str, ...] = ()) -> None:
        self._wanted = wanted
        self._search: _Search | None = None

    @property
    def looking(self) -> bool:
        """Whether a search goes on, or has found what nobody has taken yet."""
        return self._search is not None and not (self._search.given_up or self._search.stopped.is_set())

    @property
    def given_up(self) -> bool:
        """Whether the search has ended without a headset, as waiting does not help."""
        return self._search is not None and self._search.given_up

    @property
    def refusal(self) -> HeadsetUnavailable | None:
        """Why there is no headset, by the last look."""
        return None if self._search is None else self._search.refusal

    @property
    def looks(self) -> int:
        """How many looks of this search have been in vain."""
        return 0 if self._search is None else self._search.looks

    def begin(self, after: float = 0.0, longest_pause: float = PAUSE, stubborn: bool = False) -> None:
        """Looks from now on, the first time `after` s; in place of a search that goes on.

        The pauses between looks double up to `longest_pause` s. A search gives up where waiting does not help, as
        without any runtime installed, unless it is `stubborn`.
        """
        former = self._search
        self.end()
        self._search = search = _Search(self._wanted, after, longest_pause, stubborn)
        thread = None if former is None else former.thread
        search.thread = threading.Thread(target=search.run, args=(thread,), name="headset finder", daemon=True)
        search.thread.start()

    def take(self) -> Runtime | None:
        """The runtime that was found, with its headset; it is the caller's from then on, and the search is over."""
        runtime = None if self._search is None else self._search.take()
        if runtime is not None:
            self._search = None
        return runtime

    def end(self) -> None:
        """Looks no more; does not wait for a look that goes on."""
        if self._search is not None:
            self._search.stop()

    def close(self) -> None:
        """The same, at the end of the program."""
        self.end()
        if self._search is not None and self._search.thread is not None:
            self._search.thread.join(PATIENCE)
