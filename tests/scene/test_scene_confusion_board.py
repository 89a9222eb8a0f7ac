"""The confusion board: its cells count what a plain loop counts, tell it, and put their pictures on the shelf."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from graphs import residual
from labelled import KINDS, evaluated, label
from visiting import Visit

from vrcnn.scene.acting import act
from vrcnn.scene.confusion_board import (
    board_surface,
    cell_control,
    confusion_controls,
    furnish_confusion,
    furnish_confusion_buttons,
    is_shown,
)
from vrcnn.scene.confusion_matrix import MOST, matrix_of, picture_of
from vrcnn.scene.geometry import Pose, Ray
from vrcnn.scene.hall import InquiryStatus
from vrcnn.scene.intents import CancelInquiry
from vrcnn.scene.picking import Picker
from vrcnn.scene.picture_numbers import CONFUSION
from vrcnn.scene.requests import StopInquiry
from vrcnn.scene.results_acting import EVALUATING
from vrcnn.scene.results_intents import Evaluate, FilterShelf
from vrcnn.scene.results_requests import EvaluateAll
from vrcnn.scene.theme import THEMES
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import Target, World


@pytest.fixture
def world() -> World:
    world = Visit(residual()).world
    label(world)
    world.hall.results = evaluated()
    return world


def test_the_cells_count_what_a_plain_loop_counts():
    results = evaluated()
    matrix = matrix_of(results)
    assert matrix.rows == matrix.columns == KINDS
    for row in range(4):
        for column in range(4):
            found = [p for p in range(400) if (results.true[p], results.predicted[p]) == (row, column)]
            assert matrix.counts[row, column] == len(found)
    assert matrix.pictures.tolist() == [int((results.true[results.judged] == row).sum()) for row in range(4)]


@pytest.mark.parametrize("classes", [2, 7, 24, 25, 100, 1000])
def test_of_many_classes_those_of_the_worst_confusions_are_shown(classes: int):
    names = tuple(f"class {number}" for number in range(classes))
    results = evaluated(6 * classes, names=names)
    matrix = matrix_of(results)
    assert matrix.shown == min(classes, MOST)
    occurring = {*results.true[results.counted].tolist(), *results.predicted[results.counted].tolist()}
    assert matrix.occurring == len(occurring)
    wrong = results.counted & (results.true != results.predicted)
    pairs, counts = np.unique(np.stack([results.true[wrong], results.predicted[wrong]]), axis=1, return_counts=True)
    if (counts == counts.max()).sum() <= MOST // 2:
        assert set(pairs[:, counts == counts.max()].ravel().tolist()) <= {*matrix.true, *matrix.predicted}
    for theme in THEMES.values():
        pixels = picture_of(matrix, theme)
        assert pixels.dtype == np.uint8
        assert max(pixels.shape) <= 512
        assert (pixels[..., 3] == 255).all()


def test_rows_are_what_pictures_show_and_columns_what_they_were_taken_for():
    names = tuple(f"class {number}" for number in range(12))
    results = evaluated(120, names=names)
    few = replace(results, true=np.where(results.true < 3, results.true, -1).astype(np.int32))
    matrix = matrix_of(few)
    assert matrix.true == (0, 1, 2)
    assert set(matrix.predicted) == set(few.predicted[few.counted].tolist())
    assert matrix.predicted[:3] == (0, 1, 2), "those that are both come first, in the same order"
    assert matrix.counts.sum() == few.counted.sum()


def test_its_picture_has_the_larger_share_in_the_stronger_colour():
    matrix = matrix_of(evaluated())
    pixels, theme = picture_of(matrix, THEMES["dark"]), THEMES["dark"]
    side = len(pixels) // len(matrix.rows)
    middles = pixels[side // 2 :: side, side // 2 :: side, :3].astype(float) / 255

    def away(row: int, column: int) -> float:
        return float(np.abs(middles[row, column] - np.array(theme["track"])).sum())

    wrong = [(matrix.counts[0, column] / matrix.pictures[0], away(0, column)) for column in (1, 2, 3)]
    assert [share for share, _ in sorted(wrong)] == [share for share, _ in sorted(wrong, key=lambda each: each[1])]


def test_a_press_on_a_cell_puts_its_pictures_on_the_shelf(world: World):
    tools = Tools()
    matrix = matrix_of(world.hall.results)
    surface = next(each.surface for each in confusion_controls(world) if each.kind == "confusion")
    x, y = 1.5 / 4 - 0.5, 0.5 - 0.5 / 4  # the first row, the second column
    before = surface.pose @ Pose((x * surface.width, y * surface.height, 0.8))
    target = Picker().pick(world, Ray.of(before))
    assert target is not None
    assert target.control is not None
    assert target.control.hint == f"cat taken for dog: {matrix.counts[0, 1]} of {matrix.pictures[0]}"
    world.hands["right"].target = target
    tools._select(world, "right")
    selection = world.shelf.selection
    assert selection is not None
    assert len(selection.places) == matrix.counts[0, 1]
    assert selection.words == f"{matrix.counts[0, 1]} of 400: cat taken for dog, most sure first"


def test_it_is_there_only_where_there_is_something_to_tell():
    world = Visit(residual()).world
    assert not is_shown(world)
    assert confusion_controls(world) == []
    assert not furnish_confusion(world).boxes
    label(world)
    assert is_shown(world)
    assert [control.intent for control in confusion_controls(world)] == [Evaluate(0)]
    told = " ".join(each.text for each in furnish_confusion(world).labels)
    assert "400 pictures with labels" in told
    assert not furnish_confusion(world).images


def test_what_runs_can_be_cancelled_on_it(world: World):
    assert act(world, Evaluate(0)) == [EvaluateAll(0)]
    world.hall.inquiries[7] = InquiryStatus(EVALUATING, 100, 400, 3.0)
    first = confusion_controls(world)[0]
    assert first.intent == CancelInquiry(7, 0)
    assert any("25 %" in each.text for each in furnish_confusion_buttons(world).labels)
    assert act(world, Evaluate(0)) == [StopInquiry(7, 0), EvaluateAll(0)], "another one begins anew"


def test_labels_that_are_no_classes_are_told_instead_of_a_matrix(world: World):
    results = world.hall.results
    world.hall.results = replace(
        results, labelled=False, true=np.full(400, -1, np.int32), how="None of the folders is."
    )
    drawn = furnish_confusion(world)
    assert not drawn.images
    assert any("None of the folders is." in each.text for each in drawn.labels)
    assert cell_control(world, Target("confusion", 0, 1.0, (0.0, 0.0, 0.0), 0.5, 0.5)) is None


def test_everything_on_it_lies_within_it(world: World):
    board, drawn = board_surface(world), furnish_confusion(world)
    assert [image.picture for image in drawn.images] == [CONFUSION]
    for each in (*drawn.labels, *furnish_confusion_buttons(world).labels):
        x, y, _ = (board.pose.inverse() @ each.pose).position
        assert abs(x) < board.width / 2
        assert abs(y) < board.height / 2
    assert isinstance(confusion_controls(world)[-1].intent, FilterShelf)
