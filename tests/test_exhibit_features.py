"""Feature visualizations on show: on their tiles, in the hand, given up, failed with a word, and back from the disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest
import torch
from PIL import Image
from showing import Album, Show, shades, shows

from vrcnn.engine.messages import GraphChanged
from vrcnn.exhibit import Exhibit
from vrcnn.featurevis.settings import Settings
from vrcnn.network.source import LoadOptions
from vrcnn.network.together import load_together
from vrcnn.render.context import standalone_context
from vrcnn.scene.feature_intents import (
    CancelFeatures,
    ChooseFeatureSettings,
    DeleteFeatures,
    PauseFeatures,
    TakeNoise,
    TurnAllWalls,
    VisualizeAll,
)
from vrcnn.scene.features import FeatureState
from vrcnn.scene.picture_numbers import thumbnail_number
from vrcnn.scene.reading import MapAt
from vrcnn.scene.shelving import ADDED
from vrcnn.scene.visualizing import place_of_wall

pytestmark = pytest.mark.gl
QUICK = Settings(steps=3, rate=0.1)
LONG = replace(QUICK, steps=100_000)
SMALL = """
import torch
from torch import nn
torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(3, 6, 3), nn.ReLU(), nn.Conv2d(6, 4, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3)
)
input_size = (3, 24, 24)
"""
DETACHED = """
import torch
from torch import nn

class Round(nn.Module):
    def forward(self, x):
        return torch.round(x).detach()

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 6, 3), Round(), nn.Conv2d(6, 4, 3), nn.Conv2d(4, 4, 3))
input_size = (3, 24, 24)
"""


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = standalone_context()
    yield context
    context.release()


@pytest.fixture
def show(tmp_path: Path, context: moderngl.Context, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Show]]:
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    with shows(tmp_path, context) as show:

        def settled(lines: str = SMALL) -> Show:
            shown = show(Album(shades(3)), lines)
            shown.settle()
            shown.exhibit.step([ChooseFeatureSettings(QUICK)], 0.01)
            return shown

        yield settled


def states(shown: Show) -> dict[FeatureState, int]:
    counted: dict[FeatureState, int] = {}
    for known in shown.world.hall.features.known.values():
        for feature in known.values():
            counted[feature.state] = counted.get(feature.state, 0) + 1
    return counted


def until(shown: Show, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        shown.exhibit.step([], 0.01)
        shown.exhibit.prepare()
        assert time.monotonic() < end
        time.sleep(0.001)


def test_all_channels_of_a_network_are_made_onto_their_tiles(show) -> None:
    shown = show()
    world, features = shown.world, shown.world.hall.features
    wanted = sum(wall.span.count for wall in world.hall.walls if wall.span)
    before = shown.seen()
    shown.exhibit.step([VisualizeAll(0)], 0.01)
    assert states(shown) == {FeatureState.WAITING: wanted}
    shown.settle()
    assert set(states(shown)) <= {FeatureState.MADE, FeatureState.FAILED}
    assert sum(states(shown).values()) == wanted
    job = features.job
    assert (job.done, job.total, job.running) == (wanted, wanted, False)
    assert job.failed == states(shown).get(FeatureState.FAILED, 0)
    assert job.stored > 0
    first = place_of_wall(world.hall, world.hall.walls[1])
    feature = features.of(first.tensor, 0)
    assert feature.made.place == first
    assert len(feature.sights) == 3
    assert not np.array_equal(before, shown.seen())


def test_what_waits_is_given_up_and_what_was_made_stays(show) -> None:
    shown = show()
    features = shown.world.hall.features
    shown.exhibit.step([VisualizeAll(0)], 0.01)
    shown.settle()
    made = sum(states(shown).values())
    shown.exhibit.step([ChooseFeatureSettings(LONG), VisualizeAll(0)], 0.01)
    until(shown, lambda: FeatureState.FORMING in states(shown))
    shown.exhibit.step([CancelFeatures(0)], 0.01)
    shown.settle()
    assert set(states(shown)) <= {FeatureState.MADE, FeatureState.FAILED}
    assert sum(states(shown).values()) == made
    assert (features.job.total, features.job.running, features.job.paused) == (0, False, False)


def test_a_pause_holds_the_worker_and_pictures_still_run(show) -> None:
    shown = show()
    job = lambda: shown.world.hall.features.job  # noqa: E731
    shown.exhibit.step([ChooseFeatureSettings(LONG), VisualizeAll(0)], 0.01)
    until(shown, lambda: job().running)
    shown.exhibit.step([PauseFeatures(True, 0)], 0.01)
    shown.settle()
    assert job().paused
    assert not job().running
    shown.exhibit.place(1)
    shown.settle()
    assert not shown.world.hall.job.running
    shown.exhibit.step([PauseFeatures(False, 0)], 0.01)
    until(shown, lambda: job().running)


def test_layers_that_fail_are_told_in_one_notice(show) -> None:
    shown = show(DETACHED)
    shown.exhibit.step([VisualizeAll(0)], 0.01)
    shown.settle()
    told = [notice for notice in shown.world.notices if "visualized" in notice.headline]
    assert len(told) == 1
    assert told[0].headline == "3 layers could not be visualized."
    assert len(told[0].detail.splitlines()) == 3
    assert states(shown)[FeatureState.FAILED] >= 14


def test_a_visualization_comes_into_the_hand_and_runs_as_exactly_what_it_was_made_with(show) -> None:
    shown = show()
    world, exhibit = shown.world, shown.exhibit
    exhibit.step([VisualizeAll(0)], 0.01)
    shown.settle()
    wall = world.hall.walls[3]
    place = place_of_wall(world.hall, wall)
    made = world.hall.features.of(place.tensor, 2).made
    exhibit.displays[0].features.take("mouse", place.tensor, 2)
    shown.settle()
    assert world.hands["mouse"].holding == 3
    assert world.pictures[3].name == f"{place.name}, channel 2"
    assert np.array_equal(world.pictures[3].pixels[..., :3], made.pixels)
    assert world.shelf.columns == 4
    exhibit.place(3)
    shown.settle()
    assert world.easel.picture == 3
    maps = exhibit.renderer.stores[0]
    world.gallery.pointing.shown = MapAt(0, wall.node, 2)
    exhibit.renderer.read(world, wait=True)
    assert maps.pending == 0
    assert world.gallery.reading.values.mean() == pytest.approx(made.activation, rel=2e-3)
    exhibit.displays[0].features.take("mouse", place.tensor, 2)
    shown.settle()
    assert world.hands["mouse"].holding == 3, "a full hand takes nothing"


def test_noise_comes_into_the_hand_and_the_shelf_does_not_grow_for_ever(show) -> None:
    shown = show()
    world = shown.world
    for kind in ("gaussian", "uniform", "natural"):
        shown.exhibit.step([TakeNoise("mouse", kind)], 0.01)
        shown.settle()
        assert world.hands["mouse"].holding == len(world.pictures) - 1
        assert len(world.pictures) - 1 in world.shelf.shown(len(world.pictures))
        world.hands["mouse"].holding = None
    assert len({picture.pixels.tobytes() for picture in world.pictures}) == 6
    shown.exhibit.place(4)
    shown.settle()
    for _ in range(ADDED):
        shown.exhibit.step([TakeNoise("mouse", "uniform")], 0.01)
        shown.settle()
        assert world.hands["mouse"].holding in world.shelf.shown(len(world.pictures)), "the shelf turns to its page"
        world.hands["mouse"].holding = None
    assert len(world.pictures) == 3 + ADDED
    assert world.pictures[4].name.startswith("uniform noise 2"), "what is on the easel stays"
    assert all(world.pictures[number].pixels is not None for number in world.shelf.shown(len(world.pictures)))


def test_walls_that_show_visualizations_are_filled_from_the_disk(show) -> None:
    first = show()
    first.exhibit.step([VisualizeAll(0)], 0.01)
    first.settle()
    second = show()
    second.exhibit.step([TurnAllWalls("both", 0)], 0.01)
    until(second, lambda: sum(states(second).values()) == sum(states(first).values()))
    assert second.world.hall.features.job.total == 0


def test_deleting_takes_them_off_the_disk_and_off_the_walls(show, tmp_path: Path) -> None:
    shown = show()
    shown.exhibit.step([VisualizeAll(0)], 0.01)
    shown.settle()
    assert list((tmp_path / "cache").rglob("*.png"))
    shown.exhibit.step([DeleteFeatures(0, sure=True)], 0.01)
    shown.settle()
    assert not list((tmp_path / "cache").rglob("*.png"))
    assert not shown.world.hall.features.known
    assert shown.world.hall.features.job.stored == 0


def test_natural_pictures_are_lent_to_the_channel_that_is_looked_at(show) -> None:
    shown = show()
    world = shown.world
    shown.exhibit.step([VisualizeAll(0)], 0.01)
    shown.settle()
    features = world.hall.features
    tensors = {place_of_wall(world.hall, wall).tensor: wall.node for wall in world.hall.walls}
    answering = [
        (tensor, channel) for tensor in tensors for channel, each in features.known[tensor].items() if each.sights
    ]
    lent = []
    for tensor, channel in answering[:6]:
        world.gallery.pointing.shown = MapAt(0, tensors[tensor], channel)
        world.time += 1.0
        shown.exhibit.displays[0].features.follow()
        lent.append(features.of(tensor, channel).thumbnails)
    assert [len(numbers) for numbers in lent] == [3] * 6
    assert max(max(numbers) for numbers in lent) == thumbnail_number(0)
    assert features.of(*answering[0]).thumbnails == (), "there are not enough for all"
    assert features.of(*answering[5]).thumbnails


def test_those_that_came_first_are_kept_small_until_somebody_looks_at_them(
    show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrcnn.visualizations.WHOLE", 3 * 24 * 24 * 3)
    monkeypatch.setattr("vrcnn.visualizations.THIN", 6)
    shown = show()
    world = shown.world
    shown.exhibit.step([VisualizeAll(0)], 0.01)
    shown.settle()
    features = world.hall.features
    large = [each for known in features.known.values() for each in known.values() if each.made.pixels.shape[0] == 24]
    assert len(large) == 3
    tensor, node = next((world.hall.tensor_of(wall.node), wall.node) for wall in world.hall.walls)
    small = next(channel for channel, each in features.known[tensor].items() if each.made.pixels.shape[0] == 6)
    world.gallery.pointing.shown, world.gallery.pointing.left = MapAt(0, node, small), 1e9
    until(shown, lambda: features.of(tensor, small).made.pixels.shape[0] == 24)
    assert features.of(tensor, small).state in (FeatureState.MADE, FeatureState.FAILED)


def test_another_way_through_the_network_forgets_them_and_another_detail_does_not(show) -> None:
    shown = show()
    exhibit, hall = shown.exhibit, shown.world.hall
    exhibit.step([VisualizeAll(0)], 0.01)
    shown.settle()
    display = exhibit.displays[0]
    known = sum(states(shown).values())
    display.show(hall.chosen.with_detail("all"))
    shown.settle()
    assert sum(states(shown).values()) == known
    other = replace(hall.full)
    exhibit.receive(GraphChanged(hall.graph, display.worker.plan, hall.scope, other), display)
    assert not hall.features.known


def test_of_several_networks_each_gets_it_in_its_own_way(
    tmp_path: Path, context: moderngl.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    torch.set_num_threads(1)
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (40, 30), "navy").save(tmp_path / "photos" / "0.png")
    (tmp_path / "a.py").write_text(SMALL + 'images = "photos"\ntitle = "A"\n')
    (tmp_path / "b.py").write_text(SMALL.replace("24, 24", "32, 32") + 'title = "B"\n')
    signals = SMALL.replace("2d", "1d").replace("(3, 24, 24)", "(3, 50)")
    (tmp_path / "c.py").write_text(signals + 'title = "C"\nexample_input = torch.ones(1, 3, 50)\n')
    files = [str(tmp_path / name) for name in ("a.py", "b.py", "c.py")]
    with context:
        exhibit = Exhibit(load_together(files, LoadOptions()))
        exhibit.open(context)

        def settle() -> None:
            busy = True
            while busy:
                busy = exhibit.busy
                exhibit.step([], 0.01)
                exhibit.prepare()
                time.sleep(0.001)

        settle()
        exhibit.step([TakeNoise("mouse", "natural")], 0.01)
        settle()
        assert exhibit.world.hands["mouse"].holding == 1
        exhibit.place(1)
        assert [display.worker.reads(1) for display in exhibit.displays] == [True, True, False]
        settle()
        assert all(hall.scores for hall in exhibit.world.halls[:2])
        assert sorted(exhibit.world.inputs) == [0], "A gets the numbers as they are"
        assert exhibit.world.picture(1).name.startswith("noise of a natural spectrum")
        exhibit.close()
        exhibit.renderer.release()
