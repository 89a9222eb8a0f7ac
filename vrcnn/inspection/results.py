"""What a closer look at a network finds: plain data, numpy at most.

All values are those of the network's own tensors in a pass in eval mode, for one picture, as float32 (of a network that
computes in half precision the same numbers).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CONVOLUTION, TRANSPOSED, LINEAR = "convolution", "transposed convolution", "linear"
WHATS = ("layer", "channel", "kernels", "step", "drivers", "path", "network")
KINDS = (CONVOLUTION, TRANSPOSED, LINEAR)
DEAD, CONSTANT, SATURATED = "dead", "constant", "saturated"


@dataclass(frozen=True)
class Question:
    """What is asked about the present picture.

    Attributes:
        what: one of WHATS, each with an answer of its own: "layer" LayerNumbers, "channel" ChannelNumbers, "kernels"
            Kernels, "step" Step, "drivers" Drivers (of the whole map without a pixel), "path" Path, "network"
            NetworkNumbers.
        tensor: the layer, by the tensor of the full graph that its wall shows; None for "network".
        channel: the number of the map; of "kernels" the first output wanted.
        pixel: (row, column) of the map.
        strongest: how many inputs of each channel a "path" follows.
    """

    what: str
    tensor: int | None = None
    channel: int | None = None
    pixel: tuple[int, int] | None = None
    strongest: int = 3


@dataclass(frozen=True)
class Histogram:
    """How often values lie between `edges` (bins + 1,) float64; `counts` (bins,) int64, finite values only.

    `zeros` counts those that are exactly 0, which are among the counts too; `nonfinite` NaN and infinities.
    """

    counts: np.ndarray
    edges: np.ndarray
    zeros: int = 0
    nonfinite: int = 0


@dataclass(frozen=True)
class Distribution:
    """Of `count` values, all told of the finite ones: the deviation is that of a whole population (torch.std with
    correction=0). All 0 where there are none.
    """

    count: int
    minimum: float
    maximum: float
    mean: float
    deviation: float
    histogram: Histogram


@dataclass(frozen=True)
class Layer:
    """Which layer numbers are of, and when.

    Attributes:
        name: of the shown node, `title` what people call it.
        tensor: which tensor of the full graph it shows.
        shape: of that tensor; `axes` a letter for each axis of it, as in Node.axes.
        operations: of its members, such as ("Conv2d", "BatchNorm2d", "ReLU").
        operation: the name of the member that has the weights, "" where none has: the convolution or linear layer that
            steps, kernels and drivers are about; `kind` is one of KINDS or "".
        picture: the number of the picture, None for the example input; `picture_name` what it is called.
        channels: how many maps it has; `names` of the first ones, such as classes.
    """

    name: str
    title: str
    tensor: int
    shape: tuple[int, ...]
    axes: str
    operations: tuple[str, ...]
    operation: str
    kind: str
    picture: int | None
    picture_name: str
    channels: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class LayerNumbers:
    """A layer as a whole.

    Attributes:
        weights, biases: of the operation; None without. `weight_shape` is torch's own, () without.
        activations: of all values that the wall shows.
        parameters: of all members; `buffers` what they keep besides, such as running means.
        multiply_adds: of one pass of all members for this input; `counting` says how they are counted.
        minima, maxima, means, deviations: (channels,) float32, of each map's finite values; `zeros` (channels,)
            float32 is the share of values that are exactly 0, `nonfinite` (channels,) int64 how many are NaN or
            infinite.
        dead: (channels,) bool, all values are 0 for every one of `pictures` pictures; `constant` all are the same one,
            though not 0, for this picture, and there are several; `saturated` as `saturation` says.
        weightless: (channels,) bool, all weights of its kernel are 0.
        norms: (channels,) float32, the L2 norms of the kernels; None without.
        saturation: the rule, a sentence for people.
    """

    layer: Layer
    activations: Distribution
    weights: Distribution | None
    biases: Distribution | None
    weight_shape: tuple[int, ...]
    parameters: int
    buffers: int
    multiply_adds: int
    counting: str
    minima: np.ndarray
    maxima: np.ndarray
    means: np.ndarray
    deviations: np.ndarray
    zeros: np.ndarray
    nonfinite: np.ndarray
    dead: np.ndarray
    constant: np.ndarray
    saturated: np.ndarray
    weightless: np.ndarray
    saturation: str
    norms: np.ndarray | None = None
    pictures: int = 1

    def state(self, channel: int) -> str:
        """DEAD, CONSTANT, SATURATED or ""."""
        told = ((DEAD, self.dead), (CONSTANT, self.constant), (SATURATED, self.saturated))
        return next((word for word, marked in told if marked[channel]), "")


@dataclass(frozen=True)
class ChannelNumbers:
    """One channel of a layer.

    Attributes:
        activations: of its map.
        map: (rows, columns) float32, as on its tile; of a volume the slice that is shown.
        state: DEAD, CONSTANT, SATURATED or "".
        weights: of its kernel; None without. `kernel` (inputs, ...) float32 is that kernel itself, with a picture
            (rows, columns) for each of the inputs that its group reads (one row in one dimension, one value of a linear
            layer, slices side by side in three); `first_input` the number of the first of those.
        bias: None without.
        norm: the L2 norm of the kernel; None without.
    """

    layer: Layer
    channel: int
    activations: Distribution
    map: np.ndarray
    state: str = ""
    weights: Distribution | None = None
    kernel: np.ndarray | None = None
    first_input: int = 0
    bias: float | None = None
    norm: float | None = None


@dataclass(frozen=True)
class Kernels:
    """The weights as blocks of outputs by inputs.

    Attributes:
        shape: of the weights in torch.
        blocks: (outputs, inputs of a group, rows, columns) float32, of the outputs from `first_output` on; pictures as
            in ChannelNumbers.kernel.
        outputs: how many there are in all; `groups` in how many groups; output o reads the inputs from
            o // (outputs // groups) * (inputs of a group) on.
        largest: the largest absolute weight of all.
        biases: (outputs here,) float32; None without.
    """

    layer: Layer
    shape: tuple[int, ...]
    blocks: np.ndarray
    first_output: int
    outputs: int
    groups: int
    largest: float
    biases: np.ndarray | None = None


@dataclass(frozen=True)
class Step:
    """One output value of a convolution, a transposed one or a linear layer, as the network computes it.

    Attributes:
        channel: of the output; `position` its place in the output's space, an index for each axis of it: (y, x), (x,),
            (z, y, x), or that of the token of a linear layer, () where it has one place only.
        patch: (inputs, *kernel size) float32, what each weight is multiplied by, padding included.
        inside: (*kernel size) bool, whether that place is one of the input's: False in the padding, and where no
            input meets that weight of a transposed convolution.
        kernel: (inputs, *kernel size) float32.
        sums: (inputs,) float64, of the products of each input channel.
        first_input: the number of the first input channel of this channel's group.
        bias: None without.
        value: the sum of all products and the bias, taken in double precision, as float32.
        computed: what the network computed there.
        shown: what the wall shows there, after the operations behind; None where the wall has no such place.
        behind: those operations, such as ("BatchNorm2d", "ReLU").
        stride, dilation: an integer for each axis of the space; `padding` is (before, after) for each; `edges` says
            what the padding holds, as in graph.Window; `output_padding` of a transposed one.
        quantum: of a quantized layer, how far the values lie apart that it can make: what it computed is rounded to
            them, after an activation that is a part of it; 0.0 of others.
        precision: what the network computes in, such as "float32" or "TensorFloat-32": `computed` is as exact as that.
        origin: the place in the input of the patch's first value, for each axis; negative in the padding. Of a
            transposed one, the first place of the input that takes part.
    """

    layer: Layer
    channel: int
    position: tuple[int, ...]
    patch: np.ndarray
    inside: np.ndarray
    kernel: np.ndarray
    sums: np.ndarray
    first_input: int
    bias: float | None
    value: float
    computed: float
    shown: float | None
    behind: tuple[str, ...]
    kind: str
    stride: tuple[int, ...] = ()
    padding: tuple[tuple[int, int], ...] = ()
    dilation: tuple[int, ...] = ()
    output_padding: tuple[int, ...] = ()
    groups: int = 1
    edges: str = "zeros"
    origin: tuple[int, ...] = ()
    input_shape: tuple[int, ...] = ()
    quantum: float = 0.0
    precision: str = "float32"

    @property
    def products(self) -> np.ndarray:
        """(inputs, *kernel size) float64: each value of the patch times its weight."""
        return self.patch.astype(np.float64) * self.kernel.astype(np.float64)


@dataclass(frozen=True)
class Drivers:
    """Which input channels drive a channel, all of those that its group reads, the strongest first.

    Attributes:
        position: of one output value, as in Step; None where the contributions are means over the whole map.
        by_weight: (inputs,) int64, the numbers of the input channels by the L2 norm of their weights; `norms` of each.
        by_contribution: (inputs,) int64, by the mean of the absolute values of what each adds to the output;
            `contributions` (inputs,) float64 are the signed means, `strengths` those of the absolute values.
        bias: what the bias adds.
        source: the name of the operation whose channels those are; "" where nobody knows.
    """

    layer: Layer
    channel: int
    position: tuple[int, ...] | None
    by_weight: np.ndarray
    norms: np.ndarray
    by_contribution: np.ndarray
    contributions: np.ndarray
    strengths: np.ndarray
    bias: float
    source: str = ""


@dataclass(frozen=True)
class PathLink:
    """What a channel of tensor `source` adds to a channel of tensor `target` (both of the full graph).

    `share` (0 to 1) is its part of all that comes into the target's channel there, by strength; `flow` (0 to 1) the
    same of the channel that was asked for, along this link and those that follow it, of what is followed: what comes
    into a channel is divided among its links, and what weaker channels of a layer would have is the stronger ones'.
    `contribution` is the signed mean over the map, None where values are only handed on. `through` names the operation,
    such as "layer1.0.conv1".
    """

    source: int
    source_channel: int
    target: int
    target_channel: int
    share: float
    flow: float
    contribution: float | None
    through: str


@dataclass(frozen=True)
class Path:
    """What drives a channel, traced back: the `links` from the channel asked for to the input, the nearest first.

    Their ends are channels of shown layers; at most `strongest` of each channel's inputs are followed, and as many
    channels of each layer. `ended` says why not all of it reaches the input, a sentence; "" where it does.
    """

    layer: Layer
    channel: int
    links: tuple[PathLink, ...]
    strongest: int
    ended: str = ""


@dataclass(frozen=True)
class LayerRow:
    """A layer in the table of the whole network; counts of its channels."""

    layer: Layer
    parameters: int
    multiply_adds: int
    dead: int
    constant: int
    saturated: int
    minimum: float
    maximum: float
    mean: float
    nonfinite: int


@dataclass(frozen=True)
class NetworkNumbers:
    """All shown layers in order; `parameters` and `multiply_adds` of the whole pass, shown or not."""

    network: str
    picture: int | None
    picture_name: str
    rows: tuple[LayerRow, ...]
    parameters: int
    multiply_adds: int
    counting: str
    pictures: int = 1


Answer = LayerNumbers | ChannelNumbers | Kernels | Step | Drivers | Path | NetworkNumbers
