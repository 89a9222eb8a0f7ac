"""A network that is ready to run, and what it runs on: plain attributes, however it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import nn

from vrcnn.network.arrays import TENSOR, PictureError, fitted
from vrcnn.network.example import Arguments, ExampleInput, Place, picture_at
from vrcnn.network.palette import Colour
from vrcnn.network.pictures import PictureFile
from vrcnn.network.preprocess import Preprocess, Standard
from vrcnn.network.recording import Recording, no_network
from vrcnn.network.true_labels import TrueLabels


@dataclass(frozen=True)
class LoadOptions:
    """What the command line says beside the network.

    Attributes:
        model_name: the variable, class or function of the file that is meant.
        images: a folder with pictures, or one picture, instead of the file's `images`.
        weights: a file of weights to load into the network.
        input_size: (side,), (height, width) or (channels, height, width), instead of the file's.
        device: a torch device, such as "cpu" or "cuda:1".
    """

    model_name: str | None = None
    images: Path | None = None
    weights: Path | None = None
    input_size: tuple[int, ...] | None = None
    device: str = "cpu"


@dataclass
class NetworkSource:
    """A network that is ready to run, and what it runs on.

    Attributes:
        name: what people call the network.
        module: the network, on the device, in the mode (train or eval) that its author left it in.
        arguments, keywords: the example input, for `module(*arguments, **keywords)`: on the device, a batch of one.
        pictures: what stands on the shelf, at most 64. Empty for a network that reads no picture.
        labels: names of the classes, or None.
        preprocess: from an RGB picture to a float tensor (C, H, W).
        input_size: (channels, height, width) of the picture tensor, of a signal (channels, length), of a volume
            (channels, depth, height, width); zeros for a network that reads no picture.
        notes: sentences for the user about what was assumed.
        path: the model file, if there is one.
        slot: the way to the picture tensor among the arguments, as in ExampleInput; None where there is none.
        task: "classification", "segmentation", "detection" or "none"; None where the output shall tell.
        colours: of the classes in a class map, sRGB-encoded, 0..1; None for those that vrcnn chooses.
        pictures_given: whether the pictures are the user's.
        shelf_notes: those of the notes that are about the pictures on the shelf.
        picture_set: all pictures that the user has given; those on the shelf are some of them.
        recording: passes that were recorded before and are shown instead of those of a network; then `module` is none.
    """

    name: str
    module: nn.Module
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    pictures: tuple[PictureFile, ...]
    labels: tuple[str, ...] | None
    preprocess: Preprocess
    input_size: tuple[int, ...]
    notes: tuple[str, ...]
    path: Path | None
    slot: Place | None = None
    task: str | None = None
    colours: tuple[Colour, ...] | None = None
    pictures_given: bool = True
    shelf_notes: tuple[str, ...] = ()
    picture_set: Sequence[PictureFile] = ()
    recording: Recording | None = None

    @property
    def crop(self) -> float | None:
        """The part of a picture's shorter side that becomes the network's input; None where only the user knows."""
        return self.preprocess.crop if isinstance(self.preprocess, Standard) else None

    @cached_property
    def true_labels(self) -> TrueLabels:
        """What the pictures show, as their folders or their data set say, in classes of the network."""
        return TrueLabels(self.picture_set or self.pictures, self.labels)

    def require_network(self) -> None:
        """Raises UserError where there is a recording and no network."""
        if self.recording is not None:
            raise no_network(self.name)

    def inputs_of(self, picture: Image.Image) -> Arguments:
        """The arguments and keywords of a forward pass for this picture: the example's, with the picture's tensor.

        Raises PictureError for an array that the network does not read.
        """
        example = _with_picture(ExampleInput(self.arguments, self.keywords, self.slot), self.preprocess, picture)
        return example.arguments, example.keywords

    def picture_tensor(self, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> torch.Tensor | None:
        """(1, C, ...): what these arguments of a forward pass hold where a picture goes; None without such a place."""
        return None if self.slot is None else picture_at(arguments, keywords, self.slot)


def _with_picture(example: ExampleInput, preprocess: Preprocess, picture: Image.Image) -> ExampleInput:
    place = example.tensor
    if place is None:
        return example
    shape = tuple(place.shape[1:])
    tensor = picture.info.get(TENSOR)
    if tensor is not None:
        return with_tensor(example, fitted(tensor, shape))
    if len(shape) != 3:
        raise PictureError(f"is a picture, and the network reads {arrays_told(shape[0], len(shape)).split(' with')[0]}")
    return with_tensor(example, preprocess(picture))


def with_tensor(example: ExampleInput, tensor: torch.Tensor) -> ExampleInput:
    """The same arguments with a tensor (C, ...) where the picture is, on its device and in its dtype."""
    place = example.tensor
    assert place is not None
    return example.with_tensor(tensor[None].to(place.device, place.dtype))


def arrays_told(channels: int, dimensions: int) -> str:
    """What to give to a network whose input has so many dimensions without the batch."""
    rest = {2: "length", 3: "height, width", 4: "depth, height, width"}[dimensions]
    return f"arrays ({channels}, {rest}) with `images`"
