"""What is fixed to the easel's left side while there is a camera: a button that freezes its picture, and the rates."""

from __future__ import annotations

from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Surface
from vrcnn.scene.typography import fit
from vrcnn.scene.way_intents import FreezeCamera
from vrcnn.scene.world import World

BUTTON = 0.26, 0.085  # m
BESIDE, ABOVE = 0.22, -0.2  # m from the canvas's edge to the button's middle; from the canvas's middle
CAP, SMALL = 0.024, 0.0165  # m, cap heights
LINE = 0.034  # m


def camera_surface(world: World) -> Surface | None:
    """The button, where there is a camera."""
    if world.camera is None:
        return None
    easel = world.easel
    return Surface(easel.pose @ Pose((-easel.width / 2 - BESIDE, ABOVE, 0.0)), *BUTTON)


def camera_controls(world: World) -> list[Control]:
    """The button, as something to press."""
    surface = camera_surface(world)
    return [] if surface is None else [Control("camera", surface, f"Click: {_words(world).lower()}", FreezeCamera())]


def furnish_camera(world: World) -> Drawables:
    """The button with its plate, and below it what comes and what the network manages."""
    surface, camera = camera_surface(world), world.camera
    if surface is None or camera is None:
        return Drawables()
    live = camera.live and world.easel.picture == camera.picture
    pose, (width, height) = surface.pose, BUTTON
    tall = height + 2.4 * LINE
    boxes = [
        Box(pose @ Pose((0, -1.1 * LINE, -0.016)), (width + 0.03, tall + 0.03, 0.016), "panel"),
        Box(pose @ Pose((0, -1.1 * LINE, -0.026)), (width + 0.044, tall + 0.044, 0.016), "wood"),
        Box(pose, (width, height, 0.012), "accent" if live else "track", glow=0.9 if live else 0.35),
    ]
    told = [fit(line, SMALL, width) for line in rates(world)]
    labels = [
        Label(
            _words(world), pose @ Pose((0, -CAP / 2, 0.0075)), CAP, "centre", "on accent" if live else "text", bold=live
        ),
        *(
            Label(line, pose @ Pose((0, -height / 2 - 0.03 - LINE * place, -0.006)), SMALL, "centre", "muted")
            for place, line in enumerate(told)
        ),
    ]
    return Drawables(boxes=tuple(boxes), labels=tuple(labels))


def camera_key(world: World) -> object:
    """Equal keys mean that `furnish_camera` would say the same again."""
    if world.camera is None:
        return None
    return world.easel.pose, _words(world), rates(world)


def rates(world: World) -> tuple[str, str]:
    """How many pictures come in a second, and how many of them the network manages."""
    camera, passes = world.camera, world.sketching.rate
    if camera is None or camera.lost:
        return "the camera is gone", ""
    comes = f"camera: {camera.rate:.0f} a second"
    return comes, f"network: {passes:.1f} a second" if passes and camera.live else "network: at rest"


def _words(world: World) -> str:
    camera = world.camera
    if camera is not None and world.easel.picture != camera.picture:
        return "Show the camera"
    return "Freeze" if camera is not None and camera.live else "Go on"
