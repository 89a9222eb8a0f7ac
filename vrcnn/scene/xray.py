"""The sieve before the picture on the easel, and what it shows of the networks, as plain data of the World."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from vrcnn.engine.xray_messages import CurveTold, FlipsTold
from vrcnn.susceptibility.sieve import Sieve

PICTURES = 64  # of the set, for the curve and the answers that flip


@dataclass
class Sieving:
    """The sieve of the World (World.sieving).

    Attributes:
        sieve: which one; it stays as it is while it is put away.
        before: whether it stands before the picture on the easel, so that the networks run what comes through it.
        in_hand: "left" or "right" while a hand has it, or "mouse"; None otherwise.
        pictures: over how many pictures of the set the curve and the flipped answers are.
        frames: whether the tiles' frames are coloured by how much their channels change, while `before`.
    """

    sieve: Sieve = field(default_factory=Sieve)
    before: bool = False
    in_hand: str | None = None
    pictures: int = PICTURES
    frames: bool = True


@dataclass
class Xray:
    """What the sieve shows of one network (Hall.xray).

    Attributes:
        sieve, picture: what `changes` are of; None while nothing is known.
        changes: by the node of a wall, (maps,) float32 as in ChannelChanges.
        curves: by the kind of sieve.
        flips: over the set; None while nothing is known.
        revision: grows with each change of all this.
    """

    sieve: Sieve | None = None
    picture: int | None = None
    changes: dict[int, np.ndarray] = field(default_factory=dict)
    curves: dict[str, CurveTold] = field(default_factory=dict)
    flips: FlipsTold | None = None
    revision: int = 0

    def forget(self) -> None:
        """The network is another now, or the sieve is away."""
        self.sieve, self.picture, self.flips = None, None, None
        self.changes.clear()
        self.curves.clear()
        self.revision += 1
