"""What a visitor can do with pictures that come in while they walk: a part of the table of abilities."""

from __future__ import annotations

from vrcnn.scene.ability import Ability
from vrcnn.scene.drawing import Tool
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.way_intents import (
    BringFiles,
    ChooseTool,
    ClearStrokes,
    FreezeCamera,
    KeepDrawing,
    PastePicture,
    ShowEaselLarge,
    StepStroke,
)
from vrcnn.scene.world_panels import DRAW

WAYS = (
    Ability(
        "Bring files",
        "drop files or folders on the window",
        "",
        BringFiles(()),
        only="nothing can be dropped into a headset; what is pasted or on the shelf is there too",
    ),
    Ability("Paste a picture", "Ctrl+V", "", PastePicture(), "Look", ("CTRL+V",)),
    Ability("Freeze the camera", "F9", "beside the easel", FreezeCamera(), "Look", ("F9",), "camera"),
    Ability("Draw on the picture", "F4, then press and drag", "trigger at the easel", OpenPanel(DRAW), "Look", ("F4",)),
    Ability("Choose a tool", "panel, Draw", "panel, Draw", ChooseTool(Tool())),
    Ability("Undo a stroke", "panel, Draw", "panel, Draw", StepStroke(-1)),
    Ability("Redo a stroke", "panel, Draw", "panel, Draw", StepStroke(1)),
    Ability("Clear what is drawn", "panel, Draw", "panel, Draw", ClearStrokes()),
    Ability("Keep a copy of it", "panel, Draw", "panel, Draw", KeepDrawing()),
    Ability("Show the easel large", "panel, Draw", "panel, Draw", ShowEaselLarge()),
)
