"""A layer that is in a folded run of blocks is shown for those who go to it, by its worker; what cannot be is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import moderngl
import pytest
from showing import Album, Show, shows

from vrcnn.scene.intents import GoTo, ToggleRun
from vrcnn.scene.searching import search

pytestmark = pytest.mark.gl
NETWORK = """
import torch
from torch import nn

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second, self.norm = nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1), nn.ReLU()

    def forward(self, x):
        return self.norm(self.second(self.first(x)))

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Sequential(*[Block() for _ in range(5)]), nn.Flatten(1))
input_size = (3, 12, 12)
"""


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Callable[..., Show]]:
    context = moderngl.create_context(standalone=True, backend="egl", require=430)
    with shows(tmp_path, context) as opened:
        yield opened


def folded(show: Callable[..., Show]) -> Show:
    shown = show(Album(["red"]), NETWORK)
    shown.settle()
    shown.exhibit.step([ToggleRun("1.0")], 0.01)
    shown.settle()
    assert {wall.name for wall in shown.world.hall.walls} >= {"1.4.first", "1.4.second"}
    assert not any(wall.name == "1.2.second" for wall in shown.world.hall.walls)
    return shown


def stands_at(shown: Show) -> str:
    for _ in range(40):
        shown.exhibit.step([], 0.01)
    hall, index = shown.world.journey.at or (0, 0)
    return shown.world.halls[hall].walls[index].name


def test_a_run_that_conceals_the_layer_is_opened_and_the_visitor_stands_before_it(show) -> None:
    shown = folded(show)
    found = search(shown.world.halls, "1.2.second")[0]
    assert (found.name, found.shown) == ("1.2.second", False)
    shown.exhibit.step([GoTo(found.name)], 0.01)
    shown.settle()
    assert any(wall.name == "1.2.second" for wall in shown.world.hall.walls)
    assert stands_at(shown) == "1.2.second"
    assert search(shown.world.halls, "1.2.second")[0].shown
    assert shown.world.notices == []


def test_a_part_of_a_layer_leads_before_the_layer(show) -> None:
    shown = show(Album(["red"]), NETWORK)
    shown.settle()
    shown.exhibit.step([GoTo("1.3.norm")], 0.01)
    shown.settle()
    assert stands_at(shown) == "1.3.second"


def test_a_layer_that_there_is_not_is_told_in_a_sentence(show) -> None:
    shown = show(Album(["red"]), NETWORK)
    shown.settle()
    before = shown.world.player.position
    shown.exhibit.step([GoTo("1.3.sceond")], 0.01)
    shown.settle()
    (notice,) = shown.world.notices
    assert notice.headline.startswith('There is no layer "1.3.sceond" in this network: did you mean 1.3.second')
    assert shown.world.player.position == before
