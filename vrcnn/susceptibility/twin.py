"""The untrained twin of a network: the same structure with new weights, the yardstick for what training has changed."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

from vrcnn.network.guard import turn, unchanged
from vrcnn.susceptibility.calibration import calibrate
from vrcnn.susceptibility.subject import Subject

TOGETHER = 32  # pictures of a batch that batch normalizations are calibrated with
NAMED = 3  # modules in a note


@dataclass(frozen=True)
class Twin:
    """The twin as it is measured, None where there can be none, and sentences on how it came to be."""

    subject: Subject | None
    notes: tuple[str, ...] = ()


def untrained_twin(subject: Subject, pictures: Tensor, seed: int = 0) -> Twin:
    """A copy whose modules were reset, each by its own reset_parameters, and whose batch normalizations have the
    statistics of these `pictures` (N, C, ...), without any labels.

    The network itself is not touched. New weights are the layers' usual ones, which may be others than its author's;
    the same seed gives the same ones. The statistics are the mean over batches of 32 pictures, in an order that follows
    from what is in them.
    """
    try:
        with unchanged(subject.module):
            module = copy.deepcopy(subject.module)
    except Exception as error:  # whatever a module has that cannot be copied
        reason = str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__
        return Twin(None, (f"There is no untrained twin: the network cannot be copied ({reason}).",))
    module.eval()
    notes = _reset(module, seed)
    twin = subject.with_module(module, twin_name(subject.name))
    notes += _calibrated(twin, pictures)
    return Twin(twin, tuple(notes))


def twin_name(network: str) -> str:
    """What the twin of a network is called."""
    return f"{network}, untrained"


def kept_weights(module: nn.Module) -> list[str]:
    """The names of the modules whose weights a twin of this network would have, too, as nothing resets them."""
    return [name or type(each).__name__ for name, each in module.named_modules() if _keeps(each)]


def _keeps(module: nn.Module) -> bool:
    own = next(module.parameters(recurse=False), None) is not None
    return parametrize.is_parametrized(module) or (own and not callable(_resetting(module)))


def _resetting(module: nn.Module) -> Callable[[], object] | None:
    return getattr(module, "reset_parameters", getattr(module, "_reset_parameters", None))


def _reset(module: nn.Module, seed: int) -> list[str]:
    device = next((each.device for each in module.parameters()), torch.device("cpu"))
    devices = [device] if device.type == "cuda" else []
    with turn(), torch.random.fork_rng(devices), torch.no_grad():  # torch's chance is the whole process's
        torch.manual_seed(seed)
        for each in module.modules():
            reset = _resetting(each)
            if callable(reset) and not _keeps(each):
                reset()
    kept = kept_weights(module)
    if not kept:
        return []
    names = ", ".join(kept[:NAMED]) + (f" and {len(kept) - NAMED} more" if len(kept) > NAMED else "")
    return [f"The untrained twin keeps the trained weights of {names}: they have no reset_parameters."]


def _calibrated(twin: Subject, pictures: Tensor) -> list[str]:
    digests = [hashlib.sha256(each.detach().cpu().float().numpy().tobytes()).digest() for each in pictures]
    order = torch.tensor(sorted(range(len(digests)), key=digests.__getitem__))
    batches = (pictures[part.to(pictures.device)] for part in order.split(TOGETHER))
    try:
        calibrate(twin.module, batches, lambda batch: _forward(twin, batch))
    except Exception as error:  # such as one value in each channel, of which there is no variance
        reason = str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__
        return [f"The batch normalizations of the untrained twin could not be calibrated ({reason})."]
    return []


def _forward(twin: Subject, pictures: Tensor) -> None:
    """Of the twin's own module, with its batch normalizations in training mode."""
    given = twin.given(pictures)
    twin.module(*given.arguments, **given.keywords)
