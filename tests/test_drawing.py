"""What is drawn on the picture on the easel is seen at once, and the network follows; the original stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import moderngl
import numpy as np
import pytest
import torch
from PIL import Image
from showing import NETWORK, Album, Show, shows

from vrcnn.exhibit import Exhibit
from vrcnn.network.arrays import image_of
from vrcnn.network.pictures import PictureFile
from vrcnn.network.source import LoadOptions, load
from vrcnn.network.strokes import BOX, BRUSH, CLEAR, ERASER
from vrcnn.render.context import standalone_context
from vrcnn.scene.drawing import Tool
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.intents import HandMoved, HeadMoved, Intent, Release, Select
from vrcnn.scene.sketching import is_on_picture, picture_surface, pointer_aim
from vrcnn.scene.way_intents import ChooseTool, ClearStrokes, KeepDrawing, PointAt, ShowEaselLarge, StepStroke
from vrcnn.scene.world_panels import DRAW

pytestmark = pytest.mark.gl
RED = (214, 51, 46, 255)


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = standalone_context()
    yield context
    context.release()


@pytest.fixture
def show(tmp_path, context: moderngl.Context) -> Iterator[Callable[..., Show]]:
    with shows(tmp_path, context) as show:
        yield show


class Artist:
    """A visitor before the easel, with the tools out."""

    def __init__(self, show: Show) -> None:
        self.show, self.world, self.exhibit = show, show.world, show.exhibit
        show.settle()
        self.world.player.position = (self.world.easel.pose @ Pose((0, 0, 1.2))).position
        self.world.player.position = (self.world.player.position[0], 0.0, self.world.player.position[2])
        self.step(OpenPanel(DRAW), ChooseTool(Tool(size=0.15)))

    def step(self, *intents: Intent) -> None:
        self.exhibit.step(intents, 0.02)

    def pointer(self, x: float, y: float) -> PointAt:
        """The window's pointer on a place of the picture."""
        surface = picture_surface(self.world, "mouse")
        assert surface is not None
        place = surface.pose.apply(((x - 0.5) * surface.width, (0.5 - y) * surface.height, 0))
        a, b, c = self.world.player.eyes.inverse().apply(place)
        return PointAt((a / -c, b / -c))

    def draw(self, *points: tuple[float, float]) -> None:
        """A stroke of the window's pointer."""
        self.step(self.pointer(*points[0]), Select("mouse"))
        for point in points[1:]:
            self.step(self.pointer(*point))
        self.step(Release("mouse"))

    def settle(self) -> None:
        """Until the painter and the network rest."""
        drawing = self.exhibit.ways.drawing
        end = time.monotonic() + 10
        number = self.world.easel.picture
        while drawing._given.get(number) != self.world.sketching.shown(number) or drawing._ready is not None:
            self.step()
            assert time.monotonic() < end
            time.sleep(0.001)
        self.show.settle()

    @property
    def pixels(self) -> np.ndarray:
        number = self.world.easel.picture
        assert number is not None
        pixels = self.world.pictures[number].pixels
        assert pixels is not None
        return pixels

    @property
    def seen_by_network(self) -> Image.Image:
        number = self.world.easel.picture
        assert number is not None
        return self.exhibit.displays[0].worker.file_of(number).open()

    def maps(self) -> np.ndarray:
        """The values of the first wall's maps, as the graphics card has them."""
        return self.show.seen(Pose(self.world.player.eyes.position, turn(yaw=0.0)))


@pytest.fixture
def artist(show: Callable[..., Show]) -> Artist:
    return Artist(show(Album(["black", "white"])))


def test_a_stroke_is_seen_at_once_and_the_network_runs_it(artist: Artist) -> None:
    world, display = artist.world, artist.exhibit.displays[0]
    scores = [score.probability for score in world.hall.scores]
    job = display.job
    artist.step(artist.pointer(0.5, 0.5), Select("mouse"))
    assert tuple(artist.pixels[15, 20]) == RED, "in the frame of the press"
    assert world.easel.picture == 2
    assert world.pictures[2].name == "0.png, drawn on"
    artist.step(artist.pointer(0.9, 0.5))
    assert tuple(artist.pixels[15, 34]) == RED
    artist.step(Release("mouse"))
    artist.settle()
    assert display.job > job
    assert artist.seen_by_network.getpixel((20, 15)) == RED[:3]
    assert [score.probability for score in world.hall.scores] != scores
    assert world.hall.job.seconds is not None
    original = world.pictures[0].pixels
    assert original is not None
    assert (original[..., :3] == 0).all(), "the original is as it was"
    assert display.worker.file_of(0).open().getpixel((20, 15)) == (0, 0, 0)
    artist.draw((0.2, 0.2))
    artist.settle()
    assert len(world.pictures) == 3, "it is drawn on as it is"
    assert len(world.sketching.drawings[2].strokes) == 2


def test_what_the_network_runs_is_what_the_strokes_come_to(artist: Artist) -> None:
    artist.draw((0.1, 0.5), (0.9, 0.5))
    artist.step(ChooseTool(Tool(BOX, size=0.3)))
    artist.draw((0.2, 0.2), (0.7, 0.6))
    artist.step(ChooseTool(Tool(ERASER, size=0.1)))
    artist.draw((0.3, 0.1), (0.3, 0.9))
    artist.settle()
    shown = np.asarray(artist.seen_by_network)
    assert np.array_equal(shown, artist.pixels[..., :3]), "a small picture is shown as it is"
    assert tuple(shown[18, 28]) == (128, 128, 128)
    drawing = artist.world.sketching.drawings[2]
    assert [stroke.tool for stroke in drawing.strokes] == [BRUSH, BOX, ERASER]
    assert len(drawing.strokes[1].points) == 1, "a box is where it was let go"


def test_strokes_are_taken_back_done_again_cleared_and_kept(artist: Artist) -> None:
    world = artist.world
    artist.draw((0.5, 0.5))
    artist.draw((0.1, 0.1))
    artist.step(StepStroke(-1))
    artist.settle()
    assert tuple(artist.pixels[3, 4]) == (0, 0, 0, 255)
    assert tuple(artist.pixels[15, 20]) == RED
    artist.step(StepStroke(1))
    artist.settle()
    assert tuple(artist.pixels[3, 4]) == RED
    assert artist.seen_by_network.getpixel((4, 3)) == RED[:3]
    artist.step(KeepDrawing())
    assert world.easel.picture == 2, "that on the easel stays there"
    assert world.pictures[3].name == "0.png, kept"
    assert np.array_equal(world.pictures[3].pixels, artist.pixels)
    artist.step(ClearStrokes())
    artist.settle()
    assert (artist.pixels[..., :3] == 0).all()
    assert artist.seen_by_network.getpixel((20, 15)) == (0, 0, 0)
    assert artist.exhibit.displays[0].worker.file_of(3).open().getpixel((20, 15)) == RED[:3]
    artist.step(StepStroke(-1))
    artist.settle()
    assert tuple(artist.pixels[3, 4]) == RED, "to clear is a step of its own"
    assert world.sketching.drawings[2].undone[-1].tool == CLEAR


def test_a_picture_that_is_put_back_later_goes_on_with_its_strokes(artist: Artist) -> None:
    artist.draw((0.5, 0.5))
    artist.settle()
    artist.exhibit.place(1)
    artist.show.settle()
    artist.draw((0.5, 0.5))
    assert artist.world.pictures[3].name == "1.png, drawn on"
    artist.settle()
    artist.exhibit.place(2)
    artist.show.settle()
    assert tuple(artist.pixels[15, 20]) == RED
    artist.step(StepStroke(-1))
    artist.settle()
    assert (artist.pixels[..., :3] == 0).all()


def test_a_slow_network_runs_the_newest_state_and_never_more_than_one(show: Callable[..., Show]) -> None:
    lines = """
import time
import torch
from torch import nn

class Slow(nn.Module):
    def forward(self, x):
        time.sleep(0.1)
        return x

model = nn.Sequential(nn.Conv2d(3, 4, 3), Slow(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
input_size = (3, 24, 24)
"""
    artist = Artist(show(Album(["black"]), lines))
    job = artist.exhibit.displays[0].job
    artist.step(artist.pointer(0.1, 0.1), Select("mouse"))
    began = time.monotonic()
    frames = []
    while time.monotonic() - began < 1.0:
        share = time.monotonic() - began
        at = time.thread_time()  # what this thread does itself, whoever else has the processor
        artist.step(artist.pointer(0.1 + 0.8 * share, 0.1 + 0.8 * share))
        frames.append(time.thread_time() - at)
        time.sleep(0.005)
    passes = artist.exhibit.displays[0].job - job
    assert 2 <= passes <= 11, "one after the other while it is drawn"
    assert 1 < artist.world.sketching.rate < 12
    assert artist.exhibit.displays[0].maps.states.calm, "walls do not dip at every pass"
    assert sorted(frames)[int(0.95 * len(frames))] < 0.05
    artist.step(Release("mouse"))
    artist.settle()
    assert artist.seen_by_network.getpixel((30, 22)) == RED[:3]
    assert artist.exhibit.displays[0].job - job <= passes + 3
    artist.exhibit.place(0)
    assert not artist.exhibit.displays[0].maps.states.calm


def test_numbers_are_drawn_on_and_signals_say_that_they_cannot_be(show: Callable[..., Show]) -> None:
    numbers = torch.rand(3, 24, 24, generator=torch.Generator().manual_seed(3)) * 4 - 2
    album = Album(["black"])
    album.pictures = (PictureFile("numbers", read=lambda: image_of(numbers)),)
    artist = Artist(show(album))
    artist.step(ChooseTool(Tool(BOX, size=0.4)))
    artist.draw((0.5, 0.5))
    artist.settle()
    given = artist.seen_by_network.info["tensor"]
    assert torch.equal(given[:, :5], numbers[:, :5])
    assert float(given[:, 12, 12].std()) < 0.1
    signal = torch.rand(2, 500)
    lines = "from torch import nn\nmodel = nn.Conv1d(2, 4, 3)\nimport torch\nexample_input = torch.zeros(1, 2, 500)\n"
    album.pictures = (PictureFile("signal", read=lambda: image_of(signal)),)
    other = Artist(show(album, lines))
    other.draw((0.5, 0.5))
    end = time.monotonic() + 5
    while not other.world.notices:
        other.step()
        assert time.monotonic() < end
    assert other.world.notices[-1].headline == "signal is a signal: there is no place on its curves to draw on."
    assert other.world.easel.picture == 0


def test_a_photo_of_twelve_megapixels_holds_no_frame_up_and_is_drawn_on_at_its_size(show: Callable[..., Show]) -> None:
    album = Album(["black"])
    album.pictures = (PictureFile("large", read=lambda: Image.new("RGB", (4096, 3072), "navy")),)
    artist = Artist(show(album))
    artist.step(ChooseTool(Tool(BOX, size=0.3)))
    artist.step(artist.pointer(0.2, 0.5), Select("mouse"))
    took = []
    for number in range(60):
        began = time.thread_time()  # what this thread does itself
        artist.step(artist.pointer(0.2 + 0.01 * number, 0.5))
        took.append(time.thread_time() - began)
        time.sleep(0.005)
    assert sorted(took)[-3] < 0.04
    artist.step(Release("mouse"))
    artist.settle()
    seen = artist.seen_by_network
    assert seen.size == (4096, 3072)
    assert seen.getpixel((int(0.79 * 4096), 1536)) == (128, 128, 128)
    assert seen.getpixel((int(0.2 * 4096), 1536)) == (0, 0, 128)


def test_what_a_session_keeps_of_a_drawing_is_what_the_network_is_given(artist: Artist) -> None:
    artist.draw((0.2, 0.2), (0.8, 0.8))
    artist.settle()
    end = time.monotonic() + 10
    while (kept := artist.world.pictures[2].brought) is None or kept.open().getpixel((20, 15)) != RED[:3]:
        artist.step()
        assert time.monotonic() < end
        time.sleep(0.001)
    assert kept.data is not None
    assert np.array_equal(np.asarray(kept.open()), np.asarray(artist.seen_by_network))


def test_a_preprocessing_of_the_users_own_sees_what_was_drawn(
    show: Callable[..., Show],
) -> None:
    lines = """
import torch
from torch import nn

def preprocess(picture):
    red, green, blue = picture.getpixel((picture.width // 2, picture.height // 2))
    return torch.tensor([red, green, blue], dtype=torch.float32).view(3, 1, 1) / 255

model = nn.Sequential(nn.Identity(), nn.Flatten())
"""
    artist = Artist(show(Album(["black"]), lines))
    assert max(score.probability for score in artist.world.hall.scores) == pytest.approx(1 / 3)
    artist.draw((0.5, 0.5))
    artist.settle()
    assert artist.world.hall.scores[0].index == 0, "red"
    assert artist.world.notices == []


def test_all_networks_that_read_the_picture_follow(tmp_path, context: moderngl.Context) -> None:
    (tmp_path / "net.py").write_text(NETWORK)
    album = Album(["black"])
    sources = [replace(load(str(tmp_path / "net.py"), LoadOptions()), pictures=album.pictures, name=n) for n in "ab"]
    with context:
        exhibit = Exhibit(sources)
        exhibit.open(context)
        shown = Show.__new__(Show)
        shown.exhibit, shown.world = exhibit, exhibit.world
        artist = Artist(shown)
        artist.draw((0.5, 0.5))
        artist.settle()
        end = time.monotonic() + 10
        while not all(display.idle for display in exhibit.displays):  # which settle() asks of the first alone
            artist.step()
            assert time.monotonic() < end
        for display in exhibit.displays:
            assert display.worker.file_of(1).open().getpixel((20, 15)) == RED[:3]
        exhibit.close()
        exhibit.renderer.release()


def test_only_with_the_tools_out_a_press_draws(artist: Artist) -> None:
    artist.step(OpenPanel(DRAW))
    artist.draw((0.5, 0.5))
    assert len(artist.world.pictures) == 2
    aim = artist.pointer(0.5, 0.5).at
    assert aim is not None
    assert not is_on_picture(artist.world, *aim)
    artist.step(OpenPanel(DRAW))
    assert is_on_picture(artist.world, *aim)
    assert not is_on_picture(artist.world, aim[0] + 1.0, aim[1])


def test_the_picture_is_drawn_on_large(artist: Artist) -> None:
    artist.step(ShowEaselLarge())
    assert artist.world.enlarged == 0
    artist.draw((0.25, 0.5))
    assert tuple(artist.pixels[15, 10]) == RED


@pytest.mark.parametrize("near", [False, True])
def test_a_controller_draws_with_its_laser_and_with_its_tip(artist: Artist, near: bool) -> None:
    world = artist.world
    easel = picture_surface(world)
    assert easel is not None

    def at(x: float, y: float) -> HandMoved:
        place = easel.pose @ Pose(((x - 0.5) * easel.width, (0.5 - y) * easel.height, 0.03 if near else 0.8))
        inside = world.player.room.pose.inverse() @ place
        if near:  # a tip draws where it is, wherever it points
            inside = inside @ Pose(orientation=turn(yaw=1.2))
        return HandMoved("right", inside, inside)

    artist.step(OpenPanel(DRAW))
    artist.step(HeadMoved(Pose((0, 1.6, 0))), at(0.25, 0.5))
    artist.step(HeadMoved(Pose((0, 1.6, 0))), OpenPanel(DRAW))  # which stands beside the easel
    artist.step(HeadMoved(Pose((0, 1.6, 0))), at(0.25, 0.5), Select("right"))
    artist.step(at(0.75, 0.5))
    artist.step(at(0.75, 0.5), Release("right"))
    assert tuple(artist.pixels[15, 10]) == RED
    assert tuple(artist.pixels[15, 30]) == RED
    assert tuple(artist.pixels[2, 2]) == (0, 0, 0, 255)
    artist.settle()


def test_the_pointer_points_where_it_is() -> None:
    eyes = Pose((1.0, 2.0, 3.0), turn(yaw=0.4, pitch=-0.2))
    for across, up in ((0.0, 0.0), (0.5, -0.3), (-1.0, 0.6)):
        x, y, z = eyes.inverse().apply((pointer_aim(eyes, across, up) @ Pose((0.0, 0.0, -2.0))).position)
        assert (x / -z, y / -z) == pytest.approx((across, up))
