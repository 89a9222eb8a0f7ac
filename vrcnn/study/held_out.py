"""The held-out pictures of a run as a torch Dataset, for `images` of a model file."""

from __future__ import annotations

from PIL import Image
from torch.utils.data import Dataset

from vrcnn.study.datasets import PictureData, Split


class HeldOut(Dataset[tuple[Image.Image, int]]):
    """What a run never learned from, of its data set and its split, with the true labels.

    An item is an RGB picture of `side` x `side` pixels and its class. The classes take turns, so that the first few
    pictures show all of them.
    """

    def __init__(self, known: PictureData, split: Split) -> None:
        places = split.test
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
