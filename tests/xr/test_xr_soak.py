"""A random visitor of fixed seed, a short while: the long one, with its bounds of memory, is `vrcnn bench soak`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from wearing import Show

from vrcnn.resources import resource

sys.path.append(str(resource("benchmarks")))
from _soaking import Soak
from soak import GROWTH

pytestmark = pytest.mark.slow
FRAMES = 500
LEFT = 100.0  # of OpenGL's objects in 1,000 frames: one in ten, where what chance has open at either end counts too


@pytest.fixture
def show(rig, displays, tmp_path, monkeypatch) -> Iterator[Show]:
    monkeypatch.chdir(tmp_path)
    for name in ("CONFIG", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path))
    monkeypatch.setenv("VRCNN_GL_ERRORS", "fatal")
    show = Show(rig, resolution=None)
    yield show
    show.close()


def test_a_random_visitor_breaks_nothing(show: Show):
    show.until(lambda: show.headset.state == "FOCUSED")
    show.settled()
    told = Soak(show, seed=5).run(FRAMES)
    assert told.frames == FRAMES
    assert told.asked >= FRAMES - 10, "the headset was on nearly all the time"
    assert told.unanswered == 0
    assert told.memory[-1] - told.memory[0] < GROWTH, "first uses included, whenever they come"
    assert max(told.left.values()) < LEFT, f"something of OpenGL's is left behind all the time: {told.left}"
    assert sum(count > 0 for count in told.effects.values()) >= 6, f"{told.effects}"
    assert show.rig.was_validated()
