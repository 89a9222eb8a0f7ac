"""Theme and wave from end to end: in the exhibit while it runs, and on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest
from PIL import Image
from showing import NETWORK, Album, Show, shades, shows

from vrcnn.cli import main
from vrcnn.render.context import standalone_context
from vrcnn.scene.intents import ChooseTheme, SendWave
from vrcnn.scene.theme import LIGHT
from vrcnn.scene.wave import SECONDS, front

pytestmark = pytest.mark.gl


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = standalone_context()
    yield context
    context.release()


@pytest.fixture
def show(tmp_path: Path, context: moderngl.Context) -> Iterator[Callable[..., Show]]:
    with shows(tmp_path, context) as show:
        yield show


def test_the_theme_changes_while_the_exhibit_runs_and_back(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(2)))
    shown.settle()
    night = shown.seen()
    shown.exhibit.step([ChooseTheme()], 0.0)
    paper = shown.seen()
    assert night[0].mean() < 60
    assert np.abs(paper[0].mean(axis=0) / 255 - LIGHT["zenith"]).max() < 0.06, "the sky"
    shown.exhibit.step([ChooseTheme("dark")], 0.0)
    assert np.array_equal(shown.seen(), night)


def test_every_new_picture_sends_the_wave_and_so_does_who_asks_for_it(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(2)))
    shown.settle()
    shown.exhibit.step([], 2 * SECONDS)
    assert front(shown.world) is None
    shown.exhibit.place(1)
    shown.settle()
    assert front(shown.world) is not None
    shown.exhibit.step([], 2 * SECONDS)
    still = shown.seen()
    shown.world.time = 100.0 - 0.4 * SECONDS  # pictures are taken at 100 s
    shown.exhibit.step([SendWave()], 0.0)
    lit = shown.seen()
    assert np.abs(lit.astype(int) - still).max() > 30, "it is seen on the edges"


def test_the_command_line_takes_a_theme_and_a_view(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(NETWORK)
    pictures = {}
    for view, theme in (("exit", "light"), ("exit", "dark"), ("overview", "light")):
        path = tmp_path / f"{view}-{theme}.png"
        arguments = ["--view", view, "--theme", theme, "--size", "160x100", "-o", str(path)]
        assert main(["render", str(tmp_path / "net.py"), *arguments]) == 0
        with Image.open(path) as image:
            pictures[view, theme] = np.asarray(image).astype(int)
    assert pictures["exit", "light"].mean() > 170
    assert pictures["exit", "dark"].mean() < 70
    assert np.abs(pictures["exit", "light"] - pictures["overview", "light"]).mean() > 5


def test_only_one_place_can_be_given(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["render", "--view", "exit", "--at", "conv"])
    assert "not allowed with" in capsys.readouterr().err
