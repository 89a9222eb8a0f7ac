"""What a visitor wants exported, as they have chosen it on the panel: plain data, free of any device."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.export_wishes import FORMATS

ABOUT = ("channel", "layer", "network")


@dataclass(frozen=True)
class ExportChoice:
    """What the panel is set to.

    Attributes:
        kinds: some of export_wishes.KINDS, in that order.
        about: one of ABOUT; where nothing is pointed at, always the network.
        grey, format: as in ExportWishes.
    """

    kinds: tuple[str, ...] = ("maps", "sheet")
    about: str = ABOUT[1]
    grey: bool = False
    format: str = FORMATS[0]


@dataclass
class Exporting:
    """`choice` is what the panel is set to; `last` tells in words what the last export was, `folder` where it is."""

    choice: ExportChoice = ExportChoice()
    last: str = ""
    folder: str = ""


@dataclass(frozen=True)
class ChooseExport:
    """Set the panel to this."""

    choice: ExportChoice


@dataclass(frozen=True)
class ExportChosen:
    """Export what is chosen, of what `hand` points at."""

    hand: str


@dataclass(frozen=True)
class OpenExport:
    """Open the panel of exports about what `hand` points at, or what the panel speaks of that it points at."""

    hand: str


ExportAction = ChooseExport | ExportChosen | OpenExport


@dataclass(frozen=True)
class ExportOut:
    """These kinds of files shall be written of the network of hall number `hall`.

    `layers` and `channels` as in ExportWishes; `about` says in a few words what it is of.
    """

    hall: int
    choice: ExportChoice
    about: str
    layers: tuple[str, ...] | None = None
    channels: tuple[tuple[int, int], ...] | None = None
