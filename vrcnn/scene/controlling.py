"""Everything that can be pressed or dragged in the world as it is now."""

from __future__ import annotations

from vrcnn.network.scope import LEVELS
from vrcnn.scene.controls import Control
from vrcnn.scene.easel_controls import overlay_switch, slice_slider
from vrcnn.scene.hall import Hall
from vrcnn.scene.intents import BringBack, ChooseDetail, Dismiss, ToggleOverlay, ToggleRun, TurnPage
from vrcnn.scene.leaving_out import plate
from vrcnn.scene.lectern import detail_buttons
from vrcnn.scene.model import table_key
from vrcnn.scene.plinth import plinth_controls
from vrcnn.scene.shelving import page_buttons
from vrcnn.scene.signs import NOTICE
from vrcnn.scene.tabletop import table_controls
from vrcnn.scene.wayposts import wayposts, wayposts_key
from vrcnn.scene.wording import counted
from vrcnn.scene.world import World

WHAT_IS_SHOWN = {
    "blocks": "Click to show only the blocks",
    "layers": "Click to show the layers",
    "all": "Click to show every operation",
}


def controls_of(world: World) -> list[Control]:
    """All controls, with their surfaces in the world's frame."""
    controls = [
        Control("page", button, "Click for more pictures", TurnPage(step), index=step)
        for step, button in page_buttons(world.shelf, len(world.pictures)).items()
    ]
    controls += [
        Control(
            "detail",
            button,
            WHAT_IS_SHOWN[level],
            ChooseDetail(level),
            place,
            0.006,
            0.008,
            world.here,
        )
        for place, (level, button) in enumerate(zip(LEVELS, detail_buttons(), strict=True))
    ]
    switch, slider = overlay_switch(world), slice_slider(world)
    if switch is not None:
        words = "Click to show the picture" if world.overlaid else "Click to show the answer on it"
        controls.append(Control("overlay", switch, words, ToggleOverlay(), hall=world.here))
    if slider is not None:
        controls.append(Control("slider", slider, "Press and drag to another slice", behind=0.024, hall=world.here))
    if world.standing_notice is not None:
        controls.append(Control("notice", NOTICE, "Click to dismiss", Dismiss(), rim=0.0, hall=world.here))
    for number, hall in enumerate(world.halls):
        controls += _in_hall(hall, number)
    controls += [control for _, _, control in wayposts(world)]
    return controls + table_controls(world)


def controls_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `controls_of` would say the same again, as long as the halls are as they were."""
    return (
        world.here,
        world.pictures_revision,
        len(world.pictures),
        world.standing_notice is None,
        world.overlaid,
        world.overlay is None or world.easel.picture is None,
        table_key(world),
        wayposts_key(world),
    )


def _in_hall(hall: Hall, number: int) -> list[Control]:
    """The plinth, the signs of the runs, and the plates of walls whose maps were left out."""
    placing = hall.placing
    controls = plinth_controls(hall, number)
    for index, fold in enumerate(hall.folds):
        verb = "open" if fold.run.folded else "fold"
        words = f"Click to {verb} {counted(len(fold.run.blocks), 'block')}"
        surface = fold.carried(placing)
        controls.append(Control("fold", surface, words, ToggleRun(fold.run.path), index, 0.024, 0.026, number))
    for index, wall in enumerate(hall.walls):
        if wall.left_out and not wall.hidden and not wall.folded:
            surface = plate(wall).carried(placing @ wall.placing)
            words = f"Click to bring {wall.title} back"
            controls.append(Control("left out", surface, words, BringBack(wall.name), index, 0.008, 0.004, number))
    return controls
