"""Draws a world, given as drawables, for one eye at a time.

All colours, in the theme, in textures and in the RGBA8 buffers that are drawn into, are sRGB-encoded; shading and
blending happen on the encoded values, and GL_FRAMEBUFFER_SRGB stays off. What is stored is what a screen shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from vrcnn.engine.plan import MapPlan
from vrcnn.render.background import Background
from vrcnn.render.boxes import BoxPass
from vrcnn.render.gl_errors import GLErrors
from vrcnn.render.grid_pass import GridPass
from vrcnn.render.image_pass import ImagePass
from vrcnn.render.labels import LabelPass
from vrcnn.render.map_store import MapStore
from vrcnn.render.raw import RawGL
from vrcnn.render.ribbons import RibbonPass
from vrcnn.render.shadows import ShadowPass
from vrcnn.render.target import Target
from vrcnn.scene.camera import FAR, NEAR, View
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.theme import Theme

FRAME_BINDING = 0
_FRAME = np.dtype(
    [
        ("clip_from_world", "f4", (4, 4)),  # column by column
        ("eye", "f4", 4),
        ("right", "f4", 4),
        ("up", "f4", 4),
        ("viewport", "f4", 4),
        ("zenith", "f4", 4),
        ("horizon", "f4", 4),
        ("ground", "f4", 4),
    ]
)  # shaders/frame.glsl
_BACKGROUND = "background"
# Opaque things come first and the background after them, so that hidden parts of it are not shaded; what blends
# follows.
_STAGES = ("boxes", "grids", _BACKGROUND, "shadows", "images", "translucent boxes", "ribbons", "labels")


@dataclass
class _Group:
    """The drawables of one group and their batches by stage."""

    drawables: Drawables
    batches: dict[str, Any]


class Renderer:
    """Everything that is drawn, in one GL context, which must be current at every call."""

    def __init__(self, context: moderngl.Context, theme: Theme) -> None:
        self._context = context
        self._errors = GLErrors(context)
        self._gl = RawGL()
        self._grids = GridPass(context, theme)
        self._images = ImagePass(context, theme, self._gl)
        boxes = BoxPass(context, theme)
        self._passes: dict[str, Any] = {
            "boxes": boxes,
            "grids": self._grids,
            "shadows": ShadowPass(context, theme),
            "images": self._images,
            "translucent boxes": boxes,
            "ribbons": RibbonPass(context, theme),
            "labels": LabelPass(context, theme, self._gl),
        }
        self._background = Background(context, theme)
        self._horizon = theme["horizon"]
        self._frame = np.zeros((), _FRAME)
        for role in ("zenith", "horizon", "ground"):
            self._frame[role] = (*theme[role], 1.0)
        self._frame_buffer = context.buffer(reserve=_FRAME.itemsize)
        self._groups: dict[str, _Group] = {}
        self._schedule: list[tuple[str, Any, list[Any]]] = []
        self._time = 0.0
        self._maps: MapStore | None = None
        self._reschedule()
        self._errors.check("making the renderer")

    @property
    def maps(self) -> MapStore:
        """Where feature maps are given; set_plan() makes it."""
        assert self._maps is not None, "set_plan() comes first"
        return self._maps

    def set_plan(self, plan: MapPlan) -> None:
        """Makes room for the maps of this plan in place of any before. Raises UserError when there is not enough."""
        if self._maps is not None:
            self._maps.release()
        self._maps = self._grids.maps = None
        self._maps = self._grids.maps = MapStore(self._context, plan, self._gl)
        for group in self._groups.values():
            self._rebuild(group, "grids", group.drawables.grids)
        self._reschedule()
        self._errors.check("making room for the maps")

    def set_picture(self, number: int, pixels: np.ndarray) -> None:
        """Takes picture `number` of the shelf: (H, W, 4) uint8, rows from the top, at most 512 px a side."""
        self._images.set_picture(number, pixels)
        self._errors.check("taking a picture")

    def prepare(self, groups: Mapping[str, Drawables], time: float) -> None:
        """Takes the drawables of this frame; `time` in seconds drives pulses and fades.

        Buffers are rebuilt only for groups that are another object than last time, and in these only for the kinds
        of drawables that differ.
        """
        self._time = time
        if self._maps is not None:
            self._maps.stamp(time)
        changed = False
        for name in [name for name in self._groups if name not in groups]:
            for batch in self._groups.pop(name).batches.values():
                batch.release()
            changed = True
        for name, drawables in groups.items():
            group = self._groups.get(name)
            if group is None:
                group = self._groups[name] = _Group(Drawables(), {})
            if group.drawables is not drawables:
                changed |= self._update(group, drawables)
        if changed:
            self._reschedule()
        self._errors.check("preparing a frame")

    def draw(self, view: View, framebuffer: moderngl.Framebuffer, size: tuple[int, int]) -> None:
        """Draws one eye's view into a framebuffer of `size` (width, height) pixels with depth, over all of it."""
        self._write_frame(view, size)
        framebuffer.use()
        framebuffer.depth_mask = True
        framebuffer.viewport = (0, 0, *size)
        self._context.enable_only(moderngl.DEPTH_TEST)
        framebuffer.clear(*self._horizon, 1.0)
        self._frame_buffer.bind_to_uniform_block(FRAME_BINDING)
        for stage, drawing, batches in self._schedule:
            if stage is _BACKGROUND:
                drawing.draw()
            else:
                drawing.draw(batches)
            if self._errors.fatal:
                self._errors.check(f"drawing {stage}")
        self._errors.check("drawing")

    def render_picture(self, view: View, size: tuple[int, int]) -> np.ndarray:
        """One view as (height, width, 3) uint8, rows from the top, with every fade at its end."""
        if self._maps is not None:
            self._maps.settle()
        target = Target(self._context, size)
        try:
            self.draw(view, target.framebuffer, size)
            return target.read()
        finally:
            target.release()

    def release(self) -> None:
        """Frees everything on the GPU."""
        for group in self._groups.values():
            for batch in group.batches.values():
                batch.release()
        self._groups.clear()
        self._schedule.clear()
        for drawing in {id(drawing): drawing for drawing in self._passes.values()}.values():
            drawing.release()
        self._background.release()
        if self._maps is not None:
            self._maps.release()
        self._frame_buffer.release()

    def _update(self, group: _Group, drawables: Drawables) -> bool:
        """Takes a group's new drawables; returns whether it has other batches than before."""
        old, group.drawables = group.drawables, drawables
        changed = False
        for stage in ("grids", "shadows", "images", "ribbons", "labels"):
            items = getattr(drawables, stage)
            if items is not getattr(old, stage):
                changed |= self._rebuild(group, stage, items)
        if drawables.boxes is not old.boxes:
            changed |= self._rebuild(group, "boxes", tuple(box for box in drawables.boxes if box.opacity >= 1))
            changed |= self._rebuild(
                group, "translucent boxes", tuple(box for box in drawables.boxes if box.opacity < 1)
            )
        return changed

    def _rebuild(self, group: _Group, stage: str, items: tuple[Any, ...]) -> bool:
        """Makes the batch of one stage anew, or fills the one that is there; returns whether it is another."""
        drawing = self._passes[stage]
        former = group.batches.get(stage)
        if former is not None and items and hasattr(drawing, "rewrite") and drawing.rewrite(former, items):
            return False
        if former is not None:
            group.batches.pop(stage).release()
        batch = drawing.build(items) if items else None
        if batch is not None:
            group.batches[stage] = batch
        return former is not batch

    def _reschedule(self) -> None:
        """What draw() goes through: each stage with its pass and the batches of all groups."""
        self._schedule = []
        for stage in _STAGES:
            if stage is _BACKGROUND:
                self._schedule.append((stage, self._background, []))
                continue
            batches = [group.batches[stage] for group in self._groups.values() if stage in group.batches]
            if batches:
                self._schedule.append((stage, self._passes[stage], batches))

    def _write_frame(self, view: View, size: tuple[int, int]) -> None:
        frame = self._frame
        pose = view.pose
        frame["clip_from_world"] = view.matrix().T
        frame["eye"] = (*pose.position, self._time)
        frame["right"] = (*pose.right, size[1] / (view.up - view.down))
        frame["up"] = (*pose.up, 0.0)
        frame["viewport"] = (*size, NEAR, FAR)
        self._frame_buffer.write(frame)
