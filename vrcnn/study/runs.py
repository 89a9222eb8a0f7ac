"""A training of the study as plain data, and what its folder holds.

study/runs/fashion-mnist_covid-resnet_shuffled_0/
    run.json              its settings, versions and hashes; once it has ended also what came out
    epochs.jsonl          a line for each epoch
    checkpoints/          the weights after each epoch, as vrcnn.Checkpoints writes them
    state.pt              with what it goes on after Ctrl-C; gone once it has ended
    model.py              the trained network with its held-out pictures, for `vrcnn run`
    susceptibility.json   what `vrcnn study measure` found
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class RunSettings:
    """What decides a training, all of it.

    Attributes:
        data: "fashion-mnist", "emoji", or a folder of pictures.
        network: a name such as "covid-resnet", or a model file with `build_model(classes)`.
        mode: one of modes.MODES.
        seed: of the split, the labels that change places, the first weights and the order of the pictures.
        side: height and width of the pictures, in pixels.
        train, test: how many pictures, 0 for all there are.
        epochs: at most; training ends before once `enough` of the training pictures are answered as given, in two
            epochs in a row.
        enough: 0 to 1.
        batch: pictures at a time.
        rate: the largest learning rate.
        device: a torch device.
        pretrained: the file of weights that it begins with, as the first digits of its SHA-256; "" without one.
    """

    data: str = "fashion-mnist"
    network: str = "covid-resnet"
    mode: str = "true"
    seed: int = 0
    side: int = 32
    train: int = 2000
    test: int = 2000
    epochs: int = 30
    enough: float = 0.995
    batch: int = 64
    rate: float = 0.05
    device: str = "cpu"
    pretrained: str = ""

    @property
    def name(self) -> str:
        """Of its folder."""
        parts = [Path(self.data).name, Path(self.network).stem, self.mode, str(self.seed)]
        parts += [f"from-{self.pretrained}"] if self.pretrained else []
        return "_".join(parts).replace(":", "-")


@dataclass(frozen=True)
class Epoch:
    """One epoch: its number from 1, the mean loss, the accuracy on the training pictures as they were labelled (in
    training mode, as it went), that on the held-out ones with their true labels, and its seconds."""

    epoch: int
    loss: float
    train: float
    test: float
    seconds: float


@dataclass(frozen=True)
class Run:
    """One training. `train` is the accuracy on the training pictures with the labels it was given, `clean` with the
    true ones, `test` on the held-out ones, all in evaluation mode; None until it has ended."""

    folder: Path
    settings: RunSettings
    epochs: tuple[Epoch, ...] = ()
    train: float | None = None
    clean: float | None = None
    test: float | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return self.test is not None
