"""What the walls' shader knows of the sieve: a texel for each map of a hall, the colour of its frame.

Only these small textures are written as another sieve comes; with no sieve before the picture nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from time import perf_counter

import moderngl
import numpy as np

from vrcnn.engine.plan import MapPlan
from vrcnn.render.map_store import MapStore
from vrcnn.render.places import WIDTH
from vrcnn.scene.change_colours import change_colours
from vrcnn.scene.theme import THEMES, Theme
from vrcnn.scene.world import World

CHANGES_UNIT = 5
FOLLOWING = 0.001  # s of a frame for what has become known


@dataclass
class _HallOnShow:
    """What the graphics card knows of a hall: `shown` are the changes by node, as they were written in `theme`."""

    plan: MapPlan
    texture: moderngl.Texture | None = None
    texels: np.ndarray = field(default_factory=lambda: np.zeros((0, 4), np.uint8))
    shown: dict[int, np.ndarray] = field(default_factory=dict)
    sorted: dict[int, np.ndarray] = field(default_factory=dict)
    theme: str = ""
    revision: object = None


class ChangeFrames:
    """The colours of the frames of all halls."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._halls: dict[int, _HallOnShow] = {}
        self._coloured: set[int] = set()

    def set_plan(self, hall: int, plan: MapPlan) -> None:
        """The hall's maps have other rows from now on."""
        former = self._halls.get(hall)
        if former is not None and former.texture is not None:
            former.texture.release()
        self._halls[hall] = _HallOnShow(plan)

    def follow(self, world: World, stores: Mapping[int, MapStore], seconds: float = FOLLOWING) -> None:
        """Takes over what is known of changes, for about so long and one layer at least; the rest at the next call."""
        self._coloured.clear()
        on = world.sieving.before and world.sieving.frames
        end = perf_counter() + seconds
        for number, hall in enumerate(world.halls):
            known = self._halls.get(number)
            if known is None or number not in stores:
                continue
            key = id(hall), hall.xray.revision, on, world.theme
            if known.revision != key:
                done = self._sort(known, hall.xray.changes, stores[number], end)
                done &= self._colour(known, hall.xray.changes if on else {}, THEMES[world.theme], end)
                known.revision = key if done else None
            if on and known.shown:
                self._coloured.add(number)

    def has(self, hall: int) -> bool:
        """Whether the tiles of a hall have coloured frames."""
        return hall in self._coloured

    def use(self, hall: int) -> None:
        """Binds the colours of a hall that has some."""
        texture = self._halls[hall].texture
        assert texture is not None
        texture.use(CHANGES_UNIT)

    def release(self) -> None:
        for known in self._halls.values():
            if known.texture is not None:
                known.texture.release()
        self._halls.clear()

    def _sort(self, known: _HallOnShow, changes: Mapping[int, np.ndarray], maps: MapStore, end: float) -> bool:
        """Hands the store what it can sort by; returns whether all of it was done."""
        for node in {**known.sorted, **changes}:
            found, span = changes.get(node), known.plan.spans.get(node)
            if found is known.sorted.get(node) or span is None:
                continue
            fits = found is not None and len(found) == span.count
            maps.states.take_changes(span, found if fits else None)
            if found is None:
                del known.sorted[node]
            else:
                known.sorted[node] = found
            if perf_counter() > end:
                return False
        return True

    def _colour(self, known: _HallOnShow, changes: Mapping[int, np.ndarray], theme: Theme, end: float) -> bool:
        """Writes the frames' colours; returns whether all of it was done."""
        if not changes and not known.shown:
            return True
        if known.texture is None:
            height = max(1, ceil(known.plan.count / WIDTH))
            known.texels = np.zeros((height * WIDTH, 4), np.uint8)
            known.texture = self._context.texture((WIDTH, height), 4, known.texels)
            known.texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
        if known.theme != theme.name:
            known.theme = theme.name
            known.shown = dict.fromkeys(known.shown, np.zeros(0, np.float32))
        first, last, done = known.plan.count, 0, True
        for node in {**known.shown, **changes}:
            found, span = changes.get(node), known.plan.spans.get(node)
            if found is known.shown.get(node) or span is None:
                continue
            rows = known.texels[span.row : span.row + span.count]
            rows[:] = 0
            if found is None:
                del known.shown[node]
            else:
                known.shown[node] = found
                if len(found) == span.count:
                    rows[:, :3], rows[:, 3] = change_colours(found, theme), 255
            first, last = min(first, span.row), max(last, span.row + span.count)
            if perf_counter() > end:
                done = False
                break
        if last > first:
            low, high = first // WIDTH, ceil(last / WIDTH)
            known.texture.write(known.texels[low * WIDTH : high * WIDTH], viewport=(0, low, WIDTH, high - low))
        return done
