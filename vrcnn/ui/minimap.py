"""The minimap: the halls from above with the visitor in them. A click goes there."""

from __future__ import annotations

from math import cos, hypot, pi, radians, sin

from imgui_bundle import imgui

from vrcnn.scene.camera import FIELD_OF_VIEW
from vrcnn.scene.ground_plan import GroundPlan, ground_plan
from vrcnn.scene.intents import GoTo, Intent, StandAt
from vrcnn.scene.staying import heading
from vrcnn.scene.world import World
from vrcnn.ui.backend import ImguiRenderer
from vrcnn.ui.events import Area
from vrcnn.ui.plan_picture import PlanPicture
from vrcnn.ui.theme import GLASS, SMALL, Style

WORTHWHILE = 40.0  # m, the length of a network that is not taken in from the path
TALLEST, LEAST = 330.0, 120.0  # px at a scale of 1: of the map's height
NEAR, NEAREST = 7.5, 13.0  # pixels per m at a scale of 1, where the map scrolls
FAR = 4.5  # the same where it shows everything, at least
RIM = 3.0  # m of the ground around the walls that are shown too
BESIDE = 7.0  # m of the ground's beside the walls, for names
BEHIND = 0.62  # of the map's height, where the visitor is
STRIP = 40.0  # px at a scale of 1: the overview's width
STRETCHED = 3.0  # how much wider than long the overview may be drawn
REACH = 13.0  # px at a scale of 1 around a wall within which it is pointed at
SIGHT = 9.0  # m that the cone of the view is long
NAMES = 12  # rooms whose names are shown at most


class View:
    """From the ground (x, z in m) to pixels and back, where the map is drawn."""

    def __init__(self, area: Area, centre: tuple[float, float], zoom: float, turn: float) -> None:
        self.area, self.centre, self.zoom, self.turn = area, centre, zoom, turn
        self._middle = (area.left + area.right) / 2, (area.top + area.bottom) / 2
        self._cos, self._sin = cos(turn), sin(turn)

    def at(self, x: float, z: float) -> tuple[float, float]:
        dx, dz = x - self.centre[0], z - self.centre[1]
        across, down = self._cos * dx - self._sin * dz, self._sin * dx + self._cos * dz
        return self._middle[0] + self.zoom * across, self._middle[1] + self.zoom * down

    def ground(self, x: float, y: float) -> tuple[float, float]:
        across, down = (x - self._middle[0]) / self.zoom, (y - self._middle[1]) / self.zoom
        dx, dz = self._cos * across + self._sin * down, -self._sin * across + self._cos * down
        return self.centre[0] + dx, self.centre[1] + dz


class Minimap:
    """Draws the map; `wanted` is None while nobody has asked for it or against it, `view` how it was drawn last."""

    def __init__(self, renderer: ImguiRenderer) -> None:
        self.wanted: bool | None = None
        self.turning = False  # whether the way ahead is up, not the way from the input to the output
        self._picture = PlanPicture(renderer)
        self._plan: GroundPlan | None = None
        self._stands: object = None
        self._states: object = None
        self._extent, self._middle = (0.0, 0.0), (0.0, 0.0)  # of the plan, m across and along
        self._drawn: dict[str, object] = {}
        self.view = View(Area(0.0, 0.0, 0.0, 0.0), (0.0, 0.0), 1.0, 0.0)

    def visible(self, world: World) -> bool:
        """Whether it is shown: as asked, else for networks of some length."""
        if self.wanted is not None:
            return self.wanted
        self._plan_of(world)
        return max(self._extent) > WORTHWHILE

    def toggle(self, world: World) -> None:
        """Shows it when it is hidden and hides it when it is shown."""
        self.wanted = not self.visible(world)

    def draw(
        self, layer: imgui.ImDrawList, style: Style, world: World, room: Area, pointed: bool
    ) -> tuple[Area | None, list[Intent]]:
        """Draws it into the upper part of `room`, and returns its area and what a click means; None where there is too
        little room. Without `pointed` the pointer is elsewhere."""
        scale = style.scale
        height = min(TALLEST * scale, room.bottom - room.top)
        if height < LEAST * scale or not self.visible(world):
            return None, []
        area = Area(room.left, room.top, room.right, room.top + round(height))
        plan = self._plan_of(world)
        self._colour(plan, world, style)
        scrolls, inner = self._inner(area, scale)
        eyes = world.player.eyes
        x, _, z = eyes.position
        turn = heading(eyes) if self.turning and scrolls else 0.0
        centre, zoom = self._frame(inner, scrolls, (x, z), turn, scale)
        style.glass(layer, area)
        self._show(layer, style, "map", inner, centre, (zoom, zoom), turn)
        view = self.view = View(inner, centre, zoom, turn)
        layer.push_clip_rect((inner.left, inner.top), (inner.right, inner.bottom), True)
        self._draw_names(layer, style, plan, view)
        _draw_visitor(layer, style, view.at(x, z), heading(eyes) - turn, zoom)
        layer.pop_clip_rect()
        if scrolls:
            self._draw_strip(layer, style, area, view, (x, z))
        intents = self._point(layer, style, world, plan, view, area, scrolls) if pointed else []
        return area, intents

    def _plan_of(self, world: World) -> GroundPlan:
        stands = [(id(hall), hall.standing_key, hall.links_revision) for hall in world.halls]
        if self._plan is None or stands != self._stands:
            self._plan, self._stands, self._states = ground_plan(world.halls), stands, None
            (left, back), (right, front) = self._plan.low.tolist(), self._plan.high.tolist()
            self._extent, self._middle = (right - left, front - back), ((left + right) / 2, (front + back) / 2)
        return self._plan

    def _colour(self, plan: GroundPlan, world: World, style: Style) -> None:
        states = [wall.state for hall in world.halls for wall in hall.walls], style.theme, style.scale
        if states != self._states:
            if self._states is None or states[1:] != self._states[1:]:  # type: ignore[index]
                self._picture.fill(plan, style.theme, style.scale)
            self._picture.colour(plan, world.halls, style.theme)
            self._states = states
            self._drawn.clear()

    def _inner(self, area: Area, scale: float) -> tuple[bool, Area]:
        """Whether the map scrolls, and where it lies: beside the overview then."""
        width, height = area.right - area.left, area.bottom - area.top
        scrolls = min(width / (self._extent[0] + RIM), height / (self._extent[1] + RIM)) < FAR * scale
        rim = 4 * scale
        left = area.left + rim + (STRIP * scale + 6 * scale if scrolls else 0.0)
        return scrolls, Area(round(left), round(area.top + rim), round(area.right - rim), round(area.bottom - rim))

    def _frame(
        self, inner: Area, scrolls: bool, visitor: tuple[float, float], turn: float, scale: float
    ) -> tuple[tuple[float, float], float]:
        """Which place of the ground is in the map's middle, and how many pixels a metre has."""
        wide, long = self._extent
        width, height = inner.right - inner.left, inner.bottom - inner.top
        if not scrolls:
            return self._middle, min(width / (wide + RIM), height / (long + RIM), 2 * NEAR * scale)
        zoom = max(NEAR * scale, min(NEAREST * scale, width / (wide + RIM + BESIDE)))
        ahead = (BEHIND - 0.5) * height / zoom
        if turn:
            return (visitor[0] - ahead * sin(turn), visitor[1] - ahead * cos(turn)), zoom
        across = _held(visitor[0], self._middle[0] + 0.3 * BESIDE, wide + RIM + 0.6 * BESIDE, width / zoom)
        return (across, _held(visitor[1] - ahead, self._middle[1], long + 2 * RIM, height / zoom)), zoom

    def _show(
        self,
        layer: imgui.ImDrawList,
        style: Style,
        name: str,
        area: Area,
        centre: tuple[float, float],
        zoom: tuple[float, float],
        turn: float,
    ) -> None:
        """Puts a picture there; it is drawn anew only when it would look otherwise."""
        size = int(area.right - area.left), int(area.bottom - area.top)
        # To a tenth of a pixel: who stands still redraws nothing.
        key = size, round(centre[0] * zoom[0] * 10), round(centre[1] * zoom[1] * 10), zoom, round(turn, 3)
        if self._drawn.get(name) != key:
            self._drawn[name] = key
            ground = (*style.theme["panel"], GLASS)
            self._picture.draw(name, size, centre, zoom, turn, ground)
        self._picture.put(layer, name, area.left, area.top)

    def _draw_names(self, layer: imgui.ImDrawList, style: Style, plan: GroundPlan, view: View) -> None:
        """Of the rooms that are large enough on the map, beside their walls where the map has room there."""
        shown = 0
        height = SMALL * style.scale
        for title, x, z, depth, half in plan.rooms:
            across, down = view.at(x if view.turn else x + half + 0.6, z - depth / 2)
            inside = view.area.top - height < down < view.area.bottom and view.area.holds(across, view.area.top)
            if not inside or depth * view.zoom < 1.15 * height:
                continue
            style.write(
                layer,
                (across, down - height / 2),
                title,
                "text",
                SMALL * 0.92,
                alpha=0.9,
                align=0.5 if view.turn else 0.0,
            )
            shown += 1
            if shown == NAMES:
                return

    def _draw_strip(
        self,
        layer: imgui.ImDrawList,
        style: Style,
        area: Area,
        view: View,
        visitor: tuple[float, float],
    ) -> None:
        """The overview at the left: all of the halls, the part that the map shows, the visitor."""
        scale, inner = style.scale, view.area
        strip = self._strip(area, inner, scale)
        centre, zoom = self._whole(strip)
        self._show(layer, style, "strip", strip, centre, zoom, 0.0)
        middle = (strip.left + strip.right) / 2, (strip.top + strip.bottom) / 2
        half = (inner.bottom - inner.top) / 2 / view.zoom * zoom[1]
        across, down = (middle[n] + (visitor[n] - centre[n]) * zoom[n] for n in (0, 1))
        top, bottom = max(strip.top, down - half), min(strip.bottom, down + half)
        layer.add_rect_filled((strip.left, top), (strip.right, bottom), style.colour("text", 0.08), 3 * scale)
        layer.add_rect((strip.left, top), (strip.right, bottom), style.colour("text", 0.45), 3 * scale, max(1.0, scale))
        across = max(strip.left + 3 * scale, min(strip.right - 3 * scale, across))
        layer.add_circle_filled((across, max(strip.top, min(strip.bottom, down))), 3.2 * scale, style.colour("accent"))

    @staticmethod
    def _strip(area: Area, inner: Area, scale: float) -> Area:
        left = round(area.left + 6 * scale)
        return Area(left, inner.top, round(left + STRIP * scale), inner.bottom)

    def _whole(self, strip: Area) -> tuple[tuple[float, float], tuple[float, float]]:
        """The overview's centre on the ground, and its pixels per m across and down."""
        down = (strip.bottom - strip.top) / (self._extent[1] + RIM)
        across = min((strip.right - strip.left) / (self._extent[0] + 0.5), STRETCHED * down)
        return self._middle, (across, min(down, STRETCHED * across))

    def _point(
        self,
        layer: imgui.ImDrawList,
        style: Style,
        world: World,
        plan: GroundPlan,
        view: View,
        area: Area,
        scrolls: bool,
    ) -> list[Intent]:
        """Names the wall under the pointer, and says what a click there means."""
        scale, pointer = style.scale, imgui.get_mouse_pos()
        x, y = pointer.x, pointer.y
        clicked = imgui.is_mouse_clicked(0)
        if scrolls and self._draw_compass(layer, style, area, view, (x, y)):
            if clicked:
                self.turning = not self.turning
                self._drawn.clear()
            return []
        strip = self._strip(area, view.area, scale)
        if scrolls and strip.holds(x, y):
            centre, zoom = self._whole(strip)
            place = tuple(
                centre[n] + ((x, y)[n] - (strip.left + strip.right, strip.top + strip.bottom)[n] / 2) / zoom[n]
                for n in (0, 1)
            )
            reach = float("inf")
        elif view.area.holds(x, y):
            place, reach = view.ground(x, y), REACH * scale / view.zoom
        else:
            return []
        nearest = plan.nearest(place[0], place[1])
        if nearest is None or nearest[2] > reach:
            return [StandAt(*place)] if clicked else []
        number, index, _ = nearest
        wall = world.halls[number].walls[index]
        start, end = (view.at(*place) for place in plan.ends(number, index))
        layer.add_line(start, end, style.colour("accent"), 4 * scale)
        self._name(layer, style, f"{wall.title}   {wall.subtitle}", area, y)
        return [GoTo(wall.name, number)] if clicked else []

    @staticmethod
    def _name(layer: imgui.ImDrawList, style: Style, words: str, area: Area, y: float) -> None:
        """A line of text beside the map, as high as the pointer."""
        scale = style.scale
        left, top = area.right + 8 * scale, y - 14 * scale
        right = left + style.width(words, SMALL) + 24 * scale
        layer.add_rect_filled((left, top), (right, top + 28 * scale), style.colour("panel", 0.92), 14 * scale)
        style.write(layer, (left + 12 * scale, top + 6.5 * scale), words, "text", SMALL)

    def _draw_compass(
        self, layer: imgui.ImDrawList, style: Style, area: Area, view: View, pointer: tuple[float, float]
    ) -> bool:
        """A needle that points to the output, in the upper right corner; whether the pointer is on it."""
        scale = style.scale
        x, y = area.right - 20 * scale, area.top + 20 * scale
        over = hypot(pointer[0] - x, pointer[1] - y) < 13 * scale
        layer.add_circle_filled((x, y), 12 * scale, style.colour("frame" if over else "track", 0.9), 24)
        dx, dy = sin(view.turn), -cos(view.turn)
        for sign, role in ((1, "accent" if self.turning else "text"), (-1, "muted")):
            tip = x + sign * 9 * scale * dx, y + sign * 9 * scale * dy
            one, other = ((x + side * 3.2 * scale * -dy, y + side * 3.2 * scale * dx) for side in (1, -1))
            layer.add_triangle_filled(tip, one, other, style.colour(role))
        if over:
            words = "Turn with me" if not self.turning else "The way to the output is up"
            self._name(layer, style, words, area, y)
        return over


def _held(wanted: float, middle: float, extent: float, shown: float) -> float:
    """The middle of what is shown, as wanted, but nothing is shown beyond the `extent` where there is enough of it."""
    spare = max(0.0, (extent - shown) / 2)
    return min(middle + spare, max(middle - spare, wanted))


def _draw_visitor(layer: imgui.ImDrawList, style: Style, at: tuple[float, float], yaw: float, zoom: float) -> None:
    """An arrow, and the cone of what is in view."""
    x, y = at
    scale = style.scale

    def ahead(distance: float, aside: float = 0.0) -> tuple[float, float]:
        return x - distance * sin(yaw + aside), y - distance * cos(yaw + aside)

    half = radians(FIELD_OF_VIEW) * 0.7
    long = SIGHT * zoom
    for share, alpha in ((1.0, 0.07), (0.62, 0.09), (0.3, 0.12)):
        layer.path_line_to(at)
        layer.path_arc_to(at, share * long, -yaw - half - pi / 2, -yaw + half - pi / 2, 10)
        layer.path_fill_convex(style.colour("accent", alpha))
    tip, left, right = ahead(8 * scale), ahead(6 * scale, 0.8 * pi), ahead(6 * scale, -0.8 * pi)
    back = ahead(-2.5 * scale)
    layer.add_triangle_filled(tip, left, back, style.colour("accent"))
    layer.add_triangle_filled(tip, right, back, style.colour("accent"))
