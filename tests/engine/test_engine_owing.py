"""What the walls show in place of activations equals torch's own gradients, for each layer, and exact zero stays so."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from test_engine_attributing import Detector, Segmenter, Shared
from tiny_networks import SIZE, Tiny, Watched, arena_of, maps, noise, of_kind, source
from torch import Tensor, nn

from vrcnn.engine.messages import GraphChanged, LayerReady, Message, Predicted, ScopeRefused
from vrcnn.network.quantity import QUANTITIES
from vrcnn.network.scope import Scope

GRADIENTS, PRODUCTS = QUANTITIES[1:]


class Dense(nn.Module):
    """A DenseNet in small, with a part of the output that no score depends on."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.first, self.second = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(7, 5, 3, padding=1)
        self.norm, self.third = nn.BatchNorm2d(12), nn.Conv2d(12, 6, 1)
        self.aside, self.head = nn.Conv2d(6, 2, 1), nn.Linear(6, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        y = torch.cat((x, torch.relu(self.first(x))), 1)
        z = self.third(torch.relu(self.norm(torch.cat((y, self.second(y)), 1))))
        return self.head(z.mean((2, 3))), self.aside(z)


class Faint(Tiny):
    """Its scores are so small that their gradients are none of float16's."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) * 1e-9


class Words(nn.Module):
    """Reads whole numbers, beside a picture."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(4)
        self.embed, self.head = nn.Embedding(9, 6), nn.Linear(6, 4)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(torch.tanh(self.embed(tokens)).mean(1))


class Cut(nn.Module):
    """Takes its scores out of the gradient."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Conv2d(3, 6, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x).mean((2, 3)).detach()


def shown(module: nn.Module, quantity: str, of: int | None = None) -> tuple[dict[str, np.ndarray], list[Message]]:
    """By layer, the true values of the maps of all walls at detail "all", for the first picture."""
    with Watched(source(module, noise(1), noise(2)), Scope(detail="all", quantity=quantity, of=of)) as watched:
        messages = watched.run(0)
        arena = arena_of(messages)
        names = {node.index: node.name for node in watched.worker.graph.nodes}
        values = {}
        for ready in of_kind(messages, LayerReady):
            kept = maps(arena, watched.worker, names[ready.node]).astype(np.float64)
            values[names[ready.node]] = kept * ready.quantity.factor
        return values, messages


def own(module: nn.Module, index: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By layer, its values and their gradients, by hooks of torch on the modules: of those with in-place ReLUs off."""
    module = copy.deepcopy(module).eval()
    for each in module.modules():
        if isinstance(each, nn.ReLU):
            each.inplace = False
    found: dict[str, Tensor] = {}
    for name, each in module.named_modules():
        if name and not list(each.children()):

            def keep(_: nn.Module, inputs: object, output: Tensor, name: str = name) -> Tensor:
                calls = sum(key.split("@")[0] == name for key in found)
                key = f"{name}@{calls + 1}" if calls else name
                kept = output.clone()
                found[key] = kept
                return kept.clone()  # as somebody may write to it

            each.register_forward_hook(keep)
    x = torch.as_tensor(source(module, noise(1)).inputs_of(noise(1).open())[0][0]).clone().requires_grad_(True)
    output = module(x * 1)
    scores = output[0] if isinstance(output, tuple) else output
    scores = output["out"].sum((2, 3)) if isinstance(output, dict) else scores
    found["input"] = x
    gradients = torch.autograd.grad(scores[0, index], list(found.values()), allow_unused=True)
    return {
        name: (values.detach().numpy()[0], (torch.zeros_like(values) if g is None else g).numpy()[0])
        for (name, values), g in zip(found.items(), gradients, strict=True)
    }


@pytest.mark.parametrize("kind", [Tiny, Shared, Dense, Segmenter])
@pytest.mark.parametrize("quantity", [GRADIENTS, PRODUCTS])
def test_every_wall_shows_torchs_own_gradient(kind, quantity):
    module = kind()
    values, _ = shown(module, quantity, 2)
    expected = own(module, 2)
    compared = 0
    for name, (activation, gradient) in expected.items():
        key = next((n for n in values if n == name or (name == "input" and values[n].shape == SIZE)), None)
        assert key is not None, (name, list(values))
        wanted = gradient if quantity == GRADIENTS else gradient * activation
        wanted = wanted.reshape(values[key].shape)
        assert np.allclose(values[key], wanted, rtol=2e-3, atol=1e-3 * np.abs(wanted).max()), name
        assert ((wanted == 0) <= (values[key] == 0)).all(), name
        compared += 1
    assert compared == len(expected)
    assert any(np.abs(each).max() > 0 for each in values.values())


def test_a_layer_that_the_score_does_not_depend_on_owes_it_exactly_nothing():
    values, _ = shown(Dense(), GRADIENTS)
    assert not values["aside"].any()
    assert values["third"].any()


def test_gradients_that_float16_has_no_room_for_are_told_in_full():
    values, messages = shown(Faint(), GRADIENTS, 0)
    plain, _ = shown(Tiny(), GRADIENTS, 0)
    assert 0 < np.abs(values["stem.0"]).max() < 1e-9
    for name, faint in values.items():
        if name in plain and plain[name].any():
            assert np.allclose(faint * 1e9, plain[name], rtol=5e-3, atol=1e-3 * np.abs(plain[name]).max()), name
    assert sum(message.quantity.exponent < -30 for message in of_kind(messages, LayerReady)) >= 6


def test_the_answer_is_the_same_and_what_is_shown_is_told():
    _, plain = shown(Tiny(), QUANTITIES[0])
    _, owed = shown(Tiny(), GRADIENTS)
    (before,), (after,) = of_kind(plain, Predicted), of_kind(owed, Predicted)
    assert [score.index for score in before.scores] == [score.index for score in after.scores]
    assert np.allclose([s.probability for s in before.scores], [s.probability for s in after.scores], atol=1e-6)
    assert {message.quantity.kind for message in of_kind(plain, LayerReady)} == {"activations"}
    assert {(m.quantity.kind, m.quantity.of) for m in of_kind(owed, LayerReady)} == {
        (GRADIENTS, before.scores[0].label)
    }


def test_the_network_is_left_as_it_was():
    module = Tiny().train()
    module.conv.weight.requires_grad_(False)
    before = copy.deepcopy(module.state_dict())
    shown(module, PRODUCTS)
    assert module.training
    assert [name for name, each in module.named_parameters() if not each.requires_grad] == ["conv.weight"]
    assert all(each.grad is None for each in module.parameters())
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_a_new_picture_keeps_the_choice_and_another_choice_moves_no_wall():
    with Watched(source(Tiny(), noise(1), noise(2))) as watched:
        watched.run(0)
        arrived = watched.show(Scope(quantity=GRADIENTS))
        assert not of_kind(arrived, GraphChanged)
        assert {message.quantity.kind for message in of_kind(arrived, LayerReady)} == {GRADIENTS}
        arena_of(arrived).release()
        firsts = [message.difference for message in of_kind(arrived, LayerReady)]
        again = watched.run(1)
        assert {message.quantity.kind for message in of_kind(again, LayerReady)} == {GRADIENTS}
        assert not any(each.any() for each in firsts), "gradients are not compared with activations"
        assert any(message.difference.any() for message in of_kind(again, LayerReady))


def test_whole_numbers_owe_through_their_embedding():
    module = Words()
    network = source(module)
    tokens = torch.tensor([[1, 5, 2]])
    network = type(network)(**{**vars(network), "arguments": (tokens,), "slot": None, "pictures": ()})
    with Watched(network, Scope(detail="all", quantity=GRADIENTS, of=1)) as watched:
        messages = watched.run(-1)
        names = {node.index: node.name for node in watched.worker.graph.nodes}
        told = {names[m.node]: m for m in of_kind(messages, LayerReady)}
        kept = maps(arena_of(messages), watched.worker, "embed").astype(np.float64) * told["embed"].quantity.factor
    embedded = module.embed(tokens).detach().requires_grad_(True)
    module.head(torch.tanh(embedded).mean(1))[0, 1].backward()
    assert np.allclose(kept[:, 0].T, embedded.grad[0].numpy(), rtol=2e-3, atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Cut, "The classes' scores have no gradient: detach"),
        (Detector, "Detector puts out boxes, not scores of classes"),
    ],
)
def test_where_nothing_is_owed_activations_are_shown_and_it_is_told(kind, words):
    values, messages = shown(kind(), GRADIENTS)
    (refused,) = of_kind(messages, ScopeRefused) or [None]
    assert refused is not None
    assert words in refused.headline
    assert refused.scope == Scope(detail="all")
    assert values["body"].any()
    assert {message.quantity.kind for message in of_kind(messages, LayerReady)} == {"activations"}
