"""Controls: what each one says that a click does is what its intent does, and a press on it in the world too."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from graphs import repeated, volumes

from vrcnn.engine.plan import plan_maps
from vrcnn.featurevis.settings import Settings
from vrcnn.scene.acting import act
from vrcnn.scene.build import build_world
from vrcnn.scene.controlling import controls_of
from vrcnn.scene.controls import Control
from vrcnn.scene.geometry import Placing, Pose, Ray, turn
from vrcnn.scene.intents import HandMoved, Select
from vrcnn.scene.picking import Picker
from vrcnn.scene.requests import ChangeScope, MakeFeatures, ShowPage, TakeNew
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import Notice, Picture, World

STEPS = World([]).feature_settings.steps


def world_of(graph=None, detail: str = "layers") -> World:
    """A world in which every kind of control is there: pages, runs, a layer that was left out, an overlay, slices."""
    graph = graph or repeated()
    plan = replace(plan_maps(graph.nodes[1:]), left_out=frozenset({0}))
    world = build_world("test", graph, plan, [f"{number}.jpg" for number in range(40)])
    for picture in world.pictures:
        picture.pixels = np.zeros((10, 20, 4), "u1")
    world.hall.scope = world.hall.scope.with_detail(detail)
    world.hall.slices, world.easel.picture = max(4, world.hall.slices), 0
    world.overlays[0] = Picture("answer", np.zeros((8, 8, 4), "u1"))
    world.notices, world.player.head = [Notice("older"), Notice("newest")], Pose((0, 1.6, 0))
    return world


def world_for(hint: str) -> World:
    return world_of(detail="all" if hint == "Click to show the layers" else "layers")


def one(world: World, kind: str, index: int = 0) -> Control:
    return next(control for control in controls_of(world) if (control.kind, control.index) == (kind, index))


def scope(asked: list) -> object:
    (request,) = [request for request in asked if isinstance(request, ChangeScope)]
    return request.scope


def layout(world: World) -> str:
    return world.hall.arrangement.layout


def settings(world: World) -> Settings:
    return world.feature_settings


def aim(world: World) -> str:
    return world.feature_settings.objective.kind


def start(world: World) -> str:
    return world.feature_settings.start


def by_change(world: World) -> bool:
    return world.colouring.order == "susceptibility"


def made(asked: list) -> list[str]:
    """The layers of which visualizations are asked for."""
    return [place.name for request in asked if isinstance(request, MakeFeatures) for place, _ in request.wanted]


def noises(asked: list) -> list[str]:
    """The kinds of noise that are asked for."""
    return [request.kind for request in asked if isinstance(request, TakeNew)]


PROMISES: list[tuple[str, int, str, Callable[[World, list], bool]]] = [
    ("page", 1, "Click for more pictures", lambda world, asked: ShowPage(tuple(range(18, 36))) in asked),
    ("page", -1, "Click for more pictures", lambda world, asked: ShowPage(tuple(range(36, 40))) in asked),
    ("lectern", 0, "Click to show only the blocks", lambda world, asked: scope(asked).detail == "blocks"),
    ("lectern", 1, "Click to show the layers", lambda world, asked: scope(asked).detail == "layers"),
    ("lectern", 2, "Click to show every operation", lambda world, asked: scope(asked).detail == "all"),
    ("overlay", 0, "Click to show the answer on it", lambda world, asked: world.overlaid),
    ("notice", 0, "Click to dismiss", lambda world, asked: [n.headline for n in world.notices] == ["older"]),
    ("fold", 0, "Click to open 3 blocks", lambda world, asked: scope(asked).toggled == {"stage.0"}),
    ("room", 0, "Click to close stage.0–2", lambda world, asked: world.hall.plates[0].door is not None),
    ("lectern", 4, "Click to let the walls stand one behind the other", lambda world, asked: layout(world) == "stack"),
    ("view", 8, "Click to scale the colours by each map", lambda world, asked: world.colouring.range == "map"),
    ("view", 17, "Click to sort channels by their deviation", lambda world, asked: world.colouring.order == "variance"),
    ("view", 21, "Click for the light theme", lambda world, asked: world.theme == "light"),
    ("view", 22, "Click to follow the data", lambda world, asked: world.wave is not None),
    ("view", 19, "Click to sort channels by what the sieve changes", lambda world, asked: by_change(world)),
    ("sieve plate", 1, "Click for the next kind of sieve", lambda world, asked: world.sieving.sieve.kind == "shift"),
    ("sieve plate", -1, "Click for the kind of sieve before", lambda world, asked: world.sieving.sieve.kind == "noise"),
    ("sieve plate", 2, "Click to turn the sieve further", lambda world, asked: world.sieving.sieve.amount == 0.21),
    ("sieve plate", -2, "Click to turn the sieve back", lambda world, asked: world.sieving.sieve.amount == 0.15),
    ("features", 2, "Click for MaCo: the most natural colours", lambda world, asked: settings(world).preset == "maco"),
    ("features", 5, "Click to aim at the map's middle value", lambda world, asked: aim(world) == "neuron"),
    ("features", 10, "Click for more steps: later, clearer", lambda world, asked: settings(world).steps > STEPS),
    ("features", 13, "Click to begin with the picture on the easel", lambda world, asked: start(world) == "picture"),
    ("features", 15, "Click for gradients as they are", lambda world, asked: settings(world).leaky == 0),
    ("features", 16, "Click to let gradients leak through ReLUs", lambda world, asked: settings(world).leaky > 0.1),
    ("features", 20, "Click to visualize all channels of all layers", lambda world, asked: len(made(asked)) == 2),
    (
        "room features",
        0,
        "Click to visualize what stage.0–2 looks for",
        lambda world, asked: "stem" not in (made(asked) or ["stem"]),
    ),
    ("noise", 0, "Click to take Gaussian noise", lambda world, asked: "gaussian" in noises(asked)),
    ("noise", 1, "Click to take uniform noise", lambda world, asked: "uniform" in noises(asked)),
    ("noise", 2, "Click to take noise with the spectrum of photos", lambda world, asked: "natural" in noises(asked)),
    ("left out", 0, "Click to bring stem back", lambda world, asked: scope(asked).demanded == ("stem",)),
]


@pytest.mark.parametrize(("kind", "index", "hint", "kept"), PROMISES)
def test_what_the_hint_promises_happens(kind, index, hint, kept):
    world = world_for(hint)
    control = one(world, kind, index)
    assert control.hint == hint
    assert control.intent is not None
    assert not kept(world, [ChangeScope(world.hall.scope)]), "not yet"
    assert kept(world, act(world, control.intent))


@pytest.mark.parametrize(("kind", "index", "hint", "kept"), PROMISES)
def test_a_press_on_it_with_a_controller_does_the_same(kind, index, hint, kept):
    world, tools = world_for(hint), Tools()
    surface = one(world, kind, index).surface
    aim = world.player.room.inverse().carry(surface.pose @ Pose((0.0, 0.0, 0.15)))
    tools.step(world, [HandMoved("right", aim, aim)], 0.01)
    assert world.hands["right"].target.control == one(world, kind, index)
    assert kept(world, tools.step(world, [HandMoved("right", aim, aim), Select("right")], 0.01))


def test_no_control_is_without_a_promise():
    kinds = {control.kind for control in controls_of(world_of())}
    assert kinds - {kind for kind, *_ in PROMISES} == {"slider", "plinth"}, "which are dragged and held"


def test_words_turn_with_what_they_would_do():
    world = world_of(repeated(folded=False))
    assert one(world, "fold").hint == "Click to fold 3 blocks"
    world.overlaid = True
    assert one(world, "overlay").hint == "Click to show the picture"


def test_the_slider_is_there_where_volumes_have_slices():
    world = world_of(volumes())
    assert one(world, "slider").hint == "Press and drag to another slice"
    assert one(world, "slider").intent is None
    world.hall.slices = 0
    assert "slider" not in {control.kind for control in controls_of(world)}


def test_the_controls_of_a_hall_go_where_the_hall_and_its_walls_go():
    world = world_of()
    before = {kind: one(world, kind).surface for kind in ("fold", "left out")}
    moved = Placing(Pose((20.0, 1.0, -3.0), turn(0.7)), 2.0)
    world.hall.place = moved
    for kind, surface in before.items():
        expected = surface.carried(moved)
        assert one(world, kind).surface.pose.position == pytest.approx(expected.pose.position)
        assert (one(world, kind).surface.width, one(world, kind).surface.height) == (expected.width, expected.height)
        pose = one(world, kind).surface.pose
        target = Picker().pick(world, Ray.of(pose @ Pose((0.0, 0.0, 0.3))))
        assert target is not None
        assert target.control == one(world, kind)


def test_a_press_on_a_hall_s_own_control_speaks_of_that_hall():
    world = world_of()
    other = world_of().hall
    other.place = Placing(Pose((20.0, 0.0, 0.0)))
    world.halls.append(other)
    control = next(control for control in controls_of(world) if control.kind == "fold" and control.hall == 1)
    aim = world.player.room.inverse().carry(control.surface.pose @ Pose((0.0, 0.0, 0.3)))
    asked = Tools().step(world, [HandMoved("right", aim, aim), Select("right")], 0.01)
    assert [request.hall for request in asked if isinstance(request, ChangeScope)] == [1]
    assert other.wanted is not None
    assert world.halls[0].wanted is None
