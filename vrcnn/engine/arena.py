"""Memory for all feature maps of one picture, allocated and touched once, then reused for picture after picture."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable

import numpy as np

from vrcnn.engine.map_memory import DeviceMaps, MapMemory
from vrcnn.engine.plan import MapPlan, MapSize


class Arena:
    """The feature maps of one picture, laid out after a MapPlan.

    Attributes:
        plan: which rows belong to which node.
        levels: per map size one array for each mip level, (maps of that size, height, width) float16, C-contiguous,
            heights and widths as `MapSize.levels` gives them; DeviceMaps where they lie on a graphics card.
        statistics: (plan.count, 4) float32: minimum, maximum, mean and standard deviation of each map over its
            finite values, in the order of `MapSpan.row`.
    """

    def __init__(self, plan: MapPlan, pool: ArenaPool | None = None, memory: MapMemory | None = None) -> None:
        memory = memory or MapMemory()
        self.plan = plan
        self.levels: dict[MapSize, tuple[np.ndarray | DeviceMaps, ...]] = {
            size: tuple(memory.maps((total, height, width)) for height, width in size.levels())
            for size, total in plan.totals.items()
        }
        self.statistics: np.ndarray = memory.table((plan.count, 4), np.float32)
        self._pool = pool

    @property
    def bytes(self) -> int:
        """Size of all maps, mip levels and statistics."""
        return self.statistics.nbytes + sum(level.nbytes for levels in self.levels.values() for level in levels)

    def release(self, unfinished: bool = False) -> None:
        """Gives the arena back to its pool, where the next picture may overwrite it. A second call does nothing.

        `unfinished` says that its picture was given up, so that the receiver may still read what it was sent of it.
        """
        if self._pool is not None:
            self._pool._put(self, unfinished)


class ArenaPool:
    """A fixed number of arenas that pass between the worker, which fills them, and the receiver, which uploads them.

    One that came back after its upload is taken before memory for another is allocated, so that one picture after the
    other needs a single arena. One that came back unfinished may still be read by the receiver, so it is taken last,
    when there is neither: then layers of the picture that was given up may be uploaded with values of the next one, and
    their walls are right again when the next one's layers are uploaded, right after.

    No memory is allocated before all of the `former` pool, which was closed, is free again.
    """

    def __init__(
        self, plan: MapPlan, count: int = 2, memory: MapMemory | None = None, former: ArenaPool | None = None
    ) -> None:
        self.plan = plan
        self._memory = memory
        self._former = former
        self._unmade = count
        self._free: deque[Arena] = deque()
        self._unfinished: deque[Arena] = deque()
        self._taken: weakref.WeakSet[Arena] = weakref.WeakSet()
        self._closed = False
        self._changed = threading.Condition()

    def take(self, cancelled: Callable[[], bool]) -> Arena | None:
        """A free arena; waits until there is one. None when `cancelled()` becomes true before that.

        Raises MemoryError when an arena's first allocation fails.
        """
        with self._changed:
            while not cancelled():
                if self._former is not None and self._former.empty:
                    self._former = None
                arena = self._next()
                if arena is not None:
                    self._taken.add(arena)
                    return arena
                self._changed.wait(timeout=0.02)
        return None

    def close(self) -> None:
        """Frees the arenas that nobody uses, and the others as they come back. None can be taken any more."""
        with self._changed:
            self._closed = True
            self._unmade = 0
            self._free.clear()
            self._unfinished.clear()

    @property
    def empty(self) -> bool:
        """Whether nobody has an arena of this pool, nor of the one before it."""
        return not len(self._taken) and (self._former is None or self._former.empty)

    def _next(self) -> Arena | None:
        if self._free:
            return self._free.popleft()
        if self._unmade and self._former is None:
            arena = Arena(self.plan, self, self._memory)
            self._unmade -= 1
            return arena
        return self._unfinished.popleft() if self._unfinished else None

    def _put(self, arena: Arena, unfinished: bool) -> None:
        with self._changed:
            self._taken.discard(arena)
            if not self._closed and not any(arena is free for free in (*self._free, *self._unfinished)):
                (self._unfinished if unfinished else self._free).append(arena)
                self._changed.notify()
