"""The worker thread: it owns torch, decodes pictures, runs them through the network, and survives what they do."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import torch

from vrcnn.engine.allocation import keep_freed_memory
from vrcnn.engine.decoding import Decoder
from vrcnn.engine.failures import job_failure, words_for
from vrcnn.engine.feature_queue import FeatureQueue
from vrcnn.engine.inference import Inference
from vrcnn.engine.inquiries import Inquiries, Workbench
from vrcnn.engine.memory import default_budget
from vrcnn.engine.messages import FeaturesFailed, Message, PictureMade, ScopeRefused
from vrcnn.engine.niceness import step_back
from vrcnn.engine.plan import COPIES, MapPlan
from vrcnn.engine.recorded import inference_of
from vrcnn.engine.shelf import Shelf, addition
from vrcnn.engine.xray_inquiries import CatchUp
from vrcnn.featurevis.results import Place
from vrcnn.network.graph import Graph
from vrcnn.network.pictures import PictureError, PictureFile
from vrcnn.network.recorder import Cancelled
from vrcnn.network.recording import no_network
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource
from vrcnn.susceptibility.sieve import Sieve

if TYPE_CHECKING:
    from vrcnn.engine.featuring import Featuring


class Worker:
    """One thread for everything that takes time, driven and read by one other thread.

    A picture that is to run goes before pictures that are to be decoded, and supersedes one that still runs or waits:
    that one stops at its next layer and sends nothing more, not even that it stopped. `scope` says what is shown at
    first; `memory` is for all feature maps in all places, in bytes, by default what the machine can spare.

    Attributes:
        features: takes what is wanted of feature visualizations; a step of theirs that is interrupted is taken again.
        inquiries: takes what else is asked of the network; answered after pictures, before feature visualizations.
        lacks_network: a sentence that there is none, where this is a recording; "" else.
    """

    def __init__(self, source: NetworkSource, scope: Scope = Scope(), memory: int | None = None) -> None:
        self._source = source
        self.lacks_network = "" if source.recording is None else str(no_network(source.name))
        self._shelf = Shelf(source.pictures)
        self._sent: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._inference: Inference | None = None
        self._thread = threading.Thread(target=self._work, name="vrcnn worker", daemon=True)
        self._changed = threading.Condition()  # guards everything below
        self.features = FeatureQueue(self._changed, self._sent.put)
        self.inquiries = Inquiries(self._changed, self._sent.put)
        self._featuring: Featuring | None = None  # made by the thread when it is needed
        self._errands: deque[Callable[[Featuring], None]] = deque()  # small ones
        self._scope = scope  # which was asked for last, as was the memory
        self._memory = default_budget() if memory is None else memory
        self._rescope = False  # whether one of them is another since
        self._jobs = 0  # how many were asked for
        self._next: tuple[int, int | None] | None = None  # job and picture
        self._picture: int | None = None  # that was run last
        self._undecoded: deque[int] = deque()
        self._known: set[int] = set()  # pictures that were asked for
        self._decoder = Decoder(self._shelf, self._sent.put)
        self._working = self._closed = False

    def prepare(self) -> None:
        """Traces the network on its example input, on the calling thread.

        Raises UserError when the forward fails.
        """
        keep_freed_memory()
        self._inference = inference_of(self._source, self._shelf, self._sent.put, self._scope, self._memory)
        self._inference.xray.leftover = lambda: self.inquiries.ask(CatchUp())

    def allot(self, memory: int) -> None:
        """Another memory than at first, for all maps in all places; after prepare() and before start()."""
        self._memory = memory
        self._prepared.allot(memory)

    def rescope(self, scope: Scope) -> None:
        """Another scope than at first; after prepare() and before start(). Raises as Inference.show does."""
        self._prepared.show(scope, self._memory)
        self._scope = scope
        self.messages()  # tells of the graph, which nobody has seen otherwise

    @property
    def need(self) -> int:
        """Bytes that all maps of `graph` would take in all places, also those that there is no room for."""
        return COPIES * self.plan.whole

    @property
    def reads_pictures(self) -> bool:
        """Whether the network runs on the pictures of the shelf, not on its example input."""
        return bool(self._source.pictures)

    @property
    def graph(self) -> Graph:
        """The nodes that are shown, as of the last pass that was captured. Needs prepare()."""
        return self._prepared.capture.graph

    @property
    def plan(self) -> MapPlan:
        """Where the maps of `graph` lie. Needs prepare()."""
        return self._prepared.capture.plan

    @property
    def full_graph(self) -> Graph:
        """Every operation of the last pass that was captured. Needs prepare()."""
        return self._prepared.capture.full

    @property
    def crop(self) -> float | None:
        """As in NetworkSource."""
        return self._source.crop

    @property
    def device(self) -> torch.device:
        """Where the network computes. Needs prepare()."""
        return self._prepared.map_memory.device

    def carry(self, way: str) -> None:
        """Which of WAYS (engine/map_memory.py) the maps go to the renderer; before start()."""
        self._prepared.map_memory.way = way

    @property
    def scope(self) -> Scope:
        """What was asked for last."""
        with self._changed:
            return self._scope

    @property
    def memory(self) -> int:
        """Bytes for all feature maps in all places."""
        with self._changed:
            return self._memory

    @property
    def busy(self) -> bool:
        """Whether something runs or waits. What was sent before this became false lies in messages()."""
        with self._changed:
            return self._working or self._called_away() or self.features.busy

    def start(self) -> None:
        """Starts the thread; prepare() comes first."""
        assert self._inference is not None, "prepare() comes first"
        self._thread.start()

    def close(self, timeout: float = 5.0) -> None:
        """Gives everything up and waits for the thread to end, at most `timeout` seconds.

        A layer that takes longer is left to end with the process.
        """
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def load_pictures(self, pictures: Iterable[int] | None = None) -> None:
        """Asks for PictureLoaded of these pictures, in this order, all by default; each is sent once.

        Those asked for last come first. When none is left to decode, PicturesSkipped tells of those that failed since.
        """
        wanted = range(len(self._source.pictures)) if pictures is None else pictures
        with self._changed:
            fresh = [picture for picture in wanted if picture not in self._known or picture in self._undecoded]
            self._known.update(fresh)
            later = [picture for picture in self._undecoded if picture not in fresh]
            self._undecoded = deque([*fresh, *later])
            self._changed.notify()

    def run_picture(self, picture: int) -> int:
        """Runs a picture of the shelf, by its number; returns the job's number. Supersedes the one before.

        Where there is none of that number, such as EXAMPLE (engine/shelf.py), the example input is run.
        """
        with self._changed:
            self._picture = picture
            return self._enqueue(picture)

    def reads(self, picture: int) -> bool:
        """Whether the network can be given the picture of this number."""
        return picture in self._shelf

    def add_picture(self, number: int, made: PictureMade, maker: Worker) -> None:
        """Puts a picture on the shelf that this or another worker has made, under a number that nothing needs. A
        network of the same input gets exactly its values, any other one of pictures what it looks like."""
        file = addition(made, maker._source, self._source)
        if file is not None:
            self._shelf.put(number, file)

    def file_of(self, picture: int) -> PictureFile:
        """The picture of this number as the network is given it. Raises KeyError when it reads none of that number."""
        return self._shelf.file(picture)

    @property
    def takes_pictures(self) -> bool:
        """Whether the network can be given pictures at all, though there may be none on the shelf."""
        return self._source.slot is not None

    def put_picture(self, number: int, picture: PictureFile) -> None:
        """Puts a picture on the shelf under a number that is free or not needed any more."""
        with self._changed:
            self._known.discard(number)
        self._shelf.put(number, picture)

    def bring_pictures(self, pictures: Iterable[tuple[int, int]]) -> None:
        """Lets pictures of the set be known by numbers: (number, place in the set) of each."""
        for number, place in pictures if self.reads_pictures else ():
            self.put_picture(number, self._source.picture_set[place])

    def take_feature(self, hand: str, place: Place, channel: int) -> None:
        """Asks for PictureMade of the channel's last visualization."""
        self._send_on(lambda featuring: featuring.take(hand, place, channel))

    def take_noise(self, hand: str, kind: str) -> None:
        """Asks for PictureMade of new noise: "gaussian", "uniform" or "natural"."""
        self._send_on(lambda featuring: featuring.take_noise(hand, kind))

    def count_features(self) -> None:
        """Asks for FeatureProgress with what is on disk; of a recording nothing can be."""
        self._send_on(lambda featuring: featuring.count())

    def forget_features(self) -> None:
        """Deletes all feature visualizations of the network from the disk, and asks for no more of them."""
        self.features.drop()
        self._send_on(lambda featuring: featuring.forget())

    def _send_on(self, errand: Callable[[Featuring], None]) -> None:
        with self._changed:
            self._errands.append(errand)
            self._changed.notify()

    def show(self, scope: Scope, memory: int | None = None) -> int:
        """Shows the network in another scope, and within another `memory` in bytes where one is given; then runs the
        last picture again, if any could be opened. Returns that job's number; it supersedes the one before.

        GraphChanged comes before the job, unless only the slice is another; ScopeRefused when there is nothing that
        can be shown, and then the job runs in the scope before.
        """
        with self._changed:
            self._scope = scope
            self._memory = self._memory if memory is None else memory
            self._rescope = True
            return self._enqueue(self._picture)

    def look_through(self, sieve: Sieve | None) -> int:
        """Runs the last picture again behind a sieve, or without one; so are all that follow. As `show` otherwise."""
        with self._changed:
            self._prepared.xray.sieve = sieve
            return self._enqueue(self._picture)

    def stop(self) -> int:
        """Gives up the picture that runs or waits, at its next layer: as if another one superseded it that there is
        not. Another scope that was asked for is still shown. Returns the number of the job that does nothing.
        """
        with self._changed:
            return self._enqueue(None)

    def _enqueue(self, picture: int | None) -> int:
        self._jobs += 1
        self._next = (self._jobs, picture)
        self._changed.notify()
        return self._jobs

    def messages(self) -> list[Message]:
        """Everything that arrived since the last call, in order; never waits."""
        arrived: list[Message] = []
        with suppress(queue.Empty):
            while True:
                arrived.append(self._sent.get_nowait())
        return arrived

    @property
    def _prepared(self) -> Inference:
        assert self._inference is not None, "prepare() comes first"
        return self._inference

    def _called_away(self) -> bool:
        """Whether anything is more urgent than feature visualizations; asked many times within each of their steps."""
        return self._busied() or self.inquiries.busy

    def _busied(self) -> bool:
        """Whether anything is more urgent than inquiries."""
        return self._hurried() or bool(self._errands) or bool(self._undecoded)

    def _hurried(self) -> bool:
        return self._closed or self._next is not None

    def _work(self) -> None:
        step_back()
        while True:
            with self._changed:
                self._working = False
                self._changed.wait_for(lambda: self._called_away() or self.features.busy)
                if self._closed:
                    self.inquiries.close()
                    return
                self._working = True
                request, self._next = self._next, None
                asked = (self._scope, self._memory) if self._rescope else None
                self._rescope = False
                errand = self._errands.popleft() if request is None and self._errands else None
                idle = request is None and errand is None
                undecoded = self._undecoded.popleft() if idle and self._undecoded else None
            if asked is not None:
                self._show(*asked)
            if request is not None:
                self._run(*request)
                if self._featuring is not None:
                    self._featuring.follow(self._prepared.capture.full)
            elif errand is not None:
                self._do(errand)
            elif undecoded is not None:
                self._decoder.decode(undecoded)
                if not self._undecoded:
                    self._decoder.tell()
            elif self.inquiries.busy:
                self.inquiries.work(self._workbench, self._busied)
            else:
                self._features_maker().work(self._picture)

    def _show(self, scope: Scope, memory: int) -> None:
        """What cannot be shown leaves the scope before in place."""
        try:
            self._prepared.show(scope, memory)
        except Exception as error:  # such as a network whose modules were named after something odd
            with self._changed:
                if self._rescope:
                    return  # nobody waits for this scope any more
                self._scope, self._memory = self._prepared.scope, self._prepared.memory
            self._sent.put(ScopeRefused(self._prepared.scope, *words_for(error, "This cannot be shown")))

    def _features_maker(self) -> Featuring:
        from vrcnn.engine.featuring import Featuring  # here, as most of it is not needed for the first picture

        if self._featuring is None:
            queue, send = self.features, self._sent.put
            self._featuring = Featuring(self._source, self._shelf, queue, send, self._called_away, self._hurried)
            self._featuring.follow(self._prepared.capture.full)
        return self._featuring

    def _workbench(self, called_away: Callable[[], bool], send: Callable[[Message], None]) -> Workbench:
        inference, given = self._prepared, (self._source, self._shelf)
        return Workbench(*given, inference, self._picture, send, called_away, inference.weights, self._reweigh)

    def _reweigh(self) -> None:
        """The network has other weights from now on."""
        self._prepared.weights += 1
        if self._featuring is not None:
            self._featuring.renew()

    def _do(self, errand: Callable[[Featuring], None]) -> None:
        try:
            errand(self._features_maker())
        except Cancelled:
            with self._changed:
                self._errands.append(errand)  # for when there is time
        except Exception as error:
            self._sent.put(FeaturesFailed(None, (), *words_for(error, "This cannot be done")))

    def _run(self, job: int, picture: int | None) -> None:
        if picture is None:
            return
        try:
            self._prepared.run(job, picture, lambda: self._closed or self._jobs != job)
            self._follow_scope()
        except Cancelled:
            self._prepared.xray.let_go()
        except Exception as error:  # whatever a user's network and preprocessing raise
            if isinstance(error, PictureError):
                self._forget(picture)
            name = self._shelf.name(picture) if self.reads(picture) else "The example input"
            self._sent.put(job_failure(job, name, error, self._prepared.capture))
            if torch.cuda.is_initialized():
                torch.cuda.empty_cache()

    def _follow_scope(self) -> None:
        """What was asked for and cannot be shown with this picture is not asked for any more."""
        with self._changed:
            if not self._rescope:
                self._scope = self._prepared.scope

    def _forget(self, picture: int) -> None:
        """It cannot be opened, so there is nothing to run again."""
        with self._changed:
            if self._picture == picture:
                self._picture = None
