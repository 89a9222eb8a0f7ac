"""What stands on a wall's head: the layer's name, what its maps are, and the operations that made them."""

from __future__ import annotations

from collections import Counter

from vrcnn.engine.plan import MapSpan
from vrcnn.network.axes import default_axes
from vrcnn.network.graph import Node, Run
from vrcnn.scene.wording import counted

ATTENTION = "attention weights"  # the operation of nodes that hold (N, heads, queries, keys)
DIGITS = "0123456789"
_PLAIN_WORDS = {
    "BatchNorm1d": "BatchNorm",
    "BatchNorm2d": "BatchNorm",
    "BatchNorm3d": "BatchNorm",
    "MultiheadAttention": "Attention",
    "add": "Add",
    "attention weights": "Attention weights",
    "cat": "Concat",
    "gelu": "GELU",
    "input": "Input",
    "mul": "Multiply",
    "relu": "ReLU",
    "scaled_dot_product_attention": "Attention",
    "softmax": "Softmax",
}
_KINDS_IN_BLOCKS = (("Conv", "convolution"), ("Linear", "linear layer"), ("Attention", "attention"))


def wall_title(node: Node, run: Run | None = None) -> str:
    """The layer's name. In a folded run it tells the range of blocks: "layer3.1–5.conv2"; a given name: "stage ×5"."""
    if run is None:
        return node.title
    if node.marks.title:
        return f"{node.marks.title} ×{len(run.blocks)}"
    block = run.blocks[-1]
    if node.name == block or node.name.startswith(f"{block}."):
        return block_range(run) + node.name[len(block) :]
    return f"{node.name} ×{len(run.blocks)}"


def block_range(run: Run) -> str:
    """The blocks of a run in short: "layer3.1–5", "block.layer1–6"."""
    (first, last), (stem, _, start), (other, _, stop) = (
        (run.blocks[0], run.blocks[-1]),
        run.blocks[0].rpartition("."),
        run.blocks[-1].rpartition("."),
    )
    if first == last:
        return first
    if stem != other:
        return f"{first}–{last}"
    word = start.rstrip(DIGITS)
    if word and word == stop.rstrip(DIGITS):
        stop = stop[len(word) :]
    return f"{stem}.{start}–{stop}" if stem else f"{start}–{stop}"


def wall_subtitle(node: Node, span: MapSpan | None) -> str:
    """What the maps are, by the meaning of the tensor's axes, and at which scale they are shown where not in full."""
    scale = f", shown at 1/{2**span.halvings}" if span is not None and span.halvings else ""
    return _extent(node, span) + _batch(node) + scale


def slices_of(node: Node) -> int:
    """How many slices the node's volumes have, 0 where it has none."""
    return node.shape[node.axes.index("D")] if "D" in node.axes else 0


def wall_caption(node: Node) -> str:
    """The operations, or of a whole block its kind and what is in it: "Bottleneck · 3 convolutions"."""
    operations = node.operations or (node.operation,)
    if node.operation not in operations:  # network/blocks.py: the kind of the block
        return " · ".join([node.operation, *_contents(operations)])
    return " · ".join(_PLAIN_WORDS.get(operation, operation) for operation in operations)


def _contents(operations: tuple[str, ...]) -> list[str]:
    """What a block is made of, the most telling kinds only; without any of them how many operations there are."""
    found: Counter[str] = Counter()
    for operation in (_PLAIN_WORDS.get(operation, operation) for operation in operations):
        for start, word in _KINDS_IN_BLOCKS:
            if operation.startswith(start):
                found[word] += 1
    told = [word if word == "attention" else counted(found[word], word) for _, word in _KINDS_IN_BLOCKS if found[word]]
    return told[:2] or [counted(len(operations), "operation")]


def _extent(node: Node, span: MapSpan | None) -> str:
    axes = node.axes or default_axes(len(node.shape))
    size = dict(zip(axes, node.shape, strict=True)) if axes else {}
    channels = f"{size['C']} × " if "C" in size else ""
    if node.operation == ATTENTION and "H" in size:
        return f"{counted(size.get('C', 1), 'head')}, {size['H']:,} × {size['W']:,}"
    if "D" in size:
        return f"{channels}{size['D']} × {size['H']} × {size['W']}"
    if "L" in size:
        return channels + _line(axes, size["L"], node.grid)
    if "H" in size:
        return f"{channels}{size['H']} × {size['W']}"
    if "F" in size:
        return f"{size['F']}"
    return " × ".join(str(length) for length in node.shape) if span is None else f"{span.count}"


def _line(axes: str, length: int, grid: tuple[int, int] | None) -> str:
    """Tokens that lie in a grid, with those that do not; tokens in a row; or the samples of a signal."""
    if grid is not None:
        rows, columns = grid
        more = f" + {length - rows * columns}" if length > rows * columns else ""
        return f"{rows} × {columns}{more} tokens"
    return f"{length:,} {'samples' if 'CL' in axes else 'tokens'}"


def _batch(node: Node) -> str:
    """That only the first of several is shown: windows of a picture, or a batch."""
    axes = node.axes or default_axes(len(node.shape))
    count = node.shape[axes.index("N")] if "N" in axes else 1
    return f", first of {count:,}" if count > 1 else ""
