"""The table of abilities, walked: everything is in it, and every way that it tells of leads there."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import abilities
import pytest
from labelled import evaluated
from test_scene_controls import world_of
from wearer import Menu, Wearer

from vrcnn.desktop.controls import Controls
from vrcnn.scene.abilities import ABILITIES, HAND, PAGES, PARTS, Ability, meant, on_page
from vrcnn.scene.acting import act
from vrcnn.scene.camera_status import CameraStatus
from vrcnn.scene.controlling import controls_of
from vrcnn.scene.feature_intents import FeatureAction
from vrcnn.scene.geometry import Placing, Pose
from vrcnn.scene.headset_intents import HeadsetAction
from vrcnn.scene.intents import (
    Action,
    Intent,
    ToggleTable,
)
from vrcnn.scene.requests import Pulse
from vrcnn.scene.results_intents import ResampleShelf
from vrcnn.scene.tabletop import table_controls
from vrcnn.scene.wall_controls import buttons
from vrcnn.scene.wayposts import wayposts
from vrcnn.ui.events import Area, Event, KeyEvent
from vrcnn.ui.hints import KEYS

ODD_KEYS = "SPACE ESCAPE TAB ENTER BACKSPACE DELETE HOME END INSERT EQUAL MINUS KP_ADD KP_SUBTRACT LEFT_BRACKET"
ALL_KEYS = [
    *"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    *ODD_KEYS.split(),
    "RIGHT_BRACKET",
    *(f"F{n}" for n in range(1, 13)),
]
MODIFIERS = {"SHIFT+": "LEFT_SHIFT", "CTRL+": "LEFT_CONTROL"}
TOLD = {"-": "MINUS", "+": "EQUAL", "[": "LEFT_BRACKET", "]": "RIGHT_BRACKET"}


class Keyboard:
    """A window of which only the keys do something."""

    def __init__(self) -> None:
        self.events: tuple[Event, ...] = ()
        self.typing = self.should_close = False
        self.claimed: tuple[Area, ...] = ()
        self.size, self.scale = (100, 100), 1.0

    def capture_pointer(self, captured: bool) -> None:
        pass


def means(key: str) -> list[Intent]:
    """What pressing a key ("SHIFT+X") means in the window."""
    keyboard = Keyboard()
    held = [held for begin, held in MODIFIERS.items() if key.startswith(begin)]
    keyboard.events = tuple(KeyEvent(each, True) for each in (*held, key.rpartition("+")[2]))
    return Controls(keyboard).intents(0.02)


def test_every_action_is_in_the_table():
    actions = {*get_args(Action), *get_args(FeatureAction), *get_args(HeadsetAction)}
    kinds = {kind for action in actions for kind in (get_args(action) or (action,))}
    assert {kind.__name__ for kind in kinds} - {type(ability.intent).__name__ for ability in ABILITIES} == set()


def test_every_ability_has_a_way_on_both_sides_or_says_why_it_has_none():
    for ability in ABILITIES:
        headset = bool(ability.page or ability.control or ability.part or ability.headset)
        assert (bool(ability.desktop) and headset) != bool(ability.only), ability.words
        assert not ability.page or ability.page in PAGES
        assert not ability.part or ability.part in PARTS
        assert bool(ability.headset) or bool(ability.page or ability.control) or bool(ability.only), ability.words


def test_no_words_stand_twice_and_all_fit_on_a_button():
    words = [ability.words for ability in ABILITIES]
    assert len(set(words)) == len(words)
    assert max(len(word) for word in words) <= 24


@pytest.mark.parametrize(("ability", "key"), [(each, key) for each in ABILITIES for key in each.keys])
def test_the_key_means_it(ability: Ability, key: str):
    assert ability.intent in means(key)


def test_every_key_that_means_an_action_is_in_the_table():
    told = {key for ability in ABILITIES for key in ability.keys}
    actions = get_args(Action)
    for key in ALL_KEYS:
        for pressed in (key, f"SHIFT+{key}"):
            for intent in means(pressed):
                if isinstance(intent, actions):
                    assert intent in {ability.intent for ability in ABILITIES}, pressed
                    assert pressed in told or key in told, pressed


def test_every_key_of_the_help_is_in_the_table():
    ways = " ".join(ability.desktop for ability in ABILITIES).replace(",", " ").split()
    others = {"Hold", "Wheel", "Click", "Right button"}
    for caps, _ in KEYS:
        for cap in set(caps) - others:
            assert cap in ways or any(cap in way for way in ways), cap


def seen(wearer: Wearer) -> str:
    """All of the World that a button could change, to be compared."""
    world, hall = wearer.world, wearer.world.hall
    return repr(
        (
            *(hall.arrangement, hall.wanted, hall.features.job.paused, hall.features.revision, hall.features.asking),
            *(world.colouring, world.theme, world.feature_settings, world.wants_sights, world.wave),
            *(world.player, world.table and world.table.pose, sorted(world.panels.open), world.audience),
            *(hall.attributing.shown, hall.attributing.wish),
            *(hall.inspection.marking, hall.inspection.path, hall.inspection.asked),
            *(world.gallery.pulling, world.gallery.revision, len(world.notices), world.easel.picture),
            world.training and (world.training.aim, world.training.playing),
            (world.touring.at, world.touring.going, repr(world.sieving)),
            *(world.hands["right"].holding, world.hands["right"].carrying, world.enlarged, world.gallery.large),
        )
    )


@pytest.mark.parametrize(
    "ability", [ability for page in PAGES for ability in on_page(page)], ids=lambda each: each.words
)
def test_every_button_of_the_menu_does_something(ability: Ability):
    wearer = Menu(ability.words)
    before = seen(wearer)
    action = meant(ability, wearer.world, "right")
    assert getattr(action, "hand", "right") == "right", "for the hand that asks"
    asked = [request for request in act(wearer.world, action) if not isinstance(request, Pulse)]
    assert asked or seen(wearer) != before


def test_the_pages_of_the_menu_have_all_that_has_a_page_and_none_is_crowded():
    assert sum(len(on_page(page)) for page in PAGES) == sum(bool(ability.page) for ability in ABILITIES)
    assert all(4 <= len(on_page(page)) <= 12 for page in PAGES)


def test_every_control_that_is_told_of_is_in_the_world_and_means_it():
    found: dict[str, set[type]] = {}
    worlds = [world_of(), world_of(detail="all")]
    worlds[0].hall.arrangement = replace(worlds[0].hall.arrangement, whole=Placing(Pose((1.0, 0.0, 0.0))))
    worlds[0].hall.features.job.running, worlds[1].hall.features.job.stored = True, 5
    worlds[0].camera = CameraStatus("camera 0", 0)
    wearer = Menu("Show hidden walls")
    wearer.do(ToggleTable())
    stander = Menu("Layer before")
    worlds.append(Menu("Later checkpoint").world)
    judged = Menu("Evaluate all pictures").world
    judged.hall.results = evaluated()
    act(judged, ResampleShelf())
    worlds.append(judged)
    worlds.append(Menu("Flipped ones on shelf").world)
    for world in (*worlds, wearer.world, stander.world):
        for control in controls_of(world):
            found.setdefault(control.kind, set()).add(type(control.intent))
    found.setdefault("model", set()).update(type(control.intent) for control in table_controls(wearer.world))
    found.setdefault("way", set()).update(type(control.intent) for _, _, control in wayposts(stander.world))
    wall = Menu("Put back").world.hall.walls[1]
    hall = Menu("Smaller tiles").world.hall
    for each, of in ((hall, hall.walls[1]), (Menu("Put back").world.hall, wall)):
        found.setdefault("wall button", set()).update(type(button.intent(HAND)) for button in buttons(each, of))
    for ability in ABILITIES:
        if ability.control:
            assert ability.control in found, ability.words
        if ability.control and ability.intent is not None:
            assert type(ability.intent) in found[ability.control], ability.words


def test_the_page_in_the_docs_is_what_the_table_says():
    assert abilities.PAGE.read_text(encoding="utf-8") == abilities.page(), "write it anew with tools/abilities.py"
