"""Folders and labels of data sets become classes of the network, and a sentence says how."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch.utils.data import Dataset, Subset

from vrcnn.network.labels import imagenet_labels
from vrcnn.network.picture_sets import DatasetPictures, pictures_of
from vrcnn.network.pictures import list_pictures
from vrcnn.network.true_labels import TrueLabels, label_of, match

ANIMALS = ("cat", "Great_Dane", "red fox")


@pytest.mark.parametrize(
    ("groups", "labels", "count", "expected"),
    [
        (["cat", "great dane", "Red-Fox"], ANIMALS, 3, {"cat": 0, "great dane": 1, "Red-Fox": 2}),
        (["001.cat", "002.red fox"], ANIMALS, 3, {"001.cat": 0, "002.red fox": 2}),
        (["0", "2"], ANIMALS, 3, {"0": 0, "2": 2}),
        ([0, 1, 2], None, 3, {0: 0, 1: 1, 2: 2}),
        (["a", "b", "c"], None, 3, {"a": 0, "b": 1, "c": 2}),
        (["a", "b"], None, 3, {}),
        (["a", "b", "c"], ANIMALS, 3, {}),
        (["n02123045", "n02123159"], None, 1000, {"n02123045": 281, "n02123159": 282}),
        (["n02123045-tabby"], imagenet_labels(), 1000, {"n02123045-tabby": 281}),
        (["tabby cat", "Egyptian_cat"], imagenet_labels(), 1000, {"tabby cat": 281, "Egyptian_cat": 285}),
    ],
    ids=[
        "name",
        "numbered",
        "index",
        "indices",
        "order",
        "too few for order",
        "others",
        "wordnet",
        "wordnet-",
        "words",
    ],
)
def test_labels_become_classes(groups, labels, count, expected):
    assert match(groups, labels, count).indices == expected


@pytest.mark.parametrize(
    ("groups", "labels", "words"),
    [
        (["cat", "red fox"], ANIMALS, "All 2 folders are classes of the network, matched by name."),
        (["cat"], ANIMALS, "The only one of the folders is a class of the network, matched by name."),
        (
            ["cat", "gnu", "red fox"],
            ANIMALS,
            "2 of 3 folders are classes of the network, matched by name; gnu is none",
        ),
        (
            ["gnu", "emu"],
            ANIMALS,
            "None of the folders (gnu, emu) is a class of the network: call them as the network's classes are "
            "called, such as cat.",
        ),
        (["x", "y", "z"], None, "The 3 folders were taken for the network's 3 classes in their order"),
        ([], ANIMALS, "Nothing says what these pictures show."),
    ],
)
def test_a_sentence_says_how(groups, labels, words):
    assert match(groups, labels, 3).how.startswith(words)


def test_what_is_matched_by_order_names_the_classes():
    assert match(["ant", "bee", "cow"], None, 3).names == {0: "ant", 1: "bee", 2: "cow"}


def test_the_wrong_number_of_labels_names_nothing():
    assert match(["cat"], ANIMALS, 5).indices == {}


def test_folders_are_sorted_as_image_folder_sorts_them(tmp_path: Path):
    for name in ("b", "a", "10", "9"):
        (tmp_path / name).mkdir()
        Image.new("L", (2, 2)).save(tmp_path / name / "x.png")
    pictures = list_pictures(tmp_path)
    assert TrueLabels(pictures, None).groups == ["10", "9", "a", "b"]
    assert {picture.name: label_of(picture) for picture in pictures}["a/x.png"] == "a"
    assert label_of(list_pictures(tmp_path / "a")[0]) is None


class Listed(Dataset):
    """As torchvision's data sets are: its labels in a list, and names for them."""

    def __init__(self, **listed) -> None:
        vars(self).update(listed)

    def __len__(self) -> int:
        return 6

    def __getitem__(self, index: int):
        raise AssertionError("no item needs to be read for its label")


@pytest.mark.parametrize("name", ["targets", "labels", "_labels", "y"])
@pytest.mark.parametrize("values", [[0, 1, 2, 0, 1, 2], np.arange(6) % 3, torch.arange(6) % 3])
def test_a_list_of_labels_is_used_without_reading_items(name, values, tmp_path):
    pictures, names = pictures_of(Listed(**{name: values, "classes": list(ANIMALS)}), tmp_path / "model.py")
    assert names == ANIMALS
    labels = TrueLabels(pictures, names)
    assert labels.groups == list(ANIMALS)
    assert [labels.class_of(picture, 3) for picture in pictures] == [0, 1, 2, 0, 1, 2]


def test_a_part_of_a_data_set_knows_the_labels_of_its_items(tmp_path):
    part = Subset(Listed(targets=[0, 1, 2, 0, 1, 2], categories=list(ANIMALS)), [5, 1])
    pictures, names = pictures_of(part, tmp_path / "model.py")
    assert names == ANIMALS
    assert [label_of(picture) for picture in pictures] == ["red fox", "Great_Dane"]


def test_a_data_set_s_classes_are_called_so(tmp_path):
    data = Told((torch.zeros(3, 4, 4), 0), (torch.zeros(3, 4, 4), 1))
    data.classes = ["cat", "gnu"]
    pictures, _ = pictures_of(data, tmp_path / "model.py")
    how = TrueLabels(pictures, ANIMALS).matched(3).how
    assert how.startswith("1 of 2 classes of the data set are classes of the network, matched by name; gnu is none")


class Told(Dataset):
    def __init__(self, *items) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int):
        return self.items[index]


@pytest.mark.parametrize(
    ("label", "expected"),
    [(2, 2), (torch.tensor(1), 1), (np.int64(0), 0), ("cat", 0), (torch.zeros(4), None), (7, None), ([1, 2], None)],
)
def test_items_say_themselves_what_they_show(label, expected, tmp_path):
    pixels = torch.zeros(3, 4, 4)
    pictures, _ = pictures_of(Told((pixels, label), {"image": pixels, "label": label}), tmp_path / "model.py")
    assert isinstance(pictures, DatasetPictures)
    labels = TrueLabels(pictures, ANIMALS)
    assert [labels.class_of(picture, 3) for picture in pictures] == [expected, expected]
