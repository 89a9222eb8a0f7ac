"""Recorded passes in the place of a network: the worker shows them, and walls, upload and frames are as always."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

import vrcnn
from vrcnn.engine.answers import answer_of
from vrcnn.engine.inference import Deliver, Inference, Inputs, Send
from vrcnn.engine.messages import Predicted, Score
from vrcnn.engine.overlays import SIDE, picture_of
from vrcnn.engine.owing import NothingOwed, Owing
from vrcnn.engine.shelf import Shelf
from vrcnn.network.arrays import image_of
from vrcnn.network.graph import Graph
from vrcnn.network.network_source import NetworkSource
from vrcnn.network.palette import Colour
from vrcnn.network.pictures import pixels_of
from vrcnn.network.recorder import Cancelled, Diverged
from vrcnn.network.recording import RecordedPass, Recording, no_network
from vrcnn.network.scope import Scope
from vrcnn.network.structures import named_tensors
from vrcnn.network.watching import Passed, Watching
from vrcnn.resources import resource

CARD, LETTERS, MARGIN = (384, 288), 22, 24  # pixels: of a pass that ran on no picture
PAPER, INK, FAINT = (24, 28, 36), (240, 244, 250), (160, 172, 190)


def recording_of(
    watching: Watching,
    name: str,
    labels: Sequence[str] | None = None,
    task: str | None = None,
    colours: Sequence[Colour] | None = None,
) -> Recording:
    """What was watched, as plain data. `labels`, `task` and `colours` as in engine/answers.answer_of."""
    ways = {id(each.way): each.way for each in watching.passes}
    numbers = {key: number for number, key in enumerate(ways)}
    passes = tuple(_recorded(each, numbers[id(each.way)], labels, task, colours) for each in watching.passes)
    versions = {"vrcnn": vrcnn.__version__, "torch": torch.__version__, "numpy": np.__version__}
    options = watching.options
    graphs = tuple(way.full for way in ways.values())
    said = None if labels is None else tuple(map(str, labels))
    return Recording(name, said, graphs, passes, options.detail, options.exact, tuple(watching.notes), versions)


class RecordedInference(Inference):
    """Takes the tensors of its passes out of a recording, where Inference runs the network."""

    doing = "Reading"

    def _inputs(self, picture: int) -> Inputs:
        """The pass of this number; those of other pictures would have to be computed."""
        if picture >= len(self._recording.passes):
            raise no_network(self._recording.name)
        return (self._recording.passes[max(0, picture)],), {}

    def _name(self, picture: int) -> str:
        return _pass_of(self._inputs(picture)).name

    def _trace(self, inputs: Inputs) -> Graph:
        """Of what one pass lacks, such as layers that there was no memory for, there are no walls."""
        self._having = frozenset(_pass_of(inputs).values)
        return self._recording.ways[_pass_of(inputs).way]

    def forward(self, inputs: Inputs, deliver: Deliver, cancelled: Callable[[], bool]) -> object:
        shown, capture = _pass_of(inputs), self.capture
        if capture.full is not self._recording.ways[shown.way] or self._having != shown.values.keys():
            raise Diverged
        for node in capture.graph.nodes:
            if cancelled():
                raise Cancelled
            if node.index in capture.plan.spans:
                deliver(node.index, torch.from_numpy(shown.values[node.members[-1]]))
        return None

    def _answer(self, job: int, picture: int, inputs: Inputs, output: object) -> Predicted:
        shown = _pass_of(inputs)
        scores = tuple(Score(*score) for score in shown.scores)
        seen = _opaque(shown.pictures["input"]) if shown.is_seen else None
        overlay = _opaque(shown.pictures["overlay"]) if "overlay" in shown.pictures else None
        return Predicted(job, picture, scores, shown.kind, overlay, seen)

    def _owing(self) -> Owing:
        raise NothingOwed(str(no_network(self._recording.name)))

    @property
    def _recording(self) -> Recording:
        assert self._source.recording is not None
        return self._source.recording


def inference_of(source: NetworkSource, shelf: Shelf, send: Send, scope: Scope, memory: int) -> Inference:
    """Runs the network, or reads its recording."""
    make = Inference if source.recording is None else RecordedInference
    return make(source, shelf, send, scope, memory)


def _pass_of(inputs: Inputs) -> RecordedPass:
    found = inputs[0][0]
    assert isinstance(found, RecordedPass)
    return found


def _opaque(pixels: np.ndarray) -> np.ndarray:
    """(H, W, 4)."""
    return np.asarray(Image.fromarray(pixels).convert("RGBA"))


def _recorded(
    passed: Passed,
    way: int,
    labels: Sequence[str] | None,
    task: str | None,
    colours: Sequence[Colour] | None,
) -> RecordedPass:
    output = _as_tensors(passed.output)
    tensor = _input(passed)
    answer = answer_of(output, tensor, labels, task, colours)
    pictures = {"input": _picture(passed, tensor)}
    if answer.overlay is not None:
        pictures["overlay"] = np.ascontiguousarray(answer.overlay[..., :3])
    scores = tuple((score.index, score.label, score.probability, score.colour) for score in answer.scores)
    outputs = {name or "output": each.numpy() for name, each in named_tensors(output)}
    seen = tensor is not None and tensor.ndim > 3
    return RecordedPass(
        passed.name, way, passed.values, outputs, passed.inputs, pictures, seen, answer.kind, scores
    )  # fmt: skip


def _input(passed: Passed) -> Tensor | None:
    """(1, C, ...): the picture, signal or volume that the pass ran on."""
    value = None if passed.picture is None else passed.values.get(passed.picture)
    if value is None or 0 in value.shape:
        return None
    tensor = torch.from_numpy(value).float()
    return tensor[None] if passed.alone else tensor[:1]


def _picture(passed: Passed, tensor: Tensor | None) -> np.ndarray:
    """(H, W, 3) uint8."""
    if tensor is not None:
        image = picture_of(tensor) if tensor.ndim > 3 else image_of(tensor[0])
        return np.ascontiguousarray(pixels_of(image, SIDE)[..., :3])
    card = Image.new("RGB", CARD, PAPER)
    draw = ImageDraw.Draw(card)
    font = ImageFont.truetype(str(resource("assets", "fonts", "Inter-Regular.otf")), LETTERS)
    draw.text((MARGIN, MARGIN), passed.name, INK, font)
    for place, (name, shape, kind) in enumerate(passed.inputs[:6]):
        words = f"{name}: {' × '.join(map(str, shape)) or 'a number'} {kind.removeprefix('torch.')}"
        draw.text((MARGIN, MARGIN + (place + 2) * LETTERS * 1.5), words[:34], FAINT, font)
    return np.asarray(card)


def _as_tensors(output: Any) -> Any:
    match output:
        case np.ndarray():
            return torch.from_numpy(output)
        case dict():
            return {key: _as_tensors(value) for key, value in output.items()}
        case list():
            return [_as_tensors(value) for value in output]
    return output
