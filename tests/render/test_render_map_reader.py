"""What comes back from the graphics card is what was uploaded, for maps of all sizes, and nobody waits for it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import moderngl
import numpy as np
import pytest
from walls import arena_of, enqueue, plan_of

import vrcnn.render.map_store as map_store
from vrcnn.render.map_reader import MapReader
from vrcnn.render.map_store import MapStore
from vrcnn.render.raw import RawGL
from vrcnn.render.target import Target

pytestmark = pytest.mark.gl
SIZES = [(1, 1), (1, 7), (5, 1), (3, 5), (17, 31), (56, 56), (113, 97), (1, 1000)]


@pytest.fixture
def gl(context: moderngl.Context) -> RawGL:
    return RawGL()


@pytest.fixture
def reader(gl: RawGL) -> Iterator[MapReader]:
    reader = MapReader(gl)
    yield reader
    reader.release()


def filled(context: moderngl.Context, layers: list[np.ndarray]) -> MapStore:
    plan = plan_of(layers)
    store = MapStore(context, plan)
    arena = arena_of(layers, plan)
    for node in plan.spans:
        enqueue(store, node, arena)
    store.upload(1 << 30)
    return store


def read(reader: MapReader, store: MapStore, node: int, channel: int) -> np.ndarray:
    reader.start(store, store.plan.spans[node], channel)
    values = reader.fetch(wait=True)
    assert values is not None
    return values


@pytest.mark.parametrize("size", SIZES)
def test_maps_of_every_size_come_back_value_by_value(
    context: moderngl.Context, reader: MapReader, size: tuple[int, int]
) -> None:
    maps = np.random.default_rng(1).normal(size=(3, *size)).astype(np.float16)
    store = filled(context, [maps])
    for channel in (0, 2):
        assert np.array_equal(read(reader, store, 0, channel), maps[channel])
    store.release()


def test_layers_of_several_sizes_in_turn(context: moderngl.Context, reader: MapReader) -> None:
    chance = np.random.default_rng(2)
    layers = [chance.normal(size=(4, *size)).astype(np.float16) for size in SIZES]
    store = filled(context, layers)
    for node in (5, 0, 6, 1, 7, 3):
        assert np.array_equal(read(reader, store, node, 3), layers[node][3])
    store.release()


def test_a_map_beyond_the_first_texture_array(
    context: moderngl.Context, reader: MapReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_store, "ARRAY_BYTES", 7 * (85 * 2 + 16))
    maps = np.random.default_rng(3).normal(size=(30, 8, 8)).astype(np.float16)
    store = filled(context, [maps])
    assert len(store.arrays) == 5
    for channel in (0, 6, 7, 20, 29):
        assert np.array_equal(read(reader, store, 0, channel), maps[channel])
    store.release()


def test_values_that_are_not_finite_come_back_as_they_are(context: moderngl.Context, reader: MapReader) -> None:
    maps = np.zeros((1, 3, 3), np.float16)
    maps[0, 0] = np.nan, 65504.0, -0.00006
    store = filled(context, [maps])
    np.testing.assert_array_equal(read(reader, store, 0, 0), maps[0])
    store.release()


def test_nobody_waits_and_the_framebuffer_in_use_stays(context: moderngl.Context, reader: MapReader) -> None:
    maps = np.ones((2, 4, 4), np.float16) * np.array([1, 2], np.float16)[:, None, None]
    store = filled(context, [maps])
    target = Target(context, (8, 8))
    target.framebuffer.use()
    target.framebuffer.clear(1.0, 0.0, 0.0, 1.0)
    assert reader.fetch() is None
    reader.start(store, store.plan.spans[0], 0)
    reader.start(store, store.plan.spans[0], 1)
    end = time.monotonic() + 10
    while (values := reader.fetch()) is None and time.monotonic() < end:
        time.sleep(0.001)
    assert values is not None
    assert (values == 2).all(), "the newest question counts"
    assert reader.fetch() is None, "an answer comes once"
    assert (target.read()[0, 0] == (255, 0, 0)).all()
    reader.start(store, store.plan.spans[0], 0)
    store.release()
    assert (reader.fetch(wait=True) == 1).all(), "what was asked for outlives the texture"  # type: ignore[union-attr]
    target.release()
