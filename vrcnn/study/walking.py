"""What `vrcnn run` is shown of a run: its network with the last weights, and its labelled held-out pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from vrcnn.study.held_out import HeldOut
from vrcnn.study.material import Standard, parts_of_run
from vrcnn.study.modes import MODES
from vrcnn.study.run_files import read_run
from vrcnn.study.training import trained_network


def walk(
    folder: Path,
) -> tuple[nn.Module, HeldOut, tuple[str, ...], Callable[[Image.Image], Tensor], tuple[int, int, int], str]:
    """(model, images, labels, preprocess, input_size, title) of the run of a folder, for its model.py.

    Raises UserError where it has not been trained, or its data is not there.
    """
    run = read_run(folder)
    settings = run.settings
    pictures = HeldOut(*parts_of_run(run))
    standard = Standard(tuple(run.rest["mean"]), tuple(run.rest["std"]))
    side = settings.side

    def preprocess(picture: Image.Image) -> Tensor:
        fitted = picture.convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
        pixels = torch.frombuffer(bytearray(fitted.tobytes()), dtype=torch.uint8).reshape(side, side, 3)
        return standard.of(pixels.permute(2, 0, 1)[None])[0]

    title = f"{Path(settings.network).stem}, {MODES[settings.mode].told}"
    model = trained_network(run, len(pictures.classes))
    return model, pictures, pictures.classes, preprocess, (3, side, side), title
