"""The ways in for pictures while the program runs: files and pastes, a camera, and what is drawn on the easel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vrcnn.camera_show import CameraShow
from vrcnn.display import tell
from vrcnn.easel_drawing import EaselDrawing
from vrcnn.engine.camera import Camera
from vrcnn.incoming import Incoming
from vrcnn.network.pictures import PictureFile
from vrcnn.passes import Passes
from vrcnn.scene.shelving import put_on_shelf
from vrcnn.scene.world import Notice

if TYPE_CHECKING:
    from vrcnn.exhibit import Exhibit

NO_CAMERA = "There is no camera here.", "Start with --camera 0, or with the path of a film."


class WaysIn:
    """All of them, for an exhibit, which calls `follow` once a frame."""

    def __init__(self, exhibit: Exhibit) -> None:
        self._exhibit = exhibit
        self.passes = Passes()
        self.incoming = Incoming(exhibit)
        self.drawing = EaselDrawing(exhibit, self.passes)
        self.camera: CameraShow | None = None

    def watch(self, camera: Camera) -> None:
        """Puts a camera's picture on the shelf and the easel, live; the exhibit is open. It is closed with the rest."""
        if self.incoming.is_wanted():
            self.camera = CameraShow(self._exhibit, camera, self.passes)
        else:
            camera.close()

    def hold_camera(self) -> None:
        """Freezes its picture, or lets it go on."""
        if self.camera is None:
            tell(self._exhibit.world, Notice(*NO_CAMERA))
        else:
            self.camera.toggle()

    def add_file(self, file: PictureFile, pixels: np.ndarray) -> int:
        """Puts a picture from outside on the shelf for all networks that can read it; returns its number. `pixels` are
        as in PictureLoaded. Where many were added, one of them that nobody uses makes room for it.
        """
        exhibit, world = self._exhibit, self._exhibit.world
        number = exhibit.additions.place_for(world)
        for display in exhibit.displays:
            if display.worker.takes_pictures:
                display.worker.put_picture(number, file)
        put_on_shelf(world, number, file.name, pixels)
        world.pictures[number].path, world.pictures[number].brought = file.path, file
        world.sketching.drawings.pop(number, None)
        exhibit.load_page()
        exhibit.renderer.set_picture(number, pixels)
        return number

    def follow(self) -> None:
        """Once a frame."""
        self.incoming.follow()
        self.drawing.follow()
        if self.camera is not None:
            self.camera.follow()
        self._exhibit.world.sketching.rate = self.passes.rate

    def close(self) -> None:
        """Ends their threads."""
        self.incoming.close()
        self.drawing.close()
        if self.camera is not None:
            self.camera.close()
