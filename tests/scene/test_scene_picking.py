"""Picking: the arithmetic over all walls agrees with one rectangle at a time; what is nearer wins."""

import numpy as np
from graphs import branches, repeated, residual, volumes

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.build import build_world
from vrcnn.scene.easel_controls import overlay_switch, slice_slider
from vrcnn.scene.geometry import Pose, Ray, hit_rectangle, turn
from vrcnn.scene.hall import Surface
from vrcnn.scene.lectern import detail_buttons
from vrcnn.scene.picking import Picker, Rectangles
from vrcnn.scene.shelving import slot_pose
from vrcnn.scene.wall_controls import head_surface
from vrcnn.scene.world import Picture


def world_of(graph, names=("a.jpg", "b.jpg")):
    world = build_world("test", graph, plan_maps(graph.nodes), names)
    for picture in world.pictures:
        picture.pixels = np.zeros((10, 20, 4), "u1")
    return world


def towards(origin, target):
    direction = np.subtract(target, origin)
    return Ray(origin, tuple(direction / np.linalg.norm(direction)))


def test_a_thousand_random_rays_meet_the_wall_that_the_rectangles_say():
    world = world_of(branches(5))
    world.easel.width = world.shelf.width = world.hall.board.width = world.hall.exit.width = 1e-6
    rectangles = Rectangles.of(world)
    generator = np.random.default_rng(7)
    met = 0
    for _ in range(1000):
        origin = (generator.uniform(-1, 1), generator.uniform(0.5, 2.2), generator.uniform(-20, 0))
        ray = Ray.of(Pose(origin, turn(generator.uniform(-2, 2), generator.uniform(-0.3, 0.3))))
        surfaces = [(Surface(Pose(), wall.width, wall.height), wall, n) for n, wall in enumerate(world.hall.walls)]
        surfaces += [(head_surface(wall), wall, n) for n, wall in enumerate(world.hall.walls)]
        hits = [
            (hit_rectangle(ray, wall.pose @ surface.pose, surface.width, surface.height), n)
            for surface, wall, n in surfaces
        ]
        expected = min(((hit, n) for hit, n in hits if hit), default=None)
        (found,) = rectangles.pick([ray])
        if found is not None and found.kind not in ("wall", "head"):
            continue
        assert (found is None) == (expected is None)
        if found and expected:
            met += 1
            assert found.index == expected[1]
            assert np.allclose((found.distance, found.u, found.v), expected[0])
    assert met > 100


def test_several_rays_and_points_at_once_meet_what_each_meets_alone():
    rectangles, generator = Rectangles.of(world_of(branches(5))), np.random.default_rng(3)
    places = [tuple(place) for place in generator.uniform((-2, 0, -20), (2, 2, 0), (40, 3)).tolist()]
    rays = [Ray.of(Pose(place, turn(generator.uniform(-2, 2), generator.uniform(-0.3, 0.3)))) for place in places]
    together, near = rectangles.pick(rays), rectangles.within(places, 0.6)
    for ray, target in zip(rays, together, strict=True):
        (alone,) = rectangles.pick([ray])
        assert (target and (target.kind, target.index)) == (alone and (alone.kind, alone.index))
        assert target is None or np.allclose((target.distance, target.u), (alone.distance, alone.u))
    for place, targets in zip(places, near, strict=True):
        (alone,) = rectangles.within([place], 0.6)
        assert {(each.kind, each.index) for each in targets} == {(each.kind, each.index) for each in alone}
    assert None in together
    assert sum(target is not None for target in together) > 5
    assert sum(bool(each) for each in near) > 5
    for place, targets in zip(places, near, strict=True):
        assert [target.distance for target in targets] == sorted(target.distance for target in targets)
        assert all(target.distance <= 0.6 and target.point == place for target in targets)


def test_the_tile_under_the_ray_is_counted_row_by_row_from_the_top_left():
    world = world_of(residual())
    wall = world.hall.walls[1]
    for tile in (0, 1, wall.columns, wall.span.count - 1):
        column, row = tile % wall.columns, tile // wall.columns
        centre = wall.pose.apply(
            (((column + 0.5) / wall.columns - 0.5) * wall.width, (0.5 - (row + 0.5) / wall.rows) * wall.height, 0.0)
        )
        target = Picker().pick(world, towards(wall.pose.apply((0.1, 0.2, 1.0)), centre))
        assert target is not None
        assert target.tile == tile


def test_a_picture_is_met_before_the_shelf_behind_it():
    world = world_of(residual())
    target = Picker().pick(world, towards((0.0, 1.6, 0.0), slot_pose(world.shelf, 1).position))
    assert target is not None
    assert (target.kind, target.index) == ("picture", 1)


def test_a_picture_that_is_not_decoded_cannot_be_pointed_at():
    world = world_of(residual())
    world.pictures[1].pixels = None
    target = Picker().pick(world, towards((0.0, 1.6, 0.0), slot_pose(world.shelf, 1).position))
    assert target is not None
    assert target.kind == "shelf"


def test_a_ray_from_behind_meets_nothing():
    world = world_of(residual())
    behind = world.easel.pose.apply((0.0, 0.0, -1.0))
    target = Picker().pick(world, towards(behind, world.easel.pose.position))
    assert target is None or target.kind != "easel"


def test_the_buttons_of_the_lectern_are_met_one_by_one():
    world = world_of(residual())
    for place, button in enumerate(detail_buttons(world.hall)):
        target = Picker().pick(world, towards((0.0, 1.6, 1.0), button.pose.position))
        assert target is not None
        assert (target.kind, target.index) == ("lectern", place)


def test_the_sign_of_a_run_is_met_from_the_path():
    world = world_of(repeated())
    x, y, z = world.hall.folds[0].pose.position
    target = Picker().pick(world, towards((0.0, 1.6, z + 2.0), (x, y, z)))
    assert target is not None
    assert (target.kind, target.index) == ("fold", 0)


def test_the_slider_tells_how_far_along_it_was_met():
    world = world_of(volumes(16))
    slider = slice_slider(world)
    assert slider is not None
    target = Picker().pick(world, towards((0.9, 1.6, 0.0), slider.pose.apply((0.25 * slider.width, 0.0, 0.0))))
    assert target is not None
    assert target.kind == "slider"
    assert abs(target.u - 0.75) < 1e-6


def test_the_easel_s_switch_can_be_met_only_while_there_is_an_answer_to_lay_over():
    world, picker = world_of(residual()), Picker()
    world.easel.picture = 0
    world.overlays[0] = Picture("answer", np.zeros((8, 8, 4), "u1"))
    switch = overlay_switch(world)
    assert switch is not None
    ray = towards((0.9, 1.6, 0.0), switch.pose.position)
    assert picker.pick(world, ray).kind == "overlay"
    world.overlays.clear()
    target = picker.pick(world, ray)
    assert target is None or target.kind != "overlay"


def test_a_picture_on_the_easel_makes_no_desk_anew_and_another_layout_does():
    world, picker = world_of(residual()), Picker()
    ray = towards((0.0, 1.6, 1.0), detail_buttons(world.hall)[0].pose.position)
    before = picker.pick(world, ray).control
    world.put_on_easel(1)
    assert picker.pick(world, ray).control is before
    world.hall.layout_revision += 1
    assert picker.pick(world, ray).control is not before


def test_all_hands_at_once_point_at_what_each_would_alone():
    world, picker = world_of(residual()), Picker()
    easel, wall = world.easel.pose, world.hall.walls[1].pose
    world.hands["left"].aim = easel @ Pose((0.0, 0.0, 1.0))
    world.hands["right"].aim = wall @ Pose((0.1, 0.2, 1.0))
    targets = picker.targets(world)
    assert targets["mouse"] is None
    for name, kind in (("left", "easel"), ("right", "wall")):
        assert targets[name].kind == kind
        assert targets[name] == Picker().pick(world, world.hands[name].ray, name)
