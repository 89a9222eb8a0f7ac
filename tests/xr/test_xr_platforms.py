"""How a runtime is told of the OpenGL context on Linux, and on Windows, as far as can be seen without one."""

from __future__ import annotations

import importlib
import sys
from ctypes import c_void_p, sizeof
from types import ModuleType

import pytest

from vrcnn.xr import errors, platforms
from vrcnn.xr.errors import HeadsetUnavailable
from vrcnn.xr.platforms import Win32, Xlib, current_platform

CONTEXT, DEVICE = 0x1234_5678_9ABC, 0xDEF0


class WGL(ModuleType):
    """Windows' part of OpenGL as PyOpenGL has it: handles are integers or None."""

    HGLRC = c_void_p

    def __init__(self) -> None:
        super().__init__("OpenGL.WGL")
        self.context: int | None = CONTEXT
        self.device: int | None = DEVICE

    def wglGetCurrentContext(self) -> int | None:  # noqa: N802
        return self.context

    def wglGetCurrentDC(self) -> int | None:  # noqa: N802
        return self.device


@pytest.fixture
def wgl(monkeypatch: pytest.MonkeyPatch) -> WGL:
    import OpenGL

    wgl = WGL()
    monkeypatch.setitem(sys.modules, "OpenGL.WGL", wgl)
    monkeypatch.setattr(OpenGL, "WGL", wgl, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    return wgl


@pytest.fixture
def binding(wgl: WGL, monkeypatch: pytest.MonkeyPatch):
    """The structure that pyopenxr has for Windows, here too."""
    xr = pytest.importorskip("xr")
    monkeypatch.delitem(sys.modules, "xr.platform.windows", raising=False)
    windows = importlib.import_module("xr.platform.windows")
    monkeypatch.delitem(sys.modules, "xr.platform.windows")
    monkeypatch.setattr(xr, "GraphicsBindingOpenGLWin32KHR", windows.GraphicsBindingOpenGLWin32KHR, raising=False)
    return current_platform().binding()


def test_the_platform_follows_the_system(wgl):
    assert isinstance(current_platform(), Win32)


def test_windows_binding_is_laid_out_as_openxr_has_it(binding):
    """XrGraphicsBindingOpenGLWin32KHR: type, next, hDC, hGLRC; XR_TYPE_... is 1000023000."""
    xr = pytest.importorskip("xr")
    words = (c_void_p * 4).from_buffer(binding)
    assert sizeof(binding) == sizeof(words) == 32
    assert words[0] & 0xFFFF_FFFF == 1000023000 == xr.StructureType.GRAPHICS_BINDING_OPENGL_WIN32_KHR.value
    assert (words[1], words[2], words[3]) == (None, DEVICE, CONTEXT)


def test_windows_binding_is_taken_by_what_makes_a_session(binding):
    from ctypes import addressof

    xr = pytest.importorskip("xr")
    info = xr.SessionCreateInfo(system_id=1, next=binding)
    assert int(info.next.value if hasattr(info.next, "value") else info.next) == addressof(binding)


@pytest.mark.parametrize(("name", "other"), [("context", 0x77), ("context", None), ("device", 0x77), ("device", None)])
def test_another_context_or_another_window_is_noticed(wgl, name, other):
    platform = current_platform()
    assert platform.is_current()
    before = getattr(wgl, name)
    setattr(wgl, name, other)
    assert not platform.is_current()
    setattr(wgl, name, before)
    assert platform.is_current()


def test_without_a_context_windows_says_so(wgl):
    wgl.context = None
    with pytest.raises(HeadsetUnavailable) as caught:
        current_platform()
    assert str(caught.value) == errors.NO_WGL


def test_everything_that_varies_is_there_for_both():
    for platform in (Xlib, Win32):
        assert not platform.__abstractmethods__
        assert platform.without


def test_handles_are_compared_by_their_addresses():
    assert [platforms._address(handle) for handle in (None, 0, 5, c_void_p(5), c_void_p(None))] == [0, 0, 5, 5, 0]


def test_linux_notices_another_context_and_the_same_one_again(window):
    import glfw

    platform = current_platform()
    assert isinstance(platform, Xlib)
    assert platform.is_current()
    glfw.make_context_current(None)
    assert not platform.is_current()
    window.make_current()
    assert platform.is_current()
