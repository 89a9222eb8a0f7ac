"""What lies under the window's panels: the world, the headset's eye, or a view of its own for an audience."""

from __future__ import annotations

from time import perf_counter

import moderngl

from vrcnn.desktop.audience_pace import AudiencePace
from vrcnn.desktop.mirror import Mirror
from vrcnn.render.renderer import Renderer
from vrcnn.render.target import Target
from vrcnn.scene.audience import audience_view, spectating, unseen
from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.geometry import Pose
from vrcnn.scene.world import World

MOST_PIXELS = 1920 * 1200  # of a view for the audience; in a larger window it is drawn smaller and stretched


class WindowPicture:
    """Draws it. While a headset is worn, nothing here takes time from its frame but what that has to spare.

    Attributes:
        pace: how often a view of its own is drawn.
        drawn: how many were.
    """

    def __init__(self, context: moderngl.Context, size: tuple[int, int], samples: int) -> None:
        self._context, self._samples = context, samples
        self._target = Target(context, size, samples)
        self._mirror = Mirror(context)
        self._aside: _Aside | None = None
        self._shown = ""
        self.pace = AudiencePace()
        self.drawn = 0

    def draw(self, world: World, renderer: Renderer, size: tuple[int, int]) -> moderngl.Framebuffer:
        """The world as the visitor at the desk sees it, in `size` (width, height) pixels of one sample each."""
        self._fit(size)
        self._let_go()
        renderer.draw(self.view(world, size, world.player.eyes), self._target.framebuffer, size)
        return self._target.resolve()

    def draw_worn(
        self,
        world: World,
        renderer: Renderer,
        size: tuple[int, int],
        eye: moderngl.Texture,
        used: tuple[int, int],
        spare: float,
    ) -> moderngl.Framebuffer:
        """What World.audience says, while a headset is worn whose `eye` was drawn last in its lower left `used` pixels.

        Call it after the headset's frame has ended, `spare` s before the next one's turn. A view of its own is drawn in
        some of the frames, as `pace` has it, and kept for those between.
        """
        self._fit(size)
        resolved = self._target.resolved
        view = audience_view(world, size[0] / size[1])
        if view is None:
            self._let_go()
            self._mirror.draw(eye, resolved, used)
            return resolved
        wanted = _bounded(size)
        if self._aside is None or self._aside.target.size != wanted or self._shown != world.audience:
            self._let_go()
            self._aside, self._shown = _Aside(self._context, wanted, self._samples), world.audience
            self.pace.hurry()
        if self.pace.due(spare):
            begun = perf_counter()
            with renderer.aside():
                renderer.draw(view, self._aside.target.framebuffer, wanted, unseen=unseen(world))
            self._aside.keep()
            self.pace.takes = perf_counter() - begun
            self.drawn += 1
        if wanted == size:
            self._context.copy_framebuffer(resolved, self._aside.kept)
        else:
            self._mirror.draw(self._aside.picture, resolved)
        return resolved

    def view(self, world: World, size: tuple[int, int], eyes: Pose) -> View:
        """What a picture of the window shows: the sight of the visitor's `eyes`, or the spectator's; never a smoothed
        one."""
        width, height = size
        if spectating(world):
            aside = audience_view(world, width / height)
            if aside is not None:
                return aside
        view = View.symmetric(eyes, width / height, FIELD_OF_VIEW)
        return View(view.pose, view.left, view.right, view.down, view.up, world.player.scale)

    def release(self) -> None:
        """Gives the GL objects back."""
        self._let_go()
        self._target.release()
        self._mirror.release()

    def _fit(self, size: tuple[int, int]) -> None:
        if self._target.size != size:
            self._target.release()
            self._target = Target(self._context, size, self._samples)

    def _let_go(self) -> None:
        if self._aside is not None:
            self._aside.release()
            self._aside = None


class _Aside:
    """A view for the audience: where it is drawn, and the texture in which the last one is kept."""

    def __init__(self, context: moderngl.Context, size: tuple[int, int], samples: int) -> None:
        self.target = Target(context, size, samples)
        self.picture = context.texture(size, 4)
        self.kept = context.framebuffer([self.picture])

    def keep(self) -> None:
        self.target.copy_colour(self.kept)

    def release(self) -> None:
        self.target.release()
        self.kept.release()
        self.picture.release()


def _bounded(size: tuple[int, int]) -> tuple[int, int]:
    """`size`, or the same proportions with MOST_PIXELS."""
    share = min(1.0, (MOST_PIXELS / (size[0] * size[1])) ** 0.5)
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))
