"""The curve of a kind of sieve: how much each network's scores change at each amount, its untrained twin's dashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import dist, log

from vrcnn.engine.xray_messages import CurvePoint
from vrcnn.scene.hall import Hall
from vrcnn.scene.intents import Intent
from vrcnn.scene.sieve_panel_intents import ChooseSieve
from vrcnn.scene.sieve_wording import AXES, CHANGE, DASHED
from vrcnn.scene.world import World
from vrcnn.susceptibility.sieve import AMOUNTS
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import Pen
from vrcnn.ui.theme import SMALL

LINES = ("convolution", "resample", "merge", "pooling", "linear", "text")  # roles, a network each
LEFT, FOOT, HEAD = 50.0, 56.0, 30.0  # points: for the numbers at the left, for the amounts, for the title above
INSIDE = 16.0  # points between the plot's edge and the first amount
DASH, PAUSE = 9.0, 7.0  # points
DOT = 5.0  # points, half of a mark's size
LEAST_TOP = 1.15  # of the axis, so that 1 is always on it
NUMBERS = SMALL * 0.96
NEAR = 26.0  # points from a mark within which the pointer asks for its number


def role_of(number: int) -> str:
    """The colour of the network of this number."""
    return LINES[number % len(LINES)]


def mark(pen: Pen, x: float, y: float, number: int, size: float = DOT) -> None:
    """A network's mark, which tells it apart without its colour: round, square, and so on."""
    role, half = role_of(number), size * (1.0 if number % 2 == 0 else 0.88)
    area = Area(x - half, y - half, x + half, y + half)
    pen.fill(area, role, half if number % 2 == 0 else 0.0)
    if number // 2 % 2:
        inside = 0.45 * half
        pen.fill(Area(x - inside, y - inside, x + inside, y + inside), "panel", inside if number % 2 == 0 else 0.0)


def draw_plot(pen: Pen, world: World, area: Area, titled: bool = True) -> list[Intent]:
    """The curves of all networks over the amounts of the present kind; a press or a drag chooses an amount."""
    sieve = world.sieving.sieve
    amounts, (axis, _) = AMOUNTS[sieve.kind], AXES[sieve.kind]
    foot = FOOT if titled else FOOT - 26.0
    plot = Area(area.left + LEFT, area.top + HEAD, area.right, area.bottom - foot)
    pen.fill(plot, "track", 4.0, 0.35)
    pen.text(
        area.left,
        area.top,
        CHANGE if titled else CHANGE.partition(";")[0],
        "muted",
        NUMBERS,
        room=area.right - area.left,
    )
    if any(point.untrained is not None for hall in world.halls for point in _points(hall, sieve.kind)):
        pen.text(area.right, area.top, DASHED, "muted", NUMBERS, align=1.0)
    curves = [_points(hall, sieve.kind) for hall in world.halls]
    top = _top(curves)
    _draw_height(pen, plot, top)
    places = [_across(plot, amounts, amount) for amount in amounts]
    _draw_amounts(pen, plot, amounts, places, sieve.amount)
    if titled:
        middle = (plot.left + plot.right) / 2
        pen.text(middle, area.bottom - 26, axis, "muted", NUMBERS, align=0.5, room=plot.right - plot.left + LEFT)
    for number, points in enumerate(curves):
        _draw_curve(pen, plot, amounts, top, number, points)
    over, _ = pen.felt("plot", Area(plot.left, plot.top, plot.right, plot.bottom + 24))
    at = _across(plot, amounts, sieve.amount)
    _draw_present(pen, plot, at)
    if pen.pointer is None or not over:
        return []
    if not (pen.pressed or pen.held):
        _tell_nearest(pen, world, plot, amounts, top, curves)
        return []
    x = pen.pointer[0]
    nearest = min(range(len(amounts)), key=lambda place: abs(places[place] - x))
    return [] if amounts[nearest] == sieve.amount else [ChooseSieve(replace(sieve, amount=amounts[nearest]))]


def _points(hall: Hall, kind: str) -> Sequence[CurvePoint]:
    curve = hall.xray.curves.get(kind)
    return () if curve is None else curve.points


def _top(curves: Sequence[Sequence[CurvePoint]]) -> float:
    """The highest value on the axis."""
    values = [each for points in curves for point in points for each in (point.value, point.untrained or 0.0)]
    return max([LEAST_TOP, *(1.08 * value for value in values)])


def _across(plot: Area, amounts: Sequence[float], amount: float) -> float:
    """Where an amount is: amounts of one ratio are equally far apart."""
    first, last = log(amounts[0]), log(amounts[-1])
    share = (log(min(max(amount, amounts[0]), amounts[-1])) - first) / (last - first)
    return plot.left + INSIDE + share * (plot.right - plot.left - 2 * INSIDE)


def _up(plot: Area, value: float, top: float) -> float:
    return plot.bottom - value / top * (plot.bottom - plot.top)


def _draw_height(pen: Pen, plot: Area, top: float) -> None:
    """The axis of the values; 1 is as much as the scores of the pictures differ."""
    step = next(step for step in (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 1e9) if top / step <= 5)
    for number in range(int(top / step) + 1):
        value = number * step
        y, whole = _up(plot, value, top), abs(value - 1.0) < 1e-9
        thick = 1.1 if whole else 0.6
        pen.fill(Area(plot.left, y - thick, plot.right, y + thick), "muted" if whole else "frame", 0.0, 0.8)
        pen.text(plot.left - 10, y - 13, f"{value:g}", "text" if whole else "muted", NUMBERS, align=1.0)


def _draw_amounts(pen: Pen, plot: Area, amounts: Sequence[float], places: Sequence[float], present: float) -> None:
    """A stroke for each amount, and the numbers that there is room for; the present one always has its own."""
    taken: list[tuple[float, float]] = []
    order = sorted(range(len(amounts)), key=lambda n: (amounts[n] != present, n % 2, n))
    for number in order:
        x, words, chosen = places[number], f"{amounts[number]:g}", amounts[number] == present
        pen.fill(Area(x - 0.8, plot.bottom, x + 0.8, plot.bottom + 6), "muted", 0.0)
        half = pen.width(words, NUMBERS, chosen) / 2 + 5
        if all(x + half <= left or x - half >= right for left, right in taken):
            taken.append((x - half, x + half))
            pen.text(x, plot.bottom + 7, words, "text" if chosen else "muted", NUMBERS, chosen, align=0.5)


def _draw_curve(
    pen: Pen, plot: Area, amounts: Sequence[float], top: float, number: int, points: Sequence[CurvePoint]
) -> None:
    role = role_of(number)
    own = [(_across(plot, amounts, point.sieve.amount), _up(plot, point.value, top)) for point in points]
    twin = [
        (_across(plot, amounts, point.sieve.amount), _up(plot, point.untrained, top))
        for point in points
        if point.untrained is not None
    ]
    for begin, end in dashes(twin):
        pen.line((begin, end), role, 2.2, 0.85)
    if len(own) > 1:
        pen.line(own, role, 3.0)
    for x, y in own:
        mark(pen, x, y, number)


def dashes(points: Sequence[tuple[float, float]]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The strokes of a dashed line through points; the pattern goes on around its corners."""
    found = []
    gone = 0.0
    for (ax, ay), (bx, by) in pairwise(points):
        length = dist((ax, ay), (bx, by))
        at = 0.0
        while at < length:
            phase = gone % (DASH + PAUSE)
            step = min((DASH if phase < DASH else DASH + PAUSE) - phase, length - at) or DASH
            if phase < DASH:
                shares = at / length, (at + step) / length
                begin, end = ((ax + share * (bx - ax), ay + share * (by - ay)) for share in shares)
                found.append((begin, end))
            at, gone = at + step, gone + step
    return found


def _draw_present(pen: Pen, plot: Area, at: float) -> None:
    """The present amount, with a knob on the axis."""
    pen.fill(Area(at - 1.2, plot.top, at + 1.2, plot.bottom), "accent", 0.0, 0.9)
    pen.fill(Area(at - 9, plot.bottom - 9, at + 9, plot.bottom + 9), "accent", 9.0)


def _tell_nearest(
    pen: Pen,
    world: World,
    plot: Area,
    amounts: Sequence[float],
    top: float,
    curves: Sequence[Sequence[CurvePoint]],
) -> None:
    """In the plot's corner, the value of the mark that the pointer is nearest to."""
    assert pen.pointer is not None
    near = [
        (dist(pen.pointer, (_across(plot, amounts, point.sieve.amount), _up(plot, point.value, top))), number, point)
        for number, points in enumerate(curves)
        for point in points
    ]
    away, number, point = min(near, key=lambda each: each[0], default=(NEAR, 0, None))
    if point is None or away >= NEAR:
        return
    name = f"{world.halls[number].network}: " if len(world.halls) > 1 else ""
    words = f"{name}{point.value:.3f} at {point.sieve.amount:g}, {100 * point.flips:.0f} % flip"
    width = pen.width(words, NUMBERS) + 20
    left = min(max(pen.pointer[0] - width / 2, plot.left), plot.right - width)
    y = pen.pointer[1] - 44 if pen.pointer[1] - 44 > plot.top else pen.pointer[1] + 18
    pen.fill(Area(left, y, left + width, y + 30), "panel", 6.0, 0.94)
    pen.text(left + 10, y + 2, words, "text", NUMBERS)
