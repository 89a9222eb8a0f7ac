"""What is asked of a network beside its pictures: numbers, attributions, whole folders; a step at a time in between."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from vrcnn.engine.failures import words_for
from vrcnn.engine.inference import Capture, Inference
from vrcnn.engine.messages import InquiryDone, InquiryFailed, InquiryProgress, Message
from vrcnn.engine.shelf import EXAMPLE, Shelf
from vrcnn.network.recorder import Cancelled
from vrcnn.network.source import NetworkSource

STINT = 0.1  # s that one of several goes on before the next has its turn
TELLING = 0.2  # s between two messages of progress


@dataclass
class Workbench:
    """What an inquiry works with, on the worker's thread.

    Attributes:
        source: the network, and how a picture becomes its input.
        shelf: the pictures, by their numbers.
        picture: the number of the one that was run last, or None.
        send: sends a message to the main thread.
        called_away: whether something is more urgent, or this is not wanted any more; hand it on as `cancelled`.
        weights: how often the network's weights became others since the start: what was computed before is of those.
        reweigh: is called once an inquiry has given the network other weights.
    """

    source: NetworkSource
    shelf: Shelf
    inference: Inference
    picture: int | None
    send: Callable[[Message], None]
    called_away: Callable[[], bool]
    weights: int
    reweigh: Callable[[], None]

    @property
    def capture(self) -> Capture:
        """What is shown of the network now; another one when the scope or the network's way has changed."""
        return self.inference.capture

    def inputs(self) -> tuple[tuple[object, ...], dict[str, object]]:
        """The arguments and keywords of a pass for the present picture, or the example's, behind the sieve where there
        is one. Raises PictureError."""
        return self.inference.inputs(EXAMPLE if self.picture is None else self.picture)


MakeWorkbench = Callable[[Callable[[], bool], Callable[[Message], None]], Workbench]  # by called_away and send


class Inquiry(Protocol):
    """Something that is asked. `title` is told in the list of jobs; "" for what takes no time worth telling of.

    One whose `needs_network` is false is asked of recordings too, which have no network.
    """

    @property
    def title(self) -> str: ...

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        """Works, sends what it finds, and yields (done, total) wherever something else may come first.

        When a step raises Cancelled, all that went before is given up as well, and the inquiry begins anew later: a
        long one catches that itself and yields. Any other exception ends it, and is told as InquiryFailed.
        """
        ...


@dataclass
class _Asked:
    number: int
    inquiry: Inquiry
    running: Iterator[tuple[int, int]] | None = None
    done: int = 0
    total: int = 0
    worked: float = 0.0  # s
    told: float = 0.0  # time.perf_counter()


class Inquiries:
    """Asked by one thread, served by the worker's, which waits on `changed`; that guards all this."""

    def __init__(self, changed: threading.Condition, send: Callable[[Message], None]) -> None:
        self._changed, self._send = changed, send
        self._asked: deque[_Asked] = deque()
        self._given_up: list[_Asked] = []  # their steps are ended by the thread that takes them
        self._count = 0

    def ask(self, inquiry: Inquiry) -> int:
        """Asks it, and returns its number. Those without a title come before the others."""
        with self._changed:
            self._count += 1
            asked = _Asked(self._count, inquiry)
            if inquiry.title:
                self._asked.append(asked)
                self._tell(asked)
            else:
                first = next((i for i, other in enumerate(self._asked) if other.inquiry.title), len(self._asked))
                self._asked.insert(first, asked)
            self._changed.notify()
            return self._count

    def cancel(self, number: int) -> None:
        """It is not wanted any more; nothing more is sent of it but that it is done."""
        with self._changed:
            for asked in [asked for asked in self._asked if asked.number == number]:
                self._asked.remove(asked)
                self._given_up.append(asked)
                self._send(InquiryDone(number, cancelled=True))
                self._changed.notify()

    @property
    def busy(self) -> bool:
        """Whether anything is asked that is not answered."""
        return bool(self._asked or self._given_up)

    def close(self) -> None:
        """Gives up all of them, at the end of the worker's thread."""
        with self._changed:
            self._given_up += self._asked
            self._asked.clear()
        self._end_given_up()

    def work(self, workbench: MakeWorkbench, called_away: Callable[[], bool]) -> None:
        """Goes on with the first for a while; then the next one has its turn."""
        self._end_given_up()
        with self._changed:
            if not self._asked:
                return
            asked = self._asked[0]

        def unwanted() -> bool:
            return called_away() or asked not in self._asked

        began = time.perf_counter()
        try:
            if asked.running is None:
                bench = workbench(unwanted, lambda message: self._pass_on(asked, message))
                if getattr(asked.inquiry, "needs_network", True):
                    bench.source.require_network()
                asked.running = asked.inquiry.steps(bench)
            for done, total in asked.running:
                asked.done, asked.total = done, total
                now = time.perf_counter()
                if now - asked.told > TELLING:
                    asked.worked, began = asked.worked + now - began, now
                    self._tell(asked)
                if unwanted() or now - began > STINT:
                    asked.worked += now - began
                    self._turn(asked)
                    return
        except Cancelled:
            asked.running = None
        except Exception as error:  # whatever a user's network raises
            title = asked.inquiry.title or "This cannot be answered"
            self._finish(asked, InquiryFailed(asked.number, *words_for(error, title)))
        else:
            self._finish(asked, InquiryDone(asked.number))

    def _end_given_up(self) -> None:
        """Closes the steps of what nobody waits for, so that files that are half written go at once."""
        with self._changed:
            given_up, self._given_up = self._given_up, []
        for asked in given_up:
            close = getattr(asked.running, "close", None)
            if close is not None:
                with suppress(Exception):
                    close()

    def _tell(self, asked: _Asked) -> None:
        """How far it is; nothing of one that nobody waits for any more."""
        asked.told = time.perf_counter()
        with self._changed:
            if asked.inquiry.title and asked in self._asked:
                left = asked.worked / asked.done * (asked.total - asked.done) if asked.done else None
                self._send(InquiryProgress(asked.number, asked.inquiry.title, asked.done, asked.total, left))

    def _pass_on(self, asked: _Asked, message: Message) -> None:
        """Nobody waits for a message of what was cancelled."""
        with self._changed:
            if asked in self._asked:
                self._send(message)

    def _turn(self, asked: _Asked) -> None:
        with self._changed:
            if asked.inquiry.title and asked in self._asked:
                self._asked.remove(asked)
                self._asked.append(asked)

    def _finish(self, asked: _Asked, message: InquiryDone | InquiryFailed) -> None:
        with self._changed:
            if asked in self._asked:
                self._asked.remove(asked)
                self._send(message)
