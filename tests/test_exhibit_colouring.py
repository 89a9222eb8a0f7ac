"""Ranges and orders in a whole exhibit: walls know the order that they show, and follow the next picture."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from showing import Album, Show, shades, shows

from vrcnn.render.context import standalone_context
from vrcnn.scene.channels import channel_names
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.intents import Colour, StepColouring
from vrcnn.scene.tiles import channel_at

pytestmark = pytest.mark.gl


@pytest.fixture
def show(tmp_path: Path):
    context = standalone_context()
    with shows(tmp_path, context) as opened:
        shown = opened(Album(shades(4)))
        shown.settle()
        yield shown
    context.release()


def known(show: Show, values: str) -> dict[int, np.ndarray]:
    """Of each node what the renderer's states have of its maps: their means, deviations or differences."""
    states = show.exhibit.renderer.stores[0].states
    column = {"activation": 2, "variance": 3}.get(values)
    table = states._differences if column is None else states._statistics[:, column]
    return {node: table[span.row : span.row + span.count] for node, span in states.plan.spans.items()}


def in_order(show: Show, values: str) -> bool:
    found = known(show, values)
    orders = {wall.node: wall.order for wall in show.world.hall.walls if wall.span is not None}
    return all(
        order is not None and (np.diff(found[node][order]) <= 0).all() and sorted(order) == list(range(len(order)))
        for node, order in orders.items()
        if np.ptp(found[node]) > 0
    )


def choose(show: Show, colouring: Colouring) -> None:
    show.exhibit.step([Colour(colouring)], 0.01)
    show.exhibit.prepare(1 << 30)


@pytest.mark.parametrize("order", ["activation", "variance"])
def test_every_wall_knows_the_order_of_its_maps_and_follows_the_next_picture(show: Show, order: str) -> None:
    choose(show, Colouring(order=order))
    assert in_order(show, order)
    before = {wall.node: wall.order for wall in show.world.hall.walls}
    show.exhibit.place(1)
    show.settle()
    assert in_order(show, order)
    choose(show, Colouring())
    walls = [wall for wall in show.world.hall.walls if wall.span is not None]
    assert all([channel_at(wall, place) for place in range(3)] == [0, 1, 2] for wall in walls)
    assert any(before[wall.node] is not None for wall in walls)


def test_the_maps_that_a_picture_has_changed_most_come_first(show: Show) -> None:
    choose(show, Colouring(order="difference"))
    assert not any(difference.any() for difference in known(show, "difference").values()), "the first picture"
    show.exhibit.place(2)
    show.settle()
    assert any(np.ptp(difference) > 0 for difference in known(show, "difference").values())
    assert in_order(show, "difference")


def test_the_names_of_channels_go_with_their_maps(show: Show) -> None:
    wall = next(wall for wall in show.world.hall.walls if wall.span is not None and wall.span.count == 12)
    wall.channels = tuple(f"c{number}" for number in range(12))
    choose(show, Colouring(order="activation"))
    assert wall.order is not None
    assert [label.text for label in channel_names(wall)[1]] == [f"c{number}" for number in wall.order]


def test_a_choice_changes_what_is_seen_and_sends_no_map_again(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = [show.seen()]
    renderer = show.exhibit.renderer
    monkeypatch.setattr(renderer._gl, "TexSubImage3D", lambda *_: pytest.fail("a map was uploaded"))
    for part in ("gamma", "range", "colormap", "order"):
        show.exhibit.step([StepColouring(part, 1)], 0.01)
        seen.append(show.seen())
    assert [(before != after).any() for before, after in pairwise(seen)] == [True] * 4
