"""A layer as a target: its maps for batches and other sizes, with gradients, by fast ways that come to the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from small_networks import place_of, source_of
from torch import Tensor, nn
from torch.nn import functional

from vrcnn.errors import UserError
from vrcnn.featurevis import target as target_module
from vrcnn.featurevis.results import Place
from vrcnn.featurevis.target import Target
from vrcnn.network.failure import ForwardError
from vrcnn.network.recorder import Cancelled
from vrcnn.network.trace import trace

SIZE = (3, 16, 20)


class Convolutional(nn.Module):
    """Takes pictures of any size."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm, self.relu = nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6), nn.ReLU(inplace=True)
        self.pool, self.head = nn.AdaptiveAvgPool2d(1), nn.Linear(6, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.relu(self.norm(self.conv(x)))).flatten(1))


class Single(nn.Module):
    """Takes one picture of one size."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 2, 3), nn.Linear(2 * 14 * 18, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.conv(x).relu().view(1, -1))


class Tokens(nn.Module):
    """Patches with a class token before them; positions stretch with the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.patch, self.first = nn.Conv2d(3, 8, 4, 4), nn.Parameter(torch.randn(1, 1, 8))
        self.norm = nn.LayerNorm(8)

    def forward(self, x: Tensor) -> Tensor:
        tokens = self.patch(x).flatten(2).transpose(1, 2)
        return self.norm(torch.cat([self.first.expand(len(x), -1, -1), tokens], 1))


class Reshaping(nn.Module):
    """Its view fails on pictures in channels_last, and so does nothing but the plain manner."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        return y.view(len(y), 2, 2, -1).flatten(1, 2)


class Either(nn.Module):
    """Bright pictures and dark ones go different ways, and both come past `last`."""

    def __init__(self) -> None:
        super().__init__()
        self.bright, self.last = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.bright(x) if x.mean() > 0 else x)


def pictures(count: int = 3, size: tuple[int, ...] = SIZE, seed: int = 0) -> Tensor:
    return torch.randn(count, *size, generator=torch.Generator().manual_seed(seed))


def target_at(name: str, module: nn.Module, size: tuple[int, ...] = SIZE) -> Target:
    torch.manual_seed(0)
    source, full = source_of(module, size=size)
    return Target(source, full, place_of(full, name))


def gradient(target: Target, given: Tensor, leaky: float = 0.0) -> Tensor:
    given = given.clone().requires_grad_()
    (found,) = torch.autograd.grad(target.maps(given, leaky=leaky).square().sum(), given)
    return found


def test_maps_of_a_batch_are_those_of_the_network_with_their_gradients() -> None:
    module = Convolutional()
    target = target_at("relu", module)
    assert (target.channels, target.spatial, target.input_size) == (6, True, SIZE)

    def written_out(x: Tensor) -> Tensor:
        return functional.relu(module.norm(module.conv(x)))

    with target.ready():
        x = pictures().requires_grad_()
        maps = target.maps(x)
        torch.testing.assert_close(maps, written_out(x), rtol=1e-4, atol=1e-5)
        (expected,) = torch.autograd.grad(written_out(x).square().sum(), x)
        torch.testing.assert_close(gradient(target, pictures()), expected, rtol=1e-4, atol=1e-5)
        with torch.no_grad():
            assert torch.equal(target.maps(x.detach()), written_out(x))  # without gradients: as the network is


def test_a_vector_has_maps_of_one_pixel() -> None:
    target = target_at("head", Convolutional())
    assert (target.channels, target.spatial) == (4, False)
    with target.ready():
        assert target.maps(pictures()).shape == (3, 4, 1, 1)


def test_a_network_of_any_size_is_recognized() -> None:
    target = target_at("relu", Convolutional())
    with target.ready():
        assert target.batches
        assert target.reads_any_size
        assert target.maps(pictures(2, (3, 9, 31))).shape == (2, 6, 9, 31)


def test_a_network_that_takes_one_picture_of_one_size_gets_one_after_the_other() -> None:
    module = Single()
    target = target_at("head", module)
    with target.ready():
        assert not target.batches
        assert not target.reads_any_size
        assert not target.reads((16, 16))
        assert target.reads((16, 20))
        x = pictures().requires_grad_()
        expected = torch.cat([module(one[None]) for one in x])
        torch.testing.assert_close(target.maps(x).flatten(1), expected)
        assert gradient(target, pictures()).flatten(1).any(1).all()
    early = target_at("conv", module)
    with early.ready():  # what makes the network so comes behind it
        assert early.batches
        assert early.reads_any_size


def test_numbers_that_are_not_finite_do_not_keep_pictures_apart() -> None:
    class Logarithm(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.log()

    target = target_at("log", Logarithm())
    with target.ready():
        assert target.batches
        assert target.maps(pictures()).isnan().any()


def test_a_network_whose_pictures_depend_on_each_other_gets_one_after_the_other() -> None:
    class Batchwise(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x - x.mean(0, keepdim=True) * 0.5

    target = target_at("sub", Batchwise())
    with target.ready():
        assert not target.batches
        torch.testing.assert_close(target.maps(pictures()), pictures() * 0.5)


def test_tokens_lie_in_a_grid_that_grows_with_the_picture() -> None:
    module = Tokens()
    target = target_at("norm", module)
    assert (target.channels, target.spatial) == (8, True)
    with target.ready():
        x = pictures(2)
        assert torch.equal(target.maps(x), module(x)[:, 1:].transpose(1, 2).unflatten(2, (4, 5)))
        assert target.maps(pictures(2, (3, 8, 40))).shape == (2, 8, 2, 10)


@pytest.mark.parametrize(
    ("module", "name", "size", "shape"),
    [
        (nn.Sequential(nn.Conv1d(2, 4, 3, padding=1), nn.ReLU()), "0", (2, 50), (3, 4, 1, 50)),
        (nn.Sequential(nn.Conv3d(1, 4, 3, padding=1), nn.ReLU()), "1", (1, 5, 6, 7), (3, 4, 5, 6, 7)),
        (nn.Sequential(nn.Conv2d(5, 4, 3), nn.ReLU()), "1", (5, 7, 9), (3, 4, 5, 7)),
    ],
)
def test_signals_volumes_and_many_channels(
    module: nn.Module, name: str, size: tuple[int, ...], shape: tuple[int, ...]
) -> None:
    target = target_at(name, module, size)
    with target.ready():
        assert target.maps(pictures(3, size)).shape == shape
        assert gradient(target, pictures(3, size)).any()
        assert target.reads_any_size


def test_a_view_that_fails_in_the_fast_manner_is_run_in_the_plain_one() -> None:
    module = Reshaping()
    target = target_at("flatten", module)
    with target.ready():
        x = pictures().requires_grad_()
        torch.testing.assert_close(target.maps(x).flatten(2), module(x))
        assert gradient(target, pictures()).any()


def test_values_that_are_overwritten_in_place_are_kept_for_the_backward() -> None:
    class Overwriting(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 1)

        def forward(self, x: Tensor) -> Tensor:
            y = self.conv(x).relu_()
            y += x
            return y.mul_(2)

    module = Overwriting()
    target = target_at("mul", module)
    with target.ready():
        x = pictures().requires_grad_()
        (expected,) = torch.autograd.grad(((module.conv(x).relu() + x) * 2).square().sum(), x)
        torch.testing.assert_close(gradient(target, pictures()), expected)


def test_an_input_may_be_overwritten_and_the_callers_stays() -> None:
    class Centering(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.sub_(1).mul_(2)

    target = target_at("mul", Centering())
    with target.ready():
        given = pictures()
        torch.testing.assert_close(target.maps(given), (given - 1) * 2)
        assert torch.equal(given, pictures())
        torch.testing.assert_close(gradient(target, given), (given - 1) * 2 * 2 * 2)


def test_a_leaky_backward_opens_closed_relus() -> None:
    module = Convolutional()
    target = target_at("relu", module)
    nn.init.constant_(module.norm.bias, -100.0)
    with target.ready():
        assert not gradient(target, pictures()).any()
        x = pictures().requires_grad_()
        (slope,) = torch.autograd.grad(target.maps(x, leaky=0.5).sum(), x)
        (whole,) = torch.autograd.grad(module.norm(module.conv(x)).sum(), x)
        torch.testing.assert_close(slope, whole * 0.5)
        assert not target.maps(x, leaky=0.5).any()


def test_another_way_through_the_network_is_followed_to_the_layer_of_the_same_name() -> None:
    module = Either()
    target = target_at("last", module)
    with target.ready():
        for sign in (1, -1, 1):
            x = (pictures(2).abs() * sign).requires_grad_()
            torch.testing.assert_close(target.maps(x), module(x))
    source, _ = source_of(module, size=SIZE)
    source.arguments = (torch.ones(1, *SIZE),)
    full = trace(module, source.arguments, {})
    missing = Target(source, full, place_of(full, "bright"))
    with missing.ready():
        assert missing.maps(pictures(1).abs()).any()
        with pytest.raises(UserError, match=r'another way.*"bright"'):
            missing.maps(-pictures(1).abs())


def test_forward_and_backward_can_be_cancelled() -> None:
    target = target_at("head", Convolutional())
    with target.ready():
        x = pictures().requires_grad_()
        with pytest.raises(Cancelled):
            target.maps(x, lambda: True)
        stop: list[bool] = []
        maps = target.maps(x, lambda: bool(stop))
        stop.append(True)
        with pytest.raises(Cancelled):
            maps.sum().backward()
        assert x.grad is None
        stop.clear()
        target.maps(x, lambda: bool(stop)).sum().backward()
        assert x.grad is not None


def test_large_layers_take_few_pictures_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    module = Convolutional()
    counts: list[int] = []
    target = target_at("relu", module)
    module.register_forward_pre_hook(lambda _, given: counts.append(len(given[0])))
    with target.ready():
        whole = target.maps(pictures(5))
        counts.clear()
        monkeypatch.setattr(target_module, "LONGEST_LAYER", 6 * 27 * 16 * 20 * 2.5)  # that of two pictures
        torch.testing.assert_close(target.maps(pictures(5)), whole)
        assert counts == [2, 2, 1]


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_network_of_another_precision_reads_and_gives_the_pictures_own(dtype: torch.dtype) -> None:
    source, full = source_of(Convolutional(), size=SIZE)
    source.module.to(dtype)
    source.arguments = (source.arguments[0].to(dtype),)
    target = Target(source, full, place_of(full, "relu"))
    with target.ready():
        assert target.batches
        assert target.maps(pictures()).dtype == torch.float32
        assert gradient(target, pictures()).dtype == torch.float32


@pytest.mark.parametrize(
    ("change", "name", "said"),
    [
        (lambda y: y.detach(), "after", r'"after" cannot be visualized: detach \(.*test_featurevis_target.py:\d+\)'),
        (lambda y: y.argmax(1, keepdim=True).expand(-1, 3, -1, -1) * 1.0, "after", r"argmax \(.*whole numbers"),
        (lambda y: y.detach() * 0 + torch.ones(3, 1, 1), "ones", "does not depend on the picture. Choose another"),
    ],
)
def test_a_layer_without_a_gradient_is_refused_in_a_sentence(
    change: Callable[[Tensor], Tensor], name: str, said: str
) -> None:
    class Between(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.before, self.after = nn.Conv2d(3, 3, 1), nn.Conv2d(3, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.after(change(self.before(x)))

    target = target_at(name, Between())
    with target.ready():
        with pytest.raises(UserError, match=said):
            target.maps(pictures(1).requires_grad_())
        assert target.maps(pictures(1)).any()  # natural pictures can go through all the same


def test_what_cannot_be_a_target_is_refused() -> None:
    source, full = source_of(Convolutional(), size=SIZE)
    with pytest.raises(UserError, match='no layer "nowhere"'):
        Target(source, full, Place("nowhere", 99))
    scalar_source, scalar = source_of(nn.Sequential(nn.Flatten(0), nn.Softmax(0)), size=SIZE)
    assert Target(scalar_source, scalar, place_of(scalar, "1")).channels == 960
    source.slot = None
    with pytest.raises(UserError, match="reads no picture"):
        Target(source, full, place_of(full, "conv"))


def test_a_forward_that_fails_says_which_layer() -> None:
    target = target_at("head", Single())
    with target.ready(), pytest.raises(ForwardError, match="head"):
        target.maps(pictures(1, (3, 9, 9)))


def test_the_network_is_left_as_it_was() -> None:
    module = Convolutional()
    target = target_at("head", module)
    module.train()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    attributes = [list(vars(each)) for each in module.modules()]
    with target.ready():
        gradient(target, pictures(), leaky=0.3)
    assert module.training
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    assert all(each.requires_grad and each.grad is None for each in module.parameters())
    assert [list(vars(each)) for each in module.modules()] == attributes
