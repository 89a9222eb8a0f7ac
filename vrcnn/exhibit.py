"""Networks on show: keeps their displays, the World and the renderer in step. Knows no window and no headset."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

import moderngl

from vrcnn.display import Display
from vrcnn.engine.messages import JobFailed, Message, PictureLoaded, PicturesSkipped
from vrcnn.engine.worker import Worker
from vrcnn.network.following import unknown_names
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource
from vrcnn.render.renderer import NO_WAVE, Renderer
from vrcnn.render.upload_pace import UploadPace
from vrcnn.scene.anchors import Anchors
from vrcnn.scene.build import build_world
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.intents import Intent
from vrcnn.scene.requests import ChangeScope, Request, RunPicture, ShowPage
from vrcnn.scene.theme import THEMES
from vrcnn.scene.tools import Tools
from vrcnn.scene.wave import Wave, front
from vrcnn.scene.world import Notice
from vrcnn.timeline import mark


class Exhibit:
    """Loads nothing itself: it gets a source, traces it, and builds the World.

    Attributes:
        world: what the visitor sees.
        displays: one for each network, in the order of World.halls. The first one's worker decodes the pictures.

    `scope` and `memory` as in the Worker. Raises UserError when the network's forward fails on the example input.
    """

    def __init__(self, source: NetworkSource, scope: Scope = Scope(), memory: int | None = None) -> None:
        worker = Worker(source, scope, memory)
        worker.prepare()
        mark("traced")
        names = [picture.name for picture in source.pictures]
        self.world = build_world(source.name, worker.graph, worker.plan, names, scope, source.labels or ())
        self.world.notices += [Notice(note) for note in source.notes]
        self.world.notices += [
            Notice(f'"{title}" is to come after "{name}", and nothing of that name comes before it: see vrcnn.probe.')
            for title, name in unknown_names(worker.full_graph)
        ]
        self.displays = [Display(worker, self.world, 0)]
        self._renderer: Renderer | None = None
        self._tools = Tools()
        self._furnisher = Furnisher()
        self._anchors = Anchors()
        self._pace = UploadPace()
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
        for display in self.displays:
            display.open(self._renderer)
        if self.world.pictures:
            self._choose(0)
        else:
            for display in self.displays:
                display.run(0)
        self._load(self.world.shelf.shown(len(self.world.pictures)))

    def place(self, picture: int) -> None:
        """Puts a picture on the easel and runs it."""
        self._choosing = False
        self.world.easel.picture = picture
        self.world.wave = Wave(self.world.time)
        self.world.overlay, self.world.overlaid = None, False
        self.world.pictures_revision += 1
        for display in self.displays:
            display.run(picture)

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
                case ChangeScope(scope, hall):
                    self.displays[hall].show(scope)
                case ShowPage(pictures):
                    self._load(pictures)
                case _:
                    left.append(request)
        self.listen()
        return left

    def listen(self) -> list[tuple[Display, Message]]:
        """Takes in what the workers have sent, and returns it with the display that it came from."""
        heard: list[tuple[Display, Message]] = []
        for display in self.displays:
            for message in display.worker.messages():
                self.receive(message, display)
                heard.append((display, message))
        return heard

    def prepare(self, budget: int | None = None) -> None:
        """Uploads maps and hands the renderer the drawables of this frame.

        The upload stops at `budget` bytes; by default at what this machine manages without holding up the frame.
        """
        world, renderer = self.world, self.renderer
        renderer.set_theme(THEMES[world.theme])
        renderer.set_colouring(world.colouring)
        for display in self.displays:
            if budget is None:
                self._pace.upload(display.maps)
                display.sort()
            else:
                display.maps.upload(budget)
                display.sort(inf)
            if not display.maps.pending:
                display.give_back()
        wave = front(world)
        groups, anchors = self._furnisher.furnish(world), self._anchors.of(world)
        renderer.prepare(groups, world.time, anchors, NO_WAVE if wave is None else wave)

    def close(self) -> None:
        """Ends the workers; the World stays as it is."""
        for display in self.displays:
            display.worker.close(timeout=5.0)

    def receive(self, message: Message, display: Display) -> None:
        """Takes a message of a display's worker into the World."""
        world = self.world
        match message:
            case PictureLoaded(picture, _, pixels):
                world.pictures[picture].pixels = pixels
                world.pictures_revision += 1
                self.renderer.set_picture(picture, pixels)
            case PicturesSkipped(reasons, pictures):
                count = f"{len(reasons)} pictures" if len(reasons) > 1 else "One picture"
                display.tell(Notice(f"{count} could not be shown.", "\n".join(reasons)))
                for picture, reason in zip(pictures, reasons, strict=True):
                    world.pictures[picture].broken = reason
                world.pictures_revision += 1
            case JobFailed() if self._passes_over(message, display):
                self._choose((world.easel.picture or 0) + 1)
            case _:
                display.receive(message)

    def _passes_over(self, failure: JobFailed, display: Display) -> bool:
        """Whether a picture that cannot be opened is the program's own choice, and there is another."""
        following = (self.world.easel.picture or 0) + 1
        mine = failure.unreadable and self._choosing and failure.job == display.job
        return mine and following < len(self.world.pictures)

    def _load(self, pictures: Iterable[int]) -> None:
        wanted = [number for number in pictures if self.world.pictures[number].pixels is None]
        if wanted:
            self.displays[0].worker.load_pictures(wanted)
