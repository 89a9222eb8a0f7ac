"""Fashion-MNIST from the files of its Debian package: four files in the format of MNIST, packed with gzip."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.study.picture_data import PictureData, digest_of, keeps_pixels, own_groups, sized

FOLDER = "fashion-mnist"
CLASSES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
PARTS = (("train", "train"), ("test", "t10k"))  # in the names of pictures, in those of files


def load_fashion(packages: Path, side: int) -> PictureData:
    """Its 60,000 pictures to learn from, then its 10,000 held-out ones; 28 x 28 grey, in `side` x `side`."""
    folder = packages / FOLDER
    pictures, labels, files, tested = [], [], [], []
    for name, part in PARTS:
        numbers = _read(folder / f"{part}-images-idx3-ubyte.gz", 3)
        answers = _read(folder / f"{part}-labels-idx1-ubyte.gz", 1)
        if len(numbers) != len(answers) or (len(answers) and answers.max() >= len(CLASSES)):
            raise UserError(
                f"The files {part}-* in {folder} do not belong together: {len(numbers)} pictures, {len(answers)} "
                f"labels, and classes from 0 to {len(CLASSES) - 1} are known. Delete the folder and run "
                "`make study-data`."
            )
        pictures.append(_sized_all(numbers, side))
        labels.append(answers.astype(np.int64))
        files += [f"{name}/{number:05}" for number in range(len(answers))]
        tested += [name == "test"] * len(answers)
    grey = torch.from_numpy(np.concatenate(pictures))
    pixels = grey[:, None].expand(-1, 3, -1, -1)  # the same memory three times
    answered = torch.from_numpy(np.concatenate(labels))
    return PictureData(
        name="fashion-mnist",
        pixels=pixels,
        labels=answered,
        classes=CLASSES,
        files=tuple(files),
        groups=own_groups(len(files)),
        official_test=torch.tensor(tested),
        license="MIT",
        source="Fashion-MNIST, Zalando SE, 2017 (Debian package dataset-fashion-mnist)",
        digest=digest_of(pixels, answered, CLASSES),
    )


def _sized_all(pictures: np.ndarray, side: int) -> np.ndarray:
    """(N, side, side) uint8 of (N, height, width)."""
    height, width = pictures.shape[1:]
    if keeps_pixels(width, height, side):
        top, left = (side - height) // 2, (side - width) // 2
        return np.pad(pictures, ((0, 0), (top, side - height - top), (left, side - width - left)))
    return np.stack([sized(Image.fromarray(picture).convert("RGB"), side)[0] for picture in pictures])


def _read(path: Path, dimensions: int) -> np.ndarray:
    """The bytes in a file of MNIST's format (idx): its first four bytes say of what type and how many dimensions it is.

    http://yann.lecun.com/exdb/mnist, "The IDX file format".
    """
    try:
        data = gzip.decompress(path.read_bytes())
    except FileNotFoundError as error:
        raise UserError(
            f"Fashion-MNIST is not there: looked for {path.name} in {path.parent.resolve()}. Run `make study-data`."
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise _broken(path, str(error)) from error
    header = 4 * (dimensions + 1)
    if len(data) < header or data[:4] != bytes((0, 0, 8, dimensions)):
        raise _broken(path, f"it is no list of bytes in {dimensions} dimension{'s' * (dimensions > 1)}")
    shape = struct.unpack(f">{dimensions}I", data[4:header])
    if len(data) - header != int(np.prod(shape, dtype=object)):
        raise _broken(path, f"it says {' x '.join(map(str, shape))} bytes and holds {len(data) - header}")
    return np.frombuffer(data, np.uint8, offset=header).reshape(shape)


def _broken(path: Path, why: str) -> UserError:
    return UserError(f"{path} cannot be read ({why}): delete it and run `make study-data`.")
