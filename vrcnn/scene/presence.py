"""Furnishes the visitor: hands, lasers, what is held or enlarged, highlights, and notices. Changes every frame."""

from __future__ import annotations

import numpy as np

from vrcnn.scene.drawables import Box, Drawables, Image, Label, Ribbon
from vrcnn.scene.geometry import Pose
from vrcnn.scene.shelving import PICTURE_SIDE, fitted, slot_pose
from vrcnn.scene.signs import NOTICE, lines_of, panel, wrap
from vrcnn.scene.typography import fit
from vrcnn.scene.world import Hand, World

LASER = 5.0  # m, where nothing is met
HELD_SIDE, LARGE_SIDE = 0.26, 0.95  # m
IN_HAND = Pose((0.0, 0.16, -0.06))
BEFORE_THE_EYES = Pose((0.0, 0.0, -1.15))


def furnish_presence(world: World) -> Drawables:
    """What moves with the visitor."""
    boxes: list[Box] = []
    labels: list[Label] = []
    ribbons: list[Ribbon] = []
    images: list[Image] = []
    for name, hand in world.hands.items():
        if name != "mouse" and hand.grip is not None:
            boxes += _controller(hand)
            if name == "right" or world.hands["right"].aim is None:
                more_ribbons, dot = _laser(hand)
                ribbons += more_ribbons
                boxes += dot
        if hand.holding is not None and hand.grip is not None:
            pose = hand.grip if name == "mouse" else hand.grip @ IN_HAND
            width, height = fitted(world.pictures[hand.holding], HELD_SIDE)
            boxes.append(Box(pose @ Pose((0, 0, -0.006)), (width + 0.012, height + 0.012, 0.006), "accent", glow=0.8))
            images.append(Image(hand.holding, pose, width, height))
        boxes += _highlight(world, hand)
    if world.enlarged is not None:
        picture, pose = world.pictures[world.enlarged], world.player.eyes @ BEFORE_THE_EYES
        width, height = fitted(picture, LARGE_SIDE)
        boxes.append(Box(pose @ Pose((0, 0, -0.012)), (width + 0.04, height + 0.04, 0.012), "panel", glow=1.0))
        images.append(Image(world.enlarged, pose, width, height))
        below = pose @ Pose((0, -height / 2 - 0.06, 0))
        labels.append(Label(fit(picture.name, 0.028, LARGE_SIDE), below, 0.028, "centre", "text"))
    if world.notices:
        more_boxes, more_labels = _notice(world)
        boxes += more_boxes
        labels += more_labels
    return Drawables(boxes=tuple(boxes), labels=tuple(labels), ribbons=tuple(ribbons), images=tuple(images))


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
    eyes = world.player.eyes if world.enlarged is not None else None
    shown = world.notices[-1] if world.notices else None
    return hands, world.enlarged, eyes, id(shown), len(world.notices), world.pictures_revision


def _controller(hand: Hand) -> list[Box]:
    """A plain wand: handle, head and a tip that shows the way it aims."""
    assert hand.grip is not None
    boxes = [
        Box(hand.grip @ Pose((0, 0, 0.03)), (0.034, 0.034, 0.13), "frame"),
        Box(hand.grip @ Pose((0, 0.008, -0.045)), (0.052, 0.03, 0.05), "muted"),
    ]
    if hand.aim is not None:
        role = "accent" if hand.selecting else "running"
        boxes.append(Box(hand.aim @ Pose((0, 0, -0.075)), (0.012, 0.012, 0.03), role, glow=1.0))
    return boxes


def _laser(hand: Hand) -> tuple[list[Ribbon], list[Box]]:
    ray, target = hand.ray, hand.target
    if ray is None:
        return [], []
    end = target.point if target else ray.at(LASER)
    points = np.array([ray.at(0.09), end], "f4")
    useful = target is not None and target.kind in ("picture", "easel", "page", "notice")
    role = "accent" if useful else "muted"
    dot = (
        [Box(Pose(target.point, hand.aim.orientation), (0.016, 0.016, 0.016), role, glow=1.0)]
        if target and hand.aim
        else []
    )
    return [Ribbon(points, 0.005, role, flow=0.0)], dot


def _highlight(world: World, hand: Hand) -> list[Box]:
    """A glowing frame behind what a press would take, or where it would place what is held."""
    target = hand.target
    if target is None:
        return []
    if target.kind == "picture" and target.index in world.shelf.shown(len(world.pictures)):
        width, height = fitted(world.pictures[target.index], PICTURE_SIDE)
        pose = slot_pose(world.shelf, target.index - world.shelf.page * world.shelf.slots)
        return [Box(pose @ Pose((0, 0, -0.006)), (width + 0.022, height + 0.022, 0.008), "accent", glow=1.0)]
    if target.kind == "easel" and hand.holding is not None:
        easel = world.easel
        return [
            Box(easel.pose @ Pose((0, 0, -0.022)), (easel.width + 0.08, easel.height + 0.08, 0.02), "accent", glow=1.0)
        ]
    return []


def _notice(world: World) -> tuple[list[Box], list[Label]]:
    """The newest notice on a panel between the shelf and the easel; pressing it puts it away."""
    notice = world.notices[-1]
    left, top = -NOTICE.width / 2 + 0.06, NOTICE.height / 2 - 0.09
    room = NOTICE.width - 0.12
    headline = wrap(notice.headline, 0.034, room, 3, bold=True)
    labels = lines_of(headline, NOTICE.pose @ Pose((left, top, 0.002)), 0.034, 1.75, "text", bold=True)
    below = top - len(headline) * 0.034 * 1.75 - 0.02
    space = int((below + NOTICE.height / 2 - 0.05) / (0.022 * 1.8))
    if notice.detail and space > 0:
        detail = wrap(notice.detail, 0.022, room, space)
        labels += lines_of(detail, NOTICE.pose @ Pose((left, below, 0.002)), 0.022, 1.8, "muted")
    count = len(world.notices)
    hint = "Press to put away" + (f" (1 of {count})" if count > 1 else "")
    corner = NOTICE.pose @ Pose((NOTICE.width / 2 - 0.05, -NOTICE.height / 2 + 0.025, 0.002))
    labels.append(Label(hint, corner, 0.018, "right", "muted"))
    return panel(NOTICE.pose, NOTICE.width, NOTICE.height, strip="failed"), labels
