"""A 3D network that tells balls, tubes and sheets apart, wherever they are and whichever way they lie.

    vrcnn run examples/volumes.py

Nothing is trained. Three filters, second derivatives of a Gaussian, feel how sharply the brightness falls off along
each axis: beside a sheet along one axis, around a tube along two, around a ball along all three. Sorted from the
largest to the smallest, their differences are Westin's measures of shape (Medical Image Analysis 6, 2002): first less
second for a sheet, second less third for a tube, the third for a ball.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import Dataset

SIDE = 32  # voxels
SIGMA = 1.6  # voxels, the scale of the filters
RADIUS = 4  # voxels to each side of a filter's middle
THICKNESS = 1.8  # voxels, the scale of the things
GAINS = (1.6, 1.3, 1.0)  # of ball, tube, sheet: what is thin in more directions is fainter. The values were tried out.

title = "Shapes in space"


def volume(shape: str, seed: int) -> Tensor:
    """(1, SIDE, SIDE, SIDE): bright things of one shape in a dark, noisy cube."""
    generator = torch.Generator().manual_seed(seed)
    axis = torch.arange(SIDE, dtype=torch.float32)
    places = torch.stack(torch.meshgrid(axis, axis, axis, indexing="ij"))
    cube = torch.randn(SIDE, SIDE, SIDE, generator=generator) * 0.08
    along = int(torch.randint(3, (1,), generator=generator))
    others = [number for number in range(3) if number != along]
    for middle in 6 + 20 * torch.rand(2, 3, generator=generator):
        middle[0] = (middle[0] + SIDE) / 3  # not far from the slice in the middle, which is what the shelf shows
        offsets = (places - middle[:, None, None, None]) ** 2
        squares = {"balls": offsets.sum(0), "tubes": offsets[others].sum(0), "sheets": offsets[along]}
        cube = torch.maximum(cube, torch.exp(-squares[shape] / (2 * THICKNESS**2)))
    return cube[None]


class Volumes(Dataset[tuple[Tensor, int]]):
    """Five volumes of each shape."""

    classes = ("balls", "tubes", "sheets")
    targets = tuple(place for place in range(3) for _ in range(5))

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        target = self.targets[index]
        return volume(self.classes[target], seed=100 + index), target


def fall_off_filters() -> Tensor:
    """(3, 1, K, K, K): the negative second derivative of a Gaussian along depth, height and width."""
    places = torch.arange(-RADIUS, RADIUS + 1.0)
    bell = torch.exp(-(places**2) / (2 * SIGMA**2))
    bell /= bell.sum()
    curved = bell * (1 - places**2 / SIGMA**2)
    curved -= curved.mean()
    rows = [[curved if number == axis else bell for number in range(3)] for axis in range(3)]
    return torch.stack([torch.einsum("d,h,w->dhw", *row)[None] for row in rows])


class ShapeMeasures(nn.Module):
    """Sorts the three fall-offs of each voxel and takes their differences: (N, 3, D, H, W) of ball, tube, sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.differences = nn.Conv3d(3, 3, 1, bias=False)
        weights = torch.tensor([[0.0, 0, 1], [0, 1, -1], [1, -1, 0]])
        self.differences.weight.data = weights[:, :, None, None, None]

    def forward(self, x: Tensor) -> Tensor:
        return self.differences(torch.sort(x, dim=1, descending=True).values)


class Shapes(nn.Module):
    """Volumes (N, 1, D, H, W) in, one score for each shape out."""

    def __init__(self, classes: int = 3) -> None:
        super().__init__()
        kernel = fall_off_filters()
        self.fall_off = nn.Conv3d(1, 3, kernel.shape[-1], padding=kernel.shape[-1] // 2, bias=False)
        self.fall_off.weight.data = kernel
        self.relu = nn.ReLU()
        self.measures = ShapeMeasures()
        self.pool = nn.AvgPool3d(2)
        self.classifier = nn.Linear(classes, classes)
        self.classifier.weight.data = 80 * torch.diag(torch.tensor(GAINS))
        nn.init.zeros_(self.classifier.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(self.measures(self.relu(self.fall_off(x))))
        return self.classifier(functional.adaptive_max_pool3d(x, 1).flatten(1))


model = Shapes().eval()
images = Volumes()
labels = images.classes
