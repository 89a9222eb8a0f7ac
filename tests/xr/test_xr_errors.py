"""Why there is no headset: every reason has its own sentence, from the real runtime's real refusals."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from vrcnn.doctor import examine_openxr
from vrcnn.errors import UserError
from vrcnn.xr import errors, eye_images, platforms, runtime
from vrcnn.xr.errors import HeadsetUnavailable
from vrcnn.xr.headset import Headset
from vrcnn.xr.runtime import OPENGL, OPTIONAL, Runtime, check_version, probe
from vrcnn.xr.session import Session, choose_floor
from vrcnn.xr.swapchains import COLOUR, RGBA8, SRGB8, SRGB8_ALPHA8, choose_formats


@pytest.fixture
def refusal(window):
    """Opens a headset that has to be refused; the sentence."""

    def refused() -> str:
        with pytest.raises(HeadsetUnavailable) as caught:
            Headset.open(window.context, window.make_current)
        return str(caught.value)

    return refused


def in_a_process(code: str, *before: str) -> str:
    """What Python code prints, run in a process of its own; `before` is the command that starts it."""
    ran = subprocess.run([*before, sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_a_missing_headset_is_bad_luck_and_not_a_bug():
    assert issubclass(HeadsetUnavailable, UserError)


def test_without_a_runtime_it_says_how_to_choose_one(rig, refusal, monkeypatch):
    monkeypatch.setenv("XR_RUNTIME_JSON", "/nowhere/runtime.json")
    assert refusal() == errors.NO_RUNTIME
    assert probe().advice == errors.NO_RUNTIME


def test_with_no_runtime_installed_at_all_it_says_the_same(rig, refusal, monkeypatch, tmp_path):
    monkeypatch.delenv("XR_RUNTIME_JSON")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS"):
        monkeypatch.setenv(name, str(tmp_path))
    assert refusal() == errors.NO_RUNTIME


def test_with_the_service_down_it_says_to_start_it(rig, refusal):
    rig.monado.close()
    assert refusal() == errors.SERVICE_DOWN
    assert probe().advice == errors.SERVICE_DOWN


def test_it_works_as_soon_as_the_service_is_up(rig, refusal, open_headset):
    rig.monado.close()
    refusal()
    rig.monado.start()
    assert not open_headset().closed


def test_without_a_headset_it_says_to_connect_it(rig, refusal, monkeypatch):
    import xr

    wanted = xr.SystemGetInfo(xr.FormFactor.HANDHELD_DISPLAY)  # which Monado has none of
    monkeypatch.setattr(xr, "SystemGetInfo", lambda _: wanted)
    assert re.fullmatch(re.escape(errors.NO_HEADSET).replace(r"\{runtime\}", r"Monado\S+ .*"), refusal())
    report = probe()
    assert "Monado" in (report.runtime or "")
    assert report.headset is None
    assert not report.ready


def test_a_runtime_without_opengl_is_told_and_steamvr_is_named(rig, refusal, monkeypatch):
    offered = runtime.offered_extensions
    monkeypatch.setattr(runtime, "offered_extensions", lambda xr: tuple(set(offered(xr)) - {OPENGL}))
    sentence = refusal()
    assert "does not take OpenGL" in sentence
    assert "SteamVR" in sentence


def test_too_old_an_opengl_is_told_with_both_versions():
    with pytest.raises(HeadsetUnavailable, match=r"Some runtime wants OpenGL 4\.5 or newer, .* gives 4\.3"):
        check_version("Some runtime", 430, (4, 5), (4, 6))


@pytest.mark.parametrize("version", [430, 450, 460])
def test_an_opengl_within_or_above_what_the_runtime_was_tested_with_is_taken(version):
    check_version("Some runtime", version, (4, 3), (4, 5))


def test_a_context_that_is_not_glx_is_told(rig):
    code = """
import moderngl
from vrcnn.xr.headset import Headset
context = moderngl.create_context(standalone=True, backend="egl", require=430)
try:
    Headset.open(context, lambda: None)
except Exception as reason:
    print(reason)
"""
    assert in_a_process(code) == errors.NO_X11


def test_a_context_that_the_runtime_refuses_is_told(rig, window):
    found = Runtime()
    try:
        found.find_headset()
        with pytest.raises(HeadsetUnavailable, match="does not take this machine's OpenGL context"):
            Session(found, platforms.current_platform())  # without having asked for the requirements
    finally:
        found.close()


def test_without_the_bindings_it_says_what_to_install(monkeypatch, window, refusal):
    monkeypatch.setitem(sys.modules, "xr", None)
    assert "pyopenxr" in refusal()
    report = probe()
    assert report.bindings is None
    assert "libgl1" in (report.advice or "")


def test_without_libgl_it_says_what_to_install(rig):
    hidden = "libGL.so.1 libGL.so libOpenGL.so.0 libGLX.so.0"
    hide = f'for each in {hidden}; do for file in /usr/lib/*/$each; do mount --bind /dev/null "$file"; done; done'
    before = (
        "unshare",
        "--mount",
        "--propagation",
        "private",
        "bash",
        "-c",
        f'shopt -s nullglob; {hide}; exec "$@"',
        "-",
    )
    told = in_a_process("from vrcnn.xr.runtime import probe; print(probe().advice)", *before)
    assert told.startswith("The OpenXR bindings cannot be loaded")
    assert "libgl1" in told


def test_a_runtime_without_a_format_that_fits_is_told_with_what_was_tried(rig, refusal, monkeypatch):
    monkeypatch.setattr(eye_images, "COLOUR", replace(COLOUR, formats=(0x1234,)))
    sentence = refusal()
    assert "tried none" in sentence
    assert hex(SRGB8_ALPHA8) in sentence


def test_an_srgb_image_is_preferred_whatever_the_runtime_prefers():
    assert choose_formats([0x805B, RGBA8, SRGB8, SRGB8_ALPHA8]) == [SRGB8_ALPHA8, SRGB8, RGBA8]


def test_a_format_that_is_refused_is_followed_by_the_next(rig, open_headset, monkeypatch):
    import xr

    create, refused = xr.create_swapchain, []

    def refuse_srgb(session, info):
        if info.format == SRGB8_ALPHA8:
            refused.append(info.format)
            raise xr.SwapchainFormatUnsupportedError
        return create(session, info)

    monkeypatch.setattr(xr, "create_swapchain", refuse_srgb)
    headset = open_headset()
    assert refused
    assert not headset.closed


@pytest.mark.parametrize(
    ("offered", "enabled", "floor"),
    [
        (["VIEW", "LOCAL", "LOCAL_FLOOR", "STAGE"], True, ("STAGE", 0.0)),
        (["VIEW", "LOCAL", "LOCAL_FLOOR"], True, ("LOCAL_FLOOR", 0.0)),
        (["VIEW", "LOCAL", "LOCAL_FLOOR"], False, ("LOCAL", -1.6)),
        (["VIEW", "LOCAL"], True, ("LOCAL", -1.6)),
    ],
)
def test_the_floor_is_found_or_assumed(offered, enabled, floor):
    assert choose_floor(offered, enabled) == floor


def test_the_probe_finds_runtime_and_headset_and_leaves_nothing_behind(rig, open_headset):
    report = probe()
    assert report.ready
    assert report.advice is None
    assert "Monado" in (report.runtime or "")
    assert report.headset
    assert OPENGL in report.extensions
    assert not open_headset().closed  # a second instance would be refused if the first one were still there


def test_every_reason_has_its_own_sentence():
    sentences = [value for name, value in vars(errors).items() if name.isupper()]
    assert len(sentences) == len(set(sentences)) >= 10
    assert all(sentence.endswith(".") for sentence in sentences)


def test_the_validation_layer_would_tell_a_mistake(rig, open_headset):
    import xr

    headset = open_headset()
    wrong = xr.ReferenceSpaceCreateInfo(xr.ReferenceSpaceType.VIEW, type=xr.StructureType.ACTION_CREATE_INFO)
    with pytest.raises(xr.ErrorResult):
        xr.create_reference_space(headset._session.handle, wrong)
    assert rig.was_validated()
    assert any("xrCreateReferenceSpace" in line for line in rig.complaints())
    headset.close()
    rig.validation.unlink()


def test_importing_the_headset_imports_no_bindings():
    code = "import sys, vrcnn.xr.headset; print('xr' in sys.modules, 'OpenGL' in sys.modules, 'torch' in sys.modules)"
    assert in_a_process(code) == "False False False"


def test_the_doctor_tells_what_of_the_optional_extensions_is_there(rig):
    runtime, headset, options = examine_openxr()
    assert (runtime.ok, headset.ok, options.ok) == (True, True, True)
    there, _, missing = options.value.partition("; without ")
    for extension, name in OPTIONAL.items():
        assert (name in there) is (extension in probe().extensions)
        assert (name in missing) is not (name in there)
    assert "refresh rate" in there
