"""The life of an OpenXR session: its states, its spaces, its frames, and its end, wanted or not."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from ctypes import POINTER, byref, cast
from typing import Any

from vrcnn.scene.world import EYE_HEIGHT
from vrcnn.xr import errors
from vrcnn.xr.errors import HeadsetUnavailable
from vrcnn.xr.platforms import Platform
from vrcnn.xr.runtime import LOCAL_FLOOR, REFRESH_RATE, Runtime

log = logging.getLogger(__name__)


class Session:
    """Follows what the runtime tells: begins and ends as told, and knows when it is over.

    `state` and `states` are the names of OpenXR's session states, as "FOCUSED"; `running` is between begin and end.
    After `over` nothing may be asked of it but `close`; `lost` says that the runtime went away without being asked.

    Attributes:
        present: whether somebody wears the headset; True where the runtime does not tell.
        refresh_rate: in Hz, 0 where the runtime does not tell; `refresh_rates` those that can be asked for.
        profiles_changed, masks_changed: a runtime has told so; whoever acts on it sets it back.
    """

    def __init__(self, runtime: Runtime, platform: Platform) -> None:
        self.runtime, self.xr = runtime, runtime.xr
        self.state = "UNKNOWN"
        self.states: list[str] = []
        self.running = self.over = self.lost = False
        self.present = True
        self.profiles_changed = self.masks_changed = False
        self.refresh_rate = 0.0
        self.refresh_rates: tuple[float, ...] = ()
        self._recentred: int | None = None
        self._end: Any = None  # what the last frame ended with, and its layers: most frames are alike
        self._shown: list[Any] = []
        self._binding = platform.binding()  # the runtime reads it for as long as the session lives
        self.handle = self._create()
        try:
            self.floor = self._floor()
            self.head = self._reference_space(self.xr.ReferenceSpaceType.VIEW)
            self._blend_mode = self._find_blend_mode()
            self._read_refresh_rates()
        except BaseException:
            self.close()
            raise

    def _create(self) -> Any:
        xr = self.xr
        try:
            return xr.create_session(
                self.runtime.instance, xr.SessionCreateInfo(system_id=self.runtime.system, next=self._binding)
            )
        except xr.ErrorResult as reason:
            told = {"runtime": self.runtime.name, "reason": f"{type(reason).__name__}: {reason}"}
            raise HeadsetUnavailable(errors.NO_SESSION.format(**told), may_come=True) from reason

    def _reference_space(self, kind: Any, height: float = 0.0) -> Any:
        """A space `height` m above the runtime's own of that kind."""
        xr = self.xr
        info = xr.ReferenceSpaceCreateInfo(kind, xr.Posef(position=xr.Vector3f(0.0, height, 0.0)))
        return xr.create_reference_space(self.handle, info)

    def _floor(self) -> Any:
        """The space whose origin is on the floor."""
        kinds = self.xr.ReferenceSpaceType
        offered = set(map(int, self.xr.enumerate_reference_spaces(self.handle)))
        name, height = choose_floor(
            [kind.name for kind in kinds if int(kind) in offered], LOCAL_FLOOR in self.runtime.extensions
        )
        return self._reference_space(kinds[name], height)

    def _find_blend_mode(self) -> Any:
        """Opaque where there is a choice: the world has no see-through."""
        xr = self.xr
        offered = xr.enumerate_environment_blend_modes(
            self.runtime.instance, self.runtime.system, xr.ViewConfigurationType.PRIMARY_STEREO
        )
        modes = [int(each) for each in offered]
        opaque = int(xr.EnvironmentBlendMode.OPAQUE)
        return xr.EnvironmentBlendMode(opaque if opaque in modes else modes[0])

    def _read_refresh_rates(self) -> None:
        if REFRESH_RATE in self.runtime.extensions:
            self.refresh_rates = tuple(map(float, self.xr.enumerate_display_refresh_rates_fb(self.handle)))
            self.refresh_rate = _number(self.xr.get_display_refresh_rate_fb(self.handle))

    def request_refresh_rate(self, hertz: float) -> None:
        """Asks for one of `refresh_rates`; the runtime tells when it has changed, and may refuse."""
        if self.over or hertz not in self.refresh_rates:
            return
        with self.alive():
            try:
                self.xr.request_display_refresh_rate_fb(self.handle, hertz)
                self.refresh_rate = _number(self.xr.get_display_refresh_rate_fb(self.handle))
            except self.xr.DisplayRefreshRateUnsupportedFBError:
                log.warning("%s refuses %g Hz", self.runtime.name, hertz)

    def recentred_by(self, time: int) -> bool:
        """Whether the room has another middle since the last call; `time` (ns) is that of the frame at hand."""
        if self._recentred is None or time < self._recentred:
            return False
        self._recentred = None
        return True

    @contextmanager
    def alive(self) -> Iterator[None]:
        """Around calls of the runtime: that it goes away ends the session, and nothing more."""
        xr = self.xr
        try:
            yield
        except (xr.InstanceLostError, xr.SessionLostError) as reason:
            log.warning("the OpenXR runtime is gone: %s", type(reason).__name__)
            self._lose()
        except xr.SessionLossPending:
            self._lose()

    def _lose(self) -> None:
        self.lost = self.over = True
        self.running = False

    def poll(self) -> None:
        """Handles every event that waits."""
        with self.alive():
            while not self.over and (event := self._next_event()) is not None:
                self._handle(event)

    def _handle(self, event: Any) -> None:
        xr, kinds = self.xr, self.xr.StructureType

        def as_a(kind: Any) -> Any:
            return cast(byref(event), POINTER(kind)).contents

        match event.type:
            case kinds.EVENT_DATA_SESSION_STATE_CHANGED:
                self._enter(xr.SessionState(as_a(xr.EventDataSessionStateChanged).state))
            case kinds.EVENT_DATA_INSTANCE_LOSS_PENDING:
                self._lose()
            case kinds.EVENT_DATA_REFERENCE_SPACE_CHANGE_PENDING:
                moved = as_a(xr.EventDataReferenceSpaceChangePending)
                if moved.reference_space_type != xr.ReferenceSpaceType.VIEW:
                    self._recentred = int(moved.change_time)
            case kinds.EVENT_DATA_INTERACTION_PROFILE_CHANGED:
                self.profiles_changed = True
            case kinds.EVENT_DATA_VISIBILITY_MASK_CHANGED_KHR:
                self.masks_changed = True
            case kinds.EVENT_DATA_DISPLAY_REFRESH_RATE_CHANGED_FB:
                self.refresh_rate = float(as_a(xr.EventDataDisplayRefreshRateChangedFB).to_display_refresh_rate)
            case kinds.EVENT_DATA_USER_PRESENCE_CHANGED_EXT:
                self.present = bool(as_a(xr.EventDataUserPresenceChangedEXT).is_user_present)
            case kinds.EVENT_DATA_EVENTS_LOST:
                log.warning("%s lost events", self.runtime.name)

    def _next_event(self) -> Any:
        try:
            return self.xr.poll_event(self.runtime.instance)
        except self.xr.EventUnavailable as nothing:
            nothing.__traceback__ = None  # else a circle, as pyopenxr's frame holds it, around all that called this
            return None

    def _enter(self, state: Any) -> None:
        xr = self.xr
        self.state = state.name
        self.states.append(state.name)
        log.info("session: %s", state.name)
        if state == xr.SessionState.READY:
            xr.begin_session(self.handle, xr.SessionBeginInfo(xr.ViewConfigurationType.PRIMARY_STEREO))
            self.running = True
        elif state == xr.SessionState.STOPPING:
            self.running = False
            xr.end_session(self.handle)
        elif state == xr.SessionState.EXITING:
            self.over = True
        elif state == xr.SessionState.LOSS_PENDING:
            self._lose()

    def request_exit(self) -> None:
        """Asks for the states that lead to EXITING; nothing where the session does not run."""
        if self.running:
            with self.alive():
                self.xr.request_exit_session(self.handle)

    def wait_frame(self) -> Any:
        """Sleeps until the next frame is due and begins it; the XrFrameState."""
        xr = self.xr
        state = xr.wait_frame(self.handle, xr.FrameWaitInfo())
        try:
            xr.begin_frame(self.handle, xr.FrameBeginInfo())
        except xr.FrameDiscarded:  # an earlier frame was begun and not ended; this one is begun
            log.info("the runtime discarded a frame")
        return state

    def end_frame(self, display_time: int, layers: Sequence[Any]) -> None:
        """Shows the layers; the caller keeps alive whatever they point to."""
        xr = self.xr
        if self._end is None or self._shown != layers:
            self._shown = list(layers)
            self._end = xr.FrameEndInfo(0, self._blend_mode, layers=[byref(layer) for layer in layers])
        self._end.display_time = display_time
        xr.end_frame(self.handle, self._end)

    def close(self, before: Callable[[], None] = lambda: None) -> None:
        """Destroys the session, whatever its state, and all that belongs to it; `before` runs first."""
        self.over, self.running = True, False
        before()
        try:
            self.xr.destroy_session(self.handle)
        except self.xr.ErrorResult as reason:
            log.info("xrDestroySession: %s", reason)


def choose_floor(offered: Sequence[str], local_floor_enabled: bool) -> tuple[str, float]:
    """Which reference space stands for the floor, and at which height in it the floor is (m)."""
    if "STAGE" in offered:
        return "STAGE", 0.0
    if "LOCAL_FLOOR" in offered and local_floor_enabled:
        return "LOCAL_FLOOR", 0.0
    return "LOCAL", -EYE_HEIGHT  # its origin is where the head was at the start


def _number(value: Any) -> float:
    """pyopenxr hands some results out as ctypes' numbers."""
    return float(getattr(value, "value", value))
