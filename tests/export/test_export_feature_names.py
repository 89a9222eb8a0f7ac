"""Whatever a layer or a class is called, its file has a name that every system takes, and no other layer's."""

from __future__ import annotations

import pytest

from vrcnn.export.feature_names import LONGEST_LAYER, channel_word, layer_words, safe_word

HARD = [
    "layer1.0.conv1",
    'a<b>c:"d"/e\\f|g?h*i',
    "con",
    "aux.conv",
    "COM1",
    "name. ",
    " ..",
    "tab\tnew\nline",
    "größe.卷积",
    "add@2",
    "x" * 400,
    "",
]


@pytest.mark.parametrize("name", HARD)
def test_names_are_safe_on_every_system(name: str) -> None:
    word = layer_words([name])[name]
    assert 0 < len(word) <= LONGEST_LAYER + 1
    assert not set(word) & set('<>:"/\\|?*\t\n ')
    assert not word.endswith((".", " "))
    assert word.split(".")[0].lower() not in {"con", "aux", "nul", "prn", "com1"}


def test_ordinary_names_stay_as_they_are() -> None:
    names = ["layer1.0.conv1", "blocks.4.1-expand", "add@2", "größe.卷积"]
    assert list(layer_words(names).values()) == names


def test_no_two_layers_share_a_word_and_it_is_the_same_each_time() -> None:
    names = ["stem", "Stem", "STEM", "a/b", "a:b", "a-b", "x" * 300, "y" + "x" * 300, "con", "_con"]
    words = layer_words(names)
    assert len({word.casefold() for word in words.values()}) == len(names)
    assert words["stem"] == "stem"
    assert layer_words(names) == words
    assert layer_words([*names, "later"]).items() >= words.items()


def test_channels_sort_by_their_numbers_and_carry_their_class() -> None:
    assert channel_word(5, 64) == "05"
    assert channel_word(281, 1000, "tabby, tabby cat") == "281_tabby"
    assert channel_word(3, 1001, "dog: a/b") == "0003_dog-a-b"
    assert channel_word(3, 1000, "???") == "003"
    assert safe_word("nul", 10) == "_nul"
