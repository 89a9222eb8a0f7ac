"""The battery of measures: a network's pictures go through it as they are and behind every sieve, batch by batch."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.network.recorder import Diverged
from vrcnn.susceptibility.formulas import (
    DEAD,
    DRAWS,
    ChannelRows,
    Draws,
    ScoreChange,
    centred,
    channel_squares,
    channel_susceptibility,
    layer_susceptibility,
    participation_ratio,
    score_susceptibility,
    spread_of,
)
from vrcnn.susceptibility.results import CURVE, HEADLINE, LayerMeasures, Measured, Susceptibility
from vrcnn.susceptibility.sieve import DIRECTIONS, Sieve, parsed
from vrcnn.susceptibility.subject import Subject
from vrcnn.susceptibility.transforms import sifted

NOISE = (0.06, 0.12, 0.25, 0.45)  # cycles per pixel
FULL = tuple(
    dict.fromkeys(
        (
            HEADLINE[0],
            *(f"low-pass:{cut:g}" for cut in CURVE),
            *HEADLINE[1:],
            "windows:4",
            "patches:8",
            *(f"noise:{middle:g}" for middle in NOISE),
        )
    )
)
TOLERANCE = 1e-3  # of the largest score, by which one of a batch may differ from that of a single pass


@dataclass(frozen=True)
class Plan:
    """What is measured, and how.

    Attributes:
        sieves: their texts; a shift without a direction is measured in all of them.
        layers: whether every layer is measured, too, and its channels.
        seed: of the bootstrap; `draws` how many.
        together: pictures of a batch; None for as many as memory is meant for.
    """

    sieves: tuple[str, ...] = HEADLINE
    layers: bool = False
    seed: int = 0
    draws: int = DRAWS
    together: int | None = None


def forms_of(text: str, space: int) -> list[Sieve]:
    """The sieves that a measure is the mean of, for pictures with so many axes of space. Raises UserError."""
    try:
        sieve = parsed(text)
    except ValueError as error:
        raise UserError(f"{error}.") from None
    if sieve.kind != "shift" or text.count(":") > 1:
        return [sieve]
    return [replace(sieve, direction=each) for each in (DIRECTIONS if space > 1 else DIRECTIONS[:2])]


@dataclass
class _Taken:
    """What is kept of the pictures of some batches: a row each."""

    scores: list[np.ndarray] = field(default_factory=list)
    changes: dict[str, list[ScoreChange]] = field(default_factory=dict)
    rows: dict[int, list[ChannelRows]] = field(default_factory=dict)  # by the layer's place
    squares: dict[tuple[int, str], list[np.ndarray]] = field(default_factory=dict)

    def add(self, other: _Taken) -> None:
        """The rows of another batch, behind these."""
        self.scores += other.scores
        for text, change in other.changes.items():
            self.changes.setdefault(text, []).extend(change)
        for place, rows in other.rows.items():
            self.rows.setdefault(place, []).extend(rows)
        for key, squares in other.squares.items():
            self.squares.setdefault(key, []).extend(squares)


class Battery:
    """All measures of one network over `pictures` (N, C, *space) as the network reads them, a batch at a time.

    The values do not depend on how the pictures are batched or in which order they come, up to what the network itself
    makes of that (the last digits of single precision); the intervals' draws belong to pictures, not to places. Of
    each picture nothing stays but a row of sums.

    Attributes:
        result: once all steps are done.
        answers: (N,) the best class of each picture by then, -1 of those that were left out and where there are none.
        used: the places of the pictures that were not left out, by then, in their order.
    """

    def __init__(self, subject: Subject, pictures: Tensor, plan: Plan = Plan()) -> None:
        """Raises UserError where there is no picture, or a sieve that there is not."""
        if not len(pictures):
            raise UserError(f"There is no picture to measure {subject.name} with.")
        self._subject, self._pictures, self._plan = subject, pictures, plan
        self._notes: list[str] = []
        self._forms = self._checked_forms()
        self._layers = plan.layers and subject.full is not None
        self._kept: list[int] = []
        self._taken = _Taken()
        self._left: Counter[str] = Counter()
        self.answers = np.full(len(pictures), -1, np.int64)
        self.used = np.zeros(0, np.int64)
        self.result: Susceptibility | None = None

    @property
    def passes(self) -> int:
        """Forward passes of each picture."""
        return 1 + sum(map(len, self._forms.values()))

    def steps(self) -> Iterator[tuple[int, int]]:
        """Measures; yields (done, total) pictures after each batch. Raises UserError where no picture can be used."""
        together = self._plan.together or self._subject.together(tuple(self._pictures.shape[1:]))
        if together > 1 and not self._takes_batches():
            together = 1
        total, place = len(self._pictures), 0
        while place < total:
            numbers = list(range(place, min(total, place + together)))
            try:
                self._take(numbers)
            except Diverged:
                self._without_layers()
                place = 0
                continue
            place += len(numbers)
            yield place, total
        self.result = self._concluded(together)

    def measured(self) -> Susceptibility:
        """All of it at once."""
        for _ in self.steps():
            pass
        assert self.result is not None
        return self.result

    def _checked_forms(self) -> dict[str, list[Sieve]]:
        """By the sieves' texts; those that these pictures are too small for are left out, and noted."""
        found = {}
        for text in self._plan.sieves:
            forms = forms_of(text, self._pictures.ndim - 2)
            try:
                for sieve in forms:
                    sifted(self._pictures[:1], sieve)
            except UserError as error:
                self._notes.append(f"{text} was left out: {error}")
                continue
            found[text] = forms
        return found

    def _without_layers(self) -> None:
        self._layers = False
        self._notes.append(
            f"{self._subject.name} takes another way through its layers for other pictures, so these were not measured."
        )
        self._kept, self._taken = [], _Taken()
        self._left.clear()

    def _takes_batches(self) -> bool:
        """Whether two pictures together give what each of them gives alone; found by trying."""
        if len(self._pictures) < 2:
            return False
        subject, some = self._subject, self._pictures[:2]
        try:
            if subject.scores is None:
                subject.run(some, None if subject.full is None else lambda place, maps: None)
                return True
            both, alone = subject.scores_of(some)[1:], subject.scores_of(some[1:])
        except Exception:  # a network may be made for one picture at a time
            return False
        if both.shape != alone.shape:
            return False
        same = (both.isfinite() == alone.isfinite()).all()
        differ = (both - alone).nan_to_num(0.0, 0.0, 0.0).abs().amax()
        return bool(same and differ <= TOLERANCE * alone.nan_to_num(0.0, 0.0, 0.0).abs().amax().clamp_min(1e-12))

    def _take(self, numbers: Sequence[int]) -> None:
        """All passes of these pictures; where one fails, each for itself, and those that fail are left out."""
        taken = _Taken()
        try:
            self._measure(self._pictures[numbers[0] : numbers[-1] + 1], taken)
        except (Diverged, MemoryError, torch.cuda.OutOfMemoryError):
            raise
        except Exception as error:  # whatever a user's network raises
            if len(numbers) > 1:
                for number in numbers:
                    self._take([number])
                return
            said = getattr(error, "headline", None) or str(error).strip().split("\n")[0] or type(error).__name__
            self._left[str(said).rstrip(".")] += 1
            return
        self._kept += numbers
        self._taken.add(taken)

    def _measure(self, pictures: Tensor, taken: _Taken) -> None:
        subject = self._subject
        before: dict[int, Tensor] = {}

        def keep(place: int, maps: Tensor) -> None:
            before[place] = maps.clone()
            taken.rows[place] = [ChannelRows.of(maps)]

        output = subject.run(pictures, keep if self._layers else None)
        scores = None if subject.scores is None else centred(subject.scores(output))
        if scores is not None:
            taken.scores.append(scores)
        for text, forms in self._forms.items():
            behind: list[np.ndarray] = []
            squares: dict[int, list[np.ndarray]] = {}

            def compare(place: int, maps: Tensor, into: dict[int, list[np.ndarray]] = squares) -> None:
                into.setdefault(place, []).append(channel_squares(before[place], maps))

            for sieve in forms:
                output = subject.run(sifted(pictures, sieve), compare if self._layers else None)
                if subject.scores is not None:
                    behind.append(centred(subject.scores(output)))
            if scores is not None:
                taken.changes[text] = [ScoreChange.between(scores, behind)]
            for place, found in squares.items():
                taken.squares[place, text] = [np.mean(found, 0).astype(np.float32)]

    def _concluded(self, together: int) -> Susceptibility:
        for reason, count in self._left.items():
            self._notes.append(f"{told(count, 'picture')} left out: {reason}.")
        if not self._kept:
            reason = next(iter(self._left), "none goes through the network")
            raise UserError(f"No picture can be used to measure {self._subject.name}: {reason}.")
        order = self._order()
        scores = np.concatenate(self._taken.scores)[order] if self._taken.scores else None
        if scores is not None:
            scores, order = self._finite(scores, order)
            self.answers[np.array(self._kept)[order]] = scores.argmax(1)
        self.used = np.sort(np.array(self._kept)[order])
        draws = Draws.of(len(order), self._plan.seed, self._plan.draws)
        measures: dict[str, Measured] = {}
        if scores is not None:
            for text, parts in self._taken.changes.items():
                change = ScoreChange(
                    np.concatenate([each.squared for each in parts])[order],
                    np.concatenate([each.flipped for each in parts])[order],
                )
                measures[text] = score_susceptibility(scores, change, draws)
            if len(order) == 1:
                self._notes.append("There is nothing to compare a single picture's scores with: give two or more.")
            elif spread_of(scores) == 0:
                self._notes.append("All pictures have the same scores, so that nothing can be compared with them.")
        elif self._subject.scores is None:
            per = "so only its layers are measured" if self._layers else "and its layers were not asked for"
            self._notes.append(f"{self._subject.name} puts out no scores of classes, {per}.")
        return Susceptibility(
            network=self._subject.name,
            pictures=len(order),
            classes=0 if scores is None else scores.shape[1],
            measures=measures,
            layers=self._layer_measures(order, draws) if self._layers else (),
            settings={
                "sieves": list(self._forms),
                "descriptive": [text for text in self._forms if text.startswith("noise")],
                "seed": self._plan.seed,
                "draws": self._plan.draws,
                "batch": together,
                "picture": list(self._pictures.shape[1:]),
            },
            notes=tuple(self._notes),
        )

    def _order(self) -> np.ndarray:
        """Of the pictures that were taken, by what is in them, so that their order in the set does not matter."""
        digests = [
            hashlib.sha256(self._pictures[number].detach().cpu().float().numpy().tobytes()).digest()
            for number in self._kept
        ]
        return np.array(sorted(range(len(digests)), key=digests.__getitem__), np.int64)

    def _finite(self, scores: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Without the pictures whose scores are not all numbers, before or behind a sieve."""
        fine = np.isfinite(scores).all(1)
        for parts in self._taken.changes.values():
            fine &= np.isfinite(np.concatenate([each.squared for each in parts])[order])
        if not fine.any():
            raise UserError(
                f"The scores of {self._subject.name} are not finite numbers (NaN or infinite) for any of the "
                f"{len(order)} pictures: look for the first layer where that begins (`vrcnn inspect`)."
            )
        if not fine.all():
            self._notes.append(
                f"{told(int((~fine).sum()), 'picture')} left out: the scores are not finite numbers (NaN or infinite)."
            )
        return scores[fine], order[fine]

    def _layer_measures(self, order: np.ndarray, draws: Draws) -> tuple[LayerMeasures, ...]:
        found = []
        for place, node in enumerate(self._subject.layers):
            parts = self._taken.rows.get(place)
            if not parts:
                continue
            rows = ChannelRows(
                np.concatenate([each.mean for each in parts])[order],
                np.concatenate([each.within for each in parts])[order],
            )
            squares = {
                text: np.concatenate(self._taken.squares[place, text])[order].astype(np.float64) for text in self._forms
            }
            finite = np.isfinite(rows.mean).all(0)
            variances = rows.drawn_variances(draws)
            found.append(
                LayerMeasures(
                    name=node.title,
                    channels=rows.mean.shape[1],
                    dead=int(np.count_nonzero(~(rows.variance >= DEAD))),
                    measures={
                        text: layer_susceptibility(rows, each, draws, variances) for text, each in squares.items()
                    },
                    participation=participation_ratio(rows.mean[:, finite], draws) if finite.any() else None,
                    each={text: channel_susceptibility(rows, each) for text, each in squares.items()},
                )
            )
        return tuple(found)


def told(count: int, word: str) -> str:
    """ "1 picture was", "3 pictures were"."""
    return f"1 {word} was" if count == 1 else f"{count:,} {word}s were"
