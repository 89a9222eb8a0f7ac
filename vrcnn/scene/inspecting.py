"""What the inspect panels tell of, and what has to be asked of the networks for that."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vrcnn.inspection.results import Question
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.inspection_requests import Inspect
from vrcnn.scene.map_numbers import close_map
from vrcnn.scene.reading import MapAt
from vrcnn.scene.requests import Request
from vrcnn.scene.tiles import channel_at, pixel_on, place_of
from vrcnn.scene.world import Target, World
from vrcnn.scene.world_panels import INSPECT, WorldPanel

PAGES = NUMBERS, HISTOGRAMS, KERNELS, STEP, DRIVERS = "Numbers", "Histograms", "Kernels", "Step", "Drivers"
FURTHEST = 6  # operations that are shown nowhere, between a layer and the one that it reads
MARKED = 8  # layers at most whose maps are marked: with every new picture they are asked anew


@dataclass(frozen=True)
class Subject:
    """What an inspect panel tells of: a channel of the layer of a wall, and a pixel of its map."""

    hall: Hall
    wall: Wall
    tensor: int
    channel: int
    pixel: tuple[int, int]

    @property
    def channels(self) -> int:
        return self.wall.span.count if self.wall.span is not None else 1

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the map."""
        span = self.wall.span
        return (span.size.height, span.size.width) if span is not None else (1, 1)

    @property
    def name(self) -> str:
        """The channel with its name, where it has one: "channel 12 · tabby"."""
        names = self.wall.channels
        return f"channel {self.channel:,}" + (f" · {names[self.channel]}" if self.channel < len(names) else "")


def focus(world: World, panel: WorldPanel, about: Target) -> None:
    """Lets a panel tell of what is pointed at: the channel of the tile, and the pixel."""
    wall = world.halls[about.hall].walls[about.index]
    panel.about, panel.hall, panel.wall = about, about.hall, wall.name
    if wall.span is None:
        panel.channel, panel.pixel = 0, (0, 0)
        return
    size = wall.span.size.height, wall.span.size.width
    middle = size[0] // 2, size[1] // 2
    if about.tile is None:
        panel.channel, panel.pixel = channel_at(wall, 0), middle
        return
    panel.channel = channel_at(wall, min(about.tile, wall.span.count - 1))
    panel.pixel = pixel_on(wall, about.u, about.v, *size) or middle


def refocus(world: World, panel: WorldPanel, wall: Wall, channel: int, pixel: tuple[int, int] | None) -> None:
    """Lets a panel tell of another layer, channel or pixel; without one of the pixel at the same place of the map."""
    before = subject_of(world, panel)
    panel.wall = wall.name
    count = 1 if wall.span is None else wall.span.count
    panel.channel = channel % count
    height, width = (1, 1) if wall.span is None else (wall.span.size.height, wall.span.size.width)
    if pixel is None and before is not None:
        pixel = before.pixel[0] * height // before.size[0], before.pixel[1] * width // before.size[1]
    row, column = pixel or (height // 2, width // 2)
    panel.pixel = min(max(row, 0), height - 1), min(max(column, 0), width - 1)
    number = world.halls[panel.hall].walls.index(wall)
    if panel.about is not None:
        tile = None if wall.span is None else place_of(wall, panel.channel)
        panel.about = replace(panel.about, kind="wall", index=number, tile=tile, hall=panel.hall)


def subject_of(world: World, panel: WorldPanel) -> Subject | None:
    """What a panel tells of now; None where its layer is not shown."""
    if panel.hall >= len(world.halls):
        return None
    hall = world.halls[panel.hall]
    wall = next((wall for wall in hall.walls if wall.name == panel.wall), None)
    if wall is None or wall.node >= len(hall.graph.nodes):
        return None
    count = 1 if wall.span is None else wall.span.count
    return Subject(hall, wall, hall.tensor_of(wall.node), min(panel.channel, count - 1), panel.pixel)


def source_wall(hall: Hall, operation: str) -> Wall | None:
    """The wall of the layer whose channels the operation of this name reads: where that is shown."""
    at = next((number for number, node in enumerate(hall.full.nodes) if node.name == operation), None)
    for _ in range(FURTHEST):
        before = [] if at is None else [edge.source for edge in hall.full.edges if edge.target == at]
        if not before:
            return None
        at = before[0]
        found = next((wall for wall in hall.walls if at in hall.graph.nodes[wall.node].members), None)
        if found is not None:
            return found
    return None


def questions_of(world: World, panel: WorldPanel) -> list[Question]:
    """What has to be known for the page that a panel shows."""
    subject = subject_of(world, panel)
    if subject is None:
        return []
    tensor, channel = subject.tensor, subject.channel
    match panel.page or NUMBERS:
        case "Kernels":
            return [Question("channel", tensor, channel), Question("kernels", tensor, panel.first)]
        case "Step":
            return [Question("step", tensor, channel, subject.pixel)]
        case "Drivers":
            return [Question("drivers", tensor, channel)]
    return [Question("layer", tensor), Question("channel", tensor, channel)]


def follow_questions(world: World) -> list[Request]:
    """Once a frame: what nobody looks at any more is dropped, what somebody looks at now is asked."""
    panels = [panel for panel in world.panels.open.values() if panel.name == INSPECT]
    requests: list[Request] = []
    close = close_map(world)
    for number, hall in enumerate(world.halls):
        inspection = hall.inspection
        if close is None and not panels and not inspection.asked and not inspection.marking and inspection.path is None:
            continue
        wanted = [each for panel in panels if panel.hall == number for each in questions_of(world, panel)]
        wanted += [] if inspection.path is None else [inspection.path]
        wanted += _marked(world, number)
        wanted += [] if close is None or close.hall != number else [_of_map(hall, close)]
        for question in [each for each in inspection.asked if each not in wanted]:
            inspection.drop(question)
        requests += [Inspect(question, number) for question in dict.fromkeys(wanted) if inspection.want(question)]
    return requests


def _of_map(hall: Hall, at: MapAt) -> Question:
    """What tells the values of a map in the network's own precision."""
    return Question("channel", hall.tensor_of(at.node), at.channel)


def _marked(world: World, number: int) -> list[Question]:
    """The layers whose maps are marked: those known already, and the one that the visitor stands at."""
    hall = world.halls[number]
    if not hall.inspection.marking:
        return []
    kept = [each for each in hall.inspection.asked if each.what == "layer"]
    at = world.journey.at
    if at is not None and at[0] == number:
        wall = hall.walls[at[1]]
        here = Question("layer", hall.tensor_of(wall.node))
        if wall.span is not None and here not in kept:
            kept.append(here)
    return kept[-MARKED:]
