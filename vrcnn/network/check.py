"""Does the captured graph compute what the network computes, and is the network left as it was?

Every node is computed again, alone, from the captured tensors of those nodes that the graph says it reads; what comes
out is compared with what was captured. Neither a missing nor a superfluous edge can pass. (A call that reads memory
which was written to in part needs the earlier tensors as well that lay there; those are found behind its edges.)
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from types import GeneratorType
from typing import Any

import torch
from torch import Tensor, nn

from vrcnn.network.comparison import Comparison, compare, same_structure
from vrcnn.network.graph import Graph, Node
from vrcnn.network.guard import unchanged
from vrcnn.network.interception import has_fused_layers, opened
from vrcnn.network.operations import unwrap
from vrcnn.network.recorder import Diverged, Recorder
from vrcnn.network.snapshot import Change, changes, snapshot
from vrcnn.network.structures import tensors
from vrcnn.network.tape import Call, Tape, record_tape
from vrcnn.network.trace import trace

_UNSET = frozenset({"empty", "empty_like", "empty_strided", "new_empty"})  # whatever the memory held before
LISTED = 8  # how many nodes or changes a promise names


@dataclass(frozen=True)
class NodeCheck:
    """How the replay of one node ended.

    Attributes:
        node: the node of the full graph.
        verdict: "same" bit by bit; "close", within rounding (another memory layout may choose another kernel);
            "opaque", it cannot be computed again from outside, or makes memory without numbers; "differs".
        difference: the largest difference, of numbers that are there in both.
        reason: why it differs, in a few words; "" otherwise.
    """

    node: Node
    verdict: str
    difference: float = 0.0
    reason: str = ""


@dataclass(frozen=True)
class Promise:
    """What vrcnn promises of a capture, whether it was kept, and what to say of it."""

    name: str
    holds: bool
    detail: str


@dataclass(frozen=True)
class Report:
    """All that was found. `notes` are sentences about what is worth knowing and breaks no promise."""

    nodes: tuple[NodeCheck, ...]
    edges: int
    promises: tuple[Promise, ...]
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every promise was kept."""
        return all(promise.holds for promise in self.promises)


def check(module: nn.Module, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> Report:
    """Runs `module(*arguments, **keywords)` five times, in eval mode and without gradients, and replays its graph.

    All activations are in memory once. Raises ForwardError when the forward fails.
    """
    inputs = (arguments, dict(keywords))
    if any(nn.parameter.is_lazy(parameter) for parameter in module.parameters()):
        _plain(module, inputs)  # a lazy module becomes another one at its first pass
    before = snapshot(module)
    expected = _plain(module, inputs)
    plain_changes = changes(before, snapshot(module))
    unlike = same_structure(expected, _plain(module, inputs))
    promises = [Promise("repeatable", not unlike, unlike or "two plain passes give the same output, bit by bit")]
    given = _copied(inputs)
    with unchanged(module):
        graph = trace(module, *given)
    captured: dict[int, Tensor] = {}
    promises.append(_capture(module, graph, inputs, expected, captured))
    checks: list[NodeCheck] = []
    if captured:
        with unchanged(module):  # one guard around both: a layer stays in the mode that the forward has set
            tape = record_tape(module, *_copied(inputs))
            checks = replay(tape, captured, tensors(_copied(inputs)))
        promises.append(_same_graph(graph, tape.graph))
        promises.append(_replays(checks))
    own, foreign = _split(plain_changes, changes(before, snapshot(module)))
    promises.append(
        Promise(
            "left as it was",
            not foreign,
            _listed([str(change) for change in foreign])
            or "hooks, modes, parameters, gradients, buffers, attributes, classes, random states, settings",
        )
    )
    return Report(
        tuple(checks), len(graph.edges), tuple(promises), (*_notes(own, checks), *_fused(module, inputs, expected))
    )


def replay(tape: Tape, captured: dict[int, Tensor], given: list[Tensor]) -> list[NodeCheck]:
    """Computes every node of the tape again from `captured`, which is used up: a tensor goes after its last reader.

    `given` are the network's input tensors, in their order.
    """
    graph = tape.graph
    sources: dict[int, set[int]] = {node.index: set() for node in graph.nodes}
    for edge in graph.edges:
        sources[edge.target].add(edge.source)
    call_of = {index: call for call in tape.calls for index in call.nodes}
    last_use = {node.index: node.index for node in graph.nodes}
    for call in tape.calls:
        for index in call.reads:
            last_use[index] = max(last_use[index], *call.nodes)
    leaving: dict[int, list[int]] = {}
    for index, last in last_use.items():
        leaving.setdefault(last, []).append(index)

    checks: dict[int, NodeCheck] = {}
    for node in graph.nodes:
        if node.index not in checks:
            made_by = call_of.get(node.index)
            if made_by is not None:
                found = _replay_call(made_by, graph, sources, captured)
            elif node.operation == "input":
                value = given[node.port] if node.port < len(given) else torch.empty(0)
                found = [_checked(node, compare(captured[node.index], value))]
            else:
                found = [NodeCheck(node, "opaque")]
            checks.update((each.node.index, each) for each in found)
        for index in leaving.get(node.index, ()):
            captured.pop(index, None)
    return [checks[node.index] for node in graph.nodes]


def _replay_call(
    call: Call, graph: Graph, sources: Mapping[int, set[int]], captured: Mapping[int, Tensor]
) -> list[NodeCheck]:
    nodes = [graph.nodes[index] for index in call.nodes]
    direct = set().union(*(sources[index] for index in call.nodes))
    read: set[int] = set()

    def value_of(index: int) -> Tensor:
        read.add(index)
        return captured[index]

    def all_differ(reason: str) -> list[NodeCheck]:
        return [NodeCheck(node, "differs", reason=reason) for node in nodes]

    try:
        results = call.replay(value_of)
    except Exception as error:  # whatever the operation raises is what the user must see
        return all_differ(" ".join(str(error).split()) or type(error).__name__)
    if not read <= direct and (unknown := read - direct - _behind(direct, sources)):
        return all_differ(f"it reads {_names(unknown, graph)}, and the graph has no such edge")
    if superfluous := direct - read:
        return all_differ(f"it does not read {_names(superfluous, graph)}, and the graph has such an edge")
    if len(results) != len(nodes):
        return all_differ(f"{len(results)} tensors came out instead of {len(nodes)}")
    if nodes[0].operation in _UNSET:
        return [NodeCheck(node, "opaque") for node in nodes]
    return [_checked(node, compare(captured[node.index], each)) for node, each in zip(nodes, results, strict=True)]


def _behind(nodes: set[int], sources: Mapping[int, set[int]]) -> set[int]:
    """All nodes from which a path leads to one of `nodes`."""
    found: set[int] = set()
    waiting = [*nodes]
    while waiting:
        more = sources[waiting.pop()] - found
        found |= more
        waiting += more
    return found


def _names(nodes: set[int], graph: Graph) -> str:
    return _listed([graph.nodes[index].name for index in sorted(nodes)])


def _checked(node: Node, compared: Comparison) -> NodeCheck:
    return NodeCheck(node, compared.verdict, compared.difference, compared.reason)


def _copied(inputs: tuple[tuple[Any, ...], dict[str, Any]]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The same inputs anew, since a forward may write into what it is given."""
    with torch.no_grad():
        memo = {id(tensor): tensor.detach().clone() for tensor in tensors(inputs)}
        return copy.deepcopy(inputs, memo)


def _kept(output: Any) -> Any:
    """What a forward returned, safe from later passes."""
    with torch.no_grad():
        return [tensor.detach().clone() for tensor in tensors(output)]


def _plain(module: nn.Module, inputs: tuple[tuple[Any, ...], dict[str, Any]]) -> list[Tensor]:
    arguments, keywords = _copied(inputs)
    try:
        with unchanged(module), opened(unwrap(module)):
            output = unwrap(module)(*arguments, **keywords)
            return _kept(list(output) if isinstance(output, GeneratorType) else output)
    except Exception:
        with unchanged(module):
            trace(module, *_copied(inputs))  # fails as well, with the layer, the shapes and the line
        raise


def _fused(module: nn.Module, inputs: tuple[tuple[Any, ...], dict[str, Any]], expected: list[Tensor]) -> list[str]:
    """What is to be said of the kernels that the passes above were kept from using."""
    network = unwrap(module)
    if not has_fused_layers(network):
        return []
    arguments, keywords = _copied(inputs)
    with unchanged(module):
        difference = same_structure(expected, _kept(network(*arguments, **keywords))) or "gives the same bit by bit"
    return [
        "torch's fused kernel for transformer encoders was left aside in all passes, so that its layers can be seen; "
        f"a pass that uses it: {difference}."
    ]


def _capture(
    module: nn.Module, graph: Graph, inputs: Any, expected: list[Tensor], captured: dict[int, Tensor]
) -> Promise:
    """Runs the network with every node recorded into `captured`; it stays empty when the pass took another way."""

    def deliver(index: int, tensor: Tensor) -> None:
        captured[index] = tensor.detach().clone()

    recorder = Recorder(module, graph, {node.index: node.index for node in graph.nodes})
    arguments, keywords = _copied(inputs)
    try:
        with unchanged(module):
            output = _kept(recorder.run(arguments, keywords, deliver))
    except Diverged as reason:
        captured.clear()
        return Promise("same output", False, f"the next pass took another way through the network: {reason}")
    missing = [node.name for node in graph.nodes if node.index not in captured]
    if missing:
        captured.clear()
        return Promise("same output", False, f"not delivered: {_listed(missing)}")
    problem = same_structure(expected, output)
    return Promise("same output", not problem, problem or "with capture as without, bit by bit")


def _same_graph(graph: Graph, again: Graph) -> Promise:
    if graph == again:
        return Promise("same graph", True, "two passes give the same nodes and edges")
    names, others = ({node.name for node in each.nodes} for each in (graph, again))
    unlike = sorted(names ^ others)
    detail = _listed(unlike) if unlike else "the same names with other shapes or edges"
    return Promise("same graph", False, f"two passes differ: {detail}")


def _replays(checks: list[NodeCheck]) -> Promise:
    wrong = [f"{each.node.name} ({each.reason})" for each in checks if each.verdict == "differs"]
    if wrong:
        return Promise("graph replays", False, f"{len(wrong):,} of {len(checks):,} nodes differ: {_listed(wrong)}")
    return Promise("graph replays", True, f"each of {len(checks):,} nodes, from what its edges bring")


def _split(plain: tuple[Change, ...], found: tuple[Change, ...]) -> tuple[list[Change], list[Change]]:
    """Attributes that a plain pass sets as well are the network's own affair; all else is not."""
    set_by_itself = {(change.where, change.name) for change in plain if change.what == "attribute"}
    own = [each for each in found if each.what == "attribute" and (each.where, each.name) in set_by_itself]
    return own, [change for change in found if change not in own]


def _notes(own: list[Change], checks: list[NodeCheck]) -> tuple[str, ...]:
    notes = []
    if own:
        names = _listed([f"{change.where}.{change.name}" if change.where else change.name for change in own])
        notes.append(f"The network's own forward sets attributes, with or without capture: {names}.")
    if opaque := [each.node.name for each in checks if each.verdict == "opaque"]:
        nodes = f"{len(opaque):,} node{'s' if len(opaque) > 1 else ''}"
        notes.append(f"{nodes} cannot be computed again from outside: {_listed(opaque)}.")
    return tuple(notes)


def _listed(names: list[str]) -> str:
    rest = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {rest:,} more" if rest > 0 else "")
