"""Kills the headset's runtime again and again while somebody visits a network, and tells what became of the World.

Not while a connection is being made: where its service dies in those 30 ms, the library of Monado 25.0.0 may end the
whole process in xrCreateInstance, by a null pointer or an assertion of its own (once in 36 such kills).

On the tests' rig: tests/xr/rig/run.sh .venv/bin/python benchmarks/_kills.py COUNT SEED. The last line is JSON.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from math import dist
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "xr"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "xr" / "rig"))

from _leaks import gl_objects
from devices import Visitor  # type: ignore[import-not-found]
from service import HEADSET_WINDOW, Display, Monado  # type: ignore[import-not-found]
from wearing import Show, towards  # type: ignore[import-not-found]

from vrcnn.scene.comfort import Comfort
from vrcnn.scene.geometry import Pose, Vector, turn
from vrcnn.scene.hall import WallState
from vrcnn.scene.world import World

PATIENCE = 60.0  # s
DOINGS = ("looks", "walks", "runs a picture", "holds a wall", "goes in")


@dataclass
class Kill:
    """One kill and what followed: `doing` is what the visitor did. Times in s.

    `to_window` is from the kill to the first picture of the window, `to_headset` from when the runtime was up again to
    the first frame with the visitor in the headset. `moved` is how far the eyes were thrown, in m over the ground, and
    `changed` names what of the World was not as before. `objects` are OpenGL's afterwards.
    """

    doing: str
    to_window: float
    to_headset: float
    moved: float
    changed: list[str] = field(default_factory=list)
    objects: dict[str, int] = field(default_factory=dict)


def digest(world: World) -> dict[str, str]:
    """What must not be lost, by name: all that the visitor has made of the place, none of what passes by itself."""
    held = sorted((hand.holding or 0, hand.carrying or 0) for hand in world.hands.values())
    parts: dict[str, object] = {
        "pictures": [(picture.name, picture.broken) for picture in world.pictures],
        "easel": world.easel.picture,
        "held": held,
        "frames": [(frame.number, frame.pose, frame.scale) for frame in world.gallery.frames],
        "look": (world.theme, world.colouring, world.feature_settings, world.comfort, world.audience),
        "notices": [notice.headline for notice in world.notices if "headset" not in notice.headline],
        "table": world.table,
        "panels": list(world.panels.open),
    }
    for number, hall in enumerate(world.halls):
        parts[f"arrangement {number}"] = hall.arrangement
        parts[f"walls {number}"] = [
            (wall.name, wall.placing, wall.first_row, wall.folded, wall.hidden, wall.face) for wall in hall.walls
        ]
    return {name: repr(part) for name, part in parts.items()}


class Killing:
    """A visit in which the runtime is killed at moments that only the seed knows."""

    def __init__(self, show: Show, monado: Monado, seed: int) -> None:
        self.show, self.monado, self.world = show, monado, show.world
        self.chance = random.Random(seed)
        self._before: dict[str, str] = {}
        self._eyes: Vector = (0.0, 0.0, 0.0)

    def kill(self, doing: str) -> Kill:
        """Begins to do something, loses the runtime in the midst of it, and waits until all is as before."""
        show, visitor = self.show, self.show.rig.visitor
        follow, longest = self._begin(doing), 0.5 if doing == "goes in" else 1.0
        killed: list[float] = []

        def strike() -> None:
            killed.append(time.perf_counter())
            self.monado.kill()

        timer = threading.Timer(self.chance.uniform(0.0, longest), strike)
        timer.start()
        while not killed or show.loop.worn is not None:
            follow()
            self._before, self._eyes = digest(self.world), self.world.player.eyes.position
            show.loop.frame(1 / 60)
            if killed:
                assert time.perf_counter() - killed[0] < PATIENCE, "the program hangs"
        to_window = time.perf_counter() - killed[0]
        timer.join()
        changed = self._changes()
        moved = dist(self._eyes[::2], self.world.player.eyes.position[::2])
        visitor.close()
        show.frames(self.chance.randrange(1, 12))
        starting = threading.Thread(target=self.monado.start)
        starting.start()
        show.until(lambda: not starting.is_alive(), PATIENCE)
        up = time.perf_counter()
        show.rig.visitor = Visitor(self.monado.port)
        show.until(lambda: self.world.player.head is not None and self.world.headset.state == "FOCUSED", PATIENCE)
        to_headset = time.perf_counter() - up
        show.frames(3)
        changed += [name for name in self._changes() if name not in changed]
        return Kill(doing, to_window, to_headset, moved, changed, gl_objects())

    def answered(self) -> bool:
        """Whether the last picture has run to its end after all, and every wall shows it."""
        self.show.until(lambda: not self.show.exhibit.busy, PATIENCE)
        self.show.frames(5)
        return all(wall.state is WallState.READY for wall in self.world.hall.walls if wall.span)

    def _changes(self) -> list[str]:
        now = digest(self.world)
        return [name for name, before in self._before.items() if now[name] != before]

    def _begin(self, doing: str) -> Callable[[], None]:
        """Begins; what is called before each frame goes on with it."""
        show, visitor, world = self.show, self.show.rig.visitor, self.world
        match doing:
            case "walks":
                visitor.hand("left", stick=(self.chance.uniform(-1, 1), 1.0))
            case "runs a picture":
                show.exhibit.place(self.chance.randrange(len(world.pictures)))
            case "holds a wall":
                return self._hold()
            case "goes in":
                show.loop.attachment.wear(False)
                show.until(lambda: show.loop.worn is None, PATIENCE)
                show.loop.attachment.wear(True)
                show.until(lambda: show.loop.worn is not None, PATIENCE)
            case _:
                yaw = self.chance.uniform(-1, 1)
                visitor.move(Pose((0.3 * yaw, 1.6, 0.0), turn(yaw)))
        return lambda: None

    def _hold(self) -> Callable[[], None]:
        """The hand takes a wall, and carries it about until something happens."""
        show, visitor, world = self.show, self.show.rig.visitor, self.world
        wall = self.chance.choice([wall for wall in world.hall.walls if wall.span and wall.shown])
        placing = world.hall.placing @ wall.placing
        middle = placing.pose.position
        before = placing.pose.apply((0.0, 0.0, 1.5 * placing.scale))
        world.player.position, world.player.yaw = (before[0], 0.0, before[2]), 0.0
        show.stand(towards((before[0], 1.6, before[2]), middle))
        show.hold("right", towards((before[0], 1.3, before[2]), middle))
        hand = world.hands["right"]
        show.until(lambda: hand.target is not None and hand.target.kind == "wall", PATIENCE)
        visitor.hand("right", trigger=1.0)
        show.until(lambda: hand.hold is not None, PATIENCE)

        def carry() -> None:
            visitor.hand("right", pose=visitor.right.pose @ Pose(orientation=turn(0.02)))

        return carry


@dataclass
class _Rig:
    visitor: Visitor
    shown: Display

    def grab(self):
        return self.shown.grab()


def main(count: int, seed: int) -> dict[str, object]:
    """So many kills; what to print."""
    windows, headset = Display(), Display(*HEADSET_WINDOW)
    folder = Path(tempfile.mkdtemp(prefix="vrcnn-xr-"))
    monado = Monado(headset, folder)
    os.environ |= monado.environment | {"DISPLAY": windows.name}
    os.environ.pop("WAYLAND_DISPLAY", None)
    show = Show(_Rig(Visitor(monado.port), headset), resolution=None)
    show.world.comfort = Comfort(travel="smooth")
    try:
        show.until(lambda: show.world.headset.state == "FOCUSED", PATIENCE)
        show.settled()
        killing, before = Killing(show, monado, seed), gl_objects()
        kills = []
        for number in range(count):
            doing = DOINGS[number % len(DOINGS)]
            kills.append(killing.kill(doing))
            print(number + 1, kills[-1], file=sys.stderr, flush=True)
        answered = killing.answered()
        lit = int(show.looking().max())
    finally:
        show.close()
        monado.close()
        headset.close()
        windows.close()
        shutil.rmtree(folder, ignore_errors=True)
    return {"kills": [asdict(kill) for kill in kills], "objects": before, "answered": answered, "lit": lit}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
