"""Makes feature visualizations on the worker's thread: a few steps at a time, of what is wanted most at the moment."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from vrcnn.engine.failures import is_out_of_memory, words_for
from vrcnn.engine.feature_batches import Batch, Job, Lookup, Seeing, channels_told
from vrcnn.engine.feature_queue import FeatureQueue
from vrcnn.engine.made_features import MadeFeatures
from vrcnn.engine.messages import FeatureMade, FeaturesFailed, FeaturesForming, FeatureSights, Message, PictureMade
from vrcnn.engine.natural_pictures import NaturalPictures
from vrcnn.engine.shelf import Shelf
from vrcnn.engine.turns import Turns
from vrcnn.errors import UserError
from vrcnn.featurevis.cache import FeatureCache
from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.making import Making
from vrcnn.featurevis.noise import KINDS, noise
from vrcnn.featurevis.results import Place, Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.featurevis.target import Target
from vrcnn.network.graph import Graph
from vrcnn.network.guard import awaited
from vrcnn.network.pictures import pixels_of
from vrcnn.network.recorder import Cancelled
from vrcnn.network.source import NetworkSource

STINT = 0.25  # s, after which another network goes on with its own
TELLING = 0.3  # s between two looks at pictures that form
TARGETS = 16  # layers that are kept ready

_TURNS = Turns()  # of all networks of the process: those that ascend must not keep pictures waiting that only run


@dataclass(frozen=True)
class _Work:
    """What a batch was begun with: what is still to be made, and what each channel starts from, None for noise."""

    makings: list[Making]
    starts: dict[int, np.ndarray | None]


class Featuring:
    """Serves the queue of one network's worker.

    `called_away` says that the worker has something more urgent to do; a step in the middle of which that becomes true
    is given up, and taken again later. `hurried` says so during the small things that are more urgent than steps.
    """

    def __init__(
        self,
        source: NetworkSource,
        shelf: Shelf,
        queue: FeatureQueue,
        send: Callable[[Message], None],
        called_away: Callable[[], bool],
        hurried: Callable[[], bool],
    ) -> None:
        self._source, self._shelf, self._queue, self._send = source, shelf, queue, send
        self._called_away, self._hurried = called_away, hurried
        self._made = MadeFeatures(source, FeatureCache(), self._known_colours)
        self._full: Graph | None = None
        self._natural: NaturalPictures | None = None
        self._picture: int | None = None  # that was run last
        self._colours: InputColours | None = None
        self._targets: OrderedDict[int, Target] = OrderedDict()
        self._works: dict[Batch, _Work] = {}
        self._told = 0.0  # when pictures that form were sent last
        self._told_of: Batch | None = None
        self._worked = 0.0  # s, since then
        self._unkept = ""  # why the last one could not be written to the disk
        self._noises = 0

    def follow(self, full: Graph) -> None:
        """The network's full graph is this from now on; what is wanted of another one is given up."""
        if full is self._full:
            return
        if self._full is not None:
            self._give_up("takes another way", "Ask for them again: the layers may be others.")
        self._full = full
        self._forget()

    def renew(self) -> None:
        """The network has other weights from now on; what is wanted of the former ones is given up."""
        self._give_up("has other weights", "Ask for them again.")
        self._forget()

    def _give_up(self, what: str, detail: str) -> None:
        if self._queue.left:
            self._queue.drop()
            headline = f"The network {what} now, so its visualizations were given up."
            self._send(FeaturesFailed(None, (), headline, detail))

    def _forget(self) -> None:
        """All that was found of the network as it was."""
        assert self._full is not None, "follow() comes first"
        self._natural = NaturalPictures(self._source, self._full)
        self._targets.clear()
        self._works.clear()
        self._made.clear()

    def work(self, picture: int | None) -> None:
        """What is wanted most, until that is done, something else is wanted more, or the thread is called away.

        `picture` is the number of the one that was run last.
        """
        self._picture = picture
        job = self._queue.next()
        begun = self._queue.begun()
        self._works = {batch: work for batch, work in self._works.items() if batch in begun}
        if job is None:
            return
        try:
            self._identify(self._called_away)
            match job:
                case Lookup():
                    self._look_up(job)
                case Seeing():
                    self._see(job)
                case Batch():
                    self._make(job)
        except Cancelled:
            self._queue.put_off(job)
            _give_way(self._called_away)
        except Exception as error:  # whatever a user's network raises
            self._fail(job, error)
        if not self._queue.busy:
            self._made.doubt()

    def count(self) -> None:
        """Tells what is on disk; of a recording nothing is. Raises Cancelled, as `forget` and `take` do."""
        if self._source.recording is not None:
            return
        self._identify(self._hurried)
        self._queue.tell_progress()

    def forget(self) -> None:
        """Deletes what is on disk, and tells so. Raises UserError where that fails."""
        self._identify(self._hurried)
        try:
            self._made.forget()
        finally:
            self._queue.stored = self._made.stored
            self._queue.tell_progress()

    def take(self, hand: str, place: Place, channel: int) -> None:
        """Sends the channel's last visualization as a picture for this hand. Raises UserError where it is gone."""
        self._identify(self._hurried)
        values = self._made.values(place, channel)
        if values is None:
            raise UserError(f"The picture of {place.name}, channel {channel}, is gone: visualize it again.")
        self._send(self._picture_of(hand, f"{place.name}, channel {channel}", values))

    def take_noise(self, hand: str, kind: str) -> None:
        """Sends new noise for this hand. Raises UserError where the network reads no picture."""
        self._source.require_network()
        if self._source.slot is None:
            raise UserError(f"{self._source.name} reads no picture, so no noise either.")
        self._noises += 1
        values = noise(kind, self._known_colours(), self._source.input_size[1:], self._noises)
        self._send(self._picture_of(hand, f"{KINDS[kind]} {self._noises}", values.numpy()))

    def _picture_of(self, hand: str, name: str, values: np.ndarray) -> PictureMade:
        pixels = self._known_colours().pixels(torch.from_numpy(values)[None])[0]
        return PictureMade(hand, name, pixels_of(Image.fromarray(pixels)), values)

    def _identify(self, cancelled: Callable[[], bool]) -> None:
        self._source.require_network()
        assert self._full is not None, "follow() comes first"
        self._made.identify(self._full, cancelled)
        self._queue.stored = self._made.stored

    def _look_up(self, lookup: Lookup) -> None:
        looked: list[int] = []
        found: list[int] = []
        for channel in lookup.channels:
            if looked and self._called_away():
                break
            if lookup.settings is None:
                visualization = self._made.find_last(lookup.place, channel)
            else:
                start = self._start(lookup.place, channel, lookup.settings)
                visualization = self._made.find(lookup.place, channel, lookup.settings, start)
            looked.append(channel)
            if visualization is not None:
                found.append(channel)
                self._send(FeatureMade(visualization, cached=True))
        if found and lookup.sights and lookup.settings is not None:
            self._queue.see(lookup.place, found, lookup.settings.objective)
        self._queue.found(lookup, looked, found)
        if found and not lookup.only:
            self._queue.tell_progress()

    def _start(self, place: Place, channel: int, settings: Settings) -> np.ndarray | None:
        """(C, ...) what the ascent of a channel starts from, in units of the network's input; None for noise."""
        match settings.start:
            case "result":
                return self._made.values(place, channel)
            case "picture":
                source, shelf, picture = self._source, self._shelf, self._picture
                inputs = source.arguments, source.keywords
                if picture is not None and picture in shelf:
                    inputs = source.inputs_of(shelf[picture])
                tensor = source.picture_tensor(*inputs)
                return None if tensor is None else tensor[0].float().cpu().numpy()
        return None

    def _see(self, seeing: Seeing) -> None:
        place, natural = seeing.place, self._known_natural
        with _TURNS.turn(self._called_away) as mine:
            if not mine:
                raise Cancelled
            natural.find(place, (), seeing.objective, lambda: self._called_away() or awaited() or self._queue.left)
        for channel in seeing.channels:
            self._send(FeatureSights(place, channel, natural.sights(place, channel, seeing.objective)))

    def _make(self, batch: Batch) -> None:
        """Goes on with a batch until another one or another network comes first."""

        def cancelled() -> bool:
            return self._called_away() or awaited() or not self._queue.wants(batch)

        with _TURNS.turn(lambda: self._called_away() or not self._queue.wants(batch)) as mine:
            if not mine:
                return
            self._answer(batch, cancelled)
            target = self._target(batch.place)
            with target.ready():
                work = self._works.get(batch)
                if work is None:
                    work = self._works[batch] = self._begin(target, batch)
                self._ascend(batch, work, cancelled)
        _give_way(self._called_away)

    def _ascend(self, batch: Batch, work: _Work, cancelled: Callable[[], bool]) -> None:
        started = time.perf_counter()
        while work.makings:
            making, began = work.makings[0], time.perf_counter()
            making.advance(cancelled)
            now = time.perf_counter()
            self._worked += now - began
            if batch is not self._told_of or now - self._told >= TELLING:
                self._tell(batch, making)
            for visualization, values in making.finished():
                start = work.starts[visualization.channel]
                self._keep(batch, visualization, values.float().cpu().numpy(), start)
            if making.done:
                work.makings.pop(0)
            if (_TURNS.awaited and now - started > STINT) or cancelled() or not self._queue.goes_on(batch):
                return

    def _answer(self, batch: Batch, cancelled: Callable[[], bool]) -> None:
        """Finds out how the layer answers to natural pictures; once a first one is made, all that are wanted."""
        objective, natural = batch.settings.objective, self._known_natural
        if natural.knows(batch.place, objective):
            return
        beside = [] if self._queue.at_the_beginning else self._queue.layers(objective)
        self._queue.doing = "natural pictures"
        self._queue.tell_progress()
        try:
            natural.find(batch.place, beside, objective, cancelled)
        finally:
            self._queue.doing = ""

    def _begin(self, target: Target, batch: Batch) -> _Work:
        """Channels that start from noise ascend together, and those that start from pictures of one size."""
        settings = batch.settings
        starts = {channel: self._start(batch.place, channel, settings) for channel in batch.channels}
        alike: dict[tuple[int, ...], list[int]] = {}
        for channel, start in starts.items():
            alike.setdefault(() if start is None else start.shape, []).append(channel)
        makings = []
        for channels in alike.values():
            given = [start for channel in channels if (start := starts[channel]) is not None]
            pictures = torch.from_numpy(np.stack(given)) if given else None
            baselines = self._known_natural.baselines(batch.place, channels, settings.objective)
            makings.append(Making(target, channels, settings, self._known_colours(), baselines, pictures))
        return _Work(makings, starts)

    def _tell(self, batch: Batch, making: Making) -> None:
        """Sends how far the pictures are."""
        if batch is not self._told_of:
            self._worked = 0.0  # first steps, in which much is made ready, tell nothing of those that follow
        self._told, self._told_of = time.perf_counter(), batch
        channels, pixels, step, steps = making.forming()
        if channels:
            self._queue.tell(batch, FeaturesForming(batch.place, channels, pixels, step, steps))
            self._queue.worked(batch, self._worked, step / max(1, steps))
            self._worked = 0.0
        self._queue.tell_progress()

    def _keep(self, batch: Batch, visualization: Visualization, values: np.ndarray, start: np.ndarray | None) -> None:
        """On disk as well, where that has room."""
        try:
            self._made.take(visualization, values, batch.settings, start)
        except UserError as error:
            if str(error) != self._unkept:
                self._unkept = str(error)
                self._send(FeaturesFailed(None, (), str(error), "Visualizations go on, but are not kept on disk."))
        self._queue.stored = self._made.stored
        failed = visualization.outcome == "failed"
        sights = self._known_natural.sights(batch.place, visualization.channel, batch.settings.objective)
        made = FeatureMade(visualization, cached=False, sights=sights if batch.sights else ())
        self._queue.made(batch, visualization.channel, made, failed, len(visualization.attempts))
        self._queue.tell_progress()

    def _fail(self, job: Job, error: Exception) -> None:
        if isinstance(job, Batch):
            self._works.pop(job, None)
        self._targets.pop(job.place.tensor, None)
        if torch.cuda.is_initialized():
            torch.cuda.empty_cache()
        short = is_out_of_memory(error)
        if short and isinstance(job, Batch) and len(job.channels) > 1:
            self._queue.give_back(job, len(job.channels) // 2)
            return
        where = f"{job.place.name}, {channels_told(job.channels)}"
        headline, detail = words_for(error, f"{where} could not be visualized")
        if isinstance(job, Seeing):
            self._send(FeaturesFailed(None, (), headline, detail))
            return
        if short:
            headline = f"There is not enough memory to visualize {where}."
            detail = "Choose a smaller picture, or give the feature maps less with --memory."
        self._queue.fail(job.place, headline, detail)

    def _target(self, place: Place) -> Target:
        if place.tensor not in self._targets:
            assert self._full is not None
            self._targets[place.tensor] = Target(self._source, self._full, place)
        self._targets.move_to_end(place.tensor)
        while len(self._targets) > TARGETS:
            self._targets.popitem(last=False)
        return self._targets[place.tensor]

    @property
    def _known_natural(self) -> NaturalPictures:
        assert self._natural is not None, "follow() comes first"
        return self._natural

    def _known_colours(self) -> InputColours:
        if self._colours is None:
            self._colours = InputColours(self._source)
        return self._colours


def _give_way(called_away: Callable[[], bool]) -> None:
    """Waits while other networks' passes wait for their turn; a lock alone would come back to this thread first."""
    patience = time.perf_counter() + 1.0
    while awaited() and not called_away() and time.perf_counter() < patience:
        time.sleep(0.001)
