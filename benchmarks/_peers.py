"""Other renderers with an object for every map, for benchmarks/render.py: `python _peers.py NAME MAPS ROUNDS`.

They get the maps of a Corridor and nothing else, and so does ours; both eyes see them from where it is seen. The last
line that is printed is the figures as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from _corridors import SIDE, Corridor, arrays, eyes_of, stereo
from _quads import _records
from _render_sides import EYE, MANY

from vrcnn.render.context import live_samples, standalone_context
from vrcnn.render.target import Target
from vrcnn.scene.camera import View
from vrcnn.scene.drawables import Grid
from vrcnn.scene.geometry import Pose


@dataclass(frozen=True)
class Tile:
    """A map as an object: where its centre is, its sides in m, and its values (SIDE, SIDE) from 0 to 1."""

    pose: Pose
    width: float
    height: float
    values: np.ndarray


def tiles_of(corridor: Corridor) -> Iterator[Tile]:
    """All maps of a corridor."""
    for wall in corridor.world.hall.walls:
        span = wall.span
        assert span is not None
        grid = Grid(span, wall.pose, wall.width, wall.height, wall.columns, wall.rows)
        maps = arrays(corridor.arena, span.size)[0][span.first : span.first + span.count]
        for record, values in zip(_records(grid, np.arange(span.count)), maps, strict=True):
            width, height = (float(side) for side in record["size"])
            x, y, z = (float(place) for place in record["position"])
            pose = Pose((x, y, z), wall.pose.orientation)
            yield Tile(pose, width, height, np.clip(values.astype(np.float32) / 4 + 0.5, 0, 1))


def pygfx(corridor: Corridor) -> Callable[[View], Any]:
    """A mesh and a texture for every map."""
    import pygfx as gfx
    from rendercanvas.offscreen import RenderCanvas

    canvas = RenderCanvas(size=(EYE, EYE), pixel_ratio=1)
    renderer, scene = gfx.renderers.WgpuRenderer(canvas, pixel_ratio=1, ppaa="none"), gfx.Scene()
    plane = gfx.plane_geometry(1, 1)
    for tile in tiles_of(corridor):
        texture = gfx.Texture(tile.values, dim=2)
        material = gfx.MeshBasicMaterial(map=gfx.TextureMap(texture, filter="nearest"))
        mesh = gfx.Mesh(plane, material)
        mesh.local.position, mesh.local.rotation = tile.pose.position, tile.pose.orientation
        mesh.local.scale = tile.width, tile.height, 1
        scene.add(mesh)
    camera = gfx.PerspectiveCamera(95, 1, depth_range=(0.05, 400))

    def draw(view: View) -> Any:
        camera.local.position, camera.local.rotation = view.pose.position, view.pose.orientation
        renderer.render(scene, camera)
        return renderer.snapshot()

    return draw


def vispy(corridor: Corridor) -> Callable[[View], Any]:
    """An image for every map."""
    from vispy import app, scene
    from vispy.visuals.transforms import MatrixTransform

    app.use_app("egl")
    canvas = scene.SceneCanvas(size=(EYE, EYE), show=True)
    view_box = canvas.central_widget.add_view()
    for tile in tiles_of(corridor):
        image = scene.visuals.Image(tile.values, parent=view_box.scene, cmap="RdBu", clim=(0, 1), method="subdivide")
        matrix = np.diag((tile.width / SIDE, tile.height / SIDE, 1.0, 1.0))
        matrix[3, :2] = -tile.width / 2, -tile.height / 2
        image.transform = MatrixTransform(matrix @ tile.pose.matrix().T)

    # What a view box is given are pixels from its upper left corner, before the division by w.
    pixels = np.array(((EYE / 2, 0, 0, EYE / 2), (0, -EYE / 2, 0, EYE / 2), (0, 0, 1e-3, 0), (0, 0, 0, 1)))

    def draw(view: View) -> Any:
        view_box.scene.transform = MatrixTransform((pixels @ view.matrix()).T)
        return canvas.render()

    return draw


def measure(peer: str, maps: int, rounds: int) -> dict[str, Any]:
    """Median seconds of a stereo frame: the other's, and ours in turns with it; vispy, which is slow, has one view."""
    context = standalone_context()
    with context:
        corridor = Corridor(context, maps, MANY)
        targets = [Target(context, (EYE, EYE), live_samples(context)) for _ in range(2)]
        maps_alone = {name: group for name, group in corridor.groups.items() if name.startswith("grids")}
        corridor.renderer.prepare(maps_alone, 0.0, corridor.anchors)
    start = time.perf_counter()
    other = {"pygfx": pygfx, "vispy": vispy}[peer](corridor)
    made = time.perf_counter() - start
    theirs, ours = [], []
    for number in range(rounds + 1):
        for head in corridor.views()[: 1 if peer == "vispy" else 4]:
            start = time.perf_counter()
            seen = [other(view) for view in eyes_of(head)]
            drawn = time.perf_counter()
            with context:
                begun = time.perf_counter()
                stereo(corridor.renderer, targets, [head])
                context.finish()
                done = time.perf_counter()
            if number:
                theirs.append(drawn - start)
                ours.append(done - begun)
    return {
        "theirs": median(theirs),
        "ours": median(ours),
        "made": made,
        "differs": bool(np.ptp(np.asarray(seen[0])[..., :3]) > 0),
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
