"""Exports from the world: by a real worker, into a folder that is told, given up, and failing with a sentence."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest
from PIL import Image
from showing import Album, Show, shades, shows

from vrcnn.asking import ask
from vrcnn.render.context import standalone_context
from vrcnn.scene.acting import act
from vrcnn.scene.export_intents import ChooseExport, ExportChoice, ExportChosen
from vrcnn.scene.export_wishes import KINDS
from vrcnn.scene.intents import CancelInquiry
from vrcnn.scene.world import Target

pytestmark = pytest.mark.gl
ALL = ExportChoice(tuple(kind for kind in KINDS if kind != "visualizations"), "network")


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Show]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    context: moderngl.Context = standalone_context()
    with shows(tmp_path, context) as show:
        shown = show(Album(shades(3)))
        shown.settle()
        shown.world.notices.clear()
        yield shown
    context.release()


def folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.startswith("vrcnn-"))


def test_everything_lies_in_a_folder_that_is_told(shown: Show, tmp_path: Path) -> None:
    shown.exhibit.step([ChooseExport(ALL), ExportChosen("mouse")], 0.01)
    shown.settle()
    (folder,) = folders(tmp_path)
    assert shown.world.exporting.folder == str(folder)
    notice = shown.world.notices[-1]
    assert notice.headline.startswith("Exported ")
    assert str(folder) in notice.detail
    names = {path.name for path in folder.iterdir()}
    assert {"maps", "sheets", "values.npz", "statistics.csv", "graph.json", "scene.glb"} <= names
    with np.load(folder / "values.npz") as archive:
        walls = {wall.name for wall in shown.world.hall.walls}
        assert set(archive) == walls
    assert not shown.world.hall.inquiries


def test_a_tile_that_is_pointed_at_is_exported_alone(shown: Show, tmp_path: Path) -> None:
    place = next(n for n, wall in enumerate(shown.world.hall.walls) if wall.span is not None and wall.span.count == 12)
    shown.exhibit.step([ChooseExport(ExportChoice(("maps",), "channel"))], 0.01)
    shown.world.hands["mouse"].target = Target("wall", place, 1.0, (0.0, 0.0, 0.0), tile=4)
    (request,) = act(shown.world, ExportChosen("mouse"))
    assert ask(request, shown.exhibit)
    shown.settle()
    (folder,) = folders(tmp_path)
    written = list(folder.rglob("*.png"))
    assert [path.name for path in written] == ["04.png"]
    with Image.open(written[0]) as image:
        size = shown.world.hall.walls[place].span.size
        assert image.size == (size.width, size.height)


def test_one_that_is_given_up_leaves_whole_files_only(shown: Show, tmp_path: Path) -> None:
    shown.exhibit.step([ChooseExport(replace(ALL, kinds=("maps", "values"))), ExportChosen("mouse")], 0.01)
    end = time.monotonic() + 20
    while not list(tmp_path.rglob("*.png")) and time.monotonic() < end:
        time.sleep(0.001)
    shown.exhibit.step([], 0.01)
    for number in list(shown.world.hall.inquiries):
        shown.exhibit.step([CancelInquiry(number, 0)], 0.01)
    shown.settle()
    assert list(tmp_path.rglob("*.part")) == []
    for path in tmp_path.rglob("vrcnn-*/**/*.png"):
        with Image.open(path) as image:
            image.load()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="a folder that root may not write to")
def test_where_nothing_can_be_written_a_notice_says_so(shown: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/proc")
    shown.exhibit.step([ChooseExport(ALL), ExportChosen("mouse")], 0.01)
    shown.settle()
    assert "Nothing can be written into the folder vrcnn-" in shown.world.notices[-1].headline
    assert not shown.world.hall.inquiries
