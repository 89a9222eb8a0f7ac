"""Measures every run of a study over its own held-out pictures, and keeps what was found in the run's folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch

from vrcnn.errors import UserError
from vrcnn.export.susceptibility_file import CHANNELS, VERSION, read_susceptibility, write_susceptibility
from vrcnn.network.example import example_of
from vrcnn.study.lessons import lesson_of
from vrcnn.study.material import material_of_run
from vrcnn.study.measuring import Progress, Wishes, silenced, subject_for, with_controls
from vrcnn.study.modes import MODES
from vrcnn.study.run_files import MEASURED, last_checkpoint
from vrcnn.study.runs import Run
from vrcnn.study.training import Material, trained_network
from vrcnn.susceptibility.results import Ablation, Susceptibility
from vrcnn.susceptibility.subject import Subject
from vrcnn.susceptibility.twin import kept_weights, twin_name


@dataclass
class RunMeasuring:
    """Measures runs one after the other; the untrained twin of runs that share network and pictures only once."""

    wishes: Wishes
    device: str = "cpu"
    twins: dict[tuple[object, ...], Susceptibility | None] = field(default_factory=dict)

    def kept(self, run: Run) -> Susceptibility | None:
        """What the run's folder has, if it is of the same weights and wishes."""
        path = run.folder / MEASURED
        if not path.is_file():
            return None
        try:
            found = read_susceptibility(path, channels=False)
        except UserError:  # of an older version, or damaged: it is measured anew
            return None
        if found.layers and not path.with_suffix(CHANNELS).is_file():
            return None
        return found if found.settings.get("key") == self._key(run) else None

    def measure(self, run: Run, progress: Progress = lambda share, words: None) -> Susceptibility:
        """Measures a run and writes it into its folder. `progress` may raise whatever is to end it, and nothing is
        written then. Raises UserError where its data or weights are not there, or nothing can be written."""
        settings = run.settings
        material = material_of_run(run)
        subject = _subject_of(run, material, self.device)
        chance = np.random.default_rng(self.wishes.seed)
        chosen = np.sort(chance.permutation(len(material.test))[: self.wishes.pictures])
        pictures, labels = material.test[chosen].to(self.device), material.test_labels[chosen].cpu().numpy()
        like: tuple[object, ...] = (settings.network, settings.data, settings.side, settings.train, settings.test)
        like += (settings.seed, settings.name if kept_weights(subject.module) else "")
        known = self.twins.get(like)
        known = None if known is None else replace(known, network=twin_name(settings.name))
        found = with_controls(subject, pictures, self.wishes, progress, lambda classes: labels, known)
        self.twins[like] = found.untrained
        notes = list(found.notes)
        if known is not None:
            notes += [each for each in known.notes if each not in notes]
        if len(chosen) < self.wishes.pictures:
            notes.append(f"{self.wishes.pictures:,} pictures were asked for and {len(chosen):,} were held out.")
        accuracy = {"train": run.train, "clean": run.clean, "test": run.test, **found.accuracy}
        found = replace(
            found,
            accuracy={name: share for name, share in accuracy.items() if share is not None},
            ablations=(
                *(replace(each, pictures="held out") for each in found.ablations),
                *self._taught(run, subject, material, found, progress),
            ),
            settings={**found.settings, "run": settings.name, "mode": settings.mode, "key": self._key(run)},
            notes=tuple(notes),
        )
        write_susceptibility(run.folder / MEASURED, found)
        return found

    def _taught(
        self, run: Run, subject: Subject, material: Material, found: Susceptibility, progress: Progress
    ) -> list[Ablation]:
        """Without half of a layer's channels: what becomes of the answers that the run was taught rightly, and of those
        that it can only know by heart."""
        mode = MODES[run.settings.mode]
        if not mode.trained or not found.classes:
            return []
        lesson = lesson_of(
            mode, material.train.cpu(), material.train_labels.cpu(), len(material.classes), run.settings.seed
        )
        right = (lesson.labels == lesson.true).numpy()
        made: list[Ablation] = []
        wishes = replace(self.wishes, full=False)  # the first stage only
        for about, which in (("taught right", right), ("memorized", ~right)):
            chosen = np.random.default_rng(wishes.seed).permutation(np.flatnonzero(which))[: wishes.pictures]
            if len(chosen) > 1:
                chosen = np.sort(chosen)
                taught = lesson.labels[chosen].numpy()
                made += silenced(
                    subject, lesson.pictures[chosen].to(self.device), found, wishes, about, taught, progress
                )
        return made

    def _key(self, run: Run) -> str:
        """Of the weights, and of all that decides what is measured."""
        weights = hashlib.sha256(last_checkpoint(run.folder).read_bytes()).hexdigest()
        told = {"version": VERSION, "weights": weights, **asdict(self.wishes), "train": run.train, "test": run.test}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _subject_of(run: Run, material: Material, device: str) -> Subject:
    module = trained_network(run, len(material.classes)).to(device)
    example = example_of((material.test[:1],), {}, torch.device(device))
    return subject_for(run.settings.name, module, example, material.classes)


@contextmanager
def _told_to(failed: Callable[[UserError], None] | None) -> Iterator[None]:
    try:
        yield
    except UserError as error:
        if failed is None:
            raise
        failed(error)


def measure_runs(
    runs: list[Run],
    wishes: Wishes,
    progress: Callable[[int, int, float, str], None] = lambda number, total, share, words: None,
    ended: Callable[[Run, Susceptibility, bool], None] = lambda run, found, measured: None,
    device: str = "cpu",
    failed: Callable[[UserError], None] | None = None,
    again: bool = False,
) -> list[tuple[Run, Susceptibility]]:
    """All that have ended, in their order, with `again` whatever was found before. `progress` is told the number
    of the run among the `total` that have to be measured, how much of it is done and of what, `ended` of each run
    whether it was measured now, and `failed` why one cannot be; without it UserError ends the rest, too."""
    measuring, found = RunMeasuring(wishes, device), []
    kept: dict[Path, Susceptibility | None] = {}
    for run in runs:
        with _told_to(failed):
            kept[run.folder] = None if again else measuring.kept(run)
    total, number = sum(each is None for each in kept.values()), 0
    for run in (each for each in runs if each.folder in kept):
        there = kept[run.folder]
        made: Susceptibility | None = None
        if there is None:
            place = number

            def told(share: float, words: str, place: int = place) -> None:
                progress(place, total, share, words)

            number += 1
            with _told_to(failed):
                made = measuring.measure(run, told)
            if made is None:
                continue
        else:
            made = there
        found.append((run, made))
        ended(run, made, there is None)
    return found
