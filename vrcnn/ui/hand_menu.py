"""The menu at the wrist: what is worn, and everything that a visitor can do, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.scene.abilities import PAGES, meant, on_page
from vrcnn.scene.controllers import KINDS
from vrcnn.scene.enlarging import is_large
from vrcnn.scene.feature_intents import PauseFeatures, TurnAllWalls, WantSights
from vrcnn.scene.headset_intents import OpenPanel, WearHeadset
from vrcnn.scene.intents import Action, ChooseDetail, Intent, ToggleLarge, ToggleTable
from vrcnn.scene.sieve_panel_intents import ColourFrames
from vrcnn.scene.tiles import channel_at
from vrcnn.scene.wording import counted
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import JOBS, SEARCH, SETTINGS, TITLE, WorldPanel
from vrcnn.scene.xray_acting import BY_CHANGE
from vrcnn.scene.xray_intents import SortByChange, ToggleSieve
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, MARGIN, Pen, columns, rows
from vrcnn.ui.theme import BODY, SMALL

TABS = 136.0  # points, the width of the pages' names
HEAD = TITLE + 86.0  # points, where the pages begin
FOOT = BUTTON + MARGIN + 14.0  # points, what the row at the bottom takes
REST = 0.5  # s for which the count of late frames stands: to draw it anew takes time when there is none
MOST = 12  # buttons of a page at a time, in two columns
ABOUT_WALLS = ("Walls", "Maps", "Features", "Inspect")  # pages with buttons that mean what was pointed at

SHORTCUTS: tuple[tuple[str, Action], ...] = (
    ("Settings", OpenPanel(SETTINGS)),
    ("Jobs", OpenPanel(JOBS)),
    ("Search", OpenPanel(SEARCH)),
    ("Leave VR", WearHeadset(False)),
)


@dataclass
class HandMenu:
    """At one of its PAGES; `first` is the number of the first button that is shown of it. `late` is how many frames
    are told to have come late, as of World.time `since`.
    """

    page: str = PAGES[0]
    first: int = 0
    late: int = 0
    since: float = -REST

    def title(self, world: World, panel: WorldPanel) -> str:
        return world.hall.network

    def key(self, world: World, panel: WorldPanel) -> object:
        lit = [is_so(ability.intent, world) for ability in on_page(self.page)]
        if not 0.0 <= world.time - self.since < REST:
            self.late, self.since = world.headset.missed, world.time
        return self.page, self.first, held_words(world), self.headset_words(world), spoken_of(world, panel), lit

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """Turns to the page before, or after."""
        step = -1 if notches > 0 else 1
        self.page, self.first = PAGES[(PAGES.index(self.page) + step) % len(PAGES)], 0

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        for number, (words, role) in enumerate(((held_words(world), "text"), self.headset_words(world))):
            pen.text(MARGIN, TITLE + 8 + 32 * number, words, role, SMALL * 1.05, room=width - 2 * MARGIN)
        middle = Area(MARGIN, HEAD, width - MARGIN, height - FOOT)
        self._draw_tabs(pen, Area(middle.left, middle.top, middle.left + TABS, middle.bottom))
        wishes = self._draw_page(pen, world, panel, Area(middle.left + TABS + 14, HEAD, middle.right, middle.bottom))
        pen.fill(Area(MARGIN, height - FOOT + 6, width - MARGIN, height - FOOT + 7.5), "frame", 0.0)
        foot = Area(MARGIN, height - MARGIN - BUTTON + 4, width - MARGIN, height - MARGIN + 4)
        for place, (words, intent) in zip(columns(foot, len(SHORTCUTS)), SHORTCUTS, strict=True):
            if pen.button(words, place, words, size=SMALL * 1.08):
                wishes.append(intent)
        return wishes

    def headset_words(self, world: World) -> tuple[str, str]:
        """How it is with the headset, and the role of these words: while frames come late they tell of that."""
        headset = world.headset
        rate = f"{headset.refresh_rate:.0f} frames a second" if headset.refresh_rate else ""
        fewer = f"fewer pixels: {100 * headset.resolution:.0f} %" if headset.resolution < 0.995 else ""
        parts = [headset.name or "Headset", rate, fewer]
        if self.late:
            parts = [f"{counted(self.late, 'frame')} late in the last ten seconds", fewer]
        return " · ".join(part for part in parts if part), "accent text" if self.late else "muted"

    def _draw_tabs(self, pen: Pen, area: Area) -> None:
        for page, place in zip(PAGES, rows(area, len(PAGES)), strict=True):
            chosen = page == self.page
            if pen.button(f"page {page}", place, page, size=BODY):
                self.page, self.first = page, 0
            if chosen:
                pen.fill(Area(place.left, place.top + 8, place.left + 5, place.bottom - 8), "accent", 2.5)

    def _draw_page(self, pen: Pen, world: World, panel: WorldPanel, area: Area) -> list[Intent]:
        """The page's buttons, from the upper left down in two columns; where they are more than that, in turns."""
        abilities, top = on_page(self.page), area.top
        if self.page in ABOUT_WALLS:
            about = spoken_of(world, panel)
            words = about or "Point at a wall for a moment, then press"
            pen.text(
                area.left + 4, top - 2, words, "accent text" if about else "muted", SMALL, room=area.right - area.left
            )
            top += 32.0
        places = [
            Area(half.left, row.top, half.right, row.bottom)
            for half in columns(area, 2)
            for row in rows(Area(half.left, top, half.right, area.bottom), MOST // 2)
        ]
        shown = abilities[self.first : self.first + MOST]
        if len(abilities) > MOST:
            shown = shown[: MOST - 1]
            if pen.button("more", places[-1], "More …"):
                self.first = 0 if self.first + MOST - 1 >= len(abilities) else self.first + MOST - 1
        wishes: list[Intent] = []
        for ability, place in zip(shown, places, strict=False):
            lit = is_so(ability.intent, world)
            if pen.button(f"{self.page} {ability.words}", place, ability.words, lit, SMALL * 1.08):
                intent = meant(ability, world, pen.pressed)
                wishes += [] if intent is None else [intent]
        return wishes


def is_so(intent: Action | None, world: World) -> bool:
    """Whether what a button asks for is so already, or lasts until it is pressed again."""
    hall = world.hall
    match intent:
        case ChooseDetail(level):
            return hall.chosen.detail == level
        case TurnAllWalls(face):
            return all(wall.face == face for wall in hall.walls if wall.span is not None)
        case WantSights():
            return world.wants_sights
        case PauseFeatures():
            return hall.features.job.paused
        case ToggleTable():
            return world.table is not None
        case ToggleLarge():
            return is_large(world)
        case ToggleSieve():
            return world.sieving.before
        case ColourFrames():
            return world.sieving.frames
        case SortByChange():
            return world.colouring.order == BY_CHANGE
        case OpenPanel(name):
            return name in world.panels.open
    return False


def held_words(world: World) -> str:
    """What is in the visitor's hands."""
    names = {hand: KINDS[kind].name for hand in ("left", "right") if (kind := world.hands[hand].controller) in KINDS}
    if not names:
        return "No controllers that are known"
    if len(names) == 2 and len(set(names.values())) > 1:
        return " · ".join(f"{hand}: {name}" for hand, name in names.items())
    return next(iter(names.values()))


def spoken_of(world: World, panel: WorldPanel) -> str:
    """What the menu's buttons mean that mean a wall, a copy or a picture; "" where they mean nothing."""
    about = panel.about
    if about is None:
        return ""
    if about.kind == "wall":
        wall = next((wall for wall in world.halls[panel.hall].walls if wall.name == panel.wall), None)
        if wall is None or about.tile is None or wall.span is None:
            return "" if wall is None else wall.title
        return f"{wall.title}, channel {channel_at(wall, min(about.tile, wall.span.count - 1)):,}"
    return "the copy" if about.kind == "frame" else "the picture"
