"""What the renderer can draw, as plain data. The scene furnishes a World with these; the renderer knows nothing else.

Every drawable names its colour by a role of the theme; a box may have a colour of its own. A rectangle or box is
centred at its pose; its face looks along the pose's +z, its up is the pose's +y.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import Literal

import numpy as np

from vrcnn.engine.plan import MapSpan
from vrcnn.scene.features import FACES
from vrcnn.scene.geometry import Pose, Vector
from vrcnn.scene.theme import Colour
from vrcnn.scene.tiling import cells_of

NOWHERE = -100.0


@dataclass(frozen=True)
class Grid:
    """A wall of feature maps: `columns` x `rows` cells filled row by row from the top left.

    `width` and `height` in m are those of all that is shown: `rows` rows from `first_row` on, of which both may be
    fractions; a cell is width/columns by height/rows and 4 % of it is gap. Values, statistics and the layer's range
    come from the map store number `hall`, by the span. `face` is one of FACES: what is shown of the channels; where it
    is both, each has two neighbouring cells.
    """

    span: MapSpan
    pose: Pose
    width: float
    height: float
    columns: int
    rows: float
    first_row: float = 0.0
    hall: int = 0
    face: str = FACES[0]

    @property
    def places(self) -> slice:
        """Those of the maps that are shown, row by row."""
        cells = cells_of(self.face)
        first, last = floor(self.first_row + 1e-6), ceil(self.first_row + self.rows - 1e-6)
        return slice(first * self.columns // cells, min(self.span.count, ceil(last * self.columns / cells)))


@dataclass(frozen=True)
class Box:
    """A solid box, lit softly from above. `glow` 0..1 makes it unlit. `size` is (width, height, depth) in m.

    `on_way` is where it stands between the input, 0, and the output, 1, for the wave that passes there; NOWHERE where
    no wave does.
    """

    pose: Pose
    size: Vector
    role: str | Colour
    glow: float = 0.0
    opacity: float = 1.0
    on_way: float = NOWHERE


@dataclass(frozen=True)
class Shadow:
    """A soft contact shadow around (x, z), turned by `yaw`; `size` is (width, depth) in m.

    It lies on the world's ground, however high its anchor is.
    """

    position: Vector
    size: tuple[float, float]
    yaw: float = 0.0
    strength: float = 0.6


@dataclass(frozen=True)
class Label:
    """A line of text. `height` is the height of a capital letter in m; the pose is the anchor on the baseline."""

    text: str
    pose: Pose
    height: float
    align: Literal["left", "centre", "right"] = "left"
    role: str | Colour = "text"
    bold: bool = False


@dataclass(frozen=True)
class Ribbon:
    """A curve through `points` ((N, 3) float32, m), drawn as a band that faces the eye and stands out along its way.

    `width` in m. `flow` 0..1 is the strength of the direction's gradient. `part` is where it begins and ends
    on the way from the input, 0, to the output, 1. `pull` is the row in the table of anchors that says how far its
    ends are from their points, and how strong it is shown; 0 where they are there.
    """

    points: np.ndarray
    width: float
    role: str | Colour = "edge"
    flow: float = 1.0
    part: tuple[float, float] = (NOWHERE, NOWHERE)
    pull: int = 0


@dataclass(frozen=True)
class Image:
    """A picture by its number (picture_numbers.py), on a rectangle of `width` x `height` m."""

    picture: int
    pose: Pose
    width: float
    height: float
    opacity: float = 1.0


@dataclass(frozen=True)
class Mesh:
    """A small shape by its name in scene/shapes.py, lit like a box; `scale` times as large as it is given there."""

    shape: str
    pose: Pose
    scale: Vector
    role: str | Colour
    glow: float = 0.0
    opacity: float = 1.0


@dataclass(frozen=True)
class PanelFace:
    """The face of the panel `name` (World.panels), drawn by ui/, on a rectangle of `width` x `height` m."""

    name: str
    pose: Pose
    width: float
    height: float


@dataclass(frozen=True)
class Drawables:
    """A set of drawables that changes as a whole: the renderer rebuilds its buffers when it gets another object.

    They are given in the frame of anchor number `anchor` (scene/anchors.py; 0 is the world), and move with it at no
    cost. What is `standing` among them has anchors of its own.
    """

    grids: tuple[Grid, ...] = ()
    boxes: tuple[Box, ...] = ()
    shadows: tuple[Shadow, ...] = ()
    labels: tuple[Label, ...] = ()
    ribbons: tuple[Ribbon, ...] = ()
    images: tuple[Image, ...] = ()
    meshes: tuple[Mesh, ...] = ()
    panels: tuple[PanelFace, ...] = ()
    anchor: int = 0
    standing: tuple[Drawables, ...] = ()
