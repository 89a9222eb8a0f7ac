"""One network on show: keeps its worker, its hall in the World and its maps on the graphics card in step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vrcnn.engine.arena import Arena
from vrcnn.engine.identity_message import Identified
from vrcnn.engine.inspecting import Inspecting
from vrcnn.engine.messages import (
    FeatureMade,
    FeatureProgress,
    FeaturesFailed,
    FeaturesForming,
    FeatureSights,
    GraphChanged,
    JobDone,
    JobFailed,
    JobProgress,
    JobStarted,
    LayerReady,
    MapsComplete,
    Message,
    Predicted,
    ScopeRefused,
    Score,
)
from vrcnn.engine.plan import COPIES, MapPlan
from vrcnn.engine.shelf import EXAMPLE
from vrcnn.engine.worker import Worker
from vrcnn.errors import UserError
from vrcnn.findings import take_in
from vrcnn.inspections import forget_dead, look_anew
from vrcnn.network.finding import node_showing, scope_showing, unfolded
from vrcnn.network.graph import Graph
from vrcnn.network.quantity import Quantity
from vrcnn.network.scope import Scope
from vrcnn.render.map_states import SORTING
from vrcnn.render.map_store import MapStore
from vrcnn.render.renderer import Renderer
from vrcnn.scene.anchors import number_anchors
from vrcnn.scene.attributing import show_quantity
from vrcnn.scene.build import lay_out
from vrcnn.scene.easel_controls import show_wanted_answer
from vrcnn.scene.going import go_to
from vrcnn.scene.hall import NO_PICTURE_YET, Hall, JobStatus, WallState
from vrcnn.scene.picture_numbers import input_number, overlay_number
from vrcnn.scene.pointing import forget
from vrcnn.scene.searching import findables
from vrcnn.scene.shortage import in_vain_notice, left_out_notice
from vrcnn.scene.staying import places, same_place, stand
from vrcnn.scene.world import Notice, Picture, World
from vrcnn.visualizations import Thumbnails, Visualizations
from vrcnn.xraying import note_answer, note_failure

OVERLAY = "what the network sees"
INPUT = "the network's input"
NO_CLASSES = "This network's output is not a list of classes."
NOT_FINITE = "The network's output has values that are not a number (NaN) or infinite."
FAILED = "The network failed on this picture."
STOPPED = "Stopped before the network had an answer."


class Display:
    """What the messages of one worker do to the World's hall of this `number` and to the renderer.

    Attributes:
        worker: where the network runs.
        number: of its hall.
        features: its feature visualizations; `inspecting` a closer look at its numbers.
        job: the number of the worker's last job; `has_read` whether it has got its picture into the network.
        refusal: that it could not, where that is still to be told.
        identified: who the network and its picture were when that was asked last (imprint.py).
    """

    def __init__(self, worker: Worker, world: World, number: int) -> None:
        self.worker, self.world, self.number = worker, world, number
        self.hall.full, self.hall.crop = worker.full_graph, worker.crop
        self.features = Visualizations(worker, world, number, self.tell)
        self.inspecting = Inspecting()
        self.job = 0
        self.ended = 0  # the last job that has come to an end
        self.has_read = False
        self.refusal: JobFailed | None = None
        self.identified: Identified | None = None
        self._left_out: Notice | None = None  # what was told last of the layers that have no room
        self._refused = False  # whether the graphics card had no room for more than there is now
        self._renderer: Renderer | None = None
        self._waiting: list[Arena] = []
        self._bound_for: str | None = None  # the layer before which the visitor wants to stand once it is shown
        self._nonfinite_in = 0  # the last job in which a value was not finite

    @property
    def hall(self) -> Hall:
        """Where the network stands."""
        return self.world.halls[self.number]

    @property
    def idle(self) -> bool:
        """Whether the last picture that was run has run, or has failed."""
        return self.ended >= self.job or self.refusal is not None

    @property
    def maps(self) -> MapStore:
        """The network's feature maps on the graphics card; `open` makes it."""
        return self._opened.stores[self.number]

    def open(self, renderer: Renderer, thumbnails: Thumbnails) -> None:
        """Makes room for the maps and starts the worker."""
        self._renderer = renderer
        self.features.open(renderer, thumbnails)
        self.worker.carry(renderer.transfer_from(str(self.worker.device)).way.name)
        self._make_room(self.worker.plan)
        self._list_names()
        self.worker.start()

    def run(self, picture: int, calm: bool = False) -> int:
        """Runs a picture; returns the job's number. Walls do not dip as `calm` pictures follow one another."""
        self.maps.states.calm = calm
        self.job = self.worker.run_picture(picture)
        self.has_read, self.refusal = False, None
        return self.job

    def run_again(self) -> None:
        """The picture on the easel, or the example input of a network that reads none."""
        picture = self.world.easel.picture
        if not self.worker.reads_pictures:
            self.run(EXAMPLE)
        elif picture is not None and self.worker.reads(picture):
            self.run(picture)

    def stop(self) -> None:
        """Gives up the picture that runs; walls that it has reached keep its maps, the others are empty."""
        hall = self.hall
        self.job, self.refusal = self.worker.stop(), None
        self.ended = self.job
        if hall.wanted is not None and hall.wanted.shows_as(hall.scope):  # nothing tells that it is shown
            hall.scope, hall.wanted = hall.wanted, None
        hall.job.running = False
        if note_failure(self):
            self._lay_over(None)
        self._empty_unreached()
        self._answer((), STOPPED)

    def show(self, scope: Scope, memory: int | None = None) -> int:
        """Asks for another scope, and another `memory` in bytes where one is given; the picture on the easel runs
        again. Returns the job's number.
        """
        self.hall.wanted = scope
        self.job = self.worker.show(scope, memory)
        self.has_read, self.refusal = False, None
        return self.job

    def fail_to_read(self, nobody: bool = False) -> None:
        """Tells that the network could not read the picture; `nobody` that none could, as it cannot be opened."""
        failure, self.refusal = self.refusal, None
        if failure is not None:
            self._job_failed(failure if nobody else replace(failure, unreadable=False))

    def sort(self, seconds: float = SORTING) -> None:
        """Puts the maps of walls in the order that the World asks for; what takes longer waits for the next frame."""
        reordered = self.maps.states.sort(seconds)
        for wall in self.hall.walls if reordered else ():
            if wall.node in reordered:
                wall.order = reordered[wall.node]
                self.hall.order_revision += bool(wall.channels)

    def reveal(self, name: str) -> None:
        """Shows the layer of this name, which has no wall; the visitor will stand before it as soon as it has one."""
        try:
            scope = scope_showing(name, self.worker.full_graph, self.hall.chosen)
        except UserError as error:
            self.tell(Notice(str(error)))
            return
        self._bound_for = name
        if scope != self.hall.chosen:
            self.show(scope)
        elif self.hall.wanted is None:
            self._arrive()

    def give_back(self) -> None:
        """To the worker, the memory that has been uploaded or is not wanted any more."""
        while self._waiting:
            self._waiting.pop().release()

    def receive(self, message: Message) -> None:
        """Takes one of the worker's messages about its network into the World."""
        hall = self.hall
        if isinstance(message, LayerReady | Predicted | JobFailed) and message.job == self.job:
            self.has_read = True
        match message:
            case JobStarted(job, title) if job == self.job:  # else it was given up meanwhile
                self._begin_showing(hall.chosen)
                hall.scope, hall.wanted = hall.chosen, None  # whatever was asked for is in place
                hall.job = JobStatus(title, running=True)
                for wall in hall.walls:
                    wall.state = WallState.EMPTY if wall.left_out else WallState.RUNNING
            case JobProgress(_, done, total):
                hall.job.done, hall.job.total = done, total
            case LayerReady():
                self._layer_ready(message)
            case Predicted(_, _, scores, kind, overlay, seen, truth):
                hall.truth = truth
                note_answer(self, message)
                self._answer(scores, NOT_FINITE if self._output_is_nonfinite() else NO_CLASSES, kind)
                self._lay_over(overlay)
                self._take_input(seen)
            case MapsComplete(_, _, arena):
                self._waiting.append(arena)
            case JobDone(job, seconds):
                self.ended = job
                hall.job.running, hall.job.seconds = False, seconds
                self._empty_unreached()  # such as layers of whole numbers, which have no gradients
                look_anew(self)
            case JobFailed():
                self._job_failed(message)
            case FeaturesForming() | FeatureMade() | FeatureSights() | FeatureProgress() | FeaturesFailed():
                self.features.receive(message)
            case GraphChanged(graph, plan, scope, full):
                if full is not hall.full:
                    self.features.forget()
                    hall.inspection.keep(hall.full, full)
                    forget_dead(self)
                self.hall.full = full
                self._graph_changed(graph, plan, scope)
            case ScopeRefused(scope, headline, detail):
                hall.scope, hall.wanted, self._bound_for = scope, None, None
                self.tell(Notice(headline, detail))
            case _:
                take_in(message, self)

    def show_picture(self, number: int, pixels: np.ndarray) -> None:
        """Hands the renderer a picture under its number (scene/picture_numbers.py)."""
        self._opened.set_picture(number, pixels)

    def tell(self, notice: Notice) -> None:
        """Shows a notice about this network as the newest one; where there are several, it names this."""
        tell(self.world, self._of_this(notice))

    def _of_this(self, notice: Notice) -> Notice:
        return replace(notice, headline=self._named(notice.headline))

    def _named(self, words: str) -> str:
        """Words about this network; of several they begin with its name."""
        name = self.hall.network
        return words if len(self.world.halls) == 1 or words.startswith(name) else f"{name}: {words}"

    @property
    def _opened(self) -> Renderer:
        assert self._renderer is not None, "open() comes first"
        return self._renderer

    def _graph_changed(self, graph: Graph, plan: MapPlan, scope: Scope) -> None:
        """Lays the walls out anew around the visitor."""
        hall, player = self.hall, self.world.player
        before, eyes = places(hall), player.eyes
        lay_out(hall, graph, plan, scope)
        hall.xray.forget_changes()
        forget(self.world, self.number)
        number_anchors(self.world)
        for hand in self.world.hands.values():  # what they point at is not there any more
            hand.target = None
        if self.number == self.world.here:
            stand(player, same_place(before, places(hall), eyes))
        if hall.wanted is not None and hall.wanted.shows_as(scope):
            hall.scope, hall.wanted = hall.wanted, None
        self._list_names()
        self._arrive()
        self.maps.clear_pending()
        self.give_back()
        self._make_room(plan)

    def _list_names(self) -> None:
        full = self.worker.full_graph
        self.hall.findables = findables(full, unfolded(full, self.hall.scope))

    def _arrive(self) -> None:
        """Before the layer that the visitor waits for, if it is shown by now."""
        if self._bound_for is None:
            return
        node = node_showing(self._bound_for, self.worker.full_graph, self.hall.graph)
        wall = None if node is None else self.hall.wall_of(node.index)
        if wall is not None:
            self._bound_for = None
            go_to(self.world, wall.name, self.number)

    def _make_room(self, plan: MapPlan) -> None:
        """On the graphics card, for the maps of a plan; where it has too little, for half as many bytes of maps."""
        renderer = self._opened
        try:
            renderer.set_plan(plan, self.number, str(self.worker.device))
        except UserError as error:
            renderer.set_plan(MapPlan(), self.number)
            if len(plan.spans) > 1:
                self._refused = True
                self.show(self.hall.chosen, min(self.worker.memory, COPIES * plan.bytes) // 2)
            else:
                self.tell(Notice(str(error)))
        else:
            self._tell_what_is_left_out(plan)

    def _tell_what_is_left_out(self, plan: MapPlan) -> None:
        """One notice at a time tells how much it is, and not again when the visitor has put it away."""
        for name in self.hall.scope.demanded[-1:]:
            in_vain = in_vain_notice(self.hall.graph, plan, name, self.worker.memory, self._refused)
            if in_vain is not None:
                self.tell(in_vain)
        notice = left_out_notice(plan, self.worker.memory, self._refused)
        notice = notice and self._of_this(notice)
        if notice == self._left_out:
            return
        self.world.notices[:] = [told for told in self.world.notices if told is not self._left_out]
        self._left_out = notice
        if notice is not None:
            tell(self.world, notice)

    def _layer_ready(self, message: LayerReady) -> None:
        quantity = message.quantity
        self.maps.enqueue(message.node, message.arena, message.samples, message.difference, quantity)
        show_quantity(self.hall, replace(quantity, exponent=0))
        wall = self.hall.wall_of(message.node)
        if wall is None:
            return
        wall.state, wall.nonfinite = WallState.READY, message.nonfinite
        if message.nonfinite and message.job != self._nonfinite_in:
            self._nonfinite_in = message.job
            values = "One value is" if message.nonfinite == 1 else f"{message.nonfinite:,} values are"
            self.tell(
                Notice(
                    f"{wall.title}: {values} not a number (NaN) or infinite.",
                    "They are hatched on the wall. What follows in the network is affected by them.",
                    message.node,
                )
            )

    def _begin_showing(self, scope: Scope) -> None:
        """Where the walls are to show something else of their layers, nothing of the former is left on them."""
        before = self.hall.scope
        if (before.quantity, before.of) != (scope.quantity, scope.of):
            self.maps.states.empty()
        show_quantity(self.hall, Quantity(scope.quantity))

    def _job_failed(self, failure: JobFailed) -> None:
        """Takes away what the picture before has left; walls that this one has reached keep its maps."""
        hall, self.ended = self.hall, failure.job
        hall.job.running = False
        notice = Notice(failure.headline, failure.detail, failure.node)
        tell(self.world, notice if failure.unreadable else self._of_this(notice))
        if note_failure(self):
            self._lay_over(None)
        self._empty_unreached(failure.node)
        self._answer((), NO_PICTURE_YET if failure.unreadable else FAILED)

    def _empty_unreached(self, failed: int | None = None) -> None:
        """Takes away the maps of the picture before where this one will not come; `failed` is the layer's node."""
        unreached = [wall for wall in self.hall.walls if wall.state is WallState.RUNNING]
        for wall in unreached:
            wall.state = WallState.FAILED if wall.node == failed else WallState.EMPTY
        self.maps.states.empty(wall.node for wall in unreached)

    def _answer(self, scores: tuple[Score, ...], otherwise: str, kind: str = "none") -> None:
        self.hall.scores, self.hall.no_scores, self.hall.answer_kind = scores, otherwise, kind
        self.hall.truth = self.hall.truth if scores else None
        self.hall.results_revision += 1

    def _lay_over(self, overlay: np.ndarray | None) -> None:
        """Shows the answer on the easel; one over the same picture as before only while the visitor looks at that."""
        world = self.world
        if overlay is not None:
            self._opened.set_picture(overlay_number(self.number), overlay)
            if not world.overlays:
                world.overlaid, world.overlaying = True, self.number
            world.overlays[self.number] = Picture(self._named(OVERLAY), overlay)
            show_wanted_answer(world)
        elif world.overlays.pop(self.number, None) is not None and self.number == world.overlaying:
            world.overlaid, world.overlaying = False, min(world.overlays, default=self.number)
        world.pictures_revision += 1

    def _take_input(self, pixels: np.ndarray | None) -> None:
        """Keeps the network's input for the easel, which shows it while somebody asks what a pixel sees."""
        world = self.world
        world.inputs.pop(self.number, None)
        if pixels is not None:
            self._opened.set_picture(input_number(self.number), pixels)
            world.inputs[self.number] = Picture(self._named(INPUT), pixels)
        world.pictures_revision += 1

    def _output_is_nonfinite(self) -> bool:
        walls = (self.hall.wall_of(node) for node in self.hall.graph.outputs)
        return any(wall is not None and wall.nonfinite for wall in walls)


def tell(world: World, notice: Notice) -> None:
    """Shows a notice as the newest one; one that says the same is replaced."""
    world.notices[:] = [*(told for told in world.notices if told != notice), notice]
