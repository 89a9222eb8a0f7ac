"""The wheel carries what lies beside the package in a checkout, and works from there."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder into which a wheel that is built from this checkout is unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site-packages")
    return folder / "site-packages"


def run(installed: Path, folder: Path, *words: str) -> str:
    """What a Python says that finds the wheel's package before the checkout's."""
    environment = os.environ | {"PYTHONPATH": str(installed)}
    ran = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize("folder", ["shaders", "assets", "examples", "benchmarks"])
def test_the_wheel_carries_every_file_of(folder, installed):
    here = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert here
    assert [path for path in here if not (installed / "vrcnn" / path.relative_to(ROOT)).is_file()] == []


def test_the_wheel_carries_the_license_and_those_of_what_it_shows_and_uses(installed):
    (licenses,) = installed.glob("*.dist-info/licenses")
    assert (licenses / "LICENSE").is_file()
    assert {path.name for path in (licenses / "assets").iterdir()} == {"fonts", "pictures", "spectrum"}


def test_the_wheel_carries_nothing_else(installed):
    assert {path.name.partition("-")[0] for path in installed.iterdir()} == {"vrcnn"}
    assert list(installed.rglob("test_*")) == []


@pytest.mark.gl
def test_the_wheel_draws_the_demo_far_from_any_checkout(installed, tmp_path):
    assert run(installed, tmp_path, "-c", "import vrcnn; print(vrcnn.__file__)").startswith(str(installed))
    assert run(installed, tmp_path, "-m", "vrcnn", "render", "--size", "64x40", "-o", "x.png") == "Rendered x.png.\n"
    assert {path.name for path in tmp_path.iterdir()} == {"x.png", "x.png.json"}


def test_the_wheel_describes_its_own_examples(installed, tmp_path):
    (tmp_path / "there.py").write_text((installed / "vrcnn" / "examples" / "annotated.py").read_text(encoding="utf-8"))
    said = json.loads(run(installed, tmp_path, "-m", "vrcnn", "graph", "there.py", "--json"))
    assert said["network"] == "A network with words"
    assert {node["title"] for node in said["nodes"]} >= {"Sobel", "weighed features"}


def test_the_wheel_finds_its_benchmarks(installed, tmp_path):
    found = run(installed, tmp_path, "-c", "from vrcnn.bench import benchmarks; print(*benchmarks().values())")
    assert {Path(path).relative_to(installed / "vrcnn").name for path in found.split()} == {
        path.name for path in (ROOT / "benchmarks").glob("[!_]*.py")
    }
