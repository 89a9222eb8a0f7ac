"""Tours as JSON, in a file of their own or in a session's; and what a stop shows. docs/tours.md tells the format."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vrcnn.errors import UserError
from vrcnn.export.plain import Misfit, plain, taken
from vrcnn.export.session import (
    FORMAT as SESSION_FORMAT,
)
from vrcnn.export.session import (
    DamagedSession,
    arrangement_from_json,
    arrangement_to_json,
    scope_from_json,
)
from vrcnn.export.session_opening import Opening
from vrcnn.export.session_parts import PARTS, Camera, Part, camera_of, camera_pose, register
from vrcnn.export.session_sieve import told_sieve
from vrcnn.scene.geometry import Pose
from vrcnn.scene.standard_views import VIEWS, standard_view
from vrcnn.scene.switching import take_up
from vrcnn.scene.tour import LEAST, MOST, SECONDS, Stop, Tour, TourNetwork, TourPictures
from vrcnn.scene.vantage import vantage
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import HUNG
from vrcnn.whole_file import write_whole

FORMAT, VERSION = "vrcnn tour", 1
ASPECT = 1.6  # of a view where nobody says how wide it is
_STOP = ("title", "text", "seconds", "layer", "view", "claim")
_TOUR = ("title", "stops", "networks", "pictures", "measured")
STATE = ("camera", "look", "networks", "picture", "panels", "sieve")  # what a stop may have of what is seen


def tour_to_json(tour: Tour, folder: Path | None = None) -> dict[str, Any]:
    """The tour, as the members of a file; model files by their place beside it where its `folder` is told."""
    stops = []
    for stop in tour.stops:
        told = {name: getattr(stop, name) for name in _STOP if getattr(stop, name) not in ("", None)}
        stops.append({**told, **stop.state, **stop.rest})
    members: dict[str, Any] = {"title": tour.title}
    if tour.networks:
        members["networks"] = [_told_network(network, folder) for network in tour.networks]
        members["pictures"] = plain(tour.pictures)
    if tour.measured:
        members["measured"] = {name: float(f"{value:.6g}") for name, value in tour.measured.items()}
    return {**members, "stops": stops, **tour.rest}


def tour_from_json(content: Any, where: str = "tour", folder: Path | None = None) -> Tour:
    """The tour again; its model files lie beside the `folder` in which it was read. Raises Misfit."""
    record = taken(dict[str, Any], content, where)
    title = taken(str, record.get("title", "Tour"), f"{where}.title")
    stops = taken(list[dict[str, Any]], record.get("stops", []), f"{where}.stops")
    pictures = taken(TourPictures, record.get("pictures", {}), f"{where}.pictures")
    if pictures.count < 2 or pictures.seed < 0:
        raise Misfit(f"{where}.pictures are to be two or more, and their seed 0 or more")
    return Tour(
        title,
        tuple(_stop(one, f"{where}.stops[{n}]", n) for n, one in enumerate(stops)),
        _networks(record.get("networks", []), f"{where}.networks", folder),
        pictures,
        taken(dict[str, float], record.get("measured", {}), f"{where}.measured"),
        {name: value for name, value in record.items() if name not in _TOUR},
    )


def _networks(told: Any, where: str, folder: Path | None) -> tuple[TourNetwork, ...]:
    networks = tuple(taken(TourNetwork, one, f"{where}[{n}]") for n, one in enumerate(taken(list[Any], told, where)))
    names = [network.name for network in networks]
    if len({*names}) < len(names) or "" in names:
        raise Misfit(f"{where} need names that differ")
    return tuple(
        TourNetwork(each.name, _placed(each.model, folder), _placed(each.training, folder)) for each in networks
    )


def _placed(model: str, folder: Path | None) -> str:
    """A model file by its whole path; anything else as it is."""
    return str((folder / Path(model).expanduser()).resolve()) if folder and model.endswith(".py") else model


def _told_network(network: TourNetwork, folder: Path | None) -> dict[str, str]:
    told = {name: value for name, value in plain(network).items() if value}
    for name in ("model", "training"):
        if folder is not None and Path(told.get(name, "")).is_absolute():
            try:
                told[name] = Path(os.path.relpath(told[name], folder.resolve())).as_posix()
            except ValueError:
                continue  # on another drive
    return told


def _stop(record: dict[str, Any], where: str, number: int) -> Stop:
    words = {name: taken(str, record.get(name, ""), f"{where}.{name}") for name in _STOP if name != "seconds"}
    seconds = taken(float, record.get("seconds", SECONDS), f"{where}.seconds")
    if not LEAST <= seconds <= MOST:
        raise Misfit(f"{where}.seconds is not between {LEAST:g} and {MOST:g}")
    if words["view"] and words["view"] not in VIEWS:
        raise Misfit(f"{where}.view is none of {', '.join(VIEWS)}")
    state = {name: record[name] for name in STATE if name in record}
    rest = {name: value for name, value in record.items() if name not in (*_STOP, *STATE)}
    title = words["title"] or f"Stop {number + 1}"
    return Stop(title, words["text"], seconds, words["layer"], words["view"], state, words["claim"], rest)


def tour_written(tour: Tour, folder: Path | None = None) -> bytes:
    """A file of its own, in the `folder`."""
    content = {"format": FORMAT, "version": VERSION, **tour_to_json(tour, folder)}
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def save_tour(path: Path, tour: Tour) -> Path:
    """Writes it to a file of its own. Raises UserError where that cannot be."""
    return write_whole(path, lambda file: file.write(tour_written(tour, path.parent)))


def read_tour(path: Path) -> Tour:
    """The tour of a tour's or a session's file. Raises UserError where there is none, or it cannot be read."""
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(f"The tour {path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise UserError(f"The tour {path} cannot be read: it is no JSON ({error}).") from error
    form = content.get("format") if isinstance(content, dict) else None
    if form == SESSION_FORMAT:
        content = content.get("tour")
        if content is None:
            raise UserError(f"The session {path} has no tour: add stops to it on its panel (F8).")
    elif form != FORMAT:
        raise UserError(f'{path} is no tour: its "format" is neither "{FORMAT}" nor "{SESSION_FORMAT}".')
    elif not isinstance(content.get("version"), int) or content["version"] > VERSION:
        raise UserError(f"The tour {path} cannot be read: a newer version of vrcnn has written it.")
    try:
        members = {name: value for name, value in content.items() if name not in ("format", "version")}
        tour = tour_from_json(members, folder=path.parent)
    except Misfit as misfit:
        raise UserError(f"The tour {path} cannot be read: {misfit}.") from misfit
    if not tour.stops:
        raise UserError(f"The tour {path} has no stops.")
    return tour


def is_session(path: Path) -> bool:
    """Whether a file that `read_tour` has read is a session's."""
    content = json.loads(path.read_bytes())
    return isinstance(content, dict) and content.get("format") == SESSION_FORMAT


def state_of(world: World) -> dict[str, Any]:
    """What a visitor sees, for a stop: where they stand, the look, what walls show and where, the picture, panels."""
    easel = world.easel.picture
    networks = [
        {"name": hall.network, **arrangement_to_json(hall.arrangement), "scope": plain(hall.chosen)}
        for hall in world.halls
    ]
    hung = [told for told in PARTS["panels"].tell(world) or [] if told.get("stands") == HUNG]
    state = {"camera": plain(camera_of(world)), "look": PARTS["look"].tell(world), "networks": networks, "panels": hung}
    state["sieve"] = told_sieve(world)
    if easel is not None:
        picture = world.pictures[easel]
        state["picture"] = {"name": picture.name, **({} if picture.path is None else {"path": str(picture.path)})}
    return state


def show_stop(stop: Stop, opening: Opening) -> None:
    """Everything that the stop shows, but for where one stands; what is not there any more is in Opening.notes.

    Raises Misfit where the stop is damaged.
    """
    world, state = opening.world, stop.state
    for part in ("look", "panels"):
        if part in state:
            if part == "panels":
                for key in [key for key, panel in world.panels.open.items() if panel.stands == HUNG]:
                    world.panels.close(key)
            PARTS[part].take(state[part], opening)
    if "sieve" in state:
        PARTS["sieve"].take(state["sieve"], opening)
    for one in taken(list[dict[str, Any]], state.get("networks", []), "networks"):
        _show_network(one, opening)
    picture = taken(dict[str, Any] | None, state.get("picture"), "picture")
    if picture is not None:
        name = str(picture.get("name"))
        number = opening.picture_like(name, str(picture.get("path", "")))
        if number is None:
            opening.notes.append(f'The picture "{name}" is not on the shelf.')
        else:
            opening.place(number)


def _show_network(one: Mapping[str, Any], opening: Opening) -> None:
    world = opening.world
    number = opening.hall_named(str(one.get("name"))) if one.get("name") else 0
    if number is None:
        opening.notes.append(f"The network {one.get('name')} is not on show.")
        return
    try:
        if "scope" in one:
            scope = scope_from_json(one["scope"], "networks.scope")
            if scope != world.halls[number].chosen:
                opening.rescope(number, scope)
        members = {name: value for name, value in one.items() if name not in ("name", "scope")}
        if members:
            take_up(world, number, arrangement_from_json(members, "networks"))
    except DamagedSession as error:
        raise Misfit(str(error)) from error


def eyes_of(stop: Stop, world: World, aspect: float = ASPECT) -> tuple[Pose, float] | None:
    """Where the eyes are at a stop, and the visitor's scale; None where it says nothing of that, or of a layer that has
    no wall now. Raises Misfit where the stop is damaged."""
    if "camera" in stop.state:
        camera: Camera = taken(Camera, stop.state["camera"], "camera")
        if camera.scale <= 0:
            raise Misfit("camera.scale is not positive")
        return camera_pose(camera), camera.scale
    found = wall_of(stop, world)
    if found is not None:
        number, index = found
        return vantage(world.halls, number, world.halls[number].walls[index]), 1.0
    if stop.view:
        return standard_view(world, stop.view, aspect), 1.0
    return None


def wall_of(stop: Stop, world: World) -> tuple[int, int] | None:
    """(hall, position in Hall.walls) of the wall of the layer that the stop speaks of."""
    network, _, layer = stop.layer.rpartition(":")
    for number, hall in enumerate(world.halls):
        if network in ("", hall.network):
            for names in ([wall.name for wall in hall.walls], [wall.title for wall in hall.walls]):
                if layer and layer in names:
                    return number, names.index(layer)
    return None


def _take_tour(told: Any, opening: Opening) -> None:
    touring = opening.world.touring
    touring.tour, touring.at, touring.chosen, touring.going = tour_from_json(told), None, 0, False


register(
    Part(
        "tour",
        lambda world: tour_to_json(world.touring.tour) if world.touring.tour.stops else None,
        _take_tour,
        lambda world: world.touring.tour,
    )
)
