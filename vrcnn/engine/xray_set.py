"""The first pictures of the set as a sieve's curve and its flipped answers need them: tensors, scores, and the twin."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from vrcnn.engine.class_scores import class_names
from vrcnn.engine.weights import written
from vrcnn.engine.xray_subject import classifier_of
from vrcnn.errors import UserError
from vrcnn.network.pictures import PictureError, PictureFile
from vrcnn.network.recorder import Cancelled
from vrcnn.network.source import NetworkSource
from vrcnn.susceptibility.formulas import centred
from vrcnn.susceptibility.subject import Subject
from vrcnn.susceptibility.twin import Twin, untrained_twin

TOGETHER = 0.15  # s of this thread's own time that a batch may take, for which a picture on the easel waits
MOST_TOGETHER = 32
KEPT = 256 << 20  # bytes of pictures; those beyond are opened anew for every sieve
TOLERANCE = 1e-4  # of the largest score, by which one of a batch may differ from that of a single pass

Sift = Callable[[Tensor], Tensor]


@dataclass
class Scored:
    """Centred scores (n, K) float64 of some pictures, and their places among those of the set."""

    places: list[int] = field(default_factory=list)
    scores: list[np.ndarray] = field(default_factory=list)

    @property
    def table(self) -> np.ndarray:
        return np.concatenate(self.scores)


class SieveSet:
    """The first `count` pictures of the set of a network, with its present weights.

    Attributes:
        source, classifier, subject: the network.
        skipped: the places of those that could not be opened or prepared.
        base: the scores without a sieve, of the network and, under "twin", of its untrained twin.
    """

    def __init__(self, source: NetworkSource, count: int) -> None:
        """Raises UserError where the network has no class scores, and where there are no pictures."""
        self.source, self.classifier = source, classifier_of(source)
        self.subject = self.classifier.subject
        files: Sequence[PictureFile] = source.picture_set or source.pictures
        self._files = [files[place] for place in range(min(count, len(files)))]
        if not self._files:
            raise UserError(f"{source.name} reads no pictures of a set, so there is nothing to go through.")
        self.key = count, written(source.module)
        self.skipped: set[int] = set()
        self.base: dict[str, Scored] = {}
        self._open: dict[int, Tensor] = {}
        self._room = KEPT
        self._batch, self._batches, self._compared = 1, True, False
        self._twin: Twin | None = None

    def pause(self, done: int, total: int) -> Iterator[tuple[int, int]]:
        """Yields how far an inquiry is. Raises Cancelled, so that it begins anew, where the network has other weights
        after that: what is known by then is of the former ones."""
        yield min(done, total), total
        if written(self.source.module) != self.key[1]:
            raise Cancelled

    def class_names(self, count: int) -> list[str]:
        """Of `count` classes."""
        names = class_names(self.source.labels, count)
        return [names.get(index, f"class {index}") for index in range(count)]

    @property
    def total(self) -> int:
        return len(self._files)

    def name(self, place: int) -> str:
        return self._files[place].name

    @property
    def twin(self) -> Twin:
        """The untrained twin, made when it is needed first, with the pictures that the network answers to: their scores
        without a sieve have to be known. It has the memory of another network."""
        if self._twin is None:
            usable = [tensor for place in self.base[""].places if (tensor := self.picture(place)) is not None]
            if len({tensor.shape for tensor in usable}) != 1:
                self._twin = Twin(None, ("There is no untrained twin: the pictures are of several sizes.",))
            else:
                self._twin = untrained_twin(self.subject, torch.stack(usable))
        return self._twin

    def picture(self, place: int) -> Tensor | None:
        """(C, ...): what the network reads of it; None where it cannot be used."""
        if place in self.skipped:
            return None
        if place in self._open:
            return self._open[place]
        try:
            tensor = self.source.picture_tensor(*self.source.inputs_of(self._files[place].open()))
        except (PictureError, MemoryError):
            tensor = None
        except Exception:  # whatever the user's preprocessing raises
            tensor = None
        if tensor is None:
            self.skipped.add(place)
            return None
        if tensor.nbytes <= self._room:
            self._room -= tensor.nbytes
            self._open[place] = tensor[0].cpu()
        return tensor[0].cpu()

    def first_usable(self) -> Tensor:
        """(1, C, ...). Raises UserError where there is none."""
        for place in range(self.total):
            tensor = self.picture(place)
            if tensor is not None:
                return tensor[None]
        raise UserError(
            f"None of the {self.total} pictures can be opened: see those that are crossed out on the shelf."
        )

    def scored(self, subject: Subject, sift: Sift | None, wanted: Sequence[int] | None = None) -> Iterator[Scored]:
        """The centred scores of all pictures, or of the `wanted` places, behind `sift`; yields them batch by batch.

        What a network fails on, what is too small for the sieve, and scores that are not finite, are skipped.
        """
        places = list(range(self.total) if wanted is None else wanted)
        while places:
            batch: list[tuple[int, Tensor]] = []
            while places and len(batch) < (self._batch if self._batches else 1):
                tensor = self.picture(places[0])
                if tensor is not None and batch and tensor.shape != batch[0][1].shape:
                    break
                place = places.pop(0)
                if tensor is not None:
                    batch.append((place, tensor))
            began = time.thread_time()  # as batches of one, where drawing takes the processor, would only take longer
            scored = self._scores(subject, sift, batch)
            seconds = max(time.thread_time() - began, 1e-6)
            yield scored
            if batch:
                self._batch = int(min(MOST_TOGETHER, max(1.0, TOGETHER * len(batch) / seconds), 2 * self._batch))

    def without_sieve(self, which: str) -> Iterator[Scored]:
        """The same without a sieve, once: `base` has them at the end. `which` is "" for the network, or "twin"."""
        if which in self.base:
            return
        whole = Scored()
        for part in self.scored(self.subject_of(which), None):
            whole.places += part.places
            whole.scores += part.scores
            yield part
        if not whole.places:
            raise UserError(
                f"None of the {self.total} pictures can be used: {self.source.name} answers to none of them."
            )
        self.base[which] = whole

    def subject_of(self, which: str) -> Subject:
        if not which:
            return self.subject
        assert self.twin.subject is not None
        return self.twin.subject

    def _scores(self, subject: Subject, sift: Sift | None, batch: list[tuple[int, Tensor]]) -> Scored:
        if not batch:
            return Scored()
        places, pictures = [place for place, _ in batch], torch.stack([tensor for _, tensor in batch])
        try:
            pictures = pictures if sift is None else sift(pictures)
        except UserError:  # too small for it, as the first ones are not
            return Scored()
        if len(places) > 1:
            together = self._together(subject, pictures)
            if together is not None:
                return self._finite(places, list(together))
            self._batches = False
        rows = [self._alone(subject, picture[None]) for picture in pictures]
        return self._finite(places, rows)

    def _together(self, subject: Subject, pictures: Tensor) -> np.ndarray | None:
        """None where the network takes no batches, or answers otherwise in them; the first batch is compared."""
        try:
            scores = centred(subject.scores_of(pictures))
        except Exception:  # a network may be made for one picture at a time
            return None
        if scores.shape[0] != len(pictures):
            return None
        if self._compared:
            return scores
        alone = [self._alone(subject, picture[None]) for picture in pictures[:2]]
        for one, other in zip(alone, scores, strict=False):
            if one is None or one.shape != other.shape or np.abs(one - other).max() > TOLERANCE * np.abs(one).max():
                return None
        self._compared = True
        return scores

    @staticmethod
    def _alone(subject: Subject, picture: Tensor) -> np.ndarray | None:
        try:
            return centred(subject.scores_of(picture))[0]
        except Exception:  # whatever a user's network raises
            return None

    def _finite(self, places: Sequence[int], rows: Sequence[np.ndarray | None]) -> Scored:
        found = Scored()
        for place, row in zip(places, rows, strict=True):
            if row is None or not np.isfinite(row).all():
                continue
            found.places.append(place)
            found.scores.append(row[None])
        return found
