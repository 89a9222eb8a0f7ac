"""Worlds in which a sieve stands before the picture: curves, answers that flip, and the answer behind it."""

from __future__ import annotations

from vrcnn.engine.messages import Score
from vrcnn.engine.xray_messages import CurvePoint, CurveTold, Flip, FlipsTold
from vrcnn.scene.world import World
from vrcnn.susceptibility.sieve import AMOUNTS, Sieve

PLACES = (7, 40, 123, 200, 310, 399)  # in the set, of the pictures whose answers flip


def curve(kind: str, highest: float, untrained: float | None = 1.07, count: int | None = None) -> CurveTold:
    """A straight one over the first `count` amounts of the kind."""
    amounts = AMOUNTS[kind]
    points = tuple(
        CurvePoint(Sieve(kind, amount), highest * (place + 1) / len(amounts), 0.25, 64, untrained)
        for place, amount in enumerate(amounts)
    )
    return CurveTold(kind, points[:count])


def flips(sieve: Sieve, places: tuple[int, ...] = PLACES, done: int = 64, untrained: int | None = 40) -> FlipsTold:
    """Of 64 pictures, of which so many were looked at so far."""
    found = tuple(Flip(place, f"dog/{place}.png", "dog", "red hen", 0.91, 0.55) for place in places)
    return FlipsTold(sieve, found, done, 64, untrained)


def look_through(world: World, sieve: Sieve = Sieve()) -> None:
    """The sieve stands before the picture, and everything is known of it in every hall."""
    world.sieving.sieve, world.sieving.before = sieve, True
    for number, hall in enumerate(world.halls):
        hall.scores = (Score(3, "red hen", 0.55), Score(1, "dog", 0.3))
        hall.xray.behind, hall.xray.plain = sieve, (Score(1, "dog", 0.91), Score(3, "red hen", 0.05))
        hall.xray.curves[sieve.kind] = curve(sieve.kind, 0.4 * (number + 1))
        hall.xray.flips = flips(sieve)
        hall.results_revision += 1
