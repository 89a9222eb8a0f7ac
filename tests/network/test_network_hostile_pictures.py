"""Two hundred hostile picture files: listed, opened or refused with a clause each, within time and memory."""

from __future__ import annotations

import os
import resource
import time
import warnings
from pathlib import Path

import hostile_pictures
import pytest
from PIL import Image

from vrcnn.network.arrays import PictureError
from vrcnn.network.pictures import LARGEST_SIDE, PictureFile, list_pictures

LONGEST, LONGEST_WAIT = 2.0, 10.0  # s for one file: of the processor, and while others have it
MEMORY = 700 << 20  # bytes that all of them together may add to the most that was ever in use


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return hostile_pictures.make_hostile(tmp_path_factory.mktemp("hostile"))


def most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def outcome(path: Path) -> Image.Image | str:
    try:
        return PictureFile(path.name, path).open()
    except PictureError as error:
        return str(error)


def test_the_same_seed_makes_the_same_files(hostile: list[Path], tmp_path: Path) -> None:
    again = hostile_pictures.make_hostile(tmp_path)
    assert [path.name for path in again] == [path.name for path in hostile]
    mutated = [path for path in again if path.name.startswith("mutated")]
    assert len(mutated) > 80
    assert all((hostile[0].parent / path.name).read_bytes() == path.read_bytes() for path in mutated)


def test_a_folder_of_them_is_listed_whole(hostile: list[Path]) -> None:
    assert len(hostile) == 200
    assert {file.name for file in list_pictures(hostile[0].parent)} == {path.name for path in hostile}


@pytest.mark.filterwarnings("ignore")
def test_each_is_opened_or_refused_in_time_and_memory(hostile: list[Path]) -> None:
    outcome(hostile[0])
    before, slow = most_memory(), []
    found: dict[str, Image.Image | str] = {}
    for path in hostile:
        began, worked = time.perf_counter(), time.thread_time()
        found[path.name] = outcome(path)
        took, work = time.perf_counter() - began, time.thread_time() - worked
        slow += [(path.name, took, work)] if took > LONGEST_WAIT or work > LONGEST else []
    assert slow == []
    assert most_memory() - before < MEMORY
    pictures = {name: image for name, image in found.items() if isinstance(image, Image.Image)}
    assert set(hostile_pictures.READABLE) <= set(pictures)
    for image in pictures.values():
        assert image.mode == "RGB"
        assert 1 <= min(image.size) <= max(image.size) <= LARGEST_SIDE
    for name, reason in found.items():
        if isinstance(reason, str):
            assert 5 < len(reason) < 220, name
            assert reason == " ".join(reason.split()), name
            assert str(hostile[0].parent) not in reason, name
    assert len(found) - len(pictures) > 100


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a folder.png", "is a folder, not a picture"),
        ("all.png", "is a folder, not a picture"),
        ("pipe.png", "is a pipe or a device, not a picture"),
        ("endless.png", "is a pipe or a device, not a picture"),
        ("circle a.png", "is a link that leads in a circle"),
        ("gone.jpg", "is gone"),
        ("empty.png", "is empty"),
        ("text.png", "is not a picture that Pillow can read"),
        ("postscript.png", "is not a picture that Pillow can read"),
        ("bomb 65535.png", "has more pixels than are safe to open"),
        ("bomb.npy", "holds more numbers than the 1,024 MiB that are safe to open"),
        ("bomb.npz", "holds more numbers than the 1,024 MiB that are safe to open"),
        ("short.npy", "is truncated"),
        ("code.npy", "has a header that numpy cannot read"),
        ("deep.npy", "has a header that numpy cannot read"),
        ("negative.npy", "has a side of less than nothing"),
        ("cut PNG 0.5.png", "is truncated"),
    ],
)
def test_what_is_wrong_is_said(hostile: list[Path], name: str, reason: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert outcome(hostile[0].parent / name) == reason


@pytest.mark.skipif(os.name == "nt", reason="there are no such permissions")
def test_what_may_not_be_read_is_said(hostile: list[Path]) -> None:
    account = os.geteuid()
    if account == 0:  # who may read everything
        os.seteuid(65534)
    try:
        assert outcome(hostile[0].parent / "forbidden.png") == "may not be read: its permissions forbid it"
    finally:
        os.seteuid(account)
