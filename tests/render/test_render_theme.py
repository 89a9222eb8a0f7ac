"""A renderer takes another theme while it runs, and then draws what one made with that theme draws."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest
from walls import arena_of, enqueue, plan_of, wall

from vrcnn.render.renderer import Renderer
from vrcnn.scene.camera import View
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.drawables import Box, Drawables, Image, Label, Ribbon, Shadow
from vrcnn.scene.geometry import Pose
from vrcnn.scene.theme import DARK, LIGHT, Theme

pytestmark = pytest.mark.gl
SIZE = 320, 200
LAYER = np.random.default_rng(0).normal(size=(12, 8, 8))
EYES = View.symmetric(Pose((0.0, 1.6, 0.0)), 1.6)


def everything() -> Drawables:
    """One of each kind, the wall at the eyes' height."""
    grid = wall(plan_of([LAYER]).spans[0], columns=4)
    return Drawables(
        grids=(type(grid)(grid.span, Pose((0.0, 1.6, -2.0)), grid.width, grid.height, grid.columns, grid.rows),),
        boxes=(
            Box(Pose((-0.9, 1.0, -2.0)), (0.4, 0.4, 0.1), "frame"),
            Box(Pose((0.9, 1.0, -2)), (0.4, 0.4, 0.1), "head"),
        ),
        shadows=(Shadow((0.0, 0.0, -2.0), (1.5, 0.5)),),
        images=(Image(0, Pose((1.3, 2.0, -2.2)), 0.5, 0.5),),
        labels=(
            Label("input", Pose((-1.2, 2.2, -2.0)), 0.12, bold=True),
            Label("64 × 8", Pose((-1.2, 2.0, -2.0)), 0.1),
        ),
        ribbons=(Ribbon(np.array([(-1.2, 0.3, -2.0), (0.0, 0.4, -2.2), (1.2, 0.3, -2.0)], "f4"), 0.08),),
    )


def renderer_of(context: moderngl.Context, theme: Theme) -> Renderer:
    """With a wall of maps."""
    renderer = Renderer(context, theme)
    plan = plan_of([LAYER])
    renderer.set_plan(plan)
    enqueue(renderer.stores[0], 0, arena_of([LAYER], plan), 2.0)
    renderer.stores[0].upload(1 << 30)
    return renderer


def seen(renderer: Renderer, things: Drawables) -> np.ndarray:
    renderer.set_colouring(Colouring())
    renderer.prepare({"all": things}, 0.0)
    return renderer.render_picture(EYES, SIZE).astype(int)


def test_after_a_change_everything_is_drawn_as_by_a_renderer_of_that_theme(context: moderngl.Context) -> None:
    things = everything()
    renderer, light = renderer_of(context, DARK), renderer_of(context, LIGHT)
    dark = seen(renderer, things)
    renderer.set_theme(LIGHT)
    changed = seen(renderer, things)
    assert np.array_equal(changed, seen(light, things))
    assert (np.abs(changed - dark).max(axis=2) > 8).mean() > 0.9, "nearly every pixel is another"
    renderer.set_theme(DARK)
    assert np.array_equal(seen(renderer, things), dark)
    for one in (renderer, light):
        one.release()


def test_the_same_theme_again_builds_nothing(context: moderngl.Context) -> None:
    renderer = renderer_of(context, DARK)
    seen(renderer, everything())
    before = {name: dict(group.batches) for name, group in renderer._groups.items()}
    renderer.set_theme(DARK)
    assert all(group.batches == before[name] for name, group in renderer._groups.items())
    renderer.release()


def test_a_map_that_is_zero_is_black_at_night_and_nearly_white_on_paper(context: moderngl.Context) -> None:
    nothing = np.zeros((1, 8, 8))
    for theme, low, high in ((DARK, 0, 40), (LIGHT, 215, 255)):
        renderer = Renderer(context, theme)
        plan = plan_of([nothing])
        renderer.set_plan(plan)
        enqueue(renderer.stores[0], 0, arena_of([nothing], plan), 1.0)
        renderer.stores[0].upload(1 << 30)
        grid = wall(plan.spans[0], columns=1, cell=1.0)
        placed = type(grid)(grid.span, Pose((0.0, 1.6, -2.0)), grid.width, grid.height, 1, 1)
        middle = seen(renderer, Drawables(grids=(placed,)))[100, 160]
        assert low <= middle.min()
        assert middle.max() <= high
        renderer.release()
