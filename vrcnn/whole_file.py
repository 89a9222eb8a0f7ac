"""Files on disk, whole or not at all, and the sentences for whoever cannot write one."""

from __future__ import annotations

import errno
import os
import platform
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from vrcnn.errors import UserError

_REASONS = {
    errno.EACCES: "this account may not write there: choose another folder",
    errno.EPERM: "this account may not write there: choose another folder",
    errno.EROFS: "that disk is read-only: choose another folder",
    errno.ENOENT: "there is no such folder: make it first, or choose another",
    errno.ENOTDIR: "part of that path is a file, not a folder: choose another folder",
    errno.ENOSPC: "the disk is full: make room, or choose another folder",
    errno.EDQUOT: "this account's share of the disk is used up: make room, or choose another folder",
    errno.EFBIG: "the file would be larger than this system allows: choose a smaller size",
    errno.ENAMETOOLONG: "that name is too long: choose a shorter one",
}

ABANDONED = 3600.0  # s, after which a part that some other machine has left is nobody's
_HERE = re.sub(r"\W", "", platform.node())[:20] or "here"
_PART = re.compile(r"\..*-(?P<machine>\w+)-(?P<process>\d+)-\d+\.part")
_tidied: set[Path] = set()


def check_place(path: Path) -> None:
    """Raises UserError where a file clearly cannot be saved at `path`, before any work is done for it."""
    if os.path.isdir(path):  # unlike Path.is_dir false of a name that is too long
        raise UserError(f"Cannot save {path}: that is a folder; name a file in it.")
    if not os.path.isdir(path.parent):
        reason = _REASONS[errno.ENOTDIR if any(map(os.path.isfile, path.parents)) else errno.ENOENT]
        raise UserError(f"Cannot save {path}: {reason}.")


def make_folder(folder: Path, otherwise: str = "choose another folder") -> Path:
    """Makes it and those that it is in, sees whether a file can be written there, and returns it.

    Raises UserError, whose sentence ends with what to do `otherwise`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise UserError(f"Nothing can be written into the folder {folder} ({reason}): {otherwise}.") from error
    return folder


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Has `write` fill a file beside `path`, which takes its place once it is complete; returns `path`.

    Raises UserError where it cannot be written; what was at `path` before is still there then. The first file that is
    written into a folder takes away what programs that were ended in mid-write have left there.
    """
    with whole(path) as file:
        write(file)
    return path


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file beside `path` to be filled, which takes its place at the end, unless an exception comes before; the rest
    as in `write_whole`."""
    check_place(path)
    if path.parent not in _tidied:
        _tidied.add(path.parent)
        tidy(path.parent)
    part = path.with_name(f".{_short(path.name)}-{_HERE}-{os.getpid()}-{threading.get_ident()}.part")
    try:
        try:
            with part.open("wb") as file:
                yield file
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}: choose another place")
        raise UserError(f"Cannot save {path}: {reason}.") from error


def tidy(folder: Path) -> None:
    """Deletes the parts of files in a folder whose writers are no more."""
    try:
        found = [entry for entry in os.scandir(folder) if _PART.fullmatch(entry.name)]
    except OSError:
        return
    for entry in found:
        try:
            if _is_abandoned(entry):
                os.unlink(entry.path)
        except OSError:
            continue  # another program was faster, or may do what this one may not


def _is_abandoned(entry: os.DirEntry[str]) -> bool:
    """Whether the process that began this part has ended: on this machine that is known, elsewhere time tells."""
    import psutil  # only here: there is hardly ever one

    name, written = _PART.fullmatch(entry.name), entry.stat().st_mtime
    assert name is not None
    if name["machine"] != _HERE:
        return time.time() - written > ABANDONED
    try:
        return psutil.Process(int(name["process"])).create_time() > written + 1  # s: another process of this number
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return time.time() - written > ABANDONED


def _short(name: str) -> str:
    """At most 80 characters, and few enough bytes for a file's name whatever they are."""
    return name[:80].encode(errors="replace")[:120].decode(errors="ignore")
