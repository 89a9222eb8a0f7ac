"""Networks that are named and not a file: packages' factories and zoos, and the sentence for a wrong name."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import torch
from model_files import Write, refused
from PIL import Image

from vrcnn.network.source import LoadOptions, load


def test_a_target_that_is_nothing_is_explained(tmp_path: Path) -> None:
    assert "There is no file missing.py" in refused("missing.py")
    assert "'resnet50' names no network" in refused("resnet50")
    assert "holds weights, not a network" in refused("resnet50.pth")
    assert "is a folder" in refused(tmp_path)


@pytest.fixture
def package(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    write("def make(classes=4): return Tiny(classes=classes)\nready = Tiny(classes=6)", name="package_of_mine.py")
    monkeypatch.chdir(tmp_path)
    return "package_of_mine"


def test_a_factory_of_a_package_is_called(package: str) -> None:
    for name, classes in {"make": 4, "ready": 6, "Tiny": 2}.items():
        source = load(f"{package}:{name}", LoadOptions())
        assert (source.name, source.module.classifier.out_features) == (name, classes)
    sys.modules.pop(package)


def test_a_wrong_reference_is_explained(package: str) -> None:
    assert refused("no_such_package.models:net").startswith("There is no Python module no_such_package.models")
    assert "has no 'mak'; the closest are make" in refused(f"{package}:mak")
    assert "leave it out" in refused(f"{package}:make", model_name="make")
    sys.modules.pop(package, None)


def zoo(monkeypatch: pytest.MonkeyPatch, name: str, **functions: Any) -> None:
    """Stands in for a zoo that may not be installed: the functions of it that are called."""
    module = ModuleType(name)
    vars(module).update(functions)
    monkeypatch.setattr("vrcnn.network.references._import", lambda package: module)


def test_a_network_of_timm_brings_its_size_its_mean_and_its_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    def create_model(name: str, pretrained: bool) -> torch.nn.Module:
        assert (name, pretrained) == ("tiny", False)
        network = torch.nn.Sequential(torch.nn.Conv2d(3, 1000, 3), torch.nn.AdaptiveAvgPool2d(1))
        network.num_classes = 1000  # type: ignore[assignment]
        network.pretrained_cfg = {"input_size": (3, 32, 32), "mean": (0.5,) * 3, "std": (0.5,) * 3, "crop_pct": 0.9}  # type: ignore[assignment]
        return network

    zoo(monkeypatch, "timm", create_model=create_model, list_models=lambda: ["tiny", "small"])
    source = load("timm:tiny", LoadOptions())
    assert (source.name, source.input_size) == ("tiny", (3, 32, 32))
    assert source.preprocess(Image.new("RGB", (40, 40), "white")).unique().tolist() == [1.0]
    assert source.labels is not None
    assert source.labels[0] == "tench"
    assert source.notes[0] == "The weights are random: give a file of weights with --weights."
    assert "timm has no network 'tiyn'; the closest are tiny" in refused("timm:tiyn")


def test_a_detector_of_torchvision_gets_plain_values_and_names_its_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    class ObjectDetection:
        """Named as torchvision's preset, which has neither size nor mean."""

    def builder(weights: object = None, weights_backbone: object = None) -> torch.nn.Module:
        return torch.nn.Conv2d(3, 4, 3)

    default = SimpleNamespace(transforms=ObjectDetection, meta={"categories": ["__background__", "cat"]})
    zoo(
        monkeypatch,
        "torchvision.models",
        list_models=lambda: ["finder"],
        get_model_builder=lambda name: builder,
        get_model=lambda name, **given: builder(**given),
        get_model_weights=lambda name: SimpleNamespace(DEFAULT=default),
    )
    source = load("torchvision:finder", LoadOptions())
    assert source.labels == ("__background__", "cat")
    assert source.preprocess(Image.new("RGB", (40, 40), "white")).unique().tolist() == [1.0]


@pytest.mark.parametrize("library", ["timm", "torchvision"])
def test_a_zoo_that_is_not_installed_or_does_not_import_is_named(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == library]:
        monkeypatch.delitem(sys.modules, name)
    with monkeypatch.context() as patch:
        patch.setattr("importlib.util.find_spec", lambda name: None)
        assert f"pip install {library}" in refused(f"{library}:resnet50")
    (tmp_path / f"{library}.py").write_text("raise RuntimeError('operator torchvision::nms does not exist')")
    monkeypatch.syspath_prepend(tmp_path)
    message = refused(f"{library}:resnet50")
    assert f"{library} is installed but cannot be imported (RuntimeError: operator" in message


def test_an_error_in_a_package_names_no_line_of_this_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = tmp_path / "site-packages"
    site.mkdir()
    (site / "package_with_error.py").write_text("raise RuntimeError('built for another torch')")
    monkeypatch.syspath_prepend(site)
    monkeypatch.chdir(Path(__file__).parents[2])
    message = refused("package_with_error:net")
    assert message == "Error while importing package_with_error: RuntimeError: built for another torch"
