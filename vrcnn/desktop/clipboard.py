"""What lies on the clipboard: files, or a picture. For a thread that may wait; the text is read by the window."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from PIL import Image, ImageGrab

from vrcnn.errors import UserError

PATIENCE = 3.0  # s to wait for the program that holds the picture
LARGEST = 256 << 20  # bytes of a picture
NOTHING = "The clipboard holds neither a picture nor a picture's file: copy one first."
_TYPES = ("image/png", "image/jpeg", "image/bmp", "image/tiff", "image/webp", "image/gif")


def read_clipboard(text: str) -> Image.Image | Sequence[Path]:
    """The picture on the clipboard, or the files that are copied there; `text` is what the window found.

    Raises UserError where there is nothing of that kind, or a program is missing that would tell.
    """
    paths = paths_in(text)
    if paths:
        return paths
    image = _on_linux() if sys.platform.startswith("linux") else _by_pillow()
    if image is None:
        raise UserError(NOTHING)
    return image


def reader() -> tuple[str, str]:
    """What reads pictures on the clipboard here, or "" and a sentence that says how to get it."""
    if not sys.platform.startswith("linux"):
        return "Pillow", ""
    wayland = bool(os.environ.get("WAYLAND_DISPLAY"))
    tools = ("wl-paste", "xclip") if wayland else ("xclip", "wl-paste")
    tool = next((name for name in tools if shutil.which(name)), "")
    if tool:
        return tool, ""
    return "", (
        f"Pictures on the clipboard are read by {tools[0]}, which is not installed here: install it "
        f"({'wl-clipboard' if wayland else 'xclip'}), copy the picture's file instead, or drop it on the window."
    )


def paths_in(text: str) -> list[Path]:
    """The files that a text names, a path or a file:// address on each of its lines; none where a line is neither."""
    found = []
    for line in filter(None, map(str.strip, text.replace("\0", "\n").splitlines())):
        if line.startswith("#") or line in ("copy", "cut", "x-special/nautilus-clipboard"):  # as file managers write
            continue
        path = _path_of(line.strip("'\""))
        if path is None:
            return []
        found.append(path)
    return found


def _path_of(line: str) -> Path | None:
    try:
        if line.startswith("file:"):
            address = urlsplit(line)
            return Path(url2pathname(address.path) if os.name == "nt" else unquote(address.path))
        path = Path(line).expanduser()
        return path if path.is_absolute() and path.exists() else None
    except (ValueError, OSError, RuntimeError):  # too long for a path, or a home that nobody has
        return None


def _by_pillow() -> Image.Image | Sequence[Path] | None:
    try:
        found = ImageGrab.grabclipboard()
    except Exception as error:  # the system's own words
        raise UserError(f"The clipboard cannot be read ({error}): drop the picture on the window instead.") from error
    return [Path(name) for name in found] if isinstance(found, list) else found


def _on_linux() -> Image.Image | Sequence[Path] | None:
    """By wl-paste under Wayland, by xclip under X11: GLFW reads text alone."""
    tool, advice = reader()
    if not tool:
        raise UserError(advice)
    offered = set(_run(tool, *(("--list-types",) if tool == "wl-paste" else _xclip("TARGETS"))).decode().split())
    kind = next((kind for kind in _TYPES if kind in offered), None)
    if kind is None:
        if "text/uri-list" not in offered:
            return None
        listed = _run(tool, *(("--type", "text/uri-list") if tool == "wl-paste" else _xclip("text/uri-list")))
        return paths_in(listed.decode(errors="replace")) or None
    content = _run(tool, *(("--type", kind) if tool == "wl-paste" else _xclip(kind)))
    try:
        image = Image.open(io.BytesIO(content), formats=[kind.removeprefix("image/").upper()])
        image.load()
    except Exception as error:  # decoders raise whatever the broken bytes led them to
        raise UserError("The picture on the clipboard is broken: copy it once more.") from error
    return image


def _xclip(target: str) -> tuple[str, ...]:
    return "-selection", "clipboard", "-target", target, "-out"


def _run(tool: str, *arguments: str) -> bytes:
    """What the tool says, b"" where it has failed. Raises UserError where it takes too long or says too much."""
    try:
        ran = subprocess.run([tool, *arguments], capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise UserError("The program that holds the clipboard does not answer: copy the picture once more.") from None
    except OSError as error:
        raise UserError(f"The clipboard cannot be read, as {tool} does not start ({error.strerror}).") from error
    if len(ran.stdout) > LARGEST:
        raise UserError("The picture on the clipboard is too large: drop its file on the window instead.")
    return ran.stdout if ran.returncode == 0 else b""
