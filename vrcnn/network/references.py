"""Networks that are named instead of written: `package.module:factory`, `timm:NAME` and `torchvision:NAME`."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from torch import nn

from vrcnn.errors import UserError
from vrcnn.network.labels import imagenet_labels
from vrcnn.network.model_file import build
from vrcnn.network.user_code import errors_located, importable_from

RANDOM_WEIGHTS = "The weights are random: give a file of weights with --weights."


@dataclass(frozen=True)
class Reference:
    """A network from a package, and what the package says about its input. None where it says nothing."""

    module: nn.Module
    input_size: tuple[int, int, int] | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    crop: float = 0.875
    labels: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()


def from_timm(name: str) -> Reference:
    """A network of timm, with random weights. Its data configuration gives size, mean, deviation and crop."""
    timm = _import("timm")
    if name not in timm.list_models():
        raise UserError(f"timm has no network {name!r}{_similar(name, timm.list_models())}.")
    module = timm.create_model(name, pretrained=False)
    config: dict[str, Any] = getattr(module, "pretrained_cfg", None) or {}
    channels, height, width = config.get("input_size", (3, 224, 224))
    return Reference(
        module,
        (channels, height, width),
        _values(config.get("mean")),
        _values(config.get("std")),
        float(config.get("crop_pct") or 0.875),
        imagenet_labels() if getattr(module, "num_classes", 0) == 1000 else None,
        (RANDOM_WEIGHTS,),
    )


def from_torchvision(name: str) -> Reference:
    """A network of torchvision, with random weights. Its published preset gives size, mean, deviation and crop.

    Detectors normalise pictures themselves, so they get values from 0 to 1; networks of films read volumes.
    """
    models = _import("torchvision.models")
    if name not in models.list_models():
        raise UserError(f"torchvision has no network {name!r}{_similar(name, models.list_models())}.")
    takes_backbone = "weights_backbone" in inspect.signature(models.get_model_builder(name)).parameters
    module = models.get_model(name, weights=None, **({"weights_backbone": None} if takes_backbone else {}))
    weights = models.get_model_weights(name).DEFAULT
    preset = weights.transforms()
    side = 0 if type(preset).__name__ == "VideoClassification" else _first(getattr(preset, "crop_size", None))
    plain = type(preset).__name__ == "ObjectDetection"
    categories = tuple(map(str, weights.meta.get("categories", ())))
    return Reference(
        module,
        (3, side, side) if side else None,
        (0.0,) if plain else _values(getattr(preset, "mean", None)),
        (1.0,) if plain else _values(getattr(preset, "std", None)),
        side / _first(preset.resize_size) if side else 0.875,
        imagenet_labels() if _classifies_imagenet(module) else categories or None,
        (RANDOM_WEIGHTS,),
    )


def from_package(target: str) -> Reference:
    """`package.module:factory`, where the factory is an nn.Module, or a class or function without required arguments.

    Modules are found as `python -m` finds them: installed, or in the current folder.
    """
    module_name, _, path = target.partition(":")
    folder = Path.cwd()
    with importable_from(folder):
        try:
            with errors_located(f"importing {module_name}", folder):
                module = importlib.import_module(module_name)
        except UserError as error:
            if isinstance(error.__cause__, ModuleNotFoundError) and _within(error.__cause__.name, module_name):
                raise UserError(
                    f"There is no Python module {module_name}: start in the folder where it lies, or install it."
                ) from error
            raise
        factory: Any = module
        for name in path.split("."):
            if not hasattr(factory, name):
                close = get_close_matches(path, [known for known in vars(module) if not known.startswith("_")], 3, 0.5)
                raise UserError(f"{module_name} has no {path!r}{_did_you_mean(close)}.")
            factory = getattr(factory, name)
        return Reference(build(factory, path, Path(module.__file__ or module_name)))


def _import(package: str) -> ModuleType:
    """Imports a package that users may or may not have, and that may not fit their torch."""
    distribution = package.partition(".")[0]
    if importlib.util.find_spec(distribution) is None:
        raise UserError(f"{distribution} is not installed: install it with `pip install {distribution}`.")
    try:
        return importlib.import_module(package)
    except Exception as error:  # binary packages built for another torch fail in many ways
        raise UserError(
            f"{distribution} is installed but cannot be imported ({type(error).__name__}: {error}): install builds of "
            "torch and torchvision that belong together."
        ) from error


def _within(missing: str | None, module: str) -> bool:
    return missing is not None and f"{module}.".startswith(f"{missing}.")


def _similar(name: str, known: Iterable[str]) -> str:
    return _did_you_mean(get_close_matches(name, list(known), 3, 0.5))


def _did_you_mean(names: list[str]) -> str:
    return f"; the closest are {', '.join(names)}" if names else ""


def _values(values: Any) -> tuple[float, ...] | None:
    return tuple(float(value) for value in values) if values is not None else None


def _first(values: Any) -> int:
    return int(values[0]) if values else 0


def _classifies_imagenet(module: nn.Module) -> bool:
    return any(getattr(part, "out_features", getattr(part, "out_channels", 0)) == 1000 for part in module.modules())
