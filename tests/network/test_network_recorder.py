"""Light passes along a traced graph: every wanted activation, exact, and nothing else."""

from collections.abc import Callable

import networks
import pytest
import torch
from networks import picture
from torch import Tensor, nn

from vrcnn.network.graph import Graph
from vrcnn.network.recorder import Cancelled, Diverged, Recorder
from vrcnn.network.trace import ForwardError, trace


def record(module: nn.Module, *arguments: object, **keywords: object) -> tuple[Graph, dict[str, Tensor], object]:
    """Graph, activations by the node's name, and output, in a pass after the traced one."""
    module.eval()
    given = arguments or (picture(),)
    graph = trace(module, given, keywords)
    recorder = Recorder(module, graph, {node.index: node.index for node in graph.nodes})
    seen: dict[str, Tensor] = {}

    def keep(key: int, tensor: Tensor) -> None:
        assert graph.nodes[key].name not in seen
        seen[graph.nodes[key].name] = tensor.clone()

    return graph, seen, recorder.run(given, keywords, keep)


@pytest.mark.parametrize(
    "build",
    [
        networks.Chain,
        networks.Residual,
        networks.Shared,
        networks.Branches,
        networks.SliceWrite,
        networks.Switching,
        networks.Custom,
        networks.Functional,
        networks.Splitting,
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), networks.NumpyDouble(), nn.Conv2d(4, 2, 1)),
        lambda: nn.Sequential(nn.Conv2d(3, 4, 1), torch.jit.script(nn.Conv2d(4, 4, 1)), nn.Conv2d(4, 2, 1)),
        lambda: nn.Conv2d(3, 2, 1),
        networks.NumpyDouble,
        lambda: torch.jit.script(nn.Conv2d(3, 2, 1)),
    ],
)
def test_every_node_is_delivered_once_in_its_shape(build: Callable[[], nn.Module]) -> None:
    module = build()
    graph, seen, output = record(module)
    assert list(seen) == [node.name for node in graph.nodes]
    assert [tuple(tensor.shape) for tensor in seen.values()] == [node.shape for node in graph.nodes]
    with torch.no_grad():
        expected = module(picture())
    if isinstance(expected, Tensor):
        assert isinstance(output, Tensor)
        assert torch.equal(output, expected)
        assert torch.equal(seen[graph.nodes[graph.outputs[0]].name], expected)


def test_operations_in_place_do_not_corrupt_earlier_activations() -> None:
    module = networks.Residual()
    _, seen, _ = record(module)
    with torch.no_grad():
        first = module.conv1(picture())
        assert torch.equal(seen["conv1"], first)
        assert torch.equal(seen["relu"], first.relu())
        second = module.conv2(first.relu())
        assert torch.equal(seen["conv2"], second)
        assert torch.equal(seen["add"], second + picture())


def test_a_write_into_a_slice_is_delivered_as_its_own_activation() -> None:
    module = networks.SliceWrite()
    _, seen, _ = record(module)
    with torch.no_grad():
        plain = module.conv(picture())
    assert torch.equal(seen["conv"], plain)
    assert torch.equal(seen["setitem"][:, :2], plain[:, 2:].relu())
    assert torch.equal(seen["setitem"][:, 2:], plain[:, 2:])
    assert torch.equal(seen["mul"], plain[:, 2:] * 2)


def test_opaque_tensors_are_delivered_before_anything_reads_them() -> None:
    module = networks.Custom()
    _, seen, _ = record(module)
    assert torch.equal(seen["opaque"], seen["conv1"] * 2)


def test_inputs_and_outputs_in_dictionaries_are_delivered() -> None:
    _, seen, output = record(networks.Dictionary(), {"image": picture()}, scale=torch.tensor(2.0))
    assert torch.equal(seen["batch.image"], picture())
    assert isinstance(output, dict)
    assert torch.equal(seen["mul"], output["features"])
    assert torch.equal(seen["sigmoid"], output["scores"])


def test_only_what_is_wanted_is_delivered_under_its_key() -> None:
    module = networks.Chain().eval()
    graph = trace(module, (picture(),), {})
    keys: list[int] = []
    Recorder(module, graph, {3: 30, 6: 60}).run((picture(seed=1),), {}, lambda key, tensor: keys.append(key))
    assert keys == [30, 60]


def test_another_way_through_the_network_diverges_and_is_recorded_after_a_new_trace() -> None:
    module = networks.Switching().eval()
    bright, dark = torch.ones(1, 3, 8, 8), -torch.ones(1, 3, 8, 8)
    graph = trace(module, (bright,), {})
    recorder = Recorder(module, graph, {0: 0})
    with pytest.raises(Diverged):
        recorder.run((dark,), {}, lambda key, tensor: None)
    again = trace(module, (dark,), {})
    found: list[int] = []
    last = len(again.nodes) - 1
    Recorder(module, again, {last: last}).run((dark,), {}, lambda key, tensor: found.append(key))
    assert found == [last]


def test_a_pass_that_ends_early_or_has_other_shapes_diverges() -> None:
    module = networks.Chain().eval()
    longer = trace(nn.Sequential(module, nn.ReLU()).eval(), (picture(),), {})
    with pytest.raises(Diverged):
        Recorder(module, longer, {}).run((picture(),), {}, lambda key, tensor: None)
    graph = trace(module, (picture(8),), {})
    with pytest.raises(Diverged):
        Recorder(module, graph, {1: 1}).run((picture(16),), {}, lambda key, tensor: None)


def test_a_forward_that_catches_every_exception_cannot_hide_a_divergence() -> None:
    class Careful(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = networks.Switching()

        def forward(self, x: Tensor) -> Tensor:
            try:
                return self.inner(x)
            except Exception:
                return x

    module = Careful().eval()
    graph = trace(module, (torch.ones(1, 3, 8, 8),), {})
    with pytest.raises(Diverged):
        Recorder(module, graph, {}).run((-torch.ones(1, 3, 8, 8),), {}, lambda key, tensor: None)


def test_a_pass_ends_soon_after_it_is_cancelled() -> None:
    module = networks.Chain().eval()
    graph = trace(module, (picture(),), {})
    keys: list[int] = []
    recorder = Recorder(module, graph, {node.index: node.index for node in graph.nodes})
    with pytest.raises(Cancelled):
        recorder.run((picture(),), {}, lambda key, tensor: keys.append(key), lambda: len(keys) > 2)
    assert keys == [0, 1, 2]


def test_what_deliver_computes_is_not_taken_for_the_network() -> None:
    module = networks.Chain().eval()
    graph = trace(module, (picture(),), {})
    recorder = Recorder(module, graph, {node.index: node.index for node in graph.nodes})
    totals: list[float] = []
    recorder.run((picture(),), {}, lambda key, tensor: totals.append(float((tensor * 2).abs().sum())))
    assert len(totals) == len(graph.nodes)


def test_an_exception_of_deliver_passes_through_and_the_network_is_free_again() -> None:
    module = networks.Chain().eval()
    graph = trace(module, (picture(),), {})
    before = [list(vars(each)) for each in module.modules()]

    def full(key: int, tensor: Tensor) -> None:
        raise MemoryError("the arena is full")

    with pytest.raises(MemoryError):
        Recorder(module, graph, {2: 2}).run((picture(),), {}, full)
    assert [list(vars(each)) for each in module.modules()] == before


def test_a_forward_that_fails_later_names_the_layer_and_leaves_nothing_behind() -> None:
    module = networks.Chain().eval()
    graph = trace(module, (picture(),), {})
    with pytest.raises(ForwardError, match="conv") as caught:
        Recorder(module, graph, {}).run((torch.zeros(1, 2, 8, 8),), {}, lambda key, tensor: None)
    assert caught.value.node_name == "conv"
    assert "(1, 2, 8, 8)" in str(caught.value)
    assert all("forward" not in vars(each) for each in module.modules())


def test_a_module_called_by_its_forward_is_recorded_like_any_other() -> None:
    class Direct(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv.forward(x)

    graph, seen, _ = record(Direct())
    assert list(seen) == ["input", "conv"]
    assert graph.nodes[1].operation == "Conv2d"


def test_a_device_context_inside_the_forward_stays_in_force() -> None:
    class Placing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            with torch.device("cpu"):
                return self.conv(x) + torch.ones(1)

    graph, seen, _ = record(Placing())
    assert list(seen) == [node.name for node in graph.nodes]
    assert {"conv", "add"} <= set(seen)
