"""Finds the values that claims name in what was measured of networks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from math import isfinite

from vrcnn.scene.claims import ACCURACY, CHANGE, FLIPS, PARTICIPATION, Measure
from vrcnn.susceptibility.results import LayerMeasures, Measured, Susceptibility


def values_for(
    measures: Iterable[Measure], found: Mapping[str, Susceptibility]
) -> tuple[dict[str, float], dict[str, str]]:
    """The values by the measures' texts, and why there is none of the others; `found` by the networks' names."""
    values, reasons = dict[str, float](), dict[str, str]()
    for measure in measures:
        try:
            values[measure.text] = _value(measure, found)
        except LookupError as error:
            reasons[measure.text] = str(error.args[0])
    return values, reasons


def _value(measure: Measure, found: Mapping[str, Susceptibility]) -> float:
    told: Susceptibility | None = found.get(measure.network)
    if told is None:
        raise LookupError(f"nothing was measured of {measure.network}")
    if measure.untrained:
        told = told.untrained
        if told is None:
            raise LookupError(f"{measure.network} has no untrained twin")
    if measure.kind == ACCURACY:
        if measure.what not in told.accuracy:
            raise LookupError(f"nobody says what is right, so there is no {measure.text}")
        return told.accuracy[measure.what]
    layer = _layer(measure.layer, told) if measure.layer else None
    if measure.kind == PARTICIPATION:
        assert layer is not None
        if layer.participation is None:
            raise LookupError(f"{layer.name} has no participation ratio: none of its channels varies")
        return _finite(layer.participation.value, measure)
    measured = (told.measures if layer is None else layer.measures).get(measure.what)
    if measured is None:
        why = "; ".join(told.notes) or "it was not measured"
        raise LookupError(f"there is no {measure.text}: {why}")
    return _of(measured, measure)


def _of(measured: Measured, measure: Measure) -> float:
    value = {CHANGE: measured.value, FLIPS: measured.flips}.get(measure.kind, measured.unnormalized)
    if value is None:
        why = "layers have no answers" if measure.layer else "the network has no classes"
        raise LookupError(f"there is no {measure.text}: {why}")
    return _finite(value, measure)


def _finite(value: float, measure: Measure) -> float:
    if not isfinite(value):
        raise LookupError(f"{measure.text} has no value, as nothing varies over these pictures")
    return float(value)


def _layer(name: str, told: Susceptibility) -> LayerMeasures:
    for layer in told.layers:
        if layer.name == name:
            return layer
    near = get_close_matches(name, [layer.name for layer in told.layers], 1, 0.3)
    hint = f" (is {near[0]} meant?)" if near else ""
    raise LookupError(f"{told.network} has no layer {name}{hint}")
