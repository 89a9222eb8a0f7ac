"""Folders of pictures by class: what is read, what is left out and told, and layouts that are not understood."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from study_packages import make_folder, make_picture

from vrcnn.cli import main
from vrcnn.errors import UserError
from vrcnn.study.datasets import load_data, split_of
from vrcnn.study.material import material_of
from vrcnn.study.runs import RunSettings

NOWHERE = Path("nowhere")


def test_a_folder_for_each_class_as_caltech101_has_them(tmp_path):
    folder = make_folder(tmp_path / "caltech101", accordion=5, BACKGROUND_Google=3, Zebra=7)
    (folder / "Zebra" / "readme.txt").write_text("no picture")
    data = load_data(str(folder), 16, NOWHERE)
    assert data.name == "caltech101"
    assert data.classes == ("Zebra", "accordion")
    assert data.files[:2] == ("Zebra/0.png", "Zebra/1.png")
    assert len(data.files) == 12
    assert data.pixels.shape == (12, 3, 16, 16)
    assert data.labels.tolist() == [0] * 7 + [1] * 5
    assert data.notes == ("The pictures are of 20 x 16 pixels: of each the middle square was scaled to 16 x 16.",)


def test_two_folders_as_the_ct_set_has_them(tmp_path):
    folder = make_folder(tmp_path / "sars-cov-2", **{"COVID": 10, "non-COVID": 10})
    data = load_data(str(folder), 20, NOWHERE)
    assert data.classes == ("COVID", "non-COVID")
    split = split_of(data, 0, 0, 0)
    assert data.labels[split.test].bincount().tolist() == [2, 2]


def test_what_is_left_out_is_counted_and_named(tmp_path):
    folder = make_folder(tmp_path / "set", cat=4, dog=4)
    make_picture(folder / "loose.png")
    make_picture(folder / "cat" / "tiny.png", (40, 7))
    make_picture(folder / "cat" / "long.png", (100, 20))
    Image.new("L", (4200, 1500)).save(folder / "dog" / "huge.bmp")
    (folder / "dog" / "broken.jpg").write_bytes(b"nothing")
    shutil.copy(folder / "cat" / "0.png", folder / "cat" / "copy.png")
    data = load_data(str(folder), 16, NOWHERE)
    assert len(data.files) == 11
    told = "\n".join(data.notes)
    assert "of 3 sizes, from 20 x 16 to 4096 x 1463" in told
    assert "directly in the folder, without a class: 1 picture (loose.png)" in told
    assert "cannot be read: 1 picture (dog/broken.jpg (" in told
    assert "less than 8 pixels wide or high: 1 picture (cat/tiny.png (40 x 7))" in told
    assert (
        "More than 3 times as long as wide, so that the middle square is a small part: 1 picture (cat/long.png" in told
    )
    assert "Exact copies of others, which stay on the same side of the split: 1 picture." in told
    copies = [data.files.index(name) for name in ("cat/0.png", "cat/copy.png")]
    assert data.groups[copies[0]] == data.groups[copies[1]]


def test_an_equal_picture_in_two_classes_stays_on_one_side(tmp_path):
    folder = make_folder(tmp_path / "set", cat=6, dog=6)
    for number in range(3):
        shutil.copy(folder / "cat" / f"{number}.png", folder / "dog" / f"same{number}.png")
    data = load_data(str(folder), 20, NOWHERE)
    for seed in range(10):
        split = split_of(data, 0, 0, seed)
        assert not set(data.groups[split.train].tolist()) & set(data.groups[split.test].tolist())


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["1.png", "2.png"], "Found: 2 pictures lying directly in it, and no folder. Make a folder for each class"),
        ([], "Found: no folder and no picture in it"),
        (["cat/1.png"], r"Found: one class only \(cat\). Add a folder"),
        (["cat/1.png", "dog/"], "Found: no picture in dog. Put pictures there"),
        (["cat/a/1.png", "dog/1.png"], r"Found: cat, which holds no pictures but folders \(a\). Move the pictures"),
        (
            ["all/cat/1.png", "all/dog/1.png"],
            r"Found: all, which holds folders of pictures \(cat, dog\). Give .*/set/all\.",
        ),
        (["train/cat/1.png", "test/cat/1.png"], r"Found: the sides of a split \(train, test\). Give .*/set/train:"),
        (["a/b/c/1.png", "d/1.png"], r"Found: pictures deeper down, such as a/b/c/1.png"),
    ],
)
def test_a_layout_that_is_not_understood_says_what_was_expected_and_found(tmp_path, files, found):
    folder = tmp_path / "set"
    folder.mkdir()
    for file in files:
        if file.endswith("/"):
            (folder / file).mkdir()
        else:
            make_picture(folder / file)
    expected = "Expected: a folder for each class with its pictures in it, such as set/cats/1.jpg. "
    with pytest.raises(UserError, match=expected + found):
        load_data(str(folder), 16, NOWHERE)


def test_a_class_without_a_usable_picture_is_named(tmp_path):
    folder = make_folder(tmp_path / "set", cat=2, dog=1)
    (folder / "dog" / "0.png").write_bytes(b"\x89PNG")
    with pytest.raises(UserError, match=r"No picture of dog in .* can be used: dog/0.png \("):
        load_data(str(folder), 16, NOWHERE)


def test_a_file_is_no_folder(tmp_path):
    with pytest.raises(UserError, match="is a file: give a folder"):
        load_data(str(make_picture(tmp_path / "1.png")), 16, NOWHERE)


def test_more_than_the_memory_is_refused_before_it_is_taken(tmp_path, monkeypatch):
    folder = make_folder(tmp_path / "set", cat=2, dog=2)
    monkeypatch.setattr("psutil.virtual_memory", lambda: type("Memory", (), {"available": 1000})())
    with pytest.raises(UserError, match=r"4 pictures of .* need .* GiB .* give a smaller --side, or fewer pictures"):
        load_data(str(folder), 16, NOWHERE)


def test_a_run_keeps_what_was_left_out(tmp_path):
    folder = make_folder(tmp_path / "set", cat=5, dog=5)
    make_picture(folder / "dog" / "tiny.png", (3, 3))
    about = material_of(RunSettings(data=str(folder), side=20, train=0, test=0), NOWHERE).about
    assert about["pictures"] == {"train": 8, "test": 2}
    assert about["data"]["notes"][-1].endswith("1 picture (dog/tiny.png (3 x 3)).")


def test_the_command_says_it_in_a_sentence(tmp_path, capsys):
    folder = make_folder(tmp_path / "set", cat=5)
    study = tmp_path / "study"
    assert main(["study", "train", "--data", str(folder), "--modes", "true", "--folder", str(study)]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1
    assert "Found: one class only (cat)." in told[0]
