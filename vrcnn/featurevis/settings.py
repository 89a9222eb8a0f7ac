"""How a feature visualization is made: plain data without torch, so that panels and the scene can speak of it too.

What each preset sets, and where it comes from, is in presets.py.
"""

from __future__ import annotations

from dataclasses import dataclass

PRESETS = ("fast", "lucent", "maco", "original")
OBJECTIVES = ("channel", "neuron", "percentile", "direction", "pair", "dream")
PARAMETRIZATIONS = ("pixels", "fourier", "maco")
STARTS = ("noise", "picture", "result")


@dataclass(frozen=True)
class Objective:
    """What is to become large. Of a layer without places (a vector, such as the class scores) it is the value itself.

    Attributes:
        kind: one of OBJECTIVES: "channel", the mean of the map; "neuron", the value in its middle; "percentile", the
            mean of what is above that percentile of the map; "direction", along `weights` of several channels; "pair",
            the channel and its `partner`, mixed by `share`; "dream", the mean square of all maps of the layer.
        percentile: 0 to 100, for "percentile".
        partner: another channel of the layer, for "pair"; `share` (0 to 1) of it.
        weights: (channel, weight), for "direction".
        variants: how many pictures are made at a time that shall differ, as far as `diversity` says.
    """

    kind: str = "channel"
    percentile: float = 90.0
    partner: int | None = None
    share: float = 0.5
    weights: tuple[tuple[int, float], ...] = ()
    variants: int = 1
    diversity: float = 1.0


@dataclass(frozen=True)
class Transforms:
    """What is done to the picture before each step, at random, so that it does not come to depend on single pixels.

    Attributes:
        pad: px that the picture is continued beyond its borders while it is made, so that what moves shows no empty
            edge; they are cut off in the end.
        jitter: px that it is shifted by at most.
        rotate: degrees that it is turned by at most, either way.
        scale: least and greatest factor of its size.
        blur: the deviation of a Gaussian, px; 0 for none.
        crop: least and greatest share of its sides that a crop keeps; (1, 1) for none. `crops` of them at a time.
        noise: deviation of Gaussian noise that is added, in units of the network's input.
        chances: 0 to 1, with which it is turned, scaled and shifted.
        blend: share (0 to 1) of the picture with zero mean and unit deviation that is mixed in.
        kept: whether the picture itself stays as it was changed; otherwise only the network sees it so.
        spared: steps at the end without any of this.
    """

    pad: int = 0
    jitter: int = 0
    rotate: float = 0.0
    scale: tuple[float, float] = (1.0, 1.0)
    blur: float = 0.0
    crop: tuple[float, float] = (1.0, 1.0)
    crops: int = 1
    noise: float = 0.0
    chances: tuple[float, float, float] = (1.0, 1.0, 1.0)
    blend: float = 0.0
    kept: bool = False
    spared: int = 0


@dataclass(frozen=True)
class Settings:
    """All that decides what a visualization looks like, beside the network. Equal settings give equal pictures.

    Attributes:
        preset: one of PRESETS: where the other values come from that the user has not changed.
        parametrization: one of PARAMETRIZATIONS.
        steps: of the ascent.
        size: (height, width) of the picture in px; None for the network's own input.
        coarse: (share of the size, share of the steps) of the stages before the last one, the smallest first; a network
            that reads one size only makes all steps at that.
        decay: the power of its frequency by which a wave counts less, from the slowest on; "fourier" only.
        rate: of the optimizer.
        optimizer: "adam", or "normalized": the gradient divided by its L2 norm, times `rate`.
        start: one of STARTS: noise, the picture on the easel, or the channel's result of before.
        deviation: of the noise that it starts from.
        leaky: the slope (0 to 1) below zero of ReLUs, in the backward pass only ("ProxyGrad"); 0 leaves them alone.
        smooth: weight of the total variation that is held down.
        small: weight of the square of the values that is held down.
        decorrelated: whether colours are taken along the axes of natural pictures; three channels only.
        seed: of all that is random.
    """

    preset: str = "fast"
    objective: Objective = Objective()
    parametrization: str = "fourier"
    transforms: Transforms = Transforms()
    steps: int = 128
    size: tuple[int, int] | None = None
    coarse: tuple[tuple[float, float], ...] = ()
    decay: float = 1.0
    rate: float = 0.05
    optimizer: str = "adam"
    start: str = "noise"
    deviation: float = 0.01
    leaky: float = 0.0
    smooth: float = 0.0
    small: float = 0.0
    decorrelated: bool = True
    seed: int = 0
