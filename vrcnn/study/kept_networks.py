"""Networks of the study in a folder of their own, with some of its pictures: what a tour's model files open.

about.json          the network, its classes, how pictures are standardized, where they are from, and the networks
NAME.py             model file of a network, with held-out pictures
NAME_training.py    the same with pictures that it learned from, labelled as it was told
NAME.pt             its weights; none of an untrained network
held-out.npz        `pixels` (N, side, side, 3) uint8, or (N, side, side) of grey pictures, and `labels` (N,)
training.npz        the same of what was learned from, and `told NAME` (N,) for each network
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import Dataset

from vrcnn.errors import UserError
from vrcnn.study.material import Standard
from vrcnn.study.networks import network_of
from vrcnn.study.picture_file import read_pictures
from vrcnn.susceptibility.calibration import calibrate

ABOUT, HELD_OUT, TRAINING = "about.json", "held-out.npz", "training.npz"
SEEN = "_training"  # behind the name of a model file
CALIBRATED = 64  # pictures at a time


class KeptPictures(Dataset[tuple[Image.Image, int]]):
    """RGB pictures with the true labels or, of those of the training, with what the network `told` was told."""

    def __init__(self, path: Path, classes: tuple[str, ...], told: str = "") -> None:
        """Raises UserError where they cannot be read."""
        self.pixels, self.targets = read_pictures(path, f"told {told}" if told else "labels")
        self.classes = classes

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Image.Image, int]:
        return Image.fromarray(self.pixels[index]), self.targets[index]


Stand = tuple[
    nn.Module, KeptPictures, tuple[str, ...], Callable[[Image.Image], Tensor], tuple[int, int, int], str
]  # model, images, labels, preprocess, input_size, title


def stand(file: Path) -> Stand:
    """(model, images, labels, preprocess, input_size, title) for a model file of such a folder, by the file's name.

    Raises UserError where something is missing or damaged.
    """
    folder = file.parent
    name = file.stem.removesuffix(SEEN)
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        network, side, classes = about["network"], int(about["side"]), tuple(map(str, about["classes"]))
        standard = Standard(tuple(about["mean"]), tuple(about["std"]))
        told: dict[str, Any] = about["networks"][name]
        seed, trained = int(told["seed"]), bool(told["trained"])
    except OSError as error:
        raise UserError(f"{folder / ABOUT} cannot be read: {error.strerror or error}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{folder / ABOUT} is damaged ({error}): `vrcnn study tour` writes it anew.") from error
    seen = file.stem.endswith(SEEN)
    pictures = KeptPictures(folder / (TRAINING if seen else HELD_OUT), classes, name if seen else "")
    model = network_of(network, len(classes), seed)
    if trained:
        _load(model, folder / f"{name}.pt")
    else:
        learned = torch.from_numpy(KeptPictures(folder / TRAINING, classes).pixels).permute(0, 3, 1, 2)
        calibrate(model, standard.of(learned).split(CALIBRATED))

    def preprocess(picture: Image.Image) -> Tensor:
        fitted = picture.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
        return standard.of(torch.from_numpy(np.array(fitted)).permute(2, 0, 1)[None])[0]

    return model.eval(), pictures, classes, preprocess, (3, side, side), name


def _load(model: nn.Module, path: Path) -> None:
    try:
        kept = torch.load(path, map_location="cpu", weights_only=True)
        model.load_state_dict(kept)  # copies into the precision of the model
    except FileNotFoundError as error:
        raise UserError(f"There are no weights {path}.") from error
    except Exception as error:  # zip, pickle and torch raise whatever the bytes led them to
        raise UserError(f"The weights {path} are damaged, or they are of another network.") from error
