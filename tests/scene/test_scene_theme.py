"""The visitor goes from one theme to the next, or to one by its name."""

from __future__ import annotations

from graphs import chain

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.acting import act
from vrcnn.scene.build import build_world
from vrcnn.scene.intents import ChooseTheme
from vrcnn.scene.theme import THEMES, following


def test_the_themes_follow_each_other_round_and_round() -> None:
    graph = chain(2)
    world = build_world("test", graph, plan_maps(graph.nodes), [])
    seen = []
    for _ in range(len(THEMES) + 1):
        seen.append(world.theme)
        act(world, ChooseTheme())
    assert seen == ["dark", "light", "dark"]
    act(world, ChooseTheme("light"))
    act(world, ChooseTheme("light"))
    assert world.theme == "light"
    assert following("light") == "dark"
