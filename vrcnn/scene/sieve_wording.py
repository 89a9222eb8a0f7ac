"""What is said of the sieve: its curve in plain words, the answers that flip, what its axis counts."""

from __future__ import annotations

from vrcnn.engine.xray_messages import CurvePoint, FlipsTold
from vrcnn.scene.hall import Hall
from vrcnn.scene.wording import counted, percent
from vrcnn.scene.world import World
from vrcnn.susceptibility.sieve import Sieve

AXES = {  # what the amounts of a kind count, and where on their axis it takes more
    "low-pass": ("cut-off in cycles per pixel: less is left towards the left", "c/px"),
    "shift": ("shift in pixels", "px"),
    "windows": ("side of the windows in pixels", "px"),
    "patches": ("side of the patches in pixels: more is torn towards the left", "px"),
    "noise": ("middle of the band in cycles per pixel", "c/px"),
}
CHANGE, DASHED = "change of the scores; 1: their spread over pictures", "dashed: untrained"
WAITS, NO_CURVE, NO_CURVE_WHY = "on its way", "no curve", "no curve: stopped, or not measurable"
NO_SET = "There are no pictures to measure the curve over, only the one on the easel."


def doing(sieve: Sieve) -> str:
    """What the sieve does, as the beginning of a sentence: "Moving the picture by 1 px"."""
    amount = f"{sieve.amount:g}"
    return {
        "low-pass": f"Blurring the picture (low-pass {amount} c/px)",
        "shift": f"Moving the picture by {amount} px",
        "windows": f"Shuffling the pixels within windows of {amount} px",
        "patches": f"Shuffling patches of {amount} px",
        "noise": f"Adding noise around {amount} c/px",
    }[sieve.kind]


def point_at(hall: Hall, sieve: Sieve) -> CurvePoint | None:
    """Of the curve, where the sieve is now; None where that is not known as yet."""
    curve = hall.xray.curves.get(sieve.kind)
    points = () if curve is None else curve.points
    return next((point for point in points if abs(point.sieve.amount - sieve.amount) < 1e-9), None)


def told_of(world: World, number: int) -> str:
    """One network at the present amount: "0.21 times, its untrained twin 1.07 times"."""
    hall, sieving = world.halls[number], world.sieving
    point = point_at(hall, sieving.sieve)
    if point is None:
        return _missing(world, number)
    twin = "" if point.untrained is None else f", its untrained twin {times(point.untrained)}"
    return f"{times(point.value)}{twin}"


def told_short(world: World, number: int) -> str:
    """The same where there is little room: "0.21 (untrained 1.07)"."""
    point = point_at(world.halls[number], world.sieving.sieve)
    if point is None:
        return _missing(world, number, NO_CURVE)
    return f"{point.value:.2f}" + ("" if point.untrained is None else f" (untrained {point.untrained:.2f})")


def _missing(world: World, number: int, none: str = NO_CURVE_WHY) -> str:
    """Why a network has no value at the present amount."""
    hall, sieving = world.halls[number], world.sieving
    if (sieving.sieve.kind, sieving.pictures) not in hall.xray.asked or hall.inquiries:
        return WAITS
    known = hall.xray.curves.get(sieving.sieve.kind)
    return none if known is None or not known.points else "not measured at this amount"


def sentence(world: World) -> str:
    """What is seen of a network alone, or what the numbers of several mean."""
    if not world.catalogue.count:
        return NO_SET
    sieve, begin = world.sieving.sieve, doing(world.sieving.sieve)
    point = point_at(world.hall, sieve)
    if len(world.halls) > 1:
        return f"{begin} changes the scores so many times as much as they differ between pictures:"
    if point is None:
        return f"{begin}: {_missing(world, 0)}."
    twin = "" if point.untrained is None else f"; its untrained twin's {times(point.untrained)}"
    words = f"{begin} changes this network's scores {times(point.value)} as much as they differ between pictures{twin}."
    return f"{words} Over {counted(point.pictures, 'picture')}."


def notes(world: World) -> str:
    """What is said beside the curve of the network where the visitor is, such as why it has no untrained twin."""
    curve = world.hall.xray.curves.get(world.sieving.sieve.kind)
    if curve is None:
        return ""
    skipped = [f"{counted(curve.skipped, 'picture')} could not be used."] if curve.skipped else []
    return " ".join((*skipped, *curve.notes))


def times(value: float) -> str:
    """How often: "0.21 times"."""
    return f"{value:.2f} times"


def flips_told(told: FlipsTold, twin: bool = True) -> str:
    """As "12 of 64 answers flip (untrained twin: 40 of 64)"; while they are found, of how many so far."""
    used, untrained = told.done - told.skipped, told.flipped_untrained
    beside = "" if untrained is None or not twin else f" (untrained twin: {untrained:,} of {used:,})"
    verb = "flips" if len(told.flips) == 1 else "flip"
    return f"{len(told.flips):,} of {used:,} answers {verb}{beside}"


def behind_lines(hall: Hall) -> tuple[str, str] | None:
    """While the answer is that behind a sieve: which, and the best class without it; None where it is behind none."""
    xray = hall.xray
    if xray.behind is None:
        return None
    if not xray.plain or hall.answer_kind != "classes":
        return f"Behind {xray.behind.told}", ""
    best, now = xray.plain[0], hall.scores[0] if hall.scores else None
    same = "Without it too" if now is not None and now.index == best.index else "Without it"
    return f"Behind {xray.behind.told}", f"{same}: {best.label} {percent(best.probability)}"
