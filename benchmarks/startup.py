"""How long vrcnn lets one wait: from the command to the first frame, less the time of `import torch` by itself."""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vrcnn.bench import Row, bounded

GOAL = 1.5  # s
PATIENCE = 120.0  # s
IMPORT_TORCH = "import time; start = time.perf_counter(); import torch; print(time.perf_counter() - start)"


def rows(quick: bool = False) -> Iterator[Row]:
    """One row, in seconds: the median of several starts, each beside an import of torch of its own.

    The first start is not counted: it reads the files from the disk and compiles them, and the bytecode is kept for
    the others even where PYTHONDONTWRITEBYTECODE is set, as it is kept by an installation. On a screen, also a virtual
    one, the demo's window is measured; without any, `vrcnn render`, whose first frame waits for the network's answer.
    """
    with _screen() as screen, tempfile.TemporaryDirectory() as bytecode:
        environment = os.environ | (screen or {}) | {"PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        shown = ["run", "--desktop"] if screen is not None else ["render"]
        differences = [
            _time_to_first_frame(shown, environment) - _time_of_torch(environment) for _ in range(2 if quick else 6)
        ][1:]
    where = "window" if screen is not None else "vrcnn render, as there is no screen"
    value = statistics.median(differences)
    yield bounded("command to first frame - import torch", value, GOAL, "s", f"demo, {where}")


def _time_of_torch(environment: dict[str, str]) -> float:
    """Seconds that a new process needs for `import torch`."""
    command = [sys.executable, "-c", IMPORT_TORCH]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _time_to_first_frame(shown: list[str], environment: dict[str, str]) -> float:
    """Seconds from starting the demo by the command `shown` to its first frame."""
    with tempfile.TemporaryDirectory() as folder:
        timeline, picture = Path(folder, "timeline"), Path(folder, "vrcnn.png")
        output = ["-o", str(picture)] if shown == ["render"] else []
        start = time.time()
        demo = subprocess.Popen(
            [sys.executable, "-m", "vrcnn", *shown, *output],
            env=environment | {"VRCNN_TIMELINE": str(timeline)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            return _await_first_frame(demo, timeline) - start
        finally:
            _end(demo)


def _await_first_frame(demo: subprocess.Popen[str], timeline: Path) -> float:
    """When the first frame was shown, in seconds since the epoch."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        ended = demo.poll() is not None
        lines = timeline.read_text(encoding="utf-8").splitlines() if timeline.exists() else []
        for line in lines:
            if "first_frame" in line:
                return float(json.loads(line)["first_frame"])
        if ended:
            assert demo.stderr is not None
            raise RuntimeError(f"The demo ended without a frame: {demo.stderr.read().strip()}")
        time.sleep(0.02)
    raise RuntimeError(f"The demo showed no frame within {PATIENCE:.0f} s")


def _end(demo: subprocess.Popen[str]) -> None:
    """Ends the demo as Ctrl-C does."""
    demo.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
    try:
        demo.wait(timeout=20)
    except subprocess.TimeoutExpired:
        demo.kill()
        demo.wait()
    if demo.stderr is not None:
        demo.stderr.close()


@contextmanager
def _screen() -> Iterator[dict[str, str] | None]:
    """The environment of a screen: this machine's own, else that of a virtual one, else None."""
    if os.name == "nt" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield {}
        return
    if shutil.which("Xvfb") is None:
        yield None
        return
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(writing,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="ascii") as pipe:
            yield {"DISPLAY": f":{pipe.readline().strip()}"}
    finally:
        server.terminate()
        server.wait()
