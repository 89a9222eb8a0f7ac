"""Keeps what the World knows of the map that somebody points at in step with what is on the graphics card."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vrcnn.engine.plan import MapSpan
from vrcnn.network.quantity import ACTIVATIONS
from vrcnn.render.map_reader import MapReader
from vrcnn.render.map_store import MapStore
from vrcnn.render.raw import RawGL
from vrcnn.scene.reading import MapAt, Reading
from vrcnn.scene.world import World


class Readings:
    """Reads a map when another one is pointed at, and when the one that is pointed at has come anew."""

    def __init__(self, gl: RawGL) -> None:
        self._reader = MapReader(gl)
        self._asked: tuple[MapAt, int, int] | None = None  # which map, of which store, how often it had come
        self._samples = self._extremes = np.zeros(0, np.float32)
        self._quantity = ACTIVATIONS

    def step(self, world: World, stores: Mapping[int, MapStore], wait: bool = False) -> None:
        """Takes what has arrived and asks for what is wanted; with `wait` it holds on until that is there."""
        self._take(world)
        at = _wanted(world)
        store = None if at is None else stores.get(at.hall)
        span = None if at is None or store is None else store.plan.spans.get(at.node)
        if at is None or store is None or span is None or at.channel >= span.count:
            return
        version = store.states.version(span.node)
        if not version:
            world.gallery.reading = None
            self._asked = None
            return
        asked = at, id(store), version
        known = world.gallery.reading is not None and world.gallery.reading.at == at
        if asked != self._asked or not (known or self._reader.busy):
            self._ask(store, span, at)
            self._asked = asked
        if wait:
            self._take(world, wait=True)

    def release(self) -> None:
        self._reader.release()

    def _ask(self, store: MapStore, span: MapSpan, at: MapAt) -> None:
        self._reader.start(store, span, at.channel)
        self._samples, self._extremes = store.states.sampled(span.node)
        self._quantity = store.states.quantity(span.node)

    def _take(self, world: World, wait: bool = False) -> None:
        values = self._reader.fetch(wait)
        if values is None or self._asked is None:
            return
        at = self._asked[0]
        wall = world.halls[at.hall].wall_of(at.node) if at.hall < len(world.halls) else None
        if wall is None or wall.span is None:
            return
        name = wall.channels[at.channel] if at.channel < len(wall.channels) else ""
        picture = world.easel.picture
        shown = world.pictures[picture].name if picture is not None else ""
        title = wall.title if len(world.halls) == 1 else f"{world.halls[at.hall].network} · {wall.title}"
        world.gallery.reading = Reading(
            at, values, self._samples, self._extremes, title, wall.span.count, name, shown, self._quantity
        )


def _wanted(world: World) -> MapAt | None:
    gallery = world.gallery
    if gallery.pulling is not None:
        return gallery.pulling.at
    shown = gallery.pointing.shown
    return shown if isinstance(shown, MapAt) else None
