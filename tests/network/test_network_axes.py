"""What the axes of tensors mean and in which grid tokens lie: on graphs written by hand, and on real networks."""

import random
import time

import pytest
import torch
from torch import nn
from zoo.torchvision_here import torchvision

from vrcnn.network import axis_moves as moves
from vrcnn.network.axes import default_axes, with_axes
from vrcnn.network.graph import Edge, Graph, Node
from vrcnn.network.guard import unchanged
from vrcnn.network.trace import trace

FAMILIES = {
    "input": "input",
    "Conv1d": "convolution",
    "Conv2d": "convolution",
    "Conv3d": "convolution",
    "AvgPool2d": "pooling",
    "mean": "pooling",
    "BatchNorm1d": "normalization",
    "GroupNorm": "normalization",
    "LayerNorm": "normalization",
    "Linear": "linear",
    "matmul": "merge",
    "add": "merge",
    "mul": "merge",
    "cat": "merge",
    "softmax": "activation",
    "relu": "activation",
    "interpolate": "resample",
    "scaled_dot_product_attention": "attention",
    "attention weights": "attention",
    "Embedding": "other",
    "LSTM": "other",
}


def graph(*rows) -> Graph:
    """Each row is (operation, shape, settings, sources...); without sources it reads the row before."""
    nodes, edges = [], []
    for index, (operation, shape, *rest) in enumerate(rows):
        settings, *sources = rest or [""]
        family = FAMILIES.get(operation, "shape")
        nodes.append(Node(index, f"{operation}{index}", operation, family, "", shape, settings=settings))
        if operation != "input":
            edges += [Edge(source, index) for source in sources or [index - 1]]
    return Graph(tuple(nodes), tuple(edges))


def axes(*rows) -> list[str]:
    return [node.axes for node in with_axes(graph(*rows)).nodes]


def grids(*rows) -> list[tuple[int, int] | None]:
    return [node.grid for node in with_axes(graph(*rows)).nodes]


def test_a_picture_a_volume_a_signal_and_a_vector():
    assert axes(("input", (1, 3, 8, 9)), ("Conv2d", (1, 6, 8, 9)), ("relu", (1, 6, 8, 9))) == ["NCHW"] * 3
    assert axes(("input", (1, 1, 4, 8, 9)), ("Conv3d", (1, 6, 4, 8, 9))) == ["NCDHW"] * 2
    assert axes(("input", (1, 1, 900)), ("Conv1d", (1, 6, 300)), ("relu", (1, 6, 300))) == ["NCL"] * 3
    assert axes(("input", (1, 30)), ("Linear", (1, 6)), ("BatchNorm1d", (1, 6))) == ["NF"] * 3
    assert axes(("input", (1, 20, 30)), ("Linear", (1, 20, 6)), ("LayerNorm", (1, 20, 6), "(6,)")) == ["NLC"] * 3


def test_what_has_no_batch_is_read_without_one():
    assert axes(("input", (3, 8, 9)), ("Conv2d", (6, 8, 9))) == ["CHW", "CHW"]
    assert axes(("input", (3, 8, 9)), ("unsqueeze", (1, 3, 8, 9), "0"), ("Conv2d", (1, 6, 8, 9))) == [
        "CHW",
        "NCHW",
        "NCHW",
    ]
    assert axes(("input", (30,)), ("Linear", (6,))) == ["F", "F"]


def test_a_norm_or_linear_on_pictures_reads_the_channel_last():
    block = [
        ("input", (1, 3, 8, 12)),
        ("Conv2d", (1, 20, 8, 12)),
        ("permute", (1, 8, 12, 20), "0, 2, 3, 1"),
        ("LayerNorm", (1, 8, 12, 20), "(20,), eps=1e-05"),
        ("Linear", (1, 8, 12, 80)),
        ("permute", (1, 80, 8, 12), "(0, 3, 1, 2)"),
        ("relu", (1, 80, 8, 12)),
    ]
    assert axes(*block) == ["NCHW", "NCHW", "NHWC", "NHWC", "NHWC", "NCHW", "NCHW"]
    untold = [(operation, shape) for operation, shape, *_ in block]
    assert axes(*untold) == ["NCHW", "NCHW", "NHWC", "NHWC", "NHWC", "NCHW", "NCHW"]


def test_a_norm_over_the_whole_picture_does_not_move_the_channel():
    assert (
        axes(("input", (1, 6, 8, 8)), ("Conv2d", (1, 6, 8, 8)), ("LayerNorm", (1, 6, 8, 8), "(6, 8, 8), eps=1e-05"))
        == ["NCHW"] * 3
    )


def test_a_picture_given_channels_last_is_known_by_what_reads_it():
    assert axes(
        ("input", (1, 8, 9, 3)),
        ("mul", (1, 8, 9, 3)),
        ("permute", (1, 3, 8, 9), "0, 3, 1, 2"),
        ("Conv2d", (1, 6, 8, 9)),
    ) == ["NHWC", "NHWC", "NCHW", "NCHW"]


def test_words_are_tokens_without_places():
    found = with_axes(
        graph(
            ("input", (1, 16)), ("Embedding", (1, 16, 30)), ("LayerNorm", (1, 16, 30), "(30,)"), ("Linear", (1, 16, 9))
        )
    )
    assert [node.axes for node in found.nodes] == ["NL", "NLC", "NLC", "NLC"]
    assert {node.grid for node in found.nodes} == {None}


@pytest.mark.parametrize("shape", [(7, 9), (14, 14)])
@pytest.mark.parametrize("extra", [0, 1, 5, 16])
def test_tokens_keep_the_grid_of_the_picture_that_they_were(shape, extra):
    tokens = shape[0] * shape[1]
    found = grids(
        ("input", (1, 3, 112, 144)),
        ("Conv2d", (1, 20, *shape)),
        ("flatten", (1, 20, tokens), "2"),
        ("transpose", (1, tokens, 20), "1, 2"),
        ("cat", (1, tokens + extra, 20), "dim=1"),
        ("Linear", (1, tokens + extra, 50)),
        ("getitem", (1, 20), "(:, 0)"),
    )
    assert found == [None, None, shape, shape, shape, shape, None]


def test_patches_cut_by_hand_get_the_grid_of_the_cut():
    # rearrange(picture, "b c (h p) (w q) -> b (h w) (p q c)")
    found = with_axes(
        graph(
            ("input", (1, 3, 32, 48)),
            ("reshape", (1, 3, 4, 8, 6, 8), "(1, 3, 4, 8, 6, 8)"),
            ("permute", (1, 4, 6, 8, 8, 3), "0, 2, 4, 3, 5, 1"),
            ("reshape", (1, 24, 192), "(1, 24, 192)"),
            ("Linear", (1, 24, 10)),
        )
    )
    assert [node.axes for node in found.nodes] == ["NCHW", "", "", "NLC", "NLC"]
    assert [node.grid for node in found.nodes][3:] == [(4, 6), (4, 6)]


def test_windows_are_items_of_the_batch_and_their_tokens_lie_in_a_window():
    found = with_axes(
        graph(
            ("input", (1, 3, 32, 48)),
            ("Conv2d", (1, 20, 8, 12)),
            ("permute", (1, 8, 12, 20), "0, 2, 3, 1"),
            ("view", (1, 2, 4, 3, 4, 20)),
            ("permute", (1, 2, 3, 4, 4, 20), "0, 1, 3, 2, 4, 5"),
            ("view", (6, 4, 4, 20)),
            ("view", (6, 16, 20)),
            ("Linear", (6, 16, 20)),
            ("view", (6, 4, 4, 20)),
            ("view", (1, 2, 3, 4, 4, 20)),
            ("permute", (1, 2, 4, 3, 4, 20), "0, 1, 3, 2, 4, 5"),
            ("view", (1, 8, 12, 20)),
        )
    )
    assert [node.axes for node in found.nodes][5:9] == ["NHWC", "NLC", "NLC", "NHWC"]
    assert found.nodes[7].grid == (4, 4)
    assert found.nodes[11].axes == "NHWC"


def test_hidden_units_of_a_mixer_lie_in_no_grid():
    found = with_axes(
        graph(
            ("input", (1, 3, 8, 8)),
            ("Conv2d", (1, 20, 6, 7)),
            ("flatten", (1, 20, 42), "2"),
            ("Linear", (1, 20, 64)),
            ("Linear", (1, 20, 42)),
            ("transpose", (1, 42, 20), "1, 2"),
        )
    )
    assert [node.axes for node in found.nodes][2:] == ["NCL", "NCL", "NCL", "NLC"]
    assert [node.grid for node in found.nodes][2:] == [(6, 7), None, (6, 7), (6, 7)]


def test_heads_are_channels_and_attention_a_map_for_each():
    rows = [
        ("input", (1, 3, 16, 16)),
        ("Conv2d", (1, 24, 2, 3)),
        ("flatten", (1, 24, 6), "2"),
        ("transpose", (1, 6, 24), "1, 2"),
        ("Linear", (1, 6, 72)),
        ("reshape", (1, 6, 3, 4, 6), "1, 6, 3, 4, 6"),
        ("permute", (3, 1, 4, 6, 6), "2, 0, 3, 1, 4"),
        ("unbind", (1, 4, 6, 6), "0", 6),
        ("unbind", (1, 4, 6, 6), "0", 6),
        ("unbind", (1, 4, 6, 6), "0", 6),
        ("transpose", (1, 4, 6, 6), "-2, -1", 8),
        ("matmul", (1, 4, 6, 6), "", 7, 10),
        ("softmax", (1, 4, 6, 6), "dim=-1"),
        ("matmul", (1, 4, 6, 6), "", 12, 9),
        ("transpose", (1, 6, 4, 6), "1, 2"),
        ("reshape", (1, 6, 24), "1, 6, 24"),
        ("Linear", (1, 6, 24)),
    ]
    found = with_axes(graph(*rows)).nodes
    assert [node.axes for node in found][7:14] == ["NCHW", "NCHW", "NCHW", "NCWH", "NCHW", "NCHW", "NCHW"]
    assert found[14].axes == "NHCW", "heads are still the channels"
    assert [node.grid for node in found][15:] == [(2, 3), (2, 3)]
    assert axes(("input", (1, 9, 24)), ("Linear", (1, 9, 24)), ("attention weights", (1, 4, 9, 9)))[2] == "NCHW"
    assert axes(("input", (1, 4, 9, 6)), ("scaled_dot_product_attention", (1, 4, 9, 6)))[1] == "NCHW"


def test_a_batch_behind_the_tokens_is_found_behind_them():
    found = with_axes(
        graph(
            ("input", (1, 3, 16, 24)),
            ("Conv2d", (1, 20, 4, 6)),
            ("flatten", (1, 20, 24), "2"),
            ("permute", (24, 1, 20), "2, 0, 1"),
            ("LayerNorm", (24, 1, 20), "(20,)"),
        )
    )
    assert (found.nodes[4].axes, found.nodes[4].grid) == ("LNC", (4, 6))
    assert axes(("input", (1, 5, 30)), ("LSTM", (1, 5, 9), "30, 9, batch_first=True"))[1] == "NLC"
    assert axes(("input", (5, 1, 30)), ("LSTM", (5, 1, 9), "30, 9")) == ["LNC", "LNC"]


def test_a_signal_and_the_frames_of_a_film_have_no_grid():
    signal = grids(
        ("input", (1, 1, 900)), ("Conv1d", (1, 6, 225)), ("transpose", (1, 225, 6), "1, 2"), ("Linear", (1, 225, 4))
    )
    assert set(signal) == {None}
    film = grids(
        ("input", (1, 3, 4, 16, 16)),
        ("Conv3d", (1, 6, 4, 8, 8)),
        ("flatten", (1, 6, 256), "2"),
        ("Linear", (1, 6, 256)),
    )
    assert set(film) == {None}


def test_means_and_indices_drop_the_axes_that_they_name():
    rows = ("input", (1, 3, 8, 8)), ("Conv2d", (1, 8, 8, 8))
    assert axes(*rows, ("mean", (1, 8), "dim=(2, 3)"))[2] == "NF"
    assert axes(*rows, ("mean", (1, 8, 8), "1"))[2] == "NHW"
    assert axes(*rows, ("getitem", (8, 8), "(0, 3)"))[2] == "HW"
    assert axes(*rows, ("getitem", (8, 8, 8), "(0, ...)"))[2] == "CHW"
    assert axes(*rows, ("getitem", (1, 8, 4, 8), "(..., 0::2, :)"))[2] == "NCHW"


def test_nonsense_and_tensors_that_are_no_maps_do_no_harm():
    odd = [
        ("input", ()),
        ("reshape", (0, 3), "nonsense"),
        ("permute", (3, 0), "7, 9"),
        ("transpose", (3, 0), "5"),
        ("movedim", (3, 0), "0"),
        ("getitem", (2, 2, 2, 2, 2, 2, 2), "mask"),
        ("mean", (2,), "dim=99"),
        ("stack", (), "3"),
    ]
    assert [len(found) for found in axes(*odd)] == [0, 2, 2, 2, 2, 0, 1, 0]
    assert [default_axes(count) for count in range(8)] == ["", "F", "NF", "NLC", "NCHW", "NCDHW", "", ""]


def test_any_graph_gets_letters_that_fit_its_shapes():
    operations = ["permute", "transpose", "movedim", "view", "mean", "getitem", "stack", "matmul", "Linear", "Unfold"]
    operations += ["LSTM", "Embedding", "LayerNorm", "Conv1d", "Conv2d", "GroupNorm", "add", "cat", "softmax", "opaque"]
    settings = ["", "0", "1, 2", "(0, 2, 3, 1)", "dim=-1", "(:, 0)", "(..., None)", "99", "-7, 3", "(3, 4), eps=1"]
    for seed in range(500):
        chance = random.Random(seed)
        shapes = [tuple(chance.choices([0, 1, 1, 2, 3, 4, 8], k=chance.randint(0, 6))) for _ in range(6)]
        rows = [("input", shapes[0])]
        for index, shape in enumerate(shapes[1:], 1):
            sources = chance.sample(range(index), min(index, chance.randint(1, 3)))
            rows.append((chance.choice(operations), shape, chance.choice(settings), *sources))
        for node in with_axes(graph(*rows)).nodes:
            assert len(node.axes) == (len(node.shape) if len(node.shape) < 6 else 0)
            assert len(set(node.axes)) == len(node.axes)
            if node.grid:
                assert node.grid[0] * node.grid[1] <= node.shape[node.axes.index("L")]


def test_a_reshape_is_followed_axis_by_axis():
    assert moves.reshaped("NCHW", (2, 6, 4, 5), (2, 6, 20)) == ("NCL", (4, 5))
    assert moves.reshaped("NLC", (2, 20, 6), (2, 4, 5, 6), (4, 5)) == ("NHWC", (4, 5))
    assert moves.reshaped("NLC", (2, 20, 6), (2, 2, 10, 6), (4, 5)) == ("N??C", None)
    assert moves.reshaped("NCHW", (2, 6, 4, 5), (2, 3, 2, 4, 5))[0] == "NCFHW"
    assert moves.reshaped("NCHW", (2, 6, 1, 1), (2, 6))[0] == "NC"
    assert moves.reshaped("NCHW", (2, 6, 4, 5), (7, 7))[0] == "??"
    assert moves.moved("NCHW", "1, -1", (1, 2, 3, 4), (1, 3, 4, 2)) == "NHWC"
    assert moves.moved("NCHW", "(2, 3), (0, 1)", (1, 2, 3, 4), (3, 4, 1, 2)) == "HWNC"


class Encoder(nn.Module):
    """Patches of a picture through torch's own transformer."""

    def __init__(self, batch_first: bool) -> None:
        super().__init__()
        self.batch_first = batch_first
        self.patches = nn.Conv2d(3, 16, 8, 8)
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2, 32, batch_first=batch_first), 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        tokens = self.patches(x).flatten(2)
        return self.encoder(tokens.transpose(1, 2) if self.batch_first else tokens.permute(2, 0, 1))


def traced(network: nn.Module, *shape: int) -> Graph:
    network.eval()
    with unchanged(network):
        return with_axes(trace(network, (torch.randn(shape),), {}))


def of(found: Graph, operation: str) -> list[tuple[str, tuple[int, int] | None]]:
    return [(node.axes, node.grid) for node in found.nodes if node.operation == operation]


@pytest.mark.parametrize("batch_first", [True, False])
def test_torchs_transformer_on_patches(batch_first):
    found = traced(Encoder(batch_first), 1, 3, 32, 40)
    order = "NLC" if batch_first else "LNC"
    tokens = [node for node in found.nodes if node.module.startswith("encoder") and 20 in node.shape]
    assert len(tokens) > 8
    assert {(node.axes, node.grid) for node in tokens if node.operation in ("LayerNorm", "Linear", "add")} == {
        (order, (4, 5))
    }


def timm_network(name: str, **settings) -> nn.Module:
    torchvision()
    return pytest.importorskip("timm").create_model(name, **settings)


def test_a_vision_transformer_with_registers_on_a_picture_that_is_no_square():
    found = traced(timm_network("vit_tiny_patch16_224", img_size=(96, 128), reg_tokens=4, depth=2), 1, 3, 96, 128)
    assert of(found, "Linear")[:-1] == [("NLC", (6, 8))] * 8
    assert of(found, "Linear")[-1] == ("NF", None)
    attention = of(found, "scaled_dot_product_attention")
    assert attention == [("NCHW", None)] * 2


def test_a_shifted_window_transformer_keeps_channels_last():
    network = torchvision().models.swin_t()
    found = traced(network, 1, 3, 64, 96)
    assert {axes for axes, _ in of(found, "LayerNorm")} == {"NHWC"}
    assert of(found, "permute")[-1][0] == "NCHW"
    assert [axes for axes, _ in of(found, "AdaptiveAvgPool2d")] == ["NCHW"]
    assert {axes for axes, _ in of(found, "softmax")} == {"NCHW"}


def test_windows_of_a_shifted_window_transformer_have_their_grid():
    found = traced(timm_network("swin_tiny_patch4_window7_224", depths=(2, 1, 1, 1)), 1, 3, 224, 224)
    projections = [node for node in found.nodes if node.name.endswith("attn.proj")]
    assert {(node.axes, node.grid) for node in projections} == {("NLC", (7, 7))}
    hidden = [node for node in found.nodes if node.name.startswith("layers.0.blocks.0.mlp.fc")]
    assert {(node.axes, node.grid) for node in hidden} == {("NLC", (56, 56))}


def test_a_convolutional_network_with_channels_last_blocks():
    found = traced(timm_network("convnext_atto"), 1, 3, 64, 96)
    assert {axes for axes, _ in of(found, "Conv2d")} == {"NCHW"}
    assert {axes for axes, _ in of(found, "layer_norm")} == {"NHWC"}
    assert {axes for axes, _ in of(found, "add")} == {"NCHW"}


def test_a_mixer_of_tokens_and_channels():
    found = traced(timm_network("mixer_s32_224"), 1, 3, 224, 224)
    mixed = [(node.axes, node.grid) for node in found.nodes if node.operation == "Linear"][:4]
    assert mixed == [("NCL", None), ("NCL", (7, 7)), ("NLC", (7, 7)), ("NLC", (7, 7))]


def test_signals_and_volumes():
    signal = nn.Sequential(nn.Conv1d(1, 8, 9, 4), nn.BatchNorm1d(8), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten())
    assert [node.axes for node in traced(signal, 1, 1, 400).nodes] == ["NCL"] * 5 + ["NF"]
    volume = nn.Sequential(nn.Conv3d(1, 4, 3), nn.InstanceNorm3d(4), nn.MaxPool3d(2), nn.Flatten(), nn.Linear(32, 3))
    assert [node.axes for node in traced(volume, 1, 1, 6, 6, 6).nodes] == ["NCDHW"] * 4 + ["NF"] * 2


def test_a_deep_network_takes_milliseconds():
    found = trace(timm_network("densenet201").eval(), (torch.randn(1, 3, 32, 32),), {})
    with_axes(found)
    taken = []
    for _ in range(5):
        started = time.process_time()
        with_axes(found)
        taken.append(time.process_time() - started)
    assert len(found.nodes) > 700
    assert min(taken) < 0.03, "10 ms where nothing else runs"
