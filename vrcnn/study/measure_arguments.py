"""The options of `vrcnn study measure`."""

from __future__ import annotations

import argparse
from pathlib import Path

from vrcnn.arguments import network_arguments


def add_measure_arguments(parser: argparse.ArgumentParser) -> None:
    """MODEL with all that says how it is loaded, or --runs; and what is measured."""
    network_arguments(parser)
    parser.add_argument(
        "--runs",
        type=Path,
        nargs="?",
        const=Path("study"),
        metavar="DIR",
        help="instead of MODEL every run of the study in this folder, by default ./study",
    )
    parser.add_argument("--pictures", type=_pictures, default=256, metavar="N", help="how many at most; 256")
    parser.add_argument(
        "--seed", type=_seed, default=0, metavar="N", help="of whatever is left to chance, such as which pictures; 0"
    )
    parser.add_argument(
        "--layers", action="store_true", help="every layer that has a wall, not only the last one of each map size"
    )
    parser.add_argument("--full", action="store_true", help="also patches and noise bands, every layer, every stage")
    parser.add_argument("--no-twin", action="store_true", help="leave out the untrained twin")
    parser.add_argument("--again", action="store_true", help="with --runs: also those that were measured before")
    parser.add_argument("--json", action="store_true", help="everything as JSON instead of tables")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="a .json with everything; each channel's changes come into a .npz beside it",
    )


def _pictures(text: str) -> int:
    if not text.isdigit() or int(text) < 2:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of pictures: give 2 or more')
    return int(text)


def _seed(text: str) -> int:
    if not text.isdigit() or int(text) >= 2**31:
        raise argparse.ArgumentTypeError(f'"{text}" is no seed: give a whole number from 0')
    return int(text)
