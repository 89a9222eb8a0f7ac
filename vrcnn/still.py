"""Renders one picture of the world without a window: for papers, for tests, and for machines without a screen."""

from __future__ import annotations

import difflib
import time
from dataclasses import dataclass
from math import isfinite, radians
from pathlib import Path

import numpy as np

from vrcnn.engine.messages import JobFailed
from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.export.picture import save_picture
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph, Node, Run
from vrcnn.network.scope import Scope
from vrcnn.render.context import standalone_context
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Wall
from vrcnn.timeline import mark

EVERYTHING = 1 << 40  # bytes: no frame has to be kept short
FIELD_OF_VIEW = 65.0  # degrees, vertical
READING_MARGIN = 1.15  # of a wall's size, so that its title is in the picture too
SHOWN_AT = 10.0  # seconds on the World's clock: how far the pulses on the links are


@dataclass(frozen=True)
class Still:
    """What to render. `size` in pixels; `camera` where the eyes are (None for the entrance); `at` a layer's name or
    title; `picture` the number of the picture to put on the easel."""

    size: tuple[int, int] = (1600, 1000)
    camera: Pose | None = None
    at: str | None = None
    picture: int = 0


def render_still(exhibit: Exhibit, still: Still, output: Path) -> Path:
    """Runs the picture through the network and saves what the camera sees; returns the file's path.

    A run of blocks that hides the layer is opened. Raises UserError when the layer is unknown or has no room, the
    network fails on the picture, or the file cannot be written.
    """
    scope = exhibit.displays[0].worker.scope
    if still.at is not None:
        scope = scope_showing(
            still.at, exhibit.displays[0].worker.full_graph, scope
        )  # says at once when there is no such layer
    context = standalone_context()
    mark("context")
    try:
        with context:
            exhibit.open(context)
            pixels = _render(exhibit, still, scope)
    finally:
        exhibit.close()
        context.release()
    mark("first_frame")
    return save_picture(pixels, output)


def parse_camera(text: str) -> Pose:
    """A camera from "x,y,z,yaw,pitch": metres, and degrees to the left and upwards. Raises UserError."""
    try:
        x, y, z, yaw, pitch = (float(part) for part in text.split(","))
        if not all(map(isfinite, (x, y, z, yaw, pitch))):
            raise ValueError
    except ValueError:
        raise UserError(
            f'--camera "{text}" is not a place: give five numbers, "x,y,z,yaw,pitch", in metres and degrees, '
            'such as "0,1.6,0,0,0".'
        ) from None
    return Pose((x, y, z), turn(radians(yaw), radians(pitch)))


def before(wall: Wall, aspect: float) -> Pose:
    """Where one stands to see a whole wall with its title; `aspect` is the picture's width divided by its height."""
    tall = wall.height * READING_MARGIN + 0.45
    wide = wall.width * READING_MARGIN
    reach = np.tan(radians(FIELD_OF_VIEW) / 2)
    distance = max(tall / 2 / reach, wide / 2 / reach / aspect, 0.7)
    return wall.pose @ Pose((0.0, 0.13, distance))


def scope_showing(name: str, full: Graph, scope: Scope) -> Scope:
    """The scope with every run opened that hides the layer of this name or title in the `full` graph.

    Raises UserError when there is no such layer, or none at this detail.
    """
    graph = reduce(full, scope)
    while _node_showing(name, full, graph) is None:
        hiding = next((run for run in graph.runs if run.folded and _has(run, name, full)), None)
        if hiding is None:
            raise UserError(_unknown(name, full, graph, scope))
        scope = scope.with_toggled(hiding.path)
        graph = reduce(full, scope)
    return scope


def _node_showing(name: str, full: Graph, graph: Graph) -> Node | None:
    """The shown node of this name or title, or the one that an operation of this name is a part of."""
    named = (node for node in graph.nodes if name in (node.name, node.title))
    meant = _meant(name, full)
    parts = (node for node in graph.nodes if not meant.isdisjoint(node.members))
    return next(named, next(parts, None))


def _meant(name: str, full: Graph) -> set[int]:
    return {node.index for node in full.nodes if name in (node.name, node.title)}


def _has(run: Run, name: str, full: Graph) -> bool:
    """Whether an operation of this name is in one of the run's blocks."""
    places = [f"{full.nodes[index].module}." for index in _meant(name, full)]
    places += [f"{full.nodes[index].name}." for index in _meant(name, full)]
    return any(place.startswith(f"{block}.") for block in run.blocks for place in places)


def _unknown(name: str, full: Graph, graph: Graph, scope: Scope) -> str:
    if _meant(name, full):
        return f'The layer "{name}" is not shown at --detail {scope.detail}: give --detail all.'
    names = list(dict.fromkeys(word for node in (*graph.nodes, *full.nodes) for word in (node.title, node.name)))
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.3) or names[:3]
    return f'There is no layer "{name}" in this network: did you mean {", ".join(near)}?'


def _camera(exhibit: Exhibit, still: Still) -> Pose:
    if still.at is not None:
        return before(_wall_of(still.at, exhibit), still.size[0] / still.size[1])
    return still.camera or exhibit.world.player.eyes


def _wall_of(name: str, exhibit: Exhibit) -> Wall:
    """The wall of a layer; where it has no room, it is given some."""
    world, worker = exhibit.world, exhibit.displays[0].worker
    node = _node_showing(name, worker.full_graph, world.hall.graph)
    if node is None:
        raise UserError(f'The network has no layer "{name}" on the way that it takes with this picture.')
    if node.index in worker.plan.left_out:
        exhibit.displays[0].show(worker.scope.with_demanded(node.name))
        _wait(exhibit)
    if node.index in worker.plan.left_out:
        raise UserError(f'There is no room for the layer "{name}": give more with --memory, or less with --input-size.')
    wall = world.hall.wall_of(node.index)
    if wall is None:
        raise UserError(f'The layer "{name}" has no feature maps to stand before: choose another.')
    return wall


def _render(exhibit: Exhibit, still: Still, scope: Scope) -> np.ndarray:
    world = exhibit.world
    if still.picture:
        exhibit.place(still.picture)
    if scope != exhibit.displays[0].worker.scope:
        exhibit.displays[0].show(scope)
    _wait(exhibit)
    eyes = _camera(exhibit, still)
    world.time = SHOWN_AT
    exhibit.prepare(EVERYTHING)
    view = View.symmetric(eyes, still.size[0] / still.size[1], FIELD_OF_VIEW)
    return exhibit.renderer.render_picture(view, still.size)


def _wait(exhibit: Exhibit) -> None:
    """Until the picture has run and the shelf is decoded. Raises UserError when a network fails on it."""
    waiting = True
    while waiting:
        jobs, waiting = [display.job for display in exhibit.displays], exhibit.busy
        for display, message in exhibit.listen():
            if isinstance(message, JobFailed) and message.job == display.job:
                raise UserError("\n  ".join([message.headline, *message.detail.splitlines()]))
        waiting = waiting or jobs != [display.job for display in exhibit.displays]  # a message has set off another one
        time.sleep(0.002)
