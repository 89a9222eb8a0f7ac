"""A visualization that is pointed at: what is told of it, its large view with settings and photos, framed copies."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from graphs import node
from visiting import Visit

from vrcnn.featurevis.results import Baseline, Place, Sight, Visualization
from vrcnn.featurevis.settings import Objective, Settings
from vrcnn.network.graph import Graph
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.feature_reading import FeatureReading, made_in, reached, settings_of
from vrcnn.scene.features import FACES, Feature, FeatureState
from vrcnn.scene.framed_maps import frames_plan, furnish_carried, furnish_frames
from vrcnn.scene.geometry import Pose
from vrcnn.scene.intents import Enlarge, HandMoved, HeadMoved, PullOut, PutAway, Select
from vrcnn.scene.large_view import furnish_large, large_key
from vrcnn.scene.looking_first import Looking
from vrcnn.scene.map_tag import furnish_tag, tag_key
from vrcnn.scene.picture_numbers import (
    FRAMES,
    LARGE_FEATURE,
    THUMBNAILS,
    frame_number,
    hall_of,
    input_number,
    overlay_number,
    thumbnail_number,
)
from vrcnn.scene.pointing import feature_shown, forget, reading_shown
from vrcnn.scene.reading import FeatureAt, MapAt
from vrcnn.scene.visualizing import turn_walls

PIXELS, PHOTOS = np.zeros((224, 160, 3), np.uint8), Baseline(2.2, 0.2, 13)
MADE = Visualization(Place("conv", 0), 5, Settings("lucent", steps=256), PIXELS, 7.0, 0.1, PHOTOS, "risen")
FAILED = replace(MADE, outcome="failed", activation=0.3)


@pytest.fixture
def visit() -> Visit:
    """Before a wall whose channels 0 to 11 are visualized."""
    visit = Visit(Graph((node(0, "conv", (1, 24, 8, 8)),), ()))
    visit.world.shelf.width = visit.world.easel.width = visit.hall.board.width = 1e-6
    known = {channel: Feature(FeatureState.MADE, 1.0, replace(MADE, channel=channel)) for channel in range(12)}
    visit.hall.features.known[0] = known
    visit.before(visit.hall.walls[0])
    turn_walls(visit.world, 0, visit.hall.walls, "visualizations")
    return visit


def rest_on(visit: Visit, channel: int, part: int = 0) -> None:
    wall = visit.hall.walls[0]
    row, column = divmod(channel * wall.cells + part, wall.columns)
    x, y = ((column + 0.5) / wall.columns - 0.5) * wall.width, (0.5 - (row + 0.5) / wall.rows_shown) * wall.height
    for _ in range(12):
        visit.look((visit.hall.placing @ wall.placing).pose.apply((x, y, 0.0)))


def words(drawables: Drawables) -> list[str]:
    return [label.text for label in drawables.labels]


@pytest.mark.parametrize(
    ("activation", "said"),
    [
        (7.0, "reaches 3.4 times what the best photo does"),
        (2.3, "reaches what the best photo does"),
        (2.0, "reaches 90 % of what the best photo does"),
        (0.1, "stays below what photos reach on average"),
        (4000.0, "reaches 2,000 times what the best photo does"),
    ],
)
def test_its_score_is_told_in_plain_words(activation: float, said: str) -> None:
    assert reached(replace(MADE, activation=activation)) == said


def test_without_photos_the_figures_are_told() -> None:
    assert reached(replace(MADE, baseline=None)) == "activation 7.00, 0.100 at the start"
    assert reached(replace(MADE, baseline=Baseline(1.0, 1.0, 1))) == "activation 7.00, 0.100 at the start"


def test_how_it_was_made() -> None:
    assert made_in(replace(MADE, seconds=2.34)) == "Lucent, 256 steps, 2.3 s"
    assert made_in(replace(MADE, attempts=("as asked", "again"))).endswith(", 2 attempts")
    rows = dict(settings_of(replace(MADE, settings=replace(MADE.settings, leaky=0.2, seed=3))))
    assert rows["steps"] == "256 at 224 × 160"
    assert rows["begun with"] == "noise, seed 3"
    assert rows["leaky ReLUs"] == "slope 0.2"
    dreamed = Settings(objective=Objective("dream"), start="picture", size=(64, 64))
    rows = dict(settings_of(replace(MADE, settings=dreamed)))
    assert (rows["aimed at"], rows["begun with"]) == ("all maps of the layer", "a picture")
    assert rows["steps"].endswith("64 × 64")


@pytest.mark.parametrize(
    ("feature", "said", "role"),
    [
        (None, "not visualized yet", "muted"),
        (Feature(FeatureState.WAITING), "waits for its visualization", "muted"),
        (Feature(FeatureState.FORMING, 0.43), "forms: 43 % of its steps", "text"),
        (Feature(FeatureState.FAILED), "could not be visualized", "failed"),
        (Feature(FeatureState.FAILED, 1.0, FAILED), "failed: the channel never rose", "failed"),
        (Feature(FeatureState.MADE, 1.0, MADE), "reaches 3.4 times what the best photo does", "text"),
    ],
)
def test_what_is_told_first(feature: Feature | None, said: str, role: str) -> None:
    assert FeatureReading(FeatureAt(0, 0, 5), feature).lines[0] == (said, role)


def test_who_rests_on_a_tile_is_told_of_what_it_shows(visit: Visit) -> None:
    rest_on(visit, 5)
    assert visit.world.gallery.pointing.shown == FeatureAt(0, 0, 5)
    told = feature_shown(visit.world)
    assert told is not None
    assert told.made is not None
    assert (told.made.channel, told.full_channel_words) == (5, "channel 5 of 0–23")
    assert reading_shown(visit.world) is None
    rest_on(visit, 15)
    told = feature_shown(visit.world)
    assert told is not None
    assert told.feature is None
    turn_walls(visit.world, 0, visit.hall.walls, "both")
    rest_on(visit, 5, 0)
    assert visit.world.gallery.pointing.shown == MapAt(0, 0, 5)
    assert feature_shown(visit.world) is None
    rest_on(visit, 5, 1)
    assert visit.world.gallery.pointing.shown == FeatureAt(0, 0, 5)


def test_what_is_looked_at_is_made_first_whatever_the_tile_shows(visit: Visit) -> None:
    for face, part in (("visualizations", 0), ("both", 0), ("both", 1)):
        turn_walls(visit.world, 0, visit.hall.walls, face)
        rest_on(visit, 3, part)
        assert Looking().of(visit.world, 0)[0] == (0, 3)


def test_in_a_headset_a_label_tells_it_and_follows_its_progress(visit: Visit) -> None:
    wall = visit.hall.walls[0]
    visit.do(HeadMoved(Pose((0.0, 1.6, 0.0))))
    x, y, z = (visit.hall.placing @ wall.placing).pose.apply(
        ((0.5 / wall.columns - 0.5) * wall.width, (0.5 - 0.5 / wall.rows_shown) * wall.height, 1.0)
    )
    px, py, pz = visit.world.player.position
    facing = (visit.hall.placing @ wall.placing).pose.orientation
    back = visit.world.player.room.inverse()
    aim = back.carry(Pose((x, y, z), facing))
    assert (px, py, pz) == visit.world.player.position
    for _ in range(12):
        visit.do(HandMoved("right", aim, aim))
    assert visit.world.gallery.pointing.shown == FeatureAt(0, 0, 0)
    said = words(furnish_tag(visit.world))
    assert said == ["conv", "channel 0", "reaches 3.4 times what the best photo does", "Lucent, 256 steps, 0.0 ms"]
    before = tag_key(visit.world)
    feature = visit.hall.features.known[0][0]
    feature.state, feature.progress = FeatureState.FORMING, 0.5
    assert tag_key(visit.world) != before
    assert words(furnish_tag(visit.world))[2] == "forms: 50 % of its steps"


def test_it_is_shown_large_with_its_settings_and_photos(visit: Visit) -> None:
    rest_on(visit, 5)
    feature = visit.hall.features.known[0][5]
    visit.do(Enlarge(True))
    alone = furnish_large(visit.world)
    (picture,) = alone.images
    assert picture.picture == LARGE_FEATURE
    assert picture.height / picture.width == pytest.approx(224 / 160)
    assert {"Lucent", "256 at 224 × 160", "7.00", "best of 13 photos"} <= set(words(alone))
    before = large_key(visit.world)
    feature.sights = tuple(Sight(n, f"{n}.jpg", 2.0, (0, 0, 40, 20)) for n in range(9))
    feature.thumbnails = tuple(thumbnail_number(n) for n in range(9))
    assert large_key(visit.world) != before
    large = furnish_large(visit.world)
    photos = [image for image in large.images if image.picture != LARGE_FEATURE]
    assert [image.picture for image in photos] == list(feature.thumbnails)
    assert all(image.width / image.height == pytest.approx(2.0) for image in photos)
    scale = visit.world.gallery.large.scale
    for one, other in pairwise(photos):
        assert np.linalg.norm(np.subtract(one.pose.position, other.pose.position)) > 0.09 * scale, "side by side"
    visit.do(Enlarge(False))
    assert furnish_large(visit.world) == Drawables()


def test_one_that_forms_is_shown_large_as_far_as_it_is(visit: Visit) -> None:
    rest_on(visit, 15)
    visit.do(Enlarge(True))
    assert visit.world.gallery.large is None, "there is nothing yet"
    visit.hall.features.known[0][15] = Feature(FeatureState.FORMING, 0.25)
    visit.do(Enlarge(True))
    large = furnish_large(visit.world)
    (grid,) = large.grids
    assert (grid.face, grid.first_row, large.images) == (FACES[1], 15, ())
    assert "Forms: 25 % of its steps" in words(large)
    assert visit.do(PullOut("mouse")) == []
    assert visit.world.gallery.frames == [], "no copy of what is not finished"


def test_a_failed_one_is_called_so(visit: Visit) -> None:
    visit.hall.features.known[0][5] = Feature(FeatureState.FAILED, 1.0, FAILED)
    rest_on(visit, 5)
    visit.do(Enlarge(True))
    said = furnish_large(visit.world)
    assert [label.role for label in said.labels if label.text == "Failed: the channel never rose"] == ["failed"]


def test_a_framed_copy_stays_as_it_was(visit: Visit) -> None:
    rest_on(visit, 5)
    visit.do(PullOut("mouse"))
    (frame,) = visit.world.gallery.frames
    assert frame.reading.made.channel == 5
    visit.hall.features.known[0][5].made = replace(MADE, channel=5, activation=100.0)
    visit.hall.features.known.clear()
    (carried,) = furnish_carried(visit.world).standing
    assert [image.picture for image in carried.images] == [frame_number(frame.place)]
    assert "conv" in words(carried)
    assert any(text.startswith("reaches 3.4 times") for text in words(carried))
    assert frames_plan(visit.world.gallery).spans == {}, "it has no map"
    visit.do(Select("mouse"))
    assert frame.pose is not None
    assert [image.picture for image in furnish_frames(visit.world).images] == [frame_number(frame.place)]
    forget(visit.world, 0)
    assert visit.world.gallery.frames == [frame]


def test_copies_have_numbers_of_their_own_which_are_lent_again(visit: Visit) -> None:
    places = []
    for channel in (1, 2, 3):
        rest_on(visit, channel)
        visit.do(PullOut("mouse"))
        places.append(visit.world.gallery.frames[-1].place)
        visit.world.hands["mouse"].carrying = None
    assert places == [0, 1, 2]
    visit.world.hands["mouse"].carrying = visit.world.gallery.frames[1].number
    visit.do(PutAway("mouse"))
    rest_on(visit, 4)
    visit.do(PullOut("mouse"))
    assert visit.world.gallery.frames[-1].place == 1


def test_no_two_pictures_have_one_number() -> None:
    numbers = [thumbnail_number(n) for n in range(THUMBNAILS)] + [LARGE_FEATURE]
    numbers += [frame_number(n) for n in range(FRAMES)]
    numbers += [number(hall) for hall in range(5) for number in (overlay_number, input_number)]
    assert len(set(numbers)) == len(numbers)
    assert max(numbers) < 0
    assert [hall_of(number) is None for number in numbers] == [True] * (THUMBNAILS + 1 + FRAMES) + [False] * 10
    assert hall_of(overlay_number(3)) == (3, True)
    assert hall_of(input_number(2)) == (2, False)


def test_another_detail_lets_go_of_what_was_pointed_at(visit: Visit) -> None:
    rest_on(visit, 5)
    visit.do(Enlarge(True))
    forget(visit.world, 0)
    gallery = visit.world.gallery
    assert (gallery.large, gallery.pointing.shown, gallery.pointing.at) == (None, None, None)
