"""One network on show: keeps the worker, the World and the renderer in step. Knows no window and no headset."""

from __future__ import annotations

from collections.abc import Iterable

import moderngl

from vrcnn.engine.arena import Arena
from vrcnn.engine.messages import (
    GraphChanged,
    JobDone,
    JobFailed,
    JobProgress,
    JobStarted,
    LayerReady,
    MapsComplete,
    Message,
    PictureLoaded,
    PicturesSkipped,
    Predicted,
    Score,
)
from vrcnn.engine.plan import MapPlan
from vrcnn.engine.worker import Worker
from vrcnn.errors import UserError
from vrcnn.network.source import NetworkSource
from vrcnn.render.renderer import Renderer
from vrcnn.render.upload_pace import UploadPace
from vrcnn.scene.build import build_world, lay_out
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.intents import Intent
from vrcnn.scene.theme import DARK
from vrcnn.scene.tools import Request, RunPicture, ShowPage, Tools
from vrcnn.scene.world import NO_PICTURE_YET, JobStatus, Notice, WallState
from vrcnn.timeline import mark

NO_CLASSES = "This network's output is not a list of classes."
NOT_FINITE = "The network's output has values that are not a number (NaN) or infinite."
FAILED = "The network failed on this picture."


class Exhibit:
    """Loads nothing itself: it gets a source, traces it, and builds the World.

    Attributes:
        world: what the visitor sees.
        worker: where the network runs.
        job: the number of the worker's last job.

    Raises UserError when the network's forward fails on the example input.
    """

    def __init__(self, source: NetworkSource, detail: str = "layers") -> None:
        self.worker = Worker(source, detail)
        self.worker.prepare()
        mark("traced")
        names = [picture.name for picture in source.pictures]
        self.world = build_world(source.name, self.worker.graph, self.worker.plan, names)
        self.world.notices += [Notice(note) for note in source.notes]
        self._renderer: Renderer | None = None
        self._tools = Tools()
        self._furnisher = Furnisher()
        self._pace = UploadPace()
        self._waiting: list[Arena] = []
        self._choosing = False  # whether the picture on the easel is the program's choice, not the visitor's
        self._nonfinite_in = 0  # the last job in which a value was not finite
        self.job = 0

    @property
    def renderer(self) -> Renderer:
        """The renderer; `open` makes it."""
        assert self._renderer is not None, "open() comes first"
        return self._renderer

    def open(self, context: moderngl.Context) -> None:
        """Makes the renderer in the current GL context, starts the worker and puts the first picture on the easel.

        Pictures that cannot be opened are passed over. A network that reads no picture runs on its example input.
        """
        self._renderer = Renderer(context, DARK)
        self._renderer.set_plan(self.worker.plan)
        self.worker.start()
        if self.world.pictures:
            self._choose(0)
        else:
            self.job = self.worker.run_picture(0)
        self._load(self.world.shelf.shown(len(self.world.pictures)))

    def place(self, picture: int) -> int:
        """Puts a picture on the easel and runs it; returns the job's number."""
        self._choosing = False
        self.world.easel.picture = picture
        self.world.pictures_revision += 1
        self.job = self.worker.run_picture(picture)
        return self.job

    def _choose(self, picture: int) -> None:
        self.place(picture)
        self._choosing = True

    def step(self, intents: Iterable[Intent], seconds: float) -> list[Request]:
        """One frame: applies the intents, takes in what the worker has sent; returns what is left to do outside."""
        left: list[Request] = []
        for request in self._tools.step(self.world, intents, seconds):
            match request:
                case RunPicture(picture):
                    self.place(picture)
                case ShowPage(pictures):
                    self._load(pictures)
                case _:
                    left.append(request)
        for message in self.worker.messages():
            self.receive(message)
        return left

    def prepare(self, budget: int | None = None) -> None:
        """Uploads maps and hands the renderer the drawables of this frame.

        The upload stops at `budget` bytes; by default at what this machine manages without holding up the frame.
        """
        maps = self.renderer.maps
        if budget is None:
            self._pace.upload(maps)
        else:
            maps.upload(budget)
        if not maps.pending:
            while self._waiting:
                self._waiting.pop().release()
        self.renderer.prepare(self._furnisher.furnish(self.world), self.world.time)

    def close(self) -> None:
        """Ends the worker; the World stays as it is."""
        self.worker.close(timeout=5.0)

    def receive(self, message: Message) -> None:
        """Takes one of the worker's messages into the World."""
        world = self.world
        match message:
            case PictureLoaded(picture, _, pixels):
                world.pictures[picture].pixels = pixels
                world.pictures_revision += 1
                self.renderer.set_picture(picture, pixels)
            case PicturesSkipped(reasons, pictures):
                count = f"{len(reasons)} pictures" if len(reasons) > 1 else "One picture"
                self._tell(Notice(f"{count} could not be shown.", "\n".join(reasons)))
                for picture, reason in zip(pictures, reasons, strict=True):
                    world.pictures[picture].broken = reason
                world.pictures_revision += 1
            case JobStarted(_, title):
                world.job = JobStatus(title, running=True)
                for wall in world.walls:
                    wall.state = WallState.RUNNING
            case JobProgress(_, done, total):
                world.job.done, world.job.total = done, total
            case LayerReady():
                self._layer_ready(message)
            case Predicted(_, _, scores):
                self._answer(scores, NOT_FINITE if self._output_is_nonfinite() else NO_CLASSES)
            case MapsComplete(_, _, arena):
                self._waiting.append(arena)
            case JobDone(_, seconds):
                world.job.running, world.job.seconds = False, seconds
            case JobFailed():
                self._job_failed(message)
            case GraphChanged(graph, plan):
                lay_out(world, graph, plan)
                try:
                    self.renderer.set_plan(plan)
                except UserError as error:  # this way through the network needs more graphics memory than there is
                    self.renderer.set_plan(MapPlan())
                    self._tell(Notice(str(error)))

    def _layer_ready(self, message: LayerReady) -> None:
        self.renderer.maps.enqueue(message.node, message.arena, message.limit)
        wall = self.world.wall_of(message.node)
        if wall is None:
            return
        wall.state, wall.nonfinite = WallState.READY, message.nonfinite
        if message.nonfinite and message.job != self._nonfinite_in:
            self._nonfinite_in = message.job
            values = "One value is" if message.nonfinite == 1 else f"{message.nonfinite:,} values are"
            self._tell(
                Notice(
                    f"{wall.title}: {values} not a number (NaN) or infinite.",
                    "They are hatched on the wall. What follows in the network is affected by them.",
                    message.node,
                )
            )

    def _job_failed(self, failure: JobFailed) -> None:
        """Takes away what the picture before has left; walls that this one has reached keep its maps."""
        world = self.world
        following = (world.easel.picture or 0) + 1
        if failure.unreadable and self._choosing and failure.job == self.job and following < len(world.pictures):
            self._choose(following)
            return
        world.job.running = False
        self._tell(Notice(failure.headline, failure.detail, failure.node))
        if failure.unreadable:
            world.easel.picture = None
            world.pictures_revision += 1
        unreached = [wall for wall in world.walls if wall.state is WallState.RUNNING]
        for wall in unreached:
            wall.state = WallState.FAILED if wall.node == failure.node else WallState.EMPTY
        self.renderer.maps.empty(wall.node for wall in unreached)
        self._answer((), NO_PICTURE_YET if failure.unreadable else FAILED)

    def _answer(self, scores: tuple[Score, ...], otherwise: str) -> None:
        self.world.scores, self.world.no_scores = scores, otherwise
        self.world.results_revision += 1

    def _output_is_nonfinite(self) -> bool:
        walls = (self.world.wall_of(node) for node in self.world.graph.outputs)
        return any(wall is not None and wall.nonfinite for wall in walls)

    def _tell(self, notice: Notice) -> None:
        """Shows a notice as the newest one; one that says the same is replaced."""
        self.world.notices[:] = [*(told for told in self.world.notices if told != notice), notice]

    def _load(self, pictures: Iterable[int]) -> None:
        wanted = [number for number in pictures if self.world.pictures[number].pixels is None]
        if wanted:
            self.worker.load_pictures(wanted)
