"""Loads what `vrcnn run` is given: the network, its pictures, its labels, and how a picture becomes its input.

The module is left as its author made it: neither train/eval mode nor gradients are touched here. Whoever runs it
(the engine, the tracing) switches to eval mode for the pass and back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import nn

from vrcnn.errors import UserError
from vrcnn.network.arrays import TENSOR, PictureError, image_of
from vrcnn.network.conventions import Conventions, read_conventions
from vrcnn.network.example import ExampleInput, arguments_of, example_of
from vrcnn.network.model_file import find_model
from vrcnn.network.network_source import LoadOptions, NetworkSource, arrays_told, with_tensor
from vrcnn.network.operations import unwrap
from vrcnn.network.picture_sets import for_shelf
from vrcnn.network.pictures import PictureFile, list_pictures
from vrcnn.network.preprocess import Preprocess, checked, standard
from vrcnn.network.recorded_source import recorded_source
from vrcnn.network.recording_file import SUFFIX, open_recording
from vrcnn.network.references import RANDOM_WEIGHTS, from_package, from_timm, from_torchvision
from vrcnn.network.user_code import errors_located, import_file, importable_from
from vrcnn.network.weights import load_weights
from vrcnn.resources import resource

SHELF = 64
DEFAULT_SIDE = 224
GREY = (128, 128, 128)
CONVOLUTIONS = {nn.Conv1d: 2, nn.Conv2d: 3, nn.Conv3d: 4}


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


def load_module(module: nn.Module, says: Mapping[str, Any], where: str, options: LoadOptions) -> NetworkSource:
    """A network that a program has, with what a model file may say of it, by the same names; where it lies, it stays.

    `where` names who says it, such as "vrcnn.show"; paths are relative to the current folder. Raises UserError.
    """
    if not isinstance(module, nn.Module):
        raise UserError(f"{where} was given a {type(module).__name__} instead of a network: give a torch.nn.Module.")
    conventions = read_conventions(says, Path.cwd() / where, options.images is None)
    return _complete(_Given(conventions.title or type(unwrap(module)).__name__, module, conventions), options, None)


def load_recording(path: Path, options: LoadOptions) -> NetworkSource:
    """The passes that a file has recorded. Raises UserError, also for options that only a network can follow."""
    for option, value in (
        ("--model", options.model_name),
        ("--images", options.images),
        ("--weights", options.weights),
        ("--input-size", options.input_size),
    ):
        if value is not None:
            raise UserError(f"{option} is for a network, and {path} is a recording, which has none: leave it out.")
    return recorded_source(open_recording(path))


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
    if target.endswith(SUFFIX):
        return f"{target} is a recording, which has no network: `vrcnn open {target}` shows its passes."
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


def _complete(given: _Given, options: LoadOptions, device: torch.device | None) -> NetworkSource:
    """Onto the device; without one it stays on its own."""
    if options.weights is not None:
        load_weights(given.module, options.weights)
        given.notes = [note for note in given.notes if note != RANDOM_WEIGHTS]
    module = given.module if device is None else given.module.to(device)
    device = device or next((tensor.device for tensor in _held(module)), torch.device("cpu"))
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
        example = with_tensor(example, tensor)
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


def _held(module: nn.Module) -> Iterator[torch.Tensor]:
    yield from module.parameters()
    yield from module.buffers()


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
            raise UserError(f"{_reads(given)}: give {arrays_told(channels, dimensions)}, or an `example_input`.")
        if dimensions != 3 or (channels not in (1, 3) and given.says.preprocess is None):
            arrays = arrays_told(channels, dimensions)
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


def _first_tensor(given: _Given, preprocess: Preprocess, picture: Image.Image, name: str) -> torch.Tensor:
    """(C, ...): the picture as input of a network that gave no example."""
    tensor: torch.Tensor | None = picture.info.get(TENSOR)
    dimensions = _dimensions(given, None)
    if tensor is not None:
        return tensor[None] if tensor.ndim == dimensions - 1 else tensor
    if dimensions != 3:
        channels, _ = _first_convolution(given.module)
        raise UserError(f"{_reads(given)}, and {name} is a picture: give {arrays_told(channels, dimensions)}.")
    return preprocess(picture)
