"""What the axes of every tensor mean, and in which grid its tokens lie: inferred from the graph alone.

A letter for each axis: N batch, C channel, H and W rows and columns of a picture, D depth of a volume, L tokens or
samples along a line, F features of a vector. Attention weights are pictures of queries by keys, one for each head.

Some operations say what their axes mean: a Conv2d's second axis is the channel. A LayerNorm or Linear says so of the
last axis where nothing else is known. From there the meaning goes forward, through permutations and reshapes that are
followed axis by axis, and backward to what such an operation reads. What is left is read by its number of axes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from math import isqrt

from vrcnn.network import axis_moves as moves
from vrcnn.network.graph import Graph, Node

Grid = tuple[int, int]

EXTRA_TOKENS = 16  # class and register tokens that may stand before those of the picture

_DEFAULT = {1: "F", 2: "NF", 3: "NLC", 4: "NCHW", 5: "NCDHW"}
_KNOWN = {
    1: ("F",),
    2: ("NF", "LC", "CL", "NL"),
    3: ("NLC", "NCL", "LNC", "CHW", "HWC", "NHW"),
    4: ("NCHW", "NHWC", "CDHW"),
    5: ("NCDHW", "NDHWC"),
}
_LAST = {1: "F", 2: "NF", 3: "NLC", 4: "NHWC", 5: "NDHWC"}
_SECOND = {2: "NF", 3: "NCL", 4: "NCHW", 5: "NCDHW"}
_SPACE = {1: "L", 2: "HW", 3: "DHW"}

_MOVES = {
    "permute": "permute",
    **dict.fromkeys(("transpose", "swapaxes", "swapdims", "T", "mT", "H", "mH", "t", "adjoint"), "transpose"),
    **dict.fromkeys(("movedim", "moveaxis"), "move"),
    **dict.fromkeys(("reshape", "view", "flatten", "Flatten", "unflatten", "Unflatten", "ravel"), "reshape"),
    **dict.fromkeys(("squeeze", "unsqueeze", "reshape_as", "view_as", "atleast_2d", "atleast_3d"), "reshape"),
    **dict.fromkeys(("mean", "sum", "amax", "amin", "max", "min", "logsumexp", "norm", "std", "var"), "reduce"),
    **dict.fromkeys(("unbind", "prod", "any", "all", "argmax", "argmin"), "reduce"),
    **dict.fromkeys(("getitem", "select"), "pick"),
    **dict.fromkeys(("matmul", "bmm", "baddbmm", "mm"), "multiply"),
    **dict.fromkeys(("LayerNorm", "layer_norm", "RMSNorm", "rms_norm", "Linear", "linear"), "last"),
    **dict.fromkeys(("MultiheadAttention", "Bilinear", "bilinear"), "last"),
    **dict.fromkeys(("Embedding", "embedding"), "embed"),
    **dict.fromkeys(("LSTM", "GRU", "RNN"), "recur"),
    **dict.fromkeys(("Unfold", "unfold"), "unfold"),
    "stack": "stack",
    "attention weights": "weights",
}
_SECOND_IS_CHANNEL = frozenset({"GroupNorm", "SyncBatchNorm", "LocalResponseNorm", "group_norm", "batch_norm"}) | {
    "instance_norm",
    "local_response_norm",
    "convolution",
    "PixelShuffle",
    "PixelUnshuffle",
    "ChannelShuffle",
    "Upsample",
}


def default_axes(count: int) -> str:
    """The letters of a tensor with so many axes of which nothing is known; "" where that would mean nothing."""
    return _DEFAULT.get(count, "")


def with_axes(graph: Graph) -> Graph:
    """The same full graph with Node.axes and Node.grid of every node. Takes time linear in nodes and edges."""
    return replace(graph, nodes=_Inference(graph).nodes())


@lru_cache(maxsize=4096)
def _kind(operation: str, family: str) -> str:
    """How an operation treats axes: "0" to "3" for the dimensions of its space, "second", one of _MOVES, "same"."""
    if family != "shape" and operation not in ("Fold", "fold"):
        spatial = re.search(r"([123])d(_with_indices)?$", operation)
        if spatial:
            return spatial[1]
    if operation in ("Fold", "fold"):
        return "2"
    if operation in _MOVES:
        return _MOVES[operation]
    return "second" if operation in _SECOND_IS_CHANNEL or family == "resample" else "same"


class _Inference:
    """The letters of every node, those that its readers ask for, and the (rows, columns) it was a picture of last."""

    def __init__(self, graph: Graph) -> None:
        self._all = graph.nodes
        self._kinds = [_kind(node.operation, node.family) for node in graph.nodes]
        self._sources: list[list[int]] = [[] for _ in graph.nodes]
        for edge in graph.edges:
            self._sources[edge.target].append(edge.source)
        batches = {node.shape[0] for node in graph.nodes if node.family == "input" and len(node.shape) > 1}
        self._batch = batches.pop() if len(batches) == 1 else None
        self._anchors = [self._anchor(node) for node in graph.nodes]
        self._wishes = [self._wish(node) for node in graph.nodes]
        self._surely: list[str] = [""] * len(graph.nodes)  # what readers that know it ask for
        self._perhaps: list[str] = [""] * len(graph.nodes)  # what Linear and LayerNorm would like
        self._letters: list[str] = [""] * len(graph.nodes)
        self._places: list[Grid | None] = [None] * len(graph.nodes)

    def nodes(self) -> tuple[Node, ...]:
        for node in reversed(self._all):
            if self._anchors[node.index] or self._surely[node.index] or self._kinds[node.index] in ("embed", "unfold"):
                self._ask(node, self._surely, self._anchors[node.index])
            if self._wishes[node.index] or self._perhaps[node.index]:
                self._ask(node, self._perhaps, self._wishes[node.index])
        found = []
        for node in self._all:
            letters = self._infer(node)
            self._letters[node.index] = letters
            axes = resolved(letters)
            found.append(replace(node, axes=axes, grid=self._place(node, letters, axes)))
        return tuple(found)

    def _anchor(self, node: Node) -> str:
        """The letters of which the operation itself is sure, "" where it is not; of an input, those it came with."""
        if node.family == "input" and node.axes:
            return node.axes
        count = len(node.shape)
        match self._kinds[node.index]:
            case "1" | "2" | "3" as kind:
                space = _SPACE[int(kind)]
                if node.family == "normalization" and count == 2:
                    return "NF"
                return {len(space) + 2: f"NC{space}", len(space) + 1: f"C{space}"}.get(count, "")
            case "second":
                return _SECOND.get(count, "")
            case "unfold":
                return "NCL" if count == 3 else ""
            case "recur" if node.port == 0:
                flags = "batch_first=True" in node.settings or (not node.settings and self._is_batch_first(node))
                return {3: "NLC" if flags else "LNC", 2: "LC"}.get(count, "")
            case "weights":
                return {4: "NCqk", 3: "Nqk", 2: "qk"}.get(count, "")
        if node.operation == "MultiheadAttention" and node.port == 1:
            return {4: "NCqk", 3: "Nqk", 2: "qk"}.get(count, "")
        return ""

    def _wish(self, node: Node) -> str:
        """The letters that an operation on the last axis has where nothing is known of what it reads."""
        if self._kinds[node.index] != "last" or _spans_several_axes(node):
            return ""
        if not self._is_batch_first(node):
            return "LNC"
        return _LAST.get(len(node.shape), "")

    def _is_batch_first(self, node: Node) -> bool:
        shape, batch = node.shape, self._batch
        return batch is None or len(shape) != 3 or shape[0] == batch or shape[1] != batch

    def _ask(self, node: Node, asked: list[str], own: str) -> None:
        """Hands what is asked of a node on to the nodes that it reads."""
        own = own or asked[node.index]
        if own:
            asked[node.index] = asked[node.index] or own
        kind = self._kinds[node.index]
        sources = self._sources[node.index]
        if kind == "embed" and sources:
            self._ask_for(sources[0], {1: "L", 2: "NL"}.get(len(self._all[sources[0]].shape), ""), asked)
        elif kind == "unfold" and own and sources:
            self._ask_for(sources[0], "NCHW", asked)
        elif not own or not sources or kind == "weights":
            return
        elif self._anchors[node.index] or kind == "last":
            self._ask_for(sources[0], own, asked)
        else:
            for source in sources:
                self._ask_for(source, self._before(node, source, own), asked)

    def _ask_for(self, source: int, letters: str, asked: list[str]) -> None:
        if letters and len(letters) == len(self._all[source].shape) and not asked[source]:
            asked[source] = letters

    def _before(self, node: Node, source: int, letters: str) -> str:
        """The letters of a source, from those of the node; "" where they do not follow."""
        old, new = self._all[source].shape, node.shape
        match self._kinds[node.index]:
            case "permute" if len(old) == len(new):
                found = moves.unpermuted(letters, node.settings, old, new)
            case "transpose" if len(old) == len(new):
                found = moves.swapped(letters, node.settings, new, old)
            case "reshape":
                found, _ = moves.reshaped(letters, new, old)
            case "same" if old == new:
                found = letters
            case "same" if node.family in ("shape", "merge") and len(old) == len(new) and node.operation != "cat":
                found = letters
            case "same" if node.operation == "cat":
                found = letters
            case _:
                return ""
        return "" if "?" in found or "F" in found[2:] else found

    def _infer(self, node: Node) -> str:
        index = node.index
        if self._anchors[index]:
            return self._anchors[index]
        found = self._after(node)
        if len(found) != len(node.shape):
            found = "?" * len(node.shape)
        if "?" not in found:
            return found
        if node.family == "input" and not self._surely[index] and len(node.shape) == 4:
            wish = "NCHW" if node.shape[1] <= 4 < node.shape[3] else self._perhaps[index]
            return wish or "NCHW"
        asked = self._surely[index] or self._wishes[index] or self._perhaps[index]
        return asked or (default_axes(len(node.shape)) if node.family == "input" else found)

    def _after(self, node: Node) -> str:
        """The letters that follow from those of the sources."""
        sources = self._sources[node.index]
        kind = self._kinds[node.index]
        source = self._likest(node) if kind in ("same", "stack") else next(iter(sources), None)
        if source is None:
            return ""
        letters, old, new = self._letters[source], self._all[source].shape, node.shape
        self._places[node.index] = self._places[source]
        if kind == "same" and node.family != "attention" and self._places[source] is None:
            self._places[node.index] = next((self._places[each] for each in sources if self._places[each]), None)
        if not letters or not new:
            return ""
        match kind:
            case "permute" if len(old) == len(new):
                return moves.settled(moves.permuted(letters, node.settings, old, new))
            case "transpose" if len(old) == len(new):
                return moves.swapped(letters, node.settings, old, new)
            case "move" if len(old) == len(new):
                return moves.moved(letters, node.settings, old, new)
            case "reshape":
                found, self._places[node.index] = moves.reshaped(letters, old, new, self._places[source])
                return found
            case "reduce" | "pick" if len(old) >= len(new) or "None" in node.settings:
                along = moves.picked if node.operation == "getitem" else moves.without
                found = letters if len(old) == len(new) else along(letters, node.settings, old, new)
                if not set(found) & set("HWL?"):
                    self._places[node.index] = None
                return found
            case "stack":
                return moves.stacked(letters, node.settings, new)
            case "multiply" if len(sources) > 1 and len(self._letters[sources[1]]) == len(letters) > 1:
                return moves.multiplied(letters, self._letters[sources[1]])
            case "embed":
                return letters.replace("F", "L") + "C"
        return letters if len(old) == len(new) else "?" * (len(new) - len(old)) + letters

    def _likest(self, node: Node) -> int | None:
        """The source whose axes are most like the node's: of its shape, and known."""
        best, most = None, -1
        for source in self._sources[node.index]:
            shape, letters = self._all[source].shape, self._letters[source]
            same = 4 if shape == node.shape else 2 if len(shape) == len(node.shape) else 0
            likeness = same + (1 if letters and "?" not in letters else 0)
            if likeness > most:
                best, most = source, likeness
            if most == 5:
                break
        return best

    def _place(self, node: Node, letters: str, axes: str) -> Grid | None:
        """The grid of the node's tokens, if it has some; notes what picture they, or the node's pixels, make."""
        sources = self._sources[node.index]
        if self._kinds[node.index] in ("1", "2", "3", "second", "unfold", "weights") and sources:
            self._places[node.index] = self._places[sources[0]]
        if "D" in letters:
            self._places[node.index] = None
        elif "H" in letters and "W" in letters:
            self._places[node.index] = node.shape[letters.index("H")], node.shape[letters.index("W")]
        places = self._places[node.index]
        if places is None or "L" not in axes:
            return None
        tokens = node.shape[axes.index("L")]
        if self._kinds[node.index] == "1":
            grid = places if tokens == places[0] * places[1] > 1 else None
            self._places[node.index] = grid
            return grid
        grid = _grid(tokens, places, exactly=axes[-1] == "L" and self._kinds[node.index] != "unfold")
        if grid is not None:
            self._places[node.index] = grid
        return grid


def _spans_several_axes(node: Node) -> bool:
    """A normalization over more axes than the last says nothing about it."""
    if node.family != "normalization":
        return False
    first = re.match(r"[(\[]([^)\]]*)[)\]]", node.settings)
    return first is not None and len(moves.integers(first[1])) > 1


def _grid(tokens: int, places: Grid, exactly: bool) -> Grid | None:
    """How so many tokens lie in a picture of (rows, columns), after a few that have no place in it.

    They are the pixels; or else square patches of them; or else a square, such as a window.
    """
    pixels = places[0] * places[1]
    if pixels > 1 and 0 <= tokens - pixels <= min(EXTRA_TOKENS, pixels - 1):
        return places
    if exactly:
        return None
    for placed in (tokens, tokens - 1):
        if placed < 2:
            break
        patch = isqrt(pixels // placed)
        if patch and placed * patch * patch == pixels and places[0] % patch == places[1] % patch == 0:
            return places[0] // patch, places[1] // patch
        if isqrt(placed) ** 2 == placed:
            return isqrt(placed), isqrt(placed)
    return None


@lru_cache(maxsize=4096)
def resolved(letters: str) -> str:
    """The letters that a node gets: of the alphabet above, each once; "" for none or more than five axes."""
    if len(letters) not in _DEFAULT:
        return ""
    if {"L", "C", "F"} <= set(letters):  # the tokens and features of each head
        letters = letters.replace("L", "H").replace("F", "W")
    if letters.count("L") == 2:  # tokens of each window
        letters = letters.replace("L", "H", 1).replace("L", "W")
    if "q" in letters and "k" in letters:
        letters = letters.replace("q", "H").replace("k", "W")
    letters = moves.settled(letters).replace("q", "L").replace("k", "L")
    if len(letters) > 2 or "L" in letters:
        if {"C", "F"} <= set(letters) and not {"L", "H"} & set(letters):  # the numbers of each of many, such as boxes
            letters = letters.replace("C", "L").replace("F", "C")
        letters = letters.replace("F", "C") if "C" not in letters else letters
    else:
        letters = letters.replace("C", "F")
    if _is_sound(letters):
        return letters
    letters = re.sub("[a-z]", "?", letters)
    for known in _KNOWN[len(letters)]:
        if all(letter in ("?", other) for letter, other in zip(letters, known, strict=True)):
            return known
    return _DEFAULT[len(letters)]


def _is_sound(letters: str) -> bool:
    kinds = set(letters)
    if len(kinds) < len(letters) or not kinds <= set("NCHWDLF"):
        return False
    if ("H" in kinds) != ("W" in kinds) or ("D" in kinds and "H" not in kinds):
        return False
    return bool(kinds & set("CHLF")) and not {"L", "H"} <= kinds
