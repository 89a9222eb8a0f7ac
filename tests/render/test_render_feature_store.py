"""Which pictures of visualizations are on the graphics card: as many as the budget allows, those that are seen last."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import numpy as np
import pytest
from featured import BLUE, GREEN, RED, Featured, plain

import vrcnn.render.feature_store as feature_store
from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph, Node
from vrcnn.render.feature_store import ACROSS, BYTES, LEVELS, FeatureStore, levels_of
from vrcnn.render.raw import RawGL
from vrcnn.scene.build import lay_out
from vrcnn.scene.features import FeatureState

pytestmark = pytest.mark.gl


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch) -> int:
    """Of eight pictures."""
    monkeypatch.setattr(feature_store, "BUDGET", 8 * BYTES + 1000)
    return 8


@pytest.fixture
def store(context: moderngl.Context, budget: int) -> Iterator[FeatureStore]:
    made = FeatureStore(context, RawGL())
    yield made
    made.release()


@pytest.fixture
def place(context: moderngl.Context, budget: int) -> Iterator[Featured]:
    made = Featured(context)
    yield made
    made.release()


def test_levels_are_means_of_the_levels_before() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (128, 128, 3), np.uint8)
    levels = levels_of(pixels)
    assert [level.shape for level in levels] == [(*size, 4) for size in LEVELS]
    np.testing.assert_array_equal(levels[0][..., :3], pixels)
    halved = pixels.reshape(64, 2, 64, 2, 3).mean(axis=(1, 3))
    assert np.abs(levels[1][..., :3] - halved).max() <= 1
    assert np.abs(levels[-1][0, 0, :3] - pixels.reshape(-1, 3).mean(axis=0)).max() < 3
    assert levels_of(plain(RED, 30, 70))[0].shape == (128, 128, 4)


def test_it_grows_no_further_than_its_budget_and_says_what_is_spare(store: FeatureStore, budget: int) -> None:
    assert (store.allocated, store.spare) == (0, budget)
    slots = [store.put((0, 0, channel), plain(RED)).slot for channel in range(budget)]
    assert sorted(slots) == list(range(budget))
    assert store.allocated <= budget * BYTES
    assert store.spare == 0
    assert store.put((0, 0, 3), plain(BLUE)).slot == slots[3], "another picture of a channel takes its place"


def test_the_one_that_was_seen_longest_ago_leaves_and_none_that_is_seen_now(store: FeatureStore, budget: int) -> None:
    slots = np.array([store.put((0, 0, channel), plain(RED)).slot for channel in range(budget)])
    store.see(slots, 1.0)
    assert store.put((0, 1, 0), plain(GREEN)).slot is None, "all are seen"
    assert store.put((0, 1, 0), plain(GREEN)).colour == GREEN, "its mean is known nevertheless"
    store.see(slots[[0, 1, 2, 3, 4, 6, 7]], 2.0)
    store.see(slots[[0, 2, 4, 6]], 3.0)
    assert store.spare == 4
    put = store.put((0, 1, 0), plain(GREEN))
    assert (put.slot, put.gone) == (slots[5], (0, 0, 5))
    gone = {store.put((0, 1, channel), plain(GREEN)).gone for channel in (1, 2, 3)}
    assert gone == {(0, 0, 1), (0, 0, 3), (0, 0, 7)}
    assert store.put((0, 1, 4), plain(GREEN)).slot is None
    assert store.put((0, 0, 5), plain(GREEN)).slot is None, (
        "what has come is not thrown out before anybody could see it"
    )


def test_a_dropped_picture_makes_room(store: FeatureStore, budget: int) -> None:
    for channel in range(budget):
        store.put((0, 0, channel), plain(RED))
    store.drop((0, 0, 2))
    store.drop((3, 3, 3))
    assert store.spare == 1
    assert store.put((1, 0, 0), plain(RED)).slot == 2


def test_more_than_opengl_has_room_for_is_not_asked_of_it(
    context: moderngl.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature_store, "BUDGET", 1 << 60)
    store = FeatureStore(context, RawGL())
    assert store.most == ACROSS**2 * context.info["GL_MAX_ARRAY_TEXTURE_LAYERS"]


def test_pictures_survive_the_growth_of_their_array(context: moderngl.Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_store, "_SIZES", (3, 7))
    place = Featured(context, ((1, 100, 6, 6),))
    for channel in range(100):
        place.know(channel, plain((2 * channel, 60, 90)))
    place.turn("visualizations")
    seen = place.seen(distance=1.6)
    for channel in range(0, 100, 9):
        assert np.abs(place.cell(seen, channel) - (2 * channel, 60, 90)).max() < 8
    place.release()


def test_what_is_shown_and_gone_is_asked_for_and_comes_back(place: Featured) -> None:
    for channel in range(8):
        place.know(channel, plain(RED))
    place.turn("visualizations", 0)
    place.seen()
    place.seen()
    assert place.renderer.missing_features() == []
    for channel in range(6):
        place.know(channel, plain(GREEN), number=1)
    place.turn("visualizations", 1)
    for _ in range(3):
        place.seen(1)  # those of the first wall are not in view
    assert place.renderer.missing_features() == [(0, 1, channel) for channel in range(6)][:6], (
        "they found no room before"
    )
    for hall, tensor, channel in place.renderer.missing_features():
        place.renderer.set_feature(hall, tensor, channel, plain(GREEN))
    seen = place.seen(1)
    assert place.cell(seen, 3)[..., 1].min() > 170
    place.seen(1)
    assert place.renderer.missing_features() == []
    for _ in range(2):
        place.seen(0)
    missing = place.renderer.missing_features()
    assert missing
    assert all(key[:2] == (0, 0) for key in missing)
    flat = place.cell(place.seen(0), missing[0][2])
    assert np.abs(flat - RED).max() < 12, "until it is back its mean stands for it"


def test_no_more_is_asked_for_than_there_is_room_for(place: Featured) -> None:
    for channel in range(16):
        place.know(channel, plain((10 * channel, 50, 50)))
    place.turn("visualizations")
    for _ in range(3):
        seen = place.seen()
    assert place.renderer.missing_features() == [], "all room is taken by pictures that are seen"
    for channel in range(16):
        assert np.abs(place.cell(seen, channel) - (10 * channel, 50, 50)).max() < 12


def test_forgotten_visualizations_leave_vacant_tiles(place: Featured) -> None:
    place.know(0, plain(RED))
    place.know(1, plain(GREEN))
    place.know(0, plain(BLUE), number=1)
    place.turn("visualizations", 0, 1)
    place.seen()
    del place.world.hall.features.known[0][1]
    place.world.hall.features.revision += 1
    seen = place.seen()
    assert np.abs(place.cell(seen, 0) - RED).max() < 12
    assert place.cell(seen, 1).max() < 80, "the visitor has cancelled it"
    place.world.hall.features.known.clear()
    place.renderer.drop_features(0)
    seen = place.seen()
    assert place.cell(seen, 0).max() < 80
    assert place.cell(place.seen(1), 0).max() < 80
    assert place.renderer._features.store.spare == 8


def test_pictures_stay_when_the_network_is_shown_in_another_detail(place: Featured) -> None:
    place.know(2, plain(BLUE), number=1)
    place.know(0, None, FeatureState.WAITING, 0.0, number=1)
    place.turn("visualizations", 1)
    place.seen(1)
    nodes = (
        Node(0, "other", "Conv2d", "convolution", "", (1, 8, 6, 6), members=(7,)),
        Node(1, "conv1", "Conv2d", "convolution", "", (1, 24, 6, 6), members=(0, 1)),
    )
    plan = plan_maps(nodes)
    lay_out(place.world.hall, Graph(nodes, ()), plan, place.world.hall.scope)
    place.renderer.set_plan(plan)
    wall = next(n for n, wall in enumerate(place.world.hall.walls) if wall.name == "conv1")
    assert place.wall(wall).face == "visualizations", "by the layer's name"
    seen = place.seen(wall)
    assert np.abs(place.cell(seen, 2) - BLUE).max() < 12


def test_many_pictures_that_come_at_once_are_taken_in_over_several_frames(place: Featured) -> None:
    for channel in range(8):
        place.renderer.set_feature(0, 0, channel, plain(RED, 512, 512))
    features = place.renderer._features
    features.refresh(0.0)
    assert len(features._waiting) == 7, "one at least"
    place.renderer.set_feature(0, 0, 7, plain(BLUE))
    assert len(features._waiting) == 7, "of a channel only the last one counts"
    features.settle()
    assert not features._waiting
