"""Brings visitors along a tour, takes down its stops, and saves and opens sessions while the program runs."""

from __future__ import annotations

import json
from dataclasses import replace
from math import dist
from pathlib import Path
from typing import TYPE_CHECKING

from vrcnn.display import tell
from vrcnn.errors import UserError
from vrcnn.export.plain import Misfit
from vrcnn.export.session_files import SessionKeeper, session_of, take_up_session
from vrcnn.export.tour_file import FORMAT, eyes_of, read_tour, show_stop, state_of, wall_of
from vrcnn.opening import show_kept
from vrcnn.scene.going import bring
from vrcnn.scene.journey import Reached
from vrcnn.scene.panel_placing import show_panel
from vrcnn.scene.tour import Stop, Tour
from vrcnn.scene.tour_intents import NoteStop, OpenSession, SaveSession, ShowStop
from vrcnn.scene.touring import note_stop
from vrcnn.scene.wording import counted
from vrcnn.scene.world import Notice
from vrcnn.scene.world_panels import STOP

if TYPE_CHECKING:
    from vrcnn.exhibit import Exhibit

USUAL_NAME = "vrcnn-session.json"
LEAST, MOST, SPEED = 1.0, 4.5, 4.0  # s of a flight, and m/s between


def flight_seconds(start: tuple[float, float, float], end: tuple[float, float, float]) -> float:
    """How long a flight from one stop to the next takes."""
    return min(MOST, LEAST + dist(start, end) / SPEED)


class Guide:
    """Does what visitors ask of tours and sessions; `follow` comes once a frame."""

    def __init__(self, exhibit: Exhibit) -> None:
        self._exhibit = exhibit
        self._waiting: Stop | None = None  # for what it shows to be laid out, before one can stand before it
        self._offered: Notice | None = None

    def offer(self, tour: Tour) -> None:
        """A tour for somebody who has asked for it before they came in; a notice says so until they are at a stop."""
        world = self._exhibit.world
        world.touring.tour, world.touring.at, world.touring.chosen = tour, None, 0
        count = counted(len(tour.stops), "stop")
        how = "Page Down leads on, or Next stop on the menu."
        self._offered = Notice(f'The tour "{tour.title}" has {count}.', how)
        tell(world, self._offered)

    def take(self, request: ShowStop | NoteStop | SaveSession | OpenSession) -> None:
        """One of those; what cannot be done becomes a notice."""
        try:
            match request:
                case ShowStop(number):
                    self._show(number)
                case NoteStop(number, title, text):
                    self._note(number, title, text)
                case SaveSession(name):
                    self._save(name)
                case OpenSession(name):
                    self._open(name)
        except (UserError, Misfit) as error:
            tell(self._exhibit.world, Notice(str(error)))

    def follow(self) -> None:
        """Brings the visitor before a layer that was laid out anew for a stop."""
        stop, world = self._waiting, self._exhibit.world
        if stop is None or any(hall.wanted is not None for hall in world.halls):
            return
        self._waiting = None
        if world.touring.stop is stop:
            self._bring(stop)

    def _show(self, number: int) -> None:
        exhibit, world = self._exhibit, self._exhibit.world
        stop = world.touring.tour.stops[number]
        world.notices[:] = [notice for notice in world.notices if notice is not self._offered]
        opening = exhibit.opening
        show_stop(stop, opening)
        show_panel(world, STOP)
        if any(hall.wanted is not None for hall in world.halls):
            self._waiting = stop
        self._bring(stop)
        if opening.notes:
            tell(world, Notice(f'Not all of the stop "{stop.title}" is here.', "\n".join(opening.notes)))

    def _bring(self, stop: Stop) -> None:
        """In the headset at once, and as its visitor has chosen to be treated."""
        world = self._exhibit.world
        found = eyes_of(stop, world)
        wall = wall_of(stop, world)
        if found is None:
            if stop.layer and wall is None and self._waiting is None:
                self._reveal(stop.layer)
            return
        eyes, scale = found
        world.table = None
        bring(world, eyes, flight_seconds(world.player.eyes.position, eyes.position), gently=True)
        world.player.scale = scale
        glide = world.journey.glide
        end = world.player.position if glide is None else glide.after.position
        world.journey.reached = None
        if wall is not None:
            hall, index = wall
            world.here = hall
            world.journey.reached = Reached(hall, world.halls[hall].walls[index].name, end)

    def _reveal(self, layer: str) -> None:
        network, _, name = layer.rpartition(":")
        for display in self._exhibit.displays:
            if network in ("", display.hall.network):
                display.reveal(name)
                return

    def _note(self, number: int | None, title: str, text: str) -> None:
        world, state = self._exhibit.world, state_of(self._exhibit.world)
        at, layer = world.journey.at, ""
        if at is not None:
            layer = world.halls[at[0]].walls[at[1]].name
            layer = layer if len(world.halls) == 1 else f"{world.halls[at[0]].network}:{layer}"
        if number is None:
            title = title or (layer or f"Stop {len(world.touring.tour.stops) + 1}")
            note_stop(world, None, Stop(title, text, layer=layer, state=state))
            world.touring.told = f"Added {title}."
            return
        stop = world.touring.tour.stops[number]
        shown = {**stop.state, **state}
        note_stop(world, number, replace(stop, layer=layer or stop.layer, state=shown))
        world.touring.told = f"{stop.title} shows what you see now."

    def _save(self, name: str) -> None:
        exhibit = self._exhibit
        path = _path_of(name)
        keeper = exhibit.keeper
        if keeper is None:
            keeper = SessionKeeper(path)
            keeper.begin(exhibit.opening)
            exhibit.keeper = keeper
        keeper.save_as(path, exhibit.world)
        exhibit.world.touring.told = f"Kept in {path.name} from now on."
        print(f"Saved {path}.")

    def _open(self, name: str) -> None:
        exhibit, world, path = self._exhibit, self._exhibit.world, _path_of(name)
        if _is_tour(path):
            world.touring.tour = read_tour(path)
            world.touring.at, world.touring.chosen, world.touring.going = None, 0, False
            world.touring.told = f"The tour {path.name}: {len(world.touring.tour.stops)} stops."
            return
        session = session_of(path)
        frames, opened = world.gallery.frames, dict(world.panels.open)
        world.gallery.frames = []
        if not take_up_session(session, exhibit.opening, str(path)):
            world.gallery.frames = frames
            raise UserError(f"The session {path} has nothing of a network that is on show.")
        for key in opened:
            if world.panels.open.get(key) is opened[key] and opened[key].tag:
                world.panels.close(key)
        world.gallery.revision += 1
        show_kept(world, exhibit.renderer)
        if exhibit.keeper is not None:
            exhibit.keeper.go_on_in(path, session, world)
        world.touring.told = f"Opened {path.name}."


def _path_of(name: str) -> Path:
    path = Path(name.strip() or USUAL_NAME).expanduser()
    return path if path.suffix else path.with_suffix(".json")


def _is_tour(path: Path) -> bool:
    """Whether the file is a tour's own. Raises UserError where it cannot be read."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise UserError(f"{path} is neither a session nor a tour: it is no JSON ({error}).") from error
    return isinstance(content, dict) and content.get("format") == FORMAT
