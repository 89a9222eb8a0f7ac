"""The panels: where those of a headset stand in the world, which the window shows. What is on them is drawn by ui/."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vrcnn.scene.geometry import Placing, Pose, Vector

if TYPE_CHECKING:
    from vrcnn.scene.world import Notice, Target

MENU, WALL, SETTINGS, JOBS, SEARCH, NOTE = "menu", "wall", "settings", "jobs", "search", "note"
INSPECT = "inspect"
TIME = "time"
ATTRIBUTION = "attribution"
EXPORT = "export"
SIEVE, CURVE, FLIPS = "sieve", "curve", "flips"
DRAW = "draw"
TOUR, STOP = "tour", "stop"
RESULTS, FILTER = "results", "filter"
PANELS = (
    *(MENU, WALL, SETTINGS, JOBS, SEARCH, NOTE, INSPECT, TIME, DRAW, TOUR, STOP, RESULTS, FILTER, ATTRIBUTION),
    EXPORT,
    *(SIEVE, CURVE, FLIPS),
)
# Width and height in points: a point is a thousandth of the distance from which a panel is read, so 1 mm at 1 m.
POINTS = {
    MENU: (600, 844),
    WALL: (600, 566),
    SETTINGS: (700, 520),
    JOBS: (640, 470),
    SEARCH: (690, 700),
    NOTE: (600, 330),
    INSPECT: (720, 760),
    TIME: (720, 440),
    ATTRIBUTION: (720, 830),
    DRAW: (620, 640),
    TOUR: (720, 800),
    STOP: (640, 560),
    RESULTS: (720, 780),
    FILTER: (700, 720),
    EXPORT: (700, 640),
    SIEVE: (760, 900),
    CURVE: (520, 380),
    FLIPS: (720, 760),
}
DENSITY = 1.6  # pixels per point: 28 per degree, more than the eyes of most headsets have
TITLE = 64  # points, the height of the bar with a panel's title, by which it is moved; the button at its end closes it
AT_HAND, IN_ROOM, AT_WALL = "hand", "room", "wall"  # what a panel keeps its place by
IN_WINDOW, HUNG = "window", "hung"  # flat at the right of the window; beside a wall for good, for everybody
AT_SIEVE = "sieve"  # beside the sieve, in the hand or before the easel, for everybody
IN_PLACE, FOR_ALL = (AT_HAND, HUNG, AT_SIEVE), (HUNG, AT_SIEVE)  # nobody moves these; these are seen without a headset
WORN_ONLY = (MENU, SETTINGS, SEARCH, NOTE)  # the window has its own ways for these
ABOUT_A_LAYER = (WALL, INSPECT)  # these speak of what is pointed at
MAY_BE_ABOUT = (EXPORT,)  # these do where anything is


@dataclass
class WorldPanel:
    """A panel of `width` x `height` m, whose middle is at `pose` in the world and which faces along its +z.

    It is read from `reach` m of the visitor's room, and larger in the world by `scale`, which is the visitor's
    (Player.scale). `stands` says what it keeps its place by: in the room and at a hand it is at `spot` in the room's
    frame, in m; at a wall on its `side`, 1 at the right of who looks at it; hung there for good it is at `spot` in the
    wall's frame, and `seen` while the wall is. `hall` and `wall` are the layer that it speaks of, `about` what was
    pointed at when it was opened: that is what its buttons mean. There is one of each `name`, and beside walls more of
    them, that differ by their `tag`. `page` is which of its pages is shown, of those that remember it;
    that for a closer look tells of a `channel` and a `pixel` (row, column) of its map, of kernels from `first` on,
    and steps through the input that is number `entry` of those that it reads.
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
    tag: str = ""
    page: str = ""
    channel: int = 0
    pixel: tuple[int, int] = (0, 0)
    first: int = 0
    entry: int = 0
    seen: bool = True

    @property
    def key(self) -> str:
        """What it is called among all that are open."""
        return f"{self.name} {self.tag}" if self.tag else self.name

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
    """Those that are open, by key, in the order in which they were opened; `menu_hand` wears the menu.

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
        """Closes the panel of this key, where it is open."""
        self.open.pop(name, None)
        self.events = [event for event in self.events if event.panel != name]
        self.moved = {hand: grip for hand, grip in self.moved.items() if grip.panel != name}
