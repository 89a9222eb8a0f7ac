"""Evaluations on show: with a real worker, beside pictures that run, and with the pictures that a filter brings."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest
import torch
from PIL import Image
from showing import EVERYTHING

from vrcnn.exhibit import Exhibit
from vrcnn.export.session_parts import take_all, tell_all
from vrcnn.network.source import LoadOptions, load
from vrcnn.opening import ExhibitOpening
from vrcnn.scene.intents import CancelInquiry, TurnPage
from vrcnn.scene.results_intents import Evaluate, FilterShelf
from vrcnn.scene.shelf_filter import ShelfFilter
from vrcnn.scene.verdict import score_lines, verdict
from vrcnn.scene.world import World

pytestmark = pytest.mark.gl
NETWORK = """
import torch
from torch import nn

torch.manual_seed(1)
model = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 8))
with torch.no_grad():
    model[4].weight.mul_(20)
labels = ["ant", "bee", "cow", "doe", "elk", "fly", "gnu", "hog"]
input_size = (3, 8, 8)
images = "photos"
"""
EACH = 14  # pictures of each of six classes: more than the shelf begins with


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labelled")
    (folder / "net.py").write_text(NETWORK)
    random = np.random.default_rng(0)
    for name in ("ant", "bee", "cow", "doe", "elk", "wasp"):
        (folder / "photos" / name).mkdir(parents=True)
        for number in range(EACH):
            pixels = random.integers(0, 255, (8, 8, 3)).astype(np.uint8)
            Image.fromarray(pixels).save(folder / "photos" / name / f"{number}.png")
    (folder / "photos" / "cow" / "3.png").write_bytes(b"no picture")
    return folder


@pytest.fixture
def exhibit(folder: Path) -> Iterator[Exhibit]:
    torch.set_num_threads(1)
    with moderngl.create_context(standalone=True, backend="egl", require=430) as context:
        shown = Exhibit(load(str(folder / "net.py"), LoadOptions()))
        shown.open(context)
        until(shown, lambda: not shown.busy)
        yield shown
        shown.close()
        shown.renderer.release()


def until(exhibit: Exhibit, done: Callable[[], bool]) -> None:
    """Until that is so, and what the worker has sent by then is taken in."""
    end = time.monotonic() + 20
    while not done():
        exhibit.step([], 0.01)
        time.sleep(0.002)
        assert time.monotonic() < end, [notice.headline for notice in exhibit.world.notices]
    exhibit.step([], 0.01)
    exhibit.prepare(EVERYTHING)


def evaluate(exhibit: Exhibit) -> None:
    exhibit.step([Evaluate(0)], 0.01)
    until(exhibit, lambda: (found := exhibit.world.hall.results) is not None and found.complete and not exhibit.busy)


def named(world: World) -> list[str]:
    return [world.pictures[number].name for number in world.shelf.shown(len(world.pictures))]


def test_the_board_says_whether_the_network_is_right(exhibit: Exhibit) -> None:
    world, hall = exhibit.world, exhibit.world.hall
    name = world.pictures[0].name.split("/")[0]
    assert hall.truth is not None
    assert hall.truth.label == name
    best = hall.scores[0]
    told = verdict(hall)
    assert told is not None
    assert told.words.startswith("Right" if best.label == name else "Wrong")
    assert any(line.true for line in score_lines(hall, 5)), "the true class is listed, wherever it ranks"
    strange = next(n for n, picture in enumerate(world.pictures) if picture.name.startswith("wasp"))
    exhibit.place(strange)
    until(exhibit, lambda: not exhibit.busy)
    told = verdict(hall)
    assert told is not None
    assert told.words == "Labelled wasp, none of its classes"


def test_an_evaluation_says_of_each_picture_what_its_own_pass_says(exhibit: Exhibit) -> None:
    world, hall = exhibit.world, exhibit.world.hall
    evaluate(exhibit)
    results = hall.results
    assert results is not None
    assert results.total == world.catalogue.count == 6 * EACH
    assert "5 of 6 folders are classes of the network" in results.how
    assert [world.catalogue.described.names[place] for place, _ in results.broken] == ["cow/3.png"]
    for place in (1, 30, 70):
        exhibit.step([FilterShelf(ShelfFilter(words=world.catalogue.described.names[place]))], 0.01)
        exhibit.place(world.catalogue.numbers[place])
        until(exhibit, lambda: not exhibit.busy)
        assert [score.index for score in hall.scores[:5]] == results.top[place].tolist()
        np.testing.assert_allclose([score.probability for score in hall.scores[:5]], results.scores[place], atol=1e-5)


def test_it_goes_on_after_a_picture_was_run_and_stops_when_told_to(exhibit: Exhibit) -> None:
    world, hall = exhibit.world, exhibit.world.hall
    exhibit.step([Evaluate(0)], 0.01)
    exhibit.place(2)
    until(exhibit, lambda: hall.results is not None and hall.results.complete and not exhibit.busy)
    assert world.easel.picture == 2
    assert hall.scores
    before = hall.results
    exhibit.step([Evaluate(0)], 0.01)
    until(exhibit, lambda: bool(hall.inquiries))
    exhibit.step([CancelInquiry(next(iter(hall.inquiries)), 0)], 0.01)
    until(exhibit, lambda: not exhibit.busy)
    assert not hall.inquiries
    assert hall.results is not None
    assert hall.results.total == before.total


def test_a_filter_brings_pictures_that_were_not_on_the_shelf(exhibit: Exhibit) -> None:
    world = exhibit.world
    before = named(world)
    known = {picture.name for picture in world.pictures}
    exhibit.step([FilterShelf(ShelfFilter(words="elk"))], 0.01)
    assert named(world) == [name for name in world.catalogue.described.names if name.startswith("elk")]
    assert not set(named(world)) <= known
    until(exhibit, lambda: all(world.pictures[n].pixels is not None for n in world.shelf.shown(len(world.pictures))))
    for number in world.shelf.shown(len(world.pictures)):
        path = world.pictures[number].path
        assert path is not None
        assert (world.pictures[number].pixels[..., :3] == np.asarray(Image.open(path))).all(), "each is its own file"
    exhibit.step([FilterShelf()], 0.01)
    assert named(world) == before
    exhibit.step([TurnPage(1)], 0.01)
    assert world.shelf.page == 1


def test_a_session_opens_with_the_results_and_the_shelf_as_they_were(exhibit: Exhibit, folder: Path, tmp_path) -> None:
    evaluate(exhibit)
    results = exhibit.world.hall.results
    exhibit.step([FilterShelf(ShelfFilter(outcome="wrong", order="most sure"))], 0.01)
    exhibit.step([TurnPage(1)], 0.01)
    told = json.loads(json.dumps(tell_all(exhibit.world)))
    again = Exhibit(load(str(folder / "net.py"), LoadOptions()))
    opening = ExhibitOpening(again, live=False)
    take_all({name: told[name] for name in ("results", "filter")}, opening)
    assert opening.notes == []
    found = again.world.hall.results
    assert found is not None
    for name in ("true", "predicted", "top", "scores"):
        assert (getattr(found, name) == getattr(results, name)).all()
    assert (found.names, found.how, found.broken) == (results.names, results.how, results.broken)
    assert named(again.world) == named(exhibit.world)
    assert again.world.shelf.selection.words == exhibit.world.shelf.selection.words
    again.world.catalogue.count = 3
    for content in ({"set": "another"}, {**told["results"], "networks": {"net": {"names": 3}}}):
        other = ExhibitOpening(again, live=False)
        take_all({"results": content}, other)
        assert len(other.notes) == 1
