"""What comes through a sieve as a picture: in the colours and the brightness of the picture before it."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vrcnn.engine.overlays import SIDE, plain_overlay
from vrcnn.network.arrays import image_of
from vrcnn.network.pictures import pixels_of
from vrcnn.network.preprocess import Standard
from vrcnn.network.source import NetworkSource

Inputs = tuple[tuple[object, ...], dict[str, object]]


def seen_through(source: NetworkSource, plain: Inputs, behind: Inputs) -> np.ndarray | None:
    """(H, W, 4) uint8, at most 512 px a side: the picture of the input `behind` a sieve, None where it is none.

    Of vrcnn's own preprocessing its colours are those of the file; of a user's own and of arrays the darkest and the
    brightest value are those of the `plain` input, so that what the sieve takes is not stretched over. Signals are
    shown as their curves.
    """
    before, after = source.picture_tensor(*plain), source.picture_tensor(*behind)
    if before is None or after is None or after.ndim not in (3, 4, 5):
        return None
    if after.ndim == 3:
        pixels = pixels_of(image_of(after[0].float()), SIDE)[..., :3]
        return np.concatenate((pixels, np.full_like(pixels[..., :1], 255)), 2)
    return plain_overlay(_brightness(source, before.detach().float().cpu(), after.detach().float().cpu()))


def _brightness(source: NetworkSource, before: Tensor, after: Tensor) -> Tensor:
    """(1, C, ...) from 0 to 1, as `visible` takes it."""
    prepare = source.preprocess
    if isinstance(prepare, Standard) and len(prepare.mean) == after.shape[1] and after.ndim == 4:
        mean, deviation = (torch.tensor(each)[:, None, None] for each in (prepare.mean, prepare.std))
        shown = before * deviation + mean
        if float(shown.min()) > -0.01 and float(shown.max()) < 1.01:
            return (after * deviation + mean).clamp(0, 1)
    low, high = before.min(), before.max()
    return ((after - low) / (high - low).clamp(min=1e-12)).clamp(0, 1)
