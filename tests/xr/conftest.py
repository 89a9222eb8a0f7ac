"""The tests' headset: a real OpenXR runtime with a scripted visitor, its core validation switched on.

Only inside the rig (rig/setup.sh, rig/run.sh, or `make test-xr`); elsewhere what needs it is left out, with one line.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import moderngl
import numpy as np
import pytest

from vrcnn.render.target import Target
from vrcnn.scene.camera import View
from vrcnn.scene.intents import Intent
from vrcnn.xr.headset import Headset, HeadsetFrame
from vrcnn.xr.profiles import PROFILES, Profile

sys.path.insert(0, str(Path(__file__).parent / "rig"))
from devices import Visitor
from service import HEADSET_WINDOW, Display, Monado

ON_THE_RIG = os.environ.get("VRCNN_XR_RIG") == "1"
Colour = tuple[int, int, int]
Draw = Callable[[HeadsetFrame], None]


left_out: list[pytest.Item] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Outside the rig only those tests stay that need no runtime."""
    if ON_THE_RIG:
        return
    left_out[:] = [item for item in items if "displays" in getattr(item, "fixturenames", ())]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if left_out:
        terminalreporter.line(f"Left out: {len(left_out)} tests on an OpenXR runtime. `make test-xr` runs them.")


@dataclass
class Window:
    """A hidden window's OpenGL context."""

    context: moderngl.Context
    make_current: Callable[[], None]


@dataclass
class Rig:
    """The runtime, the visitor who wears its headset, and what the headset shows."""

    monado: Monado
    visitor: Visitor
    shown: Display
    validation: Path

    def grab(self) -> np.ndarray:
        """(540, 960, 3) uint8: both eyes as the runtime composites them, the left one on the left."""
        return self.shown.grab()

    def complaints(self) -> list[str]:
        """What the validation layer found wrong."""
        return [line for line in self._validation_lines() if "[VALID_DEBUG" not in line]

    def was_validated(self) -> bool:
        """Whether the validation layer was at work; without an instance there is nothing for it to do."""
        return "is initialized" in "".join(self._validation_lines())

    def _validation_lines(self) -> list[str]:
        return self.validation.read_text().splitlines() if self.validation.exists() else []


class Program:
    """The smallest program with a headset: draws one colour for each eye, and keeps what it is told."""

    def __init__(self, headset: Headset, context: moderngl.Context) -> None:
        self.headset = headset
        self.colours: tuple[Colour, Colour] = ((255, 0, 0), (0, 0, 255))
        self.intents: list[Intent] = []
        self.views: tuple[View, ...] = ()
        self.drawn = 0
        self._target = Target(context, headset.size)

    def step(self) -> None:
        """One round of the frame loop."""
        self.headset.poll()
        frame = self.headset.begin()
        if frame is None:
            self.intents += self.headset.let_go()
            time.sleep(0.005)
            return
        self.intents += frame.intents
        self.views = frame.views
        if frame.should_render:
            for eye, (red, green, blue) in enumerate(self.colours):
                self._target.framebuffer.clear(red / 255, green / 255, blue / 255, 1.0)
                self._target.copy_colour(frame.framebuffer(eye))
            self.drawn += 1
        self.headset.end(frame)

    def steps(self, count: int) -> None:
        for _ in range(count):
            self.step()

    def until(self, condition: Callable[[], bool], seconds: float = 15.0) -> None:
        """Runs until the condition holds; fails where it does not in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain; states {self.headset.states}"
            self.step()

    def of(self, kind: type) -> list:
        """The intents of one kind so far."""
        return [each for each in self.intents if isinstance(each, kind)]

    def focus(self) -> None:
        """Runs until the headset is in the visitor's hands."""
        self.until(lambda: self.headset.state == "FOCUSED")


@pytest.fixture(scope="session")
def displays() -> Iterator[tuple[Display, Display]]:
    """The program's own X display and the headset's."""
    windows, headset = Display(), Display(*HEADSET_WINDOW)
    os.environ["DISPLAY"] = windows.name
    os.environ.pop("WAYLAND_DISPLAY", None)
    yield windows, headset
    headset.close()
    windows.close()


@pytest.fixture
def window(hidden_window: Window) -> Window:
    """The hidden window, whose context is current, whatever an earlier test has left."""
    hidden_window.make_current()
    return hidden_window


@pytest.fixture(scope="session")
def hidden_window(displays: tuple[Display, Display]) -> Iterator[Window]:
    import glfw

    os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"
    assert glfw.init()
    glfw.window_hint(glfw.VISIBLE, False)
    glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 4)
    glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 3)
    glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
    handle = glfw.create_window(64, 64, "vrcnn's tests", None, None)
    glfw.make_context_current(handle)
    glfw.swap_interval(0)
    yield Window(moderngl.create_context(require=430), lambda: glfw.make_context_current(handle))
    glfw.destroy_window(handle)


@pytest.fixture
def validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Switches the core validation layer that comes with pyopenxr on; the file that it writes its complaints to."""
    file = tmp_path / "validation.txt"
    monkeypatch.setenv("XR_ENABLE_API_LAYERS", "XR_APILAYER_LUNARG_core_validation")
    monkeypatch.setenv("XR_CORE_VALIDATION_EXPORT_TYPE", "text")
    monkeypatch.setenv("XR_CORE_VALIDATION_FILE_NAME", str(file))
    return file


@pytest.fixture
def rig(displays: tuple[Display, Display], validated: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rig]:
    """A runtime of this test's own. The test fails on any word of the validation layer."""
    folder = Path(tempfile.mkdtemp(prefix="vrcnn-xr-"))  # short: a socket's path is limited to 108 bytes
    monado = Monado(displays[1], folder)
    for name, value in monado.environment.items():
        monkeypatch.setenv(name, value)
    visitor = Visitor(monado.port)
    rig = Rig(monado, visitor, displays[1], validated)
    yield rig
    visitor.close()
    monado.close()
    shutil.rmtree(folder)
    assert rig.complaints() == []


@pytest.fixture
def open_headset(rig: Rig, window: Window) -> Iterator[Callable[..., Headset]]:
    """Opens headsets, and closes what a test leaves open."""
    opened: list[Headset] = []

    def open_one(profiles: tuple[Profile, ...] = PROFILES) -> Headset:
        opened.append(Headset.open(window.context, window.make_current, profiles))
        return opened[-1]

    yield open_one
    for headset in opened:
        headset.close()


@pytest.fixture
def program(open_headset: Callable[..., Headset], window: Window) -> Program:
    """A program with every kind of controller suggested."""
    return Program(open_headset(), window.context)


@pytest.fixture
def make_program() -> Callable[[Headset, Window], Program]:
    return lambda headset, window: Program(headset, window.context)
