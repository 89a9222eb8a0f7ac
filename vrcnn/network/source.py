"""Loads what `vrcnn run` is given: the network, its pictures, its labels, and how a picture becomes its input.

The module is left as its author made it: neither train/eval mode nor gradients are touched here. Whoever runs it
(the engine, the tracing) switches to eval mode for the pass and back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import nn

from vrcnn.errors import UserError
from vrcnn.network.arrays import TENSOR, PictureError, fitted, image_of
from vrcnn.network.conventions import Conventions, read_conventions
from vrcnn.network.example import Arguments, ExampleInput, Place, arguments_of, example_of, picture_at
from vrcnn.network.model_file import find_model
from vrcnn.network.palette import Colour
from vrcnn.network.picture_sets import for_shelf
from vrcnn.network.pictures import PictureFile, list_pictures
from vrcnn.network.preprocess import Preprocess, Standard, checked, standard
from vrcnn.network.recording import Recording, no_network
from vrcnn.network.references import RANDOM_WEIGHTS, from_package, from_timm, from_torchvision
from vrcnn.network.true_labels import TrueLabels
from vrcnn.network.user_code import errors_located, import_file, importable_from
from vrcnn.network.weights import load_weights
from vrcnn.resources import resource

SHELF = 64
DEFAULT_SIDE = 224
GREY = (128, 128, 128)
CONVOLUTIONS = {nn.Conv1d: 2, nn.Conv2d: 3, nn.Conv3d: 4}


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


@dataclass
class _Given:
    """What a target says of its network, before the options and the defaults fill the gaps."""

    name: str
    module: nn.Module
    says: Conventions
    crop: float = 0.875
    notes: list[str] = field(default_factory=list)
    path: Path | None = None
    pictures_given: bool = True
    shelf_notes: list[str] = field(default_factory=list)


def load(target: str | None, options: LoadOptions) -> NetworkSource:
    """Opens a model file, `package.module:factory`, `timm:NAME` or `torchvision:NAME`; None opens the demo.

    Raises UserError when the target or an option cannot be used.
    """
    device = _device(options.device)
    if target is None:
        target = str(resource("examples", "efficientnet_lite0.py"))
    if target.endswith(".py"):
        path = Path(target).expanduser().resolve()
        if not path.is_file():
            raise UserError(f"There is no file {target}: give the path of a Python file with your network.")
        with importable_from(path.parent):
            return _complete(_open_file(path, options), options, device)
    return _complete(_open_reference(target, options), options, device)


def _open_file(path: Path, options: LoadOptions) -> _Given:
    file = import_file(path)
    module = find_model(file, path, options.model_name)
    kind = type(getattr(module, "_orig_mod", module))  # what torch.compile wraps
    name = path.stem if kind.__module__.startswith("torch.") else kind.__name__
    says = read_conventions(vars(file), path, options.images is None)
    return _Given(says.title or name, module, says, path=path)


def _open_reference(target: str, options: LoadOptions) -> _Given:
    library, colon, name = target.partition(":")
    if not colon or not name or not library:
        raise UserError(_unknown_target(target))
    if options.model_name is not None:
        raise UserError(f"--model chooses a network in a Python file, and {target} names one already: leave it out.")
    match library:
        case "timm":
            reference = from_timm(name)
        case "torchvision":
            reference = from_torchvision(name)
        case _:
            reference = from_package(target)
    says = Conventions(labels=reference.labels, input_size=reference.input_size, mean=reference.mean, std=reference.std)
    return _Given(name, reference.module, says, reference.crop, list(reference.notes))


def _unknown_target(target: str) -> str:
    if Path(target).suffix in (".pt", ".pth", ".safetensors", ".ckpt"):
        return f"{target} holds weights, not a network: run the Python file of your network with --weights {target}."
    if Path(target).is_dir():
        return f"{target} is a folder: give a Python file with your network, such as {Path(target) / 'model.py'}."
    return (
        f"{target!r} names no network: give a Python file (model.py), package.module:factory, timm:NAME or "
        "torchvision:NAME."
    )


def _device(name: str) -> torch.device:
    try:
        device = torch.device(name)
        torch.zeros(1, device=device).item()  # a "meta" device makes tensors, but they hold nothing
    except Exception as error:  # torch raises RuntimeError, AssertionError, NotImplementedError, by device
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        if reason.startswith("Expected one of"):
            reason = "PyTorch knows none of that name"
        raise UserError(f"The device {name!r} cannot be used ({reason}): try --device cpu.") from error
    return device


def _complete(given: _Given, options: LoadOptions, device: torch.device) -> NetworkSource:
    if options.weights is not None:
        load_weights(given.module, options.weights)
        given.notes = [note for note in given.notes if note != RANDOM_WEIGHTS]
    module = given.module.to(device)
    example = None
    if given.says.example is not None:
        example = example_of(*arguments_of(given.says.example, module), device)
    size = _input_size(given, options, example)
    preprocess = _preprocess(given, size)
    picture_set = _pictures(given, options, size, example)
    pictures = _for_shelf(given, picture_set)

    reads_pictures = example is not None and example.tensor is not None and example.tensor.ndim == 4
    if example is None or (options.input_size is not None and reads_pictures):
        name, picture = _first_picture(pictures)
        folder = given.path.parent if given.path else Path.cwd()
        with errors_located(f"preprocessing {name}", folder):
            tensor = _first_tensor(given, preprocess, picture, name)
        example = example or ExampleInput((torch.empty(1, 1, dtype=_dtype(module), device=device),), {}, (0,))
        example = _with_tensor(example, tensor)
    shape = () if example.tensor is None else tuple(example.tensor.shape[1:])
    if options.input_size is not None and shape and shape != size:
        raise UserError(_ignored_size(given, example, shape))
    return NetworkSource(
        name=given.name,
        module=module,
        arguments=example.arguments,
        keywords=example.keywords,
        pictures=pictures,
        labels=given.says.labels,
        preprocess=preprocess,
        input_size=shape or (0, 0, 0),
        notes=(*given.notes, *given.shelf_notes),
        path=given.path,
        slot=example.slot,
        task=given.says.task,
        colours=given.says.colours,
        pictures_given=given.pictures_given,
        shelf_notes=tuple(given.shelf_notes),
        picture_set=picture_set,
    )


def _ignored_size(given: _Given, example: ExampleInput, shape: tuple[int, ...]) -> str:
    what = f"The pictures become tensors of {shape}, whatever --input-size says, since"
    where = given.path.name if given.path else given.name
    if given.says.preprocess is not None and len(shape) == 3:
        return f"{what} {where} has its own `preprocess`: set the size there."
    return f"{what} {given.name} reads numbers as they are: leave it out, or give arrays of another size."


def _input_size(given: _Given, options: LoadOptions, example: ExampleInput | None) -> tuple[int, int, int]:
    """From the option, the file, the example input, the first convolution, in this order."""
    tensor = None if example is None else example.tensor
    channels = _first_convolution(given.module)[0] if tensor is None else tensor.shape[1]
    if given.says.input_size is not None and len(given.says.input_size) == 3:
        channels = given.says.input_size[0]
    for size, where in ((options.input_size, "--input-size"), (given.says.input_size, "`input_size`")):
        if size is None:
            continue
        if len(size) not in (1, 2, 3) or any(value < 1 for value in size):
            raise UserError(f"{where} is {tuple(size)}: give a side, (height, width) or (channels, height, width).")
        height, width = (size[0], size[0]) if len(size) == 1 else size[-2:]
        return (size[0] if len(size) == 3 else channels), height, width
    if tensor is not None:
        return (channels, tensor.shape[2], tensor.shape[3]) if tensor.ndim == 4 else (channels, 0, 0)
    return channels, DEFAULT_SIDE, DEFAULT_SIDE


def _first_convolution(module: nn.Module) -> tuple[int, int]:
    """Channels that the first convolution reads, and its input's dimensions without the batch; 3 and 3 without one."""
    for part in module.modules():
        for kind, dimensions in CONVOLUTIONS.items():
            if isinstance(part, kind):
                return part.in_channels or 3, dimensions  # a lazy one does not know yet
    return 3, 3


def _dimensions(given: _Given, example: ExampleInput | None) -> int:
    """Those of one input, without the batch: 2 for a signal, 3 for a picture, 4 for a volume."""
    if example is not None and example.tensor is not None:
        return example.tensor.ndim - 1
    if given.says.preprocess is not None or len(given.says.input_size or ()) == 3:
        return 3
    return _first_convolution(given.module)[1]


def _preprocess(given: _Given, size: tuple[int, int, int]) -> Preprocess:
    where = given.path.name if given.path else given.name
    if given.says.preprocess is not None:
        return checked(given.says.preprocess, where)
    return standard(size, given.says.mean, given.says.std, given.crop)


def _pictures(
    given: _Given, options: LoadOptions, size: tuple[int, int, int], example: ExampleInput | None
) -> Sequence[PictureFile]:
    if example is not None and example.slot is None:
        given.notes.append(
            "No argument of `example_input` is a picture, a tensor (N, C, H, W): the network runs on that input alone."
        )
        return ()
    pictures: Sequence[PictureFile] | None = given.says.pictures
    if options.images is not None:
        pictures = list_pictures(options.images.expanduser())
    if pictures is None:
        given.pictures_given = False
        dimensions = _dimensions(given, example)
        channels = size[0]
        if dimensions != 3 and example is None:
            raise UserError(f"{_reads(given)}: give {_arrays(channels, dimensions)}, or an `example_input`.")
        if dimensions != 3 or (channels not in (1, 3) and given.says.preprocess is None):
            arrays = _arrays(channels, dimensions)
            if example is None:
                given.notes.append(
                    f"No pictures were given for an input of {channels} channels: give {arrays}, or photos with "
                    "`images` and `preprocess`."
                )
                return ()
            given.shelf_notes.append(f"No pictures were given, so the network runs on `example_input`: give {arrays}.")
            return (_picture_of(example),)
        given.shelf_notes.append("No pictures were given, so these are vrcnn's own: give yours with --images DIR.")
        pictures = list_pictures(resource("assets", "pictures"))
    return pictures


def _for_shelf(given: _Given, pictures: Sequence[PictureFile]) -> tuple[PictureFile, ...]:
    chosen = for_shelf(pictures, SHELF)
    if len(chosen) < len(pictures):
        told = f"{len(chosen)} of {len(pictures):,} pictures stand on the shelf, spread evenly."
        given.shelf_notes.append(told)
    return chosen


def _picture_of(example: ExampleInput) -> PictureFile:
    tensor = example.tensor
    assert tensor is not None
    return PictureFile("example_input", read=lambda: image_of(tensor[0]))


def _first_picture(pictures: tuple[PictureFile, ...]) -> tuple[str, Image.Image]:
    """The first picture that opens; a grey one where none does."""
    for picture in pictures:
        try:
            return picture.name, picture.open()
        except PictureError:
            continue
    return "a grey picture", Image.new("RGB", (DEFAULT_SIDE, DEFAULT_SIDE), GREY)


def _dtype(module: nn.Module) -> torch.dtype:
    return next((p.dtype for p in module.parameters() if p.is_floating_point()), torch.float32)


def _reads(given: _Given) -> str:
    channels, dimensions = _first_convolution(given.module)
    what, layer = {2: ("signals", "Conv1d"), 4: ("volumes", "Conv3d")}.get(dimensions, ("pictures", "Conv2d"))
    where = given.path.name if given.path else given.name
    return f"{where} reads {what}, since its first convolution is a {layer} of {channels} channels"


def _arrays(channels: int, dimensions: int) -> str:
    rest = {2: "length", 3: "height, width", 4: "depth, height, width"}[dimensions]
    return f"arrays ({channels}, {rest}) with `images`"


def _first_tensor(given: _Given, preprocess: Preprocess, picture: Image.Image, name: str) -> torch.Tensor:
    """(C, ...): the picture as input of a network that gave no example."""
    tensor: torch.Tensor | None = picture.info.get(TENSOR)
    dimensions = _dimensions(given, None)
    if tensor is not None:
        return tensor[None] if tensor.ndim == dimensions - 1 else tensor
    if dimensions != 3:
        channels, _ = _first_convolution(given.module)
        raise UserError(f"{_reads(given)}, and {name} is a picture: give {_arrays(channels, dimensions)}.")
    return preprocess(picture)


def _with_picture(example: ExampleInput, preprocess: Preprocess, picture: Image.Image) -> ExampleInput:
    place = example.tensor
    if place is None:
        return example
    shape = tuple(place.shape[1:])
    tensor = picture.info.get(TENSOR)
    if tensor is not None:
        return _with_tensor(example, fitted(tensor, shape))
    if len(shape) != 3:
        raise PictureError(f"is a picture, and the network reads {_arrays(shape[0], len(shape)).split(' with')[0]}")
    return _with_tensor(example, preprocess(picture))


def _with_tensor(example: ExampleInput, tensor: torch.Tensor) -> ExampleInput:
    place = example.tensor
    assert place is not None
    return example.with_tensor(tensor[None].to(place.device, place.dtype))
