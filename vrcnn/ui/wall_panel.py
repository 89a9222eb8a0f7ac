"""A layer's panel beside its wall: what the layer is, and everything that can be done with the wall."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.network.graph import Node
from vrcnn.scene.arranging import next_zoom
from vrcnn.scene.feature_intents import TurnWall, VisualizeWall
from vrcnn.scene.hall import Hall, Wall, WallState
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.intents import Action, BringBack, FoldWall, GoTo, HideWall, Intent, ResetWall, ZoomTiles
from vrcnn.scene.wall_controls import touched
from vrcnn.scene.wording import counted, spoken
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import INSPECT, TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, GAP, MARGIN, Pen, columns
from vrcnn.ui.theme import SMALL

NAMES, LINE = 132.0, 35.0  # points: the width of the lines' names, and from one line to the next
FACES = (("Maps", "activations"), ("Features", "visualizations"), ("Both", "both"))
ABREAST = 4  # buttons side by side
STATES = {
    WallState.EMPTY: "no picture has run as yet",
    WallState.RUNNING: "the picture is on its way",
    WallState.FAILED: "the picture did not get here",
    WallState.LEFT_OUT: "left out to save memory",
}


@dataclass
class WallPanel:
    """Keeps nothing: all that it tells is in the World."""

    def title(self, world: World, panel: WorldPanel) -> str:
        found = _found(world, panel)
        return panel.wall if found is None else found[1].title

    def key(self, world: World, panel: WorldPanel) -> object:
        found = _found(world, panel)
        if found is None:
            return None
        hall, wall = found
        looks = hall.standing_key, hall.layout_revision, wall.state, wall.nonfinite, wall.face
        return panel.hall, panel.wall, looks, hall.arrangement.handling(wall.name), world.easel.picture

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """There is nothing beyond what is shown."""

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        found = _found(world, panel)
        if found is None:
            pen.text(MARGIN, TITLE + 16, "This layer is not shown any more.", "muted")
            return []
        hall, wall = found
        width, height = pen.size
        y = TITLE + 14.0
        for name, words in told(world, hall, wall):
            pen.text(MARGIN, y + 2, name, "muted", SMALL)
            pen.text(MARGIN + NAMES, y, words, room=width - 2 * MARGIN - NAMES, size=SMALL * 1.08)
            y += LINE
        wishes: list[Intent] = []
        bottom = height - MARGIN
        neighbours = Area(MARGIN, bottom - BUTTON, width - MARGIN, bottom)
        wishes += _draw_neighbours(pen, hall, wall, panel.hall, neighbours)
        top = bottom - 4 * BUTTON - 3 * GAP
        usable = wall.span is not None and not wall.left_out and not wall.folded
        if usable:
            face = pen.choices("face", Area(MARGIN, top, width - MARGIN, top + BUTTON), FACES, wall.face)
            wishes += [] if face is None else [TurnWall(pen.pressed, face)]
        for number, (words, can, action) in enumerate(_actions(hall, wall, panel.hall, pen.pressed)):
            row = top + (1 + number // ABREAST) * (BUTTON + GAP)
            place = columns(Area(MARGIN, row, width - MARGIN, row + BUTTON), ABREAST)[number % ABREAST]
            if pen.button(words, place, words, usable=can, size=SMALL * 1.08):
                wishes.append(action)
        return wishes


def told(world: World, hall: Hall, wall: Wall) -> list[tuple[str, str]]:
    """(name, words) of what there is to tell of a layer."""
    node = hall.graph.nodes[wall.node]
    shown = STATES.get(wall.state, "")
    if wall.state is WallState.READY and world.easel.picture is not None:
        shown = world.pictures[world.easel.picture].name
    if wall.nonfinite:
        shown = f"{shown}, {counted(wall.nonfinite, 'map')} with NaN or infinities".strip(", ")
    lines = [("Output", wall.subtitle), ("Operations", wall.caption)]
    settings = _settings(hall, node)
    if settings:
        lines.append(("Settings", settings))
    lines.append(("Parameters", spoken(node.parameters) if node.parameters else "none"))
    lines.append(("Shows", shown or "nothing as yet"))
    return lines


def _actions(hall: Hall, wall: Wall, number: int, hand: str) -> list[tuple[str, bool, Action]]:
    """(words, whether it does something now, what it means) of the buttons."""
    maps = wall.span is not None and not wall.left_out
    tiled = maps and not wall.folded
    first: tuple[str, bool, Action] = ("Visualize", tiled, VisualizeWall(hand))
    if wall.left_out:
        first = "Bring back", True, BringBack(wall.name)
    return [
        first,
        ("Larger tiles", tiled and next_zoom(wall, 1) is not None, ZoomTiles(hand, 1)),
        ("Smaller tiles", tiled and next_zoom(wall, -1) is not None, ZoomTiles(hand, -1)),
        ("Open" if wall.folded else "Fold", True, FoldWall(hand)),
        ("Hide", True, HideWall(hand)),
        ("Inspect", maps, OpenPanel(INSPECT)),
        ("Put back", touched(hall, wall), ResetWall(hand)),
    ]


def _draw_neighbours(pen: Pen, hall: Hall, wall: Wall, number: int, area: Area) -> list[Intent]:
    """Buttons that lead to the layer before, to this one, and to the one behind."""
    sources = [link.source for link in hall.links if link.target == wall.node]
    targets = [link.target for link in hall.links if link.source == wall.node]
    before, behind = (hall.wall_of(nodes[-1]) if nodes else None for nodes in (sources, targets))
    wishes: list[Intent] = []
    for arrow, place, other in zip(("← ", "", "→ "), columns(area, 3), (before, wall, behind), strict=True):
        words = "Go before it" if other is wall else "–" if other is None else f"{arrow}{other.title}"
        usable = other is not None and other.shown
        if pen.button(f"go {arrow}", place, words, usable=usable, size=SMALL * 1.08) and other is not None:
            wishes.append(GoTo(other.name, number))
    return wishes


def _settings(hall: Hall, node: Node) -> str:
    """What the first operation that has parameters was told, else the first of all."""
    members = [hall.full.nodes[index] for index in node.members if index < len(hall.full.nodes)] or [node]
    return next((member.settings for member in members if member.parameters), members[0].settings)


def _found(world: World, panel: WorldPanel) -> tuple[Hall, Wall] | None:
    if panel.hall >= len(world.halls):
        return None
    hall = world.halls[panel.hall]
    wall = next((wall for wall in hall.walls if wall.name == panel.wall), None)
    return None if wall is None else (hall, wall)
