"""Networks with habits that break captures, as targets: each layer has a gradient, or a reason why not."""

from __future__ import annotations

import re

import pytest
import torch
from test_network_hard_cases import CASES
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.featurevis.objectives import values
from vrcnn.featurevis.results import Place
from vrcnn.featurevis.settings import Objective
from vrcnn.featurevis.target import Target
from vrcnn.network.example import example_of
from vrcnn.network.guard import unchanged
from vrcnn.network.map_reading import maps_shape
from vrcnn.network.preprocess import standard
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace

NO_GRADIENT = {  # how many layers, and why
    "writes into slices of views": (3, r"does not depend on the picture|lt \(\S+ makes whole numbers or truth values"),
    "an autograd function on numpy": (1, r"detach \(\S+ takes its numbers out of the gradient"),
    "buffers as inputs": (1, "does not depend on the picture"),
    "functions only": (2, "does not depend on the picture"),
    "empty tensors": (1, r"gt \(\S+ makes whole numbers or truth values"),
    "dataclasses, keywords, named tuples": (2, "does not depend on the picture"),
    "autocast, gradients, inference mode": (5, r"add \(\S+ runs under torch.inference_mode"),
    "embeddings and recurrent layers": (9, "reads no picture"),
    "results written into given tensors": (13, r"out=... arguments don't support|does not depend on the picture"),
}


def full_precision(arguments: tuple[object, ...]) -> bool:
    given = arguments[0]
    return not isinstance(given, Tensor) or given.dtype in (torch.float32, torch.float64)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore")
def test_every_layer_has_a_gradient_or_a_reason_with(case: str) -> None:
    build, arguments, keywords = CASES[case]
    torch.manual_seed(0)
    module = build()
    example = example_of(arguments, keywords, torch.device("cpu"))
    size = (3, 8, 8) if example.tensor is None else tuple(example.tensor.shape[1:])
    source = NetworkSource(
        case,
        module,
        example.arguments,
        example.keywords,
        (),
        None,
        standard((3, 8, 8)),
        size,
        (),
        None,
        example.slot,
    )
    tolerance = 1e-4 if full_precision(arguments) else 0.05
    with unchanged(module):
        full = trace(module, arguments, keywords)
    refused = []
    for node in full.nodes:
        if maps_shape(node) is None:
            continue
        try:
            target = Target(source, full, Place(node.name, node.index))
            with target.ready():
                pictures = torch.randn(3, *size, generator=torch.Generator().manual_seed(0), requires_grad=True)
                maps = target.maps(pictures, lambda: False, leaky=0.1)
                assert maps.shape[:2] == (3, target.channels)
                total = values(maps, [0, 0, 0], Objective()).sum()
                (gradient,) = torch.autograd.grad(total, pictures)
                assert gradient.isfinite().all()
                plain = target.maps(pictures.detach())
                assert (plain - maps).abs().max() <= tolerance * plain.abs().max()
        except UserError as error:
            refused.append(str(error))
    count, why = NO_GRADIENT.get(case, (0, ""))
    assert len(refused) == count
    assert [reason for reason in refused if not re.search(why, reason)] == []
