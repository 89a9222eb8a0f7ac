"""How a layer's values come from those before it: one step of a convolution, what drives a channel, its path back."""

from __future__ import annotations

import numpy as np
import torch

from vrcnn.errors import UserError
from vrcnn.inspection.driving import driven
from vrcnn.inspection.results import LINEAR, Drivers, Path, PathLink, Step
from vrcnn.inspection.stepping import take_apart
from vrcnn.inspection.subject import Subject
from vrcnn.inspection.tracing_back import TracingBack
from vrcnn.inspection.view import View
from vrcnn.inspection.weighted import Weighted


def step_of(view: View, subject: Subject, channel: int, pixel: tuple[int, int]) -> Step:
    call = view.needed_call(subject, "convolution to step through")
    shown, index = view.place(subject, call, channel, pixel)
    taken = take_apart(call, index)
    tensor = view.values(subject)
    return Step(
        layer=view.layer(subject, call),
        channel=index[call.channel_axis],
        position=call.place_of(index),
        patch=taken.patch,
        inside=taken.inside,
        kernel=taken.kernel,
        sums=taken.sums,
        first_input=taken.first_input,
        bias=taken.bias,
        value=taken.value,
        computed=taken.computed,
        shown=float(tensor[shown]),
        behind=view.behind(subject),
        kind=call.kind,
        stride=call.stride,
        padding=call.padding,
        dilation=call.dilation,
        output_padding=call.output_padding,
        groups=call.groups,
        edges="zeros" if call.edges == "constant" and not call.fill else call.edges,
        origin=taken.origin,
        input_shape=tuple(call.input.shape),
        quantum=call.quantum,
        precision=_precision(call),
    )


def _precision(call: Weighted) -> str:
    """Graphics cards multiply float32 with fewer digits where they may: in convolutions they may by default."""
    dtype = str(call.result.dtype).removeprefix("torch.")
    if call.result.device.type != "cuda" or dtype != "float32":
        return dtype
    shortened = torch.backends.cuda.matmul.allow_tf32 if call.kind == LINEAR else torch.backends.cudnn.allow_tf32
    return "TensorFloat-32" if shortened else dtype


def drivers_of(view: View, subject: Subject, channel: int, pixel: tuple[int, int] | None) -> Drivers:
    call = view.needed_call(subject, "input channels with weights")
    position = None
    if pixel is None:
        output = view.output(subject, call, channel)
        if output is None:
            raise UserError(view.elsewhere(subject))
        found = driven(call, output)
        norms, means, strengths = (each.cpu().numpy() for each in (found.norms, found.means, found.strengths))
    else:
        _, index = view.place(subject, call, channel, pixel)
        taken, output = take_apart(call, index), index[call.channel_axis]
        norms = np.sqrt((taken.kernel.astype(np.float64) ** 2).reshape(len(taken.kernel), -1).sum(1))
        means, strengths = taken.sums, np.abs(taken.sums)
        position = call.place_of(index)
    first = call.inputs_of(output).start
    by_weight, by_contribution = (np.argsort(-each, kind="stable") for each in (norms, strengths))
    assert subject.operation is not None
    sources = view.exact.graph.sources(subject.operation)
    return Drivers(
        layer=view.layer(subject, call),
        channel=channel,
        position=position,
        by_weight=first + by_weight,
        norms=norms[by_weight],
        by_contribution=first + by_contribution,
        contributions=means[by_contribution],
        strengths=strengths[by_contribution],
        bias=0.0 if call.bias is None else float(call.bias[output]),
        source=view.exact.graph.nodes[sources[0]].name if sources else "",
    )


def path_of(view: View, subject: Subject, channel: int, strongest: int) -> Path:
    tensors = {node.members[-1] for node in view.shown.nodes if node.members}
    back: dict[int, int] = {}
    for tensor in tensors or set(range(len(view.full.nodes))):
        index = view.exact.node_of(view.full.nodes[tensor])
        if index is not None:
            back[index] = tensor
    tracing = TracingBack(view.exact, frozenset(back), strongest)
    links = tracing.links(subject.index, channel, view.cancelled)
    known = tuple(
        PathLink(
            back.get(link.source, link.source),
            link.source_channel,
            back.get(link.target, link.target),
            link.target_channel,
            link.share,
            link.flow,
            link.contribution,
            link.through,
        )
        for link in links
    )
    ended = f"Not all of it reaches the input: {'; '.join(tracing.ended)}." if tracing.ended else ""
    call = view.call(subject)
    return Path(view.layer(subject, call), channel, known, strongest, ended)
