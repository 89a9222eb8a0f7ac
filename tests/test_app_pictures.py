"""Pictures that are saved from the window: of all around, and what is told where that is not possible."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from before_the_screen import Desk
from PIL import Image

pytestmark = pytest.mark.gl


def take(desk: Desk) -> None:
    desk.visitor.press("Shift_L")
    desk.visitor.tap("F12")
    desk.visitor.release("Shift_L")


def test_shift_f12_saves_all_around_under_the_next_free_name(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrcnn.window_frame.PANORAMA_SIZE", (512, 256))
    desk.settle()
    for number in (1, 2):
        take(desk)
        desk.until((tmp_path / f"vrcnn-panorama-00{number}.jpg").exists, "the file")
    with Image.open(tmp_path / "vrcnn-panorama-001.jpg") as saved:
        assert saved.size == (512, 256)
        assert np.asarray(saved).std() > 10
    assert not (tmp_path / "vrcnn-screenshot-001.png").exists()
    assert desk.world.notices == []


def test_a_picture_that_cannot_be_saved_is_told_of_and_the_walk_goes_on(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrcnn.window_frame.PANORAMA_SIZE", (512, 256))
    monkeypatch.setattr("vrcnn.window_frame.PANORAMA", Path("nowhere/all.jpg"))
    desk.settle()
    take(desk)
    desk.until(lambda: desk.world.notices, "a notice")
    (notice,) = desk.world.notices
    assert notice.headline.startswith("Cannot save nowhere")
    assert "there is no such folder" in notice.headline
    monkeypatch.setattr("vrcnn.window_frame.PANORAMA_SIZE", (1 << 20, 1 << 19))
    take(desk)
    desk.until(lambda: len(desk.world.notices) == 2, "another notice")
    assert "larger than this machine can draw" in desk.world.notices[-1].headline
    desk.visitor.tap("F12")
    desk.until((tmp_path / "vrcnn-screenshot-001.png").exists, "the file")
