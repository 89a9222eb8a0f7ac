"""Small shapes as they come out of the renderer: where they are, how they are lit, and what it costs to move them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import pi

import numpy as np
import pytest
from drawing import HEIGHT, WIDTH, Stage, pixel_of, stage, view

from vrcnn.render.renderer import UNMOVED
from vrcnn.scene.drawables import Box, Drawables, Mesh
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.shapes import MAKERS
from vrcnn.scene.theme import DARK, LIGHT

pytestmark = pytest.mark.gl
AHEAD = Pose((0.0, 1.6, -1.0))


@pytest.fixture(scope="module")
def shown() -> Iterator[Stage]:
    with stage() as made:
        yield made


def _bytes(role: str) -> np.ndarray:
    return np.array(DARK[role]) * 255


def test_a_block_has_the_light_of_a_box(shown: Stage) -> None:
    turned = Pose(AHEAD.position, turn(0.5, 0.3))
    block = shown.picture(meshes=(Mesh("block", turned, (0.6, 0.6, 0.6), "frame"),))
    box = shown.picture(boxes=(Box(turned, (0.6, 0.6, 0.6), "frame"),))
    for face in ((0, 0, 0.3), (-0.3, 0, 0), (0, -0.3, 0)):
        middle = pixel_of(turned.apply(face))
        assert np.abs(block[middle] - box[middle]).max() <= 1
    assert np.abs(block - box).max() > 10, "its edges are round"


@pytest.mark.parametrize("name", [name for name in MAKERS if " " not in name])
def test_every_shape_glows_in_its_colour_seen_from_everywhere_and_has_no_holes(shown: Stage, name: str) -> None:
    for yaw, pitch in ((0.3, 0.4), (2.0, -0.5), (pi, 1.2), (4.0, -1.3)):
        eyes = AHEAD @ Pose((0, 0, 0), turn(yaw, pitch)) @ Pose((0, 0, 1.2))
        picture = shown.picture(eyes, meshes=(Mesh(name, AHEAD, (0.4, 0.4, 0.4), "accent", glow=1.0),))
        there = np.abs(picture - _bytes("accent")).max(2) <= 3
        assert there.sum() > 200
        if name in ("sphere", "capsule", "block", "disc"):  # convex: no gap between two pixels of a row
            for row in there:
                lit = np.flatnonzero(row)
                assert not len(lit) or (lit[-1] - lit[0] + 1 - len(lit)) <= 2


def test_the_ends_of_a_capsule_are_round_however_long_it_is(shown: Stage) -> None:
    lying = Pose((-0.5, 1.6, -1.0), turn(yaw=-pi / 2))  # its -z is to the right
    picture = shown.picture(meshes=(Mesh("capsule", lying, (0.1, 0.1, 1.0), "accent", glow=1.0),))
    there = np.abs(picture - _bytes("accent")).max(2) <= 3
    columns = np.flatnonzero(there.any(0))
    metre = HEIGHT / 2
    assert columns[0] == pytest.approx(WIDTH / 2 - 0.6 * metre, abs=2)
    assert columns[-1] == pytest.approx(WIDTH / 2 + 0.6 * metre, abs=2)


def test_instances_of_several_shapes_keep_their_places_and_colours(shown: Stage) -> None:
    shapes = ("sphere", "block", "sphere", "capsule", "block")
    roles = ("accent", "running", "failed", "text", "merge")
    meshes = tuple(
        Mesh(name, Pose((0.5 * place - 1.0, 1.6, -2.0)), (0.1, 0.1, 0.1), role, glow=1.0)
        for place, (name, role) in enumerate(zip(shapes, roles, strict=True))
    )
    picture = shown.picture(meshes=meshes)
    for mesh in meshes:
        assert np.abs(picture[pixel_of(mesh.pose.position)] - _bytes(mesh.role)).max() <= 3


def test_a_translucent_mesh_lets_half_through_once(shown: Stage) -> None:
    back = Box(Pose((0, 1.6, -2)), (2.0, 2.0, 0.1), "text", glow=1.0)
    veil = Mesh("sphere", AHEAD, (0.3, 0.3, 0.3), "panel", glow=1.0, opacity=0.5)
    seen = shown.picture(boxes=(back,), meshes=(veil,))[pixel_of(AHEAD.position)]
    assert np.abs(seen - (_bytes("text") + _bytes("panel")) / 2).max() < 4


def test_a_mesh_stands_in_the_frame_of_its_anchor(shown: Stage) -> None:
    anchors = np.concatenate([UNMOVED, [(0.5, 1.6, -2.0, 2.0, 0.0, 0.0, 0.0, 1.0)]]).astype(np.float32)
    ball = Mesh("sphere", Pose((0.0, 0.1, 0.0)), (0.1, 0.1, 0.1), "accent", glow=1.0)
    shown.renderer.prepare({"test": Drawables(meshes=(ball,), anchor=1)}, 0.0, anchors)
    shown.renderer.draw(view(), shown.target.framebuffer, (WIDTH, HEIGHT))
    there = np.abs(shown.target.read().astype(int) - _bytes("accent")).max(2) <= 3
    row, column = np.argwhere(there).mean(0)
    assert (row, column) == pytest.approx(pixel_of((0.5, 1.8, -2.0)), abs=1.5)
    assert there.sum() == pytest.approx(pi * (0.2 * HEIGHT / 4) ** 2, rel=0.1)


def test_a_theme_colours_meshes_anew(shown: Stage) -> None:
    meshes = (Mesh("sphere", AHEAD, (0.3, 0.3, 0.3), "panel", glow=1.0),)
    shown.picture(meshes=meshes)
    try:
        shown.renderer.set_theme(LIGHT)
        shown.renderer.draw(view(), shown.target.framebuffer, (WIDTH, HEIGHT))
        seen = shown.target.read().astype(int)[pixel_of(AHEAD.position)]
    finally:
        shown.renderer.set_theme(DARK)
    assert np.abs(seen - np.array(LIGHT["panel"]) * 255).max() <= 3


def test_meshes_that_move_or_change_keep_their_buffers_while_there_is_room(shown: Stage) -> None:
    balls = [Mesh("sphere", Pose((0.1 * n, 1.6, -1.0)), (0.05, 0.05, 0.05), "accent", glow=1.0) for n in range(8)]
    shown.picture(meshes=tuple(balls))
    batch = shown.renderer._groups["test"].batches["meshes"]
    others = [replace(ball, shape="block" if n % 2 else "cone") for n, ball in enumerate(balls)]
    picture = shown.picture(meshes=(*others, *balls[:4]))
    assert shown.renderer._groups["test"].batches["meshes"] is batch
    assert batch.instances == 12
    assert np.abs(picture[pixel_of((0.1, 1.6, -1.0))] - _bytes("accent")).max() <= 3
    shown.picture(meshes=tuple(balls * 2))
    assert shown.renderer._groups["test"].batches["meshes"] is not batch
