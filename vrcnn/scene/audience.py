"""What an audience before the window sees of a visit in the headset: a calmer picture than the head's, or a camera."""

from __future__ import annotations

from collections.abc import Iterable
from math import acos, asin, atan2, dist, exp, hypot, radians, sin

from vrcnn.scene.camera import FIELD_OF_VIEW, View
from vrcnn.scene.geometry import Pose, Quaternion, rotate, turn
from vrcnn.scene.headset_intents import AUDIENCE, FlySpectator, TurnSpectator
from vrcnn.scene.intents import Enlarge, Intent, Look, Move, Scroll, Select
from vrcnn.scene.onlookers import UNSEEN_BY_AUDIENCE, UNSEEN_BY_SPECTATOR, Smoothed, Spectator
from vrcnn.scene.staying import heading
from vrcnn.scene.walking import HIGHEST, HIGHEST_PITCH, RUN, WALK
from vrcnn.scene.world import World

EYE, SMOOTHED, SPECTATOR = AUDIENCE
CALMED_FIELD = 75.0  # degrees, vertical: a little wider than a window's, as the head wanders in it
CALM_PLACE, CALM_TURN = 0.15, 0.3  # s in which two thirds of a motion are followed
JUMP, FASTEST = 0.35, 8.0  # m, and m/s besides: who is somewhere else at once was brought there, and the view cuts
BEHIND, ABOVE, BEFORE, BELOW = 1.9, 0.85, 1.6, 0.2  # m from the eyes: where a spectator begins, and looks
LOST = 9.0  # m from the visitor: a spectator that is chosen anew begins behind them again
LOWEST = 0.15  # m above the ground
STEEP = 0.95  # sine of the pitch from which on a sight is turned by what is above the eyes


def spectating(world: World) -> bool:
    """Whether the window has a camera of its own now."""
    return world.player.head is not None and world.audience == SPECTATOR


def choose_audience(world: World, view: str = "") -> None:
    """Another view for the window, the next one where none is named. A spectator who has lost the visitor is brought
    back to them."""
    world.audience = view or AUDIENCE[(AUDIENCE.index(world.audience) + 1) % len(AUDIENCE)]
    spectator, player = world.spectator, world.player
    if spectator is not None and dist(spectator.position, player.eyes.position) > LOST * player.scale:
        world.spectator = None


def from_the_desk(world: World, intents: Iterable[Intent]) -> list[Intent]:
    """What mouse and keyboard mean while a headset is worn.

    The visitor's sight and hands are their own: the mouse neither turns it nor takes, scrolls or shows anything large;
    it only lets go of what it held before.
    Keys walk with the visitor, or with the spectator where the window has one; every other key is as ever.
    """
    meant: list[Intent] = []
    for intent in intents:
        match intent:
            case Look(yaw, pitch):
                meant += [TurnSpectator(yaw, pitch)] if spectating(world) else []
            case Move() if spectating(world):
                meant.append(FlySpectator(intent.right, intent.up, intent.forward, intent.fast))
            case Select() | Scroll() | Enlarge():
                pass
            case _:
                meant.append(intent)
    return meant


def steer(world: World, wish: TurnSpectator | FlySpectator, seconds: float) -> None:
    """Moves the spectator: along its heading over the ground, up and down, as fast as a visitor walks."""
    spectator = world.spectator
    if spectator is None:
        return
    if isinstance(wish, TurnSpectator):
        spectator.yaw += wish.yaw
        spectator.pitch = max(-HIGHEST_PITCH, min(HIGHEST_PITCH, spectator.pitch + wish.pitch))
        return
    length = max(1.0, (wish.right**2 + wish.up**2 + wish.forward**2) ** 0.5)
    step = (RUN if wish.fast else WALK) * world.player.scale * seconds / length
    dx, _, dz = rotate(turn(spectator.yaw), (wish.right * step, 0.0, -wish.forward * step))
    x, y, z = spectator.position
    highest = max(HIGHEST, HIGHEST * world.player.scale)
    spectator.position = x + dx, max(LOWEST, min(highest, y + wish.up * step)), z + dz


def follow_visitor(world: World, seconds: float) -> None:
    """Once a frame, after the visitor has moved: brings the smoothed head after theirs, and a spectator to them."""
    if world.player.head is None:
        world.smoothed = world.spectator = None
        return
    eyes = world.player.eyes
    if world.audience == SMOOTHED:
        world.smoothed = smoothed(world.smoothed, eyes, seconds, world.player.scale)
    else:
        world.smoothed = None
    if world.audience == SPECTATOR and world.spectator is None:
        world.spectator = behind(eyes, world.player.scale)


def audience_view(world: World, aspect: float) -> View | None:
    """What the window shows instead of the headset's own picture, `aspect` times as wide as high; None where it does
    show that."""
    if world.player.head is None:
        return None
    if world.smoothed is not None:
        view = View.symmetric(levelled(world.smoothed.pose), aspect, CALMED_FIELD)
    elif spectating(world) and world.spectator is not None:
        view = View.symmetric(world.spectator.pose, aspect, FIELD_OF_VIEW)
    else:
        return None
    return View(view.pose, view.left, view.right, view.down, view.up, world.player.scale)


def unseen(world: World) -> frozenset[str]:
    """The groups that are left out of `audience_view`."""
    return UNSEEN_BY_SPECTATOR if spectating(world) else UNSEEN_BY_AUDIENCE


def smoothed(before: Smoothed | None, head: Pose, seconds: float, scale: float = 1.0) -> Smoothed:
    """The head's pose, low-pass filtered; as much of it in one long step as in many short ones.

    A head that is somewhere else at once, as after a teleport, is followed at once. `scale` is the visitor's.
    """
    if before is None or dist(before.head.position, head.position) > (JUMP + FASTEST * seconds) * scale:
        return Smoothed(head, head)
    nearer, turned = 1 - exp(-seconds / CALM_PLACE), 1 - exp(-seconds / CALM_TURN)
    x, y, z = (a + nearer * (b - a) for a, b in zip(before.pose.position, head.position, strict=True))
    return Smoothed(Pose((x, y, z), _between(before.pose.orientation, head.orientation, turned)), head)


def levelled(pose: Pose) -> Pose:
    """The same sight with a level horizon, also where it goes straight up or down."""
    (fx, fy, fz), (ux, _, uz) = pose.forward, pose.up
    steep = max(0.0, (abs(fy) - STEEP) / (1 - STEEP))
    ahead, above = hypot(fx, fz) or 1.0, hypot(ux, uz) or 1.0
    sign = -1.0 if fy > 0 else 1.0  # the heading of who looks down is above their eyes, of who looks up below them
    x, z = ((1 - steep) * f / ahead + steep * sign * u / above for f, u in ((fx, ux), (fz, uz)))
    pitch = max(-HIGHEST_PITCH, min(HIGHEST_PITCH, asin(max(-1.0, min(1.0, fy)))))
    return Pose(pose.position, turn(atan2(-x, -z), pitch))


def behind(eyes: Pose, scale: float = 1.0) -> Spectator:
    """A camera behind and above somebody, that looks over their head at what they have before them."""
    yaw = heading(eyes)
    x, y, z = eyes.position
    dx, _, dz = rotate(turn(yaw), (0.0, 0.0, BEHIND * scale))
    return Spectator((x + dx, y + ABOVE * scale, z + dz), yaw, -atan2(ABOVE + BELOW, BEHIND + BEFORE))


def _between(start: Quaternion, end: Quaternion, share: float) -> Quaternion:
    """The rotation at `share` (0 to 1) of the shortest way from one to the other."""
    along = sum(a * b for a, b in zip(start, end, strict=True))
    sign = 1.0 if along >= 0 else -1.0
    angle = acos(min(1.0, abs(along)))
    if angle < radians(0.01):
        return end
    first, second = sin((1 - share) * angle) / sin(angle), sign * sin(share * angle) / sin(angle)
    x, y, z, w = (first * a + second * b for a, b in zip(start, end, strict=True))
    length = (x * x + y * y + z * z + w * w) ** 0.5
    return x / length, y / length, z / length, w / length
