"""The evaluation of a network over its set of pictures, asked of its worker: a batch at a time, in between."""

from __future__ import annotations

import time
from collections.abc import Iterator

from vrcnn.engine.evaluating import Evaluation
from vrcnn.engine.evaluation_messages import EvaluationTold
from vrcnn.engine.inquiries import Workbench
from vrcnn.engine.weights import written

TELLING, LARGE = 0.3, 20_000  # s between two messages with results, and pictures for which it is a second
TOGETHER = 0.25  # s that a batch may take, for which another picture waits


class EvaluateSet:
    """Sends EvaluationTold now and then, and once more at the end. With other weights it begins anew."""

    title = "Evaluating the pictures"

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        module = workbench.source.module
        evaluation = Evaluation(workbench.source, together=TOGETHER)
        steps, pause = evaluation.steps(), max(TELLING, evaluation.total / LARGE)
        told = -pause
        weights = written(module)
        while True:
            if weights != written(module):
                evaluation = Evaluation(workbench.source, together=TOGETHER)
                steps = evaluation.steps()
            step = next(steps, None)
            if step is None:
                break
            weights = written(module)  # what a forward itself writes into them is its own affair
            if evaluation.results is not None and time.perf_counter() - told > pause:
                told = time.perf_counter()
                workbench.send(EvaluationTold(evaluation.results))
            yield step
        assert evaluation.results is not None
        workbench.send(EvaluationTold(evaluation.results))
