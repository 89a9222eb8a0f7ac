"""A network on show as its susceptibility is measured: its scores of classes, and the probabilities they stand for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from vrcnn.engine.class_scores import class_probabilities, tensors_of
from vrcnn.engine.scoring import scoring_of
from vrcnn.errors import UserError
from vrcnn.network.example import ExampleInput
from vrcnn.network.guard import unchanged
from vrcnn.network.source import NetworkSource
from vrcnn.susceptibility.subject import Subject


@dataclass(frozen=True)
class Classifier:
    """The network with the scores of its classes; `distributed` says that these are probabilities already, `single`
    that it puts out one value, that of the second of two."""

    subject: Subject
    distributed: bool
    single: bool = False

    def chances(self, centred: np.ndarray) -> np.ndarray:
        """(K,) probabilities for the scores (K,) minus their mean, as the boards tell them: of probabilities exactly
        those that there were."""
        if self.single:
            said = class_probabilities(torch.from_numpy(centred[1:]), None, "classification")
            assert said is not None
            return said.numpy()
        if self.distributed:
            return np.asarray(centred + 1 / len(centred))
        raised = np.exp(centred - centred.max())
        return np.asarray(raised / raised.sum())


def classifier_of(source: NetworkSource) -> Classifier:
    """Raises UserError where the network reads no pictures or has no scores of classes."""
    source.require_network()
    example = ExampleInput(source.arguments, source.keywords, source.slot)
    if example.tensor is None:
        raise UserError(f"{source.name} reads no picture, so there is nothing that a sieve could be held before.")
    with unchanged(source.module), torch.no_grad():
        given = example.with_tensor(example.tensor.clone())
        output = source.module(*given.arguments, **given.keywords)
    try:
        scoring = scoring_of(output, example.tensor, source.labels, source.task, source.name)
    except UserError as error:
        if "not finite" in str(error):
            raise UserError(
                f"The scores of {source.name} are not finite numbers, so nothing can be compared."
            ) from None
        scoring = None
    if scoring is None or scoring.kind != "classes":
        raise UserError(
            f"{source.name} puts out no scores of classes, so there are neither curves of them nor answers that flip; "
            "how much its channels change is on the walls."
        )
    scores = scoring.of(output)[0]
    distributed = bool((scores >= 0).all()) and abs(float(scores.sum()) - 1) < 1e-3
    single = list(tensors_of(output))[scoring.place].numel() == 1
    return Classifier(Subject(source.name, source.module, example, scoring.of), distributed, single)
