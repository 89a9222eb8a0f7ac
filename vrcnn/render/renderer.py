"""Draws a world, given as drawables, for one eye at a time.

All colours, in the theme, in textures and in the RGBA8 buffers that are drawn into, are sRGB-encoded; shading and
blending happen on the encoded values, and GL_FRAMEBUFFER_SRGB stays off. What is stored is what a screen shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import moderngl
import numpy as np

from vrcnn.engine.plan import MapPlan
from vrcnn.render.background import Background
from vrcnn.render.boxes import BoxPass
from vrcnn.render.change_frames import ChangeFrames
from vrcnn.render.confusion_picture import ConfusionPicture
from vrcnn.render.culling import Culling
from vrcnn.render.feature_pictures import FeaturePictures
from vrcnn.render.feature_store import Key
from vrcnn.render.feature_walls import FeatureWalls
from vrcnn.render.frame_block import NO_WAVE, FrameBlock
from vrcnn.render.frame_store import frame_store
from vrcnn.render.gathering import differ, gathered, opaque, translucent
from vrcnn.render.gl_errors import GLErrors
from vrcnn.render.grid_pass import GridPass, near_visualizations
from vrcnn.render.hidden_area import HiddenArea
from vrcnn.render.image_pass import ImagePass
from vrcnn.render.labels import LabelPass
from vrcnn.render.map_store import MapStore
from vrcnn.render.mesh_pass import MeshPass
from vrcnn.render.panel_pass import PanelPass
from vrcnn.render.parts import drawn_in_parts
from vrcnn.render.raw import RawGL
from vrcnn.render.readings import Readings
from vrcnn.render.ribbons import RibbonPass
from vrcnn.render.schedule import BACKGROUND, Schedule
from vrcnn.render.shadows import ShadowPass
from vrcnn.render.target import Target
from vrcnn.render.transfer import Transfer, choose_transfer
from vrcnn.scene.camera import View
from vrcnn.scene.colouring import Colormap, Colouring, colormap_of
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.framed_maps import FRAMES, frames_plan
from vrcnn.scene.onlookers import UNSEEN_BY_AUDIENCE, UNSEEN_BY_EYES
from vrcnn.scene.reading import Reading
from vrcnn.scene.theme import Theme
from vrcnn.scene.world import World

ANCHORS_BINDING = 4
UNMOVED = np.array([(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)], np.float32)  # the world's own frame alone


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
        self._features = FeatureWalls(context, self._gl)
        self._feature_pictures = FeaturePictures()
        self._confusion_picture = ConfusionPicture()
        self.changes = ChangeFrames(context)
        self._grids = GridPass(context, theme, self._features, self.changes)
        self._images = ImagePass(context, theme, self._gl)
        self._panels = PanelPass(context, theme)
        boxes, meshes = BoxPass(context, theme), MeshPass(context, theme)
        self._passes: dict[str, Any] = {
            "boxes": boxes,
            "meshes": meshes,
            "grids": self._grids,
            "shadows": ShadowPass(context, theme),
            "images": self._images,
            "panels": self._panels,
            "translucent boxes": boxes,
            "translucent meshes": meshes,
            "ribbons": RibbonPass(context, theme),
            "labels": LabelPass(context, theme, self._gl),
        }
        self._background = Background(context, theme)
        self._schedule = Schedule(self._passes, self._background)
        self._theme = theme
        self._frame = FrameBlock(context, theme)
        self._groups: dict[str, _Group] = {}
        self.stores: dict[int, MapStore] = {}
        self._coloured: tuple[Colouring, Colormap] | None = None
        self._transfers: dict[str, Transfer] = {}
        self._grids.stores = self.stores
        self._readings = Readings(self._gl)
        self._frames_shown = 0
        self._anchors = UNMOVED
        self._anchor_buffer = context.buffer(UNMOVED)
        self.culling = Culling(context)
        self._looked: list[tuple[View, tuple[int, int]]] = []
        self._reschedule()
        self.set_colouring(Colouring())
        self._errors.check("making the renderer")

    def transfer_from(self, device: str) -> Transfer:
        """How maps come here that are computed on `device`, such as "cuda:0": the fastest way that is open."""
        if device not in self._transfers:
            self._transfers[device] = choose_transfer(self._gl, device)
        return self._transfers[device]

    def set_plan(self, plan: MapPlan, hall: int = 0, device: str = "cpu") -> None:
        """Makes room for a hall's maps, which are computed on `device`, in place of any before.

        Raises UserError where there is too little.
        """
        if hall in self.stores:
            self.stores.pop(hall).release()
        self.stores[hall] = MapStore(self._context, plan, self._gl, self.transfer_from(device))
        self._features.set_plan(hall, plan)
        self.changes.set_plan(hall, plan)
        for group in self._groups.values():
            self._rebuild(group, "grids", *gathered(group.drawables, "grids"))
        self._reschedule()
        self._errors.check("making room for the maps")

    def set_theme(self, theme: Theme) -> None:
        """Takes another look; the batches of all groups are built anew where it is another one than before."""
        if theme is self._theme:
            return
        self._theme = theme
        self._frame.set_theme(theme)
        for drawing in {id(drawing): drawing for drawing in (*self._passes.values(), self._background)}.values():
            drawing.set_theme(theme)
        for group in self._groups.values():
            drawables, group.drawables = group.drawables, Drawables()
            self._update(group, drawables)
        self._reschedule()
        self._errors.check("taking another theme")

    def set_paths(self, places: Sequence[float]) -> None:
        """Takes where the paths lie (x in m) that the ground is lit along."""
        self._background.set_paths(places)

    def set_colouring(self, colouring: Colouring) -> None:
        """How values become colours, and what maps are put in order by."""
        colormap = colormap_of(colouring, self._theme)
        if (colouring, colormap) != self._coloured:
            self._coloured = colouring, colormap
            self._grids.set_colouring(colouring, colormap)
        for maps in self.stores.values():
            maps.states.colour(colouring, colormap.diverging)

    def read(self, world: World, wait: bool = False) -> None:
        """Reads the map that is pointed at, and takes over the maps in frames, and how far visualizations are.

        `wait` as in Readings.
        """
        gallery = world.gallery
        self._features.follow(world)
        self._readings.step(world, self.stores, wait)
        if gallery.revision != self._frames_shown:
            self._frames_shown = gallery.revision
            if FRAMES in self.stores:
                self.stores.pop(FRAMES).release()
            readings = {each.number: each.reading for each in gallery.frames if isinstance(each.reading, Reading)}
            if readings:
                diverging = colormap_of(world.colouring, self._theme).diverging
                plan, colouring = frames_plan(gallery), world.colouring
                self.stores[FRAMES] = frame_store(self._context, self._gl, plan, readings, colouring, diverging)
        self._feature_pictures.step(world, self._images.set_picture)
        self._confusion_picture.step(world, self._images.set_picture)
        self._errors.check("reading a map")

    def set_picture(self, number: int, pixels: np.ndarray) -> None:
        """Takes a picture by its number (scene/picture_numbers.py): (H, W, 4) uint8, at most 512 px a side."""
        self._images.set_picture(number, pixels)
        self._errors.check("taking a picture")

    def set_panel(self, name: str, texture: moderngl.Texture) -> None:
        """Takes the texture of a panel in the world, as in PanelPass, whenever it was drawn anew; drop_panel() comes
        before its release."""
        self._panels.set_panel(name, texture)

    def drop_panel(self, name: str) -> None:
        """Draws the panel of this name no more."""
        self._panels.drop_panel(name)

    def set_feature(self, hall: int, tensor: int, channel: int, pixels: np.ndarray) -> None:
        """Takes the visualization of a channel, (H, W, 3) uint8 of any size, also while it is still forming.

        `tensor` is the layer's number in the full graph. It is shown some frames later, where many come at a time.
        """
        self._features.set(hall, tensor, channel, pixels)

    def drop_features(self, hall: int) -> None:
        """Forgets the visualizations of a hall."""
        self._features.drop(hall)

    def missing_features(self) -> list[Key]:
        """(hall, tensor, channel) of visualizations that are shown but had to leave; set_feature() brings them back.

        No more than there is room for.
        """
        return self._features.missing()

    def prepare(
        self, groups: Mapping[str, Drawables], time: float, anchors: np.ndarray = UNMOVED, wave: float = NO_WAVE
    ) -> None:
        """Takes the drawables of this frame; `time` in seconds drives pulses and fades.

        `wave` is where the light is that travels from the input, 0, to the output, 1.

        `anchors` are the frames that they stand in, (anchors, 8) float32 as in scene/anchors.py; another object than
        last time where any of them has moved.

        Buffers are rebuilt only for groups that are another object than last time, and in these only for the kinds
        of drawables that differ.
        """
        self._frame.time, self._frame.wave = time, wave
        for maps in self.stores.values():
            maps.states.refresh(time)
        walls = (group.batches["grids"] for group in self._groups.values() if "grids" in group.batches)
        self._features.look(near_visualizations(walls, self.culling), self.stores, time)
        self._features.refresh()
        self._set_anchors(anchors)
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
        self.culling.place(self._anchors)
        self._looked.clear()
        self._errors.check("preparing a frame")

    def look(self, views: Sequence[View], size: tuple[int, int]) -> None:
        """Finds out once for all eyes of a frame, whose pictures are `size` pixels, what they see; draw() may follow.

        Without it, draw() does so for its own eye.
        """
        self.culling.look(views, max(size[1] / (view.up - view.down) for view in views))
        self._looked = [(view, size) for view in views]

    def draw(
        self,
        view: View,
        framebuffer: moderngl.Framebuffer,
        size: tuple[int, int],
        hidden: HiddenArea | None = None,
        unseen: frozenset[str] = UNSEEN_BY_EYES,
        corner: tuple[int, int] = (0, 0),
        alone: bool = False,
    ) -> None:
        """Draws one eye's view into the lower left `size` (width, height) pixels of a framebuffer with depth.

        What is `hidden` from the eye is left out, and so are the `unseen` groups. The rest of the framebuffer is
        cleared. `corner` as in FrameBlock.write. Things `alone` have neither ground nor sky around them: their colours
        are then multiplied with their alpha.
        """
        self._frame.write(view, size, corner)
        framebuffer.use()
        framebuffer.depth_mask = True
        framebuffer.viewport = (0, 0, *size)
        self._context.enable_only(moderngl.DEPTH_TEST)
        framebuffer.clear(*((0.0, 0.0, 0.0, 0.0) if alone else (*self._theme["horizon"], 1.0)))
        self._anchor_buffer.bind_to_storage_buffer(ANCHORS_BINDING)
        if hidden is not None:
            hidden.draw(view)
        if (view, size) not in self._looked:
            self.look((view,), size)
        for stage, drawing, batches in self._schedule.without(unseen):
            if stage is BACKGROUND:
                if not alone:
                    drawing.draw()
            else:
                drawing.draw(batches)
            if self._errors.fatal:
                self._errors.check(f"drawing {stage}")
        self._errors.check("drawing")

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is drawn meanwhile is for nobody's eyes: of what they see, the renderer knows the same afterwards."""
        seen = self.culling.remembered
        try:
            yield
        finally:
            self.culling.remembered = seen
            self._looked.clear()

    def settle(self) -> None:
        """Every fade is at its end."""
        for maps in self.stores.values():
            maps.states.settle()
        self._features.settle()

    def render_picture(
        self,
        view: View,
        size: tuple[int, int],
        unseen: frozenset[str] = UNSEEN_BY_AUDIENCE,
        alone: bool = False,
    ) -> np.ndarray:
        """One view as (height, width, 3) uint8, rows from the top, with every fade at its end; without the `unseen`.

        Things `alone` are (height, width, 4) with straight alpha. A large one is drawn in parts.
        """
        self.settle()

        def draw(part: View, target: Target, corner: tuple[int, int]) -> None:
            self.draw(part, target.framebuffer, target.size, unseen=unseen, corner=corner, alone=alone)

        with self.aside():
            return drawn_in_parts(self._context, view, size, draw, alone)

    def release(self) -> None:
        """Frees everything on the GPU."""
        for group in self._groups.values():
            for batch in group.batches.values():
                batch.release()
        self._groups.clear()
        self._schedule.take({})
        for drawing in {id(drawing): drawing for drawing in self._passes.values()}.values():
            drawing.release()
        self._readings.release()
        self._features.release()
        self.changes.release()
        self._background.release()
        for maps in self.stores.values():
            maps.release()
        self.stores.clear()
        for transfer in self._transfers.values():
            transfer.release()
        self._transfers.clear()
        self._frame.release()
        self._anchor_buffer.release()
        self.culling.release()

    def _update(self, group: _Group, drawables: Drawables) -> bool:
        """Takes a group's new drawables; returns whether it has other batches than before."""
        old, group.drawables = group.drawables, drawables
        changed = False
        for stage in ("grids", "shadows", "images", "panels", "ribbons", "labels"):
            if differ(old, drawables, stage):
                changed |= self._rebuild(group, stage, *gathered(drawables, stage))
        for solid in ("boxes", "meshes"):
            if not differ(old, drawables, solid):
                continue
            items, anchors = gathered(drawables, solid)
            for stage, kept in ((solid, opaque), (f"translucent {solid}", translucent)):
                chosen = [place for place, item in enumerate(items) if kept(item)]
                changed |= self._rebuild(
                    group, stage, [items[place] for place in chosen], [anchors[place] for place in chosen]
                )
        return changed

    def _set_anchors(self, anchors: np.ndarray) -> None:
        if anchors is self._anchors:
            return
        if anchors.nbytes > self._anchor_buffer.size:
            self._anchor_buffer.release()
            self._anchor_buffer = self._context.buffer(reserve=2 * anchors.nbytes)
        self._anchor_buffer.orphan()  # the frame before may still read it
        self._anchor_buffer.write(np.ascontiguousarray(anchors))
        self._anchors = anchors

    def _rebuild(self, group: _Group, stage: str, items: Sequence[Any], anchors: Sequence[int]) -> bool:
        """Makes the batch of one stage anew, or fills the one that is there; returns whether it is another."""
        drawing = self._passes[stage]
        former = group.batches.get(stage)
        before = getattr(former, "stretches", None)
        if former is not None and items and hasattr(drawing, "rewrite") and drawing.rewrite(former, items, anchors):
            return former.stretches is not before
        if former is not None:
            group.batches.pop(stage).release()
        batch = drawing.build(items, anchors) if items else None
        if batch is not None:
            group.batches[stage] = batch
        return former is not batch

    def _reschedule(self) -> None:
        """What draw() goes through: each stage with its pass and the batches of all groups."""
        drawn = self._schedule.take({name: group.batches for name, group in self._groups.items()})
        self.culling.take([part for batch in drawn for part in getattr(batch, "batches", (batch,))])
        self.culling.place(self._anchors)
