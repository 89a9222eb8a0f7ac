"""OpenGL's error flags: fatal where VRCNN_GL_ERRORS=fatal (tests set it), otherwise logged once per place."""

from __future__ import annotations

import logging
import os

import moderngl

_LIMIT = 16  # a lost context reports errors for ever
log = logging.getLogger(__name__)


class GLErrors:
    """Drains the error flags of one context."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._reported: set[tuple[str, str]] = set()
        self.fatal = os.environ.get("VRCNN_GL_ERRORS") == "fatal"

    def check(self, place: str) -> None:
        """Reports what went wrong since the last check; `place` says where in the program that was.

        Raises RuntimeError where errors are fatal.
        """
        found: list[str] = []
        while len(found) < _LIMIT and (error := self._context.error) != "GL_NO_ERROR":
            found.append(error)
        if not found:
            return
        errors = ", ".join(dict.fromkeys(found))
        if self.fatal:
            raise RuntimeError(f"OpenGL reports {errors} at {place}.")
        if (place, errors) not in self._reported:
            self._reported.add((place, errors))
            log.error("OpenGL reports %s at %s; this is logged once.", errors, place)
