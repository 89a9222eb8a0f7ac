"""Everything that can be pressed or dragged in the world as it is now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from vrcnn.scene.camera_control import camera_controls, camera_key
from vrcnn.scene.confusion_board import confusion_buttons_key, confusion_controls
from vrcnn.scene.controls import Control
from vrcnn.scene.desk import desk_controls
from vrcnn.scene.easel_controls import next_overlay, overlay_switch, slice_slider, sliced
from vrcnn.scene.feature_desk import feature_desk, feature_desk_key
from vrcnn.scene.feature_intents import VisualizeRoom
from vrcnn.scene.flip_board import flip_boards_key, flip_controls
from vrcnn.scene.gates import features_button, room_button
from vrcnn.scene.hall import Hall
from vrcnn.scene.intents import BringBack, Dismiss, ToggleOverlay, ToggleRoom, ToggleRun, TurnPage
from vrcnn.scene.leaving_out import plate
from vrcnn.scene.lectern import lectern
from vrcnn.scene.model import table_key
from vrcnn.scene.noise_board import noise_controls, noise_key
from vrcnn.scene.plinth import plinth_controls
from vrcnn.scene.shelf_bar import shelf_bar_controls, shelf_bar_key
from vrcnn.scene.shelving import page_buttons
from vrcnn.scene.sieve_stand import sieve_controls, sieve_stand_key
from vrcnn.scene.signs import NOTICE
from vrcnn.scene.tabletop import table_controls
from vrcnn.scene.time_slider import time_slider
from vrcnn.scene.view_desk import view_desk, view_key
from vrcnn.scene.wayposts import wayposts, wayposts_key
from vrcnn.scene.wording import counted
from vrcnn.scene.world import World

Part = tuple[object, Callable[[], list[Control]]]  # its key, what makes it


def controls_of(world: World) -> list[Control]:
    """All controls, with their surfaces in the world's frame."""
    return [control for _, make in control_parts(world) for control in make()]


def control_parts(world: World) -> list[Part]:
    """The same in parts, always as many for as many halls. Equal keys mean that a part would say the same again."""
    easel = (
        *(world.here, world.pictures_revision, len(world.pictures), world.standing_notice is None),
        *(world.overlaid, world.overlaying, tuple(world.overlays), world.easel.picture is None, sliced(world).slices),
    )
    parts: list[Part] = [(easel, partial(_at_entrance, world))]
    for number, hall in enumerate(world.halls):
        parts.append((furniture_key(hall), partial(_in_hall, hall, number)))
        parts.append(((id(hall), hall.standing_key), partial(_plates, hall, number)))
    parts.append((view_key(world), lambda: desk_controls(view_desk(world))))
    parts.append((feature_desk_key(world), lambda: desk_controls(feature_desk(world))))
    parts.append((noise_key(world), partial(noise_controls, world)))
    parts.append((confusion_buttons_key(world), partial(confusion_controls, world)))
    parts.append((flip_boards_key(world), partial(flip_controls, world)))
    parts.append((shelf_bar_key(world), partial(shelf_bar_controls, world)))
    parts.append((sieve_stand_key(world), partial(sieve_controls, world)))
    parts.append((wayposts_key(world), lambda: [control for _, _, control in wayposts(world)]))
    parts.append((table_key(world), partial(table_controls, world)))
    parts.append((camera_key(world), partial(camera_controls, world)))
    return parts


def furniture_key(hall: Hall) -> tuple[object, ...]:
    """Equal keys mean that what is no wall of the hall stands where it stood, as it was."""
    looks = hall.layout_revision, hall.links_revision, hall.handling_revision, hall.apart_revision
    return id(hall), *looks, hall.place, hall.arrangement.whole


def _at_entrance(world: World) -> list[Control]:
    """On the shelf and the easel, and a notice."""
    controls = [
        Control("page", button, "Click for more pictures", TurnPage(step), index=step)
        for step, button in page_buttons(world.shelf, len(world.pictures)).items()
    ]
    switch, slider = overlay_switch(world), slice_slider(world)
    if switch is not None:
        controls.append(Control("overlay", switch, _overlay_hint(world), ToggleOverlay(), hall=world.here))
    if slider is not None:
        controls.append(Control("slider", slider, "Press and drag to another slice", behind=0.024, hall=world.here))
    time = time_slider(world)
    if time is not None:
        words = "Press and drag to another time of the training"
        controls.append(Control("time slider", time, words, behind=0.024))
    if world.standing_notice is not None:
        controls.append(Control("notice", NOTICE, "Click to dismiss", Dismiss(), rim=0.0, hall=world.here))
    return controls


def _in_hall(hall: Hall, number: int) -> list[Control]:
    """The plinth, the lectern, and the signs of the runs and rooms."""
    placing = hall.placing
    controls = plinth_controls(hall, number)
    controls += desk_controls(lectern(hall, number))
    for index, fold in enumerate(hall.folds):
        verb = "open" if fold.run.folded else "fold"
        words = f"Click to {verb} {counted(len(fold.run.blocks), 'block')}"
        surface = fold.carried(placing)
        controls.append(Control("fold", surface, words, ToggleRun(fold.run.path), index, 0.024, 0.026, number))
    for index, room in enumerate(hall.plates):
        words = f"Click to {'close' if room.door is None else 'open'} {room.title}"
        surface = room_button(room).carried(placing)
        controls.append(Control("room", surface, words, ToggleRoom(room.path), index, 0.012, 0.01, number))
        if room.door is None:
            words, surface = f"Click to visualize what {room.title} looks for", features_button(room).carried(placing)
            action = VisualizeRoom(room.path, number)
            controls.append(Control("room features", surface, words, action, index, 0.012, 0.01, number))
    return controls


def _plates(hall: Hall, number: int) -> list[Control]:
    """The plates of walls whose maps were left out."""
    controls = []
    for index, wall in enumerate(hall.walls):
        if wall.left_out and wall.shown and not wall.folded:
            surface = plate(wall).carried(hall.placing @ wall.placing)
            words = f"Click to bring {wall.title} back"
            controls.append(Control("left out", surface, words, BringBack(wall.name), index, 0.008, 0.004, number))
    return controls


def _overlay_hint(world: World) -> str:
    """What a press on the easel's switch shows next."""
    following = next_overlay(world)
    if following is None:
        return "Click to show the picture"
    several = len(world.overlays) > 1
    return (
        f"Click to show the answer of {world.halls[following].network}" if several else "Click to show the answer on it"
    )
