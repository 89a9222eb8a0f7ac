"""What is done to a wall where it stands: its tiles are slid and made larger, it is folded and hidden, with buttons."""

from __future__ import annotations

import pytest
from graphs import node, residual
from visiting import Visit

from vrcnn.network.graph import Graph
from vrcnn.scene.anchors import Anchors, common_anchor, link_anchor, wall_anchor
from vrcnn.scene.arrangement import Arrangement
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.intents import (
    FoldWall,
    HideWall,
    Release,
    Scroll,
    Select,
    ShowHidden,
    ZoomTiles,
)
from vrcnn.scene.picking import Picker
from vrcnn.scene.wall_controls import bar_surface, buttons, thumb


@pytest.fixture
def visit() -> Visit:
    visit = Visit(residual())
    visit.world.shelf.width = visit.world.easel.width = visit.hall.board.width = 1e-6
    return visit


def large() -> Visit:
    """One wall of so many maps that it shows some of them at a time."""
    return Visit(Graph((node(0, "wide", (1, 6000, 8, 8)),), ()))


def test_the_wheel_slides_the_tiles_of_a_wall_and_picking_follows():
    visit = large()
    wall = visit.hall.walls[0]
    assert wall.windowed
    assert wall.width / wall.columns >= 0.06
    visit.before(wall)
    first = visit.world.hands["mouse"].target.tile
    visit.do(Scroll("mouse", -2.0))
    visit.do()
    rows = wall.first_row
    assert rows > 1
    _, share = divmod(visit.world.hands["mouse"].target.tile - first, wall.columns)
    assert share == 0, "the same column"
    assert (visit.world.hands["mouse"].target.tile - first) // wall.columns in (int(rows), int(rows) + 1)
    visit.do(Scroll("mouse", -1e6))
    assert wall.first_row + wall.rows_shown == pytest.approx(wall.rows)
    visit.do(Scroll("mouse", 1e6))
    assert wall.first_row == 0.0


def test_the_scrollbar_is_dragged_and_its_thumb_is_true():
    visit = large()
    wall = visit.hall.walls[0]
    placing = visit.hall.placing @ wall.placing
    x, _, _ = bar_surface(wall).pose.position
    middle, length = thumb(wall)
    assert length / wall.height == pytest.approx(wall.rows_shown / wall.rows)
    assert middle + length / 2 == pytest.approx(wall.height / 2), "at the top while the first row is shown"
    visit.before(wall)
    visit.look(placing.apply((x, middle + 0.2 * length, 0.0)))
    assert visit.world.hands["mouse"].target.kind == "scrollbar"
    visit.do(Select("mouse"))
    assert wall.first_row == pytest.approx(0.0, abs=1e-6), "a press on the thumb moves nothing"
    visit.look(placing.apply((x, middle + 0.2 * length - 0.25, 0.0)))
    visit.do()
    assert thumb(wall)[0] == pytest.approx(middle - 0.25, abs=1e-6)
    assert wall.first_row / wall.rows == pytest.approx(0.25 / wall.height, rel=1e-6)
    visit.do(Release("mouse"))
    assert len(visit.world.history.past) == 0 or visit.do() == []
    assert len(visit.world.history.past) == 1, "a drag is one step"
    visit.look(placing.apply((x, -wall.height / 2 + 0.001, 0.0)))
    visit.do(Select("mouse"))
    assert wall.first_row + wall.rows_shown == pytest.approx(wall.rows), "beside the thumb it comes there"


def test_zooming_keeps_the_tile_under_the_ray():
    visit = large()
    wall = visit.hall.walls[0]
    visit.before(wall, aside=0.1)
    visit.do(Scroll("mouse", -3.0))
    visit.do()
    columns = wall.columns
    for step in (1, 1, 1, -1, -1, -1):
        tile = visit.world.hands["mouse"].target.tile
        visit.do(ZoomTiles("mouse", step))
        visit.do()
        assert (wall.columns < columns) == (step > 0)
        assert visit.world.hands["mouse"].target.tile // wall.columns == tile // wall.columns
        columns = wall.columns
        aspect = (wall.width / wall.columns) / (wall.height / wall.rows_shown)
        assert aspect == pytest.approx(wall.full.width / wall.full.columns / (wall.full.height / wall.full.rows))
    for _ in range(30):
        visit.do(ZoomTiles("mouse", 1))
    assert 1.0 <= wall.rows_shown < 1.4
    for _ in range(40):
        visit.do(ZoomTiles("mouse", -1))
    assert (wall.columns, wall.rows, wall.rows_shown) == (wall.full.columns, wall.full.rows, wall.full.rows)


@pytest.mark.parametrize("places", [(0.0, 0.0), (3.7, 0.0), (12.5, -0.31)])
def test_every_tile_in_the_window_is_picked_where_it_is_drawn(places):
    visit = large()
    wall = visit.hall.walls[0]
    visit.before(wall)
    visit.do(Scroll("mouse", -places[0]))
    placing, picker = visit.hall.placing @ wall.placing, Picker()
    tile_height = wall.height / wall.rows_shown
    for row in range(int(wall.first_row), int(wall.first_row + wall.rows_shown) + 1):
        top = (row + 0.5 + places[1] - wall.first_row) * tile_height
        if 0 < top < wall.height:
            for column in (0, 7, wall.columns - 1):
                point = placing.apply(
                    ((column + 0.5) * wall.width / wall.columns - wall.width / 2, wall.height / 2 - top, 0)
                )
                target = picker.pick(visit.world, visit.ray(point))
                tile = row * wall.columns + column
                assert target.tile == (tile if tile < wall.span.count else None)


def test_folding_leaves_the_head_and_the_links_end_there(visit):
    number, wall = next((n, wall) for n, wall in enumerate(visit.hall.walls) if wall.name == "block.add")
    visit.before(wall)
    visit.do(FoldWall("mouse"))
    assert wall.folded
    assert visit.hall.apart == [number]
    groups = Furnisher().furnish(visit.world)
    texts = [label.text for part in groups["apart 0"].standing for label in part.labels]
    assert "block.add" in texts
    assert not any(part.grids for part in groups["apart 0"].standing)
    table = Anchors().of(visit.world)
    assert table[common_anchor(visit.hall, number)][3] == 0, "it is not drawn among the others"
    assert table[wall_anchor(visit.hall, number)][3] == 1
    arc = next(n for n, link in enumerate(visit.hall.links) if link.skip and link.target == wall.node)
    end = visit.hall.links[arc].points[-1] + table[link_anchor(visit.hall, arc)][4:7]
    assert 0.8 < end[1] < 1.2, "the arc comes down to the head"
    head = (visit.hall.placing @ wall.placing).apply((0.0, 1.02 - wall.rise, 0.0))
    visit.look(head)
    visit.do(FoldWall("mouse"))
    assert not wall.folded
    assert table[link_anchor(visit.hall, arc)][5] < 0 == Anchors().of(visit.world)[link_anchor(visit.hall, arc)][5]


def test_hidden_walls_are_gone_their_links_are_faint_and_they_come_back(visit):
    wall = visit.hall.walls[1]
    visit.before(wall)
    visit.do(HideWall("mouse"))
    visit.do()
    target = visit.world.hands["mouse"].target
    assert target is None or visit.hall.walls[target.index] is not wall or target.kind != "wall"
    drawn = Furnisher().furnish(visit.world)["apart 0"]
    assert drawn.standing == ()
    table = Anchors().of(visit.world)
    for number, link in enumerate(visit.hall.links):
        assert (table[link_anchor(visit.hall, number)][3] < 1) == (wall.node in (link.source, link.target))
    visit.do(ShowHidden())
    assert not wall.hidden
    assert visit.hall.arrangement == Arrangement()


def test_buttons_over_the_head_do_what_the_keys_do(visit):
    wall = visit.hall.walls[1]
    visit.before(wall)
    assert {button.word for button in buttons(visit.hall, wall)} >= {"fold", "hide"}
    assert "reset" not in {button.word for button in buttons(visit.hall, wall)}

    def press(word: str) -> None:
        button = next(button for button in buttons(visit.hall, wall) if button.word == word)
        visit.look((visit.hall.placing @ wall.placing).apply(button.surface.pose.position))
        assert visit.world.hands["mouse"].target.kind == "wall button"
        visit.do(Select("mouse"))
        visit.do(Release("mouse"))

    assert Furnisher().furnish(visit.world)["buttons"].standing[0].labels
    press("fold")
    assert wall.folded
    press("open")
    assert not wall.folded
    press("+")
    assert wall.windowed
    press("reset")
    assert not wall.windowed
    press("hide")
    assert wall.hidden
    visit.look((0.0, 30.0, -1.0))
    assert Furnisher().furnish(visit.world)["buttons"].standing == ()
