"""What the visitor's wishes about feature visualizations do to the World, and what they ask of the workers."""

from __future__ import annotations

from collections.abc import Iterable
from math import dist

from vrcnn.featurevis.results import Place
from vrcnn.scene.arranging import handle_one, rearrange, with_face
from vrcnn.scene.feature_intents import (
    CancelFeatures,
    ChooseFeatureSettings,
    DeleteFeatures,
    FeatureAction,
    PauseFeatures,
    TakeFeature,
    TakeNoise,
    TurnAllWalls,
    TurnWall,
    VisualizeAll,
    VisualizeRoom,
    VisualizeTile,
    VisualizeWall,
    WantSights,
)
from vrcnn.scene.features import FACES, Feature, FeatureState, following_face
from vrcnn.scene.hall import Hall, Wall
from vrcnn.scene.haptics import TAKE
from vrcnn.scene.requests import (
    DropFeatures,
    ForgetFeatures,
    HoldFeatures,
    MakeFeatures,
    Request,
    TakeMade,
    TakeNew,
)
from vrcnn.scene.tiles import channel_at
from vrcnn.scene.wall_controls import ON_THE_WALL
from vrcnn.scene.world import Hand, Turned, World

AGAIN, RESTS = 1.5, 0.03  # s for which a hand goes on with the wall that it has turned; rad by which it may move then


def act_on_features(world: World, action: FeatureAction) -> list[Request]:
    """Applies one action."""
    match action:
        case VisualizeTile(hand):
            return _visualize_tile(world, hand)
        case VisualizeWall(hand):
            found = pointed_wall(world, hand)
            return [] if found is None else _make(world, found[0], [found[1]])
        case VisualizeRoom(path, hall):
            return _make(world, hall, _walls_in(world.halls[hall], path))
        case VisualizeAll(hall):
            return _make(world, hall, world.halls[hall].walls)
        case PauseFeatures(on, hall):
            world.halls[hall].features.job.paused = on
            return [HoldFeatures(on, hall)]
        case CancelFeatures(hall):
            return [DropFeatures(hall)]
        case ChooseFeatureSettings(settings):
            world.feature_settings = settings
        case WantSights(on):
            world.wants_sights = on
        case TurnWall(hand, face):
            _turn_wall(world, hand, face)
        case TurnAllWalls(face, hall):
            turn_walls(world, hall, world.halls[hall].walls, face)
        case TakeFeature(hand):
            return take_feature(world, hand)
        case TakeNoise(hand, kind):
            world.hands[hand].holding = None
            return [TakeNew(hand, kind)]
        case DeleteFeatures(hall, sure):
            asked = world.halls[hall].features
            if sure:
                asked.asking = False
                return [ForgetFeatures(hall)]
            asked.asking = not asked.asking
    return []


def place_of_wall(hall: Hall, wall: Wall) -> Place:
    """The layer that a wall shows, in words that stay true in every scope."""
    return Place(wall.name, hall.tensor_of(wall.node))


def pointed_wall(world: World, name: str) -> tuple[int, Wall] | None:
    """The wall that a hand points at, and the number of its hall."""
    target = world.hands[name].target
    if target is None or target.kind not in ON_THE_WALL:
        return None
    return target.hall, world.halls[target.hall].walls[target.index]


def pointed_channel(world: World, hand: Hand) -> tuple[int, Wall, int] | None:
    """The hall's number, the wall and the channel whose tile is under the ray, whatever the tile shows of it."""
    target = hand.target
    if target is None or target.kind != "wall" or target.tile is None:
        return None
    wall = world.halls[target.hall].walls[target.index]
    return target.hall, wall, channel_at(wall, target.tile)


def pointed_feature(world: World, hand: Hand) -> tuple[int, Place, int, Feature] | None:
    """Of the channel under the ray, what there is of its visualization: hall, layer, channel, and that itself."""
    found = pointed_channel(world, hand)
    if found is None:
        return None
    number, wall, channel = found
    place = place_of_wall(world.halls[number], wall)
    feature = world.halls[number].features.of(place.tensor, channel)
    return None if feature is None else (number, place, channel, feature)


def takeable_feature(world: World, hand: Hand) -> tuple[int, Place, int] | None:
    """The finished visualization under the ray of a free hand: its hall's number, layer and channel.

    None where the channel never rose, or an error kept it from being made anew.
    """
    if hand.target is None or not hand.target.visualized or hand.holding is not None or hand.carrying is not None:
        return None
    found = pointed_feature(world, hand)
    if found is None or found[3].state is FeatureState.FAILED:
        return None
    made = found[3].made
    return None if made is None or made.outcome == "failed" else found[:3]


def take_feature(world: World, name: str) -> list[Request]:
    """The finished visualization under the ray comes into the hand, as a picture for the easel."""
    found = takeable_feature(world, world.hands[name])
    if found is None:
        return []
    number, place, channel = found
    return [TakeMade(name, number, place.tensor, channel), TAKE.by(name)]


def _turn_wall(world: World, name: str, face: str) -> None:
    """The wall that the hand points at. One that shows both is larger, so that the ray may be beside it, or on another
    one, after a turn: while the hand rests, it goes on with the same wall for a moment."""
    hand, found = world.hands[name], pointed_wall(world, name)
    last = hand.turned
    if last is not None and world.time - last.time < AGAIN and hand.aim is not None and last.hall < len(world.halls):
        same = next((wall for wall in world.halls[last.hall].walls if wall.name == last.name), None)
        if same is not None and dist(hand.aim.forward, last.aim.forward) < RESTS:
            found = last.hall, same
    if found is None:
        return
    number, wall = found
    turn_walls(world, number, [wall], face or following_face(_face(world.halls[number], wall)))
    hand.turned = None if hand.aim is None else Turned(number, wall.name, world.time, hand.aim)


def turn_walls(world: World, number: int, walls: Iterable[Wall], face: str) -> None:
    """Lets walls show what `face` says, one of FACES."""
    hall = world.halls[number]
    turned = [wall for wall in walls if wall.span is not None and _face(hall, wall) != face]
    handled = {wall.name: with_face(wall, hall.arrangement.handling(wall.name), face) for wall in turned}
    arrangement = hall.arrangement.with_all_handled({**hall.arrangement.handled, **handled})
    if len(turned) == 1:
        handle_one(hall, hall.walls.index(turned[0]), arrangement)
    elif turned:
        rearrange(hall, arrangement, world.time)


def _visualize_tile(world: World, name: str) -> list[Request]:
    """The channel under the ray; what is there already is made anew, with the settings of now."""
    found = pointed_channel(world, world.hands[name])
    if found is None:
        return []
    number, wall, channel = found
    hall = world.halls[number]
    place = place_of_wall(hall, wall)
    known = hall.features.of(place.tensor, channel)
    anew = known is not None and known.made is not None
    if hall.arrangement.handling(wall.name).face == "activations":
        turn_walls(world, number, [wall], "visualizations")
    return _asked(world, number, [(place, (channel,))], anew)


def _make(world: World, number: int, walls: Iterable[Wall]) -> list[Request]:
    """All channels of these walls that have not been made with the settings of now; the walls show them."""
    hall = world.halls[number]
    shown = [wall for wall in walls if wall.span is not None and not wall.left_out]
    wanted = [(place_of_wall(hall, wall), tuple(range(wall.span.count))) for wall in shown if wall.span is not None]
    turn_walls(world, number, [wall for wall in shown if _face(hall, wall) == FACES[0]], "visualizations")
    return _asked(world, number, wanted, anew=False)


def _asked(world: World, number: int, wanted: list[tuple[Place, tuple[int, ...]]], anew: bool) -> list[Request]:
    if not wanted:
        return []
    features = world.halls[number].features
    for place, channels in wanted:
        known = features.known.setdefault(place.tensor, {})
        for channel in channels:
            feature = known.setdefault(channel, Feature(FeatureState.WAITING))
            if anew or feature.made is None:
                feature.state, feature.progress = FeatureState.WAITING, 0.0
    features.revision += 1
    return [MakeFeatures(tuple(wanted), world.feature_settings, number, world.wants_sights, anew)]


def _walls_in(hall: Hall, path: str) -> list[Wall]:
    """The walls of all layers in the room of this path."""
    inside = {node for group in hall.graph.groups if group.path == path for node in group.nodes}
    return [wall for wall in hall.walls if wall.node in inside]


def _face(hall: Hall, wall: Wall) -> str:
    return hall.arrangement.handling(wall.name).face
