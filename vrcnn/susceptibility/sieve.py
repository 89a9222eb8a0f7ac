"""A sieve: what is taken from pictures, or done to them, to see what a network's answers depend on. Plain data.

What each kind does is in transforms.py. Sizes are in pixels of the tensor that the network reads, frequencies in cycles
per pixel of it (0.5 is the finest pattern that pixels can have).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

KINDS = ("low-pass", "shift", "windows", "patches", "noise")
TITLES = {
    "low-pass": "low-pass",
    "shift": "shift",
    "windows": "window shuffle",
    "patches": "patch shuffle",
    "noise": "noise band",
}
AMOUNTS: dict[str, tuple[float, ...]] = {  # what one turns through
    "low-pass": (0.02, 0.03, 0.04, 0.06, 0.08, 0.10, 0.12, 0.15, 0.18, 0.21, 0.25, 0.30, 0.35, 0.42, 0.50),
    "shift": (1, 2, 3, 4, 6, 8, 12, 16, 24, 32),
    "windows": (2, 3, 4, 6, 8, 12, 16),
    "patches": (2, 4, 8, 16, 32, 56, 112),
    "noise": (0.03, 0.06, 0.12, 0.18, 0.25, 0.35, 0.45),
}
USUAL = {"low-pass": 0.18, "shift": 1.0, "windows": 2.0, "patches": 8.0, "noise": 0.25}
STRONGER = {"low-pass": -1, "shift": 1, "windows": 1, "patches": -1, "noise": 1}  # the way in which a kind takes more
DIRECTIONS = ("right", "left", "down", "up")
HALF_WIDTH = 0.03  # cycles per pixel, of a noise band
STRENGTH = 0.25  # of the noise, in standard deviations of the picture


@dataclass(frozen=True)
class Sieve:
    """What is done to a picture.

    Attributes:
        kind: one of KINDS.
        amount: of "low-pass" the frequency (cycles per pixel) of which half is left, by exp(-ln 2 (f / amount)^2); of
            "shift" the pixels by which the picture is rolled; of "windows" the side (pixels) of the windows within each
            of which the pixels change places; of "patches" the side of the patches that change places; of "noise" the
            frequency in the middle of the band of noise that is added.
        direction: of a shift, one of DIRECTIONS.
        seed: of whatever is left to chance: which places are exchanged, and the noise.
    """

    kind: str = "low-pass"
    amount: float = 0.18
    direction: str = "right"
    seed: int = 0

    @property
    def text(self) -> str:
        """As it is written on the command line and in files: "low-pass:0.18", "shift:2:up"."""
        direction = f":{self.direction}" if self.kind == "shift" and self.direction != DIRECTIONS[0] else ""
        seed = f"#{self.seed}" if self.seed else ""
        return f"{self.kind}:{self.amount:g}{direction}{seed}"

    @property
    def told(self) -> str:
        """For people: "low-pass 0.18 c/px", "shift 2 px up"."""
        unit = {"low-pass": "c/px", "noise": "c/px", "shift": f"px {self.direction}"}.get(self.kind, "px")
        return f"{TITLES[self.kind]} {self.amount:g} {unit}"

    def turned(self, steps: int) -> Sieve:
        """The sieve so many steps further through its AMOUNTS; the first and the last one stay."""
        amounts = AMOUNTS[self.kind]
        nearest = min(range(len(amounts)), key=lambda place: abs(amounts[place] - self.amount))
        place = min(len(amounts) - 1, max(0, nearest + steps))
        return replace(self, amount=amounts[place])

    def of_kind(self, steps: int = 1) -> Sieve:
        """The sieve of the next kind (1) or the one before (-1), with the amount that is usual for it."""
        kind = KINDS[(KINDS.index(self.kind) + steps) % len(KINDS)]
        return replace(self, kind=kind, amount=USUAL[kind])


def parsed(text: str) -> Sieve:
    """The sieve that a text names: KIND, KIND:AMOUNT, shift:AMOUNT:DIRECTION, each with #SEED behind it if wanted.

    Raises ValueError with a sentence that says what can be given.
    """
    match = re.fullmatch(r"([a-z-]+)(?::(\d+(?:\.\d+)?))?(?::([a-z]+))?(?:#(\d{1,9}))?", text.strip())
    kind = match[1] if match else ""
    if match is None or kind not in KINDS:
        given = ", ".join(f"{name}:{USUAL[name]:g}" for name in KINDS)
        raise ValueError(f'"{text}" is no sieve: give one such as {given} (shift takes a direction, as in shift:2:up)')
    amount = USUAL[kind] if match[2] is None else float(match[2])
    direction = match[3] or DIRECTIONS[0]
    if match[3] is not None and (kind != "shift" or direction not in DIRECTIONS):
        raise ValueError(f'"{text}" is no sieve: only a shift has a direction, one of {", ".join(DIRECTIONS)}')
    _check(text, kind, amount)
    return Sieve(kind, amount, direction, int(match[4] or 0))


def _check(text: str, kind: str, amount: float) -> None:
    if kind in ("low-pass", "noise"):
        if not 0 < amount <= 0.5:
            raise ValueError(f'"{text}" is no sieve: its frequency is in cycles per pixel, above 0 and at most 0.5')
    elif amount != int(amount) or amount < (1 if kind in ("shift", "patches") else 2):
        least = 1 if kind in ("shift", "patches") else 2
        raise ValueError(f'"{text}" is no sieve: its amount is a whole number of pixels from {least}')
