"""Lets the threads that draw go first where there are too few cores for all."""

from __future__ import annotations

import os
import sys
import threading

NICENESS = 5  # of the worker's thread, beside the 0 of whoever draws


def step_back() -> None:
    """For the calling thread, whose own threads inherit it.

    Linux gives every thread a niceness of its own (man 2 setpriority, "C library/kernel differences").
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
