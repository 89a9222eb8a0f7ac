"""What a session has beside the networks' places: parts, each of which tells of the World and takes it up again.

Whoever adds something to the World that belongs into sessions adds a part: `register(Part(name, tell, take, key))`, in
a file of their own that session_files.py imports. A part's name is its member of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from math import asin
from typing import Any

from vrcnn.export.plain import Misfit, plain, taken
from vrcnn.export.session_opening import Opening
from vrcnn.featurevis.settings import Settings
from vrcnn.scene.colouring import COLORMAPS, ORDERS, RANGES, Colouring
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.headset_intents import AUDIENCE
from vrcnn.scene.onlookers import Spectator
from vrcnn.scene.staying import heading
from vrcnn.scene.table import Table
from vrcnn.scene.theme import THEMES
from vrcnn.scene.walking import HIGHEST_PITCH
from vrcnn.scene.world import EYE_HEIGHT, Target, World
from vrcnn.scene.world_panels import MENU, NOTE, PANELS, WorldPanel


@dataclass(frozen=True)
class Part:
    """One part of a session.

    Attributes:
        name: of its member in the file.
        tell: what is written of the World, as json can; None for nothing.
        take: takes what was read into the World that is opened. Raises Misfit (plain.py) where it is damaged; what is
            not there any more it adds to Opening.notes.
        key: equal keys mean that the same would be told; asked for in each frame.
        restless: whether it changes all the time, so that it is written with other changes, or after a longer rest.
    """

    name: str
    tell: Callable[[World], Any]
    take: Callable[[Any, Opening], None]
    key: Callable[[World], object]
    restless: bool = False


PARTS: dict[str, Part] = {}  # by name, in the order in which they are taken up


def register(part: Part) -> None:
    """Adds a part; one of the same name is replaced."""
    PARTS[part.name] = part


def tell_all(world: World) -> dict[str, Any]:
    """What all parts tell, by their names."""
    return {part.name: part.tell(world) for part in PARTS.values()}


def take_all(told: Mapping[str, Any], opening: Opening) -> None:
    """Takes up what was read; a part that is damaged is left as it is, and told of."""
    for part in PARTS.values():
        if told.get(part.name) is None:
            continue
        try:
            part.take(told[part.name], opening)
        except Misfit as misfit:
            opening.notes.append(f"Its {part.name} is left out: {misfit}.")


def keys_of(world: World, restless: bool) -> tuple[object, ...]:
    """Equal keys mean that all parts would tell the same: those that are `restless`, or all others."""
    return tuple(part.key(world) for part in PARTS.values() if part.restless == restless)


@dataclass(frozen=True)
class Look:
    """How values look, and the place."""

    theme: str = "dark"
    colouring: Colouring = Colouring()


@dataclass(frozen=True)
class Camera:
    """Where the desktop's visitor stands, as in Player; in a headset where they would see the same."""

    position: tuple[float, float, float]
    yaw: float = 0.0
    pitch: float = 0.0
    scale: float = 1.0


def camera_of(world: World) -> Camera:
    """Where the visitor is."""
    player = world.player
    if player.head is None:
        return Camera(player.position, player.yaw, player.pitch, player.scale)
    x, y, z = player.eyes.position
    pitch = asin(max(-1.0, min(1.0, player.eyes.forward[1])))
    place = x, y - EYE_HEIGHT * player.scale, z
    return Camera(place, heading(player.eyes), max(-HIGHEST_PITCH, min(HIGHEST_PITCH, pitch)), player.scale)


def _take_look(told: Any, opening: Opening) -> None:
    look: Look = taken(Look, told, "look")
    colouring, names = look.colouring, {"", *(each.name for each in COLORMAPS)}
    if (
        look.theme not in THEMES
        or colouring.range not in RANGES
        or colouring.order not in ORDERS
        or colouring.colormap not in names
        or not (0 < colouring.gamma <= 10 and 50 <= colouring.percentile <= 100 and colouring.fixed > 0)
    ):
        raise Misfit("look has values that cannot be")
    opening.world.theme, opening.world.colouring = look.theme, colouring


@dataclass(frozen=True)
class Making:
    """How the next feature visualizations are made."""

    settings: Settings
    wants_sights: bool = True


def _take_making(told: Any, opening: Opening) -> None:
    making: Making = taken(Making, told, "visualizations")
    opening.world.feature_settings, opening.world.wants_sights = making.settings, making.wants_sights


@dataclass(frozen=True)
class Audience:
    """What the window shows while a headset is worn."""

    view: str = AUDIENCE[0]
    spectator: Spectator | None = None


def _take_audience(told: Any, opening: Opening) -> None:
    audience: Audience = taken(Audience, told, "audience")
    if audience.view not in AUDIENCE:
        raise Misfit("audience.view is none of " + ", ".join(AUDIENCE))
    opening.world.audience, opening.world.spectator = audience.view, audience.spectator


def _tell_table(world: World) -> Any:
    table = world.table
    if table is None:
        return None
    return {"network": world.halls[table.hall].network, "pose": plain(table.pose), "pitch": table.pitch}


def _take_table(told: Any, opening: Opening) -> None:
    name = taken(dict[str, Any], told, "table")
    hall = opening.hall_named(str(name.get("network")))
    if hall is not None:
        pose = taken(Pose, name.get("pose"), "table.pose")
        opening.world.table = Table(hall, pose, taken(float, name.get("pitch", 0.0), "table.pitch"))


_OWN = ("hall", "about")  # members of a panel that are told in other words


def _tell_panels(world: World) -> Any:
    told = []
    for panel in world.panels.open.values():
        if panel.name in (MENU, NOTE):
            continue
        members = {each.name: plain(getattr(panel, each.name)) for each in fields(panel) if each.name not in _OWN}
        about = panel.about
        if about is not None and about.kind == "wall":
            members["about"] = {"tile": about.tile, "visualized": about.visualized, "u": about.u, "v": about.v}
        told.append({"network": world.halls[panel.hall].network, **members})
    return told or None


def _take_panels(told: Any, opening: Opening) -> None:
    world, lost = opening.world, []
    for number, one in enumerate(taken(list[dict[str, Any]], told, "panels")):
        where, hall = f"panels[{number}]", opening.hall_named(str(one.get("network")))
        given = {name: value for name, value in one.items() if name not in ("network", *_OWN)}
        panel: WorldPanel = taken(WorldPanel, given, where)
        walls = {} if hall is None else {wall.name: place for place, wall in enumerate(world.halls[hall].walls)}
        if panel.name not in PANELS or hall is None or (panel.wall and panel.wall not in walls):
            lost.append(panel.wall or panel.name)
            continue
        panel.hall = hall
        if panel.wall:
            panel.about = _about(one.get("about") or {}, walls[panel.wall], hall, where)
        world.panels.open[panel.key] = panel
    if lost:
        opening.notes.append(f"Panels that have no place now: {', '.join(lost)}.")


def _about(told: dict[str, Any], index: int, hall: int, where: str) -> Target:
    tile = taken(int | None, told.get("tile"), f"{where}.about.tile")
    u, v = (taken(float, told.get(name, 0.0), f"{where}.about.{name}") for name in "uv")
    visualized = taken(bool, told.get("visualized", False), f"{where}.about.visualized")
    return Target("wall", index, 0.0, (0.0, 0.0, 0.0), u, v, tile, visualized, hall=hall)


def _take_camera(told: Any, opening: Opening) -> None:
    camera: Camera = taken(Camera, told, "camera")
    if camera.scale <= 0:
        raise Misfit("camera.scale is not positive")
    if opening.aside:
        return
    player = opening.world.player
    player.position, player.yaw, player.pitch = camera.position, camera.yaw, camera.pitch
    player.scale, opening.world.journey.glide = camera.scale, None


def camera_pose(camera: Camera) -> Pose:
    """The eyes of who stands there."""
    x, y, z = camera.position
    return Pose((x, y + EYE_HEIGHT * camera.scale, z), turn(camera.yaw, camera.pitch))


def _camera_key(world: World) -> object:
    """Not where the head is, which never rests."""
    player = world.player
    return player.position, player.yaw, player.pitch, player.scale


def _panels_key(world: World) -> object:
    return tuple(
        (key, panel.stands, panel.page, panel.wall, panel.spot if panel.stands != "hand" else None)
        for key, panel in world.panels.open.items()
    )


def _spectator_key(world: World) -> object:
    return world.audience, None if world.spectator is None else replace(world.spectator)


register(
    Part(
        "look",
        lambda world: plain(Look(world.theme, world.colouring)),
        _take_look,
        lambda world: (world.theme, world.colouring),
    )
)
register(
    Part(
        "visualizations",
        lambda world: plain(Making(world.feature_settings, world.wants_sights)),
        _take_making,
        lambda world: (world.feature_settings, world.wants_sights),
    )
)
register(
    Part("audience", lambda world: plain(Audience(world.audience, world.spectator)), _take_audience, _spectator_key)
)
register(Part("table", _tell_table, _take_table, lambda world: None if world.table is None else world.table.pose))
register(Part("panels", _tell_panels, _take_panels, _panels_key))
register(Part("camera", lambda world: plain(camera_of(world)), _take_camera, _camera_key, restless=True))
