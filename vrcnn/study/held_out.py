"""The held-out pictures of a run as a torch Dataset, for `images` of a model file."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from torch.utils.data import Dataset

from vrcnn.study.datasets import split_of
from vrcnn.study.material import loaded


class HeldOut(Dataset[tuple[Image.Image, int]]):
    """What a run of these settings never learned from, with the true labels.

    An item is an RGB picture of `side` x `side` pixels and its class. The classes take turns, so that the first few
    pictures show all of them. `packages` is where `make study-data` has put its data. Raises UserError as load_data.
    """

    def __init__(
        self, data: str, side: int, train: int, test: int, seed: int, packages: Path | str = "study-data"
    ) -> None:
        known = loaded(data, side, Path(packages))
        places = split_of(known, train, test, seed).test
        labels = known.labels[places].tolist()
        seen = [0] * len(known.classes)
        turns = []
        for label in labels:
            turns.append(seen[label])
            seen[label] += 1
        order = sorted(range(len(labels)), key=lambda place: (turns[place], labels[place]))
        self.classes = known.classes
        self.targets = [labels[place] for place in order]
        self.files = [known.files[places[place]] for place in order]
        self.pixels = known.pixels[places[order]]

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Image.Image, int]:
        return Image.fromarray(self.pixels[index].permute(1, 2, 0).contiguous().numpy()), self.targets[index]
