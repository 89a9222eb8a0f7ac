"""The halls of real networks: the examples' graphs as they are traced, each once for all tests."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from functools import lru_cache
from typing import Any

import torch

from vrcnn.engine.plan import plan_maps
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph
from vrcnn.network.scope import Scope
from vrcnn.network.trace import trace
from vrcnn.resources import resource
from vrcnn.scene.arranging import arrange
from vrcnn.scene.build import build_hall
from vrcnn.scene.hall import Hall
from vrcnn.scene.laying import lay

NETWORKS: dict[str, tuple[str, dict[str, Any], int]] = {  # the example's file, what it is called with, the input's side
    "ResNet-50": ("resnet.py", {}, 64),
    "ResNet-152": ("resnet.py", {"depth": 152}, 64),
    "DenseNet-201": ("densenet.py", {"depth": 201}, 64),
    "Inception v4": ("inception_v4.py", {}, 139),
    "U-Net": ("unet.py", {}, 64),
}


@lru_cache
def traced(network: str) -> Graph:
    """The full graph."""
    file, arguments, side = NETWORKS[network]
    path = resource("examples", file)
    specification = importlib.util.spec_from_file_location(f"example_{path.stem}", path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    torch.set_num_threads(1)
    return trace(module.build_model(**arguments).eval(), (torch.zeros(1, 3, side, side),), {})


def hall_of(network: str, detail: str, layout: str = "corridor", closed: frozenset[str] = frozenset()) -> Hall:
    """A new hall, laid out."""
    graph = reduce(traced(network), Scope(detail, "never"))
    hall = build_hall(network, graph, plan_maps(graph.nodes))
    hall.arrangement = replace(hall.arrangement, layout=layout, closed=closed)
    lay(hall)
    arrange(hall)
    return hall
