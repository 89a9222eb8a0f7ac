"""What the visitor's actions do to the World, wherever they come from: a key, a panel, or a press on a control."""

from __future__ import annotations

from vrcnn.network.scope import Scope
from vrcnn.scene.intents import (
    Action,
    BringBack,
    ChooseDetail,
    ChooseTheme,
    Dismiss,
    Quit,
    Screenshot,
    SendWave,
    ToggleOverlay,
    ToggleRun,
    TurnPage,
)
from vrcnn.scene.requests import ChangeScope, Leave, Request, ShowPage, TakeScreenshot
from vrcnn.scene.theme import following
from vrcnn.scene.wave import Wave
from vrcnn.scene.world import World


def act(world: World, action: Action) -> list[Request]:
    """Applies one action; what it speaks of stands in the hall `world.hall`."""
    match action:
        case ChooseDetail(level):
            return [] if level == world.hall.chosen.detail else change(world, world.hall.chosen.with_detail(level))
        case ToggleRun(path):
            return change(world, world.hall.chosen.with_toggled(path))
        case BringBack(name):
            return change(world, world.hall.chosen.with_demanded(name))
        case TurnPage(step):
            shelf, count = world.shelf, len(world.pictures)
            shelf.page = (shelf.page + step) % shelf.pages(count)
            world.pictures_revision += 1
            return [ShowPage(tuple(shelf.shown(count)))]
        case ToggleOverlay():
            world.overlaid = not world.overlaid
            world.pictures_revision += 1
        case Dismiss():
            world.notices.pop()
        case ChooseTheme(theme):
            world.theme = theme or following(world.theme)
        case SendWave():
            world.wave = Wave(world.time)
        case Screenshot():
            return [TakeScreenshot()]
        case Quit():
            return [Leave()]
    return []


def change(world: World, scope: Scope) -> list[Request]:
    """The visitor wants another scope of the network that they are at."""
    world.hall.wanted = scope
    return [ChangeScope(scope, world.here)]
