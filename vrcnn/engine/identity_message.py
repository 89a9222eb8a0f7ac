"""What a worker tells of who its network and its picture are, for what stands beside exported pictures."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.network.identity import NetworkIdentity, PictureIdentity


@dataclass(frozen=True)
class Identified:
    """The answer to what was asked under this `number`; `picture` is None where the example input had run."""

    number: int
    network: NetworkIdentity
    picture: PictureIdentity | None
