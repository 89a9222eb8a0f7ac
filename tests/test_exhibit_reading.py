"""From a ray on a wall to the values that the network computed, and to copies that keep them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from math import atan2, hypot

import moderngl
import numpy as np
import pytest
import torch
from showing import EVERYTHING, Album, Show, shades, shows

from vrcnn.render.context import standalone_context
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hall import Wall
from vrcnn.scene.intents import ChooseDetail, Enlarge, Look, PullOut, Release, Select
from vrcnn.scene.pointing import reading_shown
from vrcnn.scene.reading import MapAt, Reading
from vrcnn.scene.tiles import channel_at

pytestmark = pytest.mark.gl
LAYERS = """
import torch
from torch import nn
torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 12, 3), nn.ReLU(), nn.Conv2d(12, 5, 3, 2), nn.Flatten(), nn.Linear(500, 4))
input_size = (3, 24, 24)
labels = ["ant", "bee", "cat", "dog"]
"""
OWN = (
    LAYERS
    + """
from torchvision_free import prepare as preprocess
"""
)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = standalone_context()
    yield context
    context.release()


@pytest.fixture
def show(tmp_path, context: moderngl.Context) -> Iterator[Callable[..., Show]]:
    (tmp_path / "torchvision_free.py").write_text(
        "import torch\n\ndef prepare(picture):\n    return torch.full((3, 24, 24), 0.5)\n"
    )
    with shows(tmp_path, context) as show:
        yield show


def rest_on(show: Show, wall: Wall, place: int) -> None:
    """Goes before a wall and looks at the middle of a tile until its values have come."""
    world = show.world
    row, column = divmod(place, wall.columns)
    x = ((column + 0.5) / wall.columns - 0.5) * wall.width
    y = (0.5 - (row - wall.first_row + 0.5) / wall.rows_shown) * wall.height
    placing = world.hall.placing @ wall.placing
    target, stand = placing.apply((x, y, 0.0)), placing.apply((0.0, 0.0, 1.2))
    world.player.position = stand[0], 0.0, stand[2]
    show.exhibit.step([], 0.01)
    ex, ey, ez = world.player.eyes.position
    dx, dy, dz = target[0] - ex, target[1] - ey, target[2] - ez
    look = Look(atan2(-dx, -dz) - world.player.yaw, atan2(dy, hypot(dx, dz)) - world.player.pitch)
    show.exhibit.step([look], 0.01)
    wanted = MapAt(0, wall.node, channel_at(wall, place))
    frames(show, lambda: (reading := reading_shown(world)) is not None and reading.at == wanted)
    show.exhibit.step([], 0.01)


def frames(show: Show, until: Callable[[], bool]) -> None:
    """Frame after frame, without waiting for the graphics card in any of them."""
    end = time.monotonic() + 10
    while not until():
        show.exhibit.step([], 0.05)
        show.exhibit.prepare(EVERYTHING)
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.002)


def read(show: Show) -> Reading:
    reading = reading_shown(show.world)
    assert reading is not None
    return reading


def computed(show: Show, picture: int, layers: int) -> np.ndarray:
    """What the first `layers` layers make of a picture, (channels, H, W) float16."""
    source = show.exhibit.displays[0].worker._source
    arguments, _ = source.inputs_of(source.pictures[picture].open())
    with torch.no_grad():
        return source.module[:layers](*arguments)[0].half().numpy()


def wall_named(show: Show, name: str) -> Wall:
    return next(wall for wall in show.world.hall.walls if wall.name == name)


def test_what_is_read_is_what_the_network_computed(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(2)), LAYERS)
    shown.settle()
    for name, layers, channel in (("0", 2, 7), ("2", 3, 0), ("2", 3, 4)):
        rest_on(shown, wall_named(shown, name), channel)
        reading = read(shown)
        truth = computed(shown, 0, layers)
        assert np.array_equal(reading.values, truth[channel])
        assert (reading.layer, reading.at.channel, reading.count) == (name, channel, len(truth))
        assert reading.picture == "0.png"
        assert reading.extremes == pytest.approx((truth.min(), truth.max()), rel=1e-3)
    rest_on(shown, wall_named(shown, "4"), 2)
    assert read(shown).values.shape == (1, 1)
    assert read(shown).name == "cat", "the class's name"
    sight = shown.world.gallery.sight
    assert sight is not None
    assert sight.field is not None
    ends = sight.field.top, sight.field.bottom, sight.field.left, sight.field.right
    assert ends == (0, 23, 0, 23), "everything but the last row and column, which the stride leaves out"


def test_another_picture_is_read_without_a_movement_and_a_copy_stays_as_it_was(show: Callable[..., Show]) -> None:
    shown = show(Album(["red", "blue"]), LAYERS)
    shown.settle()
    rest_on(shown, wall_named(shown, "0"), 3)
    before = read(shown).values
    shown.exhibit.step([PullOut("mouse")], 0.01)
    (frame,) = shown.world.gallery.frames
    shown.exhibit.place(1)
    frames(shown, lambda: read(shown).picture == "1.png")
    assert np.array_equal(read(shown).values, computed(shown, 1, 2)[3])
    assert not np.array_equal(read(shown).values, before)
    assert np.array_equal(frame.reading.values, before)
    assert frame.reading.picture == "0.png"


def test_frames_hang_on_when_the_detail_changes(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(1)), LAYERS)
    shown.settle()
    rest_on(shown, wall_named(shown, "0"), 3)
    shown.exhibit.step([PullOut("mouse")], 0.01)
    shown.world.player.position = (0.0, 0.0, 1.0)
    shown.exhibit.step([Look(3.0 - shown.world.player.yaw, 0.0)], 0.01)
    shown.exhibit.step([Select("mouse"), Release("mouse")], 0.01)
    (frame,) = shown.world.gallery.frames
    assert frame.pose is not None
    eyes = frame.pose @ Pose((0.0, 0.05, 0.4))
    before = shown.seen(eyes)
    shown.exhibit.step([ChooseDetail("all")], 0.01)
    shown.settle()
    assert shown.world.hall.scope.detail == "all"
    assert shown.world.gallery.reading is None
    after = shown.seen(eyes)
    assert np.abs(before[40:110, 70:170].astype(int) - after[40:110, 70:170]).max() <= 2


def test_enlarging_reads_too_and_ends_with_the_graph(show: Callable[..., Show]) -> None:
    shown = show(Album(shades(1)), LAYERS)
    shown.settle()
    rest_on(shown, wall_named(shown, "2"), 1)
    shown.exhibit.step([Enlarge(True)], 0.01)
    assert shown.world.gallery.large is not None
    frames(shown, lambda: shown.world.gallery.pointing.pixel is not None)
    shown.exhibit.step([ChooseDetail("all")], 0.01)
    shown.settle()
    assert shown.world.gallery.large is None


def test_with_a_preprocessing_of_one_s_own_the_input_itself_is_at_hand(show: Callable[..., Show]) -> None:
    usual = show(Album(shades(1)), LAYERS)
    usual.settle()
    assert usual.world.hall.crop == 0.875
    assert usual.world.inputs == {}
    own = show(Album(shades(1)), OWN)
    own.settle()
    assert own.world.hall.crop is None
    pixels = own.world.inputs[0].pixels
    assert pixels is not None
    assert pixels.shape[0] == pixels.shape[1], "square, as the network gets it"
    assert np.ptp(pixels[..., :3]) == 0, "and grey all over"
