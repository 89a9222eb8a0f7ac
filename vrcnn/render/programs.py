"""Compiles the GLSL files of shaders/, with `#include "name.glsl"` resolved."""

from __future__ import annotations

import re

import moderngl

from vrcnn.resources import resource

_INCLUDE = re.compile(r'^#include "([\w.]+)"$', re.MULTILINE)
VERSION = "#version 430 core\n"


def source(name: str) -> str:
    """The text of shaders/`name`, its includes put in. Shader files carry no #version line: VERSION is put first."""
    return _included(name, set())


def _included(name: str, known: set[str]) -> str:
    """The text of a file, each file that it includes once."""
    known.add(name)
    text = resource("shaders", name).read_text(encoding="utf-8")
    return _INCLUDE.sub(lambda match: "" if match[1] in known else _included(match[1], known), text)


def load_program(context: moderngl.Context, name: str, *defined: str) -> moderngl.Program:
    """Compiles shaders/`name`.vert and .frag; the uniform block Frame, where used, is bound to 0.

    The words that are `defined` choose a variant of shaders that ask for them with #ifdef.
    """
    start = VERSION + "".join(f"#define {word}\n" for word in defined)
    program = context.program(
        vertex_shader=start + source(f"{name}.vert"), fragment_shader=start + source(f"{name}.frag")
    )
    if isinstance(block := program.get("Frame", None), moderngl.UniformBlock):
        block.binding = 0
    return program
