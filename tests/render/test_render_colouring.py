"""Ranges, colormaps, gamma and order, seen on walls of known values, and that none of them uploads a map again."""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from walls import arena_of, enqueue, facing, pixel_of, place_in, plan_of, wall

import vrcnn.render.map_store as map_store
from vrcnn.render.renderer import Renderer
from vrcnn.scene.colormaps import colours_along, colours_of
from vrcnn.scene.colouring import COLORMAPS, Colormap, Colouring, colormap_of
from vrcnn.scene.drawables import Drawables, Grid
from vrcnn.scene.theme import DARK

pytestmark = pytest.mark.gl
SIZE = (480, 320)
VIEW = facing(SIZE)
BERLIN = colormap_of(Colouring(), DARK)
BATLOW = next(colormap for colormap in COLORMAPS if colormap.name == "batlow")
VALUES = np.array([-1.7, -0.9, -0.4, -0.05, 0.0, 0.02, 0.3, 0.8, 1.1, 1.9, 2.6, 5.0])
SAMPLES = np.linspace(-2.0, 4.0, 2001).astype(np.float32)  # percentiles that are easily told


class Shown:
    """A wall of maps whose layer has the values SAMPLES."""

    def __init__(self, renderer: Renderer, maps: np.ndarray, columns: int = 4, cell: float = 0.25) -> None:
        self.renderer, self.maps = renderer, maps
        self.plan = plan_of([maps])
        self.grid: Grid = wall(self.plan.spans[0], columns, cell)
        self.groups = {"wall": Drawables(grids=(self.grid,))}
        renderer.set_plan(self.plan)
        self.put(maps, np.zeros(len(maps), np.float32))

    def put(self, maps: np.ndarray, difference: np.ndarray) -> None:
        """Another picture's maps, uploaded."""
        store = self.renderer.stores[0]
        store.enqueue(0, arena_of([maps], self.plan), SAMPLES, difference.astype(np.float32))
        store.upload(1 << 30)

    def seen(self, colouring: Colouring) -> np.ndarray:
        self.renderer.set_colouring(colouring)
        self.renderer.stores[0].states.sort(inf)
        self.renderer.prepare(self.groups, 0.0)
        return self.renderer.render_picture(VIEW, SIZE).astype(int)

    def tiles(self, colouring: Colouring) -> np.ndarray:
        """(maps, 3): the colour in the middle of each place."""
        picture = self.seen(colouring)
        return np.array([picture[pixel_of(VIEW, SIZE, place_in(self.grid, tile))] for tile in range(len(self.maps))])


def flat(values: np.ndarray) -> np.ndarray:
    """Maps of 4 x 4 pixels of one value each."""
    return np.broadcast_to(values[:, None, None], (len(values), 4, 4)).copy()


def expected(colormap: Colormap, lower: float, upper: float, gamma: float = 0.75) -> np.ndarray:
    return 255 * colours_of(colormap, VALUES, lower, upper, gamma)


ENDS = [
    (Colouring(), (-3.97, 3.97)),  # 99.5 % of the absolute values
    (Colouring("percentile", 50.0), (-1.5, 1.5)),
    (Colouring("percentile", 80.0), (-2.8, 2.8)),
    (Colouring("percentile", 100.0), (-5.0, 5.0)),  # of all values, not of the sample
    (Colouring("fixed", fixed=0.7), (-0.7, 0.7)),
    (Colouring(colormap="batlow"), (-1.985, 3.985)),
    (Colouring("percentile", 90.0, colormap="batlow"), (-1.7, 3.7)),
    (Colouring("percentile", 100.0, colormap="batlow"), (-1.7, 5.0)),
    (Colouring("fixed", fixed=0.7, colormap="batlow"), (-0.7, 0.7)),
]


@pytest.mark.parametrize(("colouring", "ends"), ENDS)
def test_the_ends_of_the_colours_are_those_of_the_range(renderer: Renderer, colouring: Colouring, ends) -> None:
    found = Shown(renderer, flat(VALUES)).tiles(colouring)
    assert np.abs(found - expected(colormap_of(colouring, DARK), *ends)).max() < 3


@pytest.mark.parametrize("colormap", ["", "batlow"])
def test_with_the_range_of_each_map_its_own_extremes_have_the_colours_of_the_ends(
    renderer: Renderer, colormap: str
) -> None:
    maps = np.zeros((4, 4, 4))
    for number, (least, largest) in enumerate(((-1.0, 3.0), (0.0, 0.01), (-50.0, -2.0), (0.4, 0.4))):
        maps[number, :2], maps[number, 2:] = largest, least
    shown = Shown(renderer, maps, columns=2, cell=0.5)
    picture = shown.seen(Colouring("map", colormap=colormap))
    for number in range(4):
        least, largest = maps[number].min(), maps[number].max()
        for v, value in ((0.25, largest), (0.75, least)):
            seen = picture[pixel_of(VIEW, SIZE, place_in(shown.grid, number, 0.5, v))]
            limit = max(abs(least), abs(largest))
            along = (value - least) / max(largest - least, 1e-9) if colormap else 0.5 + 0.5 * value / limit
            lifted = along**0.75 if colormap else 0.5 + 0.5 * np.sign(value) * (abs(value) / limit) ** 0.75
            wanted = 255 * colours_along(BATLOW if colormap else BERLIN, np.array(lifted))
            assert np.abs(seen - wanted).max() < 3, (number, v)


@pytest.mark.parametrize("colormap", [colormap.name for colormap in COLORMAPS])
def test_every_colormap_is_shown_as_it_is(renderer: Renderer, colormap: str) -> None:
    colouring = Colouring("fixed", fixed=2.0, colormap=colormap)
    found = Shown(renderer, flat(VALUES)).tiles(colouring)
    assert np.abs(found - expected(colormap_of(colouring, DARK), -2.0, 2.0)).max() < 3


@pytest.mark.parametrize("gamma", [0.25, 1.0, 2.0])
def test_gamma_lifts_faint_values_and_leaves_sign_and_zero(renderer: Renderer, gamma: float) -> None:
    for colormap in ("berlin", "batlow"):
        colouring = Colouring("fixed", fixed=2.0, colormap=colormap, gamma=gamma)
        found = Shown(renderer, flat(VALUES)).tiles(colouring)
        assert np.abs(found - expected(colormap_of(colouring, DARK), -2.0, 2.0, gamma)).max() < 4


@pytest.mark.parametrize("colormap", [colormap.name for colormap in COLORMAPS if colormap.diverging])
@pytest.mark.parametrize("gamma", [0.25, 0.75, 1.5])
@pytest.mark.parametrize("range", ["layer", "map", "fixed"])
def test_an_exact_zero_has_the_middle_colour_of_every_diverging_colormap(
    renderer: Renderer, colormap: str, gamma: float, range: str
) -> None:
    maps = np.zeros((4, 4, 4))
    maps[1:, 0, 0] = (0.001, -3.0, 60000.0)
    colouring = Colouring(range, fixed=0.37, colormap=colormap, gamma=gamma)
    found = Shown(renderer, maps, columns=2, cell=0.5).tiles(colouring)
    middle = 255 * colours_along(colormap_of(colouring, DARK), np.array(0.5))
    assert np.abs(found - middle).max() <= 1


ORDERED = np.random.default_rng(5).permutation(12).astype(float) / 4 - 1


def ordered_maps() -> np.ndarray:
    """Maps with means ORDERED, and with deviations that rank them otherwise."""
    maps = flat(ORDERED)
    maps[:, :1, 1:3] += np.linspace(0.1, 0.9, 12)[:, None, None] * np.array([1.0, -1.0])
    return maps


@pytest.mark.parametrize("order", ["index", "activation", "variance", "difference"])
def test_maps_stand_in_the_order_that_was_chosen_near_and_far(renderer: Renderer, order: str) -> None:
    difference = np.roll(np.arange(12.0), 5)
    keys = {
        "index": -np.arange(12.0),
        "activation": ORDERED,
        "variance": ordered_maps().std(axis=(1, 2)),
        "difference": difference,
    }
    places = np.argsort(-keys[order], kind="stable")
    for cell, range in ((0.25, "fixed"), (0.05, "map"), (0.01, "fixed"), (0.01, "map")):  # texels, mip levels, means
        colouring = Colouring(range, fixed=2.0)
        shown = Shown(renderer, ordered_maps(), cell=cell)
        shown.put(ordered_maps(), difference)
        found = shown.seen(replace(colouring, order=order))
        assert (found == Shown(renderer, ordered_maps()[places], cell=cell).seen(colouring)).all(), f"cells of {cell} m"
        assert cell < 0.25 or len(np.unique(found.reshape(-1, 3), axis=0)) > 12


def test_a_wall_in_several_texture_arrays_is_put_in_order_as_a_whole(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    maps = flat(np.random.default_rng(8).normal(size=30))
    for cell in (0.3, 0.01):
        pictures = []
        for arrays in (1, 5):
            with monkeypatch.context() as patch:
                if arrays > 1:
                    patch.setattr(map_store, "ARRAY_BYTES", 7 * (21 * 2 + 16))
                shown = Shown(renderer, maps, columns=6, cell=cell)
                pictures.append(shown.seen(Colouring(order="activation")))
                assert len(renderer.stores[0].arrays) == arrays
        assert (pictures[0] == pictures[1]).all()


def test_another_picture_is_put_in_order_anew_and_index_puts_it_back(renderer: Renderer) -> None:
    shown = Shown(renderer, flat(VALUES))
    by_activation = Colouring("fixed", fixed=2.0, order="activation")
    before = shown.tiles(by_activation)
    assert np.abs(before - expected(BERLIN, -2.0, 2.0)[::-1]).max() < 3
    shown.put(flat(VALUES[::-1]), np.zeros(12))
    assert np.abs(shown.tiles(by_activation) - before).max() < 3
    by_index = shown.tiles(replace(by_activation, order="index"))
    assert np.abs(by_index - expected(BERLIN, -2.0, 2.0)[::-1]).max() < 3


def test_no_choice_uploads_a_map_or_builds_a_buffer(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Shown(renderer, flat(VALUES))
    shown.seen(Colouring())
    written: list[str] = []
    for name in ("TexSubImage3D", "TexStorage3D", "CopyImageSubData"):
        monkeypatch.setattr(renderer._gl, name, lambda *_, name=name: written.append(name))
    monkeypatch.setattr(renderer._grids, "build", lambda *_: written.append("grids"))
    changes = [
        Colouring("map"),
        Colouring("percentile", 70.0),
        Colouring("fixed", fixed=3.0),
        Colouring(colormap="batlow"),
        Colouring(gamma=1.5),
        *(Colouring(order=order) for order in ("activation", "variance", "difference", "index")),
    ]
    pictures = [shown.seen(colouring) for colouring in changes]
    assert written == []
    assert all((pictures[0] != other).any() for other in pictures[1:4])


def test_putting_a_large_network_in_order_is_spread_over_frames(renderer: Renderer) -> None:
    layers = [flat(np.random.default_rng(seed).normal(size=200)) for seed in range(60)]
    plan = plan_of(layers)
    renderer.set_plan(plan)
    store, arena = renderer.stores[0], arena_of(layers, plan)
    for node in plan.spans:
        enqueue(store, node, arena)
    store.upload(1 << 30)
    renderer.set_colouring(Colouring(order="activation"))
    steps = [store.states.sort(0.0) for _ in range(60)]
    assert [len(step) for step in steps] == [1] * 60, "a layer at a time where there is no time"
    for node, order in ((node, order) for step in steps for node, order in step.items()):
        values = layers[node][:, 0, 0]
        assert (values[order] == np.sort(values)[::-1]).all()
    assert store.states.sort(0.0) == {}
    rows = store.states.places.read()[: plan.count, 0]
    assert (rows == np.concatenate([order for step in steps for order in step.values()])).all()


def test_another_range_of_a_large_network_is_spread_over_frames_and_of_a_single_picture_is_not(
    renderer: Renderer,
) -> None:
    layers = [flat(np.ones(1)) for _ in range(150)]
    plan = plan_of(layers)
    renderer.set_plan(plan)
    store, arena = renderer.stores[0], arena_of(layers, plan)
    for node in plan.spans:
        enqueue(store, node, arena)
    store.upload(1 << 30)

    def done() -> int:
        ends = np.frombuffer(store.states._layers_buffer.read(), np.float32).reshape(-1, 4)
        return int((ends[:, 1] == 7.0).sum())

    store.states.refresh(0.0)
    renderer.set_colouring(Colouring("fixed", fixed=7.0))
    counts = []
    for _ in range(3):
        store.states.refresh(0.0)
        counts.append(done())
    assert counts == [64, 128, 150]
    renderer.set_colouring(Colouring())
    renderer.set_colouring(Colouring("fixed", fixed=7.0))
    store.states.settle()
    assert done() == 150
