"""Measures the susceptibility of any classifier over its own pictures, with the controls that stand beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from vrcnn.engine.scoring import scoring_of
from vrcnn.errors import UserError
from vrcnn.network.detail import reduce
from vrcnn.network.example import ExampleInput
from vrcnn.network.guard import unchanged
from vrcnn.network.pictures import PictureError, PictureFile
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace
from vrcnn.network.true_labels import Label, label_of
from vrcnn.susceptibility.ablation import ablated
from vrcnn.susceptibility.battery import FULL, Battery, Plan, told
from vrcnn.susceptibility.results import CURVE, HEADLINE, Ablation, Susceptibility
from vrcnn.susceptibility.stages import second_last, stage_ends
from vrcnn.susceptibility.subject import Subject
from vrcnn.susceptibility.twin import untrained_twin

PICTURES = 256
USUAL = tuple(dict.fromkeys((HEADLINE[0], *(f"low-pass:{cut:g}" for cut in CURVE), *HEADLINE[1:], "windows:4")))
BY = "low-pass:0.18"  # by whose change channels are chosen that are silenced

Progress = Callable[[float, str], None]  # how much is done, 0 to 1, and of what
Labels = Callable[[int], np.ndarray | None]  # (N,) of the pictures, in so many classes; None where none is known


@dataclass(frozen=True)
class Wishes:
    """What `vrcnn study measure` is to measure.

    Attributes:
        pictures: at most; chosen by `seed` where there are more.
        seed: also of the bootstrap, the twin's weights and the random halves.
        layers: every layer that has a wall, instead of the last one of each map size.
        full: also patches and noise bands, every layer, and every stage silenced.
        twin: whether the untrained twin is measured, too.
    """

    pictures: int = PICTURES
    seed: int = 0
    layers: bool = False
    full: bool = False
    twin: bool = True

    @property
    def plan(self) -> Plan:
        return Plan(FULL if self.full else USUAL, True, self.seed)


@dataclass(frozen=True)
class Chosen:
    """Pictures (N, C, ...) as the network reads them, what they show, and sentences on what was left out."""

    pictures: Tensor
    labels: tuple[Label | None, ...] = ()
    notes: tuple[str, ...] = ()


def measured(
    source: NetworkSource,
    wishes: Wishes = Wishes(),
    progress: Progress = lambda share, words: None,
) -> Susceptibility:
    """The susceptibility of a network over its pictures; no labels needed, though they are used where they are known.

    Raises UserError for a recording, a network that reads no pictures, and where no picture can be used.
    """
    source.require_network()
    chosen = chosen_pictures(source, wishes)
    subject = subject_of(source, wishes.layers or wishes.full)

    def labels(classes: int) -> np.ndarray | None:
        if not source.true_labels.known:
            return None
        meant = [None if each is None else source.true_labels.meant(each, classes) for each in chosen.labels]
        return np.array([-1 if each is None else each for each in meant], np.int64)

    found = with_controls(subject, chosen.pictures, wishes, progress, labels)
    return replace(found, notes=(*chosen.notes, *found.notes))


def with_controls(
    subject: Subject,
    pictures: Tensor,
    wishes: Wishes,
    progress: Progress = lambda share, words: None,
    labels: Labels = lambda classes: None,
    untrained: Susceptibility | None = None,
) -> Susceptibility:
    """The measures and what stands beside them: the untrained twin (`untrained` where it is known already), the share
    of right answers where `labels` gives the classes (N,) of the pictures, -1 of those that nobody knows, and what
    becomes of answers without half of a stage's channels."""
    parts = 1.0 + (wishes.twin and untrained is None)
    battery = Battery(subject, pictures, wishes.plan)
    for done, total in battery.steps():
        progress(0.8 * done / total / parts, f"{subject.name}: {done:,} of {total:,} pictures")
    found = battery.result
    assert found is not None
    accuracy = {}
    classes = labels(found.classes) if found.classes else None
    if len(battery.used) < len(pictures):
        pictures = pictures[torch.from_numpy(battery.used).to(pictures.device)]
        classes = None if classes is None else classes[battery.used]
    if classes is not None and (classes >= 0).any():
        accuracy["pictures"] = float((battery.answers[battery.used] == classes)[classes >= 0].mean())
    notes = list(found.notes)
    if wishes.twin and untrained is None:
        twin = untrained_twin(subject, pictures, wishes.seed)
        notes += twin.notes
        if twin.subject is not None:
            made = _measured_twin(twin.subject, pictures, wishes, progress)
            untrained = None if isinstance(made, str) else replace(made, notes=(*twin.notes, *made.notes))
            notes += [f"The untrained twin is left out: {made}"] if isinstance(made, str) else []
    stages = {place: subject.layers[place].title for place in stage_ends(subject.layers)}
    ablations = []
    if found.classes:
        ablations = silenced(subject, pictures, found, wishes, labels=classes, progress=progress)
    last = second_last(tuple(stages))
    settings = {
        **found.settings,
        "asked": wishes.pictures,
        "stages": list(stages.values()),
        "second_last": None if last is None else stages[last],
    }
    return replace(
        found,
        accuracy=accuracy,
        untrained=untrained if wishes.twin else None,
        ablations=tuple(ablations),
        notes=tuple(notes),
        settings=settings,
    )


def silenced(
    subject: Subject,
    pictures: Tensor,
    found: Susceptibility,
    wishes: Wishes,
    about: str = "",
    labels: np.ndarray | None = None,
    progress: Progress = lambda share, words: None,
) -> list[Ablation]:
    """The ends of the first and the second-last stage (of all stages, in full; only of the first with `about`) without
    half of their channels, in batches of as many pictures as they were `found` with."""
    ends = stage_ends(subject.layers)
    few = ends[:1] if about else (*ends[:1], second_last(ends))
    places = ends if wishes.full else tuple(dict.fromkeys(each for each in few if each is not None))
    changes = {layer.name: layer.each for layer in found.layers}
    made = []
    for number, place in enumerate(places):
        layer = subject.layers[place].title
        each = changes.get(layer, {}).get(BY)
        if each is None or len(each) < 2:
            continue
        together = found.settings["batch"]
        made.append(
            ablated(subject, pictures, layer, BY, each, labels, seed=wishes.seed, about=about, together=together)
        )
        progress(0.8 + 0.2 * (number + 1) / len(places), f"{subject.name}: without half of {layer}")
    return made


def _measured_twin(twin: Subject, pictures: Tensor, wishes: Wishes, progress: Progress) -> Susceptibility | str:
    """What was measured of it, or why nothing can be."""
    battery = Battery(twin, pictures, wishes.plan)
    try:
        for done, total in battery.steps():
            progress(0.4 + 0.4 * done / total, f"{twin.name}: {done:,} of {total:,} pictures")
    except UserError as error:  # such as scores that are not numbers
        return str(error)
    assert battery.result is not None
    return battery.result


def subject_of(source: NetworkSource, every: bool = True) -> Subject:
    """The network as it is measured, with `every` layer that has a wall or the last one of each map size.

    Raises UserError where its scores are not numbers.
    """
    example = ExampleInput(source.arguments, source.keywords, source.slot)
    return subject_for(source.name, source.module, example, source.labels, source.task, every)


def subject_for(
    name: str,
    module: nn.Module,
    example: ExampleInput,
    labels: Sequence[str] | None = None,
    task: str | None = None,
    every: bool = True,
) -> Subject:
    """The same of a module with an example of what it reads."""
    with unchanged(module), torch.no_grad():
        full = trace(module, example.arguments, example.keywords)
        output = module(*example.arguments, **example.keywords)
    layers = tuple(node for node in reduce(full, Scope(fold="never")).nodes if node.family != "input")
    if not every:
        layers = tuple(layers[place] for place in stage_ends(layers))
    scores: Callable[[object], Tensor] | None = None
    try:
        scores = scoring_of(output, example.tensor, labels, task, name).of
    except UserError as error:
        if "not finite" in str(error):
            raise UserError(
                f"The scores of {name} are not finite numbers (NaN or infinite), so nothing can be compared: "
                "`vrcnn inspect` tells the first layer where that begins."
            ) from None
    return Subject(name, module, example, scores, full, layers)


def chosen_pictures(source: NetworkSource, wishes: Wishes) -> Chosen:
    """As many of the network's pictures as are wished for, opened. Raises UserError where there is none."""
    files = source.picture_set or source.pictures
    if not len(files) or source.slot is None:
        raise UserError(f"{source.name} reads no pictures, so there is nothing to measure it with: give --images DIR.")
    count, notes = len(files), []
    places = range(count)
    if count > wishes.pictures:
        places = np.sort(np.random.default_rng(wishes.seed).permutation(count)[: wishes.pictures]).tolist()
    elif count < wishes.pictures:
        there = "is 1: it was taken" if count == 1 else f"are {count:,}: all of them were taken"
        notes.append(f"{wishes.pictures:,} pictures were asked for and there {there}.")
    tensors: list[Tensor] = []
    labels: list[Label | None] = []
    broken: list[str] = []
    for place in places:
        opened = _opened(source, files[place])
        if isinstance(opened, str):
            broken.append(f"{files[place].name} {opened}")
        elif tensors and opened.shape != tensors[0].shape:
            sizes = (" x ".join(map(str, each.shape[2:])) for each in (opened, tensors[0]))
            broken.append(f"{files[place].name} becomes {' instead of '.join(sizes)}")
        else:
            tensors.append(opened)
            labels.append(label_of(files[place]))
    if not tensors:
        raise UserError(f"No picture can be used to measure {source.name}: {broken[0]}.")
    if broken:
        notes.append(f"{told(len(broken), 'picture')} left out: {'; '.join(broken[:3])}{' ...' * (len(broken) > 3)}.")
    return Chosen(torch.cat(tensors), tuple(labels), tuple(notes))


def _opened(source: NetworkSource, file: PictureFile) -> Tensor | str:
    """(1, C, ...), or why there is none."""
    try:
        tensor = source.picture_tensor(*source.inputs_of(file.open()))
    except PictureError as error:
        return str(error).rstrip(".")
    except Exception as error:  # whatever the user's preprocessing raises
        return (
            f"cannot be prepared: {str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__}"
        )
    assert tensor is not None
    return tensor
