"""What is exported of a network beside its maps: the graph as JSON, and visualizations that were made before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from vrcnn.errors import UserError
from vrcnn.export.feature_names import safe_word
from vrcnn.export.graph_json import as_json
from vrcnn.export.graph_words import Described
from vrcnn.exporting.chosen import ChosenLayer
from vrcnn.exporting.facts import Facts, layer_facts
from vrcnn.exporting.subject import Subject
from vrcnn.featurevis.cache import FeatureCache
from vrcnn.featurevis.feature_file import DamagedFeature, decoded
from vrcnn.network.fingerprint import NetworkKey
from vrcnn.whole_file import make_folder, write_whole

GRAPH, FEATURES = "graph.json", "visualizations"


def write_graph(subject: Subject, facts: Facts) -> None:
    """The graph that is shown. Raises UserError."""
    text = as_json(Described(subject.source.name, subject.full, subject.shown, subject.scope))
    path = write_whole(facts.folder / GRAPH, lambda file: file.write(text.encode(errors="replace")))
    facts.tell(path, "the computational graph; docs/capture.md explains every key", {"scope": subject.scope})


def write_visualizations(layers: Sequence[ChosenLayer], facts: Facts, cache: FeatureCache) -> Iterator[int]:
    """All that the cache has of these layers, as the PNG files that it keeps, which tell how they were made.

    Yields 1 for each layer. Raises UserError.
    """
    by_tensor = {layer.tensor: layer for layer in layers}
    kept: dict[int, list[tuple[int, Path]]] = {}
    key = NetworkKey(facts.network.weights, facts.network.structure)
    for tensor, channel, path in cache.files(key):
        if tensor in by_tensor and channel in by_tensor[tensor].channels:
            kept.setdefault(tensor, []).append((channel, path))
    if not kept:
        words = "No visualization of these layers was made before: `vrcnn featvis` makes them, or G before a wall."
        if facts.wishes.kinds == (FEATURES,):
            raise UserError(words)
        facts.notes.append(words)
    for layer in layers:
        found = kept.get(layer.tensor, ())
        if found:
            folder = make_folder(facts.folder / FEATURES / layer.word)
            names = _copy(found, folder, layer)
            holds = f"what channels of {layer.node.title} look for; each PNG tells its settings in its text"
            facts.tell(folder, holds, contents=layer_facts(layer), files=names)
        yield 1


def _copy(found: Sequence[tuple[int, Path]], folder: Path, layer: ChosenLayer) -> list[str]:
    """The names of the files, by channel and preset; where there are several, they are counted."""
    names: list[str] = []
    for channel, path in sorted(found):
        try:
            content = path.read_bytes()
            settings = decoded(content).asked
        except (OSError, DamagedFeature):
            continue  # the cache takes such a file for none as well
        word = f"{layer.channel_word(channel)}_{safe_word(settings.preset, 20)}"
        again = sum(name.startswith(f"{word}.") or name.startswith(f"{word}~") for name in names)
        names.append(f"{word}~{again + 1}.png" if again else f"{word}.png")
        write_whole(folder / names[-1], partial(_put, content))
    return names


def _put(content: bytes, file: BinaryIO) -> None:
    file.write(content)
