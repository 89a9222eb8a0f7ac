"""A file is written whole or not at all; pictures are tested on their own."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import BinaryIO

import pytest

from vrcnn import whole_file
from vrcnn.errors import UserError
from vrcnn.whole_file import check_place, write_whole


def test_a_file_takes_its_place_once_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    path.write_text("before")

    def write(file: BinaryIO) -> None:
        file.write(b"after")
        assert path.read_text() == "before"

    assert write_whole(path, write) == path
    assert path.read_text() == "after"
    assert [file.name for file in tmp_path.iterdir()] == ["graph.json"]


def test_what_fails_on_the_way_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    path.write_text("before")

    def write(file: BinaryIO) -> None:
        file.write(b"half")
        raise RuntimeError("the moon fell down")

    with pytest.raises(RuntimeError, match="the moon"):
        write_whole(path, write)
    assert path.read_text() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["graph.json"]


def test_places_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="that is a folder; name a file in it"):
        check_place(tmp_path)
    with pytest.raises(UserError, match=r"nowhere/graph\.dot: there is no such folder: make it first"):
        check_place(tmp_path / "nowhere" / "graph.dot")
    with pytest.raises(UserError, match="part of that path is a file"):
        check_place(tmp_path / "file" / "graph.dot")


def test_what_programs_that_have_ended_left_in_mid_write_is_tidied_with_the_next_file(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    here = whole_file._HERE
    dead, own = tmp_path / f".graph-{here}-{ended.pid}-1.part", tmp_path / f".graph-{here}-{os.getpid()}-1.part"
    old, young = tmp_path / ".17-5-abc-1-2.part", tmp_path / ".17-6-abc-1-2.part"  # of another machine
    other = tmp_path / ".holiday.part"
    for part in (dead, own, old, young, other):
        part.write_bytes(b"half")
    os.utime(old, (time.time() - 7200, time.time() - 7200))
    write_whole(tmp_path / "graph.json", lambda file: file.write(b"whole"))
    assert sorted(tmp_path.iterdir()) == sorted([own, young, other, tmp_path / "graph.json"])


@pytest.mark.parametrize("stem", ["x" * 250, "ж" * 120, "名" * 83, "🦋" * 62], ids=["latin", "greek", "han", "emoji"])
def test_the_longest_names_that_a_system_takes_are_taken(stem: str, tmp_path: Path) -> None:
    path = tmp_path / f"{stem}.npz"
    assert write_whole(path, lambda file: file.write(b"whole")).read_bytes() == b"whole"


def test_a_name_that_is_too_long_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="that name is too long: choose a shorter one"):
        write_whole(tmp_path / ("x" * 300), lambda file: file.write(b"whole"))
    assert list(tmp_path.iterdir()) == []
