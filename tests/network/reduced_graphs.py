"""Full graphs of networks and of the examples, and what every reduced graph is to be like, for the tests of detail."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest
from networks import picture
from torch import nn

from vrcnn.network.graph import Graph
from vrcnn.network.trace import trace
from vrcnn.resources import resource


def full(module: nn.Module, size: int = 8) -> Graph:
    return trace(module.eval(), (picture(size),), {})


def shown(graph: Graph) -> dict[str, list[str]]:
    """By name of a node, the names of those that it reads."""
    names = [node.name for node in graph.nodes]
    return {node.name: [names[source] for source in graph.sources(node.index)] for node in graph.nodes}


def titles(graph: Graph) -> list[str]:
    return [node.title for node in graph.nodes]


def example(name: str) -> ModuleType:
    spec = spec_from_file_location(f"example_{name}", resource("examples", f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def zoo_network(name: str) -> nn.Module:
    """One of pytorchcv's networks, from its own file: the whole zoo wants torchvision."""
    files = {"seresnet18": "seresnet", "hrnet_w18_small_v1": "hrnet", "dla34": "dla", "dpn68": "dpn"}
    file = pytest.importorskip(f"pytorchcv.models.{files.get(name, name)}")
    network: nn.Module = getattr(file, name)()
    return network


def assert_reads_well(graph: Graph) -> None:
    """One connected graph whose edges lead from earlier to later nodes; only inputs start, only outputs end."""
    assert [node.index for node in graph.nodes] == list(range(len(graph.nodes)))
    assert all(edge.source < edge.target for edge in graph.edges)
    assert len(set(graph.edges)) == len(graph.edges)
    starts = {node.index for node in graph.nodes if not graph.sources(node.index)}
    ends = {node.index for node in graph.nodes if not graph.targets(node.index)}
    assert starts == {node.index for node in graph.nodes if node.family == "input"}
    assert ends <= set(graph.outputs)
    assert len({node.name for node in graph.nodes}) == len(graph.nodes)
    members = [member for node in graph.nodes for member in node.members]
    assert len(set(members)) == len(members)
    for part in (*graph.groups, *graph.runs):
        assert part.nodes
        assert list(part.nodes) == sorted(set(part.nodes))
        assert max(part.nodes) < len(graph.nodes)
