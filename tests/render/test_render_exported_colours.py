"""Exported maps have the colours that the renderer's shader gives them, to a step of 255."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from test_render_colouring import SAMPLES, SIZE, VIEW, Shown, flat
from walls import pixel_of, place_in

from vrcnn.render.renderer import Renderer
from vrcnn.scene.colormaps import NO_NUMBER, pixels_of
from vrcnn.scene.colouring import COLORMAPS, Colormap, Colouring
from vrcnn.scene.ranges import ends_of

pytestmark = pytest.mark.gl
VALUES = np.concatenate([np.linspace(-5.5, 5.5, 38), [0.0, -0.0, 1e-4, -1e-4, 6e-8, 0.3]]).astype(np.float16)
VALUES = VALUES.astype(np.float32)


@pytest.mark.parametrize("colormap", COLORMAPS, ids=lambda colormap: colormap.name)
def test_every_colormap_and_gamma(renderer: Renderer, colormap: Colormap) -> None:
    shown = Shown(renderer, flat(VALUES), 11, 0.15)
    extremes = np.array([[VALUES.min(), VALUES.max()]], np.float32)
    for kind, gamma in product(("layer", "percentile", "fixed"), (0.35, 1.0, 2.0)):
        colouring = Colouring(kind, colormap=colormap.name, gamma=gamma, fixed=2.5)
        ((low, high),) = ends_of(SAMPLES[None], extremes, colouring, colormap.diverging)
        exported = pixels_of(VALUES, (float(low), float(high)), colormap, gamma)
        assert np.abs(shown.tiles(colouring) - exported).max() <= 1


def test_every_map_by_its_own_extremes(renderer: Renderer) -> None:
    maps = np.random.default_rng(3).normal(size=(6, 4, 4)).astype(np.float16).astype(np.float32)
    shown = Shown(renderer, maps, 3, 0.4)
    for colormap in COLORMAPS:
        colouring = replace(Colouring("map"), colormap=colormap.name)
        picture = shown.seen(colouring)
        for number, values in enumerate(maps):
            low, high = float(values.min()), float(values.max())
            ends = (-max(-low, high), max(-low, high)) if colormap.diverging else (low, high)
            exported = pixels_of(values, ends, colormap, colouring.gamma)
            for row, column in np.ndindex(4, 4):
                place = place_in(shown.grid, number, (column + 0.5) / 4, (row + 0.5) / 4)
                assert np.abs(picture[pixel_of(VIEW, SIZE, place)] - exported[row, column]).max() <= 1


def test_what_is_no_number_has_a_colour_of_its_own() -> None:
    values = np.array([np.nan, np.inf, -np.inf, 1.0], np.float32)
    pixels = pixels_of(values, (-1.0, 1.0), COLORMAPS[0], 0.75)
    assert [tuple(pixel) for pixel in pixels[:3]] == [NO_NUMBER] * 3
    assert tuple(pixels[3]) != NO_NUMBER
