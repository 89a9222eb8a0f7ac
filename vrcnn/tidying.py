"""Rounds of Python's garbage collector at moments that have time for them, instead of in the middle of a frame.

A frame itself leaves next to nothing to collect; what the workers do leaves much, and any thread's rounds hold up all.
"""

from __future__ import annotations

import gc
import time

YOUNG, ALL = 1, 2  # generations of the collector
YOUNG_OBJECTS = 5_000  # that are made and not gone again, for a round over the young ones
ROUNDS = 20  # rounds over the young ones, for one over all that the walk has made
OVERDUE = 10  # times as many of either: a round whether there is time or not
PROMISED = 2.0  # a round may be expected to take so many times what the last of its kind took
CAUTION = 0.002  # s, that the first round of a kind is expected to take


class Tidying:
    """Told once a frame how much time is left, makes a round where one is due and there is time for it.

    For while the collector makes none of its own (`loop.undisturbed`); otherwise too little is ever due.
    """

    def __init__(self) -> None:
        self._takes = {YOUNG: CAUTION, ALL: CAUTION}
        self._rounds = 0

    def spare(self, seconds: float) -> None:
        """`seconds` are left until the next frame is due; none or less where this one is late."""
        made = gc.get_count()[0]
        generation = ALL if self._rounds >= ROUNDS else YOUNG
        if made < YOUNG_OBJECTS:
            return
        overdue = made >= OVERDUE * YOUNG_OBJECTS or self._rounds >= OVERDUE * ROUNDS
        if overdue or PROMISED * self._takes[generation] <= seconds:
            self._collect(generation)
        elif generation == ALL and PROMISED * self._takes[YOUNG] <= seconds:
            self._collect(YOUNG)

    def _collect(self, generation: int) -> None:
        begun = time.perf_counter()
        gc.collect(generation)
        self._takes[generation] = time.perf_counter() - begun
        self._rounds = 0 if generation == ALL else self._rounds + 1
