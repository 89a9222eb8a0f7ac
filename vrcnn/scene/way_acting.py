"""What the visitor's wishes about pictures that come in do to the World, and ask of the rest of the program."""

from __future__ import annotations

from vrcnn.scene.requests import Request
from vrcnn.scene.sketching import act_on_drawing
from vrcnn.scene.way_intents import (
    BringFiles,
    ChooseTool,
    ClearStrokes,
    FreezeCamera,
    KeepDrawing,
    PastePicture,
    ShowEaselLarge,
    StepStroke,
    WayAction,
)
from vrcnn.scene.way_requests import HoldCamera, OpenFiles, ReadClipboard
from vrcnn.scene.world import World


def act_on_ways(world: World, action: WayAction) -> list[Request]:
    """Applies an action, and says what the rest of the program shall do."""
    match action:
        case BringFiles(paths):
            return [OpenFiles(paths)] if paths else []
        case PastePicture():
            return [ReadClipboard()]
        case FreezeCamera():
            return [HoldCamera()]
        case ChooseTool() | StepStroke() | ClearStrokes() | KeepDrawing():
            return act_on_drawing(world, action)
        case ShowEaselLarge():
            world.enlarged = None if world.enlarged is not None else world.easel.picture
    return []
