"""A visitor in the headset looks closer: opens every panel for that from the menu's pages, and presses each once.

What is asserted on is the World, the files, and the picture that the runtime composites for the headset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from test_xr_panels import Panels
from wearing import opening, towards

from vrcnn.engine.checkpoint_inquiry import Course
from vrcnn.inspection.results import Step
from vrcnn.retracing import Retracing
from vrcnn.scene.world_panels import ATTRIBUTION, EXPORT, INSPECT, MENU, RESULTS, STOP, TIME
from vrcnn.training import Checkpoints
from vrcnn.xr.profiles import INDEX, Profile

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]
NETWORK = """
import torch
from collections import OrderedDict
from torch import nn

torch.manual_seed(3)
model = nn.Sequential(OrderedDict(
    conv_in=nn.Conv2d(3, 6, 3), middle=nn.ReLU(), conv_out=nn.Conv2d(6, 8, 3), pool=nn.AdaptiveAvgPool2d(1),
    flat=nn.Flatten(), last=nn.Linear(8, 4),
))
images = "pictures"
input_size = (3, 24, 24)
"""


class Curious(Panels):
    """A visitor who opens one panel after the other."""

    def ask(self, page: str, words: str) -> None:
        """Presses a button of the menu."""
        if self.loop.faces._faces[MENU].contents.page != page:
            self.push(MENU, f"page {page}")
        self.push(MENU, f"{page} {words}")

    def opens(self, page: str, words: str, name: str) -> np.ndarray:
        """A panel from the menu; what the headset shows then."""
        before = self.rig.grab().astype(int)
        self.ask(page, words)
        self.until(lambda: name in self.world.panels.open, 20.0)
        self.frames(4)
        shown = self.rig.grab().astype(int)
        assert (np.abs(shown - before).max(axis=2) > 20).mean() > 0.02, f"{name} is seen"
        return shown


@pytest.fixture
def opened(rig, displays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Profile], Curious]]:
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    with opening(rig, tmp_path, NETWORK, ("navy", "red"), Curious) as open_one:
        yield open_one


def train(show: Curious, folder: Path) -> None:
    """Three checkpoints, whose weights become larger, are the network's training."""
    model = show.exhibit.displays[0].worker._source.module
    keep = Checkpoints(folder, model, every=1)
    for step in range(3):
        keep(step, loss=1.0 / (1 + step))
        with torch.no_grad():
            model.conv_in.weight.mul_(1.5)
    course = Course(folder, model)
    course.begin("last")
    show.exhibit.retracing = Retracing(show.exhibit, course)
    show.exhibit.place(0)
    show.until(lambda: not show.exhibit.busy)


def test_a_visitor_opens_every_panel_and_presses_it(opened, tmp_path: Path) -> None:
    show = opened(INDEX)
    world, hall = show.world, show.world.hall
    train(show, tmp_path / "run")
    show.begin()
    wall = next(wall for wall in hall.walls if wall.name == "conv_in")
    place = (hall.placing @ wall.placing).pose.apply((-0.2, 0.1, 0.0))
    show.hold("right", towards((0.3, 1.15, -2.3), place))
    right = world.hands["right"]
    show.until(lambda: right.target is not None and right.target.kind == "wall" and right.target.tile is not None)
    show.menu("left")

    show.opens("Inspect", "Inspect", INSPECT)
    assert world.panels.open[INSPECT].wall == "conv_in"
    show.push(INSPECT, "page Step")
    show.until(lambda: any(isinstance(answer, Step) for answer in hall.inspection.answers.values()), 20.0)
    world.panels.close(INSPECT)

    show.opens("Inspect", "Attribution", ATTRIBUTION)
    show.push(ATTRIBUTION, "find")
    show.until(lambda: hall.attributing.found is not None)
    world.panels.close(ATTRIBUTION)

    show.opens("Inspect", "Time", TIME)
    show.push(TIME, "back")
    show.until(lambda: world.training.shown == 1)
    world.panels.close(TIME)

    show.opens("Results", "Results", RESULTS)
    show.push(RESULTS, "page All")
    show.push(RESULTS, "evaluate")
    show.until(lambda: hall.results is not None and hall.results.complete)
    assert hall.results.total == 2
    world.panels.close(RESULTS)

    show.opens("Keep", "Export", EXPORT)
    show.push(EXPORT, "export")
    show.until(lambda: bool(world.notices))
    assert any(tmp_path.glob("vrcnn-net-*/**/*.png"))
    world.panels.close(EXPORT)

    show.ask("Keep", "Add a stop here")
    show.until(lambda: len(world.touring.tour.stops) == 1, 20.0)
    show.ask("Keep", "Next stop")
    show.until(lambda: world.touring.at == 0 and STOP in world.panels.open, 20.0)
    assert all("Exported" in notice.headline for notice in world.notices), "nothing went wrong"
