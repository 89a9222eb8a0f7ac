"""The numbers of layers, of channels, of kernels, and of a whole network."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from vrcnn.errors import UserError
from vrcnn.inspection import distributions
from vrcnn.inspection.counting import COUNTING
from vrcnn.inspection.distributions import ChannelStatistics, channel_statistics, distribution_of
from vrcnn.inspection.results import (
    CONSTANT,
    DEAD,
    SATURATED,
    ChannelNumbers,
    Kernels,
    LayerNumbers,
    LayerRow,
    NetworkNumbers,
)
from vrcnn.inspection.subject import Subject, subject_of, values_of
from vrcnn.inspection.view import View, array, pictures_of
from vrcnn.network.map_tensors import maps_of
from vrcnn.network.operations import module_paths

LARGEST_BLOCKS = 1 << 22  # weights in one answer


def layer_numbers(view: View, subject: Subject) -> LayerNumbers:
    call = view.call(subject)
    values = values_of(subject, view.values(subject))
    found = _statistics(view, subject, values)
    dead, pictures = _noted(view, subject, found)
    norms = weightless = None
    if call is not None and call.outputs == subject.channels:
        norms = call.by_output.double().flatten(1).norm(dim=1).float().cpu().numpy()
        weightless = norms == 0
    operation = view.exact.graph.nodes[subject.index]
    return LayerNumbers(
        layer=view.layer(subject, call),
        activations=distribution_of(values),
        weights=None if call is None else distribution_of(call.weight),
        biases=None if call is None or call.bias is None else distribution_of(call.bias),
        weight_shape=() if call is None else tuple(call.weight.shape),
        parameters=subject.node.parameters,
        buffers=_buffers(view, subject),
        multiply_adds=_multiply_adds(view, subject),
        counting=COUNTING,
        minima=found.minima,
        maxima=found.maxima,
        means=found.means,
        deviations=found.deviations,
        zeros=found.zeros,
        nonfinite=found.nonfinite,
        dead=dead,
        constant=found.constant,
        saturated=found.saturated,
        weightless=np.zeros(subject.channels, bool) if weightless is None else weightless,
        saturation=distributions.saturation_rule(operation),
        norms=norms,
        pictures=pictures,
    )


def channel_numbers(view: View, subject: Subject, channel: int) -> ChannelNumbers:
    call = view.call(subject)
    tensor = view.values(subject)
    values = values_of(subject, tensor)
    found = _statistics(view, subject, values[channel : channel + 1])
    state = DEAD if found.silent[0] else CONSTANT if found.constant[0] else ""
    state = state or (SATURATED if found.saturated[0] else "")
    answer = ChannelNumbers(
        layer=view.layer(subject, call),
        channel=channel,
        activations=distribution_of(values[channel]),
        map=array(maps_of(tensor, subject.reading, view.slice)[channel]),
        state=state,
    )
    output = None if call is None else view.output(subject, call, channel)
    if call is None or output is None:
        return answer
    kernel = call.by_output[output]
    return ChannelNumbers(
        answer.layer,
        channel,
        answer.activations,
        answer.map,
        state,
        weights=distribution_of(kernel),
        kernel=array(pictures_of(kernel)),
        first_input=call.inputs_of(output).start,
        bias=None if call.bias is None else float(call.bias[output]),
        norm=float(kernel.double().norm()),
    )


def kernels_of(view: View, subject: Subject, first: int) -> Kernels:
    call = view.needed_call(subject, "kernels")
    weights = call.by_output
    count = max(1, LARGEST_BLOCKS // max(1, weights[0].numel()))
    first = min(first, call.outputs - 1)
    return Kernels(
        layer=view.layer(subject, call),
        shape=tuple(call.weight.shape),
        blocks=np.stack([array(pictures_of(kernel)) for kernel in weights[first : first + count]]),
        first_output=first,
        outputs=call.outputs,
        groups=call.groups,
        largest=float(weights.abs().max()),
        biases=None if call.bias is None else array(call.bias[first : first + count]),
    )


def network_numbers(view: View) -> NetworkNumbers:
    subjects = []
    for node in view.shown.nodes:
        tensor = node.members[-1] if node.members else node.index
        try:
            subjects.append(subject_of(tensor, view.full, view.shown, view.exact))
        except UserError:
            continue  # a layer without maps
    rows: dict[int, LayerRow] = {}
    waiting: dict[int, list[Subject]] = {}
    for subject in subjects:
        waiting.setdefault(subject.index, []).append(subject)
    counted = view.exact.multiply_adds(view.cancelled)

    def note(index: int, tensor: Tensor) -> None:
        for subject in waiting[index]:
            rows[subject.tensor] = _row(view, subject, tensor, sum(counted.get(each, 0) for each in subject.members))

    view.exact.visit(waiting, note)
    pictures = min((len(view.silent.channels[tensor][0]) for tensor in rows), default=1)
    return NetworkNumbers(
        view.name,
        view.picture.number,
        view.picture.name,
        tuple(rows[subject.tensor] for subject in subjects),
        view.full.parameters,
        sum(counted.values()),
        COUNTING,
        pictures,
    )


def _row(view: View, subject: Subject, tensor: Tensor, multiply_adds: int) -> LayerRow:
    found = _statistics(view, subject, values_of(subject, tensor))
    dead, _ = _noted(view, subject, found)
    return LayerRow(
        layer=view.layer(subject, None),
        parameters=subject.node.parameters,
        multiply_adds=multiply_adds,
        dead=int(dead.sum()),
        constant=int(found.constant.sum()),
        saturated=int(found.saturated.sum()),
        minimum=float(found.minima.min()),
        maximum=float(found.maxima.max()),
        mean=float(found.means.mean(dtype=np.float64)),
        nonfinite=int(found.nonfinite.sum()),
    )


def _statistics(view: View, subject: Subject, values: Tensor) -> ChannelStatistics:
    node = view.exact.graph.nodes[subject.index]
    return channel_statistics(values, distributions.range_of(node), distributions.upper_only(node))


def _noted(view: View, subject: Subject, found: ChannelStatistics) -> tuple[np.ndarray, int]:
    """Which channels are silent for every picture that was looked at, and how many those are."""
    before = view.silent.channels.get(subject.tensor)
    pictures = frozenset({view.picture.number}) | (before[0] if before else frozenset())
    silent = found.silent & before[1] if before else found.silent
    view.silent.channels[subject.tensor] = pictures, silent
    return silent, len(pictures)


def note_silent(view: View, subject: Subject) -> None:
    """Notes which channels are all 0 for the present picture."""
    _noted(view, subject, _statistics(view, subject, values_of(subject, view.values(subject))))


def _multiply_adds(view: View, subject: Subject) -> int:
    counted = view.exact.multiply_adds(view.cancelled)
    return sum(counted.get(member, 0) for member in subject.members)


def _buffers(view: View, subject: Subject) -> int:
    modules = {path: module for module, path in module_paths(view.network).items()}
    layers = {view.exact.graph.nodes[member].layer for member in subject.members} - {""}
    found = [buffer for layer in layers if layer in modules for buffer in modules[layer]._buffers.values()]
    return sum(buffer.numel() for buffer in found if buffer is not None)
