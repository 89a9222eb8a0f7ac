"""Threads take turns in the order in which they came, and one that is called away leaves the line."""

import threading
import time

from vrcnn.engine.turns import Turns
from vrcnn.network.guard import awaited, unchanged


def test_turns_are_taken_in_the_order_of_arrival():
    turns, order = Turns(), []
    first = threading.Event()

    def work(name: str) -> None:
        for _ in range(3):
            with turns.turn(lambda: False) as mine:
                assert mine
                order.append(name)
                first.set()
                time.sleep(0.02)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    threads[0].start()
    assert first.wait(5)
    threads[1].start()
    for thread in threads:
        thread.join(5)
    assert order == ["a", "b", "a", "b", "a", "b"]
    assert not turns.awaited


def test_who_is_called_away_does_not_wait_and_does_not_hold_others_up():
    turns = Turns()
    with turns.turn(lambda: False) as mine:
        assert mine

        def wait() -> None:
            with turns.turn(lambda: True) as called:
                got.append(called)

        got: list[bool] = []
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(5)
        assert got == [False]
    with turns.turn(lambda: True) as mine:
        assert mine, "nobody is in the way"


def test_a_network_that_waits_for_another_ones_pass_is_noticed():
    import torch

    module = torch.nn.Conv2d(1, 1, 1)
    entered = threading.Event()

    def run() -> None:
        with unchanged(module):
            entered.set()

    with unchanged(module):
        assert not awaited()
        with unchanged(module):
            assert not awaited(), "a thread does not wait for itself"
        thread = threading.Thread(target=run)
        thread.start()
        deadline = time.monotonic() + 5
        while not awaited():
            assert time.monotonic() < deadline
            time.sleep(0.001)
        assert not entered.is_set()
    thread.join(5)
    assert entered.is_set()
    assert not awaited()
