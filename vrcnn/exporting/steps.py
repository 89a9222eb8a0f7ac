"""One export from its beginning to its end, a step at a time: layer by layer, so that no more is in memory at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.exporting import map_files, network_files, scene_file, sheet_files, statistics_file, value_files
from vrcnn.exporting.chosen import ChosenLayer, choose_layers
from vrcnn.exporting.facts import Facts
from vrcnn.exporting.map_files import MapFiles
from vrcnn.exporting.network_files import write_graph, write_visualizations
from vrcnn.exporting.scene_file import Staged, write_scene
from vrcnn.exporting.sheet_files import SheetFiles
from vrcnn.exporting.statistics_file import StatisticsFile
from vrcnn.exporting.subject import Subject
from vrcnn.exporting.value_files import ValueFiles
from vrcnn.featurevis.cache import FeatureCache
from vrcnn.network.recorder import Cancelled, never
from vrcnn.scene.export_wishes import WHOLE, ExportWishes
from vrcnn.whole_file import make_folder

OF_TENSORS = ("maps", "sheet", "values", "statistics")  # what the values of a pass are needed for
PLACES = {
    "maps": map_files.FOLDER,
    "sheet": sheet_files.FOLDER,
    "statistics": statistics_file.NAME,
    "graph": network_files.GRAPH,
    "scene": scene_file.NAME,
    "visualizations": network_files.FEATURES,
}

Progress = tuple[int, int]


class Writer(Protocol):
    """Writes one kind of files, layer by layer."""

    def work(self, layer: ChosenLayer) -> int: ...

    def take(self, layer: ChosenLayer, tensor: Tensor) -> Iterator[int]: ...

    def finish(self) -> None: ...


def place_of(kind: str, wishes: ExportWishes) -> Path:
    """Where the files of one of KINDS go: a file, or a folder of them."""
    name = f"{value_files.NAME}.{wishes.format}" if kind == "values" else PLACES[kind]
    return wishes.folder / name


def check_places(wishes: ExportWishes) -> None:
    """Raises UserError where something is there already that is not to be replaced."""
    places = [place_of(kind, wishes) for kind in wishes.kinds]
    taken = [place.name for place in places if os.path.exists(place)]  # unlike Path.exists false of too long a name
    if taken and not wishes.overwrite:
        raise UserError(
            f"{wishes.folder} has {' and '.join(taken)} already: choose another folder, or replace "
            f"{'it' if len(taken) == 1 else 'them'} with --overwrite."
        )


def export(
    subject: Subject,
    wishes: ExportWishes,
    staged: Staged | None,
    done: Callable[[Facts], object],
    cancelled: Callable[[], bool] = never,
) -> Generator[Progress, None, None]:
    """Writes all that is wished for; calls `done` at the end. Yields (done, total) wherever it may be left or wait.

    `staged` is the place for a scene, where one is wished for. Whoever closes the iterator before its end finds whole
    files only. Steps end early when `cancelled()` turns true, and are taken again. Raises UserError, PictureError.
    """
    layers = [] if set(wishes.kinds) <= {*WHOLE} else choose_layers(subject, wishes)
    check_places(wishes)
    make_folder(wishes.folder)
    yield 0, 0
    while True:
        try:
            network, picture = subject.identity(cancelled)
            break
        except Cancelled:
            yield 0, 0
    facts = Facts(wishes, subject.source.name, network, picture, subject.sieve)
    with ExitStack() as closing:
        writers = _writers(facts, layers, closing)
        total = 1 + sum(writer.work(layer) for writer in writers for layer in layers)
        total += len(layers) * ("visualizations" in wishes.kinds)
        total += staged.work if staged is not None else 0
        finished = 0
        if "graph" in wishes.kinds:
            write_graph(subject, facts)
        finished += 1
        yield finished, total
        if "visualizations" in wishes.kinds:
            for part in write_visualizations(layers, facts, FeatureCache()):
                finished += part
                yield finished, total
        for step in _through_layers(subject, layers, writers, cancelled):
            finished += step
            yield finished, total
        for writer in writers:
            writer.finish()
    if staged is not None and "scene" in wishes.kinds:
        for step in write_scene(subject, staged, facts, cancelled):
            finished += step
            yield finished, total
    done(facts)


def _through_layers(
    subject: Subject, layers: Sequence[ChosenLayer], writers: Sequence[Writer], cancelled: Callable[[], bool]
) -> Iterator[int]:
    """Has the writers write every layer; yields how much of their work was done since."""
    by_tensor = {layer.tensor: layer for layer in layers}
    for found in subject.tensors(list(by_tensor) if writers else [], cancelled):
        if found is None:
            yield 0
            continue
        tensor, values = found
        for writer in writers:
            yield from writer.take(by_tensor[tensor], values)


def _writers(facts: Facts, layers: Sequence[ChosenLayer], closing: ExitStack) -> list[Writer]:
    kinds, found = facts.wishes.kinds, list[Writer]()
    if "maps" in kinds:
        found.append(MapFiles(facts))
    if "sheet" in kinds:
        found.append(SheetFiles(facts))
    if "values" in kinds:
        found.append(ValueFiles(facts, layers, closing))
    if "statistics" in kinds:
        found.append(StatisticsFile(facts, closing))
    return found
