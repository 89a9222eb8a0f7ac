"""Measures the magnitude spectrum of the demo's photos, which MaCo needs: assets/spectrum/natural.json.

.venv/bin/python tools/natural_spectrum.py [FILE]
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from vrcnn.featurevis.spectrum import COLOUR_AXES, wave_numbers
from vrcnn.whole_file import write_whole

ROOT = Path(__file__).resolve().parent.parent
PHOTOS = ("astronaut", "cat", "coffee", "flower", "motorcycle", "palace", "rocket")  # of things, and in colour
SIDE = 256  # px of a square that is cut out of a photo and measured
SHARES = (1.0, 0.8, 0.6)  # of the photo's shorter side
FREQUENCIES = 18
DIRECTIONS = 7
REFERENCE = 1 / 16  # cycles per px; lightness has the magnitude 1 there


def squares(name: str) -> Iterator[Tensor]:
    """(3, SIDE, SIDE) red, green and blue from 0 to 1: squares of several sizes and places of a photo."""
    with Image.open(ROOT / "assets" / "pictures" / f"{name}.jpg") as file:
        photo = file.convert("RGB")
    for share in SHARES:
        side = int(share * min(photo.size))
        for x, y in {(x, y) for x in (0, photo.width - side) for y in (0, photo.height - side)}:
            square = photo.crop((x, y, x + side, y + side)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
            values = torch.frombuffer(bytearray(square.tobytes()), dtype=torch.uint8)
            yield values.view(SIDE, SIDE, 3).permute(2, 0, 1).float() / 255


def mean_magnitude() -> Tensor:
    """(3, SIDE, SIDE // 2 + 1) along COLOUR_AXES; a Hann window hides that a photo's borders do not fit together."""
    axes = torch.linalg.inv(torch.tensor(COLOUR_AXES))
    window = torch.outer(*[torch.hann_window(SIDE, periodic=True)] * 2)
    sums, count = torch.zeros(3, SIDE, SIDE // 2 + 1), 0
    for name in PHOTOS:
        for square in squares(name):
            along = torch.einsum("ij,jhw->ihw", axes, square)
            sums += torch.fft.rfft2((along - along.mean((1, 2), keepdim=True)) * window).abs()
            count += 1
    return sums / count


def table(magnitude: Tensor) -> dict[str, object]:
    """What the file holds: means of the logarithm around each frequency and direction."""
    waves = wave_numbers((SIDE, SIDE))
    frequency, direction = torch.linalg.vector_norm(waves, dim=0), torch.atan2(waves[0].abs(), waves[1].abs())
    known = frequency > 0
    logs, measured = frequency[known].log(), magnitude[:, known].log()
    rows = torch.linspace(math.log(1.5 / SIDE), math.log(0.5), FREQUENCIES)
    columns = torch.linspace(0, math.pi / 2, DIRECTIONS)
    values = torch.empty(3, FREQUENCIES, DIRECTIONS)
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            apart = ((logs - row) / (rows[1] - rows[0])) ** 2 + ((direction[known] - column) / columns[1]) ** 2
            weights = torch.exp(-apart)
            values[:, i, j] = (measured * weights).sum(1) / weights.sum()
    nearest = int((rows - math.log(REFERENCE)).abs().argmin())
    values -= values[0, nearest].mean()
    return {
        "of": "mean magnitude of natural pictures; made by tools/natural_spectrum.py",
        "frequencies": [round(value, 6) for value in rows.exp().tolist()],
        "directions": [round(value, 6) for value in columns.tolist()],
        "logarithms": [[[round(value, 3) for value in row] for row in axis] for axis in values.tolist()],
    }


def main(path: Path) -> None:
    """Writes the file."""
    text = json.dumps(table(mean_magnitude()), indent=None).replace("]], ", "]],\n ").replace(', "', ',\n "') + "\n"
    write_whole(path, lambda file: file.write(text.encode()))
    print(f"{path}: {len(text):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "assets" / "spectrum" / "natural.json")
