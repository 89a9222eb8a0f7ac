"""The rig's Mesa is another renderer than the machine's: it has golden pictures of its own."""

import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent


def test_the_rig_s_mesa_draws_its_golden_pictures(displays):
    """In a process of its own, as the tests of the headset share a context that has to stay current."""
    command = [sys.executable, "-m", "pytest", "-k", "golden", "--ignore", TESTS / "xr", "-rs", TESTS]
    ran = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    assert "SKIPPED" not in ran.stdout, ran.stdout
