"""Which network and which picture something was made of, as plain data that can be written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class NetworkIdentity:
    """A network as it was when something was made of it.

    Attributes:
        name: what people call it; `target` what it was opened as, "" for the demo.
        structure, weights: hashes, hexadecimal, as in network.fingerprint.NetworkKey.
        preprocess: how a picture becomes its input, as engine.identifying tells it.
        device: where it ran, such as "cpu".
    """

    name: str
    target: str = ""
    structure: str = ""
    weights: str = ""
    preprocess: Mapping[str, Any] = field(default_factory=dict)
    device: str = ""


@dataclass(frozen=True)
class PictureIdentity:
    """A picture. `sha256` is a hash of what it is "of": the bytes of a "file", or its "values" in memory."""

    name: str
    sha256: str = ""
    of: str = "file"
