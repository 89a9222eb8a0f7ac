"""What is dropped and pasted comes onto the shelf; the first picture of it comes onto the easel and runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import moderngl
import numpy as np
import pytest
from PIL import Image
from showing import NETWORK, Album, Show, shades, shows

from vrcnn.desktop import clipboard
from vrcnn.desktop.clipboard import NOTHING, paths_in, read_clipboard
from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.incoming import NO_READER
from vrcnn.network.source import LoadOptions, load
from vrcnn.render.context import standalone_context
from vrcnn.scene.shelving import ADDED
from vrcnn.scene.way_intents import BringFiles, PastePicture
from vrcnn.scene.way_requests import ReadClipboard

sys.path.insert(0, str(Path(__file__).parent / "network"))
import hostile_pictures

pytestmark = pytest.mark.gl
BLIND = """
import torch
from torch import nn
model = nn.Embedding(5, 7)
example_input = torch.tensor([[1, 2, 3]])
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


def arrive(show: Show, limit: float = 20.0) -> float:
    """Frame after frame until all is there; returns the longest frame in s."""
    end, longest, busy = time.monotonic() + limit, 0.0, True
    while busy:
        busy = show.exhibit.ways.incoming.busy
        began = time.perf_counter()
        show.exhibit.step([], 0.01)
        longest = max(longest, time.perf_counter() - began)
        assert time.monotonic() < end, "it does not arrive"
        time.sleep(0.001)
    show.settle()
    return longest


def drop(show: Show, paths: Sequence[Path]) -> float:
    show.exhibit.step([BringFiles(tuple(map(str, paths)))], 0.01)
    return arrive(show)


def saved(folder: Path, colour: str) -> Path:
    path = folder / f"{colour}.png"
    Image.new("RGB", (60, 40), colour).save(path)
    return path


def test_the_first_of_what_is_dropped_runs_and_all_of_it_is_on_the_shelf(
    show: Callable[..., Show], tmp_path: Path
) -> None:
    shown = show(Album(shades(3)))
    world = shown.world
    shown.settle()
    drop(shown, [saved(tmp_path, "red"), saved(tmp_path, "lime")])
    assert [picture.name for picture in world.pictures[3:]] == ["red.png", "lime.png"]
    assert world.easel.picture == 3
    assert world.pictures[3].pixels is not None
    assert tuple(world.pictures[3].pixels[0, 0]) == (255, 0, 0, 255)
    assert world.hall.job.seconds is not None
    assert world.notices == []
    assert len(world.hall.scores) > 0
    drop(shown, [tmp_path / "lime.png"])
    assert world.easel.picture == 5, "the same file again is another picture"


def test_a_folder_is_as_the_folder_of_pictures_and_what_is_none_is_named(
    show: Callable[..., Show], tmp_path: Path
) -> None:
    shown = show(Album(shades(2)))
    folder = tmp_path / "holiday"
    folder.mkdir()
    for colour in ("red", "blue"):
        saved(folder, colour)
    (folder / "notes.txt").write_text("nothing")
    (tmp_path / "net2.py").write_text("")
    (tmp_path / "weights.pt").write_bytes(b"abc")
    drop(
        shown, [folder, tmp_path / "net2.py", tmp_path / "weights.pt", tmp_path / "nowhere.png", tmp_path / "film.mp4"]
    )
    world = shown.world
    assert [picture.name for picture in world.pictures[2:]] == ["blue.png", "red.png"]
    (notice,) = world.notices
    assert notice.headline == "4 of 6 files could not be shown."
    assert notice.detail.splitlines() == [
        "net2.py is a program: start `vrcnn run` with it to see its network.",
        "weights.pt holds weights: give them to --weights.",
        "nowhere.png is gone.",
        "film.mp4 is a film: give it to --camera.",
    ]


def test_one_that_cannot_be_shown_has_a_sentence_and_the_easel_keeps_its_picture(
    show: Callable[..., Show], tmp_path: Path
) -> None:
    shown = show(Album(shades(2)))
    shown.settle()
    (tmp_path / "odd\nname.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing more")
    drop(shown, [tmp_path / "odd\nname.jpg"])
    (notice,) = shown.world.notices
    assert notice.headline.startswith("odd\N{REPLACEMENT CHARACTER}name.jpg is ")
    assert notice.detail == ""
    assert shown.world.easel.picture == 0
    (tmp_path / "empty").mkdir()
    drop(shown, [tmp_path / "empty"])
    assert shown.world.notices[-1].headline.startswith("There is no picture in ")


@pytest.mark.filterwarnings("ignore")
def test_two_hundred_hostile_files_are_each_shown_or_named_and_hold_no_frame_up(
    show: Callable[..., Show], tmp_path: Path
) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    hostile = [path for path in hostile_pictures.make_hostile(folder) if path.name != "all.png"]  # all of them again
    shown = show(Album(shades(1)))
    world = shown.world
    longest = drop(shown, hostile)
    notices = {notice.headline: notice for notice in world.notices}
    names = [picture.name for picture in world.pictures[1:]]
    told = next(notice for headline, notice in notices.items() if headline.endswith("files could not be shown."))
    refused = told.detail.splitlines()
    assert int(told.headline.split()[0]) == len(refused)
    assert len(names) + len(refused) == 199
    assert longest < 2.0
    for path in hostile:
        name = path.name.replace("\n", "\N{REPLACEMENT CHARACTER}")
        assert name in names or any(name in line for line in refused), name
    before = len(world.pictures)
    shown.exhibit.ways.incoming.paste("\r\n".join(path.as_uri() for path in hostile))
    arrive(shown)
    pasted = world.notices[-1]
    assert (pasted.headline, pasted.detail) == (told.headline, told.detail), (
        "copied files are as those that are dropped"
    )
    assert len(world.pictures) == min(before + len(names), 1 + ADDED)


@pytest.mark.filterwarnings("ignore")
def test_two_hundred_hostile_files_in_the_folder_of_pictures_are_each_shown_or_named(
    tmp_path: Path, context: moderngl.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vrcnn.network.source.SHELF", 500)
    folder = tmp_path / "hostile"
    folder.mkdir()
    hostile = hostile_pictures.make_hostile(folder)
    (tmp_path / "net.py").write_text(NETWORK)
    source = load(str(tmp_path / "net.py"), LoadOptions(images=folder))
    with context:
        exhibit = Exhibit(source)
        exhibit.open(context)
        world, worker = exhibit.world, exhibit.displays[0].worker
        assert {picture.name for picture in world.pictures} == {path.name for path in hostile}
        worker.load_pictures()
        end = time.monotonic() + 60
        while worker.busy:
            exhibit.step([], 0.01)
            assert time.monotonic() < end
            time.sleep(0.001)
        exhibit.step([], 0.01)
        exhibit.prepare()  # odd names are drawn too
        broken = [picture.name for picture in world.pictures if picture.broken]
        told = "\n".join(f"{notice.headline}\n{notice.detail}" for notice in world.notices)
        assert len(broken) > 100
        assert all(picture.broken or picture.pixels is not None for picture in world.pictures)
        assert all(name in told for name in broken)
        exhibit.close()
        exhibit.renderer.release()


def test_no_more_are_taken_than_the_shelf_has_room_for(show: Callable[..., Show], tmp_path: Path) -> None:
    path = saved(tmp_path, "red")
    shown = show(Album(shades(1)))
    drop(shown, [path] * (ADDED + 3))
    assert len(shown.world.pictures) == 1 + ADDED
    assert shown.world.easel.picture == 1
    assert 1 in shown.world.shelf.shown(len(shown.world.pictures))
    assert "3 more files stayed where they are" in shown.world.notices[-1].headline


def test_a_network_that_reads_no_picture_says_so(show: Callable[..., Show], tmp_path: Path) -> None:
    shown = show(Album([]), BLIND)
    drop(shown, [saved(tmp_path, "red")])
    assert [notice.headline for notice in shown.world.notices] == [NO_READER]


def test_a_pasted_picture_runs(show: Callable[..., Show], monkeypatch: pytest.MonkeyPatch) -> None:
    shown = show(Album(shades(1)))
    assert shown.exhibit.step([PastePicture()], 0.01) == [ReadClipboard()]
    monkeypatch.setattr(clipboard, "_on_linux", lambda: Image.new("RGBA", (30, 50), (0, 0, 255, 255)))
    monkeypatch.setattr(clipboard, "_by_pillow", lambda: Image.new("RGBA", (30, 50), (0, 0, 255, 255)))
    shown.exhibit.ways.incoming.paste("some words")
    arrive(shown)
    assert shown.world.easel.picture == 1
    assert shown.world.pictures[1].name == "pasted picture"
    pixels = shown.world.pictures[1].pixels
    assert pixels is not None
    assert pixels.shape == (50, 30, 4)
    assert np.array_equal(pixels[0, 0], (0, 0, 255, 255))


def test_a_copied_file_is_pasted_by_its_path_or_its_address(tmp_path: Path) -> None:
    path = saved(tmp_path, "red")
    odd = path.rename(tmp_path / "räd 100%.png")
    assert paths_in(str(odd)) == [odd]
    assert paths_in(f"'{odd}'\n") == [odd]
    assert paths_in(odd.as_uri()) == [odd]
    assert paths_in(f"x-special/nautilus-clipboard\ncopy\n{odd.as_uri()}\r\n") == [odd]
    for words in ("", "some words", "red.png", f"{odd}\nand words", "/nowhere/at all.png", "x" * 100_000, "~nobody/x"):
        assert paths_in(words) == []


def tool(folder: Path, name: str, lines: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere Pillow reads the clipboard")
def test_what_is_missing_or_does_not_answer_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(UserError, match="read by xclip, which is not installed here"):
        read_clipboard("words")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(UserError, match=r"read by wl-paste.*\(wl-clipboard\)"):
        read_clipboard("words")
    tool(tmp_path, "wl-paste", "/bin/sleep 30")
    monkeypatch.setattr(clipboard, "PATIENCE", 0.2)
    with pytest.raises(UserError, match="does not answer"):
        read_clipboard("words")
    monkeypatch.setattr(clipboard, "PATIENCE", 3.0)
    tool(tmp_path, "wl-paste", 'case "$1" in --list-types) echo text/plain;; esac')
    with pytest.raises(UserError, match=NOTHING):
        read_clipboard("words")
    saved(tmp_path, "red")
    tool(tmp_path, "wl-paste", f'case "$1" in --list-types) echo image/png;; *) /bin/cat {tmp_path}/red.png;; esac')
    image = read_clipboard("words")
    assert isinstance(image, Image.Image)
    assert image.getpixel((3, 3)) == (255, 0, 0)
    tool(tmp_path, "wl-paste", 'case "$1" in --list-types) echo image/png;; *) echo rubbish;; esac')
    with pytest.raises(UserError, match="is broken"):
        read_clipboard("words")
