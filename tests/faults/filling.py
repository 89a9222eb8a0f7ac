"""Writes every kind of file on a disk of its own that is full, and on one that is read-only, and tells what came of it.

It runs in a mount namespace, so that the disk, a small tmpfs over the folder that it is given, vanishes with it.
Prints JSON: for each kind and each fault the sentence ("" if none came), what is broken then, and what lies about.
"""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from file_kinds import KINDS, Kind

from vrcnn.errors import UserError

SIZE = 4 << 20  # bytes


def main(folder: Path) -> None:
    found: dict[str, dict[str, dict[str, object]]] = {}
    for kind in KINDS:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)], check=True)
        try:
            path = folder / kind.name
            kind.write(path)
            kind.check(path)
            before = _content(folder)
            with _filled(folder):
                full = _tried(kind, path)
            full["changed"] = _content(folder) != before
            subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
            found[kind.name] = {"full": full, "read-only": _tried(kind, path)}
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    print(json.dumps(found))


def _tried(kind: Kind, path: Path) -> dict[str, object]:
    sentence = broken = ""
    try:
        kind.write(path)
    except UserError as error:
        sentence = str(error)
    except Exception as error:
        broken = f"the write raised {error!r}"
    try:
        kind.check(path)
    except Exception as error:
        broken = broken or f"the file is broken: {error!r}"
    return {"sentence": sentence, "broken": broken, "litter": [part.name for part in path.parent.rglob("*.part")]}


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@contextmanager
def _filled(folder: Path) -> Iterator[None]:
    """The disk, meanwhile without a free byte."""
    rest = folder / "rest"
    with rest.open("wb", buffering=0) as file:
        portion = 1 << 16
        while portion:
            try:
                if file.write(b"x" * portion) < portion:
                    portion //= 2
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
                portion //= 2
    yield
    rest.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
