"""The images of both eyes, colour and, where the runtime takes it, depth; and how they are submitted."""

from __future__ import annotations

import ctypes
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vrcnn.xr import errors
from vrcnn.xr.errors import HeadsetUnavailable
from vrcnn.xr.runtime import Runtime
from vrcnn.xr.swapchains import COLOUR, DEPTH, ENCODED, ImageFramebuffer, Refused, Sort, Swapchain, choose_formats

EYES = 2
DEPTH_LAYER = "XR_KHR_composition_layer_depth"
WITHOUT = "VRCNN_XR_WITHOUT"  # words with commas between: what of a runtime's abilities to leave alone
ARRAYS, DEPTHS, MASKS = "arrays", "depth", "mask"

log = logging.getLogger(__name__)


def left_alone() -> frozenset[str]:
    """The words of WITHOUT: of "arrays", "depth" and "mask"."""
    return frozenset(word.strip().lower() for word in os.environ.get(WITHOUT, "").split(","))


@dataclass(frozen=True)
class Drawn:
    """What of the eyes' images was drawn: the lower left `size` pixels.

    `near` and `far` in m of the room are what the depths 0 and 1 stand for; None where no depth was copied.
    """

    size: tuple[int, int]
    near: float | None = None
    far: float | None = None


class EyeImages:
    """Images of `size` pixels for each eye, in one texture array, or in two swapchains where that is refused.

    `depth_format` is OpenGL's internal format of the depth images; None where there are none. Raises
    HeadsetUnavailable where the runtime gives no colour image that can be drawn into.
    """

    def __init__(self, runtime: Runtime, session: Any, size: tuple[int, int], restore: Callable[[], None]) -> None:
        self._runtime, self._xr, self._session, self._restore = runtime, runtime.xr, session, restore
        self.size = size
        self._arrays = ARRAYS not in left_alone()
        offered = [int(each) for each in self._xr.enumerate_swapchain_formats(session)]
        colours, refusals = self._make(COLOUR, offered)
        if not colours:
            told = {"tried": ", ".join(refusals) or "none", "offered": ", ".join(map(hex, offered)) or "none"}
            raise HeadsetUnavailable(errors.NO_FORMAT.format(runtime=runtime.name, **told))
        if colours[0].format not in ENCODED:
            log.warning("%s offers no sRGB image: colours will look pale in the headset", runtime.name)
        self._colours, self._depths = colours, list[Swapchain]()
        if DEPTH_LAYER in runtime.extensions and DEPTHS not in left_alone():
            try:
                self._depths, refusals = self._make(DEPTH, offered)
            except BaseException:
                self.close()
                raise
            if not self._depths:
                log.info("%s takes no depth image (tried %s)", runtime.name, ", ".join(refusals) or "none")
        self.depth_format = self._depths[0].format if self._depths else None
        self._layer: Any = None

    @property
    def layered(self) -> bool:
        """Whether both eyes are in one texture array."""
        return len(self._colours) == 1

    def _make(self, sort: Sort, offered: Sequence[int]) -> tuple[list[Swapchain], list[str]]:
        """One swapchain of two layers or two of one, with the best format that works; none, and what was refused.

        SteamVR for Linux offers formats that it then refuses (its issue 782), and refuses arrays (466).
        """
        refusals: list[str] = []
        for format in choose_formats(offered, sort):
            for layers in (EYES, 1) if self._arrays else (1,):
                made: list[Swapchain] = []
                try:
                    while len(made) < EYES // layers:
                        made.append(self._swapchain(sort, format, layers))
                except Refused as reason:
                    refusals.append(f"{format:#x} with {layers} layers: {reason}")
                    _close(made)
                    continue
                except BaseException:
                    _close(made)
                    raise
                if refusals:
                    log.info("%s refused images for %s: %s", self._runtime.name, sort.name, "; ".join(refusals))
                return made, refusals
        return [], refusals

    def _swapchain(self, sort: Sort, format: int, layers: int) -> Swapchain:
        return Swapchain(self._runtime, self._session, sort, format, self.size, layers, self._restore)

    def acquire(self) -> None:
        """Waits for the next images."""
        for swapchain in self._colours:
            swapchain.acquire()
        for swapchain in self._depths:
            swapchain.acquire()

    def colour(self, eye: int) -> ImageFramebuffer:
        """What an eye sees, between `acquire` and `release`."""
        return _of_eye(self._colours, eye)

    def depth(self, eye: int) -> ImageFramebuffer | None:
        """How far away that is, where the runtime takes depth."""
        return _of_eye(self._depths, eye) if self._depths else None

    def release(self) -> None:
        """Hands the images that were acquired to the runtime."""
        for swapchain in (*self._colours, *self._depths):
            swapchain.release()

    def layer(self, space: Any, located: Sequence[Any], drawn: Drawn) -> Any:
        """The projection layer of this frame; `located` are the runtime's views in `space`.

        It is the same one every frame, filled anew: what it points to lives as long as these images.
        """
        if self._layer is None:
            self._make_layer(space)
        depth = bool(self._depths) and drawn.near is not None and drawn.far is not None
        for eye, each in enumerate(located):
            view, info = self._views[eye], self._infos[eye]
            view.pose, view.fov = each.pose, each.fov
            _set_extent(view.sub_image, drawn.size)
            view._next = ctypes.addressof(info) if depth else None
            if depth:
                _set_extent(info.sub_image, drawn.size)
                info.near_z, info.far_z = drawn.near, drawn.far
        return self._layer

    def _make_layer(self, space: Any) -> None:
        xr, eyes = self._xr, range(EYES)
        images = [_sub_image(self._colours, eye) for eye in eyes]
        views = (xr.CompositionLayerProjectionView * EYES)(
            *(xr.CompositionLayerProjectionView(sub_image=image) for image in images)
        )
        depths = [_sub_image(self._depths, eye) if self._depths else None for eye in eyes]
        infos = (xr.CompositionLayerDepthInfoKHR * EYES)(
            *(xr.CompositionLayerDepthInfoKHR(image, 0.0, 1.0) for image in depths)
        )
        self._views, self._infos = views, infos
        self._layer = xr.CompositionLayerProjection(space=space, views=views)

    def close(self) -> None:
        """Gives all back; also after the runtime is gone."""
        _close(self._colours)
        _close(self._depths)


def _of_eye(swapchains: Sequence[Swapchain], eye: int) -> ImageFramebuffer:
    return swapchains[0].framebuffer(eye) if len(swapchains) == 1 else swapchains[eye].framebuffer(0)


def _sub_image(swapchains: Sequence[Swapchain], eye: int) -> Any:
    return swapchains[0].sub_image(eye) if len(swapchains) == 1 else swapchains[eye].sub_image(0)


def _set_extent(sub_image: Any, size: tuple[int, int]) -> None:
    extent = sub_image.image_rect.extent
    extent.width, extent.height = size


def _close(swapchains: list[Swapchain]) -> None:
    while swapchains:
        swapchains.pop().close()
