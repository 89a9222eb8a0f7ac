"""An export by a visitor before the screen: point at a tile, F7, click, and the file lies in a new folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from before_the_screen import Desk
from PIL import Image

from vrcnn.desktop.window import glfw
from vrcnn.scene.export_intents import ExportChoice
from vrcnn.scene.panel_pressing import meant_on
from vrcnn.scene.world_panels import EXPORT

pytestmark = pytest.mark.gl


def click_on(desk: Desk, button: str) -> None:
    """With the mouse, on a button of the panel of exports."""
    desk.frames(10)  # until the bar above the panels, which comes when the mouse is free, has its place
    flat = desk.loop.panel.flat

    (place,) = [each for each in flat.places if each.panel.name == EXPORT]
    area = dict(flat.faces._faces[EXPORT].buttons)[button]
    x = place.area.left + (area.left + area.right) / 2 * place.density
    y = place.area.top - place.above + (area.top + area.bottom) / 2 * place.density
    assert place.area.holds(x, y), "the window is large enough for the whole panel"
    desk.visitor.point(round(x), round(y))
    desk.frames(3)
    desk.visitor.click()
    desk.frames(3)


def test_a_tile_is_exported_with_a_key_and_two_clicks(
    captured: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = captured
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    desk.world.exporting.choice = ExportChoice(("maps",), "channel", grey=False)
    glfw.set_window_size(desk.window.handle, 1200, 760)
    desk.until(lambda: desk.window.size == (1200, 760), "the window to be large")
    desk.stand_before("second")
    target = desk.world.hands["mouse"].target
    desk.visitor.tap("F7")
    desk.until(lambda: EXPORT in desk.world.panels.open, "the panel of exports")
    meant = meant_on(desk.world, desk.world.panels.open[EXPORT])
    assert meant is not None
    assert (meant.index, meant.tile) == (target.index, target.tile)
    desk.visitor.tap("Escape")
    desk.until(lambda: not desk.loop.controls.captured, "the mouse to be free")
    click_on(desk, "grey 16-bit grey")
    desk.until(lambda: desk.world.exporting.choice.grey, "grey to be chosen", 10)
    click_on(desk, "export")
    desk.until(lambda: desk.world.exporting.folder, "the export to be told of")
    (written,) = folder.rglob("*.png")
    assert desk.world.exporting.folder == str(written.parents[2])
    assert written.parent.name == "second"
    with Image.open(written) as image:
        assert np.asarray(image).dtype == np.uint16
    assert desk.world.notices[-1].headline.startswith("Exported 1 file of second")
