"""CovidResNet and CovidDenseNet, as published and as shipped: their sizes to the digit, and what differs."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest
import torch

from vrcnn.network.source import LoadOptions, load
from vrcnn.resources import resource

COUNTS = {
    ("covid_resnet", "published", 2): 9_838_146,
    ("covid_resnet", "published", 3): 9_840_195,
    ("covid_resnet", "shipped", 2): 4_980_802,
    ("covid_resnet", "shipped", 101): 5_031_589,
    ("covid_resnet", "small", 10): 1_251_370,
    ("covid_densenet", "published", 2): 3_127_938,
    ("covid_densenet", "published", 3): 3_128_963,
    ("covid_densenet", "shipped", 2): 1_633_538,
    ("covid_densenet", "small", 10): 417_546,
}


def example(name: str) -> ModuleType:
    spec = spec_from_file_location(f"example_{name}", resource("examples", f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parameters(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize(("name", "definition", "classes"), COUNTS)
def test_the_parameters_are_those_of_the_definition(name: str, definition: str, classes: int) -> None:
    with torch.device("meta"):
        network = getattr(example(name), definition)(classes)
    assert parameters(network) == COUNTS[name, definition, classes]


def test_the_count_decides_for_three_channels_though_the_pictures_are_grey() -> None:
    with torch.device("meta"):
        file = example("covid_resnet")
        grey = file.CovidResNet(file.Bottleneck, (3, 3, 2, 1), 2, channels=1)
    assert COUNTS["covid_resnet", "published", 2] - parameters(grey) == 2 * 64 * 7 * 7


def test_adapters_give_the_blocks_the_widths_of_a_densenet_121() -> None:
    with torch.device("meta"):
        published = example("covid_densenet").published()
        larger = example("densenet").build_model(121)
    adapters = {name: module for name, module in published.features.named_children() if name.startswith("adapter")}
    assert {name: (each.in_channels, each.out_channels) for name, each in adapters.items()} == {
        "adapter2": (448, 512),
        "adapter3": (320, 1024),
        "adapter4": (544, 1024),
    }
    assert all(each.bias is None and each.kernel_size == (1, 1) for each in adapters.values())
    ours, theirs = published.state_dict(), larger.state_dict()
    for part in ("transition1", "transition2", "transition3", "norm5"):
        names = [name for name in ours if name.startswith(f"features.{part}.")]
        assert names
        assert all(ours[name].shape == theirs[name].shape for name in names)


def test_the_shipped_densenet_goes_without_adapters() -> None:
    with torch.device("meta"):
        shipped = example("covid_densenet").shipped()
    convolutions = [getattr(shipped.features, f"transition{number}").conv for number in (1, 2, 3)]
    assert [(each.in_channels, each.out_channels) for each in convolutions] == [(256, 128), (448, 256), (320, 512)]
    assert shipped.features.norm5.num_features == 544


@pytest.mark.parametrize("name", ["covid_resnet", "covid_densenet"])
def test_the_file_opens_with_the_shipped_definition_for_ct_slices(name: str) -> None:
    source = load(str(resource("examples", f"{name}.py")), LoadOptions())
    assert source.input_size == (3, 180, 250)
    assert parameters(source.module) == COUNTS[name, "shipped", 2]
    assert source.module(torch.zeros(1, 3, 150, 175)).shape == (1, 2), "Caltech101's size in the study"


@pytest.mark.parametrize("name", ["covid_resnet", "covid_densenet"])
def test_small_begins_from_its_seed_and_leaves_the_random_state_alone(name: str) -> None:
    file = example(name)
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = file.small(10, seed=1)
    assert torch.equal(torch.rand(3), expected)
    again, other = file.small(10, seed=1).state_dict(), file.small(10, seed=2).state_dict()
    stem = next(iter(again))
    assert stem in ("conv1.weight", "features.conv0.weight")
    assert all(torch.equal(tensor, again[key]) for key, tensor in first.state_dict().items())
    assert not torch.equal(again[stem], other[stem])
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        one, two = first.eval()(torch.randn(2, 3, 32, 32, generator=generator))
    assert torch.isfinite(one).all()
    assert (one - two).abs().max() > 1e-3
