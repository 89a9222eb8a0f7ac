"""The headset: what the program draws for each eye goes out, what the visitor does comes in."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import tan
from time import perf_counter
from typing import Any

import moderngl
import numpy as np

from vrcnn.render.gl_errors import GLErrors
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose
from vrcnn.scene.headset_intents import Recentred
from vrcnn.scene.intents import HeadMoved, Intent
from vrcnn.scene.world import EYE_HEIGHT
from vrcnn.xr import errors
from vrcnn.xr.actions import Controllers
from vrcnn.xr.errors import HeadsetUnavailable
from vrcnn.xr.eye_images import DEPTH_LAYER, EYES, MASKS, Drawn, EyeImages, left_alone
from vrcnn.xr.hand_tracking import EXTENSION as HAND_TRACKING
from vrcnn.xr.platforms import Platform, current_platform
from vrcnn.xr.profiles import PROFILES, Profile
from vrcnn.xr.runtime import Runtime
from vrcnn.xr.session import Session
from vrcnn.xr.structs import located_pose, pose_of
from vrcnn.xr.swapchains import ImageFramebuffer
from vrcnn.xr.visibility_mask import NOTHING_HIDDEN, VISIBILITY_MASK, hidden_triangles

FAREWELL = 5.0  # s, that a runtime has for the way from STOPPING to EXITING
log = logging.getLogger(__name__)


@dataclass
class HeadsetFrame:
    """One frame, between `Headset.begin` and `Headset.end`.

    `time` is when it will be shown (ns on the runtime's clock), and `period` how long (ns). `views` are the eyes' poses
    in the stage's frame, the left one first. Without `should_render` there is nothing to draw into. `drawn` is for who
    draws: how much of the images it was. `began` is when the frame's turn came (s, of time.perf_counter).
    """

    time: int
    period: int
    should_render: bool
    views: tuple[View, ...]
    intents: list[Intent]
    drawn: Drawn
    began: float = field(default_factory=perf_counter, repr=False)
    _images: EyeImages | None = field(default=None, repr=False)
    _located: Any = field(default=None, repr=False)

    @property
    def spare(self) -> float:
        """How long it is until the next frame's turn, if that comes in time (s); below 0 where this one is late."""
        return self.period * 1e-9 - (perf_counter() - self.began)

    def framebuffer(self, eye: int) -> ImageFramebuffer:
        """What eye 0 (left) or 1 sees: sRGB-encoded values, to be overwritten as far as `drawn` says."""
        assert self._images is not None, "there is nothing to draw into"
        return self._images.colour(eye)

    def depth(self, eye: int) -> ImageFramebuffer | None:
        """How far away that is, in the format `Headset.depth_format`; None where the runtime does not ask."""
        assert self._images is not None, "there is nothing to draw into"
        return self._images.depth(eye)


class Headset:
    """A running connection to a headset. Its context has to be current on the calling thread, always the same one.

    A runtime that goes away raises nothing: the headset is `closed` and `lost` then, and another may be opened.

    Attributes:
        size: (width, height) of each eye's image in pixels: `resolution` times what the runtime recommends.
        held: whether all of it is to be drawn, also where that takes too long.
        depth_format: OpenGL's internal format of the depth images; None where the runtime takes none.
        layered: whether both eyes' images are in one texture array.
        hidden: for each eye what its lens never shows (xr/visibility_mask.py); another tuple where that has changed.
        worked: how long the last frame took (s), from when its turn came to its end.
    """

    def __init__(
        self,
        runtime: Runtime,
        platform: Platform,
        context: moderngl.Context,
        make_current: Callable[[], None],
        profiles: Sequence[Profile],
        resolution: float | None = None,
    ) -> None:
        self._runtime, self._platform, self._make_current = runtime, platform, make_current
        self._xr = runtime.xr
        self._gl_errors = GLErrors(context)
        self.closed = False
        self.held, self.resolution = resolution is not None, resolution or 1.0
        self.worked = 0.0
        self._frame: HeadsetFrame | None = None
        self._views = (View.symmetric(Pose((0.0, EYE_HEIGHT, 0.0)), 1.0),) * EYES
        self._images: EyeImages | None = None
        self._session = Session(runtime, platform)
        try:
            self._restore()
            self.size = self._image_size()
            self._gl_errors.check("opening the headset")
            self._images = EyeImages(runtime, self._session.handle, self.size, self._restore)
            self.depth_format, self.layered = self._images.depth_format, self._images.layered
            self.hidden = self._find_hidden()
            self._controllers = Controllers(runtime, self._session, profiles)
        except BaseException:
            self._session.close(self._release_images)
            raise

    @classmethod
    def open(
        cls,
        context: moderngl.Context,
        make_current: Callable[[], None],
        profiles: Sequence[Profile] = PROFILES,
        resolution: float | None = None,
    ) -> Headset:
        """Connects to the runtime. `make_current` makes the context current again after a runtime took another one.

        `resolution` is a factor for the recommended width and height, which are then drawn whether or not there is time
        for them; without one they are drawn as far as there is.

        Raises HeadsetUnavailable, with what is missing and how to get it.
        """
        runtime = Runtime(extensions_of(profiles))
        try:
            runtime.find_headset()
        except runtime.xr.ErrorResult as reason:
            runtime.close()
            raise _refusal(runtime, reason) from reason
        except BaseException:
            runtime.close()
            raise
        return cls.attach(runtime, context, make_current, profiles, resolution)

    @classmethod
    def attach(
        cls,
        runtime: Runtime,
        context: moderngl.Context,
        make_current: Callable[[], None],
        profiles: Sequence[Profile] = PROFILES,
        resolution: float | None = None,
    ) -> Headset:
        """The same with a runtime that has found its headset, and is closed where this fails."""
        try:
            platform = current_platform()
            runtime.check_opengl(context.version_code)
            return cls(runtime, platform, context, make_current, profiles, resolution)
        except runtime.xr.ErrorResult as reason:
            runtime.close()
            raise _refusal(runtime, reason) from reason
        except BaseException:
            runtime.close()
            raise

    @property
    def state(self) -> str:
        """The session's state, as "FOCUSED"."""
        return self._session.state

    @property
    def states(self) -> list[str]:
        """Every state so far, in order."""
        return self._session.states

    @property
    def lost(self) -> bool:
        """The runtime went away, or is about to, without being asked."""
        return self._session.lost

    @property
    def name(self) -> str:
        """The headset and the runtime, for people."""
        return f"{self._runtime.headset} ({self._runtime.name} {self._runtime.version})"

    @property
    def running(self) -> bool:
        """Whether the runtime wants frames: from READY to STOPPING."""
        return self._session.running

    @property
    def present(self) -> bool:
        """Whether somebody wears it, where the runtime tells."""
        return self._session.present

    @property
    def refresh_rate(self) -> float:
        """In Hz; 0 where the runtime does not tell."""
        return self._session.refresh_rate

    @property
    def refresh_rates(self) -> tuple[float, ...]:
        """Those that `request_refresh_rate` takes, in Hz."""
        return self._session.refresh_rates

    def request_refresh_rate(self, hertz: float) -> None:
        """Asks the runtime to show so many frames a second, one of `refresh_rates`."""
        self._session.request_refresh_rate(hertz)
        self._close_if_over()

    def current_profiles(self) -> dict[str, str | None]:
        """For each hand the interaction profile that the runtime uses now, if any."""
        found: dict[str, str | None] = {}
        with self._session.alive():
            found = self._controllers.current_profiles()
        return found

    def poll(self) -> None:
        """Handles the runtime's events: begins and ends the session as told, and closes when it is over."""
        if not self.closed:
            self._session.poll()
            if self._session.masks_changed and not self._session.over:
                self._session.masks_changed = False
                with self._session.alive():
                    self.hidden = self._find_hidden()
            self._close_if_over()
            self._restore()

    def begin(self) -> HeadsetFrame | None:
        """Sleeps until the next frame is due; None while there are no frames to draw."""
        if self.closed or not self._session.running:
            return None
        frame: HeadsetFrame | None = None
        with self._session.alive():
            state = self._session.wait_frame()
            self._restore()
            self._frame = frame = HeadsetFrame(
                int(state.predicted_display_time),
                int(state.predicted_display_period),
                bool(state.should_render),
                self._views,
                [],
                Drawn(self.size),
            )
            self._look(frame)
            if frame.should_render and self._images:
                self._gl_errors.check("drawing, before the headset's images")
                self._images.acquire()
                frame._images = self._images
        self._close_if_over()
        return None if self.closed else frame

    def _look(self, frame: HeadsetFrame) -> None:
        """Where head, eyes and hands are when the frame will be shown."""
        xr, session = self._xr, self._session
        info = xr.ViewLocateInfo(xr.ViewConfigurationType.PRIMARY_STEREO, frame.time, session.floor)
        state, located = xr.locate_views(session.handle, info)
        valid = int(xr.VIEW_STATE_POSITION_VALID_BIT) | int(xr.VIEW_STATE_ORIENTATION_VALID_BIT)
        if int(state.view_state_flags) & valid == valid:
            self._views = frame.views = tuple(_view(each) for each in located)
            frame._located = located
        else:
            frame.should_render = False  # there is no pose to draw for, nor to submit
        head = located_pose(xr.locate_space(session.head, session.floor, frame.time))
        if head is not None:
            frame.intents.append(HeadMoved(head))
        if session.recentred_by(frame.time):
            frame.intents.append(Recentred())
        frame.intents += self._controllers.read(session.floor, frame.time, head)

    def end(self, frame: HeadsetFrame) -> None:
        """Shows what was drawn, or nothing where there was nothing to draw. A frame of another time is ignored."""
        if self.closed or frame is not self._frame:
            return
        self._frame = None
        self._gl_errors.check("drawing for the headset")
        with self._session.alive():
            layers = []
            if self._images:
                self._images.release()
                self._restore()
                if frame.should_render:
                    layers.append(self._images.layer(self._session.floor, frame._located, frame.drawn))
            self.worked = perf_counter() - frame.began
            self._session.end_frame(frame.time, layers)
            self._restore()
        self._close_if_over()

    def request_exit(self) -> None:
        """Asks the runtime to end the session; it does so over the next frames."""
        if not self.closed:
            self._session.request_exit()
            self._close_if_over()

    def let_go(self) -> list[Intent]:
        """The intents that end whatever the hands were doing.

        For while `begin` gives no frame, and after the headset is closed or lost: a trigger may have been held then.
        """
        return self._controllers.let_go()

    def pulse(self, hand: str, seconds: float, strength: float) -> None:
        """A buzz in the "left" or the "right" hand; `strength` from 0 to 1."""
        if not self.closed:
            with self._session.alive():
                self._controllers.pulse(hand, seconds, strength)
            self._close_if_over()

    def close(self) -> None:
        """The proper end from any state: asks to exit, gives empty frames until the runtime agrees, lets go of all."""
        if self._frame is not None:
            self._frame.should_render = False
            self.end(self._frame)
        self.request_exit()
        deadline = time.monotonic() + FAREWELL
        while not self.closed and self._expects_an_end() and time.monotonic() < deadline:
            self.poll()
            frame = self.begin()
            if frame is None:
                time.sleep(0.005)
            else:
                frame.should_render = False
                self.end(frame)
        if not self.closed:
            self._destroy()

    def _expects_an_end(self) -> bool:
        """A session that was begun is told EXITING after it is ended; one that never was is told nothing."""
        return "READY" in self._session.states

    def _close_if_over(self) -> None:
        if self._session.over and not self.closed:
            self._destroy()

    def _destroy(self) -> None:
        self.closed = True
        self._frame = None
        self._session.close(self._release_images)
        self._runtime.close()
        self._restore()

    def _release_images(self) -> None:
        if self._images:
            self._images.close()
            self._images = None

    def _find_hidden(self) -> tuple[np.ndarray, ...]:
        if MASKS in left_alone():
            return (NOTHING_HIDDEN,) * EYES
        return tuple(hidden_triangles(self._runtime, self._session.handle, eye) for eye in range(EYES))

    def _restore(self) -> None:
        """The program's own context, where a call of the runtime left another or none."""
        if not self._platform.is_current():
            self._make_current()

    def _image_size(self) -> tuple[int, int]:
        xr = self._xr
        views = xr.enumerate_view_configuration_views(
            self._runtime.instance, self._runtime.system, xr.ViewConfigurationType.PRIMARY_STEREO
        )
        view, factor = views[0], self.resolution
        width = min(round(view.recommended_image_rect_width * factor), int(view.max_image_rect_width))
        height = min(round(view.recommended_image_rect_height * factor), int(view.max_image_rect_height))
        return width, height


def extensions_of(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """Those that a headset with some of these kinds of controllers makes use of."""
    return (DEPTH_LAYER, VISIBILITY_MASK, HAND_TRACKING, *(each.extension for each in profiles if each.extension))


def _refusal(runtime: Runtime, reason: Exception) -> HeadsetUnavailable:
    told = f"{type(reason).__name__}: {reason}"
    return HeadsetUnavailable(errors.OTHER.format(runtime=runtime.name, reason=told), may_come=True)


def _view(located: Any) -> View:
    fov = located.fov
    return View(
        pose_of(located.pose), tan(fov.angle_left), tan(fov.angle_right), tan(fov.angle_down), tan(fov.angle_up)
    )
