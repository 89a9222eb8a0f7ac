"""A swapchain: images of the runtime's, of one layer or of two, as framebuffers to copy into.

The colour path, in one place: the renderer writes sRGB-encoded values into its own 8-bit buffer, which is copied into
the runtime's image with GL_FRAMEBUFFER_SRGB off, so that the bytes arrive as they are; the runtime is told by the
image's format that they are sRGB-encoded.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from vrcnn.render.raw import (
    COLOR_ATTACHMENT0,
    DEPTH24_STENCIL8,
    DEPTH32F_STENCIL8,
    DEPTH_ATTACHMENT,
    DEPTH_COMPONENT24,
    DEPTH_COMPONENT32F,
    FRAMEBUFFER,
    FRAMEBUFFER_COMPLETE,
    TEXTURE_2D,
    RawGL,
)
from vrcnn.xr.runtime import Runtime

SRGB8_ALPHA8, SRGB8, RGBA8, RGB8 = 0x8C43, 0x8C41, 0x8058, 0x8051
COLOUR_FORMATS = (SRGB8_ALPHA8, SRGB8, RGBA8, RGB8)  # best first
ENCODED = (SRGB8_ALPHA8, SRGB8)  # the runtime knows of these that they are sRGB-encoded
# 16 bits are none of them: what is drawn has the depth of the image, and walls' layers stand closer than they tell.
DEPTH_FORMATS = (DEPTH_COMPONENT24, DEPTH_COMPONENT32F, DEPTH24_STENCIL8, DEPTH32F_STENCIL8)

log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - an answer of the runtime, tried for
    """The runtime or OpenGL does not take a swapchain as it was asked for; the message says which error."""


@dataclass(frozen=True)
class Sort:
    """What images are for: `formats` in order of preference, and where they are attached to a framebuffer."""

    name: str
    formats: tuple[int, ...]
    attachment: int
    usage: str


COLOUR = Sort("colour", COLOUR_FORMATS, COLOR_ATTACHMENT0, "COLOR_ATTACHMENT_BIT")
DEPTH = Sort("depth", DEPTH_FORMATS, DEPTH_ATTACHMENT, "DEPTH_STENCIL_ATTACHMENT_BIT")


@dataclass(frozen=True)
class ImageFramebuffer:
    """A framebuffer around one layer of an image: its OpenGL number `glo`, and its pixels."""

    glo: int
    size: tuple[int, int]


def choose_formats(offered: Sequence[int], sort: Sort = COLOUR) -> list[int]:
    """Those of a sort's formats that a runtime offers, best first."""
    return [each for each in sort.formats if each in offered]


class Swapchain:
    """`acquire` gives an image to draw into, `release` hands it to the runtime. Raises Refused.

    With two layers the image is a texture array, a layer for each eye. `restore` is called after each call that may
    leave another OpenGL context current (SteamVR for Linux, issue 421).
    """

    def __init__(
        self,
        runtime: Runtime,
        session: Any,
        sort: Sort,
        format: int,
        size: tuple[int, int],
        layers: int,
        restore: Callable[[], None],
    ) -> None:
        self._xr, self._restore = runtime.xr, restore
        self.size, self.layers, self.format = size, layers, format
        self._gl = RawGL()
        self._framebuffers: list[list[ImageFramebuffer]] = []
        self._acquired: int | None = None
        xr = self._xr
        usage = xr.SwapchainUsageFlags[sort.usage] | xr.SwapchainUsageFlags.SAMPLED_BIT
        wanted = xr.SwapchainCreateInfo(
            usage_flags=usage,
            format=format,
            sample_count=1,
            width=size[0],
            height=size[1],
            face_count=1,
            array_size=layers,
            mip_count=1,
        )
        refusals = (
            xr.SwapchainFormatUnsupportedError,
            xr.FeatureUnsupportedError,
            xr.RuntimeFailureError,
            xr.ValidationFailureError,
        )
        try:
            self.handle = xr.create_swapchain(session, wanted)
        except refusals as reason:
            raise Refused(type(reason).__name__) from reason
        finally:
            restore()
        try:
            images = xr.enumerate_swapchain_images(self.handle, xr.SwapchainImageOpenGLKHR)
            for image in images:
                self._framebuffers.append([self._framebuffer(int(image.image), layer, sort) for layer in range(layers)])
        except refusals as reason:
            self.close()
            raise Refused(type(reason).__name__) from reason
        except BaseException:
            self.close()
            raise
        # What they copy with, kept from frame to frame.
        self._acquire_info = xr.SwapchainImageAcquireInfo()
        self._wait_info = xr.SwapchainImageWaitInfo(timeout=xr.INFINITE_DURATION)
        self._release_info = xr.SwapchainImageReleaseInfo()

    def _framebuffer(self, texture: int, layer: int, sort: Sort) -> ImageFramebuffer:
        """moderngl takes neither a layer of a foreign array nor foreign depth: hence by hand."""
        gl, name = self._gl, ctypes.c_uint()
        gl.GenFramebuffers(1, ctypes.byref(name))
        gl.BindFramebuffer(FRAMEBUFFER, name.value)
        if self.layers > 1:
            gl.FramebufferTextureLayer(FRAMEBUFFER, sort.attachment, texture, 0, layer)
        else:
            gl.FramebufferTexture2D(FRAMEBUFFER, sort.attachment, TEXTURE_2D, texture, 0)
        status = gl.CheckFramebufferStatus(FRAMEBUFFER)
        gl.BindFramebuffer(FRAMEBUFFER, 0)
        if status != FRAMEBUFFER_COMPLETE:
            gl.DeleteFramebuffers(1, ctypes.byref(name))
            raise Refused(f"framebuffer status {status:#x}")
        return ImageFramebuffer(name.value, self.size)

    def acquire(self) -> None:
        """Waits for the next image, which keeps what an earlier frame drew."""
        xr = self._xr
        self._acquired = int(xr.acquire_swapchain_image(self.handle, self._acquire_info))
        try:
            xr.wait_swapchain_image(self.handle, self._wait_info)
        finally:
            self._restore()

    def framebuffer(self, layer: int) -> ImageFramebuffer:
        """That of the acquired image."""
        assert self._acquired is not None, "acquire() comes first"
        return self._framebuffers[self._acquired][layer]

    def release(self) -> None:
        """Nothing when no image is acquired."""
        if self._acquired is not None:
            self._acquired = None
            self._xr.release_swapchain_image(self.handle, self._release_info)

    def sub_image(self, layer: int) -> Any:
        """The whole of a layer, as a composition layer names it."""
        xr = self._xr
        return xr.SwapchainSubImage(self.handle, xr.Rect2Di(xr.Offset2Di(0, 0), xr.Extent2Di(*self.size)), layer)

    def close(self) -> None:
        """Gives all back; the images themselves are the runtime's. Quiet where the runtime is gone."""
        for framebuffers in self._framebuffers:
            for framebuffer in framebuffers:
                self._gl.DeleteFramebuffers(1, ctypes.byref(ctypes.c_uint(framebuffer.glo)))
        self._framebuffers.clear()
        try:
            self._xr.destroy_swapchain(self.handle)
        except self._xr.ErrorResult as reason:
            log.info("xrDestroySwapchain: %s", reason)
        finally:
            self._restore()
