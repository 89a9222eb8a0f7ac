"""Exported values equal the network's activations bit for bit, whatever their type; statistics equal torch's."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from exported import Small, exported, hooked, subject_of
from safetensors.torch import load_file
from torch import Tensor, nn

from vrcnn.exporting import subject as subjects
from vrcnn.scene.export_wishes import FORMATS

INPUT = torch.linspace(-1, 1, 3 * 15 * 18).reshape(1, 3, 15, 18).sin()


class Typed(nn.Module):
    """Numbers of another type from layer to layer."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.conv = nn.Conv2d(3, 6, 3)
        self.single, self.halved, self.brain, self.doubled, self.whole = (nn.Identity() for _ in range(5))
        self.flags, self.waves, self.bytes = nn.Identity(), nn.Identity(), nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        x = self.single(self.conv(x))
        x = x.masked_fill(x > 0.9, torch.nan).masked_fill(x < -0.9, -torch.inf)
        self.halved(x.half()), self.brain(x.bfloat16()), self.doubled(x.double() * torch.pi)
        self.whole((x.nan_to_num(0, 0, 0) * 1e6).long()), self.flags(x > 0), self.waves(torch.complex(x, -x))
        self.bytes((x.nan_to_num(0, 0, 0) * 50).to(torch.int8))
        return x


def same_bits(found: Tensor, expected: Tensor) -> bool:
    return found.dtype == expected.dtype and found.shape == expected.shape and _bits(found) == _bits(expected)


def _bits(tensor: Tensor) -> bytes:
    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("together", [1, 1 << 30], ids=["a pass for each layer", "one pass"])
def test_they_are_those_of_plain_hooks(
    form: str, together: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subjects, "TOGETHER", together)
    network = Small()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    facts = exported(subject_of(network, INPUT), tmp_path / "out", "values", format=form)
    path = tmp_path / "out" / f"values.{form}"
    assert facts.files == [path]
    found = read(path)
    expected = hooked(network, INPUT)
    assert set(expected) == {"stem.0", "stem.1", "stem.2", "grouped", "up", "head"}
    for name, tensor in expected.items():
        assert same_bits(found[name], tensor), name
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert network.training, "the network is left in the mode that it was in"


def read(path: Path) -> dict[str, Tensor]:
    if path.suffix == ".safetensors":
        return load_file(path)
    with np.load(path) as archive:
        return {name: torch.from_numpy(archive[name]) for name in archive}


def test_every_type_is_kept_by_safetensors(tmp_path: Path) -> None:
    network = Typed()
    exported(subject_of(network, INPUT), tmp_path / "out", "values", format="safetensors")
    found, expected = read(tmp_path / "out" / "values.safetensors"), hooked(network, INPUT)
    for name in ("single", "halved", "brain", "doubled", "whole", "flags", "bytes"):
        assert same_bits(found[name], expected[name]), name
    assert same_bits(torch.view_as_complex(found["waves"]), expected["waves"])


def test_npz_keeps_every_type_of_numpy_and_loses_nothing_of_others(tmp_path: Path) -> None:
    network = Typed()
    exported(subject_of(network, INPUT), tmp_path / "out", "values")
    found, expected = read(tmp_path / "out" / "values.npz"), hooked(network, INPUT)
    for name in ("single", "halved", "doubled", "whole", "flags", "bytes", "waves"):
        assert same_bits(found[name], expected[name]), name
    assert found["brain"].dtype == torch.float32
    assert same_bits(found["brain"].bfloat16(), expected["brain"])
    told = json.loads((tmp_path / "out" / "values.npz.json").read_text())["contents"]["layers"]
    assert (told["brain"]["dtype"], told["brain"]["stored"]) == ("bfloat16", "float32")
    assert (told["halved"]["dtype"], told["halved"]["stored"]) == ("float16", "float16")


def test_chosen_layers_and_channels(tmp_path: Path) -> None:
    network = Small()
    wishes = {"layers": ("grouped",), "channels": ((1, 2), (7, 7))}
    exported(subject_of(network, INPUT), tmp_path / "out", "values", **wishes)
    found = read(tmp_path / "out" / "values.npz")
    assert set(found) == {"grouped"}
    assert same_bits(found["grouped"], hooked(network, INPUT)["grouped"][:, [1, 2, 7]])


def test_statistics_equal_those_of_torch(tmp_path: Path) -> None:
    network = Typed()
    exported(subject_of(network, INPUT), tmp_path / "out", "statistics")
    with (tmp_path / "out" / "statistics.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    for name, tensor in hooked(network, INPUT).items():
        values = tensor.abs() if tensor.is_complex() else tensor
        rows = [line for line in lines if line["layer"] == name]
        assert [row["channel"] for row in rows] == ["", *map(str, range(6))]
        for row in rows:
            own = values if row["channel"] == "" else values[:, int(row["channel"])]
            finite = own[own.isfinite()].double()
            expected = finite.min(), finite.max(), finite.mean(), finite.std(correction=0), (own == 0).double().mean()
            found = [float(row[each]) for each in ("min", "max", "mean", "deviation", "zeros")]
            assert found == pytest.approx([float(np.float32(each)) for each in expected], rel=1e-6, abs=1e-7)
            assert int(row["nan"]) == int(own.isnan().sum())
            assert int(row["infinite"]) == int(own.isinf().sum())
            assert row["dtype"] == str(tensor.dtype).removeprefix("torch.")


def test_dead_channels_are_told(tmp_path: Path) -> None:
    network = Small()
    with torch.no_grad():
        network.stem[1].bias[2] = -100.0
        network.stem[1].bias[5] = -100.0
    exported(subject_of(network, INPUT), tmp_path / "out", "statistics", layers=("stem.2",))
    with (tmp_path / "out" / "statistics.csv").open(newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    values = hooked(network, INPUT)["stem.2"]
    silent = [str(channel) for channel in range(8) if not values[:, channel].any()]
    assert {"2", "5"} <= set(silent) < set(map(str, range(8)))
    assert [line["channel"] for line in lines[1:] if line["dead"] == "1"] == silent
    assert lines[0]["dead"] == str(len(silent))
