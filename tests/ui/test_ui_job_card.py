"""The jobs on the window's card: a click on a job's cross gives it up."""

from __future__ import annotations

import numpy as np
import pytest
from test_ui_panel import Shown, context, shown

from vrcnn.scene.feature_intents import CancelFeatures
from vrcnn.scene.hall import JobStatus
from vrcnn.scene.intents import CancelRun, Intent
from vrcnn.ui.events import ButtonEvent, PointerMoved

__all__ = ["context", "shown"]
pytestmark = pytest.mark.gl


def clicked_along_the_edge(shown: Shown, captured: bool = False) -> list[Intent]:
    """What clicks ask for that go down the card where the crosses are."""
    shown.frames(captured=captured)
    card = shown.quad.claimed[0]
    for y in np.arange(card.top + 8, card.bottom, 8.0):
        place = float(card.right) - 24.0, float(y)
        shown.quad.events = (PointerMoved(*place), ButtonEvent("left", True, *place))
        shown.frames(1, captured)
        shown.quad.events = (ButtonEvent("left", False, *place),)
        shown.frames(1, captured)
    shown.quad.events = ()
    return shown.panel.intents()


def test_the_cross_cancels_what_it_stands_beside(shown: Shown) -> None:
    assert clicked_along_the_edge(shown) == []
    shown.world.hall.job = JobStatus("Running cat", 26, 52, running=True)
    assert set(clicked_along_the_edge(shown)) == {CancelRun(0)}
    features = shown.world.hall.features.job
    features.running, features.total = True, 5
    assert set(clicked_along_the_edge(shown)) == {CancelRun(0), CancelFeatures(0)}
    assert clicked_along_the_edge(shown, captured=True) == [], "the mouse is the view's"


def test_the_cross_is_seen(shown: Shown) -> None:
    shown.world.hall.job = JobStatus("", 0, 52, running=True)
    usual = shown.frames(captured=False)
    card = shown.quad.claimed[0]
    edge = slice(int(card.top), int(card.bottom)), slice(int(card.right) - 34, int(card.right) - 12)
    cross = np.argwhere(usual[edge].min(axis=2) > 90)
    cross = cross[cross[:, 0] > cross[:, 0].min() + 1]
    shown.world.hall.job = JobStatus()
    assert len(cross) >= 12
    assert len(np.unique(cross[:, 1])) >= 6
