"""`vrcnn export`: maps, contact sheets, values, statistics, the graph, the scene and visualizations, in a folder."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

from vrcnn.errors import UserError
from vrcnn.exporting.facts import Facts
from vrcnn.exporting.staging import staged_alone
from vrcnn.exporting.steps import check_places, export
from vrcnn.exporting.subject import Subject
from vrcnn.interrupting import interrupted_by
from vrcnn.network.pictures import PictureError, PictureFile
from vrcnn.network.recorder import Cancelled
from vrcnn.network.scope import Scope
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.progress import Progress
from vrcnn.scene.export_wishes import ExportWishes
from vrcnn.scene.wording import counted

INTERRUPTED = 130  # exit code


def main(
    target: str | None,
    load_options: LoadOptions,
    wishes: ExportWishes,
    scope: Scope,
    image: Path | None = None,
    layout: str | None = None,
) -> int:
    """Writes all that is wished for into the folder; returns 0, or 130 after Ctrl-C, when only whole files are there.

    `image` is the picture to run; `layout` that of the scene. Raises UserError where nothing can be loaded or written.
    """
    check_places(wishes)
    source = load(target, load_options)
    picture = _picture(source, image)
    try:
        subject = Subject.of_picture(source, picture, scope, target or "the demo")
    except PictureError as error:
        name = picture.name if picture is not None else "the example"
        raise UserError(f"The picture {name} {error}: give another one with --image.") from error
    facts = run(subject, wishes, layout)
    if facts is None:
        print("Ended early: what is in the folder is whole.", file=sys.stderr)
        return INTERRUPTED
    for note in facts.notes:
        print("Note:", note, file=sys.stderr)
    print(f"Exported {counted(len(facts.files), 'file')}: see {wishes.folder}.")
    return 0


def run(subject: Subject, wishes: ExportWishes, layout: str | None = None) -> Facts | None:
    """Exports with a line of progress on a terminal; None where Ctrl-C ended it. Raises UserError, PictureError."""
    staged = staged_alone(subject, layout, wishes.theme) if "scene" in wishes.kinds else None
    found: list[Facts] = []
    progress, interrupted = Progress(), threading.Event()
    steps = export(subject, wishes, staged, found.append, interrupted.is_set)
    try:
        with interrupted_by(interrupted.set):
            progress.begin()
            for done, total in steps:
                if interrupted.is_set():
                    return None
                progress.show(done / max(1, total), "exporting")
    except Cancelled:
        return None
    finally:
        steps.close()
        progress.clear()
    return found[0]


def _picture(source: NetworkSource, image: Path | None) -> PictureFile | None:
    """The one that is named; else the network's first that opens; None for the example input."""
    if image is not None:
        image = image.expanduser()
        if not image.is_file():
            raise UserError(f"There is no picture {image}: give a picture's file to --image.")
        if source.slot is None:
            raise UserError(f"{source.name} reads no picture: leave --image out.")
        return PictureFile(image.name, image)
    for picture in source.pictures:
        try:
            picture.open()
        except PictureError:
            continue
        return picture
    return None
