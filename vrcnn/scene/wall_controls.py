"""What a wall has to press and to drag: the scrollbar at its side, and buttons over its head while it is pointed at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor

from vrcnn.scene.anchors import wall_anchor
from vrcnn.scene.arrangement import UNTOUCHED
from vrcnn.scene.arranging import most_first_row, next_zoom
from vrcnn.scene.controls import Control
from vrcnn.scene.drawables import Box, Drawables, Label
from vrcnn.scene.feature_intents import TurnWall, VisualizeWall
from vrcnn.scene.features import following_face
from vrcnn.scene.geometry import Placing, Pose, Ray, rotate
from vrcnn.scene.hall import Hall, Surface, Wall
from vrcnn.scene.headset_intents import OpenPanel
from vrcnn.scene.intents import Action, FoldWall, HideWall, ResetWall, ZoomTiles
from vrcnn.scene.typography import text_width
from vrcnn.scene.wall_shape import FRAME, HEAD, head_of
from vrcnn.scene.world import World
from vrcnn.scene.world_panels import WALL

BAR, BAR_GAP, BAR_REACH = 0.04, 0.03, 0.11  # m: width, gap to the frame, width of what a hand hits
LEAST_THUMB = 0.06  # m
BUTTON_HEIGHT, CAP, PADDING, GAP, LIFT = 0.085, 0.032, 0.026, 0.014, 0.016  # m
FACE_WORDS = {"activations": "maps", "visualizations": "features", "both": "both"}
FACE_HINTS = {
    "activations": "its maps",
    "visualizations": "what its channels look for",
    "both": "its maps and what they look for",
}
ON_THE_WALL = ("wall", "wall button", "scrollbar", "left out")  # targets that a wall's own keys mean


@dataclass(frozen=True)
class Button:
    """`surface` is given in the wall's frame; `hint` says what a click does."""

    word: str
    hint: str
    surface: Surface
    intent: Callable[[str], Action]  # what a press by this hand means


def buttons(hall: Hall, wall: Wall, worn: bool = False) -> list[Button]:
    """In a row over the head, from its right end on; only those that do something. Where a headset is `worn`, there is
    one for the layer's panel."""
    fold = "open" if wall.folded else "fold"
    words: list[tuple[str, str, Callable[[str], Action]]] = [
        ("hide", f"Click to hide {wall.title}", HideWall),
        (fold, f"Click to {fold} {wall.title}", FoldWall),
    ]
    if touched(hall, wall):
        words.append(("reset", f"Click to put {wall.title} back", ResetWall))
    if wall.span is not None and not wall.left_out and not wall.folded:
        face = following_face(hall.arrangement.handling(wall.name).face)
        words.append((FACE_WORDS[face], f"Click to show {FACE_HINTS[face]}", TurnWall))
        words.append(("visualize", f"Click to visualize what {wall.title} looks for", VisualizeWall))
    if not wall.folded and next_zoom(wall, 1) is not None:
        words.append(("+", "Click for larger maps", lambda hand: ZoomTiles(hand, 1)))
    if not wall.folded and next_zoom(wall, -1) is not None:
        words.append(("−", "Click for smaller maps", lambda hand: ZoomTiles(hand, -1)))
    if worn:
        words.append(("about", f"Click for all of {wall.title}", lambda hand: OpenPanel(WALL)))
    head, found = head_of(wall), []
    right, y = head.x + head.width / 2, head.y + HEAD / 2 + LIFT + BUTTON_HEIGHT / 2
    for word, hint, intent in words:
        width = max(BUTTON_HEIGHT, text_width(word, CAP) + 2 * PADDING)
        found.append(Button(word, hint, Surface(Pose((right - width / 2, y, 0.0)), width, BUTTON_HEIGHT), intent))
        right -= width + GAP
    return found


def touched(hall: Hall, wall: Wall) -> bool:
    """Whether the wall is not as the layout has it."""
    arrangement = hall.arrangement
    return arrangement.offset(wall.name) != Placing() or arrangement.handling(wall.name) != UNTOUCHED


def head_surface(wall: Wall) -> Surface:
    """What of a wall is met above its maps: the head, and the strip for the buttons over it, in the wall's frame."""
    head = head_of(wall)
    top = head.y + HEAD / 2 + LIFT + BUTTON_HEIGHT
    bottom = head.y - HEAD / 2 if wall.folded else wall.height / 2
    return Surface(Pose((head.x, (top + bottom) / 2, 0.0)), head.width, top - bottom)


def bar_surface(wall: Wall) -> Surface:
    """What is hit of the scrollbar, over its whole length, beside the path; in the wall's frame."""
    x = -wall.outward * (wall.width / 2 + FRAME + BAR_GAP + BAR / 2)
    return Surface(Pose((x, 0.0, 0.0)), BAR_REACH, wall.height)


def thumb(wall: Wall) -> tuple[float, float]:
    """Where the middle of the scrollbar's thumb is, in m above the wall's middle, and how long it is."""
    length = max(LEAST_THUMB, wall.height * wall.rows_shown / wall.rows)
    most = most_first_row(wall)
    way = wall.height - length
    return way / 2 - (way * wall.first_row / most if most else 0.0), length


def pressed_button(
    hall: Hall, number: int, at: tuple[float, float], hand: str, hall_number: int, worn: bool = False
) -> Control | None:
    """The button at (x, y) m in the frame of wall `number`, as a control in the world."""
    wall = hall.walls[number]
    for button in buttons(hall, wall, worn):
        x, y, _ = button.surface.pose.position
        if abs(at[0] - x) <= button.surface.width / 2 and abs(at[1] - y) <= button.surface.height / 2:
            surface = button.surface.carried(hall.placing @ wall.placing)
            return Control("wall button", surface, button.hint, button.intent(hand), number, 0.006, 0.016, hall_number)
    return None


def scrollbar(hall: Hall, number: int, hall_number: int) -> Control:
    """The scrollbar of wall `number`, as a control in the world."""
    wall = hall.walls[number]
    surface = bar_surface(wall).carried(hall.placing @ wall.placing)
    bar = Surface(surface.pose, BAR * wall.scale * hall.placing.scale, surface.height)
    return Control("scrollbar", bar, "Press and drag to other maps", None, number, 0.006, 0.03, hall_number)


def grabbed(world: World, control: Control, ray: Ray) -> float:
    """How far above the thumb's middle a press on the scrollbar holds it, in m; beside the thumb its middle comes."""
    wall = world.halls[control.hall].walls[control.index]
    at, (middle, length) = _height_on(world, control, ray), thumb(wall)
    return 0.0 if at is None or abs(at - middle) > length / 2 else at - middle


def slid(world: World, control: Control, ray: Ray, held: float) -> float | None:
    """The first row that a wall shows when the scrollbar is dragged to where the ray meets its plane."""
    wall = world.halls[control.hall].walls[control.index]
    at, (_, length) = _height_on(world, control, ray), thumb(wall)
    way = wall.height - length
    if at is None or way <= 0:
        return None
    share = (way / 2 - (at - held)) / way
    return most_first_row(wall) * min(1.0, max(0.0, share))


def furnish_bars(hall: Hall) -> Drawables:
    """The scrollbars of all walls that show some of their rows at a time."""
    standing = []
    for number, wall in enumerate(hall.walls):
        if wall.windowed and wall.shown:
            x, _, _ = bar_surface(wall).pose.position
            middle, length = thumb(wall)
            end = min(wall.rows, floor(wall.first_row + wall.rows_shown - 1e-6) + 1)
            first, last = floor(wall.first_row + 1e-6) * wall.columns // wall.cells, end * wall.columns / wall.cells
            count = wall.span.count if wall.span else 0
            words = f"{first + 1:,} to {min(count, ceil(last)):,} of {count:,}"
            place = Pose((x - wall.outward * BAR / 2, -wall.height / 2 - 0.07, 0.0))
            standing.append(
                Drawables(
                    boxes=(
                        Box(Pose((x, 0.0, -0.026)), (BAR, wall.height, 0.02), "track"),
                        Box(Pose((x, middle, -0.016)), (BAR - 0.012, length, 0.022), "edge", glow=0.9),
                    ),
                    labels=(Label(words, place, 0.026, "left" if wall.outward > 0 else "right", "muted"),),
                    anchor=wall_anchor(hall, number),
                )
            )
    return Drawables(anchor=hall.first_anchor, standing=tuple(standing))


def pointed_walls(world: World) -> list[tuple[int, int]]:
    """(hall, wall) that hands point at which hold nothing, without what is said twice."""
    found = []
    for hand in world.hands.values():
        target = hand.target
        if target is not None and target.kind in ON_THE_WALL and hand.hold is None and hand.holding is None:
            found.append((target.hall, target.index))
    return list(dict.fromkeys(found))


def buttons_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that `furnish_buttons` would say the same again."""
    pointed = [(place, world.halls[place[0]]) for place in pointed_walls(world)]
    worn = world.player.head is not None
    return tuple((place, hall.standing_key, touched(hall, hall.walls[place[1]]), worn) for place, hall in pointed)


def furnish_buttons(world: World) -> Drawables:
    """The buttons of the walls that are pointed at."""
    standing = []
    for hall_number, number in pointed_walls(world):
        hall = world.halls[hall_number]
        boxes, labels = [], []
        for button in buttons(hall, hall.walls[number], world.player.head is not None):
            place = button.surface.pose
            size = button.surface.width, button.surface.height, 0.018
            boxes.append(Box(place @ Pose((0, 0, -0.0095)), size, "track", glow=0.35))
            labels.append(Label(button.word, place @ Pose((0, -CAP / 2, 0.001)), CAP, "centre", "text"))
        standing.append(Drawables(boxes=tuple(boxes), labels=tuple(labels), anchor=wall_anchor(hall, number)))
    return Drawables(standing=tuple(standing))


def _height_on(world: World, control: Control, ray: Ray) -> float | None:
    """How far above the wall's middle a ray meets its plane, in m in the wall's frame."""
    hall = world.halls[control.hall]
    placing = hall.placing @ hall.walls[control.index].placing
    back = placing.pose.inverse()
    (_, oy, oz), (_, dy, dz) = back.apply(ray.origin), rotate(back.orientation, ray.direction)
    return None if oz <= 0 or dz >= 0 else (oy - oz / dz * dy) / placing.scale
