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
from vrcnn.render.context import standalone_context
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.world import Wall, World
from vrcnn.timeline import mark

EVERYTHING = 1 << 40  # bytes: no frame has to be kept short
FIELD_OF_VIEW = 65.0  # degrees, vertical
READING_MARGIN = 1.15  # of a wall's size, so that its title is in the picture too
SHOWN_AT = 10.0  # seconds on the World's clock: how far the pulses on the links are


@dataclass(frozen=True)
class Still:
    """What to render. `size` in pixels; `camera` where the eyes are (None for the entrance); `at` a layer's name;
    `picture` the number of the picture to put on the easel."""

    size: tuple[int, int] = (1600, 1000)
    camera: Pose | None = None
    at: str | None = None
    picture: int = 0


def render_still(exhibit: Exhibit, still: Still, output: Path) -> Path:
    """Runs the picture through the network and saves what the camera sees; returns the file's path.

    Raises UserError when the layer is unknown, the network fails on the picture, or the file cannot be written.
    """
    _camera(exhibit.world, still)  # says at once when there is no such layer
    context = standalone_context()
    mark("context")
    try:
        with context:
            exhibit.open(context)
            pixels = _render(exhibit, still)
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


def _camera(world: World, still: Still) -> Pose:
    if still.at is not None:
        return before(_wall_named(world, still.at), still.size[0] / still.size[1])
    return still.camera or world.player.eyes


def _wall_named(world: World, name: str) -> Wall:
    names = {wall.title: wall for wall in world.walls}
    if name in names:
        return names[name]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.3) or list(names)[:3]
    raise UserError(f'There is no layer "{name}" in this network: did you mean {", ".join(near)}?')


def _render(exhibit: Exhibit, still: Still) -> np.ndarray:
    world = exhibit.world
    if still.picture:
        exhibit.place(still.picture)
    _wait(exhibit)
    world.time = SHOWN_AT
    exhibit.prepare(EVERYTHING)
    view = View.symmetric(_camera(world, still), still.size[0] / still.size[1], FIELD_OF_VIEW)
    return exhibit.renderer.render_picture(view, still.size)


def _wait(exhibit: Exhibit) -> None:
    """Until the picture has run and the shelf is decoded. Raises UserError when the network fails on it."""
    waiting = True
    while waiting:
        waiting = exhibit.worker.busy
        for message in exhibit.worker.messages():
            exhibit.receive(message)
            if isinstance(message, JobFailed):
                if message.job == exhibit.job:
                    raise UserError("\n  ".join([message.headline, *message.detail.splitlines()]))
                waiting = True  # the exhibit has gone on to the next picture
        time.sleep(0.002)
