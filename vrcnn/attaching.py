"""Into the headset and out of it at any time: at the start, by a key, and after its runtime has gone and come back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import moderngl

from vrcnn.scene.headset_status import ASIDE, AWAITED, NONE, WORN
from vrcnn.scene.intents import HeadMoved, Intent
from vrcnn.scene.wearing import put_on, take_off
from vrcnn.scene.world import Notice, World
from vrcnn.worn import Worn

if TYPE_CHECKING:
    from vrcnn.desktop.window import Window
    from vrcnn.xr.errors import HeadsetUnavailable
    from vrcnn.xr.finder import Finder
    from vrcnn.xr.headset import Headset, HeadsetFrame
    from vrcnn.xr.runtime import Runtime

GONE = "The headset's runtime has gone."
MEANWHILE = "The world goes on here, and in the headset again when that is back."
LONGEST_PAUSE = 16.0  # s between two tries with a headset that cannot be opened, or is lost at once


class Attachment:
    """The headset of a walk: worn, waited for, or left alone. Keeps World.headset, and the visitor's place, right.

    Attributes:
        worn: the headset that is worn; None while there is only the window.
        over: the program is to end, as the visitor has left the headset without which they did not want it.

    With `display` "desktop" nobody looks for a headset until the visitor asks. With "vr" there has to be one at the
    start: raises UserError with the reason otherwise. With "auto" one that may come is looked for in the background.
    `resolution` is as in `Headset.open`.
    """

    def __init__(
        self,
        world: World,
        context: moderngl.Context,
        window: Window,
        samples: int,
        display: str,
        resolution: float | None = None,
    ) -> None:
        self._world, self._context, self._window, self._samples = world, context, window, samples
        self._only_headset, self._resolution = display == "vr", resolution
        self.worn: Worn | None = None
        self.over = False
        self._arrived = False  # whether the visitor sees what the headset shows, and it says where they are
        self._wish: bool | None = None
        self._asked = False  # whether the visitor waits for the headset, and is told why there is none
        self._stubborn = False  # whether it was worn and lost, and is looked for until it is back
        self._failures = 0
        self._notice: Notice | None = None
        self._finder: Finder | None = None
        if display != "desktop":
            self._open_at_start(display)

    @property
    def headset(self) -> Headset | None:
        """The connection to the headset that is worn."""
        return None if self.worn is None else self.worn.headset

    def wear(self, on: bool) -> None:
        """The visitor wants to go into the headset, or out of it: before the next frame, or when it is there."""
        self._wish = on

    def set_refresh_rate(self, hertz: float) -> None:
        """Lets the headset show so many frames a second."""
        if self.headset is not None:
            self.headset.request_refresh_rate(hertz)

    def follow(self) -> list[Intent]:
        """Once a frame, before it begins: into the headset that was found, out of one that is gone or not wanted.

        Returns the intents that end what the hands were doing.
        """
        wish, self._wish = self._wish, None
        ended: list[Intent] = []
        if self.worn is not None and (self.worn.headset.closed or wish is False):
            ended = self._leave(self.worn, asked=wish is False)
        elif self.worn is None and wish is not None:
            self._look() if wish else self._look_no_more()
        if self.worn is None and self._finder is not None:
            runtime = self._finder.take()
            if runtime is not None:
                self._attach(runtime)
            elif self._finder.given_up:
                self._give_up(self._finder.refusal)
        self._tell()
        return ended

    def arrive(self, frame: HeadsetFrame) -> list[Intent]:
        """The frame's intents. Until its first picture the visitor is still before the window."""
        if self._arrived:
            return frame.intents
        heads = [intent.pose for intent in frame.intents if isinstance(intent, HeadMoved)]
        if frame.should_render and heads:
            self._arrived = True
            self._failures = 0
            put_on(self._world, heads[-1])
            return frame.intents
        return [intent for intent in frame.intents if not isinstance(intent, HeadMoved)]

    def close(self) -> None:
        """Ends the session properly and the search for one."""
        if self.worn is not None:
            self.worn.close()
        if self._finder is not None:
            self._finder.close()

    def _open_at_start(self, display: str) -> None:
        from vrcnn.xr.headset import Headset, HeadsetUnavailable

        try:
            self._wear(Headset.open(self._context, self._window.make_current, resolution=self._resolution))
        except HeadsetUnavailable as refusal:
            if display == "vr":
                raise
            print(f"No headset: {refusal} The window shows the world instead.", file=sys.stderr)
            self._world.headset.reason = str(refusal)
            if refusal.may_come:
                self._search(after=1.0, longest_pause=LONGEST_PAUSE)

    def _look(self) -> None:
        """As the visitor asks."""
        self._asked, self._failures = True, 0
        self._search()

    def _look_no_more(self) -> None:
        self._asked = self._stubborn = False
        if self._finder is not None:
            self._finder.end()
        self._drop_notice()
        self._world.headset.connection = ASIDE

    def _search(self, after: float = 0.0, longest_pause: float = 1.0) -> None:
        from vrcnn.xr.finder import Finder
        from vrcnn.xr.headset import extensions_of
        from vrcnn.xr.profiles import PROFILES

        if self._finder is None:
            self._finder = Finder(extensions_of(PROFILES))
        self._finder.begin(after, longest_pause, self._stubborn)
        self._world.headset.connection = AWAITED

    def _attach(self, runtime: Runtime) -> None:
        from vrcnn.xr.headset import Headset, HeadsetUnavailable

        try:
            self._wear(Headset.attach(runtime, self._context, self._window.make_current, resolution=self._resolution))
        except HeadsetUnavailable as refusal:
            if refusal.may_come or self._stubborn:
                self._world.headset.reason = str(refusal)
                self._search(self._pause())
            else:
                self._give_up(refusal)

    def _wear(self, headset: Headset) -> None:
        self.worn = Worn(headset, self._context, self._samples)
        self._arrived = self._asked = self._stubborn = False
        self._drop_notice()
        self._world.headset.connection = WORN
        self._window.set_vsync(False)

    def _leave(self, worn: Worn, asked: bool) -> list[Intent]:
        """Back to the window: by the visitor's wish, by the runtime's menu, or as the runtime is gone."""
        headset = worn.headset
        lost = headset.lost and not asked
        worn.close()
        self.worn = None
        ended = headset.let_go()
        if self._arrived:
            take_off(self._world)
        self._window.set_vsync(True)
        self._world.headset.connection = ASIDE
        if lost:
            self._stubborn = True
            print(GONE, "The world goes on in the window, and in the headset when that is back.", file=sys.stderr)
            self._tell_of(GONE, MEANWHILE)
            self._search(after=self._pause() if not self._arrived else 0.0)
        elif not asked and self._only_headset:
            self.over = True
        return ended

    def _pause(self) -> float:
        """Longer after each failure in a row, in s."""
        self._failures += 1
        return min(0.25 * 2.0**self._failures, LONGEST_PAUSE)

    def _give_up(self, refusal: HeadsetUnavailable | None) -> None:
        if self._finder is not None:
            self._finder.end()
        self._finder = None
        self._world.headset.connection = NONE
        self._world.headset.reason = str(refusal or "")
        if self._asked and refusal is not None:
            self._tell_of("There is no headset to go to.", str(refusal))
        self._asked = False

    def _tell_of(self, headline: str, detail: str) -> None:
        self._drop_notice()
        self._notice = Notice(headline, detail)
        self._world.notices.append(self._notice)

    def _drop_notice(self) -> None:
        """What was told of the headset is true no more."""
        if self._notice is not None:
            self._world.notices[:] = [notice for notice in self._world.notices if notice is not self._notice]
            self._notice = None

    def _tell(self) -> None:
        """Keeps World.headset up to date."""
        status, headset = self._world.headset, self.headset
        if headset is not None:
            status.name, status.state, status.present = headset.name, headset.state, headset.present
            status.refresh_rate, status.refresh_rates = headset.refresh_rate, headset.refresh_rates
            status.reason = ""
            return
        status.state = ""
        if status.connection == AWAITED and self._finder is not None and self._finder.refusal is not None:
            status.reason = str(self._finder.refusal)
