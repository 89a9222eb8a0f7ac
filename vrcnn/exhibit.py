"""Networks on show: keeps their displays, the World and the renderer in step. Knows no window and no headset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import moderngl
import numpy as np

from vrcnn.asking import ask
from vrcnn.attributions import find_attribution, renewed
from vrcnn.cataloguing import catalogue_of
from vrcnn.display import Display, tell
from vrcnn.engine.memory import default_budget, shared_out
from vrcnn.engine.messages import JobFailed, Message, PictureLoaded, PictureMade, PicturesSkipped
from vrcnn.engine.shelf import EXAMPLE
from vrcnn.engine.worker import Worker
from vrcnn.errors import UserError
from vrcnn.export.preferences import PreferencesKeeper
from vrcnn.export.session_files import SessionKeeper, apply_session
from vrcnn.guide import Guide
from vrcnn.network.following import unknown_names
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource
from vrcnn.opening import ExhibitOpening, show_kept
from vrcnn.render.change_frames import FOLLOWING
from vrcnn.render.frame_block import NO_WAVE
from vrcnn.render.renderer import Renderer
from vrcnn.render.upload_pace import UploadPace
from vrcnn.scene.anchors import Anchors
from vrcnn.scene.build import add_hall, build_hall, build_world
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.intents import Intent
from vrcnn.scene.noise_board import swatches
from vrcnn.scene.noticing import PASSING
from vrcnn.scene.requests import (
    ChangeScope,
    DropFeatures,
    ForgetFeatures,
    HoldFeatures,
    MakeFeatures,
    Request,
    RunPicture,
    ShowLayer,
    ShowPage,
    StopRun,
    TakeMade,
    TakeNew,
)
from vrcnn.scene.shelving import Additions, put_on_shelf
from vrcnn.scene.site import Spacing
from vrcnn.scene.theme import THEMES
from vrcnn.scene.tools import Tools
from vrcnn.scene.wave import Wave, front
from vrcnn.scene.world import Notice
from vrcnn.timeline import mark
from vrcnn.visualizations import Thumbnails
from vrcnn.ways_in import WaysIn
from vrcnn.xraying import Sieves

if TYPE_CHECKING:
    from vrcnn.retracing import Retracing


class Exhibit:
    """Loads nothing itself: it gets a source, traces it, and builds the World.

    Attributes:
        world: what the visitor sees.
        displays: one for each network, in the order of World.halls.
        retracing: goes through the checkpoints of the first network's training, where there are some.
        additions: the numbers of the pictures that were added.
        keeper: keeps the session; None where nothing is kept.
        guide: does what is asked of tours and sessions; `sieves` what is asked of the sieve before the easel.

    It shows one network or several, whose names differ and which share their pictures (network/together.py). `scope` is
    as in the Worker, and `memory` for all of them together. Raises UserError when a network's forward fails on its
    example input.
    """

    def __init__(
        self, shown: NetworkSource | Sequence[NetworkSource], scope: Scope = Scope(), memory: int | None = None
    ) -> None:
        sources = [shown] if isinstance(shown, NetworkSource) else list(shown)
        workers = _prepared(sources, scope, default_budget() if memory is None else memory)
        mark("traced")
        shelf = next((source.pictures for source in sources if source.pictures), ())
        names = [picture.name for picture in shelf]
        first, worker = sources[0], workers[0]
        self.world = build_world(first.name, worker.graph, worker.plan, names, scope, first.labels or ())
        for picture, file in zip(self.world.pictures, shelf, strict=True):
            picture.path = file.path
        for source, worker in zip(sources[1:], workers[1:], strict=True):
            add_hall(self.world, build_hall(source.name, worker.graph, worker.plan, scope, source.labels or ()))
        self.world.catalogue = catalogue_of(sources)
        self.displays = [Display(worker, self.world, number) for number, worker in enumerate(workers)]
        for source, display in zip(sources, self.displays, strict=True):
            for note in (*source.notes, *_unknown_places(display.worker)):
                if note in source.shelf_notes:  # which is everybody's
                    tell(self.world, Notice(note, until=PASSING))
                else:
                    display.tell(Notice(note))
        self._spacing = Spacing()
        self.keeper: SessionKeeper | None = None
        self.guide = Guide(self)
        self._preferences: PreferencesKeeper | None = None
        self._renderer: Renderer | None = None
        self._tools = Tools()
        self._furnisher = Furnisher()
        self._anchors = Anchors()
        self._pace = UploadPace()
        self.additions = Additions()
        self.ways = WaysIn(self)
        self.sieves = Sieves(self)
        self.retracing: Retracing | None = None
        self._choosing = False  # whether the picture on the easel is the program's choice, not the visitor's

    @property
    def renderer(self) -> Renderer:
        """The renderer; `open` makes it."""
        assert self._renderer is not None, "open() comes first"
        return self._renderer

    @property
    def busy(self) -> bool:
        """Whether a worker does something or has something to do."""
        return any(display.worker.busy for display in self.displays)

    @property
    def pending(self) -> int:
        """Bytes of maps that wait for their upload."""
        return sum(display.maps.pending for display in self.displays)

    def open(self, context: moderngl.Context) -> None:
        """Makes the renderer in the current GL context, starts the workers and puts the first picture on the easel.

        Pictures that cannot be opened are passed over. Networks that read no picture run on their example inputs.
        """
        self._renderer = Renderer(context, THEMES[self.world.theme])
        for number, pixels in swatches().items():
            self._renderer.set_picture(number, pixels)
        thumbnails = Thumbnails()
        for display in self.displays:
            display.open(self._renderer, thumbnails)
        show_kept(self.world, self._renderer)
        self.sieves.begin()
        for display in self.displays:
            if not display.worker.reads_pictures:
                display.run(EXAMPLE)
        if self.world.easel.picture is not None:
            for display in self._readers:
                display.run(self.world.easel.picture)
        elif self.world.pictures:
            self._choose(0)
        self.load_page()

    def keep(self, keeper: SessionKeeper, preferences: PreferencesKeeper) -> None:
        """Arranges the networks as they were left, and keeps from now on what becomes of them and is chosen."""
        self.keeper, self._preferences = keeper, preferences
        keeper.open(self.opening)
        preferences.open(self.world)

    def arrange_as(self, session: Path) -> None:
        """Arranges the networks as a session's file has them. Raises UserError where it has none of them."""
        apply_session(session, self.opening)

    @property
    def opening(self) -> ExhibitOpening:
        """For sessions that are opened here."""
        return ExhibitOpening(self, live=self._renderer is not None)

    def place(self, picture: int) -> None:
        """Puts a picture on the easel and runs it through all networks that read pictures."""
        self._choosing = False
        again = [(display, renewed(display)) for display in self.displays]
        self.world.put_on_easel(picture)
        self.world.wave = Wave(self.world.time)
        for hall in self.world.halls:
            hall.xray.forget_changes()
        for display in self._readers:
            display.run(picture)
        for display, wish in again:
            if wish is not None and display in self._readers:
                find_attribution(display, wish)

    def _choose(self, picture: int) -> None:
        self.place(picture)
        self._choosing = True

    def step(self, intents: Iterable[Intent], seconds: float) -> list[Request]:
        """One frame: applies the intents, takes in what the workers have sent; returns what is left to do outside."""
        left: list[Request] = []
        for request in self._tools.step(self.world, intents, seconds):
            match request:
                case RunPicture(picture):
                    self.place(picture)
                case StopRun(hall):
                    self.displays[hall].stop()
                case ChangeScope(scope, hall):
                    self.displays[hall].show(scope)
                case ShowLayer(name, hall):
                    self.displays[hall].reveal(name)
                case ShowPage(pictures):
                    self._load(pictures)
                case MakeFeatures(hall=hall):
                    self.displays[hall].features.make(request)
                case HoldFeatures(on, hall):
                    self.displays[hall].worker.features.hold(on)
                case DropFeatures(hall):
                    self.displays[hall].worker.features.drop()
                case ForgetFeatures(hall):
                    self.displays[hall].features.delete()
                case TakeMade(hand, hall, tensor, channel):
                    self.displays[hall].features.take(hand, tensor, channel)
                case TakeNew(hand, kind):
                    self.displays[self.world.here].worker.take_noise(hand, kind)
                case _ if ask(request, self):
                    pass
                case _:
                    left.append(request)
        self.ways.follow()
        self.sieves.follow()
        for display in self.displays:
            display.features.follow()
        if self.keeper is not None:
            self.keeper.follow(self.world)
        if self._preferences is not None:
            self._preferences.follow(self.world)
        self.listen()
        self.guide.follow()
        return left

    def listen(self) -> list[tuple[Display, Message]]:
        """Takes in what the workers have sent, and returns it with the display that it came from."""
        heard: list[tuple[Display, Message]] = []
        for display in self.displays:
            for message in display.worker.messages():
                self.receive(message, display)
                heard.append((display, message))
        self._spacing.follow(self.world)
        return heard

    def prepare(self, budget: int | None = None) -> None:
        """Uploads maps and hands the renderer the drawables of this frame.

        The upload stops at `budget` bytes; by default at what this machine manages without holding up the frame.
        """
        world, renderer = self.world, self.renderer
        renderer.set_theme(THEMES[world.theme])
        renderer.set_colouring(world.colouring)
        renderer.set_paths([hall.place.pose.position[0] for hall in world.halls])
        waiting = [display.maps for display in self.displays if display.maps.pending]
        if budget is None and waiting:
            self._pace.upload(waiting[0])
        renderer.changes.follow(world, renderer.stores, FOLLOWING if budget is None else inf)
        for display in self.displays:
            if budget is None:
                display.sort()
            else:
                display.maps.upload(budget)
                display.sort(inf)
            if not display.maps.pending:
                display.give_back()
        renderer.read(world)
        wave = front(world)
        groups, anchors = self._furnisher.furnish(world), self._anchors.of(world)
        renderer.prepare(groups, world.time, anchors, NO_WAVE if wave is None else wave)

    def furnished(self) -> tuple[Mapping[str, Drawables], np.ndarray]:
        """The drawables of the World as it is now, by group, and the table of their anchors."""
        return self._furnisher.furnish(self.world), self._anchors.of(self.world)

    def close(self) -> None:
        """Ends the workers and writes the session; the World stays as it is."""
        if self.keeper is not None:
            self.keeper.finish(self.world)
        if self._preferences is not None:
            self._preferences.finish(self.world)
        self.ways.close()
        for display in self.displays:
            display.worker.close(timeout=5.0)

    def receive(self, message: Message, display: Display) -> None:
        """Takes a message of a display's worker into the World."""
        world = self.world
        match message:
            case PictureLoaded(picture, name) if world.pictures[picture].name != name:
                pass  # another one has its number by now
            case PictureLoaded(picture, _, pixels):
                world.pictures[picture].pixels = pixels
                world.pictures_revision += 1
                self.renderer.set_picture(picture, pixels)
            case PicturesSkipped(reasons, pictures):
                count = f"{len(reasons)} pictures" if len(reasons) > 1 else "One picture"
                tell(world, Notice(f"{count} could not be shown.", "\n".join(reasons)))
                for picture, reason in zip(pictures, reasons, strict=True):
                    world.pictures[picture].broken = reason
                world.pictures_revision += 1
            case PictureMade():
                self.add_picture(message, display)
            case JobFailed(unreadable=True) if message.job == display.job:
                display.refusal = message
                self._judge()
            case _:
                display.receive(message)
                if display.has_read:
                    self._judge()

    def add_picture(self, made: PictureMade, maker: Display) -> int:
        """Puts a picture that a display's worker has made on the shelf and, if that is free, into the hand that asked
        for it; returns its number. Where many were added, one of them that nobody uses makes room for it.
        """
        world = self.world
        number = self.shelve(made, maker)
        self._load(world.shelf.shown(len(world.pictures)))
        hand = world.hands[made.hand]
        if hand.holding is None and hand.carrying is None:
            hand.holding = number
        return number

    def shelve(self, made: PictureMade, maker: Display) -> int:
        """The same without any hand."""
        number = self.additions.place_for(self.world)
        for display in self.displays:
            display.worker.add_picture(number, made, maker.worker)
        put_on_shelf(self.world, number, made.name, made.pixels)
        self.world.pictures[number].made = made
        if self._renderer is not None:
            self._renderer.set_picture(number, made.pixels)
        return number

    def _judge(self) -> None:
        """A picture that no network could open is taken off the easel, and where the program has chosen it, another is
        put there; one that some could is only the others' failure."""
        readers = self._readers
        if not readers:
            return
        refused = [display for display in readers if display.refusal is not None]
        following = (self.world.easel.picture or 0) + 1
        if len(refused) < len(readers):
            if any(display.has_read for display in readers):
                for display in refused:
                    display.fail_to_read()
        elif self._choosing and following < len(self.world.pictures):
            self._choose(following)
        else:
            for display in refused:
                display.fail_to_read(nobody=True)
            self.world.put_on_easel(None)

    @property
    def _readers(self) -> list[Display]:
        """Those whose networks read the picture on the easel."""
        picture = self.world.easel.picture
        return [] if picture is None else [display for display in self.displays if display.worker.reads(picture)]

    def load_page(self) -> None:
        """Asks for the pictures of the shelf's page that were not decoded as yet."""
        self._load(self.world.shelf.shown(len(self.world.pictures)))

    def _load(self, pictures: Iterable[int]) -> None:
        wanted = [number for number in pictures if self.world.pictures[number].pixels is None]
        if wanted:
            next(display for display in self.displays if display.worker.reads_pictures).worker.load_pictures(wanted)


def _prepared(sources: Sequence[NetworkSource], scope: Scope, memory: int) -> list[Worker]:
    """A worker for each network, each with as much of the memory as it needs, where there is enough."""
    workers = [Worker(source, scope, memory // len(sources)) for source in sources]
    for source, worker in zip(sources, workers, strict=True):
        try:
            worker.prepare()
        except UserError as error:
            if len(sources) == 1:
                raise
            raise UserError(f"{source.name}: {error}") from error
    if len(workers) > 1:
        for worker, share in zip(workers, shared_out(memory, [worker.need for worker in workers]), strict=True):
            worker.allot(share)
    return workers


def _unknown_places(worker: Worker) -> list[str]:
    return [
        f'"{title}" is to come after "{name}", and nothing of that name comes before it: see vrcnn.probe.'
        for title, name in unknown_names(worker.full_graph)
    ]
