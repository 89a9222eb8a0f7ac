"""A film, a stream that ends, and a camera that is not there: live on the easel, frozen, thawed, and told of."""

from __future__ import annotations

import http.server
import io
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest
from PIL import Image
from showing import Album, Show, shades, shows

from vrcnn.cli import main
from vrcnn.engine.camera import Camera, _opencv
from vrcnn.errors import UserError
from vrcnn.incoming import NO_READER
from vrcnn.render.context import standalone_context
from vrcnn.scene.camera_control import camera_controls, rates
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.way_intents import FreezeCamera, KeepDrawing
from vrcnn.scene.world_panels import DRAW

pytestmark = pytest.mark.gl
cv2 = _opencv()
COUNT, PER_SECOND = 40, 50
SLOW = """
import time
import torch
from torch import nn

class Slow(nn.Module):
    def forward(self, x):
        time.sleep(0.12)
        return x

model = nn.Sequential(nn.Conv2d(3, 4, 3), Slow(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
input_size = (3, 24, 24)
"""


@pytest.fixture(scope="module")
def context() -> Iterator[moderngl.Context]:
    context = standalone_context()
    yield context
    context.release()


@pytest.fixture
def show(tmp_path: Path, context: moderngl.Context) -> Iterator[Callable[..., Show]]:
    with shows(tmp_path, context) as show:
        yield show


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """COUNT pictures that become brighter, each with its own grey."""
    path = tmp_path_factory.mktemp("film") / "rising.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), PER_SECOND, (64, 48))
    assert writer.isOpened()
    for number in range(COUNT):
        writer.write(np.full((48, 64, 3), 4 * number, np.uint8))
    writer.release()
    return path


def number_of(image: Image.Image) -> int:
    """Which picture of the film it is."""
    return round(image.getpixel((30, 20))[0] / 4)


def frames(show: Show, seconds: float) -> list[float]:
    """Frame after frame for a while; how long each took, in s."""
    end, took = time.monotonic() + seconds, []
    while time.monotonic() < end:
        began = time.thread_time()  # what this thread does itself, whoever else has the processor
        show.exhibit.step([], 0.01)
        show.exhibit.prepare()
        took.append(time.thread_time() - began)
        time.sleep(0.004)
    return took


def given(show: Show) -> int:
    """Which picture of the film the network was given last."""
    camera = show.world.camera
    assert camera is not None
    return number_of(show.exhibit.displays[0].worker.file_of(camera.picture).open())


def test_a_film_is_live_and_the_network_runs_its_newest_picture(show: Callable[..., Show], film: Path) -> None:
    shown = show(Album(shades(2)), SLOW)
    shown.settle()
    shown.exhibit.ways.watch(Camera(str(film)))
    world, display = shown.world, shown.exhibit.displays[0]
    assert world.easel.picture == 2
    assert world.pictures[2].name == "rising.avi"
    job = display.job
    took = frames(shown, 0.7)
    assert 2 <= display.job - job <= 7, "one pass after another, and no queue"
    assert given(shown) > 10
    camera = world.camera
    assert camera is not None
    assert 0.3 * PER_SECOND < camera.rate < 1.5 * PER_SECOND
    assert 1 < world.sketching.rate < 10
    assert sorted(took)[int(0.9 * len(took))] < 0.03, "the window keeps its rate"
    comes, passes = rates(world)
    assert comes.startswith("camera: ")
    assert passes.endswith(" a second")
    pixels = world.pictures[2].pixels
    assert pixels is not None
    assert number_of(Image.fromarray(pixels)) == given(shown), "the easel shows what the network runs"


def test_it_is_frozen_thawed_and_begins_anew_at_its_end(show: Callable[..., Show], film: Path) -> None:
    shown = show(Album(shades(1)))
    shown.settle()
    shown.exhibit.ways.watch(Camera(str(film)))
    world = shown.world
    frames(shown, 0.3)
    (control,) = camera_controls(world)
    assert control.intent == FreezeCamera()
    shown.exhibit.step([FreezeCamera()], 0.01)
    before = given(shown)
    frames(shown, 0.3)
    assert given(shown) == before
    camera = world.camera
    assert camera is not None
    assert not camera.live
    shown.exhibit.step([OpenPanel(DRAW), KeepDrawing()], 0.01)
    shown.exhibit.step([FreezeCamera()], 0.01)
    seen = set()
    for _ in range(20):
        frames(shown, 0.05)
        seen.add(given(shown))
    assert max(seen) > 30
    assert min(seen) < 12, "from its beginning once more"
    assert number_of(shown.exhibit.displays[0].worker.file_of(2).open()) == before, "what was kept stays"
    shown.exhibit.place(0)
    frames(shown, 0.3)
    assert world.easel.picture == 0, "nobody takes another picture off the easel"
    shown.exhibit.step([FreezeCamera()], 0.01)
    assert world.easel.picture == 1


class _Stream(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        self.end_headers()
        number = 0
        while not self.server.over:  # type: ignore[attr-defined]
            file = io.BytesIO()
            Image.new("RGB", (64, 48), (4 * (number % 60),) * 3).save(file, "JPEG")
            self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\n")
            self.wfile.write(f"Content-Length: {file.tell()}\r\n\r\n".encode() + file.getvalue() + b"\r\n")
            number += 1
            time.sleep(0.02)

    def log_message(self, *words: object) -> None:
        pass


def test_one_that_ends_in_mid_run_leaves_its_last_picture_and_a_notice(
    show: Callable[..., Show], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrcnn.engine.camera.SILENCE", 0.3)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Stream)
    server.over = False  # type: ignore[attr-defined]
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shown = show(Album(shades(1)))
    shown.settle()
    shown.exhibit.ways.watch(Camera(f"http://127.0.0.1:{server.server_address[1]}/live.mjpg"))
    world = shown.world
    frames(shown, 0.4)
    assert world.notices == []
    server.over = True  # type: ignore[attr-defined]
    end = time.monotonic() + 10
    while not world.notices:
        frames(shown, 0.05)
        assert time.monotonic() < end
    server.shutdown()
    assert world.notices[-1].headline == "The camera gives no more pictures, so its last one stays."
    camera = world.camera
    assert camera is not None
    assert camera.lost
    assert world.easel.picture == camera.picture
    assert world.pictures[camera.picture].pixels is not None
    frames(shown, 0.1)
    assert len(world.notices) == 1
    assert rates(world)[0] == "the camera is gone"


def test_a_camera_that_is_not_there_is_said_before_anything_is_loaded(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words.mp4").write_text("no film")
    for source, words in (
        ("97", "There is no camera 97: plug it in, give another number (the first camera is 0)"),
        ("nowhere.mp4", "There is no film nowhere.mp4: give a camera's number"),
        (str(tmp_path / "words.mp4"), "words.mp4 is no film that OpenCV can read"),
        ("http://127.0.0.1:9/x", "The stream http://127.0.0.1:9/x does not answer"),
    ):
        assert main(["run", "--camera", source]) == 2
        said = capfd.readouterr()
        assert said.err.startswith(f"vrcnn: {words}")
        assert said.err.count("\n") == 1, "and OpenCV says nothing beside it"


def test_without_opencv_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    assert main(["run", "--camera", "0"]) == 2
    said = capfd.readouterr().err
    assert said.startswith("vrcnn: --camera looks through OpenCV, which is not installed here")
    assert "vrcnn[camera]" in said


def test_where_there_is_no_camera_or_nobody_reads_it_that_is_said(show: Callable[..., Show], film: Path) -> None:
    shown = show(Album(shades(1)))
    shown.exhibit.step([FreezeCamera()], 0.01)
    assert shown.world.notices[-1].headline == "There is no camera here."
    lines = "import torch\nfrom torch import nn\nmodel = nn.Embedding(5, 7)\nexample_input = torch.tensor([[1, 2]])\n"
    blind = show(Album([]), lines)
    blind.exhibit.ways.watch(Camera(str(film)))
    assert [notice.headline for notice in blind.world.notices] == [NO_READER]
    with pytest.raises(UserError, match="There is no film"):
        Camera("")
