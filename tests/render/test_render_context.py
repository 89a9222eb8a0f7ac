"""Contexts, GL errors and targets."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import moderngl
import numpy as np
import pytest

from vrcnn.render.context import is_software
from vrcnn.render.gl_errors import GLErrors
from vrcnn.render.raw import RawGL
from vrcnn.render.target import Target

pytestmark = pytest.mark.gl


def _run(code: str, **environment: str) -> str:
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


TELL = """
from vrcnn.errors import UserError
from vrcnn.render.context import standalone_context
try:
    standalone_context()
except UserError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Mesa's switches exist on Linux")
def test_an_old_opengl_is_named_with_what_is_needed(context: moderngl.Context) -> None:
    if not is_software(context):
        pytest.skip("only Mesa's software renderer can pretend to be older")
    told = _run(TELL, MESA_GL_VERSION_OVERRIDE="4.2", MESA_GLSL_VERSION_OVERRIDE="420")
    assert "needs OpenGL 4.3" in told
    assert "offers 4.2" in told
    assert "apt install" in told


@pytest.mark.skipif(sys.platform != "linux", reason="EGL is used on Linux")
def test_without_egl_the_packages_that_bring_it_are_named() -> None:
    told = _run(TELL, GLCONTEXT_LINUX_LIBEGL="libnothing.so")
    assert "no OpenGL" in told
    assert "libegl1" in told


def _make_an_error() -> None:
    RawGL().ActiveTexture(0)  # no such unit


def test_errors_are_fatal_where_tests_ask_for_it(context: moderngl.Context) -> None:
    errors = GLErrors(context)
    errors.check("before")
    _make_an_error()
    with pytest.raises(RuntimeError, match=r"GL_INVALID_ENUM at the test"):
        errors.check("the test")
    errors.check("after: the flag is drained")


def test_errors_are_logged_once_per_place_otherwise(
    context: moderngl.Context, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("VRCNN_GL_ERRORS")
    errors = GLErrors(context)
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            _make_an_error()
            errors.check("here")
        _make_an_error()
        errors.check("there")
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        "OpenGL reports GL_INVALID_ENUM at here",
        "OpenGL reports GL_INVALID_ENUM at there",
    ]


def test_a_target_reads_rows_from_the_top(context: moderngl.Context) -> None:
    target = Target(context, (7, 5))  # an odd width: rows that are not aligned
    target.framebuffer.clear(0.0, 0.0, 1.0, 1.0)
    target.framebuffer.clear(1.0, 0.0, 0.0, 1.0, viewport=(0, 4, 7, 1))  # OpenGL's top row
    picture = target.read()
    assert picture.shape == (5, 7, 3)
    assert (picture[0] == (255, 0, 0)).all()
    assert (picture[1:] == (0, 0, 255)).all()
    target.release()


def test_a_target_asks_for_no_more_samples_than_there_are(context: moderngl.Context) -> None:
    target = Target(context, (8, 8), samples=64)
    assert target.samples == context.max_samples
    target.release()


def test_a_target_resolves_into_another_framebuffer(context: moderngl.Context) -> None:
    target = Target(context, (8, 8))
    colour = context.renderbuffer((8, 8))
    screen = context.framebuffer([colour])
    target.framebuffer.clear(0.2, 0.4, 0.6, 1.0)
    target.copy_colour(screen)
    assert np.frombuffer(screen.read(components=3), np.uint8).reshape(8, 8, 3)[3, 3].tolist() == [51, 102, 153]
    for part in (screen, colour, target):
        part.release()
