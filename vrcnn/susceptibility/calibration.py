"""Statistics for the batch normalizations of a network that was never trained, or whose weights have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


def calibrate(network: nn.Module, batches: Iterable[Tensor], forward: Callable[[Tensor], object] | None = None) -> None:
    """Gives the batch normalizations that keep statistics those of `batches`, each (N, C, ...) and counting alike.

    They alone are in training mode meanwhile, so a dropout drops nothing. `forward` runs the network on a batch, where
    it takes more than that. A last batch of a single picture is left out behind others: it has less variance.
    Where the forward fails, the statistics are those of new layers, and its error is raised.
    """
    norms = [
        each
        for each in network.modules()
        if isinstance(each, nn.modules.batchnorm._BatchNorm) and each.track_running_stats
    ]
    if not norms:
        return
    with _learning(network, norms), torch.no_grad():
        try:
            for number, batch in enumerate(batches):
                if number == 0 or len(batch) > 1:
                    (forward or network)(batch)
        except Exception:
            for norm in norms:
                norm.reset_running_stats()
            raise


@contextmanager
def _learning(network: nn.Module, norms: list[nn.modules.batchnorm._BatchNorm]) -> Iterator[None]:
    modes = [(module, module.training) for module in network.modules()]
    momenta = [each.momentum for each in norms]
    network.eval()
    for each in norms:
        each.reset_running_stats()
        each.momentum = None  # the mean over all batches
        each.training = True
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
