"""The colormaps: told apart by people who do not see all colours alike, and chosen step by step."""

import numpy as np
import pytest

from vrcnn.scene.colormaps import colours_along
from vrcnn.scene.colouring import (
    COLORMAPS,
    GAMMAS,
    ORDERS,
    RANGES,
    Colormap,
    Colouring,
    colormap_of,
    stepped,
)
from vrcnn.scene.theme import DARK, THEMES

# At full severity, on linear RGB: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of
# color vision deficiency", IEEE TVCG 2009, table 1.
VISION = {
    "all": np.eye(3),
    "no red": np.array(
        [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998]
    ).reshape(3, 3),
    "no green": np.array(
        [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881]
    ).reshape(3, 3),
    "no blue": np.array(
        [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900]
    ).reshape(3, 3),
}
XYZ = np.array(  # of sRGB's primaries
    [0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522, 0.0721750, 0.0193339, 0.1191920, 0.9503041]
).reshape(3, 3)
WHITE = XYZ.sum(axis=1)
STEPS = 9  # evenly spaced colours that are to be told apart
LEAST = 9.0  # of CIE 1976's difference; about 2 is just noticeable side by side


def lab(colours: np.ndarray, vision: str) -> np.ndarray:
    """(..., 3) CIELAB of sRGB-encoded colours as somebody with this vision sees them."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    parts = np.clip(linear @ VISION[vision].T, 0, 1) @ XYZ.T / WHITE
    roots = np.where(parts > 0.008856, np.cbrt(parts), 7.787 * parts + 16 / 116)
    x, y, z = roots[..., 0], roots[..., 1], roots[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def nearest(colormap: Colormap, vision: str) -> float:
    """How different the two most similar of STEPS colours are."""
    seen = lab(colours_along(colormap, np.linspace(0, 1, STEPS)), vision)
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=-1)
    return float(apart[~np.eye(STEPS, dtype=bool)].min())


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("colormap", COLORMAPS, ids=[colormap.name for colormap in COLORMAPS])
def test_everybody_can_tell_the_colours_of_every_colormap_apart(colormap, vision):
    assert nearest(colormap, vision) > LEAST


def test_a_rainbow_would_not_do():
    assert nearest(Colormap("turbo", "google:turbo", False), "no green") < LEAST - 3


@pytest.mark.parametrize("colormap", COLORMAPS, ids=[colormap.name for colormap in COLORMAPS])
def test_what_is_larger_is_further_from_zero_in_lightness(colormap):
    lightness = lab(colours_along(colormap, np.linspace(0, 1, 101)), "all")[:, 0]
    if not colormap.diverging:
        assert (np.diff(lightness) > 0).all()
        return
    lower, upper = lightness[50::-1], lightness[50:]
    towards = np.sign(upper[-1] - upper[0])
    for half in (lower, upper):
        assert (towards * np.diff(half) > -0.8).all()
    assert abs(lightness[0] - lightness[-1]) < 12, "both ends are as far"


def test_there_is_a_diverging_and_a_sequential_one_and_every_theme_has_its_own():
    assert {colormap.diverging for colormap in COLORMAPS} == {True, False}
    assert all(colormap_of(Colouring(), theme).diverging for theme in THEMES.values())


def test_the_choices_go_round():
    for part, count in (("range", len(RANGES)), ("order", len(ORDERS)), ("colormap", len(COLORMAPS))):
        colouring, seen = Colouring(), []
        for _ in range(count):
            colouring = stepped(colouring, part, 1, DARK)
            seen.append(colouring)
        assert len(set(seen)) == count
        assert stepped(colouring, part, -1, DARK) == seen[-2]
    assert colormap_of(stepped(Colouring(), "colormap", -1, DARK), DARK) == COLORMAPS[-1]


@pytest.mark.parametrize(
    ("part", "least", "largest"), [("gamma", 0.25, 2.0), ("percentile", 50, 100), ("fixed", 1e-3, 1e3)]
)
def test_numbers_end_at_their_last_values(part, least, largest):
    for step, end in ((1, largest), (-1, least)):
        colouring = Colouring()
        values = []
        for _ in range(30):
            colouring = stepped(colouring, part, step, DARK)
            values.append(getattr(colouring, part))
        assert values[-1] == pytest.approx(end)
        assert sorted(values, reverse=step < 0) == values
    between = stepped(Colouring(gamma=0.8), "gamma", 1, DARK).gamma
    assert between in GAMMAS
    assert between > 0.8
