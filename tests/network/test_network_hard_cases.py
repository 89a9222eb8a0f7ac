"""Networks with habits that break captures: each is captured, replayed from its own graph, and left as it was."""

from __future__ import annotations

from typing import Any

import hard_networks as hard
import pytest
import torch
from torch import Tensor, nn

from vrcnn.network.check import check
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph
from vrcnn.network.map_reading import maps_shape
from vrcnn.network.recorder import Recorder
from vrcnn.network.scope import LEVELS, Scope
from vrcnn.network.trace import trace

PICTURE = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
LINE = torch.randn(1, 9, 16, generator=torch.Generator().manual_seed(0))


def scripted() -> nn.Module:
    inner = torch.jit.script(nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU()))
    return nn.Sequential(hard.convolution(), inner, hard.convolution())


def encoder() -> nn.Module:
    return nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), 2)


CASES: dict[str, tuple[Any, tuple[Any, ...], dict[str, Any]]] = {
    "a shared convolution with operations in place": (hard.SharedInPlace, (PICTURE,), {}),
    "writes into slices of views": (hard.ViewWrites, (PICTURE,), {}),
    "control flow that depends on data": (hard.Halting, (PICTURE,), {}),
    "recursion": (hard.Recursive, (PICTURE,), {}),
    "an autograd function on numpy": (hard.ThroughNumpy, (PICTURE,), {}),
    "a layer called by another's hook": (hard.Hooked, (PICTURE,), {}),
    "a generator of outputs": (hard.Generating, (PICTURE,), {}),
    "tied weights": (hard.Tied, (PICTURE,), {}),
    "checkpointing": (lambda: hard.Checkpointed(False), (PICTURE,), {}),
    "reentrant checkpointing": (lambda: hard.Checkpointed(True), (PICTURE,), {}),
    "DataParallel": (lambda: nn.DataParallel(hard.SharedInPlace()), (PICTURE,), {}),
    "torch.compile": (lambda: torch.compile(hard.SharedInPlace()), (PICTURE,), {}),
    "a compiled part": (lambda: nn.Sequential(torch.compile(hard.SharedInPlace()), nn.ReLU()), (PICTURE,), {}),
    "TorchScript inside": (scripted, (PICTURE,), {}),
    "buffers as inputs": (hard.BuffersIn, (PICTURE,), {}),
    "functions only": (hard.FunctionsOnly, (PICTURE,), {}),
    "the input given back": (hard.Unchanging, (PICTURE,), {}),
    "lazy layers": (hard.Lazy, (PICTURE,), {}),
    "complex numbers": (hard.Fourier, (PICTURE,), {}),
    "half precision": (lambda: hard.SharedInPlace().half(), (PICTURE.half(),), {}),
    "bfloat16": (lambda: hard.SharedInPlace().bfloat16(), (PICTURE.bfloat16(),), {}),
    "double precision": (lambda: hard.SharedInPlace().double(), (PICTURE.double(),), {}),
    "empty tensors": (hard.Emptying, (PICTURE,), {}),
    "no output": (lambda: hard.NoTensor(None), (PICTURE,), {}),
    "a number as output": (lambda: hard.NoTensor(float), (PICTURE,), {}),
    "words as output": (lambda: hard.NoTensor({"class": "cat"}), (PICTURE,), {}),
    "dataclasses, keywords, named tuples": (
        hard.Structured,
        (hard.Batch(PICTURE, [torch.ones(1, 3, 1, 1)], 2.0),),
        {"shift": torch.ones(1)},
    ),
    "computed weights": (hard.Weighted, (PICTURE,), {}),
    "autocast, gradients, inference mode": (hard.Modes, (PICTURE,), {}),
    "attention in four spellings": (hard.Attending, (LINE,), {}),
    "torch's transformer encoder": (encoder, (LINE,), {}),
    "embeddings and recurrent layers": (hard.Sequences, (torch.tensor([[1, 2, 3, 4]]),), {}),
    "results written into given tensors": (hard.Out, (PICTURE,), {}),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore")
def test_every_promise_is_kept_with(case: str) -> None:
    build, arguments, keywords = CASES[case]
    torch.manual_seed(0)
    report = check(build(), arguments, keywords)
    assert [f"{promise.name}: {promise.detail}" for promise in report.promises if not promise.holds] == []


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore")
def test_every_detail_shows_something_that_leads_from_the_input_with(case: str) -> None:
    build, arguments, keywords = CASES[case]
    network = build().eval()
    full = trace(network, arguments, keywords)
    for detail in LEVELS:
        shown = reduce(full, Scope(detail, fold="never"))
        assert any(maps_shape(node) for node in shown.nodes)
        assert all(edge.source < edge.target for edge in shown.edges)
        read = {edge.target for edge in shown.edges}
        assert all(node.family == "input" or node.index in read for node in shown.nodes), detail


def recorded(network: nn.Module, *arguments: Any) -> tuple[Graph, dict[str, Tensor]]:
    graph = trace(network.eval(), arguments, {})
    captured: dict[str, Tensor] = {}

    def keep(index: int, tensor: Tensor) -> None:
        captured[graph.nodes[index].name] = tensor.clone()

    Recorder(network, graph, {node.index: node.index for node in graph.nodes}).run(arguments, {}, keep)
    return graph, captured


def sources(graph: Graph, name: str) -> list[str]:
    node = next(node for node in graph.nodes if node.name == name)
    return [graph.nodes[source].name for source in graph.sources(node.index)]


def test_later_operations_in_place_leave_what_was_captured_alone() -> None:
    network = hard.SharedInPlace()
    graph, captured = recorded(network, PICTURE)
    with torch.no_grad():
        first = network.conv(PICTURE)
        second = network.conv(first.relu())
    assert torch.equal(captured["conv"], first)
    assert torch.equal(captured["relu"], first.relu())
    assert torch.equal(captured["conv@2"], second)
    assert torch.equal(captured["add"], second.relu() + first.relu())
    assert [node.name for node in graph.nodes if node.layer == "conv"] == ["conv", "conv@2", "conv@3"]


def test_who_reads_a_tensor_that_was_written_to_in_part_follows_all_its_writers() -> None:
    graph, _ = recorded(hard.ViewWrites(), PICTURE)
    assert sources(graph, "clone") == ["setitem@2", "zero"]


def test_recursion_counts_the_calls_and_keeps_every_level() -> None:
    graph, captured = recorded(hard.Recursive(), PICTURE)
    assert [captured[name].shape[-1] for name in ("conv", "conv@2", "conv@3")] == [8, 4, 2]
    assert sources(graph, "add@2") == ["conv", "interpolate@2"]


def test_a_layer_called_by_a_hook_is_a_node_with_its_edges() -> None:
    graph, _ = recorded(hard.Hooked(), PICTURE)
    assert sources(graph, "gate") == ["mul"]
    assert sources(graph, "mul@2") == ["conv", "sigmoid"]


def test_tied_weights_count_once() -> None:
    graph, _ = recorded(hard.Tied(), PICTURE)
    assert {node.name: node.parameters for node in graph.nodes if node.layer} == {"encode": 216, "decode": 0}


def test_an_input_that_is_given_back_is_the_output() -> None:
    graph, _ = recorded(hard.Unchanging(), PICTURE)
    assert [graph.nodes[index].name for index in graph.outputs] == ["inner.0"]
    alone = trace(nn.Sequential(), (PICTURE,), {})
    assert [alone.nodes[index].name for index in alone.outputs] == ["input"]


def test_a_network_without_an_output_tensor_has_no_outputs() -> None:
    graph, _ = recorded(hard.NoTensor(None), PICTURE)
    assert graph.outputs == ()
    assert [node.name for node in graph.nodes] == ["input", "conv"]


def test_attention_has_its_weights_as_maps_for_each_head_in_every_spelling() -> None:
    graph, captured = recorded(hard.Attending(), LINE)
    weights = [node for node in graph.nodes if node.operation == "attention weights"]
    assert [(node.name, node.shape) for node in weights] == [
        ("layer.attention_weights", (1, 2, 9, 9)),
        ("across.attention_weights", (1, 4, 9, 9)),
        ("attention_weights", (1, 2, 9, 9)),
    ]
    for node in weights:
        torch.testing.assert_close(captured[node.name].sum(-1), torch.ones(node.shape[:3]))
    fused = captured["attention_weights"]
    assert torch.equal(fused[0].triu(1), torch.zeros_like(fused[0]))  # the call was causal
    by_hand = next(node for node in graph.nodes if node.operation == "softmax")
    assert (by_hand.shape, by_hand.axes) == ((1, 2, 9, 9), "NCHW")


def test_the_weights_of_an_attention_are_those_that_it_mixes_its_values_with() -> None:
    network = hard.Attending()
    _, captured = recorded(network, LINE)
    with torch.no_grad():
        _, expected = network.layer(LINE, LINE, LINE, average_attn_weights=False)
    torch.testing.assert_close(captured["layer.attention_weights"], expected)


def test_a_fused_encoder_is_seen_layer_by_layer_and_its_setting_is_put_back() -> None:
    graph, _ = recorded(encoder(), LINE)
    assert [node.operation for node in graph.nodes].count("Linear") == 4
    assert torch.backends.mha.get_fastpath_enabled()


def test_a_custom_operation_that_only_writes_is_a_node() -> None:
    def scale(x: Tensor, by: float) -> None:
        x.mul_(by)

    library = torch.library.Library("vrcnn_test", "DEF")
    library.define("scale_(Tensor(a!) x, float by) -> ()")
    library.impl("scale_", scale, "CPU")

    class Scaling(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = hard.convolution()

        def forward(self, x: Tensor) -> Tensor:
            y = self.conv(x)
            torch.ops.vrcnn_test.scale_(y, 2.0)
            return y.relu()

    graph, captured = recorded(Scaling(), PICTURE)
    assert sources(graph, "relu") == ["scale"]
    assert torch.equal(captured["scale"], captured["conv"] * 2)
