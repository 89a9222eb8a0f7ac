"""The sieve in the headset: taken from its holder, held before the picture, turned, read, and put back.

A small network and a real runtime. What is asserted on is the World and the picture that the runtime composites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import dist
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_xr_panels import Panels, of_colour
from test_xr_taking import reach, squeeze
from wearing import opening, towards

from vrcnn.scene.change_colours import change_colour
from vrcnn.scene.controlling import controls_of
from vrcnn.scene.flip_board import surface_of
from vrcnn.scene.geometry import Pose, Vector
from vrcnn.scene.sieve_place import sieve_end, sieve_surface
from vrcnn.scene.theme import DARK
from vrcnn.scene.world_panels import CURVE, FLIPS, POINTS
from vrcnn.xr.profiles import INDEX, TOUCH, Profile

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]
NETWORK = """
import torch
from collections import OrderedDict
from torch import nn

torch.manual_seed(3)
model = nn.Sequential(OrderedDict(
    near=nn.Conv2d(3, 6, 3), middle=nn.ReLU(), pool=nn.AdaptiveAvgPool2d(1), flat=nn.Flatten(), last=nn.Linear(6, 4),
))
images = "pictures"
input_size = (3, 24, 24)
labels = ["ant", "bee", "cow", "doe"]
"""
Opened = Callable[[Profile], Panels]


@pytest.fixture
def opened(rig, displays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Opens the place of a small network for controllers of one kind, over pictures that a sieve changes."""
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    with opening(rig, tmp_path, NETWORK, ("red", "navy", "lime"), Panels) as open_one:
        chance = np.random.default_rng(5)
        for file in (tmp_path / "pictures").iterdir():
            Image.fromarray(chance.integers(0, 256, (32, 32, 3), np.uint8)).save(file)
        yield open_one


def on_panel(show: Panels, name: str, button: str) -> Vector:
    """The middle of a panel's button in the world."""
    panel, (width, height) = show.world.panels.open[name], POINTS[name]
    area = dict(show.loop.faces._faces[name].buttons)[button]
    x, y = (area.left + area.right) / 2 / width - 0.5, 0.5 - (area.top + area.bottom) / 2 / height
    return panel.pose.apply((x * panel.width, y * panel.height, 0.0))


def framed(picture: np.ndarray, show: Panels, name: str) -> int:
    """How many pixels of the left eye have the colour of one of the frames that a wall's tiles have now."""
    hall = show.world.hall
    node = next(wall.node for wall in hall.walls if wall.name == name)
    colours = [255 * np.array(change_colour(float(each), DARK)) for each in hall.xray.changes[node]]
    eye = picture[:, : picture.shape[1] // 2]
    return int(np.any([np.abs(eye - colour).max(axis=2) < 16 for colour in colours], axis=0).sum())


def take_from_holder(show: Panels) -> None:
    """The right hand grips it where it rests; the curve comes with it."""
    world, hand = show.world, show.world.hands["right"]
    holder = sieve_end(world).pose
    show.stand(towards(holder.apply((0.0, 0.2, 0.7)), holder.position))
    reach(show, "right", holder.apply((0.0, 0.0, 0.06)), holder)
    show.until(lambda: hand.within is not None and hand.within.kind == "sieve")
    squeeze(show, "right", 1.0)
    show.until(lambda: world.sieving.in_hand == "right" and CURVE in world.panels.open)
    assert dist(world.panels.open[CURVE].pose.position, hand.grip.position) < 0.5, "the curve is at the hand"


def leave_before(show: Panels) -> None:
    """Held before the picture and let go there it stays, and the network is seen through it."""
    sieving, easel = show.world.sieving, show.world.easel.pose
    show.stand(towards(easel.apply((0.0, 0.3, 1.0)), easel.apply((0.0, 0.3, 0.0))))
    reach(show, "right", easel.apply((0.0, 0.0, 0.2)), easel)
    show.until(lambda: sieving.before)
    squeeze(show, "right", 0.0)
    show.until(lambda: sieving.in_hand is None)
    assert sieving.before, "it stays before the picture"
    show.until(lambda: show.world.hall.xray.behind == sieving.sieve)


def turn_by_stick(show: Panels, aside: Vector) -> None:
    """From `aside` the right hand points at the picture, and the stick turns what is before it."""
    sieving, hand = show.world.sieving, show.world.hands["right"]
    first = sieving.sieve
    show.hold("right", towards(aside, show.world.easel.pose.position))
    show.until(lambda: hand.target is not None and hand.target.kind in ("easel", "sieve"))
    show.rig.visitor.hand("right", stick=(0.0, 1.0))
    show.until(lambda: sieving.sieve != first)
    show.rig.visitor.hand("right", stick=(0.0, 0.0))
    show.until(lambda: show.world.hall.xray.behind == sieving.sieve)


def pull_off(show: Panels, aside: Pose) -> None:
    """Taken by its handle and let go at `aside`, it flies back, and the network sees the picture again."""
    sieving, hand, easel = show.world.sieving, show.world.hands["right"], show.world.easel.pose
    show.stand(towards(easel.apply((0.0, 0.2, 1.1)), easel.position))
    handle = sieve_surface(show.world).pose
    reach(show, "right", handle.apply((0.0, 0.0, 0.03)), handle)
    show.until(lambda: hand.within is not None and hand.within.kind == "sieve")
    squeeze(show, "right", 1.0)
    show.until(lambda: sieving.in_hand == "right")
    reach(show, "right", aside.position, aside)
    squeeze(show, "right", 0.0)
    show.until(lambda: sieving.in_hand is None and not sieving.before and show.world.hall.xray.behind is None)
    show.until(lambda: CURVE not in show.world.panels.open)


def test_a_visitor_holds_the_sieve_before_the_picture(opened: Opened):
    show = opened(INDEX)
    world, hall, easel = show.world, show.world.hall, show.world.easel.pose
    by_change = replace(world.colouring, order="susceptibility")
    sieving = world.sieving
    wall = next(wall for wall in hall.walls if wall.name == "near")
    placing, aside = (hall.placing @ wall.placing).pose, easel @ Pose((0.9, -0.5, 1.3))
    reading = towards(placing.apply((0.0, 0.05, 1.3)), placing.position)
    show.hold("left", easel @ Pose((-0.9, -0.5, 1.3))), show.hold("right", aside)
    show.stand(reading)
    plain = show.looking()

    take_from_holder(show)
    leave_before(show)
    show.until(lambda: set(hall.xray.changes) >= {each.node for each in hall.walls if each.span is not None})
    show.until(lambda: sieving.sieve.kind in hall.xray.curves)
    turn_by_stick(show, aside.position)
    board = surface_of(hall).pose
    show.hold("right", towards(aside.position, board.position))
    show.press("right", lambda target: target.control is not None and target.control.kind == "flips")
    show.until(lambda: hall.xray.flips is not None and hall.xray.flips.done == 3)
    assert FLIPS in world.panels.open
    show.hold("right", towards(aside.position, on_panel(show, FLIPS, "close")))
    show.until(lambda: world.panels.over.get("right") == "close")
    show.press("right", lambda target: target.kind == "panel")
    show.until(lambda: FLIPS not in world.panels.open)
    show.hold("right", aside)
    shown = show.looking()
    assert of_colour(shown, "running") > 60, "the sieve's frame is lit"
    assert of_colour(shown, "accent") > 300, "and the names of what the answers become"

    order = next(
        each.surface.pose for each in controls_of(world) if getattr(each.intent, "colouring", None) == by_change
    )
    show.hold("right", towards(order.apply((0.0, 0.0, 0.5)), order.position))
    show.press("right", lambda target: target.control is not None and target.control.kind == "view")
    changes = hall.xray.changes[wall.node]
    show.until(lambda: wall.order is not None and wall.order.tolist() == np.argsort(-changes, kind="stable").tolist())
    show.hold("right", aside)

    show.stand(reading)
    seen = show.looking()
    assert framed(seen, show, "near") > framed(plain, show, "near") + 150, "the frames have their colours"

    pull_off(show, aside)
    show.stand(reading)
    world.colouring = replace(world.colouring, order="index")
    assert np.abs(show.looking() - plain).max(axis=2).mean() < 1.0, "all is as it was"


def test_with_touch_controllers_it_is_taken_turned_and_put_back_too(opened: Opened):
    show = opened(TOUCH)
    aside = show.world.easel.pose @ Pose((0.9, -0.5, 1.3))
    show.hold("left", show.world.easel.pose @ Pose((-0.9, -0.5, 1.3)))
    take_from_holder(show)
    leave_before(show)
    turn_by_stick(show, aside.position)
    pull_off(show, aside)
