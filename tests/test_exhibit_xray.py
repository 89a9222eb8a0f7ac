"""The sieve before the easel, in the World: pictures, changes, several networks, the twin, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest
import torch
from PIL import Image

from vrcnn.attribution.results import Attribution, Wish
from vrcnn.cli import main
from vrcnn.exhibit import Exhibit
from vrcnn.export.session_parts import PARTS, take_all, tell_all
from vrcnn.network.source import LoadOptions, load
from vrcnn.network.together import load_together
from vrcnn.render.context import standalone_context
from vrcnn.scene.flip_board import furnish_flip_board
from vrcnn.scene.sieve_panel_intents import ChooseSieve
from vrcnn.scene.world import World
from vrcnn.scene.xray_intents import ToggleSieve, TurnSieve
from vrcnn.scene.xray_requests import FindCurve, FindFlips, LookThrough
from vrcnn.studio import open_studio
from vrcnn.susceptibility.sieve import Sieve
from vrcnn.twins import twin_of, with_twins
from vrcnn.xraying import ask_of_sieve

pytestmark = pytest.mark.gl
EVERYTHING = 1 << 30
NETWORK = """
import torch
from torch import nn
torch.manual_seed(1)
model = nn.Sequential(nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
                      nn.Linear(6, 3))
input_size = (3, 20, 20)
images = "photos"
title = "Plain"
"""
SEGMENTS = """
import torch
from torch import nn
torch.manual_seed(2)
model = nn.Conv2d(3, 4, 1)
input_size = (3, 16, 16)
task = "segmentation"
title = "Parts"
"""


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    torch.set_num_threads(1)
    context = standalone_context()
    yield context
    context.release()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    chance = np.random.default_rng(0)
    for number in range(5):
        pixels = chance.integers(0, 256, (24, 24, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{number}.png")
    (tmp_path / "plain.py").write_text(NETWORK)
    (tmp_path / "parts.py").write_text(SEGMENTS)
    return tmp_path


@pytest.fixture
def shown(folder: Path, context: moderngl.Context) -> Iterator[Callable[..., Exhibit]]:
    opened: list[Exhibit] = []

    def show(*names: str, twin: bool = False) -> Exhibit:
        sources = load_together([str(folder / name) for name in names], LoadOptions())
        opened.append(Exhibit(with_twins(sources) if twin else sources))
        opened[-1].open(context)
        settle(opened[-1])
        return opened[-1]

    with context:
        yield show
        for exhibit in opened:
            exhibit.close()


def settle(exhibit: Exhibit) -> World:
    busy = True
    while busy:
        busy = exhibit.busy or exhibit.pending > 0 or exhibit.sieves._waiting is not None
        exhibit.step([], 0.01)
        exhibit.prepare(EVERYTHING)
    return exhibit.world


def test_the_sieve_is_put_before_the_picture_turned_and_taken_away(shown: Callable[..., Exhibit]) -> None:
    exhibit = shown("plain.py")
    world = exhibit.world
    scores, heat = world.hall.scores, np.ones((20, 20), np.float32)
    world.hall.attributing.take(Attribution(Wish(), 1, "a class", 2.0, "", heat, heat[None], picture=0))
    world.hall.attributing.shown = False
    exhibit.step([ToggleSieve()], 0.01)
    assert world.hall.attributing.found is None  # it was of the picture before no sieve
    settle(exhibit)
    xray = world.hall.xray
    first = dict(xray.changes)
    assert world.sieving.before
    assert (xray.sieve, xray.behind, xray.picture, xray.plain) == (world.sieving.sieve, world.sieving.sieve, 0, scores)
    assert first.keys() == exhibit.displays[0].worker.plan.spans.keys()
    assert world.overlaid
    assert world.overlay is not None
    exhibit.step([TurnSieve(-1), TurnSieve(-1), TurnSieve(-1)], 0.01)
    settle(exhibit)
    assert xray.sieve == world.sieving.sieve == Sieve().turned(-3)
    assert all(not np.array_equal(xray.changes[node], first[node], equal_nan=True) for node in first)
    exhibit.place(1)
    assert not xray.changes
    settle(exhibit)
    assert (xray.picture, len(xray.changes)) == (1, len(first))
    exhibit.place(0)
    settle(exhibit)
    exhibit.step([ToggleSieve()], 0.01)
    settle(exhibit)
    assert (world.hall.scores, xray.changes, xray.behind, world.overlaid) == (scores, {}, None, False)


def test_what_is_turned_quickly_waits_for_the_pass_that_runs_and_the_last_of_it_counts(
    shown: Callable[..., Exhibit],
) -> None:
    exhibit = shown("plain.py")
    asked: list[Sieve | None] = []
    worker = exhibit.displays[0].worker
    look = worker.look_through
    worker.look_through = lambda sieve: (asked.append(sieve), look(sieve))[1]  # type: ignore[method-assign]
    sieves = [Sieve("shift", float(amount)) for amount in range(1, 9)]
    exhibit.world.sieving.before, exhibit.world.sieving.sieve = True, sieves[-1]
    for sieve in sieves:
        exhibit.sieves.look_through(sieve)
    settle(exhibit)
    assert asked == [sieves[0], sieves[-1]]
    assert exhibit.world.hall.xray.sieve == sieves[-1]


def test_what_does_not_go_through_leaves_nothing_of_the_sieve_before(shown: Callable[..., Exhibit]) -> None:
    exhibit = shown("plain.py")
    world, xray = exhibit.world, exhibit.world.hall.xray
    exhibit.step([ToggleSieve()], 0.01)
    settle(exhibit)
    assert xray.changes
    assert world.overlays
    exhibit.step([ChooseSieve(Sieve("patches", 112.0))], 0.01)
    settle(exhibit)
    assert "take smaller ones" in world.notices[-1].headline
    assert (xray.behind, xray.plain, xray.changes, world.overlays, world.overlaid) == (None, (), {}, {}, False)
    exhibit.step([ChooseSieve(Sieve("patches", 4.0))], 0.01)
    settle(exhibit)
    assert xray.changes
    assert (xray.behind, world.overlaid) == (Sieve("patches", 4.0), True)
    xray.sought = "patches:112", 4
    ask_of_sieve(FindFlips(Sieve("patches", 112.0), 4, 0), exhibit)
    settle(exhibit)
    assert "Nothing is known: it was stopped" in " ".join(each.text for each in furnish_flip_board(world, 0).labels)


def test_a_session_puts_the_sieve_before_the_picture_or_away(shown: Callable[..., Exhibit]) -> None:
    exhibit = shown("plain.py")
    world, without = exhibit.world, tell_all(exhibit.world)
    world.sieving.in_hand = "mouse"
    PARTS["sieve"].take({"text": "shift:2", "before": True}, exhibit.opening)
    settle(exhibit)
    assert (world.sieving.before, world.sieving.in_hand) == (True, None)
    assert world.hall.xray.behind == Sieve("shift", 2.0)
    take_all(without, exhibit.opening)
    settle(exhibit)
    assert (world.sieving.before, world.hall.xray.behind) == (False, None)


def test_several_networks_share_it_and_the_easel_shows_what_the_one_before_which_one_stands_reads(
    shown: Callable[..., Exhibit],
) -> None:
    exhibit = shown("plain.py", "parts.py")
    world = exhibit.world
    world.sieving.before = True
    ask_of_sieve(LookThrough(Sieve("windows", 4.0)), exhibit)
    settle(exhibit)
    assert all(hall.xray.sieve == Sieve("windows", 4.0) and hall.xray.changes for hall in world.halls)
    assert world.overlays.keys() == {0, 1}
    for here in (1, 0):
        world.here = here
        exhibit.sieves.follow()
        assert (world.overlaid, world.overlaying) == (True, here)
    read = {number: each.pixels for number, each in world.overlays.items()}
    for display in exhibit.displays:  # as when another picture runs
        display._lay_over(None)
        exhibit.sieves.follow()
    for number in (1, 0):  # the other one's comes first
        exhibit.displays[number]._lay_over(read[number])
        exhibit.sieves.follow()
    assert (world.overlaid, world.overlaying) == (True, 0)
    for display in exhibit.displays:
        display._lay_over(None)
    exhibit.sieves.follow()
    world.answer_wanted = world.halls[1].network  # by a session
    for number in (1, 0):
        exhibit.displays[number]._lay_over(read[number])
        exhibit.sieves.follow()
    assert (world.overlaid, world.overlaying) == (True, 1)
    ask_of_sieve(FindCurve("shift", 4, 1), exhibit)
    settle(exhibit)
    assert "no scores of classes" in world.notices[-1].headline


def test_the_untrained_twin_stands_beside_its_network(shown: Callable[..., Exhibit]) -> None:
    exhibit = shown("plain.py", twin=True)
    assert [hall.network for hall in exhibit.world.halls] == ["Plain", "Plain (untrained)"]
    ask_of_sieve(FindCurve("low-pass", 4, 0), exhibit)
    ask_of_sieve(FindFlips(Sieve(), 4, 0), exhibit)
    ask_of_sieve(FindFlips(Sieve("low-pass", 0.02), 4, 0), exhibit)
    world = settle(exhibit)
    curve, flips = world.halls[0].xray.curves["low-pass"], world.halls[0].xray.flips
    assert len(curve.points) == 15
    assert all(point.untrained is not None for point in curve.points)
    assert flips is not None
    assert (flips.sieve, flips.done) == (Sieve("low-pass", 0.02), 4)
    assert flips.flipped_untrained is not None
    assert not world.halls[0].inquiries


def test_a_recording_and_a_network_without_pictures_have_no_sieve(folder: Path, shown: Callable[..., Exhibit]) -> None:
    exhibit = shown("plain.py")
    exhibit.displays[0].worker.lacks_network = "Plain is a recording: there is no network to run."
    exhibit.step([ToggleSieve()], 0.01)
    settle(exhibit)
    assert not exhibit.world.sieving.before
    assert "is a recording" in exhibit.world.notices[-1].headline


def test_on_the_command_line_and_in_a_picture(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output, plain = folder / "seen.png", str(folder / "plain.py")
    arguments = ["render", plain, "--size", "160x100", "-o", str(output)]
    assert main([*arguments, "--sieve", "windows:3", "--twin"]) == 0
    with pytest.raises(SystemExit):
        main([*arguments, "--sieve", "colander:3"])
    assert '"colander:3" is no sieve: give one such as low-pass:0.18' in capsys.readouterr().err
    assert main([*arguments, "--sieve", "patches:56"]) == 2
    assert "take smaller ones" in capsys.readouterr().err
    source = load(plain, LoadOptions())
    assert twin_of(source).module is not source.module
    exhibit = Exhibit([source, twin_of(source)])
    exhibit.world.sieving.sieve, exhibit.world.sieving.before = Sieve("shift", 3.0), True
    with open_studio(exhibit) as studio:
        exhibit.world.overlaying = 1  # as when its twin is the first to answer
        exhibit.world.overlays[1] = exhibit.world.pictures[0]
        studio.settle()
        assert exhibit.world.overlaying == 0
        assert exhibit.world.hall.xray.behind == Sieve("shift", 3.0)
        assert exhibit.world.hall.xray.changes
