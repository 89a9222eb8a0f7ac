"""Attributions equal Captum's own calls and a few lines of torch, on networks that make that hard."""

from __future__ import annotations

import copy
import sys
import time

import numpy as np
import pytest
import torch
from captum.attr import IntegratedGradients, LayerGradCam, Occlusion, Saliency
from tiny_networks import Tiny, Volumes, Watched, noise, of_kind, source
from torch import Tensor, nn

from vrcnn.attribution.results import METHODS, Attribution, Wish
from vrcnn.engine.attributing import Attribute, attributing
from vrcnn.engine.attribution_messages import Attributed
from vrcnn.engine.messages import InquiryDone, InquiryFailed, InquiryProgress
from vrcnn.errors import UserError
from vrcnn.network.source import NetworkSource


class Shared(nn.Module):
    """One module twice, a concatenation of all that was before, and frozen parameters."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.stem, self.again = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.act, self.head = nn.ReLU(inplace=True), nn.Linear(12, 5)
        for parameter in self.parameters():
            parameter.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.act(self.stem(x))
        y = self.act(self.again(x))
        z = self.act(self.again(y))
        return self.head(torch.cat((x, y, z), 1).mean((2, 3)))


class Segmenter(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(2)
        self.body, self.head = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 5, 1)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"out": self.head(torch.tanh(self.body(x)))}


class Rounded(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body, self.head = nn.Conv2d(3, 6, 3), nn.Linear(6, 5)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(torch.round(self.body(x)).mean((2, 3)))


class Painter(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class Detector(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Conv2d(3, 4, 3)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"boxes": self.body(x).mean((2, 3)), "scores": torch.ones(1), "labels": torch.ones(1).long()}


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def made(network: NetworkSource, **wish) -> Attribution:
    inputs = network.inputs_of(noise(1).open())
    return list(attributing(network, None, inputs, Wish(**wish)))[-1]


def picture(network: NetworkSource) -> Tensor:
    return network.inputs_of(noise(1).open())[0][0].clone()


@pytest.mark.parametrize("kind", [Tiny, Shared])
def test_the_gradient_is_captums_and_torchs(kind):
    network = source(kind())
    found = made(network, method="gradient", index=2)
    pure = kind().eval()
    x = picture(network).requires_grad_(True)
    pure(x.clone())[0, 2].backward()
    expected = Saliency(lambda p: pure(p.clone())).attribute(picture(network), target=2, abs=False)
    assert np.array_equal(found.values, expected[0].detach().numpy())
    assert np.allclose(found.values, x.grad[0].numpy(), atol=1e-7)
    assert np.array_equal(found.map, np.abs(found.values).max(0))
    assert np.abs(found.values).max() > 0


@pytest.mark.parametrize("kind", [Tiny, Shared])
def test_integrated_gradients_are_captums_and_complete(kind):
    network = source(kind())
    found = made(network, method="integrated-gradients", index=3, steps=50)
    pure = kind().eval()
    own = IntegratedGradients(lambda p: pure(p.clone()))
    expected = own.attribute(picture(network), target=3, n_steps=50, method="riemann_middle")
    assert np.allclose(found.values, expected[0].detach().numpy(), atol=1e-6)
    with torch.no_grad():
        gained = float(pure(picture(network))[0, 3] - pure(torch.zeros_like(picture(network)))[0, 3])
    assert found.values.sum() == pytest.approx(gained, abs=0.01 * abs(gained))
    assert found.settings["missing of the score's difference"] == pytest.approx(gained - found.values.sum(), abs=1e-5)
    assert np.allclose(found.map, found.values.sum(0))


def test_grad_cam_is_captums_and_torchs():
    network = source(Tiny())
    found = made(network, method="grad-cam", index=1, layer="last")
    pure = Tiny().eval()
    layer = LayerGradCam(lambda p: pure(p.clone()), pure.last)
    expected = layer.attribute(picture(network), target=1, relu_attributions=True)
    assert found.layer == "last"
    assert np.array_equal(found.values, expected[0].detach().numpy())
    maps: list[Tensor] = []
    pure.last.register_forward_hook(lambda module, inputs, output: maps.append(output))
    score = pure(picture(network))[0, 1]
    (gradient,) = torch.autograd.grad(score, maps[0])
    cam = torch.relu((gradient.mean((2, 3), keepdim=True) * maps[0]).sum(1))
    assert np.allclose(found.values, cam.detach().numpy(), atol=1e-7)
    assert found.map.shape == (27, 20)


def test_grad_cam_of_what_is_overwritten_and_of_the_second_call():
    """The convolution's own maps, although a ReLU writes to them in place; and the second call of a shared module."""
    network = source(Shared())
    pure = Shared().eval()
    pure.act = nn.ReLU()
    x = picture(network)
    first = pure.act(pure.stem(x))
    second = pure.again(first).requires_grad_(True)
    third = pure.again(pure.act(second))
    score = pure.head(torch.cat((first, pure.act(second), pure.act(third)), 1).mean((2, 3)))[0, 4]
    for name, maps in (("again", second), ("again@2", third)):
        (gradient,) = torch.autograd.grad(score, maps, retain_graph=True)
        cam = torch.relu((gradient.mean((2, 3), keepdim=True) * maps).sum(1))
        found = made(network, method="grad-cam", index=4, layer=name)
        assert np.allclose(found.values, cam.detach().numpy(), atol=1e-6), name


def test_the_last_layer_with_maps_is_the_usual_one():
    assert made(source(Tiny()), method="grad-cam").layer == "last"


class Token(nn.Module):
    """Patches and a class token, of which the head reads the latter alone."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(6)
        self.patch, self.token = nn.Conv2d(3, 8, 5, 5), nn.Parameter(torch.zeros(1, 1, 8))
        self.mix = nn.MultiheadAttention(8, 2, batch_first=True)
        self.norm, self.head = nn.LayerNorm(8), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        tokens = torch.cat((self.token, self.patch(x).flatten(2).transpose(1, 2)), 1)
        mixed, _ = self.mix(tokens, tokens, tokens)
        return self.head(self.norm(tokens + mixed)[:, 0])


def test_where_a_class_token_alone_counts_the_layer_before_the_attention_is_taken():
    found = made(source(Token()), method="grad-cam", index=1)
    module = Token().eval()
    tokens = torch.cat((module.token, module.patch(picture(source(module))).flatten(2).transpose(1, 2)), 1).detach()
    tokens.requires_grad_(True)
    mixed, _ = module.mix(tokens, tokens, tokens)
    (gradient,) = torch.autograd.grad(module.head(module.norm(tokens + mixed)[:, 0])[0, 1], tokens)
    cam = (gradient[0, 1:].mean(0) * tokens[0, 1:]).sum(1).relu().reshape(5, 4)
    assert np.allclose(found.values[0], cam.detach().numpy(), atol=1e-6)
    assert found.layer in ("cat", "transpose")


def test_occlusion_is_captums():
    network = source(Tiny())
    found = made(network, method="occlusion", index=5, window=6)
    pure = Tiny().eval()
    expected = Occlusion(lambda p: pure(p.clone())).attribute(
        picture(network), target=5, sliding_window_shapes=(3, 6, 6), strides=(3, 3, 3), baselines=0
    )
    assert np.allclose(found.values, expected[0].detach().numpy(), atol=1e-6)


def test_a_segmentations_class_is_its_sum():
    network = source(Segmenter())
    found = made(network, method="gradient", index=2)
    pure = Segmenter().eval()
    x = picture(network).requires_grad_(True)
    pure(x)["out"][0, 2].sum().backward()
    assert np.allclose(found.values, x.grad[0].numpy(), atol=1e-6)


def test_a_volumes_map_is_that_of_its_slice():
    volume = torch.rand(1, 1, 4, 6, 7)
    found = list(attributing(source(Volumes()), None, ((volume,), {}), Wish("gradient", 1), slice=1.0))[-1]
    pure = Volumes()
    x = volume.clone().requires_grad_(True)
    pure(x)[0, 1].sum().backward()
    assert np.allclose(found.values, x.grad[0].numpy(), atol=1e-6)
    assert np.allclose(found.map, x.grad[0, 0, 3].abs().numpy(), atol=1e-6)


def test_the_best_guess_is_the_class_unless_another_is_asked_for():
    network = source(Tiny(), labels=tuple(f"kind {number}" for number in range(12)))
    with torch.no_grad():
        scores = Tiny().eval()(picture(network))[0]
    found = made(network, method="gradient")
    assert (found.index, found.name) == (int(scores.argmax()), f"kind {int(scores.argmax())}")
    assert found.score == pytest.approx(float(scores.max()), rel=1e-6)
    with pytest.raises(UserError, match="There is no class 12: this network has 12 of them, from 0"):
        made(network, method="gradient", index=12)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (Detector, "Detector puts out boxes, not scores of classes: there is no class whose score"),
        (Painter, "Painter puts out no scores of classes: there is no class whose score"),
        (Rounded, r"No gradient comes from the classes' scores to the picture: round \(.*\) is a step"),
    ],
)
def test_what_cannot_be_attributed_is_told_in_a_sentence(network, words):
    given = source(network())
    with pytest.raises(UserError, match=words):
        made(given)


def test_occlusion_needs_no_gradient():
    assert np.abs(made(source(Rounded()), method="occlusion").values).max() > 0


def test_without_captum_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "captum.attr", None)
    with pytest.raises(UserError, match=r"`pip install 'vrcnn\[attribution\]'`"):
        made(source(Tiny()))


@pytest.mark.parametrize("method", [method.name for method in METHODS])
def test_the_network_is_left_as_it_was(method):
    module = Tiny().train()
    module.conv.weight.requires_grad_(False)
    before = copy.deepcopy(module.state_dict())
    made(source(module), method=method, steps=4, window=13)
    assert module.training
    assert [name for name, each in module.named_parameters() if not each.requires_grad] == ["conv.weight"]
    assert all(each.grad is None for each in module.parameters())
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert not any(each._forward_hooks or each._backward_hooks for each in module.modules())


class Beside(nn.Module):
    """Reads a second input that has no batch of several."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(5)
        self.body, self.head = nn.Conv2d(3, 4, 3), nn.Linear(8, 3)

    def forward(self, x: Tensor, sound: Tensor) -> Tensor:
        return self.head(torch.cat((torch.tanh(self.body(x)).mean((2, 3)), sound), 1))


@pytest.mark.parametrize("method", [method.name for method in METHODS])
def test_with_an_input_beside_the_picture_each_goes_through_alone(method):
    x, sound = torch.rand(1, 3, 27, 20), torch.rand(1, 4)
    network = source(Beside())
    found = list(attributing(network, None, ((x, sound), {}), Wish(method, 1, steps=5, window=9)))[-1]
    assert np.abs(found.values).max() > 0
    if method == "integrated-gradients":
        pure = Beside()
        one = IntegratedGradients(lambda p: pure(p, sound.expand(len(p), 4)))
        expected = one.attribute(x, target=1, n_steps=5, method="riemann_middle")
        assert np.allclose(found.values, expected[0].detach().numpy(), atol=1e-6)


def test_a_signal_has_a_map_of_one_row():
    module = nn.Sequential(nn.Conv1d(2, 4, 3), nn.Tanh(), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(4, 3))
    for method in METHODS:
        wish = Wish(method.name, 1, steps=4)
        found = list(attributing(source(module), None, ((torch.rand(1, 2, 30),), {}), wish))[-1]
        assert found.map.shape == (1, 30)


class Slow(Tiny):
    def forward(self, x: Tensor) -> Tensor:
        for _ in range(4):
            time.sleep(0.02)
            x = x * 1.0
        return super().forward(x)


@pytest.mark.parametrize("method", ["integrated-gradients", "occlusion"])
def test_the_worker_tells_how_far_it_is_and_stops_at_once(method):
    with Watched(source(Slow(), noise(1))) as watched:
        watched.run(0)
        number = watched.worker.inquiries.ask(Attribute(Wish(method, steps=1000, window=2)))
        watched.until(lambda: any(message.done for message in of_kind(watched.arrived, InquiryProgress)))
        told = of_kind(watched.arrived, InquiryProgress)[-1]
        assert 0 < told.done < told.total
        watched.worker.inquiries.cancel(number)
        began = time.monotonic()
        arrived = watched.rest()
        assert time.monotonic() - began < 0.5
        assert arrived[-1] == InquiryDone(number, cancelled=True)
        assert not of_kind(arrived, Attributed)


def test_a_picture_comes_in_between_and_what_was_found_is_the_same():
    alone = made(source(Slow()), method="integrated-gradients", steps=12, index=0)
    with Watched(source(Slow(), noise(1), noise(2))) as watched:
        watched.run(0)
        watched.worker.inquiries.ask(Attribute(Wish("integrated-gradients", 0, steps=12)))
        watched.until(lambda: any(message.total for message in of_kind(watched.arrived, InquiryProgress)))
        watched.worker.run_picture(1)
        (told,) = of_kind(watched.rest(), Attributed)
    assert told.attribution.picture == 0
    assert np.allclose(told.attribution.values, alone.values, atol=1e-6)


def test_a_refusal_comes_as_a_failed_inquiry():
    with Watched(source(Detector(), noise(1))) as watched:
        watched.run(0)
        watched.worker.inquiries.ask(Attribute(Wish()))
        (failed,) = of_kind(watched.rest(), InquiryFailed)
    assert "not scores of classes" in failed.headline
