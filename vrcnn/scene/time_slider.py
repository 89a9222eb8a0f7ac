"""The slider through the time of a training, below the easel."""

from __future__ import annotations

from vrcnn.scene.drawables import Box, Label
from vrcnn.scene.easel_controls import SLIDER_DROP, SWITCH_DROP, overlay_switch, slice_slider
from vrcnn.scene.geometry import Pose, Ray
from vrcnn.scene.hall import Surface
from vrcnn.scene.requests import Request
from vrcnn.scene.sliders import share_at, slider_boxes
from vrcnn.scene.training_acting import choose
from vrcnn.scene.typography import fit
from vrcnn.scene.world import World

NEXT_SLIDER = 0.15  # m between two sliders


def time_slider(world: World) -> Surface | None:
    """The slider through time below the easel, where there is a training; the first checkpoint at its left end."""
    if world.training is None or len(world.training.moments) < 2:
        return None
    easel, drop = world.easel, SWITCH_DROP if overlay_switch(world) is None else SLIDER_DROP
    if slice_slider(world) is not None:
        drop = SLIDER_DROP + NEXT_SLIDER
    return Surface(easel.pose @ Pose((0.0, -easel.height / 2 - drop, 0.02)), easel.width, 0.12)


def slid_in_time(world: World, ray: Ray) -> list[Request]:
    """A hand has dragged the slider to where its ray points."""
    slider, training = time_slider(world), world.training
    share = None if slider is None else share_at(slider, ray)
    if share is None or training is None:
        return []
    training.playing = False
    return choose(world, round(share * (len(training.moments) - 1)))


def furnish_time(world: World) -> tuple[list[Box], list[Label]]:
    """The slider, as it is now."""
    slider, training = time_slider(world), world.training
    if slider is None or training is None:
        return [], []
    words = training.moments[training.aim].words
    words = fit(f"{words[0].upper()}{words[1:]}", 0.026, slider.width - 0.02)
    label = Label(words, slider.pose @ Pose((0, -0.045, 0.002)), 0.026, "centre", "text")
    return slider_boxes(slider, len(training.moments), training.aim), [label]


def time_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_time` would say the same again."""
    training = world.training
    return () if training is None else (training.aim, world.easel.pose)
