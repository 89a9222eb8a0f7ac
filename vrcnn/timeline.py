"""Writes down when the start-up's steps were reached, for the benchmark of the start: one JSON line a step.

Only where the environment variable VRCNN_TIMELINE names a file.
"""

import json
import os
import time


def mark(event: str) -> None:
    """Appends {event: seconds since the epoch} to the file that VRCNN_TIMELINE names."""
    path = os.environ.get("VRCNN_TIMELINE")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({event: time.time()}) + "\n")
