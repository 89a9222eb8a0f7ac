"""Turns a World into drawables, group by group; a group is made anew only when what it shows has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from vrcnn.scene.anchors import number_anchors, table_anchor
from vrcnn.scene.architecture import (
    furnish_apart,
    furnish_fixtures,
    furnish_grids,
    furnish_links,
    furnish_names,
    furnish_walls,
)
from vrcnn.scene.boards import furnish_board, furnish_exit
from vrcnn.scene.button_signs import furnish_signs, signs_key
from vrcnn.scene.camera_control import camera_key, furnish_camera
from vrcnn.scene.change_tags import change_tags_key, furnish_change_tags
from vrcnn.scene.confusion_board import (
    confusion_buttons_key,
    confusion_key,
    furnish_confusion,
    furnish_confusion_buttons,
    furnish_pointed,
    pointed_key,
)
from vrcnn.scene.delivering import flights_key, furnish_flights
from vrcnn.scene.desk import furnish_desk
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.easel_field import field_key, furnish_field
from vrcnn.scene.feature_desk import feature_desk, feature_desk_key
from vrcnn.scene.flip_board import flip_board_key, furnish_flip_board
from vrcnn.scene.framed_maps import (
    carried_key,
    frames_key,
    furnish_carried,
    furnish_frames,
    furnish_places,
    places_key,
)
from vrcnn.scene.hall import Hall
from vrcnn.scene.inspect_marks import furnish_marks, marks_key
from vrcnn.scene.landing_marker import furnish_landing, landing_key
from vrcnn.scene.large_view import furnish_large, large_key
from vrcnn.scene.lectern import lectern, lectern_key
from vrcnn.scene.lit_path import furnish_lit, lit_key
from vrcnn.scene.map_numbers import furnish_numbers, numbers_key
from vrcnn.scene.map_tag import furnish_tag, tag_key
from vrcnn.scene.model import table_key
from vrcnn.scene.near import furnish_near, near_key
from vrcnn.scene.noise_board import furnish_noise, noise_key
from vrcnn.scene.notices import furnish_notice
from vrcnn.scene.panel_faces import furnish_panels, panels_key
from vrcnn.scene.plinth import furnish_plinth, plinth_key
from vrcnn.scene.presence import furnish_presence, presence_key
from vrcnn.scene.resting import furnish_meant, meant_key
from vrcnn.scene.shelf_bar import furnish_shelf_bar, shelf_bar_key
from vrcnn.scene.sieve_stand import furnish_sieve, furnish_sieve_stand, sieve_key, sieve_stand_key
from vrcnn.scene.sight import enlarged_key, furnish_enlarged
from vrcnn.scene.sketching import furnish_pens, pens_key
from vrcnn.scene.tabletop import (
    flag_key,
    furnish_flag,
    furnish_model_grids,
    furnish_model_walls,
    furnish_pin,
    furnish_table,
)
from vrcnn.scene.view_desk import view_desk, view_key
from vrcnn.scene.wall_controls import buttons_key, furnish_bars, furnish_buttons
from vrcnn.scene.wayposts import furnish_wayposts, wayposts_key
from vrcnn.scene.wearer import furnish_wearer, wearer_key
from vrcnn.scene.workplace import furnish_workplace, workplace_key
from vrcnn.scene.world import World

Group = tuple[str, object, Callable[[], Drawables]]  # its name, its key, what makes it


class Furnisher:
    """Keeps each group's drawables until its key changes, so that the renderer sees the same object again."""

    def __init__(self) -> None:
        self._keys: dict[str, object] = {}
        self._groups: dict[str, Drawables] = {}

    def furnish(self, world: World) -> dict[str, Drawables]:
        """The drawables of the world as it is now, by group. The name of a hall's group ends with its number."""
        number_anchors(world)
        seen = set()
        for name, key, make in _groups(world):
            seen.add(name)
            if name not in self._groups or self._keys[name] != key:
                self._keys[name] = key
                self._groups[name] = make()
        for name in self._groups.keys() - seen:
            del self._groups[name], self._keys[name]
        return self._groups


def _groups(world: World) -> Iterator[Group]:
    for number, hall in enumerate(world.halls):
        stands = hall.first_anchor, hall.layout_revision
        handled = *stands, hall.handling_revision
        answer = *stands, hall.links_revision, hall.results_revision
        told = hall.slices and hall.scope.slice, hall.quantity
        yield f"walls {number}", (handled, told), partial(furnish_walls, hall)
        yield f"grids {number}", handled, partial(furnish_grids, hall, number)
        apart = handled, hall.apart_revision, hall.slid_revision, told
        yield f"apart {number}", apart, partial(furnish_apart, hall, number)
        yield f"bars {number}", apart, partial(furnish_bars, hall)
        yield f"plinth {number}", plinth_key(hall), partial(furnish_plinth, hall, number)
        names = handled, hall.apart_revision, hall.slid_revision, hall.order_revision
        yield f"names {number}", names, partial(furnish_names, hall)
        yield f"fixtures {number}", (stands, hall.links_revision), partial(furnish_fixtures, hall)
        yield f"links {number}", (stands, hall.links_revision), partial(furnish_links, hall)
        yield f"exit {number}", answer, partial(furnish_exit, hall)
        named = len(world.halls) > 1
        yield f"board {number}", (answer, hall.board.pose, named), partial(furnish_board, hall, named)
        yield f"flips {number}", flip_board_key(world, number), partial(furnish_flip_board, world, number)
        yield f"lit {number}", lit_key(world, number), partial(furnish_lit, world, number)
        yield f"marks {number}", marks_key(world, number), partial(furnish_marks, world, number)
        yield f"changes {number}", change_tags_key(world, number), partial(furnish_change_tags, world, number)
        yield f"lectern {number}", lectern_key(hall, world.time), partial(_lectern, world, hall, number)
    yield "workplace", workplace_key(world), partial(furnish_workplace, world)
    yield "sieve stand", sieve_stand_key(world), partial(furnish_sieve_stand, world)
    yield "sieve", sieve_key(world), partial(furnish_sieve, world)
    yield "noise", noise_key(world), partial(furnish_noise, world)
    confusion = confusion_key(world)
    yield "confusion", confusion, partial(furnish_confusion, world)
    yield "confusion buttons", confusion_buttons_key(world), partial(furnish_confusion_buttons, world)
    yield "confusion cell", (pointed_key(world), confusion), partial(furnish_pointed, world)
    yield "shelf bar", shelf_bar_key(world), partial(furnish_shelf_bar, world)
    yield "view", view_key(world), partial(_view, world)
    yield "features", feature_desk_key(world), partial(_features, world)
    yield "notice", (len(world.notices), id(world.standing_notice)), partial(furnish_notice, world)
    yield "wayposts", wayposts_key(world), partial(furnish_wayposts, world)
    if world.table is not None:
        model = table_key(world), table_anchor(world)
        yield "table", model, partial(furnish_table, world)
        yield "model walls", model, partial(furnish_model_walls, world)
        yield "model grids", model, partial(furnish_model_grids, world)
        yield "pin", model, partial(furnish_pin, world)
        yield "flag", flag_key(world), partial(furnish_flag, world)
    yield "buttons", buttons_key(world), partial(furnish_buttons, world)
    yield "frames", frames_key(world), partial(furnish_frames, world)
    yield "carried frames", carried_key(world), partial(furnish_carried, world)
    yield "hanging places", places_key(world), partial(furnish_places, world)
    yield "near", near_key(world), partial(furnish_near, world)
    yield "meant", meant_key(world), partial(furnish_meant, world)
    yield "camera", camera_key(world), partial(furnish_camera, world)
    yield "pens", pens_key(world), partial(furnish_pens, world)
    yield "flights", flights_key(world), partial(furnish_flights, world)
    yield "large map", large_key(world), partial(furnish_large, world)
    yield "field", field_key(world), partial(furnish_field, world)
    yield "map numbers", numbers_key(world), partial(furnish_numbers, world)
    yield "map label", tag_key(world), partial(furnish_tag, world)
    if world.movement.arc is not None:
        yield "landing", landing_key(world), partial(furnish_landing, world)
    yield "presence", presence_key(world), partial(furnish_presence, world)
    yield "button labels", signs_key(world), partial(furnish_signs, world)
    if world.panels.open:
        yield "panels", panels_key(world), partial(furnish_panels, world)
    yield "enlarged", enlarged_key(world), partial(furnish_enlarged, world)
    yield "wearer", wearer_key(world), partial(furnish_wearer, world)


def _lectern(world: World, hall: Hall, number: int) -> Drawables:
    return furnish_desk(lectern(hall, number, world.time))


def _features(world: World) -> Drawables:
    return furnish_desk(feature_desk(world))


def _view(world: World) -> Drawables:
    return furnish_desk(view_desk(world))
