"""Model files: which network in them is meant, and the one sentence where there is none or it breaks."""

import sys
from pathlib import Path

import pytest
from model_files import NETWORK, Write, opened, refused

# Which network is meant


@pytest.mark.parametrize(
    "lines",
    [
        "model = Tiny()",
        "model = Tiny",
        "def model(): return Tiny()",
        "def build_model(): return Tiny()",
        "net = Tiny()",
        "net = Tiny(); same = net; loss = nn.CrossEntropyLoss()",
        "",
        "class Part(nn.Module):\n    def __init__(self, width): super().__init__()",
    ],
)
def test_a_network_is_found_however_it_is_written(write: Write, lines: str) -> None:
    source = opened(write(lines))
    assert (source.name, source.path) == ("Tiny", write(lines))
    assert source.module(*source.arguments, **source.keywords).shape == (1, 2)


def test_several_networks_are_listed_and_one_can_be_picked(write: Write) -> None:
    path = write("small = Tiny(classes=3)\nlarge = Tiny(classes=5)\ndef huge(): return Tiny(classes=7)")
    assert "several networks (small, large): choose one with --model NAME" in refused(path)
    for name, classes in {"small": 3, "large": 5, "huge": 7, "Tiny": 2}.items():
        assert opened(path, model_name=name).module.classifier.out_features == classes
    assert "has no `medium`: --model may name small, large, Tiny, huge" in refused(path, model_name="medium")


def test_several_classes_are_listed(write: Write) -> None:
    assert "several networks (Tiny, Other)" in refused(write("class Other(Tiny): pass"))


def test_a_file_without_a_network_says_what_is_looked_for(write: Write) -> None:
    message = refused(write(network="import torch\nfrom torch import nn\ndef resnet(): return nn.ReLU()\nx = 1\n"))
    assert "`model`" in message
    assert "`build_model()`" in message
    assert "--model NAME, such as resnet" in message


def test_a_model_of_another_kind_is_refused(write: Write) -> None:
    assert "`model` in model.py is of type dict" in refused(write("model = {}"))
    assert "`build_model()` in model.py returned a value of type int" in refused(write("def build_model(): return 3"))
    assert "`build_model` in model.py needs the arguments width" in refused(write("def build_model(width): pass"))


def test_training_mode_stays_as_the_author_left_it(write: Write) -> None:
    assert opened(write("model = Tiny()")).module.training
    assert not opened(write("model = Tiny().eval()")).module.training


# Errors in the file


def test_an_error_while_importing_names_its_own_line(write: Write) -> None:
    path = write("model = Tiny()\nwidth = 1 / 0\n", network="from torch import nn\nTiny = nn.ReLU\n")
    assert refused(path) == "Error while importing model.py, in model.py, line 4: ZeroDivisionError: division by zero"


def test_an_error_in_a_neighbouring_file_names_that_file(write: Write, tmp_path: Path) -> None:
    (tmp_path / "neighbour_with_error.py").write_text("import torch\n\nraise ValueError('no such depth')\n")
    message = refused(write("import neighbour_with_error"))
    assert "in neighbour_with_error.py, line 3: ValueError: no such depth" in message


def test_a_syntax_error_names_its_line(write: Write) -> None:
    assert "in model.py, line 2: SyntaxError" in refused(write(network="x = 1\nmodel = (\n"))


def test_an_error_while_building_names_its_line(write: Write) -> None:
    message = refused(write("def build_model():\n    return Tiny(classes='ten')\n", network=NETWORK))
    assert "Error while building the network with build_model(), in model.py, line" in message


def test_a_script_that_ends_the_program_is_told_so(write: Write) -> None:
    assert '`if __name__ == "__main__":`' in refused(write("raise SystemExit(1)"))


def test_a_package_that_is_missing_is_named(write: Write) -> None:
    assert "No module named 'surely_not_installed'" in refused(write("import surely_not_installed"))


def test_neighbouring_files_can_be_imported_and_the_path_is_left_as_it_was(write: Write, tmp_path: Path) -> None:
    (tmp_path / "neighbour_layers.py").write_text("classes = 9\n")
    before = list(sys.path)
    source = opened(write("import neighbour_layers\nmodel = Tiny(classes=neighbour_layers.classes)"))
    assert source.module.classifier.out_features == 9
    assert sys.path == before
