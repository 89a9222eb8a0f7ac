"""What a visitor wants of attributions, free of any device; where no `hall` is told, in that where they are."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.attribution.results import Wish


@dataclass(frozen=True)
class ChooseAttribution:
    """The next attribution in hall number `hall` shall be of this method, class and layer."""

    wish: Wish
    hall: int | None = None


@dataclass(frozen=True)
class Attribute:
    """Find out what the class's score owes to the picture, in hall number `hall`, as was chosen."""

    hall: int | None = None


@dataclass(frozen=True)
class LookThroughLayer:
    """Grad-CAM of the layer of the wall that `hand` points at."""

    hand: str


@dataclass(frozen=True)
class ToggleHeat:
    """Show the attribution over the picture on the easel, or the picture alone; in hall number `hall`."""

    hall: int | None = None


@dataclass(frozen=True)
class SetHeat:
    """Let the attribution of hall number `hall` cover the picture by so much, 0 to 1."""

    opacity: float
    hall: int | None = None


@dataclass(frozen=True)
class ShowOnWalls:
    """The walls of hall number `hall` shall show this, one of QUANTITIES; the next one where it says nothing."""

    quantity: str = ""
    hall: int | None = None


AttributionAction = ChooseAttribution | Attribute | LookThroughLayer | ToggleHeat | SetHeat | ShowOnWalls
