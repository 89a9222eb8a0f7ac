"""What a picture that has run is said to show, and what the network says of that class."""

from __future__ import annotations

from vrcnn.engine.class_scores import class_names, class_probabilities
from vrcnn.engine.evaluation_messages import Truth
from vrcnn.network.pictures import PictureFile
from vrcnn.network.source import NetworkSource
from vrcnn.network.true_labels import label_of


def truth_of(source: NetworkSource, picture: PictureFile, output: object) -> Truth | None:
    """None where nobody says what the picture shows, or the output holds no classes."""
    label = label_of(picture)
    probabilities = None if label is None else class_probabilities(output, source.labels, source.task)
    if label is None or probabilities is None or not bool(probabilities.isfinite().all()):
        return None
    count = probabilities.numel()
    index = source.true_labels.meant(label, count)
    if index is None:
        return Truth(f"class {label}" if isinstance(label, int) else label)
    named = {**source.true_labels.matched(count).names, **class_names(source.labels, count)}
    probability = float(probabilities[index])
    rank = int((probabilities > probability).sum())
    return Truth(named.get(index, f"class {index}"), index, probability, rank)
