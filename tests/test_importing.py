"""What the start imports, and that the garbage collector rests meanwhile and leaves it alone afterwards."""

import gc
import subprocess
import sys

import pytest

from vrcnn.importing import collector_at_rest

# Runs a command up to where it loads the network, and prints how often garbage was collected since torch began.
COMMAND = """
import gc, sys
from vrcnn import cli

collected = []

def note(phase, about):
    if "torch" in sys.modules and not gc.get_freeze_count():
        collected.append(about["generation"])

def stop(options):
    print(len(collected), gc.isenabled(), gc.get_freeze_count() > 100_000)
    sys.exit()

cli.load_options_of = stop
gc.callbacks.append(note)
cli.main(sys.argv[1:])
"""


@pytest.mark.parametrize("command", ["run", "render", "check", "graph", "featvis"])
def test_nothing_is_collected_while_a_command_imports_torch(command):
    ran = subprocess.run([sys.executable, "-c", COMMAND, command], capture_output=True, text=True)
    assert ran.stdout.split() == ["0", "True", "True"], ran.stderr


SLOW_TO_IMPORT = {
    "OpenGL",
    "captum",
    "fontTools",
    "matplotlib",
    "pandas",
    "scipy",
    "sympy",
    "timm",
    "torchvision",
    "xr",
}
COMPILERS = {"torch._dynamo", "torch._inductor"}
OTHER_COMMANDS = {"vrcnn.bench", "vrcnn.checking", "vrcnn.describe", "vrcnn.doctor", "vrcnn.filming"}
SELDOM = {"PIL.TiffImagePlugin", "vrcnn.exporting.inquiry", "vrcnn.exporting.steps"}

FIRST_FRAME = """
import sys
from vrcnn import cli

code = cli.main(["render", "--size", "160x100", "-o", sys.argv[1]])
import vrcnn.desktop.controls, vrcnn.desktop.mirror, vrcnn.desktop.window, vrcnn.ui.panel
print(code, *sys.modules, file=sys.stderr)
"""


def test_the_first_frame_imports_nothing_that_only_others_need(tmp_path):
    ran = subprocess.run([sys.executable, "-c", FIRST_FRAME, tmp_path / "a.png"], capture_output=True, text=True)
    code, *modules = ran.stderr.splitlines()[-1].split()
    assert code == "0", ran.stderr
    assert "vrcnn.ui.panel" in modules
    assert (SLOW_TO_IMPORT | COMPILERS | OTHER_COMMANDS | SELDOM) & {*modules} == set()


def test_the_help_imports_neither_torch_nor_what_draws():
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "vrcnn", "run", "--help"], capture_output=True, text=True
    )
    modules = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "vrcnn.cli" in modules
    assert {"torch", "moderngl", "imgui_bundle", "PIL"} & modules == set()


@pytest.fixture
def nothing_set_aside():
    gc.unfreeze()
    yield
    gc.unfreeze()
    gc.enable()


def test_a_failed_import_wakes_the_collector(nothing_set_aside):
    with pytest.raises(ModuleNotFoundError), collector_at_rest():
        import vrcnn.no_such_module  # noqa: F401
    assert gc.isenabled()


def test_another_time_in_the_process_sets_nothing_aside(nothing_set_aside):
    with collector_at_rest():
        pass
    before = gc.get_freeze_count()
    kept = [[] for _ in range(100)]
    with collector_at_rest():
        assert gc.isenabled()
    assert gc.get_freeze_count() == before
    assert len(kept) == 100


def test_a_collector_that_was_off_stays_off(nothing_set_aside):
    gc.disable()
    with collector_at_rest():
        pass
    assert not gc.isenabled()
    assert gc.get_freeze_count() == 0
