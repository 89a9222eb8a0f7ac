"""Uploads of feature maps: what lies where, in how many calls, and how much at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest
from walls import arena_of, enqueue, plan_of

import vrcnn.render.map_store as map_store
from vrcnn.engine.plan import MapPlan, MapSize, plan_maps
from vrcnn.network.graph import Node
from vrcnn.render.context import is_software
from vrcnn.render.map_store import MapStore
from vrcnn.render.raw import RawGL

pytestmark = pytest.mark.gl
EVERYTHING = 1 << 30
LAYERS = [np.full((count, side, side), 1.0) for count, side in ((6, 8), (6, 8), (4, 3), (6, 8), (10, 1))]


class CountingGL(RawGL):
    """Remembers the bytes of every texture upload."""

    def __init__(self) -> None:
        super().__init__()
        self.uploads: list[tuple[int, int, int]] = []  # level, first layer, layers
        write = self.TexSubImage3D

        def counted(*arguments: int) -> None:
            self.uploads.append((arguments[1], arguments[4], arguments[7]))
            write(*arguments)

        self.TexSubImage3D: Callable[..., None] = counted


@pytest.fixture
def gl(context: moderngl.Context) -> CountingGL:
    return CountingGL()


@pytest.fixture
def store(context: moderngl.Context, gl: CountingGL) -> Iterator[MapStore]:
    made = MapStore(context, plan_of(LAYERS), gl)
    yield made
    made.release()


def test_everything_waits_until_it_is_uploaded(store: MapStore) -> None:
    arena = arena_of(LAYERS, store.plan)
    for node in range(len(LAYERS)):
        enqueue(store, node, arena)
    assert store.pending == store.bytes
    assert sorted(store.upload(EVERYTHING)) == [0, 1, 2, 3, 4]
    assert store.pending == 0
    assert store.upload(EVERYTHING) == []


def test_layers_side_by_side_in_memory_go_in_one_call_per_level(store: MapStore, gl: CountingGL) -> None:
    arena = arena_of(LAYERS, store.plan)
    for node in (0, 1, 3):
        enqueue(store, node, arena)
    assert store.upload(EVERYTHING) == [0, 1, 3]
    assert gl.uploads == [(level, 0, 18) for level in range(4)]


def test_means_lie_at_the_place_of_their_map(store: MapStore) -> None:
    arena = arena_of(LAYERS, store.plan)
    arena.statistics[:] = np.linspace(-0.9, 0.9, store.plan.count * 4).reshape(-1, 4)
    for node in (3, 2, 4, 0, 1):
        enqueue(store, node, arena)
        store.upload(EVERYTHING)
    store.states.refresh(0.0)
    places = store.states.places.read()[: store.plan.count]
    np.testing.assert_allclose(places[:, 1], arena.statistics[:, 2], atol=1e-6)
    assert (places[:, 2:] == (-1.0, 1.0)).all()
    for span in store.plan.spans.values():
        assert (places[span.row : span.row + span.count, 0] == np.arange(span.count)).all()


def test_layers_of_two_arenas_are_not_mixed(store: MapStore, gl: CountingGL) -> None:
    enqueue(store, 0, arena_of(LAYERS, store.plan))
    enqueue(store, 1, arena_of(LAYERS, store.plan))
    assert store.upload(EVERYTHING) == [0, 1]
    assert [upload for upload in gl.uploads if upload[0] == 0] == [(0, 0, 6), (0, 6, 6)]


def test_the_budget_is_kept_and_a_layer_is_spread_over_frames(store: MapStore, gl: CountingGL) -> None:
    arena = arena_of(LAYERS, store.plan)
    for node in range(len(LAYERS)):
        enqueue(store, node, arena)
    budget = 4 * (85 * 2 + 16)  # four maps of 8 x 8 with their levels and statistics
    completed: list[list[int]] = []
    while store.pending:
        before = store.pending
        completed.append(store.upload(budget))
        assert 0 < before - store.pending <= budget
    assert completed[0] == []
    assert sorted(node for nodes in completed for node in nodes) == [0, 1, 2, 3, 4]
    assert max(layers for level, _, layers in gl.uploads if level == 3) == 4


def test_a_budget_below_one_map_still_makes_progress(store: MapStore) -> None:
    enqueue(store, 0, arena_of(LAYERS, store.plan))
    for _ in range(5):
        assert store.upload(1) == []
    assert store.upload(1) == [0]


def test_what_waits_can_be_forgotten(store: MapStore, gl: CountingGL) -> None:
    enqueue(store, 0, arena_of(LAYERS, store.plan))
    store.clear_pending()
    assert store.pending == 0
    assert store.upload(EVERYTHING) == []
    assert gl.uploads == []


def test_a_layer_that_comes_again_while_it_waits_is_uploaded_once_from_the_new_arena(
    store: MapStore, gl: CountingGL
) -> None:
    enqueue(store, 0, arena_of(LAYERS, store.plan))
    store.upload(2 * (85 * 2 + 16))
    gl.uploads.clear()
    enqueue(store, 0, arena_of(LAYERS, store.plan))
    assert store.upload(EVERYTHING) == [0]
    assert gl.uploads[0] == (0, 0, 6)


def test_layers_of_another_graph_are_ignored(store: MapStore) -> None:
    enqueue(store, 77, arena_of(LAYERS, store.plan))
    assert store.pending == 0


def test_parts_tell_where_a_split_layer_lies(context: moderngl.Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_store, "ARRAY_BYTES", 5 * (85 * 2 + 16))
    split = MapStore(context, plan_of(LAYERS))
    parts = split.parts(split.plan.spans[1])
    assert [(part.first, part.last, part.layer) for part in parts] == [(0, 4, 1), (4, 6, 0)]
    assert parts[1].array == parts[0].array + 1
    assert [array.layers for array in split.arrays if len(array.levels) == 4] == [5, 5, 5, 3]
    split.release()


def test_no_map_is_larger_than_a_texture(context: moderngl.Context) -> None:
    node = Node(0, "signal", "Conv1d", "convolution", "", (1, 2, 1, 5 * context.info["GL_MAX_TEXTURE_SIZE"]))
    store = MapStore(context, plan_maps([node]))
    assert [array.levels[0] for array in store.arrays] == [(1, 5 * context.info["GL_MAX_TEXTURE_SIZE"] // 8)]
    store.release()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the size of the process from Linux")
def test_former_plans_give_their_memory_back(context: moderngl.Context) -> None:
    if not is_software(context):
        pytest.skip("the graphics card's memory is not the process's")

    def size_of_process() -> int:
        return int(Path("/proc/self/statm").read_text().split()[0]) * 4096

    plan = MapPlan({}, {MapSize(224, 224): 400})
    MapStore(context, plan).release()
    before = size_of_process()
    for _ in range(6):
        store = MapStore(context, plan)
        assert store.bytes > 50e6
        store.release()
    assert size_of_process() - before < 60e6
