"""The networks of the study: made by name or from a model file, and how they begin."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from vrcnn.errors import UserError
from vrcnn.network.user_code import import_file, importable_from
from vrcnn.resources import resource

NAMED = {"covid-resnet": "covid_resnet.py", "covid-densenet": "covid_densenet.py"}
WIDTH = 0.12  # cycles per pixel of which half is left in a smooth first layer


def anchored(network: str) -> str:
    """The same network for whoever is in another folder: the whole path of a file."""
    target, _, function = _parts(network)
    path = Path(target).expanduser()
    if target in NAMED or not path.is_file():
        return network
    return f"{path.resolve()}:{function}" if function else str(path.resolve())


def _parts(network: str) -> tuple[str, str, str]:
    """What is before and behind the colon; a drive's letter has one of its own."""
    drive, rest = (network[:2], network[2:]) if network[1:2] == ":" else ("", network)
    target, colon, function = rest.partition(":")
    return drive + target, colon, function


def network_of(network: str, classes: int, seed: int) -> nn.Module:
    """A new network with so many classes, the same for the same seed.

    `network` is one of NAMED, whose `small(classes)` is meant, NAME:FUNCTION for another function of it, or a model
    file with `build_model(classes)`, FILE.py:FUNCTION for another one. It draws its weights from torch's random state,
    which has the seed, or from one that it takes as `seed`. Raises UserError.
    """
    target, _, function = _parts(network)
    path = resource("examples", NAMED[target]) if target in NAMED else Path(target).expanduser()
    if not path.is_file() or path.suffix != ".py":
        raise UserError(
            f"{network!r} names no network: give {', '.join(NAMED)}, or a Python file with build_model(classes)."
        )
    function = function or ("small" if target in NAMED else "build_model")
    with importable_from(path.resolve().parent):
        file = import_file(path.resolve())
    make = getattr(file, function, None)
    if not callable(make):
        raise UserError(f"{path} has no function {function}: write one that takes the number of classes.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _made(make, classes, seed, f"{path.name}: {function}")


def _made(make: Callable[..., object], classes: int, seed: int, where: str) -> nn.Module:
    try:
        seeded = "seed" in inspect.signature(make).parameters
        network = make(classes, seed=seed) if seeded else make(classes)
    except Exception as error:
        raise UserError(f"{where}({classes}) failed: {type(error).__name__}: {error}.") from error
    if not isinstance(network, nn.Module):
        raise UserError(f"{where}({classes}) gives a {type(network).__name__}: it has to give a torch.nn.Module.")
    return network


def scores_of(network: nn.Module, pictures: Tensor, classes: int) -> Tensor:
    """What the network says of `pictures` (N, 3, side, side): scores (N, classes).

    Raises UserError where it fails on them or gives anything else.
    """
    shape = tuple(pictures.shape)
    try:
        scores = network(pictures)
    except Exception as error:
        reason = " ".join(str(error).split()).rstrip(".") or "no message"
        name = type(network).__name__
        raise UserError(
            f"The forward of {name} failed on pictures of shape {shape}: {type(error).__name__}: {reason}."
        ) from error
    given = f"a tensor of {tuple(scores.shape)}" if isinstance(scores, Tensor) else f"a {type(scores).__name__}"
    if not isinstance(scores, Tensor) or tuple(scores.shape) != (len(pictures), classes):
        raise UserError(
            f"{type(network).__name__} gives {given} for pictures of shape {shape}: it has to give the scores of "
            f"{classes} classes for each, a tensor of ({len(pictures)}, {classes})."
        )
    return scores


def smoothed(kernels: Tensor, half: float = WIDTH) -> Tensor:
    """Kernels (out, in, height, width) low-passed by a Gaussian of which half is left at `half` cycles per pixel, each
    with the norm that it had."""
    sigma = (torch.log(torch.tensor(2.0)) / 2).sqrt() / (torch.pi * half)  # px, of the same Gaussian in space
    flat = kernels
    for axis in (2, 3):
        places = torch.arange(kernels.shape[axis], dtype=torch.float32)
        weights = torch.exp(-((places[:, None] - places[None, :]) ** 2) / (2 * sigma**2))
        flat = torch.tensordot(flat, weights.to(flat.dtype), dims=([2], [0]))
    norms = [each.flatten(1).norm(dim=1).clamp_min(1e-12) for each in (kernels, flat)]
    return flat * (norms[0] / norms[1])[:, None, None, None]


def smooth_stem(network: nn.Module) -> str:
    """Low-passes the kernels of the first convolution; returns its name. Raises UserError where there is none."""
    for name, module in network.named_modules():
        if isinstance(module, nn.Conv2d) and min(module.kernel_size) > 1:
            with torch.no_grad():
                module.weight.copy_(smoothed(module.weight))
            return name
    raise UserError("The network has no convolution larger than 1 x 1 to begin smooth: choose a mode without -smooth.")
