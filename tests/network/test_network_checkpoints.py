"""Checkpoints of a training: written by the callback, listed, and taken on by a network, one after the other."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from vrcnn.errors import UserError
from vrcnn.network.checkpoints import Times, list_checkpoints
from vrcnn.training import LOG, Checkpoints


def network(seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.LazyLinear(2))


@pytest.fixture
def module() -> nn.Module:
    made = network()
    made(torch.zeros(1, 3, 6, 6))
    return made


def shifted(module: nn.Module, by: float) -> None:
    with torch.no_grad():
        for tensor in module.state_dict().values():
            if tensor.is_floating_point():
                tensor += by


def numbers(module: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in module.state_dict().items()}


def equal(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def test_what_a_training_writes_is_what_the_network_had_then(tmp_path: Path, module: nn.Module):
    keep, had = Checkpoints(tmp_path / "run", module, every=5), []
    for step in range(11):
        path = keep(step, loss=torch.tensor(1.0 / (1 + step)), lr=0.1)
        assert (path is not None) == (step % 5 == 0)
        if path is not None:
            had.append(numbers(module))
            assert equal(torch.load(path, weights_only=True)["state_dict"], had[-1])
        shifted(module, 0.5)
    found = list_checkpoints(tmp_path / "run")
    assert [checkpoint.step for checkpoint in found] == [0, 5, 10]
    assert found[1].numbers == pytest.approx({"loss": 1 / 6, "lr": 0.1})
    times, last = Times(module), numbers(module)
    for checkpoint, state in zip(found, had, strict=True):
        assert times.take(checkpoint.path) == times.count == len(state)
        assert equal(numbers(module), state)
    times.give_back()
    assert equal(numbers(module), last)


def test_of_chosen_layers_only_those_are_kept_and_others_are_as_at_first(tmp_path: Path, module: nn.Module):
    keep = Checkpoints(tmp_path, module, layers=["1", "4"])
    partly, first = keep.save(3), numbers(module)
    shifted(module, 1.0)
    whole = Checkpoints(tmp_path, module).save(4)
    shifted(module, 1.0)
    alone = Checkpoints(tmp_path / "alone", module, layers="1").save(3)
    assert alone is not None
    assert all(name.startswith("1.") for name in torch.load(alone, weights_only=True)["state_dict"])
    times, base = Times(module), numbers(module)
    assert partly is not None
    assert whole is not None
    times.take(whole)
    assert times.take(partly) == 7
    now = numbers(module)
    kept = {name for name in now if name.startswith(("1.", "4."))}
    assert all(torch.equal(now[name], (first if name in kept else base)[name]) for name in now)


def test_what_wraps_a_network_is_left_out_of_the_names(tmp_path: Path, module: nn.Module):
    path = Checkpoints(tmp_path, nn.DataParallel(torch.compile(module))).save(0)
    assert path is not None
    state = numbers(module)
    shifted(module, 1.0)
    Times(torch.compile(module)).take(path)
    assert equal(numbers(module), state)


def test_users_own_checkpoints_are_found_in_the_order_of_their_numbers(tmp_path: Path, module: nn.Module):
    for name in ("epoch_10.pth", "epoch_9.pth", "epoch_2.ckpt", "last.pt"):
        torch.save({"state_dict": module.state_dict(), "epoch": 1}, tmp_path / name)
    (tmp_path / "notes.txt").write_text("7")
    found = list_checkpoints(tmp_path)
    assert [(checkpoint.name, checkpoint.step) for checkpoint in found] == [
        *(("epoch_2", 2), ("epoch_9", 9), ("epoch_10", 10), ("last", None))
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"nonsense", "is not a file of PyTorch weights"),
        ({"2.weight": torch.zeros(1)}, "does not fit: the network has no 2.weight"),
        ({"0.weight": torch.zeros(5)}, r"0.weight is \(5,\) in the file"),
    ],
)
def test_one_that_does_not_fit_is_told_and_the_network_stays(tmp_path: Path, module: nn.Module, content, words: str):
    path, before = tmp_path / "step-1.pt", numbers(module)
    path.write_bytes(content) if isinstance(content, bytes) else torch.save(content, path)
    with pytest.raises(UserError, match=words):
        Times(module).take(path)
    assert equal(numbers(module), before)


def test_a_folder_without_any_is_told(tmp_path: Path):
    with pytest.raises(UserError, match="has no checkpoints"):
        list_checkpoints(tmp_path)
    with pytest.raises(UserError, match="There is no folder"):
        list_checkpoints(tmp_path / "none")


def test_a_log_that_is_broken_costs_only_what_it_told(tmp_path: Path, module: nn.Module):
    keep = Checkpoints(tmp_path, module)
    keep(1, loss=0.5)
    keep(2, loss=float("nan"))
    with (tmp_path / LOG).open("a") as log:
        log.write('{"file": "step-00000002.pt"\n[]\n{"file": "x", "step": "many"}\n')
        log.write(json.dumps({"file": "gone.pt", "step": 3, "numbers": {}}))
    assert [(each.step, dict(each.numbers)) for each in list_checkpoints(tmp_path)] == [(1, {"loss": 0.5}), (2, {})]


def test_a_training_goes_on_where_nothing_can_be_written(tmp_path: Path, module: nn.Module, monkeypatch):
    keep = Checkpoints(tmp_path / "run", module)
    (tmp_path / "run").rmdir()
    with pytest.warns(UserWarning, match="the training goes on") as told:
        assert [keep(0), keep(1)] == [None, None]
    assert len(told) == 1, "of several in a row only the first"
    with pytest.raises(UserError, match='no layer "stem"'):
        Checkpoints(tmp_path, module, layers=["stem"])
    with pytest.raises(UserError, match=r"Checkpoints are of a torch\.nn\.Module, not of OrderedDict"):
        Checkpoints(tmp_path, module.state_dict())
    with pytest.raises(UserError, match="every=0"):
        Checkpoints(tmp_path, module, every=0)


def test_the_callback_needs_torch_only_where_it_is_used():
    code = "import vrcnn.training, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
