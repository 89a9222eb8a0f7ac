"""The walls against a renderer with a quad for each map (benchmarks/_quads.py): where both are exact, they agree."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import moderngl
import numpy as np
import pytest
from walls import arena_of, enqueue, facing, plan_of, wall

from vrcnn.bench import load
from vrcnn.render.renderer import Renderer
from vrcnn.render.target import Target
from vrcnn.resources import resource
from vrcnn.scene.camera import View
from vrcnn.scene.drawables import Box, Drawables
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.theme import DARK

pytestmark = pytest.mark.gl
SIZE = (500, 400)
COLUMNS, ROWS, TEXELS = 10, 8, 6  # maps beside and below each other, and texels of a map's side


@pytest.fixture
def quads() -> ModuleType:
    return load(resource("benchmarks", "_quads.py"))


@pytest.fixture
def renderers(context: moderngl.Context, quads: ModuleType) -> Iterator[tuple[Renderer, Renderer]]:
    """One that draws walls and one that draws quads, with the same maps."""
    maps = np.random.default_rng(11).normal(size=(COLUMNS * ROWS - 3, TEXELS, TEXELS))
    plan = plan_of([maps])
    ours, theirs = Renderer(context, DARK), Renderer(context, DARK)
    for renderer in (ours, theirs):
        renderer.set_plan(plan)
        enqueue(renderer.stores[0], 0, arena_of([maps], plan), 1.5)
        renderer.stores[0].upload(1 << 30)
        renderer.stores[0].states.settle()
    quads.draw_quads(theirs, context)
    yield ours, theirs
    for renderer in (ours, theirs):
        renderer.release()


def seen(context: moderngl.Context, renderer: Renderer, view: View, cell: float) -> np.ndarray:
    """(H, W, 3) int: a wall with cells of `cell` m two metres ahead, one sample a pixel."""
    grid = wall(renderer.stores[0].plan.spans[0], COLUMNS, cell)
    backing = Box(Pose((0.0, 0.0, -2.01)), (1.5 * grid.width, 1.5 * grid.height, 0.002), "wall", glow=1.0)
    renderer.prepare({"wall": Drawables(grids=(grid,), boxes=(backing,))}, 0.0)
    target = Target(context, SIZE, samples=0)
    renderer.draw(view, target.framebuffer, SIZE)
    pixels = target.read().astype(int)
    target.release()
    return pixels


def test_of_whole_texels_both_show_the_same_in_every_pixel(
    context: moderngl.Context, renderers: tuple[Renderer, Renderer]
) -> None:
    """A cell of 50 pixels has a map of 48, eight to a texel, and a pixel of gap on each side of it."""
    view = View(Pose(), -1.0, 1.0, -SIZE[1] / SIZE[0], SIZE[1] / SIZE[0])
    cell = 2.0 * 2.0 * 50 / SIZE[0]
    ours, theirs = (seen(context, renderer, view, cell) for renderer in renderers)
    differences = np.abs(ours - theirs).max(axis=2)
    rows, columns = (np.isin(np.arange(side) % 50, (0, 49)) for side in differences.shape)
    gap = rows[:, None] | columns
    assert np.count_nonzero(differences[~gap] > 1) == 0
    assert differences.max() <= 4, "the box that quads have behind them has fog and noise of its own"
    assert len(np.unique(ours.reshape(-1, 3), axis=0)) > 200, "it is no empty picture"


@pytest.mark.parametrize("turned", [turn(0.2, 0.1), turn(-0.5, 0.3)])
def test_aslant_they_differ_on_edges_only_and_there_ours_lies_between_its_neighbours(
    context: moderngl.Context, renderers: tuple[Renderer, Renderer], turned: tuple[float, float, float, float]
) -> None:
    view = facing(SIZE, 40.0)
    view = View(Pose((0.0, 0.0, 0.0), turned), view.left, view.right, view.down, view.up)
    ours, theirs = (seen(context, renderer, view, 0.3) for renderer in renderers)
    differs = np.abs(ours - theirs).max(axis=2) > 3
    beside = np.stack([np.roll(theirs, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)])
    flat = np.ptp(beside, axis=0).max(axis=2) <= 3
    assert not (differs & flat)[1:-1, 1:-1].any(), "where a texel covers the pixels around, both show its colour"
    assert 0.02 < differs.mean() < 0.4
