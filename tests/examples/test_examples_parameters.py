"""The example networks have the sizes that their papers and the usual packages give, and start the same every time."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType

import pytest
import torch

from vrcnn.resources import resource

COUNTS = {
    ("resnet", 18): 11_689_512,
    ("resnet", 34): 21_797_672,
    ("resnet", 50): 25_557_032,
    ("resnet", 101): 44_549_160,
    ("resnet", 152): 60_192_808,
    ("densenet", 121): 7_978_856,
    ("densenet", 161): 28_681_000,
    ("densenet", 169): 14_149_480,
    ("densenet", 201): 20_013_928,
    ("unet", 18): 14_328_499,
    ("unet", 34): 24_436_659,
}


def example(name: str) -> ModuleType:
    spec = spec_from_file_location(f"example_{name}", resource("examples", f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "depth"), COUNTS)
def test_the_parameters_are_those_of_the_paper(name: str, depth: int) -> None:
    with torch.device("meta"):
        model = example(name).build_model(depth=depth)
    assert sum(parameter.numel() for parameter in model.parameters()) == COUNTS[name, depth]


@pytest.mark.parametrize("name", ["resnet", "densenet", "unet"])
def test_a_depth_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="choose one of"):
        example(name).build_model(depth=7)


@pytest.mark.parametrize(("name", "depth"), [("resnet", 18), ("densenet", 121), ("unet", 18)])
def test_random_weights_are_always_the_same_and_leave_the_random_state_alone(name: str, depth: int) -> None:
    module = example(name)
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = module.build_model(depth=depth)
    assert torch.equal(torch.rand(3), expected)
    second = module.build_model(depth=depth)
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


@pytest.mark.parametrize(("name", "depth"), [("resnet", 18), ("densenet", 121), ("unet", 18)])
def test_random_weights_give_lively_maps(name: str, depth: int) -> None:
    model = example(name).build_model(depth=depth).eval()
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        first, second = model(torch.randn(2, 3, 64, 64, generator=generator))
    assert torch.isfinite(first).all()
    assert first.std() > 1e-3
    assert (first - second).abs().max() > 1e-3


def test_the_unet_gives_scores_for_every_pixel() -> None:
    module = example("unet")
    scores = module.build_model(depth=18).eval()(torch.zeros(1, 3, 64, 96))
    assert scores.shape == (1, len(module.labels), 64, 96)


def test_inception_v4_has_the_parameters_and_the_grids_of_the_paper() -> None:
    with torch.device("meta"):
        model = example("inception_v4").build_model()
    assert sum(parameter.numel() for parameter in model.parameters()) == 42_679_816
    x = torch.zeros(1, 3, 299, 299, device="meta")
    shapes = [tuple((x := block(x)).shape[1:]) for block in model.features]
    grids = [(384, 35, 35)] * 5 + [(1024, 17, 17)] * 8 + [(1536, 8, 8)] * 4
    assert shapes[5:] == grids, "figure 9: the stem, A, the reductions, B and C"


def test_inception_v4_gives_lively_maps_and_leaves_the_random_state_alone() -> None:
    module = example("inception_v4")
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    model = module.build_model().eval()
    assert torch.equal(torch.rand(3), expected)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        first, second = model(torch.randn(2, 3, 107, 107, generator=generator))
    assert torch.isfinite(first).all()
    assert (first - second).abs().max() > 1e-3
