"""Turns what mouse and keyboard did into intents, and decides whom the mouse belongs to: the view or the panels."""

from __future__ import annotations

from math import radians
from typing import Protocol

from vrcnn.desktop.chords import Chords
from vrcnn.desktop.pointer_pen import PointerPen
from vrcnn.network.scope import LEVELS
from vrcnn.scene.attribution_intents import LookThroughLayer, ShowOnWalls, ToggleHeat
from vrcnn.scene.feature_intents import TurnWall, VisualizeTile, VisualizeWall
from vrcnn.scene.headset_intents import ChooseAudience, OpenPanel, Panorama, ResetView, WearHeadset
from vrcnn.scene.inspect_intents import StepThrough, TraceBack
from vrcnn.scene.intents import (
    Action,
    ChooseDetail,
    ChooseLayout,
    ChooseTheme,
    Enlarge,
    FoldWall,
    HideWall,
    Intent,
    Look,
    Move,
    NextLayer,
    PullOut,
    PutAway,
    Quit,
    Redo,
    Release,
    ResetAll,
    ResetWall,
    Screenshot,
    Scroll,
    Select,
    SendWave,
    ShowHidden,
    StepColouring,
    ToggleTable,
    Undo,
    ZoomTiles,
)
from vrcnn.scene.panel_intents import HangPanel
from vrcnn.scene.tour_intents import NextStop
from vrcnn.scene.training_intents import StepCheckpoint
from vrcnn.scene.way_intents import BringFiles, FreezeCamera
from vrcnn.scene.world_panels import ATTRIBUTION, DRAW, EXPORT, FILTER, FLIPS, INSPECT, RESULTS, SIEVE, TIME, TOUR
from vrcnn.scene.xray_intents import SortByChange, StepSieveKind, ToggleSieve, TurnSieve
from vrcnn.ui.events import ButtonEvent, FilesDropped, FocusChanged, KeyEvent, PointerMoved, Screen, Scrolled

HAND = "mouse"
TURN = radians(0.11)  # per pixel at 96 dots per inch: a hand's width of mouse motion turns by about 90°
_RIGHT = {"D": 1, "RIGHT": 1, "A": -1, "LEFT": -1}
_UP = {"SPACE": 1, "LEFT_CONTROL": -1, "RIGHT_CONTROL": -1}
_FORWARD = {"W": 1, "UP": 1, "S": -1, "DOWN": -1}
_FAST = {"LEFT_SHIFT", "RIGHT_SHIFT"}
_WHEN_PRESSED: dict[str, Action] = {
    **{digit: ChooseDetail(level) for digit, level in zip("123", LEVELS, strict=True)},
    "F12": Screenshot(),
    "F2": OpenPanel(RESULTS),
    "F3": OpenPanel(FILTER),
    "F4": OpenPanel(DRAW),
    "F9": FreezeCamera(),
    "4": ToggleSieve(),
    "5": StepSieveKind(1),
    "6": TurnSieve(1),
    "7": SortByChange(),
    "8": OpenPanel(SIEVE),
    "9": OpenPanel(FLIPS),
    "F": FoldWall(HAND),
    "X": HideWall(HAND),
    "BACKSPACE": ResetWall(HAND),
    **dict.fromkeys(("EQUAL", "KP_ADD"), ZoomTiles(HAND, 1)),
    **dict.fromkeys(("MINUS", "KP_SUBTRACT"), ZoomTiles(HAND, -1)),
    "E": PullOut(HAND),
    "DELETE": PutAway(HAND),
    "G": VisualizeTile(HAND),
    "J": TurnWall(HAND),
    "Q": OpenPanel(INSPECT),
    "Z": StepThrough(HAND),
    "U": Undo(),
    "R": Redo(),
    "N": NextLayer(1),
    "P": NextLayer(-1),
    "K": ToggleTable(),
    "HOME": ResetView(),
    "T": ChooseTheme(),
    "I": SendWave(),
    "O": WearHeadset(),
    "Y": ChooseAudience(),
    "L": ChooseLayout(),
    "C": StepColouring("colormap", 1),
    "V": StepColouring("range", 1),
    "B": StepColouring("order", 1),
    "F7": OpenPanel(EXPORT),
    "F8": OpenPanel(TOUR),
    "PAGE_DOWN": NextStop(1),
    "PAGE_UP": NextStop(-1),
    "F5": OpenPanel(ATTRIBUTION),
    "F6": ShowOnWalls(),
    "F10": OpenPanel(TIME),
    "COMMA": StepCheckpoint(-1),
    "PERIOD": StepCheckpoint(1),
    "LEFT_BRACKET": StepColouring("gamma", -1),
    "RIGHT_BRACKET": StepColouring("gamma", 1),
}
_WITH_SHIFT: dict[str, Action] = {
    "5": StepSieveKind(-1),
    "6": TurnSieve(-1),
    "F5": LookThroughLayer(HAND),
    "F6": ToggleHeat(),
    "Q": HangPanel(HAND),
    "Z": TraceBack(HAND),
    "BACKSPACE": ResetAll(),
    "X": ShowHidden(),
    "G": VisualizeWall(HAND),
    "F12": Panorama(),
}


class Source(Screen, Protocol):
    """What controls need of a window beyond what panels do."""

    @property
    def should_close(self) -> bool: ...

    def capture_pointer(self, captured: bool) -> None: ...


class Controls:
    """The mouse is free at first. A click into the view captures it (and selects nothing), Esc frees it again.

    Where the window shows somebody else's sight, whoever says so sets `turns` to False: the mouse is free then.

    With the tools to draw out, a click on the picture draws instead, as long as the mouse is free (`pen`).

    Keys walk whether or not the mouse is captured. Clicks into the window's `claimed` areas belong to the panels, and
    so do keys while somebody is `typing`.
    """

    def __init__(self, window: Source) -> None:
        self.window = window
        self.captured = False
        self.turns = True
        self._held: set[str] = set()
        self._selecting = self._enlarging = self._walking = False
        self._last: tuple[float, float] | None = None
        self._chords, self.pen = Chords(), PointerPen(window)

    def capture(self) -> None:
        """The mouse turns the view from now on."""
        self.captured = True
        self._last = None
        self.window.capture_pointer(True)

    def free(self) -> None:
        """The mouse moves the pointer from now on."""
        self.captured = False
        self.window.capture_pointer(False)

    def intents(self, seconds: float) -> list[Intent]:
        """What the visitor wants, from the window's events since its last poll; `seconds` is the frame's duration.

        There is a Move in every frame while a walking key is held, and one that stops when the last comes up.
        Look sums up the frame's mouse motion.
        """
        found: list[Intent] = []
        yaw = pitch = 0.0
        if self.captured and not self.turns:
            found += self._let_go()
            self.free()
        if self.window.typing:
            self._held.clear()
        if self.captured:
            found += self.pen.leave()
        for event in self.window.events:
            drawn = None if self.captured else self.pen.hear(event)
            found += drawn or ()
            match event:
                case ButtonEvent() if drawn is not None:
                    pass
                case KeyEvent() if self.window.typing:
                    pass
                case KeyEvent(key, down):
                    (self._held.add if down else self._held.discard)(key)
                    chord = self._chords.press(key, self._held) if down else None
                    if chord is not None:
                        found.append(chord)
                    elif down and key in _WITH_SHIFT and self._held & _FAST:
                        found.append(_WITH_SHIFT[key])
                    elif down and key in _WHEN_PRESSED:
                        found.append(_WHEN_PRESSED[key])
                    elif down and key in ("ESCAPE", "TAB") and self.captured:
                        found += self._let_go()
                        self.free()
                case PointerMoved(x, y) if self.captured:
                    if self._last is not None:
                        yaw -= (x - self._last[0]) * TURN / self.window.scale
                        pitch -= (y - self._last[1]) * TURN / self.window.scale
                    self._last = x, y
                case Scrolled(_, notches) if self.captured and notches:
                    found.append(Scroll(HAND, notches))
                case ButtonEvent():
                    found += self._button(event)
                case FilesDropped(paths):
                    found.append(BringFiles(paths))
                case FocusChanged(False):
                    self._held.clear()
                    found += self._let_go()
        if yaw or pitch:
            found.append(Look(yaw, pitch))
        found += self._walk(self._chords.walking(self._held, seconds))
        if self.window.should_close:
            found.append(Quit())
        return found

    def _button(self, event: ButtonEvent) -> list[Intent]:
        match event.button, event.down:
            case "left", False if self._selecting:
                self._selecting = False
                return [Release(HAND)]
            case "right", False if self._enlarging:
                self._enlarging = False
                return [Enlarge(False)]
            case "left", True if self.captured:
                self._selecting = True
                return [Select(HAND)]
            case "right", True if self.captured:
                self._enlarging = True
                return [Enlarge(True)]
            case "left", True if self.turns and not any(area.holds(event.x, event.y) for area in self.window.claimed):
                self.capture()
        return []

    def _let_go(self) -> list[Intent]:
        """Ends what a button that is still down began."""
        found = self.pen.let_go()
        if self._selecting:
            found.append(Release(HAND))
        if self._enlarging:
            found.append(Enlarge(False))
        self._selecting = self._enlarging = False
        return found

    def _walk(self, held: set[str]) -> list[Intent]:
        right, up, forward = (
            float(max(-1, min(1, sum(keys[key] for key in held & keys.keys())))) for keys in (_RIGHT, _UP, _FORWARD)
        )
        walking = bool(right or up or forward)
        if not walking and not self._walking:
            return []
        self._walking = walking
        return [Move(right, up, forward, fast=bool(self._held & _FAST))]
