"""A private OpenXR runtime: Monado with scripted devices, and two X displays (its own and the program's).

Works inside run.sh only. As a program it runs a command under such a runtime:
    run.sh .venv/bin/python tests/xr/rig/service.py COMMAND...
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import ImageGrab

RUNTIME_JSON = "/usr/share/openxr/1/openxr_monado.json"
HEADSET_WINDOW = (960, 540)  # pixels of the window in which Monado 25 shows both eyes
PATIENCE = 20.0  # s, for a process to come up on a busy machine


class Display:
    """An X server of its own, shown nowhere."""

    def __init__(self, width: int = 1280, height: int = 1024) -> None:
        read, write = os.pipe()
        screen = ["-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"]
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), *screen], pass_fds=[write], stderr=subprocess.DEVNULL
        )
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.name = f":{number}"

    def grab(self) -> np.ndarray:
        """(H, W, 3) uint8: what the display shows now."""
        return np.asarray(ImageGrab.grab(xdisplay=self.name).convert("RGB"))

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Monado:
    """Monado's service with the scripted devices; its compositor draws at 60 Hz into a window on `display`."""

    def __init__(self, display: Display, folder: Path, scale_percent: int = 40) -> None:
        self.folder, self._display, self._scale = folder, display, scale_percent
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to reach this runtime."""
        return {
            "XDG_RUNTIME_DIR": str(self.folder),
            "XR_RUNTIME_JSON": RUNTIME_JSON,
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "OXR_NO_PRINTING_STDERR": "1",
        }

    @property
    def log(self) -> str:
        return (self.folder / "monado.log").read_text(errors="replace")

    def start(self) -> None:
        configuration = self.folder / "monado" / "config_v0.json"
        configuration.parent.mkdir(exist_ok=True)
        remote = {"version": 0, "port": self.port, "view_count": 2}
        configuration.write_text(json.dumps({"active": "remote", "remote": remote}))
        driver = next(Path("/usr/share/vulkan/icd.d").glob("lvp_icd*.json"))
        environment = {key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"}
        environment |= self.environment | {
            "XDG_CONFIG_HOME": str(self.folder),
            "DISPLAY": self._display.name,
            "VK_DRIVER_FILES": str(driver),
            "XRT_NO_STDIN": "1",
            "XRT_COMPOSITOR_FORCE_XCB": "1",
            "XRT_COMPOSITOR_SCALE_PERCENTAGE": str(self._scale),
        }
        with open(self.folder / "monado.log", "wb") as log:
            self._process = subprocess.Popen(
                ["monado-service"], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        deadline = time.monotonic() + PATIENCE
        while "service has started" not in self.log:
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Monado did not start:\n{self.log}")
            time.sleep(0.02)

    def kill(self) -> None:
        """As a crash would: at once, without a word to its clients."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        (self.folder / "monado_comp_ipc").unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(command: list[str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="vrcnn-xr-"))
    windows, headset = Display(), Display(*HEADSET_WINDOW)
    try:
        monado = Monado(headset, folder)
        environment = os.environ | monado.environment | {"DISPLAY": windows.name, "VRCNN_XR_PORT": str(monado.port)}
        try:
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            monado.close()
    finally:
        headset.close()
        windows.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
