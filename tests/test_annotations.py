"""The developer's own word changes nothing but what the world shows: outside of a capture it does not exist."""

from __future__ import annotations

import copy
import io
import pickle
import subprocess
import sys
import threading

import pytest
import torch
from torch import Tensor, nn

import vrcnn
from vrcnn.annotations import listening, marks_of
from vrcnn.errors import UserError
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph, Node
from vrcnn.network.scope import Scope
from vrcnn.network.trace import trace
from vrcnn.scene.layering import Slot, slots


class Plain(nn.Module):
    """A stem, a gain that no layer has, a body of two convolutions, a side branch and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.full((1, 4, 1, 1), 1.5))
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.body = nn.Sequential(nn.Conv2d(4, 4, 1), nn.ReLU(), nn.Conv2d(4, 4, 1))
        self.side = nn.Sequential(nn.Conv2d(4, 4, 1), nn.Sigmoid())
        self.head = nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x) * self.gain
        x = self.body(x)
        return self.head((x + self.side(x)).mean((2, 3)))


class Annotated(Plain):
    """The same network with a word on each part."""

    def __init__(self) -> None:
        super().__init__()
        vrcnn.group(self.body, "Body")
        vrcnn.hide(self.side)
        vrcnn.position(self.body[0], depth=3, lane=1)
        vrcnn.label(self.head, ["cat", "dog"], name="Answer")

    def forward(self, x: Tensor) -> Tensor:
        x = vrcnn.probe(self.stem(x) * self.gain, "scaled stem")
        x = self.body(x)
        return self.head((x + self.side(x)).mean((2, 3)))


def seeded(kind: type[Plain]) -> Plain:
    torch.manual_seed(0)
    return kind().eval()


def picture() -> Tensor:
    return torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def test_an_annotated_network_computes_what_it_did_before():
    plain, annotated = seeded(Plain), seeded(Annotated)
    assert torch.equal(plain(picture()), annotated(picture()))
    assert list(plain.state_dict()) == list(annotated.state_dict())
    assert list(dict(plain.named_modules())) == list(dict(annotated.named_modules()))
    assert repr(plain.body) == repr(annotated.body)


def test_gradients_pass_a_probe_as_if_it_were_not_there():
    plain, annotated = seeded(Plain), seeded(Annotated)
    for network in (plain, annotated):
        network.train()(picture()).sum().backward()
    for before, after in zip(plain.parameters(), annotated.parameters(), strict=True):
        assert torch.equal(before.grad, after.grad)
    assert annotated.eval().training is False


def test_weights_travel_between_a_network_with_and_without_words():
    plain, annotated = seeded(Plain), Annotated()
    annotated.load_state_dict(plain.state_dict())
    assert torch.equal(plain(picture()), annotated.eval()(picture()))


@pytest.mark.parametrize(
    "copied",
    [
        copy.deepcopy,
        lambda network: pickle.loads(pickle.dumps(network)),
        lambda network: _saved_and_loaded(network),
    ],
    ids=["deepcopy", "pickle", "torch.save"],
)
def test_copies_keep_the_words_as_their_own(copied):
    network = seeded(Annotated)
    twin = copied(network)
    assert torch.equal(network(picture()), twin(picture()))
    assert marks_of(twin.head) == {"channels": ("cat", "dog"), "title": "Answer"}
    vrcnn.label(twin.head, name="Another")
    assert marks_of(network.head)["title"] == "Answer", "the copy speaks for itself"


def _saved_and_loaded(network: nn.Module) -> nn.Module:
    file = io.BytesIO()
    torch.save(network, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torchscript_takes_annotated_modules():
    body = vrcnn.position(vrcnn.label(vrcnn.group(nn.Sequential(nn.Conv2d(3, 4, 1), nn.ReLU()), "Body"), ["a"]), 2, 1)
    vrcnn.hide(body[1])
    assert torch.equal(torch.jit.script(body)(picture()), body(picture()))
    network = seeded(Annotated)
    assert torch.equal(torch.jit.trace(network, picture())(picture()), network(picture())), "with a probe in it"


def test_every_word_returns_what_it_was_given():
    layer, tensor = nn.Conv2d(3, 4, 1), torch.zeros(1)
    assert vrcnn.hide(layer) is layer
    assert vrcnn.group(layer, "Room") is layer
    assert vrcnn.label(layer, ["edge"]) is layer
    assert vrcnn.position(layer, 1) is layer
    assert vrcnn.probe(tensor, "x") is tensor
    assert vrcnn.probe((tensor, "anything"), "x", module=layer, after=["y"]) == (tensor, "anything")


def test_words_add_up_and_the_last_one_counts():
    layer = nn.Conv2d(3, 4, 1)
    assert marks_of(layer) == {}
    vrcnn.label(vrcnn.position(vrcnn.hide(vrcnn.group(layer, "Room")), 2, -1), name="Edges")
    vrcnn.label(vrcnn.position(layer, 3), channel_names=[1, 2])
    assert marks_of(layer) == {
        "group": "Room",
        "hidden": True,
        "depth": 3,
        "lane": 0,
        "title": "Edges",
        "channels": ("1", "2"),
    }


def test_a_probe_is_heard_on_the_thread_of_the_capture_only():
    heard: list[str] = []
    listening.probed = lambda tensor, name, module, after: heard.append(name)
    try:
        training = threading.Thread(target=lambda: vrcnn.probe(torch.zeros(1), "elsewhere"))
        training.start()
        training.join()
        vrcnn.probe(torch.zeros(1), "here")
    finally:
        listening.probed = None
    assert heard == ["here"]


@pytest.mark.parametrize(
    "word",
    [
        vrcnn.hide,
        lambda thing: vrcnn.group(thing, "Room"),
        lambda thing: vrcnn.label(thing, ["a"]),
        lambda thing: vrcnn.position(thing, 1),
    ],
    ids=["hide", "group", "label", "position"],
)
@pytest.mark.parametrize("thing", ["layer1", None, torch.zeros(1)], ids=["a name", "None", "a tensor"])
def test_what_is_no_module_is_refused_with_a_sentence(word, thing):
    with pytest.raises(TypeError, match=rf"^{type(thing).__name__} is not a torch module: give the layer or block"):
        word(thing)


def test_importing_vrcnn_for_this_does_not_import_torch():
    script = (
        "import sys, vrcnn; vrcnn.probe(1, 'one'); print(*({'torch', 'moderngl', 'PIL', 'numpy'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def captured(network: nn.Module, detail: str = "layers") -> Graph:
    """What a capture of the network shows at a detail."""
    network.eval()
    return reduce(trace(network, (picture(),), {}), Scope(detail, fold="never"))


def named(graph: Graph) -> dict[str, Node]:
    """The nodes by what people call them."""
    return {node.title: node for node in graph.nodes}


def edges(graph: Graph) -> set[tuple[str, str]]:
    titles = [node.title for node in graph.nodes]
    return {(titles[edge.source], titles[edge.target]) for edge in graph.edges}


def test_a_probed_tensor_is_what_its_wall_shows_under_its_name():
    shown = named(captured(seeded(Annotated)))
    assert shown["scaled stem"].marks.probed
    assert shown["scaled stem"].operations == ("Conv2d", "mul"), "the probe's tensor comes last"
    assert [node.operations for node in captured(seeded(Plain)).nodes][1] == ("Conv2d", "mul")
    assert "scaled stem" in named(captured(seeded(Annotated), "all"))
    assert "scaled stem" in named(captured(seeded(Annotated), "blocks")), "no block holds it"


def test_a_probe_ends_the_chain_that_it_would_have_vanished_in():
    class Chain(nn.Module):
        def __init__(self, probed: bool) -> None:
            super().__init__()
            self.conv, self.norm, self.probed = nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), probed

        def forward(self, x: Tensor) -> Tensor:
            x = self.conv(x)
            if self.probed:
                x = vrcnn.probe(x, "before the norm")
            return torch.relu(self.norm(x))

    plain, probed = captured(Chain(False)), captured(Chain(True))
    assert [node.operations for node in plain.nodes[1:]] == [("Conv2d", "BatchNorm2d", "relu")]
    assert [node.operations for node in probed.nodes[1:]] == [("Conv2d",), ("BatchNorm2d", "relu")]
    assert probed.nodes[1].title == "before the norm"


def test_a_probe_says_whose_it_is_and_what_it_follows():
    class Talking(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1)

        def forward(self, x: Tensor) -> Tensor:
            y = self.first(x)
            z = self.second(y)
            return vrcnn.probe(z * 2, "doubled", module=self.second, after=["first"]) + 1

    graph = captured(Talking())
    assert named(graph)["doubled"].layer == "second"
    assert {source for source, target in edges(graph) if target == "doubled"} == {"first"}


def test_a_probe_in_a_module_that_is_called_twice_has_two_names():
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.part = Half()

        def forward(self, x: Tensor) -> Tensor:
            return self.part(self.part(x))

    class Half(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return vrcnn.probe(x * 0.5, "half")

    assert {"half", "half@2"} <= set(named(captured(Twice())))


@pytest.mark.parametrize("thing", [3, "text", None, [torch.zeros(2)], torch.zeros(0)], ids=str)
def test_a_probe_of_what_is_no_tensor_disturbs_nothing(thing):
    class Odd(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            assert vrcnn.probe(thing, "thing") is thing
            return x * 2

    assert [node.name for node in captured(Odd()).nodes] == ["input", "mul"]


def test_a_hidden_module_is_left_out_and_what_it_reads_is_joined_to_what_reads_it():
    layers, everything = captured(seeded(Annotated)), captured(seeded(Annotated), "all")
    assert not any(node.name.startswith("side") for node in layers.nodes)
    assert ("body.2", "add") in edges(layers)
    assert {"side.0", "side.1"} <= {node.name for node in everything.nodes}
    assert any(node.name.startswith("side") for node in captured(seeded(Plain)).nodes)


@pytest.mark.parametrize("detail", ["blocks", "layers", "all"])
def test_a_named_group_is_a_room_with_that_name(detail):
    (body,) = [group for group in captured(seeded(Annotated), detail).groups if group.path == "body"]
    assert body.title == "Body"
    assert body.kind == "Sequential"


def test_a_named_layer_has_its_name_and_its_channels():
    for detail in ("blocks", "layers", "all"):
        head = named(captured(seeded(Annotated), detail))["Answer"]
        assert head.name == "head"
        assert head.marks.channels == ("cat", "dog")


def test_channel_names_stay_with_the_layer_when_its_chain_goes_on():
    network = nn.Sequential(vrcnn.label(nn.Conv2d(3, 2, 1), ["upright", "level"]), nn.BatchNorm2d(2), nn.ReLU())
    (shown,) = captured(network).nodes[1:]
    assert shown.operations == ("Conv2d", "BatchNorm2d", "ReLU")
    assert shown.marks.channels == ("upright", "level")


def test_a_placed_layer_stands_where_it_was_put():
    graph = captured(seeded(Annotated))
    placed = named(graph)["body.0"]
    assert (placed.marks.depth, placed.marks.lane) == (3, 1)
    assert slots(graph)[placed.index] == Slot(3, 1)


def test_of_a_placed_block_the_first_layer_stands_there_and_the_others_follow_in_its_lane():
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Sequential(nn.Conv2d(4, 4, 1), nn.MaxPool2d(2), nn.Conv2d(4, 4, 1)))
    vrcnn.position(network[1], depth=4, lane=2)
    assert slots(captured(network))[2:] == [Slot(4, 2), Slot(5, 2), Slot(6, 2)]


def test_after_a_capture_probes_are_not_heard_even_if_it_failed():
    captured(seeded(Annotated))
    assert listening.probed is None

    class Failing(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return vrcnn.probe(x, "x") @ x.new_zeros(99, 1)

    with pytest.raises(UserError):
        captured(Failing())
    assert listening.probed is None
