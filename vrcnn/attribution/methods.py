"""Captum's methods on a network's score, a part at a time, so that each can be shown to go on, and be cancelled.

What Captum returns is not touched but for the map that is shown of it (`map_of`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vrcnn.attribution.results import Wish
from vrcnn.attribution.scored import Probe, Scored, Subject
from vrcnn.errors import UserError
from vrcnn.network.differentiable import differentiable
from vrcnn.network.graph import Node
from vrcnn.network.recorder import Cancelled, never

MISSING = "Attributions need Captum, which is not installed: install it with `pip install 'vrcnn[attribution]'`."
STINT = 0.25  # s of occlusion, after which it is told how far it is
TRIED = 16  # layers, from the last on, until one has a part in the score
LEAST = 2  # steps that Captum's midpoint rule takes
WINDOW = 7  # of the input's side, the side of what occlusion covers is this part
Result = TypeVar("Result")


class _NoPart(UserError):  # noqa: N818
    """The score does not depend on a layer."""


@dataclass
class Found:
    """What a method has found: `values` as Captum returns them, (C, ...) of the input or (1, h, w) of the layer; the
    rest as in Attribution.
    """

    values: Tensor
    score: float
    layer: str = ""
    settings: Mapping[str, float | int | str] = field(default_factory=dict)


def captum() -> Any:
    """captum.attr. Raises UserError where it is not installed."""
    try:
        return import_module("captum.attr")
    except ImportError:
        raise UserError(MISSING) from None


def attribute(subject: Subject, wish: Wish, cancelled: Callable[[], bool] = never) -> Iterator[tuple[int, int] | Found]:
    """Yields (done, total) after each part of the work, and in the end what was found.

    A part that is given up as `cancelled()` becomes true is made again when the iterator is asked for the next one. The
    network is as it was between the parts. Raises UserError where Captum is missing, the network has no picture or no
    gradient, or there is no layer of the wish's name; ForwardError when the forward fails.
    """
    captum()
    scored = Scored(subject, cancelled)
    steps = {
        "gradient": _gradient,
        "integrated-gradients": _integrated_gradients,
        "grad-cam": _grad_cam,
        "occlusion": _occlusion,
    }[wish.method](scored, wish)
    yield from steps


def map_of(values: Tensor, method: str, size: tuple[int, ...], slice: float = 0.5) -> np.ndarray:
    """(H, W) float32 of what Captum returned, for the pixels of an input of `size` (C, ...).

    A gradient's largest absolute value among the channels; the channels' sum of the other methods; of a layer's map
    each pixel in between. Of a volume the slice at `slice`, of a signal a single row.
    """
    values = values.detach().float().cpu()
    if method == "grad-cam":
        space = size[1:]
        if len(space) == 1:  # whose maps are rows of samples
            values = values.flatten()[None]
        if values.ndim - 1 == len(space):
            mode = {1: "linear", 2: "bilinear", 3: "trilinear"}[len(space)]
            values = functional.interpolate(values[None], space, mode=mode, align_corners=False)[0]
        flat = values[0]
    else:
        flat = values.abs().amax(0) if method == "gradient" else values.sum(0)
    if flat.ndim == 3:
        flat = flat[round(slice * (len(flat) - 1))]
    return (flat[None] if flat.ndim == 1 else flat).numpy()


def _gradient(scored: Scored, wish: Wish) -> Iterator[tuple[int, int] | Found]:
    def once() -> Found:
        scored.sound()
        picture, score = scored.subject.picture.clone(), _score(scored)
        values = captum().Saliency(scored).attribute(picture.requires_grad_(True), abs=False)
        return Found(values.detach()[0], score)

    yield from _part(scored, once)


def _integrated_gradients(scored: Scored, wish: Wish) -> Iterator[tuple[int, int] | Found]:
    """The path is cut into pieces of a batch each; by the midpoint rule their sum is that over the whole path."""
    picture, total = scored.subject.picture, wish.steps
    if total < LEAST:
        raise UserError(f"Integrated gradients take at least {LEAST} steps, not {total}.")
    yield (0, total)
    method = captum().IntegratedGradients(scored)

    def first() -> tuple[int, float, float]:
        scored.sound()
        with torch.no_grad():
            return scored.together, _score(scored), float(scored(torch.zeros_like(picture)))

    together, score, base = yield from _again(scored, first, (0, total))
    values = torch.zeros_like(picture)
    done = 0
    while done < total:
        left = total - done
        steps = min(max(LEAST, together), left)
        steps += left - steps if left - steps < LEAST else 0
        ends = [picture * (done / total), picture * ((done + steps) / total)]

        def part(ends: list[Tensor] = ends, steps: int = steps) -> Tensor:
            made: Tensor = method.attribute(
                ends[1].clone().requires_grad_(True), ends[0], n_steps=steps, method="riemann_middle"
            )
            return made.detach()

        values = values + (yield from _again(scored, part, (done, total)))
        done += steps
        yield (done, total)
    settings: dict[str, float | int | str] = {
        "steps": total,
        "baseline": "0 in the units of the network's input",
        "score of the baseline": base,
        "sum": float(values.double().sum()),
        "missing of the score's difference": float(score - base - values.double().sum()),
    }
    yield Found(values[0], score, settings=settings)


def _grad_cam(scored: Scored, wish: Wish) -> Iterator[tuple[int, int] | Found]:
    def once() -> Found:
        scored.sound()
        nodes = scored.nodes_of(wish.layer)
        for node in nodes[:TRIED] if not wish.layer else ():
            with suppress(_NoPart):
                values = cam(node)
                if values.count_nonzero():  # behind the last attention a class token alone counts, and no place does
                    break
        else:
            node, values = nodes[0], cam(nodes[0])
        return Found(torch.relu(values)[0], _score(scored), node.name)

    def cam(node: Node) -> Tensor:
        probe, index = Probe(node), scored.subject.index

        def through(picture: Tensor) -> Tensor:
            return scored.scores(picture, probe.substitute())[:, index]

        picture = scored.subject.picture.clone().requires_grad_(True)
        try:
            values: Tensor = captum().LayerGradCam(through, probe.module).attribute(picture)
        except (AssertionError, RuntimeError) as error:
            if isinstance(error, RuntimeError) and "unused" not in str(error) and "does not require" not in str(error):
                raise
            raise _NoPart(
                f'The class\'s score does not depend on the layer "{node.name}" in a way that has gradients: choose '
                "another layer for Grad-CAM."
            ) from error
        return values.detach()

    yield from _part(scored, once)


def _occlusion(scored: Scored, wish: Wish) -> Iterator[tuple[int, int] | Found]:
    """Captum asks for one score after the other; those that it has had are remembered, so that it can begin anew."""
    picture = scored.subject.picture
    space = tuple(picture.shape[2:])
    sides = [min(side, wish.window or max(1, round(side / WINDOW))) for side in space]
    strides = [max(1, side // 2) for side in sides]
    windows = 1
    for side, window, stride in zip(space, sides, strides, strict=True):
        windows *= -(-(side - window) // stride) + 1
    yield (0, windows)

    def first() -> tuple[int, float]:
        with torch.no_grad():
            return scored.together, _score(scored)

    together, score = yield from _again(scored, first, (0, windows))
    remembering = _Remembering(scored)
    method = captum().Occlusion(remembering)
    values: Tensor | None = None
    while values is None:
        remembering.begin()
        try:
            with differentiable(scored.subject.source.module), torch.no_grad():
                values = method.attribute(
                    picture,
                    sliding_window_shapes=(picture.shape[1], *sides),
                    strides=(picture.shape[1], *strides),
                    baselines=0,
                    perturbations_per_eval=together,
                )
        except (Cancelled, _Pause):
            pass
        yield (min(windows, remembering.windows), windows)
    settings: dict[str, float | int | str] = {
        "window": "x".join(map(str, sides)),
        "stride": "x".join(map(str, strides)),
        "baseline": "0 in the units of the network's input",
    }
    yield Found(values[0], score, settings=settings)


class _Pause(Exception):  # noqa: N818
    """Captum is left in the middle, since somebody wants to know how far it is."""


class _Remembering:
    """Scores in the order in which Captum asks for them: first those that are remembered, then some more."""

    def __init__(self, scored: Scored) -> None:
        self._scored = scored
        self._remembered: list[Tensor] = []
        self._asked = 0
        self._began, self._fresh = 0.0, 0.0  # when Captum began, and when it came to what is not remembered

    def begin(self) -> None:
        """Captum asks from the first one on."""
        self._asked, self._began, self._fresh = 0, time.perf_counter(), 0.0

    def __call__(self, pictures: Tensor) -> Tensor:
        number, self._asked = self._asked, self._asked + 1
        if number == len(self._remembered):
            now = time.perf_counter()
            self._fresh = self._fresh or now
            if now - self._fresh > max(STINT, self._fresh - self._began):  # more than what it took to get here again
                raise _Pause
            self._remembered.append(self._scored(pictures).detach())
        return self._remembered[number]

    @property
    def windows(self) -> int:
        """How many windows have a score; the first one is that of the picture itself."""
        return sum(len(scores) for scores in self._remembered[1:])


def _score(scored: Scored) -> float:
    with torch.no_grad():
        return float(scored(scored.subject.picture))


def _again(
    scored: Scored, part: Callable[[], Result], told: tuple[int, int]
) -> Generator[tuple[int, int], None, Result]:
    """A part of the work, with the network ready for gradients; until it is not given up any more."""
    while True:
        try:
            with differentiable(scored.subject.source.module):
                return part()
        except Cancelled:
            yield told


def _part(scored: Scored, once: Callable[[], Found]) -> Iterator[tuple[int, int] | Found]:
    """All of it in one go."""
    yield (0, 1)
    found = yield from _again(scored, once, (0, 1))
    yield (1, 1)
    yield found
