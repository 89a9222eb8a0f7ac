"""Several networks on show: one picture runs through all, one fails alone, the memory is shared, detail is its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest
import torch
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.network.source import LoadOptions
from vrcnn.network.together import load_together
from vrcnn.render.context import standalone_context
from vrcnn.render.gl_errors import GLErrors
from vrcnn.scene.camera import View
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import WallState
from vrcnn.scene.intents import ChooseDetail, ToggleOverlay
from vrcnn.scene.picture_numbers import overlay_number

pytestmark = pytest.mark.gl
EVERYTHING = 1 << 30
PLAIN = """
import torch
from torch import nn
torch.manual_seed(1)
model = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3))
input_size = (3, 20, 20)
images = "photos"
title = "Plain"
"""
PICKY = """
import torch
from torch import nn

class Picky(nn.Module):
    def forward(self, x):
        if float(x.min()) > 1.5:
            raise ValueError("too bright")
        return x

torch.manual_seed(2)
model = nn.Sequential(
    nn.Conv2d(3, 4, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2), nn.Linear(2, 2)
)
model.insert(0, Picky())
input_size = (3, 32, 24)
title = "Picky"
"""
SEGMENTS = """
import torch
from torch import nn
torch.manual_seed(SEED)
model = nn.Conv2d(3, 4, 1)
input_size = (3, 16, 16)
task = "segmentation"
title = "NAME"
"""


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = standalone_context()
    yield context
    context.release()


class Opened:
    """Networks on show in one world, stepped by a test."""

    def __init__(self, files: list[Path], context: moderngl.Context, memory: int | None = None) -> None:
        self.exhibit = Exhibit(load_together([str(file) for file in files], LoadOptions()), memory=memory)
        self.world = self.exhibit.world
        self.exhibit.open(context)

    def settle(self) -> None:
        """Until all workers rest and everything is uploaded."""
        end, busy = time.monotonic() + 20, True
        while busy:
            jobs, busy = [display.job for display in self.exhibit.displays], self.exhibit.busy
            self.exhibit.step([], 0.01)
            self.exhibit.prepare()
            busy = busy or jobs != [display.job for display in self.exhibit.displays]
            assert time.monotonic() < end, "the workers do not come to rest"
            time.sleep(0.001)
        self.exhibit.prepare(EVERYTHING)

    def place(self, picture: int) -> None:
        self.exhibit.place(picture)
        self.settle()

    @property
    def told(self) -> list[str]:
        return [notice.headline for notice in self.world.notices]

    def states(self, number: int) -> set[WallState]:
        return {wall.state for wall in self.world.halls[number].walls}

    def seen(self, eyes: Pose) -> np.ndarray:
        size = (160, 100)
        self.world.time = 100.0
        self.exhibit.prepare(EVERYTHING)
        return self.exhibit.renderer.render_picture(View.symmetric(eyes, size[0] / size[1]), size)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    (tmp_path / "photos").mkdir()
    for number, colour in enumerate(("navy", "white", "red")):
        Image.new("RGB", (40, 30), colour).save(tmp_path / "photos" / f"{number}.png")

    def write(name: str, lines: str) -> Path:
        (tmp_path / name).write_text(lines)
        return tmp_path / name

    return write


@pytest.fixture
def opened(context: moderngl.Context) -> Iterator[Callable[..., Opened]]:
    torch.set_num_threads(1)
    shown: list[Opened] = []

    def opened(*files: Path, memory: int | None = None) -> Opened:
        shown.append(Opened(list(files), context, memory))
        shown[-1].settle()
        return shown[-1]

    with context:
        yield opened
        for one in shown:
            one.exhibit.close()
            one.exhibit.renderer.release()
        GLErrors(context).check("the end of a test")


def test_one_picture_runs_through_all_and_each_has_its_own_maps_and_answer(write, opened) -> None:
    both = opened(write("a.py", PLAIN), write("b.py", PICKY))
    first, second = both.world.halls
    assert (len(first.scores), len(second.scores)) == (3, 2)
    assert both.states(0) == both.states(1) == {WallState.READY}
    assert (first.walls[0].subtitle, second.walls[0].subtitle) == ("3 × 20 × 20", "3 × 32 × 24")
    for file, hall in (("a.py", first), ("b.py", second)):
        alone = opened(write(file, {"a.py": PLAIN, "b.py": PICKY + 'images = "photos"\n'}[file])).world.hall
        assert alone.scores == hall.scores, "as if it stood there alone"
    before = [hall.scores for hall in both.world.halls]
    both.place(2)
    assert all(hall.scores != former for hall, former in zip(both.world.halls, before, strict=True))


def test_the_walls_of_the_second_show_what_they_show_alone(write, opened) -> None:
    files = write("a.py", PLAIN), write("b.py", PICKY + 'images = "photos"\n')
    both, alone = opened(*files), opened(files[1])
    for wall in alone.world.hall.walls[:3]:
        eyes = wall.pose @ Pose((0.0, 0.0, 0.7))
        beside = both.world.halls[1].placing.carry(eyes)
        middle = slice(40, 60), slice(70, 90)
        there, here = both.seen(beside)[middle].astype(int), alone.seen(eyes)[middle]
        assert np.abs(there - here).max() < 8, wall.title
        assert here.std() > 3


def test_a_network_that_fails_is_named_and_the_other_goes_on(write, opened) -> None:
    both = opened(write("a.py", PLAIN), write("b.py", PICKY))
    both.place(1)
    (told,) = both.told
    assert told.startswith("Picky: ")
    assert "too bright" in told
    assert both.world.easel.picture == 1
    assert both.states(0) == {WallState.READY}
    assert WallState.READY not in both.states(1)
    assert both.world.halls[0].scores
    assert not both.world.halls[1].scores
    assert both.world.halls[1].no_scores == "The network failed on this picture."
    both.place(0)
    assert both.states(1) == {WallState.READY}, "and it goes on with the next one"


def test_a_picture_that_cannot_be_opened_is_told_once_and_taken_off_the_easel(write, opened, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir(exist_ok=True)
    (tmp_path / "photos" / "3.png").write_bytes(b"no picture")
    both = opened(write("a.py", PLAIN), write("b.py", PICKY))
    both.world.notices.clear()
    both.place(3)
    assert [headline for headline in both.told if headline.startswith("3.png")] == both.told
    assert len(both.told) == 1
    assert both.world.easel.picture is None
    assert both.states(0) == both.states(1) == {WallState.EMPTY}


def test_at_the_start_a_picture_that_none_can_open_is_passed_over(write, opened, tmp_path: Path) -> None:
    (tmp_path / "photos" / "0.png").write_bytes(b"no picture")
    both = opened(write("a.py", PLAIN), write("b.py", PICKY.replace("1.5", "9")))
    assert both.world.easel.picture == 1
    assert both.states(0) == both.states(1) == {WallState.READY}


def test_what_one_network_cannot_read_is_its_own_failure(write, opened, tmp_path: Path) -> None:
    np.save(tmp_path / "photos" / "3.npy", np.ones((5, 16, 16), np.float32))
    five = PLAIN.replace("Conv2d(3,", "Conv2d(5,").replace("(3, 20, 20)", "(5, 16, 16)").replace("Plain", "Five")
    both = opened(write("a.py", PLAIN), write("b.py", five))
    both.place(3)
    (told,) = [headline for headline in both.told if "3.npy" in headline]
    assert told.startswith("Plain: 3.npy has the shape (5, 16, 16), and the network reads (3,")
    assert both.world.easel.picture == 3
    assert both.states(1) == {WallState.READY}
    assert both.world.halls[1].scores


def test_one_network_twice_stands_there_twice(write, opened) -> None:
    file = write("a.py", PLAIN)
    both = opened(file, file)
    assert [hall.network for hall in both.world.halls] == ["Plain (1)", "Plain (2)"]
    first, second = both.world.halls
    assert first.scores == second.scores != ()
    assert first.place != second.place


def test_the_detail_of_one_network_is_its_own(write, opened) -> None:
    both = opened(write("a.py", PLAIN), write("b.py", PICKY))
    counts = [len(hall.walls) for hall in both.world.halls]
    both.world.player.position = (both.world.halls[1].place.pose.position[0], 0.0, -8.0)
    both.exhibit.step([], 0.01)
    assert both.world.here == 1
    both.exhibit.step([ChooseDetail("all")], 0.01)
    both.settle()
    after = [len(hall.walls) for hall in both.world.halls]
    assert after[0] == counts[0]
    assert after[1] > counts[1]
    assert both.states(0) == both.states(1) == {WallState.READY}


def test_the_memory_is_for_all_together_and_who_needs_little_leaves_the_rest(write, opened) -> None:
    small = PLAIN.replace("Conv2d(3, 6, 3)", "Conv2d(3, 2, 9)").replace("Linear(6", "Linear(2")
    large = (
        PLAIN.replace("Conv2d(3, 6, 3)", "Conv2d(3, 400, 3)").replace("Linear(6", "Linear(400").replace("Plain", "L")
    )
    files = write("a.py", small), write("b.py", large)
    needs = [display.worker.need for display in opened(*files).exhibit.displays]
    enough = opened(*files, memory=sum(needs) + 10)
    assert [display.worker.plan.left_out for display in enough.exhibit.displays] == [frozenset(), frozenset()]
    assert sum(needs) // 2 < needs[1], "half of it would not have been enough"
    assert sum(display.worker.memory for display in enough.exhibit.displays) <= sum(needs) + 10
    short = opened(*files, memory=sum(needs) * 2 // 3)
    left_out = [display.worker.plan.left_out for display in short.exhibit.displays]
    assert not left_out[0]
    assert left_out[1]
    (told,) = short.told
    assert told.startswith("L: ")
    assert "left out to stay within" in told


def test_answers_over_the_picture_are_shown_one_after_the_other(write, opened) -> None:
    files = [
        write(f"{name}.py", SEGMENTS.replace("NAME", name).replace("SEED", seed) + 'images = "photos"\n')
        for name, seed in (("One", "1"), ("Two", "2"))
    ]
    both = opened(*files)
    world = both.world
    assert set(world.overlays) == {0, 1}
    assert world.overlaid, "the first answer is shown"
    shown = []
    for _ in range(3):
        shown.append(world.picture(overlay_number(world.overlaying)).name if world.overlaid else "the picture")
        both.exhibit.step([ToggleOverlay()], 0.01)
    assert sorted(shown) == ["One: what the network sees", "Two: what the network sees", "the picture"]
    assert not np.array_equal(world.overlays[0].pixels, world.overlays[1].pixels)


def test_a_network_whose_forward_fails_at_the_start_is_named(write) -> None:
    broken = PLAIN.replace("Plain", "Broken").replace("Linear(6, 3)", "Linear(5, 3)")
    with pytest.raises(UserError) as caught:
        Exhibit(load_together([str(write("a.py", PLAIN)), str(write("b.py", broken))], LoadOptions()))
    assert str(caught.value).startswith("Broken: ")
