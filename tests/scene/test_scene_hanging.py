"""Framed copies of maps, told in intents: rest on a map, see it large, pull it out, hang it, take it, put it away."""

from __future__ import annotations

from dataclasses import replace
from math import dist

import numpy as np
import pytest
from graphs import residual
from test_scene_tools import aiming, look_at

from vrcnn.engine.plan import plan_maps
from vrcnn.scene import hanging
from vrcnn.scene.build import build_world
from vrcnn.scene.framed_maps import frames_plan, furnish_carried, furnish_frames
from vrcnn.scene.geometry import Pose
from vrcnn.scene.intents import Enlarge, HandMoved, HeadMoved, Look, PullOut, PutAway, Release, Select
from vrcnn.scene.large_view import furnish_large
from vrcnn.scene.map_shapes import frame_shape
from vrcnn.scene.pointing import LINGER, REST, forget
from vrcnn.scene.reading import MapAt, Reading
from vrcnn.scene.requests import Pulse
from vrcnn.scene.tools import Tools
from vrcnn.scene.world import Player


@pytest.fixture
def world():
    graph = residual()
    world = build_world("test", graph, plan_maps(graph.nodes), [f"{n}.jpg" for n in range(3)])
    world.player = Player()
    for picture in world.pictures:
        picture.pixels = np.zeros((10, 20, 4), "u1")
    return world


def tile_point(world, number, place, u=0.5, v=0.5):
    """A point of the world on a tile of wall `number`."""
    wall = world.hall.walls[number]
    row, column = divmod(place, wall.columns)
    x = ((column + u) / wall.columns - 0.5) * wall.width
    y = (0.5 - (row - wall.first_row + v) / wall.rows_shown) * wall.height
    return (world.hall.placing @ wall.placing).apply((x, y, 0.0))


def stand_before(world, number, distance=1.5):
    wall = world.hall.walls[number]
    x, _, z = (world.hall.placing @ wall.placing).apply((0.0, 0.0, distance))
    world.player.position = (x, 0.0, z)


def read(world, at, shape=(8, 8)):
    """As if the values of a map had come."""
    values = np.full(shape, float(at.channel), np.float16)
    samples, extremes = np.array([0.0, 4.0], np.float32), np.array([-4.0, 4.0], np.float32)
    world.gallery.reading = Reading(at, values, samples, extremes, f"conv{at.node}", 16, "", "0.jpg")


def rest_on(world, tools, number, place):
    """Looks at a tile until it is told of, and its values have come."""
    stand_before(world, number)
    tools.step(world, [], 0.01)
    tools.step(world, [look_at(world, tile_point(world, number, place))], 0.01)
    tools.step(world, [], REST + 0.01)
    at = world.gallery.pointing.shown
    read(world, at)
    tools.step(world, [], 0.01)
    return at


def hung(world):
    return [frame for frame in world.gallery.frames if frame.pose is not None]


def pull_and_hang(world, tools, place):
    """A copy of the map at this place of the second wall hangs behind the entrance."""
    rest_on(world, tools, 1, place)
    tools.step(world, [PullOut("mouse")], 0.01)
    world.player.position = (0.0, 0.0, 0.0)
    tools.step(world, [Look(3.1 - world.player.yaw, -world.player.pitch)], 0.01)
    tools.step(world, [Select("mouse"), Release("mouse")], 0.01)


def test_a_map_is_told_of_after_a_moment_and_not_while_the_ray_sweeps(world):
    tools = Tools()
    stand_before(world, 1)
    for place in (0, 1, 2, 3):
        tools.step(world, [look_at(world, tile_point(world, 1, place))], 0.03)
    assert world.gallery.pointing.at == MapAt(0, 1, 3)
    assert world.gallery.pointing.shown is None
    tools.step(world, [], REST + 0.01)
    assert world.gallery.pointing.shown == MapAt(0, 1, 3)
    tools.step(world, [look_at(world, tile_point(world, 1, 4))], 0.03)
    assert world.gallery.pointing.shown == MapAt(0, 1, 3), "what it said stays until the ray rests again"
    assert world.gallery.pointing.pixel is None, "but of no pixel"
    tools.step(world, [Look(3.0, 0.0)], 0.01)
    assert world.gallery.pointing.shown is not None
    tools.step(world, [], LINGER + 0.01)
    assert world.gallery.pointing.shown is None


def test_the_pixel_and_the_channel_under_the_ray(world):
    tools = Tools()
    world.hall.walls[1].order = np.arange(16, dtype=np.int32)[::-1].copy()
    rest_on(world, tools, 1, 5)
    assert world.gallery.pointing.shown == MapAt(0, 1, 10), "the channel that stands at the place"
    edge = 0.02
    for row, column in ((0, 0), (7, 7), (2, 5)):
        u, v = (edge + 0.96 * (index + 0.5) / 8 for index in (column, row))
        tools.step(world, [look_at(world, tile_point(world, 1, 5, u, v))], 0.01)
        assert world.gallery.pointing.pixel == (row, column)


def test_a_map_is_shown_large_at_a_place_of_the_world_and_tells_its_pixels(world):
    tools = Tools()
    at = rest_on(world, tools, 1, 5)
    tools.step(world, [Enlarge(True)], 0.01)
    large = world.gallery.large
    assert large.subject == at
    assert world.enlarged is None
    tools.step(world, [Look(0.1, 0.0)], 0.01)
    assert world.gallery.large is large, "one can look around on it"
    assert world.hands["mouse"].target.kind == "large"
    drawn = furnish_large(world)
    (grid,) = drawn.grids
    assert (grid.columns, grid.rows, grid.first_row) == (1, 1, at.channel)
    assert {"conv1", "minimum", "sparsity"} <= {label.text for label in drawn.labels}
    tools.step(world, [Enlarge(False)], 0.01)
    assert world.gallery.large is None


def test_the_large_view_shows_the_channel_wherever_it_stands(world):
    tools = Tools()
    world.hall.walls[1].order = np.arange(16, dtype=np.int32)[::-1].copy()
    at = rest_on(world, tools, 1, 5)
    tools.step(world, [Enlarge(True)], 0.01)
    (grid,) = furnish_large(world).grids
    assert (at.channel, grid.first_row) == (10, 5)


def test_the_large_view_stands_before_what_it_shows_however_near_one_is(world):
    tools = Tools()
    stand_before(world, 1, 0.5)
    tools.step(world, [], 0.01)
    tools.step(world, [look_at(world, tile_point(world, 1, 5))], REST + 0.01)
    tools.step(world, [Enlarge(True)], 0.01)
    large = world.gallery.large
    eyes = world.player.eyes.position
    assert dist(eyes, large.pose.position) < dist(eyes, tile_point(world, 1, 5))
    assert large.scale == pytest.approx(dist(eyes, large.pose.position) / 1.15), "so that it looks as large as ever"


def test_pulling_out_brings_a_copy_into_the_hand_and_a_press_hangs_it_in_the_air(world):
    tools = Tools()
    at = rest_on(world, tools, 1, 5)
    tools.step(world, [PullOut("mouse")], 0.01)
    (frame,) = world.gallery.frames
    assert world.hands["mouse"].carrying == frame.number
    assert frame.reading.at == at
    assert frame.pose is None
    assert [len(held.grids) for held in furnish_carried(world).standing] == [1]
    world.player.position = (0.0, 0.0, 0.0)
    tools.step(world, [Look(3.1 - world.player.yaw, 0.05 - world.player.pitch)], 0.01)
    tools.step(world, [Select("mouse")], 0.01)
    assert world.hands["mouse"].carrying is None
    x, y, z = frame.pose.position
    assert dist((x, y, z), world.player.eyes.position) == pytest.approx(1.15, abs=0.01)
    toward = np.array(world.player.eyes.position) - np.array((x, y, z))
    face = np.array((Pose((0, 0, 0), frame.pose.orientation)).apply((0.0, 0.0, 1.0)))
    assert face[1] == pytest.approx(0.0, abs=1e-6), "upright"
    assert face @ toward / np.linalg.norm(toward) > 0.97, "facing who hung it"
    labels = {label.text for label in furnish_frames(world).labels}
    assert {"conv1", "channel 5", "0.jpg"} <= labels


def test_a_copy_waits_for_its_values(world):
    tools = Tools()
    stand_before(world, 1)
    tools.step(world, [], 0.01)
    tools.step(world, [look_at(world, tile_point(world, 1, 5))], 0.01)
    tools.step(world, [PullOut("mouse")], 0.01)
    assert world.gallery.frames == []
    pull = world.gallery.pulling
    assert pull.at == MapAt(0, 1, 5)
    read(world, pull.at)
    tools.step(world, [], 0.01)
    assert world.hands["mouse"].carrying == 1
    assert world.gallery.pulling is None


def test_neighbours_fall_into_a_tidy_row(world):
    tools = Tools()
    pull_and_hang(world, tools, 0)
    first = hung(world)[0]
    for place in (1, 2, 3):
        rest_on(world, tools, 1, place)
        tools.step(world, [PullOut("mouse")], 0.01)
        world.player.position = (0.0, 0.0, 0.0)
        tools.step(world, [], 0.01)
        tools.step(world, [look_at(world, first.pose.apply((0.05, 0.0, 0.0)))], 0.01)
        assert world.hands["mouse"].target.kind == "frame"
        tools.step(world, [Select("mouse"), Release("mouse")], 0.01)
    along = [first.pose.inverse().apply(frame.pose.position) for frame in hung(world)]
    step = frame_shape(first.reading).width + hanging.GAP
    assert [round(x / step, 6) for x, _, _ in along] == [0.0, 1.0, 2.0, 3.0]
    assert all(abs(y) + abs(z) < 1e-9 for _, y, z in along)


def test_a_frame_that_is_hung_near_another_falls_into_its_row(world):
    tools = Tools()
    pull_and_hang(world, tools, 0)
    first = hung(world)[0]
    rest_on(world, tools, 1, 1)
    tools.step(world, [PullOut("mouse")], 0.01)
    world.player.position = (0.0, 0.0, 0.0)
    tools.step(world, [], 0.01)
    tools.step(world, [look_at(world, first.pose.apply((-0.36, 0.08, 0.0)))], 0.01)
    tools.step(world, [Select("mouse"), Release("mouse")], 0.01)
    x, y, z = first.pose.inverse().apply(hung(world)[1].pose.position)
    assert (x, y, z) == pytest.approx((-frame_shape(first.reading).width - hanging.GAP, 0.0, 0.0))


def test_a_frame_hangs_before_a_wall_as_the_wall_stands(world):
    tools = Tools()
    rest_on(world, tools, 1, 5)
    tools.step(world, [PullOut("mouse")], 0.01)
    tools.step(world, [Select("mouse"), Release("mouse")], 0.01)
    (frame,) = hung(world)
    wall = world.hall.walls[1]
    _, _, z = (world.hall.placing @ wall.placing).pose.inverse().apply(frame.pose.position)
    assert z == pytest.approx(hanging.BEFORE_A_WALL)
    assert frame.pose.orientation == pytest.approx(wall.pose.orientation)


def test_a_frame_can_be_taken_again_and_put_away_at_the_shelf_or_with_a_key(world):
    tools = Tools()
    pull_and_hang(world, tools, 0)
    frame = hung(world)[0]
    tools.step(world, [look_at(world, frame.pose.position)], 0.01)
    assert world.hands["mouse"].target.kind == "frame"
    tools.step(world, [Select("mouse"), Release("mouse")], 0.01)
    assert frame.pose is None
    assert world.hands["mouse"].carrying == frame.number
    edge = world.shelf.pose.apply((-world.shelf.width / 2 + 0.005, world.shelf.height / 2 - 0.005, 0.0))
    tools.step(world, [look_at(world, edge)], 0.01)
    tools.step(world, [Select("mouse"), Release("mouse")], 0.01)
    assert world.gallery.frames == []
    assert world.hands["mouse"].carrying is None
    pull_and_hang(world, tools, 1)
    tools.step(world, [look_at(world, hung(world)[0].pose.position)], 0.01)
    tools.step(world, [PutAway("mouse")], 0.01)
    assert world.gallery.frames == []


def test_a_controller_takes_a_copy_out_of_the_large_view_with_its_trigger(world):
    tools = Tools()
    stand_before(world, 1)
    origin = world.player.room.inverse()
    aim = aiming((0.1, 1.2, -0.2), origin.apply(tile_point(world, 1, 5)))
    moved = [HeadMoved(Pose((0.0, 1.6, 0.0))), HandMoved("right", aim, aim)]
    tools.step(world, moved, 0.01)
    tools.step(world, moved, REST + 0.01)
    read(world, world.gallery.pointing.shown)
    tools.step(world, [*moved, Enlarge(True)], 0.01)
    assert world.gallery.large is not None
    requests = tools.step(world, [*moved, Select("right")], 0.01)
    assert any(isinstance(request, Pulse) for request in requests)
    assert world.hands["right"].carrying == 1
    assert world.gallery.large is None, "it was taken out"
    tools.step(world, [*moved, Enlarge(False), Release("right")], 0.01)
    assert world.hands["right"].carrying == 1


def test_values_under_the_ray_are_told_of_frames_too(world):
    tools = Tools()
    pull_and_hang(world, tools, 3)
    frame = hung(world)[0]
    shape = frame_shape(frame.reading)
    corner = (shape.x - 0.49 * shape.map_width, shape.y + 0.49 * shape.map_height, 0.0)
    tools.step(world, [look_at(world, frame.pose.apply(corner))], 0.01)
    tools.step(world, [], REST + 0.01)
    assert world.gallery.pointing.shown == frame.number
    assert world.gallery.pointing.pixel == (0, 0)
    assert world.gallery.sight is None, "its picture may have gone"
    tools.step(world, [Enlarge(True)], 0.01)
    assert world.gallery.large.subject == frame.number
    assert furnish_large(world).grids[0].span == frames_plan(world.gallery).spans[frame.number]


def test_frames_outlive_another_graph_and_nothing_points_at_what_is_gone(world):
    tools = Tools()
    pull_and_hang(world, tools, 0)
    rest_on(world, tools, 1, 5)
    tools.step(world, [Enlarge(True)], 0.01)
    forget(world, 0)
    assert world.gallery.large is None
    assert world.gallery.reading is None
    assert world.gallery.pointing.shown is None
    assert len(hung(world)) == 1


def test_there_is_an_end_to_frames_and_it_is_told(world, monkeypatch):
    monkeypatch.setattr(hanging, "MOST", 1)
    tools = Tools()
    pull_and_hang(world, tools, 0)
    rest_on(world, tools, 1, 5)
    tools.step(world, [PullOut("mouse")], 0.01)
    assert len(world.gallery.frames) == 1
    assert "put one away" in world.notices[-1].headline


def test_frames_of_several_sizes_have_a_place_each(world):
    for number, shape in enumerate([(8, 8), (3, 5), (8, 8), (1, 1)]):
        read(world, MapAt(0, 1, number), shape)
        hanging._carry(world, "mouse", world.gallery.reading)
    plan = frames_plan(world.gallery)
    rows = sorted(span.row for span in plan.spans.values())
    assert rows == [0, 1, 2, 3]
    assert [plan.spans[n].first for n in (1, 2, 3, 4)] == [0, 0, 1, 0]
    wide = replace(world.gallery.frames[1].reading, values=np.zeros((1, 1000), np.float16))
    shape = frame_shape(wide)
    assert shape.map_width == pytest.approx(4 * shape.map_height), "a very long map is compressed"
