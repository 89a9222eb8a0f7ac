"""From the runs of a study to what its report says: networks are grouped, and compared within each group."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

from vrcnn.study.modes import MODES
from vrcnn.study.reporting.findings import (
    BEYOND,
    PARTICIPATION,
    TITLES,
    AblationFinding,
    Contrast,
    Group,
    LayerFinding,
    MeasureFinding,
    Trained,
    values_of,
)
from vrcnn.study.statistics import DRAWS, Spread, auc_interval, permutation, spearman_interval, spread
from vrcnn.susceptibility.results import LayerMeasures, Measured, Susceptibility
from vrcnn.susceptibility.sieve import KINDS

MATCHED = 0.99  # training accuracy from which networks count as equally well trained
DESCRIBED = ("noise",)  # kinds that nothing follows from
HALVES = ("most", "random", "least")
MEMORIZED, CLEAN = "memorized", "taught right"  # kinds of training pictures, as measured

Value = Callable[[Susceptibility], float | None]
Halves = Mapping[str, float]  # the share of answers that is lost, by HALVES


def groups_of(trained: Sequence[Trained], seed: int = 0, draws: int = DRAWS) -> tuple[Group, ...]:
    """The groups, those of the study itself first."""
    named = list(TITLES)
    pairs = sorted(
        {(each.run.settings.data, each.run.settings.network) for each in trained},
        key=lambda pair: [(named.index(name) if name in named else len(named), name) for name in reversed(pair)],
    )
    order = {name: place for place, name in enumerate(MODES)}
    groups = []
    for data, network in pairs:
        own = [each for each in trained if (each.run.settings.data, each.run.settings.network) == (data, network)]
        own.sort(key=lambda each: (order[each.mode.name], each.run.settings.seed))
        groups.append(_group(data, network, own, seed, draws))
    return tuple(groups)


def _group(data: str, network: str, trained: list[Trained], seed: int, draws: int) -> Group:
    found = [each.found for each in trained if each.found is not None]
    block = next((name for each in found if (name := each.settings.get("second_last"))), "")
    every: dict[str, None] = {}
    for each in found:
        every.update(dict.fromkeys(values_of(each, block)))
    names = sorted(every, key=_order)
    compared = [name for name in names if name.partition(":")[0] not in DESCRIBED]

    def finding(name: str) -> MeasureFinding:
        return _measure_finding(name, trained, lambda one: _number(values_of(one, block).get(name)), seed, draws)

    return Group(
        data,
        network,
        tuple(trained),
        {name: finding(name) for name in compared},
        tuple(name for name in names if name not in compared),
        _layers(trained, seed, draws),
        _ablations(trained),
        block,
    )


def _measure_finding(name: str, trained: Sequence[Trained], value: Value, seed: int, draws: int) -> MeasureFinding:
    by_mode = _by_mode(trained, value)
    pairs = [
        [(number, each.gap) for each in trained if each.mode.name == mode and (number := _of(each, value)) is not None]
        for mode in by_mode
        if MODES[mode].trained
    ]
    known = [[(number, gap) for number, gap in mode if gap is not None] for mode in pairs]  # of ended trainings
    matched = [each for each in trained if each.run.train is not None and each.run.train >= MATCHED]
    twins = {mode: _distinct(numbers) for mode, numbers in _by_mode(trained, _twin(value)).items()}
    return MeasureFinding(
        name,
        _spreads(by_mode),
        _contrast(by_mode, seed, draws),
        _contrast(_by_mode(matched, value), seed, draws),
        spearman_interval(known, seed, draws),
        spread(_distinct([number for numbers in twins.values() for number in numbers])),
        _contrast(_by_mode(trained, _twin(value)), seed, draws),
    )


def _layers(trained: Sequence[Trained], seed: int, draws: int) -> tuple[LayerFinding, ...]:
    found = [each.found for each in trained if each.found is not None]
    if not found:
        return ()
    common = set.intersection(*({layer.name for layer in each.layers} for each in found))
    findings = []
    for layer in (layer for layer in found[0].layers if layer.name in common):
        names = [*(name for name in layer.measures if name.partition(":")[0] not in DESCRIBED), PARTICIPATION]
        values = {name: _layer_value(layer.name, name) for name in names}
        by_mode = {name: _by_mode(trained, value) for name, value in values.items()}
        twins = {name: _by_mode(trained, _twin(value)) for name, value in values.items()}
        untrained = {
            name: spread(_distinct([number for numbers in modes.values() for number in numbers]))
            for name, modes in twins.items()
        }
        findings.append(
            LayerFinding(
                layer.name,
                {name: _spreads(modes) for name, modes in by_mode.items() if modes},
                {name: twin for name, twin in untrained.items() if twin is not None},
                {name: _contrast(modes, seed, draws=0) for name, modes in by_mode.items() if modes},
            )
        )
    return tuple(findings)


def _ablations(trained: Sequence[Trained]) -> tuple[AblationFinding, ...]:
    """One for each layer, sieve and kind of pictures, and behind them what memorized answers lose beyond clean ones."""
    places: dict[tuple[str, str, str], None] = {}
    for each in trained:
        if each.found is not None:
            places.update(dict.fromkeys((one.layer, one.sieve, one.pictures) for one in each.found.ablations))
    findings = [_ablation_finding(place, [(each, _lost(each.found, place)) for each in trained]) for place in places]
    for layer, sieve, pictures in places:
        if pictures == MEMORIZED:
            beyond = [(each, _beyond(each.found, layer, sieve)) for each in trained]
            findings.append(_ablation_finding((layer, sieve, BEYOND), beyond))
    return tuple(each for each in findings if each.networks)


def _ablation_finding(place: tuple[str, str, str], found: Sequence[tuple[Trained, Halves]]) -> AblationFinding:
    there = [(each, lost) for each, lost in found if set(HALVES) <= set(lost)]
    modes = list(dict.fromkeys(each.mode.name for each, _ in there))
    lost: dict[str, dict[str, Spread]] = {}
    for mode in modes:
        own = [halves for each, halves in there if each.mode.name == mode]
        lost[mode] = {half: told for half in HALVES if (told := spread([one[half] for one in own])) is not None}
    ordered = sum(one["most"] > one["random"] > one["least"] for _, one in there)
    return AblationFinding(*place, lost, ordered, len(there))


def _lost(found: Susceptibility | None, place: tuple[str, str, str]) -> Halves:
    ablations = found.ablations if found is not None else ()
    own = next((each for each in ablations if (each.layer, each.sieve, each.pictures) == place), None)
    return {} if own is None else {half: 1 - share for half, share in own.kept.items() if math.isfinite(share)}


def _beyond(found: Susceptibility | None, layer: str, sieve: str) -> Halves:
    memorized, clean = (_lost(found, (layer, sieve, pictures)) for pictures in (MEMORIZED, CLEAN))
    return {half: memorized[half] - clean[half] for half in HALVES if half in memorized and half in clean}


def _contrast(by_mode: Mapping[str, Sequence[float]], seed: int, draws: int) -> Contrast:
    memorizing = [numbers for mode, numbers in by_mode.items() if MODES[mode].memorizes]
    generalizing = [numbers for mode, numbers in by_mode.items() if MODES[mode].memorizes is False]
    first = [number for numbers in memorizing for number in numbers]
    second = [number for numbers in generalizing for number in numbers]
    chance = permutation(first, second, seed)
    return Contrast(auc_interval(memorizing, generalizing, seed, draws), chance, len(first), len(second))


def _by_mode(trained: Sequence[Trained], value: Value) -> dict[str, list[float]]:
    """The values of each mode's networks, where they are known; modes without any are left out."""
    found: dict[str, list[float]] = {}
    for each in trained:
        number = _of(each, value)
        if number is not None:
            found.setdefault(each.mode.name, []).append(number)
    return found


def _of(trained: Trained, value: Value) -> float | None:
    number = value(trained.found) if trained.found is not None else None
    return number if number is not None and math.isfinite(number) else None


def _twin(value: Value) -> Value:
    return lambda found: value(found.untrained) if found.untrained is not None else None


def _layer_value(layer: str, name: str) -> Value:
    def value(found: Susceptibility) -> float | None:
        own: LayerMeasures | None = next((each for each in found.layers if each.name == layer), None)
        if own is None:
            return None
        return _number(own.participation if name == PARTICIPATION else own.measures.get(name))

    return value


def _number(measured: Measured | None) -> float | None:
    return None if measured is None else measured.value


def _spreads(by_mode: Mapping[str, Sequence[float]]) -> dict[str, Spread]:
    return {mode: found for mode, numbers in by_mode.items() if (found := spread(numbers)) is not None}


def _distinct(numbers: Sequence[float]) -> list[float]:
    """Those of different networks: twins of one seed are one network where they begin alike."""
    return list(dict.fromkeys(numbers))


def _order(name: str) -> tuple[int, float, str]:
    kind, _, amount = name.partition(":")
    place = ("shift", "low-pass", "windows", "patches", "noise").index(kind) if kind in KINDS else 9
    number = re.match(r"[\d.]+", amount)
    return place, float(number[0]) if number else 0.0, name
