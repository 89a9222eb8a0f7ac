"""The session's panel, a tour, large and transparent pictures and films, by somebody before the screen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from before_the_screen import Desk
from PIL import Image

from vrcnn.scene.tour import Stop, Tour
from vrcnn.scene.tour_intents import CancelFilm, FilmTurntable, Snapshot
from vrcnn.scene.world_panels import STOP, TOUR

pytestmark = pytest.mark.gl


def test_a_tour_is_played_with_the_keys_and_its_text_is_in_the_window(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrcnn.guide.LEAST", 0.2)
    monkeypatch.setattr("vrcnn.guide.MOST", 0.4)
    desk.settle()
    world = desk.world
    wall = world.hall.walls[1]
    desk.exhibit.guide.offer(
        Tour("Two", (Stop("First", "Told.", layer=wall.name), Stop("Last", view="exit", seconds=0.5)))
    )
    offered = 'The tour "Two" has 2 stops.'
    assert [notice.headline for notice in world.notices].count(offered) == 1
    desk.visitor.tap("F8")
    desk.until(lambda: TOUR in world.panels.open, "the panel")
    began = world.player.position
    desk.visitor.tap("Next")
    desk.until(lambda: world.touring.at == 0, "the first stop")
    assert offered not in [notice.headline for notice in world.notices], "who is on the way knows"
    assert STOP in world.panels.open
    desk.until(lambda: world.journey.glide is not None, "the flight")
    desk.until(lambda: world.journey.glide is None, "its end")
    assert world.player.position != began
    assert world.journey.at is not None
    assert world.hall.walls[world.journey.at[1]].name == wall.name
    desk.visitor.tap("Next")
    desk.until(lambda: world.touring.at == 1, "the last stop")
    desk.visitor.tap("Prior")
    desk.until(lambda: world.touring.at == 0, "the first stop again")
    desk.visitor.tap("F8")
    desk.until(lambda: TOUR not in world.panels.open, "the panel to close")


def test_a_picture_larger_than_the_window_without_ground_has_its_sidecar(desk: Desk, tmp_path: Path) -> None:
    desk.settle()
    desk.loop._apply([Snapshot(2, True)], 0.01)
    saved, beside = tmp_path / "vrcnn-screenshot-001.png", tmp_path / "vrcnn-screenshot-001.png.json"
    desk.until(beside.exists, "the sidecar")
    width, height = desk.window.size
    with Image.open(saved) as picture:
        assert (picture.mode, picture.size) == ("RGBA", (2 * width, 2 * height))
        alpha = np.asarray(picture)[..., 3]
    assert {0, 255} <= set(np.unique(alpha).tolist())
    told = json.loads(beside.read_text())
    assert told["networks"][0]["name"] == "Moods"
    assert told["settings"]["transparent"] is True
    assert len(told["networks"][0]["weights"]) == 64


def test_a_film_is_made_while_the_window_lives_and_can_be_given_up(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrcnn.keepsakes.FILM_SIZE", (96, 60))
    monkeypatch.setattr("vrcnn.keepsakes.FILMS", (Path("film.gif"), Path("film.gif")))
    monkeypatch.setattr("vrcnn.keepsakes.SECONDS", 1.0)
    desk.settle()
    touring = desk.world.touring
    desk.loop._apply([FilmTurntable()], 0.01)
    assert touring.filming == 0.0
    shares = []
    desk.until(lambda: (shares.append(touring.filming), touring.filming is None)[1], "the film")
    steps = [share for share in shares if share is not None]
    assert len(steps) >= 15, "one frame of the film for a frame of the window at most"
    assert touring.told == "Saved film-001.gif."
    with Image.open(tmp_path / "film-001.gif") as film:
        assert film.n_frames > 1
    desk.until((tmp_path / "film-001.gif.json").exists, "its sidecar")
    desk.loop._apply([FilmTurntable(wall=True)], 0.01)
    desk.frames(3)
    desk.loop._apply([CancelFilm()], 0.01)
    desk.until(lambda: touring.filming is None, "its end")
    assert touring.told == "The film was given up."
    assert sorted(path.name for path in tmp_path.glob("*film*")) == ["film-001.gif", "film-001.gif.json"]
