"""The headset: what the program draws for each eye goes out, what the visitor does comes in."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import tan
from typing import Any

import moderngl

from vrcnn.render.gl_errors import GLErrors
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose
from vrcnn.scene.intents import HeadMoved, Intent
from vrcnn.scene.world import EYE_HEIGHT
from vrcnn.xr import errors
from vrcnn.xr.actions import Controllers, pose_of
from vrcnn.xr.errors import HeadsetUnavailable
from vrcnn.xr.platforms import Platform, current_platform
from vrcnn.xr.profiles import PROFILES, Profile
from vrcnn.xr.runtime import Runtime
from vrcnn.xr.session import Session
from vrcnn.xr.swapchains import EyeImages

EYES = 2
FAREWELL = 5.0  # s, that a runtime has for the way from STOPPING to EXITING
log = logging.getLogger(__name__)


@dataclass
class HeadsetFrame:
    """One frame, between `Headset.begin` and `Headset.end`.

    `time` is when it will be shown (ns on the runtime's clock). `views` are the eyes' poses in the stage's frame, the
    left one first. Without `should_render` there is nothing to draw into.
    """

    time: int
    should_render: bool
    views: tuple[View, ...]
    intents: list[Intent]
    _framebuffers: list[moderngl.Framebuffer] = field(repr=False)
    _located: Any = field(repr=False)

    def framebuffer(self, eye: int) -> moderngl.Framebuffer:
        """What eye 0 (left) or 1 sees: `Headset.size` pixels of sRGB-encoded values, to be overwritten in full."""
        return self._framebuffers[eye]


class Headset:
    """A running connection to a headset. Its context has to be current on the calling thread, always the same one.

    A runtime that goes away raises nothing: the headset is `closed` and `lost` then, and another may be opened.
    """

    def __init__(
        self,
        runtime: Runtime,
        platform: Platform,
        context: moderngl.Context,
        make_current: Callable[[], None],
        profiles: Sequence[Profile],
    ) -> None:
        self._runtime, self._platform, self._make_current = runtime, platform, make_current
        self._xr = runtime.xr
        self._gl_errors = GLErrors(context)
        self.closed = False
        self._frame: HeadsetFrame | None = None
        self._views = (View.symmetric(Pose((0.0, EYE_HEIGHT, 0.0)), 1.0),) * EYES
        self._eyes: list[EyeImages] = []
        self._session = Session(runtime, platform)
        try:
            self._restore()
            self.size = self._recommended_size()
            self._gl_errors.check("opening the headset")
            for _ in range(EYES):
                self._eyes.append(EyeImages(runtime, self._session.handle, context, self.size, self._restore))
            self._controllers = Controllers(runtime, self._session.handle, profiles)
        except BaseException:
            self._session.close(self._release_images)
            raise

    @classmethod
    def open(
        cls,
        context: moderngl.Context,
        make_current: Callable[[], None],
        profiles: Sequence[Profile] = PROFILES,
    ) -> Headset:
        """Connects to the runtime. `make_current` makes the context current again after a runtime took another one.

        Raises HeadsetUnavailable, with what is missing and how to get it.
        """
        runtime = Runtime(tuple(profile.extension for profile in profiles if profile.extension))
        try:
            runtime.find_headset()
            platform = current_platform()
            runtime.check_opengl(context.version_code)
            return cls(runtime, platform, context, make_current, profiles)
        except runtime.xr.ErrorResult as reason:
            runtime.close()
            told = f"{type(reason).__name__}: {reason}"
            raise HeadsetUnavailable(errors.OTHER.format(runtime=runtime.name, reason=told)) from reason
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
            self._close_if_over()

    def begin(self) -> HeadsetFrame | None:
        """Sleeps until the next frame is due; None while there are no frames to draw."""
        if self.closed or not self._session.running:
            return None
        frame: HeadsetFrame | None = None
        with self._session.alive():
            state = self._session.wait_frame()
            self._frame = frame = HeadsetFrame(
                int(state.predicted_display_time), bool(state.should_render), self._views, [], [], None
            )
            self._look(frame)
            if frame.should_render:
                self._gl_errors.check("drawing, before the headset's images")
                for eye in self._eyes:
                    frame._framebuffers.append(eye.acquire())
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
        head = xr.locate_space(session.head, session.floor, frame.time)
        tracked = int(xr.SPACE_LOCATION_POSITION_VALID_BIT) | int(xr.SPACE_LOCATION_ORIENTATION_VALID_BIT)
        if int(head.location_flags) & tracked == tracked:
            frame.intents.append(HeadMoved(pose_of(head.pose)))
        frame.intents += self._controllers.read(session.floor, frame.time)

    def end(self, frame: HeadsetFrame) -> None:
        """Shows what was drawn, or nothing where there was nothing to draw. A frame of another time is ignored."""
        if self.closed or frame is not self._frame:
            return
        self._frame = None
        self._gl_errors.check("drawing for the headset")
        with self._session.alive():
            for eye in self._eyes:
                eye.release()
            self._restore()
            xr, layers = self._xr, []
            if frame.should_render:
                views = [
                    xr.CompositionLayerProjectionView(pose=each.pose, fov=each.fov, sub_image=eye.sub_image())
                    for each, eye in zip(frame._located, self._eyes, strict=True)
                ]
                layers.append(xr.CompositionLayerProjection(space=self._session.floor, views=views))
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
        for eye in self._eyes:
            eye.close()
        self._eyes.clear()

    def _restore(self) -> None:
        """The program's own context, where a call of the runtime left another or none."""
        if not self._platform.is_current():
            self._make_current()

    def _recommended_size(self) -> tuple[int, int]:
        xr = self._xr
        views = xr.enumerate_view_configuration_views(
            self._runtime.instance, self._runtime.system, xr.ViewConfigurationType.PRIMARY_STEREO
        )
        return int(views[0].recommended_image_rect_width), int(views[0].recommended_image_rect_height)


def _view(located: Any) -> View:
    fov = located.fov
    return View(
        pose_of(located.pose), tan(fov.angle_left), tan(fov.angle_right), tan(fov.angle_down), tan(fov.angle_up)
    )
