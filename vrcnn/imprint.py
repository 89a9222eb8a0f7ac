"""What stands beside each picture and film of the place: who the networks and pictures are, and how it was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from vrcnn.engine.identity_inquiry import Identify
from vrcnn.exhibit import Exhibit
from vrcnn.export.session_parts import camera_of
from vrcnn.export.sidecar import Sidecar, write_sidecar
from vrcnn.scene.geometry import Pose

_asked = 0


def ask_who(exhibit: Exhibit) -> int:
    """Asks all networks who they are and what has run; returns the number under which `known` hears of it."""
    global _asked
    _asked += 1
    for display in exhibit.displays:
        display.worker.inquiries.ask(Identify(_asked))
    return _asked


def known(exhibit: Exhibit, number: int) -> bool:
    """Whether all have answered."""
    return all(each.identified is not None and each.identified.number >= number for each in exhibit.displays)


def sidecar_of(
    exhibit: Exhibit, made_by: str, holds: str, settings: Mapping[str, Any], contents: Mapping[str, Any] | None = None
) -> Sidecar:
    """Of what the networks' place looks like now, as far as the networks have said who they are."""
    world, who = exhibit.world, [each.identified for each in exhibit.displays if each.identified is not None]
    pictures = dict.fromkeys((one.picture.name, one.picture.sha256) for one in who if one.picture is not None)
    named = [one.picture for one in who if one.picture is not None]
    unique = [next(each for each in named if (each.name, each.sha256) == key) for key in pictures]
    looks = {
        "theme": world.theme,
        "colouring": asdict(world.colouring),
        "sieve": world.sieving.sieve.text if world.sieving.before else None,
        "networks": [
            {"name": hall.network, "layout": hall.arrangement.layout, "scope": asdict(hall.chosen)}
            for hall in world.halls
        ],
    }
    return Sidecar(
        made_by,
        holds,
        tuple(one.network for one in who),
        tuple(unique),
        settings={**looks, **settings},
        contents=contents or {},
    )


def place_of(eyes: Pose) -> dict[str, Any]:
    """A camera in words for a sidecar: m, and a quaternion."""
    return {"position": list(eyes.position), "orientation": list(eyes.orientation)}


def seen_from(exhibit: Exhibit) -> dict[str, Any]:
    """The visitor's place in words for a sidecar."""
    return asdict(camera_of(exhibit.world))


def imprinted(path: Path, sidecar: Sidecar) -> Path:
    """The path of a file, after its sidecar was written. Raises UserError."""
    write_sidecar(path, sidecar)
    return path


def imprint(path: Path, sidecar: Sidecar, files: Iterable[str] = ()) -> Path:
    """Writes the sidecar of a file or folder. Raises UserError."""
    return write_sidecar(path, sidecar, files)
