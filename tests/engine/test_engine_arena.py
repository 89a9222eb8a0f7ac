"""Arenas follow their plan, and a pool hands out no more of them than it has."""

import threading
import weakref

import numpy as np
import pytest

from vrcnn.engine.arena import Arena, ArenaPool
from vrcnn.engine.map_memory import MapMemory
from vrcnn.engine.plan import MapSize, plan_maps
from vrcnn.network.graph import Node


@pytest.fixture
def plan():
    shapes = [(1, 3, 7, 5), (1, 4, 3, 2), (1, 2, 7, 5), (1, 6)]
    return plan_maps(Node(index, str(index), "Conv2d", "convolution", "", shape) for index, shape in enumerate(shapes))


def never() -> bool:
    return False


def test_an_arena_has_every_level_of_every_size_in_the_plan(plan):
    arena = Arena(plan)
    shapes = {size: [level.shape for level in levels] for size, levels in arena.levels.items()}
    assert shapes == {
        MapSize(7, 5): [(5, 7, 5), (5, 3, 2), (5, 1, 1)],
        MapSize(3, 2): [(4, 3, 2), (4, 1, 1)],
        MapSize(1, 1): [(6, 1, 1)],
    }
    every = [level for levels in arena.levels.values() for level in levels]
    assert all(level.dtype == np.float16 and level.flags.c_contiguous for level in every)
    assert arena.statistics.shape == (15, 4)
    assert arena.statistics.dtype == np.float32
    assert arena.bytes == sum(level.nbytes for level in every) + 15 * 4 * 4


def test_a_third_picture_waits_until_an_arena_is_released(plan):
    pool = ArenaPool(plan, count=2)
    first, second = pool.take(never), pool.take(never)
    assert first is not second
    taken: list[Arena | None] = []
    third = threading.Thread(target=lambda: taken.append(pool.take(never)))
    third.start()
    third.join(0.1)
    assert third.is_alive()
    second.release()
    third.join(5)
    assert taken == [second]


def test_one_picture_after_the_other_needs_one_arena_only(plan):
    allocated = []

    class Counted(MapMemory):
        def table(self, shape, kind):
            allocated.append(shape)
            return super().table(shape, kind)

    pool = ArenaPool(plan, memory=Counted())
    first = pool.take(never)
    once = len(allocated)
    for _ in range(5):
        first.release()
        assert pool.take(never) is first
    assert len(allocated) == once
    assert pool.take(never) is not first, "the first is not back yet"
    assert len(allocated) == 2 * once


def test_what_may_still_be_uploaded_of_a_picture_that_was_given_up_is_overwritten_last(plan):
    pool = ArenaPool(plan, count=2)
    first = pool.take(never)
    first.release(unfinished=True)
    second = pool.take(never)
    assert second is not first, "memory for another is taken before"
    second.release()
    assert pool.take(never) is second
    assert pool.take(never) is first, "there is no other"


def test_the_arena_that_was_released_first_is_taken_first(plan):
    pool = ArenaPool(plan, count=3)
    arenas = [pool.take(never) for _ in range(3)]
    for arena in reversed(arenas):
        arena.release()
    assert [pool.take(never) for _ in range(3)] == arenas[::-1]


def test_an_arena_released_twice_is_handed_out_once(plan):
    pool = ArenaPool(plan, count=1)
    arena = pool.take(never)
    arena.release()
    arena.release()
    assert pool.take(never) is arena
    asked = iter([False, False, True])
    assert pool.take(lambda: next(asked)) is None


def test_waiting_for_an_arena_ends_when_the_job_is_cancelled(plan):
    pool = ArenaPool(plan, count=1)
    pool.take(never)
    cancelled = threading.Event()
    threading.Timer(0.05, cancelled.set).start()
    assert pool.take(cancelled.is_set) is None


def test_a_closed_pool_keeps_no_memory_and_its_successor_waits_until_the_last_came_back(plan):
    former = ArenaPool(plan, count=2)
    in_use, idle = former.take(never), former.take(never)
    idle.release()
    gone = weakref.ref(idle)
    del idle
    former.close()
    assert gone() is None
    assert former.take(lambda: True) is None
    following = ArenaPool(plan, count=2, former=ArenaPool(plan, former=former))
    taken = []
    waiting = threading.Thread(target=lambda: taken.append(following.take(never)))
    waiting.start()
    waiting.join(0.1)
    assert waiting.is_alive()
    in_use.release()
    waiting.join(5)
    assert taken[0].plan is plan
    assert taken[0] is not in_use


def test_memory_that_was_dropped_without_a_word_keeps_nobody_waiting(plan):
    former = ArenaPool(plan)
    former.take(never)
    former.close()
    assert ArenaPool(plan, former=former).take(never) is not None
