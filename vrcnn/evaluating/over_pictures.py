"""The evaluation of a network over its pictures, for the command and for Python: complete, or a clear sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from vrcnn.engine.evaluating import Evaluation
from vrcnn.engine.results import Results
from vrcnn.errors import UserError
from vrcnn.network.pictures import PictureFile
from vrcnn.network.source import NetworkSource

TOGETHER = inf  # s that a batch may take: nothing waits, and batches are the same each time


def evaluate(
    source: NetworkSource,
    pictures: Sequence[PictureFile] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Results:
    """Judges all pictures of the source, or the `pictures`, whose labels say what they show.

    engine/metrics.py has what the results come to. `progress` is told (done, total) after each batch. Raises UserError
    where nothing says what the pictures show, where the network knows none of the labels or gives no class scores, and
    where no picture can be judged.
    """
    evaluation = evaluation_of(source, pictures)
    for done, total in evaluation.steps():
        require_classes(evaluation)
        progress(done, total)
    assert evaluation.results is not None
    return evaluation.results


def evaluation_of(source: NetworkSource, pictures: Sequence[PictureFile] | None = None) -> Evaluation:
    """Raises UserError where nothing says what the pictures show."""
    evaluation = Evaluation(source, pictures, together=TOGETHER)
    if not evaluation.labels.known:
        raise UserError(
            "Nothing says what these pictures show: put them into a folder for each class (--images DIR with "
            "DIR/cat/1.jpg), or give a torch Dataset of (picture, label) as `images`."
        )
    return evaluation


def require_classes(evaluation: Evaluation) -> None:
    """Raises UserError where none of the labels is a class of the network."""
    if evaluation.results is not None and not evaluation.results.labelled:
        raise UserError(evaluation.results.how)
