"""The presets: named ways to make a feature visualization, each with its source. Plain data, no torch."""

from __future__ import annotations

from vrcnn.featurevis.settings import Settings, Transforms


def preset(name: str) -> Settings:
    """The settings of this name, one of PRESETS."""
    return {"fast": fast, "lucent": lucent, "maco": maco, "original": original}[name]()


def fast() -> Settings:
    """Lucent's way in a sixth of its time, half of the steps at half the size, with clearer shapes and fewer specks.

    Fast waves count less than there (Olah et al., "Feature Visualization", Distill 2017, call it preconditioning); a
    hundredth of the gradient leaks through closed ReLUs ("ProxyGrad", see network/leaky.py), so that channels rise that
    are off for every picture of noise.
    """
    return Settings(
        preset="fast",
        parametrization="fourier",
        transforms=Transforms(pad=16, jitter=8, rotate=10.0, scale=(0.9, 1.1)),
        steps=128,
        coarse=((0.5, 0.5),),
        decay=1.5,
        rate=0.15,
        deviation=0.3,
        leaky=0.01,
    )


def lucent() -> Settings:
    """Lucent's defaults (torch-lucent 0.1.8), after Olah et al., "Feature Visualization", Distill 2017.

    Lucent pads with grey, of which a frame remains at the borders; here the picture goes on beyond them.
    """
    return Settings(
        preset="lucent",
        parametrization="fourier",
        transforms=Transforms(pad=16, jitter=6, rotate=10.0, scale=(0.9, 1.1)),
        steps=512,
        rate=0.05,
        deviation=0.01,
    )


def maco() -> Settings:
    """Phases under the magnitudes of natural pictures: Fel et al., "Unlocking Feature Visualization", NeurIPS 2023.

    The whole picture is turned, scaled and shifted, where theirs (xplique, Horama) cuts small parts out.
    """
    return Settings(
        preset="maco",
        parametrization="maco",
        transforms=Transforms(pad=16, jitter=8, rotate=10.0, scale=(0.9, 1.1), noise=0.05),
        steps=256,
        rate=0.15,
        deviation=3.0,
        leaky=0.01,
    )


def original() -> Settings:
    """DeepVisionVR's: Linse et al., "A walk in the black-box", Neural Computing and Applications 34, 2022.

    It starts from the picture on the easel, and changes the picture itself before each step but the last ten.
    """
    return Settings(
        preset="original",
        parametrization="pixels",
        transforms=Transforms(
            pad=10,
            jitter=5,
            rotate=10.0,
            scale=(1.0, 1.05),
            blur=0.5,
            chances=(0.3, 0.05, 0.3),
            blend=0.05,
            kept=True,
            spared=10,
        ),
        steps=200,
        rate=20.0,
        optimizer="normalized",
        start="picture",
        decorrelated=False,
    )
