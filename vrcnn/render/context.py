"""OpenGL contexts: one without a screen, or the current window's, both checked for OpenGL 4.3."""

from __future__ import annotations

import sys

import moderngl

from vrcnn.errors import UserError

REQUIRED = 430
_LINUX_PACKAGES = "libegl1 libgl1 libgl1-mesa-dri"


def standalone_context() -> moderngl.Context:
    """A context without a window, through EGL on Linux. Raises UserError where there is no OpenGL 4.3."""
    try:
        if sys.platform.startswith("linux"):
            context = moderngl.create_context(standalone=True, backend="egl")
        else:
            context = moderngl.create_context(standalone=True)
    except Exception as error:  # moderngl and its backends raise bare Exception
        raise UserError(f"There is no OpenGL without a screen here ({error}). {_remedy()}") from error
    return _checked(context)


def adopt_context() -> moderngl.Context:
    """The context that is current on this thread, such as a window's. Raises UserError below OpenGL 4.3."""
    try:
        context = moderngl.init_context()
    except Exception as error:  # moderngl raises bare Exception
        raise UserError(f"The window has no OpenGL ({error}). {_remedy()}") from error
    return _checked(context)


def is_software(context: moderngl.Context) -> bool:
    """Whether the processor draws, not a graphics card."""
    renderer = context.info["GL_RENDERER"].lower()
    return any(name in renderer for name in ("llvmpipe", "softpipe", "swiftshader", "swrast"))


def _checked(context: moderngl.Context) -> moderngl.Context:
    if context.version_code < REQUIRED:
        have = f"{context.info['GL_RENDERER']} offers OpenGL {context.version_code // 100}.{context.version_code // 10 % 10}"
        context.release()
        raise UserError(f"vrcnn needs OpenGL 4.3, but {have}. {_remedy()}")
    return context


def _remedy() -> str:
    if sys.platform.startswith("linux"):
        return f"Install the graphics card's driver, or for drawing by the processor: apt install {_LINUX_PACKAGES}"
    return "Install the graphics card maker's current driver."
