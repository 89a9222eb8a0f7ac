"""What all files of one export have in common: the wishes, and what their sidecars tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vrcnn.export.sidecar import Sidecar, write_sidecar
from vrcnn.exporting.chosen import ChosenLayer
from vrcnn.network.identity import NetworkIdentity, PictureIdentity
from vrcnn.scene.colouring import Colormap, colormap_of
from vrcnn.scene.export_wishes import ExportWishes
from vrcnn.scene.theme import THEMES, Theme


@dataclass
class Facts:
    """`files` are those that were written, without sidecars; `notes` what somebody should know of them; `sieve` what
    the picture is behind, as in Subject.
    """

    wishes: ExportWishes
    name: str
    network: NetworkIdentity
    picture: PictureIdentity
    sieve: str = ""
    files: list[Path] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.wishes.folder

    @property
    def theme(self) -> Theme:
        return THEMES[self.wishes.theme]

    @property
    def colormap(self) -> Colormap:
        return colormap_of(self.wishes.colouring, self.theme)

    def tell(
        self,
        path: Path,
        holds: str,
        settings: Mapping[str, Any] | None = None,
        contents: Mapping[str, Any] | None = None,
        files: Iterable[str] = (),
    ) -> None:
        """Writes the sidecar of a file, or of `files` in a folder, that was written."""
        names = list(files)
        settings = {**(settings or {}), **({"sieve": self.sieve} if self.sieve else {})}
        sidecar = Sidecar(self.wishes.made_by, holds, (self.network,), (self.picture,), {}, settings, contents or {})
        write_sidecar(path, sidecar, names)
        self.files += [path / name for name in names] if names else [path]


def layer_facts(layer: ChosenLayer) -> dict[str, Any]:
    """What sidecars tell of a layer."""
    node = layer.node
    return {
        "layer": node.name,
        "title": node.title,
        "operation": node.operation,
        "shape": list(node.shape),
        "axes": layer.reading.axes,
        "channels": layer.count,
    }
