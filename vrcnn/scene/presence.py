"""Furnishes the visitor: hands, lasers, what is held or enlarged, and highlights. Changes every frame."""

from __future__ import annotations

from vrcnn.scene.drawables import Box, Drawables, Image, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.shelving import PICTURE_SIDE, fitted, slot_pose
from vrcnn.scene.typography import fit
from vrcnn.scene.world import Hand, World

LASER = 5.0  # m, where nothing is met
TIP = 0.09  # m before the grip, where the beam starts
HELD_SIDE, LARGE_SIDE = 0.26, 0.95  # m
IN_HAND = Pose((0.0, 0.16, -0.06))
BEFORE_THE_EYES = Pose((0.0, 0.0, -1.15))
BLINK = 0.08  # s for which a headset shows nothing when the visitor is put somewhere else at once
LIDS = Pose((0.0, 0.0, -0.12))


def furnish_presence(world: World) -> Drawables:
    """What moves with the visitor."""
    boxes: list[Box] = []
    labels: list[Label] = []
    images: list[Image] = []
    for name, hand in world.hands.items():
        if name != "mouse" and hand.grip is not None:
            boxes += _controller(hand)
            if name == "right" or world.hands["right"].aim is None:
                boxes += _laser(world, hand)
        if hand.holding is not None and hand.grip is not None:
            pose = hand.grip if name == "mouse" else hand.grip @ IN_HAND
            width, height = fitted(world.pictures[hand.holding], HELD_SIDE)
            boxes.append(Box(pose @ Pose((0, 0, -0.006)), (width + 0.012, height + 0.012, 0.006), "accent", glow=0.8))
            images.append(Image(hand.holding, pose, width, height))
        boxes += _highlight(world, hand)
    if _blinks(world):
        boxes.append(Box(world.player.eyes @ LIDS, (1.2, 1.2, 0.002), "horizon", glow=1.0))
    picture = None if world.enlarged is None else world.picture(world.enlarged)
    if world.enlarged is not None and picture is not None:
        pose = world.player.eyes @ BEFORE_THE_EYES
        width, height = fitted(picture, LARGE_SIDE)
        boxes.append(Box(pose @ Pose((0, 0, -0.012)), (width + 0.04, height + 0.04, 0.012), "panel", glow=1.0))
        images.append(Image(world.enlarged, pose, width, height))
        below = pose @ Pose((0, -height / 2 - 0.06, 0))
        labels.append(Label(fit(picture.name, 0.028, LARGE_SIDE), below, 0.028, "centre", "text"))
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), images=tuple(images))


def presence_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_presence` would say the same again."""
    hands = tuple(
        (
            name,
            hand.holding,
            hand.selecting,
            hand.target and (hand.target.kind, hand.target.index),
            None if name == "mouse" and hand.holding is None else hand.grip,
            None if name == "mouse" else hand.aim,
        )
        for name, hand in world.hands.items()
    )
    eyes = world.player.eyes if world.enlarged is not None or _blinks(world) else None
    return hands, world.enlarged, _blinks(world), eyes, world.pictures_revision


def _blinks(world: World) -> bool:
    return world.time - world.journey.jumped < BLINK


def _controller(hand: Hand) -> list[Box]:
    """A plain wand: handle, head and a tip that shows the way it aims."""
    assert hand.grip is not None
    boxes = [
        Box(hand.grip @ Pose((0, 0, 0.03)), (0.034, 0.034, 0.13), "panel"),
        Box(hand.grip @ Pose((0, 0.008, -0.045)), (0.052, 0.03, 0.05), "frame"),
    ]
    if hand.aim is not None:
        role = "accent" if hand.selecting else "running"
        boxes.append(Box(hand.aim @ Pose((0, 0, -0.075)), (0.012, 0.012, 0.03), role, glow=1.0))
    return boxes


def _laser(world: World, hand: Hand) -> list[Box]:
    """A thin beam from the tip to what it meets, and a dot there."""
    target = hand.target
    if hand.aim is None:
        return []
    role = "accent" if target and target.useful else "muted"
    reach = target.distance if target is not None else LASER
    length = max(0.0, reach - TIP)
    beam = Box(hand.aim @ Pose((0.0, 0.0, -TIP - length / 2)), (0.003, 0.003, length), role, glow=1.0)
    if target is None:
        return [beam]
    return [beam, Box(Pose(target.point, hand.aim.orientation), (0.016, 0.016, 0.016), role, glow=1.0)]


def _highlight(world: World, hand: Hand) -> list[Box]:
    """A glowing frame behind what a press would take, or where it would place what is held."""
    target = hand.target
    if target is None:
        return []
    if (
        target.kind == "picture"
        and target.index != hand.holding
        and target.index in world.shelf.shown(len(world.pictures))
    ):
        width, height = fitted(world.pictures[target.index], PICTURE_SIDE)
        pose = slot_pose(world.shelf, target.index - world.shelf.page * world.shelf.slots)
        return [Box(pose @ Pose((0, 0, -0.006)), (width + 0.022, height + 0.022, 0.008), "accent", glow=1.0)]
    if target.kind == "easel" and hand.holding is not None:
        easel = world.easel
        return [
            Box(easel.pose @ Pose((0, 0, -0.022)), (easel.width + 0.08, easel.height + 0.08, 0.02), "accent", glow=1.0)
        ]
    control = target.control
    if control is None:
        return []
    surface = control.surface
    size = surface.width + 2 * control.rim, surface.height + 2 * control.rim, 0.008
    return [Box(surface.pose @ Pose((0, 0, -control.behind)), size, "accent", glow=1.0)]
