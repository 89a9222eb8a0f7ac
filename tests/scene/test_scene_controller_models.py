"""Controllers: their shapes are solid and sit in the hand, every button has its part, and what is used lights up."""

from __future__ import annotations

from dataclasses import replace
from math import dist

import numpy as np
import pytest

from vrcnn.render.mesh_pass import ROOM
from vrcnn.scene.controller_models import BONES, JOINTS, furnish_controller, in_use
from vrcnn.scene.controller_parts import MODELS, merged, of_hand, place_of
from vrcnn.scene.controllers import GRAB, KINDS, SELECT, STEER
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.presence import furnish_presence, presence_key
from vrcnn.scene.shapes import MAKERS, shape
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import Picture, Target, World
from vrcnn.scene.world_panels import MENU as MENU_PANEL
from vrcnn.scene.world_panels import WorldPanel

GRIP = Pose((0.2, 1.2, -0.3), turn(0.3, 0.5))
PARTS = [(model, part) for model, parts in MODELS.items() for part in parts]


def held(kind: str | None = "touch", hands: tuple[str, ...] = ("left", "right")) -> World:
    """Somebody with such controllers in their hands."""
    world = World([])
    world.player.head = Pose((0.0, 1.6, 0.0))
    for name in hands:
        hand = world.hands[name]
        hand.controller, hand.grip, hand.aim = kind, GRIP, GRIP
    return world


@pytest.mark.parametrize("name", [name for name in MAKERS if not name.startswith("all ")])
def test_every_shape_is_a_closed_solid_of_a_few_hundred_triangles(name):
    made = shape(name)
    places = made.places.astype(float)
    assert len(made.triangles) < 2000
    assert np.abs(np.linalg.norm(made.normals, axis=1) - 1).max() < 1e-3
    whole = np.round(np.c_[places, made.bulges], 6)
    corners = np.unique(whole, axis=0, return_inverse=True)[1].reshape(-1)[made.triangles]
    edges = np.concatenate([corners[:, pair] for pair in ((0, 1), (1, 2), (2, 0))])
    there, back = np.unique(edges, axis=0), np.unique(edges[:, ::-1], axis=0)
    assert np.array_equal(there, back), "it has a hole"
    a, b, c = (places[made.triangles[:, corner]] for corner in range(3))
    across = np.cross(b - a, c - a)
    assert (a * across).sum() > 0, "its inside is outside"
    assert ((across * made.normals[made.triangles[:, 0]]).sum(1) > -1e-9).all()


def test_all_shapes_together_fit_into_the_renderer_s_buffers():
    assert sum(len(shape(name).places) for name in MAKERS) < ROOM
    assert sum(len(shape(name).triangles) for name in MAKERS) < ROOM


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_button_of_a_kind_has_a_part_in_its_model_and_no_other_has(kind):
    assert {part.does for part in MODELS[kind.model] if part.does} == set(kind.parts)


@pytest.mark.parametrize(("model", "part"), PARTS, ids=[part.shape for _, part in PARTS])
def test_a_part_is_in_the_hand_mirrored_in_the_left_one_and_its_label_begins_on_it(model, part):
    right, left = shape(of_hand(part.shape, "right")), shape(of_hand(part.shape, "left"))
    assert np.abs(right.places).max() < 0.16
    assert np.array_equal(left.places * (-1, 1, 1), right.places)
    if part.does:
        for name, made in (("right", right), ("left", left)):
            nearest = np.linalg.norm(made.places - place_of(part, name), axis=1).min()
            assert nearest < 0.012, f"{1000 * nearest:.0f} mm from the part"


@pytest.mark.parametrize("model", MODELS)
def test_a_model_is_around_the_middle_of_the_fist_with_its_buttons_at_the_thumb(model):
    body = shape(MODELS[model][0].shape).places
    assert (body.min(0) < 0).all()
    assert (body.max(0) > 0).all()
    steered = [part for part in MODELS[model] if part.does == STEER]
    assert all(part.at[1] > 0 > part.at[2] for part in steered), "not where the thumb is"


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_role_of_the_models_is_in_the_theme_and_buttons_stand_out_from_what_they_are_on(theme):
    for _, part in PARTS:
        assert theme[part.role]
    assert dist(theme["edge"], theme["panel"]) > 0.25


@pytest.mark.parametrize("model", MODELS)
def test_a_model_of_which_nothing_is_in_use_is_as_few_shapes_as_it_has_colours_and_looks_the_same(model):
    kind = next(kind for kind in KINDS.values() if kind.model == model)
    world = held(kind.key)
    resting = furnish_controller(world, "left")
    assert len(resting) == len({mesh.role for mesh in resting})
    world.hands["left"].selecting = True
    used = furnish_controller(world, "left")
    assert len(used) == len(MODELS[model])
    assert sum(len(shape(mesh.shape).triangles) for mesh in resting) == sum(
        len(shape(mesh.shape).triangles) for mesh in used
    )


def test_what_is_in_use_glows_in_the_accent_s_colour():
    world = held("touch")
    hand = world.hands["right"]

    def lit() -> set[str]:
        return {mesh.shape for mesh in furnish_controller(world, "right") if mesh.role == "accent" and mesh.glow > 0}

    assert lit() == set()
    hand.selecting = True
    assert lit() == {"touch trigger"}
    hand.selecting, hand.grabbing = False, True
    assert lit() == {"touch grip"}
    hand.grabbing = False
    world.movement.sticks["right"].y = -0.5
    assert lit() == {"touch stick"}
    world.movement.sticks["right"].y = 0.0
    world.panels.open[MENU_PANEL] = WorldPanel(MENU_PANEL, Pose(), 0.3, 0.4)
    world.panels.menu_hand = "right"
    assert lit() == {"touch upper"}
    assert in_use(world, "left") == frozenset()


def test_a_controller_that_nobody_knows_is_the_plainest_one():
    meshes = furnish_controller(held(None), "right")
    assert {mesh.shape for mesh in meshes} == {merged("simple", part.role) for part in MODELS["simple"]}


def test_a_tracked_hand_is_made_of_its_joints():
    world = held("hand")
    (half_open,) = furnish_controller(world, "left")
    assert half_open.shape == "all hand frame, left"
    joints = tuple(Pose((0.01 * n, 1.0 + 0.002 * n * n, -0.2)) for n in range(JOINTS))
    hand = world.hands["right"]
    hand.fingers, hand.selecting = joints, True
    bones = furnish_controller(world, "right")
    assert len(bones) == len(BONES)
    for bone, (start, end, _, does) in zip(bones, BONES, strict=True):
        assert bone.pose.position == joints[start].position
        assert bone.pose.apply((0.0, 0.0, -bone.scale[2])) == pytest.approx(joints[end].position, abs=1e-6)
        assert (bone.role == "accent") == (does == SELECT)
    fingers = {end for _, end, _, does in BONES if does in (SELECT, GRAB)}
    assert {5, 10, 15, 20, 25} <= fingers, "a finger has no tip"


def test_everything_of_the_visitor_grows_with_them():
    small, large = held(), held()
    large.player.scale = 10.0
    for world in (small, large):
        scale = world.player.scale
        world.hands["right"].target = Target("easel", 0, 3.0 * scale, (0.0, 1.0, -3.0 * scale))
    before, after = furnish_presence(small), furnish_presence(large)
    for one, ten in zip(before.meshes, after.meshes, strict=True):
        assert ten.scale == pytest.approx(tuple(10 * side for side in one.scale))
    for one, ten in zip(before.boxes, after.boxes, strict=True):
        assert ten.size == pytest.approx(tuple(10 * side for side in one.size))


def test_what_a_leaning_handle_carries_stands_as_the_hand_points():
    world = held(hands=("right",))
    world.pictures, hand = [Picture("a.jpg", np.zeros((4, 4, 4), np.uint8))], world.hands["right"]
    hand.holding, hand.aim = 0, Pose((0.2, 1.25, -0.35), turn(0.3))
    hand.grip = Pose((0.2, 1.2, -0.3), turn(0.3, 0.8))
    (image,) = furnish_presence(world).images
    assert image.pose.up == pytest.approx((0.0, 1.0, 0.0))
    assert image.pose.forward == pytest.approx(hand.aim.forward)
    assert image.pose.position[1] > hand.grip.position[1] + 0.1
    hand.aim = None
    (image,) = furnish_presence(world).images
    assert image.pose.forward == pytest.approx(hand.grip.forward), "without a ray as the handle does"


def beams(world: World) -> dict[str, float]:
    """The thickness of each hand's beam, which begins at its aim."""
    return {
        name: box.size[0]
        for box in furnish_presence(world).boxes
        for name, hand in world.hands.items()
        if hand.aim is not None and max(map(abs, hand.aim.inverse().apply(box.pose.position)[:2])) < 1e-6
    }


def test_the_laser_is_the_main_hand_s_and_the_other_s_while_that_one_is_lost():
    world = held()
    world.hands["left"].aim = Pose((-0.3, 1.2, -0.3))
    world.hands["right"].aim = Pose((0.3, 1.2, -0.3))
    assert set(beams(world)) == {"right"}
    world.comfort = replace(world.comfort, left_handed=True)
    assert set(beams(world)) == {"left"}
    world.hands["left"].grip = world.hands["left"].aim = None
    assert set(beams(world)) == {"right"}


def test_the_other_hand_s_laser_is_thin_and_only_there_where_a_press_does_something():
    world = held()
    world.hands["left"].aim = Pose((-0.3, 1.2, -0.3))
    world.hands["right"].aim = Pose((0.3, 1.2, -0.3))
    for kind, there in (("panel", True), ("picture", True), ("board", False), ("ground", False), ("wall", False)):
        world.hands["left"].target = Target(kind, 0, 2.0, (-0.3, 1.2, -2.3))
        shown = beams(world)
        assert ("left" in shown) == there
        assert not there or shown["left"] < shown["right"]
    world.hands["left"].target = Target("wall", 0, 2.0, (-0.3, 1.2, -2.3), tile=3, visualized=True, takeable=True)
    assert "left" in beams(world)


def test_the_key_changes_with_everything_that_is_shown():
    world = held()
    keys = [presence_key(world)]
    hand = world.hands["right"]

    def changed() -> bool:
        keys.append(presence_key(world))
        return keys[-1] not in keys[:-1]

    assert not changed()
    hand.controller = "index"
    assert changed()
    hand.grabbing = True
    assert changed()
    world.movement.sticks["right"].x = 1.0
    assert changed()
    world.player.scale = 2.0
    assert changed()
    hand.labelling.shown = 0.5
    assert changed()
    world.player.head = Pose((0.1, 1.6, 0.0))
    assert changed(), "labels face the eyes"
    world.comfort = replace(world.comfort, left_handed=True)
    assert changed()
    hand.fingers = (Pose(),) * JOINTS
    assert changed()
