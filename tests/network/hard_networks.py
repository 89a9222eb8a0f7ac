"""Networks that do what makes a capture go wrong: each is small, and each does one such thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parametrizations
from torch.utils.checkpoint import checkpoint


def convolution(channels: int = 3, out: int = 3) -> nn.Conv2d:
    return nn.Conv2d(channels, out, 3, padding=1)


class SharedInPlace(nn.Module):
    """One convolution, called three times, its results changed in place between the calls."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = convolution()
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.conv(x))
        z = self.relu(self.conv(y))
        z += y
        z.mul_(0.5)
        return self.conv(z).add_(x)


class ViewWrites(nn.Module):
    """Writes through views of views, into every second channel, by index and by mask."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = convolution(3, 6)
        self.last = convolution(6, 2)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        top = y[:, :, :4]
        top[:, :2].relu_()
        y[:, ::2] += 1
        y[0, 3, 0, :3] = torch.tensor([1.0, 2.0, 3.0])
        y.view(6, -1)[5].zero_()
        kept = y.clone()
        y.masked_fill_(y < 0, 0.0)
        y.index_fill_(1, torch.tensor([4]), 2.0)
        return self.last(y) + self.last(kept)


class Halting(nn.Module):
    """Goes on for as long as its input says."""

    def __init__(self) -> None:
        super().__init__()
        self.step = convolution()

    def forward(self, x: Tensor) -> Tensor:
        steps = 0
        while x.abs().mean().item() > 0.2 and steps < 4:
            x = functional.relu(self.step(x)) * 0.5
            steps += 1
        return x.flatten(1)


class Recursive(nn.Module):
    """Calls itself on a smaller picture until nothing is left to halve."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = convolution()

    def forward(self, x: Tensor, depth: int = 0) -> Tensor:
        y = self.conv(x)
        if depth == 2:
            return y
        inner = self(functional.avg_pool2d(y, 2), depth + 1)
        return y + functional.interpolate(inner, scale_factor=2)


class NumpyFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, scale: float) -> Tensor:
        return torch.from_numpy(x.detach().numpy() * scale)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        return gradients[0], None


class ThroughNumpy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.before, self.after = convolution(), convolution()

    def forward(self, x: Tensor) -> Tensor:
        return self.after(NumpyFunction.apply(self.before(x), 2.0) + x)


class Hooked(nn.Module):
    """A layer that is only called by the hook of another one."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.gate = convolution(), nn.Conv2d(3, 3, 1)
        self.conv.register_forward_hook(lambda module, inputs, output: output * self.gate(inputs[0]).sigmoid())
        self.conv.register_forward_pre_hook(lambda module, inputs: (inputs[0] * 2,))

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.conv(x))


class Generating(nn.Module):
    """Gives its outputs one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = convolution()

    def forward(self, x: Tensor) -> Iterator[Tensor]:
        for _ in range(3):
            x = self.conv(x)
            yield x


class Tied(nn.Module):
    """The decoder has the encoder's weights."""

    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.decode = nn.ConvTranspose2d(8, 3, 3, padding=1, bias=False)
        self.decode.weight = self.encode.weight

    def forward(self, x: Tensor) -> Tensor:
        return self.decode(functional.relu(self.encode(x)))


class Checkpointed(nn.Module):
    def __init__(self, reentrant: bool) -> None:
        super().__init__()
        self.first, self.second = nn.Sequential(convolution(), nn.ReLU()), convolution()
        self.reentrant = reentrant

    def forward(self, x: Tensor) -> Tensor:
        y = checkpoint(self.first, x, use_reentrant=self.reentrant)
        return checkpoint(self.second, y, use_reentrant=self.reentrant) + x


class BuffersIn(nn.Module):
    """Reads buffers as if they were data, writes to one in part, and counts in another."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = convolution(5, 3)
        self.register_buffer("places", torch.linspace(-1, 1, 2 * 8 * 8).view(1, 2, 8, 8))
        self.register_buffer("memory", torch.zeros(1, 3, 8, 8))
        self.register_buffer("count", torch.tensor(0))

    def forward(self, x: Tensor) -> Tensor:
        self.count += 1
        self.memory[:, 1].copy_(x[:, 0])
        return self.conv(torch.cat([x + self.memory, self.places], 1))


class FunctionsOnly(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.kernels = nn.ParameterList([nn.Parameter(torch.randn(4, 3, 3, 3)), nn.Parameter(torch.randn(2, 4, 1, 1))])

    def forward(self, x: Tensor) -> Tensor:
        for kernel in self.kernels:
            x = functional.conv2d(x, kernel / kernel.norm(), padding="same").relu()
        return x.mean((2, 3)).softmax(-1)


class Unchanging(nn.Module):
    """Returns its input, from a part of it too."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Identity(), nn.Sequential())

    def forward(self, x: Tensor) -> Tensor:
        return self.inner(x)


class Lazy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm, self.head = nn.LazyConv2d(4, 3), nn.LazyBatchNorm2d(), nn.LazyLinear(5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.norm(self.conv(x)).flatten(1))


class Fourier(nn.Module):
    """Works on complex numbers between two convolutions, with views of their parts and conjugates."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.last = convolution(), convolution()
        self.weight = nn.Parameter(torch.randn(1, 3, 8, 5, dtype=torch.complex64))

    def forward(self, x: Tensor) -> Tensor:
        spectrum = torch.fft.rfft2(self.conv(x)) * self.weight
        spectrum = spectrum + spectrum.conj() * 0.5
        spectrum.real.mul_(2)
        return self.last(torch.fft.irfft2(spectrum, s=x.shape[-2:]))


class Emptying(nn.Module):
    """Some of its tensors have no numbers, as those of a detector that finds nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = convolution(3, 4)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        y = self.conv(x)
        found = y.flatten(2)[0].t()
        found = found[found[:, 0] > 1e9]
        return {"boxes": found, "scores": found[:, 0].sigmoid(), "features": torch.cat([y, y[:, :0]], 1)}


class NoTensor(nn.Module):
    def __init__(self, answer: object) -> None:
        super().__init__()
        self.conv, self.answer = convolution(), answer

    def forward(self, x: Tensor) -> object:
        y = self.conv(x)
        return float(y.mean()) if self.answer is float else self.answer


class Named(NamedTuple):
    maps: Tensor
    vector: Tensor


@dataclass
class Batch:
    image: Tensor
    weights: list[Tensor]
    scale: float = 1.0


class Structured(nn.Module):
    """A dataclass and keywords in, a named tuple in a dictionary out."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = convolution()

    def forward(self, batch: Batch, *, shift: Tensor) -> dict[str, Any]:
        y = self.conv(batch.image) * batch.weights[0] * batch.scale + shift
        return {"all": [Named(y, y.mean((2, 3)))], "words": ("none", 3)}


class Weighted(nn.Module):
    """Weights that are computed when they are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.normed = parametrizations.weight_norm(convolution())
        self.spectral = parametrizations.spectral_norm(convolution())

    def forward(self, x: Tensor) -> Tensor:
        return self.spectral(functional.relu(self.normed(x)))


class Modes(nn.Module):
    """Switches torch's modes on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.last = convolution(), convolution()

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            y = self.conv(x)
        with torch.enable_grad():
            y = y.float() * 2
        with torch.inference_mode():
            y = functional.relu(y + 1)
            y[:, 0] = 0
        return self.last(y.clone())


class Attending(nn.Module):
    """Attention in four spellings: torch's layer with and without weights, its function, and by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.MultiheadAttention(16, 2, batch_first=True)
        self.across = nn.MultiheadAttention(16, 4, batch_first=False)
        self.into = nn.Linear(16, 48)

    def forward(self, x: Tensor) -> Tensor:
        y, _ = self.layer(x, x, x, need_weights=False)
        z, _ = self.across(y.transpose(0, 1), x.transpose(0, 1), x.transpose(0, 1))
        q, k, v = self.into(z.transpose(0, 1)).view(1, -1, 3, 2, 8).permute(2, 0, 3, 1, 4)
        fused = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        by_hand = (q @ k.transpose(-2, -1) * 0.35).softmax(-1) @ v
        return (fused + by_hand).transpose(1, 2).flatten(2)


class Sequences(nn.Module):
    """Embeddings and recurrent layers with their states."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.recur = nn.Embedding(10, 8), nn.LSTM(8, 6, 2, batch_first=True)
        self.head = nn.Linear(6, 4)

    def forward(self, words: Tensor) -> Tensor:
        outputs, (hidden, _) = self.recur(self.embed(words))
        return self.head(outputs[:, -1] + hidden[-1])


class Out(nn.Module):
    """Has its results written into tensors that it made before."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = convolution()

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        sum_ = torch.empty_like(y)
        torch.add(x, y, out=sum_)
        parts = [y * 1.0, y * 2.0]
        torch._foreach_mul_(parts, 2.0)
        canvas = torch.zeros(1, 3, 8, 16)
        canvas[..., :8] = parts[0]
        canvas[..., 8:].copy_(parts[1])
        return sum_ + canvas.unfold(3, 8, 8).sum(3)
