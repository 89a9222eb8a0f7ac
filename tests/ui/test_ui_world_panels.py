"""The panels in the world: what their buttons ask for, when they are drawn anew, and that their type can be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Edge, Graph, Node
from vrcnn.scene.abilities import PAGES, on_page
from vrcnn.scene.acting import act
from vrcnn.scene.build import build_world
from vrcnn.scene.comfort import Comfort
from vrcnn.scene.feature_intents import CancelFeatures, PauseFeatures, TurnWall, VisualizeAll, VisualizeWall
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import JobStatus
from vrcnn.scene.headset_intents import ChooseComfort, ChooseRefreshRate, OpenMenu, OpenPanel, WearHeadset
from vrcnn.scene.intents import CancelRun, Dismiss, FoldWall, GoTo, HideWall, Intent, Undo, ZoomTiles
from vrcnn.scene.panel_placing import toggle_menu, toggle_panel
from vrcnn.scene.searching import findables
from vrcnn.scene.world import Notice, Target
from vrcnn.scene.world_panels import DENSITY, JOBS, MENU, NOTE, POINTS, SEARCH, SETTINGS, WALL, PanelPress, PanelScroll
from vrcnn.ui.panel_pen import FLASH
from vrcnn.ui.world_panels import WorldPanelFaces

pytestmark = pytest.mark.gl


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    made = moderngl.create_context(standalone=True, backend="egl", require=430)
    with made:
        yield made


class Screens:
    """Counts how often each panel was drawn."""

    def __init__(self) -> None:
        self.textures: dict[str, moderngl.Texture] = {}
        self.drawn: dict[str, int] = {}

    def set_panel(self, name: str, texture: moderngl.Texture) -> None:
        self.textures[name] = texture
        self.drawn[name] = self.drawn.get(name, 0) + 1

    def drop_panel(self, name: str) -> None:
        self.textures.pop(name, None)


class Worn:
    """A World with a headset on, its panels, and hands that point and press."""

    def __init__(self, context: moderngl.Context) -> None:
        names = ("stem.conv", "stem.relu", "head.conv")
        nodes = tuple(Node(n, name, "Conv2d", "convolution", "", (1, 16, 8, 8)) for n, name in enumerate(names))
        graph = Graph(nodes, (Edge(0, 1), Edge(1, 2)))
        self.context = context
        self.world = build_world("A network", graph, plan_maps(graph.nodes), [])
        self.world.hall.findables = findables(graph, graph)
        self.world.player.head = Pose((0.0, 1.6, 0.0))
        self.world.player.position = (0.0, 0.0, 8.0)
        self.world.hands["left"].grip = self.world.hands["left"].aim = Pose((-0.2, 1.2, 7.7))
        self.screens = Screens()
        self.faces = WorldPanelFaces(context, self.screens)

    def open(self, name: str) -> None:
        if name == MENU:
            toggle_menu(self.world, "left")
        elif name == WALL:
            self.world.hands["right"].target = Target("wall", 1, 2.0, (0.0, 0.0, 0.0))
            toggle_panel(self.world, name)
            self.world.hands["right"].target = None
        else:
            toggle_panel(self.world, name)
        self.frame()

    def frame(self, seconds: float = 0.0) -> list[Intent]:
        self.world.time += seconds
        self.faces.draw(self.world)
        assert self.context.error == "GL_NO_ERROR"
        return self.faces.intents()

    def buttons(self, name: str) -> list[str]:
        return [button for button, _ in self.faces._faces[name].buttons]

    def point(self, name: str, button: str, hand: str = "right") -> tuple[float, float]:
        """A hand points at the middle of a button; where that is, as Target has it."""
        area = dict(self.faces._faces[name].buttons)[button]
        (width, height), number = POINTS[name], list(self.world.panels.open).index(name)
        u, v = (area.left + area.right) / 2 / width, (area.top + area.bottom) / 2 / height
        self.world.hands[hand].target = Target("panel", number, 1.0, (0.0, 0.0, 0.0), u, v)
        return u, v

    def press(self, name: str, button: str, hand: str = "right") -> list[Intent]:
        """What a press on it asks for; what of that is about panels and comfort is done."""
        u, v = self.point(name, button, hand)
        self.world.panels.events.append(PanelPress(hand, name, u, v))
        asked = self.frame()
        self.world.hands[hand].target = None
        for intent in asked:
            if isinstance(intent, ChooseComfort | OpenPanel | OpenMenu):
                act(self.world, intent)
        self.frame(0.5)
        return asked

    def pixels(self, name: str) -> np.ndarray:
        """(H, W, 4) int16, rows from the top."""
        texture = self.screens.textures[name]
        width, height = texture.size
        return np.frombuffer(texture.read(), np.uint8).reshape(height, width, 4)[::-1].astype(np.int16)


@pytest.fixture
def worn(context: moderngl.Context) -> Iterator[Worn]:
    worn = Worn(context)
    yield worn
    worn.faces.close()


def test_with_all_panels_closed_nothing_is_drawn_and_closing_drops_the_texture(worn: Worn) -> None:
    worn.frame()
    assert not worn.screens.drawn
    worn.open(SETTINGS)
    assert worn.screens.textures[SETTINGS].size == worn.world.panels.open[SETTINGS].pixels
    toggle_panel(worn.world, SETTINGS)
    worn.frame()
    assert not worn.screens.textures


def test_a_panel_is_drawn_anew_only_when_something_changes(worn: Worn) -> None:
    worn.open(SETTINGS)
    for _ in range(5):
        worn.frame(0.02)
    assert worn.screens.drawn[SETTINGS] == 1
    worn.point(SETTINGS, "page Comfort")
    for _ in range(5):
        worn.frame(0.02)
    assert worn.screens.drawn[SETTINGS] == 2, "the button lights up once"
    assert worn.world.panels.over == {"right": "page Comfort"}
    worn.world.comfort = replace(worn.world.comfort, travel="smooth")
    worn.frame()
    assert worn.screens.drawn[SETTINGS] == 3
    worn.world.theme = "light"
    worn.frame()
    assert worn.screens.drawn[SETTINGS] == 4


def test_a_button_lights_up_under_the_ray_and_flashes_when_pressed(worn: Worn) -> None:
    worn.open(JOBS)
    plain = worn.pixels(JOBS)
    u, v = worn.point(JOBS, "everything")
    worn.frame()
    under = worn.pixels(JOBS)
    worn.world.panels.events.append(PanelPress("right", JOBS, u, v))
    worn.frame()
    pressed = worn.pixels(JOBS)
    worn.frame(FLASH + 0.01)
    assert (np.abs(under - plain).max(axis=2) > 10).mean() > 0.02
    assert (np.abs(pressed - under).max(axis=2) > 30).mean() > 0.02
    assert np.array_equal(worn.pixels(JOBS), under)


def test_colours_are_premultiplied_and_the_corners_are_empty(worn: Worn) -> None:
    worn.open(SETTINGS)
    pixels = worn.pixels(SETTINGS)
    assert (pixels[..., :3] <= pixels[..., 3:] + 1).all()
    assert pixels[0, 0, 3] == 0
    assert pixels[pixels.shape[0] // 2, 40, 3] > 240


def test_buttons_are_large_and_apart(worn: Worn) -> None:
    """At least 60 thousandths of the distance in both ways, 64 in one, counted with half of the gap around."""
    for name in (MENU, SETTINGS, JOBS, SEARCH, WALL):
        worn.open(name)
        areas = [area for _, area in worn.faces._faces[name].buttons]
        for area in areas:
            across, down = area.right - area.left, area.bottom - area.top
            assert min(across, down) >= 60
            assert max(across, down) >= 64
        for number, one in enumerate(areas):
            for other in areas[number + 1 :]:
                apart = one.right <= other.left + 1e-6 or other.right <= one.left + 1e-6
                apart = apart or one.bottom <= other.top + 1e-6 or other.bottom <= one.top + 1e-6
                assert apart, f"two buttons of {name} overlap"
        worn.world.panels.close(name)


def test_capitals_are_at_least_eight_millimetres_high_at_one_metre(worn: Worn) -> None:
    worn.open(SETTINGS)
    pixels = worn.pixels(SETTINGS)
    left, top = int(30 * DENSITY), int(80 * DENSITY)  # the name of the first row stands beside its buttons
    words = pixels[top + int(70 * DENSITY) : top + int(130 * DENSITY), left : left + int(20 * DENSITY)]
    inked = np.flatnonzero((words[..., :3].min(axis=2) > 120).any(axis=1))
    assert (inked[-1] - inked[0] + 1) / DENSITY >= 12, "the G of Getting about"


def test_the_menu_has_a_button_for_every_ability_of_every_page(worn: Worn) -> None:
    worn.open(MENU)
    for page in PAGES:
        worn.press(MENU, f"page {page}")
        shown = worn.buttons(MENU)
        assert all(f"{page} {ability.words}" in shown for ability in on_page(page))


def test_the_menu_asks_for_what_its_buttons_say_by_the_hand_that_presses(worn: Worn) -> None:
    worn.open(MENU)
    worn.press(MENU, "page Walls")
    assert worn.press(MENU, "Walls Undo") == [Undo()]
    assert worn.press(MENU, "Walls Hide") == [HideWall("right")]
    assert worn.press(MENU, "Leave VR") == [WearHeadset(False)]
    worn.press(MENU, "Settings")
    assert SETTINGS in worn.world.panels.open
    worn.press(MENU, "close")
    assert MENU not in worn.world.panels.open


def test_the_menu_tells_what_is_worn(worn: Worn) -> None:
    worn.open(MENU)
    before = worn.pixels(MENU)
    worn.world.hands["left"].controller = worn.world.hands["right"].controller = "index"
    worn.frame()
    told = worn.pixels(MENU)
    worn.world.headset.resolution = 0.7
    worn.frame()
    for one, other in ((before, told), (told, worn.pixels(MENU))):
        rows = np.flatnonzero((one != other).any(axis=(1, 2))) / DENSITY
        assert rows.min() > 64
        assert rows.max() < 150, "only its head tells of that"


def test_the_menu_tells_of_late_frames_and_fewer_pixels_only_while_there_are_some(worn: Worn) -> None:
    worn.open(MENU)
    menu, world = worn.faces._faces[MENU].contents, worn.world
    world.headset.name, world.headset.refresh_rate = "Somnium", 90.0
    worn.frame(1.0)
    calm, drawn = worn.pixels(MENU), worn.screens.drawn[MENU]
    assert menu.headset_words(world) == ("Somnium · 90 frames a second", "muted")
    world.headset.missed, world.headset.resolution = 120, 0.7
    worn.frame(1.0)
    late = "120 frames late in the last ten seconds · fewer pixels: 70 %"
    assert menu.headset_words(world) == (late, "accent text")
    assert not np.array_equal(worn.pixels(MENU), calm)
    for missed in range(119, 109, -1):
        world.headset.missed = missed
        worn.frame(0.03)
    assert worn.screens.drawn[MENU] == drawn + 1, "one count after the other is not drawn while time is short"
    world.headset.missed, world.headset.resolution = 1, 1.0
    worn.frame(1.0)
    assert menu.headset_words(world)[0] == "1 frame late in the last ten seconds"
    world.headset.missed = 0
    worn.frame(1.0)
    assert np.array_equal(worn.pixels(MENU), calm)


def test_settings_offer_every_field_of_comfort(worn: Worn) -> None:
    worn.world.comfort = Comfort(travel="both", turning="snap")
    worn.open(SETTINGS)
    wanted = {
        "Getting about Walk": "travel",
        "Walk to Where my hand points": "heading",
        "Metres a second 3.5": "speed",
        "Step 45°": "snap",
        "Turning Smoothly": "turning",
        "In a second 60°": "turn_speed",
        "page Comfort": "",
        "Darker edges Off": "vignette",
        "Main hand Left": "left_handed",
        "Button labels Never": "labels",
        "I am Seated": "seated",
        "higher": "lift",
    }
    for button, field in wanted.items():
        before = worn.world.comfort
        worn.press(SETTINGS, button)
        if field:
            changed = getattr(worn.world.comfort, field)
            assert changed != getattr(before, field), button
            assert replace(worn.world.comfort, **{field: getattr(before, field)}) == before
    fields = set(Comfort.__dataclass_fields__)
    assert set(wanted.values()) - {""} == fields
    assert worn.world.comfort.lift == pytest.approx(0.05)


def test_refresh_rates_are_those_that_the_headset_has(worn: Worn) -> None:
    worn.world.headset.refresh_rates, worn.world.headset.refresh_rate = (72.0, 90.0), 72.0
    worn.open(SETTINGS)
    worn.press(SETTINGS, "page View")
    assert worn.press(SETTINGS, "Frames a second 90") == [ChooseRefreshRate(90.0)]
    worn.world.headset.refresh_rates = ()
    worn.frame()
    assert not any(button.startswith("Frames") for button in worn.buttons(SETTINGS))


def test_jobs_are_told_of_and_can_be_paused_and_cancelled(worn: Worn) -> None:
    worn.open(JOBS)
    assert worn.press(JOBS, "everything") == [VisualizeAll(0)]
    job = worn.world.hall.features.job
    job.running, job.done, job.total, job.seconds_left = True, 5, 50, 90.0
    worn.frame(0.3)
    assert worn.press(JOBS, "hold 0") == [PauseFeatures(True, 0)]
    job.running, job.paused = False, True
    worn.frame(0.3)
    assert worn.press(JOBS, "hold 0") == [PauseFeatures(False, 0)]
    assert worn.press(JOBS, "cancel 0") == [CancelFeatures(0)]
    bar = worn.pixels(JOBS)
    job.done = 45
    job.running = True
    worn.frame(0.3)
    assert (np.abs(worn.pixels(JOBS) - bar).max(axis=2) > 60).mean() > 0.01, "the bar grows"


def test_a_picture_that_runs_has_a_bar_and_can_be_cancelled(worn: Worn) -> None:
    worn.open(JOBS)
    assert "stop 0" not in worn.buttons(JOBS)
    worn.world.hall.job = JobStatus("Running cat", 13, 52, running=True)
    worn.frame(0.3)
    quarter = worn.pixels(JOBS)
    worn.world.hall.job.done = 39
    worn.frame(0.3)
    assert (np.abs(worn.pixels(JOBS) - quarter).max(axis=2) > 60).mean() > 0.003, "the bar grows"
    assert worn.press(JOBS, "stop 0") == [CancelRun(0)]


def test_a_notice_is_read_and_put_away(worn: Worn) -> None:
    worn.world.notices.append(Notice("conv1 stopped", "line " * 400))
    worn.open(NOTE)
    one = worn.pixels(NOTE)
    assert worn.press(NOTE, "put away") == [Dismiss()]
    worn.world.notices.append(Notice("conv2 stopped"))
    worn.frame(0.5)
    assert (np.abs(worn.pixels(NOTE) - one).max(axis=2) > 60).mean() > 0.02
    worn.world.notices.clear()
    worn.frame()
    assert "put away" not in worn.buttons(NOTE)


def test_a_layer_s_panel_asks_for_what_the_wall_s_keys_do(worn: Worn) -> None:
    worn.open(WALL)
    assert worn.press(WALL, "Fold") == [FoldWall("right")]
    assert worn.press(WALL, "Visualize", "left") == [VisualizeWall("left")]
    assert worn.press(WALL, "face Both") == [TurnWall("right", "both")]
    assert worn.press(WALL, "Larger tiles") == [ZoomTiles("right", 1)]
    assert worn.press(WALL, "go ") == [GoTo("stem.relu", 0)]
    assert worn.press(WALL, "go ← ") == [GoTo("stem.conv", 0)]
    assert "Put back" not in worn.buttons(WALL), "there is nothing to put back"


def test_typing_finds_a_layer_and_a_press_goes_there(worn: Worn) -> None:
    worn.open(SEARCH)
    for letter in "conx":
        worn.press(SEARCH, f"key {letter}")
    worn.press(SEARCH, "key back")
    worn.press(SEARCH, "key v")
    query = worn.faces._faces[SEARCH].contents
    assert query.text == "conv"
    assert [found.name for found in query.found] == ["stem.conv", "head.conv", "stem.relu"]
    worn.press(SEARCH, "clear")
    assert query.text == ""
    for letter in "conv":
        worn.press(SEARCH, f"key {letter}")
    asked = worn.press(SEARCH, "found head.conv")
    assert asked == [GoTo("head.conv", 0), OpenPanel(SEARCH)]
    assert SEARCH not in worn.world.panels.open


def test_the_stick_turns_the_pages(worn: Worn) -> None:
    worn.open(SETTINGS)
    for _ in range(4):
        worn.world.panels.events.append(PanelScroll("right", SETTINGS, -0.3))
        worn.frame(0.05)
    assert worn.faces._faces[SETTINGS].contents.page == "Comfort"
    worn.world.panels.events.append(PanelScroll("right", SETTINGS, -0.9))
    worn.frame(1.0)
    assert worn.faces._faces[SETTINGS].contents.page == "Comfort", "what is left of a turn is forgotten"


def test_two_hands_may_point_and_either_may_press(worn: Worn) -> None:
    worn.open(SETTINGS)
    worn.point(SETTINGS, "page View", "right")
    worn.world.panels.events.append(PanelPress("left", SETTINGS, *worn.point(SETTINGS, "Turning Smoothly", "left")))
    asked = worn.frame()
    assert asked == [ChooseComfort(replace(worn.world.comfort, turning="smooth"))]
    assert worn.world.panels.over == {"right": "page View", "left": "Turning Smoothly"}
