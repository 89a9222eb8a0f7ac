"""Small networks with the habits that make capturing hard; the tests of the trace and of the recorder share them."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


class Chain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.bn = nn.BatchNorm2d(4)
        self.relu = nn.ReLU(inplace=True)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(4, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(torch.flatten(self.pool(self.relu(self.bn(self.conv(x)))), 1))


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 3, 3, padding=1)
        self.conv2 = nn.Conv2d(3, 3, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv2(self.relu(self.conv1(x)))
        y += x
        return self.relu(y)


class Shared(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(functional.relu(self.conv(x)))


class Branches(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.left = nn.Conv2d(3, 2, 1)
        self.right = nn.Sequential(nn.Conv2d(3, 2, 3, padding=1), nn.ReLU())

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.left(x), self.right(x)], 1)


class SliceWrite(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.last = nn.Conv2d(4, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        y[:, :2] = functional.relu(y[:, 2:])
        y[:, 2:].mul_(2)
        return self.last(y)


class Switching(nn.Module):
    """Bright pictures take another way than dark ones."""

    def __init__(self) -> None:
        super().__init__()
        self.bright = nn.Conv2d(3, 2, 1)
        self.dark = nn.Conv2d(3, 2, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.bright(x) if x.mean() > 0 else functional.relu(self.dark(x))


class RoundTrip(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:  # type: ignore[no-untyped-def,override]
        return torch.from_numpy(x.detach().numpy() * 2)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:  # type: ignore[no-untyped-def,override]
        return gradient * 2


class Custom(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 1)
        self.conv2 = nn.Conv2d(4, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv2(RoundTrip.apply(self.conv1(x)))


class NumpyDouble(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return torch.from_numpy(x.numpy() * 2)


class Functional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 3, 3, 3))
        self.register_buffer("mean", torch.full((1, 3, 1, 1), 0.5))

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight - self.weight.mean()
        return functional.max_pool2d(functional.relu(functional.conv2d(x - self.mean, weight)), 2)


class Dictionary(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Conv2d(3, 4, 1)
        self.boxes = nn.Conv2d(4, 4, 1)
        self.scores = nn.Conv2d(4, 1, 1)

    def forward(self, batch: dict[str, Tensor], scale: Tensor) -> dict[str, object]:
        y = functional.relu(self.body(batch["image"])) * scale
        return {"boxes": [self.boxes(y)], "scores": self.scores(y).sigmoid(), "features": y, "count": 3}


@dataclass
class Both:
    first: Tensor
    second: Tensor


class Splitting(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)

    def forward(self, x: Tensor) -> Both:
        first, second = self.conv(x).chunk(2, 1)
        return Both(first + 1, second)


class Writing(nn.Module):
    """Writes to its own buffers, to its batch norm's, to random states, and asks for training mode."""

    def __init__(self) -> None:
        super().__init__()
        self.bn = nn.BatchNorm2d(3)
        self.register_buffer("calls", torch.zeros(1))
        self.register_buffer("last", torch.zeros(2, 3))

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        self.last.data.add_(1)
        self.bn.train()
        return self.bn(x) + torch.rand(1)


class Wrong(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Sequential(nn.ReLU(), nn.Conv2d(8, 4, 1)))

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class WrongSum(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(2)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.pool(x)


class Refusing(nn.Module):
    class Head(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            raise ValueError("pictures must be square")

    def __init__(self) -> None:
        super().__init__()
        self.head = self.Head()

    def forward(self, x: Tensor) -> Tensor:
        return self.head(x)


def picture(size: int = 8, seed: int = 0) -> Tensor:
    """(1, 3, size, size) of normal random numbers."""
    return torch.randn(1, 3, size, size, generator=torch.Generator().manual_seed(seed))
