"""What the visitor's actions do to the World, wherever they come from: a key, a panel, or a press on a control."""

from __future__ import annotations

from dataclasses import replace

from vrcnn.network.scope import Scope
from vrcnn.scene.attributing import act_on_attribution
from vrcnn.scene.attribution_intents import AttributionAction
from vrcnn.scene.colouring import stepped
from vrcnn.scene.easel_controls import next_overlay
from vrcnn.scene.enlarging import enlarge, is_large
from vrcnn.scene.export_acting import act_on_export
from vrcnn.scene.export_intents import ExportAction
from vrcnn.scene.feature_intents import FeatureAction
from vrcnn.scene.going import go_to, next_layer, stand_at
from vrcnn.scene.handling import fold, hide, reset, reset_all, reset_whole, scroll, show_hidden, zoom
from vrcnn.scene.hanging import pull_out, put_away, scale_frame
from vrcnn.scene.haptics import DONE
from vrcnn.scene.headset_acting import act_on_headset
from vrcnn.scene.headset_intents import HeadsetAction
from vrcnn.scene.history import redo, undo
from vrcnn.scene.inspect_acting import act_on_inspection
from vrcnn.scene.inspect_intents import InspectAction
from vrcnn.scene.intents import (
    Action,
    BringBack,
    CancelInquiry,
    CancelRun,
    ChooseDetail,
    ChooseLayout,
    ChooseTheme,
    Colour,
    Dismiss,
    FoldWall,
    GoTo,
    HideWall,
    NextLayer,
    PullOut,
    PutAway,
    Quit,
    Redo,
    ResetAll,
    ResetWall,
    ResetWhole,
    Screenshot,
    Scroll,
    SendWave,
    ShowHidden,
    StandAt,
    StepColouring,
    ToggleLarge,
    ToggleOverlay,
    ToggleRoom,
    ToggleRun,
    ToggleTable,
    TurnPage,
    Undo,
    ZoomTiles,
)
from vrcnn.scene.panel_hanging import hang_panel
from vrcnn.scene.panel_intents import HangPanel
from vrcnn.scene.requests import ChangeScope, Leave, Request, StopInquiry, StopRun, TakeScreenshot
from vrcnn.scene.results_acting import act_on_results
from vrcnn.scene.results_intents import ResultsAction
from vrcnn.scene.setting_table import toggle_table
from vrcnn.scene.shelf_pages import turn_page
from vrcnn.scene.sieve_handling import turn_by_wheel
from vrcnn.scene.sieve_panel_acting import act_on_sieve_panel
from vrcnn.scene.sieve_panel_intents import SievePanelAction
from vrcnn.scene.switching import choose_layout, toggle_room
from vrcnn.scene.theme import THEMES, following
from vrcnn.scene.tour_intents import TourAction
from vrcnn.scene.touring import act_on_tour
from vrcnn.scene.training_acting import act_on_training
from vrcnn.scene.training_intents import TrainingAction
from vrcnn.scene.visualizing import act_on_features
from vrcnn.scene.wave import Wave
from vrcnn.scene.way_acting import act_on_ways
from vrcnn.scene.way_intents import WayAction
from vrcnn.scene.world import HANDS, World
from vrcnn.scene.xray_acting import act_on_sieve
from vrcnn.scene.xray_intents import XrayAction


def act(world: World, action: Action) -> list[Request]:
    """Applies one action; what it speaks of stands in the hall `world.hall`."""
    if isinstance(action, TrainingAction):
        return act_on_training(world, action)
    if isinstance(action, FeatureAction):
        return act_on_features(world, action)
    if isinstance(action, HeadsetAction):
        return act_on_headset(world, action)
    if isinstance(action, TourAction):
        return act_on_tour(world, action)
    if isinstance(action, ExportAction):
        return act_on_export(world, action)
    if isinstance(action, ResultsAction):
        return act_on_results(world, action)
    if isinstance(action, WayAction):
        return act_on_ways(world, action)
    if isinstance(action, InspectAction):
        return act_on_inspection(world, action)
    if isinstance(action, AttributionAction):
        return act_on_attribution(world, action)
    if isinstance(action, XrayAction):
        return act_on_sieve(world, action)
    if isinstance(action, SievePanelAction):
        return act_on_sieve_panel(world, action)
    match action:
        case ChooseDetail(level):
            return [] if level == world.hall.chosen.detail else change(world, world.hall.chosen.with_detail(level))
        case ToggleRun(path):
            return change(world, world.hall.chosen.with_toggled(path))
        case ChooseLayout(layout):
            choose_layout(world, world.here, layout)
        case ToggleRoom(path):
            toggle_room(world, world.here, path)
        case BringBack(name):
            return change(world, world.hall.chosen.with_demanded(name))
        case TurnPage(step):
            return turn_page(world, step)
        case ToggleOverlay():
            overlay = next_overlay(world)
            world.overlaid, world.answer_wanted = overlay is not None, None
            world.overlaying = world.overlaying if overlay is None else overlay
            world.pictures_revision += 1
        case CancelRun(hall):
            return [StopRun(hall)] if world.halls[hall].job.running else []
        case CancelInquiry(number, hall):
            return [StopInquiry(number, hall)] if number in world.halls[hall].inquiries else []
        case ToggleLarge(hand):
            enlarge(world, () if is_large(world) else (hand,))
        case Dismiss():
            world.notices[-1:] = []  # there may be none any more, as others dismiss too
        case Colour(colouring):
            world.colouring = colouring
        case StepColouring(part, step):
            world.colouring = stepped(world.colouring, part, step, THEMES[world.theme])
        case ChooseTheme(theme):
            world.theme = theme or following(world.theme)
        case HangPanel(hand):
            hang_panel(world, hand)
        case SendWave():
            world.wave = Wave(world.time)
        case GoTo(name, hall):
            return go_to(world, name, hall)
        case StandAt(x, z):
            stand_at(world, x, z)
        case NextLayer(step):
            return next_layer(world, step)
        case ToggleTable():
            toggle_table(world)
        case Scroll(hand, notches):
            turned = turn_by_wheel(world, hand, notches)
            if turned is not None:
                return turned
            if not scale_frame(world, hand, notches):
                scroll(world, hand, notches)
        case PullOut(hand):
            return pull_out(world, hand)
        case PutAway(hand):
            return put_away(world, hand)
        case ZoomTiles(hand, step):
            zoom(world, hand, step)
        case FoldWall(hand):
            fold(world, hand)
        case HideWall(hand):
            hide(world, hand)
        case ResetWall(hand):
            reset(world, hand)
        case ShowHidden(hall):
            for number in range(len(world.halls)) if hall is None else [hall]:
                show_hidden(world, number)
        case ResetWhole(hall):
            reset_whole(world, hall)
        case ResetAll():
            reset_all(world)
        case Undo() | Redo():
            done = undo(world) if isinstance(action, Undo) else redo(world)
            return [DONE.by(hand) for hand in HANDS[1:]] if done else []
        case Screenshot():
            return [TakeScreenshot()]
        case Quit():
            return [Leave()]
    return []


def change(world: World, scope: Scope) -> list[Request]:
    """The visitor wants another scope of the network that they are at."""
    world.hall.wanted = scope
    return [ChangeScope(scope, world.here)]


def show_slice(world: World, share: float) -> list[Request]:
    """The visitor wants to see another slice, at `share` (0 to 1) of their depth, of all networks that have some."""
    requests: list[Request] = []
    for number, hall in enumerate(world.halls):
        if hall.slices > 1:
            hall.wanted = replace(hall.chosen, slice=share)
            requests.append(ChangeScope(hall.wanted, number))
    return requests
