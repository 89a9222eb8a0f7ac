"""From a hall in the World to what a scene is written of; and such a World where nobody walks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vrcnn.engine.plan import plan_maps
from vrcnn.exporting.scene_file import Staged, StagedWall
from vrcnn.exporting.subject import Subject
from vrcnn.scene.anchors import Anchors, common_anchor, wall_anchor
from vrcnn.scene.build import build_world
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.hall import Hall
from vrcnn.scene.switching import begin_with
from vrcnn.scene.world import World

GROUPS = ("walls", "grids", "apart", "names", "fixtures", "links", "exit")  # of the Furnisher, with the hall's number


def staged(world: World, number: int, groups: Mapping[str, Drawables], table: np.ndarray) -> Staged:
    """Hall `number` as it stands now; `groups` and `table` are the Furnisher's and those of the Anchors."""
    hall = world.halls[number]
    kept = {name: groups[f"{name} {number}"] for name in GROUPS if f"{name} {number}" in groups}
    walls = tuple(_wall(hall, place) for place in range(len(hall.walls)))
    return Staged(kept, table, walls, hall.scope.slice, hall.arrangement.layout)


def staged_alone(subject: Subject, layout: str | None, theme: str) -> Staged:
    """The same without a visitor, in one of LAYOUTS; None for the usual one."""
    shown = subject.shown
    plan = plan_maps(shown.nodes)
    world = build_world(subject.source.name, shown, plan, [], subject.scope, subject.source.labels or ())
    world.theme = theme
    if layout is not None:
        begin_with(world, layout)
    return staged(world, 0, Furnisher().furnish(world), Anchors().of(world))


def _wall(hall: Hall, place: int) -> StagedWall:
    wall = hall.walls[place]
    node = hall.graph.nodes[wall.node]
    about = {"layer": node.name, "shape": list(node.shape), "operation": node.operation, "parameters": node.parameters}
    anchors = common_anchor(hall, place), wall_anchor(hall, place)
    order = None if wall.order is None else np.array(wall.order)
    return StagedWall(wall.title, anchors, hall.tensor_of(wall.node), about, order)
