"""Weights from a file: those that fit are loaded, the others say where they do not, and no code is run."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from vrcnn.errors import UserError
from vrcnn.network.weights import load_weights


def network(width: int = 4) -> nn.Module:
    return nn.Sequential(nn.Conv2d(3, width, 3), nn.BatchNorm2d(width), nn.Conv2d(width, 2, 1))


def saved(folder: Path, content: Any) -> Path:
    torch.save(content, folder / "weights.pth")
    return folder / "weights.pth"


@pytest.mark.parametrize("wrapper", [None, "state_dict", "model", "model_state_dict"])
@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod.", "module._orig_mod."])
def test_a_state_dict_is_found_wherever_training_scripts_put_it(
    tmp_path: Path, wrapper: str | None, prefix: str
) -> None:
    trained, fresh = network(), network()
    state = {prefix + name: tensor for name, tensor in trained.state_dict().items()}
    content = state if wrapper is None else {"epoch": 3, wrapper: state, "optimizer": {"lr": 0.1}}
    load_weights(fresh, saved(tmp_path, content))
    for name, tensor in trained.state_dict().items():
        assert torch.equal(fresh.state_dict()[name], tensor)


def test_weights_that_do_not_fit_are_named_and_change_nothing(tmp_path: Path) -> None:
    state = network(width=5).state_dict()
    del state["2.bias"]
    state["extra.weight"] = torch.zeros(1)
    module = network()
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    with pytest.raises(UserError) as caught:
        load_weights(module, saved(tmp_path, state))
    message = str(caught.value)
    assert "the file lacks 2.bias" in message
    assert "the network has no extra.weight" in message
    assert "0.weight is (5, 3, 3, 3) in the file and (4, 3, 3, 3) in the network" in message
    assert "and 4 more" in message
    assert all(torch.equal(module.state_dict()[name], tensor) for name, tensor in before.items())


class Harmful:
    """What a hostile file of weights may hold: opening it calls a function."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("harm"),)


def test_a_file_that_would_run_code_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"could run code.*torch\.save\(model\.state_dict\(\)"):
        load_weights(network(), saved(tmp_path, {"state_dict": Harmful()}))
    assert not (tmp_path / "harm").exists()


def test_a_whole_pickled_module_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="could run code"):
        load_weights(network(), saved(tmp_path, network()))


def test_a_file_that_holds_no_weights_says_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds a dictionary with epoch, loss, and no weights"):
        load_weights(network(), saved(tmp_path, {"epoch": 3, "loss": 0.1}))
    with pytest.raises(UserError, match="holds Tensor, and no weights"):
        load_weights(network(), saved(tmp_path, torch.zeros(3)))


@pytest.mark.parametrize("content", [b"", b"some text", b"PK\x03\x04 cut off"])
def test_a_broken_file_is_said_to_be_broken(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.pth").write_bytes(content)
    with pytest.raises(UserError, match="is not a file of PyTorch weights, or it is broken"):
        load_weights(network(), tmp_path / "weights.pth")


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file of weights"):
        load_weights(network(), tmp_path / "weights.pth")


def test_safetensors_load_where_the_package_is_and_name_it_where_it_is_not(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    trained, fresh = network(), network()
    try:
        from safetensors.torch import save_file
    except ImportError:
        path.touch()
        with pytest.raises(UserError, match="pip install safetensors"):
            load_weights(fresh, path)
        return
    save_file(trained.state_dict(), path)
    load_weights(fresh, path)
    assert torch.equal(fresh.state_dict()["0.weight"], trained.state_dict()["0.weight"])
