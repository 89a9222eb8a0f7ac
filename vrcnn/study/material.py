"""From a data set to what a run learns from: the split of its seed, standardized by the training pictures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.export.sidecar import versions
from vrcnn.study.datasets import PictureData, Split, load_data, split_of
from vrcnn.study.runs import Run, RunSettings
from vrcnn.study.training import Material

loaded = lru_cache(2)(load_data)  # runs of one command share their data set


@dataclass(frozen=True)
class Standard:
    """Mean and standard deviation of each channel, of pictures from 0 to 1."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    def of(self, pixels: Tensor) -> Tensor:
        """Pictures (N, C, H, W) uint8 as float32, standardized."""
        mean, std = (torch.tensor(each)[None, :, None, None] for each in (self.mean, self.std))
        return (pixels.float() / 255 - mean) / std


def standard_of(pixels: Tensor) -> Standard:
    """That of pictures (N, C, H, W) uint8."""
    values = pixels.double() / 255
    mean, std = values.mean((0, 2, 3)), values.std((0, 2, 3), unbiased=False).clamp_min(1e-6)
    return Standard(tuple(round(float(each), 6) for each in mean), tuple(round(float(each), 6) for each in std))


def parts_of(settings: RunSettings, packages: Path) -> tuple[PictureData, Split]:
    """The data set of a run, and which of its pictures are learned from and held out. Raises UserError."""
    data = loaded(settings.data, settings.side, packages)
    return data, split_of(data, settings.train, settings.test, settings.seed)


def digest_of(split: Split) -> str:
    """SHA-256 over which pictures are learned from and which are held out."""
    found = hashlib.sha256()
    for part in (split.train, split.test):
        found.update(part.numpy().astype("<i8").tobytes() + b"|")
    return found.hexdigest()


def parts_of_run(run: Run) -> tuple[PictureData, Split]:
    """The same of a run that was trained before. Raises UserError where that was on other pictures than these."""
    if not isinstance(run.rest.get("packages"), str):
        raise UserError(f"{run.folder}/run.json does not say where its data was: remove its folder, and train it anew.")
    data, split = parts_of(run.settings, Path(run.rest["packages"]))
    require_same(run, data.name, data.digest, digest_of(split))
    return data, split


def require_same(run: Run, name: str, pictures: str, split: str) -> None:
    """Raises UserError where a run has learned from other `pictures` or another `split` than those of these hashes;
    `name` is that of the data set."""
    known = run.rest.get("data", {}).get("sha256"), run.rest.get("split")
    for was, now, what in zip(known, (pictures, split), ("other pictures", "another split"), strict=True):
        if was is not None and was != now:
            raise UserError(
                f"{run.folder} was trained on {what} of {name} than there is now: pictures that it calls "
                "held out may be among those it learned from. Train it anew in another --folder."
            )


def material_of_run(run: Run) -> Material:
    """What a run has learned from, on the CPU. Raises UserError as parts_of_run does."""
    parts_of_run(run)
    return material_of(replace(run.settings, device="cpu"), Path(run.rest["packages"]))


def material_of(settings: RunSettings, packages: Path) -> Material:
    """What a run learns from; `packages` is where `make study-data` has put its data. Raises UserError."""
    data, split = parts_of(settings, packages)
    standard = standard_of(data.pixels[split.train])
    pictures = [standard.of(data.pixels[part]).to(settings.device) for part in (split.train, split.test)]
    labels = [data.labels[part].to(settings.device) for part in (split.train, split.test)]
    about = {
        "packages": str(packages.resolve()),
        "data": {
            "name": data.name,
            "license": data.license,
            "source": data.source,
            "sha256": data.digest,
            "notes": list(data.notes),
        },
        "split": digest_of(split),
        "pictures": {"train": len(split.train), "test": len(split.test)},
        "versions": dict(versions()),
        "mean": list(standard.mean),
        "std": list(standard.std),
    }
    return Material(pictures[0], labels[0], pictures[1], labels[1], data.classes, standard.mean, standard.std, about)
