"""vrcnn.evaluate: how often a network is right on pictures whose labels are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Unpack

from vrcnn.engine.results import Results
from vrcnn.evaluating.over_pictures import evaluate as judged
from vrcnn.python.given import Conventions, Words, sources_of


def evaluate(
    model: Any,
    images: Any = None,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
    **said: Unpack[Words],
) -> Results:
    """Runs the network on all pictures of a labelled folder or data set, as `vrcnn evaluate` does.

    `images` is a folder with a folder for each class, or a torch Dataset of (picture, label); `said` the rest of what a
    model file may say, such as `labels`, the names of the network's classes. `progress` is told (done, total). The
    results have every picture's prediction; vrcnn.engine.metrics has what they come to. The network is left as it was.
    Raises UserError where nothing says what the pictures show.
    """
    given: Conventions = {**said, "images": images}
    (source,) = sources_of(model, given, "vrcnn.evaluate")
    return judged(source, progress=progress)
