"""What a click does with a channel's visualization, in words under the crosshair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vrcnn.engine.plan import plan_maps
from vrcnn.featurevis.results import Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.network.graph import Graph, Node
from vrcnn.scene.build import build_world
from vrcnn.scene.features import Feature, FeatureState
from vrcnn.scene.visualizing import place_of_wall
from vrcnn.scene.world import Target, World
from vrcnn.ui.hints import hint

MADE = "Click to take it, hold to move the wall", True
SAID = "layer, channel 1", False


def world_at_a_tile(state: FeatureState | None, visualized: bool) -> World:
    """The mouse points at the second tile of a wall; `state` is that of its channel's visualization."""
    graph = Graph((Node(0, "layer", "Conv2d", "convolution", "", (1, 4, 8, 8), parameters=0),), ())
    world = build_world("test", graph, plan_maps(graph.nodes), ["a.jpg"])
    (wall,) = world.hall.walls
    place = place_of_wall(world.hall, wall)
    if state is not None:
        made = Visualization(place, 1, Settings(), np.zeros((8, 8, 3), np.uint8), 1.0, 0.0, None, "risen")
        feature = Feature(state, 1.0, made if state is FeatureState.MADE else None)
        world.hall.features.known[place.tensor] = {1: feature}
    world.hands["mouse"].target = Target("wall", 0, 1.0, (0.0, 0.0, 0.0), tile=1, visualized=visualized)
    return world


@pytest.mark.parametrize(
    ("state", "visualized", "said"),
    [
        (FeatureState.MADE, True, MADE),
        (FeatureState.MADE, False, SAID),
        (FeatureState.FORMING, True, SAID),
        (None, True, SAID),
    ],
)
def test_a_finished_visualization_is_offered(
    state: FeatureState | None, visualized: bool, said: tuple[str, bool]
) -> None:
    assert hint(world_at_a_tile(state, visualized)) == said


def test_a_full_hand_is_offered_none() -> None:
    world = world_at_a_tile(FeatureState.MADE, True)
    world.hands["mouse"].holding = 0
    assert hint(world) == SAID


def test_one_that_is_made_anew_can_still_be_taken() -> None:
    world = world_at_a_tile(FeatureState.MADE, True)
    known = world.hall.features.known
    for tensor, features in known.items():
        known[tensor] = {1: replace(features[1], state=FeatureState.WAITING)}
    assert hint(world) == MADE
