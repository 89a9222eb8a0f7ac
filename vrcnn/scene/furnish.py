"""Turns a World into drawables, group by group; a group is made anew only when what it shows has changed."""

from __future__ import annotations

from collections.abc import Callable

from vrcnn.scene.architecture import furnish_network
from vrcnn.scene.boards import furnish_boards
from vrcnn.scene.drawables import Drawables
from vrcnn.scene.lectern import furnish_lectern, lectern_key
from vrcnn.scene.notices import furnish_notice
from vrcnn.scene.presence import furnish_presence, presence_key
from vrcnn.scene.workplace import furnish_workplace
from vrcnn.scene.world import World

_GROUPS: dict[str, tuple[Callable[[World], Drawables], Callable[[World], object]]] = {
    "network": (furnish_network, lambda world: (world.layout_revision, world.slices and world.scope.slice)),
    "workplace": (
        furnish_workplace,
        lambda world: (
            world.pictures_revision,
            tuple(hand.holding for hand in world.hands.values()),
            (world.slices, world.slice_shown),
            (world.overlaid, id(world.overlay)),
        ),
    ),
    "lectern": (furnish_lectern, lectern_key),
    "boards": (furnish_boards, lambda world: (world.layout_revision, world.results_revision)),
    "notice": (furnish_notice, lambda world: (len(world.notices), id(world.standing_notice))),
    "presence": (furnish_presence, presence_key),
}


class Furnisher:
    """Keeps each group's drawables until its key changes, so that the renderer sees the same object again."""

    def __init__(self) -> None:
        self._keys: dict[str, object] = {}
        self._groups: dict[str, Drawables] = {}

    def furnish(self, world: World) -> dict[str, Drawables]:
        """The drawables of the world as it is now, by group."""
        for name, (furnish, key_of) in _GROUPS.items():
            key = key_of(world)
            if name not in self._groups or self._keys[name] != key:
                self._keys[name] = key
                self._groups[name] = furnish(world)
        return self._groups
