"""The ground that the halls share: side by side behind a common entrance, with a board for each beside the easel."""

from __future__ import annotations

from math import cos, hypot, inf, radians, sin

from vrcnn.scene.arranging import TO_ANOTHER_LAYOUT
from vrcnn.scene.geometry import Placing, Pose, Vector, turn
from vrcnn.scene.hall import Ground, Hall, Motion, Surface
from vrcnn.scene.layouts.standing import PATH_HALF_WIDTH
from vrcnn.scene.world import World

AISLE = 1.8  # m between the ground of one hall and that of the next
FURNITURE = 4.6  # m to the right of the entrance, where the boards beside the easel end
FRONT = -3.4  # m: no hall's ground begins behind this z
LEAVES = 0.6  # m by which another hall has to be nearer before the panels speak of it
BOARD_SIZE, SMALLER_BOARD = (1.0, 1.0), (0.62, 0.74)  # m, of a board alone and of one among others
BOARD_AT = Pose((2.06, 1.08, -1.75), turn(yaw=radians(-34), pitch=radians(-20)))
ARC_MIDDLE, ARC_RADIUS = (0.0, 1.0), 3.45  # m: the boards of several networks stand around whoever comes in
FIRST_ANGLE, NEXT_ANGLE = radians(32.5), radians(11.5)  # to the right of the way ahead


def ground_of(hall: Hall) -> Ground:
    """The rectangle around all walls where the layout has them, floor plates and the exit, in the hall's frame."""
    points = [wall.home.apply((side * wall.width / 2, 0.0, 0.0)) for wall in hall.walls for side in (-1, 1)]
    for plate in hall.plates:
        points += [plate.pose.apply((side * plate.size[0] / 2, 0.0, 0.0)) for side in (-1, 1)]
    points += [hall.exit.pose.apply((side * hall.exit.width / 2, 0.0, 0.0)) for side in (-1, 1)]
    points += [(side * PATH_HALF_WIDTH, 0.0, FRONT) for side in (-1, 1)]
    x, z = [point[0] for point in points], [point[2] for point in points]
    return Ground(min(x), max(x), max(z), min(z))


def stand_apart(world: World) -> None:
    """Puts every hall beside the one before; the first one stays. Who is in a hall that moves goes with it."""
    before = [hall.place for hall in world.halls]
    edge = -inf
    for number, hall in enumerate(world.halls):
        hall.ground = ground_of(hall)
        left = 0.0 if number == 0 else edge + AISLE - hall.ground.left
        hall.place = Placing(Pose((left, 0.0, 0.0)))
        edge = max(FURNITURE, left + hall.ground.right)
    moved = world.hall.place.pose.position[0] - before[world.here].pose.position[0]
    if moved:
        x, y, z = world.player.position
        world.player.position = x + moved, y, z
    _place_boards(world)


class Spacing:
    """Keeps the halls apart, whatever their layouts and what is shown of them."""

    def __init__(self) -> None:
        self._key: object = None

    def follow(self, world: World) -> None:
        """Puts them apart anew where one of them may have become wider or narrower."""
        key = [
            (
                id(hall),
                hall.layout_revision,
                hall.arrangement.layout,
                hall.arrangement.handled,
                hall.arrangement.closed,
            )
            for hall in world.halls
        ]
        if key != self._key:
            before = [hall.place for hall in world.halls] if self._key is not None else []
            self._key = key
            stand_apart(world)
            for number, place in enumerate(before):
                if number != world.here:
                    _come_from(world.halls[number], place, world.time)


def _come_from(hall: Hall, before: Placing, time: float) -> None:
    """Lets a hall that stands elsewhere now come there from where it was, unless its walls are on their way already."""
    moving = hall.motion is not None and time < hall.motion.started + hall.motion.seconds
    if before != hall.place and not moving:
        whole = hall.place.inverse() @ before @ hall.arrangement.whole
        hall.motion = Motion({}, time, TO_ANOTHER_LAYOUT, whole)


def nearest_hall(world: World) -> int:
    """The number of the hall that the visitor is in or nearest to; `world.here` until another one is clearly nearer."""
    if len(world.halls) == 1:
        return 0
    position = world.player.eyes.position
    distances = [_distance(hall, position) for hall in world.halls]
    distances[world.here] -= LEAVES
    return distances.index(min(distances))


def _distance(hall: Hall, point: Vector) -> float:
    """Over the ground, in m, to the hall's ground; 0 within it."""
    placing = hall.placing
    x, _, z = placing.inverse().apply(point)
    ground = hall.ground
    aside = max(0.0, ground.left - x, x - ground.right)
    along = max(0.0, z - ground.front, ground.back - z)
    return hypot(aside, along) * placing.scale


def _place_boards(world: World) -> None:
    """The only one where a glance from the easel meets it; several on an arc, smaller, each facing the entrance."""
    if len(world.halls) == 1:
        world.hall.board = Surface(BOARD_AT, *BOARD_SIZE)
        return
    for number, hall in enumerate(world.halls):
        angle = FIRST_ANGLE + number * NEXT_ANGLE
        x, z = ARC_MIDDLE[0] + ARC_RADIUS * sin(angle), ARC_MIDDLE[1] - ARC_RADIUS * cos(angle)
        pose = Pose((x, BOARD_AT.position[1], z), turn(yaw=-angle, pitch=radians(-20)))
        hall.board = Surface(pose, *SMALLER_BOARD)
