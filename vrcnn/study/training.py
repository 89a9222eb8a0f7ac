"""Trains one run of the study: each epoch from a seed of its own, so that it goes on as if it had never stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from vrcnn.errors import UserError
from vrcnn.study.lessons import Lesson, lesson_of, varied
from vrcnn.study.modes import MODES
from vrcnn.study.networks import network_of, scores_of, smooth_stem
from vrcnn.study.run_files import CHECKPOINTS, STATE, last_checkpoint, read_run, write_epochs, write_model, write_run
from vrcnn.study.runs import Epoch, Run, RunSettings
from vrcnn.susceptibility.calibration import calibrate
from vrcnn.training import Checkpoints
from vrcnn.whole_file import make_folder, write_whole

EVALUATED = 250  # pictures at a time, where nothing is learned
WARM = 0.15  # share of the epochs in which the learning rate rises

Told = Callable[[int, float], None]  # after each batch: the epoch, and how much of it is done (0 to 1)


class Stopped(Exception):  # noqa: N818
    """The training was given up between two batches; it goes on with the epoch that was begun."""


@dataclass(frozen=True)
class Material:
    """What a run learns from and is tested on, on the device: standardized pictures (N, 3, side, side), labels (N,)."""

    train: Tensor
    train_labels: Tensor
    test: Tensor
    test_labels: Tensor
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    about: dict[str, Any]


Begin = Callable[
    [nn.Module], tuple[str, ...]
]  # gives a new network its first weights; returns the names of frozen parts


def train(
    folder: Path,
    settings: RunSettings,
    material: Material,
    told: Told = lambda epoch, share: None,
    stopped: Callable[[], bool] = lambda: False,
    begin: Begin | None = None,
    epoch_told: Callable[[Epoch], None] = lambda epoch: None,
) -> Run:
    """Trains the run from where its folder has it to the end, and returns it.

    Raises UserError where the folder belongs to a run with other settings, or a network cannot be made or trained;
    Stopped once `stopped()` is true.
    """
    mode = MODES[settings.mode]
    network = network_of(settings.network, len(material.classes), settings.seed)
    smooth = smooth_stem(network) if mode.smooth else None
    frozen = begin(network) if begin is not None else ()
    network = network.to(settings.device)
    for kernels in (each for each in network.parameters() if each.ndim == 4):
        kernels.data = kernels.data.to(memory_format=torch.channels_last)  # a quarter faster on a processor
    _try_out(network, material)
    about = {**material.about, "parameters": sum(each.numel() for each in network.parameters()), "frozen": list(frozen)}
    about |= {"smooth": smooth} if smooth else {}
    make_folder(folder, "give another --folder")
    course = _Course(folder, settings, network, frozen, len(material.classes))
    epochs = course.resume()
    if not epochs and course.fresh:
        write_model(folder, settings)
        course.checkpoints.save(0)
        write_run(folder, settings, {}, about)  # the last of these, by which a run is known to be begun
    lesson = lesson_of(mode, material.train.cpu(), material.train_labels.cpu(), len(material.classes), settings.seed)
    lesson = Lesson(*(each.to(settings.device) for each in (lesson.pictures, lesson.labels, lesson.true)))
    if mode.trained:
        while len(epochs) < settings.epochs and not _enough(epochs, settings):
            began = time.perf_counter()
            loss, right = course.learn(len(epochs) + 1, lesson, mode.augmented, told, stopped)
            test = accuracy(network, material.test, material.test_labels)
            epoch = Epoch(len(epochs) + 1, loss, right, test, round(time.perf_counter() - began, 3))
            epochs.append(epoch)
            course.keep(epochs)
            epoch_told(epoch)
    else:
        calibrate(network, lesson.pictures.split(settings.batch))
        course.checkpoints.save(0)
    came = {
        "train": accuracy(network, lesson.pictures, lesson.labels),
        "clean": accuracy(network, lesson.pictures, lesson.true),
        "test": accuracy(network, material.test, material.test_labels),
    }
    write_run(folder, settings, came, about)
    (folder / STATE).unlink(missing_ok=True)
    return read_run(folder)


def _try_out(network: nn.Module, material: Material) -> None:
    """Raises UserError before anything is written where the network does not take two of the pictures."""
    network.eval()
    with seeded(0), torch.no_grad():
        scores_of(network, material.train[:2], len(material.classes))
    network.train()


def _enough(epochs: list[Epoch], settings: RunSettings) -> bool:
    return len(epochs) > 1 and all(epoch.train >= settings.enough for epoch in epochs[-2:])


class _Course:
    """The course of one training: network, optimizer, and what of both is on disk."""

    def __init__(
        self, folder: Path, settings: RunSettings, network: nn.Module, frozen: tuple[str, ...], classes: int
    ) -> None:
        self.folder, self.settings, self.network, self.classes = folder, settings, network, classes
        self.frozen = [network.get_submodule(name) for name in frozen]
        for module in self.frozen:
            module.requires_grad_(False)
        learned = [each for each in network.parameters() if each.requires_grad]
        self.optimizer = torch.optim.SGD(learned, lr=settings.rate, momentum=0.9, nesterov=True)
        self.checkpoints = Checkpoints(folder / CHECKPOINTS, network)
        self.fresh = True

    def resume(self) -> list[Epoch]:
        """Takes up what the folder has; returns the epochs that are done."""
        if not (self.folder / "run.json").is_file():
            return []
        run = read_run(self.folder)
        _require_same(run, self.settings)
        self.fresh = False
        state = self.folder / STATE
        if not state.is_file():
            return []
        try:
            kept = torch.load(state, map_location="cpu", weights_only=True)
            self.network.load_state_dict(kept["network"])
            self.optimizer.load_state_dict(kept["optimizer"])
        except Exception as error:  # zip, pickle and torch raise whatever the bytes led them to
            raise UserError(f"{state} is damaged: remove the folder {self.folder}, and train it anew.") from error
        return [Epoch(**each) for each in kept["epochs"]]

    def learn(
        self, number: int, lesson: Lesson, augmented: bool, told: Told, stopped: Callable[[], bool]
    ) -> tuple[float, float]:
        """One epoch; returns the mean loss and the share of pictures that were answered as told, as it went."""
        settings, chance = self.settings, torch.Generator().manual_seed(self.settings.seed * 100_003 + number)
        order = torch.randperm(len(lesson.labels), generator=chance)
        parts = [part for part in order.split(settings.batch) if len(part) > 1]
        self.network.train()
        for module in self.frozen:
            module.eval()
        loss_sum, right, seen = 0.0, 0, 0
        with seeded(settings.seed * 100_003 + number):
            for place, part in enumerate(parts):
                if stopped():
                    raise Stopped
                self._set_rate(number - 1 + place / len(parts))
                pictures, labels = lesson.pictures[part], lesson.labels[part]
                pictures = varied(pictures, chance) if augmented else pictures
                scores = scores_of(self.network, pictures, self.classes)
                loss = functional.cross_entropy(scores, labels)
                self.optimizer.zero_grad(set_to_none=True)
                loss.backward()
                self.optimizer.step()
                loss_sum += loss.item() * len(part)
                right += int((scores.argmax(1) == labels).sum())
                seen += len(part)
                told(number, (place + 1) / len(parts))
        if not loss_sum < float("inf"):
            raise UserError(f"The training of {settings.name} diverged in epoch {number}: try a smaller --rate.")
        return loss_sum / seen, right / seen

    def keep(self, epochs: list[Epoch]) -> None:
        """Writes the checkpoint of the last epoch, then with what the training goes on: ended between both, it repeats
        that epoch. Raises UserError where one cannot be written."""
        last = epochs[-1]
        if self.checkpoints.save(last.epoch, loss=last.loss, train=last.train, test=last.test) is None:
            raise UserError(
                f"The weights of epoch {last.epoch} cannot be kept in {self.folder}: make room there, or give another "
                "--folder; the same command goes on."
            )
        write_epochs(self.folder, epochs)
        content = {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epochs": [vars(epoch) for epoch in epochs],
        }
        write_whole(self.folder / STATE, lambda file: torch.save(content, file))

    def _set_rate(self, epoch: float) -> None:
        """Rises for a while, then falls along a cosine; `epoch` counts from 0, with fractions."""
        share = epoch / self.settings.epochs
        if share < WARM:
            factor = 0.1 + 0.9 * share / WARM
        else:
            factor = 0.05 + 0.95 * 0.5 * (1 + float(torch.cos(torch.tensor(torch.pi * (share - WARM) / (1 - WARM)))))
        for group in self.optimizer.param_groups:
            group["lr"] = self.settings.rate * factor


def _require_same(run: Run, settings: RunSettings) -> None:
    there, wanted = replace(run.settings, device=""), replace(settings, device="")
    other = [name for name in vars(there) if getattr(there, name) != getattr(wanted, name)]
    if other:
        told = ", ".join(f"{name} {getattr(there, name)}, now {getattr(wanted, name)}" for name in other)
        raise UserError(f"{run.folder} has a run with other settings ({told}): remove it, or give another --folder.")


def accuracy(network: nn.Module, pictures: Tensor, labels: Tensor) -> float:
    """Share (0 to 1) of those with a label that are answered so, in evaluation mode; 0 where none has one."""
    known = labels >= 0
    if not bool(known.any()):
        return 0.0
    mode = network.training
    network.eval()
    with torch.no_grad():
        answers = torch.cat([network(part).argmax(1) for part in pictures[known].split(EVALUATED)])
    network.train(mode)
    return float((answers == labels[known]).double().mean())


def trained_network(run: Run, classes: int) -> nn.Module:
    """The network of a run with its last weights, on the CPU, in evaluation mode. Raises UserError."""
    network = network_of(run.settings.network, classes, run.settings.seed)
    path = last_checkpoint(run.folder)
    try:
        network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True)["state_dict"])
    except Exception as error:  # zip, pickle and torch raise whatever the bytes led them to
        raise UserError(f"{path} does not fit {run.settings.network}, or it is damaged: train the run anew.") from error
    return network.eval()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """What asks torch for random numbers, such as dropout, gets those of this seed; the state before comes back."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
