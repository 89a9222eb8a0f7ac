"""Framed copies are drawn by the shader of the walls: the same colours, and others as soon as others are chosen."""

from __future__ import annotations

from dataclasses import replace

import moderngl
import numpy as np
import pytest
from walls import facing, pixel_of

from vrcnn.network.graph import Graph
from vrcnn.render.frame_store import pyramid
from vrcnn.render.renderer import Renderer
from vrcnn.scene.colormaps import colours_of
from vrcnn.scene.colouring import Colouring, colormap_of
from vrcnn.scene.framed_maps import FRAMES, furnish_frames
from vrcnn.scene.gallery import Frame
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Hall
from vrcnn.scene.map_shapes import frame_shape
from vrcnn.scene.reading import MapAt, Reading
from vrcnn.scene.theme import DARK
from vrcnn.scene.world import World

pytestmark = pytest.mark.gl
SIZE = (480, 320)
VIEW = facing(SIZE)
SAMPLES = np.array([0.0, 1.0, -2.0, 2.0], np.float32)


def world_with(*maps: np.ndarray) -> World:
    """A world in which copies of these maps hang side by side before the eyes."""
    world = World([Hall("A network", Graph((), ()))])
    for number, values in enumerate(maps, 1):
        reading = Reading(MapAt(0, 0, number), values.astype(np.float16), SAMPLES, np.array([-4, 4], np.float32))
        world.gallery.frames.append(Frame(number, reading, Pose(((number - 1.5) * 0.5, 0.0, -1.0))))
    world.gallery.revision += 1
    return world


def picture(renderer: Renderer, world: World) -> np.ndarray:
    renderer.set_colouring(world.colouring)
    renderer.read(world)
    renderer.prepare({"frames": furnish_frames(world)}, 0.0)
    return renderer.render_picture(VIEW, SIZE).astype(int)


def pixel(world: World, number: int, u: float, v: float) -> tuple[int, int]:
    """Where a place of a frame's map, 0 to 1 across and down, is in the picture."""
    frame = world.gallery.frames[number]
    shape = frame_shape(frame.reading)
    assert frame.pose is not None
    place = shape.x + (u - 0.5) * shape.map_width, shape.y + (0.5 - v) * shape.map_height, 0.004
    return pixel_of(VIEW, SIZE, frame.pose.apply(place))


def expected(world: World, number: int, value: float) -> np.ndarray:
    colormap = colormap_of(world.colouring, DARK)
    low, high = world.gallery.frames[number].reading.ends(world.colouring, colormap.diverging)
    return 255 * colours_of(colormap, np.array(value), low, high, world.colouring.gamma)


ONE = np.array([[-1.5, 0.5], [1.0, 0.0]])
OTHER = np.array([[0.25, 0.5, 0.75], [1.0, 1.25, 1.5], [1.75, -0.5, -1.0]])


@pytest.mark.parametrize(
    "colouring",
    [
        Colouring(),
        Colouring(range="map"),
        Colouring(range="fixed", fixed=0.5),
        Colouring(range="percentile", percentile=100.0),
        Colouring(range="percentile", percentile=60.0, gamma=1.5),
        Colouring(range="map", colormap="batlow"),
        Colouring(colormap="cividis", range="fixed", fixed=2.0),
    ],
    ids=lambda colouring: f"{colouring.range} {colouring.colormap}",
)
def test_a_frame_has_the_chosen_colours_in_every_pixel(renderer: Renderer, colouring: Colouring) -> None:
    world = world_with(ONE, OTHER)
    world.colouring = colouring
    seen = picture(renderer, world)
    for number, values in enumerate((ONE, OTHER)):
        rows, columns = values.shape
        for row in range(rows):
            for column in range(columns):
                at = pixel(world, number, (column + 0.5) / columns, (row + 0.5) / rows)
                assert np.abs(seen[at] - expected(world, number, values[row, column])).max() <= 3, (number, row, column)


def test_other_colours_need_no_other_frames_and_frames_come_and_go(renderer: Renderer) -> None:
    world = world_with(ONE)
    before = picture(renderer, world)
    store = renderer.stores[FRAMES]
    world.colouring = replace(world.colouring, range="fixed", fixed=0.5)
    after = picture(renderer, world)
    assert renderer.stores[FRAMES] is store
    at = pixel(world, 0, 0.75, 0.25)
    assert (before[at] != after[at]).any()
    more = world_with(ONE, OTHER, np.zeros((1, 1)))
    more.gallery.revision = 7
    picture(renderer, more)
    assert len(renderer.stores[FRAMES].plan.spans) == 3
    more.gallery.frames.clear()
    more.gallery.revision += 1
    assert np.ptp(picture(renderer, more)[150:170, 200:280], axis=(0, 1)).max() < 40, "nothing but ground and sky"
    assert FRAMES not in renderer.stores


def test_frames_do_not_fade_in_anew_when_another_comes(context: moderngl.Context, renderer: Renderer) -> None:
    from vrcnn.render.target import Target

    world = world_with(ONE)
    renderer.read(world)
    renderer.prepare({"frames": furnish_frames(world)}, 5.0)
    target = Target(context, SIZE)
    renderer.draw(VIEW, target.framebuffer, SIZE)
    seen = target.read().astype(int)
    target.release()
    assert np.abs(seen[pixel(world, 0, 0.25, 0.25)] - expected(world, 0, -1.5)).max() <= 3


@pytest.mark.parametrize("size", [(1, 1), (5, 3), (7, 16), (1, 9)])
def test_mip_levels_end_in_the_mean(size: tuple[int, int]) -> None:
    values = np.random.default_rng(1).normal(size=size).astype(np.float16)
    levels = pyramid(values)
    assert levels[0] is values
    assert [level.shape for level in levels][-1] == (1, 1)
    if size in ((1, 1), (1, 9)):
        return
    even = np.random.default_rng(2).normal(size=(8, 8)).astype(np.float16)
    assert float(pyramid(even)[-1][0, 0]) == pytest.approx(float(even.mean(dtype=np.float64)), abs=2e-3)
