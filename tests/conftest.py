"""What all tests share: one thread for torch, GL errors that are fatal, the fast tests first, and a screen of their own
(Xvfb) with a visitor who uses it."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from before_the_screen import Desk
    from visitor import Visitor

    from vrcnn.desktop.window import Window

# Set before torch, numpy and Mesa are loaded, which read them once.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ.setdefault("LP_NUM_THREADS", "2")
os.environ["VRCNN_GL_ERRORS"] = "fatal"
# What an account has made of its own networks is not for tests; those that keep something have a folder of their own.
os.environ["VRCNN_CACHE"] = str(Path(tempfile.gettempdir(), f"vrcnn-tests-{os.getpid()}"))
os.environ["VRCNN_CONFIG"] = os.environ["VRCNN_CACHE"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, then those that draw, then the slow ones: a mistake shows early.

    Of these, what is tried on the same architecture stands together, which is then built once.
    """
    items.sort(
        key=lambda item: (
            item.get_closest_marker("slow") is not None,
            item.get_closest_marker("gl") is not None,
            (getattr(item, "callspec", None) and item.callspec.params.get("architecture")) or "",
        )
    )


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The name of a fresh X display without a window manager; DISPLAY is set to it meanwhile."""
    if shutil.which("Xvfb") is None:
        pytest.skip("there is no Xvfb to open a window on: apt-get install xvfb libglx-mesa0 libxi6 libxcursor1")
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        name = f":{answer.readline().strip()}"
    before = os.environ.get("DISPLAY")
    os.environ["DISPLAY"] = name
    yield name
    import glfw

    glfw.terminate()
    os.environ.pop("DISPLAY")
    if before is not None:
        os.environ["DISPLAY"] = before
    server.terminate()
    server.wait(10)


@pytest.fixture
def desk_thread(display: str) -> Iterator[None]:
    """Puts the context of a test without a window aside: a thread has either an EGL or a GLX context, never both."""
    library = ctypes.util.find_library("EGL")
    if library is None:
        yield
        return
    egl = ctypes.CDLL(library)
    for name in ("eglGetCurrentDisplay", "eglGetCurrentContext", "eglGetCurrentSurface"):
        getattr(egl, name).restype = ctypes.c_void_p
    egl.eglMakeCurrent.argtypes = [ctypes.c_void_p] * 4
    shown = egl.eglGetCurrentDisplay()
    before = egl.eglGetCurrentSurface(0x3059), egl.eglGetCurrentSurface(0x305A), egl.eglGetCurrentContext()
    if shown:
        assert egl.eglMakeCurrent(shown, None, None, None)
    yield
    import glfw

    glfw.make_context_current(None)
    if shown:
        assert egl.eglMakeCurrent(shown, *before)


@pytest.fixture
def visitor(display: str) -> Iterator[Visitor]:
    """Somebody whose pointer rests outside the window."""
    pytest.importorskip("Xlib", reason="nobody can press keys without python-xlib: pip install python-xlib")
    from visitor import Visitor

    visitor = Visitor(display)
    visitor.point(1270, 790)
    yield visitor
    visitor.close()


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model file with six pictures, each of one colour; the current folder is theirs."""
    from before_the_screen import write_network

    monkeypatch.chdir(tmp_path)
    return write_network(tmp_path)


@pytest.fixture
def window(desk_thread: None) -> Iterator[Window]:
    """A window of 640 x 480 pixels, in front."""
    from before_the_screen import open_window

    window = open_window()
    yield window
    assert window.context.error == "GL_NO_ERROR"
    window.close()


@pytest.fixture
def desk(network: Path, window: Window, visitor: Visitor) -> Iterator[Desk]:
    """The program with that network in that window, and a visitor before it."""
    from before_the_screen import Desk

    desk = Desk(network, window, visitor)
    yield desk
    desk.exhibit.close()


@pytest.fixture
def captured(desk: Desk) -> Desk:
    """The first picture has run, and the mouse turns the view."""
    desk.settle()
    desk.capture()
    return desk
