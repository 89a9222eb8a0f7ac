"""The inquiry for what stands beside an exported picture: which network it shows, and which picture had run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from vrcnn.engine.identifying import identify_network, identify_picture
from vrcnn.engine.identity_message import Identified
from vrcnn.engine.inquiries import Workbench
from vrcnn.network.identity import PictureIdentity
from vrcnn.network.pictures import PictureError


@dataclass(frozen=True)
class Identify:
    """Takes 0.1 s for 100 MB of weights. `number` comes back with the answer."""

    number: int
    title: str = ""
    needs_network: ClassVar[bool] = False

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        source, number = workbench.source, workbench.picture
        target = source.path.name if source.path is not None else source.name
        network = identify_network(source, workbench.capture.full, target, workbench.called_away)
        yield 1, 2
        picture = None
        if number is not None and number in workbench.shelf:
            try:
                picture = identify_picture(workbench.shelf.file(number))
            except PictureError:
                picture = PictureIdentity(workbench.shelf.name(number))
        workbench.send(Identified(self.number, network, picture))
        yield 2, 2
