"""Gradient ascent: a batch of channels of one layer, each with its picture, that become clearer step by step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.objectives import aims
from vrcnn.featurevis.parametrizations import Parametrization, from_noise, from_pictures
from vrcnn.featurevis.settings import Settings
from vrcnn.featurevis.target import Target
from vrcnn.featurevis.transforms import Chance, blurred, changed, continued, inner, move, resized, seen, with_noise
from vrcnn.network.recorder import never

_USUAL_SIDE = 224  # px, from which on lengths of the settings count as they are
_LEAST_SIDE = 64  # px, below which there is nothing to be gained by coarser pictures
_EPSILON = 1e-12  # of Adam, whose usual one is no less than the gradient of many a coefficient


@dataclass(frozen=True)
class _Stage:
    """Steps at one size.

    Attributes:
        first: step.
        size: px of the picture; `canvas` with what continues it beyond its borders while it is made.
        view: px that the network sees at a time.
        scale: what a length of the settings counts here.
    """

    first: int
    size: tuple[int, ...]
    canvas: tuple[int, ...]
    view: tuple[int, ...]
    scale: float


class Ascent:
    """Channels of one layer that ascend together, a step at a time; used inside `Target.ready`.

    Equal settings, seeds and channels give equal pictures on the same machine; which others are in the batch matters no
    more than the rounding of the network does.

    Attributes:
        channels: one for each picture. A channel that is there several times has noise of its own each time.
        step: how many steps of `steps` are made.
        finite: (n,) whether what was reached in the last step, and its gradient, are finite; those that are not cannot
            go on.
        level: (n,) whether nothing led upwards in the last step.
    """

    def __init__(
        self,
        target: Target,
        channels: Sequence[int],
        settings: Settings,
        colours: InputColours,
        start: Tensor | None = None,
    ) -> None:
        """`start`: (C, ...) for all or (n, C, ...), in units of the network's input, unless they start from noise."""
        self.channels = tuple(channels)
        self.step, self.steps = 0, settings.steps
        self._target = target
        self._settings = settings
        self._colours = colours
        self._stages = _stages(settings, target)
        self._stage = self._stages.pop(0)
        self._way = self._beginning(start if settings.start != "noise" else None)
        self._optimizer = self._fresh_optimizer()
        self._reached = torch.zeros(1, len(self.channels))
        self.finite = torch.ones(len(self.channels), dtype=torch.bool)
        self.level = torch.zeros(len(self.channels), dtype=torch.bool)

    @property
    def done(self) -> bool:
        return self.step >= self.steps

    @property
    def size(self) -> tuple[int, ...]:
        """px of the pictures in the end."""
        return (self._stage, *self._stages)[-1].size

    def advance(self, cancelled: Callable[[], bool] = never) -> None:
        """One step. Raises Cancelled and is then as before the step: taken up again, it gives the same result.

        Raises what `Target.maps` raises.
        """
        if self.done:
            return
        values = self._way.values
        former = self._change(values) if self._settings.transforms.kept else None
        try:
            with torch.enable_grad():
                (gradient,) = torch.autograd.grad(self._aim(cancelled), values)
        except BaseException:
            if former is not None:
                values.data.copy_(former)
            raise
        steepest = gradient.flatten(1).abs().amax(1)
        if self._settings.optimizer == "normalized":
            norm = torch.linalg.vector_norm(gradient.flatten(1), dim=1).view(-1, *[1] * (gradient.ndim - 1))
            gradient = gradient / norm.clamp_min(_EPSILON)
        values.grad = gradient
        self._optimizer.step()
        values.grad = None
        self.finite = steepest.isfinite() & self._reached.isfinite().all(0)
        self.level = steepest == 0
        self.step += 1
        if self._stages and self.step >= self._stages[0].first:
            self._enlarge()

    def keep(self, rows: Sequence[int]) -> None:
        """Goes on with these of the pictures alone, in this order."""
        state = self._optimizer.state[self._way.values]
        kept = {name: each[rows] if each.ndim else each for name, each in state.items()}
        self.channels = tuple(self.channels[row] for row in rows)
        self.finite, self.level = self.finite[rows], self.level[rows]
        with torch.no_grad():
            self._way.values = self._way.values.detach()[rows]
        self._optimizer = self._fresh_optimizer()
        if kept:
            self._optimizer.state[self._way.values].update(kept)

    def pictures(self) -> Tensor:
        """(n, C, h, w) in units of the network's input: plain, at the present size."""
        with torch.no_grad():
            return inner(self._way.pictures(), self._stage.size).clone()

    def _aim(self, cancelled: Callable[[], bool]) -> Tensor:
        settings, count = self._settings, len(self.channels)
        pictures = self._way.pictures()
        views = self._views(pictures)
        maps = self._target.maps(views, cancelled, settings.leaky)
        times = len(views) // count
        reached = aims(maps, self.channels * times, settings.objective)
        self._reached = reached.detach().view(times, count)
        aim = reached.sum() / times
        if settings.smooth or settings.small:
            shares = self._colours.shares(inner(pictures, self._stage.size))
            aim = aim - settings.smooth * _variation(shares) - settings.small * (shares - 0.5).square().sum()
        return aim

    def _views(self, pictures: Tensor) -> Tensor:
        """(crops x n, C, *view): what the network sees of the pictures in this step."""
        transforms, stage = self._settings.transforms, self._stage
        if transforms.kept or self.step >= self.steps - transforms.spared:
            return inner(pictures, stage.view)
        chance = Chance(self._settings.seed, self.step)
        if transforms.blur:
            pictures = blurred(pictures, transforms.blur * stage.scale)
        views = []
        for _ in range(transforms.crops):
            view = seen(pictures, move(transforms, chance, stage.size, stage.view, stage.scale), stage.view)
            views.append(with_noise(view, transforms.noise, chance) if transforms.noise else view)
        return views[0] if len(views) == 1 else torch.cat(views)

    def _change(self, values: Tensor) -> Tensor | None:
        """Changes the pictures themselves, where that is still to be done; returns `values` as they were."""
        transforms = self._settings.transforms
        if self.step >= self.steps - transforms.spared:
            return None
        with torch.no_grad():
            former = values.detach().clone()
            pictures = changed(
                self._way.pictures(), transforms, Chance(self._settings.seed, self.step), self._stage.scale
            )
            values.copy_(from_pictures(self._settings, pictures, self._colours).values)
        return former

    def _beginning(self, start: Tensor | None) -> Parametrization:
        canvas, device = self._stage.canvas, self._target.device
        if start is None:
            return from_noise(self._settings, self.channels, canvas, self._colours, device)
        start = start.to(device, torch.float32)
        whole = start if start.ndim == len(canvas) + 2 else start.expand(len(self.channels), *start.shape)
        fitting = resized(whole, self._stage.size)
        return from_pictures(self._settings, continued(fitting, canvas), self._colours)

    def _enlarge(self) -> None:
        """Goes on at the next stage's size; what the optimizer knows of each value goes along."""
        self._stage = self._stages.pop(0)
        canvas, former, state = self._stage.canvas, self._way, self._optimizer.state
        with torch.no_grad():
            kept = {
                name: former.fitted(each, canvas) if each.ndim else each for name, each in state[former.values].items()
            }
            self._way = former.enlarged(canvas)
        self._optimizer = self._fresh_optimizer()
        if kept:
            self._optimizer.state[self._way.values].update(kept)

    def _fresh_optimizer(self) -> torch.optim.Optimizer:
        values = self._way.values.requires_grad_(True)
        if self._settings.optimizer == "normalized":
            return torch.optim.SGD([values], lr=self._settings.rate, maximize=True)
        fused = values.device.type in ("cpu", "cuda")
        return torch.optim.Adam([values], lr=self._settings.rate, eps=_EPSILON, maximize=True, fused=fused)


def _stages(settings: Settings, target: Target) -> list[_Stage]:
    """The coarse stages that the network reads, and the last one."""
    read = tuple(target.input_size[1:])
    size = settings.size if settings.size is not None and len(read) == 2 else read
    whole = settings.transforms.crop == (1.0, 1.0)
    view = size if whole and (size == read or target.reads(size)) else read
    stages, first = [], 0
    for share, steps in settings.coarse:
        coarse = _Stage(first, _shrunk(size, share), _shrunk(size, share), _shrunk(view, share), share)
        if min(coarse.size) >= _LEAST_SIDE and target.reads(coarse.view):
            stages.append(coarse)
            first += round(steps * settings.steps)
    stages.append(_Stage(first, size, size, view, 1.0))
    return [_with_canvas(stage, settings) for stage in stages if stage.first < settings.steps or stage is stages[0]]


def _shrunk(size: Sequence[int], share: float) -> tuple[int, ...]:
    return tuple(max(1, round(length * share)) for length in size)


def _with_canvas(stage: _Stage, settings: Settings) -> _Stage:
    scale = stage.scale * min(1.0, min(stage.size) / stage.scale / _USUAL_SIDE)
    pad = 0 if settings.transforms.kept else round(settings.transforms.pad * scale)
    return replace(stage, canvas=tuple(length + 2 * pad for length in stage.size), scale=scale)


def _variation(shares: Tensor) -> Tensor:
    """Sum of the absolute differences between neighbours."""
    return sum((shares.diff(dim=axis).abs().sum() for axis in range(2, shares.ndim)), shares.new_zeros(()))
