"""A standalone OpenGL context that all tests of the renderer share; OpenGL's errors are fatal in tests."""

from __future__ import annotations

from collections.abc import Iterator

import moderngl
import pytest

from vrcnn.errors import UserError
from vrcnn.render.context import standalone_context
from vrcnn.render.gl_errors import GLErrors
from vrcnn.render.renderer import Renderer
from vrcnn.scene.theme import DARK


@pytest.fixture(scope="session")
def _shared_context() -> Iterator[moderngl.Context]:
    try:
        context = standalone_context()
    except UserError as error:
        pytest.skip(str(error))
    yield context
    context.release()


@pytest.fixture
def context(_shared_context: moderngl.Context) -> Iterator[moderngl.Context]:
    """The shared context, current during the test even where another test made its own; no error is left behind."""
    with _shared_context:
        yield _shared_context
        GLErrors(_shared_context).check("the end of a test")


@pytest.fixture
def renderer(context: moderngl.Context) -> Iterator[Renderer]:
    """A renderer of the dark theme."""
    made = Renderer(context, DARK)
    yield made
    made.release()
