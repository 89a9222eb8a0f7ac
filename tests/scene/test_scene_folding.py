"""Runs of equal blocks: a sign where they begin, sheets behind the walls that stand for several."""

from dataclasses import replace

from graphs import repeated

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Run
from vrcnn.scene.build import build_world
from vrcnn.scene.folding import MOST_SHEETS, furnish_fold, sheets
from vrcnn.scene.layouts.standing import PATH_HALF_WIDTH


def world_of(graph):
    return build_world("test", graph, plan_maps(graph.nodes), ["a.jpg"])


def test_a_sign_stands_beside_the_path_before_the_run_s_first_wall():
    for folded in (True, False):
        world = world_of(repeated(folded))
        (fold,) = world.hall.folds
        first = max(world.hall.wall_of(node).spot.z for node in fold.run.nodes)
        x, y, z = fold.pose.position
        assert first < z < first + 1
        assert 0.6 < abs(x) + fold.width / 2 <= PATH_HALF_WIDTH
        assert 0.7 < y < 1.2, "low, so that it hides no maps"


def test_the_sign_tells_the_count_the_kind_the_blocks_and_what_a_press_does():
    for folded, word in ((True, "open"), (False, "fold")):
        _, labels, _ = furnish_fold(world_of(repeated(folded)).hall.folds[0])
        assert [label.text for label in labels] == ["×3", "Block", "stage.0 to stage.2", word]


def test_signs_of_runs_that_begin_together_stand_apart():
    graph = repeated(False)
    inner = Run("stage.0.a", "Layer", ("stage.0.a", "stage.0.b"), False, (1, 2))
    world = world_of(replace(graph, runs=(*graph.runs, inner, replace(inner, path="x"))))
    places = [fold.pose.position for fold in world.hall.folds]
    assert len({(x > 0, round(z, 3)) for x, _, z in places}) == 3


def test_the_walls_of_a_folded_run_stand_for_all_blocks_and_an_open_run_s_for_themselves():
    assert [wall.stands_for for wall in world_of(repeated()).hall.walls] == [1, 3, 3]
    assert {wall.stands_for for wall in world_of(repeated(False)).hall.walls} == {1}
    assert [wall.title for wall in world_of(repeated()).hall.walls] == ["stem", "stage.0–2.a", "stage.0–2.b"]


def test_a_sheet_for_each_further_block_up_to_a_few_all_behind_the_wall():
    wall = world_of(repeated()).hall.walls[1]
    outer = wall.width, wall.height
    few = sheets(wall, outer, 0.0)
    wall.stands_for = 40
    many = sheets(wall, outer, 0.0)
    assert len(few) / 2 == len(many) / MOST_SHEETS
    assert all(box.pose.position[2] < -0.03 for box in many)
    wall.stands_for = 1
    assert sheets(wall, outer, 0.0) == []
