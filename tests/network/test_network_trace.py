"""What one forward pass tells: nodes, edges, names, shapes, and what failed where."""

import gc
from collections import OrderedDict
from collections.abc import Iterator

import networks
import pytest
import torch
from networks import picture
from torch import nn
from torch.fx import symbolic_trace

from vrcnn.errors import UserError
from vrcnn.network.graph import Graph
from vrcnn.network.trace import ForwardError, trace


def traced(module: nn.Module, *arguments: object, **keywords: object) -> Graph:
    return trace(module.eval(), arguments or (picture(),), keywords)


def flow(graph: Graph) -> dict[str, list[str]]:
    """Names of all nodes with the names of what they read."""
    names = [node.name for node in graph.nodes]
    return {node.name: [names[source] for source in graph.sources(node.index)] for node in graph.nodes}


def test_a_chain_is_read_in_order_with_shapes_and_parameters() -> None:
    graph = traced(networks.Chain())
    assert flow(graph) == {
        "input": [],
        "conv": ["input"],
        "bn": ["conv"],
        "relu": ["bn"],
        "pool": ["relu"],
        "flatten": ["pool"],
        "fc": ["flatten"],
    }
    assert [node.family for node in graph.nodes] == [
        "input",
        "convolution",
        "normalization",
        "activation",
        "pooling",
        "shape",
        "linear",
    ]
    assert graph.nodes[1].shape == (1, 4, 8, 8)
    assert [node.parameters for node in graph.nodes] == [0, 3 * 4 * 9 + 4, 8, 0, 0, 0, 25]
    assert graph.outputs == (6,)


def test_a_residual_with_operations_in_place_keeps_both_ways() -> None:
    assert flow(traced(networks.Residual())) == {
        "input": [],
        "conv1": ["input"],
        "relu": ["conv1"],
        "conv2": ["relu"],
        "add": ["conv2", "input"],
        "relu@2": ["add"],
    }


def test_a_shared_module_keeps_its_name_and_counts_its_calls() -> None:
    graph = traced(networks.Shared())
    assert flow(graph) == {"input": [], "conv": ["input"], "relu": ["conv"], "conv@2": ["relu"]}
    assert [node.call for node in graph.nodes] == [0, 0, 0, 1]
    assert [node.parameters for node in graph.nodes] == [0, 84, 0, 0]


def test_branches_meet_in_a_concatenation_and_form_groups() -> None:
    graph = traced(networks.Branches())
    assert flow(graph) == {
        "input": [],
        "left": ["input"],
        "right.0": ["input"],
        "right.1": ["right.0"],
        "cat": ["left", "right.1"],
    }
    assert [(group.path, group.kind, group.nodes) for group in graph.groups] == [("right", "Sequential", (2, 3))]


def test_a_write_into_a_slice_is_read_by_what_follows() -> None:
    assert flow(traced(networks.SliceWrite())) == {
        "input": [],
        "conv": ["input"],
        "getitem": ["conv"],
        "relu": ["getitem"],
        "setitem": ["conv", "relu"],
        "getitem@2": ["setitem"],
        "mul": ["getitem@2"],
        "last": ["setitem", "mul"],
    }


def test_a_custom_function_through_numpy_loses_no_edge() -> None:
    graph = traced(networks.Custom())
    names = flow(graph)
    assert names["opaque"] == ["detach"]
    assert names["detach"] == ["conv1"]
    assert names["conv2"] == ["opaque"]


def test_a_module_that_works_in_numpy_is_a_node_of_its_own() -> None:
    module = nn.Sequential(nn.Conv2d(3, 4, 1), networks.NumpyDouble(), nn.Conv2d(4, 2, 1))
    graph = traced(module)
    assert flow(graph) == {"input": [], "0": ["input"], "1": ["0"], "2": ["1"]}
    assert graph.nodes[2].operation == "NumpyDouble"


def test_a_script_module_becomes_one_opaque_node_between_its_neighbours() -> None:
    script = torch.jit.script(nn.Conv2d(4, 4, 1))
    names = flow(traced(nn.Sequential(nn.Conv2d(3, 4, 1), script, nn.Conv2d(4, 2, 1))))
    assert names == {"input": [], "0": ["input"], "opaque": ["0"], "2": ["opaque"]}


def test_a_network_of_functions_only_is_read_and_its_own_weights_do_not_count_as_data() -> None:
    graph = traced(networks.Functional())
    names = flow(graph)
    assert names["conv2d"] == ["sub@2", "sub"]  # the picture minus its mean, the weight minus its mean
    assert names["sub@2"] == ["input"]
    assert names["max_pool2d"] == ["relu"]
    assert {node.name: node.family for node in graph.nodes}["sub@2"] == "normalization"


def test_dictionaries_and_lists_go_in_and_out() -> None:
    graph = traced(networks.Dictionary(), {"image": picture()}, scale=torch.tensor(2.0))
    names = flow(graph)
    assert [node.name for node in graph.nodes if node.family == "input"] == ["batch.image", "scale"]
    assert names["mul"] == ["relu", "scale"]
    assert [graph.nodes[index].name for index in graph.outputs] == ["boxes", "sigmoid", "mul"]


def test_each_tensor_of_a_call_with_several_is_a_node() -> None:
    graph = traced(networks.Splitting())
    names = flow(graph)
    assert names["chunk"] == names["chunk[1]"] == ["conv"]
    assert names["add"] == ["chunk"]
    assert [graph.nodes[index].name for index in graph.outputs] == ["add", "chunk[1]"]


def test_data_dependent_control_flow_is_read_as_it_went() -> None:
    assert "bright" in flow(traced(networks.Switching(), torch.ones(1, 3, 8, 8)))
    assert "dark" in flow(traced(networks.Switching(), -torch.ones(1, 3, 8, 8)))


def test_wrappers_around_the_network_do_not_show() -> None:
    chain = networks.Chain()
    plain = flow(traced(chain))
    assert flow(traced(nn.DataParallel(chain))) == plain
    assert flow(traced(torch.compile(chain, backend="eager"))) == plain


def test_a_single_layer_is_a_network_too() -> None:
    assert flow(traced(nn.Conv2d(3, 2, 1))) == {"input": [], "Conv2d": ["input"]}


def test_lazy_layers_are_initialized_and_then_read() -> None:
    module = nn.Sequential(nn.LazyConv2d(4, 1), nn.Flatten(), nn.LazyLinear(2))
    assert flow(traced(module)) == {"input": [], "0": ["input"], "1": ["0"], "2": ["1"]}


def test_recursion_and_generators_are_read_call_by_call() -> None:
    class Recursive(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 1)

        def forward(self, x: torch.Tensor, depth: int = 1) -> torch.Tensor:
            return self.conv(x) if depth == 0 else self(self.conv(x), depth - 1)

    class Yielding(Recursive):
        def forward(self, x: torch.Tensor, depth: int = 2) -> Iterator[torch.Tensor]:  # type: ignore[override]
            for _ in range(depth):
                x = self.conv(x)
                yield x

    for module in (Recursive(), Yielding()):
        assert flow(traced(module)) == {"input": [], "conv": ["input"], "conv@2": ["conv"]}
    assert traced(Yielding()).outputs == (1, 2)


def test_a_hook_of_the_user_that_changes_the_output_is_seen() -> None:
    chain = networks.Chain()
    chain.conv.register_forward_hook(lambda module, arguments, output: output * 2)
    assert flow(traced(chain))["bn"] == ["mul"]


def test_nothing_is_left_behind_on_the_network() -> None:
    chain = networks.Chain().eval()
    before = [dict(vars(module)) for module in chain.modules()]
    traced(chain)
    with pytest.raises(ForwardError):
        traced(chain, torch.zeros(1, 2, 8, 8))
    after = [dict(vars(module)) for module in chain.modules()]
    assert [list(each) for each in after] == [list(each) for each in before]
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in chain.modules())


def test_the_same_nodes_as_torch_fx_finds() -> None:
    for module in (networks.Chain(), networks.Branches(), networks.Shared()):
        found = [node for node in symbolic_trace(module).graph.nodes if node.op != "output"]
        assert len(traced(module).nodes) == len(found)


def test_a_failing_layer_is_named_with_its_shapes_and_the_users_line() -> None:
    with pytest.raises(ForwardError) as caught:
        traced(networks.Wrong())
    error = caught.value
    assert isinstance(error, UserError)
    assert error.node_name == "body.1.1"
    assert error.headline.startswith("body.1.1 (Conv2d) failed on an input of shape (1, 4, 8, 8)")
    assert "networks.py" in error.detail
    assert "return self.body(x)" in error.detail
    assert "input_size = (channels, height, width)" in error.detail


def test_a_failing_function_is_named_with_its_shapes() -> None:
    with pytest.raises(ForwardError, match=r"add \(add\) failed on inputs of shapes \(1, 3, 8, 8\), \(1, 3, 4, 4\)"):
        traced(networks.WrongSum())


def test_an_exception_of_the_users_own_code_names_its_module() -> None:
    with pytest.raises(ForwardError, match=r"head \(Head\) failed: ValueError: pictures must be square") as caught:
        traced(networks.Refusing())
    assert caught.value.node_name == "head"


def test_arguments_that_the_forward_does_not_take_are_explained() -> None:
    with pytest.raises(ForwardError) as caught:
        traced(networks.Chain(), picture(), picture())
    assert "example_input" in caught.value.detail


def test_no_activation_is_kept() -> None:
    before = sum(issubclass(type(each), torch.Tensor) for each in gc.get_objects())
    graph = traced(nn.Sequential(OrderedDict(a=nn.Conv2d(3, 4, 1), b=nn.ReLU(), c=nn.Conv2d(4, 4, 1))))
    gc.collect()
    after = sum(issubclass(type(each), torch.Tensor) for each in gc.get_objects())
    assert len(graph.nodes) == 4
    assert after <= before
