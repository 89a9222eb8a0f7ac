"""A folder of pictures with a folder for each class, as Caltech101 and the SARS-CoV-2 CT set have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
import torch

from vrcnn.errors import UserError
from vrcnn.network.arrays import PictureError
from vrcnn.network.pictures import SUFFIXES, PictureFile, list_pictures
from vrcnn.progress import Progress
from vrcnn.study.picture_data import PictureData, digest_of, sized

NO_CLASS = frozenset({"BACKGROUND_Google", "__MACOSX"})  # torchvision leaves the first out of Caltech101 too
PARTS = frozenset({"train", "training", "test", "testing", "val", "valid", "validation"})
TINY = 8  # pixels; a picture with a shorter side is left out
LONG = 3  # times as long as wide: what the middle square leaves out is told
NAMED = 5  # of those that are left out
EXPECTED = "a folder for each class with its pictures in it, such as {folder}/cats/1.jpg"


@dataclass
class _Left:
    """What was seen while reading: sizes, and what was left out, by name."""

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    tiny: list[str] = field(default_factory=list)
    long: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)


def load_folder(folder: Path, side: int) -> PictureData:
    """The pictures of each class folder, in the order of their names.

    Exact copies of a picture are one group. Those that cannot be read, or are less than 8 pixels wide or high, are left
    out with a note. Raises UserError where the layout is not this one, or a class is left without pictures.
    """
    classes = _classes(folder)
    listed = [(label, file) for label, files in enumerate(classes.values()) for file in files]
    _check_memory(folder, len(listed), side)
    pixels = np.empty((len(listed), 3, side, side), np.uint8)
    labels: list[int] = []
    names: list[str] = []
    left = _Left(loose=[entry.name for entry in _loose(folder)])
    progress = Progress()
    progress.begin()
    for count, (label, file) in enumerate(listed):
        progress.show(count / len(listed), f"reading {folder.name}: {count} of {len(listed)} pictures")
        name = f"{list(classes)[label]}/{file.name}"
        picture = _read(file, name, side, left)
        if picture is not None:
            pixels[len(names)] = picture
            labels.append(label)
            names.append(name)
    progress.clear()
    _check_classes(folder, list(classes), labels, left)
    read, answers = torch.from_numpy(pixels[: len(names)]), torch.tensor(labels)
    groups = _copies(read)
    return PictureData(
        name=folder.resolve().name,
        pixels=read,
        labels=answers,
        classes=tuple(classes),
        files=tuple(names),
        groups=groups,
        official_test=None,
        license="that of the folder's own pictures",
        source=f"the folder {folder.resolve().name}, {len(names):,} pictures",
        digest=digest_of(read, answers, tuple(classes)),
        notes=_notes(side, left, groups),
    )


def _classes(folder: Path) -> dict[str, Sequence[PictureFile]]:
    """The pictures of each class. Raises UserError that says what was expected and what was found."""
    try:
        inside = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        raise UserError(f"The folder {folder} cannot be read ({error.strerror or error}): give another.") from error
    folders = [entry for entry in inside if entry.is_dir() and entry.name not in NO_CLASS]
    if not folders:
        loose = _loose(folder)
        found = (
            f"{_many(len(loose))} lying directly in it, and no folder" if loose else "no folder and no picture in it"
        )
        raise _not_understood(folder, found, "Make a folder for each class and move the pictures there.")
    _check_parts(folder, folders)
    classes = {entry.name: _pictures(folder, entry) for entry in folders}
    nested = {name: files for name, files in classes.items() if any("/" in file.name for file in files)}
    if nested:
        name, files = next(iter(nested.items()))
        deeper = sorted({file.name.split("/")[0] for file in files})
        alone = len(folders) == 1
        raise _not_understood(
            folder,
            f"{name}, which holds {'folders of pictures' if alone else 'no pictures but folders'} ({_few(deeper)})",
            f"Give {folder / name}." if alone else f"Move the pictures of {name} up into it.",
        )
    empty = [name for name, files in classes.items() if not files]
    if empty:
        raise _not_understood(
            folder, f"no picture in {_few(empty)}", "Put pictures there, such as .jpg or .png files, or delete it."
        )
    if len(classes) == 1:
        name = folders[0].name
        raise _not_understood(folder, f"one class only ({name})", "Add a folder with pictures of another class.")
    return classes


def _check_parts(folder: Path, folders: Iterable[Path]) -> None:
    """Raises UserError where the folders are the sides of a split."""
    parts = [entry.name for entry in folders if entry.name.lower() in PARTS]
    parts.sort(key=lambda part: not part.lower().startswith("train"))
    if len(parts) > 1:
        raise _not_understood(
            folder, f"the sides of a split ({_few(parts)})", f"Give {folder / parts[0]}: vrcnn splits by itself."
        )


def _pictures(whole: Path, folder: Path) -> Sequence[PictureFile]:
    """Those in a class's folder, or one folder deeper, with a / in their names; none where there are none."""
    try:
        return list_pictures(folder)
    except UserError as error:
        deeper = next((entry for entry in folder.rglob("*") if entry.suffix.lower() in SUFFIXES), None)
        if deeper is None:
            return ()
        found = f"pictures deeper down, such as {deeper.relative_to(whole)}"
        raise _not_understood(
            whole, found, f"Give the folder that holds the classes, or move {folder.name}'s pictures up into it."
        ) from error


def _not_understood(folder: Path, found: str, remedy: str) -> UserError:
    expected = EXPECTED.format(folder=folder.name or folder)
    return UserError(f"The layout of {folder} is not understood. Expected: {expected}. Found: {found}. {remedy}")


def _check_memory(folder: Path, count: int, side: int) -> None:
    needed, free = 3 * count * side * side, psutil.virtual_memory().available
    if needed > free:
        raise UserError(
            f"The {count:,} pictures of {folder} need {needed / 2**30:.1f} GiB of memory with {side} pixels a side and "
            f"{free / 2**30:.1f} GiB are free: give a smaller --side, or fewer pictures."
        )


def _read(file: PictureFile, name: str, side: int, left: _Left) -> np.ndarray | None:
    """(3, side, side) uint8, or None for one that is left out."""
    try:
        image = file.open()
    except PictureError as error:
        left.broken.append(f"{name} ({error})")
        return None
    if min(image.size) < TINY:
        left.tiny.append(f"{name} ({image.width} x {image.height})")
        return None
    left.sizes[image.size] += 1
    if max(image.size) > LONG * min(image.size):
        left.long.append(f"{name} ({image.width} x {image.height})")
    return sized(image, side)


def _check_classes(folder: Path, classes: Sequence[str], labels: Sequence[int], left: _Left) -> None:
    """Raises UserError where a class has no picture left."""
    without = [name for label, name in enumerate(classes) if label not in set(labels)]
    if without:
        out = [*left.broken, *left.tiny]
        raise UserError(
            f"No picture of {_few(without)} in {folder} can be used: {_few(out)}. Put others there, or delete "
            "the class."
        )


def _copies(pixels: torch.Tensor) -> torch.Tensor:
    """(N,) int64: the same number for pictures that are equal in every pixel."""
    known: dict[bytes, int] = {}
    return torch.tensor([known.setdefault(picture.numpy().tobytes(), len(known)) for picture in pixels])


def _notes(side: int, left: _Left, groups: torch.Tensor) -> tuple[str, ...]:
    notes = []
    if any(size != (side, side) for size in left.sizes):
        low, high = (extreme(left.sizes, key=lambda size: size[0] * size[1]) for extreme in (min, max))
        many = len(left.sizes)
        sizes = f"of {many} sizes, from {_told(low)} to {_told(high)}" if many > 1 else f"of {_told(low)} pixels"
        notes.append(f"The pictures are {sizes}: of each the middle square was scaled to {_told((side, side))}.")
    for names, why in (
        (left.loose, "Left out, as they lie directly in the folder, without a class"),
        (left.broken, "Left out, as they cannot be read"),
        (left.tiny, f"Left out, as they are less than {TINY} pixels wide or high"),
        (left.long, f"More than {LONG} times as long as wide, so that the middle square is a small part"),
    ):
        if names:
            notes.append(f"{why}: {_many(len(names))} ({_few(names)}).")
    copies = len(groups) - len(groups.unique())
    if copies:
        notes.append(f"Exact copies of others, which stay on the same side of the split: {_many(copies)}.")
    return tuple(notes)


def _loose(folder: Path) -> list[Path]:
    """The pictures that lie directly in the folder."""
    return sorted(entry for entry in folder.iterdir() if entry.suffix.lower() in SUFFIXES and entry.is_file())


def _many(count: int) -> str:
    return "1 picture" if count == 1 else f"{count:,} pictures"


def _told(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]}"


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
