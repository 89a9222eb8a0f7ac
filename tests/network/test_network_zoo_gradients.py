"""A representative part of the zoo: layers in the middle and at the end are targets, by ways that come to the same."""

from __future__ import annotations

import pytest
import torch
from zoo.representative import ARCHITECTURES, opened

from vrcnn.featurevis.results import Place
from vrcnn.featurevis.target import TOLERANCE, Target
from vrcnn.network.example import example_of
from vrcnn.network.graph import Graph, Node
from vrcnn.network.guard import unchanged
from vrcnn.network.map_reading import maps_shape
from vrcnn.network.preprocess import standard
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace

LAYERS = ("convolution", "activation", "merge")


def in_the_middle_and_at_the_end(full: Graph) -> list[Node]:
    shown = [node for node in full.nodes if maps_shape(node) is not None]
    inner = [node for node in shown if node.family in LAYERS]
    return [inner[len(inner) // 2], shown[-1]]


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_an_architecture_of_a_library_has_gradients(architecture: str) -> None:
    module, arguments, keywords = opened(architecture)
    example = example_of(arguments, keywords, torch.device("cpu"))
    assert example.tensor is not None
    size = tuple(example.tensor.shape[1:])
    preprocess = standard((3, 8, 8))
    given = example.arguments, example.keywords
    source = NetworkSource(architecture, module, *given, (), None, preprocess, size, (), None, example.slot)
    with unchanged(module):
        full = trace(module, arguments, keywords)
    for node in in_the_middle_and_at_the_end(full):
        if node.name == "roi_heads.gt":  # which detections are sure enough: truth values
            continue
        target = Target(source, full, Place(node.name, node.index))
        with target.ready():
            pictures = torch.randn(2, *size, generator=torch.Generator().manual_seed(0), requires_grad=True)
            maps = target.maps(pictures)
            (gradient,) = torch.autograd.grad(maps.square().mean(), pictures)
            assert gradient.isfinite().all()
            plain = target.maps(pictures.detach())
        assert maps.shape[:2] == (2, target.channels)
        assert (maps - plain).abs().max() <= TOLERANCE * plain.abs().max()
