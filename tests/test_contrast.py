"""Whatever is written in the world can be read: in every theme each label has a contrast of seven on its ground."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from math import pi, radians

import moderngl
import numpy as np
import pytest

from vrcnn.engine.messages import Score
from vrcnn.exhibit import Exhibit
from vrcnn.network.source import LoadOptions, load
from vrcnn.render.context import standalone_context
from vrcnn.render.renderer import Renderer
from vrcnn.scene.camera import View
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.furnish import Furnisher
from vrcnn.scene.geometry import Pose, Quaternion, rotate, turn
from vrcnn.scene.theme import THEMES, Theme
from vrcnn.scene.world import Notice, Picture, World
from vrcnn.ui.theme import GLASS

LEAST = 7.0  # WCAG 2.2, level AAA
SKY = ("ground", "horizon", "zenith")  # behind what hangs in the air
NEAR = 0.05  # m from a label to what it is written on
UPRIGHT = tuple(turn(radians(yaw)) for yaw in (-50.0, 0.0, 50.0))  # walls and boards face the visitor more or less
LYING = (turn(pitch=-pi / 2),)
Pair = tuple[str, str, float, bool]  # the ink, its paper, how opaque that is, whether it lies on the ground


def everything_written() -> World:
    """The demo's place with answers, an overlay, a notice, and walls in every state."""
    world = Exhibit(
        load(
            None,
            LoadOptions(),
        )
    ).world
    hall = world.hall
    hall.scores = tuple(Score(n, f"class {n}", 0.3 - 0.05 * n, (0.9, 0.2, 0.2)) for n in range(5))
    world.easel.picture, world.overlays[0], world.overlaid = 0, Picture("answer", np.zeros((9, 9, 4), "u1")), True
    world.pictures[1].broken = "is truncated"
    hall.slices = 8
    world.player.head = Pose((0.0, 1.6, 0.0))
    world.notices.append(Notice("The network failed on this picture.", "In line 7 of the file.", 3))
    hall.walls[4].left_out = True
    hall.walls[2].channels = tuple(f"channel {n}" for n in range(4))
    return world


def pairs_of(groups: Mapping[str, Drawables]) -> set[Pair]:
    """Every ink with the paper that it is found on."""
    found: set[Pair] = set()
    for group in groups.values():
        for part in (group, *group.standing):
            for label in part.labels:
                box = paper_of(label, part.boxes)
                if box is None:
                    found |= {(label.role, role, 1.0, False) for role in SKY}
                else:
                    lies = rotate(label.pose.orientation, (0.0, 0.0, 1.0))[1] > 0.9
                    found.add((label.role, box.role, box.opacity, lies))
    return found


def paper_of(label: Label, boxes: tuple[Box, ...]) -> Box | None:
    """The box that a label lies on: the nearest one behind its start."""
    behind = []
    for box in boxes:
        x, y, z = box.pose.inverse().apply(label.pose.apply((0.0, label.height / 2, 0.0)))
        ahead = rotate(box.pose.inverse().orientation, rotate(label.pose.orientation, (0.0, 0.0, 1.0)))
        width, height, depth = box.size
        sizes, place = (width, height, depth), (x, y, z)
        axis = int(np.argmax(np.abs(ahead)))
        away = abs(place[axis]) - sizes[axis] / 2
        within = all(abs(place[other]) <= sizes[other] / 2 for other in range(3) if other != axis)
        if within and abs(ahead[axis]) > 0.99 and -0.002 < away < NEAR:
            behind.append((away, box))
    return min(behind, key=lambda pair: pair[0])[1] if behind else None


def luminance(colour: np.ndarray) -> float:
    """Of an sRGB-encoded colour, 0..1."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def contrast(ink: np.ndarray, paper: np.ndarray) -> float:
    low, high = sorted((luminance(ink), luminance(paper)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    made = standalone_context()
    with made:
        yield made
    made.release()


def lit(renderer: Renderer, role: str, orientation: Quaternion) -> np.ndarray:
    """What the face of a box of this role looks like from straight before it, as the renderer lights it."""
    face = Pose((0.0, 1.6, 0.0), orientation)
    renderer.prepare({"box": Drawables(boxes=(Box(face, (0.8, 0.8, 0.02), role),))}, 0.0)
    eyes = face @ Pose((0.0, 0.0, 1.0))
    return renderer.render_picture(View.symmetric(eyes, 1.0), (32, 32))[14:18, 14:18].mean((0, 1)) / 255


@pytest.mark.gl
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_every_label_in_the_world_has_a_contrast_of_seven(theme: Theme, context: moderngl.Context) -> None:
    renderer = Renderer(context, theme)
    shades = cache(lambda role, orientation: lit(renderer, role, orientation))
    pairs = pairs_of(Furnisher().furnish(everything_written()))
    assert len({ink for ink, *_ in pairs}) >= 4, "inks that were found on their papers"
    assert len({paper for _, paper, *_ in pairs}) >= 7
    worst = 1.0 if theme.name == "dark" else 0.0  # of the maps that shine through
    for ink, paper, opacity, lies in sorted(pairs, key=str):
        faces = LYING if lies else UPRIGHT
        colours = [np.array(theme[paper])] if paper in SKY else [shades(paper, face) for face in faces]
        for colour in colours:
            seen = contrast(np.array(theme[ink]), opacity * colour + (1 - opacity) * worst)
            assert seen >= LEAST, f"{ink} on {paper} is {seen:.1f}"
    renderer.release()


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_every_line_of_the_panels_has_a_contrast_of_seven(theme: Theme) -> None:
    for behind in ("ground", "horizon", "zenith"):
        glass = GLASS * np.array(theme["panel"]) + (1 - GLASS) * np.array(theme[behind])
        for ink in ("text", "muted", "accent text"):
            assert contrast(np.array(theme[ink]), glass) >= LEAST, f"{ink} over {behind}"


def test_the_themes_name_the_same_roles() -> None:
    dark, light = THEMES.values()
    assert dark.roles.keys() == light.roles.keys()
