"""Films: frame after frame into a GIF, an MP4 or a WebM file, or a folder of numbered pictures; whole or not at all."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.export.picture import save_picture
from vrcnn.whole_file import check_place, write_whole

CODECS = {
    ".mp4": ("mp4", ["-c:v", "libx264", "-crf", "18", "-preset", "medium", "-pix_fmt", "yuv420p"]),
    ".webm": ("webm", ["-c:v", "libvpx-vp9", "-crf", "28", "-b:v", "0", "-row-mt", "1", "-pix_fmt", "yuv420p"]),
}
EVEN = "pad=ceil(iw/2)*2:ceil(ih/2)*2"  # such videos have an even width and height
RATES = {".gif": 15, ".mp4": 30, ".webm": 30}  # frames per second
RATE = 30  # of a folder
COLOURS = 256
LONGEST_ERROR = 300  # letters of what ffmpeg says

Frame = tuple[np.ndarray, int]  # (H, W, 3) uint8, and for how many frames it is shown


def rate_of(path: Path) -> int:
    """Frames per second of a film in this file."""
    return RATES.get(path.suffix.lower(), RATE)


def is_folder(path: Path) -> bool:
    """Whether numbered pictures in a folder are meant."""
    return path.suffix.lower() not in RATES


def check_film(path: Path) -> None:
    """Raises UserError where a film clearly cannot be saved at `path`, before any work is done for it."""
    if is_folder(path):
        if path.suffix and not path.is_dir():
            raise UserError(
                f"Cannot save {path}: let the name end in .mp4, .webm or .gif, or name a folder for numbered pictures."
            )
        if path.is_file():
            raise UserError(f"Cannot save {path}: that is a file; name a folder.")
        if not path.parent.is_dir():
            raise UserError(f"Cannot save {path}: there is no folder {path.parent}; make it first, or choose another.")
        return
    check_place(path)
    if path.suffix.lower() in CODECS:
        ffmpeg()


def ffmpeg() -> str:
    """The program that makes videos: the one of the package imageio-ffmpeg, else the machine's. Raises UserError."""
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):  # it is not installed, or has no program for this machine
        found = shutil.which("ffmpeg")
    if found is None:
        raise UserError(
            "There is no ffmpeg here to make a video: pip install 'vrcnn[video]', or let the name end in .gif, "
            "or name a folder for numbered pictures."
        )
    return found


def save_film(frames: Iterable[Frame], path: Path) -> Path:
    """Writes a film and returns its path; an existing file is replaced once the new one is complete.

    Raises UserError where it cannot be written, and whatever `frames` raises; nothing is left behind then but, in a
    folder, the pictures so far.
    """
    if is_folder(path):
        return _save_pictures(frames, path)
    save: Callable[[Iterable[Frame], BinaryIO, str], None] = _save_gif
    if path.suffix.lower() in CODECS:
        save = _save_video
    return write_whole(path, lambda file: save(frames, file, path.suffix.lower()))


def _save_pictures(frames: Iterable[Frame], path: Path) -> Path:
    try:
        path.mkdir(exist_ok=True)
    except OSError as error:
        raise UserError(f"Cannot make the folder {path}: {error.strerror or error}.") from error
    number = 0
    for pixels, count in frames:
        for _ in range(count):
            number += 1
            save_picture(pixels, path / f"{number:05}.png")
    return path


def _save_gif(frames: Iterable[Frame], file: BinaryIO, suffix: str) -> None:
    """Each frame with colours of its own; one that is shown longer is told once."""
    durations: list[int] = []

    def pictures() -> Iterator[Image.Image]:
        for pixels, count in frames:
            durations.append(round(1000 * count / RATES[suffix] / 10) * 10)  # GIF counts hundredths of a second
            yield Image.fromarray(pixels).quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)

    kept = list(pictures())
    if not kept:
        raise UserError("There is nothing to film.")
    kept[0].save(
        file, "GIF", save_all=True, append_images=kept[1:], duration=durations, loop=0, optimize=False, disposal=1
    )


def _save_video(frames: Iterable[Frame], file: BinaryIO, suffix: str) -> None:
    """ffmpeg writes into the file that is open, by its name."""
    form, codec = CODECS[suffix]
    program, process = ffmpeg(), None
    with tempfile.TemporaryFile() as said:
        try:
            for pixels, count in frames:
                if process is None:
                    height, width = pixels.shape[:2]
                    command = [
                        *(program, "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"),
                        *("-s", f"{width}x{height}", "-r", str(RATES[suffix]), "-i", "-", "-an", "-vf", EVEN),
                        *(*codec, "-bitexact", "-threads", "2", "-f", form, file.name),
                    ]
                    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said)
                assert process.stdin is not None
                data = np.ascontiguousarray(pixels).tobytes()
                for _ in range(count):
                    process.stdin.write(data)
            if process is None:
                raise UserError("There is nothing to film.")
            _end(process, said)
        except BrokenPipeError as error:
            _end(process, said)
            raise UserError("ffmpeg ended before the video was complete.") from error
        except BaseException:
            if process is not None:
                process.kill()
                process.wait()
            raise


def _end(process: Any, said: Any) -> None:
    """Waits for ffmpeg. Raises UserError with what it said where it has failed."""
    with suppress(BrokenPipeError):
        process.stdin.close()
    if process.wait() == 0:
        return
    said.seek(0)
    words = " ".join(said.read().decode(errors="replace").split())[-LONGEST_ERROR:]
    if "No space left" in words:
        raise UserError("Cannot save the video: the disk is full: make room, or choose another folder.")
    raise UserError(f"ffmpeg could not make the video: {words or f'it ended with {process.returncode}'}.")
