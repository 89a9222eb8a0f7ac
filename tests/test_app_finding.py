"""Finding one's way before the screen, with keys: the minimap, the search, the next layer, the model on the table."""

from __future__ import annotations

import numpy as np
import pytest
from before_the_screen import Desk
from Xlib import X

pytestmark = pytest.mark.gl


def typed(desk: Desk, letters: str) -> None:
    """Types on the real keyboard, a key at a time."""
    for letter in letters:
        desk.visitor.tap({"/": "slash", ".": "period", " ": "space"}.get(letter, letter))
        desk.frames(2)


def at(desk: Desk) -> str | None:
    """The name of the layer that the visitor stands at, once they have arrived."""
    desk.until(lambda: desk.world.journey.glide is None, "the end of the glide")
    desk.frames(2)
    here = desk.world.journey.at
    return None if here is None else desk.world.halls[here[0]].walls[here[1]].name


def screen(desk: Desk) -> np.ndarray:
    """(480, 640, 3) int: what is on the screen, panels and all."""
    raw = desk.visitor.display.screen().root.get_image(0, 0, 640, 480, X.ZPixmap, 0xFFFFFFFF).data
    return np.frombuffer(raw, np.uint8).reshape(480, 640, 4)[:, :, 2::-1].astype(int)


def test_the_search_finds_a_layer_goes_there_and_no_letter_walks(desk: Desk) -> None:
    desk.settle()
    panel, start = desk.loop.panel, desk.world.player.position
    typed(desk, "/")
    desk.until(lambda: panel.search.open, "the search")
    assert desk.window.typing
    typed(desk, "wasdk")
    assert panel.search.text == "wasdk", "the key that opens it is not typed into it"
    assert desk.world.player.position == start
    assert desk.world.table is None
    for _ in range(5):
        typed(desk, "")
        desk.visitor.tap("BackSpace")
        desk.frames(2)
    assert panel.search.text == ""
    typed(desk, "seco")
    assert panel.search.found[0].name == "second"
    desk.visitor.tap("Return")
    desk.until(lambda: not panel.search.open, "the search to close")
    assert at(desk) == "second"
    assert not desk.window.typing
    desk.visitor.press("w")
    before = desk.world.player.position
    desk.until(lambda: desk.world.player.position != before, "the keys to walk again")
    desk.visitor.release("w")


def test_arrows_choose_and_escape_closes_the_search_only(captured: Desk) -> None:
    desk = captured
    panel = desk.loop.panel
    typed(desk, "/conv")
    found = [found.name for found in panel.search.found]
    assert len(found) >= 2
    desk.visitor.tap("Down")
    desk.until(lambda: panel.search.chosen == 1, "the second one")
    desk.visitor.tap("Return")
    desk.until(lambda: not panel.search.open, "the search to close")
    assert at(desk) in (found[1], *(f.layer for f in desk.world.hall.findables if f.name == found[1]))
    typed(desk, "/q")
    desk.visitor.tap("Escape")
    desk.until(lambda: not panel.search.open, "the search to close")
    desk.frames(3)
    assert desk.loop.controls.captured, "the mouse stays with the view"
    typed(desk, "/")
    assert panel.search.text == "", "it begins anew"


def test_keys_lead_from_layer_to_layer(desk: Desk) -> None:
    desk.settle()
    order = [wall.name for wall in sorted(desk.world.hall.walls, key=lambda wall: wall.node)]
    desk.visitor.tap("n")
    desk.until(lambda: desk.world.journey.reached is not None, "the first step")
    first = order.index(at(desk) or "")
    for name in order[first + 1 : first + 3]:
        desk.visitor.tap("n")
        desk.frames(3)
        assert at(desk) == name
    desk.visitor.tap("p")
    desk.frames(3)
    assert at(desk) == order[first + 1]


def test_the_model_on_the_table_is_stepped_into_with_a_click(captured: Desk) -> None:
    desk = captured
    plain = desk.seen()
    desk.visitor.tap("k")
    desk.until(lambda: desk.world.table is not None, "the table")
    desk.until(lambda: desk.world.journey.glide is None, "the look at it")
    assert np.abs(desk.seen() - plain).max() > 60
    index = next(n for n, wall in enumerate(desk.world.hall.walls) if wall.name == "second")
    desk.look_at(desk.world.table.surface_of(desk.world.hall, index).pose.position)
    target = desk.world.hands["mouse"].target
    assert (target.kind, target.index) == ("model", index)
    desk.visitor.click()
    desk.until(lambda: desk.world.table is None, "the table to be put away")
    assert at(desk) == "second"
    desk.visitor.tap("k")
    desk.until(lambda: desk.world.table is not None, "the table again")
    desk.visitor.tap("k")
    desk.until(lambda: desk.world.table is None, "the same key to put it away")


def test_m_shows_the_minimap_and_a_click_on_it_goes_there(desk: Desk) -> None:
    desk.settle()
    panel = desk.loop.panel
    claimed = desk.window.claimed
    before = screen(desk)
    desk.visitor.tap("m")
    desk.until(lambda: len(desk.window.claimed) > len(claimed), "the map")
    (area,) = set(desk.window.claimed) - set(claimed)
    desk.frames(3)
    inside = (slice(int(area.top), int(area.bottom)), slice(int(area.left), int(area.right)))
    changed = np.abs(screen(desk) - before)[inside].max(-1) > 12
    assert changed.mean() > 0.3, "it is on the screen"
    wall = next(wall for wall in desk.world.hall.walls if wall.name == "second")
    x, y = panel.minimap.view.at(*wall.pose.position[::2])
    assert area.holds(x, y)
    desk.visitor.point(round(x), round(y))
    desk.frames(3)
    desk.visitor.click()
    desk.until(lambda: desk.world.journey.reached is not None, "the way there")
    assert at(desk) == "second"
    assert not desk.loop.controls.captured, "the click belongs to the map"
    left = screen(desk)
    desk.visitor.tap("m")
    desk.until(lambda: len(desk.window.claimed) == len(claimed), "the map to go")
    desk.frames(3)
    assert np.abs(screen(desk) - left)[inside].max() > 60
