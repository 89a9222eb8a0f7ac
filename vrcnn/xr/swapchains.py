"""The images that the runtime shows to an eye, as moderngl framebuffers.

The colour path, in one place: the renderer writes sRGB-encoded values into its own 8-bit buffer, which is copied into
the runtime's image with GL_FRAMEBUFFER_SRGB off, so that the bytes arrive as they are; the runtime is told by the
image's format that they are sRGB-encoded.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import moderngl

from vrcnn.xr import errors
from vrcnn.xr.errors import HeadsetUnavailable
from vrcnn.xr.runtime import Runtime

SRGB8_ALPHA8, SRGB8, RGBA8, RGB8 = 0x8C43, 0x8C41, 0x8058, 0x8051
COMPONENTS = {SRGB8_ALPHA8: 4, SRGB8: 3, RGBA8: 4, RGB8: 3}  # format -> channels, best first
ENCODED = (SRGB8_ALPHA8, SRGB8)  # the runtime knows of these that they are sRGB-encoded

log = logging.getLogger(__name__)


def choose_formats(offered: Sequence[int]) -> list[int]:
    """Those of COMPONENTS that a runtime offers, best first."""
    return [each for each in COMPONENTS if each in offered]


class EyeImages:
    """One eye's swapchain: `acquire` gives the framebuffer to draw into, `release` hands it to the runtime.

    A swapchain for each eye, not one of two layers: SteamVR for Linux refuses texture arrays (its issue 466).
    `restore` is called after each call that may leave another OpenGL context current (its issue 421).
    """

    def __init__(
        self,
        runtime: Runtime,
        session: Any,
        context: moderngl.Context,
        size: tuple[int, int],
        restore: Callable[[], None],
    ) -> None:
        self._xr, self._restore, self.size = runtime.xr, restore, size
        self.handle, self.format = _create(runtime, session, size, restore)
        images = self._xr.enumerate_swapchain_images(self.handle, self._xr.SwapchainImageOpenGLKHR)
        self._framebuffers = []
        for image in images:
            texture = context.external_texture(int(image.image), size, COMPONENTS[self.format], 0, "f1")
            self._framebuffers.append(context.framebuffer([texture]))
        self._acquired: int | None = None

    def acquire(self) -> moderngl.Framebuffer:
        """Waits for the next image. The framebuffer has no depth buffer and keeps what an earlier frame drew."""
        xr = self._xr
        index = int(xr.acquire_swapchain_image(self.handle, xr.SwapchainImageAcquireInfo()))
        self._acquired = index
        try:
            xr.wait_swapchain_image(self.handle, xr.SwapchainImageWaitInfo(timeout=xr.INFINITE_DURATION))
        finally:
            self._restore()
        return self._framebuffers[index]

    def release(self) -> None:
        """Nothing when no image is acquired."""
        if self._acquired is not None:
            self._acquired = None
            self._xr.release_swapchain_image(self.handle, self._xr.SwapchainImageReleaseInfo())

    def sub_image(self) -> Any:
        """The whole image, as a composition layer names it."""
        xr = self._xr
        return xr.SwapchainSubImage(self.handle, xr.Rect2Di(xr.Offset2Di(0, 0), xr.Extent2Di(*self.size)), 0)

    def close(self) -> None:
        """Leaves the runtime's textures to the runtime; the swapchain's handle ends with the session."""
        for framebuffer in self._framebuffers:
            framebuffer.release()
        self._framebuffers.clear()


def _create(runtime: Runtime, session: Any, size: tuple[int, int], restore: Callable[[], None]) -> tuple[Any, int]:
    """The swapchain and its format. SteamVR for Linux offers formats that it then refuses (its issue 782)."""
    xr = runtime.xr
    offered = [int(each) for each in xr.enumerate_swapchain_formats(session)]
    tried = choose_formats(offered)
    usage = xr.SwapchainUsageFlags.COLOR_ATTACHMENT_BIT | xr.SwapchainUsageFlags.SAMPLED_BIT
    refusals = []
    for format in tried:
        wanted = xr.SwapchainCreateInfo(
            usage_flags=usage,
            format=format,
            sample_count=1,
            width=size[0],
            height=size[1],
            face_count=1,
            array_size=1,
            mip_count=1,
        )
        try:
            handle = xr.create_swapchain(session, wanted)
        except (xr.SwapchainFormatUnsupportedError, xr.RuntimeFailureError, xr.ValidationFailureError) as reason:
            refusals.append(f"{format:#x}: {type(reason).__name__}")
            continue
        finally:
            restore()
        if format not in ENCODED:
            log.warning("%s offers no sRGB image: colours will look pale in the headset", runtime.name)
        return handle, format
    told = {"tried": ", ".join(refusals) or "none", "offered": ", ".join(map(hex, offered)) or "none"}
    raise HeadsetUnavailable(errors.NO_FORMAT.format(runtime=runtime.name, **told))
