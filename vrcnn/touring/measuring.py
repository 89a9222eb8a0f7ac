"""Measures what claims name of a tour's networks, and nothing else; each network once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from vrcnn.errors import UserError
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.scene.claim_values import values_for
from vrcnn.scene.claims import ACCURACY, PARTICIPATION, Measure
from vrcnn.scene.tour import Tour
from vrcnn.study.measuring import Chosen, Wishes, chosen_pictures, subject_of
from vrcnn.susceptibility.battery import Battery, Plan
from vrcnn.susceptibility.results import Susceptibility
from vrcnn.susceptibility.subject import Subject
from vrcnn.susceptibility.twin import untrained_twin

Told = Callable[[float, str], None]  # how much is done, 0 to 1, and what is at work


@dataclass(frozen=True)
class Values:
    """What was found: the `values` by the measures' texts, `reasons` why there is none of the others, and on how many
    `pictures`, at most."""

    values: dict[str, float]
    reasons: dict[str, str]
    pictures: int


def measured(
    tour: Tour, sources: Sequence[NetworkSource], measures: Sequence[Measure], options: LoadOptions, told: Told
) -> Values:
    """The values of all `measures`; `sources` are the tour's networks in their order, on one shelf.

    Raises UserError where a network cannot be measured at all.
    """
    wanted = [source for source in sources if any(measure.network == source.name for measure in measures)]
    values, reasons, most = dict[str, float](), dict[str, str](), 0
    for number, source in enumerate(wanted):
        mine = [measure for measure in measures if measure.network == source.name]
        network = next(each for each in tour.networks if each.name == source.name)

        def share(part: float, words: str, number: int = number) -> None:
            told((number + part) / len(wanted), words)

        found, missing = _network(source, mine, Wishes(tour.pictures.count, tour.pictures.seed), share)
        if any(measure.kind == ACCURACY and measure.what == "train" for measure in mine) and network.training:
            training = load(network.training, options)
            accuracy = _accuracy_on(training, Wishes(tour.pictures.count, tour.pictures.seed))
            if accuracy is not None:
                found = replace(found, accuracy={**found.accuracy, "train": accuracy})
        here, why = values_for(mine, {source.name: found})
        values |= here
        reasons |= {text: missing.get(text, reason) for text, reason in why.items()}
        most = max(most, found.pictures)
    return Values(values, reasons, most)


def _network(
    source: NetworkSource, measures: Sequence[Measure], wishes: Wishes, told: Told
) -> tuple[Susceptibility, dict[str, str]]:
    """What was measured of the network and, where it is named, of its twin; and why layers are missing."""
    chosen = chosen_pictures(source, wishes)
    whole = subject_of(source)
    titles = [node.title for node in whole.layers]
    names = {measure.layer for measure in measures if measure.layer}
    missing = {
        measure.text: f"{source.name} has no layer {measure.layer}{_hint(measure.layer, titles)}"
        for measure in measures
        if measure.layer and measure.layer not in titles
    }
    subject = replace(whole, layers=tuple(node for node in whole.layers if node.title in names))
    own, twins = ([each for each in measures if each.untrained is wanted] for wanted in (False, True))
    found = _battery(subject, chosen, own, wishes, source, lambda part: told(0.6 * part, source.name))
    if twins:
        twin = untrained_twin(subject, chosen.pictures, wishes.seed)
        if twin.subject is not None:
            name = twin.subject.name
            untrained = _battery(twin.subject, chosen, twins, wishes, source, lambda part: told(0.6 + 0.4 * part, name))
            found = replace(found, untrained=untrained)
    return found, missing


def _battery(
    subject: Subject,
    chosen: Chosen,
    measures: Sequence[Measure],
    wishes: Wishes,
    source: NetworkSource,
    told: Callable[[float], None],
) -> Susceptibility:
    layered = [each for each in measures if each.layer]
    battery = Battery(replace(subject, layers=()), chosen.pictures, _plan(set(measures) - set(layered), wishes))
    for done, total in battery.steps():
        told(done / total / (1 + bool(layered)))
    found = battery.result
    assert found is not None
    if layered and subject.layers:
        within = Battery(subject, chosen.pictures, replace(_plan(layered, wishes), layers=True))
        for done, total in within.steps():
            told(0.5 + 0.5 * done / total)
        assert within.result is not None
        found = replace(found, layers=within.result.layers)
    accuracy = _right(battery, source, chosen, found.classes)
    return found if accuracy is None else replace(found, accuracy={"pictures": accuracy})


def _plan(measures: Iterable[Measure], wishes: Wishes) -> Plan:
    sieves = sorted({each.what for each in measures if each.kind not in (ACCURACY, PARTICIPATION)})
    return Plan(tuple(sieves), seed=wishes.seed, draws=1)


def _right(battery: Battery, source: NetworkSource, chosen: Chosen, classes: int) -> float | None:
    """Share of the pictures that are answered as they are labelled; None where no label is known."""
    if not classes or not source.true_labels.known:
        return None
    meant = [None if each is None else source.true_labels.meant(each, classes) for each in chosen.labels]
    wanted = np.array([-1 if each is None else each for each in meant], np.int64)
    known = (wanted >= 0) & (battery.answers >= 0)
    return float((battery.answers == wanted)[known].mean()) if known.any() else None


def _accuracy_on(source: NetworkSource, wishes: Wishes) -> float | None:
    chosen = chosen_pictures(source, wishes)
    subject = replace(subject_of(source), layers=())
    if subject.scores is None:
        raise UserError(f"{source.name} puts out no scores of classes, so it has no accuracy.")
    return _battery(subject, chosen, (), wishes, source, lambda part: None).accuracy.get("pictures")


def _hint(layer: str, titles: Sequence[str]) -> str:
    near = get_close_matches(layer, titles, 1, 0.3)
    return f" (is {near[0]} meant?)" if near else ""
