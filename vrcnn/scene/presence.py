"""Furnishes the visitor: controllers, threads to labels, lasers, what is held, highlights. Changes every frame."""

from __future__ import annotations

from vrcnn.scene.button_labels import threads
from vrcnn.scene.controller_models import furnish_controller, in_use
from vrcnn.scene.delivering import held_picture
from vrcnn.scene.drawables import Box, Drawables, Image, Mesh
from vrcnn.scene.geometry import Pose
from vrcnn.scene.shelving import PICTURE_SIDE, fitted, slot_pose
from vrcnn.scene.world import Hand, World

# In m of the visitor's room.
LASER = 5.0  # where nothing is met
TIP = 0.05  # before the place from which a hand aims, where the beam starts
BEAM, THIN_BEAM, DOT = 0.003, 0.0015, 0.008
RIM, THICKNESS = 0.012, 0.006  # of the frame around what is held


def furnish_presence(world: World) -> Drawables:
    """What moves with the visitor."""
    boxes: list[Box] = []
    images: list[Image] = []
    meshes: list[Mesh] = []
    for name, hand in world.hands.items():
        if name != "mouse":
            meshes += furnish_controller(world, name)
            boxes += threads(world, name)
            if hand.aim is not None:
                beam, dot = _laser(world, name)
                boxes += beam
                meshes += dot
        held = held_picture(world, name)
        if held is not None and hand.holding is not None:
            width, height = fitted(world.pictures[hand.holding], held.side)
            rim, thick = world.player.scale * RIM, world.player.scale * THICKNESS
            boxes.append(Box(held.pose @ Pose((0, 0, -thick)), (width + rim, height + rim, thick), "accent", glow=0.8))
            images.append(Image(hand.holding, held.pose, width, height))
        boxes += _highlight(world, hand)
    return Drawables(boxes=tuple(boxes), images=tuple(images), meshes=tuple(meshes))


def presence_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_presence` would say the same again."""
    labelled = any(hand.labelling.shown for hand in world.hands.values())
    arc = world.movement.arc
    shared = (
        world.pictures_revision,
        world.player.scale,
        world.comfort,
        world.sieving.in_hand,
        None if arc is None else arc.hand,
        world.player.eyes if labelled else None,
    )
    return *(_key(world, name, hand) for name, hand in world.hands.items()), *shared


def _key(world: World, name: str, hand: Hand) -> tuple[object, ...]:
    target = hand.target and (hand.target.kind, hand.target.hall, hand.target.index, hand.target.useful)
    if name == "mouse":
        return hand.holding, target, None if hand.holding is None else hand.grip
    return (
        hand.holding,
        hand.grasp,
        target,
        hand.grip,
        hand.aim,
        None if hand.target is None else hand.target.distance,
        hand.controller,
        hand.fingers,
        hand.labelling.shown,
        in_use(world, name),
    )


def _pointing(world: World) -> str:
    """The hand whose laser is always there: the main one, or the other while that is not tracked."""
    main, off = world.comfort.main, world.comfort.off
    return off if world.hands[main].aim is None else main


def _laser(world: World, name: str) -> tuple[list[Box], list[Mesh]]:
    """A thin beam from the tip to what it meets, and a dot there; of the other hand only where a press does something.

    A hand that shows the arc of a jump has none.
    """
    hand, arc = world.hands[name], world.movement.arc
    target, always = hand.target, name == _pointing(world)
    useful = target is not None and target.useful
    if hand.aim is None or (arc is not None and arc.hand == name) or not (always or useful):
        return [], []
    scale = world.player.scale
    role = "accent" if useful else "muted"
    start = TIP * scale
    reach = target.distance if target is not None else LASER * scale
    length = max(0.0, reach - start)
    on_panel = target is not None and target.kind == "panel"  # whose words it would hide
    thick = (BEAM if always and not on_panel else THIN_BEAM) * scale
    beam = Box(hand.aim @ Pose((0.0, 0.0, -start - length / 2)), (thick, thick, length), role, glow=1.0)
    if target is None:
        return [beam], []
    dot = DOT * min(scale, max(0.3 * scale, reach))  # so that it hides no word of a panel that is close
    return [beam], [Mesh("sphere", Pose(target.point), (dot, dot, dot), role, glow=1.0)]


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
        pose = slot_pose(world.shelf, world.shelf.shown(len(world.pictures)).index(target.index))
        return [Box(pose @ Pose((0, 0, -0.006)), (width + 0.022, height + 0.022, 0.008), "accent", glow=1.0)]
    sieving = world.sieving.in_hand is not None and world.hands[world.sieving.in_hand] is hand
    if target.kind == "easel" and (hand.holding is not None or sieving):
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
