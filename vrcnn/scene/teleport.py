"""Jumping: the arc from a hand to the ground while a stick or a select asks for it, and the jump when it is let go."""

from __future__ import annotations

from math import atan2, cos, dist, hypot, radians, sin

from vrcnn.scene.acting import act
from vrcnn.scene.controllers import KINDS, STEER
from vrcnn.scene.geometry import Placing, Pose, Vector, turn
from vrcnn.scene.haptics import DRAG, LANDED, LANDING, REFUSED
from vrcnn.scene.headset_intents import OpenMenu
from vrcnn.scene.holding import heading
from vrcnn.scene.landing import Grounds
from vrcnn.scene.movement import AIM, BACK, Arc, Stick
from vrcnn.scene.requests import Request
from vrcnn.scene.staying import heading as heading_of
from vrcnn.scene.staying import stand
from vrcnn.scene.world import Hand, World

SPEED, FALL = 9.2, 9.81  # m/s and m/s² of the room: how an arc is thrown
STEEPEST, GIVEN_UP = radians(45), radians(72)  # of a throw; a hand that is raised further wants none
REACH = 12.0  # m of the room over the ground, and as much more as the hand is above it
STEPS = 24  # of an arc
BOW = 0.12  # of a straight way's length, by which the arc of a select is above its ray
BACK_BY = 0.5  # m of the room
STRAIGHT = radians(20)  # a stick that is pushed away by no more than this aside is pushed straight away
STEADY = 0.6  # of a stick's way, from which on its angle counts: not on its way back to the middle
LET_GO = 0.3  # of a stick's way
MENU_AFTER = 0.6  # s for which select is held on nothing
LOWEST = 0.02  # m of the room: hands that are lower throw nothing


def without_stick(hand: Hand) -> bool:
    """Whether its controller has a select and little else, so that select has to do for jumps and the menu."""
    kind = KINDS.get(hand.controller or "")
    return kind is not None and not kind.has(STEER)


def press_nothing(world: World, name: str) -> None:
    """Select went down where nothing is: where it has to do for a stick, a jump may begin with it, or the menu open."""
    hand = world.hands[name]
    if without_stick(hand) and (hand.target is None or hand.target.kind == "ground"):
        world.movement.pressed[name] = world.time


def finish_press(world: World, name: str) -> list[Request]:
    """Select came up: the jump that it asked for, if it did."""
    asked = world.movement.pressed.pop(name, None) is not None
    return _jump(world, name) if asked else []


def aim(world: World, grounds: Grounds) -> list[Request]:
    """Once a frame, after the hands were moved: shows where those who ask for a jump would land, or lets them jump."""
    movement = world.movement
    requests: list[Request] = []
    before: Arc | None = movement.arc
    arc: Arc | None = None
    if movement.grab is not None:
        movement.arc = None
        return []
    for name, stick in movement.sticks.items():
        if stick.meaning == BACK and not stick.flicked:
            stick.flicked = True
            requests += _step_back(world, name, grounds)
        elif stick.meaning == AIM:
            way = hypot(stick.x, stick.y)
            if way < LET_GO:
                stick.meaning = ""
                requests += _jump(world, name)
                continue
            if way > STEADY:
                stick.angle = atan2(-stick.x, stick.y)
            arc = arc or thrown(world, name, stick, grounds)
    for name, since in list(movement.pressed.items()):
        target = world.hands[name].target
        if target is not None:
            movement.pressed[name] = world.time  # the menu waits for those who point at nothing all the while
            arc = arc or (pointed(world, name, grounds) if target.kind == "ground" else None)
        elif world.time - since >= MENU_AFTER:
            del movement.pressed[name]
            requests += act(world, OpenMenu(name))
    movement.arc = arc
    if arc is not None and arc.valid and not (before is not None and before.valid):
        requests.append(LANDING.by(arc.hand))
    return requests


def thrown(world: World, name: str, stick: Stick, grounds: Grounds) -> Arc | None:
    """The arc that a hand throws as it aims, down to the ground; the stick's angle turns the one who lands."""
    ray = world.hands[name].ray
    if ray is None:
        return None
    scale = world.player.scale
    x, y, z = ray.origin
    height = y / scale
    if height < LOWEST:
        return None
    steep = atan2(ray.direction[1], hypot(ray.direction[0], ray.direction[2]))
    yaw, pitch = heading(ray), min(steep, STEEPEST)
    across, up = SPEED * cos(pitch), SPEED * sin(pitch)
    seconds = (up + (up * up + 2 * FALL * height) ** 0.5) / FALL
    points = []
    for step in range(STEPS + 1):
        time = seconds * step / STEPS
        over, rise = scale * across * time, scale * (up * time - FALL * time * time / 2)
        points.append((x - sin(yaw) * over, y + rise, z - cos(yaw) * over))
    points[-1] = points[-1][0], 0.0, points[-1][2]
    near = across * seconds <= REACH + height and steep < GIVEN_UP
    aside = 0.0 if abs(stick.angle) < STRAIGHT else stick.angle
    return _arc(world, name, points, yaw + aside, near, grounds, grounds.way(world, points))


def pointed(world: World, name: str, grounds: Grounds) -> Arc | None:
    """A bow from the hand to where its ray meets the ground; who lands there looks as before."""
    ray, target = world.hands[name].ray, world.hands[name].target
    if ray is None or target is None:
        return None
    rise = 4 * BOW * dist(ray.origin, target.point)
    points = []
    for step in range(STEPS + 1):
        share = step / STEPS
        x, y, z = (a + share * (b - a) for a, b in zip(ray.origin, target.point, strict=True))
        points.append((x, y + rise * share * (1 - share), z))
    scale = world.player.scale
    over = hypot(target.point[0] - ray.origin[0], target.point[2] - ray.origin[2]) / scale
    near = over <= REACH + max(0.0, ray.origin[1] / scale)
    met = STEPS * grounds.way(world, [ray.origin, target.point])  # of the ray: whoever sees along it wants to go there
    return _arc(world, name, points, heading_of(world.player.eyes), near, grounds, met, turned=False)


def take_hands_along(world: World, before: Placing) -> None:
    """The hands are where they were in the visitor's room, which was at `before` and has jumped."""
    there = world.player.room @ before.inverse()
    for name in ("left", "right"):
        hand = world.hands[name]
        hand.grip, hand.aim = (pose and there.carry(pose) for pose in (hand.grip, hand.aim))


def _arc(
    world: World,
    name: str,
    points: list[Vector],
    yaw: float,
    near: bool,
    grounds: Grounds,
    met: float,
    turned: bool = True,
) -> Arc:
    """The way through these points, as far as to where it has `met` something, counted in points."""
    step = int(met)
    if step < len(points) - 1:
        (x, y, z), (to_x, to_y, to_z), share = points[step], points[step + 1], met - step
        there = x + share * (to_x - x), y + share * (to_y - y), z + share * (to_z - z)
        return Arc(name, (*points[: step + 1], there), yaw, False, turned, stopped=True)
    x, _, z = points[-1]
    return Arc(name, tuple(points), yaw, near and grounds.free(world, x, z), turned)


def _jump(world: World, name: str) -> list[Request]:
    """To where the arc of a hand ends, if there is room."""
    arc = world.movement.arc
    if arc is None or arc.hand != name:
        return []
    world.movement.arc = None
    if world.hands[name].aim is None:
        return []
    if not arc.valid:
        return [REFUSED.by(name)]
    player, before = world.player, world.player.room
    eyes = player.eyes
    player.position = player.position[0], 0.0, player.position[2]
    stand(player, Pose((arc.end[0], 0.0, arc.end[2]), turn(arc.yaw) if arc.turned else eyes.orientation))
    take_hands_along(world, before)
    world.journey.jumped = world.time
    return [LANDED.by(name)]


def _step_back(world: World, name: str, grounds: Grounds) -> list[Request]:
    """A little away from what the visitor looks at, if there is room."""
    player, before = world.player, world.player.room
    yaw, length = heading_of(player.eyes), BACK_BY * player.scale
    dx, dz = sin(yaw) * length, cos(yaw) * length
    ex, _, ez = player.eyes.position
    if not grounds.free(world, ex + dx, ez + dz):
        return []
    x, y, z = player.position
    player.position = x + dx, y, z + dz
    take_hands_along(world, before)
    return [DRAG.by(name)]
