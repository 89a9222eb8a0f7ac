"""The settings of the headset: how to move and to be treated, and what is seen, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vrcnn.scene.comfort import SNAPS, SPEEDS, TURN_SPEEDS, VIGNETTES, Comfort
from vrcnn.scene.headset_intents import ChooseAudience, ChooseComfort, ChooseRefreshRate, ResetView, WearHeadset
from vrcnn.scene.intents import ChooseTheme, Intent
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import TITLE, WorldPanel
from vrcnn.ui.events import Area
from vrcnn.ui.panel_pen import BUTTON, GAP, MARGIN, Pen, columns
from vrcnn.ui.theme import SMALL

PAGES = ("Moving", "Comfort", "View")
NAMES = 158.0  # points, the width of the rows' names
LIFT = 0.05, 0.6  # m: a step, and how far either way
TRAVELS = (("Teleport", "teleport"), ("Walk", "smooth"), ("Both", "both"))
HEADINGS = (("Where I look", "head"), ("Where my hand points", "hand"))
TURNINGS = (("In steps", "snap"), ("Smoothly", "smooth"), ("Not at all", "none"))
TUNNELS = dict(zip(VIGNETTES, ("Off", "Light", "Medium", "Strong"), strict=True))
POSTURES = (("Standing", False), ("Seated", True))
MAIN_HANDS = (("Right", False), ("Left", True))
LABELLED = (("First minute", "first minute"), ("Always", "always"), ("Never", "never"))
AUDIENCES = (("My left eye", "eye"), ("Smoothed", "smoothed"), ("Own camera", "spectator"))
Chosen = Callable[[Any], Intent]
Row = tuple[str, Sequence[tuple[str, Any]], Any, Chosen]  # its name, its choices, which is chosen, what one means


@dataclass
class SettingsPanel:
    """At one of its PAGES."""

    page: str = PAGES[0]

    def title(self, world: World, panel: WorldPanel) -> str:
        return "Settings"

    def key(self, world: World, panel: WorldPanel) -> object:
        headset = world.headset
        return self.page, world.comfort, world.audience, headset.refresh_rate, headset.refresh_rates, world.theme

    def moves(self, world: World) -> bool:
        return False

    def scroll(self, notches: float) -> None:
        """Turns to the page before, or after."""
        self.page = PAGES[(PAGES.index(self.page) + (-1 if notches > 0 else 1)) % len(PAGES)]

    def draw(self, pen: Pen, world: World, panel: WorldPanel) -> list[Intent]:
        width, height = pen.size
        top = TITLE + 12.0
        for page, place in zip(
            PAGES, columns(Area(MARGIN, top, width - MARGIN, top + BUTTON), len(PAGES)), strict=True
        ):
            if pen.button(f"page {page}", place, page):
                self.page = page
            if page == self.page:
                pen.fill(Area(place.left + 12, place.bottom - 5, place.right - 12, place.bottom - 1), "accent", 2.0)
        y, wishes = top + BUTTON + 18, []
        for name, options, chosen, meaning in _rows(self.page, world):
            pen.text(MARGIN, y + 17, name, "muted", SMALL * 1.05, room=NAMES)
            found = pen.choices(name, Area(MARGIN + NAMES, y, width - MARGIN, y + BUTTON), options, chosen)
            if found is not None:
                wishes.append(meaning(found))
            y += BUTTON + GAP
        if self.page == "Comfort":
            wishes += _draw_lift(pen, world.comfort, y)
        if self.page == "View":
            places = columns(Area(MARGIN, height - MARGIN - BUTTON, width - MARGIN, height - MARGIN), 2)
            if pen.button("reset", places[0], "Back to the ground"):
                wishes.append(ResetView())
            if pen.button("leave", places[1], "Leave the headset"):
                wishes.append(WearHeadset(False))
        return wishes


def _rows(page: str, world: World) -> list[Row]:
    """The rows of a page: only what does something as the others are chosen."""
    given = world.comfort

    def part(name: str) -> Chosen:
        return lambda value: ChooseComfort(replace(given, **{name: value}))

    if page == "Moving":
        rows: list[Row] = [("Getting about", TRAVELS, given.travel, part("travel"))]
        if given.travel != "teleport":
            speeds = [(f"{speed:g}", speed) for speed in SPEEDS]
            rows.append(("Walk to", HEADINGS, given.heading, part("heading")))
            rows.append(("Metres a second", speeds, given.speed, part("speed")))
        rows.append(("Turning", TURNINGS, given.turning, part("turning")))
        if given.turning == "snap":
            rows.append(("Step", [(f"{step}°", step) for step in SNAPS], given.snap, part("snap")))
        elif given.turning == "smooth":
            turns = [(f"{speed}°", speed) for speed in TURN_SPEEDS]
            rows.append(("In a second", turns, given.turn_speed, part("turn_speed")))
        return rows
    if page == "Comfort":
        tunnels = [(words, share) for share, words in TUNNELS.items()]
        return [
            ("Darker edges", tunnels, given.vignette, part("vignette")),
            ("Main hand", MAIN_HANDS, given.left_handed, part("left_handed")),
            ("Button labels", LABELLED, given.labels, part("labels")),
            ("I am", POSTURES, given.seated, part("seated")),
        ]
    themes = [(name.capitalize(), name) for name in THEMES]
    rows = [("Theme", themes, world.theme, ChooseTheme), ("Window shows", AUDIENCES, world.audience, ChooseAudience)]
    rates = [(f"{rate:.0f}", rate) for rate in world.headset.refresh_rates]
    if rates:
        rows.append(("Frames a second", rates, world.headset.refresh_rate, ChooseRefreshRate))
    return rows


def _draw_lift(pen: Pen, given: Comfort, y: float) -> list[Intent]:
    """How far the eyes are raised, between a button for less and one for more."""
    step, most = LIFT
    pen.text(MARGIN, y + 17, "Height", "muted", SMALL * 1.05)
    less, middle, more = columns(Area(MARGIN + NAMES, y, pen.size[0] - MARGIN, y + BUTTON), 3)
    pen.text((middle.left + middle.right) / 2, y + 14, f"{100 * given.lift:+.0f} cm", align=0.5)
    wishes: list[Intent] = []
    for name, place, words, change in (("lower", less, "Lower", -step), ("higher", more, "Higher", step)):
        lift = round(min(most, max(-most, given.lift + change)), 3)
        if pen.button(name, place, words, usable=lift != given.lift):
            wishes.append(ChooseComfort(replace(given, lift=lift)))
    return wishes
