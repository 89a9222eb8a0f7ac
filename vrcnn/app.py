"""Puts the parts together and owns the frame loop: headset with mirror, or window, or a picture in a file."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.network.pictures import PictureFile
from vrcnn.network.source import LoadOptions, load
from vrcnn.scene.camera import View
from vrcnn.scene.intents import Intent, Look, Move
from vrcnn.scene.theme import DARK
from vrcnn.scene.tools import Leave, Pulse, Request, TakeScreenshot
from vrcnn.still import FIELD_OF_VIEW, Still, render_still
from vrcnn.timeline import mark

LONGEST_STEP = 0.1  # seconds: after a stall nobody is thrown across the room
SWITCH_INTERVAL = 0.0005  # seconds for which the worker may keep the interpreter while a frame waits
IDLE = 0.005  # seconds to rest while the headset's session is not running


@dataclass(frozen=True)
class RunOptions:
    """How to show the network: `display` is "auto", "desktop" or "vr"."""

    display: str = "auto"
    detail: str = "layers"
    fallback: Path = Path("vrcnn.png")


def run(target: str | None, load_options: LoadOptions, options: RunOptions) -> int:
    """Loads the network and shows it until the visitor leaves; returns the exit code."""
    mark("load")
    exhibit = Exhibit(load(target, load_options), options.detail)
    mark("network")
    # Imported here, as machines without a screen may lack what these need.
    from vrcnn.desktop.window import NoDisplay, Window

    try:
        window = Window(f"vrcnn · {exhibit.world.network}")
    except NoDisplay:
        if options.display != "auto":
            raise
        path = render_still(exhibit, Still(), options.fallback)
        print(f"There is neither a headset nor a screen here: the opening view was rendered to {path}.")
        return 0
    try:
        Loop(exhibit, window, options.display).run()
    finally:
        exhibit.close()
        window.close()
    return 0


class Loop:
    """The frame loop. With a headset it keeps the headset's pace and mirrors the left eye in the window."""

    def __init__(self, exhibit: Exhibit, window, display: str) -> None:
        from vrcnn.desktop.controls import Controls
        from vrcnn.desktop.mirror import Mirror
        from vrcnn.render.context import adopt_context
        from vrcnn.render.target import Target
        from vrcnn.ui.panel import FrameTimes, Panel

        self.exhibit, self.window = exhibit, window
        self.context = adopt_context()
        mark("window")
        self.headset = _open_headset(self.context, window, display)
        self._make_target: Callable[[tuple[int, int]], Target] = lambda size: Target(self.context, size)
        self.controls = Controls(window)
        self.times = FrameTimes()
        self.panel = Panel(window, self.context, DARK)
        self.mirror = Mirror(self.context)
        self.window_target = self._make_target(window.size)
        self.eye_target = self._make_target(self.headset.size) if self.headset else None
        self._mirror_texture = self.context.texture(self.headset.size if self.headset else (1, 1), 4)
        self._mirrored = self.context.framebuffer([self._mirror_texture])
        self.leaving = False
        self._shown = False
        exhibit.open(self.context)
        mark("renderer")
        window.set_vsync(self.headset is None)

    def run(self) -> None:
        """Until the visitor leaves by the window, by the headset's menu, or with Ctrl-C."""
        before = sys.getswitchinterval()
        previous = signal.signal(signal.SIGINT, self._interrupt)
        sys.setswitchinterval(SWITCH_INTERVAL)
        last = time.perf_counter()
        try:
            while not self.leaving:
                now = time.perf_counter()
                self.frame(min(now - last, LONGEST_STEP))
                self.times.add(now - last)
                last = now
        finally:
            signal.signal(signal.SIGINT, previous)
            sys.setswitchinterval(before)
            if self.headset:
                self.headset.close()

    def frame(self, seconds: float) -> None:
        """One frame for the headset, where there is one, and the window."""
        self.window.poll()
        intents = self.controls.intents(seconds)
        if self.headset:
            self._headset_frame(intents, seconds)
        else:
            self._apply(intents, seconds)
        self._window_frame()
        if not self._shown:
            self._shown = True
            mark("first_frame")

    def _headset_frame(self, intents: list[Intent], seconds: float) -> None:
        headset, target = self.headset, self.eye_target
        assert headset is not None
        assert target is not None
        headset.poll()
        if headset.closed:
            self._headset_gone()
            self._apply(intents, seconds)
            return
        frame = headset.begin()
        if frame is None:
            self._apply([intent for intent in intents if not isinstance(intent, (Look, Move))], seconds)
            time.sleep(IDLE)
            return
        self._apply([*(intent for intent in intents if not isinstance(intent, Look)), *frame.intents], seconds)
        if frame.should_render:
            origin = self.exhibit.world.player.origin
            for eye, view in enumerate(frame.views):
                moved = View(origin @ view.pose, view.left, view.right, view.down, view.up)
                self.exhibit.renderer.draw(moved, target.framebuffer, target.size)
                target.resolve(frame.framebuffer(eye))
                if eye == 0:
                    target.resolve(self._mirrored)
        headset.end(frame)

    def _headset_gone(self) -> None:
        """The visitor left by the headset's menu: so ends the program. A lost runtime leaves the window."""
        assert self.headset is not None
        if not self.headset.lost:
            self.leaving = True
        else:
            print("The headset's runtime has gone; the world goes on in the window.", file=sys.stderr)
            self.exhibit.world.player.head = None
            self.window.set_vsync(True)
        self.headset.close()
        self.headset = None

    def _window_frame(self) -> None:
        size = self.window.size
        if 0 in size:
            return
        screen = self.context.screen
        if self.headset:
            self.mirror.draw(self._mirror_texture, screen)
        else:
            if self.window_target.size != size:
                self.window_target.release()
                self.window_target = self._make_target(size)
            view = View.symmetric(self.exhibit.world.player.eyes, size[0] / size[1], FIELD_OF_VIEW)
            self.exhibit.renderer.draw(view, self.window_target.framebuffer, size)
            self.window_target.resolve(screen)
        self.panel.draw(self.exhibit.world, self.times, screen, self.controls.captured)
        self.window.swap()

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
        from vrcnn.export.picture import next_free, save_picture
        from vrcnn.scene.world import Notice

        world = self.exhibit.world
        size = self.window.size
        view = View.symmetric(world.player.eyes, size[0] / size[1], FIELD_OF_VIEW)
        pixels = self.exhibit.renderer.render_picture(view, size)
        try:
            path = save_picture(pixels, next_free(Path("vrcnn-screenshot.png")))
        except UserError as error:
            world.notices.append(Notice(str(error)))
        else:
            print(f"Saved {path}.")

    def _interrupt(self, *_: object) -> None:
        self.leaving = True


def _open_headset(context, window, display: str):
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


def render(
    target: str | None, load_options: LoadOptions, still: Still, image: Path | None, output: Path, detail: str
) -> Path:
    """Renders one picture of the network's world to `output`; `image` is put on the easel. Raises UserError."""
    source = load(target, load_options)
    if image is not None:
        source = replace(source, pictures=(*source.pictures, PictureFile(image.name, image)))
        still = replace(still, picture=len(source.pictures) - 1)
    return render_still(Exhibit(source, detail), still, output)
