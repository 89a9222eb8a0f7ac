"""A training that begins with ImageNet's weights: which tensors are taken, which parts stay, and what is told."""

from __future__ import annotations

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.resources import resource
from vrcnn.study.pretrained import begin_with, digest_of, take
from vrcnn.study.run_files import read_run
from vrcnn.study.runs import RunSettings
from vrcnn.study.train_command import settings_of, train_all
from vrcnn.study.training import Material, train, trained_network


def example(name: str) -> ModuleType:
    spec = spec_from_file_location(f"example_{name}", resource("examples", f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def weights(name: str, depth: int) -> dict[str, Tensor]:
    """A state dict as the larger network has it, of random numbers; statistics and scales above 0.5."""
    with torch.device("meta"):
        expected = example(name).build_model(depth).state_dict()
    chance = torch.Generator().manual_seed(1)
    drawn = {}
    for key, tensor in expected.items():
        if tensor.dtype == torch.int64:
            drawn[key] = torch.tensor(7)
        else:
            low, high = (0.5, 1.5) if tensor.dim() == 1 else (-0.05, 0.05)
            drawn[key] = torch.empty(tensor.shape).uniform_(low, high, generator=chance)
    return drawn


@pytest.fixture(scope="module")
def resnet_50(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "resnet50.pt"
    torch.save(weights("resnet", 50), path)
    return path


@pytest.fixture(scope="module")
def densenet_121(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "densenet121.pt"
    torch.save(weights("densenet", 121), path)
    return path


def same(network: torch.nn.Module, given: dict[str, Tensor], names: tuple[str, ...]) -> bool:
    own = network.state_dict()
    return all(torch.equal(own[name], given[name]) for name in names)


def test_all_but_the_classifier_of_the_published_covidresnet_comes_from_a_resnet_50(resnet_50: Path) -> None:
    network = example("covid_resnet").published(2)
    before = {name: tensor.clone() for name, tensor in network.fc.state_dict().items()}
    taken = take(network, resnet_50)
    assert set(taken.names) == set(network.state_dict()) - {"fc.weight", "fc.bias"}
    assert same(network, torch.load(resnet_50), taken.names)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.fc.state_dict().items())
    assert taken.frozen == ("conv1", "layer1")
    assert taken.told == (
        f"resnet50.pt: {len(taken.names)} of the network's {len(taken.names) + 2} tensors taken; left out: fc.weight, "
        "fc.bias (the classifier's classes are others); frozen: conv1, layer1."
    )


def test_all_but_adapters_and_classifier_of_the_published_coviddensenet_comes_from_a_densenet_121(
    densenet_121: Path,
) -> None:
    network = example("covid_densenet").published(3)
    taken = take(network, densenet_121)
    assert taken.missing == tuple(f"features.adapter{number}.weight" for number in (2, 3, 4))
    assert taken.reshaped == ()
    assert taken.classifier == ("classifier.weight", "classifier.bias")
    assert len(taken.names) == taken.total - 5
    assert same(network, torch.load(densenet_121), taken.names)
    assert taken.frozen == ("features.conv0", "features.denseblock1")


def test_of_the_shipped_one_what_the_missing_adapters_narrow_is_left_out(densenet_121: Path) -> None:
    network = example("covid_densenet").shipped(2)
    taken = take(network, densenet_121)
    layers = {name.rpartition(".")[0] for name in taken.reshaped}
    assert layers == {
        *(f"features.transition{number}.{part}" for number in (2, 3) for part in ("norm", "conv")),
        "features.norm5",
    }
    assert same(network, torch.load(densenet_121), taken.names)


def test_densenets_older_names_without_counters_give_the_same(densenet_121: Path, tmp_path: Path) -> None:
    older = {
        re.sub(r"(denselayer\d+\.(?:norm|conv))([12])\.", r"\1.\2.", name): tensor
        for name, tensor in torch.load(densenet_121).items()
        if not name.endswith("num_batches_tracked")
    }
    assert "features.denseblock1.denselayer1.norm.1.weight" in older
    torch.save({"state_dict": {f"module.{name}": tensor for name, tensor in older.items()}}, tmp_path / "older.pth")
    first, second = example("covid_densenet").shipped(2), example("covid_densenet").shipped(2)
    newer, taken = take(first, densenet_121), take(second, tmp_path / "older.pth")
    assert taken.names == tuple(name for name in newer.names if not name.endswith("num_batches_tracked"))
    assert same(second, first.state_dict(), taken.names)
    assert taken.frozen == newer.frozen


def test_a_part_of_which_not_all_came_from_the_file_is_not_frozen(resnet_50: Path) -> None:
    taken = take(example("covid_resnet").shipped(2), resnet_50)
    assert "conv1.weight" in taken.names
    assert taken.frozen == ("conv1",), "layer1 is of basic blocks here, of bottlenecks in the file"


@pytest.mark.parametrize("given", ["resnet 50 for the small one", "another network's"])
def test_a_file_of_which_no_layer_fits_is_refused_and_nothing_changes(
    given: str, resnet_50: Path, tmp_path: Path
) -> None:
    path = resnet_50
    if given == "another network's":
        path = tmp_path / "other.pt"
        torch.save(torch.nn.Sequential(torch.nn.Linear(3, 4)).state_dict(), path)
    network = example("covid_resnet").small(10)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    why = r"conv1.weight is \(64, 3, 7, 7\)" if path == resnet_50 else "the file has 0.weight"
    with pytest.raises(UserError, match=f"{why}.*covid-resnet:published"):
        take(network, path)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_frozen_parts_stay_bit_by_bit_through_a_training_and_the_rest_learns(
    densenet_121: Path, tmp_path: Path
) -> None:
    settings = RunSettings(network="covid-densenet:shipped", epochs=1, batch=4, rate=0.01)
    pictures = torch.randn(12, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    labels = torch.arange(12) % 2
    material = Material(pictures[:8], labels[:8], pictures[8:], labels[8:], ("one", "two"), (0.0,), (1.0,), {})
    told: list[str] = []
    run = train(tmp_path / "run", settings, material, begin=begin_with(densenet_121, told.append))
    after, given = trained_network(run, 2).state_dict(), torch.load(densenet_121)
    frozen = [name for name in after if name.startswith(("features.conv0.", "features.denseblock1."))]
    assert {name.rpartition(".")[2] for name in frozen} == {
        "weight",
        "bias",
        "running_mean",
        "running_var",
        "num_batches_tracked",
    }
    assert all(torch.equal(after[name], given[name]) for name in frozen)
    for name in ("transition1.conv.weight", "norm0.running_mean", "denseblock2.denselayer1.norm1.running_mean"):
        assert not torch.equal(after[f"features.{name}"], given[f"features.{name}"]), name
    assert read_run(tmp_path / "run").rest["frozen"] == ["features.conv0", "features.denseblock1"]
    assert told == [line for line in told if "frozen: features.conv0, features.denseblock1." in line]
    assert len(told) == 1


def test_a_run_is_known_by_the_weights_that_it_began_with(tmp_path: Path) -> None:
    from argparse import ArgumentParser

    from vrcnn.study.arguments import add_study_arguments

    file = tmp_path / "weights.pt"
    file.write_bytes(b"only its digest counts here")
    parser = ArgumentParser()
    add_study_arguments(parser)
    plain = parser.parse_args(["train", "--modes", "true"])
    begun = parser.parse_args(["train", "--modes", "true", "--pretrained", str(file)])
    (without,), (having,) = settings_of(plain), settings_of(begun)
    assert (without.pretrained, having.pretrained) == ("", digest_of(file))
    assert having.name == f"{without.name}_from-{digest_of(file)}"
    assert RunSettings(network="covid-resnet:published").name == "fashion-mnist_covid-resnet-published_true_0"
    lost = parser.parse_args(["train", "--modes", "true", "--pretrained", "nowhere.pt"])
    with pytest.raises(UserError, match=r"no file of weights nowhere\.pt"):
        settings_of(lost)
    smooth = parser.parse_args(["train", "--modes", "true,shuffled-smooth", "--pretrained", str(file)])
    with pytest.raises(UserError, match="shuffled-smooth has its own"):
        train_all(smooth)
