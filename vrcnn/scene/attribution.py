"""What a hall knows of attributions: what is asked for on the panel, and the last one, which lies over the picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from vrcnn.attribution.results import Attribution, Wish


@dataclass
class Attributing:
    """Of one network.

    Attributes:
        wish: the method, the class and the layer that are chosen.
        found: the last attribution of the picture on the easel, None without.
        number: of the inquiry that looks for one now, None without.
        shown: whether the easel has it over the picture; `opacity` 0 to 1 of its strongest colours.
        revision: counts all changes of what the easel shows.
    """

    wish: Wish = field(default_factory=Wish)
    found: Attribution | None = None
    number: int | None = None
    shown: bool = True
    opacity: float = 0.85
    revision: int = 0

    def take(self, found: Attribution | None) -> None:
        """Another one, or none."""
        self.found = found
        self.revision += 1
