"""The evaluation of a network over its set of pictures, asked of its worker: a batch at a time, in between."""

from __future__ import annotations

import time
from collections.abc import Iterator

from vrcnn.engine.evaluating import Evaluation
from vrcnn.engine.evaluation_messages import EvaluationTold
from vrcnn.engine.inquiries import Workbench

TELLING = 0.3  # s between two messages with results
TOGETHER = 0.25  # s that a batch may take, for which another picture waits


class EvaluateSet:
    """Sends EvaluationTold now and then, and once more at the end."""

    title = "Evaluating the pictures"

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        evaluation = Evaluation(workbench.source, together=TOGETHER)
        told = -TELLING
        for done, total in evaluation.steps():
            if evaluation.results is not None and time.perf_counter() - told > TELLING:
                told = time.perf_counter()
                workbench.send(EvaluationTold(evaluation.results))
            yield done, total
        assert evaluation.results is not None
        workbench.send(EvaluationTold(evaluation.results))
