"""The lit path of a channel: from tile to tile, as wide and bright as its share; it follows its walls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from graphs import residual
from visiting import Visit

from vrcnn.inspection.results import Layer, Path, PathLink, Question
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.hall import FOLDED_AT
from vrcnn.scene.intents import FoldWall, HideWall
from vrcnn.scene.lit_path import COOL, WARM, colour_of, furnish_lit, lit_key
from vrcnn.scene.picking import tile_surface
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import Target


@pytest.fixture
def visit() -> Visit:
    return Visit(residual())


def light(visit: Visit, *links: tuple[int, int, int, int, float, float | None]) -> Path:
    """Lights links (position of the source's wall, channel, of the target's wall, channel, flow, contribution)."""
    hall = visit.hall
    tensors = [hall.tensor_of(wall.node) for wall in hall.walls]
    last = links[0]
    layer = Layer("", "", tensors[last[2]], (), "", (), "", "", 0, "", 1)
    path = Path(
        layer,
        last[3],
        tuple(PathLink(tensors[s], a, tensors[t], b, flow, flow, told, "conv") for s, a, t, b, flow, told in links),
        3,
    )
    question = Question("path", layer.tensor, last[3])
    hall.inspection.path = question
    hall.inspection.asked.append(question)
    hall.inspection.answer(question, path)
    return path


def tile(visit: Visit, wall: int, place: int) -> tuple[float, float, float]:
    """The middle of a tile in the hall, as a hand that points at it finds it."""
    shown = visit.hall.walls[wall]
    row, column = divmod(place, shown.columns)
    across, down = (column + 0.5) / shown.columns, (row + 0.5 - shown.first_row) / shown.rows_shown
    surface = tile_surface(shown, Target("wall", wall, 1.0, (0.0, 0.0, 0.0), across, down, tile=place))
    return shown.placing.apply(surface.pose.position)


def test_bands_lead_from_tile_to_tile(visit):
    light(visit, (1, 3, 2, 5, 0.6, 0.2), (0, 0, 1, 3, 0.6, -0.1))
    drawn = furnish_lit(visit.world, 0)
    assert len(drawn.ribbons) == 2
    for ribbon, (source, a, target, b) in zip(drawn.ribbons, ((1, 3, 2, 5), (0, 0, 1, 3)), strict=True):
        assert ribbon.points[0] == pytest.approx(tile(visit, source, a), abs=0.05)
        assert ribbon.points[-1] == pytest.approx(tile(visit, target, b), abs=0.05)
        assert ribbon.points[:, 1].max() > 2.0, "over the heads"
    assert len(drawn.boxes) == 3 * 4, "an outline around each of three tiles"


def test_the_stronger_a_link_the_wider_and_brighter_it_is(visit):
    light(visit, (1, 3, 2, 5, 0.6, 0.2), (1, 4, 2, 5, 0.05, 0.2))
    strong, weak = furnish_lit(visit.world, 0).ribbons
    assert strong.width > 1.5 * weak.width
    assert sum(strong.role) > 1.2 * sum(weak.role)


def test_what_raises_is_warm_what_lowers_is_cool_and_what_hands_on_is_neither():
    link = PathLink(0, 0, 1, 0, 1.0, 1.0, 0.5, "conv")
    for theme in THEMES.values():
        assert colour_of(link, theme) == WARM[theme.name]
        assert colour_of(replace(link, contribution=-0.5), theme) == COOL[theme.name]
        assert colour_of(replace(link, contribution=None), theme) == theme["text"]


def test_it_follows_walls_that_are_moved_folded_and_hidden(visit):
    light(visit, (1, 3, 2, 5, 0.6, 0.2))
    before, key = furnish_lit(visit.world, 0), lit_key(visit.world, 0)
    wall = visit.hall.walls[2]
    visit.before(wall)
    visit.do(FoldWall("mouse"))
    assert wall.folded
    while visit.hall.motion is not None and visit.world.time < visit.hall.motion.started + visit.hall.motion.seconds:
        visit.do(seconds=0.2)
    folded = furnish_lit(visit.world, 0)
    assert lit_key(visit.world, 0) != key
    assert folded.ribbons[0].points[-1] == pytest.approx(
        wall.placing.apply((0.0, FOLDED_AT - wall.rise, 0.0)), abs=0.05
    )
    assert (folded.ribbons[0].points[0] == before.ribbons[0].points[0]).all()
    assert len(folded.boxes) == 4
    visit.look((visit.hall.placing @ wall.placing).apply((0.0, FOLDED_AT - wall.rise, 0.0)))
    visit.do(HideWall("mouse"))
    assert wall.hidden
    visit.do(seconds=2.0)
    hidden = furnish_lit(visit.world, 0)
    assert len(hidden.ribbons) == 1
    assert len(hidden.boxes) == 4
    visit.hall.walls[1].pose = replace(visit.hall.walls[1].pose, position=(9.0, 1.4, -3.0))
    visit.hall.placing_revision += 1
    moved = furnish_lit(visit.world, 0)
    assert moved.ribbons[0].points[0] == pytest.approx(tile(visit, 1, 3), abs=0.05)
    assert np.linalg.norm(moved.ribbons[0].points[0] - before.ribbons[0].points[0]) > 1


def test_maps_in_another_order_are_lit_where_they_stand(visit):
    light(visit, (1, 3, 2, 5, 0.6, 0.2))
    wall = visit.hall.walls[1]
    key = lit_key(visit.world, 0)
    wall.order = np.roll(np.arange(wall.span.count, dtype=np.int32), 2)
    assert lit_key(visit.world, 0) != key
    assert furnish_lit(visit.world, 0).ribbons[0].points[0] == pytest.approx(tile(visit, 1, 5), abs=0.05)


def test_nothing_is_lit_without_a_path_and_the_group_is_made_anew_with_one(visit):
    furnisher = Furnisher()
    dark = furnisher.furnish(visit.world)["lit 0"]
    assert not dark.ribbons
    light(visit, (1, 3, 2, 5, 0.6, 0.2))
    lit = furnisher.furnish(visit.world)["lit 0"]
    assert len(lit.ribbons) == 1
    assert furnisher.furnish(visit.world)["lit 0"] is lit
    visit.hall.inspection.drop(visit.hall.inspection.path)
    assert not furnisher.furnish(visit.world)["lit 0"].ribbons
