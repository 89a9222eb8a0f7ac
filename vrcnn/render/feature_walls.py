"""What the walls' shader knows of feature visualizations: for each map, where its picture is and how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from time import perf_counter

import moderngl
import numpy as np

from vrcnn.engine.plan import MapPlan, MapSpan
from vrcnn.render.feature_store import FeatureStore, Key
from vrcnn.render.map_store import MapStore
from vrcnn.render.places import RowTable
from vrcnn.render.raw import RawGL
from vrcnn.scene.drawables import Grid
from vrcnn.scene.features import Feature, FeatureState
from vrcnn.scene.hall import Hall
from vrcnn.scene.world import World

FEATURES_UNIT, PICTURES_UNIT = 3, 4
UPLOADING, FOLLOWING = 0.001, 0.0005  # s of a frame for new pictures, and for what has become of visualizations
LOOK = 0.25  # s from one look at which pictures are seen to the next
_NONE = (-1.0, 0.0, -1.0, 1.0)  # what shaders/features.glsl knows of a map without a visualization
_MADE, _FAILED = 3, 4
_STATES = {FeatureState.WAITING: 1, FeatureState.FORMING: 2, FeatureState.MADE: _MADE, FeatureState.FAILED: _FAILED}
_ALMOST = 0.999  # the largest fraction

_Layer = tuple[int, int]  # hall, tensor of its full graph


@dataclass
class _HallOnShow:
    """What is known of a hall: the `spans` of the layers that are shown, by tensor, and the `tensors` by node."""

    plan: MapPlan
    rows: RowTable | None = None
    spans: dict[int, MapSpan] = field(default_factory=dict)
    tensors: dict[int, int] = field(default_factory=dict)
    laid_out: object = None
    revision: int = -1


class FeatureWalls:
    """The pictures of all halls, and beside the places of each hall's maps a table with a row for each map."""

    def __init__(self, context: moderngl.Context, gl: RawGL) -> None:
        self._context = context
        self.store = FeatureStore(context, gl)
        self._halls: dict[int, _HallOnShow] = {}
        self._layers: dict[_Layer, np.ndarray] = {}  # (channels, 4) as the shader knows them
        self._waiting: dict[Key, np.ndarray] = {}  # pixels that are still to be taken in
        self._changed: dict[_Layer, None] = {}  # whose rows are to be written
        self._unfollowed: dict[_Layer, None] = {}  # whose states are to be looked up
        self._missing: list[Key] = []
        self._looked = -LOOK

    def set_plan(self, hall: int, plan: MapPlan) -> None:
        """The hall's maps have other rows from now on; pictures stay."""
        former = self._halls.get(hall)
        if former is not None and former.rows is not None:
            former.rows.release()
        self._halls[hall] = _HallOnShow(plan)

    def set(self, hall: int, tensor: int, channel: int, pixels: np.ndarray) -> None:
        """Takes a picture, (H, W, 3) uint8, when its turn comes; a former one of the channel is replaced."""
        self._waiting[hall, tensor, channel] = pixels

    def drop(self, hall: int) -> None:
        """Forgets all visualizations of a hall."""
        for layer, rows in self._layers.items():
            if layer[0] == hall:
                self._forget(layer, range(len(rows)))
        if hall in self._halls:
            self._halls[hall].revision = -1

    def follow(self, world: World, seconds: float = FOLLOWING) -> None:
        """Takes over how far visualizations are, for about so long; the rest waits for the next call."""
        for number, hall in enumerate(world.halls):
            if number in self._halls:
                self._keep_up(number, hall, self._halls[number])
        end = perf_counter() + seconds
        while self._unfollowed:
            layer = next(iter(self._unfollowed))
            del self._unfollowed[layer]
            if layer[0] < len(world.halls):
                self._take_states(layer, world.halls[layer[0]].features.known.get(layer[1], {}))
            if perf_counter() > end:
                break

    def refresh(self, seconds: float = UPLOADING) -> None:
        """Takes in pictures for about so long, at least one; then everything that has changed is there to be drawn."""
        end = perf_counter() + seconds
        while self._waiting:
            key = next(iter(self._waiting))
            self._take_in(key, self._waiting.pop(key))
            if perf_counter() > end:
                break
        for hall, tensor in self._changed:
            shown = self._halls.get(hall)
            span = None if shown is None else shown.spans.get(tensor)
            if shown is not None and shown.rows is not None and span is not None:
                shown.rows.put(span.row, self._rows((hall, tensor), span.count)[: span.count])
        self._changed.clear()

    def settle(self) -> None:
        """Takes in all pictures at once, for pictures that are drawn a single time."""
        self.refresh(inf)

    def look(self, grids: Iterable[Grid], stores: Mapping[int, MapStore], time: float) -> None:
        """Notes which pictures are seen at `time`, s, on these grids, which are near; unless that was just done."""
        if time - self._looked < LOOK and time >= self._looked:
            return
        self._looked = time
        slots: list[np.ndarray] = []
        missing: list[Key] = []
        for grid in grids:
            shown = self._halls.get(grid.hall)
            tensor = None if shown is None else shown.tensors.get(grid.span.node)
            if tensor is None:
                continue
            channels = stores[grid.hall].states.order_of(grid.span)[grid.places]
            rows = self._rows((grid.hall, tensor), grid.span.count)[channels]
            there = rows[:, 0] >= 0
            slots.append(rows[there, 0].astype(np.intp))
            state, seen_before = rows[:, 1].astype(int), rows[:, 2] >= 0
            lost = ~there & ((state == _MADE) | (state == _FAILED) & seen_before)
            missing += [(grid.hall, tensor, channel) for channel in channels[lost].tolist()]
        self.store.see(np.concatenate(slots) if slots else np.zeros(0, np.intp), time)
        spare = self.store.spare
        self._missing = [key for key in dict.fromkeys(missing) if key not in self._waiting][:spare]

    def missing(self) -> list[Key]:
        """The pictures that are shown and gone, no more than there is room for."""
        return self._missing

    def use(self, hall: int) -> None:
        """Binds the table of a hall and the pictures to their texture units."""
        shown = self._halls[hall]
        if shown.rows is None:
            shown.rows = RowTable(self._context, np.tile(np.array(_NONE, np.float32), (shown.plan.count, 1)))
            for tensor, span in shown.spans.items():
                if (hall, tensor) in self._layers:
                    shown.rows.put(span.row, self._rows((hall, tensor), span.count)[: span.count])
        shown.rows.use(FEATURES_UNIT)
        self.store.use(PICTURES_UNIT)

    def release(self) -> None:
        self.store.release()
        for shown in self._halls.values():
            if shown.rows is not None:
                shown.rows.release()
        self._halls.clear()

    def _keep_up(self, number: int, hall: Hall, shown: _HallOnShow) -> None:
        """With the layers of a hall, and with what there is of their visualizations."""
        if shown.laid_out != (id(hall.graph), hall.layout_revision):
            shown.laid_out = id(hall.graph), hall.layout_revision
            shown.tensors = {node: hall.tensor_of(node) for node in shown.plan.spans if hall.wall_of(node) is not None}
            shown.spans = {tensor: shown.plan.spans[node] for node, tensor in shown.tensors.items()}
            shown.revision = -1
            self._changed |= {layer: None for layer in self._layers if layer[0] == number}
        if shown.revision != hall.features.revision:
            shown.revision = hall.features.revision
            known = [tensor for tensor in hall.features.known if tensor in shown.spans]
            gone = [tensor for other, tensor in self._layers if other == number and tensor not in hall.features.known]
            self._unfollowed |= {(number, tensor): None for tensor in (*known, *gone)}

    def _take_states(self, layer: _Layer, known: Mapping[int, Feature]) -> None:
        """Of one layer's visualizations."""
        shown = self._halls[layer[0]].spans.get(layer[1])
        count = max((0 if shown is None else shown.count), max(known, default=-1) + 1)
        count = len(self._rows(layer, count))
        states = np.zeros(count, np.float32)
        channels = list(known)
        states[channels] = [_STATES[each.state] + min(_ALMOST, max(0.0, each.progress)) for each in known.values()]
        rows = self._rows(layer, count)
        if not np.array_equal(rows[:count, 1], states):
            rows[:count, 1] = states
            self._changed[layer] = None
        self._forget(layer, np.flatnonzero((rows[:, 2] >= 0) & (states == 0)).tolist())

    def _forget(self, layer: _Layer, channels: Iterable[int]) -> None:
        """There is nothing of these any more."""
        for channel in channels:
            self.store.drop((*layer, channel))
            self._waiting.pop((*layer, channel), None)
            self._layers[layer][channel] = _NONE
            self._changed[layer] = None

    def _take_in(self, key: Key, pixels: np.ndarray) -> None:
        """A picture, of which at least the mean stays."""
        layer, channel = key[:2], key[2]
        put = self.store.put(key, pixels)
        if put.gone is not None:
            self._layers[put.gone[:2]][put.gone[2], 0] = -1.0
            self._changed[put.gone[:2]] = None
        red, green, blue = put.colour
        rows = self._rows(layer, channel + 1)
        rows[channel, 0] = -1 if put.slot is None else put.slot
        rows[channel, 2:] = red << 16 | green << 8 | blue, pixels.shape[1] / pixels.shape[0]
        self._changed[layer] = None

    def _rows(self, layer: _Layer, count: int) -> np.ndarray:
        """What is known of a layer's channels, of at least `count` of them."""
        rows = self._layers.get(layer)
        have = 0 if rows is None else len(rows)
        if rows is None or have < count:
            more = np.tile(np.array(_NONE, np.float32), (count - have, 1))
            rows = self._layers[layer] = more if rows is None else np.concatenate([rows, more])
        return rows
