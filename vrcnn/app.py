"""Puts the parts together and owns the frame loop: headset with mirror, or window, or a picture in a file."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import moderngl

from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.export.picture import check_destination, next_free, save_picture
from vrcnn.export.session_files import SessionKeeper
from vrcnn.interrupting import interrupted_by
from vrcnn.network.pictures import PictureFile
from vrcnn.network.scope import Scope
from vrcnn.network.source import LoadOptions, NetworkSource
from vrcnn.network.together import load_together, with_picture
from vrcnn.render.context import live_samples
from vrcnn.render.target import Target
from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.intents import Intent, Look
from vrcnn.scene.requests import Leave, Pulse, Request, TakeScreenshot
from vrcnn.scene.switching import begin_with
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import Notice
from vrcnn.still import Still, render_still
from vrcnn.timeline import mark
from vrcnn.ui.frame_times import FrameTimes
from vrcnn.whole_file import check_place

if TYPE_CHECKING:
    from vrcnn.desktop.window import Window
    from vrcnn.xr.headset import Headset

LONGEST_STEP = 0.1  # seconds: after a stall nobody is thrown across the room
SWITCH_INTERVAL = 0.0001  # seconds for which the worker may keep the interpreter while a frame waits
MIRRORED_EYE = 0  # the left one
IDLE = 0.005  # seconds to rest while the headset's session is not running


@dataclass(frozen=True)
class RunOptions:
    """How to show the network: `display` is "auto", "desktop" or "vr"; `memory` is for all maps, in bytes.

    `theme` is one of THEMES. `session` is the file that the networks are arranged by; without one `run` takes that of
    each network, unless nothing is to be kept (`keep`). `layout` is one of LAYOUTS; None leaves it to the session.
    """

    display: str = "auto"
    scope: Scope = field(default_factory=Scope)
    memory: int | None = None
    theme: str = "dark"
    colouring: Colouring = Colouring()
    fallback: Path = Path("vrcnn.png")
    session: Path | None = None
    keep: bool = True
    layout: str | None = None


def run(targets: Sequence[str], load_options: LoadOptions, options: RunOptions) -> int:
    """Loads the networks, the demo without any, and shows them until the visitor leaves; returns the exit code."""
    mark("load")
    if options.session is not None:
        check_place(options.session)
    exhibit = _exhibit(load_together(targets, load_options), options)
    mark("network")
    # Imported here, as machines without a screen may lack what these need.
    from vrcnn.desktop.window import NoDisplay, Window

    try:
        window = Window("vrcnn · " + ", ".join(hall.network for hall in exhibit.world.halls))
    except NoDisplay:
        if options.display != "auto":
            raise
        path = _render_told(exhibit, Still(), options.fallback)
        print(f"There is neither a headset nor a screen here: the opening view was rendered to {path}.")
        return 0
    try:
        if options.keep:
            exhibit.keep(SessionKeeper(options.session))
        if options.layout is not None:
            begin_with(exhibit.world, options.layout)
        Loop(exhibit, window, options.display).run()
    finally:
        exhibit.close()
        window.close()
    return 0


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
        self.headset = _open_headset(self.context, window, display)
        self.controls = Controls(window)
        self.times = FrameTimes()
        self.panel = Panel(window, self.context, THEMES[exhibit.world.theme])
        self.samples = live_samples(self.context)
        self.window_target = Target(self.context, _drawable(window.size), self.samples)
        if self.headset:
            self.eye_target = Target(self.context, self.headset.size, self.samples)
            self.mirror = Mirror(self.context)
            self._mirror_texture = self.context.texture(self.headset.size, 4)
            self._mirrored = self.context.framebuffer([self._mirror_texture])
        self.leaving = False
        self._shown = False
        exhibit.open(self.context)
        mark("renderer")
        window.set_vsync(self.headset is None)

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
            if self.headset:
                self.headset.close()

    def frame(self, seconds: float) -> None:
        """One frame for the headset, where there is one, and the window."""
        self.window.poll()
        intents = [*self.controls.intents(seconds), *self.panel.intents()]
        if self.headset:
            self._headset_frame(intents, seconds)
        else:
            self._apply(intents, seconds)
        self._window_frame()
        if not self._shown:
            self._shown = True
            mark("first_frame")

    def _headset_frame(self, intents: list[Intent], seconds: float) -> None:
        """The visitor looks with the head and walks with the sticks; the window's keys still walk, leave and save."""
        headset = self.headset
        assert headset is not None
        intents = [intent for intent in intents if not isinstance(intent, Look)]
        headset.poll()
        frame = headset.begin()
        if frame is None:
            self._apply([*intents, *headset.let_go()], seconds)
            if headset.closed:
                self._headset_gone()
            else:
                time.sleep(IDLE)
            return
        self._apply([*intents, *frame.intents], seconds)
        if frame.should_render:
            origin = self.exhibit.world.player.origin
            views = [view.moved(origin) for view in frame.views]
            self.exhibit.renderer.look(views, self.eye_target.size)
            for eye, view in enumerate(views):
                self.exhibit.renderer.draw(view, self.eye_target.framebuffer, self.eye_target.size)
                self.eye_target.resolve(frame.framebuffer(eye))
                if eye == MIRRORED_EYE:
                    self.eye_target.resolve(self._mirrored)
        headset.end(frame)

    def _headset_gone(self) -> None:
        """The visitor left by the headset's menu: so ends the program. A lost runtime leaves the window."""
        assert self.headset is not None
        if self.headset.lost:
            print("The headset's runtime has gone; the world goes on in the window.", file=sys.stderr)
            self.exhibit.world.player.head = None
            self.window.set_vsync(True)
        else:
            self.leaving = True
        self.headset = None

    def _window_frame(self) -> None:
        size = self.window.size
        if 0 in size:
            return
        if self.window_target.size != size:
            self.window_target.release()
            self.window_target = Target(self.context, size, self.samples)
        if self.headset:
            picture = self.window_target.resolved
            self.mirror.draw(self._mirror_texture, picture)
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


def _exhibit(sources: Sequence[NetworkSource], options: RunOptions) -> Exhibit:
    exhibit = Exhibit(sources, options.scope, options.memory)
    exhibit.world.theme, exhibit.world.colouring = options.theme, options.colouring
    return exhibit


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


def render(
    targets: Sequence[str],
    load_options: LoadOptions,
    still: Still,
    image: Path | None,
    output: Path,
    options: RunOptions,
) -> Path:
    """Renders one picture of the networks' world to `output`; `image` is put on the easel. Raises UserError."""
    check_destination(output)
    if image is not None and not image.expanduser().is_file():
        raise UserError(f"There is no picture {image}: give a picture's file to --image.")
    sources = load_together(targets, load_options)
    if image is not None:
        image = image.expanduser()
        sources, number = with_picture(sources, PictureFile(image.name, image))
        still = replace(still, picture=number)
    exhibit = _exhibit(sources, options)
    if options.session is not None:
        exhibit.arrange_as(options.session)
    if options.layout is not None:
        begin_with(exhibit.world, options.layout)
    return _render_told(exhibit, still, output)


def _render_told(exhibit: Exhibit, still: Still, output: Path) -> Path:
    """Renders, and says what in a window or a headset a notice would say."""
    path = render_still(exhibit, still, output)
    for notice in exhibit.world.notices:
        print("Note:", " ".join(f"{notice.headline} {notice.detail}".split()), file=sys.stderr)
    return path
