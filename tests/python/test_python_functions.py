"""vrcnn.evaluate, attribute, export, inspect and featvis: what the commands find out, for a program's own objects."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from programs import Classifier, picture, same
from torch import nn

import vrcnn
from vrcnn.errors import UserError
from vrcnn.inspection.results import Step

torch.set_num_threads(1)
CLASSES = ["red", "green", "blue"]


class Strongest(nn.Module):
    """Tells the strongest colour of a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        with torch.no_grad():
            self.conv.weight.zero_()
            self.conv.weight[range(3), range(3), 1, 1] = 4.0
            self.conv.bias.zero_()

    def forward(self, x):
        return self.conv(x).relu().mean((2, 3))


@pytest.fixture
def folder(tmp_path):
    for number, name in enumerate(CLASSES):
        (tmp_path / "set" / name).mkdir(parents=True)
        for place in range(2):
            colour = [30, 30, 30]
            colour[(number + (name == "blue" and place)) % 3] = 220
            Image.new("RGB", (16, 16), tuple(colour)).save(tmp_path / "set" / name / f"{place}.png")
    return tmp_path / "set"


def test_evaluate_judges_a_labelled_folder(folder):
    network, told = Strongest().train(), []
    results = vrcnn.evaluate(network, folder, labels=CLASSES, input_size=16, progress=lambda *each: told.append(each))
    assert network.training
    assert results.total == 6
    assert told[-1] == (6, 6)
    assert results.top[:, 0].tolist().count(0) == 3, "a picture of blue is red"
    with pytest.raises(UserError, match="Nothing says what these pictures show"):
        vrcnn.evaluate(network, [picture(3, 16, 16)], labels=CLASSES)


def test_attribute_gives_a_map(folder):
    pytest.importorskip("captum")
    found = vrcnn.attribute(Strongest(), folder / "red" / "0.png", of="red", labels=CLASSES, input_size=16)
    assert found.map.shape == (16, 16)
    assert found.values.shape == (3, 16, 16)
    assert np.abs(found.values[0]).sum() > 0
    assert found._repr_png_()[:4] == b"\x89PNG"


def test_export_writes_the_exact_values(tmp_path):
    network, x = Classifier().train(), picture(3, 12, 12)
    network.calls += 5
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    files = vrcnn.export(network, tmp_path / "out", x, kinds=["values", "graph"])
    assert {file.name for file in files} == {"values.npz", "graph.json"}
    captured = vrcnn.capture(network, x[None])
    with np.load(tmp_path / "out" / "values.npz") as values:
        kept = {name: values[name] for name in values.files}
    assert any(np.array_equal(value, captured.activations["body.0"]) for value in kept.values())
    assert json.loads((tmp_path / "out" / "graph.json").read_text())["network"] == "Classifier"
    assert same(before, dict(network.state_dict()))
    with pytest.raises(UserError, match="already"):
        vrcnn.export(network, tmp_path / "out", x)
    with pytest.raises(UserError, match="no kind 'song'"):
        vrcnn.export(network, tmp_path / "other", x, kinds=["song"])
    (alone,) = vrcnn.export(network, tmp_path / "alone", x, kinds="statistics", layers="body.0")
    assert {line.partition(",")[0] for line in alone.read_text().splitlines()[1:]} == {"body.0"}


def test_inspect_gives_one_step_of_a_convolution():
    network, x = Classifier().eval(), picture(3, 12, 12)
    answers = vrcnn.inspect(network, x, layer="body.0", channel=2, pixel=(3, 4), detail="all")
    step = next(answer for answer in answers if isinstance(answer, Step))
    captured = vrcnn.capture(network, x[None], detail="all")
    assert float(captured.activations["body.0"][0, 2, 3, 4]) == pytest.approx(float(step.value), abs=1e-6)
    with pytest.raises(UserError, match="no layer"):
        vrcnn.inspect(network, x, layer="nose")
    with pytest.raises(UserError, match="pixel='3,4' is no pixel"):
        vrcnn.inspect(network, x, layer="body.0", channel=2, pixel="3,4")


def test_featvis_makes_pictures(tmp_path):
    files = vrcnn.featvis(
        Strongest(), tmp_path / "out", "conv", channels=[0, 2], steps=4, size=(32, 32), cache=False, images=[
            picture(3, 16, 16)
        ], input_size=16
    )  # fmt: skip
    assert len(files) == 3
    assert files[-1].name == "contact_sheet.png"
    with pytest.raises(UserError, match="no preset 'slow'"):
        vrcnn.featvis(Strongest(), tmp_path, "conv", preset="slow")
