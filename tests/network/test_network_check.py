"""What `vrcnn check` finds: that a capture is right, and each way in which it, or the network, could be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import networks
import pytest
import torch
from networks import picture
from torch import Tensor, nn
from torch.nn import functional

from vrcnn.network.check import NodeCheck, Report, check, replay
from vrcnn.network.graph import Edge
from vrcnn.network.recorder import Recorder
from vrcnn.network.tape import Tape, record_tape
from vrcnn.network.trace import ForwardError


def checked(module: nn.Module, *arguments: object, **keywords: object) -> Report:
    return check(module.eval(), arguments or (picture(),), keywords)


def broken(report: Report) -> dict[str, str]:
    """The promises that do not hold, with what is said of them."""
    return {promise.name: promise.detail for promise in report.promises if not promise.holds}


def verdicts(checks: Iterator[NodeCheck] | tuple[NodeCheck, ...] | list[NodeCheck]) -> dict[str, str]:
    return {each.node.name: each.verdict for each in checks}


def played(module: nn.Module, clone: bool = True) -> tuple[Tape, dict[int, Tensor]]:
    """The tape of a pass on a picture, and what a recorder delivered; without `clone` as it is when the pass ends."""
    tape = record_tape(module.eval(), (picture(),), {})
    captured: dict[int, Tensor] = {}

    def keep(index: int, tensor: Tensor) -> None:
        captured[index] = tensor.clone() if clone else tensor

    Recorder(module, tape.graph, {node.index: node.index for node in tape.graph.nodes}).run((picture(),), {}, keep)
    return tape, captured


def named(tape: Tape) -> dict[str, int]:
    return {node.name: node.index for node in tape.graph.nodes}


@pytest.mark.parametrize(
    "network",
    [networks.Chain, networks.Residual, networks.Shared, networks.Branches, networks.SliceWrite, networks.Splitting],
)
def test_a_sound_network_keeps_every_promise_and_replays_bit_by_bit(network: type[nn.Module]) -> None:
    report = checked(network())
    assert broken(report) == {}
    assert report.holds
    assert set(verdicts(report.nodes).values()) == {"same"}
    assert [promise.name for promise in report.promises] == [
        "repeatable",
        "same output",
        "same graph",
        "graph replays",
        "left as it was",
    ]


def test_what_cannot_be_replayed_is_counted_and_named() -> None:
    report = checked(networks.Custom())
    assert report.holds
    assert verdicts(report.nodes)["opaque"] == "opaque"
    assert any("opaque" in note for note in report.notes)


def test_an_edge_that_leads_to_the_wrong_place_is_found() -> None:
    tape, captured = played(networks.Chain())
    at = named(tape)
    edges = [edge for edge in tape.graph.edges if edge.target != at["relu"]]
    wrong = replace(tape, graph=replace(tape.graph, edges=(*edges, Edge(at["conv"], at["relu"]))))
    found = {each.node.name: each for each in replay(wrong, captured, [picture()])}
    assert found["relu"].verdict == "differs"
    assert found["relu"].reason == "it reads bn, and the graph has no such edge"
    assert found["conv"].verdict == found["pool"].verdict == "same"


def test_an_edge_too_many_is_found() -> None:
    tape, captured = played(networks.Chain())
    at = named(tape)
    more = replace(tape, graph=replace(tape.graph, edges=(*tape.graph.edges, Edge(at["conv"], at["pool"]))))
    found = {each.node.name: each for each in replay(more, captured, [picture()])}
    assert found["pool"].verdict == "differs"
    assert found["pool"].reason == "it does not read conv, and the graph has such an edge"
    assert found["fc"].verdict == "same"


def test_calls_that_stand_for_each_others_nodes_are_found() -> None:
    tape, captured = played(networks.Branches())
    at = named(tape)
    other = {at["left"]: at["right.0"], at["right.0"]: at["left"]}
    calls = tuple(replace(call, nodes=tuple(other.get(node, node) for node in call.nodes)) for call in tape.calls)
    found = verdicts(replay(replace(tape, calls=calls), captured, [picture()]))
    assert found["left"] == found["right.0"] == "differs"
    assert found["right.1"] == "same"


def test_a_tensor_captured_after_a_write_in_place_is_found() -> None:
    module = networks.Residual()
    tape, captured = played(module, clone=False)
    found = verdicts(replay(tape, captured, [picture()]))
    assert found["conv1"] == "differs"  # the activation after it wrote into its output
    assert set(verdicts(replay(*played(module), [picture()])).values()) == {"same"}


def test_another_input_than_the_one_captured_is_found() -> None:
    tape, captured = played(networks.Chain())
    assert verdicts(replay(tape, captured, [picture(seed=5)]))["input"] == "differs"


def test_captured_tensors_go_after_their_last_reader() -> None:
    tape, captured = played(networks.Residual())
    replay(tape, captured, [picture()])
    assert captured == {}


class Counting(nn.Module):
    """Counts its passes in a plain attribute, and computes with it where told to."""

    def __init__(self, scaling: bool = False) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.passes = 0
        self.scaling = scaling

    def forward(self, x: Tensor) -> Tensor:
        self.passes += 1
        return self.conv(x) * (self.passes if self.scaling else 1)


def test_a_network_that_gives_another_output_each_time_is_told() -> None:
    found = broken(checked(Counting(scaling=True)))
    assert set(found) >= {"repeatable", "same output"}
    assert "output 0 differs" in found["repeatable"]


def test_a_pass_that_takes_another_way_each_time_is_told() -> None:
    class Alternating(Counting):
        def forward(self, x: Tensor) -> Tensor:
            self.passes += 1
            return functional.relu(self.conv(x)) if self.passes % 2 else self.conv(x)

    assert {"repeatable", "same output"} <= set(broken(checked(Alternating())))


def test_an_attribute_that_every_pass_sets_is_noted_as_the_networks_own() -> None:
    report = checked(nn.Sequential(Counting()))
    assert report.holds
    assert report.notes == ("The network's own forward sets attributes, with or without capture: 0.passes.",)


def test_an_attribute_that_only_the_capture_leaves_behind_breaks_a_promise() -> None:
    class Noticing(nn.Conv2d):
        def forward(self, x: Tensor) -> Tensor:
            if torch._C._len_torch_function_stack():
                self.watched = True
            return super().forward(x)

    found = broken(checked(nn.Sequential(Noticing(3, 4, 1))))
    assert found == {"left as it was": "attribute watched of 0: added"}


def leaving(what: str) -> nn.Module:
    """A network whose forward leaves something behind that nobody puts back."""

    class Leaving(networks.Chain):
        def forward(self, x: Tensor) -> Tensor:
            match what:
                case "hook":
                    self.conv._forward_hooks.clear()
                case "weight":
                    self.conv.weight.data.add_(1e-3)
                case "class":
                    type(self.relu).forward = lambda self, x: functional.relu(x)  # type: ignore[method-assign]
                case "setting":
                    torch.set_default_dtype(torch.float64)
            return super().forward(x)

    module = Leaving()
    module.relu = type("Mine", (nn.ReLU,), {"forward": lambda self, x: functional.relu(x)})()
    module.conv.register_forward_hook(lambda *arguments: None)
    return module


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("hook", "hook _forward_hooks of conv: removed"),
        ("weight", "parameter weight of conv: other numbers"),
        ("class", "class forward of Mine: replaced"),
        ("setting", "setting default dtype: torch.float32 became torch.float64"),
    ],
)
def test_whatever_a_forward_leaves_behind_is_named(what: str, told: str) -> None:
    try:
        found = broken(checked(leaving(what)))
    finally:
        torch.set_default_dtype(torch.float32)
    assert told in found["left as it was"]


def test_what_the_guard_puts_back_is_no_change() -> None:
    module = networks.Writing().train()
    module.bn.weight.grad = torch.ones_like(module.bn.weight)
    report = check(module, (picture(),), {})
    assert broken(report) == {}
    assert module.training


def test_random_operations_draw_the_same_numbers_again() -> None:
    class Noisy(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return functional.dropout(x, 0.5, training=True) + torch.rand_like(x)

    report = checked(Noisy())
    assert broken(report) == {}
    assert verdicts(report.nodes) == {"input": "same", "dropout": "same", "rand_like": "same", "add": "same"}


def test_activations_that_are_not_numbers_equal_themselves() -> None:
    class Dividing(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return (x - x) / (x - x)

    assert broken(checked(Dividing())) == {}


def test_lazy_scripted_and_wrapped_networks_are_checked_as_well() -> None:
    lazy = nn.Sequential(nn.LazyConv2d(4, 1), nn.Flatten(), nn.LazyLinear(2))
    script = nn.Sequential(nn.Conv2d(3, 4, 1), torch.jit.script(nn.Conv2d(4, 4, 1)), nn.ReLU())
    for module in (lazy, script, nn.DataParallel(networks.Chain())):
        assert broken(checked(module)) == {}


def test_a_forward_that_fails_is_explained() -> None:
    with pytest.raises(ForwardError, match=r"body\.1\.1"):
        checked(networks.Wrong())


def test_a_forward_may_write_into_its_input() -> None:
    class Overwriting(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.mul_(2).add_(1)

    given = picture()
    assert broken(checked(Overwriting(), given)) == {}
    assert torch.equal(given, picture())


def test_a_fused_kernel_that_was_left_aside_is_told_with_its_difference() -> None:
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, batch_first=True), 1)
    report = check(encoder, (torch.randn(1, 5, 16),), {})
    assert report.holds
    assert any(
        "fused kernel" in note and "a pass that uses it: output 0 differs by up to" in note for note in report.notes
    )
