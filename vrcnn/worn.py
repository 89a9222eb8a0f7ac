"""The headset while it is worn: what its eyes see is drawn here, and the left one's picture kept for the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import moderngl
import numpy as np

from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.render.hidden_area import HiddenArea
from vrcnn.render.raw import DEPTH_COMPONENT24
from vrcnn.render.target import Target
from vrcnn.render.vignette import Vignette
from vrcnn.xr.errors import HeadsetUnavailable
from vrcnn.xr.eye_images import Drawn
from vrcnn.xr.pacing import Pacing

if TYPE_CHECKING:
    from vrcnn.xr.headset import Headset, HeadsetFrame

MIRRORED_EYE = 0  # the left one
SECOND = 1e9  # of the runtime's clock


class Worn:
    """A headset with the targets for its eyes.

    Attributes:
        headset: the connection to it.
        picture: what the left eye saw last, in the lower left `used` pixels; its rows count from the bottom.
        used: (width, height) of what was drawn last.
        mirrored: whether the picture is kept; it costs a copy.
    """

    def __init__(self, headset: Headset, context: moderngl.Context, samples: int) -> None:
        self.headset = headset
        self._context = context
        try:
            self._target = Target(context, headset.size, samples, headset.depth_format or DEPTH_COMPONENT24)
        except UserError as refusal:
            headset.close()
            raise HeadsetUnavailable(str(refusal)) from refusal
        self._vignette = Vignette(context)
        self._pacing = Pacing(headset.held)
        self._hidden: tuple[HiddenArea | None, ...] = (None, None)
        self._hides: tuple[np.ndarray, ...] = ()
        self.picture = context.texture(headset.size, 4)
        self._kept = context.framebuffer([self.picture])
        self.used = headset.size
        self.mirrored = True

    def draw(self, frame: HeadsetFrame, exhibit: Exhibit) -> None:
        """Draws the world for both eyes into the frame's images."""
        size = self.used = self._pace(frame, exhibit)
        # One pixel more, which runtimes mix into the outermost ones: what an earlier frame left there is not seen.
        copied = min(size[0] + 1, self.headset.size[0]), min(size[1] + 1, self.headset.size[1])
        self._look_through()
        room = exhibit.world.player.room
        views = [view.moved(room) for view in frame.views]
        exhibit.renderer.look(views, size)
        for eye, view in enumerate(views):
            exhibit.renderer.draw(view, self._target.framebuffer, size, self._hidden[eye])
            self._vignette.draw(exhibit.world, view, self._target.framebuffer, size)
            self._target.copy_colour(frame.framebuffer(eye), copied)
            if depth := frame.depth(eye):
                self._target.copy_depth(depth, size)
            if eye == MIRRORED_EYE and self.mirrored:
                self._target.copy_colour(self._kept, size)
        frame.drawn = Drawn(size, views[0].near / views[0].scale, views[0].far / views[0].scale)

    def _pace(self, frame: HeadsetFrame, exhibit: Exhibit) -> tuple[int, int]:
        """How much of the images is drawn, in pixels; the World is told."""
        pacing, status = self._pacing, exhibit.world.headset
        headset = self.headset
        pacing.frame(frame.time / SECOND, frame.period / SECOND, headset.worked, headset.refresh_rate)
        status.resolution, status.missed = headset.resolution * pacing.share, pacing.missed
        width, height = headset.size
        return round(width * pacing.share), round(height * pacing.share)

    def _look_through(self) -> None:
        """Takes what the lenses hide where the runtime has told something new."""
        if self.headset.hidden is self._hides:
            return
        self._hides = self.headset.hidden
        self._release_hidden()
        self._hidden = tuple(HiddenArea(self._context, each) if len(each) else None for each in self._hides)

    def _release_hidden(self) -> None:
        for area in self._hidden:
            if area is not None:
                area.release()
        self._hidden = (None, None)

    def close(self) -> None:
        """Ends the session properly, where it has not ended, and gives the GL objects back."""
        self.headset.close()
        self._release_hidden()
        self._target.release()
        self._vignette.release()
        self._kept.release()
        self.picture.release()
