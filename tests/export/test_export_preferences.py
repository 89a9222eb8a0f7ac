"""What a visitor has chosen for the headset is there again at the next visit, and no file can break the start."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from vrcnn.export.preferences import FOLDER, QUIET, PreferencesKeeper, comfort_from, preferences_file
from vrcnn.scene.comfort import Comfort
from vrcnn.scene.world import World

CHOSEN = Comfort("both", "hand", 3.5, "smooth", 45, 150, 0.4, seated=True, lift=0.3, left_handed=True, labels="never")


def visited(path: Path, comfort: Comfort | None = None) -> World:
    """A world after a visit in which `comfort` was chosen."""
    world, keeper = World([]), PreferencesKeeper(path)
    keeper.open(world)
    if comfort is not None:
        world.comfort = comfort
        keeper.follow(world)
        assert not path.exists(), "nobody writes while somebody still chooses"
        world.time += QUIET + 0.1
        keeper.follow(world)
    return world


def test_every_choice_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "preferences.json"
    visited(path, CHOSEN)
    assert visited(path).comfort == CHOSEN


def test_what_is_chosen_last_is_written_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    world, keeper = World([]), PreferencesKeeper(path)
    keeper.open(world)
    world.comfort = CHOSEN
    keeper.finish(world)
    assert visited(path).comfort == CHOSEN


def test_nothing_is_written_where_nothing_was_chosen(tmp_path: Path) -> None:
    world, keeper = World([]), PreferencesKeeper(tmp_path / "preferences.json")
    keeper.open(world)
    keeper.finish(world)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"travel": "fly"},
        {"snap": "30"},
        {"snap": 0},
        {"speed": True},
        {"seated": 1},
        {"vignette": -1},
        {"turn_speed": None},
        {"lift": float("nan")},
    ],
)
def test_what_makes_no_sense_is_as_by_default_and_the_rest_stays(wrong: dict) -> None:
    found = comfort_from({"left_handed": True, **wrong})
    assert found == replace(Comfort(), left_handed=True)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", '{"comfort": 3}', "\x00\xff"])
def test_no_file_breaks_the_start(tmp_path: Path, text: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(text, encoding="latin-1")
    world = visited(path)
    assert world.comfort == Comfort()
    assert path.read_text(encoding="latin-1") == text
    assert visited(path).comfort == Comfort()


def test_what_a_later_version_wrote_stays(tmp_path: Path) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(json.dumps({"comfort": {"snap": 45}, "later": [1]}))
    world, keeper = World([]), PreferencesKeeper(path)
    keeper.open(world)
    world.comfort = replace(world.comfort, snap=60)
    keeper.finish(world)
    read = json.loads(path.read_text())
    assert read["later"] == [1]
    assert read["comfort"]["snap"] == 60


def test_what_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    world, keeper = World([]), PreferencesKeeper(tmp_path / "file" / "preferences.json")
    keeper.open(world)
    before = len(world.notices)
    world.comfort = CHOSEN
    for _ in range(3):
        keeper.finish(world)
    assert len(world.notices) == before + 1
    assert world.notices[-1].headline.startswith("What you have chosen is not kept: ")


def test_the_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    assert preferences_file() == tmp_path / "preferences.json"
