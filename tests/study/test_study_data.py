"""The data sets of the study in small: what is read, in what size and groups, and what is said when it is not there."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from study_packages import KINDS, make_emoji, make_fashion, make_idx

from vrcnn.errors import UserError
from vrcnn.study.datasets import KNOWN, load_data, split_of
from vrcnn.study.held_out import HeldOut

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "study-data"


@pytest.fixture(scope="module")
def packages(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("study-data")
    make_fashion(folder)
    make_emoji(folder)
    return folder


def test_fashion_is_framed_not_scaled_and_keeps_its_own_split(packages):
    data = load_data("fashion-mnist", 32, packages)
    assert data.pixels.shape == (100, 3, 32, 32)
    assert data.pixels.dtype == torch.uint8
    assert data.labels.tolist() == [number % 10 for number in (*range(60), *range(40))]
    assert data.official_test is not None
    assert data.official_test.sum() == 40
    assert data.files[0] == "train/00000"
    assert data.files[60] == "test/00000"
    frame = data.pixels.clone()
    frame[:, :, 2:30, 2:30] = 0
    assert not frame.any()
    drawn = np.random.default_rng(0).integers(0, 256, (60, 28, 28), dtype=np.uint8)
    assert np.array_equal(data.pixels[:60, 1, 2:30, 2:30].numpy(), drawn)
    split = split_of(data, 0, 0, 5)
    assert split.train.tolist() == list(range(60))
    assert split.test.tolist() == list(range(60, 100))


@pytest.mark.parametrize("side", [8, 28, 31, 40])
def test_pictures_are_of_any_side_that_is_asked_for(packages, side):
    data = load_data("fashion-mnist", side, packages)
    assert data.pixels.shape[2:] == (side, side)
    assert bool(data.pixels[..., 0].any()) is (side != 31)  # 31 has a frame


def test_emoji_lie_on_white_in_their_categories_and_families(packages):
    data = load_data("emoji", 32, packages)
    assert data.classes == ("Flags", "Food")  # skin tones are none
    assert len(data.files) == 96
    assert data.files[0] == "google/0000.png"
    assert data.files[48] == "twitter/0000.png"
    assert (data.pixels[:, :, 0, 0] == 255).all()
    assert torch.equal(data.groups[:48], data.groups[48:])  # both drawings of an emoji in one group
    food, flags = (data.groups[data.labels == label].unique() for label in (1, 0))
    assert len(food) == len(KINDS["Food"])
    assert len(flags) == 18 + 2  # the flags of countries are most of their category: each its own


def test_one_vendor_and_across_vendors(packages):
    assert len(load_data("emoji:twitter", 16, packages).files) == 48
    for data, tested in (("emoji:google-to-twitter", "twitter/"), ("emoji:twitter-to-google", "google/")):
        across = load_data(data, 16, packages)
        split = split_of(across, 0, 0, 1)
        assert across.name == data
        assert len(split.train) == len(split.test) == 48
        assert all(across.files[place].startswith(tested) for place in split.test)
        assert not any(across.files[place].startswith(tested) for place in split.train)


def test_the_digest_is_that_of_what_was_read(packages, tmp_path):
    make_fashion(tmp_path)
    first, again = (load_data("fashion-mnist", 28, folder) for folder in (packages, tmp_path))
    assert first.digest == again.digest
    assert len(first.digest) == 64
    assert load_data("fashion-mnist", 32, packages).digest != first.digest
    labels = np.arange(40) % 10
    labels[7] = 1
    make_idx(tmp_path / "fashion-mnist" / "t10k-labels-idx1-ubyte.gz", labels.astype(np.uint8))
    assert load_data("fashion-mnist", 28, tmp_path).digest != first.digest


def test_the_held_out_pictures_of_a_run_are_those_of_its_split(packages):
    data = load_data("emoji", 16, packages)
    split = split_of(data, 0, 0, 3)
    shown, test = HeldOut(data, split), split.test.tolist()
    assert sorted(shown.files) == sorted(data.files[place] for place in test)
    assert shown.targets[:4] == [0, 1, 0, 1]  # classes take turns
    for index, file in enumerate(shown.files):
        picture, label = shown[index]
        place = data.files.index(file)
        assert np.array_equal(np.asarray(picture).transpose(2, 0, 1), data.pixels[place].numpy())
        assert label == shown.targets[index] == data.labels[place]
    with pytest.raises(IndexError):
        shown[len(shown)]


@pytest.mark.parametrize("data", KNOWN)
def test_data_that_is_not_there_is_said_with_what_to_run(data, tmp_path):
    with pytest.raises(UserError, match=r"(?s)looked for .*make study-data") as told:
        load_data(data, 32, tmp_path)
    assert str(tmp_path) in str(told.value)


def test_unknown_names_and_sides_are_refused(tmp_path):
    with pytest.raises(UserError, match=r"no data set and no folder emoji:apple: give one of fashion-mnist, emoji"):
        load_data("emoji:apple", 32, tmp_path)
    with pytest.raises(UserError, match=r"0 pixels a side .* give 8 to 1024"):
        load_data("emoji", 0, tmp_path)


@pytest.mark.parametrize(
    ("file", "content", "why"),
    [
        ("train-images-idx3-ubyte.gz", b"no gzip", "cannot be read"),
        ("train-labels-idx1-ubyte.gz", None, "looked for train-labels"),
        ("t10k-images-idx3-ubyte.gz", np.zeros(40, np.uint8), "no list of bytes in 3 dimensions"),
        ("t10k-labels-idx1-ubyte.gz", np.zeros(39, np.uint8), "do not belong together: 40 pictures, 39 labels"),
        ("t10k-labels-idx1-ubyte.gz", np.full(40, 10, np.uint8), "classes from 0 to 9"),
    ],
)
def test_broken_files_of_fashion_are_named(tmp_path, file, content, why):
    make_fashion(tmp_path)
    path = tmp_path / "fashion-mnist" / file
    if content is None:
        path.unlink()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        make_idx(path, content)
    with pytest.raises(UserError, match=why) as told:
        load_data("fashion-mnist", 28, tmp_path)
    assert "make study-data" in str(told.value)


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        "{}",
        "[1]",
        '[{"category": "a"}]',
        json.dumps([dict.fromkeys(("category", "subcategory", "image"), 3)]),
    ],
)
def test_a_broken_list_of_emoji_is_named(tmp_path, content):
    make_emoji(tmp_path)
    (tmp_path / "emoji" / "google" / "emoji.json").write_text(content)
    with pytest.raises(UserError, match=r"emoji\.json.* make study-data|emoji\.json.*\n?.*`make study-data`"):
        load_data("emoji", 16, tmp_path)


def test_a_drawing_that_is_missing_is_named(tmp_path):
    make_emoji(tmp_path)
    (tmp_path / "emoji" / "twitter" / "64" / "0003.png").unlink()
    with pytest.raises(UserError, match=r"0003\.png is gone"):
        load_data("emoji", 16, tmp_path)


def test_without_its_tools_make_study_data_says_what_still_works(tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "find", "mkdir", "mktemp", "rm"):
        (tools / name).symlink_to(
            next(Path(place, name) for place in os.defpath.split(":") if Path(place, name).exists())
        )
    ran = subprocess.run(
        [ROOT / "tools" / "study-data.sh", tmp_path / "data"], env={"PATH": str(tools)}, capture_output=True, text=True
    )
    assert ran.returncode == 1
    lines = ran.stderr.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["Fashion-MNIST", "The", "The"]
    assert "apt-get is missing" in lines[0]
    assert "Emoji and folders of your own work without it." in lines[0]
    assert "npm is missing" in lines[1]
    assert "install Node.js" in lines[2]
    assert list((tmp_path / "data").iterdir()) == []


def test_make_study_data_brings_each_set_whole_and_only_once(tmp_path):
    tools, data, made = tmp_path / "bin", tmp_path / "data", tmp_path / "made"
    tools.mkdir()
    make_fashion(made)
    source = made / "usr" / "share" / "datasets"
    source.mkdir(parents=True)
    (made / "fashion-mnist").rename(source / "fashion-mnist")
    said = made / "usr" / "share" / "doc" / "dataset-fashion-mnist"
    said.mkdir(parents=True)
    (said / "copyright").write_text("MIT")
    package = made / "package"
    make_emoji(made)
    (package / "img" / "google").mkdir(parents=True)
    (made / "emoji" / "google" / "64").rename(package / "img" / "google" / "64")
    (made / "emoji" / "google" / "emoji.json").rename(package / "emoji.json")
    (package / "img" / "google" / "64" / "0001-1f3fb.png").write_bytes(b"")
    for name in ("LICENSE", "package.json"):
        (package / name).write_text("{}")
    for name, does in {
        "apt-get": "echo called >>$MADE/calls; touch dataset-fashion-mnist_1_all.deb",
        "dpkg-deb": 'mkdir -p "$3" && cp -r "$MADE/usr" "$3"',
        "npm": 'case $3 in *google*) tar -czf emoji-datasource-google-16.0.0.tgz -C "$MADE" package ;; '
        "*) echo 'npm ERR! network'; exit 1 ;; esac",
    }.items():
        (tools / name).write_text(f"#!/bin/sh\n{does}\n")
        (tools / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "MADE": str(made)}
    for _ in range(2):
        ran = subprocess.run([ROOT / "tools" / "study-data.sh", data], env=environment, capture_output=True, text=True)
        assert ran.returncode == 1
        assert "The emoji of twitter cannot be got (npm ERR! network)" in ran.stderr
    assert (made / "calls").read_text() == "called\n"  # the second time it was there
    assert sorted(path.name for path in data.iterdir()) == ["emoji", "fashion-mnist"]
    assert [path.name for path in (data / "emoji").iterdir()] == ["google"]
    assert not list(data.rglob("*-1f3fb.png"))
    assert (data / "fashion-mnist" / "LICENSE").read_text() == "MIT"
    assert "Apache License 2.0" in (data / "emoji" / "google" / "LICENSE").read_text()
    assert len(load_data("fashion-mnist", 28, data).files) == 100
    assert len(load_data("emoji:google", 16, data).files) == 48


@pytest.mark.skipif(not (PACKAGES / "emoji" / "twitter" / "LICENSE").exists(), reason="`make study-data` was not run")
def test_the_real_emoji_are_those_of_the_study():
    data = load_data("emoji:google", 8, PACKAGES)
    assert len(data.files) == 3812 // 2
    assert len(data.classes) == 9
    split = split_of(data, 0, 0, 0)
    assert abs(len(split.test) - 954 // 2) < 30
    assert not set(data.groups[split.train].tolist()) & set(data.groups[split.test].tolist())


@pytest.mark.skipif(not (PACKAGES / "fashion-mnist" / "LICENSE").exists(), reason="`make study-data` was not run")
def test_the_real_fashion_is_the_one_of_the_study():
    data = load_data("fashion-mnist", 28, PACKAGES)
    split = split_of(data, 2000, 2000, 0)
    assert data.labels.bincount().tolist() == [7000] * 10
    assert data.labels[split.train].bincount().tolist() == data.labels[split.test].bincount().tolist() == [200] * 10
