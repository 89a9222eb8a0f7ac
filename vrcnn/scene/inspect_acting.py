"""What wishes of a closer look do to the World."""

from __future__ import annotations

from vrcnn.inspection.results import Question
from vrcnn.scene.inspect_intents import InspectAction, MarkMaps, Refocus, StepThrough, TraceBack
from vrcnn.scene.inspecting import STEP, refocus, subject_of
from vrcnn.scene.panel_placing import show_panel
from vrcnn.scene.panel_pressing import about_pointed
from vrcnn.scene.requests import Request
from vrcnn.scene.tiles import channel_at
from vrcnn.scene.world import Notice, Target, World
from vrcnn.scene.world_panels import HUNG, INSPECT, WorldPanel

NOWHERE = Notice("No channel was chosen.", "Point at a map on a wall, and ask again.")


def act_on_inspection(world: World, action: InspectAction) -> list[Request]:
    """Applies one action; what has to be asked for it follows at the end of the frame (inspecting.py)."""
    match action:
        case StepThrough(hand):
            _step_through(world, about_pointed(world, hand))
        case TraceBack(hand):
            _trace_back(world, about_pointed(world, hand))
        case MarkMaps():
            on = not world.hall.inspection.marking
            for hall in world.halls:
                hall.inspection.marking = on
                hall.inspection.revision += 1
        case Refocus():
            _refocus(world, action)
    return []


def _step_through(world: World, about: Target | None) -> None:
    if about is None:
        world.notices.append(NOWHERE)
        return
    former = world.panels.open.get(INSPECT)
    before = None if former is None else (former.page, former.hall, former.wall, former.channel, former.pixel)
    panel = show_panel(world, INSPECT, about)
    panel.page = STEP
    if before == (panel.page, panel.hall, panel.wall, panel.channel, panel.pixel):
        world.panels.close(INSPECT)


def _trace_back(world: World, about: Target | None) -> None:
    """Of what is pointed at; without that the light is put out that there is."""
    lit = [hall.inspection for hall in world.halls if hall.inspection.path is not None]
    wanted = None
    if about is not None and about.tile is not None:
        hall = world.halls[about.hall]
        wall = hall.walls[about.index]
        if wall.span is not None:
            channel = channel_at(wall, min(about.tile, wall.span.count - 1))
            wanted = hall.inspection, Question("path", hall.tensor_of(wall.node), channel)
    if wanted is None and not lit:
        world.notices.append(NOWHERE)
    was = [inspection.path for inspection in lit]
    for inspection in lit:
        inspection.path = None
        inspection.revision += 1
    if wanted is not None and wanted[1] not in was:
        chosen, question = wanted
        chosen.path = question
        chosen.revision += 1


def _refocus(world: World, asked: Refocus) -> None:
    panel = world.panels.open.get(asked.panel)
    subject = None if panel is None else subject_of(world, panel)
    if panel is None or subject is None:
        return
    walls = world.halls[panel.hall].walls
    wall = next((wall for wall in walls if wall.name == asked.wall), subject.wall)
    if panel.stands == HUNG and wall is not subject.wall:  # that stays where it hangs
        panel = _beside(world, panel)
    if asked.page:
        panel.page = asked.page
    if asked.first is not None:
        panel.first = asked.first
    if wall is not subject.wall:
        panel.first = 0
    if asked.channel is not None or asked.pixel is not None or wall is not subject.wall:
        channel = subject.channel if asked.channel is None else asked.channel
        refocus(world, panel, wall, channel, asked.pixel)


def _beside(world: World, panel: WorldPanel) -> WorldPanel:
    """A panel that tells of the same and can tell of other layers."""
    other = show_panel(world, INSPECT, panel.about)
    other.page, other.first = panel.page, panel.first
    return other
