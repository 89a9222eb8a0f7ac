"""The pages of the results about all pictures: the figures, the confusion matrix, the mistakes, the classes."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import numpy as np

from vrcnn.engine.metrics import ClassRow, Confusion, class_rows, confusions, summary
from vrcnn.engine.results import TOP, Results
from vrcnn.scene.confusion_board import matrix_shown
from vrcnn.scene.confusion_matrix import Matrix, picture_of
from vrcnn.scene.intents import CancelInquiry, Intent
from vrcnn.scene.results_acting import evaluating
from vrcnn.scene.results_intents import Evaluate, FilterShelf
from vrcnn.scene.shelf_filter import ShelfFilter
from vrcnn.scene.theme import THEMES
from vrcnn.scene.wording import counted, rate, time_left
from vrcnn.scene.world import World
from vrcnn.ui.events import Area
from vrcnn.ui.inspect_look import wrapped
from vrcnn.ui.panel_pen import BUTTON, GAP, Pen, columns
from vrcnn.ui.theme import BODY, SMALL

ROW, FIGURE, SENTENCE = 40.0, 34.0, 28.0  # points, from one line to the next
NAMES = 150.0  # points, for the classes' names beside the matrix
BROKEN = 3  # pictures that are named
NO_LABELS = (
    "Nothing says what these pictures show: put them into a folder for each class, or give a torch Dataset of "
    "(picture, label). They can be evaluated all the same, to find those of which the network is least sure."
)
NO_PICTURES = "This network reads no pictures, so there is nothing to evaluate."
NOTHING = "Nothing as yet: evaluate all pictures first."
T = TypeVar("T")
Page = tuple[list[Intent], int]  # what was asked for; how many rows there are to scroll


def draw_set(pen: Pen, world: World, area: Area, first: int) -> Page:
    """How far the evaluation is, what it comes to, and what can be put on the shelf."""
    results, here = world.hall.results, world.here
    if not world.catalogue.count:
        _sentence(pen, area, area.top, NO_PICTURES)
        return [], 0
    y = area.top
    if results is not None:
        y = _sentence(pen, area, y, results.how)
        y = _figures(pen, area, y + 10, results)
        y = _broken(pen, world, area, y + 6, results)
    elif not world.catalogue.labelled:
        y = _sentence(pen, area, y, NO_LABELS)
    else:
        y = _sentence(pen, area, y, f"{counted(world.catalogue.count, 'picture')} with labels.")
    running, foot = evaluating(world, here), Area(area.left, area.bottom - BUTTON, area.right, area.bottom)
    if running is not None:
        return _progress(pen, world, running, foot), 0
    wishes: list[Intent] = []
    words = "Evaluate all" if results is None else "Evaluate again"
    if pen.button("evaluate", foot, words):
        wishes.append(Evaluate(here))
    if results is not None:
        row = Area(area.left, foot.top - GAP - BUTTON, area.right, foot.top - GAP)
        asked = (
            ("Wrong ones", ShelfFilter(outcome="wrong", order="most sure", hall=here), results.labelled),
            ("Least sure", ShelfFilter(order="least sure", hall=here), True),
            ("All back", None, world.shelf.selection is not None),
        )
        for (name, wanted, usable), place in zip(asked, columns(row, len(asked)), strict=True):
            if pen.button(name, place, name, usable=usable, size=SMALL * 1.08):
                wishes.append(FilterShelf(wanted))
        pen.text(area.left, row.top - 34, "On the shelf:", "muted", SMALL)
    return wishes, 0


def draw_matrix(pen: Pen, world: World, area: Area, first: int) -> Page:
    """The confusion matrix; a press on a cell puts its pictures on the shelf."""
    matrix = matrix_shown(world)
    if matrix is None:
        _sentence(pen, area, area.top, _nothing(world))
        return [], 0
    rows, columns = len(matrix.rows), len(matrix.columns)
    side = min(area.right - area.left - NAMES, area.bottom - area.top - 44)
    wide, high = side if rows == columns else area.right - area.left - NAMES, side
    field = Area(area.right - wide, area.top, area.right, area.top + high)
    pen.picture("matrix", _picture(matrix, world.theme), field)
    across, down, told, wishes = wide / columns, high / rows, "", []
    size = min(BODY, 0.5 * down)
    for row, name in enumerate(matrix.rows):
        y = field.top + (row + 0.5) * down - 0.78 * size
        pen.text(field.left - 12, y, name, "text", size, align=1.0, room=NAMES - 20)
        for column in range(columns):
            left, top = field.left + column * across, field.top + row * down
            place = Area(left, top, left + across, top + down)
            _number(pen, matrix, row, column, place)
            over = _is_over(pen, place)
            pen.buttons.append((f"cell {row} {column}", place))
            if over:
                pen.rim(place, "accent", 3.0)
                told = matrix.words(row, column)
                if pen.pressed:
                    wishes.append(FilterShelf(matrix.filter(row, column, world.here)))
    words = told or "Rows are what pictures show, columns what they were taken for."
    pen.text(area.left, area.bottom - 28, words, "text" if told else "muted", SMALL, room=area.right - area.left)
    return list(wishes), 0


def draw_pairs(pen: Pen, world: World, area: Area, first: int) -> Page:
    """The mistakes, the most frequent ones first; a press puts their pictures on the shelf."""
    results = world.hall.results
    found = [] if results is None else _mistakes(results)
    if results is None or not found:
        none_wrong = results is not None and bool(results.counted.any())
        _sentence(pen, area, area.top, "Nothing is taken for anything else." if none_wrong else _nothing(world))
        return [], 0
    wishes: list[Intent] = []
    for pair, row in _rows(pen, area, found, first):
        over = _pressable(pen, f"pair {pair.true} {pair.predicted}", row)
        figure = f"{pair.count:,} of {pair.pictures:,}"
        room = row.right - row.left - pen.width(figure) - 30
        pen.text(row.left + 8, row.top + 4, _taken(pen, results.names[pair.true], results.names[pair.predicted], room))
        pen.text(row.right - 8, row.top + 4, figure, "muted", align=1.0)
        share = pair.count / found[0].count
        pen.fill(
            Area(row.left + 8, row.bottom - 6, row.left + 8 + share * (row.right - row.left - 16), row.bottom - 3),
            "failed",
            1.5,
        )
        if over and pen.pressed:
            wanted = ShelfFilter(true=pair.true, predicted=pair.predicted, order="most sure", hall=world.here)
            wishes.append(FilterShelf(wanted))
    return wishes, len(found)


def draw_classes(pen: Pen, world: World, area: Area, first: int) -> Page:
    """Every class that occurs, with recall and precision; a press puts its pictures on the shelf."""
    results = world.hall.results
    rows = [] if results is None else _classes(results)
    if not rows:
        _sentence(pen, area, area.top, _nothing(world))
        return [], 0
    wishes: list[Intent] = []
    edges = [area.right - 8 - number * 122 for number in (2, 1, 0)]
    for edge, name in zip(edges, ("pictures", "recall", "precision"), strict=True):
        pen.text(edge, area.top, name, "muted", SMALL, align=1.0)
    below = Area(area.left, area.top + 30, area.right, area.bottom)
    for each, row in _rows(pen, below, rows, first):
        over = _pressable(pen, f"class {each.index}", row)
        pen.text(row.left + 8, row.top + 4, each.name, room=edges[0] - row.left - 90)
        figures = f"{each.pictures:,}", _share(each.recall), _share(each.precision)
        for edge, figure in zip(edges, figures, strict=True):
            pen.text(edge, row.top + 4, figure, align=1.0)
        if over and pen.pressed:
            wishes.append(FilterShelf(ShelfFilter(true=each.index, order="least sure", hall=world.here)))
    return wishes, len(rows)


def _nothing(world: World) -> str:
    results = world.hall.results
    if results is None:
        return NOTHING
    return results.how if not results.labelled else "No picture with a label was judged as yet."


def _figures(pen: Pen, area: Area, y: float, results: Results) -> float:
    total = _summary(results)
    figures = [("Right", total.accuracy), ("Mean confidence", total.confidence)]
    if len(results.names) > TOP:
        figures.insert(1, ("Among the first 5", total.top5))
    told = [(name, _share(value)) for name, value in figures if value is not None]
    if total.calibration is not None:
        told.append(("Calibration error", f"{100 * total.calibration:.1f} %"))
    told.append(("Judged", f"{total.judged:,} of {results.total:,}"))
    for name, figure in told:
        pen.text(area.left, y + 2, name, "muted", SMALL)
        pen.text(area.left + 230, y, figure, strong=name == "Right")
        y += FIGURE
    return y


def _broken(pen: Pen, world: World, area: Area, y: float, results: Results) -> float:
    """Those that could not be judged, by name."""
    if not results.broken:
        return y
    pen.text(area.left, y, f"{len(results.broken):,} could not be judged:", "failed", SMALL)
    for place, reason in results.broken[:BROKEN]:
        y += SENTENCE
        words = f"{world.catalogue.described.names[place]} {reason}"
        pen.text(area.left, y, words, "muted", SMALL, room=area.right - area.left)
    return y + SENTENCE


def _progress(pen: Pen, world: World, number: int, area: Area) -> list[Intent]:
    status = world.hall.inquiries[number]
    left = "" if status.seconds_left is None else f", {time_left(status.seconds_left)} left"
    words = f"{status.done:,} of {status.total:,}{left}" if status.total else "It waits for its turn."
    pen.text(area.left, area.top - 2, words)
    end = area.right - 150
    share = status.done / status.total if status.total else None
    pen.bar(Area(area.left, area.bottom - 20, end - GAP, area.bottom - 8), share)
    cancelled = pen.button("cancel", Area(end, area.top, area.right, area.bottom), "Cancel")
    return [CancelInquiry(number, world.here)] if cancelled else []


def _number(pen: Pen, matrix: Matrix, row: int, column: int, place: Area) -> None:
    count = f"{matrix.counts[row, column]:,}"
    size = min(BODY, 0.36 * min(place.right - place.left, place.bottom - place.top))
    if matrix.counts[row, column] and size > 7 and pen.width(count, size) < place.right - place.left - 4:
        middle = (place.left + place.right) / 2, (place.top + place.bottom) / 2 - 0.78 * size
        role = "panel" if matrix.strength[row, column] > 0.6 else "text"
        pen.text(*middle, count, role, size, align=0.5)


def _is_over(pen: Pen, place: Area) -> bool:
    return pen.pointer is not None and place.holds(*pen.pointer) and not pen.hidden(*pen.pointer)


def _pressable(pen: Pen, name: str, row: Area) -> bool:
    over, flash = pen.felt(name, row)
    if over or flash:
        pen.fill(row, "frame" if not flash else "accent", 6.0, 0.7)
    return over


def _rows(pen: Pen, area: Area, found: list[T], first: int) -> list[tuple[T, Area]]:
    """Those that there is room for from number `first` on, with their places, and below them which these are."""
    most = int((area.bottom - 30 - area.top) / ROW)
    if len(found) > most:
        words = f"{first + 1} to {min(len(found), first + most)} of {len(found):,}: scroll for the others"
        pen.text(area.left + 8, area.bottom - 26, words, "muted", SMALL)
    tops = [area.top + number * ROW for number in range(most)]
    return [
        (each, Area(area.left, top, area.right, top + ROW - 3))
        for each, top in zip(found[first : first + most], tops, strict=False)
    ]


def _sentence(pen: Pen, area: Area, y: float, words: str) -> float:
    for line in wrapped(pen, words, area.right - area.left, SMALL * 1.08):
        pen.text(area.left, y, line, "muted", SMALL * 1.08)
        y += SENTENCE
    return y


def _taken(pen: Pen, true: str, predicted: str, room: float) -> str:
    """Which is taken for which; of names too long for that the longer one is shortened first."""
    left = room - pen.width(" taken for ")
    most = max(left / 2, left - min(pen.width(true), pen.width(predicted)))
    return " taken for ".join(pen.style.fitted(name, most * pen.density) for name in (true, predicted))


def _share(value: float | None) -> str:
    return "–" if value is None else rate(value)


_summary = lru_cache(4)(summary)


@lru_cache(4)
def _mistakes(results: Results) -> list[Confusion]:
    return confusions(results)


@lru_cache(4)
def _classes(results: Results) -> list[ClassRow]:
    """The class with the least recall first."""
    return sorted(class_rows(results), key=lambda row: (row.recall is None, row.recall or 0.0, -row.pictures))


@lru_cache(4)
def _picture(matrix: Matrix, theme: str) -> np.ndarray:
    return picture_of(matrix, THEMES[theme])
