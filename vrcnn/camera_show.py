"""A camera's picture on the shelf and the easel: networks run its newest one whenever they have done with another."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from vrcnn.display import tell
from vrcnn.engine.camera import Camera, Frame
from vrcnn.passes import Passes
from vrcnn.scene.camera_status import CameraStatus
from vrcnn.scene.world import Notice

if TYPE_CHECKING:
    from vrcnn.exhibit import Exhibit

TELLING = 0.5  # s from one rate that is told to the next
BESIDE = 0.2  # s between two pictures of a camera that is not on the easel
GONE = "The camera gives no more pictures, so its last one stays.", "Plug it in again, and start once more."


class CameraShow:
    """Frames never queue up: what comes while a network runs is passed over, but for the newest."""

    def __init__(self, exhibit: Exhibit, camera: Camera, passes: Passes) -> None:
        self._exhibit, self._camera, self._passes = exhibit, camera, passes
        self._shown = camera.newest
        self._told = self._given = 0.0  # s, time.perf_counter()
        number = exhibit.ways.add_file(self._shown.file(camera.name), self._shown.pixels)
        exhibit.world.camera = CameraStatus(camera.name, number)
        exhibit.place(number)
        camera.start()

    def toggle(self) -> None:
        """Freezes the picture, or lets it go on; one that is not on the easel comes there and is live."""
        world, status = self._exhibit.world, self._status
        away = world.easel.picture != status.picture
        world.camera = replace(status, live=away or not status.live)
        if not world.camera.live:
            world.pictures[status.picture].brought = self._shown.file(self._camera.name)  # which sessions keep
        if away:
            self._exhibit.place(status.picture)

    def follow(self) -> None:
        """Once a frame."""
        world, status, now = self._exhibit.world, self._status, time.perf_counter()
        if self._camera.lost and not status.lost:
            world.camera = replace(status, lost=True, live=False, rate=0.0)
            tell(world, Notice(*GONE))
            return
        if now - self._told > TELLING:
            self._told = now
            world.camera = replace(status, rate=self._camera.rate)
        frame = self._camera.newest
        if not status.live or frame.number == self._shown.number:
            return
        readers = [display for display in self._exhibit.displays if display.worker.reads(status.picture)]
        on_easel = world.easel.picture == status.picture
        if on_easel and Passes.done(readers):
            self._give(frame)
            self._passes.run(readers, status.picture)
        elif not on_easel and now - self._given > BESIDE:
            self._give(frame)

    def close(self) -> None:
        """Gives the camera back."""
        self._camera.close()

    @property
    def _status(self) -> CameraStatus:
        status = self._exhibit.world.camera
        assert status is not None
        return status

    def _give(self, frame: Frame) -> None:
        """To the easel and the networks."""
        number, file = self._status.picture, frame.file(self._camera.name)
        for display in self._exhibit.displays:
            if display.worker.takes_pictures:
                display.worker.put_picture(number, file)
        picture = self._exhibit.world.pictures[number]
        picture.pixels = frame.pixels
        self._exhibit.renderer.set_picture(number, frame.pixels)
        self._shown, self._given = frame, time.perf_counter()
