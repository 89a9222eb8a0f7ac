"""The architectures of timm, pytorchcv and torchvision by name: how each is built, and on what inputs it may run."""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from zoo.quick_weights import QuickWeights
from zoo.torchvision_here import torchvision

LIBRARIES = ("torchvision", "pytorchcv", "timm")
MOST_PARAMETERS = 400_000_000
SIDES = (64, 96, 128, 160)
_DENSE_TASKS = re.compile(r"_(voc|coco|ade20k|cityscapes|celebamaskhq)$")

_FEW_PROPOSALS = {"rpn_pre_nms_top_n_test": 200, "rpn_post_nms_top_n_test": 20}  # aligned in Python (torchvision_here)

Inputs = tuple[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Configuration:
    """An architecture: the library and its name there, as in "timm:resnet50"."""

    library: str
    name: str

    def __str__(self) -> str:
        return f"{self.library}:{self.name}"


def configurations() -> list[Configuration]:
    """All that the installed libraries name; those that differ only by their weights are one."""
    return [Configuration(library, name) for library in LIBRARIES for name in _names(library)]


def _names(library: str) -> list[str]:
    try:
        models = torchvision().models
        if library == "torchvision":
            return [*models.list_models()]
        if library == "timm":
            import timm

            return timm.list_models()
        from pytorchcv import model_provider

        return [name for name in model_provider._models if not name.endswith("_svhn")]  # as for CIFAR-10
    except ImportError:
        return []


def build(configuration: Configuration) -> nn.Module:
    """The network in eval mode, with quick random weights. Raises TooLarge beyond MOST_PARAMETERS."""
    torchvision()  # the others import it as well
    torch.manual_seed(0)
    with QuickWeights(MOST_PARAMETERS):
        return _BUILDERS[configuration.library](configuration.name).eval()


def _timm(name: str) -> nn.Module:
    import timm

    module = timm.create_model(name, pretrained=False)
    if hasattr(module, "set_input_size"):
        with contextlib.suppress(Exception):  # some take only their own size
            module.set_input_size(img_size=SIDES[0])
    return module


def _torchvision(name: str) -> nn.Module:
    models = torchvision().models
    builder = models.get_model_builder(name)
    options: dict[str, Any] = {"weights": None}
    if "weights_backbone" in inspect.signature(builder).parameters:
        options["weights_backbone"] = None
    if name in ("googlenet", "inception_v3"):
        options["init_weights"] = False  # by scipy, number by number
    if builder.__module__.startswith("torchvision.models.detection"):
        options |= {} if name.startswith("ssd") else {"min_size": 128, "max_size": 160}
        options |= _FEW_PROPOSALS if "rcnn" in name else {"topk_candidates": 50}
    return builder(**options)


def _pytorchcv(name: str) -> nn.Module:
    from pytorchcv import model_provider

    if _DENSE_TASKS.search(name):
        for side in (96, 192):
            with contextlib.suppress(Exception):  # some builders do not take a size, and some not this one
                module = model_provider.get_model(name, pretrained=False, in_size=(side, side)).eval()
                with torch.no_grad():
                    module(torch.zeros(1, 3, side, side))
                return module
    options = {"from_audio": False} if re.match("jasper|quartznet", name) else {}
    return model_provider.get_model(name, pretrained=False, **options)


_BUILDERS = {"timm": _timm, "torchvision": _torchvision, "pytorchcv": _pytorchcv}


def has_convolution(module: nn.Module) -> bool:
    """Whether some convolution looks at more than one place at a time."""
    kinds = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    return any(isinstance(part, kinds) and max(part.kernel_size) > 1 for part in module.modules())


def fitting_inputs(configuration: Configuration, module: nn.Module) -> Inputs:
    """The smallest inputs that the network runs on. Raises the last exception when it runs on none."""
    failure: Exception = RuntimeError("no inputs are known for it")
    for inputs in _candidates(configuration, module):
        arguments, keywords = inputs
        try:
            with torch.no_grad():
                module(*arguments, **keywords)
        except Exception as error:
            failure = error
            continue
        return inputs
    raise failure


def _candidates(configuration: Configuration, module: nn.Module) -> Iterator[Inputs]:
    for pattern, make in _SPECIAL.items():
        if re.match(pattern, str(configuration)):
            yield make(), {}
            return
    channels, native = _native(configuration, module)
    if configuration.library == "torchvision" and type(module).__module__.startswith("torchvision.models.detection"):
        yield ([_noise(3, 128, 160)],), {}
        return
    smaller = SIDES[:1] if configuration.library == "pytorchcv" else SIDES  # there only the pool at the end can tell
    sides = [(side, side) for side in smaller if side < max(native)]
    for height, width in [native] if max(native) <= SIDES[0] else [*sides, native]:
        yield (_noise(1, channels, height, width),), {}


def _native(configuration: Configuration, module: nn.Module) -> tuple[int, tuple[int, int]]:
    """Channels and size of the pictures that the network was made for."""
    if configuration.library == "timm":
        size = (getattr(module, "pretrained_cfg", None) or {}).get("input_size", (3, 224, 224))
        return size[0], (size[1], size[2])
    if configuration.library == "pytorchcv":
        height, width = getattr(module, "in_size", None) or (224, 224)
        first = next((part for part in module.modules() if isinstance(part, nn.Conv2d)), None)
        return 1 if first is not None and first.in_channels == 1 else 3, (height, width)
    return 3, (224, 224)


def _noise(*shape: int) -> Tensor:
    """Random numbers, always the same."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def _mask(*shape: int) -> Tensor:
    return (_noise(*shape) > 0).float()


def _speech(features: int) -> tuple[Any, ...]:
    return _noise(1, features, 64), torch.tensor([60])


# What is not one picture; after the examples in the libraries' own tests.
_SPECIAL = {
    r"torchvision:raft": lambda: (_noise(1, 3, 128, 128), _noise(1, 3, 128, 128)),
    r"torchvision:(mvit|swin3d)": lambda: (_noise(1, 3, 16, 224, 224),),
    r"torchvision:(r3d|mc3|r2plus1d)": lambda: (_noise(1, 3, 4, 48, 48),),
    r"torchvision:s3d": lambda: (_noise(1, 3, 16, 224, 224),),
    r"pytorchcv:raft": lambda: (_noise(1, 3, 128, 128), _noise(1, 3, 128, 128)),
    r"pytorchcv:(jasper|quartznet)": lambda: _speech(64),
    r"pytorchcv:propainter$": lambda: (
        _noise(1, 3, 3, 64, 64),
        _mask(1, 3, 1, 64, 64),
        _mask(1, 3, 1, 64, 64),
        _noise(1, 2, 4, 64, 64),
        3,
    ),
    r"pytorchcv:propainter_rfc": lambda: (_noise(1, 4, 2, 64, 64), _mask(1, 4, 1, 64, 64)),
    r"pytorchcv:propainter_ip": lambda: (_noise(4, 3, 64, 64), _mask(4, 1, 64, 64), _noise(3, 4, 64, 64), "nearest"),
    r"pytorchcv:voca": lambda: (_noise(1, 1, 16, 29), torch.tensor([3])),
    r"pytorchcv:nvpattexp": lambda: (_noise(1, 8, 16, 29), torch.tensor([3])),
    r"pytorchcv:visemenet": lambda: (_noise(16, 8, 195), torch.full((16, 76), 3)),
}
