"""A random visitor in the headset who never tires: `python _soaking.py FRAMES SEED`, on the OpenXR test rig.

Drives nothing but the headset and the controllers. Prints JSON in its last line; tests/xr takes a short walk with it.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from itertools import pairwise
from math import tau
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import psutil
from _leaks import gl_objects

from vrcnn.scene.comfort import TRAVEL, TURNING
from vrcnn.scene.geometry import Pose, Vector, turn
from vrcnn.scene.shelving import slot_pose
from vrcnn.xr.session import Session

if TYPE_CHECKING:
    from wearing import Show  # type: ignore[import-not-found]

SAMPLED = 50  # frames from one look at the memory to the next
PATIENCE = 60.0  # s, that a headset may stay away
STRETCHED, FIST = (0.0,) * 5, (1.0,) * 5


@dataclass
class Soaked:
    """What came of it. `asked` counts the frames that the runtime wanted drawn, `unanswered` those of them without a
    projection layer; `memory` is the resident set in MB, every SAMPLED frames, `objects` what OpenGL holds at the
    same times, by kind; `doings` how often each was begun, and
    `effects` in how many frames the World showed what comes of them; `returns` how often the visitor had left the
    headset, or the program, by what they pressed."""

    frames: int = 0
    asked: int = 0
    unanswered: int = 0
    returns: int = 0
    memory: list[float] = field(default_factory=list)
    objects: list[dict[str, int]] = field(default_factory=list)
    doings: dict[str, int] = field(default_factory=dict)
    effects: dict[str, int] = field(default_factory=dict)

    @property
    def growth(self) -> float:
        """MB between the second tenth of the way and the last; jobs that are asked for first meanwhile add to it."""
        tenth = max(1, len(self.memory) // 10)
        early, late = self.memory[tenth : 2 * tenth] or self.memory, self.memory[-tenth:]
        return median(late) - median(early)

    @property
    def creep(self) -> float:
        """MB in 1,000 frames: what is lost all the time, whatever is done."""
        steps = [after - before for before, after in pairwise(self.memory)]
        return median(steps) * 1000 / SAMPLED

    @property
    def left(self) -> dict[str, float]:
        """OpenGL's objects of each kind in 1,000 frames, from the middle of the first third of the way to that of the
        last: what an open panel or a held picture has comes and goes between."""
        third = max(1, len(self.objects) // 3)
        passed = SAMPLED * (len(self.objects) - third) / 1000
        ends = self.objects[:third], self.objects[-third:]
        first, last = ({kind: median(each[kind] for each in end) for kind in self.objects[0]} for end in ends)
        return {kind: (last[kind] - first[kind]) / max(passed, 0.001) for kind in first}


class Soak:
    """A visit in which chance, of a fixed seed, says what is done next."""

    def __init__(self, show: Show, seed: int) -> None:
        self.show, self.world, self.visitor = show, show.world, show.rig.visitor
        self.chance = random.Random(seed)
        self.told = Soaked()
        self._left: list[Callable[[], Iterator[None]]] = []  # of what is done before it is all done again

    def run(self, frames: int) -> Soaked:
        """Goes on for so many frames."""
        process, told = psutil.Process(), self.told
        with _counted(told):
            doing: Iterator[None] = iter(())
            for number in range(frames):
                if next(doing, "over") == "over":
                    doing = self._another()
                self.show.loop.frame(1 / 60)
                told.frames += 1
                self._note_effects()
                self._come_back()
                if number % SAMPLED == 0:
                    told.memory.append(process.memory_info().rss / 1e6)
                    told.objects.append(gl_objects())
        return told

    def _note_effects(self) -> None:
        world, hands = self.world, self.world.hands.values()
        seen = {
            "picture in a hand": any(hand.holding is not None for hand in hands),
            "wall or frame in a hand": any(hand.hold is not None or hand.carrying is not None for hand in hands),
            "bare hand": any(hand.controller == "hand" for hand in hands),
            "panel open": bool(world.panels.open),
            "arc of a teleport": world.movement.arc is not None,
            "world in both hands": world.movement.grab is not None,
            "world at another size": world.player.scale != 1.0,
            "something large": world.enlarged is not None or world.gallery.large is not None,
            "away from the entrance": max(map(abs, world.player.position)) > 1.0,
            "network at work": self.show.exhibit.busy,
        }
        for name, there in seen.items():
            self.told.effects[name] = self.told.effects.get(name, 0) + there

    def _another(self) -> Iterator[None]:
        """Each doing comes once before any comes again."""
        if not self._left:
            self._go_home()
            self._left = [
                self._looks,
                self._walks,
                self._teleports,
                self._turns,
                self._takes_a_picture,
                self._presses,
                self._presses,
                self._grabs,
                self._grabs_the_world,
                self._opens_the_menu,
                self._enlarges,
                self._vanishes,
                self._lays_the_controller_down,
            ]
            self.chance.shuffle(self._left)
        doing = self._left.pop()
        name = doing.__name__.strip("_").replace("_", " ")
        self.told.doings[name] = self.told.doings.get(name, 0) + 1
        return doing()

    def _come_back(self) -> None:
        """Whatever was pressed, the visit goes on in the headset."""
        loop = self.show.loop
        if loop.leaving or loop.attachment.over or loop.worn is None:
            self.told.returns += 1
            loop.leaving = loop.attachment.over = False
            loop.attachment.wear(True)
            self.show.until(lambda: loop.worn is not None and loop.headset.state == "FOCUSED", PATIENCE)

    def _go_home(self) -> None:
        """To the entrance, at the world's own size, nothing pressed, and with other habits, as the menu would do it."""
        from vrcnn.scene.headset_intents import ChooseComfort, ResetView
        from vrcnn.scene.intents import ResetAll, StandAt

        chance, comfort = self.chance, self.world.comfort
        habits = replace(
            comfort,
            travel=chance.choice(TRAVEL),
            turning=chance.choice(TURNING),
            left_handed=chance.random() < 0.3,
            seated=chance.random() < 0.2,
        )
        for name in ("left", "right"):
            self.visitor.hand(name, trigger=0.0, squeeze=0.0, stick=(0.0, 0.0), menu=False, enlarge=False, tracked=True)
            self.visitor.hand(name, bare=False)
        self.show.exhibit.step((ChooseComfort(habits), ResetView(), StandAt(0.0, 0.0), ResetAll()), 0.0)

    def _frames(self, least: int, most: int) -> range:
        return range(self.chance.randint(least, most))

    def _hand(self) -> str:
        return self.chance.choice(("left", "right"))

    def _look_from(self, place: Vector) -> None:
        """The head turns, and is a little aside of a place of the room."""
        x, y, z = (each + self.chance.uniform(-0.2, 0.2) for each in place)
        yaw = self.chance.uniform(-1.0, 1.0)
        self.visitor.move(Pose((x, y, z), turn(yaw, self.chance.uniform(-0.4, 0.3))))

    def _aim(self, hand: str, point: Vector) -> None:
        """A hand before the chest aims at a point of the world."""
        from wearing import towards

        x, y, z = self.visitor.head.apply((-0.2 if hand == "left" else 0.2, -0.35, -0.3))
        aimed = self.world.player.room.inverse().apply(point)
        self.visitor.hand(hand, pose=towards((x, y, z), aimed))

    def _something(self) -> Vector:
        """A point of the world that is worth pointing at."""
        world = self.world
        walls = [wall for wall in world.hall.walls if wall.shown]
        things = [slot_pose(world.shelf, self.chance.randrange(world.shelf.slots)), world.easel.pose]
        things += [(world.hall.placing @ wall.placing).pose for wall in self.chance.sample(walls, min(4, len(walls)))]
        things += [panel.pose for panel in world.panels.open.values()] * 3
        pose = self.chance.choice(things)
        return pose.apply((self.chance.uniform(-0.2, 0.2), self.chance.uniform(-0.2, 0.2), 0.0))

    def _looks(self) -> Iterator[None]:
        self._look_from((0.0, 1.6, 0.0))
        for hand in ("left", "right"):
            self._aim(hand, self._something())
        yield from (None for _ in self._frames(2, 10))

    def _steers(self, hand: str, stick: tuple[float, float], least: int, most: int) -> Iterator[None]:
        self.visitor.hand(hand, stick=stick)
        yield from (None for _ in self._frames(least, most))
        self.visitor.hand(hand, stick=(0.0, 0.0))
        yield from (None for _ in range(3))

    def _walks(self) -> Iterator[None]:
        stick = self.chance.uniform(-1, 1), self.chance.uniform(-1, 1)
        yield from self._steers(self.world.comfort.off, stick, 5, 30)

    def _teleports(self) -> Iterator[None]:
        x, _, z = self.visitor.head.position
        hand = self.world.comfort.off
        self.visitor.hand(hand, pose=Pose((x - 0.2, 1.2, z - 0.3), turn(self.chance.uniform(-1, 1), 0.2)))
        yield from self._steers(hand, (self.chance.uniform(-0.3, 0.3), 1.0), 8, 20)

    def _turns(self) -> Iterator[None]:
        stick = self.chance.choice((-1.0, 1.0)), self.chance.uniform(-1, 1)
        yield from self._steers(self.world.comfort.main, stick, 2, 8)

    def _takes_a_picture(self) -> Iterator[None]:
        """From the shelf, and to the easel."""
        hand, shelf = self._hand(), self.world.shelf
        places = slot_pose(shelf, self.chance.randrange(shelf.slots)).position, self.world.easel.pose.position
        for place in places:
            self._aim(hand, place)
            yield from (None for _ in range(4))
            self.visitor.hand(hand, trigger=1.0)
            yield from (None for _ in range(3))
            self.visitor.hand(hand, trigger=0.0)
            yield from (None for _ in range(3))

    def _presses(self) -> Iterator[None]:
        """Whatever is there; some presses are long, and move."""
        hand = self._hand()
        self._aim(hand, self._something())
        yield from (None for _ in range(4))
        self.visitor.hand(hand, trigger=1.0)
        for _ in self._frames(2, 25):
            self._tremble(hand)
            yield
        self.visitor.hand(hand, trigger=0.0)
        yield from (None for _ in range(3))

    def _tremble(self, *hands: str) -> None:
        for hand in hands:
            held: Pose = getattr(self.visitor, hand).pose
            x, y, z = (self.chance.uniform(-0.02, 0.02) for _ in range(3))
            self.visitor.hand(hand, pose=held @ Pose((x, y, z), turn(x, y)))

    def _grabs(self) -> Iterator[None]:
        hand = self._hand()
        self._aim(hand, self._something())
        yield from (None for _ in range(3))
        yield from self._squeezes(hand)

    def _grabs_the_world(self) -> Iterator[None]:
        """Away from all things, with both hands."""
        for hand in ("left", "right"):
            x, y, z = self.visitor.head.apply((-0.25 if hand == "left" else 0.25, -0.3, -0.4))
            self.visitor.hand(hand, pose=Pose((x, y, z), turn(0.0, tau / 4)))
        yield from self._squeezes("left", "right")

    def _squeezes(self, *hands: str) -> Iterator[None]:
        for hand in hands:
            self.visitor.hand(hand, squeeze=1.0)
        for _ in self._frames(4, 30):
            self._tremble(*hands)
            yield
        for hand in hands:
            self.visitor.hand(hand, squeeze=0.0)
        yield from (None for _ in range(3))

    def _holds(self, hand: str, part: str, least: int, most: int) -> Iterator[None]:
        self.visitor.hand(hand, **{part: True})
        yield from (None for _ in self._frames(least, most))
        self.visitor.hand(hand, **{part: False})
        yield from (None for _ in range(3))

    def _opens_the_menu(self) -> Iterator[None]:
        yield from self._holds(self._hand(), "menu", 2, 4)
        for panel in list(self.world.panels.open.values())[:2]:
            self._aim("right", panel.pose.apply((self.chance.uniform(-0.15, 0.15), self.chance.uniform(-0.1, 0.1), 0)))
            yield from (None for _ in range(3))
            yield from self._press_right()

    def _press_right(self) -> Iterator[None]:
        for trigger in (1.0, 0.0):
            self.visitor.hand("right", trigger=trigger)
            yield from (None for _ in range(3))

    def _enlarges(self) -> Iterator[None]:
        hand = self._hand()
        self._aim(hand, self._something())
        yield from self._holds(hand, "enlarge", 5, 20)

    def _vanishes(self) -> Iterator[None]:
        hand = self._hand()
        self.visitor.hand(hand, tracked=False)
        yield from (None for _ in self._frames(3, 12))
        self.visitor.hand(hand, tracked=True)
        yield

    def _lays_the_controller_down(self) -> Iterator[None]:
        """And makes a fist of the bare hand."""
        self.visitor.hand("right", tracked=False, bare=True, curls=STRETCHED)
        yield from (None for _ in range(5))
        self.visitor.hand("right", curls=FIST)
        yield from (None for _ in self._frames(3, 12))
        self.visitor.hand("right", tracked=True, bare=False, curls=STRETCHED)
        yield from (None for _ in range(3))


@contextmanager
def _counted(told: Soaked) -> Iterator[None]:
    """Counts every frame of a session meanwhile: whether it was to be drawn, and whether it was."""
    wait_frame, end_frame = Session.wait_frame, Session.end_frame
    wanted = False

    def wait(session: Session) -> Any:
        nonlocal wanted
        state = wait_frame(session)
        wanted = bool(state.should_render)
        return state

    def end(session: Session, display_time: int, layers: Any) -> None:
        told.asked += wanted
        told.unanswered += wanted and not layers
        end_frame(session, display_time, layers)

    with patch.object(Session, "wait_frame", wait), patch.object(Session, "end_frame", end):
        yield


def main(frames: int, seed: int) -> dict[str, Any]:
    """A soak of so many frames in a program of its own; what to print."""
    from _rig import put_on

    folder = Path(tempfile.mkdtemp(prefix="vrcnn-soak-"))
    validation = folder / "validation.txt"
    os.chdir(folder)  # the visitor may well ask for screenshots
    os.environ |= {
        "XDG_CONFIG_HOME": str(folder),
        "XDG_CACHE_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "VRCNN_GL_ERRORS": "fatal",
        "XR_ENABLE_API_LAYERS": "XR_APILAYER_LUNARG_core_validation",
        "XR_CORE_VALIDATION_EXPORT_TYPE": "text",
        "XR_CORE_VALIDATION_FILE_NAME": str(validation),
    }
    show = put_on()
    told = Soak(show, seed).run(frames)
    show.close()
    lines = validation.read_text().splitlines()
    assert any("is initialized" in line for line in lines), "the validation layer was not at work"
    complaints = [line for line in lines if "[VALID_DEBUG" not in line]
    return {**asdict(told), "growth": told.growth, "creep": told.creep, "left": told.left, "complaints": complaints}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
