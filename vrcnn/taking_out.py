"""Exports that are asked for in the world: from a request to the worker, and from its answer to a notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vrcnn.engine.export_messages import Exported
from vrcnn.scene.export_intents import ExportOut
from vrcnn.scene.export_wishes import ExportWishes
from vrcnn.scene.wording import counted
from vrcnn.scene.world import Notice

if TYPE_CHECKING:
    from vrcnn.display import Display
    from vrcnn.exhibit import Exhibit


def begin_export(request: ExportOut, exhibit: Exhibit) -> None:
    """Into a new folder with the date, beside where the program was started; a scene as the hall stands now."""
    from vrcnn.exporting.folders import dated_folder  # only here: the start does without what writes files
    from vrcnn.exporting.inquiry import Export
    from vrcnn.exporting.staging import staged

    world, choice = exhibit.world, request.choice
    wishes = ExportWishes(
        kinds=choice.kinds,
        folder=dated_folder(world.halls[request.hall].network),
        layers=request.layers,
        channels=request.channels,
        colouring=world.colouring,
        theme=world.theme,
        grey=choice.grey,
        format=choice.format,
        made_by=f"export of {request.about}, from the panel",
    )
    scene = None
    if "scene" in choice.kinds:
        scene = staged(world, request.hall, *exhibit.furnished())
    exhibit.displays[request.hall].worker.inquiries.ask(Export(wishes, request.about, scene))


def tell_exported(message: Exported, display: Display) -> None:
    """Says where it is."""
    files, told = counted(message.files, "file"), display.world.exporting
    told.last, told.folder = f"{files} of {message.about}", message.folder
    display.tell(Notice(f"Exported {files} of {message.about}.", " ".join((f"See {message.folder}.", *message.notes))))
