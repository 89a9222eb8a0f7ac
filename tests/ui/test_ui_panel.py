"""What the panels show, read from their pixels and from the words they choose."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import moderngl
import numpy as np
import pytest
from imgui_bundle import imgui

from vrcnn.engine.messages import Score
from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph, Node, Run
from vrcnn.render.programs import load_program
from vrcnn.scene.arrangement import Arrangement, Handling
from vrcnn.scene.arranging import rearrange
from vrcnn.scene.controlling import controls_of
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Fold, Hall, JobStatus, Wall
from vrcnn.scene.theme import DARK
from vrcnn.scene.world import Notice, Picture, Target, World
from vrcnn.ui.backend import ImguiRenderer
from vrcnn.ui.events import Area, ButtonEvent, Event, PointerMoved
from vrcnn.ui.hints import KEYS, hint
from vrcnn.ui.panel import FrameTimes, Panel

GROUND = (26, 31, 38)
BATCH = Node(0, "conv", "Conv2d", "convolution", "", (1, 7, 4, 4))
ACCENT, RUNNING, FAILED = (0xF2, 0xB1, 0x34), (0x39, 0xB8, 0xA5), (0xE5, 0x48, 0x4D)


@dataclass
class Quad:
    """A screen that is not a window, as a panel in the world would have."""

    size: tuple[int, int] = (900, 600)
    scale: float = 1.0
    events: tuple[Event, ...] = ()
    claimed: tuple[Area, ...] = field(default_factory=tuple)


@pytest.fixture(scope="module")
def context() -> moderngl.Context:
    return moderngl.create_context(standalone=True, backend="egl", require=430)


class Shown:
    """A panel over an even ground, with what one sees of it."""

    def __init__(self, context: moderngl.Context, quad: Quad) -> None:
        self.context, self.quad = context, quad
        self.panel = Panel(quad, context, DARK)
        self.panel.help.wanted = False
        self.panel.help.shade = 0.0
        self.target = context.simple_framebuffer(quad.size, 4)
        self.times = FrameTimes()
        self.world = World([Hall("A network", Graph((), ()))])

    def frames(self, count: int = 3, captured: bool = True) -> np.ndarray:
        """(H, W, 3) int16 pixels after `count` frames, rows from the top."""
        for _ in range(count):
            self.target.use()
            self.target.clear(*(part / 255 for part in GROUND), 1.0)
            self.panel.draw(self.world, self.times, self.target, captured)
        assert self.context.error == "GL_NO_ERROR"
        width, height = self.quad.size
        pixels = np.frombuffer(self.target.read(components=3), np.uint8).reshape(height, width, 3)
        return pixels[::-1].astype(np.int16)


@pytest.fixture
def shown(context: moderngl.Context) -> Iterator[Shown]:
    shown = Shown(context, Quad())
    yield shown
    shown.panel.close()


def near(pixels: np.ndarray, colour: tuple[int, int, int], tolerance: int = 12) -> np.ndarray:
    """(H, W) bool: where a picture has a colour."""
    return (np.abs(pixels - np.array(colour)) <= tolerance).all(axis=2)


def inside(pixels: np.ndarray, area: Area) -> np.ndarray:
    return pixels[int(area.top) : int(area.bottom), int(area.left) : int(area.right)]


@pytest.mark.gl
def test_the_view_stays_as_it_is_where_no_panel_lies(shown: Shown) -> None:
    pixels = shown.frames()
    card = shown.quad.claimed[0]
    outside = np.ones(pixels.shape[:2], bool)
    outside[int(card.top) : int(card.bottom) + 1, int(card.left) : int(card.right) + 1] = False
    outside[280:320, 430:470] = False  # the crosshair
    assert near(pixels, GROUND, 0)[outside].all()


@pytest.mark.gl
def test_the_names_glyphs_are_in_the_picture(shown: Shown) -> None:
    without = near(inside(shown.frames(), shown.quad.claimed[0]), (0xE8, 0xE6, 0xE1), 40)[:48].sum()
    shown.world.hall.network = "A network with a much longer name"
    with_name = near(inside(shown.frames(), shown.quad.claimed[0]), (0xE8, 0xE6, 0xE1), 40)[:48].sum()
    assert without > 100
    assert with_name > 1.5 * without


@pytest.mark.gl
def test_a_name_too_long_for_the_panel_ends_in_an_ellipsis(shown: Shown) -> None:
    shown.world.hall.network = "efficientnet_" * 10
    pixels = shown.frames()
    card = shown.quad.claimed[0]
    right_of_the_text = pixels[int(card.top) + 12 : int(card.top) + 40, int(card.right) - 14 : int(card.right) - 2]
    assert near(right_of_the_text, (0x11, 0x14, 0x1A), 6).all()


@pytest.mark.gl
def test_the_bar_is_as_long_as_the_job_is_far(shown: Shown) -> None:
    lengths = []
    for done in (13, 26, 52):
        shown.world.hall.job = JobStatus("Running cat", done, 52, running=True)
        bars = near(inside(shown.frames(), shown.quad.claimed[0]), RUNNING, 3)
        lengths.append(int(bars.sum(axis=1).max()))
    assert lengths == pytest.approx([67, 134, 268], abs=3)


@pytest.mark.gl
def test_the_panel_is_smaller_when_no_job_runs(shown: Shown) -> None:
    shown.world.hall.job = JobStatus("Running cat", 1, 52, running=True)
    shown.frames()
    tall = shown.quad.claimed[0].bottom
    shown.world.hall.job = JobStatus()
    shown.frames()
    assert shown.quad.claimed[0].bottom < tall


@pytest.mark.gl
def test_an_error_has_a_red_mark_and_other_notices_an_amber_one(shown: Shown) -> None:
    shown.world.notices = [Notice("Two pictures were left out"), Notice("conv1 stopped", "wrong shape", node=1)]
    pixels = shown.frames()
    _, newest, older = shown.quad.claimed
    assert near(inside(pixels, newest), FAILED).sum() > 20
    assert near(inside(pixels, older), ACCENT).sum() > 20
    assert not near(inside(pixels, older), FAILED).any()


@pytest.mark.gl
def test_long_details_scroll_instead_of_filling_the_window(shown: Shown) -> None:
    shown.world.notices = [Notice("conv1 stopped", "\n".join(f"line {number}" for number in range(200)), node=1)]
    shown.frames(4)
    notice = shown.quad.claimed[1]
    assert 200 < notice.bottom - notice.top < 320


@pytest.mark.gl
def test_only_the_newest_three_notices_are_shown(shown: Shown) -> None:
    shown.world.notices = [Notice(f"Note {number}") for number in range(7)]
    shown.frames()
    assert len(shown.quad.claimed) == 1 + 3
    assert len(shown.world.notices) == 7


@pytest.mark.gl
def test_a_click_on_the_cross_drops_the_notice_even_among_equal_ones(shown: Shown) -> None:
    shown.world.notices = [Notice("The same"), Notice("Another"), Notice("The same")]
    shown.frames(captured=False)
    oldest = shown.quad.claimed[3]
    x, y = oldest.right - 22, oldest.top + 22
    shown.quad.events = (PointerMoved(x, y),)
    shown.frames(1, captured=False)
    shown.quad.events = (ButtonEvent("left", True, x, y),)
    shown.frames(1, captured=False)
    shown.quad.events = (ButtonEvent("left", False, x, y),)
    shown.frames(2, captured=False)
    assert [notice.headline for notice in shown.world.notices] == ["Another", "The same"]


@pytest.mark.gl
def test_the_crosshair_turns_amber_over_what_can_be_taken(shown: Shown) -> None:
    before = shown.frames()[285:315, 435:465]
    shown.world.hands["mouse"].target = Target("picture", 0, 1.0, (0.0, 0.0, 0.0))
    shown.frames(1)
    time.sleep(0.25)  # as long as it takes to change
    after = shown.frames()[285:315, 435:465]
    assert not near(before, ACCENT, 30).any()
    assert near(after, ACCENT, 30).sum() > 30


@pytest.mark.gl
def test_with_a_headset_on_the_window_has_neither_crosshair_nor_keys(shown: Shown) -> None:
    shown.world.player.head = Pose((0.0, 1.6, 0.0))
    shown.panel.help.wanted = None
    shown.frames(captured=True)
    assert shown.panel.help.shade == 0.0
    pixels = shown.frames(captured=True)
    assert near(pixels[290:310, 440:460], GROUND, 0).all()


@pytest.mark.gl
def test_everything_is_twice_as_large_at_twice_the_scale(shown: Shown) -> None:
    shown.frames()
    small = shown.quad.claimed[0]
    shown.quad.scale = 2.0
    shown.frames()
    large = shown.quad.claimed[0]
    assert (large.right - large.left, large.bottom - large.top) == pytest.approx(
        (2 * (small.right - small.left), 2 * (small.bottom - small.top))
    )


@pytest.mark.gl
def test_a_minimized_window_draws_nothing_and_comes_back(shown: Shown) -> None:
    shown.quad.size = (0, 0)
    shown.panel.draw(shown.world, shown.times, shown.target, True)
    shown.quad.size = (900, 600)
    assert not near(shown.frames(), GROUND, 0).all()


@pytest.mark.gl
def test_two_panels_in_one_gl_context_do_not_disturb_each_other(context: moderngl.Context, shown: Shown) -> None:
    other = Shown(context, Quad(scale=1.5))
    other.world.hall.network = "Another"
    alone = shown.frames()
    other.frames()
    np.testing.assert_array_equal(shown.frames(), alone)
    other.panel.close()
    np.testing.assert_array_equal(shown.frames(), alone)


@pytest.mark.gl
def test_glyphs_that_appear_later_are_added_to_the_atlas(shown: Shown) -> None:
    shown.frames()
    shown.world.hall.network = "ÄÖÜß Ωλ№"
    pixels = shown.frames()
    fresh = Shown(shown.context, Quad())
    fresh.world.hall.network = "ÄÖÜß Ωλ№"
    np.testing.assert_array_equal(pixels[:60], fresh.frames()[:60])
    fresh.panel.close()


@pytest.mark.gl
def test_drawing_leaves_the_gl_state_as_it_was(context: moderngl.Context, shown: Shown) -> None:
    other = context.simple_framebuffer((64, 64), 4)
    other.use()
    context.enable_only(moderngl.DEPTH_TEST)
    shown.panel.draw(shown.world, shown.times, shown.target, True)
    assert context.fbo is other
    assert shown.target.scissor == (0, 0, 900, 600)
    assert shown.target.viewport == (0, 0, 900, 600)
    eye = context.texture((1, 1), 4, b"\xff" * 4)
    anything = load_program(context, "mirror")
    other.clear(0.0, 0.0, 0.0, 0.0, depth=0.0)
    eye.use(0)
    context.vertex_array(anything, []).render(moderngl.TRIANGLES, vertices=3)
    assert other.read() == bytes(3 * 64 * 64)  # the depth test still hides it
    context.disable(moderngl.DEPTH_TEST)
    context.vertex_array(anything, []).render(moderngl.TRIANGLES, vertices=3)
    assert other.read() == b"\xff" * (3 * 64 * 64)


@pytest.mark.gl
def test_a_texture_drawn_over_nothing_keeps_its_alpha(context: moderngl.Context) -> None:
    renderer = ImguiRenderer(context)
    target = context.simple_framebuffer((32, 32), 4)
    target.clear(0.0, 0.0, 0.0, 0.0)
    renderer.begin((32, 32))
    half_red = imgui.get_color_u32(imgui.ImVec4(1, 0, 0, 0.5))
    imgui.get_background_draw_list().add_rect_filled((0, 0), (32, 32), half_red)
    renderer.end(target)
    pixel = np.frombuffer(target.read(components=4), np.uint8).reshape(32, 32, 4)[16, 16]
    np.testing.assert_allclose(pixel, (128, 0, 0, 128), atol=1)
    renderer.close()


def world_with(target: str, holding: int | None = None) -> World:
    world = World([Hall("A network", Graph((), ()))])
    world.pictures = [Picture("cat.jpg")]
    world.hall.walls = [Wall(0, None, Pose(), 1, 1, 1, 1, "fc", "", "", "linear", left_out=True)]
    world.hall.folds = [Fold(Pose(), 1, 1, Run("a.0", "Block", tuple(f"a.{n}" for n in range(12)), True, ()))]
    world.pictures += [Picture(f"{number}.jpg") for number in range(20)]
    if target == "notice":
        world.notices, world.player.head = [Notice("x")], Pose()
    if target == "overlay":
        world.easel.picture, world.overlays[0] = 0, Picture("answer")
    if target == "slider":
        world.hall.slices = 4
    control = next((control for control in controls_of(world) if control.kind == target), None)
    world.hands["mouse"].target = Target(target, 0, 1.0, (0.0, 0.0, 0.0), control=control)
    world.hands["mouse"].holding = holding
    return world


@pytest.mark.parametrize(
    ("target", "holding", "words", "useful"),
    [
        ("picture", None, "Click to take", True),
        ("easel", 0, "Click to place on the easel", True),
        ("shelf", 0, "Click to put it back", True),
        ("shelf", None, "", False),
        ("easel", None, "Take a picture from the shelf first", False),
        ("page", None, "Click for more pictures", True),
        ("notice", None, "Click to dismiss", True),
        ("ground", None, "", False),
        ("lectern", None, "Click to show only the blocks", True),
        ("fold", None, "Click to open 12 blocks", True),
        ("slider", None, "Press and drag to another slice", True),
        ("overlay", None, "Click to show the answer on it", True),
        ("left out", None, "Click to bring fc back", True),
        ("wall", None, "", False),
    ],
)
def test_the_hint_says_what_a_click_would_do(target: str, holding: int | None, words: str, useful: bool) -> None:
    assert hint(world_with(target, holding)) == (words, useful)


def test_there_is_no_hint_when_nothing_is_pointed_at() -> None:
    assert hint(World([Hall("A network", Graph((), ()))])) == ("", False)


def test_rows_tell_picture_best_guess_and_last_run() -> None:
    world = world_with("ground")
    assert Panel._rows(world) == [("Picture", "none yet", "muted", "")]
    world.easel.picture = 0
    world.hall.scores = (Score(282, "tiger cat", 0.52),)
    world.hall.job.seconds = 0.084
    assert [row[:2] for row in Panel._rows(world)] == [
        ("Picture", "cat.jpg"),
        ("Best guess", "tiger cat"),
        ("Last run", "84 ms"),
    ]


@pytest.mark.gl
def test_the_card_speaks_of_the_hall_that_the_visitor_is_in(shown: Shown) -> None:
    shown.world.halls.append(Hall("A network with a much longer name", Graph((), ())))
    of_first = inside(shown.frames(), shown.quad.claimed[0])
    shown.world.here = 1
    of_second = inside(shown.frames(), shown.quad.claimed[0])
    assert near(of_second, (0xE8, 0xE6, 0xE1), 40)[:48].sum() > 1.5 * near(of_first, (0xE8, 0xE6, 0xE1), 40)[:48].sum()
    second = shown.world.halls[1]
    second.walls = [Wall(0, None, Pose(), 1, 1, 1, 1, "fc", "", "", "linear")]
    shown.world.halls[0].walls = [Wall(0, plan_maps([BATCH]).spans[0], Pose(), 1, 1, 1, 1, "fc", "", "", "linear")]
    told = []
    for here in (0, 1):
        shown.world.here = here
        told.append(shown.panel._counts(shown.world))
    assert told == ["1 layer, 7 feature maps", "1 layer, 0 feature maps"]


@pytest.mark.gl
def test_while_only_another_network_computes_the_card_tells_of_that(shown: Shown) -> None:
    shown.world.halls.append(Hall("Another", Graph((), ())))
    idle = shown.frames()
    bottom = shown.quad.claimed[0].bottom
    shown.world.halls[1].job = JobStatus("Running cat", 26, 52, running=True)
    bars = near(inside(shown.frames(), shown.quad.claimed[0]), RUNNING, 3)
    assert int(bars.sum(axis=1).max()) == pytest.approx(134, abs=3)
    assert shown.quad.claimed[0].bottom > bottom
    assert not near(inside(idle, shown.quad.claimed[0]), RUNNING, 3).any()


@pytest.mark.parametrize(("kind", "word"), [("classes", "Best guess"), ("segments", "Mostly"), ("boxes", "Found")])
def test_the_card_says_what_kind_of_answer_it_is(kind: str, word: str) -> None:
    world = world_with("ground")
    world.hall.scores, world.hall.answer_kind = (Score(8, "cat", 0.52),), kind
    assert (word, "cat", "text", "52 %") in Panel._rows(world)


def test_the_card_counts_hidden_walls_and_tells_the_key_that_brings_them_back() -> None:
    world = world_with("ground")
    hall = world.hall
    hall.walls = [Wall(n, None, Pose(), 1.0, 1.0, 1, 1, f"w{n}", "", "", "other", name=f"w{n}") for n in range(3)]
    for name in ("w0", "w2", "not shown at this detail"):
        rearrange(hall, hall.arrangement.with_handled(name, Handling(hidden=True)), 0.0)
    assert ("Hidden", "2 walls", "text", "Shift+X") in Panel._rows(world)
    rearrange(hall, Arrangement(), 0.0)
    assert "Hidden" not in {row[0] for row in Panel._rows(world)}


def test_the_help_lists_the_keys_of_the_detail() -> None:
    assert (("1", "2", "3"), "blocks, layers, all") in KEYS


def test_frame_times_keep_the_last_240_and_know_their_percentiles() -> None:
    times = FrameTimes()
    assert times.median == 0.0
    for number in range(1, 301):
        times.add(number / 1000)
    assert len(times.recent) == 240
    assert times.median == pytest.approx(0.181)
    assert times.percentile(99) == pytest.approx(0.298)
