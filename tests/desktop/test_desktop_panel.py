"""Panels in a real window: a notice goes when its cross is clicked, and the view gets the other clicks."""

import glfw
import pytest
from visitor import Visitor, until

from vrcnn.desktop.controls import Controls
from vrcnn.desktop.window import Window
from vrcnn.network.graph import Graph
from vrcnn.scene.hall import Hall
from vrcnn.scene.headset_intents import WearHeadset
from vrcnn.scene.headset_status import ASIDE, AWAITED, NONE, WORN
from vrcnn.scene.theme import DARK
from vrcnn.scene.world import Notice, World
from vrcnn.ui.panel import FrameTimes, Panel

pytestmark = pytest.mark.gl


class Desk:
    def __init__(self, window: Window) -> None:
        self.window = window
        self.controls = Controls(window)
        self.panel = Panel(window, window.context, DARK)
        self.target = window.context.simple_framebuffer(window.size, 4)
        self.world = World([Hall("A network", Graph((), ()))])
        self.times = FrameTimes()

    def frame(self) -> None:
        self.window.poll()
        self.controls.intents(1 / 60)
        self.panel.draw(self.world, self.times, self.target, self.controls.captured)
        self.window.show(self.target)

    def settle(self) -> None:
        for _ in range(10):
            self.frame()
            glfw.wait_events_timeout(0.01)


@pytest.fixture
def desk(window: Window) -> Desk:
    window.set_vsync(False)
    desk = Desk(window)
    desk.world.notices = [Notice("An older note"), Notice("The layer conv1 stopped", "It got 64 channels.", node=3)]
    desk.settle()
    return desk


def cross_of_the_newest(desk: Desk) -> tuple[int, int]:
    newest = desk.window.claimed[1]
    return int(newest.right) - 22, int(newest.top) + 22


def test_clicking_the_cross_dismisses_that_notice_and_leaves_the_mouse_free(desk: Desk, visitor: Visitor) -> None:
    visitor.point(*cross_of_the_newest(desk))
    visitor.click()
    until(lambda: (desk.frame(), len(desk.world.notices) == 1)[1], "the notice to go")
    assert desk.world.notices[0].headline == "An older note"
    assert not desk.controls.captured


def test_a_click_beside_the_cross_dismisses_nothing(desk: Desk, visitor: Visitor) -> None:
    x, y = cross_of_the_newest(desk)
    visitor.point(x - 100, y)
    visitor.click()
    desk.settle()
    assert len(desk.world.notices) == 2
    assert any(area.holds(x - 100, y) for area in desk.window.claimed)
    assert not desk.controls.captured


def test_a_click_into_the_view_captures_and_then_the_panels_want_nothing(desk: Desk, visitor: Visitor) -> None:
    visitor.point(100, 460)
    desk.settle()
    assert not any(area.holds(100, 460) for area in desk.window.claimed)
    visitor.click()
    until(lambda: (desk.frame(), desk.controls.captured)[1], "the mouse to be captured")
    x, y = cross_of_the_newest(desk)
    visitor.nudge(x - 100, y - 460)
    visitor.click()
    desk.settle()
    assert len(desk.world.notices) == 2


def test_the_help_comes_and_goes_with_h_and_f1(desk: Desk, visitor: Visitor) -> None:
    assert desk.panel.help.visible
    assert not desk.panel.help.whole, "a few keys at the start, not a list over the whole view"
    visitor.tap("h")
    until(lambda: (desk.frame(), desk.panel.help.whole)[1], "all keys to come")
    assert desk.panel.help.visible
    visitor.tap("h")
    until(lambda: (desk.frame(), not desk.panel.help.visible)[1], "the keys to go")
    visitor.tap("F1")
    until(lambda: (desk.frame(), desk.panel.help.visible)[1], "the keys to come back")
    assert desk.panel.help.whole


def test_panels_follow_the_windows_size(desk: Desk) -> None:
    glfw.set_window_size(desk.window.handle, 1000, 600)
    until(lambda: (desk.window.poll(), desk.window.size == (1000, 600))[1], "the new size")
    desk.target = desk.window.context.simple_framebuffer((1000, 600), 4)
    desk.settle()
    assert desk.window.claimed[1].right == 1000 - 16


def test_tab_frees_the_mouse_for_the_view_s_choices_and_closes_them_again(desk: Desk, visitor: Visitor) -> None:
    visitor.point(100, 460)
    visitor.click()
    until(lambda: (desk.frame(), desk.controls.captured)[1], "the mouse to be captured")
    visitor.tap("Tab")
    until(lambda: (desk.frame(), desk.panel.view.open)[1], "the choices to come")
    desk.settle()
    assert not desk.controls.captured
    panel = desk.window.claimed[-1]
    visitor.point(int((panel.left + panel.right) / 2), int(panel.top + 12))
    visitor.click()
    desk.settle()
    assert not desk.controls.captured, "the click belongs to the panel"
    visitor.tap("Tab")
    until(lambda: (desk.frame(), not desk.panel.view.open)[1], "the choices to go")


@pytest.mark.parametrize("connection", [WORN, AWAITED, ASIDE, NONE])
def test_the_headset_s_button_goes_into_it_and_out_of_it_where_there_is_one(
    desk: Desk, visitor: Visitor, connection: str
) -> None:
    card = desk.window.claimed[0]
    desk.world.headset.connection = connection
    desk.settle()
    longer = desk.window.claimed[0].bottom - card.bottom
    assert (longer > 10) is (connection != NONE)
    visitor.point(int(card.right) - 30, int(card.bottom) - 70)  # below the picture's row
    desk.settle()
    visitor.click()
    desk.settle()
    assert desk.panel.intents() == ([] if connection == NONE else [WearHeadset()])
    assert not desk.controls.captured
