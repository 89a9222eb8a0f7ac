"""What differs between Linux (GLX on X11) and Windows (WGL): how a runtime is told of the OpenGL context."""

from __future__ import annotations

import sys
from typing import Any, Protocol

from vrcnn.xr.errors import NO_X11, HeadsetUnavailable


class Platform(Protocol):
    """The OpenGL context that is current when one of these is made, as OpenXR wants to know it."""

    def binding(self) -> Any:
        """The structure to chain to XrSessionCreateInfo; it has to outlive the session."""

    def is_current(self) -> bool:
        """Whether that context is still the current one: some runtimes' calls leave another."""


class Xlib:
    """GLX, through which GLFW makes its contexts on X11. Raises HeadsetUnavailable for a context of another kind."""

    def __init__(self) -> None:
        from OpenGL import GLX

        self._glx = GLX
        self._context = GLX.glXGetCurrentContext()
        if not self._context:
            raise HeadsetUnavailable(NO_X11)

    def binding(self) -> Any:
        import xr

        return xr.GraphicsBindingOpenGLXlibKHR(
            x_display=self._glx.glXGetCurrentDisplay(),
            glx_drawable=self._glx.glXGetCurrentDrawable(),
            glx_context=self._context,
        )

    def is_current(self) -> bool:
        return _address(self._glx.glXGetCurrentContext()) == _address(self._context)


class Win32:
    """WGL, through which GLFW makes its contexts on Windows."""

    def __init__(self) -> None:
        from OpenGL import WGL

        self._wgl = WGL
        self._context = WGL.wglGetCurrentContext()

    def binding(self) -> Any:
        import xr

        return xr.GraphicsBindingOpenGLWin32KHR(h_dc=self._wgl.wglGetCurrentDC(), h_glrc=self._context)

    def is_current(self) -> bool:
        return _address(self._wgl.wglGetCurrentContext()) == _address(self._context)


def current_platform() -> Platform:
    """The platform of the OpenGL context that is current now."""
    return Win32() if sys.platform == "win32" else Xlib()


def _address(handle: Any) -> int:
    """A handle as a number, whether ctypes gives it as a pointer, as an integer or as None."""
    from ctypes import c_void_p, cast

    if handle is None or isinstance(handle, int):
        return handle or 0
    return cast(handle, c_void_p).value or 0
