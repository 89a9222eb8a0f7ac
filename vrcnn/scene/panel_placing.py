"""Where the panels of the headset stand: at the wrist, beside a wall, before the visitor; always to be read."""

from __future__ import annotations

from itertools import product
from math import atan2, cos, dist, hypot, pi, sin

from vrcnn.scene.geometry import Pose, Ray, Vector, hit_rectangle, rotate, turn
from vrcnn.scene.hall import Wall
from vrcnn.scene.inspecting import focus
from vrcnn.scene.panel_hanging import follow_walls
from vrcnn.scene.panel_pressing import about_pointed, feel_panels, layer_of
from vrcnn.scene.requests import Request
from vrcnn.scene.staying import heading
from vrcnn.scene.vantage import unseen
from vrcnn.scene.wall_controls import ON_THE_WALL
from vrcnn.scene.world import HANDS, Notice, Player, Target, World
from vrcnn.scene.world_panels import (
    ABOUT_A_LAYER,
    AT_HAND,
    AT_WALL,
    DRAW,
    FOR_ALL,
    HUNG,
    IN_ROOM,
    IN_WINDOW,
    MAY_BE_ABOUT,
    MENU,
    POINTS,
    WALL,
    WORN_ONLY,
    WorldPanel,
)

AT_WRIST, REACHES = 0.45, (0.9, 0.7, 0.55)  # m of the room from which a panel is read
ASIDE = (0.0, 0.4, -0.4, 0.8, -0.8, 1.2, -1.2, 1.6, -1.6)  # rad from where the visitor looks, where a panel may stand
BELOW = 0.26  # rad below the eyes, of a panel's middle
BEHIND = 1.05  # of the way to a panel, which nothing may stand in
ABOVE_HAND = 0.07  # m of the room from the grip to the lower edge of the menu
LEASH = 0.012  # m of the room by which a hand may tremble before the menu follows
HANGS, PATIENCE = 0.72, 2.5  # m below the eyes at which a hand hangs down, and s after which its menu is closed
LEFT_BEHIND = 2.0  # m of the room from the eyes, beyond which a panel comes along
BESIDE = 0.05  # m of the room between a wall and its panel
FORWARD = 0.12  # m of the room by which that stands before the wall's plane
NEAREST, FURTHEST = 0.7, 3.0  # m of the room: the limits of how large a wall's panel is written
TOO_FAR = 9.0  # m of the room from a wall, at which its panel is closed


def toggle_menu(world: World, hand: str) -> None:
    """Opens the menu at the wrist of the hand that wears it, whichever `hand` asks, or closes it."""
    panels, off = world.panels, world.comfort.off
    if MENU in panels.open:
        panels.close(MENU)
    elif world.player.head is not None:
        worn = world.hands[off].grip is not None
        panel = _made(world, MENU, AT_WRIST if worn else REACHES[-1])
        panel.about = about_pointed(world, hand, (*ON_THE_WALL, "frame", "picture"))
        if panel.about is not None:
            panel.hall, panel.wall = layer_of(world, panel.about)
        panel.stands = AT_HAND if worn else IN_ROOM
        panels.menu_hand, panels.dropped = off, None
        panels.open[MENU] = panel
        if worn:
            _follow_hand(world, panel, leash=0.0)
        else:
            _stand_before(world, panel)
        _settle(world.player, panel)


def toggle_panel(world: World, name: str) -> None:
    """Opens a panel before the visitor, that of a layer beside its wall, or closes it; in the window at its right.

    Of those that hang beside walls, `name` is the key.
    """
    panels = world.panels
    former = panels.open.get(name)
    if former is not None and former.stands == HUNG:
        panels.close(name)
        return
    if name == MENU:
        toggle_menu(world, world.comfort.off)
        return
    worn = world.player.head is not None
    if not worn and name in WORN_ONLY:
        return
    asking = next((hand for hand in HANDS if world.hands[hand].selecting), world.comfort.main if worn else HANDS[0])
    about = about_pointed(world, asking) if name in (*ABOUT_A_LAYER, *MAY_BE_ABOUT) else None
    if former is not None and (about is None or _tells_of(world, former, about)):
        panels.close(name)
        return
    if name in ABOUT_A_LAYER and about is None:
        panels.close(name)
        world.notices.append(Notice("No layer was chosen.", "Point at a wall, and ask again."))
        return
    show_panel(world, name, about)


def _tells_of(world: World, panel: WorldPanel, about: Target) -> bool:
    """Whether a panel speaks of what is pointed at; that of a layer speaks of all its channels."""
    same = layer_of(world, about) == (panel.hall, panel.wall)
    return same and (panel.name == WALL or (panel.about is not None and panel.about.tile == about.tile))


def show_panel(world: World, name: str, about: Target | None = None) -> WorldPanel:
    """Opens a panel anew, where it can be read; that of a layer speaks of what is pointed at. Returns it."""
    panels = world.panels
    former = panels.open.get(name)
    panels.close(name)
    panel = _made(world, name, REACHES[0])
    panel.page = "" if former is None else former.page
    if about is not None:
        focus(world, panel, about)
    panels.open[name] = panel
    if world.player.head is None:
        panel.stands = IN_WINDOW
        return panel
    if name not in ABOUT_A_LAYER or not _stand_beside(world, panel):
        _stand_before(world, panel)
    _settle(world.player, panel)
    return panel


def place_panels(world: World) -> list[Request]:
    """Once a frame: panels that move with a hand, a wall or the visitor are where they belong."""
    panels, player = world.panels, world.player
    if not panels.open:
        return []
    follow_walls(world)
    if player.head is None:
        panels.rest()
        return []
    room = player.room
    arrived = room == panels.room and room != panels.checked
    panels.room = room
    for panel in list(panels.open.values()):
        if panel.stands == AT_HAND:
            _follow_hand(world, panel, LEASH)
            if _hangs_down(world):
                panels.close(MENU)
        elif panel.stands in FOR_ALL:
            continue
        elif panel.stands == AT_WALL:
            if not _follow_wall(world, panel):
                panels.close(panel.key)
        elif (
            panel.stands == IN_WINDOW
            or dist(panel.spot, player.head.position) > LEFT_BEHIND
            or (arrived and not _clear(world, panel, panel.spot))
        ):
            _stand_before(world, panel)
        if panel.name == WALL and _wall_of(world, panel) is None:
            panels.close(panel.key)
    if arrived:
        panels.checked = room
    for hand, grip in panels.moved.items():
        ray, panel = world.hands[hand].ray, panels.open[grip.panel]
        if ray is not None:
            held = rotate(panel.pose.orientation, (grip.x * panel.width, grip.y * panel.height, 0.0))
            x, y, z = (a - b for a, b in zip(ray.at(grip.distance), held, strict=True))
            panel.stands, panel.spot = IN_ROOM, room.inverse().apply((x, y, z))
    for panel in panels.open.values():
        if panel.stands not in FOR_ALL:
            _settle(player, panel)
    return feel_panels(world)


def facing(place: Vector, eyes: Vector) -> Pose:
    """At `place`, upright, with its face to the eyes."""
    x, y, z = (there - here for here, there in zip(place, eyes, strict=True))
    return Pose(place, turn(atan2(x, z), -atan2(y, hypot(x, z))))


def _made(world: World, name: str, reach: float) -> WorldPanel:
    return WorldPanel(name, Pose(), 1.0, 1.0, hall=world.here, reach=reach)


def _settle(player: Player, panel: WorldPanel) -> None:
    """Its pose and size in the world follow from where it is in the room, and from where the eyes are."""
    if player.head is None:
        return
    room = player.room
    panel.scale = room.scale
    panel.width, panel.height = (points * panel.reach * room.scale / 1000 for points in POINTS[panel.name])
    panel.pose = room.carry(facing(panel.spot, player.head.position))


def _wall_of(world: World, panel: WorldPanel) -> Wall | None:
    walls = world.halls[panel.hall].walls if panel.hall < len(world.halls) else []
    return next((wall for wall in walls if wall.name == panel.wall), None)


def _follow_hand(world: World, panel: WorldPanel, leash: float) -> None:
    """Above the hand, as far as the leash lets it."""
    grip = world.hands[world.panels.menu_hand].grip
    if grip is None:
        return
    x, y, z = world.player.room.inverse().apply(grip.position)
    wanted = x, y + ABOVE_HAND + POINTS[panel.name][1] * panel.reach / 2000, z
    apart = dist(wanted, panel.spot)
    if apart > leash:
        share = 1 - leash / apart
        x, y, z = (here + share * (there - here) for here, there in zip(panel.spot, wanted, strict=True))
        panel.spot = x, y, z


def _hangs_down(world: World) -> bool:
    """Whether the hand that wears the menu has hung down for long."""
    panels, head, grip = world.panels, world.player.head, world.hands[world.panels.menu_hand].grip
    low = head is not None and grip is not None
    if low and head is not None and grip is not None:
        low = head.position[1] - world.player.room.inverse().apply(grip.position)[1] > HANGS
    panels.dropped = (world.time if panels.dropped is None else panels.dropped) if low else None
    return panels.dropped is not None and world.time - panels.dropped > PATIENCE


def _stand_before(world: World, panel: WorldPanel) -> None:
    """Before the visitor, a little below the eyes, where neither a wall nor another panel is."""
    panel.stands = IN_ROOM
    for aside, reach in product(ASIDE, REACHES):
        panel.reach = reach
        panel.spot = _before(world.player, aside, reach)
        if not _overlaps(world, panel) and not _hides_easel(world, panel) and _clear(world, panel, panel.spot):
            return
    panel.reach = REACHES[-1]
    panel.spot = _before(world.player, 0.0, panel.reach)


def _before(player: Player, aside: float, reach: float) -> Vector:
    """The place in the room at `reach` m from the eyes, `aside` rad to the right of where they look."""
    head = player.head or Pose()
    x, y, z = head.position
    yaw, ahead = heading(head) - aside, reach * cos(BELOW)
    return x - ahead * sin(yaw), y - reach * sin(BELOW), z - ahead * cos(yaw)


def _overlaps(world: World, panel: WorldPanel) -> bool:
    """Whether it would cover another one that is open, as the eyes see them."""
    for other in world.panels.open.values():
        if other.key == panel.key or other.stands in FOR_ALL:
            continue
        (yaw, pitch), (other_yaw, other_pitch) = (_direction(world.player, each.spot) for each in (panel, other))
        width, height = (
            _angle(world.player, panel, axis) + _angle(world.player, other, axis) for axis in (0, 1)
        )  # half of each
        apart = abs((yaw - other_yaw + pi) % (2 * pi) - pi)
        if apart < width and abs(pitch - other_pitch) < height:
            return True
    return False


def _hides_easel(world: World, panel: WorldPanel) -> bool:
    """Whether the tools to draw would stand before the picture that they are for."""
    head, easel = world.player.head, world.easel
    if panel.name != DRAW or head is None:
        return False
    eyes = world.player.eyes.position
    pose, size = world.player.room.carry(facing(panel.spot, head.position)), panel.reach * world.player.scale / 1000
    width, height = (points * size for points in POINTS[panel.name])
    for x, y in product((-0.5, 0.0, 0.5), repeat=2):
        there = easel.pose.apply((x * easel.width, y * easel.height, 0.0))
        ray = Ray(eyes, (there[0] - eyes[0], there[1] - eyes[1], there[2] - eyes[2]))
        if hit_rectangle(ray, pose, width, height) is not None:
            return True
    return False


def _direction(player: Player, spot: Vector) -> tuple[float, float]:
    head = (player.head or Pose()).position
    x, y, z = (there - here for here, there in zip(head, spot, strict=True))
    return atan2(-x, -z), atan2(y, hypot(x, z))


def _angle(player: Player, panel: WorldPanel, axis: int) -> float:
    """Half of the angle that a panel takes of the sight."""
    size = POINTS[panel.name][axis] * panel.reach / 1000
    return atan2(size / 2, max(0.1, dist((player.head or Pose()).position, panel.spot)))


def _clear(world: World, panel: WorldPanel, spot: Vector) -> bool:
    """Whether no wall stands before, in or close behind a panel at this place of the room."""
    player = world.player
    head = player.head or Pose()
    pose = facing(spot, head.position)
    width, height = (points * panel.reach / 1000 for points in POINTS[panel.name])
    corners = [pose.apply((x * width / 2, y * height / 2, 0.0)) for x in (-1, 0, 1) for y in (-1, 0, 1)]
    room, (ex, ey, ez) = player.room, head.position
    ends = [(ex + BEHIND * (x - ex), ey + BEHIND * (y - ey), ez + BEHIND * (z - ez)) for x, y, z in corners]
    return not unseen(world.halls, room.apply(head.position), [room.apply(end) for end in ends]).any()


def _stand_beside(world: World, panel: WorldPanel) -> bool:
    """Beside its wall, at the side where the visitor is; False where that is hidden from them."""
    wall, head = _wall_of(world, panel), world.player.head
    if wall is None or head is None or not wall.shown:
        return False
    frame = world.halls[panel.hall].placing @ wall.placing
    nearer = 1.0 if frame.inverse().apply(world.player.eyes.position)[0] >= 0 else -1.0
    for side in (nearer, -nearer):
        panel.stands, panel.side, panel.reach = AT_WALL, side, REACHES[0]
        for _ in range(3):  # its size follows from the distance, and its place from its size
            _follow_wall(world, panel)
            panel.reach = min(max(dist(panel.spot, head.position), NEAREST), FURTHEST)
        _follow_wall(world, panel)
        if not _overlaps(world, panel) and _clear(world, panel, panel.spot):
            return True
    return False


def _follow_wall(world: World, panel: WorldPanel) -> bool:
    """Beside its wall at the height of the eyes; False where the visitor has left it, or it is not shown."""
    wall, head = _wall_of(world, panel), world.player.head
    if wall is None or head is None or not wall.shown:
        return False
    frame, room = world.halls[panel.hall].placing @ wall.placing, world.player.room
    half = POINTS[panel.name][0] * panel.reach * room.scale / 2000
    out = wall.width * frame.scale / 2 + half + BESIDE * room.scale
    x, _, z = frame.pose.apply((panel.side * out, 0.0, FORWARD * room.scale))
    back = room.inverse()
    level = head.position[1] - panel.reach * sin(BELOW) / 2
    across, _, ahead = back.apply((x, 0.0, z))
    panel.spot = across, level, ahead
    return dist(panel.spot, head.position) < TOO_FAR
