"""An OpenGL context without a screen, checked for OpenGL 4.3, and what can be told of any."""

from __future__ import annotations

import sys
from typing import Any

import moderngl

from vrcnn.errors import UserError

REQUIRED = 430
_LINUX_PACKAGES = "libegl1 libgl1 libgl1-mesa-dri"


def standalone_context() -> moderngl.Context:
    """A context without a window, through EGL on Linux. Raises UserError where there is no OpenGL 4.3."""
    try:
        settings: dict[str, Any] = {"backend": "egl"} if sys.platform.startswith("linux") else {}
        context = moderngl.create_context(standalone=True, **settings)
    except Exception as error:  # moderngl and its backends raise bare Exception
        raise UserError(f"There is no OpenGL without a screen here ({error}). {_remedy()}") from error
    return _checked(context)


def is_software(context: moderngl.Context) -> bool:
    """Whether the processor draws, not a graphics card."""
    renderer = context.info["GL_RENDERER"].lower()
    return any(name in renderer for name in ("llvmpipe", "softpipe", "swiftshader", "swrast"))


def live_samples(context: moderngl.Context) -> int:
    """Samples a pixel for a window or a headset: none where the processor draws, as four cost it 2.5 times the time."""
    return 0 if is_software(context) else 4


def _checked(context: moderngl.Context) -> moderngl.Context:
    if context.version_code < REQUIRED:
        renderer, version = context.info["GL_RENDERER"], context.version_code
        context.release()
        offered = f"{version // 100}.{version // 10 % 10}"
        raise UserError(f"vrcnn needs OpenGL 4.3, but {renderer} offers {offered}. {_remedy()}")
    return context


def _remedy() -> str:
    if sys.platform.startswith("linux"):
        return f"Install the graphics card's driver, or for drawing by the processor: apt install {_LINUX_PACKAGES}"
    return "Install the graphics card maker's current driver."
