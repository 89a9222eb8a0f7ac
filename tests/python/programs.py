"""Programs of others that are watched: what they call, with what, and all that a watcher could change."""

from __future__ import annotations

import copy
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint


def picture(*shape: int) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(sum(shape)))


class Classifier(nn.Module):
    """Batch normalization, dropout and a buffer that counts: what a second pass would change."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.body = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.ReLU())
        self.drop = nn.Dropout(0.5)
        self.head = nn.Linear(8, 4)
        self.register_buffer("calls", torch.zeros((), dtype=torch.long))

    def encode(self, x: Tensor) -> Tensor:
        return self.body(self.stem(x))

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        x = self.encode(x)
        x = x + torch.randn_like(x) * 0.01 if self.training else x
        return self.head(self.drop(x.mean((2, 3))))


class Volumes(nn.Module):
    """A U-Net for patches of volumes."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Sequential(nn.Conv3d(1, 4, 3, padding=1), nn.InstanceNorm3d(4), nn.LeakyReLU(inplace=True))
        self.deep = nn.Sequential(nn.Conv3d(4, 8, 3, stride=2, padding=1), nn.LeakyReLU())
        self.up = nn.ConvTranspose3d(8, 4, 2, stride=2)
        self.head = nn.Conv3d(8, 3, 1)

    def forward(self, x: Tensor) -> list[Tensor]:
        fine = self.down(x)
        return [self.head(torch.cat((fine, self.up(self.deep(fine))), 1)), fine.mean((2, 3, 4))]


class Larger(nn.Module):
    """Super-resolution, twice the size."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 12, 3, padding=1), nn.ReLU(), nn.Conv2d(12, 12, 3, padding=1))
        self.shuffle = nn.PixelShuffle(2)

    def forward(self, x: Tensor) -> Tensor:
        x.clamp_(0, 1)  # writes into what it was given
        return self.shuffle(self.body(x)) + nn.functional.interpolate(x, scale_factor=2.0)


@dataclass
class Said:
    logits: Tensor
    hidden: tuple[Tensor, ...]


class Words(nn.Module):
    """Tokens by name, a fused encoder in eval mode, a data class back."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(50, 16)
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), 2)
        self.head = nn.Linear(16, 50)

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Said:
        x = self.encoder(self.embed(ids), src_key_padding_mask=mask)
        return Said(self.head(x), (x,))


@dataclass(frozen=True)
class Program:
    """What is run: `go(network, model)`, where `model` is what wraps the network, if anything does."""

    network: Callable[[], nn.Module]
    go: Callable[[nn.Module, nn.Module], Any]
    wrap: Callable[[nn.Module], nn.Module] = lambda network: network
    passes: int = 1

    def run(self, watching: Callable[[nn.Module], Any] | None = None) -> tuple[Any, Any]:
        """What it computes and what it leaves behind; and what watched it."""
        torch.manual_seed(1)
        random.seed(1)
        np.random.seed(1)
        network = self.network()
        model = self.wrap(network)
        watched = None
        if watching is None:
            result = self.go(network, model)
        else:
            with watching(model) as watched:
                result = self.go(network, model)
        left = {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
        gradients = [None if each.grad is None else each.grad.clone() for each in network.parameters()]
        modes = [module.training for module in network.modules()]
        state = torch.get_rng_state(), random.random(), float(np.random.rand())
        attributes = [sorted(vars(module)) for module in network.modules()]
        return (result, left, gradients, modes, state, attributes), watched


def same(one: Any, other: Any) -> bool:
    """Bit for bit, in any structure."""
    if isinstance(one, Tensor):
        return one.dtype == other.dtype and torch.equal(one, other) and one.requires_grad == other.requires_grad
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if hasattr(one, "__dataclass_fields__"):
        return same(vars(one), vars(other))
    return bool(one == other)


def train(network: nn.Module, model: nn.Module) -> list[Tensor]:
    network.train()
    optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9)
    losses = []
    for step in range(3):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(picture(4, 3, 12, 12)), torch.tensor([0, 1, 2, step]))
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return losses


def quietly(*given: Any, **named: Any) -> Callable[[nn.Module, nn.Module], Any]:
    def go(network: nn.Module, model: nn.Module) -> Any:
        network.eval()
        with torch.no_grad():
            return model(*given, **named)

    return go


def inference(network: nn.Module, model: nn.Module) -> Any:
    with torch.inference_mode():
        return model.eval()(picture(1, 3, 12, 12)).clone()


def low_precision(network: nn.Module, model: nn.Module) -> Any:
    network.bfloat16().eval()
    return model(picture(1, 3, 12, 12).bfloat16())


def mixed_precision(network: nn.Module, model: nn.Module) -> Any:
    with torch.autocast("cpu", torch.bfloat16):
        return model.eval()(picture(2, 3, 12, 12))


def windows(network: nn.Module, model: nn.Module) -> Tensor:
    """As predictors of volumes do it: overlapping patches, mirrored, and their mean."""
    volume, whole, count = picture(1, 1, 12, 8, 8), torch.zeros(1, 3, 12, 8, 8), torch.zeros(12)
    network.eval()
    with torch.no_grad():
        for start in (0, 2, 4):
            patch = volume[:, :, start : start + 8]
            scores = model(patch)[0] + model(patch.flip(2))[0].flip(2)
            whole[:, :, start : start + 8] += scores
            count[start : start + 8] += 2
    return whole / count[:, None, None]


def tiles(network: nn.Module, model: nn.Module) -> Tensor:
    image = picture(1, 3, 16, 24)
    with torch.no_grad():
        rows = [[model(image[..., top : top + 8, left : left + 8]) for left in (0, 8, 16)] for top in (0, 8)]
    return torch.cat([torch.cat(row, 3) for row in rows], 2)


def steps(network: nn.Module, model: nn.Module) -> list[Tensor]:
    """Generates a token at a time, each with a longer input."""
    ids, found = torch.tensor([[1, 2]]), []
    network.eval()
    with torch.no_grad():
        for _ in range(3):
            logits = model(**{"ids": ids}).logits
            found.append(logits)
            ids = torch.cat((ids, logits[:, -1:].argmax(-1)), 1)
    return found


def parts(network: nn.Module, model: nn.Module) -> Tensor:
    network.eval()
    code = network.stem(picture(1, 3, 12, 12))
    return network.head(network.body(code).mean((2, 3)))


def elsewhere(network: nn.Module, model: nn.Module) -> Tensor:
    found: list[Tensor] = []
    network.eval()

    def work() -> None:
        with torch.no_grad():
            found.append(model(picture(1, 3, 12, 12)))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found[0]


def checkpointed(network: nn.Module, model: nn.Module) -> Tensor:
    """Layers run a second time in the backward pass."""
    network.train()
    x = picture(2, 3, 12, 12).requires_grad_()
    y = checkpoint(network.body, network.stem(x), use_reentrant=False)
    y.sum().backward()
    assert x.grad is not None
    return x.grad


def hooked(network: nn.Module, model: nn.Module) -> tuple[Tensor, Tensor]:
    """Hooks of the program's own, copies and pickles of the network amid it all."""
    network.eval()
    handle = network.stem.register_forward_hook(lambda module, args, output: output * 2)
    first = model(picture(1, 3, 12, 12))
    handle.remove()
    other = copy.deepcopy(network)
    with torch.no_grad():
        other.head.bias += 1
    return first, other(picture(1, 3, 12, 12))


def each(network: nn.Module, model: nn.Module) -> Tensor:
    """A function of the network, for each picture by itself."""
    network.eval()
    weights = dict(network.body.named_parameters())

    def call(x: Tensor) -> Tensor:
        return torch.func.functional_call(network.body, weights, (x[None],))[0]

    return torch.func.vmap(call)(picture(3, 8, 6, 6))


def compiled(network: nn.Module) -> nn.Module:
    return torch.compile(network, backend="aot_eager")  # type: ignore[return-value]


PROGRAMS = {
    "training": Program(Classifier, train, passes=3),
    "no_grad": Program(Classifier, quietly(picture(2, 3, 12, 12))),
    "inference_mode": Program(Classifier, inference),
    "bfloat16": Program(Classifier, low_precision),
    "autocast": Program(Classifier, mixed_precision),
    "sliding windows": Program(Volumes, windows, passes=6),
    "tiles": Program(Larger, tiles, passes=6),
    "tokens": Program(Words, quietly(ids=torch.tensor([[1, 2, 3], [4, 5, 0]]), mask=None)),
    "masked tokens": Program(Words, quietly(torch.tensor([[1, 2, 3, 4]]), torch.tensor([[False, False, False, True]]))),
    "generation": Program(Words, steps, passes=3),
    "parts": Program(Classifier, parts, passes=3),
    "threads": Program(Classifier, elsewhere, passes=2),
    "checkpointing": Program(Classifier, checkpointed, passes=2),
    "hooks": Program(Classifier, hooked),
    "vmap": Program(Classifier, each, passes=0),
    "DataParallel": Program(Classifier, quietly(picture(2, 3, 12, 12)), nn.DataParallel),
    "compiled": Program(Classifier, train, compiled, passes=3),
}
