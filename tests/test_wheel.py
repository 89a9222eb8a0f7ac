"""The wheel carries what lies beside the package in a checkout."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """The names of the files in a wheel that is built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["shaders", "assets", "examples", "benchmarks"])
def test_the_wheel_carries_every_file_of(folder, names):
    here = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert here
    assert {f"vrcnn/{path.relative_to(ROOT).as_posix()}" for path in here} <= names


@pytest.mark.slow
def test_the_wheel_carries_the_license_and_those_of_fonts_and_pictures(names):
    licenses = {name.partition("/licenses/")[2] for name in names if "/licenses/" in name}
    assert "LICENSE" in licenses
    assert {name.split("/")[1] for name in licenses if name.startswith("assets/")} == {"fonts", "pictures"}
