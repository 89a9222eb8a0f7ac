"""What is tried at a channel that does not rise, in which order, and when it counts as risen. Plain data, no torch."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.results import Baseline
from vrcnn.featurevis.settings import Settings

RISE = 0.05  # of the way from what natural pictures reach on average to what the best of them does
RELATIVE_RISE = 0.01  # of the activation, where there are no natural pictures
GREY = 0.02  # root mean square distance from grey, of shares from 0 to 1: below it nothing can be seen
LEAKS = (0.1, 0.3)  # slopes of the second and the third attempt
STRONG = 0.1  # deviation of waves to start from, at least
RESETS = 3  # of one channel, after numbers that are not finite
OTHER = {"fourier": "maco", "maco": "lucent", "pixels": "lucent"}  # the preset whose way is the other one
WAYS = {"maco": "as phases under a natural spectrum", "lucent": "as a sum of waves"}


@dataclass(frozen=True)
class Attempt:
    """One way to make a channel's picture: its `settings`, and a few `words` on what is other than what was asked.

    `number` counts the ways from 0, `resets` the ascents so far that came upon numbers that are not finite.
    """

    settings: Settings
    words: str = "as asked"
    number: int = 0
    resets: int = 0


def next_way(asked: Settings, former: Attempt, asleep: bool = False) -> Attempt | None:
    """What to try after an attempt whose channel has not risen; None when nothing is left.

    First from other noise and with leaky ReLUs, as units that are off at the start let no gradient pass; then the
    other parametrization, in the way of its preset, as many steps at the same sizes. ReLUs leak there only for a
    channel that was `asleep`, so that nothing led upwards: pictures come out coarser with it.
    """
    number = former.number + 1
    if number > len(LEAKS):
        return None
    leak = LEAKS[number - 1] if number == 1 or asleep else 0.0
    if number == 1:
        settings, words = asked, "again, with other random transforms and leaky ReLUs"
        if asked.start == "noise":
            stronger = (
                asked.parametrization == "fourier" and asked.deviation < STRONG
            )  # others are as strong as pictures
            words = f"again, from {'stronger' if stronger else 'other'} noise, with leaky ReLUs"
            settings = replace(asked, deviation=STRONG) if stronger else asked
    else:
        settings = preset(OTHER[asked.parametrization])
        words = f"again, {WAYS[settings.preset]}{', with leaky ReLUs' if leak else ''}"
        settings = replace(
            settings,
            objective=asked.objective,
            steps=asked.steps,
            size=asked.size,
            coarse=asked.coarse,
            start=asked.start,
        )
    leaky = max(asked.leaky, leak)
    return Attempt(replace(settings, seed=asked.seed + number, leaky=leaky), words, number, former.resets)


def reset(former: Attempt) -> Attempt | None:
    """The same from another start at half the rate, after numbers that are not finite; None after RESETS of them."""
    resets = former.resets + 1
    if resets > RESETS:
        return None
    settings = replace(former.settings, seed=former.settings.seed + 100, rate=former.settings.rate / 2)
    words = "again, from another start at half the rate, as there were numbers that are not finite"
    return Attempt(settings, words, former.number, resets)


def has_risen(activation: float, start: float, baseline: Baseline | None, contrast: float) -> bool:
    """Whether a picture shows what a channel looks for.

    It does when the channel answers to it with RISE of the natural range more than to the `start`, and with more than
    natural pictures reach on average; without natural pictures, with a hundredth more than to the start. A picture with
    a `contrast` (root mean square distance of its shares from one half) below GREY shows nothing.
    """
    if not math.isfinite(activation) or contrast < GREY:
        return False
    if baseline is not None and baseline.best > baseline.average:
        needed = RISE * (baseline.best - baseline.average)
        return activation > max(start + needed, baseline.average)
    return activation > start + RELATIVE_RISE * max(abs(activation), abs(start))
