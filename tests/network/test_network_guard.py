"""A guarded pass leaves no trace on the network or on the random states."""

import random
import threading

import networks
import numpy as np
import pytest
import torch
from networks import picture
from torch import Tensor, nn

from vrcnn.network.guard import unchanged


def state(module: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def assert_same(before: dict[str, Tensor], module: nn.Module) -> None:
    after = module.state_dict()
    assert list(before) == list(after)
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_inside_it_is_eval_mode_without_gradients() -> None:
    module = networks.Chain().train()
    with unchanged(module):
        assert not any(each.training for each in module.modules())
        assert not module(picture()).requires_grad
    assert all(each.training for each in module.modules())
    assert torch.is_grad_enabled()


def test_mixed_modes_come_back_one_by_one() -> None:
    module = networks.Chain().train()
    module.bn.eval()
    with unchanged(module):
        module.conv.train()
    assert [each.training for each in module.modules()] == [True, True, False, True, True, True]


def test_buffers_that_a_forward_writes_to_are_restored() -> None:
    module = networks.Writing()
    objects = dict(module.named_buffers())
    for _ in range(3):
        before = state(module)
        with unchanged(module):
            module(picture())
            assert module.calls.item() == 1
            assert module.bn.num_batches_tracked.item() == 1
        assert_same(before, module)
        assert all(buffer is objects[name] for name, buffer in module.named_buffers())


def test_training_between_guarded_passes_is_kept() -> None:
    module = networks.Chain().train()
    with unchanged(module):
        module(picture())
    module(picture())
    before = state(module)
    with unchanged(module):
        module.bn.train()
        module(picture(seed=1))
    assert_same(before, module)
    assert module.bn.num_batches_tracked.item() == 1


def test_a_replaced_buffer_is_put_back() -> None:
    module = networks.Writing()
    original = module.calls
    with unchanged(module):
        module.calls = torch.full((1,), 7.0)
    assert module.calls is original


def test_gradients_and_their_flags_come_back() -> None:
    module = networks.Chain()
    module.conv.weight.requires_grad_(False)
    gradient = module.fc.weight.grad = torch.ones_like(module.fc.weight)
    with unchanged(module):
        module.conv.weight.requires_grad_(True)
        module.fc.weight.grad = None
        with torch.enable_grad():
            module(picture()).sum().backward()
    assert not module.conv.weight.requires_grad
    assert module.fc.weight.grad is gradient
    assert module.fc.bias.grad is None
    assert module.conv.weight.grad is None


def test_random_states_are_as_before() -> None:
    module = nn.Sequential(nn.Dropout())

    def draw() -> tuple[float, float, float]:
        return torch.rand(1).item(), float(np.random.rand()), random.random()

    for seed in (torch.manual_seed, np.random.seed, random.seed):
        seed(3)
    expected = draw()
    for seed in (torch.manual_seed, np.random.seed, random.seed):
        seed(3)
    with unchanged(module):
        draw()
        torch.manual_seed(99)
    assert draw() == expected


def test_hooks_that_a_forward_adds_are_gone_and_the_users_own_stay() -> None:
    module = networks.Chain()
    own = module.conv.register_forward_hook(lambda *arguments: None)
    with unchanged(module):
        module.conv.register_forward_hook(lambda *arguments: None)
        module.fc.register_forward_pre_hook(lambda *arguments: None)
    assert list(module.conv._forward_hooks) == [own.id]
    assert not module.fc._forward_pre_hooks


def test_everything_comes_back_after_an_exception() -> None:
    module = networks.Writing().train()
    before = state(module)
    torch.manual_seed(0)
    expected = torch.random.get_rng_state()

    def fail() -> None:
        with unchanged(module):
            module(picture())
            module(torch.zeros(1, 4, 2, 2))

    with pytest.raises(RuntimeError):
        fail()
    assert_same(before, module)
    assert all(each.training for each in module.modules())
    assert torch.equal(torch.random.get_rng_state(), expected)


def test_a_lazy_module_stays_initialized_and_works() -> None:
    module = nn.Sequential(nn.LazyConv2d(4, 1), nn.LazyBatchNorm2d())
    with unchanged(module):
        module(picture())
    assert module(picture()).shape == (1, 4, 8, 8)


def test_a_script_module_is_guarded_too() -> None:
    module = nn.Sequential(torch.jit.script(networks.Chain())).train()
    before = state(module)
    with unchanged(module):
        module(picture())
    assert_same(before, module)
    assert module[0].training


def test_passes_of_several_threads_take_turns_and_leave_the_random_state_to_each() -> None:
    """Each gets the numbers that follow its own seed, however long another one is inside meanwhile."""
    drawn: dict[int, list[float]] = {}
    inside: list[int] = []

    def run(seed: int) -> None:
        for _ in range(20):
            with unchanged(nn.Identity()):
                inside.append(seed)
                torch.manual_seed(seed)
                numbers = [torch.rand(()).item() for _ in range(30)]
                assert set(inside) == {seed}, "nobody else is inside"
                drawn.setdefault(seed, []).extend(numbers)
                inside.clear()

    torch.manual_seed(99)
    state = torch.get_rng_state()
    threads = [threading.Thread(target=run, args=(seed,)) for seed in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert torch.equal(torch.get_rng_state(), state)
    for seed, numbers in drawn.items():
        torch.manual_seed(seed)
        assert numbers == [torch.rand(()).item() for _ in range(30)] * 20
    assert set(drawn) == {1, 2, 3}
