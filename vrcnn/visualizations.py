"""One network's feature visualizations on show: keeps its worker, Hall.features and the renderer in step."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from itertools import chain

import numpy as np
from PIL import Image

from vrcnn.engine.messages import FeatureMade, FeatureProgress, FeaturesFailed, FeaturesForming, FeatureSights
from vrcnn.engine.worker import Worker
from vrcnn.featurevis.results import Place, Sight, Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.render.renderer import Renderer
from vrcnn.scene.features import Feature, FeatureJob, Features, FeatureState
from vrcnn.scene.hall import Hall
from vrcnn.scene.looking_first import Looked, Looking
from vrcnn.scene.picture_numbers import THUMBNAILS, thumbnail_number
from vrcnn.scene.requests import MakeFeatures
from vrcnn.scene.visualizing import place_of_wall
from vrcnn.scene.world import Notice, World

LOOKING = 0.2  # s between two looks at what the visitor looks at
CROPS = 64 << 20  # bytes of crops of natural pictures that are kept
WHOLE = 128 << 20  # bytes of visualizations that are kept as large as they are
THIN = 64  # px a side of all others, which are loaded again where somebody looks at them
TOLD = 8  # layers of which a notice says why they failed

FeatureMessage = FeaturesForming | FeatureMade | FeatureSights | FeatureProgress | FeaturesFailed
_Channel = tuple[int, int]  # tensor of the full graph, and channel


class Thumbnails:
    """The few numbers under which the renderer has natural pictures, lent to one visualization after the other."""

    def __init__(self) -> None:
        self._lent: OrderedDict[int, Feature | None] = OrderedDict.fromkeys(range(THUMBNAILS))

    def lend(self, feature: Feature, renderer: Renderer, crops: tuple[np.ndarray, ...]) -> None:
        """Those that were lent for the longest time show these crops, (H, W, 3) uint8, from now on."""
        numbers = []
        for crop in crops[:THUMBNAILS]:
            place, former = self._lent.popitem(last=False)
            if former is not None:
                former.thumbnails = ()
            self._lent[place] = feature
            numbers.append(thumbnail_number(place))
            opaque = np.full((*crop.shape[:2], 1), 255, np.uint8)
            renderer.set_picture(numbers[-1], np.concatenate((crop, opaque), 2))
        feature.thumbnails = tuple(numbers)


class Visualizations:
    """What the messages of one worker about visualizations do to the hall of this `number` and to the renderer."""

    def __init__(self, worker: Worker, world: World, number: int, tell: Callable[[Notice], None]) -> None:
        self._worker, self._world, self._number, self._tell = worker, world, number, tell
        self._thumbnails = Thumbnails()
        self._renderer: Renderer | None = None
        self._looking = Looking()
        self._looked: Looked = ()
        self._looked_at = -LOOKING  # World.time
        self._counted = False
        self._loaded: set[tuple[int, Settings]] = set()  # tensors whose walls were filled from the disk
        self._crops: OrderedDict[_Channel, tuple[np.ndarray, ...]] = OrderedDict()
        self._whole: OrderedDict[_Channel, int] = OrderedDict()  # bytes
        self._bytes = 0
        self._failures: list[FeaturesFailed] = []
        self._notice: Notice | None = None  # about them

    def open(self, renderer: Renderer, thumbnails: Thumbnails) -> None:
        """`thumbnails` are shared by all networks on show."""
        self._renderer, self._thumbnails = renderer, thumbnails

    def make(self, request: MakeFeatures) -> None:
        """Asks the worker for what the visitor wants."""
        if not self._features.job.running:
            self._failures.clear()
        self._worker.features.make(request.wanted, request.settings, request.sights, request.anew)

    def forget(self) -> None:
        """There are none any more: they were deleted, or the layers are others."""
        self._features.known.clear()
        self._features.revision += 1
        self._opened.drop_features(self._number)
        self._loaded.clear()
        self._crops.clear()
        self._whole.clear()
        self._bytes = 0

    def delete(self) -> None:
        """From the disk, and from the walls."""
        self._worker.forget_features()
        self.forget()

    def take(self, hand: str, tensor: int, channel: int) -> None:
        """Asks the worker for a finished one, as a picture for this hand."""
        feature = self._features.of(tensor, channel)
        if feature is not None and feature.made is not None:
            self._worker.take_feature(hand, feature.made.place, channel)

    def follow(self) -> None:
        """Brings up to date, a few times per second, what comes first, what is on disk, and what has no pixels."""
        world = self._world
        if world.time - self._looked_at < LOOKING:
            return
        self._looked_at = world.time
        if not self._counted and self._hall.job.seconds is not None:  # nothing is more urgent than the first picture
            self._counted = True
            self._worker.count_features()
        looked = self._looking.of(world, self._number)
        if looked != self._looked:
            self._looked = looked
            self._worker.features.look_first(looked)
        self._load_turned()
        self._show_again()
        if looked and looked[0][1] is not None:
            self._show_closely(looked[0][0], looked[0][1])

    def receive(self, message: FeatureMessage) -> None:
        """Takes one of the worker's messages into the World."""
        match message:
            case FeaturesForming(place, channels, pixels, step, steps):
                for channel, picture in zip(channels, pixels, strict=True):
                    feature = self._feature(place, channel)
                    feature.state, feature.progress = FeatureState.FORMING, step / max(1, steps)
                    self._opened.set_feature(self._number, place.tensor, channel, picture)
            case FeatureMade(made, _, sights):
                feature = self._feature(made.place, made.channel)
                failed = made.outcome == "failed"
                feature.state = FeatureState.FAILED if failed else FeatureState.MADE
                feature.made, feature.progress = made, 1.0
                self._keep_whole(made)
                self._opened.set_feature(self._number, made.place.tensor, made.channel, made.pixels)
                self._take_sights(made.place, made.channel, sights)
            case FeatureSights(place, channel, sights):
                self._take_sights(place, channel, sights)
            case FeatureProgress():
                self._progress(message)
            case FeaturesFailed():
                self._failed(message)
        if not isinstance(message, FeatureProgress):
            self._features.revision += 1

    @property
    def _hall(self) -> Hall:
        return self._world.halls[self._number]

    @property
    def _features(self) -> Features:
        return self._hall.features

    @property
    def _opened(self) -> Renderer:
        assert self._renderer is not None, "open() comes first"
        return self._renderer

    def _feature(self, place: Place, channel: int) -> Feature:
        known = self._features.known.setdefault(place.tensor, {})
        return known.setdefault(channel, Feature(FeatureState.WAITING))

    def _progress(self, told: FeatureProgress) -> None:
        """Once nothing is left to do, what still waits in the hall was given up."""
        features = self._features
        features.job = FeatureJob(
            told.title,
            told.done,
            told.total,
            told.failed,
            told.seconds_left,
            told.running,
            told.paused,
            told.stored,
        )
        if told.running or told.paused:
            return
        for known in features.known.values():
            for channel, feature in list(known.items()):
                if feature.state in (FeatureState.WAITING, FeatureState.FORMING):
                    self._give_up(known, channel, feature)

    def _give_up(self, known: dict[int, Feature], channel: int, feature: Feature) -> None:
        """What was made before is shown again."""
        self._features.revision += 1
        if feature.made is None:
            del known[channel]
            return
        feature.state = FeatureState.FAILED if feature.made.outcome == "failed" else FeatureState.MADE
        feature.progress = 1.0
        self._opened.set_feature(self._number, feature.made.place.tensor, channel, feature.made.pixels)

    def _failed(self, failure: FeaturesFailed) -> None:
        """One notice for all layers that have failed since the visitor has asked."""
        if failure.place is None:
            self._tell(Notice(failure.headline, failure.detail))
            return
        for channel in failure.channels:
            self._feature(failure.place, channel).state = FeatureState.FAILED
        self._failures.append(failure)
        headline, detail = failure.headline, failure.detail
        if len(self._failures) > 1:
            headline = f"{len(self._failures)} layers could not be visualized."
            told = dict.fromkeys(each.headline for each in self._failures)
            detail = "\n".join([*list(told)[:TOLD], *(["…"] if len(told) > TOLD else [])])
        self._world.notices[:] = [notice for notice in self._world.notices if notice is not self._notice]
        self._tell(Notice(headline, detail))
        self._notice = self._world.notices[-1]

    def _load_turned(self) -> None:
        """Asks for what is on disk of walls that show visualizations and have none as yet."""
        settings, faces = self._world.feature_settings, self._hall.arrangement.faces
        wanted = []
        for wall in self._hall.walls if faces else ():
            place = place_of_wall(self._hall, wall)
            if wall.name in faces and wall.span is not None and (place.tensor, settings) not in self._loaded:
                self._loaded.add((place.tensor, settings))
                known = self._features.known.get(place.tensor, {})
                missing = tuple(channel for channel in range(wall.span.count) if channel not in known)
                if missing:
                    wanted.append((place, missing))
        if wanted:
            self._worker.features.load(wanted, settings, self._world.wants_sights)

    def _show_again(self) -> None:
        """What had to leave the graphics card and is in view again."""
        for hall, tensor, channel in self._opened.missing_features():
            feature = self._features.of(tensor, channel) if hall == self._number else None
            if feature is not None and feature.made is not None and not self._load_again(feature.made):
                self._opened.set_feature(self._number, tensor, channel, feature.made.pixels)

    def _keep_whole(self, made: Visualization) -> None:
        """Those that came first are made small, so that there is room for all channels of a network."""
        self._bytes += made.pixels.nbytes - self._whole.pop((made.place.tensor, made.channel), 0)
        self._whole[made.place.tensor, made.channel] = made.pixels.nbytes
        while self._bytes > WHOLE and len(self._whole) > 1:
            where, size = self._whole.popitem(last=False)
            self._bytes -= size
            feature = self._features.of(*where)
            if feature is not None and feature.made is not None:
                feature.made = replace(feature.made, pixels=_thin(feature.made.pixels))

    def _load_again(self, made: Visualization) -> bool:
        """Asks for one that was made small, once; returns whether it is on its way."""
        where = made.place.tensor, made.channel
        if where in self._whole:
            return False
        self._whole[where] = 0
        self._worker.features.load([(made.place, (made.channel,))], None, sights=False)
        return True

    def _take_sights(self, place: Place, channel: int, sights: tuple[tuple[Sight, np.ndarray], ...]) -> None:
        if not sights:
            return
        feature = self._feature(place, channel)
        feature.sights, feature.thumbnails = tuple(sight for sight, _ in sights), ()
        self._crops[place.tensor, channel] = tuple(crop for _, crop in sights)
        while sum(crop.nbytes for crop in chain(*self._crops.values())) > CROPS:
            self._crops.popitem(last=False)

    def _show_closely(self, tensor: int, channel: int) -> None:
        """The channel that the visitor looks at: as large as it is, with its natural pictures."""
        feature = self._features.of(tensor, channel)
        if feature is None or feature.made is None:
            return
        if feature.state in (FeatureState.MADE, FeatureState.FAILED):
            self._load_again(feature.made)
        if not feature.sights or feature.thumbnails:
            return
        crops = self._crops.get((tensor, channel))
        if crops is None:
            self._worker.features.see(feature.made.place, (channel,), feature.made.settings.objective)
            return
        self._thumbnails.lend(feature, self._opened, crops)
        self._features.revision += 1


def _thin(pixels: np.ndarray) -> np.ndarray:
    """The same at most THIN px a side."""
    small = Image.fromarray(pixels)
    small.thumbnail((THIN, THIN), Image.Resampling.BOX)
    return np.asarray(small)
