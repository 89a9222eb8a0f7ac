"""What differs between Linux (GLX on X11) and Windows (WGL): how a runtime is told of the OpenGL context."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from ctypes import c_void_p
from typing import Any

from vrcnn.xr.errors import NO_WGL, NO_X11, HeadsetUnavailable


class Platform(ABC):
    """The OpenGL context that is current on this thread when one of these is made.

    All that varies by platform is in its subclasses: what to ask for the current context and what it draws to, the
    structure by which OpenXR is told of them, and what to say where there is none. Raises HeadsetUnavailable there.
    """

    without: str

    def __init__(self) -> None:
        self._made_for = self._current()
        if not self._made_for[0]:
            raise HeadsetUnavailable(self.without)

    @abstractmethod
    def _current(self) -> tuple[int, int]:
        """The addresses of the context that is current now and of what it draws to, 0 for none."""

    @abstractmethod
    def binding(self) -> Any:
        """The structure to chain to XrSessionCreateInfo; it has to outlive the session."""

    def is_current(self) -> bool:
        """Whether that context is still the current one, drawing to the same: some runtimes' calls leave another."""
        return self._current() == self._made_for


class Xlib(Platform):
    """GLX, through which GLFW makes its contexts on X11."""

    without = NO_X11

    def __init__(self) -> None:
        from OpenGL import GLX

        self._glx = GLX
        super().__init__()

    def _current(self) -> tuple[int, int]:
        return _address(self._glx.glXGetCurrentContext()), _address(self._glx.glXGetCurrentDrawable())

    def binding(self) -> Any:
        import xr

        return xr.GraphicsBindingOpenGLXlibKHR(
            x_display=self._glx.glXGetCurrentDisplay(),
            glx_drawable=self._glx.glXGetCurrentDrawable(),
            glx_context=self._glx.glXGetCurrentContext(),
        )


class Win32(Platform):
    """WGL, through which GLFW makes its contexts on Windows."""

    without = NO_WGL

    def __init__(self) -> None:
        from OpenGL import WGL

        self._wgl = WGL
        super().__init__()

    def _current(self) -> tuple[int, int]:
        return _address(self._wgl.wglGetCurrentContext()), _address(self._wgl.wglGetCurrentDC())

    def binding(self) -> Any:
        import xr

        device, context = self._wgl.wglGetCurrentDC(), self._wgl.wglGetCurrentContext()
        return xr.GraphicsBindingOpenGLWin32KHR(h_dc=device, h_glrc=context)


def current_platform() -> Platform:
    """The platform of the OpenGL context that is current now."""
    return Win32() if sys.platform == "win32" else Xlib()


def _address(handle: Any) -> int:
    """A handle as a number, whether ctypes gives it as a pointer, as an integer or as None."""
    if handle is None or isinstance(handle, int):
        return handle or 0
    return c_void_p.from_buffer(handle).value or 0  # cast() would leave a circle of references each time
