"""The sieve before the picture on the easel, and what it shows of the networks, as plain data of the World."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from vrcnn.engine.messages import Score
from vrcnn.engine.xray_messages import CurveTold, FlipsTold
from vrcnn.scene.geometry import Pose
from vrcnn.susceptibility.sieve import Sieve

PICTURES = 64  # of the set, for the curve and the answers that flip


@dataclass(frozen=True)
class SieveFlight:
    """The sieve on its way: where it was and how large, in shares of its full size, at `began` (World.time, s)."""

    start: Pose
    size: float
    began: float


@dataclass
class Sieving:
    """The sieve of the World (World.sieving).

    Attributes:
        sieve: which one; it stays as it is while it is put away.
        before: whether it stands before the picture on the easel, so that the networks run what comes through it.
        in_hand: "left" or "right" while a hand has it, or "mouse"; None otherwise.
        pictures: over how many pictures of the set the curve and the flipped answers are.
        rests: the sieve as it is, and since when (World.time, s); None while nobody looks.
        plotted: where the small curve stands, as `in_hand` or at the easel; None where the sieve is put away.
        frames: whether the tiles' frames are coloured by how much their channels change, while `before`.
        flight: its way to where it is now, the last one.
        turning: the part of a notch of the wheel by which it was turned since its last step.
        order_before: one of ORDERS: how the walls were sorted before they were by what the sieve changes.
    """

    sieve: Sieve = field(default_factory=Sieve)
    before: bool = False
    in_hand: str | None = None
    pictures: int = PICTURES
    rests: tuple[Sieve, float] | None = None
    plotted: str | None = None
    frames: bool = True
    flight: SieveFlight | None = None
    turning: float = 0.0
    order_before: str = "index"


@dataclass
class Xray:
    """What the sieve shows of one network (Hall.xray).

    Attributes:
        sieve, picture: what `changes` are of; None while nothing is known.
        changes: by the node of a wall, (maps,) float32 as in ChannelChanges.
        curves: by the kind of sieve.
        flips: over the set; None while nothing is known.
        asked: which curves were asked for last, each a kind and over how many pictures; `sought` which flipped answers
            were: the sieve's text, and over how many pictures.
        behind: the sieve that the picture of Hall.scores was behind; None where it was behind none.
        plain: the scores of the same picture before none; empty where they are not known.
        revision: grows with each change of all this.
    """

    sieve: Sieve | None = None
    picture: int | None = None
    changes: dict[int, np.ndarray] = field(default_factory=dict)
    curves: dict[str, CurveTold] = field(default_factory=dict)
    flips: FlipsTold | None = None
    asked: set[tuple[str, int]] = field(default_factory=set)
    sought: tuple[str, int] | None = None
    behind: Sieve | None = None
    plain: tuple[Score, ...] = ()
    revision: int = 0

    def forget_changes(self) -> None:
        """The picture is another now, or the sieve is away; what is of the whole set stays."""
        self.sieve, self.picture = None, None
        self.changes.clear()
        self.revision += 1

    def forget(self) -> None:
        """The network has other weights now. What the answer is behind goes with the answer, once that is another."""
        self.sieve, self.picture, self.flips = None, None, None
        self.changes.clear()
        self.curves.clear()
        self.asked.clear()
        self.sought = None
        self.revision += 1
