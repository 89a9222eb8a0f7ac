"""Imports of a command's modules, during which Python's garbage collector rests."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """For imports: collects no garbage meanwhile, and never again goes through what they made.

    torch's modules are 200,000 objects that live as long as the process. To go through them several times while they
    are made takes 0.2 s, and later 0.1 s for each full collection, wherever in a frame it falls. What is there already
    is set aside as well, so this is for the start: another time in the same process it does nothing.
    """
    if gc.get_freeze_count() or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
