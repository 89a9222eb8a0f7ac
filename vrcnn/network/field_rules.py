"""Which part of each of its sources an operation reads for a part of what it makes: a rule for each kind of operation.

All rules may say more than is read, never less. Where the settings of an operation do not tell, it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from vrcnn.network.axis_moves import integers
from vrcnn.network.field_axes import (
    Range,
    Region,
    adaptive,
    enlarged,
    gathered,
    reshaped,
    resized,
    scattered,
    whole,
)
from vrcnn.network.graph import Node, Window
from vrcnn.network.operations_alike import (
    ALL_OF_IT,
    JOINS,
    ONE_AXIS,
    PERMUTATIONS,
    POINTWISE,
    PRODUCTS,
    REDUCTIONS,
    RESHAPES,
    SPLITS,
)

Reading = Callable[[Region], Region | None]
Rule = tuple[bool, list[Reading | None]]  # whether it is known; for each source what is read, None for the same part

Shape = tuple[int, ...]


def rule(node: Node, sources: Sequence[Node]) -> Rule:
    """How `node` reads its `sources`, in their order."""
    if node.operation in JOINS and len(sources) > 0:
        return _joined(node, sources)
    readings: list[Reading | None] = []
    known = True
    for place, source in enumerate(sources):
        found = _reading(node, source, place)
        known &= found is not _unknown
        readings.append(_everything(source.shape) if found is _unknown else found)
    return known, readings


def _unknown(region: Region) -> Region | None:
    """What stands for a reading that nobody knows."""
    raise NotImplementedError


def _reading(node: Node, source: Node, place: int) -> Reading | None:
    """How a node reads one source; _unknown where that cannot be told."""
    name, old, new = node.operation, source.shape, node.shape
    if node.window is not None:
        is_weight = place > 0 and node.family != "shape"
        return _everything(old) if is_weight else _slid(node.window, old, new, node.family)
    if name in ALL_OF_IT or node.family == "attention":
        return _everything(old)
    if name.startswith(("Adaptive", "adaptive_")):
        space = re.search(r"([123])d", name)
        return _per_axis(old, new, adaptive, int(space[1])) if space else _unknown
    if name in ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm", "batch_norm"):
        return _everything(old) if _uses_the_batch(node) else None
    if name.startswith(("InstanceNorm", "instance_norm")):
        return None if "track_running_stats=True" in node.settings else _everything(old)
    if name in ("LayerNorm", "layer_norm", "RMSNorm", "rms_norm"):
        first = re.match(r"[(\[]([^)\]]*)[)\]]", node.settings)
        count = len(integers(first[1])) if first else 1
        return _blurred(old, range(len(old) - count, len(old)))
    if name in ONE_AXIS:
        return _along_one(node, old)
    if name in POINTWISE or (node.family == "activation" and name[0].isupper()):
        return None if old == new else _broadcast(old, new)
    if name in ("setitem", "copy"):
        if place and name == "setitem" and not node.settings:
            return _unknown
        return None if old == new else _broadcast(old, new)
    if name in ("Linear", "linear"):
        return _blurred(old, [len(old) - 1]) if len(old) == len(new) and not place else _everything(old)
    if name in PRODUCTS:
        return _multiplied(old, new)
    if name in REDUCTIONS:
        return _reduced(node, old, new)
    if name in RESHAPES:
        return None if old == new else partial(reshaped, old, new)
    if name in PERMUTATIONS:
        return _permuted(node, old, new)
    if name in SPLITS:
        return _split(node, old, new)
    if node.family == "resample":
        return _resampled(node, old, new)
    return _unknown


def _everything(shape: Shape) -> Reading:
    everything = whole(shape)
    return lambda region: everything


def _blurred(shape: Shape, axes: Sequence[int]) -> Reading:
    """All along these axes, the same place along the others."""
    everything, blurred = whole(shape), frozenset(axes)
    return lambda region: tuple(everything[axis] if axis in blurred else part for axis, part in enumerate(region))


def _broadcast(old: Shape, new: Shape) -> Reading:
    """The same place, axis by axis from the last; of one value, that one."""
    everything, lead = whole(old), len(new) - len(old)
    if lead < 0:
        return _unknown
    same = [length == new[lead + axis] for axis, length in enumerate(old)]
    return lambda region: tuple(region[lead + axis] if same[axis] else everything[axis] for axis in range(len(old)))


def _slid(window: Window, old: Shape, new: Shape, family: str) -> Reading:
    """Through a window over the last axes; a convolution reads all channels."""
    count, rank = len(window.kernel), len(old)
    if len(new) != rank or count > rank:
        return _unknown
    first, everything = rank - count, whole(old)
    mixed = first - 1 if family == "convolution" or window.transposed else -1
    along = scattered if window.transposed else gathered

    def read(region: Region) -> Region | None:
        found: list[Range] = []
        for axis, part in enumerate(region):
            if axis >= first:
                one = along(window, axis - first, part, old[axis])
                if one is None:
                    return None
                found.append(one)
            else:
                found.append(everything[axis] if axis == mixed else part)
        return tuple(found)

    return read


def _per_axis(old: Shape, new: Shape, along: Callable[[Range, int, int], Range], count: int) -> Reading:
    """Each of the last `count` axes on its own, from their old and new lengths."""
    if len(old) != len(new):
        return _unknown
    first = len(old) - count
    return lambda region: tuple(
        along(part, old[axis], new[axis]) if axis >= first else part for axis, part in enumerate(region)
    )


def _uses_the_batch(node: Node) -> bool:
    """Whether a batch normalization takes mean and variance from what it reads."""
    if "track_running_stats=False" in node.settings or "training=True" in node.settings:
        return True
    flags = re.findall(r"\b(True|False)\b", node.settings) if node.operation == "batch_norm" else []
    return flags[:1] == ["True"]


def _along_one(node: Node, old: Shape) -> Reading:
    """Along one axis, which the settings name, everything."""
    axes = integers(re.sub(r"\bp=[\d.]+|eps=\S+", "", node.settings))
    if node.operation in ("Softmax2d", "normalize", "LocalResponseNorm", "local_response_norm", "channel_shuffle"):
        named = re.search(r"dim=(-?\d+)", node.settings)
        return _blurred(
            old, [int(named[1]) % len(old) if named else len(old) - 3 if node.operation == "Softmax2d" else 1]
        )
    if not axes and node.operation in ("GLU", "glu"):
        axes = [-1]
    if not axes or not -len(old) <= axes[0] < len(old):
        return _unknown
    return _blurred(old, [axes[0] % len(old)])


def _multiplied(old: Shape, new: Shape) -> Reading:
    """A matrix product: the left one gives its rows, the right one its columns; which one it is the sizes tell."""
    if len(old) < 2 or len(new) < 2:
        return _unknown
    left, right = old[-2] == new[-2], old[-1] == new[-1]
    lead, everything, last = len(new) - len(old), whole(old), len(old) - 1
    if lead < 0:
        return _unknown

    def read(region: Region) -> Region:
        found = [region[lead + axis] if old[axis] == new[lead + axis] else everything[axis] for axis in range(last - 1)]
        rows = region[-2] if left and not right else everything[-2]
        columns = region[-1] if right and not left else everything[-1]
        return (*found, rows, columns)

    return read


def _reduced(node: Node, old: Shape, new: Shape) -> Reading:
    """Everything along the axes that are gone or of one value."""
    everything = whole(old)
    if len(old) == len(new):
        return lambda region: tuple(
            part if old[axis] == new[axis] else everything[axis] for axis, part in enumerate(region)
        )
    gone = {axis % len(old) for axis in integers(node.settings.replace("keepdim", "")) if -len(old) <= axis < len(old)}
    left = [axis for axis in range(len(old)) if axis not in gone]
    if tuple(old[axis] for axis in left) != new:
        return _everything(old)
    return lambda region: tuple(
        everything[axis] if axis in gone else region[left.index(axis)] for axis in range(len(old))
    )


def _permuted(node: Node, old: Shape, new: Shape) -> Reading:
    count = len(old)
    if len(new) != count:
        return _unknown
    axes = [axis % count for axis in integers(node.settings) if -count <= axis < count] if count else []
    if node.operation == "permute":
        order = axes
    else:
        first, second = axes if len(axes) == 2 else (count - 2, count - 1)
        if count < 2 or (not axes and count != 2 and node.operation not in ("mT", "mH", "adjoint")):
            return _unknown
        order = list(range(count))
        order[first], order[second] = order[second], order[first]
    if sorted(order) != list(range(count)) or tuple(old[axis] for axis in order) != new:
        return _unknown
    return lambda region: tuple(region[order.index(axis)] for axis in range(count))


def _split(node: Node, old: Shape, new: Shape) -> Reading:
    """One of several parts along an axis; where it lies there is known of equal parts, of a slice and of one index."""
    name, everything = node.operation, whole(old)
    numbers = integers(node.settings)
    if name in ("select", "unbind") and len(old) == len(new) + 1:
        axis = (numbers[0] if numbers else 0) % len(old)
        index = node.port if name == "unbind" else numbers[1] % old[axis] if len(numbers) > 1 else 0
        return lambda region: (*region[:axis], (index, index), *region[axis:])
    if name == "getitem":
        return _picked(node, old, new)
    if len(old) != len(new):
        return _unknown
    starts = [0] * len(old)
    differing = [axis for axis in range(len(old)) if old[axis] != new[axis]]
    if name in ("chunk", "split") and len(differing) == 1 and numbers:
        axis = differing[0]
        starts[axis] = _start_of_part(node, old[axis], numbers)
        if starts[axis] + new[axis] <= old[axis]:
            return _moved(starts)
    if name == "narrow" and len(numbers) == 3:
        starts[numbers[0] % len(old)] = numbers[1] % old[numbers[0] % len(old)]
        return _moved(starts)
    return lambda region: tuple(
        part if old[axis] == new[axis] else everything[axis] for axis, part in enumerate(region)
    )


def _start_of_part(node: Node, length: int, numbers: list[int]) -> int:
    """Where the part of this port begins: of so many parts (chunk), of so large ones, or of parts of these sizes."""
    if node.operation == "chunk":
        return node.port * -(-length // numbers[0]) if numbers[0] > 0 else length
    sizes = re.match(r"(?:split_size\w*=)?[(\[]([^)\]]*)[)\]]", node.settings)
    return sum(integers(sizes[1])[: node.port]) if sizes else node.port * numbers[0]


def _picked(node: Node, old: Shape, new: Shape) -> Reading:
    """Slices and single indices as the settings spell them, such as "(:, 0, 1:-1)"; others read everything."""
    words = [word.strip() for word in node.settings.strip("()").split(",") if word.strip()]
    if not words or not all(re.fullmatch(r"-?\d+|\.\.\.|None|(-?\d+)?:(-?\d+)?(:-?\d+)?", word) for word in words):
        return _unknown
    taken = sum(word not in ("...", "None") for word in words)
    if "..." not in words:
        words.append("...")
    at = words.index("...")
    words[at : at + 1] = [":"] * (len(old) - taken)
    parts: list[tuple[int, int, int] | None] = []  # by axis: the axis of the result, its start and step; None of one
    fixed: dict[int, int] = {}
    axis = out = 0
    for word in words:
        if word == "None":
            out += 1
        elif ":" in word:
            bounds = [int(bound) if bound else None for bound in (*word.split(":"), "")[:3]]
            start, _, step = slice(*bounds).indices(old[axis])
            parts.append((out, start, step))
            axis, out = axis + 1, out + 1
        else:
            fixed[axis] = int(word) % old[axis]
            parts.append(None)
            axis += 1
    if axis != len(old) or out != len(new):
        return _unknown

    def read(region: Region) -> Region:
        found: list[Range] = []
        for axis, part in enumerate(parts):
            if part is None:
                found.append((fixed[axis], fixed[axis]))
            else:
                source, start, step = part
                first, last = region[source]
                found.append((start + step * first, start + step * last))
        return tuple(found)

    return read


def _moved(starts: Sequence[int]) -> Reading:
    return lambda region: tuple(
        (first + start, last + start) for (first, last), start in zip(region, starts, strict=True)
    )


def _resampled(node: Node, old: Shape, new: Shape) -> Reading:
    name = node.operation
    if len(old) != len(new) or len(old) < 3:
        return _unknown
    if name in ("PixelShuffle", "pixel_shuffle", "PixelUnshuffle", "pixel_unshuffle"):
        return _through(_per_axis(old, new, enlarged, 2), old, len(old) - 3)
    if name not in ("Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d", "interpolate", "upsample"):
        return _unknown
    mode = re.search(r"nearest-exact|nearest|bilinear|trilinear|linear|bicubic|area", node.settings)
    chosen = "linear" if name == "UpsamplingBilinear2d" else mode[0] if mode else "nearest"
    if chosen == "area":
        return _per_axis(old, new, adaptive, len(old) - 2)
    factor = re.search(r"scale_factor=\(?([\d.]+)", node.settings)
    scale = float(factor[1]) if factor else None
    aligned = name == "UpsamplingBilinear2d" or "align_corners=True" in node.settings
    antialiased = "antialias=True" in node.settings
    return _per_axis(old, new, partial(resized, chosen, scale, aligned, antialiased), len(old) - 2)


def _through(reading: Reading, old: Shape, channels: int) -> Reading:
    """The same with all channels."""
    everything = whole(old)

    def read(region: Region) -> Region | None:
        found = reading(region)
        return found and (*found[:channels], everything[channels], *found[channels + 1 :])

    return read


def _joined(node: Node, sources: Sequence[Node]) -> Rule:
    """Concatenations: along the joined axis a source lies behind those before it."""
    new = node.shape
    if node.operation == "stack":
        return True, [_unstacked(node, source.shape, place, len(sources)) for place, source in enumerate(sources)]
    shapes = [source.shape for source in sources]
    differing = {
        axis for shape in shapes if len(shape) == len(new) for axis in range(len(new)) if shape[axis] != new[axis]
    }
    if any(len(shape) != len(new) for shape in shapes) or len(differing) > 1:
        return False, [_everything(shape) for shape in shapes]
    if not differing:
        return True, [None] * len(sources)
    axis = differing.pop()
    complete = sum(shape[axis] for shape in shapes) == new[axis]
    readings: list[Reading | None] = []
    start = 0
    for shape in shapes:
        readings.append(_part(shape, axis, start) if complete else _blurred(shape, [axis]))
        start += shape[axis]
    return True, readings


def _part(shape: Shape, axis: int, start: int) -> Reading:
    """What of a region lies in the part of a concatenation that begins at `start`."""
    complete, end = (0, shape[axis] - 1), start + shape[axis] - 1

    def read(region: Region) -> Region | None:
        low, high = region[axis]
        if low <= start and end <= high:
            return (*region[:axis], complete, *region[axis + 1 :])
        first, last = max(0, region[axis][0] - start), min(shape[axis] - 1, region[axis][1] - start)
        return None if first > last else (*region[:axis], (first, last), *region[axis + 1 :])

    return read


def _unstacked(node: Node, old: Shape, place: int, count: int) -> Reading:
    axes = integers(node.settings)
    axis = (axes[0] if axes else 0) % len(node.shape)
    if (*node.shape[:axis], *node.shape[axis + 1 :]) != old:
        return _everything(old)
    sure = node.shape[axis] == count

    def read(region: Region) -> Region | None:
        if sure and not region[axis][0] <= place <= region[axis][1]:
            return None
        return (*region[:axis], *region[axis + 1 :])

    return read
