"""The exhibit keeps worker, World and renderer in step: uploads in portions, memory comes back, broken pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest
from showing import EVERYTHING, Album, Show, shades, shows

from vrcnn.engine.messages import GraphChanged, MapsComplete
from vrcnn.engine.plan import plan_maps
from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.network.graph import Graph, Node
from vrcnn.network.scope import Scope
from vrcnn.network.source import LoadOptions, load
from vrcnn.render.context import standalone_context
from vrcnn.render.map_store import MapStore
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import WallState
from vrcnn.scene.intents import CancelRun, Select
from vrcnn.scene.shelving import page_buttons

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


def test_maps_are_uploaded_in_portions_that_keep_to_the_budget(show: Callable[..., Show]) -> None:
    exhibit = show(Album(shades(1))).exhibit
    budget = 20_000
    while exhibit.displays[0].worker.busy:
        time.sleep(0.001)
    exhibit.step([], 0.01)
    maps = exhibit.renderer.stores[0]
    sizes = [maps.pending]
    while maps.pending:
        exhibit.prepare(budget)
        sizes.append(maps.pending)
    portions = -np.diff(sizes)
    assert len(portions) >= 4
    assert portions.max() <= budget
    assert portions[:-1].min() > budget / 3, "no frame is left unused"


def test_memory_comes_back_to_the_worker_only_after_the_upload(show: Callable[..., Show]) -> None:
    album = show(Album(shades(3)))
    exhibit = album.exhibit
    album.listen()
    exhibit.place(1)
    album.listen()
    exhibit.place(2)
    time.sleep(0.3)
    exhibit.step([], 0.01)
    assert exhibit.displays[0].worker.busy, "both memories hold maps that are not uploaded"
    exhibit.prepare(EVERYTHING)
    album.listen()
    assert not exhibit.world.hall.job.running
    assert all(wall.state is WallState.READY for wall in exhibit.world.hall.walls)


@pytest.mark.parametrize("pause", [0.0, 0.002, 0.01])
def test_many_pictures_in_a_row_end_with_the_maps_of_the_last(show: Callable[..., Show], pause: float) -> None:
    calm = show(Album(shades(8)))
    calm.settle()
    calm.exhibit.place(5)
    calm.settle()
    hasty = show(Album(shades(8)))
    for turn_number in range(60):
        hasty.exhibit.place(turn_number % 8)
        hasty.exhibit.step([], 0.01)
        hasty.exhibit.prepare(3_000)
        time.sleep(pause)
    hasty.exhibit.place(5)
    hasty.settle()
    assert hasty.exhibit.renderer.stores[0].pending == 0
    assert all(wall.state is WallState.READY for wall in hasty.world.hall.walls)
    assert hasty.world.hall.scores == calm.world.hall.scores
    for wall in hasty.world.hall.walls:
        eyes = wall.pose @ Pose((0.0, 0.0, 1.2))
        assert np.array_equal(hasty.seen(eyes), calm.seen(eyes)), wall.title


def test_a_page_of_the_shelf_is_opened_only_when_it_is_shown(show: Callable[..., Show]) -> None:
    album = Album(shades(40))
    shown = show(album)
    world = shown.world
    shown.settle()
    page = world.shelf.slots
    assert set(album.opened) == set(range(page))
    assert [number for number, picture in enumerate(world.pictures) if picture.pixels is not None] == list(range(page))

    button = page_buttons(world.shelf, 40)[1].pose
    world.player.position = (button.position[0], button.position[1] - 1.2, button.position[2] + 0.3)
    x, y, z = (b - a for a, b in zip(world.player.eyes.position, button.position, strict=True))
    world.player.yaw, world.player.pitch = float(np.arctan2(-x, -z)), float(np.arctan2(y, np.hypot(x, z)))
    shown.exhibit.step([Select("mouse")], 0.01)
    assert world.shelf.page == 1
    shown.settle()
    assert set(album.opened) == set(range(2 * page))
    assert len(album.opened) == 2 * page, "each once"


def test_the_first_picture_that_opens_is_on_the_easel(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(4), broken=(0, 1)))
    shown.settle()
    world = shown.world
    assert world.easel.picture == 2
    assert len(world.hall.scores) == 5
    (notice,) = world.notices
    assert notice.headline == "2 pictures could not be shown."
    assert notice.detail == "0.png is truncated\n1.png is truncated"
    assert [picture.broken for picture in world.pictures] == ["0.png is truncated", "1.png is truncated", None, None]


def test_without_any_picture_that_opens_the_easel_stays_empty(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(2), broken=(0, 1)))
    shown.settle()
    assert shown.world.easel.picture is None
    assert {wall.state for wall in shown.world.hall.walls} == {WallState.EMPTY}
    assert any("2 pictures could not be shown" in notice.headline for notice in shown.world.notices)
    shown.seen()


def test_a_picture_that_the_visitor_placed_is_not_replaced_by_another(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(3), broken=(1,)))
    shown.settle()
    shown.exhibit.place(1)
    shown.settle()
    assert shown.world.easel.picture is None
    assert any("1.png is truncated" in notice.headline for notice in shown.world.notices)


def test_walls_that_a_failed_picture_did_not_reach_lose_the_former_one_s_maps(show: Callable[..., Show]) -> None:
    after = show(Album(["navy", "white"]))
    after.settle()
    world = after.world
    last = world.hall.walls[-1].pose @ Pose((0.0, 0.0, 1.0))
    full = after.seen(last)
    after.exhibit.place(1)
    after.settle()
    alone = show(Album(["white", "navy"]))
    alone.settle()
    assert "too bright" in world.notices[-1].headline
    assert world.hall.scores == ()
    assert world.hall.no_scores == "The network failed on this picture."
    assert not np.array_equal(after.seen(last), full)
    assert np.array_equal(after.seen(last), alone.seen(last)), "as if there never had been another"


def test_the_same_failure_twice_is_one_notice(show: Callable[..., Show]) -> None:
    shown = show(Album(["navy", "white"]))
    for _ in range(3):
        shown.exhibit.place(1)
        shown.settle()
    assert len(shown.world.notices) == 1


def test_a_network_that_reads_no_picture_runs_on_its_example(show: Callable[..., Show]) -> None:
    lines = "import torch\nmodel = torch.nn.Sequential(torch.nn.Linear(6, 9), torch.nn.Linear(9, 3))\n"
    shown = show(Album([]), lines + "example_input = torch.ones(1, 6)\n")
    shown.settle()
    assert len(shown.world.hall.scores) == 3
    assert all(wall.state is WallState.READY for wall in shown.world.hall.walls)
    assert shown.exhibit.renderer.stores[0].pending == 0


def test_a_picture_that_was_superseded_sends_nothing_to_wait_for(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(3)))
    exhibit = shown.exhibit
    for number in range(30):
        exhibit.place(number % 3)
    while exhibit.displays[0].worker.busy:
        time.sleep(0.001)
    complete = [message.job for message in exhibit.displays[0].worker.messages() if isinstance(message, MapsComplete)]
    assert complete[-1] == exhibit.displays[0].job
    assert len(complete) <= 2, "there are two memories"


SLOW = """
import time
import torch
from torch import nn

class Slow(nn.Module):
    def forward(self, x):
        time.sleep(0.03)
        return nn.functional.max_pool2d(x, 1)

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 12, 3), *(Slow() for _ in range(25)), nn.Conv2d(12, 4, 3))
input_size = (3, 24, 24)
"""


def test_a_picture_that_runs_can_be_cancelled_and_what_it_reached_stays(show: Callable[..., Show]) -> None:
    shown = show(Album(["navy", "red"]), SLOW)
    exhibit, world = shown.exhibit, shown.world
    first, last = world.hall.walls[0], world.hall.walls[-1]
    while first.state is not WallState.READY:
        exhibit.step([], 0.01)
        time.sleep(0.005)
    assert world.hall.job.running
    assert last.state is WallState.RUNNING
    exhibit.step([CancelRun(0)], 0.01)
    assert not world.hall.job.running
    shown.settle()
    assert (first.state, last.state) == (WallState.READY, WallState.EMPTY)
    assert world.hall.scores == ()
    assert world.hall.no_scores == "Stopped before the network had an answer."
    assert world.notices == []
    assert not world.hall.job.running, "what was on its way does not bring it back"
    assert exhibit.step([CancelRun(0)], 0.01) == [], "there is nothing to cancel"
    exhibit.place(1)
    shown.settle()
    assert {wall.state for wall in world.hall.walls} == {WallState.READY}


def test_a_way_through_the_network_that_is_too_large_to_draw_is_told_and_the_world_lives(
    show: Callable[..., Show], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = show(Album(shades(2)))
    allocate = MapStore._allocate_arrays

    def with_little_memory(store: MapStore, context: moderngl.Context) -> None:
        if store.plan.count:
            raise UserError("This is larger than this machine can draw.")
        allocate(store, context)

    monkeypatch.setattr(MapStore, "_allocate_arrays", with_little_memory)
    huge = Graph((Node(0, "huge", "Conv2d", "convolution", "", (1, 1, 40_000, 40_000)),), ())
    shown.exhibit.receive(GraphChanged(huge, plan_maps(huge.nodes), Scope(), huge), shown.exhibit.displays[0])
    assert "larger than this machine can draw" in shown.world.notices[-1].headline
    shown.exhibit.prepare()
    pixels = shown.exhibit.renderer.render_picture(View.symmetric(shown.world.player.eyes, 1.5), (60, 40))
    assert pixels.std() > 0


def test_a_probe_that_is_to_follow_nothing_known_is_told(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    file.write_text(
        "import vrcnn\n"
        "from torch import nn\n\n"
        "class Probing(nn.Conv2d):\n"
        "    def forward(self, x):\n"
        '        return vrcnn.probe(super().forward(x) * 2, "mixed", after=["stem"])\n\n'
        "model = Probing(3, 4, 1)\n"
        "input_size = (3, 8, 8)\n"
    )
    exhibit = Exhibit(load(str(file), LoadOptions()))
    told = [notice.headline for notice in exhibit.world.notices]
    assert any(headline.startswith('"mixed" is to come after "stem", and nothing of that name') for headline in told)
