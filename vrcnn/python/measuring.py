"""vrcnn.measure: how susceptible a classifier's answers are to what should not matter, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack

from vrcnn.errors import UserError
from vrcnn.python.given import Conventions, Words, sources_of
from vrcnn.study.measuring import PICTURES, Wishes, measured
from vrcnn.susceptibility.results import Susceptibility


def measure(
    model: Any,
    images: Any = None,
    *,
    pictures: int = PICTURES,
    seed: int = 0,
    layers: bool = False,
    full: bool = False,
    twin: bool = True,
    progress: Callable[[float, str], None] = lambda share, words: None,
    **said: Unpack[Words],
) -> Susceptibility:
    """What `vrcnn study measure` finds of a classifier; its pictures need no labels.

    At most `pictures` of the `images` are taken, chosen by `seed`. Measured are the network's answers and the last
    layer of each map size; with `layers` every layer, with `full` also patch shuffles and noise bands. `twin=False`
    leaves out the untrained twin. `progress` is told how much is done, 0 to 1, and of what. The network is left as it
    was. docs/susceptibility.md says what each number means. Raises UserError where nothing can be measured.
    """
    if not isinstance(pictures, int) or pictures < 2:
        raise UserError(f"pictures={pictures!r} is no number of pictures: give 2 or more.")
    if not isinstance(seed, int) or not 0 <= seed < 2**31:
        raise UserError(f"seed={seed!r} is no seed: give a whole number from 0.")
    given: Conventions = {**said, "images": images}
    (source,) = sources_of(model, given, "vrcnn.measure")
    return measured(source, Wishes(pictures, seed, layers, full, twin), progress)
