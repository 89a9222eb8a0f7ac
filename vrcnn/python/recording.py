"""vrcnn.watch: records what a program sends through a network, to be looked at afterwards, here or elsewhere."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from PIL import Image
from torch import nn

from vrcnn.engine.recorded import recording_of
from vrcnn.errors import UserError
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph
from vrcnn.network.labels import labels_of
from vrcnn.network.recorded_source import recorded_source
from vrcnn.network.recording import Recording
from vrcnn.network.recording_file import save_recording
from vrcnn.network.scope import Scope
from vrcnn.network.watching import Watching, WatchOptions


def watch(
    model: nn.Module,
    *,
    every: int = 1,
    at_most: int = 64,
    last: int | None = None,
    layers: str | Sequence[str] | None = None,
    exact: bool = False,
    memory: int = 1 << 30,
    detail: str = "layers",
    labels: Any = None,
    task: str | None = None,
    title: str | None = None,
) -> Watched:
    """Records the passes that run inside of a `with` block, whatever calls the network and with whatever inputs.

        with vrcnn.watch(model) as watched:
            predictor.predict(volume)
        watched.show()

    What the program computes is bit for bit what it computes without, gradients and random numbers included, and the
    network is not touched. Each call of the network, or of a part of it by itself, is a pass.

    Arguments:
        every: only each how-manieth pass is recorded, the first one among them.
        at_most: how many are recorded in all.
        last: instead of the first ones, only so many last ones are kept.
        layers: names of layers, each with all inside it, or patterns with * and ?; by default all.
        exact: keeps the network's own numbers; by default real numbers are kept as float16. Of a batch always only the
            first item is kept.
        memory: bytes for everything that is kept; never more are. What does not fit is left out, and `notes` say so.
        detail: "blocks", "layers" or "all".
        labels, task, title: as in a model file.
    """
    names = () if layers is None else (layers,) if isinstance(layers, str) else tuple(layers)
    options = WatchOptions(every, at_most, last, names, exact, memory, detail)
    classes = None if labels is None else labels_of(labels, "vrcnn.watch")
    return Watched(Watching(model, options), title, classes, task)


class Watched:
    """What was recorded so far. It records inside of its `with` block, which may be entered again."""

    def __init__(self, watching: Watching, title: str | None, labels: tuple[str, ...] | None, task: str | None) -> None:
        self._watching, self._labels, self._task = watching, labels, task
        self.name = title or type(watching.network).__name__

    def __enter__(self) -> Watched:
        self._watching.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._watching.stop()

    def __len__(self) -> int:
        return len(self._watching.passes)

    @property
    def seen(self) -> int:
        """How many passes ran, recorded or not."""
        return self._watching.seen

    @property
    def passes(self) -> tuple[str, ...]:
        """The names of those that are kept."""
        return tuple(passed.name for passed in self._watching.passes)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about what was not recorded, or not as it was."""
        unmet = (f'No pass has had a layer "{name}", which layers= asks for.' for name in self._watching.unmet())
        return (*self._watching.notes, *unmet)

    @property
    def bytes(self) -> int:
        """Memory of all that is kept; never more than `memory`."""
        return self._watching.memory.used

    def activations(self, which: int | str = -1) -> dict[str, np.ndarray]:
        """By a layer's name, the tensor that it made, of a batch the first item; of the last pass, or the one of this
        place or name. Raises UserError where there is none."""
        passed = self._watching.passes[self._place(which)]
        shown = passed.way.shown.nodes
        return {node.name: passed.values[node.members[-1]] for node in shown if node.members[-1] in passed.values}

    def output(self, which: int | str = -1) -> Any:
        """What a pass returned, its tensors as arrays, of a batch the first item. Raises UserError."""
        return self._watching.passes[self._place(which)].output

    def graph(self, which: int | str = -1) -> Graph:
        """The layers of a pass, and the edges between them. Raises UserError."""
        way = self._watching.passes[self._place(which)].way
        return reduce(way.full, Scope(self._watching.options.detail, "never"))

    def recording(self) -> Recording:
        """All that is kept, as plain data. Raises UserError where that is nothing."""
        self._place(-1)
        return recording_of(self._watching, self.name, self._labels, self._task)

    def save(self, path: str | Path) -> Path:
        """Writes a file for `vrcnn open FILE`, which needs neither the network nor its code; returns its path.

        The file is there whole or not at all. Raises UserError where it cannot be written.
        """
        return save_recording(self.recording(), Path(path).expanduser())

    def show(self, **look: Any) -> None:
        """Opens the passes in the window or the headset, as `vrcnn.show` does a network; `look` as there: display,
        layout, theme, range, colormap, gamma, order, memory, session, keep, resolution."""
        from vrcnn.python.showing import look_of, show_sources

        display, keep = look.pop("display", "auto"), look.pop("keep", True)
        resolution = look.pop("resolution", None)
        source = recorded_source(self.recording())
        show_sources([source], look_of(detail=self._watching.options.detail, **look), display, keep, resolution)

    def render(self, which: int | str = 0, **how: Any) -> Image.Image:
        """A picture of a pass in the world, as `vrcnn.render` makes it; `how` as there: size, at, view, camera,
        panorama, transparent, layout, theme, range, colormap, gamma, order, memory, session."""
        from vrcnn.python.showing import look_of, render_sources, still_of

        place = self._place(which)
        names = ("size", "at", "view", "camera", "panorama", "transparent")
        still = still_of(picture=place, **{name: how.pop(name) for name in names if name in how})
        source = recorded_source(self.recording())
        return render_sources([source], look_of(detail=self._watching.options.detail, **how), still)

    def __repr__(self) -> str:
        passes, memory = self._watching.passes, self._watching.memory
        words = [f"{len(passes)} of {self.seen} passes kept"]
        if passes:
            layers = len(passes[-1].values)
            kept = f"{layers} layer" if layers == 1 else f"{layers} layers"
            words.append(f"{kept}, {memory.used / 1e6:.1f} of {memory.limit / 1e6:,.0f} MB")
            words.append(f"ways through the network: {len({id(passed.way) for passed in passes})}")
        told = f"<Watched {self.name}: {'; '.join(words)}>"
        if passes:
            told += "\n  .show() opens them, .save('run.vrcnn') keeps them, .activations() has their numbers"
        elif not self._watching.on:
            told += f"\n  {self._nothing()}"
        return "\n  ".join([told, *self.notes])

    def _place(self, which: int | str) -> int:
        passes = self._watching.passes
        if not passes:
            raise UserError(self._nothing())
        if isinstance(which, str):
            place = next((place for place, passed in enumerate(passes) if passed.name == which), None)
            if place is None:
                raise UserError(f'There is no "{which}": these passes were kept: {", ".join(self.passes[:8])}.')
            return place
        place = operator.index(which)
        if not -len(passes) <= place < len(passes):
            raise UserError(f"There is no pass at place {place}: {len(passes)} were kept.")
        return place % len(passes)

    def _nothing(self) -> str:
        if self.seen:
            return f"{self.seen} passes ran, and none was kept: {' '.join(self.notes) or 'see at_most= and every='}"
        return (
            "No pass was seen: nothing called the network inside of the `with` block. Call model(x), not "
            "model.forward(x), on the very object that is watched, or on what wraps it."
        )
