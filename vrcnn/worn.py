"""The headset while it is worn: what its eyes see is drawn here, and the left one's picture kept for the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import moderngl

from vrcnn.exhibit import Exhibit
from vrcnn.render.target import Target

if TYPE_CHECKING:
    from vrcnn.xr.headset import Headset, HeadsetFrame

MIRRORED_EYE = 0  # the left one


class Worn:
    """A headset with the targets for its eyes.

    Attributes:
        headset: the connection to it.
        picture: what the left eye saw last, with the headset's pixels; its rows count from the bottom.
    """

    def __init__(self, headset: Headset, context: moderngl.Context, samples: int) -> None:
        self.headset = headset
        self._target = Target(context, headset.size, samples)
        self.picture = context.texture(headset.size, 4)
        self._kept = context.framebuffer([self.picture])

    def draw(self, frame: HeadsetFrame, exhibit: Exhibit) -> None:
        """Draws the world for both eyes into the frame's images."""
        room = exhibit.world.player.room
        views = [view.moved(room) for view in frame.views]
        exhibit.renderer.look(views, self._target.size)
        for eye, view in enumerate(views):
            exhibit.renderer.draw(view, self._target.framebuffer, self._target.size)
            self._target.resolve(frame.framebuffer(eye))
            if eye == MIRRORED_EYE:
                self._target.resolve(self._kept)

    def close(self) -> None:
        """Ends the session properly, where it has not ended, and gives the GL objects back."""
        self.headset.close()
        self._target.release()
        self._kept.release()
        self.picture.release()
