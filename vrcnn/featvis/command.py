"""`vrcnn featvis`: pictures of what channels look for, in a folder, with a contact sheet and a JSON of their scores."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from vrcnn.engine.failures import is_out_of_memory
from vrcnn.errors import UserError
from vrcnn.export.contact_sheet import draw_sheet, page_path
from vrcnn.export.feature_report import MadeChannel, MadeLayer, Report, as_json, as_sheet
from vrcnn.export.picture import save_picture
from vrcnn.featurevis.cache import FeatureCache, digest
from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.making import Making
from vrcnn.featurevis.natural import NaturalAnswers
from vrcnn.featurevis.results import Baseline, Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.featvis.chosen_layers import WHOLE, ChosenLayer, Span, choose_layers
from vrcnn.featvis.made_files import NEVER_ROSE, MadeFiles
from vrcnn.interrupting import interrupted_by
from vrcnn.network.fingerprint import Fingerprint
from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.pictures import PictureError, PictureFile
from vrcnn.network.recorder import Cancelled
from vrcnn.network.scope import Scope
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.network.trace import trace
from vrcnn.progress import Progress
from vrcnn.scene.theme import THEMES
from vrcnn.whole_file import make_folder, write_whole

TOGETHER = 8  # channels; with more, no channel takes less time
INTERRUPTED, INCOMPLETE = 130, 2  # exit codes
SHEET, FACTS, CROPS = "contact_sheet.png", "featvis.json", "best"
NO_PIXELS = np.zeros((1, 1, 3), np.uint8)
CROP = 128  # px a side, at most, of a natural picture's part


@dataclass(frozen=True)
class Wishes:
    """What the command line wants made.

    Attributes:
        layers: their names; None for all that are shown in `scope`.
        channels: from the first to the last of each span; None for all.
        start: a picture to start from, instead of what the settings say.
        best: how many natural pictures are shown beside each channel.
        overwrite: make anew what is there already.
        cache: whether visualizations are kept for later, and taken from there.
        theme: of the contact sheet.
    """

    layers: tuple[str, ...] | None
    channels: tuple[Span, ...] | None
    settings: Settings
    output: Path
    scope: Scope = Scope(fold="never")
    start: Path | None = None
    best: int = 0
    overwrite: bool = False
    cache: bool = True
    theme: str = "dark"


def main(target: str | None, load_options: LoadOptions, wishes: Wishes) -> int:
    """Makes all that is wanted and writes it into the folder.

    Returns 0; 2 where a layer was left out that was named; 130 after Ctrl-C, when all that was finished is in the
    folder. Raises UserError where nothing can be made, or written.
    """
    return make(load(target, load_options), wishes, target or "the demo")


def make(source: NetworkSource, wishes: Wishes, called: str) -> int:
    """The same for a network that is there already, which is `called` so."""
    with unchanged(source.module):
        full = trace(source.module, source.arguments, source.keywords)
    make_folder(wishes.output, "choose another with -o")
    return _Run(source, full, wishes, source.picture_set, called).go()


@dataclass(frozen=True)
class _Start:
    """What ascents start from: (C, ...) in units of the network's input, and what it is called."""

    values: torch.Tensor | None = None
    name: str = ""

    @property
    def digest(self) -> str:
        return digest(None if self.values is None else self.values.numpy())


class _Run:
    """One run, from finding out what is there already to the contact sheet."""

    def __init__(
        self, source: NetworkSource, full: Graph, wishes: Wishes, natural: Sequence[PictureFile], called: str
    ) -> None:
        self._source, self._full, self._wishes, self._called = source, full, wishes, called
        self._colours = InputColours(source)
        self._start = _start_of(source, wishes)
        begins = "noise" if self._start.values is None else "picture"
        self._settings = replace(wishes.settings, start=begins)
        self._layers = choose_layers(
            source, full, wishes.scope, wishes.layers, wishes.channels, self._settings.objective
        )
        self._whole = self._settings.objective.kind in WHOLE
        if self._settings.size is not None and len(source.input_size) != 3:
            raise UserError(f"{source.name} reads no pictures of any height and width: leave --size out.")
        self._natural: NaturalAnswers | None = None
        if natural:
            places = [layer.place for layer in self._layers]
            top = max(1, wishes.best)
            self._natural = NaturalAnswers(source, full, places, natural, self._settings.objective, top)
        self._key = Fingerprint(source, full, self._colours.words).key()
        self._progress = Progress()
        cache = FeatureCache() if wishes.cache else None
        start = self._start.digest
        self._files = MadeFiles(wishes.output, cache, self._key, self._settings, start, self._progress.say)
        self._interrupted = threading.Event()
        self._made: dict[tuple[int, int], MadeChannel] = {}
        self._errors: dict[int, str] = {}

    def go(self) -> int:
        """All of it; the exit code."""
        try:
            with interrupted_by(self._interrupted.set):
                self._ask_natural_pictures()
                todo = self._find_what_is_there()
                self._make(todo)
        except Cancelled:
            pass
        finally:
            self._progress.clear()
        if not self._made and self._errors:
            raise UserError("\n  ".join(dict.fromkeys(self._errors.values())))
        return self._conclude()

    def _ask_natural_pictures(self) -> None:
        """How all layers answer to natural pictures, which scores are told by."""
        natural = self._natural
        if natural is None:
            return
        self._progress.begin()
        while not natural.finished:
            natural.advance(self._interrupted.is_set)
            self._progress.show(
                natural.done / natural.total, f"natural pictures, {natural.done:,} of {natural.total:,}"
            )
        for skipped in natural.skipped:
            self._progress.say(f"Left out: {skipped.name} {skipped.reason}.")

    def _find_what_is_there(self) -> dict[int, list[int]]:
        """Takes over what was made before; what is still to be made of each layer, by its tensor."""
        todo: dict[int, list[int]] = {}
        for layer in self._layers:
            compared = partial(self._compared, layer)
            for channel in layer.channels:
                if self._interrupted.is_set():
                    raise Cancelled
                found = None if self._wishes.overwrite else self._files.take_over(layer, channel, compared)
                if found is None:
                    todo.setdefault(layer.place.tensor, []).append(channel)
                else:
                    self._note(layer, found.visualization, found.file, found.source)
        return todo

    def _make(self, todo: dict[int, list[int]]) -> None:
        """Layer by layer; one that cannot be used is left out, and the others go on."""
        work = sum(layer.share * len(layer.channels) for layer in self._layers)
        left = sum(layer.share * len(todo.get(layer.place.tensor, ())) for layer in self._layers)
        self._progress.begin(1 - left / work)
        for layer in self._layers:
            channels = todo.get(layer.place.tensor)
            if not channels:
                continue
            done = 1 - left / work
            share = layer.share * len(channels) / work
            try:
                self._make_layer(layer, channels, done, share)
            except UserError as error:
                self._errors[layer.place.tensor] = str(error)
                if len(self._layers) > 1:
                    self._progress.say(f"Left out: {error}")
            left -= layer.share * len(channels)

    def _make_layer(self, layer: ChosenLayer, channels: Sequence[int], done: float, share: float) -> None:
        """`done` of the whole run is there already, and this layer is a `share` of it."""
        together, missing = TOGETHER, list(channels)
        while missing:
            try:
                with layer.target.ready():
                    making = self._begin(layer, missing, together)
                    before = 1 - len(missing) / len(channels)
                    while not making.done:
                        making.advance(self._interrupted.is_set)
                        for visualization, values in making.finished():
                            file = self._files.take(layer, visualization, values.float().cpu().numpy())
                            self._note(layer, visualization, file, "made")
                            missing.remove(visualization.channel)
                        part = before + (1 - before) * making.share
                        count = len(channels) - len(missing)
                        words = f"{layer.title} · {count:,} of {len(channels):,} channels"
                        self._progress.show(done + share * part, words)
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                if torch.cuda.is_initialized():
                    torch.cuda.empty_cache()
                if together == 1:
                    words = "There is not enough memory to visualize"
                    raise UserError(f"{words} {layer.title}: choose a smaller picture with --size.") from error
                together //= 2

    def _begin(self, layer: ChosenLayer, channels: Sequence[int], together: int) -> Making:
        known = {channel: self._baseline(layer, channel) for channel in channels}
        baselines = {channel: baseline for channel, baseline in known.items() if baseline is not None}
        return Making(
            layer.target, channels, self._settings, self._colours, baselines, self._start.values, together=together
        )

    def _note(self, layer: ChosenLayer, visualization: Visualization, file: Path, source: str) -> None:
        natural, place, channel = self._natural, layer.place, visualization.channel
        sights = natural.crops(place, channel, CROP)[: self._wishes.best] if natural and self._wishes.best else ()
        crops = []
        for number, (_, pixels) in enumerate(sights, 1):
            (self._wishes.output / CROPS).mkdir(exist_ok=True)
            word = file.stem.removesuffix(NEVER_ROSE)
            crops.append(save_picture(pixels, self._wishes.output / CROPS / f"{word}_{number}.png"))
        name = layer.names[channel] if channel < len(layer.names) and not self._whole else ""
        self._made[place.tensor, channel] = MadeChannel(
            visualization=replace(visualization, pixels=NO_PIXELS),  # those of a whole network would fill the memory
            name=name,
            file=file.name,
            source=source,
            sights=tuple(sight for sight, _ in sights),
            crops=tuple(f"{CROPS}/{crop.name}" for crop in crops),
        )

    def _baseline(self, layer: ChosenLayer, channel: int) -> Baseline | None:
        return None if self._natural is None else self._natural.baseline(layer.place, channel)

    def _compared(self, layer: ChosenLayer, visualization: Visualization) -> Visualization:
        """With the natural pictures of this run."""
        return replace(visualization, baseline=self._baseline(layer, visualization.channel))

    def _conclude(self) -> int:
        """The contact sheet, the JSON, and a sentence on what there is."""
        report = self._report()
        folder = self._wishes.output
        (facts, sheet) = folder / FACTS, folder / SHEET
        write_whole(facts, lambda file: file.write(as_json(report).encode()))
        if self._made:
            self._draw(report, sheet)
        made = report.made
        failed = sum(each.outcome == "failed" for each in made)
        fresh = sum(each.source == "made" for each in self._made.values())
        total = sum(len(layer.channels) for layer in self._layers)
        count = f"{len(made):,} of {total:,} channels" if len(made) < total else _counted(total, "channel")
        parts = [count, f"{fresh:,} made now" if fresh < len(made) else "", f"{failed:,} never rose" if failed else ""]
        print(f"{', '.join(part for part in parts if part)}: see {sheet if made else facts}.")
        if self._interrupted.is_set():
            print("Ended early: the same command goes on from here.", file=sys.stderr)
            return INTERRUPTED
        for error in dict.fromkeys(self._errors.values()):
            if self._wishes.layers is not None:
                print(f"vrcnn: {error}", file=sys.stderr)
        return INCOMPLETE if self._errors and self._wishes.layers is not None else 0

    def _draw(self, report: Report, path: Path) -> None:
        with Image.open(path.with_name(next(iter(self._made.values())).file)) as picture:
            size = f"{picture.width} × {picture.height} px"
        number = 0
        for number, page in enumerate(draw_sheet(as_sheet(report, path.parent, size), THEMES[self._wishes.theme]), 1):
            save_picture(np.asarray(page), page_path(path, number))
        while (former := page_path(path, number := number + 1)).exists():
            former.unlink()

    def _report(self) -> Report:
        natural = self._natural
        given = self._source.pictures_given
        device = next(iter(self._layers)).target.device
        return Report(
            network=self._source.name,
            target=self._called,
            weights=self._key.weights,
            structure=self._key.structure,
            machine={"torch": torch.__version__, "device": str(device)},
            settings=self._settings,
            start=self._start.name,
            pictures=0 if natural is None else natural.total - len(natural.skipped),
            pictures_from="" if natural is None or given else "vrcnn's own",
            layers=tuple(self._layer_report(layer) for layer in self._layers),
            finished=not self._interrupted.is_set(),
        )

    def _layer_report(self, layer: ChosenLayer) -> MadeLayer:
        tensor = layer.place.tensor
        return MadeLayer(
            name=layer.place.name,
            title=layer.title,
            operations=layer.operations,
            role=layer.role,
            channels=layer.target.channels,
            spatial=layer.target.spatial,
            made=tuple(self._made[tensor, each] for each in layer.channels if (tensor, each) in self._made),
            whole=self._whole,
            error=self._errors.get(tensor, ""),
        )


def _start_of(source: NetworkSource, wishes: Wishes) -> _Start:
    """The picture that was named; for settings that start from a picture, the first of the network's own."""
    if wishes.start is not None:
        if not wishes.start.is_file():
            raise UserError(f"There is no file {wishes.start}: give a picture with --start.")
        try:
            image = PictureFile(wishes.start.name, wishes.start).open()
            tensor = source.picture_tensor(*source.inputs_of(image))
        except PictureError as error:
            raise UserError(f"The picture {wishes.start} {error}: give another one with --start.") from error
        name = wishes.start.name
    elif wishes.settings.start == "picture":
        tensor = source.picture_tensor(source.arguments, source.keywords)
        name = source.pictures[0].name if source.pictures else "the example input"
    else:
        return _Start()
    return _Start() if tensor is None else _Start(tensor[0].detach().float().cpu(), name)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")
