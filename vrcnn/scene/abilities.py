"""Everything that a visitor can do, at the desk and in the headset. The menus and docs/abilities.md are made of it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from vrcnn.featurevis.presets import preset
from vrcnn.network.scope import LEVELS
from vrcnn.scene.ability import HAND, PAGES, PARTS, Ability
from vrcnn.scene.attribution_abilities import ATTRIBUTING
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.comfort import Comfort
from vrcnn.scene.export_abilities import EXPORTING
from vrcnn.scene.feature_intents import (
    CancelFeatures,
    ChooseFeatureSettings,
    DeleteFeatures,
    PauseFeatures,
    TakeFeature,
    TakeNoise,
    TurnAllWalls,
    TurnWall,
    VisualizeAll,
    VisualizeRoom,
    VisualizeTile,
    VisualizeWall,
    WantSights,
)
from vrcnn.scene.headset_intents import (
    ChooseAudience,
    ChooseComfort,
    ChooseRefreshRate,
    OpenMenu,
    OpenPanel,
    Panorama,
    ResetView,
    WearHeadset,
)
from vrcnn.scene.inspect_abilities import INSPECTING
from vrcnn.scene.intents import (
    Action,
    BringBack,
    CancelInquiry,
    CancelRun,
    ChooseDetail,
    ChooseLayout,
    ChooseTheme,
    Colour,
    Dismiss,
    FoldWall,
    GoTo,
    HideWall,
    NextLayer,
    PullOut,
    PutAway,
    Quit,
    Redo,
    ResetAll,
    ResetWall,
    ResetWhole,
    Screenshot,
    Scroll,
    SendWave,
    ShowHidden,
    StandAt,
    StepColouring,
    ToggleLarge,
    ToggleOverlay,
    ToggleRoom,
    ToggleRun,
    ToggleTable,
    TurnPage,
    Undo,
    ZoomTiles,
)
from vrcnn.scene.results_abilities import RESULTS_ABILITIES
from vrcnn.scene.sieve_panel_abilities import READING
from vrcnn.scene.tour_abilities import KEEPING
from vrcnn.scene.training_abilities import IN_TIME
from vrcnn.scene.way_abilities import WAYS
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import JOBS, SEARCH, SETTINGS, WALL
from vrcnn.scene.xray_abilities import SIEVING


def meant(ability: Ability, world: World, hand: str) -> Action | None:
    """What a press by `hand` on the button of this ability asks for, as things are now."""
    intent = ability.intent
    match intent:
        case None:
            return None
        case PauseFeatures():
            return PauseFeatures(not world.hall.features.job.paused, world.here)
        case WantSights():
            return WantSights(not world.wants_sights)
        case ShowHidden():  # of every hall
            return intent
    filled: dict[str, Any] = {"hand": hand, "hall": world.here}
    given = {field.name for field in fields(intent)}
    return replace(intent, **{name: value for name, value in filled.items() if name in given})


def on_page(page: str) -> list[Ability]:
    """Those with a button on this page of the hand's menu, in their order."""
    return [ability for ability in ABILITIES if ability.page == page]


_MOVING = (
    Ability("Look around", "mouse, after a click into the view", "turn your head", part="head"),
    Ability("Turn", "mouse", "main stick to the side: in steps, smoothly, or not at all", part="main stick"),
    Ability("Walk", "W A S D or the arrows, Shift runs", "off stick: teleport or walk", part="off stick"),
    Ability(
        "Fly up and down", "Space, Ctrl", "main stick away and back, where it points at nothing", part="main stick"
    ),
    Ability(
        "World in both hands",
        "hold the plinth and turn the wheel",
        "both grips on nothing: move, turn and scale everything",
        part="both grips",
    ),
    Ability("Back to the ground", "Home", "", ResetView(), "Go", ("HOME",)),
    Ability("Next layer", "N", "the plate before a wall", NextLayer(1), "Go", ("N",), "way"),
    Ability("Layer before", "P", "the plate before a wall", NextLayer(-1), "Go", ("P",), "way"),
    Ability("Find a layer", "/, then type", "a keyboard of its own", OpenPanel(SEARCH), "Go"),
    Ability("Model on a table", "K", "", ToggleTable(), "Go", ("K",), "lectern"),
    Ability(
        "Go to a layer",
        "click on it on the map, or on the table",
        "press its model on the table",
        GoTo(""),
        "",
        (),
        "model",
    ),
    Ability("Go to a place", "click on the map's ground", "teleport", StandAt(0.0, 0.0), part="off stick"),
    Ability("Map from above", "M", "the model on the table is the map", control="lectern"),
)

_PICTURES = (
    Ability("Point", "the crosshair", "the laser", part="ray"),
    Ability("Press a button", "click", "trigger, or pinch", part="trigger"),
    Ability("Take a picture", "click on it on the shelf", "trigger, or grip it", part="trigger"),
    Ability("Run a picture", "click on the easel", "let go at the easel, or press at it", part="trigger"),
    Ability("Put a picture back", "click on the shelf", "let it go: it returns by itself", part="grip"),
    Ability("More pictures", "click on the arrows", "press the arrows", TurnPage(1), control="page"),
    Ability("Take noise", "click on a swatch", "press a swatch", TakeNoise(HAND, "gaussian"), control="noise"),
    Ability(
        "Show large",
        "right button, held",
        "A or X, held (trackpads: pressed)",
        ToggleLarge(HAND),
        "Maps",
        part="A or X",
    ),
    Ability("Answer or picture", "click below the easel", "press below the easel", ToggleOverlay(), control="overlay"),
    Ability("Another slice", "drag below the easel", "drag below the easel", control="slider"),
)

_WALLS = (
    Ability("Move a wall", "hold the left button", "hold trigger or grip; near by its edge", part="grip"),
    Ability("Scale a wall", "wheel, while it is held", "hold it with both hands", part="both grips"),
    Ability(
        "Slide a wall's maps",
        "wheel, or its scrollbar",
        "main stick, or its scrollbar",
        Scroll(HAND, 1.0),
        part="main stick",
    ),
    Ability("Fold or open", "F", "the button over the wall", FoldWall(HAND), "Walls", ("F",), "wall button"),
    Ability("Hide", "X", "the button over the wall", HideWall(HAND), "Walls", ("X",), "wall button"),
    Ability("Show hidden walls", "Shift+X", "at the plinth", ShowHidden(), "Walls", ("SHIFT+X",), "plinth button"),
    Ability(
        "Put back", "Backspace", "the button over the wall", ResetWall(HAND), "Walls", ("BACKSPACE",), "wall button"
    ),
    Ability("Put all back", "Shift+Backspace", "", ResetAll(), "Walls", ("SHIFT+BACKSPACE",), "lectern"),
    Ability("Move the network", "hold the plinth", "hold the plinth, near or far", control="plinth", part="grip"),
    Ability("Put network back", "at the plinth", "at the plinth", ResetWhole(0), "Walls", (), "plinth button"),
    Ability(
        "Larger tiles", "+", "the button over the wall", ZoomTiles(HAND, 1), "Walls", ("EQUAL", "KP_ADD"), "wall button"
    ),
    Ability(
        "Smaller tiles",
        "-",
        "the button over the wall",
        ZoomTiles(HAND, -1),
        "Walls",
        ("MINUS", "KP_SUBTRACT"),
        "wall button",
    ),
    Ability("Undo", "U", "", Undo(), "Walls", ("U",), "lectern"),
    Ability("Redo", "R", "", Redo(), "Walls", ("R",), "lectern"),
    Ability("Fold equal blocks", "click on the sign", "press the sign", ToggleRun(""), control="fold"),
    Ability("Close a room", "click on its gate", "press its gate", ToggleRoom(""), control="room"),
    Ability("Bring maps back", "click on the plate", "press the plate", BringBack(""), control="left out"),
    Ability("All of this layer", "rest the crosshair on it", "", OpenPanel(WALL), "Walls"),
)

_LOOK = (
    *(
        Ability(words, digit, "", ChooseDetail(level), "Look", (digit,), "lectern")
        for words, digit, level in zip(("Blocks", "Layers", "All operations"), "123", LEVELS, strict=True)
    ),
    Ability("Next layout", "L", "", ChooseLayout(), "Look", ("L",), "lectern"),
    Ability("Dark or light", "T", "", ChooseTheme(), "Look", ("T",), "view"),
    Ability("Follow the data", "I", "", SendWave(), "Look", ("I",), "view"),
)

_MAPS = (
    Ability("Read a map", "rest the crosshair on it", "rest the laser on it", part="ray"),
    Ability("Copy of this map", "E", "grip it where it hangs", PullOut(HAND), "Maps", ("E",), part="grip"),
    Ability("Hang a copy", "click", "open the hand; a rail shows the place", part="grip"),
    Ability(
        "Scale a copy", "wheel, while it is carried", "hold it with both hands", Scroll(HAND, 1.0), part="both grips"
    ),
    Ability(
        "Put the copy away", "Delete, or click on the shelf", "press the shelf", PutAway(HAND), "Maps", ("DELETE",)
    ),
    Ability("Next colours", "C", "the desk", StepColouring("colormap", 1), "Maps", ("C",), "view"),
    Ability("Next range", "V", "the desk", StepColouring("range", 1), "Maps", ("V",), "view"),
    Ability("Next order", "B", "the desk", StepColouring("order", 1), "Maps", ("B",), "view"),
    Ability("Lift faint values", "[", "the desk", StepColouring("gamma", -1), "Maps", ("LEFT_BRACKET",), "view"),
    Ability("Lower faint values", "]", "the desk", StepColouring("gamma", 1), "Maps", ("RIGHT_BRACKET",), "view"),
)

_FEATURES = (
    Ability("Visualize this map", "G", "", VisualizeTile(HAND), "Features", ("G",)),
    Ability(
        "Visualize this wall",
        "Shift+G",
        "the button over it",
        VisualizeWall(HAND),
        "Features",
        ("SHIFT+G",),
        "wall button",
    ),
    Ability("Visualize a room", "click on its gate", "press its gate", VisualizeRoom("", 0), control="room features"),
    Ability("Visualize all", "panel, Features", "the desk", VisualizeAll(0), "Features", (), "features"),
    Ability("Pause, go on", "panel, Features", "the desk", PauseFeatures(True, 0), "Features", (), "features"),
    Ability("Cancel the rest", "panel, Features", "the desk", CancelFeatures(0), "Features", (), "features"),
    Ability("Maps, features, both", "J", "the button over the wall", TurnWall(HAND), "Features", ("J",), "wall button"),
    Ability(
        "All walls: maps", "panel, Features", "the desk", TurnAllWalls("activations", 0), "Features", (), "features"
    ),
    Ability(
        "All walls: features",
        "panel, Features",
        "the desk",
        TurnAllWalls("visualizations", 0),
        "Features",
        (),
        "features",
    ),
    Ability("All walls: both", "panel, Features", "the desk", TurnAllWalls("both", 0), "Features", (), "features"),
    Ability("Photos too", "panel, Features", "the desk", WantSights(True), "Features", (), "features"),
    Ability("Feature to the easel", "click on it", "trigger on it", TakeFeature(HAND), "Features", part="trigger"),
)

_AT_DESKS = (
    Ability("Choose how values look", "panel, View", "the desk", Colour(Colouring()), control="view"),
    Ability(
        "Choose how to visualize",
        "panel, Features",
        "the desk",
        ChooseFeatureSettings(preset("fast")),
        control="features",
    ),
    Ability("Delete features", "panel, Features", "the desk, which asks first", DeleteFeatures(0), control="features"),
)

_PROGRAM = (
    Ability("Screenshot", "F12", "", Screenshot(), "Program", ("F12",)),
    Ability("Picture of 360°", "Shift+F12", "", Panorama(), "Program", ("SHIFT+F12",)),
    Ability("What the window shows", "Y", "", ChooseAudience(), "Program", ("Y",)),
    Ability(
        "Fly a camera of its own",
        "mouse and keys, while the window shows the spectator",
        "",
        only="it is for those who watch the window",
    ),
    Ability("All choices", "Tab", "B or Y at the menu's hand", OpenMenu("left"), part="B or Y"),
    Ability("Cancel this picture", "the cross on the card, upper left", "in the jobs", CancelRun(), "Program"),
    Ability("Cancel what was asked", "the cross on the card, upper left", "in the jobs", CancelInquiry()),
    Ability("Jobs", "the card at the upper left", "", OpenPanel(JOBS), "Program"),
    Ability(
        "Settings",
        "",
        "",
        OpenPanel(SETTINGS),
        "Program",
        only="they are about the headset; the window's are in its panel",
    ),
    Ability("Comfort", "", "in the settings", ChooseComfort(Comfort()), only="a window moves nobody"),
    Ability("Frames a second", "", "in the settings", ChooseRefreshRate(90.0), only="the window has its screen's"),
    Ability("Recentre", "", "the headset's own menu", part="head", only="a window has no room around it"),
    Ability("Dismiss a notice", "click on its card", "its button, or press it", Dismiss(), control="notice"),
    Ability("Help", "H", "labels at the controllers, by the settings", part="ray"),
    Ability("Free the mouse", "Esc", "", only="no mouse is caught in the headset"),
    Ability("Headset on or off", "O", "", WearHeadset(), "Program", ("O",)),
    Ability("Quit", "close the window", "", Quit(), "Program"),
)

__all__ = ["ABILITIES", "GROUPS", "HAND", "PAGES", "PARTS", "Ability", "meant", "on_page"]

GROUPS: tuple[tuple[str, tuple[Ability, ...]], ...] = (
    ("Getting about", _MOVING),
    ("Hands and pictures", _PICTURES),
    ("Pictures that come in", WAYS),
    ("Walls", _WALLS),
    ("How the network is shown", _LOOK),
    ("Maps and copies of them", _MAPS),
    ("A closer look", INSPECTING),
    ("Attributions", ATTRIBUTING),
    ("What channels look for", _FEATURES),
    ("At the desks", _AT_DESKS),
    ("The course of a training", IN_TIME),
    ("Results over all pictures", RESULTS_ABILITIES),
    ("The sieve", (*SIEVING, *READING)),
    ("What is kept", KEEPING),
    ("Taking it away", EXPORTING),
    ("The program", _PROGRAM),
)
ABILITIES: tuple[Ability, ...] = tuple(ability for _, group in GROUPS for ability in group)
