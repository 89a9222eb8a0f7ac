"""The tools to draw on the picture on the easel: what with, how broad, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vrcnn.network.strokes import BLUR, BOX, BRUSH, DISC, ERASER, GREY, MEAN
from vrcnn.scene.drawing import COLOURS, SIZES
from vrcnn.scene.intents import Intent
from vrcnn.scene.way_intents import (
    ChooseTool,
    ClearStrokes,
    FreezeCamera,
    KeepDrawing,
    PastePicture,
    ShowEaselLarge,
    StepStroke,
)
from vrcnn.scene.wording import counted
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, MARGIN, ROUNDING, Pen, columns
from vrcnn.ui.theme import SMALL

KINDS = (("Brush", BRUSH), ("Eraser", ERASER), ("Box", BOX), ("Soft disc", DISC))
FILLS = (("Grey", GREY), ("The mean", MEAN), ("Out of focus", BLUR))
NOTHING = "Put a picture on the easel, and draw on it."
NO_PICTURES = "This network reads no picture, so there is nothing to draw on."
DRAW_ON = {BRUSH: "paint on the picture", ERASER: "bring the original back", BOX: "hide a part", DISC: "hide a part"}
LABEL, STEP = 30.0, 98.0  # points: of what names a row, and from row to row


@dataclass
class DrawPanel:
    """Keeps nothing: all that it tells is in the World."""

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Draw on the picture"

    def key(self, world: World, panel: WorldPanel) -> object:
        sketching, number, camera = world.sketching, world.easel.picture, world.camera
        drawing = None if number is None else sketching.drawings.get(number)
        strokes = None if drawing is None else (drawing.strokes, drawing.undone)
        seen = number, len(world.pictures), world.enlarged, world.player.head is None
        return sketching.tool, strokes, seen, rates(world), camera and camera.live

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """There is nothing beyond what is shown."""

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        tool, number = world.sketching.tool, world.easel.picture
        drawing = None if number is None else world.sketching.drawings.get(number)
        pen.text(MARGIN, TITLE + 14, _told(world), "text" if number is not None else "muted", room=width - 2 * MARGIN)
        rows = [
            Area(MARGIN, top, width - MARGIN, top + BUTTON)
            for top in (TITLE + 56.0 + LABEL + STEP * n for n in range(4))
        ]
        wishes: list[Intent] = []
        for row, words in zip(rows, ("Tool", _second(tool.kind), "Size", "What was drawn"), strict=True):
            pen.text(MARGIN, row.top - LABEL + 4, words, "muted", SMALL)
        kind = pen.choices("tool", rows[0], KINDS, tool.kind)
        if kind is not None:
            wishes.append(ChooseTool(replace(tool, kind=kind)))
        if tool.kind == BRUSH:
            colour = _swatches(pen, rows[1], tool.colour)
            wishes += [] if colour is None else [ChooseTool(replace(tool, colour=colour))]
        elif tool.kind in (BOX, DISC):
            fill = pen.choices("fill", rows[1], FILLS, tool.fill)
            wishes += [] if fill is None else [ChooseTool(replace(tool, fill=fill))]
        else:
            pen.text(MARGIN, rows[1].top + 16, "It brings the original back, wherever it goes.", "muted")
        size = pen.choices("size", rows[2], SIZES, tool.size)
        if size is not None:
            wishes.append(ChooseTool(replace(tool, size=size)))
        back, again, clear, keep = columns(rows[3], 4)
        if pen.button("undo", back, "Undo", usable=drawing is not None and bool(drawing.strokes)):
            wishes.append(StepStroke(-1))
        if pen.button("redo", again, "Redo", usable=drawing is not None and bool(drawing.undone)):
            wishes.append(StepStroke(1))
        if pen.button("clear", clear, "Clear", usable=drawing is not None and not drawing.is_empty):
            wishes.append(ClearStrokes())
        if pen.button("keep", keep, "Keep a copy", usable=number is not None):
            wishes.append(KeepDrawing())
        foot = Area(MARGIN, rows[3].bottom + 16, width - MARGIN, rows[3].bottom + 16 + BUTTON)
        large, paste, camera = columns(foot, 3)
        if pen.button("large", large, "Show it large", world.enlarged is not None, usable=number is not None):
            wishes.append(ShowEaselLarge())
        if pen.button("paste", paste, "Paste a picture"):
            wishes.append(PastePicture())
        live = world.camera is not None and world.camera.live
        if pen.button(
            "camera", camera, "Freeze the camera" if live else "Camera live", usable=world.camera is not None
        ):
            wishes.append(FreezeCamera())
        pen.text(MARGIN, height - MARGIN - 18, rates(world), "muted", SMALL, room=width - 2 * MARGIN)
        return wishes


def rates(world: World) -> str:
    """How often the network follows, and the camera's rate where there is one."""
    found = []
    if world.sketching.rate > 0:
        found.append(f"the network follows {_per_second(world.sketching.rate)}")
    camera = world.camera
    if camera is not None:
        rate = "is gone" if camera.lost else _per_second(camera.rate) if camera.live else "is frozen"
        found.append(f"{camera.name} {rate}")
    words = ", ".join(found)
    return words[:1].upper() + words[1:]


def _per_second(rate: float) -> str:
    if rate < 1:
        return f"every {1 / max(rate, 0.01):.1f} s"
    return f"{rate:.1f} times a second" if rate < 9.95 else f"{rate:.0f} times a second"


def _told(world: World) -> str:
    if world.easel.picture is None:
        return NOTHING if world.pictures else NO_PICTURES
    drawing = world.sketching.drawings.get(world.easel.picture)
    count = 0 if drawing is None else len(drawing.strokes)
    press = "Press" if world.player.head is None else "Pull the trigger"
    told = f"{press} and drag to {DRAW_ON[world.sketching.tool.kind]}."
    return told if not count else f"{told}  {counted(count, 'stroke')}."


def _second(kind: str) -> str:
    return {BRUSH: "Colour", ERASER: "Original"}.get(kind, "What hides it")


def _swatches(pen: Pen, row: Area, chosen: str) -> str | None:
    """A button of each colour; which one was pressed."""
    found = None
    for (name, colour), place in zip(COLOURS.items(), columns(row, len(COLOURS)), strict=True):
        over, _ = pen.felt(f"colour {name}", place)
        packed = 0xFF000000 | colour[2] << 16 | colour[1] << 8 | colour[0]
        pen.layer.add_rect_filled(*pen.corners(place), packed, ROUNDING * pen.density)
        pen.rim(place, "frame", 1.5, ROUNDING)
        if name == chosen or over:
            inset = 5.0 if name == chosen else 0.0
            around = Area(place.left - inset, place.top - inset, place.right + inset, place.bottom + inset)
            pen.rim(around, "accent", 3.5, ROUNDING + inset)
        if over and pen.pressed:
            found = name
    return found
