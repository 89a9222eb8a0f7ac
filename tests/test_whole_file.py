"""A file is written whole or not at all; pictures are tested on their own."""

from pathlib import Path
from typing import BinaryIO

import pytest

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
