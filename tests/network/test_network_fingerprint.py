"""A network's key changes with every number and operation in it, however it was changed, and with nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from vrcnn.featurevis.colours import InputColours
from vrcnn.network.fingerprint import Fingerprint, NetworkKey
from vrcnn.network.guard import unchanged
from vrcnn.network.recorder import Cancelled
from vrcnn.network.snapshot import numbers_in
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.network.trace import trace

NETWORK = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, slope=0.1):
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.slope = slope
        self.shift = torch.full((4, 1, 1), 0.5)  # a constant that nobody has registered
        self.last = None  # what a pass leaves behind

    def forward(self, x):
        x = nn.functional.leaky_relu(self.norm(self.conv(x)) + self.shift, self.slope)
        self.last = x.mean((2, 3))
        return self.last

model = Net()
input_size = (3, 16, 16)
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(NETWORK)
    return path


def source_of(file: Path, **options: object) -> NetworkSource:
    return load(str(file), LoadOptions(**options))  # type: ignore[arg-type]


def fingerprint(source: NetworkSource) -> Fingerprint:
    with unchanged(source.module):
        full = trace(source.module, source.arguments, source.keywords)
    return Fingerprint(source, full, InputColours(source).words)


def key(file: Path, **options: object) -> NetworkKey:
    return fingerprint(source_of(file, **options)).key()


def test_the_same_network_has_the_same_key_in_every_run(file: Path) -> None:
    source = source_of(file)
    first = fingerprint(source)
    assert first.key() == key(file)
    source.module.eval()
    source.module(torch.rand(1, 3, 16, 16))  # it has another `last` now
    assert first.key() == fingerprint(source).key() == key(file)
    assert len(str(first.key())) == 33


def add_a_little(tensor: Tensor) -> None:
    with torch.no_grad():
        tensor.view(-1)[0] += 1e-4


def write_past_the_counter(tensor: Tensor) -> None:
    tensor.data.view(-1)[0] += 1e-4


def write_by_numpy(tensor: Tensor) -> None:
    tensor.detach().numpy().flat[0] += 1e-4


def swap(tensor: Tensor) -> None:
    with torch.no_grad():
        tensor.copy_(tensor.flip(0))


@pytest.mark.parametrize("change", [add_a_little, write_past_the_counter, write_by_numpy, swap])
def test_one_changed_weight_is_another_network(file: Path, change: Callable[[Tensor], None]) -> None:
    source = source_of(file)
    found = fingerprint(source)
    before = found.key()
    weight = source.module.conv.weight
    assert isinstance(weight, Tensor)
    original = weight.detach().clone()
    change(weight)
    after = found.key()
    assert after.weights != before.weights
    assert after.structure == before.structure
    assert str(after) != str(before)
    with torch.no_grad():
        weight.copy_(original)
    assert found.key() == before


def test_buffers_and_constants_that_nobody_registered_count(file: Path) -> None:
    source = source_of(file)
    found = fingerprint(source)
    keys = [found.key()]
    source.module.norm.running_mean[0] = 2.0  # type: ignore[index, union-attr, operator]
    keys.append(found.key())
    source.module.shift[0] = 2.0  # type: ignore[operator]
    keys.append(found.key())
    source.module.conv = nn.Conv2d(3, 4, 3)
    keys.append(found.key())
    assert len({each.weights for each in keys}) == 4


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("slope=0.1", "slope=0.2"),
        ("leaky_relu(", "celu("),
        ("(3, 16, 16)", "(3, 16, 24)"),
        ("model = Net()", "model = Net()\nmean = (0.5, 0.5, 0.5)"),
    ],
)
def test_another_structure_or_another_way_of_pictures_is_another_network(file: Path, text: str, other: str) -> None:
    before = key(file)
    file.write_text(NETWORK.replace(text, other))
    after = key(file)
    assert after.structure != before.structure
    assert after.weights == before.weights


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("import torch\n", "import torch\n\n\n\n"),  # the lines are others
        ("model = Net()", 'model = Net()\ntitle = "Another name"\nlabels = ["a", "b", "c", "d"]'),
        ("model = Net()", "model = torch.compile(Net(), backend='eager')"),
    ],
)
def test_what_changes_no_picture_changes_no_key(file: Path, text: str, other: str) -> None:
    before = key(file)
    file.write_text(NETWORK.replace(text, other, 1))
    assert key(file) == before


def test_a_preprocessing_of_ones_own_counts_by_what_it_does(file: Path) -> None:
    own = (
        "import numpy\ndef preprocess(picture):\n    picture = picture.resize((16, 16))\n"
        "    return torch.from_numpy(numpy.array(picture)).permute(2, 0, 1) / {}\nmodel"
    )
    keys = []
    for words in (own.format("255."), own.format("255.  # a remark"), own.format("127.")):
        file.write_text(NETWORK.replace("model", words, 1))
        keys.append(key(file))
    assert keys[0] == keys[1]
    assert keys[2] != keys[0]


def test_numbers_of_every_kind_are_read() -> None:
    kinds = {
        torch.ones(3, dtype=torch.float16): 6,
        torch.tensor([True, False]): 2,
        torch.ones(2, dtype=torch.complex64).conj(): 16,
        torch.zeros(0): 0,
        torch.arange(9, dtype=torch.uint8)[1:]: 8,
        torch.tensor(3.0, dtype=torch.float64): 8,
        nn.LazyLinear(3).weight: 0,
        torch.ones(3, device="meta"): 0,
    }
    assert [len(numbers_in(tensor)) for tensor in kinds] == list(kinds.values())
    assert bytes(numbers_in(torch.eye(3).to_sparse())) != bytes(numbers_in(2 * torch.eye(3).to_sparse()))


def test_hashing_is_given_up_when_nobody_waits_for_it(file: Path) -> None:
    found = fingerprint(source_of(file))
    with pytest.raises(Cancelled):
        found.key(lambda: True)
