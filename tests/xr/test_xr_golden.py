"""The rig's Mesa is another renderer than the machine's: it has golden pictures of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
GOLDEN = (
    "test_golden.py",
    "test_still_views.py",
    "test_gallery.py",
    "render/test_render_features.py",
    "render/test_render_renderer.py",
)
COMMAND = [sys.executable, "-m", "pytest", "-k", "golden", "-rs", *(str(TESTS / name) for name in GOLDEN)]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_rig_s_mesa_draws_its_golden_pictures(displays):
    """In a process of its own, as the tests of the headset share a context that has to stay current."""
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SKIPPED" not in done.stdout


def test_no_golden_picture_is_left_out():
    others = {path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py") if path.parent.name != "xr"}
    assert {name for name in others if "golden_picture" in (TESTS / name).read_text(encoding="utf-8")} <= set(GOLDEN)
