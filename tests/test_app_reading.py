"""A map read by a visitor before the screen: it is told of, shown large, pulled out, hung, and put away."""

from __future__ import annotations

import numpy as np
import pytest
from before_the_screen import Desk

from vrcnn.scene.pointing import pixel_shown, reading_shown

pytestmark = pytest.mark.gl


def rest_on(desk: Desk, name: str, place: int) -> None:
    """In front of a wall, looking at a tile until it is told of."""
    wall = next(wall for wall in desk.world.hall.walls if wall.name == name)
    row, column = divmod(place, wall.columns)
    placing = desk.world.hall.placing @ wall.placing
    x, y, z = placing.pose.apply((0.0, 0.0, 1.5))
    desk.world.player.position = x, max(0.0, y - 1.6), z
    across = ((column + 0.52) / wall.columns - 0.5) * wall.width
    down = (0.5 - (row + 0.52) / wall.rows_shown) * wall.height
    desk.look_at(placing.apply((across, down, 0.0)))
    desk.until(lambda: reading_shown(desk.world) is not None, "the map to be read")


def test_a_map_is_read_shown_large_and_carried_with_mouse_and_keys(captured: Desk) -> None:
    desk = captured
    desk.settle()
    before = desk.seen()
    rest_on(desk, "second", 3)
    gallery = desk.world.gallery
    reading = reading_shown(desk.world)
    assert reading is not None
    assert (reading.layer, reading.at.channel, reading.values.shape) == ("second", 3, (14, 14))
    assert pixel_shown(desk.world) is not None
    desk.until(lambda: gallery.sight is not None, "what the pixel sees")
    assert gallery.sight is not None
    assert gallery.sight.field is not None
    assert gallery.sight.field.bottom - gallery.sight.field.top == 3
    desk.frames(20)
    assert (desk.seen() != before).any()
    desk.visitor.button_down(3)
    desk.until(lambda: gallery.large is not None, "the large view")
    assert desk.world.enlarged is None
    desk.visitor.button_up(3)
    desk.until(lambda: gallery.large is None, "the large view to go")
    desk.visitor.tap("e")
    desk.until(lambda: desk.world.hands["mouse"].carrying is not None, "the copy in the hand")
    (frame,) = gallery.frames
    assert np.array_equal(frame.reading.values, reading.values)
    desk.visitor.click()
    desk.until(lambda: frame.pose is not None, "the copy to hang")
    assert desk.world.hands["mouse"].carrying is None
    desk.until(lambda: desk.world.hands["mouse"].target.kind == "frame", "the ray to be on it")
    desk.visitor.tap("Delete")
    desk.until(lambda: not gallery.frames, "it to be put away")
    assert desk.world.notices == []
