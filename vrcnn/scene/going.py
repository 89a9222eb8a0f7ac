"""Going straight to a layer, to the next one, or to a place on the ground, for those who asked for it."""

from __future__ import annotations

from dataclasses import replace
from math import asin, dist, inf, pi

import numpy as np

from vrcnn.scene.arranging import open_doors, rearrange
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.journey import Glide, Reached, Stand
from vrcnn.scene.placings import applied, carried
from vrcnn.scene.requests import Request, ShowLayer
from vrcnn.scene.standing import WallRows
from vrcnn.scene.staying import heading, stand
from vrcnn.scene.vantage import vantage
from vrcnn.scene.walking import HIGHEST, HIGHEST_PITCH
from vrcnn.scene.world import EYE_HEIGHT, World

GLIDE = 0.25  # s
LEFT = 0.6  # m: who has walked this far has left the place that they were brought to
BEFORE = 1.3  # m in front of a wall, where those stand who look at it
AT = 2.2  # m around that place
LOWER = 0.5  # heights count by half: a wall is wide and high, and eyes are anywhere before it


def go_to(world: World, name: str, number: int) -> list[Request]:
    """Brings the visitor before the wall of a layer, by its name or title, in hall `number`; the table is put away.

    A wall that the visitor has folded or hidden is opened first. A layer without a wall is asked for.
    """
    hall = world.halls[number]
    wall = wall_named(hall, name)
    world.here = number
    world.table = None
    if wall is None:
        return [ShowLayer(name, number)]
    if wall.indoors:
        open_doors(hall, wall, world.time)
    if wall.hidden or wall.folded:
        handling = replace(hall.arrangement.handling(wall.name), hidden=False, folded=False)
        rearrange(hall, hall.arrangement.with_handled(wall.name, handling), world.time)
    bring(world, vantage(world.halls, number, wall))
    end = world.player.position if world.journey.glide is None else world.journey.glide.after.position
    world.journey.reached = Reached(number, wall.name, end)
    return []


def next_layer(world: World, step: int) -> list[Request]:
    """To the wall that comes `step` later in the order of the computation than the one that the visitor stands at.

    Far from any wall, to the nearest one; beyond the last one nothing happens.
    """
    there = neighbour(world, step) if world.journey.at is not None else Whereabouts().nearest(world)
    if there is None:
        return []
    number, index = there
    return go_to(world, world.halls[number].walls[index].name, number)


def neighbour(world: World, step: int) -> tuple[int, int] | None:
    """(hall, position in Hall.walls) of the wall `step` after the one that the visitor is at; None beyond the ends."""
    if world.journey.at is None:
        return None
    number, index = world.journey.at
    walls = world.halls[number].walls
    order = sorted((n for n, wall in enumerate(walls) if wall.shown), key=lambda n: walls[n].node)
    place = order.index(index) + step
    return (number, order[place]) if 0 <= place < len(order) else None


def stand_at(world: World, x: float, z: float) -> None:
    """Brings the visitor to a place on the ground (m, in the world's frame), looking as before."""
    eyes = world.player.eyes
    bring(world, Pose((x, EYE_HEIGHT, z), eyes.orientation))
    world.journey.reached = None


def bring(world: World, eyes: Pose, seconds: float = GLIDE, gently: bool = False) -> None:
    """Lets the visitor's eyes be at `eyes`: in a headset at once, as far as its height above the ground goes, on the
    desktop in a glide of so many seconds. The world has its own size then."""
    player, journey = world.player, world.journey
    player.scale = 1.0
    ground = min(HIGHEST, max(0.0, eyes.position[1] - EYE_HEIGHT))
    if player.head is not None:
        stand(player, eyes)
        player.position = player.position[0], ground, player.position[2]
        journey.jumped = world.time
        return
    before = Stand(player.position, player.yaw, player.pitch)
    yaw = before.yaw + (heading(eyes) - before.yaw + pi) % (2 * pi) - pi
    pitch = max(-HIGHEST_PITCH, min(HIGHEST_PITCH, asin(max(-1.0, min(1.0, eyes.forward[1])))))
    after = Stand((eyes.position[0], ground, eyes.position[2]), yaw, pitch)
    journey.glide = Glide(before, after, world.time, seconds, gently)


def glide_on(world: World) -> None:
    """Carries the desktop's visitor on, if they are on their way."""
    glide, player = world.journey.glide, world.player
    if glide is None:
        return
    stand = glide.at(world.time)
    player.position, player.yaw, player.pitch = stand.position, stand.yaw, stand.pitch
    if world.time - glide.started >= glide.seconds:
        world.journey.glide = None


class Whereabouts:
    """Finds the wall that a visitor stands at; keeps the arrays until something is placed anew."""

    def __init__(self) -> None:
        self._key: object = None
        self._walls: list[tuple[int, int]] = []
        self._places = np.zeros((0, 3))  # lower than they are, by LOWER
        self._squares = np.zeros(0)  # of how far these are from the world's middle
        self._rows: dict[int, WallRows] = {}

    def at(self, world: World) -> tuple[int, int] | None:
        """(hall, position in Hall.walls): the wall that they were brought to and have not left, else the nearest one
        whose front they are at, else None."""
        reached = world.journey.reached
        if reached is not None and reached.hall < len(world.halls):
            if world.journey.glide is not None or dist(world.player.position, reached.position) < LEFT:
                walls = world.halls[reached.hall].walls
                index = next((n for n, wall in enumerate(walls) if wall.name == reached.name and wall.shown), None)
                if index is not None:
                    return reached.hall, index
            else:
                world.journey.reached = None
        return self.nearest(world, AT)

    def nearest(self, world: World, within: float = inf) -> tuple[int, int] | None:
        """The wall whose front is nearest to the visitor's eyes, if that is less than `within` m away."""
        key = id(world), [hall.standing_key for hall in world.halls]
        if key != self._key:
            self._key = key
            shown = [[place for place, wall in enumerate(hall.walls) if wall.shown] for hall in world.halls]
            self._walls = [(number, place) for number, places in enumerate(shown) for place in places]
            fronts = []
            for hall, places in zip(world.halls, shown, strict=True):
                rows = carried(hall.placing, self._rows.setdefault(id(hall), WallRows()).of(hall)[places])
                fronts.append(applied(rows, np.concatenate([np.zeros((len(rows), 2)), BEFORE / rows[:, 3:4]], 1)))
            self._places = np.concatenate(fronts) * (1.0, LOWER, 1.0)
            self._squares = (self._places * self._places).sum(1)
        if not self._walls:
            return None
        x, y, z = world.player.eyes.position
        y *= LOWER
        nearest = int((self._squares - 2 * (self._places @ (x, y, z))).argmin())
        return self._walls[nearest] if dist(self._places[nearest].tolist(), (x, y, z)) < within else None


def wall_named(hall: Hall, name: str) -> Wall | None:
    """The wall of the layer of this name, else of this title."""
    found = [next((wall for wall in hall.walls if getattr(wall, of) == name), None) for of in ("name", "title")]
    return found[0] or found[1]
