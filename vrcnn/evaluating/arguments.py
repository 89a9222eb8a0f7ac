"""The options of `vrcnn evaluate`."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    """All options of the command but those that every command has."""
    parser.add_argument("--json", action="store_true", help="everything as JSON instead of text")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="all pictures with what they were taken for: .csv or .json"
    )
