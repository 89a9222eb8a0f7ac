"""What the ends of the colours stand for in each layer: from a sample of its values, as the visitor has chosen."""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from vrcnn.scene.colouring import LAYER, Colouring

SMALLEST = 1e-6  # between the ends of a layer that is silent


def ends_of(samples: np.ndarray, extremes: np.ndarray, colouring: Colouring, diverging: bool) -> np.ndarray:
    """(layers, 2) float32: the values at the lower and at the upper end of the colours of each layer.

    `samples` (layers, N) float32 are values of each, not all of them finite; `extremes` (layers, 2) float32 the
    smallest and the largest of all its finite ones, which take the ends' place where hardly any value differs from the
    rest. In range "map" they are the layer's ends, as each map's own ones are not known here.
    """
    if colouring.range == "fixed":
        return np.tile(np.array([-colouring.fixed, colouring.fixed], np.float32), (len(samples), 1))
    percentile = {"layer": LAYER, "percentile": colouring.percentile}.get(colouring.range, 100.0)
    if diverging:
        largest = np.abs(extremes).max(axis=1)
        limit = largest if percentile == 100.0 else _percentile(np.abs(samples), percentile)
        limit = np.maximum(np.where(limit < SMALLEST, largest, limit), SMALLEST)
        return np.stack([-limit, limit], axis=1).astype(np.float32)
    if percentile == 100.0:
        return extremes.astype(np.float32)
    beyond = (100.0 - percentile) / 2
    ends = np.stack([_percentile(samples, beyond), _percentile(samples, 100.0 - beyond)], axis=1)
    silent = ends[:, 1] - ends[:, 0] < SMALLEST
    return np.where(silent[:, None], extremes, ends).astype(np.float32)


def _percentile(samples: np.ndarray, percentile: float) -> np.ndarray:
    """(layers,) the value that so many percent of each row's finite values do not exceed; 0 without any."""
    exact = percentile / 100.0 * (samples.shape[1] - 1)
    rank = ceil(exact) if percentile >= 50.0 else floor(exact)
    values: np.ndarray = np.partition(samples, rank, axis=1)[:, rank]
    for row in np.flatnonzero(~np.isfinite(values)):
        finite = samples[row][np.isfinite(samples[row])]
        values[row] = np.quantile(finite, percentile / 100.0) if finite.size else 0.0
    return values
