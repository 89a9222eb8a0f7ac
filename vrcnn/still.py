"""Renders one picture of the world without a window: for papers, for tests, and for machines without a screen."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, radians
from pathlib import Path

import numpy as np

from vrcnn.engine.messages import JobFailed
from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.export.picture import save_picture
from vrcnn.network.finding import node_showing, scope_showing
from vrcnn.network.scope import Scope
from vrcnn.render.context import standalone_context
from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Wall
from vrcnn.scene.standard_views import standard_view
from vrcnn.scene.vantage import before
from vrcnn.timeline import mark

EVERYTHING = 1 << 40  # bytes: no frame has to be kept short
SHOWN_AT = 10.0  # seconds on the World's clock: every fade and the wave are over


@dataclass(frozen=True)
class Still:
    """What to render. `size` in pixels; `picture` the number of the picture to put on the easel.

    `camera` is where the eyes are, `at` the name or title of a layer to stand before, `view` one of VIEWS: one of them,
    or none for the entrance.
    """

    size: tuple[int, int] = (1600, 1000)
    camera: Pose | None = None
    at: str | None = None
    view: str | None = None
    picture: int = 0


def render_still(exhibit: Exhibit, still: Still, output: Path) -> Path:
    """Runs the picture through the network and saves what the camera sees; returns the file's path.

    A run of blocks that hides the layer is opened. Raises UserError when the layer is unknown or has no room, the
    network fails on the picture, or the file cannot be written.
    """
    return save_picture(pictures(exhibit, [still])[0], output)


def pictures(exhibit: Exhibit, stills: Sequence[Still]) -> list[np.ndarray]:
    """What each camera sees, (height, width, 3) uint8; the exhibit is closed afterwards. Raises as `render_still`."""
    scopes = [_scope_of(exhibit, still) for still in stills]  # says at once when there is no such layer
    context = standalone_context()
    mark("context")
    try:
        with context:
            exhibit.open(context)
            return [_render(exhibit, still, scope) for still, scope in zip(stills, scopes, strict=True)]
    finally:
        exhibit.close()
        context.release()
        mark("first_frame")


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


def _scope_of(exhibit: Exhibit, still: Still) -> Scope:
    worker = exhibit.displays[0].worker
    return worker.scope if still.at is None else scope_showing(still.at, worker.full_graph, worker.scope)


def _camera(exhibit: Exhibit, still: Still) -> Pose:
    aspect = still.size[0] / still.size[1]
    if still.at is not None:
        return exhibit.world.hall.placing.carry(before(_wall_of(still.at, exhibit), aspect))
    if still.view is not None:
        return standard_view(exhibit.world, still.view, aspect)
    return still.camera or exhibit.world.player.eyes


def _wall_of(name: str, exhibit: Exhibit) -> Wall:
    """The wall of a layer; where it has no room, it is given some."""
    world, worker = exhibit.world, exhibit.displays[0].worker
    node = node_showing(name, worker.full_graph, world.hall.graph)
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
