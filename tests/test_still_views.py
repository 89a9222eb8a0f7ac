"""Whole views of the demo, as `vrcnn render` draws them, against the golden pictures of this renderer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from golden import assert_like_golden
from PIL import Image

from vrcnn.cli import main
from vrcnn.exhibit import Exhibit
from vrcnn.network.source import LoadOptions, load
from vrcnn.render.context import standalone_context
from vrcnn.scene.geometry import Pose
from vrcnn.scene.world import World

pytestmark = pytest.mark.gl


def entrance(world: World) -> list[str]:
    return []


def entrance_turned_left(world: World) -> list[str]:
    """The features' desk and the board with noise."""
    return ["--camera", "0,1.6,1,60,-16"]


def path_between_the_walls(world: World) -> list[str]:
    return ["--camera", "0,1.6,-9,0,0"]


def wall(world: World) -> list[str]:
    return ["--at", "blocks.0.project"]


def exit_board(world: World) -> list[str]:
    """So near that the last board's classes can be read."""
    x, y, z = world.hall.placing.carry(world.hall.exit.pose @ Pose((0.0, 0.0, 1.6))).position
    return ["--camera", f"{x},{y},{z},0,0"]


def sieve_before_the_picture(world: World) -> list[str]:
    """What comes through it, the legend, and the frames of the first walls."""
    return ["--sieve", "windows:6", "--camera", "0.75,1.6,-0.9,-12,-18"]


def wall_behind_a_sieve(world: World) -> list[str]:
    """Frames near and far, the walls' own numbers, and maps by how much they change."""
    return ["--at", "blocks.0.project", "--sieve", "low-pass:0.12", "--order", "susceptibility"]


VIEWS = (
    *(entrance, entrance_turned_left, path_between_the_walls, wall, exit_board),
    *(sieve_before_the_picture, wall_behind_a_sieve),
)


@pytest.fixture(scope="module")
def world() -> World:
    return Exhibit(load(None, LoadOptions())).world


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_of_the_demo_looks_like_its_golden_picture(
    view: Callable[[World], list[str]], world: World, tmp_path: Path
):
    output = tmp_path / "view.png"
    assert main(["render", "--size", "480x300", "-o", str(output), *view(world)]) == 0
    with Image.open(output) as image:
        seen = np.asarray(image)
    context = standalone_context()
    try:
        assert_like_golden(seen, view.__name__.replace("_", "-"), context)
    finally:
        context.release()
