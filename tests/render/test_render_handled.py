"""Walls and links that were handled, seen: some rows of a wall at a time, and ribbons whose ends are pulled away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from walls import arena_of, colour_of, enqueue, facing, pixel_of, plan_of, wall

import vrcnn.render.map_store as map_store
from vrcnn.render.renderer import Renderer
from vrcnn.scene.drawables import Drawables, Ribbon
from vrcnn.scene.theme import DARK

pytestmark = pytest.mark.gl
SIZE = (480, 320)
VIEW = facing(SIZE)
LIMIT = 2.0


@pytest.mark.parametrize("arrays", [1, 4])
@pytest.mark.parametrize(("first_row", "rows"), [(0.0, 4.0), (1.3, 2.5), (0.7, 1.0), (3.55, 2.45), (4.0, 2.0)])
def test_a_window_of_rows_shows_these_and_cuts_the_first_and_the_last(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch, arrays: int, first_row: float, rows: float
) -> None:
    if arrays > 1:
        monkeypatch.setattr(map_store, "ARRAY_BYTES", 7 * ((36 + 9 + 1) * 2 + 16))
    maps = np.broadcast_to(np.linspace(-1.9, 1.9, 22)[:, None, None], (22, 6, 6)).copy()
    plan = plan_of([maps])
    renderer.set_plan(plan)
    assert len(renderer.stores[0].arrays) == arrays
    enqueue(renderer.stores[0], 0, arena_of([maps], plan), LIMIT)
    renderer.stores[0].upload(1 << 30)
    whole = wall(plan.spans[0], columns=4)
    cell = whole.width / 4
    grid = replace(whole, height=rows * cell, rows=rows, first_row=first_row)
    renderer.prepare({"walls": Drawables(grids=(grid,))}, 0.0)
    picture = renderer.render_picture(VIEW, SIZE).astype(int)
    seen = 0
    for v in np.linspace(0.01, 0.99, 40):
        across, down = 0.5, first_row + v * rows
        if not 0.12 < down % 1 < 0.88:
            continue
        for column in range(4):
            x = ((column + across) / 4 - 0.5) * grid.width
            at = pixel_of(VIEW, SIZE, grid.pose.apply((x, (0.5 - v) * grid.height, 0.0)))
            tile = int(down) * 4 + column
            expected = colour_of(maps[tile, 0, 0], LIMIT) if tile < 22 else np.multiply(DARK["wall"], 255)
            assert np.abs(picture[at] - expected).max() <= 4, f"map {tile} at {down}"
            seen += 1
    assert seen > 40
    outside = pixel_of(VIEW, SIZE, grid.pose.apply((0.0, grid.height / 2 + 0.02, 0.0)))
    below = pixel_of(VIEW, SIZE, grid.pose.apply((0.0, -grid.height / 2 - 0.02, 0.0)))
    renderer.prepare({}, 0.0)
    empty = renderer.render_picture(VIEW, SIZE).astype(int)
    for at in (outside, below):
        assert np.abs(picture[at] - empty[at]).max() <= 1, "nothing beyond the wall's edge"


def ribbon(pull: int = 0, shift: tuple[float, float] = (0.0, 0.0)) -> Ribbon:
    """From left to right, its ends at these heights."""
    share = np.linspace(0, 1, 49)
    y = shift[0] + (shift[1] - shift[0]) * share * share * (3 - 2 * share)
    points = np.stack([share * 1.6 - 0.8, y, np.full(49, -1.5)], 1).astype("f4")
    return Ribbon(points, 0.05, pull=pull)


def seen(renderer: Renderer, shown: Ribbon, row: tuple[float, ...] = ()) -> np.ndarray:
    world = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    anchors = np.array([world, row] if row else [world], np.float32)
    renderer.prepare({"links": Drawables(ribbons=(shown,))}, 0.0, anchors)
    return renderer.render_picture(VIEW, SIZE).astype(int)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.3, 0.3), (-0.25, 0.3)])
def test_a_pulled_ribbon_looks_like_one_that_was_made_there(renderer: Renderer, shift: tuple[float, float]) -> None:
    made = seen(renderer, ribbon(shift=shift))
    pulled = seen(renderer, ribbon(pull=1), (0.0, shift[0], 0.0, 1.0, 0.0, shift[1], 0.0, 0.0))
    empty = seen(renderer, ribbon(shift=(9.0, 9.0)))
    covered = np.abs(made - empty).max(axis=2) > 8
    assert covered.sum() > 500
    found = np.abs(pulled - empty).max(axis=2) > 8
    assert (covered ^ found).sum() < 0.09 * covered.sum()


def test_a_weak_ribbon_is_faint(renderer: Renderer) -> None:
    empty = seen(renderer, ribbon(shift=(9.0, 9.0)))
    strong, weak = (
        np.abs(seen(renderer, ribbon(pull=1), (0.0, 0.0, 0.0, strength, 0.0, 0.0, 0.0, 0.0)) - empty).sum()
        for strength in (1.0, 0.3)
    )
    assert 0.15 < weak / strong < 0.45
