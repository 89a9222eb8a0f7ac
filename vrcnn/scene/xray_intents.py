"""What a visitor wants of the sieve before the picture on the easel, free of any device."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ToggleSieve:
    """Put the sieve before the picture on the easel, or back into its holder."""


@dataclass(frozen=True)
class StepSieveKind:
    """Let the sieve be of the next kind (`step` 1), or of the one before (-1)."""

    step: int


@dataclass(frozen=True)
class TurnSieve:
    """Turn the sieve `steps` further through its amounts; back where they are negative."""

    steps: int


@dataclass(frozen=True)
class SortByChange:
    """Sort the walls by how much their channels change, or as they were sorted before."""


XrayAction = ToggleSieve | StepSieveKind | TurnSieve | SortByChange
