"""The data sets of the study by their names: Fashion-MNIST, emoji of two vendors, folders of pictures."""

from __future__ import annotations

from pathlib import Path

from vrcnn.errors import UserError
from vrcnn.study.emoji import VENDORS, load_emoji
from vrcnn.study.fashion import load_fashion
from vrcnn.study.folders import load_folder
from vrcnn.study.picture_data import PictureData
from vrcnn.study.splits import Split, split_of

__all__ = ["KNOWN", "PictureData", "Split", "load_data", "split_of"]

_EMOJI = {
    "emoji": (VENDORS, False),
    "emoji:google": (("google",), False),
    "emoji:twitter": (("twitter",), False),
    "emoji:google-to-twitter": (("google", "twitter"), True),
    "emoji:twitter-to-google": (("twitter", "google"), True),
}
KNOWN = ("fashion-mnist", *_EMOJI)
LARGEST_SIDE = 1024


def load_data(data: str, side: int, folder: Path) -> PictureData:
    """A data set with pictures of `side` x `side` pixels: one of KNOWN, from where `make study-data` has put it
    (`folder`), or a folder of pictures with a folder for each class.

    Raises UserError where it is not there, not known, or not understood.
    """
    if not 8 <= side <= LARGEST_SIDE:
        raise UserError(f"Pictures of {side} pixels a side were asked for: give 8 to {LARGEST_SIDE}.")
    if data == "fashion-mnist":
        return load_fashion(folder, side)
    if data in _EMOJI:
        return load_emoji(folder, side, *_EMOJI[data])
    given = Path(data).expanduser()
    if given.is_dir():
        return load_folder(given, side)
    if given.exists():
        raise UserError(f"{data} is a file: give a folder that has a folder of pictures for each class.")
    raise UserError(
        f"There is no data set and no folder {data}: give one of {', '.join(KNOWN)}, or a folder that has a folder of "
        "pictures for each class."
    )
