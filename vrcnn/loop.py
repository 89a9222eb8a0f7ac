"""The frame loop of a walk: the window always, the headset's eyes while there is one."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vrcnn.attaching import Attachment
from vrcnn.exhibit import Exhibit
from vrcnn.interrupting import interrupted_by
from vrcnn.render.context import live_samples
from vrcnn.scene.intents import Intent
from vrcnn.scene.requests import AttachHeadset, Leave, Pulse, Request, SetRefreshRate, TakePanorama, TakeScreenshot
from vrcnn.scene.theme import THEMES
from vrcnn.scene.tour_intents import CancelFilm, FilmTurntable, Snapshot
from vrcnn.scene.way_requests import ReadClipboard
from vrcnn.tidying import Tidying
from vrcnn.timeline import mark
from vrcnn.ui.frame_times import FrameTimes
from vrcnn.window_frame import WindowFrame

if TYPE_CHECKING:
    from vrcnn.desktop.window import Window
    from vrcnn.worn import Worn
    from vrcnn.xr.headset import Headset, HeadsetFrame

LONGEST_STEP = 0.1  # seconds: after a stall nobody is thrown across the room
SWITCH_INTERVAL = 0.0001  # seconds for which the worker may keep the interpreter while a frame waits
IDLE = 0.005  # seconds to rest while the headset's session is not running
UNSEEN = 1.0  # seconds after which nobody is thought to look at what the headset shows
REST = 0.1  # seconds to rest from then on
TIDYING = 0.005  # seconds of a window's frame that may go to the garbage collector


class Loop:
    """The frame loop. With a headset it keeps the headset's pace and mirrors the left eye in the window.

    `resolution` is as in `Headset.open`.

    Raises UserError where `display` is "vr" and there is no headset, with the reason.
    """

    def __init__(self, exhibit: Exhibit, window: Window, display: str, resolution: float | None = None) -> None:
        from vrcnn.desktop.controls import Controls
        from vrcnn.ui.flat_panels import FlatPanels
        from vrcnn.ui.panel import Panel
        from vrcnn.ui.world_panels import WorldPanelFaces

        self.exhibit, self.window = exhibit, window
        self.context = window.context
        mark("window")
        self.samples = live_samples(self.context)
        self.attachment = Attachment(exhibit.world, self.context, window, self.samples, display, resolution)
        self.controls = Controls(window)
        self.times = FrameTimes()
        self.panel = Panel(window, self.context, THEMES[exhibit.world.theme])
        self.window_frame = WindowFrame(exhibit, window, self.panel, self.controls, self.samples)
        self.leaving = False
        self.tidying = Tidying()
        self._shown = False
        self._display_time: int | None = None
        self._seen = ("", 0.0)  # the session's state, and when (s) somebody last saw what it shows, or it changed
        exhibit.open(self.context)
        self.faces = WorldPanelFaces(self.context, exhibit.renderer)
        self.panel.flat = FlatPanels(self.faces)
        mark("renderer")
        window.set_vsync(self.worn is None)

    @property
    def worn(self) -> Worn | None:
        """The headset that is worn, with what its eyes see."""
        return self.attachment.worn

    @property
    def headset(self) -> Headset | None:
        """The connection to it."""
        return self.attachment.headset

    def run(self) -> None:
        """Until the visitor leaves, by the window or Ctrl-C; by the headset's menu too where they wanted only that."""
        try:
            with undisturbed(), interrupted_by(self._leave):
                last = time.perf_counter()
                while not self.leaving:
                    now = time.perf_counter()
                    self.frame(min(now - last, LONGEST_STEP))
                    self.times.add(now - last)
                    last = now
        finally:
            self.faces.close()
            self.window_frame.close()
            self.attachment.close()

    def frame(self, seconds: float) -> None:
        """One frame for the headset, where there is one, and the window.

        The headset's runtime says when it begins; what devices do is asked after that wait, once and as late as can be.
        """
        ended = self.attachment.follow()
        worn = self.worn
        frame = _begin(worn) if worn else None
        if worn is not None and worn.headset.closed:  # the window goes on at once
            ended += self.attachment.follow()
            worn = self.worn
        self.window.poll()
        intents = [*self.window_frame.intents(seconds), *self.faces.intents(), *ended]
        if worn is not None:
            self._headset_frame(worn, frame, intents, seconds)
        else:
            self._display_time = None
            self._apply(intents, seconds)
        self.window_frame.draw(worn, frame, self.times)
        for pulse in self.window_frame.told():
            self._handle(pulse)
        self.tidying.spare(TIDYING if frame is None else frame.spare)
        if worn is not None:
            self._rest(frame)
        self.leaving = self.leaving or self.attachment.over
        if not self._shown:
            self._shown = True
            mark("first_frame")

    def _headset_frame(self, worn: Worn, frame: HeadsetFrame | None, intents: list[Intent], seconds: float) -> None:
        """The visitor looks with the head and walks with the sticks; the window's keys still walk, leave and save."""
        if frame is None:
            self._display_time = None
            self._apply([*intents, *worn.headset.let_go()], seconds)
            return
        self._apply([*intents, *self.attachment.arrive(frame)], self._passed(frame, seconds))
        if frame.should_render:
            worn.draw(frame, self.exhibit)
        worn.headset.end(frame)

    def _passed(self, frame: HeadsetFrame, seconds: float) -> float:
        """The time between the frame that was shown last and this one, by when the runtime says they are to be seen."""
        last, self._display_time = self._display_time, frame.time
        return seconds if last is None else min(max(0.0, (frame.time - last) * 1e-9), LONGEST_STEP)

    def _rest(self, frame: HeadsetFrame | None) -> None:
        """While nobody sees what the headset shows, few frames do, until something happens in the window.

        The jobs go on meanwhile, on threads of their own.
        """
        now, status = time.perf_counter(), self.exhibit.world.headset
        state, seen_at = self._seen
        if state != status.state or (frame is not None and frame.should_render and status.present):
            self._seen = status.state, now
        elif now - seen_at > UNSEEN:
            self.window.rest(REST)
        elif frame is None:
            time.sleep(IDLE)

    def _apply(self, intents: list[Intent], seconds: float) -> None:
        for request in self.exhibit.step(intents, seconds):
            self._handle(request)
        self.faces.draw(self.exhibit.world)
        self.exhibit.prepare()

    def _handle(self, request: Request) -> None:
        match request:
            case Leave():
                self.leaving = True
            case TakeScreenshot():
                self.window_frame.screenshot()
            case TakePanorama():
                self.window_frame.panorama()
            case Snapshot(times, transparent):
                self.window_frame.screenshot(times, transparent)
            case FilmTurntable(wall):
                self.window_frame.film(wall)
            case CancelFilm():
                self.window_frame.cancel_film()
            case Pulse(hand, seconds, strength) if self.headset:
                self.headset.pulse(hand, seconds, strength)
            case AttachHeadset(on):
                self.attachment.wear(on)
            case ReadClipboard():
                self.exhibit.ways.incoming.paste(self.window.clipboard)
            case SetRefreshRate(hertz):
                self.attachment.set_refresh_rate(hertz)

    def _leave(self) -> None:
        self.leaving = True


@contextmanager
def undisturbed() -> Iterator[None]:
    """Frames wait for the worker as shortly as can be, and not for rounds of the garbage collector over all that was
    loaded before them: modules, graphs and walls, which stay, and took it 0.1 s in the middle of a walk."""
    before, collecting = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.freeze()
    gc.disable()  # the loop makes rounds where there is time (tidying.py)
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        gc.unfreeze()
        sys.setswitchinterval(before)


def _begin(worn: Worn) -> HeadsetFrame | None:
    worn.headset.poll()
    return worn.headset.begin()
