"""What the window shows over the world: the small panel, notices, the crosshair and the keys."""

from __future__ import annotations

from typing import Any

import moderngl
import numpy as np
from imgui_bundle import imgui

from vrcnn.scene.headset_intents import WearHeadset
from vrcnn.scene.headset_status import NONE, HeadsetStatus
from vrcnn.scene.intents import Intent
from vrcnn.scene.plinth import hidden_walls
from vrcnn.scene.sketching import is_drawing
from vrcnn.scene.theme import THEMES, Theme
from vrcnn.scene.wording import counted, duration, percent
from vrcnn.scene.world import World
from vrcnn.ui.audience_bar import AudienceBar
from vrcnn.ui.backend import ImguiRenderer
from vrcnn.ui.events import Area, KeyEvent, Screen
from vrcnn.ui.flat_panels import FROM_CROSSHAIR, FlatPanels, PanelBar
from vrcnn.ui.flat_panels import GAP as FLAT_GAP
from vrcnn.ui.frame_times import FrameTimes
from vrcnn.ui.hints import Crosshair, Help, Told, draw_pill
from vrcnn.ui.job_list import Job, jobs_of
from vrcnn.ui.minimap import Minimap
from vrcnn.ui.notices import draw_notices
from vrcnn.ui.reading_card import ReadingCard
from vrcnn.ui.search_box import SearchBox
from vrcnn.ui.theme import BODY, PADDING, SMALL, TITLE, Style
from vrcnn.ui.view_panel import HANDLE, ViewPanel

__all__ = ["FrameTimes", "Panel"]

WIDTH = 300.0  # px at a scale of 1
READ_SECONDS = 0.25  # how long a figure stands before it changes, so that it can be read
PLOTTED = 120  # frames
TOLD_ABOVE = 118.0  # px at a scale of 1, above the keys: where is told what went well
FOOT = 0.9  # of the height: where is told how to look around, while the middle is drawn on
HANDLE_ROOM = 130.0  # px at a scale of 1, beside the card: where the other choices are opened
ANSWERS = {"segments": "Mostly", "boxes": "Found"}


class Panel:
    """Draws everything flat over the world, and tells the window which areas a click belongs to."""

    def __init__(self, window: Screen, context: moderngl.Context, theme: Theme) -> None:
        self.window = window
        self.renderer = ImguiRenderer(context)
        self.style = Style.create(theme)
        self.crosshair = Crosshair()
        self.help = Help()
        self.reading_card = ReadingCard()
        self.minimap = Minimap(self.renderer)
        self.search = SearchBox()
        self.view = ViewPanel()
        self.audience = AudienceBar()
        self._told = Told()
        self.flat: FlatPanels | None = None  # whoever opens the window gives them, as they are the world's too
        self._bar = PanelBar()
        self._room = Area(0.0, 0.0, 0.0, 0.0)  # what the frame before has left for panels at the right
        self._over: list[Area] = []  # and what it had over them
        self._was_captured = False
        self._wishes: list[Intent] = []
        self._counted: tuple[object, str] = (None, "")
        self._pace = ("", "")
        self._plot: list[Any] = []
        self._pace_age = READ_SECONDS

    def draw(self, world: World, frame: FrameTimes, framebuffer: moderngl.Framebuffer, captured: bool) -> None:
        """Draws over `framebuffer`, which has the window's size; drops the notices that were dismissed.

        While the mouse is `captured` by the view, panels get none of its events.
        """
        size, scale = self.window.size, self.window.scale
        self._follow(world)
        flat = self.flat
        if flat is not None and min(size) > 0:
            pointed = not captured and not self.search.open
            flat.follow(world, self._room, scale, self.window.events, pointed, self._over, self.renderer)
        typing = self.search.open
        self.renderer.begin(size, self.window.events, pointer=not captured, typing=typing)
        if min(size) <= 0:
            imgui.end_frame()
            return
        style, theme = self.style, THEMES[world.theme]
        if theme is not style.theme:
            style.recolour(theme)
        if scale != style.scale:
            style.rescale(scale)
            self._pace_age = READ_SECONDS  # the curve is made for a scale
        seconds = self.renderer.io.delta_time
        layer = imgui.get_background_draw_list()
        card = self._draw_card(layer, world, frame, seconds)
        edge = size[0] - PADDING * scale
        edge = edge if flat is None or not flat.places else flat.left - FLAT_GAP * scale
        notices = draw_notices(style, size, world, captured, card, (edge, max(PADDING * scale, self._room.top)))
        areas = [card, *notices]
        worn = world.player.head is not None  # then whoever sits here helps, and looks on with others
        foot = self.help.draw(layer, style, size, seconds, asked=worn)
        areas += self._draw_map(layer, world, card, foot, captured)
        if worn:
            events = self.window.events
            bar, intents = self.audience.draw(layer, style, (size[0], foot), world, events, captured, seconds)
            areas += bar
            self._wishes += intents
        elif captured:
            self.reading_card.draw(layer, style, (round(edge + PADDING * scale), size[1]), world, foot, seconds)
            self.crosshair.draw(layer, style, size, world, seconds)
        else:
            at = size[0] / 2, size[1] * (FOOT if is_drawing(world) else 0.5)  # not on what is drawn on
            draw_pill(layer, style, at, "Click to look around", "text")
        if not captured:
            area, intents = self.view.draw(layer, style, size, world, beside=card)
            areas.append(area)
            self._wishes += intents
        areas += self._draw_flat(layer, world, card, foot, captured)
        self._over = notices
        if self.search.open:
            area, intents = self.search.draw(layer, style, size, world, pointed=not captured)
            areas.append(area)
            self._wishes += intents
        self._told.draw(layer, style, (size[0] / 2, foot - TOLD_ABOVE * scale), seconds)
        self._was_captured = captured
        self.window.claimed = tuple(areas)
        self.window.typing = self.search.open or self._writes(world)
        self.renderer.end(framebuffer)

    def close(self) -> None:
        """Gives the GL objects back."""
        if self.flat is not None:
            self.flat.close(self.renderer)
        self.renderer.close()

    def intents(self) -> list[Intent]:
        """What the visitor has asked for in the panels since this was called last."""
        wishes, self._wishes = self._wishes, []
        return wishes

    def tell(self, words: str) -> None:
        """Tells of something that went well, for some seconds."""
        self._told = Told(words)

    def _follow(self, world: World) -> None:
        if self._writes(world):
            return
        if not self.search.open:
            for event in self.window.events:
                match event:
                    case KeyEvent("H" | "F1", True):
                        self.help.toggle()
                    case KeyEvent("TAB", True):  # which frees the mouse too
                        self.view.open = self._was_captured or not self.view.open
                    case KeyEvent("M", True):
                        self.minimap.toggle(world)
        self._wishes += self.search.follow(self.window.events, world)

    def _writes(self, world: World) -> bool:
        """Whether keys belong to a line on a panel at the right."""
        return self.flat is not None and self.flat.writes(world)

    def _draw_flat(self, layer: imgui.ImDrawList, world: World, card: Area, foot: float, captured: bool) -> list[Area]:
        """The panels at the right, and while the mouse is free the bar that opens them."""
        if self.flat is None or world.player.head is not None:
            return []
        (width, _), pad, scale = self.window.size, PADDING * self.style.scale, self.style.scale
        areas, top = self.flat.draw(layer, self.style), pad
        if not captured:
            left = card.right + HANDLE_ROOM * scale
            below = 0.0 if left <= width / 2 else HANDLE[1] * scale + FLAT_GAP * scale  # no room beside the handle
            room = Area(min(left, width / 2), pad + below, width - pad, foot)
            bar, intents = self._bar.draw(layer, self.style, room, world, self.flat.hidden)
            self._wishes += intents
            areas, top = [*areas, bar], bar.bottom + FLAT_GAP * scale
        self._room = Area(width / 2 + FROM_CROSSHAIR * scale, max(top, self._room.top), width - pad, foot - pad)
        if not captured or not self.flat.places:
            self._room = Area(self._room.left, top, self._room.right, self._room.bottom)
        return areas

    def _draw_map(self, layer: imgui.ImDrawList, world: World, card: Area, foot: float, captured: bool) -> list[Area]:
        """The minimap below the card and above the keys."""
        gap = 10 * self.style.scale
        room = Area(card.left, card.bottom + gap, card.right, foot - PADDING * self.style.scale)
        area, intents = self.minimap.draw(layer, self.style, world, room, pointed=not captured)
        self._wishes += intents
        return [] if area is None else [area]

    def _draw_card(self, layer: imgui.ImDrawList, world: World, frame: FrameTimes, seconds: float) -> Area:
        """The small panel in the upper left corner."""
        style, scale = self.style, self.style.scale
        rows = self._rows(world)
        pad, line = PADDING * scale, 26 * scale
        jobs = _told_jobs(world)
        told = world.headset.connection != NONE
        height = 2 * pad + 52 * scale + 13 * scale + line * (len(rows) + told) + 36 * scale * len(jobs) + 70 * scale
        area = Area(pad, pad, pad + WIDTH * scale, pad + height)
        left, right, y = area.left + pad, area.right - pad, area.top + pad
        style.glass(layer, area)
        name = style.fitted(world.hall.network, right - left, TITLE, strong=True)
        style.write(layer, (left, y - 2 * scale), name, "text", TITLE, strong=True)
        style.write(layer, (left, y + 29 * scale), self._counts(world), "muted", SMALL)
        y = self._divide(layer, left, right, y + 52 * scale)
        for label, value, role, extra in rows:
            style.write(layer, (left, y + 2 * scale), label, "muted", SMALL)
            end = right - (style.width(extra, BODY) + 8 * scale if extra else 0)
            room = end - left - style.width(label, SMALL) - 14 * scale
            style.write(layer, (end, y), style.fitted(value, room), role, align=1.0)
            if extra:
                style.write(layer, (right, y), extra, "accent text", align=1.0)
            y += line
        if told:
            self._draw_headset(layer, world.headset, left, right, y)
            y += line
        for job in jobs:
            self._draw_job(layer, job, left, right, y, world.time)
            y += 36 * scale
        y = self._divide(layer, left, right, y + 4 * scale) - 4 * scale
        self._draw_pace(layer, frame, seconds, left, right, y)
        return area

    def _divide(self, layer: imgui.ImDrawList, left: float, right: float, y: float) -> float:
        """A hairline; returns where the next row begins."""
        layer.add_line_h(left, right, round(y), self.style.colour("frame", 0.6), max(1.0, round(self.style.scale)))
        return y + 13 * self.style.scale

    def _counts(self, world: World) -> str:
        counted_for, words = self._counted
        key = world.here, len(world.hall.walls), world.hall.layout_revision
        if counted_for != key:
            maps = sum(wall.span.count for wall in world.hall.walls if wall.span)
            words = f"{counted(len(world.hall.walls), 'layer')}, {counted(maps, 'feature map')}"
            self._counted = key, words
        return words

    @staticmethod
    def _rows(world: World) -> list[tuple[str, str, str, str]]:
        """(label, value, the value's role, what stands out behind it) from top to bottom."""
        shown = world.easel.picture
        rows = [("Picture", "none yet", "muted", "")]
        if shown is not None:
            rows = [("Picture", world.pictures[shown].name, "text", "")]
        if world.hall.scores:
            best = world.hall.scores[0]
            words = ANSWERS.get(world.hall.answer_kind, "Best guess")
            rows.append((words, best.label, "text", percent(best.probability)))
        if world.hall.xray.behind is not None:
            rows.append(("Behind", world.hall.xray.behind.told, "accent text", ""))
        if world.sketching.follows:
            rows.append(("Follows", f"{world.sketching.rate:.1f} times a second", "running", ""))
        elif world.hall.job.seconds is not None and not world.hall.job.running:
            rows.append(("Last run", duration(world.hall.job.seconds), "text", ""))
        if hidden := sum(hidden_walls(hall) for hall in world.halls):
            rows.append(("Hidden", counted(hidden, "wall"), "text", "Shift+X"))
        return rows

    def _draw_headset(
        self, layer: imgui.ImDrawList, status: HeadsetStatus, left: float, right: float, y: float
    ) -> None:
        """How it is with the headset, and the button that changes it."""
        style, scale = self.style, self.style.scale
        wide = style.width(status.step, SMALL) + 20 * scale
        button = Area(right - wide, y - 3 * scale, right, y + 21 * scale)
        pointer = imgui.get_mouse_pos()
        over = button.holds(pointer.x, pointer.y)
        corners = (button.left, button.top), (button.right, button.bottom)
        layer.add_rect_filled(*corners, style.colour("track"), 5 * scale)
        layer.add_rect(*corners, style.colour("accent" if over else "frame"), 5 * scale, max(1.0, round(scale)))
        middle = (button.left + button.right) / 2, y + 1.5 * scale
        style.write(layer, middle, status.step, "accent text" if over else "text", SMALL, align=0.5)
        style.write(layer, (left, y + 2 * scale), "Headset", "muted", SMALL)
        room = button.left - left - style.width("Headset", SMALL) - 24 * scale
        words = style.fitted(status.words, room)
        style.write(layer, (button.left - 10 * scale, y), words, "text", align=1.0)
        if over and imgui.is_mouse_clicked(0):
            self._wishes.append(WearHeadset())

    def _draw_job(self, layer: imgui.ImDrawList, job: Job, left: float, right: float, y: float, time: float) -> None:
        """What a worker does now, and how far it is; a job whose length is unknown shows a part that wanders."""
        style, scale = self.style, self.style.scale
        self._draw_cross(layer, job, right, y)
        end = right - 26 * scale
        room = end - left - style.width(job.progress, SMALL) - 10 * scale
        style.write(layer, (left, y), style.fitted(job.title, room, SMALL), "running", SMALL)
        style.write(layer, (end, y), job.progress, "muted", SMALL, align=1.0)
        top, bottom = y + 21 * scale, y + 25 * scale
        layer.add_rect_filled((left, top), (right, bottom), style.colour("track"), 2 * scale)
        if job.share is not None:
            begin, end = 0.0, min(1.0, job.share)
        else:
            middle = 0.5 - 0.35 * np.cos(2.5 * time)
            begin, end = middle - 0.15, middle + 0.15
        if end > begin:
            span = right - left
            corners = (left + begin * span, top), (left + end * span, bottom)
            layer.add_rect_filled(*corners, style.colour("running"), 2 * scale)

    def _draw_cross(self, layer: imgui.ImDrawList, job: Job, right: float, y: float) -> None:
        """The button that gives a job up."""
        style, scale = self.style, self.style.scale
        pointer, middle, arm = imgui.get_mouse_pos(), (right - 6 * scale, y + 8.5 * scale), 4.5 * scale
        over = Area(right - 18 * scale, y - 4 * scale, right + 6 * scale, y + 21 * scale).holds(pointer.x, pointer.y)
        colour = style.colour("accent" if over else "muted")
        for side in (-1, 1):
            ends = (middle[0] - arm, middle[1] - side * arm), (middle[0] + arm, middle[1] + side * arm)
            layer.add_line(*ends, colour, 1.6 * scale)
        if over and imgui.is_mouse_clicked(0):
            self._wishes.append(job.cancelling)

    def _draw_pace(
        self, layer: imgui.ImDrawList, frame: FrameTimes, seconds: float, left: float, right: float, y: float
    ) -> None:
        """How many frames a second, and how long each of the last ones took."""
        style, scale = self.style, self.style.scale
        top, bottom = y + 24 * scale, y + 56 * scale
        self._pace_age += seconds
        if self._pace_age > READ_SECONDS and len(frame.recent) > 1:
            median = max(frame.median, 1e-6)
            self._pace = f"{1 / median:.0f} frames a second", f"{duration(median)} each"
            self._plot = _curve(frame.array()[-PLOTTED:], Area(left, top, right, bottom), 2 * median)
            self._pace_age = 0.0
        style.write(layer, (left, y), self._pace[0], "text", SMALL)
        style.write(layer, (right, y), self._pace[1], "muted", SMALL, align=1.0)
        layer.add_line_h(left, right, round(bottom), style.colour("frame", 0.6), max(1.0, round(scale)))
        if self._plot:
            layer.add_polyline(self._plot, style.colour("running", 0.9), 1.5 * scale, 0)


def _told_jobs(world: World) -> list[Job]:
    """The first picture that runs, the first of what else is asked, and the first feature visualizations that are made:
    the card is small."""
    jobs = jobs_of(world)
    pictures = [job for job in jobs if not job.features and job.inquiry is None and not world.sketching.follows]
    inquiries = [job for job in jobs if job.inquiry is not None]
    return [*pictures[:1], *inquiries[:1], *[job for job in jobs if job.features][:1]]


def _curve(times: np.ndarray, area: Area, least: float) -> list[Any]:
    """A line through `times`, the newest at the right; its height is the longest time, or `least` if that is more."""
    highest = max(least, float(times.max()))
    across = np.linspace(area.right - (area.right - area.left) * len(times) / PLOTTED, area.right, len(times))
    down = area.bottom - times / highest * (area.bottom - area.top)
    return [imgui.ImVec2(*point) for point in zip(across.tolist(), down.tolist(), strict=True)]
