"""An exhibit that is drawn without a window: it waits until all is there, and gives pictures of any size."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import moderngl
import numpy as np

from vrcnn.engine.messages import InquiryFailed, JobFailed, ScopeRefused
from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.render.context import standalone_context
from vrcnn.render.panorama import render_panorama
from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.geometry import Pose
from vrcnn.timeline import mark

if TYPE_CHECKING:
    from vrcnn.ui.world_panels import WorldPanelFaces

EVERYTHING = 1 << 40  # bytes: no frame has to be kept short
SHOWN_AT = 10.0  # seconds on the World's clock: every fade is over
LOOKS = 3  # times that visualizations are asked for, as one look brings on another
LOOK = 1.0  # s of the World's clock between two looks


class Studio:
    """An exhibit in an OpenGL context of its own, as `open_studio` has it."""

    def __init__(self, exhibit: Exhibit, context: moderngl.Context) -> None:
        self.exhibit, self.context = exhibit, context
        self._faces: WorldPanelFaces | None = None

    def settle(self) -> None:
        """Waits until the picture has run, the shelf is decoded and what walls show of visualizations is there.

        Raises UserError when every network fails on the picture.
        """
        self._wait()
        self.exhibit.sieves.turn_to_visitor()
        world = self.exhibit.world
        if any(hall.arrangement.faces for hall in world.halls):
            for _ in range(LOOKS):
                world.time += LOOK
                for display in self.exhibit.displays:
                    display.features.follow()
                self._wait()
        world.time, world.wave = SHOWN_AT, None

    def prepare(self) -> None:
        """Takes up what has changed in the World; pictures show it then."""
        if self.exhibit.world.panels.open:
            self._panels.draw(self.exhibit.world)
        self.exhibit.prepare(EVERYTHING)

    def picture(
        self, eyes: Pose, size: tuple[int, int], scale: float = 1.0, alone: bool = False, settled: bool = False
    ) -> np.ndarray:
        """What eyes see as (height, width, 3) uint8; things `alone`, without ground and sky, are (height, width, 4).

        `scale` is the visitor's. With `settled` nothing has changed since the last picture but the eyes.
        """
        if not settled:
            self.prepare()
        symmetric = View.symmetric(eyes, size[0] / size[1], FIELD_OF_VIEW)
        view = View(eyes, symmetric.left, symmetric.right, symmetric.down, symmetric.up, scale)
        return self.exhibit.renderer.render_picture(view, size, alone=alone)

    def panorama(self, eyes: Pose, size: tuple[int, int], scale: float = 1.0) -> np.ndarray:
        """All that is around the eyes, (height, 2 height, 3) uint8."""
        self.prepare()
        return render_panorama(self.context, self.exhibit.renderer, eyes, size, scale)

    def close(self) -> None:
        """Gives the panels' textures back."""
        if self._faces is not None:
            self._faces.close()
            self._faces = None

    @property
    def _panels(self) -> WorldPanelFaces:
        from vrcnn.ui.world_panels import WorldPanelFaces  # only here: few pictures have panels in them

        if self._faces is None:
            self._faces = WorldPanelFaces(self.context, self.exhibit.renderer)
        return self._faces

    def _wait(self) -> None:
        exhibit = self.exhibit
        failures: dict[int, JobFailed] = {}
        waiting = True
        while waiting:
            jobs, waiting = [display.job for display in exhibit.displays], exhibit.busy
            for display, message in exhibit.listen():
                if isinstance(message, JobFailed):
                    failures[display.number] = message
                elif isinstance(message, InquiryFailed | ScopeRefused):  # a picture shall show what was asked for
                    raise UserError(message.headline)
            waiting = waiting or jobs != [display.job for display in exhibit.displays]  # a message set off another one
            time.sleep(0.002)
        failed = [failures.get(display.number) for display in exhibit.displays]
        if all(
            failure is not None and failure.job == display.job
            for failure, display in zip(failed, exhibit.displays, strict=True)
        ):
            first = failures[0]
            raise UserError("\n  ".join([first.headline, *first.detail.splitlines()]))


@contextmanager
def open_studio(exhibit: Exhibit) -> Iterator[Studio]:
    """The exhibit in a context of its own; it is closed afterwards."""
    context = standalone_context()
    mark("context")
    try:
        with context:
            exhibit.open(context)
            studio = Studio(exhibit, context)
            try:
                yield studio
            finally:
                studio.close()
    finally:
        exhibit.close()
        context.release()
        mark("first_frame")
