"""Small data in the formats of the study's packages, made for tests: idx files, emoji of two vendors, class folders."""

from __future__ import annotations

import gzip
import json
import struct
from pathlib import Path

import numpy as np
from PIL import Image

KINDS = {"Food": {"fruit": 6, "drink": 6, "sweet": 6, "asian": 6}, "Flags": {"country-flag": 18, "flag": 4, "old": 2}}


def make_idx(path: Path, values: np.ndarray) -> None:
    """The bytes of an array as MNIST has them."""
    header = bytes((0, 0, 8, values.ndim)) + struct.pack(f">{values.ndim}I", *values.shape)
    path.write_bytes(gzip.compress(header + values.tobytes(), 1))


def make_fashion(packages: Path, train: int = 60, test: int = 40) -> None:
    """As many pictures of 28 x 28; the classes take turns."""
    folder = packages / "fashion-mnist"
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(0)
    for part, count in (("train", train), ("t10k", test)):
        make_idx(folder / f"{part}-images-idx3-ubyte.gz", chance.integers(0, 256, (count, 28, 28), dtype=np.uint8))
        make_idx(folder / f"{part}-labels-idx1-ubyte.gz", (np.arange(count) % 10).astype(np.uint8))


def make_emoji(packages: Path) -> None:
    """48 emoji of two categories and a skin tone, drawn by both vendors on nothing."""
    names = [
        (kind, family, number) for kind, all_of in KINDS.items() for family, n in all_of.items() for number in range(n)
    ]
    for shift, vendor in enumerate(("google", "twitter")):
        drawings = packages / "emoji" / vendor / "64"
        drawings.mkdir(parents=True)
        listed = []
        for place, (kind, family, _) in enumerate([*names, ("Component", "skin-tone", 0)]):
            file = f"{place:04x}.png"
            picture = Image.new("RGBA", (64, 64))
            picture.paste((place * 5, shift * 200, 40, 255), (8 + place % 20, 8, 40, 40))
            picture.save(drawings / file)
            listed.append({"category": kind, "subcategory": family, "image": file, f"has_img_{vendor}": True})
        (drawings.parent / "emoji.json").write_text(json.dumps(listed))


def make_picture(path: Path, size: tuple[int, int] = (20, 16)) -> Path:
    """A picture of noise that its path decides."""
    path.parent.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(list(str(path).encode()))
    Image.fromarray(chance.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)).save(path)
    return path


def make_folder(folder: Path, **classes: int) -> Path:
    """A folder for each class with as many pictures."""
    for name, count in classes.items():
        for number in range(count):
            make_picture(folder / name / f"{number}.png")
    return folder
