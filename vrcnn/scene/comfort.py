"""How a visitor wants to move and to be treated in the headset: settings that stay from one visit to the next."""

from __future__ import annotations

from dataclasses import dataclass

TRAVEL = ("teleport", "smooth", "both")  # both: the stick away from the visitor teleports, with the grip held it walks
HEADINGS = ("head", "hand")  # whose direction smooth movement takes
TURNING = ("snap", "smooth", "none")
LABELS = ("first minute", "always", "never")
SNAPS = (15, 30, 45, 60, 90)  # degrees
SPEEDS = (0.7, 1.4, 2.2, 3.5, 6.0)  # m/s in the room's measure
TURN_SPEEDS = (30, 60, 90, 150)  # degrees/s
VIGNETTES = (0.0, 0.4, 0.7, 1.0)  # how much of the sight smooth movement takes


@dataclass(frozen=True)
class Comfort:
    """What can be chosen. `lift` in m raises the eyes above where they are in the room, for those who sit: `seated`
    raises them to a standing visitor's height besides. `left_handed` swaps everything that the two hands do.
    """

    travel: str = "teleport"
    heading: str = "head"
    speed: float = 2.2
    turning: str = "snap"
    snap: int = 30
    turn_speed: int = 90
    vignette: float = 0.7
    seated: bool = False
    lift: float = 0.0
    left_handed: bool = False
    labels: str = "first minute"

    @property
    def main(self) -> str:
        """The hand that points, takes and turns."""
        return "left" if self.left_handed else "right"

    @property
    def off(self) -> str:
        """The hand that walks and wears the menu."""
        return "right" if self.left_handed else "left"
