"""`vrcnn inspect`: the tables and the JSON have the network's own numbers, and bad input gets a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch import nn

from vrcnn.cli import main
from vrcnn.inspecting.tables import WIDTH, bars

NETWORK = """
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(
    nn.Conv2d(3, 6, 3, padding=1, stride=2), nn.BatchNorm2d(6), nn.ReLU(),
    nn.MaxPool2d(2), nn.Flatten(), nn.Linear(54, 4),
)
with torch.no_grad():
    model[1].bias[4] = -100.0
input_size = (3, 12, 12)
labels = ["cat", "dog", "cow", "hen"]
"""


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "model.py"
    path.write_text(NETWORK)
    for number in range(3):
        pixels = np.random.default_rng(number).integers(0, 256, (12, 12, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"p{number}.png")
    return str(path)


def inspected(capsys: pytest.CaptureFixture[str], model: str, *options: str) -> str:
    assert main(["inspect", model, "--images", str(Path(model).parent), *options]) == 0
    return capsys.readouterr().out


def network(model: str) -> nn.Module:
    found: dict[str, nn.Module] = {}
    exec(Path(model).read_text(), found)
    return found["model"].eval()


def test_the_table_of_the_network(capsys, model: str):
    told = inspected(capsys, model)
    assert max(map(len, told.splitlines())) <= WIDTH
    whole = network(model)
    count = sum(each.numel() for each in whole.parameters())
    adds = 6 * 6 * 6 * 27 + 54 * 4
    assert told.splitlines()[0].endswith(f", p0.png: {count:,} parameters, {adds:,} multiply-adds")
    line = next(line for line in told.splitlines() if line.startswith("0 "))
    assert "6×6×6" in line
    assert f"{6 * 6 * 6 * 27:,}" in line
    assert "1/6" in line
    assert "for this picture" in told
    assert "0 everywhere for 3 pictures" in inspected(capsys, model, "--pictures", "3")


def test_json_has_the_numbers_of_torch(capsys, model: str):
    found = json.loads(inspected(capsys, model, "--layer", "0", "--channel", "2", "--json"))
    conv = network(model)[0]
    channel = found["ChannelNumbers"]
    assert np.float32(channel["kernel"]).tolist() == conv.weight[2].detach().numpy().tolist()
    assert channel["bias"] == pytest.approx(conv.bias[2].item())
    assert np.shape(channel["map"]) == (6, 6)
    assert sorted(found["Drivers"]["by_weight"]) == [0, 1, 2]
    assert found["Path"]["links"][0]["target_channel"] == 2


def test_a_layer_has_bars_and_its_dead_channels(capsys, model: str):
    told = inspected(capsys, model, "--layer", "0", "--top", "3")
    assert "dead for this picture: 1 of 6: 4" in told
    assert len([line for line in told.splitlines() if line.strip().startswith(("linear", "log"))]) == 6
    assert "The 3 channels with the largest values" in told


def test_a_channel_has_its_kernel_written_out(capsys, model: str):
    told = inspected(capsys, model, "--layer", "0", "--channel", "2", "--top", "2")
    weight = network(model)[0].weight[2].detach()
    strongest = int(weight.flatten(1).norm(dim=1).argmax())
    assert "kernel, of 3 inputs:" in told
    assert f"{weight[strongest, 0, 0].item():.4g}" in told
    assert "and 1 more inputs" in told


def test_bars_are_as_tall_as_their_counts():
    assert bars(np.array([0.0, 1.0, 4.0, 8.0])) == " ▁▄█"
    assert bars(np.array([1.0, 100000.0])) == "▁█"


def test_the_step_is_written_out(capsys, model: str, tmp_path: Path):
    told = inspected(
        capsys, model, "--layer", "0", "--channel", "1", "--pixel", "0,3", "--image", str(tmp_path / "p2.png")
    )
    found = json.loads(
        inspected(
            capsys,
            model,
            "--layer",
            "0",
            "--channel",
            "1",
            "--pixel",
            "0,3",
            "--image",
            str(tmp_path / "p2.png"),
            "--json",
        )
    )["Step"]
    assert "on p2.png" in told
    assert "a convolution: output channel 1 at 0, 3" in told
    assert "stride 2, padding 1 (zeros), dilation 1, patch from -1×5" in told
    assert told.count("(0)") == 9, "three inputs, three places of the padding each"
    patch, kernel = np.array(found["patch"]), np.array(found["kernel"])
    assert found["value"] == pytest.approx((patch * kernel).sum() + found["bias"], rel=1e-5)
    assert abs(found["value"] - found["computed"]) < 1e-5
    assert f"{found['computed']:+.9g}" in told
    assert "(after BatchNorm2d, ReLU)" in told


def test_the_answers_have_the_names_of_their_classes(capsys, model: str):
    assert "Channel 2 cow" in inspected(capsys, model, "--layer", "5", "--channel", "2")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--layer", "00"], 'There is no layer "00" in this network: did you mean 0'),
        (["--layer", "0", "--channel", "6"], "has 6 channels, 0 to 5: there is no channel 6"),
        (["--layer", "0", "--channel", "1", "--pixel", "6,0"], "have 6 rows and 6 columns"),
        (["--layer", "3", "--channel", "1", "--pixel", "0,0"], "is no convolution and no linear layer (MaxPool2d)"),
        (["--channel", "1"], "Say of which layer"),
        (["--layer", "0", "--pixel", "1,1"], "Say of which channel"),
        (["--image", "nowhere.png"], "There is no picture nowhere.png"),
    ],
)
def test_bad_input_gets_a_sentence(capsys, model: str, options: list[str], words: str):
    assert main(["inspect", model, *options]) == 2
    told = capsys.readouterr().err
    assert told.startswith("vrcnn: ")
    assert words in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--pixel", "3"], "is no pixel"), (["--channel", "x"], "is no channel"), (["--top", "0"], "no number of rows")],
)
def test_bad_options_get_a_sentence(capsys, model: str, options: list[str], words: str):
    with pytest.raises(SystemExit) as left:
        main(["inspect", model, "--layer", "0", *options])
    assert left.value.code == 2
    assert words in capsys.readouterr().err


def test_a_picture_that_cannot_be_read_gets_a_sentence(capsys, model: str, tmp_path: Path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    assert main(["inspect", model, "--image", str(tmp_path / "broken.png")]) == 2
    assert "give another one with --image" in capsys.readouterr().err


def test_a_layer_without_weights_has_its_values(capsys, model: str):
    told = inspected(capsys, model, "--layer", "3", "--channel", "0")
    assert "weights" not in told
    assert "What drives it" not in told
    assert "Traced back" in told
