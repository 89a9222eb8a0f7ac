"""Furnishes the entrance: the shelf with its pictures and their names, and the easel."""

from __future__ import annotations

from vrcnn.scene.drawables import Box, Drawables, Image, Label, Shadow
from vrcnn.scene.easel_controls import furnish_controls, sliced
from vrcnn.scene.fields import picture_seen
from vrcnn.scene.geometry import Pose, roll_and_pitch
from vrcnn.scene.heat import furnish_heat, heat_key, picture_under
from vrcnn.scene.picture_numbers import overlay_number
from vrcnn.scene.shelving import PICTURE_SIDE, fitted, page_buttons, slot_pose
from vrcnn.scene.signs import lines_of, panel, stand, upright, wrap
from vrcnn.scene.time_slider import furnish_time, time_key
from vrcnn.scene.typography import fit
from vrcnn.scene.world import World

NAME = 0.024  # m, cap height of a picture's name
HEADING = 0.034  # m
INVITATION = "Put a picture here and the network will look at it."
NO_PICTURES = "This network reads no picture: it runs on its example input."
CREST = 0.42  # m that the easel's legs rise above the middle of its canvas


def furnish_workplace(world: World) -> Drawables:
    """Shelf and easel as they are now; no shelf for a network that reads no picture."""
    boxes, labels, images, shadows = _shelf(world) if world.pictures else ([], [], [], [])
    more_boxes, more_labels, more_images, more_shadows = _easel(world)
    return Drawables(
        boxes=(*boxes, *more_boxes),
        labels=(*labels, *more_labels),
        images=(*images, *more_images),
        shadows=(*shadows, *more_shadows),
    )


def workplace_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_workplace` would say the same again."""
    held = tuple(sorted(away(world)))
    hall, overlay = sliced(world), (world.overlaid, world.overlaying, tuple(map(id, world.overlays.values())))
    shown = on_easel(world), heat_key(world)
    return world.pictures_revision, held, hall.slices, hall.slice_shown, overlay, shown, time_key(world)


def away(world: World) -> set[int]:
    """The pictures whose places on the shelf are empty: in a hand, or on their way back."""
    held = {hand.holding for hand in world.hands.values() if hand.holding is not None}
    return held | {flight.picture for flight in world.flights}


def on_easel(world: World) -> int | None:
    """The number of the picture that the easel shows; while a pixel's field is shown, the one that it is shown on."""
    seen = picture_seen(world)
    if seen is None and (under := picture_under(world)) is not None:
        return under
    if seen is None and world.overlaid and world.overlay is not None:
        return overlay_number(world.overlaying)
    return world.easel.picture if seen is None else seen


Parts = tuple[list[Box], list[Label], list[Image], list[Shadow]]


def _shelf(world: World) -> Parts:
    shelf, count = world.shelf, len(world.pictures)
    boxes = panel(shelf.pose, shelf.width + 0.06, shelf.height + 0.06, strip="accent")
    boxes += stand(shelf.pose, shelf.height / 2)
    labels = [Label("Pictures", shelf.pose @ Pose((-shelf.width / 2, shelf.height / 2 + 0.085, 0)), HEADING, bold=True)]
    images: list[Image] = []
    held = away(world)
    for position, number in enumerate(shelf.shown(count)):
        picture, pose = world.pictures[number], slot_pose(shelf, position)
        if picture.pixels is None:
            hint = "cannot be shown" if picture.broken else "…"
            labels.append(Label(hint, pose @ Pose((0, 0, 0.004)), NAME, "centre", "muted"))
        else:
            width, height = fitted(picture, PICTURE_SIDE)
            images.append(Image(number, pose, width, height, opacity=0.35 if number in held else 1.0))
        name = fit(picture.name, NAME, shelf.width / shelf.columns - 0.03)
        below = pose @ Pose((0, -PICTURE_SIDE / 2 - NAME - 0.014, 0))
        labels.append(Label(name, below, NAME, "centre", "text"))
    for step, button in page_buttons(shelf, count).items():
        boxes.append(Box(button.pose, (button.width, button.height, 0.02), "track"))
        arrow = button.pose @ Pose((0, -0.02, 0.014))
        labels.append(Label("←" if step < 0 else "→", arrow, 0.04, "centre", "text", bold=True))
    if page_buttons(shelf, count):
        place = shelf.pose @ Pose((0, -shelf.height / 2 - 0.11, 0.012))
        labels.append(Label(f"{shelf.page + 1} of {shelf.pages(count)}", place, 0.024, "centre", "muted"))
    x, _, z = shelf.pose.position
    return boxes, labels, images, [Shadow((x, 0, z), (shelf.width * 0.8, 0.8))]


def _easel(world: World) -> Parts:
    easel = world.easel
    pose, width, height = easel.pose, easel.width, easel.height
    boxes = [
        Box(pose @ Pose((0, 0, -0.014)), (width, height, 0.02), "panel"),
        Box(pose @ Pose((0, 0, -0.026)), (width + 0.05, height + 0.05, 0.026), "wood"),
        Box(pose @ Pose((0, -height / 2 - 0.045, 0.01)), (width + 0.14, 0.03, 0.09), "wood"),
        *_legs(pose),
    ]
    labels, images = [], []
    if easel.picture is None:
        words = INVITATION if world.pictures else NO_PICTURES
        text = wrap(words, 0.03, width - 0.1, 4)
        labels += lines_of(text, pose @ Pose((-width / 2 + 0.06, 0.06, 0.002)), 0.03, 1.9, "muted")
    else:
        picture, number = world.pictures[easel.picture], on_easel(world)
        shown = None if number is None else world.picture(number)
        assert number is not None
        assert shown is not None
        image_width, image_height = fitted(shown, min(width, height) - 0.03)
        images.append(Image(number, pose @ Pose((0, 0, 0.002)), image_width, image_height))
        heat_boxes, heat_labels, heat_images = furnish_heat(world, number, image_width, image_height)
        boxes, labels, images = boxes + heat_boxes, labels + heat_labels, images + heat_images
        below = pose @ Pose((0, -height / 2 - 0.052, 0.058))
        labels.append(Label(fit(picture.name, 0.018, width), below, 0.018, "centre", "text"))
    more_boxes, more_labels = furnish_controls(world)
    time_boxes, time_labels = furnish_time(world)
    x, _, z = pose.position
    boxes, labels = [*boxes, *more_boxes, *time_boxes], [*labels, *more_labels, *time_labels]
    return boxes, labels, images, [Shadow((x, 0, z - 0.15), (1.0, 0.9))]


def _legs(pose: Pose) -> list[Box]:
    """Two legs that the canvas rests on, leaning as it does, and one behind that holds them."""
    x, y, z = pose.position
    lean = upright(pose)
    length = CREST + y / pose.up[1]
    behind = Pose((x, 0.0, z), lean)
    return [
        *(
            Box(pose @ Pose((side * 0.21, CREST - length / 2, -0.06), roll_and_pitch(side * 0.06, 0)), leg, "wood")
            for side in (-1, 1)
            for leg in [(0.034, length, 0.026)]
        ),
        Box(behind @ Pose((0.0, y * 0.56, -0.36), roll_and_pitch(0.0, 0.2)), (0.03, y * 1.2, 0.026), "wood"),
    ]
