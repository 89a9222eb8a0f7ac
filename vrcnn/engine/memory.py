"""How much memory the feature maps may take: what the machine can spare, within the limits of a container."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import psutil

SHARE = 0.5  # of what is available; the network, its pass and everybody else have the rest
LEAST = 256 << 20  # bytes
_GROUPS = Path("/sys/fs/cgroup")
_OWN_GROUPS = Path("/proc/self/cgroup")
_SECOND_VERSION = ("memory.max", "memory.current", "inactive_file ")
_FIRST_VERSION = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ")


def shared_out(budget: int, needs: Sequence[int]) -> list[int]:
    """Shares of `budget` bytes for networks whose maps need `needs` bytes, all of it together.

    Each gets what it needs where that fits, and as much more as the others; else those that need little get it, and
    the rest is divided among the others.
    """
    shares, left = [0] * len(needs), budget
    for place, number in enumerate(sorted(range(len(needs)), key=needs.__getitem__)):
        shares[number] = min(needs[number], left // (len(needs) - place))
        left -= shares[number]
    return [share + left // len(needs) for share in shares]


def default_budget() -> int:
    """Bytes for all feature maps in all places: half of what is available now, and at least 256 MiB."""
    available = psutil.virtual_memory().available
    limited = room_in_groups()
    return max(LEAST, int(SHARE * (available if limited is None else min(available, limited))))


def room_in_groups(groups: Path = _GROUPS, own: Path = _OWN_GROUPS) -> int | None:
    """Bytes that this process's control groups may still take, None without a limit; psutil knows only the machine.

    The group and every group around it may have a limit, in the files of either version of control groups; the file
    cache in what they use can be had back (docs.kernel.org/admin-guide/cgroup-v2.html and cgroup-v1/memory.html).
    """
    try:
        lines = own.read_text().splitlines()
    except OSError:  # not on Linux
        lines = []
    paths = {kind: path.strip("/") for _, kind, path in (line.split(":", 2) for line in lines if line.count(":") > 1)}
    rooms = _rooms(groups, paths.get("", ""), _SECOND_VERSION)
    rooms += _rooms(groups / "memory", paths.get("memory", ""), _FIRST_VERSION)
    return min(rooms, default=None)


def _rooms(top: Path, group: str, files: tuple[str, str, str]) -> list[int]:
    """What is left to a group and to those around it, where there is a limit."""
    folder = top / group
    around = [folder, *(parent for parent in folder.parents if top in (parent, *parent.parents))] if group else [top]
    return [room for each in around if (room := _room(each, *files)) is not None]


def _room(folder: Path, limit_file: str, use_file: str, cache_line: str) -> int | None:
    try:
        limit = int((folder / limit_file).read_text())
        used = int((folder / use_file).read_text())
        cached = [line for line in (folder / "memory.stat").read_text().splitlines() if line.startswith(cache_line)]
    except (OSError, ValueError):  # no such group, or "max"
        return None
    return max(0, limit - used + sum(int(line.removeprefix(cache_line)) for line in cached))
