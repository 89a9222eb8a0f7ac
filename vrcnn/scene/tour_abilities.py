"""What a visitor can do with tours, sessions, and pictures and films of the place."""

from __future__ import annotations

from vrcnn.scene.ability import Ability
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.tour_intents import (
    AddStop,
    CancelFilm,
    ChooseStop,
    DeleteStop,
    EndTour,
    FilmTurntable,
    GoToStop,
    MoveStop,
    NextStop,
    OpenSession,
    PlayTour,
    SaveSession,
    Snapshot,
    UpdateStop,
)
from vrcnn.scene.world_panels import TOUR

KEEPING = (
    Ability("Session and tour", "F8", "", OpenPanel(TOUR), "Keep", ("F8",)),
    Ability("Next stop", "Page Down", "", NextStop(1), "Keep", ("PAGE_DOWN",)),
    Ability("Stop before", "Page Up", "", NextStop(-1), "Keep", ("PAGE_UP",)),
    Ability("Play the tour, pause", "panel, Tour", "", PlayTour(), "Keep"),
    Ability("End the tour", "panel, Tour", "", EndTour(), "Keep"),
    Ability("Add a stop here", "panel, Tour", "", AddStop(), "Keep"),
    Ability("Save the session", "panel, Session", "", SaveSession(), "Keep"),
    Ability("Film around the network", "panel, Pictures", "", FilmTurntable(), "Keep"),
    Ability("Cancel the film", "panel, Pictures", "panel, Pictures", CancelFilm()),
    Ability("Choose a stop", "panel, Tour", "panel, Tour", ChooseStop(0)),
    Ability("Go to a stop", "panel, Tour", "panel, Tour", GoToStop(0)),
    Ability("Change a stop", "panel, Tour", "panel, Tour", UpdateStop()),
    Ability("Put a stop elsewhere", "panel, Tour", "panel, Tour", MoveStop(0, 1)),
    Ability("Delete a stop", "panel, Tour, which asks", "panel, Tour, which asks", DeleteStop(0)),
    Ability("Open a session", "panel, Session", "panel, Session", OpenSession("")),
    Ability("Large picture", "panel, Pictures", "panel, Pictures", Snapshot()),
)
