"""What the commands print."""

from __future__ import annotations

import os
import sys


def say(text: str) -> None:
    """Prints it as it is. Whoever reads may have had enough, as `head` has: that is no error."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more when it ends: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
