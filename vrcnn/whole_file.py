"""Files on disk, whole or not at all, and the sentences for whoever cannot write one."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
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


def check_place(path: Path) -> None:
    """Raises UserError where a file clearly cannot be saved at `path`, before any work is done for it."""
    if path.is_dir():
        raise UserError(f"Cannot save {path}: that is a folder; name a file in it.")
    if not path.parent.is_dir():
        reason = _REASONS[errno.ENOTDIR if any(parent.is_file() for parent in path.parents) else errno.ENOENT]
        raise UserError(f"Cannot save {path}: {reason}.")


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Has `write` fill a file beside `path`, which takes its place once it is complete; returns `path`.

    Raises UserError where it cannot be written; what was at `path` before is still there then.
    """
    check_place(path)
    part = path.with_name(f".{path.stem[:80]}-{os.getpid()}-{threading.get_ident()}.part")
    try:
        try:
            with part.open("wb") as file:
                write(file)
            os.replace(part, path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}: choose another place")
        raise UserError(f"Cannot save {path}: {reason}.") from error
    return path
