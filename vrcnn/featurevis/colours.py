"""Between the units of a network's input and colours: what black and white are for it, and how its input is shown."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vrcnn.network.pictures import PictureError
from vrcnn.network.signal_card import signal_card
from vrcnn.network.source import NetworkSource

_FLAT = ((0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (128, 128, 128), (200, 100, 60))
_SAMPLES = 16  # pictures of the set that tell a range where the preprocessing does not
_TOLERANCE = 0.02  # of the range, by which an input may differ from what is straight
_BEYOND = 1e-3  # shares that a picture may pass black or white by, as rounding does


class InputColours:
    """What the network's input means in colours, measured by sending flat pictures through the preprocessing.

    Where its input is a straight function of red, green and blue, that function is known, whichever order, range or
    mixture the network reads. Otherwise (a preprocessing that looks at the whole picture, arrays without one) each
    channel reaches from the least to the greatest value among some pictures of the set.

    Attributes:
        low, high: (C,) what a channel's 0 and 1 are in units of the network's input.
        coloured: whether the input is red, green and blue in some form, so that shares are these colours.
        dimensions: of a picture, without batch and channels: 1 for a signal, 2, or 3 for a volume.
    """

    def __init__(self, source: NetworkSource) -> None:
        self.dimensions = len(source.input_size) - 1
        self.low, self.high, self._mixing = _measured(source)
        self.coloured = self._mixing is not None and len(self._mixing) == 3
        self._turns = self.coloured and not _diagonal(self._mixing)
        self._unmixing = None if self._mixing is None else torch.linalg.pinv(self._mixing.double()).float()

    @property
    def channels(self) -> int:
        """Those of the network's input."""
        return len(self.low)

    @property
    def words(self) -> str:
        """Tells what colours are for this input from what they are for others."""
        known = (self.low, self.high) if self._mixing is None else (self.low, self.high, self._mixing)
        return " ".join(f"{number:.5g}" for values in known for number in values.flatten().tolist())

    def inputs(self, shares: Tensor) -> Tensor:
        """(n, C, ...) in units of the network's input, of shares from 0 to 1: red, green and blue where `coloured`."""
        if self._turns and self._mixing is not None:
            return _mixed(self._mixing, shares) + self._like(self.low, shares)
        return torch.addcmul(self._like(self.low, shares), shares, self._like(self.high - self.low, shares))

    def shares(self, pictures: Tensor) -> Tensor:
        """The inverse of `inputs`: (n, C, ...), beyond 0 and 1 where the pictures go beyond black or white."""
        above = pictures - self._like(self.low, pictures)
        if self._turns and self._unmixing is not None:
            return _mixed(self._unmixing, above)
        return above / self._like(self.high - self.low, pictures)

    def displayed(self, pictures: Tensor) -> Tensor:
        """(n, 3, h, w) sRGB from 0 to 1 of pictures (n, C, ...) in units of the network's input.

        One that goes beyond black or white is shown from its least to its greatest value. A signal is shown as curves,
        a volume by its middle slice; channels without colours by the first three, or by the first as grey.
        """
        plain = pictures.detach().float().nan_to_num(posinf=0, neginf=0)
        if plain.ndim == 3:
            cards = [np.asarray(signal_card(each.cpu().numpy())) for each in plain]
            return torch.from_numpy(np.stack(cards)).permute(0, 3, 1, 2).to(plain.device) / 255
        if plain.ndim == 5:
            plain = plain[:, :, plain.shape[2] // 2]
        if self._unmixing is not None:
            shown = _mixed(self._unmixing, plain - self._like(self.low, plain))
        else:
            shown = ((plain - self._like(self.low, plain)) / self._like(self.high - self.low, plain))[:, :3]
            shown = shown if shown.shape[1] == 3 else shown[:, :1].expand(-1, 3, -1, -1)
        low, high = shown.amin((1, 2, 3), keepdim=True), shown.amax((1, 2, 3), keepdim=True)
        beyond = (low < -_BEYOND) | (high > 1 + _BEYOND)
        stretched = (shown - low) / (high - low).clamp_min(1e-6)
        return torch.where(beyond, stretched, shown).clamp(0, 1)

    def pixels(self, pictures: Tensor) -> np.ndarray:
        """(n, h, w, 3) uint8 sRGB of the same."""
        shown = self.displayed(pictures).mul(255).add_(0.5).to(torch.uint8)
        return shown.permute(0, 2, 3, 1).contiguous().cpu().numpy()

    def _like(self, values: Tensor, pictures: Tensor) -> Tensor:
        return values.to(pictures.device, pictures.dtype).view(1, -1, *[1] * (pictures.ndim - 2))


def _diagonal(matrix: Tensor | None) -> bool:
    return matrix is not None and torch.equal(matrix, torch.diag(matrix.diag()))


def _mixed(matrix: Tensor, pictures: Tensor) -> Tensor:
    return torch.einsum("ij,nj...->ni...", matrix.to(pictures.device, pictures.dtype), pictures)


def _measured(source: NetworkSource) -> tuple[Tensor, Tensor, Tensor | None]:
    """Low and high (C,), and the matrix (C, 3) from colours to the input, without `low`; None where there is none."""
    flat = _flat_inputs(source) if len(source.input_size) == 3 else None
    if flat is None:
        return *_sampled(source), None
    low, high = flat[0], flat[1]
    mixing = (flat[2:5] - low).T.contiguous()
    mixing[mixing.abs() < _TOLERANCE**2 * mixing.abs().max()] = 0
    colours = torch.tensor(_FLAT, dtype=torch.float32) / 255
    reach = flat.amax(0) - flat.amin(0)
    straight = (colours @ mixing.T + low - flat).abs().amax(0) <= _TOLERANCE * reach
    if bool((straight & (reach > 0)).all()):
        full = len(low) >= 3 and int(torch.linalg.matrix_rank(mixing.double(), rtol=0.01)) == 3
        if (full and len(low) == 3) or bool((high != low).all()):
            return low, high, mixing if full else None
    return *_sampled(source), None


def _flat_inputs(source: NetworkSource) -> Tensor | None:
    """(flat pictures, C) what becomes of each of _FLAT; None where one does not stay flat, or cannot be used."""
    _, height, width = source.input_size
    inputs = []
    for colour in _FLAT:
        try:
            tensor = _input_of(source, Image.new("RGB", (2 * max(width, 1), 2 * max(height, 1)), colour))
        except Exception:  # a user's own preprocessing may want more of a picture than a flat one has
            return None
        if tensor is None or tensor.ndim != 3 or not bool(tensor.isfinite().all()):
            return None
        if float((tensor.amax((1, 2)) - tensor.amin((1, 2))).max()) > 1e-3 * max(1.0, float(tensor.abs().max())):
            return None
        inputs.append(tensor.mean((1, 2)))
    return torch.stack(inputs)


def _sampled(source: NetworkSource) -> tuple[Tensor, Tensor]:
    """The least and the greatest value of each channel (C,) among some pictures; 0 and 1 without any."""
    lows, highs = zip(*((each.flatten(1).amin(1), each.flatten(1).amax(1)) for each in _samples(source)), strict=True)
    low, high = torch.stack(lows).amin(0), torch.stack(highs).amax(0)
    return low, torch.where(high > low, high, low + 1)


def _samples(source: NetworkSource) -> Iterator[Tensor]:
    found = 0
    for picture in source.pictures[:_SAMPLES]:
        try:
            tensor = _input_of(source, picture.open())
        except PictureError:
            continue
        if tensor is not None and bool(tensor.isfinite().all()):
            found += 1
            yield tensor
    if not found:
        example = source.picture_tensor(source.arguments, source.keywords)
        yield torch.zeros(source.input_size) if example is None else example[0].float().cpu().nan_to_num()


def _input_of(source: NetworkSource, picture: Image.Image) -> Tensor | None:
    tensor = source.picture_tensor(*source.inputs_of(picture))
    return None if tensor is None else tensor[0].float().cpu()
