"""What wishes to export do: the panel is set, or a request is made of what is pointed at."""

from __future__ import annotations

from vrcnn.scene.export_intents import ChooseExport, ExportAction, ExportChosen, ExportOut, OpenExport
from vrcnn.scene.export_wishes import KINDS
from vrcnn.scene.panel_placing import show_panel
from vrcnn.scene.panel_pressing import about_pointed
from vrcnn.scene.requests import Request
from vrcnn.scene.visualizing import pointed_channel, pointed_wall
from vrcnn.scene.world import Notice, World
from vrcnn.scene.world_panels import EXPORT


def act_on_export(world: World, action: ExportAction) -> list[Request]:
    """Applies one of them."""
    match action:
        case ChooseExport(choice):
            world.exporting.choice = choice
        case ExportChosen(hand):
            return _export(world, hand)
        case OpenExport(hand):
            show_panel(world, EXPORT, about_pointed(world, hand))
    return []


def _export(world: World, hand: str) -> list[Request]:
    choice = world.exporting.choice
    if not choice.kinds:
        world.notices.append(Notice("Nothing is chosen to be exported.", f"Choose {', '.join(KINDS)}."))
        return []
    wall, channel = pointed_wall(world, hand), pointed_channel(world, world.hands[hand])
    if choice.about == "network" or wall is None:
        hall = world.here if wall is None else wall[0]
        return [ExportOut(hall, choice, world.halls[hall].network)]
    number, found = wall
    if choice.about == "channel" and channel is not None:
        which = channel[2]
        return [ExportOut(number, choice, f"{found.title}, channel {which}", (found.name,), ((which, which),))]
    return [ExportOut(number, choice, found.title, (found.name,))]
