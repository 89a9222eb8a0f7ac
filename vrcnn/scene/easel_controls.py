"""What is fixed to the easel below its canvas: the switch between picture and answer, and the slider for slices."""

from __future__ import annotations

from vrcnn.network.map_reading import slice_index
from vrcnn.scene.drawables import Box, Label
from vrcnn.scene.geometry import Pose, Ray
from vrcnn.scene.hall import Hall, Surface
from vrcnn.scene.sliders import share_at, slider_boxes
from vrcnn.scene.typography import fit
from vrcnn.scene.world import World

SWITCH, PART = (0.5, 0.085), 0.185  # m: of the switch with two choices; how wide each of more is
SWITCH_DROP, SLIDER_DROP = 0.128, 0.25  # m below the canvas
OVERLAY_WORDS = {"segments": "Class map", "boxes": "Boxes", "classes": "Sieved"}


def overlay_switch(world: World) -> Surface | None:
    """The switch, while there is an answer to be laid over the picture."""
    easel = world.easel
    if world.overlay is None or easel.picture is None:
        return None
    width = min(easel.width, max(SWITCH[0], PART * len(_choices(world))))
    return Surface(easel.pose @ Pose((0.0, -easel.height / 2 - SWITCH_DROP, 0.02)), width, SWITCH[1])


def next_overlay(world: World) -> int | None:
    """The hall whose overlay a press on the switch shows next; None for the picture alone, which comes last."""
    return next((number for number in sorted(world.overlays) if not world.overlaid or number > world.overlaying), None)


def show_wanted_answer(world: World) -> None:
    """Another answer has come: the one that is wanted is shown, or the picture alone."""
    wanted = world.answer_wanted
    if wanted is None:
        return
    found = next((number for number in world.overlays if world.halls[number].network == wanted), None)
    world.overlaid = found is not None
    world.overlaying = world.overlaying if found is None else found


def slice_slider(world: World) -> Surface | None:
    """The slider's whole plate, where a network has volumes of several slices, the first at its left end."""
    if sliced(world).slices < 2:
        return None
    easel = world.easel
    return Surface(easel.pose @ Pose((0.0, -easel.height / 2 - SLIDER_DROP, 0.02)), easel.width, 0.12)


def sliced(world: World) -> Hall:
    """The hall whose slices the slider tells: that where the visitor is, else the first one with some."""
    return next((hall for hall in (world.hall, *world.halls) if hall.slices > 1), world.hall)


def slid(world: World, ray: Ray) -> float | None:
    """The place of the slice that a ray points at (0 to 1), wherever it meets the slider's plane; None for the same."""
    slider = slice_slider(world)
    if slider is None:
        return None
    share = share_at(slider, ray)
    if share is None:
        return None
    hall = sliced(world)
    number = slice_index(hall.slices, share)
    return None if number == hall.slice_shown else number / (hall.slices - 1)


def furnish_controls(world: World) -> tuple[list[Box], list[Label]]:
    """Switch and slider, as far as they are there."""
    boxes: list[Box] = []
    labels: list[Label] = []
    switch, slider = overlay_switch(world), slice_slider(world)
    if switch is not None:
        boxes.append(Box(switch.pose @ Pose((0, 0, -0.012)), (switch.width + 0.02, switch.height + 0.02, 0.02), "wood"))
        choices = _choices(world)
        width = switch.width / len(choices)
        cap = 0.026 if len(choices) == 2 else 0.021
        for number, (words, lit) in enumerate(choices):
            part = switch.pose @ Pose(((number + 0.5) * width - switch.width / 2, 0, 0))
            size = width - 0.006, switch.height - 0.01, 0.012
            boxes.append(Box(part, size, "accent" if lit else "track", glow=0.9 if lit else 0.35))
            place = part @ Pose((0, -cap / 2, 0.0075))
            words = fit(words, cap, width - 0.02, bold=lit)
            labels.append(Label(words, place, cap, "centre", "on accent" if lit else "text", bold=lit))
    if slider is not None:
        hall = sliced(world)
        boxes += slider_boxes(slider, hall.slices, hall.slice_shown)
        words = fit(f"Slice {hall.slice_shown + 1} of {hall.slices}", 0.026, slider.width)
        labels.append(Label(words, slider.pose @ Pose((0, -0.045, 0.002)), 0.026, "centre", "text"))
    return boxes, labels


def _choices(world: World) -> list[tuple[str, bool]]:
    """(words, whether that is shown) from left to right: the answer, by the network's name where several have one."""
    several = len(world.overlays) > 1
    choices = []
    for number in sorted(world.overlays):
        hall = world.halls[number]
        words = hall.network if several else OVERLAY_WORDS.get(hall.answer_kind, "Answer")
        choices.append((words, world.overlaid and number == world.overlaying))
    return [*choices, ("Picture", not world.overlaid)]
