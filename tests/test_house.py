"""The rules of the house: imports only downwards, types, style, and files that say what they are for."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHADERS = (".glsl", ".vert", ".frag", ".comp")
NOT_OURS = {"__pycache__", "build", "dist", "out"}
OF_THE_STUDY = {ROOT / "study", ROOT / "study-data"}
BINARY = {".png", ".jpg", ".jpeg", ".ttf", ".otf", ".npz", ".npy", ".gif", ".webp", ".tif", ".tiff", ".bmp"}


def files() -> Iterator[Path]:
    """Every file of the project, without what is built or belongs to a tool."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(
            name
            for name in folders
            if name not in NOT_OURS
            and Path(folder, name) not in OF_THE_STUDY
            and not name.endswith(".egg-info")
            and (name == ".ci" or not name.startswith("."))
        )
        yield from (Path(folder, name) for name in sorted(names))


def python_files() -> list[Path]:
    return [path for path in files() if path.suffix == ".py"]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tool(*command: str) -> None:
    """Runs a tool of the environment at the project's root; what it says is the failure's message."""
    ran = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout}\n{ran.stderr}"


def test_packages_import_only_downwards():
    tool("-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))")


def test_ruff_finds_nothing():
    tool("-m", "ruff", "check", "--no-cache", ".")


def test_every_file_is_formatted():
    tool("-m", "ruff", "format", "--check", "--no-cache", ".")


@pytest.mark.slow
def test_the_types_agree():
    tool("-m", "mypy")


def test_every_file_stays_under_400_lines():
    lengths = {
        name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in files()
        if path.suffix in (".py", ".sh", *SHADERS)
    }
    assert {path: length for path, length in lengths.items() if length >= 400} == {}


def test_every_python_file_says_on_its_first_line_what_it_is_for():
    silent = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        if not (ast.get_docstring(ast.parse(text)) and re.match(r'r?"""\S', text)):
            silent.append(name(path))
    assert silent == []


def test_every_shader_says_on_its_first_line_what_it_is_for():
    shaders = [path for path in files() if path.suffix in SHADERS]
    assert shaders
    assert [name(path) for path in shaders if not re.match(r"// \w", path.read_text(encoding="utf-8"))] == []


def test_shaders_lie_in_files_and_not_in_python_strings():
    written_in_python = re.compile(r"gl_Position\s*=|void main\s*\(")
    found = [
        name(path)
        for path in python_files()
        if path != Path(__file__) and written_in_python.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


PLACES_OF_ONE_MACHINE = re.compile(r"(?<![\w.$}~-])/(root|home|work|opt|Users)/\w")
PACKAGE_REGISTRIES = re.compile(
    r"(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|download\.pytorch\.org|deb\.debian\.org|ubuntu\.com/ubuntu)"
    r"|--(extra-)?index-url|--find-links"
)


@pytest.mark.parametrize("pattern", [PLACES_OF_ONE_MACHINE, PACKAGE_REGISTRIES], ids=["path", "registry"])
def test_no_file_names_a_place_of_one_machine_or_a_package_registry(pattern):
    named = []
    for path in files():
        if path.suffix in BINARY or path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        named += [f"{name(path)}:{number}" for number, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    assert named == []


def test_continuous_integration_runs_the_test_command_of_the_readme():
    words = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert words.endswith("make test")
    assert "    make test" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_into_the_project_leads_somewhere(document):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", (ROOT / document).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_scripts_can_be_started():
    scripts = [ROOT / ".ci" / "run", *(path for path in files() if path.suffix == ".sh")]
    assert [name(path) for path in scripts if os.name != "nt" and not os.access(path, os.X_OK)] == []
