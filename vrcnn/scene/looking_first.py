"""What of a network the visitor looks at: the map under the ray, its wall, then the walls that are near and in view."""

from __future__ import annotations

from math import cos, radians

import numpy as np

from vrcnn.scene.hall import Hall
from vrcnn.scene.placings import carried
from vrcnn.scene.reading import FeatureAt, MapAt
from vrcnn.scene.standing import WallRows
from vrcnn.scene.world import World

IN_VIEW = cos(radians(50))
ASIDE = 3.0  # how much farther away a wall at the edge of the view counts as one straight ahead
MOST = 8  # walls

Looked = tuple[tuple[int, int | None], ...]  # tensors of the full graph; a channel, or None for all of them


class Looking:
    """Finds it for one hall; keeps where its walls stand."""

    def __init__(self) -> None:
        self._rows = WallRows()

    def of(self, world: World, number: int) -> Looked:
        """The most urgent first."""
        hall = world.halls[number]
        found: list[tuple[int, int | None]] = []
        at = world.gallery.pointing.shown
        if isinstance(at, MapAt | FeatureAt) and at.hall == number and hall.wall_of(at.node) is not None:
            tensor = hall.tensor_of(at.node)
            found = [(tensor, at.channel), (tensor, None)]
        found += [(hall.tensor_of(hall.walls[place].node), None) for place in self._near(world, hall)]
        return tuple(dict.fromkeys(found))

    def _near(self, world: World, hall: Hall) -> list[int]:
        """Positions in Hall.walls, the nearest first, of those that are before the visitor."""
        if not hall.walls:
            return []
        eyes = world.player.eyes
        ways = carried(hall.placing, self._rows.of(hall))[:, :3] - eyes.position
        distances = np.linalg.norm(ways, axis=1)
        ahead = ways @ np.array(eyes.forward) / np.maximum(distances, 1e-6)
        farness = distances * (1 + (ASIDE - 1) * (1 - ahead) / (1 - IN_VIEW))
        order = np.argsort(farness)
        return [int(n) for n in order if ahead[n] > IN_VIEW and hall.walls[n].shown and not hall.walls[n].folded][:MOST]
