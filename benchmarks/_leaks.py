"""What a program holds that may not grow: OpenGL's objects."""

from __future__ import annotations

NAMES = 4096  # of each kind of OpenGL object; drivers give the lowest free name


def gl_objects() -> dict[str, int]:
    """How many objects of each kind the current context has, dropped ones that nobody released too."""
    from OpenGL import GL

    kinds = {
        "textures": GL.glIsTexture,
        "framebuffers": GL.glIsFramebuffer,
        "buffers": GL.glIsBuffer,
        "vertex arrays": GL.glIsVertexArray,
        "queries": GL.glIsQuery,
    }
    return {name: sum(bool(exists(number)) for number in range(1, NAMES)) for name, exists in kinds.items()}
