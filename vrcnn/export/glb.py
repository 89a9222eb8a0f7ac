"""Writes glTF 2.0 as one binary file (.glb): triangles with pictures on them, named nodes, colours as on screen.

All materials are unlit (KHR_materials_unlit), so that every viewer shows the colours of the pictures unchanged; one
that does not know the extension lights them. Format: https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from vrcnn import __version__

FLOAT, UNSIGNED = 5126, 5125  # component types
VERTICES, INDICES = 34962, 34963  # targets of buffer views
NEAREST, LINEAR_MIPMAP_LINEAR, LINEAR, CLAMP = 9728, 9987, 9729, 33071
SHARP, SMOOTH = 0, 1  # samplers: pixels stay squares where they are magnified, or not
UNLIT = "KHR_materials_unlit"


@dataclass(frozen=True)
class Surface:
    """Triangles that share a material.

    `points` (N, 3) float32 in m, `places` (N, 2) float32 where each is on the material's picture, from its top left;
    `triangles` (M, 3) uint32, counter-clockwise from the front.
    """

    material: int
    points: np.ndarray
    places: np.ndarray
    triangles: np.ndarray


class Glb:
    """Collects the parts of a file; every method that adds one returns its number."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._said: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("bufferViews", "accessors", "images", "textures", "materials", "meshes", "nodes")
        }
        self._said["samplers"] = [
            {"magFilter": filter, "minFilter": LINEAR_MIPMAP_LINEAR, "wrapS": CLAMP, "wrapT": CLAMP}
            for filter in (NEAREST, LINEAR)
        ]
        self._said["samplers"].append({"magFilter": NEAREST, "minFilter": NEAREST, "wrapS": CLAMP, "wrapT": CLAMP})

    @property
    def size(self) -> int:
        """Bytes so far, about."""
        return len(self._buffer)

    def material(
        self, name: str, pixels: np.ndarray, sampler: int = SHARP, glass: bool = False, both_sides: bool = False
    ) -> int:
        """One that shows `pixels` ((H, W, 3) or (H, W, 4) uint8, sRGB, rows from the top); `glass` lets through what is
        behind it where the pixels say so."""
        stored = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(pixels)).save(stored, "PNG")
        view = self._view(stored.getvalue())
        image = self._add("images", {"name": name, "bufferView": view, "mimeType": "image/png"})
        texture = self._add("textures", {"source": image, "sampler": sampler})
        said: dict[str, Any] = {
            "name": name,
            "pbrMetallicRoughness": {
                "baseColorTexture": {"index": texture},
                "metallicFactor": 0.0,
                "roughnessFactor": 1.0,
            },
            "extensions": {UNLIT: {}},
        }
        if glass:
            said["alphaMode"] = "BLEND"
        if both_sides:
            said["doubleSided"] = True
        return self._add("materials", said)

    def mesh(self, name: str, surfaces: Sequence[Surface]) -> int:
        """One of several surfaces, none of them empty."""
        primitives = [
            {
                "attributes": {
                    "POSITION": self._accessor(surface.points.astype(np.float32), "VEC3", FLOAT, VERTICES, True),
                    "TEXCOORD_0": self._accessor(surface.places.astype(np.float32), "VEC2", FLOAT, VERTICES),
                },
                "indices": self._accessor(surface.triangles.astype(np.uint32).ravel(), "SCALAR", UNSIGNED, INDICES),
                "material": surface.material,
            }
            for surface in surfaces
        ]
        return self._add("meshes", {"name": name, "primitives": primitives})

    def node(
        self,
        name: str,
        mesh: int | None = None,
        children: Sequence[int] = (),
        placing: Sequence[float] | None = None,
        extras: dict[str, Any] | None = None,
    ) -> int:
        """One at a `placing`: x, y, z in m, scale, and the orientation x, y, z, w (a unit quaternion)."""
        said: dict[str, Any] = {"name": name}
        if mesh is not None:
            said["mesh"] = mesh
        if children:
            said["children"] = list(children)
        if placing is not None:
            x, y, z, scale, *turn = (float(each) for each in placing)
            length = float(np.linalg.norm(turn))
            said["translation"], said["scale"] = [x, y, z], [scale] * 3
            said["rotation"] = [max(-1.0, min(1.0, each / length)) for each in turn]
        if extras:
            said["extras"] = extras
        return self._add("nodes", said)

    def write(self, file: BinaryIO, roots: Sequence[int], copyright: str = "") -> None:
        """Writes the file with these nodes in its scene."""
        said: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": f"vrcnn {__version__}"},
            "extensionsUsed": [UNLIT],
            "scene": 0,
            "scenes": [{"name": "vrcnn", "nodes": list(roots)}],
            "buffers": [{"byteLength": len(self._buffer)}],
            **{name: each for name, each in self._said.items() if each},
        }
        if copyright:
            said["asset"]["copyright"] = copyright
        words = json.dumps(said, allow_nan=False).encode()
        words += b" " * (-len(words) % 4)
        rest = bytes(-len(self._buffer) % 4)
        total = 12 + 8 + len(words) + 8 + len(self._buffer) + len(rest)
        file.write(b"glTF" + (2).to_bytes(4, "little") + total.to_bytes(4, "little"))
        file.write(len(words).to_bytes(4, "little") + b"JSON" + words)
        file.write((len(self._buffer) + len(rest)).to_bytes(4, "little") + b"BIN\x00")
        file.write(self._buffer)
        file.write(rest)

    def _add(self, kind: str, said: dict[str, Any]) -> int:
        self._said[kind].append(said)
        return len(self._said[kind]) - 1

    def _view(self, content: bytes, target: int | None = None) -> int:
        self._buffer += bytes(-len(self._buffer) % 4)
        said: dict[str, Any] = {"buffer": 0, "byteOffset": len(self._buffer), "byteLength": len(content)}
        if target is not None:
            said["target"] = target
        self._buffer += content
        return self._add("bufferViews", said)

    def _accessor(self, values: np.ndarray, kind: str, component: int, target: int, ends: bool = False) -> int:
        said: dict[str, Any] = {
            "bufferView": self._view(values.tobytes(), target),
            "componentType": component,
            "count": len(values),
            "type": kind,
        }
        if ends:
            said["min"], said["max"] = values.min(0).tolist(), values.max(0).tolist()
        return self._add("accessors", said)
