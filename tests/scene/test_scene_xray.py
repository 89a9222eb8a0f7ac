"""The sieve in the world: taken near and far, held before the picture, let go, turned, and what the walls tell then."""

from __future__ import annotations

from math import pi

import numpy as np
import pytest
from wearer import AWAY, Wearer

from vrcnn.scene.change_colours import SATURATED, change_colours, overall
from vrcnn.scene.change_tags import words
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.controlling import controls_of
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.haptics import LET_GO, PLACE, TAKE
from vrcnn.scene.headset_intents import Grab, Steer
from vrcnn.scene.intents import HeadMoved, Release, Scroll, Select
from vrcnn.scene.picking import Picker
from vrcnn.scene.requests import Pulse
from vrcnn.scene.sieve_handling import PLATE
from vrcnn.scene.sieve_place import FLIGHT, holder, sieve_end, sieve_now, sieve_surface
from vrcnn.scene.theme import THEMES
from vrcnn.scene.xray_intents import SortByChange, StepSieveKind, ToggleSieve, TurnSieve
from vrcnn.scene.xray_requests import LookThrough
from vrcnn.susceptibility.sieve import AMOUNTS, KINDS, Sieve

FAR = turn(pi)  # a hand that points away from the easel


@pytest.fixture
def wearer() -> Wearer:
    return Wearer()


def asked(requests: list) -> list:
    """What is asked of the networks."""
    return [request.sieve for request in requests if isinstance(request, LookThrough)]


def at_holder(wearer: Wearer) -> Pose:
    return holder(wearer.world) @ Pose((0.02, 0.05, 0.05), FAR)


def before_easel(wearer: Wearer) -> Pose:
    return wearer.world.easel.pose @ Pose((0.0, -0.1, 0.15), FAR)


def test_the_grip_takes_it_and_letting_go_at_the_picture_leaves_it_before_it(wearer):
    world, sieving = wearer.world, wearer.world.sieving
    wearer.move("left", at_holder(wearer))
    assert world.hands["left"].within.kind == "sieve"
    taken = wearer.do(Grab("left", True))
    assert TAKE.by("left") in taken
    assert (sieving.in_hand, sieving.before, asked(taken)) == ("left", False, [])
    for _ in range(30):
        wearer.do()
    assert sieve_now(world).pose.position == pytest.approx(holder(world).position, abs=1e-6), "as the hand took it"
    held = wearer.move("left", before_easel(wearer))
    assert asked(held) == [sieving.sieve], "the networks look through it as soon as it is there, in the hand"
    assert asked(wearer.do()) == []
    let_go = wearer.do(Grab("left", False))
    assert PLACE.by("left") in let_go
    assert asked(let_go) == [], "they do so already"
    assert (sieving.in_hand, sieving.before, world.hands["left"].gripping) == (None, True, False)
    seen = []
    for _ in range(30):
        seen.append(sieve_now(world).pose.position)
        wearer.do()
    x, y, z = world.easel.pose.inverse().apply(sieve_now(world).pose.position)
    assert (abs(x), abs(y)) == (pytest.approx(0, abs=1e-9), pytest.approx(0, abs=1e-9))
    assert 0 < z < 0.1, "a few centimetres before the picture"
    steps = np.linalg.norm(np.diff(seen, axis=0), axis=1)
    assert steps.max() < 0.4 * steps.sum(), "it glides there"


def test_taken_from_the_picture_and_let_go_elsewhere_it_flies_back_and_the_networks_see_the_picture(wearer):
    world, sieving = wearer.world, wearer.world.sieving
    wearer.do(ToggleSieve())
    wearer.do(seconds=FLIGHT)
    handle = sieve_surface(world)
    wearer.move("right", handle.pose @ Pose((0.0, 0.0, 0.04), FAR))
    assert world.hands["right"].within.kind == "sieve"
    taken = wearer.do(Grab("right", True))
    assert (sieving.in_hand, sieving.before, asked(taken)) == ("right", True, []), "it is still there"
    away = wearer.move("right", Pose((0.0, 1.2, 0.0), FAR))
    assert (sieving.before, asked(away)) == (False, [None])
    gone = wearer.do(Grab("right", False))
    assert LET_GO.by("right") in gone
    assert (sieving.in_hand, sieving.before) == (None, False)
    wearer.do(seconds=FLIGHT)
    assert sieve_now(world).pose.position == pytest.approx(holder(world).position)
    assert asked(wearer.do()) == []


def test_pulled_off_the_picture_and_let_go_in_the_same_moment_it_is_not_before_it(wearer):
    world, sieving = wearer.world, wearer.world.sieving
    wearer.do(ToggleSieve())
    wearer.do(seconds=FLIGHT)
    wearer.move("right", sieve_surface(world).pose @ Pose((0.0, 0.0, 0.04), FAR))
    wearer.do(Grab("right", True))
    gone = wearer.move("right", Pose((0.0, 1.2, 0.0), FAR), Grab("right", False))
    assert (sieving.in_hand, sieving.before, asked(gone)) == (None, False, [None])


def test_the_trigger_takes_it_from_afar_and_lets_it_go_where_it_points(wearer):
    world, sieving = wearer.world, wearer.world.sieving
    wearer.move("right", holder(world) @ Pose((0.03, 0.02, 1.0)))
    assert world.hands["right"].target.kind == "sieve"
    wearer.do(Select("right"))
    wearer.do(Release("right"))
    assert sieving.in_hand == "right", "a click leaves it in the hand"
    wearer.move("right", world.easel.pose @ Pose((0.0, 0.0, 1.2)))
    assert asked(wearer.do(Select("right"))) == [sieving.sieve]
    assert (sieving.in_hand, sieving.before) == (None, True)


def test_the_mouse_takes_it_with_a_click_and_a_click_elsewhere_puts_it_back():
    wearer = Wearer()
    world, sieving = wearer.world, wearer.world.sieving
    wearer.do(HeadMoved(None))
    world.player.position = (0.5, 0.0, 0.0)
    ray = world.easel.pose.position
    _look_at(world, holder(world).position)
    wearer.do()
    assert world.hands["mouse"].target.kind == "sieve"
    wearer.do(Select("mouse"), Release("mouse"))
    assert sieving.in_hand == "mouse"
    world.player.yaw, world.player.pitch = pi, 0.3
    wearer.do(Select("mouse"))
    assert (sieving.in_hand, sieving.before) == (None, False)
    _look_at(world, holder(world).position)
    wearer.do()
    wearer.do(Select("mouse"), Release("mouse"))
    _look_at(world, ray)
    wearer.do()
    assert asked(wearer.do(Select("mouse"))) == [sieving.sieve]
    turned = wearer.do(Scroll("mouse", 1.0))
    assert asked(turned) == [Sieve().turned(1)], "the wheel on the picture behind it turns it"


def _look_at(world, point) -> None:
    x, y, z = np.subtract(point, (*world.player.position[:1], 1.6, world.player.position[2]))
    world.player.yaw, world.player.pitch = float(np.arctan2(-x, -z)), float(np.arctan2(y, np.hypot(x, z)))


def test_stick_and_wheel_turn_it_in_whole_steps_and_every_step_is_asked_for(wearer):
    world, sieving = wearer.world, wearer.world.sieving
    wearer.do(ToggleSieve())
    wearer.move("right", world.easel.pose @ Pose((0.0, 0.0, 1.2)))
    asked_for = [each for _ in range(4) for each in asked(wearer.do(Scroll("right", 0.4)))]
    assert asked_for == [Sieve().turned(1)]
    wearer.do(Steer("right", 0.0, 1.0))
    for _ in range(10):
        asked_for += asked(wearer.do(seconds=0.1))
    assert len(asked_for) > 3
    assert [each.amount for each in asked_for] == sorted({each.amount for each in asked_for})
    assert world.player.position == (0.0, 0.0, 0.0), "it turns the sieve and nobody flies"
    wearer.do(Steer("right", 0.0, 0.0))
    wearer.move("right", AWAY)
    assert asked(wearer.do(Scroll("right", 3.0))) == []
    assert sieving.sieve == asked_for[-1]


def test_keys_mean_the_same(wearer):
    sieving = wearer.world.sieving
    assert asked(wearer.do(StepSieveKind(1))) == [], "nobody looks through it"
    assert sieving.sieve.kind == KINDS[1]
    assert asked(wearer.do(ToggleSieve())) == [sieving.sieve]
    assert asked(wearer.do(StepSieveKind(-1))) == [Sieve()]
    assert asked(wearer.do(TurnSieve(1), TurnSieve(1), TurnSieve(-1))) == [
        Sieve().turned(1),
        Sieve().turned(2),
        Sieve().turned(1),
    ]
    sieving.sieve = Sieve(amount=AMOUNTS["low-pass"][-1])
    assert asked(wearer.do(TurnSieve(1))) == [], "the last one stays"
    assert asked(wearer.do(ToggleSieve())) == [None]
    assert sieving.sieve.amount == AMOUNTS["low-pass"][-1], "it stays as it is while it is put away"


def test_a_second_press_sorts_as_before(wearer):
    world = wearer.world
    world.colouring = Colouring(order="variance")
    wearer.do(SortByChange())
    assert world.colouring.order == "susceptibility"
    wearer.do(SortByChange())
    assert world.colouring.order == "variance"


def test_a_hand_that_is_gone_has_it_no_longer(wearer):
    wearer.move("left", at_holder(wearer))
    wearer.do(Grab("left", True))
    wearer.do(HeadMoved(None))
    wearer.world.hands["left"].grip = None
    wearer.tools.step(wearer.world, [], 0.02)
    assert wearer.world.sieving.in_hand is None


def test_before_the_picture_that_is_met_through_the_glass_and_the_plate_is_pressed(wearer):
    world = wearer.world
    wearer.do(ToggleSieve())
    wearer.do(seconds=1.0)
    wearer.move("right", world.easel.pose @ Pose((0.0, 0.05, 1.0)))
    assert world.hands["right"].target.kind == "easel"
    plates = [control for control in controls_of(world) if control.kind == PLATE]
    assert {control.intent for control in plates} == {
        *(StepSieveKind(step) for step in (-1, 1)),
        *(TurnSieve(step) for step in (-1, 1)),
    }
    for control in plates:
        wearer.move("right", control.surface.pose @ Pose((0.0, 0.0, 0.5)))
        found = Picker().pick(world, world.hands["right"].ray)
        assert found.control == control, control.hint
        before = world.sieving.sieve
        assert asked(wearer.do(Select("right"))) == [world.sieving.sieve] != [before]
        wearer.do(Release("right"))


def test_it_tells_what_it_is_wherever_it_is_and_looks_as_its_kind(wearer):
    world, furnisher = wearer.world, Furnisher()
    looks = []
    for kind in KINDS:
        world.sieving.sieve = Sieve(kind, AMOUNTS[kind][1])
        looks.append(furnisher.furnish(world)["sieve"].boxes)
        told = " ".join(
            label.text for label in furnisher.furnish(world)["sieve stand"].labels if label.text not in "‹›"
        )
        assert world.sieving.sieve.told in told
        weaker = Sieve(kind, AMOUNTS[kind][-1])
        world.sieving.sieve = weaker
        assert furnisher.furnish(world)["sieve"].boxes != looks[-1], "and its amount is seen"
    assert len({str(look) for look in looks}) == len(KINDS)
    world.sieving.sieve, world.sieving.before = Sieve("shift", 2, "up"), True
    assert "shift 2 px up" in {label.text for label in furnisher.furnish(world)["sieve"].labels}
    assert "1.5 SD" in {label.text for label in furnisher.furnish(world)["sieve stand"].labels}, "the legend"


def test_every_wall_tells_its_change_while_the_sieve_is_before_the_picture(wearer):
    world, furnisher = wearer.world, Furnisher()
    hall = world.hall
    wall = hall.walls[1]
    changes = np.linspace(0.0, 1.0, wall.span.count).astype(np.float32)
    changes[0] = np.nan
    hall.xray.changes[wall.node] = changes
    hall.xray.revision += 1
    assert furnisher.furnish(world)["changes 0"].standing == ()
    wearer.do(ToggleSieve())
    (tag,) = furnisher.furnish(world)["changes 0"].standing
    expected = float(np.sqrt(np.mean(changes[1:].astype(float) ** 2)))
    assert [label.text for label in tag.labels] == [words(expected)] == [f"changes {expected:.2f} SD"]
    hall.xray.forget_changes()
    assert furnisher.furnish(world)["changes 0"].standing == ()


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_scale_rises_in_contrast_to_the_place_ends_where_it_says_and_knows_what_does_not_vary(name):
    theme = THEMES[name]
    colours = change_colours(np.linspace(0.0, SATURATED, 40), theme) / 255
    light = colours @ (0.2126, 0.7152, 0.0722)
    steps = np.diff(light) * (1 if name == "dark" else -1)
    assert (steps > -0.002).all()
    assert abs(light[-1] - light[0]) > 0.5
    ends = change_colours(np.array([SATURATED, 9.0, np.nan, -1.0, 0.0]), theme)
    assert (ends[0] == ends[1]).all()
    assert np.ptp(ends[2].astype(int)) < 20, "grey"
    assert (ends[3] == ends[4]).all()


def test_the_overall_change_is_the_root_of_the_mean_square_over_what_varies():
    assert overall(np.array([3.0, 4.0, np.nan], np.float32)) == pytest.approx(12.5**0.5)
    assert overall(np.full(3, np.nan, np.float32)) is None


def test_nothing_of_it_is_there_where_no_network_reads_pictures(wearer):
    world = wearer.world
    world.pictures.clear()
    groups = Furnisher().furnish(world)
    assert groups["sieve"].boxes == groups["sieve stand"].boxes == ()
    assert sieve_surface(world) is None
    assert not [control for control in controls_of(world) if control.kind == PLATE]
    assert not [request for request in wearer.do() if not isinstance(request, Pulse)]
    assert sieve_end(world).size > 0
