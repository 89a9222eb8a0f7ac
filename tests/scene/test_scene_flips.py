"""The sieve's board, what is asked for it, and what a press puts on easel and shelf."""

from __future__ import annotations

from dataclasses import replace

import pytest
from labelled import KINDS, label
from sieved import PLACES, curve, flips, look_through
from wearer import Wearer

from vrcnn.engine.plan import plan_maps
from vrcnn.export.plain import plain, taken
from vrcnn.scene.acting import act
from vrcnn.scene.boards import furnish_board
from vrcnn.scene.build import build_hall
from vrcnn.scene.curve_placing import follow_curve
from vrcnn.scene.flip_board import flip_board_key, flip_controls, furnish_flip_board, surface_of
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, Ray
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.panel_placing import toggle_panel
from vrcnn.scene.panel_pressing import flat_panels, shown_panels
from vrcnn.scene.picking import Picker
from vrcnn.scene.requests import RunPicture, ShowPage
from vrcnn.scene.results_intents import FilterShelf, ResampleShelf
from vrcnn.scene.results_requests import BringPictures
from vrcnn.scene.shelf_filter import ShelfFilter
from vrcnn.scene.shelf_pages import VISITING
from vrcnn.scene.sieve_asking import REST, follow_sieve
from vrcnn.scene.sieve_panel_intents import ChooseSieve, ChooseSievePictures, PutFlipped, ShowFlipped
from vrcnn.scene.sieve_wording import behind_lines, flips_told, sentence
from vrcnn.scene.site import stand_apart
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import AT_SIEVE, CURVE, FLIPS, IN_WINDOW, SIEVE, WorldPanel
from vrcnn.scene.xray_intents import ToggleSieve
from vrcnn.scene.xray_requests import FindCurve, FindFlips, LookThrough
from vrcnn.susceptibility.sieve import Sieve
from vrcnn.ui.curve_panel import curve_key
from vrcnn.ui.flips_panel import FlipsPanel

SHIFT = Sieve("shift", 1.0)


def two_halls() -> World:
    """A world of two networks over one labelled set."""
    world = Wearer().world
    graph = world.hall.graph
    world.halls.append(build_hall("memorizing", graph, plan_maps(graph.nodes), world.hall.scope, ()))
    stand_apart(world)
    label(world)
    return world


@pytest.fixture
def world() -> World:
    world = Wearer().world
    label(world)
    return world


def words(world: World, number: int = 0) -> list[str]:
    return [each.text for each in furnish_flip_board(world, number).labels]


def test_the_sentence_says_what_is_seen(world: World):
    look_through(world, SHIFT)
    hall = world.hall
    point = replace(curve("shift", 0.0).points[0], value=0.21, untrained=1.07, pictures=64)
    hall.xray.curves["shift"] = replace(curve("shift", 1.0), points=(point,))
    assert sentence(world) == (
        "Moving the picture by 1 px changes this network's scores 0.21 times as much as they differ between pictures; "
        "its untrained twin's 1.07 times. Over 64 pictures."
    )
    assert flips_told(flips(SHIFT)) == "6 of 64 answers flip (untrained twin: 40 of 64)"
    assert flips_told(flips(SHIFT, (7,), untrained=None)) == "1 of 64 answers flips"


def test_every_hall_has_a_board_while_the_sieve_is_before_the_picture():
    world = two_halls()
    assert [words(world, number) for number in (0, 1)] == [[], []]
    look_through(world, SHIFT)
    for number, hall in enumerate(world.halls):
        told = words(world, number)
        assert told[1:4] == ["6 of 64 answers flip", "of its untrained twin: 40 of 64", "behind shift 1 px right"]
        assert any(each.startswith("dog 91 %") for each in told)
        assert any(each.startswith("red hen 55 %") for each in told)
        board, answers = surface_of(hall), hall.board
        assert board.width == answers.width
        assert board.pose.position[1] - board.height / 2 > answers.pose.apply((0.0, answers.height / 2, 0.0))[1]
    before = flip_board_key(world, 1)
    world.halls[1].xray.flips = flips(SHIFT, PLACES[:2], 32)
    assert flip_board_key(world, 1) != before
    assert words(world, 1)[3] == "behind shift 1 px right, 32 to go"
    groups = Furnisher().furnish(world)
    assert groups["flips 0"].labels
    act(world, ToggleSieve())
    assert words(world) == []


def test_before_anything_is_known_the_board_says_how_to_find_it(world: World):
    look_through(world, SHIFT)
    full = surface_of(world.hall)
    world.hall.xray.flips = None
    board = surface_of(world.hall)
    foot, full_foot = (each.pose.apply((0.0, -each.height / 2, 0.0)) for each in (board, full))
    assert foot == pytest.approx(full_foot)
    assert board.height < full.height / 2, "it hides little of the walls behind it"
    lowest = min(board.pose.inverse().apply(each.pose.position)[1] for each in furnish_flip_board(world, 0).labels)
    assert lowest > 0.02 - board.height / 2, "its words are on it"
    assert "A press here runs 64 pictures" in " ".join(words(world))
    (board,) = flip_controls(world)
    assert (board.kind, board.intent) == ("flips", OpenPanel(FLIPS))


def test_a_ray_meets_the_rows_of_the_board_and_a_press_puts_the_picture_on_the_easel(world: World):
    look_through(world, SHIFT)
    rows = [control for control in flip_controls(world) if control.kind == "flipped"]
    assert [row.intent for row in rows] == [PutFlipped(place) for place in PLACES[:4]]
    target = Picker().pick(world, Ray.of(rows[2].surface.pose @ Pose((0.0, 0.0, 0.5))))
    assert target is not None
    assert target.control is not None
    requests = act(world, target.control.intent)
    brought, shown, again, run = requests
    assert isinstance(brought, BringPictures)
    [(number, place)] = brought.pictures
    assert place == PLACES[2]
    assert (shown, again, run) == (ShowPage((number,)), ShowPage((number,)), RunPicture(number))
    assert world.pictures[number].name == f"{KINDS[place % 4]}/{place}.png"
    assert number not in world.shelf.shown(len(world.pictures)), "the shelf stays as it is"
    assert [type(each) for each in act(world, PutFlipped(place))] == [ShowPage, RunPicture], "it has its number by now"


def test_small_pictures_are_brought_while_somebody_looks_and_the_shelf_keeps_its_own(world: World):
    look_through(world, SHIFT)
    many = tuple(range(1, 400, 2))
    act(world, FilterShelf(ShelfFilter(words="cat")))
    shown = list(world.shelf.shown(len(world.pictures)))
    world.hall.xray.flips = flips(SHIFT, many)
    assert follow_sieve(world) == [], "nobody looks"
    toggle_panel(world, FLIPS)
    brought, page = follow_sieve(world)
    assert all(place in world.catalogue.numbers for place in many[:64])
    assert page == ShowPage(tuple(number for number, _ in brought.pictures))
    assert follow_sieve(world) == []
    for place in range(100, 360):
        act(world, PutFlipped(place))
    assert list(world.shelf.shown(len(world.pictures))) == shown, "however many come and go"
    assert len(world.catalogue.visiting) <= VISITING


def test_the_flipped_ones_come_onto_the_shelf_and_filters_go_on_among_them(world: World):
    look_through(world, SHIFT)
    act(world, ShowFlipped())
    shown = world.shelf.selection
    assert shown is not None
    assert tuple(shown.places) == PLACES
    assert shown.words == "6 of 400: another answer behind shift 1 px right"
    act(world, FilterShelf(replace(shown.filter, words="red hen")))
    assert tuple(world.shelf.selection.places) == tuple(place for place in PLACES if KINDS[place % 4] == "red hen")
    act(world, FilterShelf(shown.filter))
    act(world, ResampleShelf())
    assert set(world.shelf.selection.places) == set(PLACES)
    assert taken(ShelfFilter, plain(shown.filter), "filter") == shown.filter, "a session keeps it"
    world.hall.xray.flips = None
    act(world, ShowFlipped())
    assert world.notices[-1].headline == "No answer is known to flip."


def test_the_curve_is_asked_once_for_each_network_and_kind_while_somebody_sees_it():
    world = two_halls()
    world.player.head = None
    assert follow_sieve(world) == []
    toggle_panel(world, SIEVE)
    assert follow_sieve(world) == [FindCurve("low-pass", 64, 0), FindCurve("low-pass", 64, 1)]
    assert follow_sieve(world) == []
    act(world, ChooseSieve(Sieve("low-pass", 0.06)))
    assert follow_sieve(world) == [], "the curve has all amounts"
    act(world, ChooseSieve(SHIFT))
    assert follow_sieve(world) == [FindCurve("shift", 64, 0), FindCurve("shift", 64, 1)]
    world.halls[1].xray.forget()
    assert follow_sieve(world) == [FindCurve("shift", 64, 1)], "it was forgotten with the weights"
    act(world, ChooseSievePictures(256))
    assert len(follow_sieve(world)) == 2
    act(world, ChooseSievePictures(64))
    assert len(follow_sieve(world)) == 2, "what is known is over 256 by now"
    world.halls[0].xray.forget()
    toggle_panel(world, SIEVE)
    assert follow_sieve(world) == [], "nobody sees it"


def test_panels_are_drawn_anew_for_every_curve_and_all_flips_that_come(world: World):
    look_through(world, SHIFT)
    xray, panel, told, found = world.hall.xray, WorldPanel(FLIPS, Pose(), 1.0, 1.0), curve("shift", 0.4), flips(SHIFT)
    xray.curves["shift"], xray.flips = replace(told), replace(found)
    before = curve_key(world), FlipsPanel().key(world, panel)
    for count in range(1, 20):  # one of them lies in memory where the first one was
        xray.curves["shift"] = replace(told, skipped=count)
        assert curve_key(world) != before[0]
    for count in range(1, 20):
        xray.flips = replace(found, skipped=count)
        assert FlipsPanel().key(world, panel) != before[1]


def test_flips_are_looked_for_when_the_sieve_rests(world: World):
    world.player.head = None
    toggle_panel(world, FLIPS)
    assert follow_sieve(world) == []
    world.time += 2 * REST
    assert follow_sieve(world) == [FindFlips(Sieve(), 64, 0)]
    assert follow_sieve(world) == []
    act(world, ChooseSieve(SHIFT))
    assert follow_sieve(world) == []
    world.time += 0.5 * REST
    act(world, ChooseSieve(replace(SHIFT, amount=2.0)))
    world.time += 0.6 * REST
    assert follow_sieve(world) == [], "it was turned meanwhile"
    world.time += 1.1 * REST
    assert follow_sieve(world) == [FindFlips(replace(SHIFT, amount=2.0), 64, 0)]


def test_another_sieve_before_the_picture_is_looked_through_at_once(world: World):
    assert act(world, ChooseSieve(SHIFT)) == []
    act(world, ToggleSieve())
    chosen = replace(SHIFT, direction="up")
    assert act(world, ChooseSieve(chosen)) == [LookThrough(chosen)]


def test_the_board_of_answers_says_what_they_are_behind(world: World):
    plain_board = [each.text for each in furnish_board(world.hall).labels]
    look_through(world, SHIFT)
    told = [each.text for each in furnish_board(world.hall).labels]
    assert told[1:3] == ["Behind shift 1 px right", "Without it: dog 91 %"]
    assert not any("Behind" in each for each in plain_board)
    world.hall.xray.forget()
    assert [each.text for each in furnish_board(world.hall).labels] == told, "as long as the answer is that one"
    world.hall.xray.plain = world.hall.scores
    assert behind_lines(world.hall)[1] == "Without it too: red hen 55 %"
    world.hall.xray.plain = ()
    assert behind_lines(world.hall) == ("Behind shift 1 px right", "")
    world.hall.xray.behind = None
    assert not any("Behind" in each.text for each in furnish_board(world.hall).labels)


def test_the_small_curve_goes_with_the_sieve():
    wearer = Wearer()
    world = wearer.world
    label(world)
    world.sieving.in_hand = "right"
    wearer.move("right", Pose((0.3, 1.2, world.player.eyes.position[2] - 0.4)))
    panel = world.panels.open[CURVE]
    hand, eyes = world.hands["right"].grip.position, world.player.eyes
    assert panel.stands == AT_SIEVE
    assert 0.15 < sum((a - b) ** 2 for a, b in zip(panel.pose.position, hand, strict=True)) ** 0.5 < 0.4
    assert panel.pose.inverse().apply(eyes.position)[2] > 0.2, "its face is turned to the eyes"
    world.sieving.in_hand, world.sieving.before = None, True
    follow_curve(world)
    assert panel.pose.position[1] > world.easel.pose.position[1] + world.easel.height / 2
    world.player.head = None
    assert panel in shown_panels(world), "without a headset too"
    assert panel not in flat_panels(world)
    toggle_panel(world, CURVE)
    follow_curve(world)
    assert CURVE not in world.panels.open, "who closes it is not bothered again"
    world.sieving.before = False
    follow_curve(world)
    world.sieving.in_hand = "mouse"
    follow_curve(world)
    assert world.panels.open[CURVE].stands == IN_WINDOW
    assert world.panels.open[CURVE] in flat_panels(world)
    world.sieving.in_hand = None
    follow_curve(world)
    assert CURVE not in world.panels.open
