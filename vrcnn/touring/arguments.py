"""The options of `vrcnn tour` and of what it can do."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_tour_arguments(parser: argparse.ArgumentParser) -> None:
    """`check` with its options; what was chosen is in `options.part`."""
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART")
    check = parts.add_parser("check", help="measure a tour's networks anew: do the claims of its stops hold?")
    check.add_argument("file", type=Path, metavar="FILE", help="a tour that names its networks (docs/tours.md)")
    check.add_argument("--pictures", type=_pictures, metavar="COUNT", help="on so many, instead of what the tour says")
    check.add_argument("--keep", action="store_true", help="write the values into FILE, for its stops to show them")
    check.add_argument("--json", action="store_true", help="everything as JSON instead of text")
    check.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1, ...")
    check.add_argument("--debug", action="store_true", help="show tracebacks")


def _pictures(text: str) -> int:
    if not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of pictures: give 2 or more')
    return int(text)


def add_study_tour_arguments(parser: argparse.ArgumentParser) -> None:
    """Those of `vrcnn study tour` but the folder of the study."""
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="instead of tour.json there; the networks come beside it"
    )
    parser.add_argument("--half", action="store_true", help="keep the weights in half precision, half as large")
