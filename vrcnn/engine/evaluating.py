"""Runs a whole set of pictures through a network, in batches where that gives what single passes give."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from vrcnn.engine.answers import answer_of
from vrcnn.engine.class_scores import class_names, class_probabilities, part_of_batch
from vrcnn.engine.failures import told
from vrcnn.engine.results import TOP, Judged, Results
from vrcnn.errors import UserError
from vrcnn.network.example import Arguments, ExampleInput
from vrcnn.network.guard import unchanged
from vrcnn.network.pictures import PictureError, PictureFile
from vrcnn.network.source import NetworkSource
from vrcnn.network.true_labels import Label, TrueLabels, label_of

MOST_TOGETHER = 32  # pictures of a batch
TOLERANCE = 1e-4  # of a probability, by which one of a batch may differ from that of a single pass
COMPARED = 3  # batches that are compared with single passes before the others are trusted
PATIENCE = 16  # pictures that fail one after the other from the first on, before the rest is given up
KINDS = {
    "segments": "a class for every pixel",
    "boxes": "boxes",
    "none": "something else than class scores",
}

Opened = list[tuple[int, Label | None, Arguments]]  # places in the set, what they show, a pass
Found = list[tuple[int, Label | None, Tensor]]  # with the probabilities
Failed = list[tuple[int, str]]  # by their places, and why


class Evaluation:
    """The evaluation of one network over a set of pictures, a batch at a time.

    `together` is how long a batch may take in s, so that something more urgent can come between two. Raises UserError
    where the network gives no class scores, and where no picture can be judged.

    Attributes:
        labels: what the pictures show.
        results: what was found so far; None before the first picture.
    """

    def __init__(
        self,
        source: NetworkSource,
        pictures: Sequence[PictureFile] | None = None,
        together: float = 0.25,
    ) -> None:
        self._source = source
        self._pictures = (source.picture_set or source.pictures) if pictures is None else pictures
        self.labels = source.true_labels if pictures is None else TrueLabels(pictures, source.labels)
        self._together = together
        self._batch = 1  # pictures in the next one
        self._trusted: bool | None = None  # whether batches give what single passes give; None: not known as yet
        self._compared = 0  # batches that did
        self._failed: Failed = []
        self._classes = 0
        self.results: Results | None = None

    @property
    def total(self) -> int:
        return len(self._pictures)

    def steps(self) -> Iterator[tuple[int, int]]:
        """Judges all pictures; yields (done, total) after each batch, which is in the results by then."""
        if not self.total:
            raise UserError(f"{self._source.name} reads no pictures, so there is nothing to evaluate.")
        place = 0
        while place < self.total:
            opened: Opened = []
            failed: Failed = []
            end = min(self.total, place + self._batch)
            for each in range(place, end):
                self._open(each, opened, failed)
            judged = self._judge(opened, failed)
            place = end
            if judged is not None:
                assert self.results is not None
                self.results = self.results.with_judged(judged)
            elif len(self._failed) >= min(PATIENCE, self.total):
                number, reason = self._failed[0]
                raise UserError(f"No picture can be judged: {self._pictures[number].name} {reason}.")
            yield place, self.total
        assert self.results is not None
        self.results = replace(self.results, complete=True)

    def _open(self, place: int, opened: Opened, failed: Failed) -> None:
        picture = self._pictures[place]
        try:
            inputs = self._source.inputs_of(picture.open())
            opened.append((place, label_of(picture), inputs))
        except PictureError as error:
            failed.append((place, str(error)))
        except MemoryError:
            failed.append((place, "needs more memory than there is"))
        except Exception as error:  # whatever the user's preprocessing raises
            failed.append((place, f"cannot be prepared: {_words(error)}"))

    def _judge(self, opened: Opened, failed: Failed) -> Judged | None:
        """None as long as no picture was judged at all."""
        began = time.perf_counter()
        found: Found = []
        for (place, label, _), said in zip(opened, self._probabilities([each[2] for each in opened]), strict=True):
            if isinstance(said, str):
                failed.append((place, said))
            elif not bool(said.isfinite().all()):
                failed.append((place, "makes the network's output not a number (NaN) or infinite"))
            else:
                found.append((place, label, said))
        self._pace(len(opened), time.perf_counter() - began)
        self._failed += failed
        if not found and self.results is None:
            return None
        if self.results is None:
            self._begin(found[0][2].numel())
            failed = self._failed  # those of before, too
        return self._judged(found, failed)

    def _judged(self, found: Found, failed: Failed) -> Judged:
        most = min(TOP, self._classes)
        true = [self.labels.meant(label, self._classes) for _, label, _ in found]
        best = [said.topk(most) for _, _, said in found]
        return Judged(
            np.array([place for place, _, _ in found], np.int64),
            np.array([-1 if index is None else index for index in true], np.int32),
            np.array([each.indices.tolist() for each in best], np.int32).reshape(-1, most),
            np.array([each.values.tolist() for each in best], np.float64).reshape(-1, most),
            tuple(failed),
        )

    def _begin(self, classes: int) -> None:
        self._classes = classes
        matched = self.labels.matched(classes)
        named = {**matched.names, **class_names(self._source.labels, classes)}
        names = [named.get(index, f"class {index}") for index in range(classes)]
        self.results = Results.begun(names, matched.how, bool(matched.indices), self.total)

    def _pace(self, count: int, seconds: float) -> None:
        """Batches as large as their time allows."""
        if not count or self._trusted is False:
            self._batch = 1 if self._trusted is False else self._batch
            return
        longest = max(1.0, self._together * count / max(seconds, 1e-6))
        self._batch = int(min(MOST_TOGETHER, longest, 2 * self._batch))

    def _probabilities(self, inputs: list[Arguments]) -> list[Tensor | str]:
        """(K,) of each, or why there are none."""
        if len(inputs) > 1 and self._trusted is not False:
            batched = self._batched(inputs)
            if batched is not None and self._trusted is None:
                single = [self._single(each) for each in inputs]
                agree = all(_alike(one, other) for one, other in zip(single, batched, strict=True))
                self._compared += agree
                self._trusted = False if not agree else True if self._compared == COMPARED else None
                return single
            if batched is not None:
                return list(batched)
        return [self._single(each) for each in inputs]

    def _single(self, inputs: Arguments) -> Tensor | str:
        arguments, keywords = inputs
        try:
            with unchanged(self._source.module), torch.no_grad():
                output = self._source.module(*arguments, **keywords)
        except Exception as error:  # whatever a user's network raises
            return f"makes the network fail: {_words(error)}"
        said = class_probabilities(output, self._source.labels, self._source.task)
        if self._classes == 0:
            picture = self._source.picture_tensor(arguments, keywords)
            kind = answer_of(output, picture, self._source.labels, self._source.task).kind
            if kind != "classes" or said is None:
                found = KINDS.get(kind, KINDS["none"])
                raise UserError(f"{self._source.name} answers with {found}: an evaluation needs class scores.")
        if said is None or (self._classes and said.numel() != self._classes):
            return "makes the network answer with other classes than before"
        return said

    def _batched(self, inputs: list[Arguments]) -> list[Tensor] | None:
        """What one pass says of all of them; None where they do not fit together, or the network takes no batches."""
        source = self._source
        tensors = [source.picture_tensor(*each) for each in inputs]
        if any(tensor is None or tensor.shape != tensors[0].shape for tensor in tensors):  # type: ignore[union-attr]
            return None
        try:
            first = ExampleInput(*inputs[0], source.slot)
            batch = first.with_tensor(torch.cat([tensor for tensor in tensors if tensor is not None]))
            with unchanged(source.module), torch.no_grad():
                output = source.module(*batch.arguments, **batch.keywords)
            parts = [part_of_batch(output, place, len(inputs)) for place in range(len(inputs))]
        except Exception:  # a network may be made for one picture at a time, and memory for more may be short
            self._trusted = False
            return None
        said = [class_probabilities(part, source.labels, source.task) for part in parts]
        found = [each for each in said if each is not None and each.numel() == self._classes]
        if len(found) < len(inputs):
            self._trusted = False
            return None
        return found


def _alike(single: Tensor | str, batched: Tensor) -> bool:
    return (
        not isinstance(single, str)
        and single.shape == batched.shape
        and bool((single - batched).abs().max() < TOLERANCE)
    )


def _words(error: Exception) -> str:
    """Without a full stop, as a part of a sentence."""
    return (str(error) if isinstance(error, UserError) else told(error)).rstrip(".")
