"""The parts of a session that are pictures: those of the shelf, the one on the easel, and framed copies of maps.

A picture that is a file is told by its path and the hash of what is in it; one that was made or brought in while the
program ran is in the session itself, to the bit, so that it is there on another machine, too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from vrcnn.engine.messages import PictureMade
from vrcnn.export.plain import Misfit, packed, plain, taken, unpacked
from vrcnn.export.session_opening import KeptPicture, Opening
from vrcnn.export.session_parts import Part, register
from vrcnn.scene.feature_reading import FeatureReading
from vrcnn.scene.gallery import Frame
from vrcnn.scene.geometry import Pose
from vrcnn.scene.hanging import MOST
from vrcnn.scene.reading import Reading
from vrcnn.scene.world import HANDS, World

if TYPE_CHECKING:
    from vrcnn.network.pictures import PictureFile

ARRAYS = (".npy", ".npz")  # of values, that are found again by their path only
RECENT = 128  # pictures at the end of the shelf, more than are added
LISTED = 256  # pictures of a shelf that are listed; those before and behind the easel's come first
LARGEST_FILE = 32 << 20  # bytes of a picture's file that go into a session
MOST_BROUGHT = 96 << 20  # letters of all files in a session; those beyond are told by their paths
PORTION = 1 << 20  # bytes that are read at a time


def sha256_of(path: Path) -> str | None:
    """Of a file; None where it cannot be read. Remembered as long as its size and time stay."""
    try:
        known = path.stat()
        return _sha256(path, known.st_mtime_ns, known.st_size)
    except OSError:
        return None


@lru_cache(1024)
def _sha256(path: Path, changed: int, size: int) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while portion := file.read(PORTION):
            found.update(portion)
    return found.hexdigest()


class Encoded:
    """What was encoded for sessions, so that an autosave does not do it again."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[int, tuple[object, Any]] = {}  # by id, with the thing itself so that this stays its own

    def of(self, thing: Any, make: Callable[[Any], Any]) -> Any:
        """What `make` makes of a thing that is never changed."""
        if id(thing) not in self._known:
            while len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[id(thing)] = thing, make(thing)
        return self._known[id(thing)][1]


_encoded = Encoded(LISTED)


def _embedded(made: PictureMade) -> dict[str, Any]:
    return {"values": packed(made.values), "pixels": _png(made.pixels)}


def _data(file: PictureFile) -> str | None:
    """What is in the file of a picture, in base 64; of one without a file, such as from the clipboard, as PNG."""
    try:
        if file.path is not None:
            small = file.path.suffix.lower() not in ARRAYS and file.path.stat().st_size <= LARGEST_FILE
            return base64.b64encode(file.path.read_bytes()).decode() if small else None
        if file.data is not None:
            return base64.b64encode(file.data).decode()
        return _png(np.asarray(file.open()))
    except Exception:  # it is gone by now, or a decoder raises whatever the broken bytes led it to
        return None


def _png(pixels: np.ndarray) -> str:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=3)
    return base64.b64encode(file.getvalue()).decode()


def _from_png(content: Any, where: str) -> np.ndarray:
    try:
        with Image.open(io.BytesIO(base64.b64decode(taken(str, content, where), validate=True)), formats=["PNG"]) as it:
            return np.array(it.convert("RGBA"))
    except Misfit:
        raise
    except Exception as error:  # decoders raise whatever the broken bytes led them to
        raise Misfit(f"{where} is no picture ({error})") from error


def _tell_pictures(world: World) -> Any:
    easel, told, room = world.easel.picture, [], MOST_BROUGHT
    for number in sorted(_listed(world), key=lambda number: number != easel):  # the easel's first, where room is short
        picture = world.pictures[number]
        one: dict[str, Any] = {"number": number, "name": picture.name}
        if picture.made is not None:
            one |= {"network": world.hall.network, **_encoded.of(picture.made, _embedded)}
        elif picture.brought is not None and len(data := _encoded.of(picture.brought, _data) or "") in range(1, room):
            one["file"] = data
            room -= len(data)
        elif picture.path is not None:
            one["path"] = str(picture.path)
            if number == easel:
                one["sha256"] = sha256_of(picture.path)
        told.append(one)
    return {
        "easel": easel,
        "shows": _shown_answer(world),
        "page": world.shelf.page,
        "shelf": sorted(told, key=lambda one: int(one["number"])),
    }


def _listed(world: World) -> list[int]:
    """The pictures that are told of, in their order: all that were added, the easel's, and as many as there is room."""
    count, easel = len(world.pictures), world.easel.picture or 0
    first = max(0, min(easel - LISTED // 2, count - LISTED))
    added = {number for number, picture in enumerate(world.pictures) if picture.made or picture.brought}
    visiting = world.shelf.visitors - {world.easel.picture}  # which a filter brings again
    return sorted((added | set(range(first, min(count, first + LISTED)))) - visiting)


def _shown_answer(world: World) -> str | None:
    """The network whose answer is over the picture on the easel; "" for the picture alone, None without answers."""
    if not world.overlays:
        return None
    return world.halls[world.overlaying].network if world.overlaid else ""


def _take_pictures(told: Any, opening: Opening) -> None:
    world, record = opening.world, taken(dict[str, Any], told, "pictures")
    gone: list[str] = []
    for place, one in enumerate(taken(list[dict[str, Any]], record.get("shelf", []), "pictures.shelf")):
        where = f"pictures.shelf[{place}]"
        number, name = (
            taken(int, one.get("number"), f"{where}.number"),
            taken(str, one.get("name"), f"{where}.name"),
        )
        found = _found(one, name, where, opening)
        if found is None:
            gone.append(name)
        else:
            opening.numbers[number] = found
    if gone:
        opening.notes.append(
            f"{len(gone)} of its pictures {'is' if len(gone) == 1 else 'are'} gone: {', '.join(gone[:6])}"
            + (f" and {len(gone) - 6} more." if len(gone) > 6 else ".")
        )
    easel = taken(int | None, record.get("easel"), "pictures.easel")
    page = taken(int, record.get("page", 0), "pictures.page")
    world.shelf.page = min(max(0, page), world.shelf.pages(len(world.pictures)) - 1)
    if easel in opening.numbers:
        opening.place(opening.numbers[easel])
    shows = taken(str | None, record.get("shows"), "pictures.shows")
    if shows is not None:
        world.answer_wanted = shows


def _found(one: dict[str, Any], name: str, where: str, opening: Opening) -> int | None:
    """The number of a picture of the session here; what is not here is brought along, where that can be."""
    if "file" in one:
        try:
            data = base64.b64decode(taken(str, one["file"], f"{where}.file"), validate=True)
        except binascii.Error as error:
            raise Misfit(f"{where}.file is no base 64 ({error})") from error
        return opening.shelve(KeptPicture(name, data=data))
    if "values" in one:
        values, pixels = unpacked(one["values"], f"{where}.values"), _from_png(one.get("pixels"), f"{where}.pixels")
        hall = opening.hall_named(str(one.get("network"))) or 0
        made = PictureMade("", name, pixels, values)
        return opening.shelve(KeptPicture(name, made, hall))
    path = taken(str, one.get("path", ""), f"{where}.path")
    number = opening.picture_like(name, path)
    wanted = taken(str | None, one.get("sha256"), f"{where}.sha256")
    if number is not None:
        here = opening.world.pictures[number].path
        if wanted is not None and here is not None and sha256_of(here) != wanted:
            opening.notes.append(f"The picture {name} is not what it was: its file has changed.")
        return number
    file = Path(path) if path else None
    if file is None or not file.is_file() or (wanted is not None and sha256_of(file) != wanted):
        return None
    return opening.shelve(KeptPicture(name, path=file))


def _tell_frames(world: World) -> Any:
    told = []
    for frame in world.gallery.frames:
        one = {
            "map" if isinstance(frame.reading, Reading) else "visualization": _encoded.of(frame.reading, plain),
            "network": world.halls[frame.reading.at.hall].network,
            "pose": plain(frame.pose),
            "place": frame.place,
            "scale": frame.scale,
        }
        told.append(one)
    return told or None


def _take_frames(told: Any, opening: Opening) -> None:
    world, gallery = opening.world, opening.world.gallery
    for number, one in enumerate(taken(list[dict[str, Any]], told, "frames")):
        where = f"frames[{number}]"
        reading = _reading(one, where)
        hall = opening.hall_named(str(one.get("network")))
        node = -1 if hall is None else _node_of(world, hall, reading.layer)
        reading = replace(reading, at=replace(reading.at, hall=hall or 0, node=node))  # type: ignore[arg-type]
        pose = taken(Pose | None, one.get("pose"), f"{where}.pose")
        place = taken(int, one.get("place", number), f"{where}.place")
        scale = taken(float, one.get("scale", 1.0), f"{where}.scale")
        used = {frame.place for frame in gallery.frames}
        free = [each for each in (place, *range(MOST)) if 0 <= each < MOST and each not in used]
        if not free or scale <= 0:
            continue
        gallery.made += 1
        gallery.frames.append(Frame(gallery.made, reading, pose, free[0], scale))
        if pose is None:
            carrier = world.hands[HANDS[0]]
            if carrier.carrying is None:
                carrier.carrying = gallery.made
            else:
                gallery.frames.pop()
    gallery.revision += 1


def _reading(one: dict[str, Any], where: str) -> Reading | FeatureReading:
    if "map" in one:
        reading: Reading = taken(Reading, one["map"], f"{where}.map")
        if reading.values.ndim != 2 or reading.values.dtype != np.float16 or not reading.values.size:
            raise Misfit(f"{where}.map.values is no map")
        return reading
    shown: FeatureReading = taken(FeatureReading, one.get("visualization"), f"{where}.visualization")
    if shown.feature is not None:
        shown.feature.thumbnails = ()
    return shown


def _node_of(world: World, hall: int, layer: str) -> int:
    """The node of a layer as it is shown now; -1 where it is not."""
    nodes = world.halls[hall].graph.nodes
    return next((node.index for node in nodes if node.name == layer), -1)


def _pictures_key(world: World) -> object:
    last = world.pictures[-RECENT:]
    added = tuple((id(picture.made), id(picture.brought)) for picture in last if picture.made or picture.brought)
    return world.easel.picture, world.shelf.page, len(world.pictures), added, _shown_answer(world)


register(Part("pictures", _tell_pictures, _take_pictures, _pictures_key))
register(Part("frames", _tell_frames, _take_frames, lambda world: world.gallery.revision))
