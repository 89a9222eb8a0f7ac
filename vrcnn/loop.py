"""The frame loop of a walk: the window always, the headset's eyes while there is one."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import moderngl

from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.export.picture import next_free, save_picture
from vrcnn.interrupting import interrupted_by
from vrcnn.render.context import live_samples
from vrcnn.render.target import Target
from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.intents import Intent, Look
from vrcnn.scene.requests import Leave, Pulse, Request, TakeScreenshot
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import Notice
from vrcnn.timeline import mark
from vrcnn.ui.frame_times import FrameTimes
from vrcnn.worn import Worn

if TYPE_CHECKING:
    from vrcnn.desktop.window import Window
    from vrcnn.xr.headset import Headset

LONGEST_STEP = 0.1  # seconds: after a stall nobody is thrown across the room
SWITCH_INTERVAL = 0.0001  # seconds for which the worker may keep the interpreter while a frame waits
IDLE = 0.005  # seconds to rest while the headset's session is not running


class Loop:
    """The frame loop. With a headset it keeps the headset's pace and mirrors the left eye in the window.

    Raises UserError where `display` is "vr" and there is no headset, with the reason.
    """

    def __init__(self, exhibit: Exhibit, window: Window, display: str) -> None:
        from vrcnn.desktop.controls import Controls
        from vrcnn.desktop.mirror import Mirror
        from vrcnn.ui.panel import Panel

        self.exhibit, self.window = exhibit, window
        self.context = window.context
        mark("window")
        headset = _open_headset(self.context, window, display)
        self.controls = Controls(window)
        self.times = FrameTimes()
        self.panel = Panel(window, self.context, THEMES[exhibit.world.theme])
        self.samples = live_samples(self.context)
        self.window_target = Target(self.context, _drawable(window.size), self.samples)
        self.mirror = Mirror(self.context)
        self.worn = None if headset is None else Worn(headset, self.context, self.samples)
        self.leaving = False
        self._shown = False
        exhibit.open(self.context)
        mark("renderer")
        window.set_vsync(self.worn is None)

    @property
    def headset(self) -> Headset | None:
        """The headset that is worn."""
        return None if self.worn is None else self.worn.headset

    def run(self) -> None:
        """Until the visitor leaves by the window, by the headset's menu, or with Ctrl-C."""
        try:
            with undisturbed(), interrupted_by(self._leave):
                last = time.perf_counter()
                while not self.leaving:
                    now = time.perf_counter()
                    self.frame(min(now - last, LONGEST_STEP))
                    self.times.add(now - last)
                    last = now
        finally:
            if self.worn:
                self.worn.close()

    def frame(self, seconds: float) -> None:
        """One frame for the headset, where there is one, and the window."""
        self.window.poll()
        intents = [*self.controls.intents(seconds), *self.panel.intents()]
        if self.worn:
            self._headset_frame(self.worn, intents, seconds)
        else:
            self._apply(intents, seconds)
        self._window_frame()
        if not self._shown:
            self._shown = True
            mark("first_frame")

    def _headset_frame(self, worn: Worn, intents: list[Intent], seconds: float) -> None:
        """The visitor looks with the head and walks with the sticks; the window's keys still walk, leave and save."""
        headset = worn.headset
        intents = [intent for intent in intents if not isinstance(intent, Look)]
        headset.poll()
        frame = headset.begin()
        if frame is None:
            self._apply([*intents, *headset.let_go()], seconds)
            if headset.closed:
                self._headset_gone(worn)
            else:
                time.sleep(IDLE)
            return
        self._apply([*intents, *frame.intents], seconds)
        if frame.should_render:
            worn.draw(frame, self.exhibit)
        headset.end(frame)

    def _headset_gone(self, worn: Worn) -> None:
        """The visitor left by the headset's menu: so ends the program. A lost runtime leaves the window."""
        if worn.headset.lost:
            print("The headset's runtime has gone; the world goes on in the window.", file=sys.stderr)
            self.exhibit.world.player.head = None
            self.window.set_vsync(True)
        else:
            self.leaving = True
        worn.close()
        self.worn = None

    def _window_frame(self) -> None:
        size = self.window.size
        if 0 in size:
            return
        if self.window_target.size != size:
            self.window_target.release()
            self.window_target = Target(self.context, size, self.samples)
        if self.worn:
            picture = self.window_target.resolved
            self.mirror.draw(self.worn.picture, picture)
        else:
            self.exhibit.renderer.draw(self._window_view(), self.window_target.framebuffer, size)
            picture = self.window_target.resolve()
        self.panel.draw(self.exhibit.world, self.times, picture, self.controls.captured)
        self.window.show(picture)

    def _window_view(self) -> View:
        width, height = self.window.size
        return View.symmetric(self.exhibit.world.player.eyes, width / height, FIELD_OF_VIEW)

    def _apply(self, intents: list[Intent], seconds: float) -> None:
        for request in self.exhibit.step(intents, seconds):
            self._handle(request)
        self.exhibit.prepare()

    def _handle(self, request: Request) -> None:
        match request:
            case Leave():
                self.leaving = True
            case TakeScreenshot():
                self._screenshot()
            case Pulse(hand, seconds, strength) if self.headset:
                self.headset.pulse(hand, seconds, strength)

    def _screenshot(self) -> None:
        """Saves what the eyes see, without the panel."""
        pixels = self.exhibit.renderer.render_picture(self._window_view(), _drawable(self.window.size))
        try:
            path = save_picture(pixels, next_free(Path("vrcnn-screenshot.png")))
        except UserError as error:
            self.exhibit.world.notices.append(Notice(str(error)))
        else:
            print(f"Saved {path}.")

    def _leave(self) -> None:
        self.leaving = True


@contextmanager
def undisturbed() -> Iterator[None]:
    """Frames wait for the worker as shortly as can be, and not for rounds of the garbage collector over all that was
    loaded before them: modules, graphs and walls, which stay, and took it 0.1 s in the middle of a walk."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(before)


def _drawable(size: tuple[int, int]) -> tuple[int, int]:
    """A minimized window has no pixels, but a framebuffer needs one."""
    return max(1, size[0]), max(1, size[1])


def _open_headset(context: moderngl.Context, window: Window, display: str) -> Headset | None:
    """The headset, or None where the window shall do: asked for, or no headset there and none insisted on."""
    if display == "desktop":
        return None
    from vrcnn.xr.headset import Headset, HeadsetUnavailable

    try:
        return Headset.open(context, window.make_current)
    except HeadsetUnavailable as error:
        if display == "vr":
            raise
        print(f"No headset: {error} The window shows the world instead.", file=sys.stderr)
        return None
