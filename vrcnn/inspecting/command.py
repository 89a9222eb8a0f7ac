"""`vrcnn inspect`: exact numbers of a network, of a layer, a channel or one step of a convolution, in the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vrcnn.errors import UserError
from vrcnn.inspecting.as_data import as_data
from vrcnn.inspecting.tables import channel_text, layer_text, network_text, step_text
from vrcnn.inspection.inspector import Inspector, channel_names
from vrcnn.inspection.results import (
    Answer,
    ChannelNumbers,
    Drivers,
    LayerNumbers,
    NetworkNumbers,
    Question,
    Step,
)
from vrcnn.inspection.results import (
    Path as DrivenPath,
)
from vrcnn.inspection.view import Picture
from vrcnn.network.detail import reduce
from vrcnn.network.finding import node_showing, scope_showing
from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.pictures import PictureError, PictureFile
from vrcnn.network.scope import Scope
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.network.trace import trace
from vrcnn.printing import say

EXAMPLE = "the example input"


@dataclass(frozen=True)
class Wishes:
    """What the command line wants to know.

    Attributes:
        layer: its name; None for a table of all.
        channel, pixel: (row, column) of its map; None for the whole layer, the whole channel.
        image: a picture's file, instead of the first of the shelf.
        top: how many rows of what is ranked.
        pictures: by how many pictures of the shelf dead channels are told.
    """

    layer: str | None = None
    channel: int | None = None
    pixel: tuple[int, int] | None = None
    image: Path | None = None
    top: int = 8
    pictures: int = 1
    json: bool = False
    scope: Scope = Scope(fold="never")


def main(target: str | None, load_options: LoadOptions, wishes: Wishes) -> int:
    """Prints what is wished; returns 0. Raises UserError for what is not there, and when the forward fails."""
    look, answers = inspected(load(target, load_options), wishes)
    if wishes.json:
        say(json.dumps({type(answer).__name__: as_data(answer) for answer in answers}, indent=2) + "\n")
    else:
        names = {node.members[-1]: node.title for node in look.shown.nodes if node.members}
        say(_text(answers, names, wishes.top))
    return 0


def inspected(source: NetworkSource, wishes: Wishes) -> tuple[_Look, list[Answer]]:
    """All that is wished, and what was looked at. Raises UserError as `main` does."""
    picture = _picture(source, wishes.image)
    with unchanged(source.module):
        full = trace(source.module, picture.arguments, picture.keywords)
    scope = wishes.scope if wishes.layer is None else scope_showing(wishes.layer, full, wishes.scope)
    look = _Look(source, full, reduce(full, scope), picture)
    for other in _others(source, wishes):
        look.pass_over(other, wishes)
    return look, list(look.answers(wishes))


class _Look:
    """One picture of a network under the eyes of an Inspector."""

    def __init__(self, source: NetworkSource, full: Graph, shown: Graph, picture: Picture) -> None:
        self._full, self.shown, self._picture = full, shown, picture
        self._names = channel_names(source.labels, shown)
        self._inspector = Inspector(source.module, source.name)

    def pass_over(self, picture: Picture, wishes: Wishes) -> None:
        """Notes which channels are silent for this picture."""
        self._inspector.look_at(picture, self._full, self.shown, names=self._names)
        self._inspector.answer(next(self._questions(wishes)))

    def answers(self, wishes: Wishes) -> Iterator[Answer]:
        self._inspector.look_at(self._picture, self._full, self.shown, names=self._names)
        for question in self._questions(wishes):
            try:
                yield self._inspector.answer(question)
            except UserError:
                if question.what != "drivers":  # a channel of a layer without weights has all but those
                    raise

    def _questions(self, wishes: Wishes) -> Iterator[Question]:
        if wishes.layer is None:
            yield Question("network")
            return
        node = node_showing(wishes.layer, self._full, self.shown)
        assert node is not None, "scope_showing has found it"
        tensor = node.members[-1]
        if wishes.pixel is not None:
            yield Question("step", tensor, wishes.channel, wishes.pixel)
            yield Question("drivers", tensor, wishes.channel, wishes.pixel)
        elif wishes.channel is not None:
            yield Question("channel", tensor, wishes.channel)
            yield Question("drivers", tensor, wishes.channel)
            yield Question("path", tensor, wishes.channel)
        else:
            yield Question("layer", tensor)


def _text(answers: list[Answer], names: dict[int, str], top: int) -> str:
    match answers:
        case [NetworkNumbers() as numbers]:
            return network_text(numbers)
        case [LayerNumbers() as numbers]:
            return layer_text(numbers, top)
        case [Step() as step, Drivers() as drivers]:
            return step_text(step, drivers, top)
        case [ChannelNumbers() as numbers, *rest]:
            driving = next((each for each in rest if isinstance(each, Drivers)), None)
            path = next(each for each in rest if isinstance(each, DrivenPath))
            return channel_text(numbers, driving, path, names, top)
    raise ValueError(f"there is no text for {[type(answer).__name__ for answer in answers]}")


def _picture(source: NetworkSource, image: Path | None) -> Picture:
    """The one that was named, the first of the shelf, or the example input."""
    if image is None and not source.pictures:
        return Picture(None, EXAMPLE, source.arguments, source.keywords)
    if image is None:
        return _read(source, 0)
    path = image.expanduser()
    if not path.is_file():
        raise UserError(f"There is no picture {image}: give a picture's file to --image.")
    if source.slot is None:
        raise UserError(f"{source.name} reads no picture: leave --image out.")
    try:
        return Picture(-1, path.name, *source.inputs_of(PictureFile(path.name, path).open()))
    except PictureError as error:
        raise UserError(f"The picture {image} {error}: give another one with --image.") from error


def _others(source: NetworkSource, wishes: Wishes) -> Iterator[Picture]:
    """The pictures of the shelf by which dead channels are told besides."""
    first = 0 if wishes.image is not None else 1
    for number in range(first, min(wishes.pictures + first - 1, len(source.pictures))):
        try:
            yield _read(source, number)
        except UserError as error:
            print(f"Left out: {error}", file=sys.stderr)


def _read(source: NetworkSource, number: int) -> Picture:
    file = source.pictures[number]
    try:
        return Picture(number, file.name, *source.inputs_of(file.open()))
    except PictureError as error:
        raise UserError(f"The picture {file.name} {error}.") from error
