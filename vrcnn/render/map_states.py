"""What the shader knows of layers and maps beside their pixels: ends of the colours, fades, statistics, the order.

All of it lies in a small buffer and a small texture, so that another range or another order uploads no map again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import perf_counter

import moderngl
import numpy as np

from vrcnn.engine.plan import MapPlan, MapSpan
from vrcnn.network.quantity import ACTIVATIONS, Quantity
from vrcnn.render.places import Places
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.ranges import ends_of

LAYERS_BINDING, PLACES_UNIT = 2, 2
NEVER = -1e9
FARTHEST = 1e30  # of the ends of colours
SORTING = 0.001  # s of a frame that is spent on putting layers in order
AT_ONCE = 64  # layers whose colours get other ends in one frame, which takes about as long
_DIP = 0.5  # new maps on a wall that had some already start at this brightness
_COLUMN = {"activation": 2, "variance": 3}  # of the statistics, by order


class MapStates:
    """The states of one plan's layers and maps.

    On the GPU a layer's state is the vec4 of its slot: the values at the lower and at the upper end of its colours, the
    time when its maps were complete (before NEVER: it has none), the brightness that they fade in from. What stands at
    each place of a wall, and what is known of that map, is in `places`.

    Raises UserError for more maps than the graphics card has room for.
    """

    def __init__(self, context: moderngl.Context, plan: MapPlan) -> None:
        self.plan = plan
        self.slots = {node: slot for slot, node in enumerate(plan.spans)}
        count = max(1, len(self.slots))
        self._layers = np.zeros((count, 4), np.float32)
        self._layers[:, 2] = 2 * NEVER
        self._extremes = np.zeros((count, 2), np.float32)
        self._samples: np.ndarray | None = None  # (layers, samples), once there are any
        self._quantities = [ACTIVATIONS] * count
        self._statistics = np.zeros((max(1, plan.count), 4), np.float32)
        self._differences = np.zeros(max(1, plan.count), np.float32)
        self._changes = np.zeros(max(1, plan.count), np.float32)  # by the sieve; 0 where nothing is known
        self._order = np.zeros(max(1, plan.count), np.int32)
        self._slot = np.zeros(max(1, plan.count), np.int32)  # of each map's layer
        self._spans = list(plan.spans.values())  # by slot
        self._rows = np.array([span.row for span in self._spans] or [0])  # by slot
        for slot, span in enumerate(self._spans):
            self._order[span.row : span.row + span.count] = np.arange(span.count)
            self._slot[span.row : span.row + span.count] = slot
        self.places = Places(context, self._order)
        self._layers_buffer = context.buffer(self._layers)
        self._colouring, self._diverging = Colouring(), True
        self.calm = False  # whether maps take the place of others without a dip, as they follow one another quickly
        self._known = np.zeros(count, bool)  # whether a slot's layer has maps
        self._layers_changed = False
        self._stale: list[int] = []  # slots whose ends are those of another picture
        self._later: list[int] = []  # slots whose ends are those of another colouring
        self._unstamped: list[int] = []
        self._unsorted: dict[int, None] = {}  # nodes whose maps may stand in another order, the oldest first
        self._versions: dict[int, int] = {}

    def colour(self, colouring: Colouring, diverging: bool) -> None:
        """Takes another colouring, for a diverging colormap or for a sequential one."""
        before, was_diverging = self._colouring, self._diverging
        if colouring == before and diverging == was_diverging:
            return
        self._colouring, self._diverging = colouring, diverging
        ranges = [(given.range, given.percentile, given.fixed) for given in (before, colouring)]
        if ranges[0] != ranges[1] or diverging != was_diverging:
            self._later = list(self.slots.values())
        if colouring.order != before.order:
            self._unsorted = dict.fromkeys(self.slots)

    def write_statistics(self, start: int, rows: np.ndarray) -> None:
        """Takes over the statistics of maps, (maps, 4) float32, from row `start` on."""
        self._statistics[start : start + len(rows)] = rows

    def take_changes(self, span: MapSpan, changes: np.ndarray | None) -> None:
        """Takes over how much the sieve changes each map of a layer, (maps,) float32; None where nobody knows."""
        rows = slice(span.row, span.row + span.count)
        self._changes[rows] = 0.0 if changes is None else np.nan_to_num(changes, nan=-1.0)
        if self._colouring.order == "susceptibility":
            self._unsorted[span.node] = None

    def complete(
        self, span: MapSpan, samples: np.ndarray, difference: np.ndarray, quantity: Quantity = ACTIVATIONS
    ) -> None:
        """All maps of a layer are there, and their statistics; the rest as in messages.LayerReady."""
        slot = self.slots[span.node]
        if self._samples is None:
            self._samples = np.zeros((len(self._layers), len(samples)), np.float32)
        rows = slice(span.row, span.row + span.count)
        self._samples[slot] = samples
        self._quantities[slot] = quantity
        self._differences[rows] = difference
        self._extremes[slot] = self._statistics[rows, 0].min(), self._statistics[rows, 1].max()
        self._layers[slot, 3] = (1.0 if self.calm else _DIP) if self._known[slot] else 0.0
        self._known[slot] = True
        self._versions[span.node] = self._versions.get(span.node, 0) + 1
        self._unstamped.append(slot)
        self._stale.append(slot)
        if self._colouring.order != "index":
            self._unsorted[span.node] = None

    def refresh(self, time: float, at_once: int | None = AT_ONCE) -> None:
        """Brings the layers' states up to date. Layers completed since the last call begin to fade in at `time`.

        Where another range was chosen, the rest of more than `at_once` layers (all without) waits for the next frames.
        """
        if self._unstamped:
            self._layers[self._unstamped, 2] = time
            self._unstamped.clear()
            self._layers_changed = True
        count = len(self._later) if at_once is None else at_once
        stale, self._later = [*self._stale, *self._later[:count]], self._later[count:]
        if stale and self._samples is not None:
            samples, extremes = self._samples[stale], self._extremes[stale]
            ends = ends_of(samples, extremes, self._colouring, self._diverging).astype(np.float64)
            if self._colouring.range == "fixed":  # the numbers are kept in another unit
                ends /= np.array([[self._quantities[slot].factor] for slot in stale])
            self._layers[stale, :2] = np.clip(ends, -FARTHEST, FARTHEST)
            self._layers_changed = True
            self._write_places([self._spans[slot] for slot in {*stale}])
        self._stale.clear()
        if self._layers_changed:
            self._layers_buffer.write(self._layers)
            self._layers_changed = False

    def sort(self, seconds: float = SORTING) -> dict[int, np.ndarray]:
        """Puts maps in order for so long, at least those of one layer; the rest waits for the next call.

        Returns the layers whose order is another now, by node: (maps,) int32, the map at each place.
        """
        reordered: dict[int, np.ndarray] = {}
        end = perf_counter() + seconds
        while self._unsorted:
            node = next(iter(self._unsorted))
            del self._unsorted[node]
            span = self.plan.spans[node]
            rows = slice(span.row, span.row + span.count)
            order = self._ranked(rows)
            if not np.array_equal(order, self._order[rows]):
                self._order[rows] = order
                reordered[node] = order
            if perf_counter() > end:
                break
        self._write_places([self.plan.spans[node] for node in reordered])
        return reordered

    def settle(self) -> None:
        """Ends every fade at once, for pictures that are drawn a single time."""
        self.refresh(NEVER, at_once=None)
        shown = self._layers[:, 2] > NEVER
        if shown.any():
            self._layers[shown, 2] = NEVER
            self._layers_buffer.write(self._layers)

    def empty(self, nodes: Iterable[int] | None = None) -> None:
        """These layers (all by default) have no maps any more."""
        slots = list(self.slots.values()) if nodes is None else [self.slots[n] for n in nodes if n in self.slots]
        self._layers[slots, 2] = 2 * NEVER
        self._known[slots] = False
        gone = set(slots)
        self._unstamped = [slot for slot in self._unstamped if slot not in gone]
        self._layers_changed = True

    def order_of(self, span: MapSpan) -> np.ndarray:
        """(maps,) int32: which map of a layer stands at each place."""
        return self._order[span.row : span.row + span.count]

    def version(self, node: int) -> int:
        """How many times the maps of a layer have come; 0 where it has none now."""
        slot = self.slots.get(node)
        return 0 if slot is None or not self._known[slot] else self._versions[node]

    def sampled(self, node: int) -> tuple[np.ndarray, np.ndarray]:
        """(samples,) and (2,) float32: values of a layer that has maps, and its smallest and largest one."""
        assert self._samples is not None
        slot = self.slots[node]
        return self._samples[slot].copy(), self._extremes[slot].copy()

    def quantity(self, node: int) -> Quantity:
        """What the values of a layer are that has maps."""
        return self._quantities[self.slots[node]]

    def widen(self, node: int, extremes: np.ndarray) -> None:
        """Takes (2,) float32 for a layer's smallest and largest value, whatever those of its maps here are."""
        self._extremes[self.slots[node]] = extremes
        self._stale.append(self.slots[node])

    def bind(self) -> None:
        """Binds the layers' states to their storage binding and the places to their texture unit."""
        self._layers_buffer.bind_to_storage_buffer(LAYERS_BINDING)
        self.places.use(PLACES_UNIT)

    @property
    def bytes(self) -> int:
        """Graphics memory of all of it."""
        return self.places.bytes + self._layers.nbytes

    @property
    def in_order(self) -> bool:
        """Whether the maps of every layer stand by their index."""
        return self._colouring.order == "index" and not self._unsorted

    def release(self) -> None:
        self.places.release()
        self._layers_buffer.release()

    def _ranked(self, rows: slice) -> np.ndarray:
        """(maps,) int32: the maps of the layer at these rows, the largest first; equal ones by their index."""
        order = self._colouring.order
        if order == "index":
            return np.arange(rows.stop - rows.start, dtype=np.int32)
        match order:
            case "difference":
                values = self._differences[rows]
            case "susceptibility":
                values = self._changes[rows]
            case _:
                values = self._statistics[rows, _COLUMN[order]]
        return np.argsort(-values, kind="stable").astype(np.int32)

    def _write_places(self, spans: Sequence[MapSpan]) -> None:
        """What lies side by side in one go."""
        first = last = 0
        for span in sorted(spans, key=lambda span: span.row):
            if span.row != last:
                self._write_rows(first, last)
                first = span.row
            last = span.row + span.count
        self._write_rows(first, last)

    def _write_rows(self, first: int, last: int) -> None:
        if last <= first:
            return
        order, slots = self._order[first:last], self._slot[first:last]
        known = self._statistics[self._rows[slots] + order]
        if self._colouring.range != "map":
            ends = self._layers[slots, :2]
        elif self._diverging:
            ends = np.abs(known[:, :2]).max(axis=1, keepdims=True) * (-1.0, 1.0)
        else:
            ends = known[:, :2]
        start = 0.0 if self._diverging else ends[:, 0]
        span = ends[:, 1] - start
        shares = np.where(span > 0, known[:, 2] - start, 0.0) / np.where(span > 0, span, 1.0)
        self.places.write(first, order, np.clip(shares, -1.0 if self._diverging else 0.0, 1.0), ends)
