"""Takes up another arrangement of a network, also in another layout or with other rooms closed; the visitor stays at
the layer where they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vrcnn.scene.arrangement import LAYOUTS, Arrangement
from vrcnn.scene.arranging import rearrange
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.hall import Hall
from vrcnn.scene.staying import heading, stand
from vrcnn.scene.vantage import vantage

if TYPE_CHECKING:
    from vrcnn.scene.world import World

ENTRANCE = 5.0, -3.2  # m: in a hall's frame, who is less far aside and not further along is at the entrance


def take_up(world: World, number: int, arrangement: Arrangement) -> None:
    """Hall number `number` as `arrangement` says, its walls on their way there from now on.

    The layer at which the visitor stands stays where it is, seen by them, and the others come to it.
    """
    hall = world.halls[number]
    laid = hall.arrangement.layout, hall.arrangement.closed
    layout, whole, eyes = hall.arrangement.layout, hall.placing, world.player.eyes
    before = {wall.name: (whole @ wall.placing, wall.outward) for wall in hall.walls if not wall.indoors}
    rearrange(hall, arrangement, world.time)
    if laid == (arrangement.layout, arrangement.closed):
        return
    world.journey.reached, world.journey.glide = None, None
    if number == world.here and not _at_entrance(hall, eyes):
        there = _at_a_wall(world, number) if layout != arrangement.layout else None
        there = there or _beside(hall, before, eyes)
        _follow(world, hall, eyes, there)


def choose_layout(world: World, number: int, layout: str) -> None:
    """Another of LAYOUTS, the next one without a name."""
    arrangement = world.halls[number].arrangement
    wanted = layout or LAYOUTS[(LAYOUTS.index(arrangement.layout) + 1) % len(LAYOUTS)]
    if wanted != arrangement.layout:
        take_up(world, number, replace(arrangement, layout=wanted))


def begin_with(world: World, layout: str) -> None:
    """All networks in one of LAYOUTS, at once: nobody has seen them otherwise."""
    for hall in world.halls:
        rearrange(hall, replace(hall.arrangement, layout=layout), world.time)
        hall.motion = None


def toggle_room(world: World, number: int, path: str) -> None:
    """Closes the room of this path, or opens it."""
    arrangement = world.halls[number].arrangement
    take_up(world, number, replace(arrangement, closed=arrangement.closed ^ {path}))


def _at_entrance(hall: Hall, eyes: Pose) -> bool:
    x, _, z = hall.placing.inverse().apply(eyes.position)
    aside, along = ENTRANCE
    return abs(x) < aside and z > along


def _at_a_wall(world: World, number: int) -> Pose | None:
    """Before the wall that the visitor was at, as it stands now; None where they were at none that is still shown."""
    if world.journey.at is None or world.journey.at[0] != number:
        return None
    wall = world.halls[number].walls[world.journey.at[1]]
    return vantage(world.halls, number, wall) if wall.shown else None


def _beside(hall: Hall, before: dict[str, tuple[Placing, float]], eyes: Pose) -> Pose:
    """Where the nearest wall is seen from where it was seen from; mirrored where it has changed to the other side."""
    after = {wall.name: wall for wall in hall.walls if wall.name in before and not wall.indoors}
    if not after:
        return eyes
    name = min(after, key=lambda name: _square(before[name][0].pose.position, eyes.position))
    (old, outward), new = before[name], hall.placing @ after[name].placing
    side = 1.0 if outward == after[name].outward else -1.0
    x, _, z = old.inverse().apply(eyes.position)
    there = new.apply((side * x, 0.0, z))
    yaw = heading(new.pose) + side * (heading(eyes) - heading(old.pose))
    return Pose((there[0], eyes.position[1], there[2]), turn(yaw))


def _follow(world: World, hall: Hall, eyes: Pose, there: Pose) -> None:
    """Moves the visitor to `there`, and where the walls come from, so that they see them where they were."""
    stand(world.player, there)
    if hall.motion is None:
        return
    yaw = turn(heading(there) - heading(eyes))
    x, _, z = Pose(orientation=yaw).apply(eyes.position)
    moved = Placing(Pose((there.position[0] - x, 0.0, there.position[2] - z), yaw))
    shift = hall.placing.inverse() @ moved @ hall.placing
    before = {node: shift @ placing for node, placing in hall.motion.before.items()}
    hall.motion = replace(hall.motion, before=before)


def _square(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """The square of how far two points are apart over the ground, in m²."""
    return (one[0] - other[0]) ** 2 + (one[2] - other[2]) ** 2
