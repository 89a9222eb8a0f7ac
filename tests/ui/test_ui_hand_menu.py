"""The menu at the wrist lights the buttons of what is so already."""

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Graph, Node
from vrcnn.scene.build import build_world
from vrcnn.scene.geometry import Pose
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.panel_placing import toggle_panel
from vrcnn.scene.sieve_panel_intents import ColourFrames
from vrcnn.scene.world_panels import SIEVE
from vrcnn.scene.xray_acting import sort_by_change
from vrcnn.scene.xray_intents import SortByChange, ToggleSieve
from vrcnn.ui.hand_menu import is_so


def test_what_is_so_of_the_sieve_is_lit():
    nodes = (Node(0, "stem", "Conv2d", "convolution", "", (1, 16, 8, 8)),)
    world = build_world("A network", Graph(nodes, ()), plan_maps(nodes), [])
    world.player.head = Pose((0.0, 1.6, 0.0))
    asked = ToggleSieve(), ColourFrames(), SortByChange(), OpenPanel(SIEVE)
    assert [is_so(intent, world) for intent in asked] == [False, True, False, False]
    world.sieving.before, world.sieving.frames = True, False
    sort_by_change(world)
    toggle_panel(world, SIEVE)
    assert [is_so(intent, world) for intent in asked] == [True, False, True, True]
