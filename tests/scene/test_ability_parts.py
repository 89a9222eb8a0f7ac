"""What the table of abilities says of a controller's own parts: each of them is moved, and does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import pi

import numpy as np
import pytest
from wearer import AWAY, Menu, Wearer

from vrcnn.scene.abilities import ABILITIES
from vrcnn.scene.gallery import Frame
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.headset_intents import Grab, OpenMenu, Recentred, Steer
from vrcnn.scene.intents import Enlarge, FoldWall, HeadMoved, Intent, Release, Select, ZoomTiles
from vrcnn.scene.map_numbers import table_of
from vrcnn.scene.plinth import TOP, standing
from vrcnn.scene.pointing import REST
from vrcnn.scene.reading import MapAt
from vrcnn.scene.requests import RunPicture, TakeMade
from vrcnn.scene.shelving import slot_pose
from vrcnn.scene.sieve_place import holder
from vrcnn.scene.vantage import facing
from vrcnn.scene.wall_controls import buttons
from vrcnn.scene.world_panels import MENU
from vrcnn.scene.xray_requests import LookThrough


def turned_by(wearer: Wearer, *intents: Intent) -> float:
    before = wearer.world.player.yaw
    wearer.do(*intents)
    return wearer.world.player.yaw - before


def look_around() -> bool:
    wearer = Wearer()
    wearer.do(HeadMoved(Pose((0.0, 1.6, 0.0), turn(1.0, 0.2))))
    return wearer.world.player.eyes.orientation == turn(1.0, 0.2)


def turn_with_the_stick() -> bool:
    return turned_by(Wearer(), Steer("right", 1.0, 0.0)) < 0 < turned_by(Wearer(), Steer("right", -1.0, 0.0))


def fly() -> bool:
    wearer = Wearer()
    for _ in range(5):
        wearer.do(Steer("right", 0.0, 1.0))
    return wearer.world.player.position[1] > 0.05


def teleport() -> bool:
    wearer = Wearer()
    wearer.move("left", Pose((0.0, 1.3, 0.0), turn(pi)))
    before = wearer.world.player.position
    wearer.do(Steer("left", 0.0, 1.0))
    assert wearer.world.movement.arc is not None
    wearer.do(Steer("left", 0.0, 0.0))
    return abs(wearer.world.player.position[2] - before[2]) > 0.5


def walk() -> bool:
    wearer = Wearer()
    wearer.world.comfort = replace(wearer.world.comfort, travel="smooth")
    for _ in range(10):
        wearer.do(Steer("left", 0.0, 1.0))
    return wearer.world.player.position[2] < -0.1 and teleport()


def hold_the_world() -> bool:
    wearer = Wearer()
    left, right = Pose((-0.2, 9.0, 0.0), turn(pitch=pi / 2)), Pose((0.2, 9.0, 0.0), turn(pitch=pi / 2))
    wearer.poses = {"left": left, "right": right}
    wearer.do()
    wearer.do(Grab("left", True), Grab("right", True))
    wearer.poses = {"left": Pose((-0.1, 9.0, 0.0)), "right": Pose((0.1, 9.0, 0.0))}
    wearer.do()
    return abs(wearer.world.player.scale - 2.0) < 1e-6


def point() -> bool:
    menu = Menu("")
    return menu.world.hands["right"].target.kind == "wall"


def press() -> bool:
    wearer = Menu("")
    hall = wearer.world.hall
    button = next(each for each in buttons(hall, wearer.wall) if isinstance(each.intent("right"), FoldWall))
    middle = button.surface.carried(hall.placing @ wearer.wall.placing).pose
    wearer.move("right", middle @ Pose((0.0, 0.0, 0.6)))
    wearer.do(Select("right"), Release("right"))
    return wearer.wall.folded


def with_picture(*intents: Intent) -> Wearer:
    wearer = Wearer()
    wearer.move("right", slot_pose(wearer.world.shelf, 1) @ Pose((0.0, 0.0, 1.0)))
    wearer.do(*(intents or (Select("right"), Release("right"))))
    return wearer


def take_a_picture() -> bool:
    near = Wearer()
    near.move("right", slot_pose(near.world.shelf, 1) @ Pose((0.0, 0.0, 0.05)), Grab("right", True))
    return near.world.hands["right"].holding == with_picture().world.hands["right"].holding == 1


def run_a_picture() -> bool:
    wearer = with_picture(Grab("right", True))
    wearer.move("right", wearer.world.easel.pose @ Pose((0.0, 0.0, 0.2)))
    return RunPicture(1) in wearer.do(Grab("right", False))


def put_back() -> bool:
    wearer = with_picture(Grab("right", True))
    wearer.move("right", AWAY, Grab("right", False))
    return wearer.world.hands["right"].holding is None and len(wearer.world.flights) == 1


def with_sieve() -> Wearer:
    """Somebody whose right hand has gripped the sieve in its holder."""
    wearer = Wearer()
    wearer.move("right", holder(wearer.world) @ Pose((0.0, 0.0, 0.06), turn(pi)))
    wearer.do(Grab("right", True))
    return wearer


def take_the_sieve() -> bool:
    return with_sieve().world.sieving.in_hand == "right"


def hold_the_sieve() -> bool:
    wearer = with_sieve()
    there = wearer.world.easel.pose @ Pose((0.0, 0.0, 0.15), turn(pi))
    return LookThrough(wearer.world.sieving.sieve) in wearer.move("right", there)


def put_the_sieve_back() -> bool:
    wearer = with_sieve()
    wearer.move("right", AWAY, Grab("right", False))
    return wearer.world.sieving.in_hand is None and not wearer.world.sieving.before


def show_large() -> bool:
    wearer = with_picture()
    wearer.do(Enlarge(True))
    shown = wearer.world.enlarged
    wearer.do(Enlarge(False))
    return shown == 1 and wearer.world.enlarged is None


def moved(hands: tuple[str, ...], press: Callable[[str], Intent]) -> tuple[Placing, Placing]:
    """Where the second wall stands before and after hands have held it and gone apart, or aside."""
    wearer = Menu("")
    before = wearer.wall.placing
    starts = {name: wearer.on_wall(1, side * 0.99, 0.0) for name, side in (("left", -1), ("right", 1)) if name in hands}
    for name, pose in starts.items():
        wearer.move(name, pose)
        wearer.do(press(name))
    middle = np.mean([pose.position for pose in starts.values()], axis=0) - (0.0 if len(starts) > 1 else 0.2)
    for name, pose in starts.items():
        wearer.move(name, Pose(tuple(middle + 1.6 * np.subtract(pose.position, middle)), pose.orientation))
    return before, wearer.wall.placing


def move_a_wall() -> bool:
    return all(
        before.pose.position != after.pose.position
        for before, after in (moved(("right",), lambda hand: Grab(hand, True)), moved(("right",), Select))
    )


def scale_a_wall() -> bool:
    before, after = moved(("left", "right"), lambda hand: Grab(hand, True))
    return abs(after.scale / before.scale - 1.6) < 1e-6


def slide_maps() -> bool:
    wearer = Menu("Smaller tiles")
    for _ in range(3):
        wearer.do(ZoomTiles("right", 1))
    before = wearer.wall.first_row
    for _ in range(10):
        wearer.do(Steer("right", 0.0, -1.0))
    return wearer.wall.first_row > before


def move_the_network() -> bool:
    wearer = Wearer()
    plate = standing(wearer.world.hall).pose @ TOP @ Pose((0.0, 0.0, 0.05))
    wearer.move("right", plate, Grab("right", True))
    wearer.move("right", Pose((0.5, 0.0, 0.0)) @ plate)
    return wearer.world.hall.arrangement.whole.pose.position[0] > 0.4


def read_a_map() -> bool:
    menu = Menu("")
    menu.do(seconds=REST + 0.01)
    return menu.world.gallery.pointing.shown is not None


def copied() -> tuple[Wearer, Frame]:
    wearer = Wearer()
    wearer.pull("right")
    (frame,) = wearer.world.gallery.frames
    return wearer, frame


def hang() -> bool:
    wearer, frame = copied()
    wearer.move("right", Pose((0.0, 1.4, 3.0)), Grab("right", False))
    return frame.pose is not None


def scale_a_copy() -> bool:
    wearer, frame = copied()
    pose = wearer.world.hands["right"].grip @ wearer.world.hands["right"].grasp
    beside = pose @ Pose((-0.15, 0.0, 0.02))
    wearer.move("left", beside)
    wearer.do(Grab("left", True))
    wearer.move("left", pose @ Pose((-0.6, 0.0, 0.02)))
    return frame.scale > 1.5


def take_a_feature() -> bool:
    menu = Menu("Feature to the easel")
    asked = menu.do(Select("right")) + menu.do(Release("right"))
    return any(isinstance(request, TakeMade) for request in asked)


def open_the_menu() -> bool:
    wearer = Wearer()
    wearer.move("left", Pose((-0.2, 1.3, -0.3)))
    wearer.do(OpenMenu("left"))
    return MENU in wearer.world.panels.open


def recentre() -> bool:
    wearer = Wearer()
    wearer.do(Grab("left", True), Grab("right", True))
    assert wearer.world.movement.grab is not None
    eyes = Pose((0.4, 1.6, 0.2), turn(0.5))
    wearer.do(Recentred(), HeadMoved(eyes))
    return wearer.world.player.eyes == eyes and wearer.world.journey.jumped > 0.0


def labels() -> bool:
    wearer = Wearer()
    wearer.world.comfort = replace(wearer.world.comfort, labels="always")
    wearer.world.hands["right"].controller = "index"
    for _ in range(60):
        wearer.do()
    return wearer.world.hands["right"].labelling.shown > 0.5


def read_values() -> bool:
    """The values stand on the pixels when the head has come close to the map, and not from where one stands."""
    wearer = Menu("")
    wall, hall = wearer.wall, wearer.world.hall
    wearer.read(MapAt(0, wall.node, wearer.world.hands["right"].target.tile))
    tile = wearer.before(wall, 0.0).position
    seen = []
    for away in (2.0, 0.12):
        near = (hall.placing @ wall.placing).pose @ Pose((0.02, 0.02, away))
        x, y, z = near.position
        wearer.do(HeadMoved(Pose((x, y, z))))
        wearer.move("right", facing((x, y - 0.01, z), tile))
        for _ in range(20):
            wearer.do()
        seen.append(table_of(wearer.world) is not None)
    return seen == [False, True]


BY_A_PART: dict[str, Callable[[], bool]] = {
    "Look around": look_around,
    "Turn": turn_with_the_stick,
    "Walk": walk,
    "Fly up and down": fly,
    "World in both hands": hold_the_world,
    "Go to a place": teleport,
    "Point": point,
    "Press a button": press,
    "Take a picture": take_a_picture,
    "Run a picture": run_a_picture,
    "Put a picture back": put_back,
    "Take the sieve": take_the_sieve,
    "Hold it before a picture": hold_the_sieve,
    "Put the sieve back": put_the_sieve_back,
    "Show large": show_large,
    "Move a wall": move_a_wall,
    "Scale a wall": scale_a_wall,
    "Slide a wall's maps": slide_maps,
    "Move the network": move_the_network,
    "Read a map": read_a_map,
    "Read a pixel's values": read_values,
    "Copy of this map": lambda: bool(copied()),
    "Hang a copy": hang,
    "Scale a copy": scale_a_copy,
    "Feature to the easel": take_a_feature,
    "All choices": open_the_menu,
    "Recentre": recentre,
    "Help": labels,
}


def test_every_ability_of_a_controllers_part_is_walked():
    assert {ability.words for ability in ABILITIES if ability.part} == set(BY_A_PART)


@pytest.mark.parametrize("words", BY_A_PART)
def test_the_controllers_part_does_it(words: str):
    assert BY_A_PART[words]()
