"""A feature visualization as one PNG: its picture, how it was made, and the exact numbers that it was made of.

The facts are JSON in a text chunk. The numbers, float16 in units of the network's input, are in a private chunk behind
the picture, each told as its distance from what its pixel's byte usually stands for: about 0.25 MB in all for a picture
of 224 × 224, where picture and numbers apart would take 0.37 MB.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngImageFile, PngInfo

from vrcnn import __version__
from vrcnn.featurevis.results import Baseline, Place, Visualization
from vrcnn.featurevis.settings import Objective, Settings, Transforms

FORMAT = "vrcnn feature visualization 1"
FACTS = "vrcnn"  # the keyword of the text chunk
NUMBERS = b"vrVN"  # private, not critical, and not to be copied to an edited picture (PNG, section 5.4)
BYTES = 256

_Plain = TypeVar("_Plain", Settings, Objective, Transforms)


class DamagedFeature(Exception):  # noqa: N818
    """A file that is no feature visualization, or no whole one."""


@dataclass(frozen=True)
class FeatureFile:
    """What such a file holds.

    Attributes:
        visualization: with the settings that it ended with.
        asked: the settings that were asked for.
        origin: whose visualization it is: what a cache tells it apart by, beside the place, the channel and `asked`.
        values: (C, H, W) float16, in units of the network's input; None where they were left out.
    """

    visualization: Visualization
    asked: Settings
    origin: str
    values: np.ndarray | None = None


def encoded(feature: FeatureFile) -> bytes:
    """The file. Values are rounded to float16."""
    made = feature.visualization
    numbers = b"" if feature.values is None else _packed(feature.values.astype(np.float16), made.pixels)
    facts = {
        "format": FORMAT,
        "vrcnn": __version__,
        "origin": feature.origin,
        "layer": made.place.name,
        "tensor": made.place.tensor,
        "channel": made.channel,
        "asked": asdict(feature.asked),
        "settings": asdict(made.settings),
        "activation": made.activation,
        "start": made.start,
        "baseline": None if made.baseline is None else asdict(made.baseline),
        "outcome": made.outcome,
        "attempts": made.attempts,
        "seconds": made.seconds,
        "values": None if feature.values is None else feature.values.shape,
        "checksum": _checksum(made.pixels, numbers),
    }
    info = PngInfo()
    info.add_text("Title", f"{made.place.name}, channel {made.channel}")
    info.add_text(FACTS, json.dumps(facts))
    if numbers:
        info.add(NUMBERS, numbers, after_idat=True)
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(made.pixels)).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def decoded(file: bytes) -> FeatureFile:
    """What `encoded` was given. Raises DamagedFeature where the bytes are not whole, or something else."""
    try:
        with Image.open(io.BytesIO(file), formats=["PNG"]) as image:
            assert isinstance(image, PngImageFile)
            pixels = np.asarray(image)
            facts = json.loads(image.text[FACTS])
            numbers = next((chunk[1] for chunk in image.private_chunks if chunk[0] == NUMBERS), b"")
        if facts["format"] != FORMAT or facts["checksum"] != _checksum(pixels, numbers):
            raise DamagedFeature("other numbers than were written")
        shape = facts["values"]
        return FeatureFile(
            Visualization(
                place=Place(facts["layer"], facts["tensor"]),
                channel=facts["channel"],
                settings=settings_from(facts["settings"]),
                pixels=pixels,
                activation=facts["activation"],
                start=facts["start"],
                baseline=None if facts["baseline"] is None else Baseline(**facts["baseline"]),
                outcome=facts["outcome"],
                attempts=tuple(facts["attempts"]),
                seconds=facts["seconds"],
            ),
            settings_from(facts["asked"]),
            facts["origin"],
            None if shape is None else _unpacked(numbers, tuple(shape), pixels),
        )
    except (OSError, SyntaxError, ValueError, LookupError, TypeError, AttributeError, zlib.error) as error:
        raise DamagedFeature(str(error)) from error


def settings_from(facts: Mapping[str, Any]) -> Settings:
    """The settings that `dataclasses.asdict` and JSON have made plain. Raises TypeError for others."""
    nested = {
        "objective": _plain(Objective, facts["objective"]),
        "transforms": _plain(Transforms, facts["transforms"]),
    }
    return _plain(Settings, {**facts, **nested})


def _plain(kind: type[_Plain], facts: Mapping[str, Any]) -> _Plain:
    return kind(**{name: _tuples(value) for name, value in facts.items()})


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _checksum(pixels: np.ndarray, numbers: bytes) -> int:
    return zlib.crc32(numbers, zlib.crc32(pixels.tobytes()))


def _packed(values: np.ndarray, pixels: np.ndarray) -> bytes:
    """Values (C, ...) float16 as their distances from the usual value of their pixel's byte, low bytes apart."""
    usual = _usual_values(values, pixels)
    distances = _ordered(values) - _ordered(_expected(usual, pixels, values.shape))
    folded = (distances << 1) ^ (distances >> 15)  # small ones of either sign become small numbers
    halves = folded.view(np.uint8).reshape(-1, 2).T
    return zlib.compress(usual.tobytes() + halves.tobytes())


def _unpacked(numbers: bytes, shape: tuple[int, ...], pixels: np.ndarray) -> np.ndarray:
    plain = zlib.decompress(numbers)
    usual = np.frombuffer(plain[: shape[0] * BYTES * 2], np.float16).reshape(shape[0], BYTES)
    halves = np.frombuffer(plain[shape[0] * BYTES * 2 :], np.uint8).reshape(2, -1).T
    folded = np.ascontiguousarray(halves).view(np.uint16).reshape(shape)
    distances = (folded >> 1).astype(np.int16) ^ -(folded & 1).astype(np.int16)
    return _unordered(distances + _ordered(_expected(usual, pixels, shape)))


def _usual_values(values: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """(C, 256) float16: the mean of the values at pixels of each byte; 0 where pixels do not show these values."""
    usual = np.zeros((len(values), BYTES), np.float16)
    if _shows(pixels, values.shape):
        for channel, its in enumerate(values):
            places = pixels[..., channel].ravel()
            sums = np.bincount(places, np.nan_to_num(its.ravel().astype(np.float64)), BYTES)
            usual[channel] = sums / np.maximum(np.bincount(places, minlength=BYTES), 1)
    return usual


def _expected(usual: np.ndarray, pixels: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    if not _shows(pixels, shape):
        return np.zeros(shape, np.float16)
    return np.stack([its[pixels[..., channel]] for channel, its in enumerate(usual)])


def _shows(pixels: np.ndarray, shape: tuple[int, ...]) -> bool:
    return shape[0] in (1, 3) and shape[1:] == pixels.shape[:2]


def _ordered(values: np.ndarray) -> np.ndarray:
    """int16 in the order of the float16 values, neighbours beside each other; sums of them may wrap around."""
    bits = values.view(np.int16)
    return np.where(bits < 0, bits ^ np.int16(0x7FFF), bits)


def _unordered(numbers: np.ndarray) -> np.ndarray:
    return np.where(numbers < 0, numbers ^ np.int16(0x7FFF), numbers).view(np.float16)
