"""An export that is asked for in the world: the worker makes it in between, and tells when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vrcnn.engine.export_messages import Exported
from vrcnn.engine.inquiries import Workbench
from vrcnn.errors import UserError
from vrcnn.exporting.facts import Facts
from vrcnn.exporting.scene_file import Staged
from vrcnn.exporting.steps import export
from vrcnn.exporting.subject import Subject
from vrcnn.network.pictures import PictureError
from vrcnn.scene.export_wishes import ExportWishes


@dataclass(frozen=True)
class Export:
    """Exports what is wished for of the network with the picture on the easel; `about` says of what, in a few words."""

    wishes: ExportWishes
    about: str
    staged: Staged | None = None

    @property
    def title(self) -> str:
        return f"Exporting {', '.join(self.wishes.kinds)} of {self.about}"

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        """Sends Exported at the end."""

        def done(facts: Facts) -> None:
            folder = str(self.wishes.folder.absolute())
            workbench.send(Exported(folder, len(facts.files), self.about, tuple(facts.notes)))

        try:
            subject = Subject.at_work(workbench)
            yield from export(subject, self.wishes, self.staged, done, workbench.called_away)
        except PictureError as error:
            raise UserError(f"The picture on the easel {error}, so nothing can be exported of it.") from error
