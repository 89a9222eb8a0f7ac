"""What the ascent changes in place of a picture: its pixels, its Fourier coefficients, or their phases alone.

Each holds `values`, the leaf that an optimizer changes, one row for each picture, and makes pictures of them in units
of the network's input. Fourier and phases make pictures that go on seamlessly beyond their borders; their colours are
taken along the axes of natural pictures (spectrum.COLOUR_AXES) where the input has colours.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from vrcnn.featurevis.colours import InputColours
from vrcnn.featurevis.settings import Settings
from vrcnn.featurevis.spectrum import COLOUR_AXES, natural_spectrum, wave_numbers

_SOFTER = 4.0  # Lucid divides by it: with more, colours saturate less
_STRENGTH = 1.6  # the deviation of a picture of phases, before its colours are put together
_DARKEST, _BRIGHTEST = 0.02, 0.98  # shares that a picture is held to where it becomes a start
_RESIZING = {1: "linear", 2: "bilinear", 3: "trilinear"}


class Parametrization(Protocol):
    """Pictures as something that an optimizer can change."""

    values: Tensor

    def pictures(self) -> Tensor:
        """(n, C, *size) in units of the network's input; differentiable with respect to `values`."""
        ...

    def enlarged(self, size: Sequence[int]) -> Parametrization:
        """The same pictures at another size."""
        ...

    def fitted(self, tensor: Tensor, size: Sequence[int]) -> Tensor:
        """What an optimizer keeps for each of `values`, for those of another size."""
        ...


class Pixels:
    """Pictures as they are: Erhan et al. 2009; the network's input itself, beyond black and white too."""

    def __init__(self, values: Tensor) -> None:
        self.values = values

    def pictures(self) -> Tensor:
        return self.values

    def enlarged(self, size: Sequence[int]) -> Pixels:
        return Pixels(self.fitted(self.values.detach(), size))

    def fitted(self, tensor: Tensor, size: Sequence[int]) -> Tensor:
        return F.interpolate(tensor, tuple(size), mode=_RESIZING[len(size)], align_corners=False)


class Fourier:
    """Coefficients, each counting the less the faster its wave: Olah et al. 2017, as in Lucid's `fft_image`.

    `values` are (n, C, *frequencies, 2); zero is grey. A coefficient stands for as many waves a picture at any size.
    """

    def __init__(
        self, values: Tensor, size: Sequence[int], colours: InputColours, decorrelated: bool, decay: float
    ) -> None:
        self.values = values
        self.size = tuple(size)
        self._colours, self._decorrelated, self._decay = colours, decorrelated, decay
        axes = _axes(colours, decorrelated).to(values.device)
        self._scale = _falling(self.size, decay).to(values.device)
        self._axes = (axes / _SOFTER)[:, :, None]

    def pictures(self) -> Tensor:
        scaled = torch.view_as_complex(self.values * self._scale[..., None])
        grey = torch.fft.irfftn(scaled, s=self.size, dim=_last(len(self.size)), norm="ortho")
        return self._colours.inputs(torch.sigmoid(_along(self._axes, grey)))

    def enlarged(self, size: Sequence[int]) -> Fourier:
        return Fourier(self.fitted(self.values.detach(), size), size, self._colours, self._decorrelated, self._decay)

    def fitted(self, tensor: Tensor, size: Sequence[int]) -> Tensor:
        return torch.view_as_real(_other_size(torch.view_as_complex(tensor), self.size, size))

    @staticmethod
    def coefficients(pictures: Tensor, colours: InputColours, decorrelated: bool, decay: float) -> Tensor:
        """(n, C, *frequencies, 2): `values` that make these pictures (n, C, *size), held away from black and white."""
        size = pictures.shape[2:]
        logits = torch.logit(colours.shares(pictures).clamp(_DARKEST, _BRIGHTEST))
        axes = torch.linalg.inv(_axes(colours, decorrelated).to(pictures.device) / _SOFTER)
        spectrum = torch.fft.rfftn(_along(axes[:, :, None], logits), dim=_last(len(size)), norm="ortho")
        return torch.view_as_real(spectrum / _falling(size, decay).to(pictures.device))


class Phases:
    """Phases under the magnitudes of natural pictures, which stay: MaCo, Fel et al. 2023.

    `values` are (n, C, *frequencies), radians.
    """

    def __init__(self, values: Tensor, size: Sequence[int], colours: InputColours, decorrelated: bool) -> None:
        self.values = values
        self.size = tuple(size)
        self._colours, self._decorrelated = colours, decorrelated
        self._axes = _axes(colours, decorrelated).to(values.device)[:, :, None]
        coloured = colours.coloured and decorrelated
        self._magnitude = _magnitude(self.size, values.shape[1], coloured).to(values.device)

    def pictures(self) -> Tensor:
        spectrum = torch.complex(self.values.cos() * self._magnitude, self.values.sin() * self._magnitude)
        grey = torch.fft.irfftn(spectrum, s=self.size, dim=_last(len(self.size)), norm="ortho")
        return self._colours.inputs(torch.sigmoid(_along(self._axes, grey)))

    def enlarged(self, size: Sequence[int]) -> Phases:
        return Phases(self.fitted(self.values.detach(), size), size, self._colours, self._decorrelated)

    def fitted(self, tensor: Tensor, size: Sequence[int]) -> Tensor:
        return _other_size(tensor.to(torch.complex64), self.size, size).real.contiguous()

    @staticmethod
    def phases(pictures: Tensor, colours: InputColours, decorrelated: bool) -> Tensor:
        """(n, C, *frequencies): the phases of these pictures (n, C, *size)."""
        logits = torch.logit(colours.shares(pictures).clamp(_DARKEST, _BRIGHTEST))
        axes = torch.linalg.inv(_axes(colours, decorrelated).to(pictures.device))
        return torch.fft.rfftn(_along(axes[:, :, None], logits), dim=_last(pictures.ndim - 2)).angle()


def from_noise(
    settings: Settings, channels: Sequence[int], size: Sequence[int], colours: InputColours, device: torch.device
) -> Parametrization:
    """Noise to start from, for each channel its own, and the same in whatever batch it is."""
    count = colours.channels
    frequencies = (*size[:-1], size[-1] // 2 + 1)
    shapes = {"pixels": (count, *size), "fourier": (count, *frequencies, 2), "maco": (count, *frequencies)}
    shape = shapes[settings.parametrization]
    noise = torch.stack([_noise(settings, channels, index, shape) for index in range(len(channels))]).to(device)
    match settings.parametrization:
        case "pixels":
            return Pixels(colours.inputs(noise + 0.5))
        case "fourier":
            return Fourier(noise, size, colours, settings.decorrelated, settings.decay)
    return Phases(noise, size, colours, settings.decorrelated)


def from_pictures(settings: Settings, pictures: Tensor, colours: InputColours) -> Parametrization:
    """Pictures (n, C, *size) in units of the network's input to start from."""
    size = pictures.shape[2:]
    match settings.parametrization:
        case "pixels":
            return Pixels(pictures.clone())
        case "fourier":
            values = Fourier.coefficients(pictures, colours, settings.decorrelated, settings.decay)
            return Fourier(values, size, colours, settings.decorrelated, settings.decay)
    values = Phases.phases(pictures, colours, settings.decorrelated)
    return Phases(values, size, colours, settings.decorrelated)


def _noise(settings: Settings, channels: Sequence[int], index: int, shape: tuple[int, ...]) -> Tensor:
    """That of the picture `index`; other than that of the same channel's pictures before it."""
    before = sum(channel == channels[index] for channel in channels[:index])
    seed = (settings.seed * 1_000_003 + channels[index]) * 1_009 + before
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator) * settings.deviation


def _axes(colours: InputColours, decorrelated: bool) -> Tensor:
    """(C, C): what each of the values adds to the logits of the colours."""
    return torch.tensor(COLOUR_AXES) if colours.coloured and decorrelated else torch.eye(colours.channels)


def _along(axes: Tensor, values: Tensor) -> Tensor:
    """(n, C, *size) of values (n, C, *size): each place times `axes` (C, C, 1)."""
    if len(axes) == 1:
        return values * axes[0, 0]
    return F.conv1d(values.flatten(2), axes).view(values.shape)


def _falling(size: Sequence[int], decay: float) -> Tensor:
    """(*frequencies): from the number of px for the slowest wave and the mean, falling with the frequency's power."""
    slowest = 1 / max(size)
    frequency = torch.linalg.vector_norm(wave_numbers(size), dim=0).clamp_min(slowest)
    return (frequency / slowest) ** -decay * max(size)


def _magnitude(size: Sequence[int], channels: int, coloured: bool) -> Tensor:
    """(C, *frequencies), such that random phases make pictures of deviation _STRENGTH; alike without colours."""
    natural = natural_spectrum().magnitude(size)
    magnitude = natural if coloured else natural[:1].expand(channels, *natural.shape[1:])
    both = torch.full((magnitude.shape[-1],), 2.0)  # a wave and the one that runs against it, which is left out
    both[0] = 1.0
    if size[-1] % 2 == 0:
        both[-1] = 1.0
    power = (magnitude.square() * both).sum() / (len(magnitude) * math.prod(size))
    return magnitude * (_STRENGTH / power.sqrt())


def _other_size(spectrum: Tensor, size: Sequence[int], wanted: Sequence[int]) -> Tensor:
    """A spectrum (n, C, *frequencies) with as many waves a picture: faster ones are 0, or left out."""
    new = spectrum.new_zeros(*spectrum.shape[:2], *wanted[:-1], wanted[-1] // 2 + 1)
    kept = [min(a, b) for a, b in zip(size, wanted, strict=True)]
    last = slice(0, (kept[-1] + 1) // 2)
    parts: list[list[Any]] = [[...]]
    for length in kept[:-1]:
        positive, negative = slice(0, (length + 1) // 2), slice(-((length - 1) // 2) or None, None)
        halves = [positive, negative] if length > 2 else [positive]
        parts = [[*part, half] for part in parts for half in halves]
    for part in parts:
        place = (*part, last)
        new[place] = spectrum[place]
    return new


def _last(count: int) -> tuple[int, ...]:
    return tuple(range(-count, 0))
