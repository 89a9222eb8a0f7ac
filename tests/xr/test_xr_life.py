"""A headset comes and goes while the program runs: by a crash, by a key, by its own menu, by another program."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import byref, memmove, sizeof
from pathlib import Path

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))  # after the packages, as one of them is called xr too
import _kills as kills
from wearing import Show

from vrcnn.loop import UNSEEN
from vrcnn.scene.comfort import Comfort
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import ChooseRefreshRate, Recentred, WearHeadset
from vrcnn.scene.headset_status import ASIDE, AWAITED, NONE, WORN
from vrcnn.scene.intents import CancelRun, Dismiss, Intent
from vrcnn.ui.events import KeyEvent

SLOW = """
import time
import torch
from torch import nn

class Slow(nn.Module):
    def forward(self, x):
        time.sleep(0.6)
        return x

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), Slow(), nn.Conv2d(8, 8, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
input_size = (3, 24, 24)
"""
GUEST = Path(__file__).parent / "rig" / "guest.py"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "slow.py"
    file.write_text(SLOW)
    return file


@pytest.fixture
def make_show(rig, displays, model) -> Iterator[Callable[..., Show]]:
    made: list[Show] = []

    def make(**how) -> Show:
        made.append(Show(rig, model, **how))
        made[-1].world.notices.clear()  # that the shelf's pictures are vrcnn's own
        return made[-1]

    yield make
    for show in made:
        show.close()


def in_the_headset(show: Show) -> bool:
    return show.world.player.head is not None and show.world.headset.state == "FOCUSED"


def somebody_looks() -> bool:
    """Whether a headset is looked for in the background."""
    return any(each.name == "headset finder" and each.is_alive() for each in threading.enumerate())


def wish(show: Show, intent: Intent) -> None:
    """What a panel would make of a press."""
    show.loop.panel._wishes.append(intent)


def press(show: Show, key: str) -> None:
    """As somebody at the keyboard does."""
    show.window._pending += [KeyEvent(key, True), KeyEvent(key, False)]


@contextmanager
def told(show: Show, event: object) -> Iterator[None]:
    """The runtime tells this event next: Monado never does by itself."""
    xr = show.headset._xr
    poll, waiting = xr.poll_event, [event]

    def poll_event(instance):
        if not waiting:
            return poll(instance)
        buffer, event = xr.EventDataBuffer(), waiting.pop()
        memmove(byref(buffer), byref(event), sizeof(event))
        return buffer

    xr.poll_event = poll_event
    yield
    xr.poll_event = poll


def test_two_runtimes_die_under_a_visitor_and_the_world_is_as_it_was(rig, make_show):
    show = make_show()
    show.until(lambda: in_the_headset(show))
    show.settled()
    world, killing = show.world, kills.Killing(show, rig.monado, seed=3)
    found = [killing.kill("holds a wall"), killing.kill("runs a picture")]
    assert show.world is world
    for kill in found:
        assert kill.to_window < 1.0
        assert kill.to_headset < 5.0
        assert kill.changed == []
        assert kill.moved < 0.2
    first, last = (kill.objects for kill in found)
    assert last["textures"] == first["textures"], "those of the lost headset are gone"
    assert last["framebuffers"] <= first["framebuffers"] + 1, "one of them is made when it is needed first"
    assert killing.answered(), "the picture that ran as the runtime died has its answer"
    assert world.notices == [], "what was told of the loss is true no more"
    assert show.looking().max() > 60, "the headset shows the world again"
    told = kills.digest(world)
    world.comfort = Comfort(speed=6.0)
    assert [name for name, part in kills.digest(world).items() if part != told[name]] == ["look"], "it would tell"


def test_a_lost_runtime_leaves_the_window_to_a_visitor_who_walks_on(rig, make_show):
    show = make_show()
    show.until(lambda: in_the_headset(show))
    rig.visitor.move(Pose((0.3, 1.7, 0.2), turn(yaw=0.7)))
    show.frames(10)
    before = show.world.player.eyes
    rig.monado.kill()
    show.until(lambda: show.loop.worn is None)
    assert show.world.headset.connection == AWAITED
    assert [notice.headline for notice in show.world.notices] == ["The headset's runtime has gone."]
    eyes = show.world.player.eyes
    assert np.allclose(eyes.position[::2], before.position[::2], atol=0.01)
    assert np.allclose(eyes.forward, before.forward, atol=0.01)
    press(show, "O")  # no more of it
    show.frames(3)
    assert show.world.headset.connection == ASIDE
    assert show.world.notices == []
    show.until(lambda: not somebody_looks(), 5.0)  # not by itself, as the visitor has said no


def test_the_key_leaves_the_headset_and_goes_back_into_it(make_show):
    show = make_show()
    show.until(lambda: in_the_headset(show))
    before, first = show.world.player.eyes, show.headset
    press(show, "O")
    show.until(lambda: show.loop.worn is None)
    assert first.states[-5:] == ["VISIBLE", "SYNCHRONIZED", "STOPPING", "IDLE", "EXITING"], "the proper end"
    assert (show.world.headset.connection, show.loop.leaving) == (ASIDE, False)
    assert np.allclose(show.world.player.eyes.position[::2], before.position[::2], atol=0.01)
    show.frames(3)
    assert not somebody_looks(), "not by itself"
    wish(show, WearHeadset(True))
    show.until(lambda: in_the_headset(show))
    assert show.world.headset.connection == WORN
    assert "Monado" in show.world.headset.name
    assert show.headset is first
    assert show.loop.headset is not first
    assert np.allclose(show.world.player.eyes.position[::2], before.position[::2], atol=0.02)


def test_a_picture_runs_on_while_its_visitor_leaves_the_headset_and_is_cancelled_in_it(make_show):
    show = make_show()
    show.until(lambda: in_the_headset(show))
    show.settled()
    hall, first = show.world.hall, show.world.hall.scores
    show.exhibit.place(1)
    show.until(lambda: hall.job.running)
    press(show, "O")
    show.until(lambda: show.loop.worn is None)
    assert hall.job.running, "the job knows nothing of the headset"
    show.until(lambda: not hall.job.running)
    second = hall.scores
    assert second
    assert second != first
    press(show, "O")
    show.until(lambda: in_the_headset(show))
    show.exhibit.place(2)
    show.until(lambda: hall.job.running)
    wish(show, CancelRun(0))
    show.frames(2)
    assert not hall.job.running
    show.settled()
    assert hall.scores == ()
    assert not hall.job.running
    assert show.world.easel.picture == 2, "the picture stays where the visitor has put it"
    assert show.world.notices == []


def test_a_headset_that_comes_later_is_put_on_by_itself_and_its_menu_leads_back_to_the_window(rig, make_show):
    rig.monado.close()
    show = make_show(display="auto")
    assert (show.world.headset.connection, show.loop.worn) == (AWAITED, None)
    assert show.world.headset.reason
    show.frames(5)
    starting = threading.Thread(target=rig.monado.start)
    starting.start()
    show.until(lambda: in_the_headset(show))
    starting.join()
    show.loop.headset.request_exit()  # as its own menu does
    show.until(lambda: show.loop.worn is None)
    show.frames(3)
    assert (show.world.headset.connection, show.loop.leaving) == (ASIDE, False)
    assert show.world.player.head is None
    assert not somebody_looks()


def test_another_program_in_the_headset_lets_this_one_rest_and_gives_it_back(make_show):
    show = make_show()
    show.until(lambda: in_the_headset(show))
    guest = subprocess.Popen([sys.executable, GUEST], stdin=subprocess.PIPE)
    try:
        show.until(lambda: show.world.headset.state == "SYNCHRONIZED")
        show.exhibit.place(1)
        count, start = 0, time.monotonic()
        while time.monotonic() - start < UNSEEN + 1.0:
            show.frames(1)
            count += time.monotonic() - start > UNSEEN + 0.1
        assert 1 <= count <= 11, "ten frames a second at the most"
        show.until(lambda: not show.exhibit.busy)
        assert show.world.headset.state == "SYNCHRONIZED", "the picture has run meanwhile"
    finally:
        guest.communicate(timeout=20)
    show.until(lambda: in_the_headset(show))
    start = time.monotonic()
    show.frames(6)
    assert time.monotonic() - start < 2.0, "awake again"


def test_presence_refresh_rate_and_another_middle_are_told_as_the_runtime_tells_them(rig, make_show):
    import xr

    show = make_show()
    show.until(lambda: in_the_headset(show))
    status = show.world.headset
    assert status.refresh_rate in status.refresh_rates, "Monado has the extension"
    assert status.refresh_rate > 20
    wish(show, ChooseRefreshRate(status.refresh_rates[-1]))
    wish(show, ChooseRefreshRate(123.0))  # which there is not
    show.frames(3)
    assert show.loop.worn is not None
    assert status.present
    with told(show, xr.EventDataDisplayRefreshRateChangedFB(60.0, 90.0)):
        show.frames(1)
    show.frames(1)
    assert status.refresh_rate == 90.0
    for present in (False, True):
        with told(show, xr.EventDataUserPresenceChangedEXT(show.headset._session.handle, present)):
            show.frames(1)
        show.frames(2)
        assert status.present is present

    before = show.world.time
    for _ in range(3):
        show.loop.frame(9.0)
    assert 0.0 < show.world.time - before < 1.0, "the time between frames is the runtime's word"

    # The runtime's menu has the room recentred.
    heard: list[Intent] = []
    step = show.exhibit.step
    show.exhibit.step = lambda intents, seconds: step([heard.append(each) or each for each in intents], seconds)
    rig.visitor.move(Pose((0.6, 1.6, 0.4), turn(yaw=1.0)))
    show.frames(5)
    subprocess.run(["monado-ctl", "-c"], check=True, capture_output=True)
    show.until(lambda: any(isinstance(each, Recentred) for each in heard), 10.0)
    assert sum(isinstance(each, Recentred) for each in heard) == 1


def test_without_any_runtime_asking_tells_why_and_nobody_goes_on_looking(rig, make_show, monkeypatch):
    monkeypatch.setenv("XR_RUNTIME_JSON", "/nowhere/runtime.json")
    show = make_show(display="desktop")
    press(show, "O")
    show.until(lambda: bool(show.world.notices))
    assert show.world.headset.connection == NONE
    assert "No OpenXR runtime is set up" in show.world.notices[0].detail
    wish(show, Dismiss())
    show.until(lambda: not somebody_looks(), 5.0)
