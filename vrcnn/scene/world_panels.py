"""The panels that stand in the world while a headset is worn: where they are. What is on them is drawn by ui/."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vrcnn.scene.geometry import Placing, Pose, Vector

if TYPE_CHECKING:
    from vrcnn.scene.world import Notice, Target

MENU, WALL, SETTINGS, JOBS, SEARCH, NOTE = "menu", "wall", "settings", "jobs", "search", "note"
PANELS = (MENU, WALL, SETTINGS, JOBS, SEARCH, NOTE)
# Width and height in points: a point is a thousandth of the distance from which a panel is read, so 1 mm at 1 m.
POINTS = {
    MENU: (600, 650),
    WALL: (600, 566),
    SETTINGS: (700, 520),
    JOBS: (640, 470),
    SEARCH: (690, 700),
    NOTE: (600, 330),
}
DENSITY = 1.6  # pixels per point: 28 per degree, more than the eyes of most headsets have
TITLE = 64  # points, the height of the bar with a panel's title, by which it is moved; the button at its end closes it
AT_HAND, IN_ROOM, AT_WALL = "hand", "room", "wall"  # what a panel keeps its place by


@dataclass
class WorldPanel:
    """A panel of `width` x `height` m, whose middle is at `pose` in the world and which faces along its +z.

    It is read from `reach` m of the visitor's room, and larger in the world by `scale`, which is the visitor's
    (Player.scale). `stands` says what it keeps its place by: in the room and at a hand it is at `spot` in the room's
    frame, in m; at a wall on its `side`, 1 at the right of who looks at it. `hall` and `wall` are the layer that it
    speaks of, `about` what was pointed at when it was opened: that is what its buttons mean.
    """

    name: str
    pose: Pose
    width: float
    height: float
    scale: float = 1.0
    hall: int = 0
    wall: str = ""
    about: Target | None = None
    stands: str = IN_ROOM
    spot: Vector = (0.0, 0.0, 0.0)
    reach: float = 0.9
    side: float = 1.0

    @property
    def pixels(self) -> tuple[int, int]:
        """The texture's size."""
        width, height = POINTS[self.name]
        return round(width * DENSITY), round(height * DENSITY)


@dataclass(frozen=True)
class PanelPress:
    """A hand's trigger went down on a panel; `u`, `v` as in Target."""

    hand: str
    panel: str
    u: float
    v: float


@dataclass(frozen=True)
class PanelScroll:
    """A hand that points at a panel scrolls, as in intents.Scroll."""

    hand: str
    panel: str
    notches: float


@dataclass(frozen=True)
class PanelGrip:
    """A hand moves a panel: the point (x, y) of it, in shares of its size from the middle, stays at `distance` m."""

    panel: str
    distance: float
    x: float
    y: float


@dataclass
class Panels:
    """Those that are open, by name, in the order in which they were opened; `menu_hand` wears the menu.

    Attributes:
        events: what hands did to panels, in order; whoever draws the panels takes them out.
        over: the name of the button under the ray of each hand that points at a panel; `felt` those that it felt.
        moved: the panels that hands move.
        dropped: since when (World.time, s) the menu's hand hangs down; None where it does not.
        checked: the place of the visitor's room for which it is known that nothing hides the panels, `room` the one of
            the frame before.
        told: the notices of the frame before.
    """

    open: dict[str, WorldPanel] = field(default_factory=dict)
    menu_hand: str = "left"
    events: list[PanelPress | PanelScroll] = field(default_factory=list)
    over: dict[str, str] = field(default_factory=dict)
    felt: dict[str, str] = field(default_factory=dict)
    moved: dict[str, PanelGrip] = field(default_factory=dict)
    dropped: float | None = None
    checked: Placing | None = None
    room: Placing | None = None
    told: tuple[Notice, ...] = ()

    def rest(self) -> None:
        """Nobody wears a headset: what hands did to panels is over."""
        self.events.clear()
        self.moved.clear()
        self.over.clear()
        self.dropped = None

    def close(self, name: str) -> None:
        """Closes the panel of this name, where it is open."""
        self.open.pop(name, None)
        self.events = [event for event in self.events if event.panel != name]
        self.moved = {hand: grip for hand, grip in self.moved.items() if grip.panel != name}
