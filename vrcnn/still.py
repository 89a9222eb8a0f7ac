"""Renders one picture of the world without a window: for papers, for tests, and for machines without a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isfinite, radians
from pathlib import Path

import numpy as np

from vrcnn.attribution.results import Wish
from vrcnn.attributions import find_attribution
from vrcnn.display import Display
from vrcnn.errors import UserError
from vrcnn.exhibit import Exhibit
from vrcnn.export.panorama_file import check_panorama_destination, save_panorama
from vrcnn.export.picture import check_destination, save_picture
from vrcnn.imprint import ask_who, imprinted, sidecar_of
from vrcnn.network.finding import node_showing, scope_showing
from vrcnn.network.scope import Scope
from vrcnn.render.panorama import check_size
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.hall import Wall
from vrcnn.scene.standard_views import standard_view
from vrcnn.scene.vantage import before
from vrcnn.studio import Studio, open_studio


@dataclass(frozen=True)
class Still:
    """What to render. `size` in pixels; `picture` the number of the picture to put on the easel; `panorama` for all
    that is around the camera, twice as wide as high; a `transparent` one has neither ground nor sky.

    `camera` is where the eyes are, `at` the name or title of a layer to stand before, `view` one of VIEWS: one of them,
    or none for the entrance. Of several networks `at` means the first one that has such a layer; "NETWORK:LAYER" names
    one. `attribution` is the name of a method (attribution/results.py) whose map lies over the picture on the easel.
    """

    size: tuple[int, int] = (1600, 1000)
    camera: Pose | None = None
    at: str | None = None
    view: str | None = None
    picture: int = 0
    panorama: bool = False
    transparent: bool = False
    attribution: str | None = None

    def check(self, output: Path) -> None:
        """Raises UserError where it clearly cannot be drawn, or not saved there."""
        if self.panorama and self.transparent:
            raise UserError("A panorama is all that is around the eyes, ground and sky too: leave --transparent out.")
        if self.panorama:
            check_size(self.size)
        (check_panorama_destination if self.panorama else check_destination)(output)

    def save(self, pixels: np.ndarray, output: Path) -> Path:
        """Writes what was rendered, and returns the file's path. Raises UserError where it cannot be written."""
        return (save_panorama if self.panorama else save_picture)(pixels, output)


def render_still(exhibit: Exhibit, still: Still, output: Path, made_by: str = "vrcnn render") -> Path:
    """Runs the picture through the network and saves what the camera sees; returns the file's path.

    Beside it lies what it was made of, and how; `made_by` is the command.

    A run of blocks that hides the layer is opened. Raises UserError when the layer is unknown or has no room, the
    network fails on the picture, or the file cannot be written.
    """
    layer = layer_of(exhibit, still)
    with open_studio(exhibit) as studio:
        pixels = _render(studio, still, layer)
        ask_who(exhibit)
        studio.settle()
        told = sidecar_of(exhibit, made_by, "a panorama" if still.panorama else "a picture", asdict(still))
    return imprinted(still.save(pixels, output), told)


def pictures(exhibit: Exhibit, stills: Sequence[Still]) -> list[np.ndarray]:
    """What each camera sees, (height, width, 3 or 4) uint8; the exhibit is closed then. Raises as `render_still`."""
    layers = [layer_of(exhibit, still) for still in stills]  # says at once when there is no such layer
    with open_studio(exhibit) as studio:
        return [_render(studio, still, layer) for still, layer in zip(stills, layers, strict=True)]


def parse_camera(text: str) -> Pose:
    """A camera from "x,y,z,yaw,pitch": metres, and degrees to the left and upwards. Raises UserError."""
    try:
        x, y, z, yaw, pitch = (float(part) for part in text.split(","))
        if not all(map(isfinite, (x, y, z, yaw, pitch))):
            raise ValueError
    except ValueError:
        raise UserError(
            f'--camera "{text}" is not a place: give five numbers, "x,y,z,yaw,pitch", in metres and degrees, '
            'such as "0,1.6,0,0,0".'
        ) from None
    return Pose((x, y, z), turn(radians(yaw), radians(pitch)))


@dataclass(frozen=True)
class ShownLayer:
    """A layer to stand before: of which network, its name, and the scope that shows it."""

    display: Display
    name: str
    scope: Scope


def layer_of(exhibit: Exhibit, still: Still) -> ShownLayer | None:
    """The layer that is meant. Raises UserError where no network has one."""
    if still.at is None:
        return None
    name, displays = still.at, exhibit.displays
    for display in displays:
        if name.startswith(f"{display.hall.network}:"):
            name, displays = name.removeprefix(f"{display.hall.network}:"), [display]
            break
    refusals = []
    for display in displays:
        worker = display.worker
        try:
            return ShownLayer(display, name, scope_showing(name, worker.full_graph, worker.scope))
        except UserError as error:
            refusals.append(f"{display.hall.network}: {error}" if len(exhibit.displays) > 1 else str(error))
    raise UserError("\n  ".join(refusals))


def _camera(studio: Studio, still: Still, layer: ShownLayer | None) -> Pose:
    exhibit = studio.exhibit
    aspect = still.size[0] / still.size[1]
    if layer is not None:
        return layer.display.hall.placing.carry(before(wall_of_layer(layer, studio), aspect))
    if still.view is not None:
        return standard_view(exhibit.world, still.view, aspect)
    return still.camera or exhibit.world.player.eyes


def wall_of_layer(layer: ShownLayer, studio: Studio) -> Wall:
    """The wall of a layer; where it has no room, it is given some."""
    name, worker, hall = layer.name, layer.display.worker, layer.display.hall
    node = node_showing(name, worker.full_graph, hall.graph)
    if node is None:
        raise UserError(f'The network has no layer "{name}" on the way that it takes with this picture.')
    if node.index in worker.plan.left_out:
        layer.display.show(worker.scope.with_demanded(node.name))
        studio.settle()
    if node.index in worker.plan.left_out:
        raise UserError(f'There is no room for the layer "{name}": give more with --memory, or less with --input-size.')
    wall = hall.wall_of(node.index)
    if wall is None:
        raise UserError(f'The layer "{name}" has no feature maps to stand before: choose another.')
    return wall


def _render(studio: Studio, still: Still, layer: ShownLayer | None) -> np.ndarray:
    exhibit = studio.exhibit
    if still.picture:
        exhibit.place(still.picture)
    if layer is not None and layer.scope != layer.display.worker.scope:
        layer.display.show(layer.scope)
    studio.settle()
    if still.attribution is not None:
        for display in exhibit.displays:
            find_attribution(display, Wish(still.attribution, display.hall.chosen.of))
        studio.settle()
    eyes = _camera(studio, still, layer)
    chosen = layer is not None or still.view is not None or still.camera is not None
    scale = 1.0 if chosen else exhibit.world.player.scale
    if still.panorama:
        return studio.panorama(eyes, still.size, scale)
    return studio.picture(eyes, still.size, scale, still.transparent)
