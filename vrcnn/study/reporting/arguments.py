"""The options of `vrcnn study report`."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_report_arguments(parser: argparse.ArgumentParser) -> None:
    """All of its own; where the study lies is told by the option that every part of the study has."""
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="where the report is written, by default report in the study"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the draws of intervals; 0")
