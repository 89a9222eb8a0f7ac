"""One network on show: keeps the worker, the World and the renderer in step. Knows no window and no headset."""

from __future__ import annotations

from collections.abc import Iterable

import moderngl
import numpy as np

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
    ScopeRefused,
    Score,
)
from vrcnn.engine.plan import COPIES, MapPlan
from vrcnn.engine.worker import Worker
from vrcnn.errors import UserError
from vrcnn.network.following import unknown_names
from vrcnn.network.graph import Graph
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource
from vrcnn.render.renderer import Renderer
from vrcnn.render.upload_pace import UploadPace
from vrcnn.scene.build import build_world, lay_out
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.intents import Intent
from vrcnn.scene.shortage import in_vain_notice, left_out_notice
from vrcnn.scene.staying import places, same_place, stand
from vrcnn.scene.theme import DARK
from vrcnn.scene.tools import ChangeScope, Request, RunPicture, ShowPage, Tools
from vrcnn.scene.world import NO_PICTURE_YET, JobStatus, Notice, Picture, WallState
from vrcnn.timeline import mark

OVERLAY = "what the network sees"
NO_CLASSES = "This network's output is not a list of classes."
NOT_FINITE = "The network's output has values that are not a number (NaN) or infinite."
FAILED = "The network failed on this picture."


class Exhibit:
    """Loads nothing itself: it gets a source, traces it, and builds the World.

    Attributes:
        world: what the visitor sees.
        worker: where the network runs.
        job: the number of the worker's last job.

    `scope` and `memory` as in the Worker. Raises UserError when the network's forward fails on the example input.
    """

    def __init__(self, source: NetworkSource, scope: Scope = Scope(), memory: int | None = None) -> None:  # noqa: B008 - it is frozen
        self.worker = Worker(source, scope, memory)
        self.worker.prepare()
        mark("traced")
        names = [picture.name for picture in source.pictures]
        self.world = build_world(source.name, self.worker.graph, self.worker.plan, names, scope, source.labels or ())
        self.world.notices += [Notice(note) for note in source.notes]
        self.world.notices += [
            Notice(f'"{title}" is to come after "{name}", and nothing of that name comes before it: see vrcnn.probe.')
            for title, name in unknown_names(self.worker.full_graph)
        ]
        self._left_out: Notice | None = None  # what was told last of the layers that have no room
        self._refused = False  # whether the graphics card had no room for more than there is now
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
        self._make_room(self.worker.plan)
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
        self.world.overlay, self.world.overlaid = None, False
        self.world.pictures_revision += 1
        self.job = self.worker.run_picture(picture)
        return self.job

    def show(self, scope: Scope, memory: int | None = None) -> int:
        """Asks for another scope, and another `memory` in bytes where one is given; the picture on the easel runs
        again. Returns the job's number.
        """
        self.world.wanted = scope
        self.job = self.worker.show(scope, memory)
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
                case ChangeScope(scope):
                    self.show(scope)
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
            self._give_back()
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
            case JobStarted(job, title):
                if job == self.job:  # whatever was asked for is in place
                    world.scope, world.wanted = world.chosen, None
                world.job = JobStatus(title, running=True)
                for wall in world.walls:
                    wall.state = WallState.EMPTY if wall.left_out else WallState.RUNNING
            case JobProgress(_, done, total):
                world.job.done, world.job.total = done, total
            case LayerReady():
                self._layer_ready(message)
            case Predicted(_, _, scores, kind, overlay):
                self._answer(scores, NOT_FINITE if self._output_is_nonfinite() else NO_CLASSES, kind)
                self._lay_over(overlay)
            case MapsComplete(_, _, arena):
                self._waiting.append(arena)
            case JobDone(_, seconds):
                world.job.running, world.job.seconds = False, seconds
            case JobFailed():
                self._job_failed(message)
            case GraphChanged(graph, plan, scope):
                self._graph_changed(graph, plan, scope)
            case ScopeRefused(scope, headline, detail):
                world.scope, world.wanted = scope, None
                self._tell(Notice(headline, detail))

    def _graph_changed(self, graph: Graph, plan: MapPlan, scope: Scope) -> None:
        """Lays the walls out anew around the visitor."""
        world = self.world
        before, eyes = places(world), world.player.eyes
        lay_out(world, graph, plan, scope)
        stand(world.player, same_place(before, places(world), eyes))
        if world.wanted is not None and world.wanted.shows_as(scope):
            world.scope, world.wanted = world.wanted, None
        self.renderer.maps.clear_pending()
        self._give_back()
        self._make_room(plan)

    def _make_room(self, plan: MapPlan) -> None:
        """On the graphics card, for the maps of a plan; where it has too little, for half as many bytes of maps."""
        try:
            self.renderer.set_plan(plan)
        except UserError as error:
            self.renderer.set_plan(MapPlan())
            if len(plan.spans) > 1:
                self._refused = True
                self.show(self.world.chosen, min(self.worker.memory, COPIES * plan.bytes) // 2)
            else:
                self._tell(Notice(str(error)))
        else:
            self._tell_what_is_left_out(plan)

    def _tell_what_is_left_out(self, plan: MapPlan) -> None:
        """One notice at a time tells how much it is, and not again when the visitor has put it away."""
        for name in self.world.scope.demanded[-1:]:
            in_vain = in_vain_notice(self.world.graph, plan, name, self.worker.memory, self._refused)
            if in_vain is not None:
                self._tell(in_vain)
        notice = left_out_notice(plan, self.worker.memory, self._refused)
        if notice == self._left_out:
            return
        self.world.notices[:] = [told for told in self.world.notices if told is not self._left_out]
        self._left_out = notice
        if notice is not None:
            self._tell(notice)

    def _give_back(self) -> None:
        """To the worker, the memory that has been uploaded or is not wanted any more."""
        while self._waiting:
            self._waiting.pop().release()

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

    def _answer(self, scores: tuple[Score, ...], otherwise: str, kind: str = "none") -> None:
        self.world.scores, self.world.no_scores, self.world.answer_kind = scores, otherwise, kind
        self.world.results_revision += 1

    def _lay_over(self, overlay: np.ndarray | None) -> None:
        """Shows the answer on the easel; one over the same picture as before only while the visitor looks at that."""
        world = self.world
        if overlay is not None:
            self.renderer.set_picture(len(world.pictures), overlay)
        world.overlaid = overlay is not None and (world.overlay is None or world.overlaid)
        world.overlay = None if overlay is None else Picture(OVERLAY, overlay)
        world.pictures_revision += 1

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
