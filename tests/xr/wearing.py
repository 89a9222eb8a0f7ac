"""The whole program in a headset for the tests, stepped frame by frame: its visitor walks, points, and presses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from PIL import Image

from vrcnn.desktop.window import Window
from vrcnn.exhibit import Exhibit
from vrcnn.loop import Loop
from vrcnn.network.source import LoadOptions, load
from vrcnn.scene.geometry import Pose, Vector, turn
from vrcnn.scene.world import Target
from vrcnn.xr.actions import Controllers
from vrcnn.xr.profiles import PROFILES, Profile


class Show:
    """The program as `vrcnn run --vr` starts it, stepped by a test, and the visitor in it.

    `model` is a model file; without one it is the demo. `profiles` are the kinds of controllers that the runtime is
    told of: TOUCH or SIMPLE alone make the visitor's controllers such ones, HAND alone leaves them bare hands.
    `display` and `resolution` are as in the Loop; all pixels are drawn unless that is None, however late frames come.
    """

    def __init__(
        self,
        rig,
        model: Path | None = None,
        profiles: Sequence[Profile] = PROFILES,
        display: str = "vr",
        resolution: float | None = 1.0,
    ) -> None:
        torch.set_num_threads(1)
        self._told = patch(
            "vrcnn.xr.headset.Controllers", lambda runtime, session, _: Controllers(runtime, session, profiles)
        )
        self._told.start()
        self.rig = rig
        self.exhibit = Exhibit(load(None if model is None else str(model), LoadOptions()))
        self.window = Window("vrcnn's visitor", (480, 300))
        self.loop = Loop(self.exhibit, self.window, display, resolution)
        self.headset = self.loop.headset
        self.world = self.exhibit.world

    def until(self, condition: Callable[[], bool], seconds: float = 60.0) -> None:
        """Runs the frame loop until the condition holds; fails where it does not in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain; {self.world.headset}"
            self.loop.frame(1 / 60)

    def frames(self, count: int) -> None:
        for _ in range(count):
            self.loop.frame(1 / 60)

    def settled(self) -> None:
        """Until the last picture has run, its maps are uploaded, and every wall has faded in."""
        self.until(lambda: not self.exhibit.displays[0].worker.busy)
        self.frames(40)
        assert self.exhibit.renderer.stores[0].pending == 0

    def stand(self, world_pose: Pose) -> None:
        """Puts the head to a pose of the world by walking there in the room."""
        self.rig.visitor.move(self.world.player.room.inverse().carry(world_pose))

    def hold(self, hand: str, world_pose: Pose) -> None:
        self.rig.visitor.hand(hand, pose=self.world.player.room.inverse().carry(world_pose))

    def press(self, hand: str, target: Callable[[Target], bool]) -> None:
        """Waits until the hand points at what is meant, and presses the trigger."""
        pointed = self.world.hands[hand]
        self.until(lambda: pointed.target is not None and target(pointed.target))
        for trigger in (1.0, 0.0):
            self.rig.visitor.hand(hand, trigger=trigger)
            self.until(lambda down=trigger: pointed.selecting == bool(down))

    def looking(self) -> np.ndarray:
        """What the headset shows when nothing moves any more."""
        self.frames(20)
        return self.rig.grab().astype(int)

    def close(self) -> None:
        self._told.stop()
        self.loop.attachment.close()
        self.exhibit.close()
        self.window.close()


def towards(origin: Vector, point: Vector) -> Pose:
    """A pose at `origin` that looks or aims at `point`."""
    x, y, z = (b - a for a, b in zip(origin, point, strict=True))
    return Pose(origin, turn(float(np.arctan2(-x, -z)), float(np.arctan2(y, np.hypot(x, z)))))


@contextmanager
def opening(
    rig, folder: Path, network: str, colours: Sequence[str] = ("red", "navy"), kind: type[Show] = Show
) -> Iterator[Callable[[Profile], Show]]:
    """Opens the place of a small `network`, written into `folder` with plain pictures, for controllers of one kind."""
    (folder / "pictures").mkdir()
    for colour in colours:
        Image.new("RGB", (32, 32), colour).save(folder / "pictures" / f"{colour}.png")
    (folder / "net.py").write_text(network)
    with ExitStack() as stack:

        def open_one(profile: Profile) -> Show:
            show = kind(rig, folder / "net.py", (profile,))
            stack.callback(show.close)
            show.until(lambda: show.headset.state == "FOCUSED")
            show.until(lambda: {show.world.hands[hand].controller for hand in ("left", "right")} == {profile.kind.key})
            show.settled()
            return show

        yield open_one
    assert rig.was_validated()
