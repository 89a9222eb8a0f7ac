"""The layouts over real networks: no wall meets another, no link passes a wall or a visitor, and nobody waits long."""

from __future__ import annotations

import time
from itertools import pairwise

import numpy as np
import pytest
from graphs import branches, chain, dense, residual
from real_graphs import hall_of

from vrcnn.engine.plan import plan_maps
from vrcnn.scene.arrangement import LAYOUTS
from vrcnn.scene.build import build_hall
from vrcnn.scene.hall import Hall
from vrcnn.scene.laying import lay
from vrcnn.scene.layouts.standing import PATH_HALF_WIDTH
from vrcnn.scene.wall_shape import FRAME, HEAD, STRIP

CASES = [
    (network, detail, layout)
    for network, detail in (
        ("ResNet-50", "layers"),
        ("ResNet-50", "all"),
        ("DenseNet-201", "all"),
        ("Inception v4", "all"),
        ("U-Net", "layers"),
    )
    for layout in LAYOUTS
]
EVERY = pytest.mark.parametrize(("network", "detail", "layout"), CASES)
LAYOUT = pytest.mark.parametrize("layout", LAYOUTS)
NEAREST = 0.5  # m that are left between two walls at least
BODY = 0.25, 2.0  # m above the ground


def ends(hall: Hall) -> np.ndarray:
    """(walls, 2, 2): x and z of both ends of every wall, seen from above."""
    points = [
        [wall.placing.apply((side * (wall.width / 2 + FRAME), 0, 0))[::2] for side in (-1, 1)] for wall in hall.walls
    ]
    return np.array(points)


def apart(walls: np.ndarray) -> np.ndarray:
    """(walls, walls) m between any two, seen from above; crossing ones are nowhere near each other's points."""
    start, way = walls[:, 0], walls[:, 1] - walls[:, 0]
    samples = start[:, None] + np.linspace(0, 1, 13)[None, :, None] * way[:, None]  # a point every 42 cm at most
    distances = np.full((len(walls), len(walls)), np.inf)
    for number in range(len(walls)):
        towards = samples - start[number]
        share = np.clip(towards @ way[number] / (way[number] @ way[number]), 0, 1)
        distances[number] = np.linalg.norm(towards - share[..., None] * way[number], axis=-1).min(axis=1)
    np.fill_diagonal(distances, np.inf)
    return distances


@EVERY
def test_no_wall_meets_another(network, detail, layout):
    hall = hall_of(network, detail, layout)
    nearest = apart(ends(hall))
    assert nearest.min() > NEAREST, [hall.walls[n].title for n in np.unravel_index(nearest.argmin(), nearest.shape)]


@EVERY
def test_no_link_passes_through_a_wall(network, detail, layout):
    hall = hall_of(network, detail, layout)
    matrices = np.array([wall.pose.inverse().matrix()[:3] for wall in hall.walls])
    scales = np.array([wall.scale for wall in hall.walls])
    half = np.array([wall.width / 2 for wall in hall.walls])
    low = np.array([-wall.height / 2 for wall in hall.walls])
    high = np.array([wall.height / 2 + FRAME + STRIP + HEAD for wall in hall.walls])
    for link in hall.links:
        points = link.points.astype(float)
        local = (matrices[:, :, :3] @ points.T + matrices[:, :, 3:]) / scales[:, None, None]  # (walls, 3, points)
        x, y, z = (local[:, axis] for axis in range(3))
        share = z[:, :-1] / np.where(z[:, :-1] == z[:, 1:], 1.0, z[:, :-1] - z[:, 1:])
        crosses = (z[:, :-1] * z[:, 1:] < 0) & (share >= 0) & (share <= 1)
        across, up = (part[:, :-1] + share * (part[:, 1:] - part[:, :-1]) for part in (x, y))
        inside = (np.abs(across) < half[:, None] - 0.02) & (up > low[:, None]) & (up < high[:, None])
        met = np.flatnonzero((crosses & inside).any(axis=1))
        assert not len(met), (link, [hall.walls[n].title for n in met])


@EVERY
def test_no_link_crosses_the_path_at_the_height_of_a_body(network, detail, layout):
    hall = hall_of(network, detail, layout)
    along = np.arange(0.0, 2.0 - min(wall.spot.z for wall in hall.walls), 0.25)
    middle = hall.path.bend(np.stack([0 * along, 0 * along, -along], 1))[:, ::2]
    points = np.concatenate([link.points for link in hall.links])
    low, high = BODY
    body = points[(points[:, 1] > low) & (points[:, 1] < high)][:, ::2]
    for place in body:
        assert np.linalg.norm(middle - place, axis=1).min() > PATH_HALF_WIDTH - 0.3


@EVERY
def test_walls_are_beside_the_path_and_in_the_order_of_depth(network, detail, layout):
    hall = hall_of(network, detail, layout)
    trunk = [wall for wall in hall.walls if abs(abs(wall.spot.x) - PATH_HALF_WIDTH) < 1e-6]
    places = [wall.spot.z for wall in sorted(trunk, key=lambda wall: wall.slot.depth)]
    assert all(before >= after - 1e-9 for before, after in pairwise(places))
    middle = hall.path.bend(np.array([[0.0, 0.0, -step] for step in np.arange(0, 4 - places[-1], 0.25)]))[:, ::2]
    for end in ends(hall).reshape(-1, 2):
        assert np.linalg.norm(middle - end, axis=1).min() > PATH_HALF_WIDTH - 0.1


@LAYOUT
def test_every_wall_stands_on_the_ground_and_faces_those_who_come(layout):
    hall = hall_of("ResNet-50", "layers", layout)
    for wall in hall.walls:
        foot = wall.placing.apply((0.0, -wall.rise, 0.0))
        assert foot[1] == pytest.approx(0.0, abs=1e-6)
        before = hall.path.at(0.0, wall.spot.z + 2.0).position
        face = np.subtract(wall.placing.apply((0.0, 0.0, 1.0)), wall.placing.pose.position)
        assert np.dot(face, np.subtract(before, foot)) > 0


@LAYOUT
def test_a_link_ends_at_its_walls(layout):
    for graph in (chain(), residual(), branches(6), dense(12)):
        hall = build_hall("test", graph, plan_maps(graph.nodes))
        hall.arrangement = hall.arrangement.__class__(layout)
        lay(hall)
        for link in hall.links:
            for end, node in ((0, link.source), (-1, link.target)):
                spot = hall.wall_of(node).spot
                foot = hall.path.at(spot.x, spot.z).position
                if link.attached[end]:
                    assert link.points[end][::2] == pytest.approx(foot[::2], abs=1e-4)


@LAYOUT
def test_a_dense_block_has_one_bus_along_all_of_it(layout):
    hall = hall_of("DenseNet-201", "all", layout)
    buses = [link for link in hall.links if link.bus]
    assert len(buses) == 4, "one for each block"
    edges = {(edge.source, edge.target) for edge in hall.graph.edges}
    drawn = {(link.source, link.target) for link in hall.links if all(link.attached)}
    assert len(drawn) < 0.3 * len(edges), "the others are told by the bus"
    for target in {target for _, target in edges - drawn}:
        assert any(link.target == target and link.attached == (False, True) for link in hall.links)
    for source in {source for source, _ in edges - drawn}:
        assert any(link.source == source and link.attached[0] for link in hall.links)


def test_sheets_are_as_high_as_their_maps_are_large():
    hall = hall_of("ResNet-50", "layers", "stack")
    heights = {}
    for wall in hall.walls:
        if wall.span.count >= 64 and wall.span.size.height > 1:
            heights.setdefault(wall.span.size.height, []).append(wall.height * wall.scale)
    means = [np.mean(heights[size]) for size in sorted(heights)]
    assert all(small < 1.02 * large for small, large in pairwise(means))
    assert means[-1] > 1.5 * means[0]


def test_from_the_entrance_every_sheet_shows_the_beginning_of_its_title():
    hall = hall_of("ResNet-50", "layers", "stack")
    trunk = sorted((wall for wall in hall.walls if wall.spot.x < 1.4), key=lambda wall: -wall.spot.z)
    eyes = np.array([0.0, 1.0])
    edges = np.array([wall.placing.apply((-wall.width / 2, 0, 0))[::2] for wall in trunk[:12]]) - eyes
    bearings = np.arctan2(edges[:, 0], -edges[:, 1])
    shown = -np.diff(bearings) * np.linalg.norm(edges, axis=1)[1:]
    assert (shown > 0.2).all(), "so many m of it, to the left of the one before"
    assert (shown[:5] > 0.35).all()


def test_a_spiral_winds_inwards_and_ends_in_the_middle():
    hall = hall_of("ResNet-152", "all", "spiral")
    places = np.array([hall.path.at(0.0, wall.spot.z).position[::2] for wall in hall.walls])
    last = min(wall.spot.z for wall in hall.walls)
    assert hall.path.turned(0.0, last) > 4 * np.pi
    distances = np.linalg.norm(places - (places.min(axis=0) + places.max(axis=0)) / 2, axis=1)
    assert distances[-1] < 0.4 * distances[0]
    assert np.ptp(places, axis=0).max() < 130, "as a corridor it would be 700 m long"


@pytest.mark.parametrize("network", ["ResNet-152", "DenseNet-201"])
@LAYOUT
def test_hundreds_of_layers_are_laid_out_while_nobody_waits(network, layout):
    hall = hall_of(network, "all", layout)
    assert len(hall.walls) > 500
    seconds = []
    for _ in range(5):
        start = time.thread_time()
        lay(hall)
        seconds.append(time.thread_time() - start)
    assert min(seconds) < 0.1, "50 ms on a machine with nothing else to do"
