"""What a visitor asks for about feature visualizations: of a tile, a wall, a room, everything; and what walls show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from graphs import node, repeated, residual
from visiting import Visit

from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.results import Place, Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.network.graph import Graph
from vrcnn.scene.feature_desk import job_words
from vrcnn.scene.feature_intents import (
    CancelFeatures,
    DeleteFeatures,
    PauseFeatures,
    TakeNoise,
    TurnAllWalls,
    TurnWall,
    VisualizeAll,
    VisualizeRoom,
    VisualizeTile,
    VisualizeWall,
)
from vrcnn.scene.features import FACES, Feature, FeatureJob, FeatureState
from vrcnn.scene.intents import Look, Release, Select, Undo
from vrcnn.scene.requests import (
    DropFeatures,
    ForgetFeatures,
    HoldFeatures,
    MakeFeatures,
    TakeMade,
    TakeNew,
)
from vrcnn.scene.visualizing import place_of_wall, pointed_channel
from vrcnn.scene.wall_controls import buttons


@pytest.fixture
def visit() -> Visit:
    visit = Visit(Graph((node(0, "conv", (1, 24, 8, 8)), node(1, "relu", (1, 24, 8, 8))), ()))
    visit.world.shelf.width = visit.world.easel.width = visit.hall.board.width = 1e-6
    visit.before(visit.hall.walls[0])
    return visit


def face(visit: Visit, wall: int = 0) -> str:
    return visit.hall.arrangement.handling(visit.hall.walls[wall].name).face


def made(place: Place, channel: int) -> Visualization:
    return Visualization(place, channel, Settings(), np.zeros((8, 8, 3), np.uint8), 1.0, 0.0, None, "risen")


def asked(requests: list[object]) -> MakeFeatures:
    (request,) = [each for each in requests if isinstance(each, MakeFeatures)]
    return request


def test_a_tile_asks_for_its_channel_with_the_settings_of_now(visit: Visit) -> None:
    visit.world.feature_settings = Settings(preset="maco", steps=7)
    number, wall, channel = pointed_channel(visit.world, visit.world.hands["mouse"])
    request = asked(visit.do(VisualizeTile("mouse")))
    assert request.wanted == ((place_of_wall(visit.hall, wall), (channel,)),)
    assert (request.settings, request.hall, request.anew) == (visit.world.feature_settings, number, False)
    assert face(visit) == "visualizations"
    assert visit.hall.features.of(place_of_wall(visit.hall, wall).tensor, channel).state is FeatureState.WAITING


def test_one_that_is_there_is_made_anew_and_keeps_its_picture_meanwhile(visit: Visit) -> None:
    _, wall, channel = pointed_channel(visit.world, visit.world.hands["mouse"])
    place = place_of_wall(visit.hall, wall)
    visit.hall.features.known[place.tensor] = {channel: Feature(FeatureState.MADE, 1.0, made(place, channel))}
    assert asked(visit.do(VisualizeTile("mouse"))).anew
    feature = visit.hall.features.of(place.tensor, channel)
    assert feature.state is FeatureState.WAITING
    assert feature.made is not None


def test_a_wall_asks_for_all_its_channels_and_shows_them(visit: Visit) -> None:
    request = asked(visit.do(VisualizeWall("mouse")))
    assert request.wanted == ((place_of_wall(visit.hall, visit.hall.walls[0]), tuple(range(24))),)
    assert [face(visit, wall) for wall in (0, 1)] == ["visualizations", "activations"]


def test_pointing_at_nothing_asks_for_nothing(visit: Visit) -> None:
    visit.do(Look(3.0, 0.0))
    assert visit.do(VisualizeTile("mouse"), VisualizeWall("mouse"), TurnWall("mouse")) == []


def test_a_room_asks_for_the_layers_in_it_alone() -> None:
    visit = Visit(repeated())
    room = visit.hall.plates[0]
    request = asked(visit.do(VisualizeRoom(room.path, 0)))
    names = {place.name for place, _ in request.wanted}
    assert names
    assert all(name.startswith("stage.") for name in names)
    assert len(names) < len(visit.hall.walls)


def test_everything_asks_for_all_layers_that_are_shown() -> None:
    visit = Visit(residual())
    request = asked(visit.do(VisualizeAll(0)))
    assert {place.name for place, _ in request.wanted} == {wall.name for wall in visit.hall.walls if wall.span}
    assert {face(visit, number) for number, wall in enumerate(visit.hall.walls) if wall.span} == {"visualizations"}


def test_walls_turn_from_face_to_face_and_undo_turns_them_back(visit: Visit) -> None:
    seen = []
    for _ in FACES:
        visit.do(TurnWall("mouse"))
        seen.append(face(visit))
        visit.do(seconds=2.0)
    assert seen == ["visualizations", "both", "activations"]
    visit.do(Undo())
    assert face(visit) == "both"


def test_all_walls_turn_at_once(visit: Visit) -> None:
    visit.do(TurnAllWalls("both", 0))
    assert [face(visit, wall) for wall in (0, 1)] == ["both", "both"]


def test_a_click_takes_a_finished_one_and_a_moved_hand_the_wall(visit: Visit) -> None:
    _, wall, channel = pointed_channel(visit.world, visit.world.hands["mouse"])
    place = place_of_wall(visit.hall, wall)
    visit.do(TurnWall("mouse", "visualizations"))
    visit.do()
    assert not [each for each in visit.do(Select("mouse"), Release("mouse")) if isinstance(each, TakeMade)]
    visit.hall.features.known[place.tensor] = {channel: Feature(FeatureState.MADE, 1.0, made(place, channel))}
    taken = visit.do(Select("mouse"), Release("mouse"))
    assert TakeMade("mouse", 0, place.tensor, channel) in taken
    visit.do(Select("mouse"))
    visit.do(Look(0.3, 0.0))
    visit.do()
    assert not [each for each in visit.do(Release("mouse")) if isinstance(each, TakeMade)]
    assert visit.hall.arrangement.moved


def test_activations_are_not_taken_for_the_easel(visit: Visit) -> None:
    _, wall, channel = pointed_channel(visit.world, visit.world.hands["mouse"])
    place = place_of_wall(visit.hall, wall)
    visit.hall.features.known[place.tensor] = {channel: Feature(FeatureState.MADE, 1.0, made(place, channel))}
    assert not [each for each in visit.do(Select("mouse"), Release("mouse")) if isinstance(each, TakeMade)]


@pytest.mark.parametrize(
    ("state", "outcome", "takeable"),
    [
        (FeatureState.MADE, "risen", True),
        (FeatureState.FORMING, "risen", True),  # another one is being made, the one from before can be taken
        (FeatureState.FAILED, "failed", False),  # the channel never rose
        (FeatureState.FAILED, "risen", False),  # an error kept it from being made anew
        (FeatureState.FORMING, "failed", False),
    ],
)
def test_a_press_is_of_use_on_a_finished_visualization_and_not_on_one_that_failed(
    visit: Visit, state: FeatureState, outcome: str, takeable: bool
) -> None:
    hand = visit.world.hands["mouse"]
    _, wall, channel = pointed_channel(visit.world, hand)
    place = place_of_wall(visit.hall, wall)
    visit.do(TurnWall("mouse", "visualizations"))
    visit.do()
    assert not hand.target.useful
    done = replace(made(place, channel), outcome=outcome)
    visit.hall.features.known[place.tensor] = {channel: Feature(state, 1.0, done)}
    visit.do()
    assert (hand.target.takeable, hand.target.useful) == (takeable, takeable)
    taken = visit.do(Select("mouse"), Release("mouse"))
    assert (TakeMade("mouse", 0, place.tensor, channel) in taken) == takeable
    hand.holding = 0
    visit.do()
    assert not hand.target.takeable, "a full hand takes nothing"


def test_pause_cancel_noise_and_delete_are_asked_of_the_worker(visit: Visit) -> None:
    assert visit.do(PauseFeatures(True, 0)) == [HoldFeatures(True, 0)]
    assert visit.do(CancelFeatures(0)) == [DropFeatures(0)]
    visit.world.hands["mouse"].holding = 0
    assert visit.do(TakeNoise("mouse", "uniform")) == [TakeNew("mouse", "uniform")]
    assert visit.world.hands["mouse"].holding is None, "what was held is put back"
    assert visit.do(DeleteFeatures(0)) == []
    assert visit.hall.features.asking
    assert visit.do(DeleteFeatures(0, sure=True)) == [ForgetFeatures(0)]
    assert not visit.hall.features.asking


def test_a_wall_s_buttons_offer_both(visit: Visit) -> None:
    words = {button.word: button.intent("mouse") for button in buttons(visit.hall, visit.hall.walls[0])}
    assert words["visualize"] == VisualizeWall("mouse")
    assert words["features"] == TurnWall("mouse")


@pytest.mark.parametrize(
    ("job", "words"),
    [
        (FeatureJob(), "or G at a single tile"),
        (FeatureJob(done=3, total=8, running=True), "3 of 8"),
        (FeatureJob(done=3, total=8, running=True, seconds_left=200.0), "3 of 8, 3 min left"),
        (FeatureJob(done=3, total=8, paused=True, seconds_left=200.0), "3 of 8"),
        (FeatureJob(done=8, total=8, failed=1), "8 made, 1 never rose"),
    ],
)
def test_how_far_it_is_is_told_in_words(job: FeatureJob, words: str) -> None:
    assert job_words(job) == words


def test_a_visit_begins_with_a_preset(visit: Visit) -> None:
    assert visit.world.feature_settings == preset("fast")
