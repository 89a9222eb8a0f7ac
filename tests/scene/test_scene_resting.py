"""What the menu's buttons mean while one points at the menu, and what a wall's key means a moment after it was used."""

from __future__ import annotations

from dataclasses import replace

from wearer import AWAY, Menu, Wearer

from vrcnn.scene.feature_intents import TurnWall
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import OpenMenu
from vrcnn.scene.intents import FoldWall, Look, PullOut
from vrcnn.scene.resting import REST
from vrcnn.scene.tools import Tools
from vrcnn.scene.visualizing import AGAIN
from vrcnn.scene.world import HANDS
from vrcnn.scene.world_panels import MENU


def at_menu(wearer: Wearer) -> None:
    """The right hand points at the middle of the menu."""
    panel = wearer.world.panels.open[MENU]
    wearer.move("right", panel.pose @ Pose((0.0, 0.0, 0.2)))
    assert wearer.world.hands["right"].target.kind == "panel"


def opened() -> Menu:
    """Somebody with the menu open at the left hand, who has opened it pointing at nothing."""
    wearer = Menu("")
    wearer.move("right", AWAY)
    wearer.move("left", Pose((0.6, 1.3, -0.4)))
    wearer.do(OpenMenu("left"))
    return wearer


def outlines(wearer: Wearer) -> int:
    return len(Furnisher().furnish(wearer.world)["meant"].boxes)


def test_the_menu_means_what_the_hand_has_rested_on_before_and_shows_it():
    wearer = opened()
    wearer.point()
    wearer.do(seconds=REST + 0.01)
    assert outlines(wearer) == 0, "only while one points at the menu"
    at_menu(wearer)
    assert outlines(wearer) == 4
    wearer.do(PullOut("right"))
    pulling = wearer.world.gallery.pulling
    assert pulling.at.node == wearer.wall.node
    wearer.do(FoldWall("right"))
    assert wearer.wall.folded


def test_what_a_ray_only_sweeps_over_is_not_meant():
    wearer = opened()
    wearer.point()
    wearer.do(seconds=REST + 0.01)
    other = wearer.world.hall.walls[3]
    wearer.move("right", wearer.before(other))
    wearer.do()
    assert wearer.world.hands["right"].target.index == 3
    at_menu(wearer)
    wearer.do(FoldWall("right"))
    assert (wearer.wall.folded, other.folded) == (True, False)


def test_it_is_forgotten_where_its_wall_is_gone():
    wearer = opened()
    wearer.point()
    wearer.do(seconds=REST + 0.01)
    at_menu(wearer)
    hall = wearer.world.hall
    hall.walls = [replace(wall, name=f"other {wall.name}") for wall in hall.walls]
    wearer.do(FoldWall("right"))
    assert not any(wall.folded for wall in hall.walls)
    assert outlines(wearer) == 0


def turning() -> tuple[Menu, Tools]:
    """The window's visitor, who looks at the lower edge of the second wall."""
    menu = Menu("")
    world, tools = menu.world, Tools()
    world.player.head = None
    placing = world.hall.placing @ menu.wall.placing
    x, y, z = placing.apply((0.0, 0.02 - menu.wall.height / 2, 1.5))
    world.player.position, world.player.yaw, world.player.pitch = (x, y - 1.6, z), _yaw(placing.pose), 0.0
    tools.step(world, [], 0.02)
    assert world.hands[HANDS[0]].target.index == 1
    return menu, tools


def _yaw(pose: Pose) -> float:
    return next(yaw / 1000 for yaw in range(-3142, 3142) if _faces(pose, yaw / 1000))


def _faces(pose: Pose, yaw: float) -> bool:
    return all(abs(a - b) < 2e-3 for a, b in zip(Pose(orientation=turn(yaw)).forward, pose.forward, strict=True))


def test_the_same_wall_is_turned_on_though_it_is_no_longer_under_the_crosshair():
    menu, tools = turning()
    world, faces = menu.world, []
    for step in range(3):
        tools.step(world, [TurnWall("mouse")], 0.02)
        tools.step(world, [Look(0.0, -0.024)] if step == 0 else [], 0.3)  # to just below it, as if it had shrunk
        target = world.hands["mouse"].target
        assert target is None or target.kind == "ground" or target.index != 1
        faces.append(world.hall.arrangement.handling(menu.wall.name).face)
    assert faces == ["visualizations", "both", "activations"]


def test_it_is_not_turned_once_the_visitor_looks_elsewhere_or_after_a_while():
    for away in (True, False):
        menu, tools = turning()
        world = menu.world
        tools.step(world, [TurnWall("mouse")], 0.02)
        if away:
            tools.step(world, [Look(1.6, 0.9)], 0.02)
        else:
            tools.step(world, [], AGAIN + 0.1)
        looked_at = world.hands["mouse"].target
        tools.step(world, [TurnWall("mouse")], 0.02)
        still = world.hall.arrangement.handling(menu.wall.name).face == "visualizations"
        assert still == (looked_at is None or looked_at.index != 1), away
