"""Finding a layer by what one remembers of it: parts of its name, its operation, its room, its shape."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vrcnn.network.graph import Graph, Node
from vrcnn.scene.hall import Findable, Hall
from vrcnn.scene.titles import wall_caption, wall_subtitle

MOST = 9  # layers that are listed
NAME, LAST, START, PART, WITHIN = 100.0, 92.0, 84.0, 76.0, 62.0  # how well a word fits a name
OPERATION, SHAPE, ROOM, LOOSE = 66.0, 58.0, 40.0, 30.0  # or something else of the layer, or the name's letters
INSIDE = 6.0  # by which an operation that is a part of a layer is worse than the layer
CONCEALED = 1.0  # by which a layer is worse that is not shown as yet
NEAR = 0.72  # the least likeness of misspelt names

Scored = tuple[float, int, int, Findable]  # how bad it is, the hall's number, its place among the hall's, itself


@dataclass(frozen=True)
class Found:
    """A layer that fits. `name` leads there (intents.GoTo) in hall number `hall`.

    `title`, `shape` and `operation` are to be read; `room` is the group that it stands in; `shown` tells whether it has
    a wall now.
    """

    name: str
    hall: int
    title: str
    shape: str
    operation: str
    room: str
    shown: bool
    score: float


def findables(full: Graph, unfolded: Graph) -> tuple[Findable, ...]:
    """All names that lead somewhere: of the layers of the `unfolded` graph, and of the operations that are parts of
    them in the `full` one."""
    rooms = _rooms(unfolded)
    found = []
    for node in unfolded.nodes:
        room = rooms.get(node.index, "")
        found.append(_findable(node, node, room))
        for index in node.members:
            part = full.nodes[index]
            if part.name != node.name:
                found.append(_findable(part, node, room))
    return tuple(found)


def search(halls: Sequence[Hall], words: str, most: int = MOST) -> list[Found]:
    """The layers that fit all `words`, the best first; where none does, those whose letters fit loosely, and where
    there are none, those whose names are written alike.

    Without words, the first ones.
    """
    tokens = words.lower().replace("×", "x").split()
    scored = _fitting(halls, tokens, _score) or _fitting(halls, tokens, _loosely) or _alike(halls, words)
    if tokens:
        scored.sort(key=lambda entry: entry[:3])
    return [_found(halls[number], number, findable, -score) for score, number, _, findable in scored[:most]]


def _fitting(halls: Sequence[Hall], tokens: Sequence[str], fits: Callable[[str, Findable], float]) -> list[Scored]:
    scored = []
    for number, hall in enumerate(halls):
        shown = {wall.name for wall in hall.walls if wall.shown}
        for place, findable in enumerate(hall.findables):
            parts = [fits(token, findable) for token in tokens]
            if all(parts):
                worse = INSIDE * (findable.name != findable.layer) + CONCEALED * (findable.layer not in shown)
                scored.append((worse - sum(parts), number, place, findable))
    return scored


def _findable(node: Node, layer: Node, room: str) -> Findable:
    return Findable(
        node.name,
        layer.name,
        node.title,
        wall_subtitle(node, None),
        wall_caption(node),
        room,
        " ".join((node.operation, *node.operations)).lower(),
        "x".join(str(length) for length in node.shape[1:]),
    )


def _found(hall: Hall, number: int, findable: Findable, score: float) -> Found:
    shown = any(wall.name == findable.layer and wall.shown for wall in hall.walls)
    return Found(findable.name, number, findable.title, findable.shape, findable.caption, findable.room, shown, score)


def _rooms(graph: Graph) -> dict[int, str]:
    """Of each node in a group the innermost one's path, the developer's title and its kind."""
    rooms: dict[int, tuple[int, str]] = {}
    for group in graph.groups:
        words = " ".join(word for word in (group.title or group.path, group.kind) if word)
        for node in group.nodes:
            rooms[node] = max(rooms.get(node, (-1, "")), (len(group.path), words))
    return {node: words for node, (_, words) in rooms.items()}


def _score(token: str, findable: Findable) -> float:
    """How well one word fits a layer; 0 where it does not."""
    names = (findable.name.lower(), findable.title.lower())
    return max(
        max(_fits(token, name) for name in names),
        _operation(token, findable.operations),
        SHAPE if token == findable.size or token in findable.size.split("x") or _within(token, findable.size) else 0.0,
        ROOM if token in findable.room.lower() else 0.0,
    )


def _fits(token: str, name: str) -> float:
    """How well a word fits a name: all of it, its last part, its start, the start of a part, or somewhere in it."""
    parts = name.split(".")
    if token == name:
        return NAME
    if token == parts[-1]:
        return LAST
    if name.startswith(token):
        return START if name[len(token) : len(token) + 1] in (".", "") else START - 2
    if f".{token}" in name:
        follows = name[name.index(f".{token}") + 1 + len(token) :][:1]
        return PART if follows in (".", "") else PART - 2
    return WITHIN if token in name else 0.0


def _loosely(token: str, findable: Findable) -> float:
    return _score(token, findable) or max(_loose(token, name.lower()) for name in (findable.name, findable.title))


def _loose(token: str, name: str) -> float:
    """Whether the letters of a word come in a name one after the other; better the more of them begin a part of it."""
    pieces = re.findall(r"[a-z]+|\d+", name)
    begins, at = set(), 0
    for piece in pieces:
        at = name.index(piece, at)
        begins.add(at)
        at += len(piece)
    place, first, good = -1, -1, 0
    for letter in token:
        following = [n for n in sorted(begins) if n > place and name[n] == letter]
        straight = place + 1 if name[place + 1 : place + 2] == letter else -1
        place = straight if straight >= 0 else following[0] if following else name.find(letter, place + 1)
        if place < 0:
            return 0.0
        first = place if first < 0 else first
        good += place in begins or place == straight
    return LOOSE * good / len(token) if good >= 0.7 * len(token) else 0.0


def _operation(token: str, operations: str) -> float:
    if token in operations.split():
        return OPERATION
    return OPERATION - 8 if any(word.startswith(token) for word in operations.split()) else 0.0


def _within(token: str, size: str) -> bool:
    """Whether "56x56" stands in "256x56x56"."""
    return "x" in token and f"x{token}" in f"x{size}"


def _alike(halls: Sequence[Hall], words: str) -> list[Scored]:
    found = []
    wanted = "".join(words.lower().split())
    for number, hall in enumerate(halls):
        for place, findable in enumerate(hall.findables):
            parts = (findable.name.lower(), findable.name.lower().rpartition(".")[2])
            likeness = max(difflib.SequenceMatcher(None, wanted, part).ratio() for part in parts)
            if likeness > NEAR:
                found.append((-LOOSE * likeness, number, place, findable))
    return found
