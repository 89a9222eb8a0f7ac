"""The step through one value is the captured value, to float precision, of every kind of convolution."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from looking import Looking
from torch import Tensor, nn
from torch.ao import quantization
from torch.nn import functional
from torch.nn.utils import parametrizations

from vrcnn.errors import UserError
from vrcnn.network.source import LoadOptions, load

EPSILON = np.finfo(np.float32).eps

LAYERS = {
    "plain": nn.Conv2d(4, 6, 3),
    "strided": nn.Conv2d(4, 6, 3, stride=(2, 3), padding=1),
    "dilated": nn.Conv2d(4, 6, 3, dilation=(2, 3), padding=(2, 3)),
    "grouped": nn.Conv2d(4, 6, 3, groups=2, padding=1),
    "depthwise": nn.Conv2d(4, 8, (5, 3), groups=4, padding=(2, 1), bias=False),
    "strided, dilated and grouped": nn.Conv2d(4, 6, 3, stride=2, dilation=2, groups=2, padding=2),
    "transposed": nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1),
    "transposed with output padding": nn.ConvTranspose2d(4, 6, (3, 4), stride=3, padding=1, output_padding=(1, 2)),
    "transposed, grouped and dilated": nn.ConvTranspose2d(4, 6, 3, stride=2, groups=2, dilation=2, padding=1),
    "transposed depthwise": nn.ConvTranspose2d(4, 4, 2, stride=2, groups=4, bias=False),
    "same": nn.Conv2d(4, 6, (4, 3), padding="same"),
    "same, reflected": nn.Conv2d(4, 6, (4, 3), padding="same", padding_mode="reflect"),
    "valid": nn.Conv2d(4, 6, 3, padding="valid"),
    "zeros": nn.Conv2d(4, 6, 3, padding=(2, 1), padding_mode="zeros"),
    "reflect": nn.Conv2d(4, 6, 5, padding=(2, 1), padding_mode="reflect"),
    "replicate": nn.Conv2d(4, 6, 5, padding=(2, 1), padding_mode="replicate"),
    "circular": nn.Conv2d(4, 6, 5, padding=(2, 1), padding_mode="circular", stride=2),
    "parametrized": parametrizations.weight_norm(nn.Conv2d(4, 6, 3, padding=1)),
    "spectrally normalized": parametrizations.spectral_norm(nn.Conv2d(4, 6, 3, padding=1)),
    "in one dimension": nn.Conv1d(4, 6, 3, stride=2, padding=1, dilation=2),
    "transposed in one dimension": nn.ConvTranspose1d(4, 6, 4, stride=3, padding=2, output_padding=1),
    "circular in one dimension": nn.Conv1d(4, 6, 5, padding=2, padding_mode="circular"),
    "in three dimensions": nn.Conv3d(4, 6, (2, 3, 3), stride=(1, 2, 1), padding=1),
    "transposed in three dimensions": nn.ConvTranspose3d(4, 6, 2, stride=2, output_padding=1),
    "a linear layer": nn.Linear(9, 7),
}


def given(layer: nn.Module) -> Tensor:
    if isinstance(layer, nn.Linear):
        return torch.randn(1, 5, 9)
    space = (7, 9, 8)
    count = next(n for n in (1, 2, 3) if _is(layer, n))
    return torch.randn(1, 4, *space[:count])


def _is(layer: nn.Module, count: int) -> bool:
    return isinstance(layer, getattr(nn, f"Conv{count}d") | getattr(nn, f"ConvTranspose{count}d"))


def agree(step, exact: Tensor) -> None:
    """The value is the network's own there, as far as sums of float32 can tell."""
    scale = max(1.0, float(np.abs(step.products).sum()))
    assert step.computed == float(exact)
    assert abs(step.value - float(exact)) <= 16 * EPSILON * scale
    assert step.value == pytest.approx(step.products.sum() + (step.bias or 0.0), rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(step.sums, step.products.reshape(len(step.sums), -1).sum(1), rtol=1e-9, atol=1e-12)


def every_place(looking: Looking, name: str, output: Tensor, places: int = 16):
    """Steps at some places of the output, its corners among them, each with the exact value there."""
    node = looking.node(name)
    if node.axes == "NCDHW":  # the wall shows the slice in the middle
        output = output[:, :, round((output.shape[2] - 1) / 2)]
    if node.axes == "NCL":
        output = output[:, :, None]
    if node.axes == "NLC":
        output = output.transpose(1, 2)[:, :, None]
    channels, height, width = output.shape[1:]
    corners = [*itertools.product((0, channels - 1), (0, height - 1), (0, width - 1))]
    rest = [*itertools.product(range(channels), range(height), range(width))]
    for channel, row, column in [*corners, *rest[:: max(1, len(rest) // places)]]:
        yield looking.ask("step", name, channel, pixel=(row, column)), output[0, channel, row, column]


@pytest.mark.parametrize("name", LAYERS)
def test_the_step_is_the_captured_value(name: str):
    torch.manual_seed(0)
    layer = LAYERS[name]
    looking = Looking(nn.Sequential(layer), given(layer))
    count = 0
    for step, exact in every_place(looking, "0", looking.output(layer)):
        agree(step, exact)
        assert step.shown == float(exact)
        count += 1
    assert count > 8


def test_the_patch_is_the_padded_input_and_tells_what_is_padding():
    layer = LAYERS["reflect"]
    looking = Looking(nn.Sequential(layer), given(layer))
    padded = functional.pad(looking.inputs[0], (1, 1, 2, 2), mode="reflect")[0].numpy()
    step = looking.ask("step", "0", 3, pixel=(0, 0))
    assert (step.patch == padded[:, :5, :5]).all()
    assert step.inside.sum() == 3 * 4
    assert (step.kernel == layer.weight[3].detach().numpy()).all()
    assert (step.edges, step.origin, step.padding) == ("reflect", (-2, -1), ((2, 2), (1, 1)))
    assert (step.stride, step.dilation, step.groups) == ((1, 1), (1, 1), 1)
    assert step.bias == layer.bias[3].item()


def test_a_group_reads_its_own_inputs():
    layer = LAYERS["grouped"]
    looking = Looking(nn.Sequential(layer), given(layer))
    step = looking.ask("step", "0", 4, pixel=(3, 3))
    assert (step.first_input, step.groups, step.patch.shape) == (2, 2, (2, 3, 3))
    assert (step.patch == looking.inputs[0][0, 2:, 2:5, 2:5].numpy()).all()


def test_a_transposed_convolution_meets_only_some_of_its_weights():
    layer = LAYERS["transposed"]
    looking = Looking(nn.Sequential(layer), given(layer))
    step = looking.ask("step", "0", 0, pixel=(2, 3))
    assert step.inside.sum() == 2
    assert not step.patch[:, ~step.inside].any()
    assert (step.kernel == layer.weight[:, 0].detach().numpy()).all()


class Shared(nn.Module):
    """One convolution called three times, and convolutions with weights of the network's own making."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.weight = nn.Parameter(torch.randn(5, 4, 3, 3))

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(torch.relu(self.conv(x)))
        y = self.conv(y).relu_()
        standardized = (self.weight - self.weight.mean()) / self.weight.std()
        z = functional.conv2d(y, standardized, None, stride=2, padding=1)
        return functional.conv_transpose2d(z, self.weight, stride=2)


def test_every_call_of_a_shared_module_and_functional_convolutions():
    torch.manual_seed(0)
    network = Shared().eval()
    x = torch.randn(1, 4, 9, 9)
    looking = Looking(network, x, detail="all")
    with torch.no_grad():
        first = network.conv(x)
        second = network.conv(first.relu())
        third = network.conv(second)
        standardized = (network.weight - network.weight.mean()) / network.weight.std()
        fourth = functional.conv2d(third.relu(), standardized, None, stride=2, padding=1)
        last = functional.conv_transpose2d(fourth, network.weight, stride=2)
    names = [node.name for node in looking.full.nodes if "conv" in node.operation.lower()]
    assert len(names) == 5
    for name, output in zip(names, (first, second, third, fourth, last), strict=True):
        for step, exact in every_place(looking, name, output, places=10):
            agree(step, exact)
    assert (looking.ask("step", names[3], 1, pixel=(1, 1)).kernel == standardized[1].numpy()).all()


class Normalized(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm, self.act = nn.Conv2d(3, 5, 3, bias=False), nn.BatchNorm2d(5), nn.ReLU(inplace=True)
        self.pool = nn.MaxPool2d(2)
        self.norm.running_mean.normal_()
        self.norm.running_var.uniform_(0.5, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.pool(self.act(self.norm(self.conv(x))))


def test_it_tells_the_convolutions_value_and_the_shown_one():
    torch.manual_seed(0)
    network = Normalized()
    looking = Looking(network, torch.randn(1, 3, 8, 8))
    name = next(node.name for node in looking.shown.nodes if "Conv2d" in node.operations)
    exact, shown = looking.output(network.conv), looking.output(network.norm).relu()
    step = looking.ask("step", name, 2, pixel=(4, 1))
    agree(step, exact[0, 2, 4, 1])
    assert step.shown == float(shown[0, 2, 4, 1])
    assert step.behind == ("BatchNorm2d", "ReLU")
    assert (step.layer.operation, step.position) == ("conv", (4, 1))


class Patches(nn.Module):
    """As vision transformers begin: patches become tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 6, 4, stride=4)

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x).flatten(2).transpose(1, 2)


def test_a_pixel_is_found_where_the_tensor_was_turned():
    network = Patches()
    looking = Looking(network, torch.randn(1, 3, 16, 12))
    output = looking.output(network.conv)
    name = looking.shown.nodes[-1].name
    step = looking.ask("step", name, 5, pixel=(3, 1))
    agree(step, output[0, 5, 3, 1])
    assert (step.channel, step.position) == (5, (3, 1))


@pytest.mark.parametrize(
    ("what", "name", "channel", "pixel", "words"),
    [
        ("step", "0", 9, (0, 0), "has 6 channels, 0 to 5: there is no channel 9"),
        ("step", "0", 0, (99, 0), "there is no pixel 99,0"),
        ("step", "1", 0, (0, 0), "has no convolution to step through"),
        ("kernels", "1", 0, None, "has no kernels"),
        ("drivers", "1", 0, None, "is no convolution and no linear layer (MaxPool2d)"),
    ],
)
def test_what_cannot_be_told_is_told_so(what: str, name: str, channel: int, pixel, words: str):
    looking = Looking(nn.Sequential(nn.Conv2d(4, 6, 3), nn.MaxPool2d(2)), torch.randn(1, 4, 9, 9))
    with pytest.raises(UserError) as refused:
        looking.ask(what, name, channel, pixel=pixel)
    assert words in str(refused.value)


@pytest.fixture(scope="module")
def demo() -> Looking:
    source = load(None, LoadOptions())
    return Looking(source.module, *source.arguments)


@pytest.mark.parametrize(
    "name", ["stem.convolution", "blocks.1.depthwise", "blocks.3.expand", "blocks.9.project", "head.convolution"]
)
def test_the_step_is_the_captured_value_in_the_demo(demo: Looking, name: str):
    module = demo.module.get_submodule(name)
    output = demo.output(module)
    for step, exact in every_place(demo, name, output, places=6):
        agree(step, exact)
    assert np.isfinite(step.shown)


class Quantized(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.stub, self.back = quantization.QuantStub(), quantization.DeQuantStub()
        self.conv, self.act = nn.Conv2d(3, 4, 3, padding=1, stride=2), nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        return self.back(self.act(self.conv(self.stub(x))))


@pytest.mark.filterwarnings("ignore")
def test_a_quantized_convolution_is_told_in_the_numbers_of_its_integers():
    if "fbgemm" not in torch.backends.quantized.supported_engines:
        pytest.skip("torch has no quantized convolutions for this processor")
    torch.manual_seed(0)
    torch.backends.quantized.engine = "fbgemm"
    network = Quantized().eval()
    network.qconfig = quantization.get_default_qconfig("fbgemm")
    quantization.fuse_modules(network, [["conv", "act"]], inplace=True)
    quantization.prepare(network, inplace=True)
    network(torch.randn(8, 3, 8, 8))
    quantization.convert(network, inplace=True)
    looking = Looking(network, torch.randn(1, 3, 8, 8))
    output = looking.output(network.conv).dequantize()
    assert (output > 0).any()
    for step, exact in every_place(looking, "conv", output):
        assert step.computed == float(exact)
        assert step.quantum == float(network.conv.scale)
        ceiling = 255 * step.quantum
        assert abs(min(max(step.value, 0.0), ceiling) - step.computed) <= 0.51 * step.quantum
        assert (step.kernel == network.conv.weight()[step.channel].dequantize().numpy()).all()
