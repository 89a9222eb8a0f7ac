"""Makes torchvision importable beside a torch of another build, whose compiled operators it cannot load.

The import asks for the operators nms and qnms ("operator torchvision::nms does not exist"). They are declared here, and
nms is computed in Python, so that detectors run as well; RoI alignment has a version in Python of its own.
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from types import ModuleType

import torch
from torch import Tensor

_DECLARED: list[torch.library.Library] = []  # what a library declares is gone when it is collected


def torchvision() -> ModuleType:
    """The package, whole or with what stands in for its operators. Raises ImportError where it is not installed."""
    if not _DECLARED and importlib.util.find_spec("torchvision") is not None and not _loads():
        library = torch.library.Library("torchvision", "FRAGMENT")
        for name in ("nms", "qnms"):
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.impl("nms", _nms, "CPU")
        _DECLARED.append(library)
    import torchvision

    if _DECLARED:
        import torchvision.ops.boxes as boxes
        import torchvision.ops.roi_align

        boxes._assert_has_ops = lambda: None
        alignment = sys.modules["torchvision.ops.roi_align"]
        alignment._roi_align = inspect.unwrap(alignment._roi_align)  # it would compile for the better part of a minute
    return torchvision


def _loads() -> bool:
    """Whether its compiled operators fit this torch."""
    specification = importlib.util.find_spec("torchvision")
    for folder in (specification.submodule_search_locations or []) if specification else []:
        try:
            torch.ops.load_library(f"{folder}/_C.so")
            return True
        except OSError:
            continue
    return False


def _nms(boxes: Tensor, scores: Tensor, iou_threshold: float) -> Tensor:
    """Non-maximum suppression: indices of the kept boxes (N, 4), the highest score first."""
    order = scores.argsort(descending=True, stable=True)
    left, top, right, bottom = boxes[order].unbind(1)
    area = (right - left) * (bottom - top)
    suppressed = torch.zeros(len(order), dtype=torch.bool)
    kept = []
    for place in range(len(order)):
        if suppressed[place]:
            continue
        kept.append(place)
        width = (torch.minimum(right, right[place]) - torch.maximum(left, left[place])).clamp(min=0)
        height = (torch.minimum(bottom, bottom[place]) - torch.maximum(top, top[place])).clamp(min=0)
        common = width * height
        suppressed |= common > iou_threshold * (area + area[place] - common)
    return order[torch.tensor(kept, dtype=torch.long)]
