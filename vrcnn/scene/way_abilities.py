"""What a visitor can do with pictures that come in while they walk: a part of the table of abilities."""

from __future__ import annotations

from vrcnn.scene.ability import Ability
from vrcnn.scene.way_intents import BringFiles, FreezeCamera, PastePicture

WAYS = (
    Ability(
        "Bring files",
        "drop files or folders on the window",
        "",
        BringFiles(()),
        only="nothing can be dropped into a headset; what is pasted or on the shelf is there too",
    ),
    Ability("Paste a picture", "Ctrl+V", "", PastePicture(), "Look", ("CTRL+V",)),
    Ability("Freeze the camera", "F9", "below the easel", FreezeCamera(), "Look", ("F9",)),
)
