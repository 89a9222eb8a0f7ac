"""Every number of a layer, of a channel, of kernels and of a network equals torch's own."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from looking import Looking
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from vrcnn.inspection.results import ChannelNumbers, Distribution, Kernels, LayerNumbers, NetworkNumbers


class Small(nn.Module):
    """A convolution with a dead, a constant and a weightless channel, an activation with two ends, class scores."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.norm, self.act = nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU()
        self.gate, self.end = nn.Conv2d(8, 4, 1), nn.Sigmoid()
        self.deep = nn.Conv2d(4, 6, 3, groups=2, bias=False)
        self.head = nn.Linear(6, 5)
        self.norm.running_mean.normal_()
        with torch.no_grad():
            self.norm.bias[2] = -100.0
            self.conv.weight[5] = 0.0
            self.gate.weight[1], self.gate.bias[1] = 0.0, 50.0

    def forward(self, x: Tensor) -> Tensor:
        x = self.act(self.norm(self.conv(x)))
        return self.head(self.deep(self.end(self.gate(x))).mean((2, 3)))


@pytest.fixture
def looking() -> Looking:
    network = Small()
    return Looking(network, torch.randn(1, 3, 10, 9))


def name_of(looking: Looking, operation: str) -> str:
    return next(node.name for node in looking.shown.nodes if operation in (node.operations or (node.operation,)))


def equal(found: Distribution, values: Tensor) -> None:
    """Count, ends, mean, deviation, zeros and the histogram are torch's."""
    exact = values.double()
    assert found.count == values.numel()
    assert (found.minimum, found.maximum) == (float(values.min()), float(values.max()))
    assert found.mean == pytest.approx(float(exact.mean()), rel=1e-12)
    assert found.deviation == pytest.approx(float(exact.std(correction=0)), rel=1e-12)
    assert found.histogram.zeros == int((values == 0).sum())
    counts, edges = torch.histogram(exact, len(found.histogram.counts))
    assert found.histogram.counts.sum() == values.numel()
    np.testing.assert_array_equal(found.histogram.counts, counts.numpy())
    np.testing.assert_allclose(found.histogram.edges, edges.numpy(), rtol=1e-12, atol=1e-12)


def test_the_distributions_of_a_layer(looking: Looking):
    network = looking.module
    found = looking.ask("layer", name_of(looking, "BatchNorm2d"))
    assert isinstance(found, LayerNumbers)
    equal(found.activations, looking.output(network.act)[0])
    equal(found.weights, network.conv.weight.detach())
    equal(found.biases, network.conv.bias.detach())
    assert found.weight_shape == (8, 3, 3, 3)


def test_the_numbers_of_each_channel(looking: Looking):
    found = looking.ask("layer", name_of(looking, "BatchNorm2d"))
    exact = looking.output(looking.module.act)[0].flatten(1).double()
    np.testing.assert_array_equal(found.minima, exact.amin(1).float().numpy())
    np.testing.assert_array_equal(found.maxima, exact.amax(1).float().numpy())
    np.testing.assert_allclose(found.means, exact.mean(1).numpy(), rtol=1e-6)
    np.testing.assert_allclose(found.deviations, exact.std(1, correction=0).numpy(), rtol=1e-6)
    np.testing.assert_allclose(found.zeros, (exact == 0).double().mean(1).numpy(), rtol=1e-6)
    weight = looking.module.conv.weight.detach().double()
    np.testing.assert_allclose(found.norms, weight.flatten(1).norm(dim=1).numpy(), rtol=1e-6)
    assert not found.nonfinite.any()


def test_parameters_and_buffers_are_those_of_the_modules(looking: Looking):
    network = looking.module
    found = looking.ask("layer", name_of(looking, "BatchNorm2d"))
    parameters = [*network.conv.parameters(), *network.norm.parameters()]
    assert found.parameters == sum(each.numel() for each in parameters)
    assert found.buffers == sum(each.numel() for each in network.norm.buffers())


def test_dead_constant_weightless_and_saturated_channels_are_marked(looking: Looking):
    found = looking.ask("layer", name_of(looking, "BatchNorm2d"))
    exact = looking.output(looking.module.act)[0].flatten(1)
    assert found.dead.tolist() == (exact == 0).all(1).tolist()
    assert found.dead[2]
    assert found.state(2) == "dead"
    assert found.weightless.tolist() == [channel == 5 for channel in range(8)]
    same = (exact == exact[:, :1]).all(1) & (exact[:, 0] != 0)
    assert found.constant.tolist() == same.tolist()
    gates = looking.ask("layer", name_of(looking, "Sigmoid"))
    values = looking.output(looking.module.end)[0].flatten(1)
    near = ((values >= 0.99) | (values <= 0.01)).double().mean(1) >= 0.95
    assert gates.saturated.tolist() == near.tolist()
    assert gates.saturated[1]
    assert "95% of a channel's values lie within 1% of the range of 0 or 1" in gates.saturation


def test_a_channel_is_dead_when_it_is_so_for_every_picture(looking: Looking):
    name = name_of(looking, "BatchNorm2d")
    looking.take(1, torch.full((1, 3, 10, 9), -3.0))
    one = looking.ask("layer", name)
    silent = one.dead.copy()
    looking.take(2, torch.full((1, 3, 10, 9), 4.0))
    both = looking.ask("layer", name)
    alone = (looking.output(looking.module.act)[0].flatten(1) == 0).all(1).numpy()
    assert (one.pictures, both.pictures) == (1, 2)
    assert both.dead.tolist() == (silent & alone).tolist()
    assert both.dead.sum() < max(silent.sum(), alone.sum())


def test_a_channel_has_its_map_kernel_and_bias(looking: Looking):
    network = looking.module
    found = looking.ask("channel", name_of(looking, "BatchNorm2d"), 6)
    assert isinstance(found, ChannelNumbers)
    exact = looking.output(network.act)[0, 6]
    np.testing.assert_array_equal(found.map, exact.numpy())
    assert found.map.dtype == np.float32
    equal(found.activations, exact)
    equal(found.weights, network.conv.weight[6].detach())
    np.testing.assert_array_equal(found.kernel, network.conv.weight[6].detach().numpy())
    assert found.bias == network.conv.bias[6].item()
    assert found.norm == pytest.approx(network.conv.weight[6].double().norm().item())
    assert looking.ask("channel", name_of(looking, "BatchNorm2d"), 2).state == "dead"


def test_kernels_are_blocks_of_outputs_by_inputs(looking: Looking):
    found = looking.ask("kernels", "deep")
    assert isinstance(found, Kernels)
    np.testing.assert_array_equal(found.blocks, looking.module.deep.weight.detach().numpy())
    assert (found.groups, found.outputs, found.first_output, found.biases) == (2, 6, 0, None)
    assert found.largest == looking.module.deep.weight.abs().max().item()
    head = looking.ask("kernels", "head")
    assert head.blocks.shape == (5, 6, 1, 1)
    np.testing.assert_array_equal(head.biases, looking.module.head.bias.detach().numpy())


@pytest.mark.parametrize(
    ("layer", "x", "shape"),
    [
        (nn.ConvTranspose2d(4, 6, 3, groups=2), torch.randn(1, 4, 5, 5), (6, 2, 3, 3)),
        (nn.Conv1d(4, 6, 5), torch.randn(1, 4, 9), (6, 4, 1, 5)),
        (nn.Conv3d(2, 3, (2, 3, 4)), torch.randn(1, 2, 5, 5, 5), (3, 2, 3, 8)),
    ],
)
def test_kernels_of_other_convolutions_are_pictures_too(layer: nn.Module, x: Tensor, shape: tuple[int, ...]):
    found = Looking(nn.Sequential(layer), x).ask("kernels", "0")
    weight = layer.weight.detach()
    assert found.blocks.shape == shape
    assert found.shape == tuple(weight.shape)
    if isinstance(layer, nn.ConvTranspose2d):  # the second group's first output and second input
        np.testing.assert_array_equal(found.blocks[3, 1], weight[3, 0].numpy())
    elif isinstance(layer, nn.Conv3d):
        np.testing.assert_array_equal(found.blocks[1, 1, :, 4:], weight[1, 1, 1].numpy())


def test_not_a_number_is_counted_and_left_out():
    looking = Looking(nn.Sequential(nn.Identity(), nn.Conv2d(1, 1, 1)), torch.randn(1, 1, 4, 4))
    looking.inputs[0][0, 0, 0, 0], looking.inputs[0][0, 0, 1, 1] = float("nan"), float("inf")
    looking.take(3, looking.inputs[0].clone())
    found = looking.ask("layer", "input")
    exact = looking.inputs[0]
    finite = exact[exact.isfinite()].double()
    assert found.activations.histogram.nonfinite == 2
    assert found.nonfinite.tolist() == [2]
    assert found.activations.mean == pytest.approx(float(finite.mean()))
    assert found.means[0] == pytest.approx(float(finite.mean()), rel=1e-6)
    assert found.maxima[0] == float(finite.max())


NETWORKS = {
    "convolutions and a linear layer": (Small, (1, 3, 10, 9)),
    "transposed, grouped": (
        lambda: nn.Sequential(nn.Conv2d(4, 8, 3, groups=4), nn.ConvTranspose2d(8, 4, 3, stride=2, groups=2)),
        (1, 4, 9, 9),
    ),
    "attention": (lambda: nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), (1, 5, 8)),
    "three dimensions": (lambda: nn.Sequential(nn.Conv3d(1, 2, 3), nn.ReLU()), (1, 1, 5, 5, 5)),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_multiply_adds_are_half_of_what_torchs_flop_counter_counts(name: str):
    make, shape = NETWORKS[name]
    network = make().eval()
    looking = Looking(network, torch.randn(shape))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        torch.backends.mha.set_fastpath_enabled(False)
        network(*looking.inputs)
        torch.backends.mha.set_fastpath_enabled(True)
    found = looking.ask("network")
    assert isinstance(found, NetworkNumbers)
    heads_queries_keys_widths = 2 * 5 * 5 * (4 + 4) if name == "attention" else 0  # torch counts those on GPUs only
    assert found.multiply_adds - heads_queries_keys_widths == counter.get_total_flops() / 2 > 0
    assert sum(row.multiply_adds for row in found.rows) == found.multiply_adds
    assert found.parameters == sum(each.numel() for each in network.parameters())


def test_multiply_adds_of_one_convolution_are_outputs_times_weights(looking: Looking):
    found = looking.ask("layer", name_of(looking, "BatchNorm2d"))
    assert found.multiply_adds == 8 * 10 * 9 * 3 * 3 * 3
    assert looking.ask("layer", "deep").multiply_adds == 6 * 8 * 7 * 2 * 3 * 3
    recurrent = Looking(nn.LSTM(4, 3, batch_first=True), torch.randn(1, 5, 4))
    assert recurrent.ask("network").multiply_adds == 5 * 4 * 3 * (4 + 3)


def test_the_table_of_the_network_agrees_with_the_layers(looking: Looking):
    table = looking.ask("network")
    assert [row.layer.name for row in table.rows] == [node.name for node in looking.shown.nodes]
    for row in table.rows:
        found = looking.ask("layer", row.layer.name)
        assert (row.minimum, row.maximum) == (found.activations.minimum, found.activations.maximum)
        assert row.mean == pytest.approx(found.activations.mean, rel=1e-5, abs=1e-6)
        assert (row.parameters, row.multiply_adds) == (found.parameters, found.multiply_adds)
        assert (row.dead, row.constant, row.saturated) == (
            found.dead.sum(),
            found.constant.sum(),
            found.saturated.sum(),
        )


def test_other_weights_are_other_numbers(looking: Looking):
    before = looking.ask("layer", "deep")
    with torch.no_grad():
        looking.module.deep.weight.mul_(2.0)
    looking.take(0, *looking.inputs)
    after = looking.ask("layer", "deep")
    assert after.activations.maximum == pytest.approx(2 * before.activations.maximum)
    equal(after.weights, looking.module.deep.weight.detach())


def test_looking_leaves_the_network_as_it_was(looking: Looking):
    network = looking.module.train()
    state = {name: value.clone() for name, value in network.state_dict().items()}
    looking.ask("network")
    looking.ask("path", "head", 0)
    assert network.training
    assert all(torch.equal(value, state[name]) for name, value in network.state_dict().items())
    assert all(parameter.requires_grad and parameter.grad is None for parameter in network.parameters())
