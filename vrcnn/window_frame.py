"""The window's part of a frame: what it shows under its panels, and the pictures that are saved from it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.export.panorama_file import save_panorama
from vrcnn.export.picture import save_picture
from vrcnn.keepsakes import Keepsakes
from vrcnn.render.panorama import SIZE, render_panorama
from vrcnn.scene.audience import audience_view, from_the_desk, spectating
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose
from vrcnn.scene.headset_intents import AUDIENCE
from vrcnn.scene.intents import Intent
from vrcnn.scene.onlookers import UNSEEN_BY_AUDIENCE, UNSEEN_BY_SPECTATOR
from vrcnn.scene.requests import Pulse
from vrcnn.scene.sketching import is_on_picture
from vrcnn.scene.world import HANDS, Notice
from vrcnn.ui.frame_times import FrameTimes
from vrcnn.ui.panel import Panel

if TYPE_CHECKING:
    from vrcnn.desktop.controls import Controls
    from vrcnn.desktop.window import Window
    from vrcnn.worn import Worn
    from vrcnn.xr.headset import HeadsetFrame

SCREENSHOT, PANORAMA = Path("vrcnn-screenshot.png"), Path("vrcnn-panorama.jpg")
PANORAMA_SIZE = SIZE  # pixels
SECOND = 1e9  # of the headset's clock
DONE = 0.06, 1.0  # s and strength of the pulse that tells of a picture that was saved


class WindowFrame:
    """The window of a walk: the world, or what an audience sees of somebody in the headset, with its panels."""

    def __init__(self, exhibit: Exhibit, window: Window, panel: Panel, controls: Controls, samples: int) -> None:
        from vrcnn.desktop.audience import WindowPicture

        self.exhibit, self.window = exhibit, window
        self.panel, self.controls = panel, controls
        self.picture = WindowPicture(window.context, drawable(window.size), samples)
        self._context = window.context
        self._keepsakes = Keepsakes(exhibit)
        self._left_eye: Pose | None = None  # in the visitor's room, while a headset is worn

    def intents(self, seconds: float) -> list[Intent]:
        """What was wanted with mouse, keyboard and panels."""
        world = self.exhibit.world
        worn = world.player.head is not None
        self.controls.pen.draws = partial(is_on_picture, world)
        self.controls.turns = not worn or spectating(world)
        intents = self.controls.intents(seconds)
        return [*(from_the_desk(world, intents) if worn else intents), *self.panel.intents()]

    def draw(self, worn: Worn | None, frame: HeadsetFrame | None, times: FrameTimes) -> None:
        """Once a frame, after that of the headset has ended."""
        size, world, renderer = self.window.size, self.exhibit.world, self.exhibit.renderer
        self._left_eye = None if frame is None or worn is None else frame.views[0].pose
        if worn is not None:
            worn.mirrored = world.audience == AUDIENCE[0]
            shown_at, period = (0.0, 0.0) if frame is None else (frame.time / SECOND, frame.period / SECOND)
            self.picture.pace.frame(shown_at, period)
        if 0 in size:
            return
        if worn is not None and world.player.head is not None:
            spare = inf if frame is None else frame.spare
            picture = self.picture.draw_worn(world, renderer, size, worn.picture, worn.used, spare)
        else:
            picture = self.picture.draw(world, renderer, size)
        self.panel.draw(world, times, picture, self.controls.captured)
        self.window.show(picture)

    def view(self) -> View:
        """What a picture of the window shows."""
        world = self.exhibit.world
        seen_from = world.player.eyes
        if self._left_eye is not None and world.player.head is not None:
            seen_from = world.player.room.carry(self._left_eye)
        return self.picture.view(world, drawable(self.window.size), seen_from)

    def screenshot(self, times: int = 1, alone: bool = False) -> None:
        """Saves what the eyes see, or the spectator, without the panels: so many `times` as large as the window, and
        things `alone`, without ground and sky."""
        world, (width, height) = self.exhibit.world, drawable(self.window.size)
        unseen = UNSEEN_BY_SPECTATOR if spectating(world) else UNSEEN_BY_AUDIENCE
        size = times * width, times * height
        try:
            pixels = self.exhibit.renderer.render_picture(self.view(), size, unseen, alone)
        except UserError as error:
            self._report([error])
        else:
            told = {"size": list(size), "transparent": alone}
            self._keepsakes.take(pixels, SCREENSHOT, save_picture, "a screenshot", told)

    def film(self, wall: bool) -> None:
        """Begins a film once around the network, or around the wall where the visitor is."""
        try:
            self._keepsakes.film(wall)
        except UserError as error:
            self._report([error])

    def cancel_film(self) -> None:
        """Gives the film up that is being made."""
        self._keepsakes.cancel()

    def panorama(self) -> None:
        """Saves all that is around the eyes, or around the spectator."""
        world = self.exhibit.world
        aside = audience_view(world, 1.0) if spectating(world) else None
        eyes = world.player.eyes if aside is None else aside.pose
        try:
            pixels = render_panorama(self._context, self.exhibit.renderer, eyes, PANORAMA_SIZE, world.player.scale)
        except UserError as error:
            self._report([error])
        else:
            told = {"size": list(PANORAMA_SIZE)}
            self._keepsakes.take(pixels, PANORAMA, save_panorama, "a panorama", told)

    def told(self) -> list[Pulse]:
        """Tells of the pictures that have been saved since the last call; the visitor's hands feel it."""
        self._keepsakes.step()
        return self._report(self._keepsakes.finished())

    def close(self) -> None:
        """Waits for the pictures that are on their way to disk."""
        self._report(self._keepsakes.close())

    def _report(self, outcomes: Iterable[Path | UserError]) -> list[Pulse]:
        pulses: list[Pulse] = []
        for outcome in outcomes:
            if isinstance(outcome, UserError):
                self.exhibit.world.notices.append(Notice(str(outcome)))
                continue
            print(f"Saved {outcome}.")
            self.panel.tell(f"Saved {outcome.name}")
            pulses += [Pulse(hand, *DONE) for hand in HANDS[1:]]
        return pulses


def drawable(size: tuple[int, int]) -> tuple[int, int]:
    """A minimized window has no pixels, but a framebuffer needs one."""
    return max(1, size[0]), max(1, size[1])
