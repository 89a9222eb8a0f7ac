"""Names of files for layers and channels that every system takes, and that no two layers share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST_LAYER, LONGEST_WORD = 80, 40  # characters
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # no names for files on Windows


def safe_word(text: str, longest: int) -> str:
    """The text with nothing in it that a file's name may not have, at most so many characters; "" if nothing is left.

    Letters of every script stay. Where it is too long, its end is kept, which tells more of a layer than its beginning.
    """
    plain = unicodedata.normalize("NFC", text)
    word = re.sub(r"[^\w.@+-]+", "-", plain).strip("-. ")[-longest:].strip("-. ")
    return f"_{word}" if DEVICES.match(word) else word


def layer_words(names: Iterable[str]) -> dict[str, str]:
    """For each name of a layer what its files begin with: always the same for the same names in the same order.

    Words that differ in capitals alone would be one file on some systems; the later ones get a number behind them.
    """
    words: dict[str, str] = {}
    taken: set[str] = set()
    for number, name in enumerate(dict.fromkeys(names)):
        word = safe_word(name, LONGEST_LAYER) or "layer"
        if word.casefold() in taken:
            word = f"{word}~{number}"
        taken.add(word.casefold())
        words[name] = word
    return words


def channel_word(channel: int, count: int, name: str = "") -> str:
    """The channel's number, as long as those of all channels of the layer, and its name: "281_tabby-cat"."""
    word = safe_word(name.partition(",")[0], LONGEST_WORD)
    return f"{channel:0{len(str(count - 1))}}" + (f"_{word}" if word else "")
