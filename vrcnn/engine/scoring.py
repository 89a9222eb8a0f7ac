"""The score of a class, of which gradients are taken: where it is found in what a network puts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from vrcnn.engine.answers import BACKGROUNDS, answer_of, score_maps
from vrcnn.engine.class_scores import PREFERRED_KEYS, class_names, parts_of, tensors_of, vector_of
from vrcnn.errors import UserError


@dataclass(frozen=True)
class Scoring:
    """Where the scores of the classes are in what a network puts out.

    Attributes:
        kind: "classes", or "segments" where a class's score is its sum over all pixels.
        place: which of the output's tensors has them (class_scores.tensors_of).
        count: of classes. One value alone is the score of the second of two, and its negative that of the first.
        best: the network's best guess; of segments the class that covers most and is no background.
        names: of the classes, as far as they are known.
    """

    kind: str
    place: int
    count: int
    best: int
    names: dict[int, str] = field(default_factory=dict)

    def of(self, output: object) -> Tensor:
        """(pictures, classes): the scores as the network puts them out, before any softmax of ours."""
        values = list(tensors_of(output))[self.place]
        values = values[None] if values.ndim == 1 else values
        values = values.flatten(1) if self.kind == "classes" else values.flatten(2).sum(2)
        if values.shape[1] == 1:
            return values * values.new_tensor([[-1.0, 1.0]])
        return values

    def name(self, index: int) -> str:
        """Of the class number `index`."""
        return self.names.get(index, f"class {index}")

    def chosen(self, index: int | None) -> int:
        """The class that is asked for, None for the best guess. Raises UserError where there is none of that number."""
        if index is None:
            return self.best
        if not 0 <= index < self.count:
            raise UserError(f"There is no class {index}: this network has {self.count} of them, from 0.")
        return index

    def found(self, name: str) -> int:
        """The class of this name or number. Raises UserError where there is none."""
        if name.strip().isdigit():
            return self.chosen(int(name))
        wanted = name.strip().casefold()
        same = [index for index, known in self.names.items() if known.casefold() == wanted]
        near = same or [index for index, known in self.names.items() if wanted in known.casefold()]
        if not near or (len(near) > 1 and not same):
            among = ", ".join(f"{self.name(index)} ({index})" for index in near[:5])
            does = f"is more than one class ({among}): give the number" if near else "is no class of this network"
            raise UserError(f'"{name}" {does}.' if near else f'"{name}" {does}: give the number of one, from 0.')
        return near[0]


def scoring_of(
    output: object, picture: Tensor | None, labels: Sequence[str] | None, task: str | None, network: str
) -> Scoring:
    """Finds the scores in the output of a single picture, as `answer_of` finds the answer.

    Raises UserError for an output without scores of classes, such as boxes.
    """
    answer = answer_of(output, picture, labels, task)
    preferred = [parts_of(output)[key] for key in PREFERRED_KEYS if key in parts_of(output)]
    for part in (*preferred, output):
        if answer.kind == "classes":
            vectors = [found for tensor in tensors_of(part) if (found := vector_of(tensor)) is not None]
            vectors.sort(key=lambda vector: (vector.numel() == 1, vector.ndim == 1))
            found = vectors[0] if vectors else None
        elif answer.kind == "segments" and picture is not None:
            found = score_maps(part, picture, labels, task)
        else:
            break
        if found is None:
            continue
        place = next((place for place, tensor in enumerate(tensors_of(output)) if tensor is found), None)
        if place is None or not found.is_floating_point():
            break
        count = max(2, found.numel() if answer.kind == "classes" else found.shape[1])
        names = class_names(labels, count)
        if answer.scores:
            shown = [s.index for s in answer.scores if names.get(s.index, "").strip().casefold() not in BACKGROUNDS]
            best = shown[0] if shown and answer.kind == "segments" else answer.scores[0].index
            return Scoring(answer.kind, place, count, best, names)
        raise UserError(f"The scores of {network} are not finite numbers, so no class's score can be traced back.")
    what = {
        "boxes": "boxes, not scores of classes",
        "segments": "class numbers, not scores of classes, and numbers of classes have no gradient",
    }.get(answer.kind, "no scores of classes")
    raise UserError(f"{network} puts out {what}: there is no class whose score could be traced back to the picture.")
