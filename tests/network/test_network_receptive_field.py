"""Receptive fields against the truth: the gradient of one value with respect to the input, all weights positive."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import torch
from networks import Residual
from torch import Tensor, nn
from torch.nn import functional

from vrcnn.network.graph import Graph
from vrcnn.network.receptive_field import Field, ReceptiveFields, whole
from vrcnn.network.source import LoadOptions, load
from vrcnn.network.trace import trace
from vrcnn.resources import resource

SIDE = 48


def positive(network: nn.Module) -> nn.Module:
    """The network with random positive weights, and means where it takes maxima, so that every way counts."""
    for part in list(network.modules()):
        for name, child in part.named_children():
            if isinstance(child, nn.MaxPool2d):
                setattr(part, name, nn.AvgPool2d(child.kernel_size, child.stride, child.padding))
            elif isinstance(child, nn.AdaptiveMaxPool2d):
                setattr(part, name, nn.AdaptiveAvgPool2d(child.output_size))
    for values in (*network.parameters(), *network.buffers()):
        if values.is_floating_point():
            values.data.uniform_(0.5, 1.5)
    return network.eval()


def outputs_of(network: nn.Module, picture: Tensor, layers: list[str]) -> dict[str, Tensor]:
    """What layers make of a picture, in one pass."""
    kept: dict[str, list[Tensor]] = {layer: [] for layer in layers}
    handles = [
        network.get_submodule(layer).register_forward_hook(lambda module, given, output, to=made: to.append(output))
        for layer, made in kept.items()
    ]
    network(picture)
    for handle in handles:
        handle.remove()
    return {layer: made[0] for layer, made in kept.items()}


def true_field(output: Tensor, picture: Tensor, place: tuple[int, ...]) -> list[tuple[int, int]] | None:
    """First and last index, both included, of what a value of a layer's output depends on, along rows and columns."""
    (gradient,) = torch.autograd.grad(output[place], picture, retain_graph=True)
    touched = gradient.abs().sum((0, 1)) > 0
    if not touched.any():
        return None
    return [(int(line.nonzero()[0]), int(line.nonzero()[-1])) for line in (touched.any(1), touched.any(0))]


def our_field(graph: Graph, fields: ReceptiveFields, layer: str, place: tuple[int, ...]) -> Field | None:
    (node,) = (node for node in graph.nodes if node.layer == layer or node.name == layer)
    return fields.of(node.index, tuple((index, index) for index in place))


def places(shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The corners, the middle and a few others."""
    chance = random.Random(1)
    found = [(0, chance.randrange(shape[1]), *(chance.randrange(length) for length in shape[2:])) for _ in range(6)]
    corners = [(0, 0, *(0 for _ in shape[2:])), tuple(length - 1 for length in shape)]
    return [*corners, tuple(length // 2 for length in shape), *found]


def compare(network: nn.Module, layers: list[str], exactly: bool, side: int = SIDE) -> None:
    network = positive(network)
    picture = torch.rand(1, 3, side, side) + 0.1
    graph = trace(network, (picture,), {})
    fields, picture = ReceptiveFields(graph), picture.requires_grad_()
    outputs = outputs_of(network, picture, layers)
    for layer in layers:
        (node,) = (node for node in graph.nodes if node.layer == layer)
        for place in places(node.shape):
            true, found = true_field(outputs[layer], picture, place), our_field(graph, fields, layer, place)
            if true is None:
                assert found is None or not exactly, (layer, place, found)
                continue
            assert found is not None, (layer, place, true)
            (top, bottom), (left, right) = true
            assert found.top <= top, (layer, place, true, found)
            assert found.bottom > bottom, (layer, place, true, found)
            assert found.left <= left, (layer, place, true, found)
            assert found.right > right, (layer, place, true, found)
            if exactly:
                assert (found.top, found.bottom - 1, found.left, found.right - 1) == (top, bottom, left, right), (
                    layer,
                    place,
                )
                assert not found.unknown


def conv(channels: int, *settings: int, **more: object) -> nn.Conv2d:
    return nn.Conv2d(channels, 4, *settings, **more)  # type: ignore[arg-type]


CHAINS = {
    "plain": [conv(3, 3, padding=1), nn.ReLU(), conv(4, 5), nn.BatchNorm2d(4), conv(4, 3, padding=1)],
    "strided": [conv(3, 7, 2, padding=3), nn.MaxPool2d(3, 2, 1), conv(4, 3, 2, padding=1)],
    "dilated": [conv(3, 3, padding=1), conv(4, 3, padding=4, dilation=4), conv(4, 1)],
    "dilated twice": [conv(3, 3, padding=2, dilation=2), conv(4, 3, padding=4, dilation=4), conv(4, 1)],
    "same": [conv(3, 4, padding="same"), conv(4, 3, padding="same", dilation=3)],
    "oblong": [conv(3, (1, 7), padding=(0, 3)), nn.AvgPool2d((2, 3)), conv(4, (3, 1), stride=(2, 1))],
    "transposed": [conv(3, 3, 2), nn.ConvTranspose2d(4, 4, 3, 2), conv(4, 1)],
    "transposed with a gap": [conv(3, 2, 2), nn.ConvTranspose2d(4, 4, 4, 2, 1), conv(4, 3, padding=1)],
    "resized": [conv(3, 4, 4), nn.Upsample(scale_factor=2), conv(4, 3, padding=1)],
    "resized smoothly": [conv(3, 4, 4), nn.Upsample(scale_factor=2, mode="bilinear"), conv(4, 1)],
    "resized with corners aligned": [conv(3, 4, 4), nn.UpsamplingBilinear2d(scale_factor=3), conv(4, 1)],
    "made smaller": [conv(3, 3), nn.Upsample(size=(13, 17), mode="nearest"), conv(4, 1)],
    "padded": [nn.ZeroPad2d((3, 0, 1, 2)), conv(3, 4, 2), nn.ReplicationPad2d(2), conv(4, 3)],
    "reflected": [nn.ReflectionPad2d(3), conv(3, 3)],
    "adaptive": [conv(3, 3, padding=1), nn.AdaptiveAvgPool2d((5, 7)), conv(4, 1)],
    "shuffled": [conv(3, 2, 2), nn.PixelShuffle(2), nn.Conv2d(1, 4, 3)],
    "unshuffled": [nn.PixelUnshuffle(4), nn.Conv2d(48, 4, 3), conv(4, 1)],
    "softmax of channels": [conv(3, 3), nn.Softmax2d(), nn.Softmax(1), conv(4, 3)],
    "global": [conv(3, 3), nn.AdaptiveAvgPool2d(1), conv(4, 1)],
}

WITH_GAPS = {
    "dilated twice",
    "softmax of channels",
}  # a range holds what lies between, and a gradient of 0 says nothing


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("name", CHAINS)
def test_the_field_of_a_plain_chain_is_exact(name: str) -> None:
    parts = CHAINS[name]
    compare(nn.Sequential(*parts), [str(len(parts) - 1)], exactly=name not in WITH_GAPS)


class Net(nn.Module):
    """What a test's function makes of two convolutions and a last one, which is compared."""

    def __init__(self, forward, channels: int = 4, kernel: int = 3) -> None:
        super().__init__()
        self.one, self.two = conv(3, 3, padding=1), conv(3, 5, padding=2)
        self.last = nn.Conv2d(channels, 4, kernel)
        self.way = forward

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.way(self.one(x), self.two(x)))


def windows(a: Tensor) -> Tensor:
    """Into windows of 8 x 8 and the mean of each, as a transformer of windows would."""
    parts = a.permute(0, 2, 3, 1).reshape(1, 6, 8, 6, 8, 4).transpose(2, 3)
    return parts.mean((3, 4)).permute(0, 3, 1, 2)


WAYS = {
    "sum": (lambda a, b: a + b, 4),
    "product with a channel each": (lambda a, b: a * b[:, :1], 4),
    "cat": (lambda a, b: torch.cat([a, b], 1), 8),
    "half of a cat": (lambda a, b: torch.cat([a, b], 1).chunk(2, 1)[0], 4),
    "other half of a split": (lambda a, b: torch.cat([a, b], 1).split([3, 5], 1)[1], 5),
    "crop": (lambda a, b: a[:, :, 5:-3, 2:40] + b[..., 5:-3, 2:40], 4),
    "every other": (lambda a, b: a[:, :, ::2, 1::3], 4),
    "permuted twice": (lambda a, b: a.permute(0, 2, 3, 1).mul(2).permute(0, 3, 1, 2), 4),
    "turned": (lambda a, b: a.transpose(2, 3), 4),
    "stacked and taken": (lambda a, b: torch.stack([a, b], 1).select(1, 0), 4),
    "mean of windows": (lambda a, b: windows(a), 4),
    "functions": (lambda a, b: functional.avg_pool2d(functional.pad(a, (2, 1, 0, 3)), 3, stride=2), 4),
    "convolution with a weight": (lambda a, b: functional.conv2d(a, torch.ones(4, 4, 3, 5), None, 2, 1), 4),
    "interpolated": (lambda a, b: functional.interpolate(a[..., ::4, ::4], scale_factor=4, mode="nearest"), 4),
    "narrowed": (lambda a, b: a.narrow(2, 4, 20), 4),
    "squeezed": (lambda a, b: a.unsqueeze(2).relu().squeeze(2), 4),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_field_follows_what_is_done_between_layers_exactly(name: str) -> None:
    way, channels = WAYS[name]
    compare(Net(way, channels), ["last"], exactly=True)


LOOSE = {
    "through tokens": (lambda a, b: a.flatten(2).transpose(1, 2).transpose(1, 2).unflatten(2, (48, 48)), 4),
    "cat of rows": (lambda a, b: torch.cat([a, b], 2), 4),
    "group norm": (lambda a, b: functional.group_norm(a, 2), 4),
    "rolled": (lambda a, b: a.roll(5, 2), 4),
    "flipped": (lambda a, b: a.flip(3), 4),
    "indexed": (lambda a, b: a[:, :, torch.arange(47, -1, -1)], 4),
    "written in part": (lambda a, b: torch.zeros_like(b).index_copy(1, torch.arange(4), a), 4),
    "gated": (lambda a, b: a * b.mean((2, 3), keepdim=True), 4),
    "einsum": (lambda a, b: torch.einsum("nchw,nchw->nchw", a, b), 4),
    "matrix product": (lambda a, b: a @ b, 4),
    "attention": (lambda a, b: functional.scaled_dot_product_attention(a, b, b), 4),
    "cubic": (lambda a, b: functional.interpolate(a, (19, 31), mode="bicubic", antialias=True), 4),
    "fractional factor": (lambda a, b: functional.interpolate(a, scale_factor=1.3, mode="bilinear"), 4),
    "unequal chunks": (lambda a, b: torch.cat([a, b[:, :3]], 1).chunk(4, 1)[3], 1),
}


@pytest.mark.parametrize("name", LOOSE)
def test_nothing_that_is_seen_is_left_out(name: str) -> None:
    way, channels = LOOSE[name]
    compare(Net(way, channels), ["last"], exactly=False)


def test_a_slice_that_is_written_counts_at_its_place() -> None:
    class Writing(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two, self.last = conv(3, 1), conv(3, 9, padding=4), conv(4, 1)

        def forward(self, x: Tensor) -> Tensor:
            y = self.one(x).clone()
            y[:, :2] = self.two(x)[:, 2:]
            return self.last(y)

    compare(Writing(), ["last"], exactly=False)


def test_a_residual_block_and_a_network_of_stages() -> None:
    class Block(nn.Module):
        def __init__(self, stride: int) -> None:
            super().__init__()
            self.a, self.b = conv(4, 3, stride, padding=1), conv(4, 3, padding=1)
            self.skip, self.relu = conv(4, 1, stride), nn.ReLU()

        def forward(self, x: Tensor) -> Tensor:
            return self.relu(self.b(self.relu(self.a(x))) + self.skip(x))

    stem = nn.Sequential(conv(3, 7, 2, padding=3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
    network = nn.Sequential(stem, Block(1), Block(2), conv(4, 1))
    compare(network, ["3", "1.a", "2.a"], exactly=True, side=96)
    compare(Residual(), ["conv1"], exactly=True)


def test_a_u_net_with_skips() -> None:
    class Small(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b, self.c = conv(3, 3, padding=1), conv(4, 3, padding=1), conv(4, 3, padding=1)
            self.down, self.up = nn.MaxPool2d(2), nn.ConvTranspose2d(4, 4, 2, 2)
            self.d, self.e = nn.Conv2d(8, 4, 3, padding=1), nn.Conv2d(8, 4, 3, padding=1)
            self.up2 = nn.ConvTranspose2d(4, 4, 2, 2)

        def forward(self, x: Tensor) -> Tensor:
            a = self.a(x)
            b = self.b(self.down(a))
            c = self.c(functional.avg_pool2d(b, 2))
            d = self.d(torch.cat([b, self.up(c)], 1))
            return self.e(torch.cat([a, self.up2(d)], 1))

    compare(Small(), ["e", "d", "up2", "c"], exactly=True)


def test_a_channel_of_a_concatenation_sees_what_its_own_part_sees() -> None:
    class Cat(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = conv(3, 1), conv(3, 9, padding=4)

        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([self.one(x), self.two(x)], 1)

    graph = trace(Cat(), (torch.rand(1, 3, 32, 32),), {})
    fields = ReceptiveFields(graph)
    sizes = [fields.of(graph.outputs[0], ((0, 0), (channel, channel), (16, 16), (16, 16))) for channel in (0, 3, 4, 7)]
    assert [field.bottom - field.top for field in sizes if field] == [1, 1, 9, 9]


def test_what_sees_everything_and_what_nobody_knows_are_told_apart() -> None:
    network = Net(lambda a, b: functional.grid_sample(a, torch.zeros(1, 8, 8, 2), align_corners=False), kernel=1)
    graph = trace(network.eval(), (torch.rand(1, 3, 24, 24),), {})
    field = our_field(graph, ReceptiveFields(graph), "last", (0, 0, 3, 3))
    assert field is not None
    assert field.whole
    assert field.unknown == "grid_sample"
    network = nn.Sequential(conv(3, 3), nn.Flatten(), nn.Linear(4 * 22 * 22, 5))
    graph = trace(network, (torch.rand(1, 3, 24, 24),), {})
    field = our_field(graph, ReceptiveFields(graph), "2", (0, 3))
    assert field == Field(0, 24, 0, 24, 24, 24)


def test_padding_alone_sees_nothing() -> None:
    graph = trace(nn.Sequential(nn.ZeroPad2d(4), conv(3, 3)), (torch.rand(1, 3, 24, 24),), {})
    assert our_field(graph, ReceptiveFields(graph), "1", (0, 0, 0, 0)) is None
    assert our_field(graph, ReceptiveFields(graph), "1", (0, 0, 2, 2)) == Field(0, 1, 0, 1, 24, 24)


def test_a_graph_without_a_picture_has_no_fields() -> None:
    graph = trace(nn.Linear(5, 2), (torch.rand(1, 5),), {})
    assert ReceptiveFields(graph).of(1, ((0, 0), (0, 0))) is None
    graph = trace(nn.Conv1d(2, 3, 5, padding=2), (torch.rand(1, 2, 30),), {})
    assert ReceptiveFields(graph).of(1, ((0, 0), (0, 0), (9, 9))) == Field(0, 1, 7, 12, 1, 30)


def test_a_layer_called_otherwise_than_documented_has_no_window_and_sees_everything() -> None:
    graph = trace(nn.Sequential(conv(3, 3)), (torch.rand(1, 3, 24, 24),), {})
    blind = replace(graph, nodes=tuple(replace(node, window=None) for node in graph.nodes))
    field = ReceptiveFields(blind).of(1, whole((1, 4, 1, 1)))
    assert field is not None
    assert (field.whole, field.unknown) == (True, "Conv2d")


@pytest.mark.slow
@pytest.mark.parametrize("example", ["resnet", "densenet", "inception_v4", "unet", "efficientnet_lite0"])
def test_the_true_field_lies_within_ours_in_the_examples(example: str) -> None:
    network = load(str(resource("examples", f"{example}.py")), LoadOptions(input_size=(3, 96, 96))).module
    leaves = [
        name
        for name, part in network.named_modules()
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d | nn.AvgPool2d | nn.Linear)
    ]
    chosen = random.Random(2).sample(leaves, 5)
    compare(network, chosen, exactly=False, side=96)


def test_whole_shapes() -> None:
    assert whole((1, 3, 5)) == ((0, 0), (0, 2), (0, 4))
