"""Frames around tiles tell how much the sieve changes their channels, near and from afar, and nothing without it."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from types import SimpleNamespace

import numpy as np
import pytest
from test_render_colouring import SAMPLES, VIEW, Shown, flat
from walls import arena_of, pixel_of, place_in

from vrcnn.render.renderer import Renderer
from vrcnn.scene.change_colours import change_colours
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.geometry import Pose
from vrcnn.scene.theme import DARK
from vrcnn.scene.xray import Sieving, Xray

pytestmark = pytest.mark.gl
SIZE = (480, 320)
CHANGES = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 9.0, np.nan, 0.05, 0.3], np.float32)
NEAR = 8  # of 255: a frame of a few pixels has edges
PLAIN = Colouring("fixed", fixed=2.0)


class Sieved(Shown):
    """A wall of grey maps behind a sieve."""

    def __init__(self, renderer: Renderer, cell: float = 0.25) -> None:
        super().__init__(renderer, flat(np.linspace(-1.0, 1.0, 12)), cell=cell)
        self.xray = Xray()
        hall = SimpleNamespace(xray=self.xray)
        self.world = SimpleNamespace(halls=[hall], sieving=Sieving(before=True), theme="dark")

    def know(self, changes: np.ndarray | None) -> None:
        self.xray.changes.clear()
        if changes is not None:
            self.xray.changes[0] = changes
        self.xray.revision += 1

    def look(self, colouring: Colouring = PLAIN) -> np.ndarray:
        self.renderer.set_colouring(colouring)
        self.renderer.changes.follow(self.world, self.renderer.stores, inf)
        return self.seen(colouring)

    def at(self, picture: np.ndarray, u: float, v: float = 0.5) -> np.ndarray:
        return np.array([picture[pixel_of(VIEW, SIZE, place_in(self.grid, tile, u, v))] for tile in range(12)])


def test_the_frame_of_a_map_has_the_colour_of_its_change_and_the_map_keeps_its_own(renderer: Renderer) -> None:
    sieved = Sieved(renderer)
    without = sieved.look()
    sieved.know(CHANGES)
    framed = sieved.look()
    assert np.abs(sieved.at(framed, 0.01) - change_colours(CHANGES, DARK)).max() <= NEAR
    assert np.abs(sieved.at(framed, 0.5, 0.99) - change_colours(CHANGES, DARK)).max() <= NEAR
    assert (sieved.at(framed, 0.5) == sieved.at(without, 0.5)).all()


@pytest.mark.parametrize("cell", [0.25, 0.05, 0.008])
def test_without_a_sieve_every_pixel_is_as_before(renderer: Renderer, cell: float) -> None:
    sieved = Sieved(renderer, cell)
    without = sieved.look()
    sieved.know(CHANGES)
    assert (sieved.look() != without).any()
    sieved.world.sieving.frames = False
    assert (sieved.look() == without).all()
    sieved.world.sieving.frames, sieved.world.sieving.before = True, False
    assert (sieved.look() == without).all()
    sieved.world.sieving.before = True
    sieved.know(None)
    assert (sieved.look() == without).all()


def test_from_afar_a_wall_takes_on_the_colour_of_what_is_changed(renderer: Renderer) -> None:
    sieved = Sieved(renderer, cell=0.008)
    without = sieved.look()
    found = []
    for value in (0.0, 1.5):
        sieved.know(np.full(12, value, np.float32))
        seen = sieved.look()
        changed = (seen != without).any(axis=2)
        found.append(seen[changed].mean(axis=0))
    nothing, everything = (change_colours(np.array(value), DARK).astype(float) for value in (0.0, 1.5))
    way = (found[1] - found[0]) @ (everything - nothing)
    assert way > 0.3 * ((everything - nothing) ** 2).sum()


def test_layers_that_come_later_and_another_theme_are_taken_over(renderer: Renderer) -> None:
    sieved = Sieved(renderer)
    sieved.know(CHANGES)
    sieved.look()
    sieved.know(CHANGES[::-1].copy())
    assert np.abs(sieved.at(sieved.look(), 0.01) - change_colours(CHANGES[::-1], DARK)).max() <= NEAR
    sieved.world.theme = "light"
    before = sieved.at(sieved.look(), 0.01)
    sieved.world.theme = "dark"
    assert (before != sieved.at(sieved.look(), 0.01)).any()


def test_sorted_by_change_frames_go_with_their_maps_and_unknown_ones_stand_by_index(renderer: Renderer) -> None:
    sieved = Sieved(renderer)
    by_change = Colouring("fixed", fixed=2.0, order="susceptibility")
    by_index = sieved.look()
    assert (sieved.look(by_change) == by_index).all()
    sieved.know(CHANGES)
    order = np.argsort(-np.nan_to_num(CHANGES, nan=-1.0), kind="stable")
    seen = sieved.look(by_change)
    assert np.abs(sieved.at(seen, 0.01) - change_colours(CHANGES[order], DARK)).max() <= NEAR
    assert np.abs(sieved.at(seen, 0.5) - sieved.at(by_index, 0.5)[order]).max() <= NEAR
    sieved.know(None)
    assert (sieved.look(by_change) == by_index).all()


def test_a_turn_of_the_sieve_uploads_no_map_and_only_the_rows_that_changed(renderer: Renderer, monkeypatch) -> None:
    sieved = Sieved(renderer)
    sieved.know(CHANGES)
    sieved.look()
    written: list[str] = []
    for name in ("TexSubImage3D", "TexStorage3D", "CopyImageSubData"):
        monkeypatch.setattr(renderer._gl, name, lambda *_, name=name: written.append(name))
    monkeypatch.setattr(renderer._grids, "build", lambda *_: written.append("grids"))
    sieved.know(CHANGES / 2)
    sieved.look()
    assert written == []


def test_each_of_two_networks_side_by_side_shows_its_own_changes(renderer: Renderer) -> None:
    sieved = Sieved(renderer)
    renderer.set_plan(sieved.plan, 1)
    store = renderer.stores[1]
    store.enqueue(0, arena_of([sieved.maps], sieved.plan), SAMPLES, np.zeros(12, np.float32))
    store.upload(1 << 30)
    other = replace(sieved.grid, hall=1)
    sieved.groups = {"walls": Drawables(grids=(replace(sieved.grid, pose=Pose((0.0, 5.0, -2.0))), other))}
    sieved.world.halls.append(SimpleNamespace(xray=Xray()))
    without = sieved.look()
    sieved.know(CHANGES)
    assert (sieved.look() == without).all(), "the first one's wall is out of sight"
    sieved.world.halls[1].xray.changes[0] = CHANGES
    sieved.world.halls[1].xray.revision += 1
    sieved.grid = other
    assert np.abs(sieved.at(sieved.look(), 0.01) - change_colours(CHANGES, DARK)).max() <= NEAR
