"""What somebody sees of the sieve's curve and of the answers that flip, and what has to be asked for that."""

from __future__ import annotations

from vrcnn.scene.requests import Request
from vrcnn.scene.shelf_pages import borrow
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import CURVE, FLIPS, SIEVE
from vrcnn.scene.xray_requests import FindCurve, FindFlips

REST = 0.7  # s for which the sieve has to stay as it is before answers that flip are looked for


MOST = 64  # pictures of flipped answers that are shown small, of all networks together


def follow_sieve(world: World) -> list[Request]:
    """Once a frame: what somebody looks at is asked of every network once, and again where it was forgotten."""
    opened, sieving = world.panels.open, world.sieving
    if not (SIEVE in opened or CURVE in opened or FLIPS in opened) or not world.catalogue.count:
        return []
    requests = _thumbnails(world)
    if sieving.rests is None or sieving.rests[0] != sieving.sieve:
        sieving.rests = sieving.sieve, world.time
    kind = sieving.sieve.kind
    for number, hall in enumerate(world.halls):
        asked, curve, flips = hall.xray.asked, (kind, sieving.pictures), (sieving.sieve.text, sieving.pictures)
        if (SIEVE in opened or CURVE in opened) and curve not in asked:
            asked -= {each for each in asked if each[0] == kind}  # another count takes the place of the one before
            asked.add(curve)
            requests.append(FindCurve(kind, sieving.pictures, number))
        if FLIPS in opened and hall.xray.sought != flips and world.time - sieving.rests[1] >= REST:
            hall.xray.sought = flips
            requests.append(FindFlips(sieving.sieve, sieving.pictures, number))
    return requests


def _thumbnails(world: World) -> list[Request]:
    """The pictures of the first answers that flip, as far as nobody has them as yet."""
    told = [hall.xray.flips.flips[: MOST // len(world.halls)] for hall in world.halls if hall.xray.flips is not None]
    numbers = world.catalogue.numbers
    missing = list(dict.fromkeys(flip.place for flips in told for flip in flips if flip.place not in numbers))
    return borrow(world, missing) if missing else []
