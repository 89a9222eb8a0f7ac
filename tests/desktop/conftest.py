"""A window for the tests of the desktop, in front on a screen of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from vrcnn.desktop.window import Window


@pytest.fixture
def window(desk_thread: None) -> Iterator[Window]:
    """A window of 640 x 480 pixels in the corner of the screen, in front."""
    import glfw
    from visitor import until

    from vrcnn.desktop.window import Window

    window = Window("A network", (640, 480))
    glfw.set_window_pos(window.handle, 0, 0)
    until(lambda: (window.poll(), window.focused)[1], "the window to come to the front")
    yield window
    assert window.context.error == "GL_NO_ERROR"
    window.close()
