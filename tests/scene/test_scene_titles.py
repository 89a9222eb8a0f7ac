"""What stands on a wall's head, by the meaning of the tensor's axes."""

from dataclasses import replace

import pytest
from graphs import node

from vrcnn.engine.plan import plan_maps
from vrcnn.network.graph import Marks, Run
from vrcnn.scene.titles import block_range, wall_caption, wall_subtitle, wall_title

FIVE = Run("layer3.1", "Bottleneck", tuple(f"layer3.{block}" for block in range(1, 6)), True, ())


def subtitle(shape, axes="", grid=None, operation="Conv2d"):
    tensor = replace(node(0, "x", shape, operation=operation), axes=axes, grid=grid)
    return wall_subtitle(tensor, plan_maps([tensor]).spans.get(0))


@pytest.mark.parametrize(
    ("shape", "axes", "grid", "words"),
    [
        ((1, 64, 56, 48), "NCHW", None, "64 × 56 × 48"),
        ((1, 56, 48, 64), "NHWC", None, "64 × 56 × 48"),
        ((1, 196, 192), "NLC", (14, 14), "192 × 14 × 14 tokens"),
        ((1, 197, 192), "NLC", (14, 14), "192 × 14 × 14 + 1 tokens"),
        ((1, 77, 512), "NLC", None, "512 × 77 tokens"),
        ((1, 16, 1000), "NCL", None, "16 × 1,000 samples"),
        ((1, 8, 16, 64, 64), "NCDHW", None, "8 × 16 × 64 × 64"),
        ((64, 49, 96), "NLC", (7, 7), "96 × 7 × 7 tokens, first of 64"),
        ((1, 1000), "NF", None, "1000"),
        ((10,), "F", None, "10"),
        ((1, 12), "NL", None, "12 tokens"),
        ((1, 5, 4, 3), "", None, "5 × 4 × 3"),
        ((1, 3, 40_000, 30_000), "NCHW", None, "3 × 40000 × 30000, shown at 1/4"),
    ],
)
def test_a_subtitle_tells_what_the_maps_are(shape, axes, grid, words):
    assert subtitle(shape, axes, grid) == words


def test_attention_weights_are_counted_in_heads():
    assert subtitle((1, 3, 197, 197), "NCHW", operation="attention weights") == "3 heads, 197 × 197"


def test_a_wall_of_a_folded_run_tells_the_range_of_its_blocks():
    assert wall_title(node(0, "layer3.5.conv2"), FIVE) == "layer3.1–5.conv2"
    assert wall_title(node(0, "layer3.5"), FIVE) == "layer3.1–5"
    assert wall_title(node(0, "layer3.5.conv2")) == "layer3.5.conv2"


def test_the_developer_s_word_stands_instead_of_the_name():
    named = replace(node(0, "layer3.5.conv2"), marks=Marks(title="squeeze"))
    assert wall_title(named) == "squeeze"
    assert wall_title(named, FIVE) == "squeeze ×5"


def test_blocks_whose_names_do_not_count_up_are_named_from_first_to_last():
    assert block_range(Run("a.one", "Block", ("a.one", "b.two"), True, ())) == "a.one–b.two"
    assert block_range(Run("0", "Block", ("0", "1", "2"), True, ())) == "0–2"


def test_a_caption_tells_the_operations_or_what_a_block_holds():
    layer = replace(node(0, "conv1"), operations=("Conv2d", "BatchNorm2d", "ReLU"))
    assert wall_caption(layer) == "Conv2d · BatchNorm · ReLU"
    inside = ("Conv2d", "BatchNorm2d", "ReLU") * 3 + ("add",)
    assert wall_caption(replace(layer, operation="Bottleneck", operations=inside)) == "Bottleneck · 3 convolutions"
    inside = ("LayerNorm", "scaled_dot_product_attention", "Linear", "gelu", "Linear")
    assert wall_caption(replace(layer, operation="Block", operations=inside)) == "Block · 2 linear layers · attention"
    assert wall_caption(replace(layer, operation="Head", operations=("mean", "relu"))) == "Head · 2 operations"
